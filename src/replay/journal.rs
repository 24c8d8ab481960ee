//! The journal: what was meant to be sent, and what became of it, durable before and after each batch.
//!
//! One append-only file, `replays.journal`, in the state folder's `journal/`; one writer at a time (`replays.lock`
//! beside it), any number of readers. See [`frame`] for its bytes and [`entry`] for what they say.

pub mod entry;
#[cfg(debug_assertions)]
pub mod fault;
pub mod frame;
pub mod history;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

pub use entry::{Began, BegunItem, BegunItems, Entry, Event, Sending, Verdict};
pub use history::{History, Misfit, Past, PastItem};

use super::files::{Lock, lock, private, sync_folder};
use frame::{End, HEADER, ScanError};

/// Bytes of the journal that are written at once.
const PIECE: usize = 1 << 20;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be opened or read.
    #[error("the journal {path} cannot be opened: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process, or another replay of this one, writes it.
    #[error("the journal {path} is being written by another replay{holder}")]
    Busy {
        /// The file.
        path: PathBuf,
        /// ` (process 4711)`, where the lock tells it.
        holder: String,
    },
    /// A byte in its middle is not what was written.
    #[error(
        "the journal {path} is damaged at byte {offset}: whole entries follow a broken one; \
         move the file aside to start a new journal, and keep it: it tells what was sent"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the broken entry begins.
        offset: u64,
    },
    /// It holds what this version does not understand.
    #[error("the journal {path} cannot be understood: {cause}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// An append failed; the file was cut back to its last whole entry.
    #[error("the journal cannot be written: {source} ({path})")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An append failed, and so did cutting the file back.
    #[error("the journal {path} could not be cut back after a failed write; it must be opened again")]
    Broken {
        /// The file.
        path: PathBuf,
    },
}

/// A write that was cut short by a crash, found and dropped while the journal was opened. Nothing was sent for it: an
/// entry is durable before anything that depends on it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// Where it began.
    pub offset: u64,
    /// How many bytes were dropped.
    pub bytes: u64,
}

/// What a journal is written to. The second implementation is the fault injector of the tests of this module; those of
/// the whole program have debug builds fail or die at a write of the first.
pub trait Medium: Send {
    /// Appends all of `bytes` at the end.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended survive a loss of power.
    fn sync(&mut self) -> io::Result<()>;
    /// Drops everything from `length` on.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Medium for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        #[cfg(debug_assertions)]
        fault::appending(self, bytes)?;
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        #[cfg(debug_assertions)]
        fault::syncing()?;
        self.sync_data()?;
        #[cfg(debug_assertions)]
        fault::synced();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        #[cfg(debug_assertions)]
        fault::cutting()?;
        self.set_len(length)?;
        self.seek(SeekFrom::Start(length))?;
        self.sync_data()
    }
}

/// The one writer of a journal. Dropping it lets the next one in.
#[derive(Debug)]
pub struct Journal<M: Medium = File> {
    medium: M,
    path: PathBuf,
    /// The length of the whole entries.
    end: u64,
    history: History,
    is_broken: bool,
    _lock: Option<File>,
}

impl Journal {
    /// Opens `folder/replays.journal` for writing, making both where they are missing. A torn tail is dropped and told.
    pub fn open(folder: &Path) -> Result<(Self, Option<TornTail>), JournalError> {
        let path = folder.join("replays.journal");
        let cannot_open = |source| JournalError::Open { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(cannot_open)?;
        let lock = match lock(&folder.join("replays.lock")).map_err(cannot_open)? {
            Lock::Taken(file) => file,
            Lock::Held(holder) => return Err(JournalError::Busy { path, holder }),
        };
        let mut file = private().read(true).write(true).create(true).open(&path).map_err(cannot_open)?;
        let (history, end) = scan(&file, &path)?;
        let is_new = end.whole == 0;
        if end.torn > 0 {
            tracing::warn!(path = %path.display(), offset = end.whole, bytes = end.torn, "torn tail of the journal dropped");
        }
        file.cut(end.whole).map_err(cannot_open)?;
        let mut journal = Self { medium: file, path, end: end.whole, history, is_broken: false, _lock: Some(lock) };
        if is_new {
            let written = journal.medium.append(HEADER).and_then(|()| journal.medium.sync());
            written.map_err(|source| JournalError::Write { path: journal.path.clone(), source })?;
            journal.end += HEADER.len() as u64;
            sync_folder(folder).map_err(|source| JournalError::Open { path: journal.path.clone(), source })?;
        }
        let torn = (end.torn > 0).then_some(TornTail { offset: end.whole, bytes: end.torn });
        Ok((journal, torn))
    }
}

impl<M: Medium> Journal<M> {
    /// Appends `entries` durably: either all of them are in the journal when this returns, or none. A crash within it
    /// may leave the first of them; a replay whose items are not all there has not begun.
    pub fn append(&mut self, entries: Vec<Entry>) -> Result<(), JournalError> {
        self.write(&entries)?;
        for entry in entries {
            self.history
                .apply(entry)
                .map_err(|misfit| JournalError::Foreign { path: self.path.clone(), cause: misfit.to_string() })?;
        }
        Ok(())
    }

    /// What the journal tells so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        if self.is_broken {
            return Err(JournalError::Broken { path: self.path.clone() });
        }
        match append(&mut self.medium, entries) {
            Ok(length) => {
                self.end += length;
                Ok(())
            }
            Err(source) => {
                // After a failed fdatasync nobody knows which pages reached the disk: the entries are taken back whole.
                self.is_broken = self.medium.cut(self.end).is_err();
                Err(JournalError::Write { path: self.path.clone(), source })
            }
        }
    }
}

/// Appends the lines of `entries`, in pieces: a hundred thousand items are not held as text. Gives their length.
fn append(medium: &mut impl Medium, entries: &[Entry]) -> io::Result<u64> {
    let mut length = 0;
    let mut bytes = Vec::new();
    for entry in entries {
        frame::encode(&serde_json::to_vec(entry)?, &mut bytes);
        if bytes.len() >= PIECE {
            medium.append(&bytes)?;
            length += bytes.len() as u64;
            bytes.clear();
        }
    }
    medium.append(&bytes)?;
    medium.sync()?;
    Ok(length + bytes.len() as u64)
}

/// Reads the journal of `folder` while another process may be writing it. A missing file is an empty history; the
/// writer's unfinished last line is passed over.
pub fn read(folder: &Path) -> Result<History, JournalError> {
    let path = folder.join("replays.journal");
    match File::open(&path) {
        Ok(file) => Ok(scan(&file, &path)?.0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::default()),
        Err(source) => Err(JournalError::Open { path, source }),
    }
}

fn scan(file: &File, path: &Path) -> Result<(History, End), JournalError> {
    let mut history = History::default();
    let scanned = frame::scan(BufReader::with_capacity(1 << 16, file), |payload| {
        let entry: Entry = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        history.apply(entry).map_err(|misfit| misfit.to_string())
    });
    match scanned {
        Ok(end) => {
            history.drop_unbegun();
            Ok((history, end))
        }
        Err(ScanError::Read(source)) => Err(JournalError::Open { path: path.to_owned(), source }),
        Err(ScanError::Damaged { offset }) => Err(JournalError::Damaged { path: path.to_owned(), offset }),
        Err(foreign) => Err(JournalError::Foreign { path: path.to_owned(), cause: foreign.to_string() }),
    }
}
