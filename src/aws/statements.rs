//! Statements that run on Athena, kept in the state folder: what a crash leaves running is found by the next start.
//!
//! A file each, written before the statement is started and removed at its end. Its first line is what is started, with
//! the token under which that may be repeated (ClientRequestToken); the second one is Athena's id. Whoever waits for the
//! statement holds the file's lock, so that a file without a holder is an orphan.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::Statement;

/// Athena ends no statement later than this (the DML query timeout can be raised to 240 minutes).
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Bytes of a file that are read: Athena takes statements of up to 262,144.
const READ: u64 = 1 << 20;

/// The folder of statements that run.
#[derive(Debug, Clone)]
pub(super) struct Statements {
    folder: PathBuf,
    /// Whose statements these are: others, of another account, may lie in the same folder.
    profile: String,
}

/// A statement that is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Names this start, however often it is repeated.
    pub token: String,
    /// When.
    pub began: Timestamp,
    /// The profile that it runs with; known once it is kept.
    #[serde(default)]
    pub profile: String,
    /// What.
    pub statement: Statement,
}

impl Begun {
    /// One that begins now.
    pub fn now(statement: Statement) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let began = Timestamp::now();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::digest(format!("{} {} {count}", std::process::id(), began.as_nanosecond()));
        Self { token: data_encoding::HEXLOWER.encode(&digest), began, profile: String::new(), statement }
    }
}

/// A statement on disk, held by its lock.
#[derive(Debug)]
pub struct Noted {
    /// The statement.
    pub begun: Begun,
    /// Athena's id, once it is known.
    pub id: Option<String>,
    file: File,
    path: PathBuf,
}

impl Noted {
    /// Keeps Athena's id.
    pub(super) fn learn(&mut self, id: &str) -> io::Result<()> {
        self.id = Some(id.to_owned());
        writeln!(self.file, "{id}").and_then(|()| self.file.sync_data())
    }

    /// The statement has ended.
    pub fn forget(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "an ended statement cannot be forgotten");
        }
    }
}

impl Statements {
    pub(super) fn below(state: &Path, profile: &str) -> Self {
        Self { folder: state.join("statements"), profile: profile.to_owned() }
    }

    /// Keeps what is about to be started.
    pub(super) fn note(&self, begun: Begun) -> io::Result<Noted> {
        let begun = Begun { profile: self.profile.clone(), ..begun };
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(&begun.token);
        let mut file = private().read(true).write(true).create_new(true).open(&path)?;
        file.lock()?;
        let line = serde_json::to_string(&begun)?;
        writeln!(file, "{line}")?;
        file.sync_all()?;
        File::open(&self.folder)?.sync_all()?;
        Ok(Noted { begun, id: None, file, path })
    }

    /// The statements that nobody waits for any more, the oldest first; they are held while they are looked at.
    pub(super) fn orphans(&self, now: Timestamp) -> io::Result<Vec<Noted>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut orphans = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let Some(noted) = read(&path)? else { continue };
            if now.duration_since(noted.begun.began) > LONGEST {
                noted.forget();
            } else if noted.begun.profile == self.profile {
                orphans.push(noted);
            }
        }
        orphans.sort_by_key(|noted| noted.begun.began);
        Ok(orphans)
    }
}

/// A statement that nobody holds.
fn read(path: &Path) -> io::Result<Option<Noted>> {
    let file = match private().read(true).write(true).open(path) {
        Ok(file) => file,
        // It has ended since the folder was read.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let mut text = Vec::new();
    (&file).take(READ).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
    let begun = lines.next().and_then(|line| serde_json::from_str(line).ok());
    let Some(begun) = begun else {
        // What was cut short before it was whole was never started; a moment ago it may be about to be written.
        let is_old = file.metadata()?.modified().ok().and_then(|time| time.elapsed().ok());
        if is_old.is_some_and(|age| age.as_secs() > 60) {
            fs::remove_file(path)?;
        }
        return Ok(None);
    };
    let id = lines.next().map(str::to_owned);
    Ok(Some(Noted { begun, id, file, path: path.to_owned() }))
}

/// Files that only their owner reads: a statement tells what is looked for.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements() -> (tempfile::TempDir, Statements) {
        let folder = tempfile::tempdir().expect("a folder");
        let statements = Statements::below(folder.path(), "prod");
        (folder, statements)
    }

    fn begun(sql: &str) -> Begun {
        Begun::now(Statement { sql: sql.to_owned(), ..Statement::default() })
    }

    fn orphans(statements: &Statements) -> Vec<(String, Option<String>)> {
        let found = statements.orphans(Timestamp::now()).expect("is read");
        found.into_iter().map(|noted| (noted.begun.statement.sql.clone(), noted.id.clone())).collect()
    }

    #[test]
    fn a_statement_is_an_orphan_once_nobody_holds_it() {
        let (_folder, statements) = statements();
        assert!(orphans(&statements).is_empty());
        let mut noted = statements.note(begun("SELECT 1")).expect("is kept");
        assert!(noted.begun.token.len() >= 32, "Athena wants so many characters");
        assert!(orphans(&statements).is_empty(), "somebody waits for it");
        noted.learn("id-1").expect("is kept");
        drop(noted);
        assert_eq!(orphans(&statements), [("SELECT 1".to_owned(), Some("id-1".to_owned()))]);
        let found = statements.orphans(Timestamp::now()).expect("is read").pop().expect("one");
        assert!(orphans(&statements).is_empty(), "another looks at it");
        found.forget();
        assert!(orphans(&statements).is_empty());
    }

    #[test]
    fn a_statement_of_another_profile_is_left_to_that() {
        let (folder, statements) = statements();
        drop(statements.note(begun("SELECT 1")).expect("is kept"));
        let others = Statements::below(folder.path(), "audit");
        assert!(orphans(&others).is_empty(), "it would be started again, in another account");
        assert_eq!(orphans(&statements).len(), 1);
    }

    #[test]
    fn what_was_cut_short_is_no_statement_and_an_id_cut_short_is_none() {
        let (_folder, statements) = statements();
        let noted = statements.note(begun("SELECT 2")).expect("is kept");
        let path = noted.path.clone();
        drop(noted);
        let whole = fs::read(&path).expect("is read");
        fs::write(&path, [&whole[..], b"0123-4"].concat()).expect("is written");
        assert_eq!(orphans(&statements), [("SELECT 2".to_owned(), None)]);
        fs::write(&path, &whole[..whole.len() / 2]).expect("is written");
        assert!(orphans(&statements).is_empty());
        assert!(path.exists(), "it may be about to be written");
    }

    #[test]
    fn what_must_have_ended_long_ago_is_forgotten() {
        let (_folder, statements) = statements();
        let began = Timestamp::now() - LONGEST - SignedDuration::from_secs(1);
        let statement = Begun { began, ..begun("SELECT 3") };
        let path = statements.note(statement).expect("is kept").path;
        assert!(orphans(&statements).is_empty() && !path.exists());
    }
}
