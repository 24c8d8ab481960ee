//! Objects: put, copy, head, get, delete.

use std::ops::Range;
use std::path::Path;

use bytes::Bytes;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::body::{self, Kept, Staged};
use super::{
    Body, BucketRow, Change, ChangeKind, Deleted, Extra, Put, Restored, Store, StoreError, Stored, Versioning,
    next_sequence,
};
use crate::clock::timestamp;

const KEY_LIMIT: usize = 1_024;

/// The columns that [`ObjectRow::listed`] reads: headers only where they may tell of a restore.
pub(super) const LISTED: &str = "key, age, version, marker, size, etag, arrived, storage_class, \
     CASE WHEN storage_class IN ('GLACIER', 'DEEP_ARCHIVE') THEN headers END";
const ALL: &str = "key, age, version, marker, size, etag, arrived, storage_class, headers, body";

/// What of a put is kept as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Headers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    metadata: std::collections::BTreeMap<String, String>,
    #[serde(flatten)]
    extra: Extra,
}

impl Headers {
    /// The headers of a put as JSON; none when there are none.
    pub(super) fn of(put: &Put) -> Result<Option<String>, StoreError> {
        let headers = Headers {
            content_type: put.content_type.clone(),
            content_encoding: put.content_encoding.clone(),
            metadata: put.metadata.clone(),
            extra: put.headers.clone(),
        };
        Ok(if headers == Headers::default() { None } else { Some(serde_json::to_string(&headers)?) })
    }

    /// A put with the headers that were kept.
    pub(super) fn put(json: Option<&str>, storage_class: Option<String>) -> Result<Put, StoreError> {
        let headers: Headers = match json {
            Some(json) => serde_json::from_str(json)?,
            None => Headers::default(),
        };
        Ok(Put {
            metadata: headers.metadata,
            content_type: headers.content_type,
            content_encoding: headers.content_encoding,
            storage_class,
            headers: headers.extra,
            ..Put::default()
        })
    }
}

/// A version's row.
#[derive(Debug)]
pub(super) struct ObjectRow {
    pub(super) key: Vec<u8>,
    pub(super) age: i64,
    pub(super) version: String,
    pub(super) is_marker: bool,
    size: u64,
    etag: String,
    arrived: i64,
    storage_class: Option<String>,
    headers: Option<String>,
    pub(super) body: i64,
}

impl ObjectRow {
    /// Reads the columns [`LISTED`].
    pub(super) fn listed(row: &Row<'_>) -> Result<ObjectRow, rusqlite::Error> {
        Ok(ObjectRow {
            key: row.get(0)?,
            age: row.get(1)?,
            version: row.get(2)?,
            is_marker: row.get(3)?,
            size: row.get::<_, i64>(4)? as u64,
            etag: row.get(5)?,
            arrived: row.get(6)?,
            storage_class: row.get(7)?,
            headers: row.get(8)?,
            body: 0,
        })
    }

    fn read(row: &Row<'_>) -> Result<ObjectRow, rusqlite::Error> {
        Ok(ObjectRow { body: row.get(9)?, ..ObjectRow::listed(row)? })
    }

    pub(super) fn into_stored(self, bucket: &str) -> Result<Stored, StoreError> {
        let headers: Headers = match &self.headers {
            Some(json) => serde_json::from_str(json)?,
            None => Headers::default(),
        };
        Ok(Stored {
            bucket: bucket.to_owned(),
            key: super::list::text(self.key),
            version: Some(self.version).filter(|version| !version.is_empty()),
            size: self.size,
            etag: self.etag,
            arrived: timestamp(self.arrived),
            storage_class: self.storage_class.unwrap_or_else(|| "STANDARD".to_owned()),
            metadata: headers.metadata,
            content_type: headers.content_type,
            content_encoding: headers.content_encoding,
            headers: headers.extra,
        })
    }

    /// The newest version of a key, marker or not.
    fn newest(connection: &Connection, bucket: &BucketRow, key: &str) -> Result<Option<ObjectRow>, StoreError> {
        Ok(connection
            .prepare_cached(&format!("SELECT {ALL} FROM objects WHERE bucket = ?1 AND key = ?2 ORDER BY age LIMIT 1"))?
            .query_row(params![bucket.id, key.as_bytes()], ObjectRow::read)
            .optional()?)
    }

    fn of_version(
        connection: &Connection,
        bucket: &BucketRow,
        key: &str,
        version: &str,
    ) -> Result<Option<ObjectRow>, StoreError> {
        let version = if version == "null" { "" } else { version };
        Ok(connection
            .prepare_cached(&format!("SELECT {ALL} FROM objects WHERE bucket = ?1 AND key = ?2 AND version = ?3"))?
            .query_row(params![bucket.id, key.as_bytes(), version], ObjectRow::read)
            .optional()?)
    }

    /// What a GET sees: the version asked for, or the newest unless that is a marker.
    fn visible(
        connection: &Connection,
        bucket: &BucketRow,
        key: &str,
        version: Option<&str>,
    ) -> Result<ObjectRow, StoreError> {
        let (bucket_name, key_name) = (bucket.name.clone(), key.to_owned());
        let Some(version) = version else {
            return match ObjectRow::newest(connection, bucket, key)? {
                Some(row) if !row.is_marker => Ok(row),
                row => Err(StoreError::NoSuchKey {
                    bucket: bucket_name,
                    key: key_name,
                    marker: row.map(|row| row.version),
                }),
            };
        };
        match ObjectRow::of_version(connection, bucket, key, version)? {
            Some(row) if row.is_marker => {
                Err(StoreError::IsMarker { bucket: bucket_name, key: key_name, version: version.to_owned() })
            }
            Some(row) => Ok(row),
            None => Err(StoreError::NoSuchVersion { bucket: bucket_name, key: key_name, version: version.to_owned() }),
        }
    }
}

/// A body that is about to become an object.
pub(super) enum Source {
    Staged(Staged),
    /// The body of another object, with its size and eTag.
    Shared {
        body: i64,
        size: u64,
        etag: String,
    },
    /// Parts joined into one body, with the eTag of the parts.
    Joined {
        staged: Staged,
        etag: String,
    },
    /// A file outside of the folder.
    Link {
        path: Vec<u8>,
        size: u64,
        etag: String,
    },
}

impl Source {
    fn describe(&self) -> (u64, String) {
        match self {
            Source::Staged(staged) => (staged.size, staged.etag()),
            Source::Joined { staged, etag } => (staged.size, etag.clone()),
            Source::Shared { size, etag, .. } | Source::Link { size, etag, .. } => (*size, etag.clone()),
        }
    }

    fn insert(self, store: &Store, transaction: &Transaction<'_>) -> Result<(i64, Kept), StoreError> {
        match self {
            Source::Staged(staged) | Source::Joined { staged, .. } => staged.insert(store, transaction),
            Source::Shared { body, .. } => {
                body::share(transaction, body)?;
                Ok((body, Kept::default()))
            }
            Source::Link { path, .. } => {
                let id =
                    transaction.prepare_cached("INSERT INTO bodies (uses, link) VALUES (1, ?1)")?.insert([path])?;
                Ok((id, Kept::default()))
            }
        }
    }
}

/// What a write leaves to do once it is committed.
#[derive(Default)]
pub(super) struct Aftermath {
    pub(super) kept: Vec<Kept>,
    pub(super) garbage: Vec<std::path::PathBuf>,
}

impl Store {
    pub(crate) fn put_staged(&self, bucket: &str, key: &str, staged: Staged, put: &Put) -> Result<Stored, StoreError> {
        self.write(|transaction, aftermath| {
            let bucket = BucketRow::find(transaction, bucket)?;
            self.place(transaction, aftermath, &bucket, key, Source::Staged(staged), put, ChangeKind::Put)
        })
    }

    /// Makes the file at `path` an object without copying it. The file is never modified; its modification time is
    /// the object's arrival, and what it holds when it is read is what is read.
    pub fn link(&self, bucket: &str, key: &str, path: &Path) -> Result<Stored, StoreError> {
        let path = path.canonicalize().map_err(|source| StoreError::Io { path: path.to_path_buf(), source })?;
        let (size, modified, etag) = body::link_state(&path)?;
        let put = Put { arrived: Some(timestamp(modified)), ..Put::default() };
        self.write(|transaction, aftermath| {
            let bucket = BucketRow::find(transaction, bucket)?;
            let source = Source::Link { path: body::path_bytes(&path), size, etag };
            self.place(transaction, aftermath, &bucket, key, source, &put, ChangeKind::Put)
        })
    }

    /// Copies an object, sharing its body. `put` replaces metadata and class; none keeps the source's.
    pub(crate) fn copy(
        &self,
        from: (&str, &str, Option<&str>),
        to: (&str, &str),
        put: Option<Put>,
        storage_class: Option<String>,
    ) -> Result<Stored, StoreError> {
        self.write(|transaction, aftermath| {
            let source_bucket = BucketRow::find(transaction, from.0)?;
            let source = ObjectRow::visible(transaction, &source_bucket, from.1, from.2)?;
            let mut put = match put {
                Some(put) => put,
                None => Headers::put(source.headers.as_deref(), None)?,
            };
            put.storage_class = storage_class;
            put.headers.restored = None;
            let bucket = BucketRow::find(transaction, to.0)?;
            let shared = Source::Shared { body: source.body, size: source.size, etag: source.etag };
            self.place(transaction, aftermath, &bucket, to.1, shared, &put, ChangeKind::Copy)
        })
    }

    /// Tells an object without its body.
    pub fn head(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Stored, StoreError> {
        Ok(self.open_object(bucket, key, version)?.0)
    }

    /// Reads an object, or `range` of it in bytes. A range that ends beyond the object ends with it; one that starts
    /// there is [`StoreError::Range`].
    pub fn get(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        range: Option<Range<u64>>,
    ) -> Result<Bytes, StoreError> {
        let (stored, body) = self.open_object(bucket, key, version)?;
        let range = range.unwrap_or(0..stored.size);
        if range.start >= stored.size && range.start > 0 {
            return Err(StoreError::Range { bucket: stored.bucket, key: stored.key, range, size: stored.size });
        }
        body.read(range.start..range.end.min(stored.size))
    }

    /// An object and where its bytes are.
    pub(crate) fn open_object(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<(Stored, Body), StoreError> {
        self.database().read(|connection| {
            let bucket = BucketRow::find(connection, bucket)?;
            let row = ObjectRow::visible(connection, &bucket, key, version)?;
            let (body, is_link) = Body::find(self, connection, row.body)?;
            let mut stored = row.into_stored(&bucket.name)?;
            if let (true, Body::File(path)) = (is_link, &body) {
                // The file may have changed since it was linked: what is told is what would be read.
                let (size, modified, etag) = body::link_state(path)?;
                stored.size = size;
                stored.arrived = timestamp(modified);
                stored.etag = etag;
            }
            Ok((stored, body))
        })
    }

    /// Notes the copy that a restore of an archived object makes.
    pub(crate) fn restore(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        restored: Restored,
    ) -> Result<(), StoreError> {
        self.write(|transaction, _| {
            let bucket = BucketRow::find(transaction, bucket)?;
            let row = ObjectRow::visible(transaction, &bucket, key, version)?;
            let mut put = Headers::put(row.headers.as_deref(), row.storage_class)?;
            put.headers.restored = Some(restored);
            transaction
                .prepare_cached("UPDATE objects SET headers = ?4 WHERE bucket = ?1 AND key = ?2 AND age = ?3")?
                .execute(params![bucket.id, row.key, row.age, Headers::of(&put)?])?;
            Ok(())
        })
    }

    /// Deletes an object: a version where one is named, else as the bucket's versioning says. What does not exist is
    /// deleted just as well, as in S3.
    pub fn delete(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Deleted, StoreError> {
        self.write(|transaction, aftermath| {
            let bucket = BucketRow::find(transaction, bucket)?;
            self.remove(transaction, aftermath, &bucket, key, version)
        })
    }

    /// Deletes an object if its newest version still has this eTag; where there is none, nothing is to be done.
    pub fn delete_unchanged(&self, bucket: &str, key: &str, etag: &str) -> Result<Deleted, StoreError> {
        self.write(|transaction, aftermath| {
            let bucket = BucketRow::find(transaction, bucket)?;
            let current = ObjectRow::newest(transaction, &bucket, key)?.filter(|row| !row.is_marker);
            if current.is_some_and(|row| etag != "*" && row.etag != etag.trim_matches('"')) {
                let (bucket, key) = (bucket.name.clone(), key.to_owned());
                return Err(StoreError::Precondition { bucket, key, condition: "If-Match" });
            }
            self.remove(transaction, aftermath, &bucket, key, None)
        })
    }

    /// Deletes many objects in one transaction.
    pub(crate) fn delete_many(
        &self,
        bucket: &str,
        objects: &[(&str, Option<&str>)],
    ) -> Result<Vec<Deleted>, StoreError> {
        self.write(|transaction, aftermath| {
            let bucket = BucketRow::find(transaction, bucket)?;
            objects.iter().map(|(key, version)| self.remove(transaction, aftermath, &bucket, key, *version)).collect()
        })
    }

    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &mut Aftermath) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut aftermath = Aftermath::default();
        let value = self.database().write(|transaction| work(transaction, &mut aftermath))?;
        aftermath.kept.into_iter().for_each(Kept::keep);
        body::collect(&aftermath.garbage);
        self.committed();
        Ok(value)
    }

    #[expect(clippy::too_many_arguments, reason = "the one place where all of a put meets")]
    pub(super) fn place(
        &self,
        transaction: &Transaction<'_>,
        aftermath: &mut Aftermath,
        bucket: &BucketRow,
        key: &str,
        source: Source,
        put: &Put,
        kind: ChangeKind,
    ) -> Result<Stored, StoreError> {
        if key.is_empty() || key.len() > KEY_LIMIT {
            return Err(StoreError::KeyLength { length: key.len() });
        }
        if put.if_match.is_some() || put.if_none_match.is_some() {
            check_conditions(transaction, bucket, key, put)?;
        }
        let (size, etag) = source.describe();
        let (body, kept) = source.insert(self, transaction)?;
        aftermath.kept.push(kept);
        let version = self.make_room(transaction, aftermath, bucket, key)?;
        let sequence = next_sequence(transaction)?;
        let at = put.arrived.unwrap_or_else(|| self.clock().now());
        let row = ObjectRow {
            key: key.as_bytes().to_vec(),
            age: -sequence,
            version,
            is_marker: false,
            size,
            etag,
            arrived: whole_seconds(at),
            storage_class: put.storage_class.clone().filter(|class| class != "STANDARD"),
            headers: Headers::of(put)?,
            body,
        };
        insert_row(transaction, bucket, &row)?;
        let object = row.into_stored(&bucket.name)?;
        self.changed(transaction, &Change { kind, bucket, object: &object, sequence, at })?;
        Ok(object)
    }

    /// Removes what a new version of the key replaces, and gives the new version's id.
    fn make_room(
        &self,
        transaction: &Transaction<'_>,
        aftermath: &mut Aftermath,
        bucket: &BucketRow,
        key: &str,
    ) -> Result<String, StoreError> {
        if bucket.versioning == Versioning::Enabled {
            return Ok(Uuid::new_v4().simple().to_string());
        }
        if let Some(old) = ObjectRow::of_version(transaction, bucket, key, "")? {
            self.remove_row(transaction, aftermath, bucket, &old)?;
        }
        Ok(String::new())
    }

    fn remove_row(
        &self,
        transaction: &Transaction<'_>,
        aftermath: &mut Aftermath,
        bucket: &BucketRow,
        row: &ObjectRow,
    ) -> Result<(), StoreError> {
        transaction
            .prepare_cached("DELETE FROM objects WHERE bucket = ?1 AND key = ?2 AND age = ?3")?
            .execute(params![bucket.id, row.key, row.age])?;
        if row.is_marker {
            return Ok(());
        }
        body::release(self, transaction, row.body, &mut aftermath.garbage)
    }

    pub(super) fn remove(
        &self,
        transaction: &Transaction<'_>,
        aftermath: &mut Aftermath,
        bucket: &BucketRow,
        key: &str,
        version: Option<&str>,
    ) -> Result<Deleted, StoreError> {
        let at = self.clock().now();
        if version.is_none() && bucket.versioning != Versioning::Off {
            let marker = self.place_marker(transaction, aftermath, bucket, key, at)?;
            return Ok(Deleted { version: marker.version, is_marker: true });
        }
        let row = match version {
            Some(version) => ObjectRow::of_version(transaction, bucket, key, version)?,
            None => ObjectRow::newest(transaction, bucket, key)?,
        };
        let Some(row) = row else {
            return Ok(Deleted { version: version.map(str::to_owned), is_marker: false });
        };
        self.remove_row(transaction, aftermath, bucket, &row)?;
        let sequence = next_sequence(transaction)?;
        let is_marker = row.is_marker;
        let object = row.into_stored(&bucket.name)?;
        self.changed(transaction, &Change { kind: ChangeKind::Delete, bucket, object: &object, sequence, at })?;
        Ok(Deleted { version: version.map(str::to_owned), is_marker })
    }

    fn place_marker(
        &self,
        transaction: &Transaction<'_>,
        aftermath: &mut Aftermath,
        bucket: &BucketRow,
        key: &str,
        at: Timestamp,
    ) -> Result<Stored, StoreError> {
        let version = self.make_room(transaction, aftermath, bucket, key)?;
        let sequence = next_sequence(transaction)?;
        let row = ObjectRow {
            key: key.as_bytes().to_vec(),
            age: -sequence,
            version,
            is_marker: true,
            size: 0,
            etag: String::new(),
            arrived: whole_seconds(at),
            storage_class: None,
            headers: None,
            body: 0,
        };
        insert_row(transaction, bucket, &row)?;
        let object = row.into_stored(&bucket.name)?;
        self.changed(
            transaction,
            &Change { kind: ChangeKind::DeleteMarkerCreated, bucket, object: &object, sequence, at },
        )?;
        Ok(object)
    }
}

fn insert_row(transaction: &Transaction<'_>, bucket: &BucketRow, row: &ObjectRow) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO objects (bucket, key, age, version, marker, size, etag, arrived, storage_class, headers, \
             body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            bucket.id,
            row.key,
            row.age,
            row.version,
            row.is_marker,
            row.size as i64,
            row.etag,
            row.arrived,
            row.storage_class,
            row.headers,
            row.body
        ])?;
    Ok(())
}

/// S3 tells arrivals in whole seconds: HEAD and listings agree because nothing finer is kept.
fn whole_seconds(at: Timestamp) -> i64 {
    at.as_second() * 1_000
}

fn check_conditions(transaction: &Transaction<'_>, bucket: &BucketRow, key: &str, put: &Put) -> Result<(), StoreError> {
    let current = ObjectRow::newest(transaction, bucket, key)?.filter(|row| !row.is_marker);
    let broken = |condition| StoreError::Precondition { bucket: bucket.name.clone(), key: key.to_owned(), condition };
    if let Some(etag) = &put.if_match {
        match &current {
            None => {
                return Err(StoreError::NoSuchKey { bucket: bucket.name.clone(), key: key.to_owned(), marker: None });
            }
            Some(row) if etag != "*" && row.etag != etag.trim_matches('"') => {
                return Err(broken("If-Match"));
            }
            Some(_) => {}
        }
    }
    match (&put.if_none_match, &current) {
        (Some(etag), Some(row)) if etag == "*" || row.etag == etag.trim_matches('"') => Err(broken("If-None-Match")),
        _ => Ok(()),
    }
}
