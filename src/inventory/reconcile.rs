//! Whether listing, receipts, failures and index agree: what arrived and was never processed though no failure tells
//! why, what was processed and cannot be searched, and what can be searched twice.
//!
//! The first costs a listing. The others cost one query of the index a source and range, and a receipt for each object
//! that it does not know.

mod indexed;

use std::collections::{HashMap, HashSet};

use futures::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};

use super::gaps;
use super::objects::{self, Watched};
use super::{Inventory, Known, SURVEY_LIMIT};
use crate::app::request::Trouble;
use crate::aws::{AwsError, Kind};
use crate::domain::size::plural;
use crate::domain::{
    ByteSize, Consumer, Failure, Finding, Gap, GapKind, Holding, Index, Object, ObjectId, ObjectRow, Reason,
    ReasonOrigin, Receipt, Source, State, TimeRange, Trace,
};
use crate::search::{self, Coverage};
use crate::worker::compact::part::{self, Partition};

/// A record may be older than its object's key tells, and a little younger: so much of the index is asked beside the
/// range. Where a receipt names a file beyond it, that file is looked for.
const BEFORE: SignedDuration = SignedDuration::from_hours(6);
const AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Receipts that are read; with more, the index as a whole is in trouble.
const RECEIPTS: usize = 2_000;
/// The longest receipt that is read.
const RECEIPT: ByteSize = ByteSize::mib(1);
/// Requests at a time.
const PARALLEL: usize = 16;

/// What a reconciliation came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Objects on which the places do not agree; their trace is [`Trace::Reconciled`].
    pub found: Vec<Failure>,
    /// How many objects were compared.
    pub objects: u64,
    /// What the index holds of each source; none where it was not asked.
    pub holdings: Vec<Holding>,
    /// What the index was read for; none where it was not asked.
    pub scanned: Option<ByteSize>,
    /// Whether all objects of the range were compared.
    pub is_incomplete: bool,
}

impl Reconciled {
    /// Adds what another source came to.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        self.holdings.extend(other.holdings);
        self.objects += other.objects;
        self.is_incomplete |= other.is_incomplete;
        self.scanned = match (self.scanned, other.scanned) {
            (Some(ours), Some(theirs)) => Some(ByteSize(ours.bytes() + theirs.bytes())),
            (ours, theirs) => ours.or(theirs),
        };
    }

    /// In words.
    pub fn told(&self) -> String {
        let count = |finding| self.found.iter().filter(|failure| failure.trace == Trace::Reconciled(finding)).count();
        let index = match self.scanned {
            Some(scanned) => format!(
                ", {} not searchable, {} searchable twice ({scanned} of the index read)",
                count(Finding::Unsearchable),
                count(Finding::Twice)
            ),
            None => "; no index was asked".to_owned(),
        };
        let rest = if self.is_incomplete { "; not all of the range was compared: choose a shorter one" } else { "" };
        format!(
            "{} compared: {} never processed{index}{rest}",
            plural(self.objects, "object"),
            count(Finding::Unprocessed)
        )
    }
}

/// One source with one consumer, as its listing and receipts tell.
#[derive(Default)]
struct Listed {
    objects: u64,
    /// Arrived long ago, and neither processed nor failed.
    left: Vec<Object>,
    processed: Vec<ObjectId>,
    /// Their times, as keys tell them.
    times: Vec<Timestamp>,
}

impl Listed {
    /// Counts an object, which was sent again at `sent` where it was.
    fn add(&mut self, row: ObjectRow, sent: Option<Timestamp>, late_after: SignedDuration, now: Timestamp) {
        self.objects += 1;
        let newest = sent.map_or(row.object.arrived, |sent| sent.max(row.object.arrived));
        match row.state {
            State::Processed | State::Recovered => {
                self.times.push(row.time.unwrap_or(row.object.arrived));
                self.processed.push(row.object.id);
            }
            State::Arrived | State::Replaying | State::Unknown if now.duration_since(newest) >= late_after => {
                self.left.push(row.object);
            }
            _ => {}
        }
    }
}

impl Inventory {
    /// Compares one source over a range with every consumer that leaves receipts, and with the index where the profile
    /// has one.
    pub async fn reconcile(
        &self,
        source: &Source,
        range: TimeRange,
        known: &Known,
        now: Timestamp,
    ) -> Result<Reconciled, Trouble> {
        let prefixes = self.prefixes(source, range, super::AROUND).await?;
        let mut all = Reconciled::default();
        let observed = self.profile.consumers.iter().filter(|consumer| consumer.receipts.is_some());
        for (index, consumer) in observed.enumerate() {
            let mut listed = Listed::default();
            let told = known.consumers.get(&consumer.name);
            let mut sink = |rows: Vec<ObjectRow>| {
                for row in rows {
                    let sent = told.and_then(|told| told.replayed.get(&row.object.id).copied());
                    listed.add(row, sent, source.late_after, now);
                }
                listed.objects < SURVEY_LIMIT
            };
            let watched = [Watched::of(consumer)];
            objects::stream(&self.aws, source, range, prefixes.clone(), &watched, known, &mut sink).await?;
            all.is_incomplete |= listed.objects >= SURVEY_LIMIT;
            all.objects = all.objects.max(listed.objects);
            let unprocessed = self.unprocessed(consumer, std::mem::take(&mut listed.left)).await?;
            all.found.extend(unprocessed);
            // The index is the same, whichever consumer writes it.
            if let (Some(place), 0) = (&self.profile.index, index) {
                let mut compared = Box::pin(self.compared(place, source, consumer, range, &listed.processed)).await?;
                let gaps = missing_runs(&listed, &compared.found);
                compared.holdings.iter_mut().for_each(|holding| holding.gaps.clone_from(&gaps));
                all.add(compared);
            }
        }
        Ok(all)
    }

    async fn unprocessed(&self, consumer: &Consumer, left: Vec<Object>) -> Result<Vec<Failure>, Trouble> {
        if left.is_empty() {
            return Ok(Vec::new());
        }
        let queue = self.queue_of(consumer).await?;
        let text = match queue.visible + queue.in_flight + queue.delayed {
            0 => "arrived and was never processed; its event is in no queue, and no failure tells why",
            _ => "arrived and was not processed; no failure tells why, its event may be among those that wait",
        };
        let failures = left.into_iter().map(|object| self.finding(consumer, object.id, Finding::Unprocessed, text));
        Ok(failures.collect())
    }

    fn finding(&self, consumer: &Consumer, object: ObjectId, finding: Finding, text: &str) -> Failure {
        let reason = Reason { text: text.to_owned(), origin: ReasonOrigin::Compared };
        let state = if finding == Finding::Unprocessed { State::Arrived } else { State::Processed };
        self.failure_of(consumer, state, object, Some(reason), Trace::Reconciled(finding))
    }

    /// What the index holds, compared with what was processed.
    async fn compared(
        &self,
        index: &Index,
        source: &Source,
        consumer: &Consumer,
        range: TimeRange,
        processed: &[ObjectId],
    ) -> Result<Reconciled, Trouble> {
        if processed.is_empty() {
            let holding = Holding { source: source.name.clone(), range, records: 0, gaps: Vec::new() };
            return Ok(Reconciled {
                holdings: vec![holding],
                scanned: Some(ByteSize::default()),
                ..Reconciled::default()
            });
        }
        let asked = TimeRange::new(
            range.start.checked_sub(BEFORE).unwrap_or(range.start),
            range.end.checked_add(AFTER).unwrap_or(range.end),
        );
        let (rows, status) = search::coverage(&self.aws, index, &source.name, asked).await?;
        let wanted: HashSet<&ObjectId> = processed.iter().collect();
        let is_wanted = |row: &&Coverage| wanted.contains(&ObjectId { version: None, ..row.object.clone() });
        let records = rows.iter().filter(is_wanted).map(|row| row.places).sum();
        let holding = Holding { source: source.name.clone(), range, records, gaps: Vec::new() };
        let held = held(rows);
        let twice = processed.iter().filter(|object| held.get(object) == Some(&true));
        let twice = twice.map(|object| {
            let text = "can be searched twice: the index holds records of it more than once";
            self.finding(consumer, object.clone(), Finding::Twice, text)
        });
        let mut found: Vec<Failure> = twice.collect();
        let missing: Vec<&ObjectId> = processed.iter().filter(|object| !held.contains_key(object)).collect();
        let is_incomplete = missing.len() > RECEIPTS;
        let partitions = search::sql::partitions(asked);
        let looks = missing.into_iter().take(RECEIPTS).cloned();
        let looks: Vec<_> = looks.map(|object| self.lost(index, consumer, object, &partitions).boxed()).collect();
        let lost: Vec<Result<Option<ObjectId>, Trouble>> =
            futures::stream::iter(looks).buffered(PARALLEL).collect().await;
        let lost: Vec<Option<ObjectId>> = lost.into_iter().collect::<Result<_, _>>()?;
        found.extend(lost.into_iter().flatten().map(|object| {
            let text = "was processed and cannot be searched: its receipt tells of records, the index has none of them";
            self.finding(consumer, object, Finding::Unsearchable, text)
        }));
        Ok(Reconciled { found, objects: 0, holdings: vec![holding], scanned: Some(status.scanned), is_incomplete })
    }

    /// The object, where the records that its receipt tells of are not in the index, of which the partitions from the
    /// first to the last were asked and hold none of it.
    async fn lost(
        &self,
        index: &Index,
        consumer: &Consumer,
        object: ObjectId,
        (first, last): &(String, String),
    ) -> Result<Option<ObjectId>, Trouble> {
        let Some(place) = &consumer.receipts else { return Ok(None) };
        let bytes = match self.aws.get_all(&place.object(&object.key), RECEIPT).await {
            Ok((_, bytes)) => bytes,
            Err(error) if error.kind == Kind::NoSuchKey => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // What is no receipt of ours tells of no records, so nothing is missed.
        let Ok(receipt) = serde_json::from_slice::<Receipt>(&bytes) else { return Ok(None) };
        if receipt.records == 0 || receipt.object.bucket != object.bucket {
            return Ok(None);
        }
        for file in receipt.files.iter().filter(|file| file.contains("records/")) {
            let is_asked = hour(file).is_some_and(|hour| first.as_str() <= hour && hour <= last.as_str());
            let id = ObjectId::new(&index.location.bucket, file);
            if is_asked {
                continue;
            }
            let is_kept = index.kept_from(Timestamp::now()).is_none_or(|from| is_since(file, from));
            // Beyond what was asked it lies as a file of its own, or merged with others; or it is gone by its age.
            if !is_kept || self.aws.head(&id).await.is_ok() || self.is_merged(index, &object, file).await? {
                return Ok(None);
            }
        }
        Ok(Some(object))
    }
}

/// The stretches of processed objects that the index lacks.
fn missing_runs(listed: &Listed, found: &[Failure]) -> Vec<Gap> {
    let is_missing = |failure: &&Failure| failure.trace == Trace::Reconciled(Finding::Unsearchable);
    let missing: HashSet<&ObjectId> =
        found.iter().filter(is_missing).filter_map(|failure| failure.object.as_ref()).collect();
    let mut objects: Vec<(Timestamp, bool)> =
        listed.times.iter().zip(&listed.processed).map(|(time, id)| (*time, missing.contains(id))).collect();
    objects.sort_unstable();
    gaps::runs(&objects, |(time, _)| *time, |(_, is_missing)| *is_missing, GapKind::Unsearchable)
}

impl Inventory {
    /// Whether a compacted file holds the object's rows of this file.
    async fn is_merged(&self, index: &Index, object: &ObjectId, file: &str) -> Result<bool, Trouble> {
        let Some(partition) = Partition::of(index, file) else { return Ok(false) };
        let parts = part::parts(&self.aws, index, &partition).await.map_err(AwsError::from)?;
        let uri = ObjectId { version: None, ..object.clone() }.to_string();
        Ok(parts.iter().flat_map(|part| &part.holds).any(|held| held.object == uri))
    }
}

/// Whether the hour of an index file ends after a moment.
pub(super) fn is_since(file: &str, from: Timestamp) -> bool {
    hour(file).is_none_or(|hour| hour >= search::sql::partitions(TimeRange::new(from, from)).0.as_str())
}

/// The objects that the index holds, without their versions, and whether it holds some record of them twice.
fn held(rows: Vec<Coverage>) -> HashMap<ObjectId, bool> {
    let mut held = HashMap::with_capacity(rows.len());
    for row in rows {
        let is_twice = held.entry(ObjectId { version: None, ..row.object }).or_insert(false);
        *is_twice |= row.total > row.places;
    }
    held
}

/// The hour of an index file: `2026-11-23-01` of `records/source=alb/dt=2026-11-23-01/x.parquet`.
pub(super) fn hour(file: &str) -> Option<&str> {
    file.split('/').find_map(|part| part.strip_prefix("dt="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, version: Option<&str>, total: u64, places: u64) -> Coverage {
        let object = ObjectId { version: version.map(str::to_owned), ..ObjectId::new("logs", key) };
        Coverage { object, total, places }
    }

    #[test]
    fn an_object_is_held_twice_where_one_of_its_versions_has_more_records_than_places() {
        let held = held(vec![
            row("once", None, 9, 9),
            row("versions", Some("a"), 9, 9),
            row("versions", Some("b"), 9, 9),
            row("twice", Some("a"), 18, 9),
            row("twice", Some("b"), 9, 9),
        ]);
        let is_twice = |key: &str| held.get(&ObjectId::new("logs", key)).copied();
        assert_eq!(
            [is_twice("once"), is_twice("versions"), is_twice("twice"), is_twice("none")],
            [Some(false), Some(false), Some(true), None]
        );
    }

    #[test]
    fn processed_objects_in_a_row_that_the_index_lacks_are_a_gap() {
        let minute = |n: i64| Timestamp::from_second(1_800_000_000 + n * 60).expect("a timestamp");
        let id = |n: i64| ObjectId::new("logs", format!("{n:02}"));
        let listed =
            Listed { processed: (0..20).map(id).collect(), times: (0..20).map(minute).collect(), ..Listed::default() };
        let lost = |n| Failure {
            object: Some(id(n)),
            source: None,
            consumer: "indexer".into(),
            state: State::Processed,
            reason: None,
            trace: Trace::Reconciled(Finding::Unsearchable),
            prospect: crate::domain::Prospect::Untried,
        };
        let found: Vec<Failure> = [2, 7, 8, 9, 15].into_iter().map(lost).collect();
        let gap = Gap { range: TimeRange::new(minute(7), minute(9)), kind: GapKind::Unsearchable };
        assert_eq!(missing_runs(&listed, &found), [gap]);
    }

    #[test]
    fn an_object_is_missed_only_when_it_is_late_and_so_is_its_replay() {
        let arrived: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a timestamp");
        let row = |state| {
            let id = ObjectId::new("logs", "k");
            let object = Object { id, size: ByteSize(1), etag: "e".into(), storage_class: "STANDARD".into(), arrived };
            ObjectRow::new(object, None, state, None)
        };
        let after = |minutes| arrived + SignedDuration::from_mins(minutes);
        let is_left = |state, sent: Option<Timestamp>, now| {
            let mut listed = Listed::default();
            listed.add(row(state), sent, SignedDuration::from_mins(5), now);
            !listed.left.is_empty()
        };
        assert!(!is_left(State::Arrived, None, after(4)) && is_left(State::Arrived, None, after(5)));
        assert!(!is_left(State::Replaying, Some(after(58)), after(60)));
        assert!(is_left(State::Replaying, Some(after(50)), after(60)));
        let others = [State::Processed, State::Failed, State::Parked, State::Recovered, State::Unobserved];
        assert!(!others.into_iter().any(|state| is_left(state, None, after(600))));
    }

    #[test]
    fn an_index_file_tells_its_hour() {
        assert_eq!(hour("scops/records/source=alb/dt=2026-11-23-01/x.parquet"), Some("2026-11-23-01"));
        assert_eq!(hour("scops/records/x.parquet"), None);
    }

    #[test]
    fn what_was_compared_is_told_in_words() {
        let mut all = Reconciled { objects: 3, ..Reconciled::default() };
        assert_eq!(all.told(), "3 objects compared: 0 never processed; no index was asked");
        all.add(Reconciled { scanned: Some(ByteSize::kib(2)), is_incomplete: true, ..Reconciled::default() });
        all.add(Reconciled { scanned: Some(ByteSize::kib(1)), objects: 2, ..Reconciled::default() });
        assert_eq!(
            all.told(),
            "5 objects compared: 0 never processed, 0 not searchable, 0 searchable twice (3.0 KiB of the index read); \
             not all of the range was compared: choose a shorter one"
        );
    }
}
