//! Multipart uploads: parts are bodies of their own until they are joined.

use jiff::Timestamp;
use md5::{Digest, Md5};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::body::{self, Body, Staged, hex};
use super::list::{successor, text};
use super::objects::{Aftermath, Headers, Source};
use super::{BucketRow, ChangeKind, Put, Store, StoreError, Stored};
use crate::clock::timestamp;

const MIN_PART: u64 = 5 * 1024 * 1024;
const JOIN_STEP: u64 = 1024 * 1024;

/// Which upload a request is about: all three must fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UploadTarget<'a> {
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    pub(crate) upload: &'a str,
}

/// An upload under way.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) initiated: Timestamp,
}

/// A part that was received.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) number: u32,
    pub(crate) size: u64,
    pub(crate) etag: String,
    pub(crate) arrived: Timestamp,
    body: i64,
}

/// A part as the completion names it.
#[derive(Clone, Debug)]
pub(crate) struct CompletedPart {
    pub(crate) number: u32,
    pub(crate) etag: Option<String>,
}

struct UploadRow {
    storage_class: Option<String>,
    headers: Option<String>,
}

impl UploadRow {
    fn find(connection: &Connection, target: UploadTarget<'_>) -> Result<(BucketRow, UploadRow), StoreError> {
        let bucket = BucketRow::find(connection, target.bucket)?;
        let row = connection
            .prepare_cached("SELECT storage_class, headers FROM uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3")?
            .query_row(params![target.upload, bucket.id, target.key.as_bytes()], |row| {
                Ok(UploadRow { storage_class: row.get(0)?, headers: row.get(1)? })
            })
            .optional()?
            .ok_or_else(|| StoreError::NoSuchUpload { upload: target.upload.to_owned() })?;
        Ok((bucket, row))
    }
}

fn parts(connection: &Connection, upload: &str) -> Result<Vec<Part>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT number, size, etag, arrived, body FROM parts WHERE upload = ?1 ORDER BY number")?
        .query_map([upload], |row| {
            Ok(Part {
                number: row.get(0)?,
                size: row.get::<_, i64>(1)? as u64,
                etag: row.get(2)?,
                arrived: timestamp(row.get(3)?),
                body: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

impl Store {
    /// Starts an upload of `key` with the headers of `put`, and gives its id.
    pub(crate) fn create_upload(&self, bucket: &str, key: &str, put: &Put) -> Result<String, StoreError> {
        let id = Uuid::new_v4().simple().to_string();
        let headers = Headers::of(put)?;
        let now = self.clock().millis();
        self.database().write(|transaction| {
            let bucket = BucketRow::find(transaction, bucket)?;
            transaction
                .prepare_cached(
                    "INSERT INTO uploads (id, bucket, key, initiated, storage_class, headers) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![id, bucket.id, key.as_bytes(), now, put.storage_class, headers])?;
            Ok::<_, StoreError>(())
        })?;
        Ok(id)
    }

    /// Whether there is such an upload.
    pub(crate) fn check_upload(&self, target: UploadTarget<'_>) -> Result<(), StoreError> {
        self.database().read(|connection| UploadRow::find(connection, target)).map(drop)
    }

    /// Keeps a part, over an earlier one of its number, and gives its eTag.
    pub(crate) fn put_part(&self, target: UploadTarget<'_>, number: u32, staged: Staged) -> Result<String, StoreError> {
        let now = self.clock().millis();
        let etag = staged.etag();
        self.write(|transaction, aftermath| {
            UploadRow::find(transaction, target)?;
            let old = parts(transaction, target.upload)?.into_iter().find(|part| part.number == number);
            if let Some(old) = old {
                body::release(self, transaction, old.body, &mut aftermath.garbage)?;
            }
            let size = staged.size as i64;
            let (body, kept) = staged.insert(self, transaction)?;
            aftermath.kept.push(kept);
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO parts (upload, number, size, etag, arrived, body) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![target.upload, number, size, etag, now, body])?;
            Ok(())
        })?;
        Ok(etag)
    }

    /// The parts received so far, by number.
    pub(crate) fn list_parts(&self, target: UploadTarget<'_>) -> Result<Vec<Part>, StoreError> {
        self.database().read(|connection| {
            UploadRow::find(connection, target)?;
            parts(connection, target.upload)
        })
    }

    /// The uploads under way below `prefix`, by key.
    pub(crate) fn list_uploads(&self, bucket: &str, prefix: &str) -> Result<Vec<Upload>, StoreError> {
        self.database().read(|connection| {
            let bucket = BucketRow::find(connection, bucket)?;
            Ok(connection
                .prepare_cached(
                    "SELECT id, key, initiated FROM uploads WHERE bucket = ?1 AND key >= ?2 AND key < ?3 \
                     ORDER BY key, initiated",
                )?
                .query_map(params![bucket.id, prefix.as_bytes(), successor(prefix.as_bytes())], |row| {
                    Ok(Upload { id: row.get(0)?, key: text(row.get(1)?), initiated: timestamp(row.get(2)?) })
                })?
                .collect::<Result<_, _>>()?)
        })
    }

    /// Drops an upload and its parts.
    pub(crate) fn abort_upload(&self, target: UploadTarget<'_>) -> Result<(), StoreError> {
        self.write(|transaction, aftermath| {
            UploadRow::find(transaction, target)?;
            self.drop_upload(transaction, aftermath, target.upload)
        })
    }

    fn drop_upload(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        aftermath: &mut Aftermath,
        upload: &str,
    ) -> Result<(), StoreError> {
        for part in parts(transaction, upload)? {
            body::release(self, transaction, part.body, &mut aftermath.garbage)?;
        }
        transaction.execute("DELETE FROM parts WHERE upload = ?1", [upload])?;
        transaction.execute("DELETE FROM uploads WHERE id = ?1", [upload])?;
        Ok(())
    }

    /// Joins the named parts into an object. `put` carries the conditions alone: the headers were given at the start.
    pub(crate) fn complete_upload(
        &self,
        target: UploadTarget<'_>,
        completed: &[CompletedPart],
        put: &Put,
    ) -> Result<Stored, StoreError> {
        let (row, chosen, bodies) = self.database().read(|connection| {
            let (_, row) = UploadRow::find(connection, target)?;
            let chosen = choose(&parts(connection, target.upload)?, completed)?;
            let bodies = chosen
                .iter()
                .map(|part| Ok(Body::find(self, connection, part.body)?.0))
                .collect::<Result<Vec<_>, StoreError>>()?;
            Ok::<_, StoreError>((row, chosen, bodies))
        })?;
        let mut joined = self.stager();
        for (part, body) in chosen.iter().zip(&bodies) {
            let mut at = 0;
            while at < part.size {
                let end = part.size.min(at + JOIN_STEP);
                joined.push(&body.read(at..end)?)?;
                at = end;
            }
        }
        let mut whole = Headers::put(row.headers.as_deref(), row.storage_class)?;
        whole.if_match.clone_from(&put.if_match);
        whole.if_none_match.clone_from(&put.if_none_match);
        whole.headers.parts = chosen.iter().map(|part| part.size).collect();
        let source = Source::Joined { staged: joined.finish(), etag: joined_etag(&chosen) };
        self.write(|transaction, aftermath| {
            // Another completion or an abort may have been faster.
            let (bucket, _) = UploadRow::find(transaction, target)?;
            let stored = self.place(
                transaction,
                aftermath,
                &bucket,
                target.key,
                source,
                &whole,
                ChangeKind::CompleteMultipartUpload,
            )?;
            self.drop_upload(transaction, aftermath, target.upload)?;
            Ok(stored)
        })
    }
}

/// The parts that the completion names, checked as S3 checks them.
fn choose(parts: &[Part], completed: &[CompletedPart]) -> Result<Vec<Part>, StoreError> {
    if !completed.is_sorted_by(|a, b| a.number < b.number) {
        return Err(StoreError::PartOrder);
    }
    let mut chosen = Vec::with_capacity(completed.len());
    for (index, wanted) in completed.iter().enumerate() {
        let part = parts
            .iter()
            .find(|part| part.number == wanted.number)
            .filter(|part| wanted.etag.as_deref().is_none_or(|etag| etag.trim_matches('"') == part.etag))
            .ok_or(StoreError::Part { number: wanted.number })?;
        if part.size < MIN_PART && index + 1 < completed.len() {
            return Err(StoreError::PartSize { number: part.number, size: part.size });
        }
        chosen.push(part.clone());
    }
    Ok(chosen)
}

/// The MD5 of the parts' MD5s, and their number.
fn joined_etag(parts: &[Part]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        let digest: Vec<u8> = (0..part.etag.len() / 2)
            .filter_map(|at| u8::from_str_radix(part.etag.get(at * 2..at * 2 + 2)?, 16).ok())
            .collect();
        md5.update(digest);
    }
    format!("{}-{}", hex(&md5.finalize()), parts.len())
}
