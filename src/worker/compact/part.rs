//! Compacted files, and what each holds.
//!
//! `records/source=…/dt=…/compacted-0000.parquet` and its like in `terms/` hold the rows of many objects. Which objects
//! those are tells a list below `compacted/`, written before the file and named by the file's metadata: who replaces
//! the file replaces list and rows in one request.

use std::collections::HashSet;
use std::io;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;

use super::CompactError;
use super::merge::{Merger, Table, objects_of};
use crate::aws::{Aws, AwsError, Kind, ListFrom, Put};
use crate::domain::{ByteSize, Index, Location, Object, ObjectId};

/// How the names of compacted files begin.
const NAME: &str = "compacted-";
/// The metadata of a compacted file that names its list.
const LIST: &str = "scops-list";
/// The metadata of a compacted file that takes no more.
const FULL: &str = "scops-full";
/// The longest list that is read: some 200 bytes an object, deflated.
const LONGEST: ByteSize = ByteSize::mib(64);
/// Attempts to replace a file that others replace too.
const ATTEMPTS: usize = 16;

/// An object whose rows lie in a compacted file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Held {
    /// Its URI.
    pub object: String,
    /// The name of the file that its rows came from; empty where the list was lost.
    pub file: String,
    /// That file's entity tag.
    pub etag: String,
}

/// A partition of one of the tables: `records/source=alb/dt=2026-11-23-01/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(String);

impl Partition {
    /// One of `records`.
    pub fn records(source: &str, dt: &str) -> Self {
        Self(format!("records/source={source}/dt={dt}/"))
    }

    /// One of `terms`.
    pub fn terms(dt: &str) -> Self {
        Self(format!("terms/dt={dt}/"))
    }

    /// The one that a file of the index lies in, by the file's key in the index's bucket.
    pub fn of(index: &Index, key: &str) -> Option<Self> {
        let (folder, _) = key.strip_prefix(&index.location.prefix)?.rsplit_once('/')?;
        let is_ours = folder.starts_with("records/") || folder.starts_with("terms/");
        is_ours.then(|| Self(format!("{folder}/")))
    }

    /// Its path below the index's location.
    pub fn path(&self) -> &str {
        &self.0
    }

    /// The table that it is of.
    pub fn table(&self) -> Table {
        if self.0.starts_with("terms/") { Table::Terms } else { Table::Records }
    }

    /// Its hour: `2026-11-23-01`.
    pub fn hour(&self) -> Option<&str> {
        self.0.trim_end_matches('/').rsplit_once("dt=").map(|(_, hour)| hour)
    }

    /// Where its files lie.
    pub fn location(&self, index: &Index) -> Location {
        Location { prefix: format!("{}{}", index.location.prefix, self.0), ..index.location.clone() }
    }

    /// Where the lists of its compacted files lie.
    pub(super) fn lists(&self, index: &Index) -> Location {
        Location { prefix: format!("{}compacted/{}", index.location.prefix, self.0), ..index.location.clone() }
    }
}

/// A compacted file.
#[derive(Debug, Clone)]
pub struct Part {
    /// The file.
    pub object: Object,
    /// What it holds.
    pub holds: Vec<Held>,
    /// Whether it takes no more.
    pub is_full: bool,
    pub(super) number: u32,
    pub(super) list: Option<String>,
}

/// Whether a file of the index is a compacted one, by its name.
pub fn is_compacted(name: &str) -> bool {
    number_of(name).is_some()
}

fn number_of(name: &str) -> Option<u32> {
    name.strip_prefix(NAME)?.strip_suffix(".parquet")?.parse().ok()
}

/// All objects below a place.
pub async fn list(aws: &Aws, place: &Location) -> Result<Vec<Object>, AwsError> {
    let (mut all, mut next) = (Vec::new(), Some(ListFrom::Start));
    while let Some(from) = next {
        let page = aws.list(place, &from, 1_000).await?;
        all.extend(page.objects);
        next = page.next;
    }
    Ok(all)
}

/// The compacted files of a partition, by their numbers.
pub async fn parts(aws: &Aws, index: &Index, partition: &Partition) -> Result<Vec<Part>, CompactError> {
    let place = partition.location(index);
    let place = Location { prefix: format!("{}{NAME}", place.prefix), ..place };
    let mut parts = Vec::new();
    for object in list(aws, &place).await? {
        if let Some(number) = number_of(object.id.file_name()) {
            parts.extend(part(aws, index, partition, &object.id, number).await?);
        }
    }
    Ok(parts)
}

/// One compacted file as it is now; none where it is gone.
async fn part(
    aws: &Aws,
    index: &Index,
    partition: &Partition,
    id: &ObjectId,
    number: u32,
) -> Result<Option<Part>, CompactError> {
    let (object, metadata) = match aws.head(id).await {
        Err(error) if error.kind == Kind::NoSuchKey => return Ok(None),
        other => other?,
    };
    let list = metadata.get(LIST).cloned();
    let mut holds = None;
    if let Some(list) = &list {
        match aws.get_all(&partition.lists(index).object(list), LONGEST).await {
            Ok((_, bytes)) => holds = read_list(&bytes),
            Err(error) if error.kind == Kind::NoSuchKey => {}
            Err(error) => return Err(error.into()),
        }
    }
    let holds = if let Some(holds) = holds {
        holds
    } else {
        let Some(file) = fetch(aws, id, &object.etag).await? else { return Ok(None) };
        told_by_rows(file).await?
    };
    let object = Object { id: id.clone(), ..object };
    Ok(Some(Part { object, holds, is_full: metadata.contains_key(FULL), number, list }))
}

fn read_list(bytes: &[u8]) -> Option<Vec<Held>> {
    let plain = zstd::decode_all(bytes).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// The rows tell which objects they are of: a list that was lost is made anew of them.
async fn told_by_rows(file: NamedTempFile) -> Result<Vec<Held>, CompactError> {
    let objects = blocking(move || objects_of(file.into_file())).await?;
    let held = |object| Held { object, file: String::new(), etag: String::new() };
    Ok(objects.into_iter().map(held).collect())
}

/// Does work that keeps a core busy.
pub(super) async fn blocking<T: Send + 'static, E: Into<CompactError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, CompactError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(Into::into),
        Err(error) => Err(io::Error::other(error).into()),
    }
}

/// A file of the index on disk, if it still has this eTag.
pub(super) async fn fetch(aws: &Aws, id: &ObjectId, etag: &str) -> Result<Option<NamedTempFile>, CompactError> {
    let mut body = match aws.get(id, None, Some(etag)).await {
        Err(error) if is_replaced(&error) => return Ok(None),
        other => other?,
    };
    let file = NamedTempFile::new()?;
    let mut out = tokio::fs::File::from_std(file.reopen()?);
    while let Some(chunk) = body.next().await? {
        out.write_all(&chunk).await?;
    }
    out.flush().await?;
    Ok(Some(file))
}

/// Whether an object is not any more what it was looked at as.
pub(super) fn is_replaced(error: &AwsError) -> bool {
    matches!(error.kind, Kind::Changed | Kind::NoSuchKey)
}

/// Writes a compacted file over the one that was looked at, or where there was none: its list first. False where
/// somebody else was faster, and nothing has changed.
pub(super) async fn write(
    aws: &Aws,
    index: &Index,
    partition: &Partition,
    number: u32,
    over: Option<&Part>,
    content: &Part,
    file: &NamedTempFile,
) -> Result<bool, CompactError> {
    let mut holds = content.holds.clone();
    holds.sort();
    let plain = serde_json::to_vec(&holds).map_err(io::Error::from)?;
    let mut hasher = Sha256::new();
    hasher.update(&plain);
    // Two lists that are the same belong to two files: the one may go while the other is needed.
    hasher.update(over.map_or("", |over| &over.object.etag));
    let hash = data_encoding::HEXLOWER.encode(&hasher.finalize()[..16]);
    let list = format!("{number:04}-{hash}.json.zst");
    let lists = partition.lists(index);
    let bytes = zstd::encode_all(plain.as_slice(), 0)?;
    aws.put(&lists.object(&list), Bytes::from(bytes), Put::default()).await?;

    let mut with =
        Put { only_new: over.is_none(), only_over: over.map(|over| over.object.etag.clone()), ..Put::default() };
    with.metadata.insert(LIST.into(), list.clone());
    if content.is_full {
        with.metadata.insert(FULL.into(), "true".into());
    }
    let id = partition.location(index).object(&format!("{NAME}{number:04}.parquet"));
    match aws.put_file(&id, file.path(), with).await {
        Err(error) if is_replaced(&error) => return Ok(false),
        other => drop(other?),
    }
    if let Some(old) = over.and_then(|over| over.list.as_ref()).filter(|old| **old != list) {
        aws.delete(&lists.object(old)).await?;
    }
    Ok(true)
}

/// Takes the rows of objects out of a partition's compacted files, one request a file: those that `is_stale` says so of.
pub(super) async fn take_out(
    aws: &Aws,
    index: &Index,
    partition: &Partition,
    is_stale: impl Fn(&Held) -> bool,
) -> Result<(), CompactError> {
    for _ in 0..ATTEMPTS {
        let mut is_done = true;
        for part in parts(aws, index, partition).await? {
            let (out, holds): (Vec<Held>, Vec<Held>) = part.holds.iter().cloned().partition(&is_stale);
            if !out.is_empty() {
                let without: HashSet<String> = out.into_iter().map(|held| held.object).collect();
                is_done &= rewrite(aws, index, partition, &part, holds, without).await?;
            }
        }
        if is_done {
            return Ok(());
        }
    }
    Err(CompactError::Busy(partition.path().to_owned()))
}

async fn rewrite(
    aws: &Aws,
    index: &Index,
    partition: &Partition,
    part: &Part,
    holds: Vec<Held>,
    without: HashSet<String>,
) -> Result<bool, CompactError> {
    let Some(old) = fetch(aws, &part.object.id, &part.object.etag).await? else { return Ok(false) };
    let table = partition.table();
    let file = blocking(move || {
        let mut merger = Merger::new(table)?;
        merger.add_sorted(old.into_file(), without)?;
        merger.finish()
    })
    .await?;
    let content = Part { holds, ..part.clone() };
    write(aws, index, partition, part.number, Some(part), &content, &file).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        Index {
            location: "s3://index/scops/".parse().expect("a location"),
            database: "scops".into(),
            workgroup: "primary".into(),
            output: None,
            retention_days: None,
        }
    }

    #[test]
    fn a_file_of_the_index_tells_its_partition() {
        let of = |key: &str| Partition::of(&index(), key);
        let records = of("scops/records/source=alb/dt=2026-11-23-01/x.parquet").expect("a partition");
        assert_eq!(records, Partition::records("alb", "2026-11-23-01"));
        assert_eq!((records.table(), records.hour()), (Table::Records, Some("2026-11-23-01")));
        let terms = of("scops/terms/dt=2026-11-23-01/x.parquet").expect("a partition");
        assert_eq!((terms.table(), terms.hour()), (Table::Terms, Some("2026-11-23-01")));
        assert_eq!(terms.lists(&index()).prefix, "scops/compacted/terms/dt=2026-11-23-01/");
        assert_eq!((of("scops/other/x.parquet"), of("elsewhere/terms/dt=1/x"), of("scops/x")), (None, None, None));
    }

    #[test]
    fn only_compacted_files_are_named_so() {
        assert!(is_compacted("compacted-0000.parquet") && is_compacted("compacted-12345.parquet"));
        assert!(!is_compacted("compacted-.parquet") && !is_compacted("0a1b.parquet") && !is_compacted("compacted-1"));
    }
}
