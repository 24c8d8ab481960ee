//! Objects -> files: streamed beside their place, and there only once they are whole. No file is ever overwritten.

mod part;

use std::io;
use std::path::{Path, PathBuf};

use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, Body, Kind};
use crate::domain::ObjectId;
use crate::domain::download::{file_name, numbered};
use crate::replay::files::sync_folder;
use part::Part;

/// The last number that is tried where files of that name are there.
const NUMBERS: u32 = 9_999;

/// An object that did not become a file.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// It could not be read.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// Its body ended early.
    #[error("cannot read {object}: the body ended after {written} of {size} bytes")]
    Short {
        /// The object.
        object: ObjectId,
        /// How many bytes came.
        written: u64,
        /// How many there should be.
        size: u64,
    },
    /// The file could not be written.
    #[error("cannot write {path}")]
    Write {
        /// The file, or its folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
}

impl From<DownloadError> for Trouble {
    fn from(error: DownloadError) -> Self {
        let what = error.to_string();
        match error {
            DownloadError::Aws(error) => error.into(),
            DownloadError::Short { .. } => Self { what, cause: String::new(), hint: None },
            DownloadError::Write { error, .. } => Self { what, cause: error.to_string(), hint: None },
        }
    }
}

/// Makes the folder, and gives its absolute path.
pub fn folder(path: &Path) -> Result<PathBuf, DownloadError> {
    let wrong = |error| DownloadError::Write { path: path.to_owned(), error };
    std::fs::create_dir_all(path).map_err(wrong)?;
    std::path::absolute(path).map_err(wrong)
}

/// Objects that are fetched at once.
pub const PARALLEL: usize = 4;

/// Writes an object into a new file of `folder`, and gives its path; `told` hears how many bytes came, piece by piece.
/// With `etag`, only the object that still has it. What an earlier download left of the same bytes is not fetched again;
/// dropped half-way, it leaves at most what the next one goes on behind.
pub async fn download(
    aws: &Aws,
    object: &ObjectId,
    etag: Option<&str>,
    folder: &Path,
    mut told: impl FnMut(u64),
) -> Result<PathBuf, DownloadError> {
    let wrong = |error| DownloadError::Write { path: folder.to_owned(), error };
    let (mut part, mut body) = begin(aws, object, etag, folder).await?;
    if body.from != part.length() {
        // Who does not know ranges sends all of it.
        part.cut(body.from).map_err(wrong)?;
    }
    told(part.length());
    while let Some(bytes) = body.next().await? {
        let length = bytes.len() as u64;
        part = on_disk(move || part.write(&bytes).map(|()| part)).await.map_err(wrong)?;
        told(length);
    }
    let (written, size) = (part.length(), body.object.size.bytes());
    if written != size {
        return Err(DownloadError::Short { object: object.clone(), written, size });
    }
    let kept = on_disk(|| part.keep()).await.map_err(wrong)?;
    let path = name(kept, folder, &file_name(&object.key))?;
    sync_folder(folder).map_err(wrong)?;
    Ok(path)
}

/// Does what waits for the disk where nobody else waits for it.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Where the bytes go, and those that are still to come: behind what was left, where the object is still the same.
async fn begin(aws: &Aws, object: &ObjectId, etag: Option<&str>, folder: &Path) -> Result<(Part, Body), DownloadError> {
    let left = Part::left(folder, object).filter(|(part, of)| part.length() > 0 && etag.is_none_or(|etag| etag == of));
    if let Some((part, of)) = left {
        match aws.get(object, Some(part.length()..u64::MAX), Some(&of)).await {
            Ok(body) => return Ok((part, body)),
            // It is another object now, or no longer than what is there: from the beginning.
            Err(error) if matches!(error.kind, Kind::Changed | Kind::Other) => part.discard(),
            Err(error) => return Err(error.into()),
        }
    }
    let body = aws.get(object, None, etag).await?;
    let part = Part::new(folder, object, &body.object.etag);
    let part = part.map_err(|error| DownloadError::Write { path: folder.to_owned(), error })?;
    Ok((part, body))
}

/// Gives a file its name, or that with the first number that is free.
pub(crate) fn name(part: tempfile::TempPath, folder: &Path, name: &str) -> Result<PathBuf, DownloadError> {
    let mut part = part;
    let mut number = 1;
    loop {
        let path = folder.join(if number == 1 { name.to_owned() } else { numbered(name, number) });
        match part.persist_noclobber(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && number < NUMBERS => {
                part = error.path;
                number += 1;
            }
            Err(error) => return Err(DownloadError::Write { path, error: error.error }),
        }
    }
}
