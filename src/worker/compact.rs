//! Merges the small files of closed hours into one sorted file a partition, and keeps what was merged replaceable.
//!
//! A compacted file is replaced, never changed: a conditional PUT puts the new one in the old one's place, and its list
//! tells which objects it holds. Small files are deleted after the file that holds their rows is there, so that a query
//! in between sees rows twice and never misses them. `docs/index.md` argues why no crash loses a row.

pub mod merge;
pub mod part;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};

use self::merge::{MergeError, Merger, object_of};
use self::part::{Held, Part, Partition, blocking, fetch, is_compacted, is_replaced, list, parts, take_out};
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{ByteSize, Index, Object, ObjectId, Profile, Receipt};

/// A file that is as large stays as it is.
const GOOD: ByteSize = ByteSize::mib(128);
/// Bytes of files that are merged into one.
const MOST: u64 = 256 << 20;
/// Files that are fetched at a time.
const PARALLEL: usize = 16;
/// Attempts at a partition that others write to.
const ATTEMPTS: usize = 8;
/// Prefixes that are listed: sources, and hours of ten years.
const PREFIXES: usize = 200_000;
/// The longest receipt that is read.
const RECEIPT: ByteSize = ByteSize::mib(1);
/// How long a list that no file names may be one that is about to be named.
const UNNAMED: SignedDuration = SignedDuration::from_hours(24);

/// Why a partition was not compacted.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// AWS or the way to it.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// Rows could not be merged.
    #[error("the index's rows cannot be merged: {0}")]
    Merge(#[from] MergeError),
    /// A temporary file.
    #[error("a temporary file: {0}")]
    Io(#[from] io::Error),
    /// Others write to it all the time.
    #[error("{0} is written to by others all the time; try again later")]
    Busy(String),
}

impl From<CompactError> for AwsError {
    fn from(error: CompactError) -> Self {
        let cause = match error {
            CompactError::Aws(error) => return error,
            other => other.to_string(),
        };
        let subject = "cannot take old records out of the index".to_owned();
        Self { kind: Kind::Other, subject, cause, hint: None, region: None, status: None }
    }
}

/// What is to be compacted.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How long an hour is over, and how old a file is, before it is merged.
    pub older_than: SignedDuration,
    /// The present.
    pub now: Timestamp,
    /// Whether nothing is written.
    pub is_dry_run: bool,
}

/// What became of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files merged; in a dry run, that would be at most.
    pub merged: usize,
    /// Their bytes.
    pub before: ByteSize,
    /// Bytes of the compacted files.
    pub after: ByteSize,
    /// Files deleted that an earlier run had merged and left.
    pub leftovers: usize,
    /// Files left alone since no receipt names them.
    pub unproven: usize,
    /// Files left alone that cannot be read as files of this table.
    pub foreign: usize,
    /// Files that are too young to be merged yet.
    pub young: usize,
}

/// The partitions whose hours are over for long enough, of one source or of all; `terms` are of all.
pub async fn partitions(
    aws: &Aws,
    index: &Index,
    source: Option<&str>,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Partition>, AwsError> {
    let place = &index.location;
    let below = |path: &str| format!("{}{path}", place.prefix);
    let roots = if let Some(source) = source {
        vec![below(&format!("records/source={source}/"))]
    } else {
        let (mut roots, _) = aws.prefixes(&place.bucket, &below("records/"), PREFIXES).await?;
        roots.push(below("terms/"));
        roots
    };
    let mut all = Vec::new();
    for root in roots {
        let (hours, _) = aws.prefixes(&place.bucket, &root, PREFIXES).await?;
        let found = hours.iter().filter_map(|prefix| Partition::of(index, prefix));
        all.extend(found.filter(|partition| partition.hour().is_some_and(&is_wanted)));
    }
    Ok(all)
}

/// Whether an hour (`2026-11-23-01`) is over for this long.
pub fn is_closed(hour: &str, options: &Options) -> bool {
    let start = hour.rsplit_once('-').and_then(|(day, hour)| format!("{day}T{hour}:00:00Z").parse::<Timestamp>().ok());
    let end = start.and_then(|start| start.checked_add(SignedDuration::from_hours(1)).ok());
    end.is_some_and(|end| options.now.duration_since(end) >= options.older_than)
}

/// Compacts one partition.
pub async fn compact(
    aws: &Aws,
    profile: &Profile,
    index: &Index,
    partition: &Partition,
    options: &Options,
) -> Result<Compacted, CompactError> {
    let mut told = Compacted::default();
    let work = Work { aws, profile, index, partition };
    for _ in 0..ATTEMPTS {
        let listed = Listed::read(&work, options).await?;
        told.young = listed.young;
        if options.is_dry_run {
            let merged = if listed.is_worth_it(listed.small.len()) { listed.small.len() } else { 0 };
            let before = listed.small.iter().take(merged).map(|object| object.size).sum();
            return Ok(Compacted { merged, before, leftovers: listed.leftovers.len(), ..told });
        }
        for object in &listed.leftovers {
            work.delete(object).await?;
            told.leftovers += 1;
        }
        match work.round(&listed, &mut told).await? {
            Round::Over => {
                work.forget_lists(options.now).await?;
                told.after = parts(aws, index, partition).await?.iter().map(|part| part.object.size).sum();
                return Ok(told);
            }
            Round::Again => {}
        }
    }
    Err(CompactError::Busy(partition.path().to_owned()))
}

/// What a new version of an object replaces in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The object's URI.
    object: String,
    /// The key of the file that was written there, and its eTag; nothing where the new version has no rows there.
    written: Option<(String, String)>,
}

impl Replaced {
    /// What is replaced in each partition by a new version of an object: after its `files` are written, with their
    /// eTags, and before its receipt is; `old` are the files that its receipt named until now.
    pub fn of(
        index: &Index,
        object: &ObjectId,
        files: &[(String, String)],
        old: &[String],
    ) -> BTreeMap<Partition, Self> {
        let object = ObjectId { version: None, ..object.clone() }.to_string();
        let keys = files.iter().map(|(key, _)| key).chain(old);
        let partitions: BTreeSet<Partition> = keys.filter_map(|key| Partition::of(index, key)).collect();
        let replaced = |partition: Partition| {
            let written = files.iter().find(|(key, _)| Partition::of(index, key).as_ref() == Some(&partition)).cloned();
            (partition, Self { object: object.clone(), written })
        };
        partitions.into_iter().map(replaced).collect()
    }

    /// Whether the rows that are held are those of the file that was written.
    fn is_same(&self, held: &Held) -> bool {
        let written = self.written.as_ref();
        written.is_some_and(|(key, etag)| key.rsplit('/').next() == Some(held.file.as_str()) && *etag == held.etag)
    }

    fn is_stale(&self, held: &Held) -> bool {
        held.object == self.object && !self.is_same(held)
    }
}

/// Takes out of the compacted files of a partition what new versions of objects replace, in one go.
///
/// Where a compacted file holds exactly what was written, the written file goes instead: nothing has changed.
pub async fn settle(
    aws: &Aws,
    index: &Index,
    partition: &Partition,
    replaced: &[Replaced],
) -> Result<(), CompactError> {
    take_out(aws, index, partition, |held| replaced.iter().any(|one| one.is_stale(held))).await?;
    let parts = parts(aws, index, partition).await?;
    for one in replaced {
        let mut held = parts.iter().flat_map(|part| &part.holds);
        let is_held = held.any(|held| held.object == one.object && one.is_same(held));
        if let Some((key, etag)) = one.written.as_ref().filter(|_| is_held) {
            let written = ObjectId::new(&index.location.bucket, key);
            match aws.delete_unchanged(&written, etag).await {
                Err(error) if is_replaced(&error) => {}
                other => other?,
            }
        }
    }
    Ok(())
}

/// What one look at a partition tells.
struct Listed {
    /// Files of one object each that may be merged, the oldest first.
    small: Vec<Object>,
    /// Files whose rows a compacted file holds.
    leftovers: Vec<Object>,
    /// Files that are too young.
    young: usize,
    parts: Vec<Part>,
}

impl Listed {
    async fn read(work: &Work<'_>, options: &Options) -> Result<Self, CompactError> {
        let parts = parts(work.aws, work.index, work.partition).await?;
        let held: HashMap<&str, &str> =
            parts.iter().flat_map(|part| &part.holds).map(|held| (held.file.as_str(), held.etag.as_str())).collect();
        let (mut small, mut leftovers, mut young) = (Vec::new(), Vec::new(), 0);
        for object in list(work.aws, &work.partition.location(work.index)).await? {
            let name = object.id.file_name();
            if is_compacted(name) || object.size >= GOOD {
                continue;
            }
            if held.get(name) == Some(&object.etag.as_str()) {
                leftovers.push(object);
            } else if options.now.duration_since(object.arrived) >= options.older_than {
                small.push(object);
            } else {
                young += 1;
            }
        }
        small.sort_by_key(|object| object.arrived);
        Ok(Self { small, leftovers, young, parts })
    }

    /// The file that takes more, if there is one, and its number.
    fn target(&self) -> (Option<&Part>, u32) {
        let open = self.parts.iter().find(|part| !part.is_full);
        let next = self.parts.iter().map(|part| part.number + 1).max().unwrap_or(0);
        (open, open.map_or(next, |part| part.number))
    }

    /// Whether so many files make a better one: a single one is as good as what would become of it.
    fn is_worth_it(&self, files: usize) -> bool {
        files > 1 || (files == 1 && !self.parts.is_empty())
    }
}

/// How far a round has come.
enum Round {
    /// There is nothing left to merge.
    Over,
    /// There may be more, or somebody else was faster.
    Again,
}

/// A file that may be merged.
struct Proven {
    object: Object,
    bytes: bytes::Bytes,
    held: Held,
}

struct Work<'a> {
    aws: &'a Aws,
    profile: &'a Profile,
    index: &'a Index,
    partition: &'a Partition,
}

impl Work<'_> {
    async fn round(&self, listed: &Listed, told: &mut Compacted) -> Result<Round, CompactError> {
        let (target, number) = listed.target();
        let room = MOST - target.map_or(0, |part| part.object.size.bytes()).min(MOST);
        let mut chosen = Vec::new();
        let mut sum = 0;
        for object in &listed.small {
            sum += object.size.bytes();
            if sum > room {
                break;
            }
            chosen.push(object.clone());
        }
        let is_all = chosen.len() == listed.small.len();
        if !listed.is_worth_it(chosen.len()) {
            return Ok(Round::Over);
        }
        (told.unproven, told.foreign) = (0, 0);
        let mut proven = Vec::new();
        let mut looks = futures::stream::iter(chosen.into_iter().map(|object| self.prove(object))).buffered(PARALLEL);
        while let Some(look) = looks.next().await {
            match look? {
                Look::Proven(file) => proven.push(*file),
                Look::Unproven => told.unproven += 1,
                Look::Foreign => told.foreign += 1,
                Look::Gone => {}
            }
        }
        drop(looks);
        if !listed.is_worth_it(proven.len()) {
            return Ok(Round::Over);
        }
        // What a newer file replaces goes first: its rows are in that file.
        let newer: HashSet<&str> = proven.iter().map(|file| file.held.object.as_str()).collect();
        let stale: HashSet<Held> = listed
            .parts
            .iter()
            .flat_map(|part| &part.holds)
            .filter(|held| newer.contains(held.object.as_str()))
            .cloned()
            .collect();
        if !stale.is_empty() {
            take_out(self.aws, self.index, self.partition, |held| stale.contains(held)).await?;
            return Ok(Round::Again);
        }
        if !self.merge(target, number, &proven).await? {
            return Ok(Round::Again);
        }
        told.merged += proven.len();
        told.before += proven.iter().map(|file| file.object.size).sum::<ByteSize>();
        self.clear(&proven).await?;
        Ok(if is_all { Round::Over } else { Round::Again })
    }

    /// Reads a file, and whether a receipt proves that it belongs to the index.
    async fn prove(&self, object: Object) -> Result<Look, CompactError> {
        let body = match self.aws.get(&object.id, None, Some(&object.etag)).await {
            Err(error) if is_replaced(&error) => return Ok(Look::Gone),
            other => other?,
        };
        let (bytes, _) = body.collect(GOOD).await?;
        let Ok(Some(uri)) = object_of(&bytes) else { return Ok(Look::Foreign) };
        let Ok(source) = uri.parse::<ObjectId>() else { return Ok(Look::Foreign) };
        // A table made before may have other columns; its files are merged by none.
        if Merger::new(self.partition.table())?.add(bytes.clone()).is_err() {
            return Ok(Look::Foreign);
        }
        if !self.is_named(&source, &object.id.key).await? {
            return Ok(Look::Unproven);
        }
        let held = Held { object: uri, file: object.id.file_name().to_owned(), etag: object.etag.clone() };
        Ok(Look::Proven(Box::new(Proven { object, bytes, held })))
    }

    /// Whether the receipt of an object names a file of the index. What none names may be one that a worker is about to
    /// name or to delete.
    async fn is_named(&self, object: &ObjectId, file: &str) -> Result<bool, AwsError> {
        for place in self.profile.consumers.iter().filter_map(|consumer| consumer.receipts.as_ref()) {
            match self.aws.get_all(&place.object(&object.key), RECEIPT).await {
                Ok((_, bytes)) => {
                    let receipt: Option<Receipt> = serde_json::from_slice(&bytes).ok();
                    let names = |receipt: Receipt| {
                        receipt.object.bucket == object.bucket && receipt.files.iter().any(|named| named == file)
                    };
                    if receipt.is_some_and(names) {
                        return Ok(true);
                    }
                }
                Err(error) if error.kind == Kind::NoSuchKey => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Writes the file of the target's rows and these; false where somebody else was faster.
    async fn merge(&self, target: Option<&Part>, number: u32, proven: &[Proven]) -> Result<bool, CompactError> {
        let old = match target {
            None => None,
            Some(part) => match fetch(self.aws, &part.object.id, &part.object.etag).await? {
                Some(file) => Some(file.into_file()),
                None => return Ok(false),
            },
        };
        let files: Vec<bytes::Bytes> = proven.iter().map(|file| file.bytes.clone()).collect();
        let table = self.partition.table();
        let merged = blocking(move || {
            let mut merger = Merger::new(table)?;
            if let Some(old) = old {
                merger.add_sorted(old, HashSet::new())?;
            }
            for file in files {
                merger.add(file)?;
            }
            merger.finish()
        })
        .await?;
        let size = ByteSize(merged.as_file().metadata()?.len());
        let mut holds = target.map(|part| part.holds.clone()).unwrap_or_default();
        holds.extend(proven.iter().map(|file| file.held.clone()));
        let content = Part {
            object: Object { size, ..proven[0].object.clone() },
            holds,
            is_full: size >= GOOD,
            number,
            list: None,
        };
        part::write(self.aws, self.index, self.partition, number, target, &content, &merged).await
    }

    /// Deletes what was merged; takes out again what a worker has replaced meanwhile.
    async fn clear(&self, merged: &[Proven]) -> Result<(), CompactError> {
        let now = list(self.aws, &self.partition.location(self.index)).await?;
        let now: HashMap<&str, &str> =
            now.iter().map(|object| (object.id.key.as_str(), object.etag.as_str())).collect();
        let mut stale = HashSet::new();
        for file in merged {
            match now.get(file.object.id.key.as_str()) {
                Some(etag) if **etag == file.object.etag => self.delete(&file.object).await?,
                Some(_) => {
                    stale.insert(file.held.clone());
                }
                // Gone: deleted by a worker, whose receipt names others now or will and then looks here again; or by
                // another compaction, since its rows are safe.
                None => {
                    let source: Option<ObjectId> = file.held.object.parse().ok();
                    if let Some(source) = source
                        && !self.is_named(&source, &file.object.id.key).await?
                    {
                        stale.insert(file.held.clone());
                    }
                }
            }
        }
        if stale.is_empty() {
            return Ok(());
        }
        take_out(self.aws, self.index, self.partition, |held| stale.contains(held)).await
    }

    /// Deletes a file whose rows a compacted file holds, but not what a worker has put in its place since.
    async fn delete(&self, object: &Object) -> Result<(), AwsError> {
        match self.aws.delete_unchanged(&object.id, &object.etag).await {
            Err(error) if is_replaced(&error) => Ok(()),
            other => other,
        }
    }

    /// Deletes lists that no file names: those of a crash.
    async fn forget_lists(&self, now: Timestamp) -> Result<(), CompactError> {
        let lists = list(self.aws, &self.partition.lists(self.index)).await?;
        let old: Vec<Object> = lists.into_iter().filter(|list| now.duration_since(list.arrived) >= UNNAMED).collect();
        if old.is_empty() {
            return Ok(());
        }
        let parts = parts(self.aws, self.index, self.partition).await?;
        let named: HashSet<&str> = parts.iter().filter_map(|part| part.list.as_deref()).collect();
        for list in old.iter().filter(|list| !named.contains(list.id.file_name())) {
            self.aws.delete(&list.id).await?;
        }
        Ok(())
    }
}

/// What a look at a file tells.
enum Look {
    Proven(Box<Proven>),
    Unproven,
    Foreign,
    Gone,
}
