//! Exporting a case: a folder with its Markdown, its page, its bundle and what was saved into it. The folder appears
//! whole and durable, or not at all, and takes nobody's place.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Bundle, CaseError, Cases, html, markdown};
use crate::domain::case::{MessagesPin, Pin};
use crate::domain::size::plural;
use crate::domain::{Case, CaseName};
use crate::replay::files::{private, sync_folder};

/// The largest bundle that is opened.
const BUNDLE: u64 = 1 << 30;

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The folder.
    pub folder: PathBuf,
    /// SHA-256 of the bundle's content.
    pub sha256: String,
    /// How many notes.
    pub notes: usize,
    /// Saved files that are not in it as they were saved, each with the cause.
    pub missing: Vec<String>,
}

impl Exported {
    /// In words.
    pub fn told(&self) -> String {
        let notes = plural(self.notes, "note");
        format!("{notes} exported to {}; the bundle's SHA-256 is {}", self.folder.display(), self.sha256)
    }
}

/// What was opened of a bundle.
#[derive(Debug)]
pub struct Opened {
    /// The case.
    pub case: Case,
    /// Saved files that did not lie beside the bundle as they were saved, each with the cause.
    pub missing: Vec<String>,
}

/// Exports a case into a new folder `NAME-MOMENT` below `to`.
pub fn export(cases: &Cases, name: &CaseName, to: &Path, who: &str, now: Timestamp) -> Result<Exported, CaseError> {
    let case = cases.read(name)?;
    let to = &std::path::absolute(to).unwrap_or_else(|_| to.to_owned());
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| CaseError::Write { path, error }
    };
    let bundle = Bundle::of(&case, who, now).map_err(|error| failed(to)(error.into()))?;
    fs::create_dir_all(to).map_err(failed(to))?;
    let part = tempfile::Builder::new().prefix(".scops-case-").tempdir_in(to).map_err(failed(to))?;
    let file = |extension: &str| part.path().join(format!("{name}.{extension}"));
    let texts = [
        (file("json"), bundle.to_text()),
        (file("md"), markdown::render(&bundle)),
        (file("html"), html::render(&bundle)),
    ];
    for (path, text) in texts {
        write(&path, text.as_bytes()).map_err(failed(&path))?;
    }
    let missing = copy_saved(&case, &cases.folder(name), part.path())?;
    sync_folder(part.path()).map_err(failed(part.path()))?;
    let folder = publish(part, to, &format!("{name}-{}", CaseName::of_moment(now))).map_err(failed(to))?;
    Ok(Exported { folder, sha256: bundle.sha256, notes: case.len(), missing })
}

/// Makes a case of a bundle, with the files that lie beside it. A bundle that was opened before is its case as it is now.
pub fn open(cases: &Cases, bundle: &Path, who: &str, now: Timestamp) -> Result<Opened, CaseError> {
    let unread = |error| CaseError::Read { path: bundle.to_owned(), error };
    let mut bytes = Vec::new();
    File::open(bundle).and_then(|file| file.take(BUNDLE).read_to_end(&mut bytes)).map_err(unread)?;
    let read = Bundle::read(&bytes, bundle)?;
    let case = cases.import(&read.content.name, who, now, &read.sha256, &read.content.notes)?;
    let beside = bundle.parent().unwrap_or(Path::new("."));
    let missing = copy_saved(&case, beside, &cases.folder(&case.name))?;
    Ok(Opened { case, missing })
}

/// Copies what was saved into a case, where it still is what was saved. Gives what is not, with the cause.
fn copy_saved(case: &Case, from: &Path, to: &Path) -> Result<Vec<String>, CaseError> {
    let mut missing = Vec::new();
    for note in case.notes() {
        let Some(Pin::Messages(saved)) = &note.pin else { continue };
        // A bundle is somebody else's: its names lead to no other folder.
        if Path::new(&saved.file).file_name() != Some(saved.file.as_ref()) || saved.file.starts_with('.') {
            missing.push(format!("{}: it is no name of a file", saved.file));
            continue;
        }
        let target = to.join(&saved.file);
        match copy(saved, &from.join(&saved.file), &target) {
            Ok(None) => {}
            Ok(Some(why)) => missing.push(format!("{}: {why}", saved.file)),
            Err(error) => return Err(CaseError::Write { path: target, error }),
        }
    }
    Ok(missing)
}

/// Copies a file whose SHA-256 is the one that was noted; else says why not. A file that is there already stays.
fn copy(saved: &MessagesPin, from: &Path, to: &Path) -> io::Result<Option<String>> {
    let mut source = match File::open(from) {
        Ok(file) => file,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let mut hash = Sha256::new();
    io::copy(&mut source, &mut hash)?;
    if format!("{:x}", hash.finalize()) != saved.sha256 {
        return Ok(Some("it is not what was saved: its SHA-256 is another".to_owned()));
    }
    if to.exists() {
        return Ok(None);
    }
    let part = to.with_extension("part");
    let mut target = private().write(true).create(true).truncate(true).open(&part)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()?;
    fs::rename(&part, to)?;
    Ok(None)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives a finished folder its name, or that name with a number where it is taken.
fn publish(part: tempfile::TempDir, to: &Path, name: &str) -> io::Result<PathBuf> {
    for number in 1.. {
        let folder = to.join(if number == 1 { name.to_owned() } else { format!("{name}-{number}") });
        // A folder takes the place of an empty one only: an exported one is never replaced.
        match fs::rename(part.path(), &folder) {
            Ok(()) => {
                // It has moved: there is nothing left to remove.
                let _ = part.keep();
                sync_folder(to)?;
                return Ok(folder);
            }
            Err(_) if folder.exists() => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("no name is free"))
}
