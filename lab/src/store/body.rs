//! Bodies: how they are received, kept and read.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use md5::{Digest, Md5};
use rusqlite::{Connection, Transaction, params};
use tempfile::NamedTempFile;
use uuid::Uuid;

use super::{Store, StoreError};

/// Bodies up to this many bytes are rows of the database; larger ones are files.
const INLINE_LIMIT: usize = 64 * 1024;

/// Receives a body piece by piece: in memory while it is small, then in a file.
pub(crate) struct Stager {
    incoming: PathBuf,
    memory: Vec<u8>,
    whole: Option<Bytes>,
    file: Option<NamedTempFile>,
    size: u64,
    md5: Md5,
}

impl Stager {
    pub(super) fn new(incoming: PathBuf) -> Stager {
        Stager { incoming, memory: Vec::new(), whole: None, file: None, size: 0, md5: Md5::new() }
    }

    /// Takes a body that comes in one piece, without copying it where it stays in memory.
    pub(super) fn take(&mut self, body: Bytes) -> Result<(), StoreError> {
        if body.len() <= INLINE_LIMIT && self.size == 0 {
            self.md5.update(&body);
            self.size = body.len() as u64;
            self.whole = Some(body);
            return Ok(());
        }
        self.push(&body)
    }

    /// Takes the next piece.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.md5.update(piece);
        self.size += piece.len() as u64;
        if self.file.is_none() && self.memory.len() + piece.len() <= INLINE_LIMIT {
            self.memory.extend_from_slice(piece);
            return Ok(());
        }
        let incoming = &self.incoming;
        let failed = |source| StoreError::Io { path: incoming.clone(), source };
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(NamedTempFile::new_in(incoming).map_err(failed)?),
        };
        if !self.memory.is_empty() {
            file.write_all(&self.memory).map_err(failed)?;
            self.memory = Vec::new();
        }
        file.write_all(piece).map_err(failed)
    }

    /// The MD5 of what was taken so far.
    pub(crate) fn md5(&self) -> [u8; 16] {
        self.md5.clone().finalize().into()
    }

    /// The body is complete.
    pub(crate) fn finish(self) -> Staged {
        Staged {
            size: self.size,
            md5: self.md5.finalize().into(),
            content: match (self.file, self.whole) {
                (Some(file), _) => Content::File(file),
                (None, Some(whole)) => Content::Memory(whole),
                (None, None) => Content::Memory(self.memory.into()),
            },
        }
    }
}

/// A body that was received and belongs to no object yet; dropping it removes it.
pub(crate) struct Staged {
    pub(super) size: u64,
    pub(super) md5: [u8; 16],
    content: Content,
}

enum Content {
    Memory(Bytes),
    File(NamedTempFile),
}

impl Staged {
    /// Hex MD5.
    pub(super) fn etag(&self) -> String {
        hex(&self.md5)
    }

    /// Makes the body's row, for one use. The file stays temporary until [`Kept::keep`].
    pub(super) fn insert(self, store: &Store, transaction: &Transaction<'_>) -> Result<(i64, Kept), StoreError> {
        let mut insert = transaction.prepare_cached("INSERT INTO bodies (uses, data, file) VALUES (1, ?1, ?2)")?;
        match self.content {
            Content::Memory(bytes) => {
                let id = insert.insert(params![bytes.as_ref(), None::<String>])?;
                Ok((id, Kept::default()))
            }
            Content::File(file) => {
                let name = Uuid::new_v4().simple().to_string();
                let path = store.body_path(&name);
                let failed = |source| StoreError::Io { path: path.clone(), source };
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                file.persist(&path).map_err(|error| failed(error.error))?;
                let kept = Kept { unless_kept: Some(path) };
                let id = insert.insert(params![None::<&[u8]>, name])?;
                Ok((id, kept))
            }
        }
    }
}

/// Removes a body's file unless the transaction that refers to it was committed.
#[derive(Default)]
pub(super) struct Kept {
    unless_kept: Option<PathBuf>,
}

impl Kept {
    pub(super) fn keep(mut self) {
        self.unless_kept = None;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(path) = self.unless_kept.take() {
            // A file that cannot be removed wastes space and harms nothing else.
            let _ = fs::remove_file(path);
        }
    }
}

/// The bytes of a body, or where they are.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// All of it.
    Memory(Bytes),
    /// A file that holds exactly the body.
    File(PathBuf),
}

impl Body {
    /// The body, and whether it is a linked file.
    pub(super) fn find(store: &Store, connection: &Connection, id: i64) -> Result<(Body, bool), StoreError> {
        let body =
            connection.prepare_cached("SELECT data, file, link FROM bodies WHERE id = ?1")?.query_row([id], |row| {
                Ok(match row.get::<_, Option<Vec<u8>>>(0)? {
                    Some(data) => Ok(Body::Memory(data.into())),
                    None => Err((row.get::<_, Option<String>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?)),
                })
            })?;
        Ok(match body {
            Ok(body) => (body, false),
            Err((Some(file), _)) => (Body::File(store.body_path(&file)), false),
            Err((None, link)) => (Body::File(path_from_bytes(link.unwrap_or_default())), true),
        })
    }

    /// Reads `range` of the body, which lies within it.
    pub(crate) fn read(&self, range: Range<u64>) -> Result<Bytes, StoreError> {
        match self {
            Body::Memory(bytes) => {
                let end = (range.end as usize).min(bytes.len());
                Ok(bytes.slice((range.start as usize).min(end)..end))
            }
            Body::File(path) => {
                read_range(path, range).map(Bytes::from).map_err(|source| StoreError::Io { path: path.clone(), source })
            }
        }
    }
}

fn read_range(path: &Path, range: Range<u64>) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start))?;
    let length = range.end.saturating_sub(range.start);
    let mut bytes = Vec::with_capacity(length as usize);
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A use of the body is over. Names its file in `garbage` if that was the last, to be removed after the commit.
pub(super) fn release(
    store: &Store,
    transaction: &Transaction<'_>,
    id: i64,
    garbage: &mut Vec<PathBuf>,
) -> Result<(), StoreError> {
    let (uses, file): (i64, Option<String>) = transaction
        .prepare_cached("UPDATE bodies SET uses = uses - 1 WHERE id = ?1 RETURNING uses, file")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if uses > 0 {
        return Ok(());
    }
    transaction.prepare_cached("DELETE FROM bodies WHERE id = ?1")?.execute([id])?;
    garbage.extend(file.map(|file| store.body_path(&file)));
    Ok(())
}

/// Another object uses the body.
pub(super) fn share(transaction: &Transaction<'_>, id: i64) -> Result<(), StoreError> {
    transaction.prepare_cached("UPDATE bodies SET uses = uses + 1 WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Removes files whose rows are gone.
pub(super) fn collect(garbage: &[PathBuf]) {
    for path in garbage {
        // A file that cannot be removed wastes space and harms nothing else.
        let _ = fs::remove_file(path);
    }
}

/// Size, modification time and eTag of a linked file. The eTag is no MD5 of the content, which would mean to read it
/// all; its form (`<hex>-1`) tells clients so.
pub(super) fn link_state(path: &Path) -> Result<(u64, i64, String), StoreError> {
    let failed = |source| StoreError::Io { path: path.to_path_buf(), source };
    let metadata = fs::metadata(path).map_err(failed)?;
    let modified = metadata.modified().map_err(failed)?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut md5 = Md5::new();
    md5.update(path_bytes(path));
    md5.update(metadata.len().to_be_bytes());
    md5.update(modified.as_nanos().to_be_bytes());
    let etag = format!("{}-1", hex(&md5.finalize()));
    Ok((metadata.len(), modified.as_secs() as i64 * 1_000, etag))
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(unix)]
pub(super) fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
pub(super) fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

impl Store {
    fn body_path(&self, name: &str) -> PathBuf {
        self.0.bodies.join(&name[..2]).join(name)
    }
}
