//! Saving what lies in the failure and parked queues into a case: `cases/<name>/messages-<moment>.ndjson` in the state
//! folder. A file appears there whole and durable, or not at all; no queue loses a message by it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::mpsc;

use crate::app::request::Trouble;
use crate::domain::SavedMessage;
use crate::inventory::{Inventory, Looked};

/// The longest name of a case.
const NAME: usize = 100;

/// What was saved.
#[derive(Debug)]
pub struct Saved {
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
        let messages = if self.messages == 1 { "1 message is" } else { &format!("{} messages are", self.messages) };
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
    /// The name is none for a folder.
    #[error("\"{0}\" is no name for a case: letters, digits, `-`, `_` and `.`, not beginning with `.`, {NAME} at most")]
    Name(String),
    /// The file cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
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
pub async fn save(inventory: &Inventory, state: &Path, case: Option<&str>, now: Timestamp) -> Result<Saved, SaveError> {
    let moment = now.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let case = case.unwrap_or(&moment);
    if !is_name(case) {
        return Err(SaveError::Name(case.to_owned()));
    }
    let folder = state.join("cases").join(case);
    let (sender, receiver) = mpsc::channel(16);
    let writing = tokio::task::spawn_blocking(move || write(&folder, &moment, receiver));
    let read = inventory.messages(now, sender).await;
    let written = writing
        .await
        .map_err(|error| SaveError::Write { path: state.to_owned(), source: io::Error::other(error) })??;
    let (Looked { unseen, .. }, trouble) = read;
    match (written, trouble) {
        (Some((path, messages)), trouble) => Ok(Saved { path, messages, unseen, trouble }),
        (None, Some(trouble)) => Err(SaveError::Trouble(trouble)),
        (None, None) if unseen > 0 => Err(SaveError::Held(unseen)),
        (None, None) => Err(SaveError::Nothing),
    }
}

fn is_name(case: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !case.is_empty() && case.len() <= NAME && !case.starts_with('.') && case.bytes().all(is_plain)
}

/// Writes what comes to a file of its own, and gives it its name when it is durable. Gives its path and how many
/// messages it holds; none, and no file, where none came.
fn write(
    folder: &Path,
    moment: &str,
    mut messages: mpsc::Receiver<Vec<SavedMessage>>,
) -> Result<Option<(PathBuf, usize)>, SaveError> {
    let Some(first) = messages.blocking_recv() else { return Ok(None) };
    let part = folder.join(format!(".messages-{moment}-{}.part", std::process::id()));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SaveError::Write { path, source }
    };
    let work = || -> io::Result<usize> {
        let mut out = BufWriter::new(private().open(&part)?);
        let mut count = 0;
        let rest = std::iter::from_fn(|| messages.blocking_recv());
        for message in std::iter::once(first).chain(rest).flatten() {
            serde_json::to_writer(&mut out, &message)?;
            out.write_all(b"\n")?;
            count += 1;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(count)
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let named = work().and_then(|count| Ok((name(&part, folder, moment)?, count)));
    if named.is_err() {
        // What is half written is no case; that it cannot be removed changes nothing about that.
        let _ = fs::remove_file(&part);
    }
    named.map(Some).map_err(failed(folder))
}

/// Bodies tell of logs: they are the operator's own.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
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

    fn written(folder: &Path, batches: Vec<Vec<SavedMessage>>) -> Option<(PathBuf, usize)> {
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
        let (path, count) = written(&folder, vec![all[..2].to_vec(), all[2..].to_vec()]).expect("a file");
        assert_eq!(count, 3);
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
        assert_ne!(first.0, second.0);
        assert!(first.0.is_file() && second.0.is_file());
        let empty = home.path().join("empty");
        assert!(written(&empty, Vec::new()).is_none() && !empty.exists());
    }

    #[test]
    fn a_case_is_named_like_a_folder() {
        assert!(["night", "INC-4711.2", "20261123T021407Z"].into_iter().all(is_name));
        let long = "x".repeat(NAME + 1);
        assert!(!["", ".", "..", ".x", "a/b", "a b", "../x", "é", long.as_str()].into_iter().any(is_name));
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
