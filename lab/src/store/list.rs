//! Listings: range scans that step over a common prefix at once.

use rusqlite::{Connection, params};

use super::objects::{LISTED, ObjectRow};
use super::{BucketRow, ListQuery, Listing, Store, StoreError};

/// After every key: keys are UTF-8, which has no byte 0xFF.
const END: &[u8] = &[0xFF];

/// Where a scan stands: at the first key from here on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// The key itself counts.
    At(Vec<u8>),
    /// Only what comes after the key.
    After(Vec<u8>),
}

impl From {
    /// The later of the two starts.
    pub(super) fn max(self, other: From) -> From {
        let rank = |from: &From| match from {
            From::At(key) => (key.clone(), 0),
            From::After(key) => (key.clone(), 1),
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

/// The first bytes that sort after everything that starts with `prefix`.
pub(super) fn successor(prefix: &[u8]) -> Vec<u8> {
    match prefix.split_last() {
        // UTF-8 has no 0xFF, so that the last byte can always be raised.
        Some((last, head)) => [head, &[last.saturating_add(1)]].concat(),
        None => END.to_vec(),
    }
}

/// The common prefix of `key`: up to and with the first delimiter after the listing's prefix.
pub(super) fn common_prefix(key: &[u8], prefix: &[u8], delimiter: &[u8]) -> Option<Vec<u8>> {
    let rest = key.get(prefix.len()..)?;
    let at = find(rest, delimiter)?;
    Some(key[..prefix.len() + at + delimiter.len()].to_vec())
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return None;
    }
    text.windows(needle.len()).position(|window| window == needle)
}

/// A key as text.
pub(super) fn text(bytes: Vec<u8>) -> String {
    // Only text was ever written as a key.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Continuation tokens: opaque, and told apart from a `start-after`, because the page after a common prefix starts
/// behind everything that the prefix stands for.
mod token {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::{From, StoreError, successor};

    pub(super) fn after_object(key: &[u8]) -> String {
        encode(b'o', key)
    }

    pub(super) fn after_prefix(prefix: &[u8]) -> String {
        encode(b'p', prefix)
    }

    fn encode(kind: u8, key: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode([&[kind], key].concat())
    }

    pub(super) fn decode(token: &str) -> Result<From, StoreError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| StoreError::Token)?;
        match bytes.split_first() {
            Some((b'o', key)) => Ok(From::After(key.to_vec())),
            Some((b'p', prefix)) => Ok(From::At(successor(prefix))),
            _ => Err(StoreError::Token),
        }
    }
}

/// The token of the page after `marker`, where that is a common prefix of such a listing.
pub(crate) fn prefix_token(marker: &str, prefix: &str, delimiter: &str) -> Option<String> {
    let marker = marker.as_bytes();
    let rolled = common_prefix(marker, prefix.as_bytes(), delimiter.as_bytes())?;
    (marker.starts_with(prefix.as_bytes()) && rolled == marker).then(|| token::after_prefix(&rolled))
}

impl Store {
    /// Lists the current objects of `bucket`, one page of at most [`ListQuery::limit`] entries.
    pub fn list(&self, bucket: &str, query: &ListQuery) -> Result<Listing, StoreError> {
        let from = match (&query.token, &query.start_after) {
            (Some(token), _) => token::decode(token)?,
            (None, Some(after)) => From::After(after.as_bytes().to_vec()),
            (None, None) => From::At(Vec::new()),
        };
        self.database().read(|connection| {
            let bucket = BucketRow::find(connection, bucket)?;
            scan(connection, &bucket, query, from)
        })
    }
}

fn scan(connection: &Connection, bucket: &BucketRow, query: &ListQuery, from: From) -> Result<Listing, StoreError> {
    let prefix = query.prefix.as_bytes();
    let delimiter = query.delimiter.as_deref().unwrap_or_default().as_bytes();
    let end = successor(prefix);
    let mut from = from.max(From::At(prefix.to_vec()));
    let mut listing = Listing::default();
    let mut last = None;
    if query.limit == 0 {
        return Ok(listing);
    }
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
            let key = row.get_ref(0)?.as_blob().unwrap_or_default();
            // The newest version of a key comes first; the older ones are no part of this listing.
            if seen.as_deref() == Some(key) {
                continue;
            }
            seen = Some(key.to_vec());
            let object = ObjectRow::listed(row)?;
            if object.is_marker {
                continue;
            }
            if listing.objects.len() + listing.prefixes.len() == query.limit {
                listing.next = last;
                return Ok(listing);
            }
            if let Some(rolled) = common_prefix(&object.key, prefix, delimiter) {
                from = From::At(successor(&rolled));
                last = Some(token::after_prefix(&rolled));
                listing.prefixes.push(text(rolled));
                continue 'seek;
            }
            last = Some(token::after_object(&object.key));
            listing.objects.push(object.into_stored(&bucket.name)?);
        }
        return Ok(listing);
    }
}

#[cfg(test)]
mod tests {
    use super::{common_prefix, successor};

    #[test]
    fn successor_comes_right_after_all_that_has_the_prefix() {
        assert_eq!(successor(b"a/"), b"a0");
        assert!(successor("é".as_bytes()) > "é\u{10FFFF}".as_bytes().to_vec());
        assert_eq!(successor(b""), [0xFF]);
    }

    #[test]
    fn common_prefix_takes_a_delimiter_of_several_characters() {
        assert_eq!(common_prefix(b"AWSLogs/dt=2026/x", b"AWSLogs", b"/dt=").as_deref(), Some(&b"AWSLogs/dt="[..]));
        assert_eq!(common_prefix(b"a", b"", b""), None);
    }
}
