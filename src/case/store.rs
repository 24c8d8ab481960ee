//! The folder of cases: each a folder of its own, in it `case.ndjson`, what was saved, and the lock of the one writer.
//!
//! A change is read, checked, appended and durable under the lock, so that a console and a command line may work on one
//! case at the same time; nobody holds the lock while people think.

use std::fs::{self, File};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::{CaseError, log};
use crate::domain::case::{Change, Entry, Note, Pin, VERSION};
use crate::domain::{Case, CaseName, NoteId};
use crate::replay::files::{Lock, lock, private, sync_folder};

/// How long another writer is waited for. A change takes a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file of a case.
const FILE: &str = "case.ndjson";

/// Cases below one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cases {
    folder: PathBuf,
}

/// A case in a list.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: CaseName,
    /// What it holds, or why it cannot be read.
    pub case: Result<Case, CaseError>,
}

/// What a new note says.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The profile that is looked at.
    pub profile: Option<String>,
    /// The text.
    pub text: String,
    /// What is pinned.
    pub pin: Option<Pin>,
}

impl Cases {
    /// The cases below this folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where a case's files lie.
    pub fn folder(&self, name: &CaseName) -> PathBuf {
        self.folder.join(name.as_str())
    }

    /// The names of all cases, in their order. Reads none of them.
    pub fn names(&self) -> Result<Vec<CaseName>, CaseError> {
        let unread = |error| CaseError::Read { path: self.folder.clone(), error };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unread(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().to_str().and_then(|name| name.parse::<CaseName>().ok());
            names.extend(name.filter(|_| entry.path().join(FILE).is_file()));
        }
        names.sort();
        Ok(names)
    }

    /// All cases, by name.
    pub fn list(&self) -> Result<Vec<Listed>, CaseError> {
        let names = self.names()?;
        Ok(names.into_iter().map(|name| Listed { case: self.read(&name), name }).collect())
    }

    /// The case of this name.
    pub fn read(&self, name: &CaseName) -> Result<Case, CaseError> {
        let path = self.folder(name).join(FILE);
        match File::open(&path) {
            Ok(file) => {
                let scan = log::scan(BufReader::new(file), &path)?;
                scan.case.ok_or_else(|| CaseError::Missing(name.clone()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(CaseError::Missing(name.clone())),
            Err(error) => Err(CaseError::Read { path, error }),
        }
    }

    /// The case of this name; a new one where there is none.
    pub fn open(&self, name: &CaseName, who: &str, at: Timestamp) -> Result<Case, CaseError> {
        match self.read(name) {
            Err(CaseError::Missing(_)) => {
                self.write(name, |case| Ok(if case.is_some() { Vec::new() } else { vec![opened(name, who, at, None)] }))
            }
            read => read,
        }
    }

    /// Makes a change, durably. Gives the case as it is then.
    pub fn change(&self, name: &CaseName, who: &str, at: Timestamp, change: Change) -> Result<Case, CaseError> {
        self.write(name, |case| {
            if case.is_none() {
                return Err(CaseError::Missing(name.clone()));
            }
            Ok(vec![Entry { at, who: who.to_owned(), change }])
        })
    }

    /// Adds a note, durably; to a new case where there is none of this name. Gives the case as it is then.
    pub fn add(&self, name: &CaseName, who: &str, at: Timestamp, draft: Draft) -> Result<Case, CaseError> {
        self.write(name, |case| {
            let Draft { profile, text, pin } = draft;
            let id = case.map_or(NoteId(1), Case::next_id);
            let note = Note { id, at, who: who.to_owned(), profile, text, pin };
            let added = Entry { at, who: who.to_owned(), change: Change::Added { note: Box::new(note) } };
            let first = case.is_none().then(|| opened(name, who, at, None));
            Ok(first.into_iter().chain([added]).collect())
        })
    }

    /// Makes a case of notes that came from elsewhere, whole or not at all; under another name where that is taken.
    pub(super) fn import(
        &self,
        wanted: &CaseName,
        who: &str,
        at: Timestamp,
        bundle: &str,
        notes: &[Note],
    ) -> Result<Case, CaseError> {
        let mut name = wanted.clone();
        for number in 2.. {
            match self.read(&name) {
                Err(CaseError::Missing(_)) => break,
                // It was opened before: notes that were added since stay.
                Ok(case) if case.bundle.as_deref() == Some(bundle) => return Ok(case),
                _ => name = wanted.numbered(number),
            }
        }
        // Their numbers are another case's: a note that is added here gets the next one.
        let added = (1..).zip(notes).map(|(id, note)| {
            let note = Note { id: NoteId(id), ..note.clone() };
            Entry { at, who: who.to_owned(), change: Change::Added { note: Box::new(note) } }
        });
        self.write(&name, |case| match case {
            Some(_) => Err(CaseError::Busy { name: name.clone(), holder: String::new() }),
            None => Ok([opened(&name, who, at, Some(bundle.to_owned()))].into_iter().chain(added).collect()),
        })
    }

    /// Appends the entries that `decide` makes of the case as it is, in one durable write.
    fn write(
        &self,
        name: &CaseName,
        decide: impl FnOnce(Option<&Case>) -> Result<Vec<Entry>, CaseError>,
    ) -> Result<Case, CaseError> {
        let folder = self.folder(name);
        let path = folder.join(FILE);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| CaseError::Write { path, error }
        };
        make_folder(&folder).map_err(failed(&folder))?;
        let _only_writer = only_writer(name, &folder)?;
        let mut file = match private().read(true).write(true).open(&path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path)(error)),
        };
        let scan = file.as_ref().map(|file| log::scan(BufReader::new(file), &path)).transpose()?.unwrap_or_default();
        let mut case = scan.case;
        let is_new = case.is_none();
        let mut bytes = Vec::new();
        for entry in decide(case.as_ref())? {
            bytes.extend(log::line(&entry).map_err(|error| failed(&path)(error.into()))?);
            match &mut case {
                None => case = Some(Case::open(entry)?),
                Some(case) => case.apply(entry)?,
            }
        }
        let written = match &mut file {
            _ if bytes.is_empty() => Ok(()),
            Some(file) if !is_new => append(file, scan.whole, &bytes),
            _ => create(&folder, &path, &bytes),
        };
        written.map_err(failed(&path))?;
        case.ok_or_else(|| CaseError::Missing(name.clone()))
    }
}

fn opened(name: &CaseName, who: &str, at: Timestamp, bundle: Option<String>) -> Entry {
    Entry { at, who: who.to_owned(), change: Change::Opened { version: VERSION, name: name.clone(), bundle } }
}

/// Drops what a write that was cut short has left behind `whole`, and appends. After a failure the file is as it was.
fn append(file: &mut File, whole: u64, bytes: &[u8]) -> io::Result<()> {
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_data());
    if written.is_err() {
        // Where this fails as well, the next writer finds a torn line and drops it.
        let _ = file.set_len(whole);
    }
    written
}

/// Writes the first entries: all of them are there, or none.
fn create(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(".case.part");
    let mut file = private().write(true).create(true).truncate(true).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    sync_folder(folder)
}

/// Makes a folder that survives a loss of power, with the folders above it.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    folder.ancestors().skip(1).take(2).try_for_each(sync_folder)
}

/// Waits for the lock, not for ever.
fn only_writer(name: &CaseName, folder: &Path) -> Result<File, CaseError> {
    let path = folder.join("case.lock");
    let since = Instant::now();
    loop {
        match lock(&path) {
            Ok(Lock::Taken(file)) => return Ok(file),
            Ok(Lock::Held(_)) if since.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            Ok(Lock::Held(holder)) => return Err(CaseError::Busy { name: name.clone(), holder }),
            Err(error) => return Err(CaseError::Write { path, error }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> CaseName {
        "INC-4711".parse().expect("a name")
    }

    fn text(text: &str) -> Draft {
        Draft { profile: None, text: text.to_owned(), pin: None }
    }

    fn cases() -> (tempfile::TempDir, Cases) {
        let home = tempfile::tempdir().expect("a folder");
        let cases = Cases::new(home.path().join("cases"));
        (home, cases)
    }

    fn texts(case: &Case) -> Vec<&str> {
        case.notes().map(|note| note.text.as_str()).collect()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let (_home, cases) = cases();
        assert!(matches!(cases.read(&name()), Err(CaseError::Missing(_))));
        assert!(cases.list().expect("no folder is no error").is_empty());
        let hostile = "a\u{0}\u{1b}[2J\u{202e}\n\"}]\u{2028}";
        cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text(hostile)).expect("is added");
        let removed = Change::Removed { note: NoteId(1) };
        cases.change(&name(), "bo", Timestamp::UNIX_EPOCH, removed).expect("is removed");
        let case = cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text("second")).expect("is added");
        assert_eq!(texts(&case), ["second"]);
        assert_eq!(cases.read(&name()).expect("is there"), case);
        let back = cases.change(&name(), "bo", Timestamp::UNIX_EPOCH, Change::Restored { note: NoteId(1) });
        assert_eq!(texts(&back.expect("is back")), [hostile, "second"]);
        assert_eq!(cases.list().expect("a list").len(), 1);
    }

    #[test]
    fn a_write_that_was_cut_short_anywhere_loses_nothing_but_itself() {
        let (_home, cases) = cases();
        cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text("first")).expect("is added");
        let path = cases.folder(&name()).join(FILE);
        let whole = fs::read(&path).expect("the file");
        cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text("second")).expect("is added");
        let longer = fs::read(&path).expect("the file");
        for cut in whole.len()..longer.len() - 1 {
            // A line feed at the end makes it no entry.
            for tail in [&[][..], b"\n"] {
                fs::write(&path, [&longer[..cut], tail].concat()).expect("is written");
                assert_eq!(texts(&cases.read(&name()).expect("is there")), ["first"], "cut at {cut}");
                let case = cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text("third")).expect("is added");
                assert_eq!(texts(&case), ["first", "third"], "cut at {cut}");
                assert_eq!(cases.read(&name()).expect("is there"), case, "cut at {cut}");
            }
        }
    }

    #[test]
    fn damage_in_the_middle_is_told_with_its_line_and_nothing_is_written() {
        let (_home, cases) = cases();
        for note in ["first", "second"] {
            cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text(note)).expect("is added");
        }
        let path = cases.folder(&name()).join(FILE);
        let good = fs::read_to_string(&path).expect("the file");
        let bad = good.replacen("\"first\"", "\"first", 1);
        fs::write(&path, &bad).expect("is written");
        let error = cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, text("third")).expect_err("is damaged");
        assert!(error.to_string().contains("case.ndjson:2: "), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("the file"), bad);
        fs::write(&path, good.replace("\"added\"", "\"painted\"")).expect("is written");
        let error = cases.read(&name()).expect_err("is foreign").to_string();
        assert!(error.contains("case.ndjson:2: unknown variant `painted`"), "{error}");
    }

    #[test]
    fn many_writers_lose_no_note() {
        let (_home, cases) = cases();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let cases = &cases;
                scope.spawn(move || {
                    for number in 0..10 {
                        let note = text(&format!("{writer}-{number}"));
                        cases.add(&name(), "aya", Timestamp::UNIX_EPOCH, note).expect("is added");
                    }
                });
            }
        });
        let case = cases.read(&name()).expect("is there");
        let ids: Vec<u64> = case.notes().map(|note| note.id.0).collect();
        assert_eq!(ids, (1..=40).collect::<Vec<_>>());
    }
}
