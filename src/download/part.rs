//! The file beside its place that an object is written into until it is whole. What is there of a large one outlives a
//! download that broke off, and the next one goes on behind it, where the object still has its eTag.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::domain::ObjectId;

/// Bytes between two syncs: a part is trusted up to the sync before the last that it can have had, whatever a loss of
/// power did to the rest.
pub(super) const STEP: u64 = 4 << 20;

/// A part that is being written, by this process alone. Dropped before it is kept, it stays where the next download can
/// go on behind it, and is deleted where there is too little of it.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    length: u64,
    synced: u64,
    is_kept: bool,
}

impl Part {
    /// What an earlier download left of the object in `folder`, with the eTag that it was of; none where nothing is left,
    /// or another process writes it now.
    pub(super) fn left(folder: &Path, object: &ObjectId) -> Option<(Self, String)> {
        let begin = stem(object);
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let name = entry.file_name();
            let Some(etag) = name.to_str().and_then(|name| name.strip_prefix(&begin)?.strip_suffix(ENDING)) else {
                continue;
            };
            let file = File::options().read(true).write(true).open(entry.path()).ok()?;
            file.try_lock().ok()?;
            let length = file.metadata().ok()?.len();
            let trusted = trusted(length);
            let mut part = Self { path: entry.path(), file, length, synced: trusted, is_kept: false };
            part.cut(trusted).ok()?;
            return Some((part, etag.to_owned()));
        }
        None
    }

    /// A new, empty part. Where another process writes one of the same object, it has a name of its own.
    pub(super) fn new(folder: &Path, object: &ObjectId, etag: &str) -> io::Result<Self> {
        let is_name = !etag.is_empty()
            && etag.len() <= 100
            && etag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let path = folder.join(format!("{}{etag}{ENDING}", stem(object)));
        let own = is_name.then(|| File::options().write(true).create_new(true).open(&path).ok()).flatten();
        let own = own.filter(|file| file.try_lock().is_ok());
        let (file, path) = match own {
            Some(file) => (file, path),
            None => tempfile::Builder::new()
                .prefix(".scops-get-")
                .tempfile_in(folder)?
                .keep()
                .map_err(|error| error.error)?,
        };
        Ok(Self { path, file, length: 0, synced: 0, is_kept: false })
    }

    /// How many bytes are there.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Leaves the first bytes only.
    pub(super) fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        self.synced = self.synced.min(length);
        Ok(())
    }

    /// Writes behind what is there.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        if self.length >= self.synced + STEP {
            self.file.sync_data()?;
            self.synced = self.length;
        }
        Ok(())
    }

    /// The whole object is there, and durable: gives it its name.
    pub(super) fn keep(mut self) -> io::Result<tempfile::TempPath> {
        self.file.sync_all()?;
        self.is_kept = true;
        tempfile::TempPath::try_from_path(&self.path)
    }

    /// Deletes it: it is of no use to anybody.
    pub(super) fn discard(mut self) {
        self.length = 0;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_kept && trusted(self.length) == 0 {
            // A hidden file that stays behind harms nobody.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// How much of a part that was left is certainly what was written.
fn trusted(length: u64) -> u64 {
    (length / STEP).saturating_sub(1) * STEP
}

const ENDING: &str = ".part";

/// The beginning of a part's name, which its object's bucket, key and version make.
fn stem(object: &ObjectId) -> String {
    let named = [&object.bucket, &object.key, object.version.as_deref().unwrap_or_default()].map(str::as_bytes);
    let mut hash = Sha256::new();
    for name in named {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
    }
    let hash = format!("{:x}", hash.finalize());
    format!(".scops-get-{}-", &hash[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        names.map(|name| name.to_str().expect("UTF-8").to_owned()).collect()
    }

    #[test]
    fn what_is_left_of_a_large_object_is_gone_on_with_and_of_a_small_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let object = ObjectId::new("logs", "a/b.gz");
        let mut small = Part::new(folder.path(), &object, "e1").expect("a part");
        small.write(b"few").expect("is written");
        drop(small);
        assert!(names(folder.path()).is_empty());

        let chunk = vec![7; 1 << 20];
        let mut large = Part::new(folder.path(), &object, "e1").expect("a part");
        for _ in 0..13 {
            large.write(&chunk).expect("is written");
        }
        // Another process writes its own.
        assert!(Part::left(folder.path(), &object).is_none());
        let mut other = Part::new(folder.path(), &object, "e1").expect("a part");
        other.write(b"x").expect("is written");
        drop(other);
        drop(large);
        let (left, etag) = Part::left(folder.path(), &object).expect("is left");
        assert_eq!((left.length(), etag.as_str()), (2 * STEP, "e1"), "13 MiB were there, 8 are certain");
        assert!(Part::left(folder.path(), &ObjectId::new("logs", "a/c.gz")).is_none());
        left.discard();
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn an_etag_that_is_no_name_makes_a_part_that_nobody_goes_on_with() {
        let folder = tempfile::tempdir().expect("a folder");
        let object = ObjectId::new("logs", "a");
        for etag in ["", "../../x", "a b", "\u{1b}[2J"] {
            let part = Part::new(folder.path(), &object, etag).expect("a part");
            assert_eq!(part.path.parent(), Some(folder.path()));
            assert!(Part::left(folder.path(), &object).is_none());
        }
    }
}
