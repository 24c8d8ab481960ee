//! Objects -> files: streamed beside their place, and there only once they are whole. No file is ever overwritten.

use std::io;
use std::path::{Path, PathBuf};

use tokio::io::AsyncWriteExt as _;

use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError};
use crate::domain::ObjectId;
use crate::domain::download::{file_name, numbered};
use crate::replay::files::sync_folder;

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

/// Writes an object into a new file of `folder`, and gives its path; `told` hears how many bytes came, piece by piece.
/// With `etag`, only the object that still has it. Dropped half-way, it leaves nothing behind.
pub async fn download(
    aws: &Aws,
    object: &ObjectId,
    etag: Option<&str>,
    folder: &Path,
    mut told: impl FnMut(u64),
) -> Result<PathBuf, DownloadError> {
    let mut body = aws.get(object, None, etag).await?;
    let wrong = |error| DownloadError::Write { path: folder.to_owned(), error };
    let part = tempfile::Builder::new().prefix(".scops-get-").tempfile_in(folder).map_err(wrong)?;
    let mut file = tokio::fs::File::from_std(part.reopen().map_err(wrong)?);
    let mut written = 0;
    while let Some(bytes) = body.next().await? {
        file.write_all(&bytes).await.map_err(wrong)?;
        written += bytes.len() as u64;
        told(bytes.len() as u64);
    }
    let size = body.object.size.bytes();
    if written != size {
        return Err(DownloadError::Short { object: object.clone(), written, size });
    }
    file.sync_all().await.map_err(wrong)?;
    let path = keep(part, folder, &file_name(&object.key))?;
    sync_folder(folder).map_err(wrong)?;
    Ok(path)
}

/// Gives a file its name, or that with the first number that is free.
fn keep(part: tempfile::NamedTempFile, folder: &Path, name: &str) -> Result<PathBuf, DownloadError> {
    let mut part = part;
    let mut number = 1;
    loop {
        let path = folder.join(if number == 1 { name.to_owned() } else { numbered(name, number) });
        match part.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && number < NUMBERS => {
                part = error.file;
                number += 1;
            }
            Err(error) => return Err(DownloadError::Write { path, error: error.error }),
        }
    }
}
