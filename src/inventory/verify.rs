//! Whether the index is whole: what each receipt stands for is in it once, as a file of its own or merged with others;
//! nothing else is; and `records` and `terms` tell of the same records.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::objects::{self, Watched};
use super::reconcile::{hour, is_since};
use super::{Inventory, Known};
use crate::app::request::Trouble;
use crate::aws::{AwsError, Kind};
use crate::domain::{ByteSize, Index, ObjectId, ObjectRow, Receipt, Source, State, TimeRange};
use crate::search;
use crate::worker::compact::part::{self, Held, Partition};

/// Receipts that are read; with more, a shorter range is to be asked for.
const RECEIPTS: usize = 100_000;
/// The longest receipt that is read.
const RECEIPT: ByteSize = ByteSize::mib(1);
/// Requests at a time.
const PARALLEL: usize = 16;
/// A file that no receipt names may be one of an object in work: it is looked at when it is older.
const SETTLED: SignedDuration = SignedDuration::from_hours(2);

/// What is wrong with an object in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Its receipt names a file, and its rows are nowhere.
    Missing,
    /// Its rows are there as a file of their own and merged with others.
    Twice,
    /// Rows of it are there that its receipt does not name.
    Stale,
    /// The index has fewer or more of its records than its receipt tells.
    Count,
    /// `records` and `terms` tell of different records.
    Disagree,
}

impl Fault {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Twice => "twice",
            Self::Stale => "stale",
            Self::Count => "count",
            Self::Disagree => "disagree",
        }
    }

    /// What mends it.
    pub fn cure(self) -> &'static str {
        match self {
            Self::Twice => "scops index compact",
            _ => "scops replay",
        }
    }
}

/// An object of which the index is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The object's URI; the file's key where it is of no known object.
    pub object: String,
    /// What is wrong.
    pub fault: Fault,
    /// Where, and what was found.
    pub detail: String,
}

/// What a verification came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Objects whose receipts were compared.
    pub objects: u64,
    /// Files that their receipts name.
    pub files: u64,
    /// Files that are gone by their age.
    pub expired: u64,
    /// What Athena read.
    pub scanned: ByteSize,
    /// What is wrong.
    pub wrong: Vec<Wrong>,
    /// Whether the range holds more than was compared.
    pub is_incomplete: bool,
}

/// What lies in a partition.
struct Lies {
    files: HashSet<String>,
    /// Names of files old enough to be named by a receipt.
    settled: Vec<ObjectId>,
    held: HashMap<String, Held>,
}

impl Inventory {
    /// Verifies the index of one source over a range.
    pub async fn verify(
        &self,
        index: &Index,
        source: &Source,
        range: TimeRange,
        now: Timestamp,
    ) -> Result<Verified, Trouble> {
        let mut told = Verified::default();
        let receipts = self.receipts(source, range, &mut told).await?;
        let kept_from = index.kept_from(now);
        let mut named: BTreeMap<Partition, HashMap<String, &Receipt>> = BTreeMap::new();
        for receipt in &receipts {
            for file in &receipt.files {
                told.files += 1;
                if kept_from.is_some_and(|from| !is_since(file, from)) {
                    told.expired += 1;
                } else if let Some(partition) = Partition::of(index, file) {
                    let name = file.rsplit('/').next().unwrap_or(file).to_owned();
                    named.entry(partition).or_default().insert(name, receipt);
                }
            }
        }
        let looks = named.into_iter().map(|(partition, files)| self.look(index, partition, files, now));
        let looks: Vec<_> = looks.map(futures::FutureExt::boxed).collect();
        let mut looks = futures::stream::iter(looks).buffered(PARALLEL);
        while let Some(found) = looks.next().await {
            told.wrong.extend(found?);
        }
        drop(looks);
        self.count(index, source, range, &receipts, &mut told).await?;
        told.wrong.sort_by(|a, b| (&a.object, a.fault, &a.detail).cmp(&(&b.object, b.fault, &b.detail)));
        told.wrong.dedup();
        Ok(told)
    }

    /// The receipts of the source's objects in the range, of the consumer that writes the index.
    async fn receipts(&self, source: &Source, range: TimeRange, told: &mut Verified) -> Result<Vec<Receipt>, Trouble> {
        let mut observed = self.profile.consumers.iter();
        let Some((consumer, place)) = observed.find_map(|consumer| Some((consumer, consumer.receipts.as_ref()?)))
        else {
            return Err(Trouble {
                what: "the index cannot be verified".into(),
                cause: "no consumer of the profile leaves receipts, which tell what was processed".into(),
                hint: Some("name their place as `receipts` of a consumer".into()),
            });
        };
        let prefixes = self.prefixes(source, range, super::AROUND).await?;
        let mut processed = Vec::new();
        let mut sink = |rows: Vec<ObjectRow>| {
            let done = rows.into_iter().filter(|row| matches!(row.state, State::Processed | State::Recovered));
            processed.extend(done.map(|row| row.object.id));
            processed.len() < RECEIPTS
        };
        objects::stream(&self.aws, source, range, prefixes, &[Watched::of(consumer)], &Known::default(), &mut sink)
            .await?;
        told.is_incomplete = processed.len() >= RECEIPTS;
        let reads = processed.into_iter().map(|object| {
            let (aws, id) = (self.aws.clone(), place.object(&object.key));
            async move {
                match aws.get_all(&id, RECEIPT).await {
                    Ok((_, bytes)) => {
                        let receipt = serde_json::from_slice::<Receipt>(&bytes).ok();
                        Ok(receipt.filter(|receipt| receipt.object.bucket == object.bucket))
                    }
                    Err(error) if error.kind == Kind::NoSuchKey => Ok(None),
                    Err(error) => Err(error),
                }
            }
        });
        let reads: Vec<Result<Option<Receipt>, AwsError>> =
            futures::stream::iter(reads.collect::<Vec<_>>()).buffered(PARALLEL).collect().await;
        let receipts: Vec<Receipt> = reads.into_iter().filter_map(Result::transpose).collect::<Result<_, _>>()?;
        told.objects = receipts.len() as u64;
        Ok(receipts)
    }

    /// Compares what lies in one partition with what receipts name there.
    async fn look(
        &self,
        index: &Index,
        partition: Partition,
        named: HashMap<String, &Receipt>,
        now: Timestamp,
    ) -> Result<Vec<Wrong>, Trouble> {
        let lies = self.lies(index, &partition, now).await?;
        let wrong = |object: String, fault, detail: &str| Wrong {
            object,
            fault,
            detail: format!("{}: {detail}", partition.path().trim_end_matches('/')),
        };
        let mut all = Vec::new();
        let mut proven = HashSet::new();
        for (name, receipt) in &named {
            let uri = uri(&receipt.object);
            match (lies.files.contains(name), lies.held.get(&uri)) {
                (false, None) => all.push(wrong(uri.clone(), Fault::Missing, "its rows are nowhere")),
                (true, Some(_)) => all.push(wrong(uri.clone(), Fault::Twice, "its rows are there twice")),
                (false, Some(held)) if !held.file.is_empty() && held.file != *name => {
                    all.push(wrong(uri.clone(), Fault::Stale, "rows of an earlier processing are there"));
                }
                _ => {}
            }
            proven.insert(uri);
        }
        for id in lies.settled.iter().filter(|id| !named.contains_key(id.file_name())) {
            // It may be of an object beyond the range: its own receipt decides.
            let Ok((_, bytes)) = self.aws.get_all(id, ByteSize::mib(128)).await else { continue };
            let object = crate::worker::compact::merge::object_of(&bytes).ok().flatten();
            let Some(object) = object.filter(|object| proven.contains(object)) else { continue };
            all.push(wrong(object, Fault::Stale, "a file lies there that its receipt does not name"));
        }
        Ok(all)
    }

    async fn lies(&self, index: &Index, partition: &Partition, now: Timestamp) -> Result<Lies, Trouble> {
        let mut lies = Lies { files: HashSet::new(), settled: Vec::new(), held: HashMap::new() };
        for object in part::list(&self.aws, &partition.location(index)).await? {
            if part::is_compacted(object.id.file_name()) {
                continue;
            }
            lies.files.insert(object.id.file_name().to_owned());
            if now.duration_since(object.arrived) >= SETTLED {
                lies.settled.push(object.id);
            }
        }
        for part in part::parts(&self.aws, index, partition).await.map_err(AwsError::from)? {
            lies.held.extend(part.holds.into_iter().map(|held| (held.object.clone(), held)));
        }
        Ok(lies)
    }

    /// Counts the records of each object in both tables.
    async fn count(
        &self,
        index: &Index,
        source: &Source,
        range: TimeRange,
        receipts: &[Receipt],
        told: &mut Verified,
    ) -> Result<(), Trouble> {
        if receipts.is_empty() {
            return Ok(());
        }
        let hours: BTreeSet<&str> =
            receipts.iter().flat_map(|receipt| &receipt.files).filter_map(|file| hour(file)).collect();
        let bound = |dt: Option<&&str>| dt.and_then(|dt| moment(dt));
        let start = bound(hours.first()).unwrap_or(range.start);
        let end = bound(hours.last()).and_then(|last| last.checked_add(SignedDuration::from_hours(1)).ok());
        let asked = TimeRange::new(start, end.unwrap_or(range.end));
        let (records, status) = search::coverage(&self.aws, index, &source.name, asked).await?;
        told.scanned += status.scanned;
        let (terms, status) = search::term_coverage(&self.aws, index, &source.name, asked).await?;
        told.scanned += status.scanned;
        let mut counted: HashMap<String, (u64, u64)> = HashMap::new();
        for row in records {
            let sum = counted.entry(uri(&row.object)).or_default();
            *sum = (sum.0 + row.total, sum.1 + row.places);
        }
        let broken: HashSet<String> = told.wrong.iter().map(|wrong| wrong.object.clone()).collect();
        let kept_from = index.kept_from(Timestamp::now());
        for receipt in receipts {
            let object = uri(&receipt.object);
            let is_expired = kept_from.is_some_and(|from| receipt.files.iter().any(|file| !is_since(file, from)));
            if is_expired || broken.contains(&object) {
                continue;
            }
            let (total, places) = counted.get(&object).copied().unwrap_or_default();
            let in_terms = terms.get(&object).copied().unwrap_or_default();
            if total != receipt.records {
                let detail = format!("records: {total} of its {} records are there", receipt.records);
                told.wrong.push(Wrong { object: object.clone(), fault: Fault::Count, detail });
            }
            // A record of which nothing can be searched for has no term; no term is of no record.
            if in_terms > places || (in_terms == 0 && places > 0) {
                let detail = format!("terms tell of {in_terms} records, records of {places}");
                told.wrong.push(Wrong { object, fault: Fault::Disagree, detail });
            }
        }
        Ok(())
    }
}

fn uri(object: &ObjectId) -> String {
    ObjectId { version: None, ..object.clone() }.to_string()
}

/// The moment that an hour begins: of `2026-11-23-01`.
fn moment(hour: &str) -> Option<Timestamp> {
    let (day, hour) = hour.rsplit_once('-')?;
    format!("{day}T{hour}:00:00Z").parse().ok()
}
