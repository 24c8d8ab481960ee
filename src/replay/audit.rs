//! The audit log: who sent what, when, from where, and what became of it.
//!
//! `audit.log` in the state folder's `audit/` is only ever appended to, a line an [entry](mod@entry), each of them
//! durable and holding the hash of the one before it. `audit.head` beside it names the last one, so that a log whose
//! end was cut off is found. What both prove, and what they cannot, is told by [chain].
//!
//! Nothing is sent that is not audited: where the confirmation of a plan cannot be written, the replay does not begin.

pub mod chain;
pub mod copy;
pub mod entry;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

pub use chain::{ChainError, End, Head, Loose};
pub use entry::{Entry, Event, Outcome, Set, Subject};

use super::files::{Lock, lock, private, sync_folder};

/// The log's name in its folder.
pub const LOG: &str = "audit.log";
/// The head file's.
pub const HEAD: &str = "audit.head";

/// Why the audit log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It cannot be opened or read.
    #[error("the audit log {path} cannot be opened: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process writes it.
    #[error("the audit log {path} is being written by another replay{holder}")]
    Busy {
        /// The file.
        path: PathBuf,
        /// ` (process 4711)`, where the lock tells it.
        holder: String,
    },
    /// It is not what was written.
    #[error("the audit log {path} is broken: {source}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where, and what differs.
        source: ChainError,
    },
    /// An entry could not be made durable.
    #[error("the audit log cannot be written: {source} ({path})")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl AuditError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Busy { .. } => "wait for it to end, or stop it".into(),
            Self::Broken { path, .. } => format!(
                "keep it, it is evidence: move {} aside as a whole, and a new log begins",
                path.parent().unwrap_or(path).display()
            ),
            Self::Write { .. } => "free space on the disk".into(),
            Self::Open { .. } => return None,
        })
    }
}

/// The one writer of an audit log. Dropping it lets the next one in.
#[derive(Debug)]
pub struct Audit {
    folder: PathBuf,
    log: File,
    /// How the log ends. After a write that failed nobody knows, and nothing more is written.
    end: Option<Head>,
    is_broken: bool,
    _lock: File,
}

impl Audit {
    /// Opens the log of `folder` for appending, making both where they are missing. A log that is not what was written
    /// is refused. What `subject` is about to do is the reason for opening it: it signs what is said of a write that was
    /// cut short before.
    pub fn open(folder: &Path, subject: &Subject, at: Timestamp) -> Result<Self, AuditError> {
        let path = folder.join(LOG);
        let cannot_open = |source| AuditError::Open { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(cannot_open)?;
        let lock = match lock(&folder.join("audit.lock")).map_err(cannot_open)? {
            Lock::Taken(file) => file,
            Lock::Held(holder) => return Err(AuditError::Busy { path, holder }),
        };
        let is_new = !path.exists();
        let log = private().read(true).append(true).create(true).open(&path).map_err(cannot_open)?;
        if is_new {
            sync_folder(folder).map_err(cannot_open)?;
        }
        let end = check(folder, |_, _| {})?;
        let mut audit = Self { folder: folder.to_owned(), log, end: end.last, is_broken: false, _lock: lock };
        if end.is_unterminated {
            audit.write(b"\n")?;
        }
        if let Some(Loose { offset, length, sha256, .. }) = end.loose {
            audit.append(subject, at, Event::Torn { offset, length, sha256 })?;
        }
        if audit.end.is_some() && !end.is_proven {
            audit.append(subject, at, Event::Unproven)?;
        }
        Ok(audit)
    }

    /// Appends one entry. It is durable when this returns.
    pub fn append(&mut self, subject: &Subject, at: Timestamp, event: Event) -> Result<(), AuditError> {
        let (seq, previous) = match &self.end {
            Some(Head { seq, hash }) => (seq + 1, hash.clone()),
            None => (1, entry::FIRST.to_owned()),
        };
        let entry = Entry { seq, at, subject: subject.clone(), event, previous };
        let (line, hash) = entry.line().map_err(|error| self.unwritten(error.into()))?;
        self.write(format!("{line}\n").as_bytes())?;
        self.set_head(Head { seq, hash })
    }

    /// Never taken back: what a failed write left is told by whoever opens the log next.
    fn write(&mut self, bytes: &[u8]) -> Result<(), AuditError> {
        if self.is_broken {
            return Err(self.unwritten(io::Error::other("an earlier write failed")));
        }
        let written = self.log.write_all(bytes).and_then(|()| self.log.sync_data());
        written.map_err(|source| {
            self.is_broken = true;
            self.unwritten(source)
        })
    }

    fn set_head(&mut self, head: Head) -> Result<(), AuditError> {
        let new = self.folder.join("audit.head.new");
        let written = serde_json::to_vec(&head).map_err(io::Error::from).and_then(|bytes| {
            let mut file = private().write(true).create(true).truncate(true).open(&new)?;
            file.write_all(&bytes)?;
            file.sync_data()?;
            fs::rename(&new, self.folder.join(HEAD))?;
            sync_folder(&self.folder)
        });
        self.end = Some(head);
        written.map_err(|source| {
            self.is_broken = true;
            self.unwritten(source)
        })
    }

    fn unwritten(&self, source: io::Error) -> AuditError {
        AuditError::Write { path: self.folder.join(LOG), source }
    }
}

/// Reads the log of `folder` while another process may be writing it, checks it, and gives each entry and its line to
/// `take`. A missing file is an empty log.
pub fn check(folder: &Path, take: impl FnMut(Entry, &[u8])) -> Result<End, AuditError> {
    let path = folder.join(LOG);
    // The head first: what is appended meanwhile is no contradiction.
    let walked = Head::read(&folder.join(HEAD)).and_then(|head| match File::open(&path) {
        Ok(file) => chain::walk(BufReader::with_capacity(1 << 16, file), head.as_ref(), take),
        Err(error) if error.kind() == io::ErrorKind::NotFound => chain::walk(io::empty(), head.as_ref(), take),
        Err(error) => Err(error.into()),
    });
    walked.map_err(|error| match error {
        ChainError::Read(source) => AuditError::Open { path, source },
        source => AuditError::Broken { path, source },
    })
}

/// One replay's hand on the log.
#[derive(Debug, Clone)]
pub struct Auditor {
    audit: Arc<Mutex<Audit>>,
    folder: PathBuf,
    subject: Subject,
    now: fn() -> Timestamp,
}

impl Auditor {
    /// Opens the log of `folder` for this subject.
    pub async fn open(folder: PathBuf, subject: Subject, now: fn() -> Timestamp) -> Result<Self, AuditError> {
        let path = folder.join(LOG);
        let opened = tokio::task::spawn_blocking(move || {
            let audit = Audit::open(&folder, &subject, now())?;
            Ok(Self { audit: Arc::new(Mutex::new(audit)), folder, subject, now })
        });
        opened.await.unwrap_or_else(|error| Err(AuditError::Open { path, source: io::Error::other(error) }))
    }

    /// Appends one entry. It is durable when this returns.
    pub async fn record(&self, event: Event) -> Result<(), AuditError> {
        let Self { audit, subject, now, .. } = self.clone();
        let path = self.folder.join(LOG);
        let appended = tokio::task::spawn_blocking(move || {
            audit.lock().unwrap_or_else(PoisonError::into_inner).append(&subject, now(), event)
        });
        appended.await.unwrap_or_else(|error| Err(AuditError::Write { path, source: io::Error::other(error) }))
    }

    /// The log's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The machine's name.
    pub fn host(&self) -> &str {
        &self.subject.host
    }
}
