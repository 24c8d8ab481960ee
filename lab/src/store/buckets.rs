//! Buckets and what is configured on them.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Bucket, Store, StoreError, Versioning};
use crate::clock::timestamp;

/// A bucket's row, as the other parts of the store need it.
#[derive(Clone, Debug)]
pub(crate) struct BucketRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) versioning: Versioning,
    /// The notification configuration, as JSON.
    pub(crate) notification: Option<String>,
}

const COLUMNS: &str = "id, name, created, versioning, notification";

impl BucketRow {
    fn read(row: &Row<'_>) -> Result<BucketRow, rusqlite::Error> {
        Ok(BucketRow {
            id: row.get(0)?,
            name: row.get(1)?,
            created: row.get(2)?,
            versioning: match row.get::<_, i64>(3)? {
                1 => Versioning::Enabled,
                2 => Versioning::Suspended,
                _ => Versioning::Off,
            },
            notification: row.get(4)?,
        })
    }

    /// Finds the bucket called `name`.
    pub(crate) fn find(connection: &Connection, name: &str) -> Result<BucketRow, StoreError> {
        connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM buckets WHERE name = ?1"))?
            .query_row([name], BucketRow::read)
            .optional()?
            .ok_or_else(|| StoreError::NoSuchBucket { bucket: name.to_owned() })
    }
}

impl Store {
    /// Makes a bucket.
    pub fn create_bucket(&self, name: &str) -> Result<(), StoreError> {
        if !is_bucket_name(name) {
            return Err(StoreError::BucketName { bucket: name.to_owned() });
        }
        let created = self.clock().millis();
        let made = self.database().write(|transaction| {
            transaction.execute("INSERT OR IGNORE INTO buckets (name, created) VALUES (?1, ?2)", params![name, created])
        })?;
        if made == 0 {
            return Err(StoreError::BucketExists { bucket: name.to_owned() });
        }
        Ok(())
    }

    /// Removes an empty bucket.
    pub fn delete_bucket(&self, name: &str) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            let bucket = BucketRow::find(transaction, name)?;
            let is_used: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM objects WHERE bucket = ?1)",
                [bucket.id],
                |row| row.get(0),
            )?;
            if is_used {
                return Err(StoreError::BucketNotEmpty { bucket: name.to_owned() });
            }
            transaction.execute("DELETE FROM lifecycles WHERE bucket = ?1", [bucket.id])?;
            transaction.execute("DELETE FROM buckets WHERE id = ?1", [bucket.id])?;
            Ok(())
        })
    }

    /// All buckets, by name.
    pub fn buckets(&self) -> Result<Vec<Bucket>, StoreError> {
        self.database().read(|connection| {
            let rows = connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM buckets ORDER BY name"))?
                .query_map([], BucketRow::read)?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().map(Bucket::from).collect())
        })
    }

    /// One bucket.
    pub fn bucket(&self, name: &str) -> Result<Bucket, StoreError> {
        Ok(self.bucket_row(name)?.into())
    }

    pub(crate) fn bucket_row(&self, name: &str) -> Result<BucketRow, StoreError> {
        self.database().read(|connection| BucketRow::find(connection, name))
    }

    /// Enables or suspends versions. A bucket that had them once never goes back to [`Versioning::Off`].
    pub fn set_versioning(&self, name: &str, is_enabled: bool) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            let bucket = BucketRow::find(transaction, name)?;
            transaction.execute(
                "UPDATE buckets SET versioning = ?2 WHERE id = ?1",
                params![bucket.id, if is_enabled { 1 } else { 2 }],
            )?;
            Ok(())
        })
    }

    /// The lifecycle configuration of a bucket, where it has one.
    pub(crate) fn lifecycle(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.database().read(|connection| {
            let bucket = BucketRow::find(connection, name)?;
            let xml = connection
                .prepare_cached("SELECT xml FROM lifecycles WHERE bucket = ?1")?
                .query_row([bucket.id], |row| row.get(0))
                .optional()?;
            Ok(xml)
        })
    }

    /// Keeps the lifecycle configuration; none removes it.
    pub(crate) fn set_lifecycle(&self, name: &str, xml: Option<&str>) -> Result<(), StoreError> {
        self.database().write(|transaction| {
            let bucket = BucketRow::find(transaction, name)?;
            match xml {
                Some(xml) => transaction.execute(
                    "INSERT OR REPLACE INTO lifecycles (bucket, xml) VALUES (?1, ?2)",
                    params![bucket.id, xml],
                )?,
                None => transaction.execute("DELETE FROM lifecycles WHERE bucket = ?1", [bucket.id])?,
            };
            Ok(())
        })
    }

    /// Keeps the notification configuration, as JSON, if `check` agrees in the same transaction; none removes it.
    pub(crate) fn set_notification<E>(
        &self,
        name: &str,
        notification: Option<&str>,
        check: impl FnOnce(&Transaction<'_>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        E: From<rusqlite::Error> + From<StoreError>,
    {
        self.database().write(|transaction| {
            let bucket = BucketRow::find(transaction, name)?;
            check(transaction)?;
            transaction
                .execute("UPDATE buckets SET notification = ?2 WHERE id = ?1", params![bucket.id, notification])?;
            Ok::<_, E>(())
        })?;
        self.committed();
        Ok(())
    }
}

impl From<BucketRow> for Bucket {
    fn from(row: BucketRow) -> Bucket {
        Bucket { name: row.name, created: timestamp(row.created), versioning: row.versioning }
    }
}

/// The naming rules of general purpose buckets (Amazon S3 user guide, "General purpose bucket naming rules").
fn is_bucket_name(name: &str) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_end(byte) || matches!(byte, b'-' | b'.'))
        && bytes.first().is_some_and(is_end)
        && bytes.last().is_some_and(is_end)
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}
