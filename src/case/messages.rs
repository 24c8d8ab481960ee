//! Saving what lies in the failure and parked queues into a case: `messages-<moment>.ndjson` in its folder, and a note
//! that tells of it. A file appears there whole and durable, or not at all; no queue loses a message by it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::store::Draft;
use super::{CaseError, Cases};
use crate::app::request::Trouble;
use crate::domain::case::MessagesPin;
use crate::domain::size::plural;
use crate::domain::{Case, CaseName, Pin, SavedMessage};
use crate::inventory::{Inventory, Looked};
use crate::replay::files::private;

/// What was saved.
#[derive(Debug)]
pub struct Saved {
    /// The case, with the note that tells of it.
    pub case: Case,
    /// The file.
    pub path: PathBuf,
    /// How many messages it holds.
    pub messages: usize,
    /// Messages that the queues told of and that were not seen: other readers hold them.
    pub unseen: u64,
    /// Why a queue could not be read to its end, where one could not.
    pub trouble: Option<Trouble>,
}

impl Saved {
    /// Whether every message that the queues told of is in it.
    pub fn is_complete(&self) -> bool {
        self.unseen == 0 && self.trouble.is_none()
    }

    /// In words.
    pub fn told(&self) -> String {
        let are = if self.messages == 1 { "is" } else { "are" };
        let messages = format!("{} {are}", plural(self.messages, "message"));
        let unseen = match self.unseen {
            0 => String::new(),
            unseen => format!("; {unseen} more are held by another reader, and are not in it"),
        };
        format!("{messages} saved in {}{unseen}; none was deleted", self.path.display())
    }
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The file cannot be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// There is nothing to save.
    #[error("no failure or parked queue holds a message")]
    Nothing,
    /// What there is to save cannot be seen.
    #[error(
        "the {0} messages of the failure and parked queues are held by another reader; try again when they are back"
    )]
    Held(u64),
    /// No queue could be read.
    #[error(transparent)]
    Trouble(Trouble),
    /// The messages are saved, and the case does not tell of them.
    #[error("the messages are saved in {path}, and the case does not tell of them: {error}")]
    Unnoted {
        /// Their file.
        path: PathBuf,
        /// Why.
        error: CaseError,
    },
}

impl From<SaveError> for Trouble {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Trouble(trouble) => trouble,
            other => Self { what: "nothing was saved".into(), cause: other.to_string(), hint: None },
        }
    }
}

/// Saves every message that lies in the failure and parked queues into the case of this name, or one named after the
/// moment. They are visible in their queues again afterwards.
pub async fn save(
    inventory: &Inventory,
    cases: &Cases,
    case: Option<&CaseName>,
    who: &str,
    now: Timestamp,
) -> Result<Saved, SaveError> {
    let moment = CaseName::of_moment(now);
    let name = case.cloned().unwrap_or_else(|| moment.clone());
    let folder = cases.folder(&name);
    let (sender, receiver) = mpsc::channel(16);
    let writing = tokio::task::spawn_blocking(move || write(&folder, moment.as_str(), receiver));
    let read = inventory.messages(now, sender).await;
    let written = writing.await.map_err(|error| broken(cases, &name, error))??;
    let (Looked { unseen, .. }, trouble) = read;
    let Some(Written { path, messages, sha256 }) = written else {
        return Err(match trouble {
            Some(trouble) => SaveError::Trouble(trouble),
            None if unseen > 0 => SaveError::Held(unseen),
            None => SaveError::Nothing,
        });
    };
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let pin = Pin::Messages(MessagesPin { file, sha256, messages: messages as u64, unseen });
    let profile = Some(inventory.profile().name.clone());
    let draft = Draft { profile, text: String::new(), pin: Some(pin) };
    let (noting, who, into) = (cases.clone(), who.to_owned(), name.clone());
    let noted = tokio::task::spawn_blocking(move || noting.add(&into, &who, now, draft)).await;
    match noted.map_err(|error| broken(cases, &name, error))? {
        Ok(case) => Ok(Saved { case, path, messages, unseen, trouble }),
        Err(error) => Err(SaveError::Unnoted { path, error }),
    }
}

fn broken(cases: &Cases, name: &CaseName, error: tokio::task::JoinError) -> SaveError {
    SaveError::Write { path: cases.folder(name), error: io::Error::other(error) }
}

/// A file of messages.
#[derive(Debug)]
struct Written {
    path: PathBuf,
    messages: usize,
    sha256: String,
}

/// Writes to a file, and knows the SHA-256 of what it wrote.
struct Hashing {
    file: File,
    hash: Sha256,
}

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes what comes to a file of its own, and gives it its name when it is durable. None, and no file, where nothing
/// came.
fn write(
    folder: &Path,
    moment: &str,
    mut messages: mpsc::Receiver<Vec<SavedMessage>>,
) -> Result<Option<Written>, SaveError> {
    let Some(first) = messages.blocking_recv() else { return Ok(None) };
    let part = folder.join(format!(".messages-{moment}-{}.part", std::process::id()));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| SaveError::Write { path, error }
    };
    let work = || -> io::Result<(usize, String)> {
        let mut out =
            BufWriter::new(Hashing { file: private().write(true).create_new(true).open(&part)?, hash: Sha256::new() });
        let mut count = 0;
        let rest = std::iter::from_fn(|| messages.blocking_recv());
        for message in std::iter::once(first).chain(rest).flatten() {
            serde_json::to_writer(&mut out, &message)?;
            out.write_all(b"\n")?;
            count += 1;
        }
        let Hashing { file, hash } = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((count, format!("{:x}", hash.finalize())))
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let named = work().and_then(|(messages, sha256)| {
        let path = name(&part, folder, moment)?;
        Ok(Written { path, messages, sha256 })
    });
    if named.is_err() {
        // What is half written is no case; that it cannot be removed changes nothing about that.
        let _ = fs::remove_file(&part);
    }
    named.map(Some).map_err(failed(folder))
}

/// Gives a durable file its name, which no other has, durably.
fn name(part: &Path, folder: &Path, moment: &str) -> io::Result<PathBuf> {
    let mut path = folder.join(format!("messages-{moment}.ndjson"));
    for number in 2.. {
        // A link, as a rename would replace a file of that name.
        match fs::hard_link(part, &path) {
            Ok(()) => {
                fs::remove_file(part)?;
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                path = folder.join(format!("messages-{moment}-{number}.ndjson"));
            }
            // A file system without links; the name is free but for somebody who takes it this very moment.
            Err(error) if path.try_exists()? => return Err(error),
            Err(_) => {
                fs::rename(part, &path)?;
                break;
            }
        }
    }
    File::open(folder)?.sync_all()?;
    // The folders above it may be new as well.
    for above in folder.ancestors().skip(1).take(2) {
        File::open(above)?.sync_all()?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{MessageOrigin, QueuedMessage};
    use crate::replay::from_lines;

    fn message(id: &str, body: &str) -> SavedMessage {
        let binary = ("Binary".to_owned(), "AP8H".to_owned());
        let message = QueuedMessage {
            id: id.into(),
            body: body.into(),
            attributes: BTreeMap::from([("a\u{202e}b".to_owned(), binary)]),
            sent: Some(Timestamp::UNIX_EPOCH),
            receive_count: 3,
            expires: None,
        };
        SavedMessage::new("indexer", "http://q", MessageOrigin::DeadLetter, message, Timestamp::UNIX_EPOCH)
    }

    fn written(folder: &Path, batches: Vec<Vec<SavedMessage>>) -> Option<Written> {
        let (sender, receiver) = mpsc::channel(8);
        for batch in batches {
            sender.try_send(batch).expect("room");
        }
        drop(sender);
        write(folder, "20261123T021407Z", receiver).expect("a writable folder")
    }

    #[test]
    fn what_is_saved_is_read_back_byte_for_byte() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("cases/night");
        let all =
            vec![message("m-1", "{\"a\":\"\u{0}\u{7f}\u{2028}é\"}\n"), message("m-2", ""), message("m-3", "\r\n\t")];
        let Written { path, messages, sha256 } =
            written(&folder, vec![all[..2].to_vec(), all[2..].to_vec()]).expect("a file");
        assert_eq!(messages, 3);
        assert_eq!(sha256, format!("{:x}", Sha256::digest(fs::read(&path).expect("a file"))));
        let asked = from_lines(fs::read(&path).expect("a file").as_slice()).expect("lines");
        assert_eq!(asked.saved, all);
        let names: Vec<_> =
            fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        assert_eq!(names, [path], "nothing half written is left");
    }

    #[test]
    fn a_second_save_of_the_moment_replaces_nothing_and_none_leaves_no_file() {
        let home = tempfile::tempdir().expect("a folder");
        let first = written(home.path(), vec![vec![message("m-1", "x")]]).expect("a file");
        let second = written(home.path(), vec![vec![message("m-2", "y")]]).expect("a file");
        assert_ne!(first.path, second.path);
        assert!(first.path.is_file() && second.path.is_file());
        let empty = home.path().join("empty");
        assert!(written(&empty, Vec::new()).is_none() && !empty.exists());
    }

    #[test]
    fn a_body_that_was_altered_is_refused() {
        let mut altered = message("m-1", "x");
        altered.message.body = "y".into();
        let line = serde_json::to_string(&altered).expect("JSON");
        let error = from_lines(line.as_bytes()).expect_err("is refused").to_string();
        assert!(error.contains("line 1: the body of message m-1 is not the one that was saved"), "{error}");
    }
}
