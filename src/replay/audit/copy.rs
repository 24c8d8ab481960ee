//! Copies of the log elsewhere: what proves that its end, too, is what was written.
//!
//! Each copy is one object that is never overwritten (`If-None-Match: *`), so that a bucket with Object Lock and a
//! policy without deletion keeps what whoever owns this machine cannot take back.

use std::fs;
use std::io;
use std::path::Path;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{AuditError, check};
use crate::aws::{Aws, AwsError, Kind, Put};
use crate::domain::{Location, ObjectId};

/// Remembers, beside the log, what has been copied.
const COPIED: &str = "audit.copied";

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The log cannot be read, or is broken.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The object cannot be put.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// What was copied cannot be remembered; the next copy holds it again.
    #[error("what was copied cannot be remembered: {0}")]
    Remember(#[from] io::Error),
}

/// Up to where a log has been copied, and to which place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// The place.
    pub to: Location,
    /// The last entry's number.
    pub seq: u64,
}

impl Copied {
    /// What the log of `folder` remembers; nothing where that cannot be read: then all is copied again.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(COPIED)).ok()?).ok()
    }
}

/// Entries, and the name of the object that holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `<first>-<last>-<hash of the last>.ndjson`
    pub name: String,
    /// The last entry's number.
    pub last: u64,
    /// The entries' lines.
    pub lines: Vec<u8>,
}

/// The entries after `seq`; none where there are none. The whole log is checked.
pub fn part(folder: &Path, seq: u64) -> Result<Option<Part>, AuditError> {
    let mut lines = Vec::new();
    let mut first = None;
    let end = check(folder, |entry, line| {
        if entry.seq > seq {
            first.get_or_insert(entry.seq);
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
    })?;
    Ok(first.zip(end.last).map(|(first, last)| {
        let hash = last.hash.get(..16).unwrap_or(&last.hash);
        Part { name: format!("{first:010}-{:010}-{hash}.ndjson", last.seq), last: last.seq, lines }
    }))
}

/// The object of a part, below `to`.
pub fn object(to: &Location, host: &str, name: &str) -> ObjectId {
    // The name of a machine is text from the world; as a part of a key it is kept plain.
    let plain =
        |character: char| if character.is_ascii_alphanumeric() || ".-_".contains(character) { character } else { '_' };
    let host: String = host.chars().map(plain).collect();
    to.object(&format!("audit/{host}/{name}"))
}

/// Puts a part. Its name holds its hash, so that an object that is there already is this one.
pub async fn put(aws: &Aws, object: &ObjectId, lines: Vec<u8>) -> Result<(), AwsError> {
    let with = Put { content_type: Some("application/x-ndjson".into()), only_new: true, ..Put::default() };
    match aws.put(object, Bytes::from(lines), with).await {
        Err(error) if error.kind == Kind::Changed => Ok(()),
        put => put.map(drop),
    }
}

/// Puts the entries that `to` does not hold yet, as one object. Gives it; none where it holds all.
pub async fn copy(aws: &Aws, folder: &Path, to: &Location, host: &str) -> Result<Option<ObjectId>, CopyError> {
    let seq = Copied::read(folder).filter(|copied| copied.to == *to).map_or(0, |copied| copied.seq);
    let read = folder.to_owned();
    let part = tokio::task::spawn_blocking(move || part(&read, seq)).await.map_err(io::Error::other)??;
    let Some(part) = part else { return Ok(None) };
    let object = object(to, host, &part.name);
    put(aws, &object, part.lines).await?;
    let copied = serde_json::to_vec(&Copied { to: to.clone(), seq: part.last }).map_err(io::Error::from)?;
    fs::write(folder.join(COPIED), copied)?;
    Ok(Some(object))
}
