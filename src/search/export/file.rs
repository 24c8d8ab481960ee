//! A file that is there only once it is whole: written beside its place, synced, and given a name that is free.
//!
//! What comes of a query can be gone on with where it broke off: a mark beside the file tells how many of its bytes stand
//! for which part of the result.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::TempPath;

use crate::download::{self, DownloadError};
use crate::replay::files::sync_folder;
use crate::search::results::Place;

/// Bytes between two marks.
const STEP: u64 = 16 << 20;

/// How far an export is, in its file and in what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The bytes that are written.
    pub(super) written: u64,
    /// The rows that they are.
    pub(super) rows: u64,
    /// Where the next row is read.
    pub(super) place: Place,
}

/// A file that is being written. Dropped before it is kept it goes, or stays where a later export of the same goes on.
#[derive(Debug)]
pub struct NewFile {
    file: BufWriter<File>,
    path: PathBuf,
    written: u64,
    folder: PathBuf,
    name: String,
    is_replacing: bool,
    marks: Option<Marks>,
    is_kept: bool,
}

#[derive(Debug)]
struct Marks {
    path: PathBuf,
    last: Option<Mark>,
    /// How much was written at the last mark that is on disk.
    saved: u64,
}

impl NewFile {
    /// A file that will be `to`, or have that name with a number where it is taken; where `is_replacing`, it takes its
    /// place. Its folder is made.
    pub fn new(to: &Path, is_replacing: bool) -> Result<Self, DownloadError> {
        let (folder, name) = split(to)?;
        let wrong = |error| DownloadError::Write { path: folder.clone(), error };
        let part = tempfile::Builder::new().prefix(PREFIX).tempfile_in(&folder).map_err(wrong)?;
        let (file, path) = part.keep().map_err(|error| wrong(error.error))?;
        Ok(Self {
            file: BufWriter::new(file),
            path,
            written: 0,
            folder,
            name,
            is_replacing,
            marks: None,
            is_kept: false,
        })
    }

    /// The same, of something that `what` names. What is left of an export that broke off is in it, and told; cut it to
    /// nothing where it is of no use.
    pub(super) fn resumable(
        to: &Path,
        is_replacing: bool,
        what: &[&str],
    ) -> Result<(Self, Option<Mark>), DownloadError> {
        let (folder, name) = split(to)?;
        let mut hash = Sha256::new();
        for what in what {
            hash.update((what.len() as u64).to_be_bytes());
            hash.update(what);
        }
        let hash = format!("{:x}", hash.finalize());
        let path = folder.join(format!("{PREFIX}{}.part", &hash[..32]));
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let Some(file) = opened.ok().filter(|file| file.try_lock().is_ok()) else {
            // Another process writes the same now.
            return Ok((Self::new(to, is_replacing)?, None));
        };
        let marks = path.with_extension("mark");
        let mark = fs::read(&marks).ok().and_then(|bytes| serde_json::from_slice::<Mark>(&bytes).ok());
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let mark = mark.filter(|mark| (1..=length).contains(&mark.written));
        let saved = mark.as_ref().map_or(0, |mark| mark.written);
        let marks = Some(Marks { path: marks, last: mark.clone(), saved });
        let mut this =
            Self { file: BufWriter::new(file), path, written: 0, folder, name, is_replacing, marks, is_kept: false };
        this.cut(saved).map_err(|error| this.wrong(error))?;
        Ok((this, mark))
    }

    /// How many bytes are there.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Leaves the first bytes only.
    pub(super) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_mut().set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.written = length;
        Ok(())
    }

    /// Nothing that was marked counts.
    pub(super) fn begin_anew(&mut self) -> io::Result<()> {
        if let Some(marks) = &mut self.marks {
            (marks.last, marks.saved) = (None, 0);
        }
        self.cut(0)
    }

    /// All that is written are so many rows, and the next one is read there.
    pub(super) fn mark(&mut self, rows: u64, place: Place) -> io::Result<()> {
        let written = self.written;
        let Some(marks) = &mut self.marks else { return Ok(()) };
        marks.last = Some(Mark { written, rows, place });
        if written >= marks.saved + STEP { self.save() } else { Ok(()) }
    }

    /// Has the last mark on disk, behind what it tells of.
    fn save(&mut self) -> io::Result<()> {
        self.file.flush()?;
        let Some(marks) = &mut self.marks else { return Ok(()) };
        let Some(mark) = marks.last.as_ref().filter(|mark| mark.written != marks.saved) else { return Ok(()) };
        self.file.get_ref().sync_data()?;
        let mut beside = tempfile::NamedTempFile::with_prefix_in(PREFIX, &self.folder)?;
        beside.write_all(&serde_json::to_vec(mark)?)?;
        beside.as_file().sync_data()?;
        beside.persist(&marks.path).map_err(|error| error.error)?;
        marks.saved = mark.written;
        Ok(())
    }

    /// It is whole: gives it its name, and tells it.
    pub fn keep(mut self) -> Result<PathBuf, DownloadError> {
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        done.map_err(|error| self.wrong(error))?;
        self.is_kept = true;
        let part = TempPath::try_from_path(&self.path).map_err(|error| self.wrong(error))?;
        let path = if self.is_replacing {
            let path = self.folder.join(&self.name);
            part.persist(&path).map_err(|error| DownloadError::Write { path: path.clone(), error: error.error })?;
            path
        } else {
            download::name(part, &self.folder, &self.name)?
        };
        sync_folder(&self.folder).map_err(|error| self.wrong(error))?;
        if let Some(marks) = &self.marks {
            // It may never have been written.
            let _ = fs::remove_file(&marks.path);
        }
        Ok(path)
    }

    fn wrong(&self, error: io::Error) -> DownloadError {
        DownloadError::Write { path: self.folder.join(&self.name), error }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        let is_marked = self.save().is_ok() && self.marks.as_ref().is_some_and(|marks| marks.saved > 0);
        if !is_marked {
            // A hidden file that stays behind harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

const PREFIX: &str = ".scops-export-";

/// The folder, which is made, and the name in it.
fn split(to: &Path) -> Result<(PathBuf, String), DownloadError> {
    let no_name = || DownloadError::Write { path: to.to_owned(), error: io::Error::other("it names no file") };
    let name = to.file_name().and_then(|name| name.to_str()).ok_or_else(no_name)?.to_owned();
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if to.is_dir() {
        return Err(DownloadError::Write { path: to.to_owned(), error: io::ErrorKind::IsADirectory.into() });
    }
    Ok((download::folder(parent)?, name))
}
