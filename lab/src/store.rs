//! The S3 semantics of the lab: buckets, keys, versions and bodies in one folder.
//!
//! Keys live in SQLite and are never mapped to paths: any key that S3 takes is a key here, and a listing is a range
//! scan that skips a common prefix in one step. Bodies of up to 64 KiB sit beside them; larger ones are files named
//! by a random id. An object may also be a *link* to a file outside of the folder, which is only ever read.

mod body;
mod buckets;
mod list;
mod model;
mod multipart;
mod objects;
mod versions;

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::Timestamp;
use rusqlite::Transaction;

pub use self::model::{
    Bucket, Deleted, Extra, ListQuery, Listing, Put, Restored, StoreError, Stored, VersionEntry, Versioning, Versions,
    VersionsQuery,
};

pub(crate) use self::body::{Body, Staged, Stager, hex};
pub(crate) use self::buckets::BucketRow;
pub(crate) use self::list::prefix_token;
pub(crate) use self::multipart::{CompletedPart, UploadTarget};

use crate::clock::Clock;
use crate::database::Database;

/// The object store of one folder. Cheap to clone; methods block briefly on the disk.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    bodies: PathBuf,
    clock: Clock,
    observer: OnceLock<Arc<dyn Observer>>,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Put,
    Copy,
    CompleteMultipartUpload,
    Delete,
    DeleteMarkerCreated,
}

/// A change of an object, told inside of the transaction that makes it.
pub(crate) struct Change<'a> {
    pub(crate) kind: ChangeKind,
    pub(crate) bucket: &'a BucketRow,
    pub(crate) object: &'a Stored,
    pub(crate) sequence: i64,
    pub(crate) at: Timestamp,
}

/// Is told of every change, and may write to the database in the same transaction.
pub(crate) trait Observer: Send + Sync {
    fn changed(&self, transaction: &Transaction<'_>, change: &Change<'_>) -> Result<(), StoreError>;

    /// The transaction of earlier changes is committed.
    fn committed(&self);
}

impl Store {
    /// Opens the store under `folder`, making it where there is none. One process at a time may have it open.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        Store::open_at(folder, Clock::system())
    }

    /// Opens the store with a clock of its own.
    pub fn open_at(folder: &Path, clock: Clock) -> Result<Store, StoreError> {
        let database = Database::open(folder)?;
        let bodies = folder.join("bodies");
        let incoming = bodies.join("incoming");
        // What a killed process was still receiving belongs to no object.
        if incoming.exists() {
            fs::remove_dir_all(&incoming).map_err(|source| StoreError::Io { path: incoming.clone(), source })?;
        }
        fs::create_dir_all(&incoming).map_err(|source| StoreError::Io { path: incoming.clone(), source })?;
        Ok(Store(Arc::new(Inner { database, bodies, clock, observer: OnceLock::new() })))
    }

    /// Has `observer` told of every change from now on. Only the first observer counts.
    pub(crate) fn observe(&self, observer: Arc<dyn Observer>) {
        // A second observer would mean two labs over one folder, which the folder's lock rules out.
        let _ = self.0.observer.set(observer);
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Puts an object; over an existing one as the bucket's versioning says.
    #[expect(clippy::needless_pass_by_value, reason = "callers build a put for one call")]
    pub fn put(&self, bucket: &str, key: &str, body: Bytes, put: Put) -> Result<Stored, StoreError> {
        let mut stager = self.stager();
        stager.take(body)?;
        self.put_staged(bucket, key, stager.finish(), &put)
    }

    /// Starts to receive a body of unknown size.
    pub(crate) fn stager(&self) -> Stager {
        Stager::new(self.0.bodies.join("incoming"))
    }

    fn changed(&self, transaction: &Transaction<'_>, change: &Change<'_>) -> Result<(), StoreError> {
        match self.0.observer.get() {
            Some(observer) => observer.changed(transaction, change),
            None => Ok(()),
        }
    }

    fn committed(&self) {
        if let Some(observer) = self.0.observer.get() {
            observer.committed();
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("bodies", &self.0.bodies).finish_non_exhaustive()
    }
}

/// The sequence after the last one given out, for versions and events.
fn next_sequence(transaction: &Transaction<'_>) -> Result<i64, rusqlite::Error> {
    transaction
        .prepare_cached(
            "INSERT INTO counters (name, value) VALUES ('sequence', 1) \
             ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        )?
        .query_row([], |row| row.get(0))
}
