//! The objects of a table: listed from the lab's store, with what `"$path"` and its kin tell of them.

use jiff::Timestamp;

use crate::store::{ListQuery, Store, StoreError};

/// One object that a query may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) version: Option<String>,
    pub(crate) size: u64,
    pub(crate) arrived: Timestamp,
}

impl Object {
    /// What `"$path"` says: `s3://bucket/key`.
    pub(crate) fn uri(&self) -> String {
        format!("s3://{}/{}", self.bucket, self.key)
    }
}

/// Splits `s3://bucket/prefix`.
pub(crate) fn split_uri(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("s3://")?;
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    (!bucket.is_empty()).then_some((bucket, key))
}

/// Where in the order of keys to start and to stop, relative to the prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The first text that may follow the prefix.
    pub(crate) from: Option<String>,
    /// The last text that may follow the prefix, compared over its own length.
    pub(crate) to: Option<String>,
}

/// Lists what Athena would read under a prefix: not folder markers, empty objects, or names that start with
/// `_` or `.`.
pub(crate) fn list(store: &Store, bucket: &str, prefix: &str, bounds: &Bounds) -> Result<Vec<Object>, StoreError> {
    let mut query = ListQuery {
        prefix: prefix.to_owned(),
        start_after: bounds.from.as_ref().map(|from| format!("{prefix}{from}")),
        ..ListQuery::default()
    };
    let mut objects = Vec::new();
    loop {
        let page = store.list(bucket, &query)?;
        for stored in page.objects {
            let rest = stored.key.get(prefix.len()..).unwrap_or_default();
            if let Some(to) = &bounds.to
                && rest.as_bytes().iter().take(to.len()).gt(to.as_bytes().iter())
            {
                return Ok(objects);
            }
            if stored.size == 0 || is_hidden(&stored.key) {
                continue;
            }
            objects.push(Object {
                bucket: stored.bucket,
                key: stored.key,
                version: stored.version,
                size: stored.size,
                arrived: stored.arrived,
            });
        }
        match page.next {
            Some(token) => query.token = Some(token),
            None => return Ok(objects),
        }
    }
}

fn is_hidden(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or_default();
    name.is_empty() || name.starts_with(['_', '.'])
}
