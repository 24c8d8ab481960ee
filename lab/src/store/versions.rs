//! Listings of versions and delete markers.

use rusqlite::{Connection, OptionalExtension, params};

use super::list::{From, common_prefix, successor, text};
use super::objects::{LISTED, ObjectRow};
use super::{BucketRow, Store, StoreError, VersionEntry, Versions, VersionsQuery};

impl Store {
    /// Lists all versions and delete markers, by key and newest first.
    pub fn list_versions(&self, bucket: &str, query: &VersionsQuery) -> Result<Versions, StoreError> {
        self.database().read(|connection| {
            let bucket = BucketRow::find(connection, bucket)?;
            if query.limit == 0 {
                return Ok(Versions::default());
            }
            scan(connection, &bucket, query)
        })
    }
}

/// Where the page starts, and the age that the first key's versions must exceed.
fn start(
    connection: &Connection,
    bucket: &BucketRow,
    query: &VersionsQuery,
) -> Result<(From, Option<i64>), StoreError> {
    let Some(marker) = &query.key_marker else {
        return Ok((From::At(Vec::new()), None));
    };
    let key = marker.as_bytes();
    let delimiter = query.delimiter.as_deref().unwrap_or_default().as_bytes();
    // A page that ends with a common prefix names that prefix as its marker.
    if common_prefix(key, query.prefix.as_bytes(), delimiter).as_deref() == Some(key) {
        return Ok((From::At(successor(key)), None));
    }
    let Some(version) = &query.version_marker else {
        return Ok((From::After(key.to_vec()), None));
    };
    let version = if version == "null" { "" } else { version };
    let age = connection
        .prepare_cached("SELECT age FROM objects WHERE bucket = ?1 AND key = ?2 AND version = ?3")?
        .query_row(params![bucket.id, key, version], |row| row.get(0))
        .optional()?;
    Ok(match age {
        Some(age) => (From::At(key.to_vec()), Some(age)),
        None => (From::After(key.to_vec()), None),
    })
}

fn scan(connection: &Connection, bucket: &BucketRow, query: &VersionsQuery) -> Result<Versions, StoreError> {
    let prefix = query.prefix.as_bytes();
    let delimiter = query.delimiter.as_deref().unwrap_or_default().as_bytes();
    let end = successor(prefix);
    let (from, after_age) = start(connection, bucket, query)?;
    let mut from = from.max(From::At(prefix.to_vec()));
    let mut versions = Versions::default();
    let mut last = None;
    let resumed = query.key_marker.as_deref().map(str::as_bytes);
    'seek: loop {
        let (operator, start) = match &from {
            From::At(key) => (">=", key),
            From::After(key) => (">", key),
        };
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {LISTED} FROM objects WHERE bucket = ?1 AND key {operator} ?2 AND key < ?3 \
             ORDER BY key, age",
        ))?;
        let mut rows = statement.query(params![bucket.id, start, end])?;
        let mut seen: Option<Vec<u8>> = None;
        while let Some(row) = rows.next()? {
            let row = ObjectRow::listed(row)?;
            let is_latest = seen.as_deref() != Some(&row.key);
            seen = Some(row.key.clone());
            if Some(row.key.as_slice()) == resumed && after_age.is_some_and(|age| row.age <= age) {
                continue;
            }
            if versions.entries.len() + versions.prefixes.len() == query.limit {
                versions.next = last;
                return Ok(versions);
            }
            if let Some(rolled) = common_prefix(&row.key, prefix, delimiter) {
                from = From::At(successor(&rolled));
                let rolled = text(rolled);
                last = Some((rolled.clone(), None));
                versions.prefixes.push(rolled);
                continue 'seek;
            }
            let is_marker = row.is_marker;
            let object = row.into_stored(&bucket.name)?;
            let version = object.version.clone().unwrap_or_else(|| "null".to_owned());
            last = Some((object.key.clone(), Some(version)));
            versions.entries.push(VersionEntry { object, is_marker, is_latest });
        }
        return Ok(versions);
    }
}
