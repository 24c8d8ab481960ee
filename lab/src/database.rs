//! The lab's SQLite file: one writer, many readers, and a lock so that one process owns a folder.
//!
//! Buckets, keys, queues and messages live in one file, so that an object and the events it raises are committed
//! together: there is no moment in which one exists without the other.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::store::StoreError;

/// Idle reader connections that are kept.
pub(crate) const READERS: usize = 8;
const STATEMENTS: usize = 128;
/// How long a lab that is being stopped may keep the folder from the next one.
const PATIENCE: Duration = Duration::from_secs(1);

/// A handle on the lab's database; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// Held for as long as any handle lives.
    _lock: File,
}

impl Database {
    /// Opens or creates the database under `folder`, and takes the folder's lock.
    pub(crate) fn open(folder: &Path) -> Result<Database, StoreError> {
        let io = |source| StoreError::Io { path: folder.to_path_buf(), source };
        fs::create_dir_all(folder).map_err(io)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(io)?;
        let deadline = Instant::now() + PATIENCE;
        while lock.try_lock().is_err() {
            if Instant::now() > deadline {
                return Err(StoreError::InUse { folder: folder.to_path_buf() });
            }
            thread::sleep(Duration::from_millis(20));
        }
        let path = folder.join("lab.db");
        let writer = connect(&path)?;
        writer.execute_batch(include_str!("schema.sql"))?;
        Ok(Database(Arc::new(Inner { path, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()), _lock: lock })))
    }

    /// Runs `work` in one transaction, committed if it succeeds.
    pub(crate) fn write<T, E>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<rusqlite::Error>,
    {
        let mut writer = lock(&self.0.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Runs `work` on a connection that sees the last committed state, beside the writer.
    pub(crate) fn read<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<rusqlite::Error>,
    {
        let idle = lock(&self.0.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => connect(&self.0.path)?,
        };
        let value = work(&reader);
        let mut readers = lock(&self.0.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        value
    }
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(Duration::from_secs(10))?;
    // In WAL mode NORMAL loses at most the last commits at a power cut, never consistency, and spares an fsync for
    // each message.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192; PRAGMA mmap_size = 268435456;",
    )?;
    Ok(connection)
}

/// A panic while the lock was held rolled its transaction back, so what the lock guards is still sound.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
