//! What lies in S3, and how far it has come: partitions, listings, states, timelines, gaps, failure queues, pages.

pub mod around;
pub mod failures;
mod gaps;
pub mod merge;
pub mod middle;
mod newest;
mod objects;
pub mod pages;
mod receipts;
mod reconcile;
mod resolve;
pub mod stored;
mod survey;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::aws::{Aws, AwsError};
use crate::domain::{Cadence, Failure, Object, ObjectId, ObjectRow, Profile, Source, State, TimeRange, Trace};

pub use failures::{Diagnosis, Looked};
pub use merge::MergeReader;
pub use middle::Middle;
pub use newest::Newest;
pub use pages::PageReader;
pub use reconcile::Reconciled;
pub use survey::Surveyor;

/// Objects of one source that one survey looks at; what lies beyond is told as incomplete.
const SURVEY_LIMIT: u64 = 1_000_000;

/// Objects that a source's cadence is learnt from at most; of one that has more in a week, the spacing of its objects
/// tells enough.
const LEARNT_LIMIT: usize = 300_000;

/// Prefixes that are listed for it at most.
const LEARNT_PREFIXES: usize = 2_000;

/// The cadences that were learnt, by source and history; `None` where nothing could be.
type Cadences = HashMap<(String, TimeRange), Option<Arc<Cadence>>>;

/// How long the values of a layout's placeholders (accounts, regions) are taken for known.
const VALUES_TTL: Duration = Duration::from_mins(5);

/// The combinations of values that a source's placeholders have.
type Values = Vec<Vec<String>>;

/// What is known of objects beside their listing. Objects are named without their version.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// In a failure queue, with the reason where it is known.
    pub failed: HashMap<ObjectId, Option<String>>,
    /// In a parked queue.
    pub parked: HashSet<ObjectId>,
    /// Sent again, and when.
    pub replayed: HashMap<ObjectId, Timestamp>,
    /// Intended to be sent, outcome not known.
    pub unknown: HashSet<ObjectId>,
}

impl Known {
    /// The state of an object whose receipt (if any) was written at `receipt`. One that is older than the object is
    /// that of bytes which have been overwritten since.
    fn state(&self, object: &Object, receipt: Option<Timestamp>, is_observed: bool) -> State {
        // LastModified has whole seconds.
        let floor = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        let id = &object.id;
        let receipt = receipt.filter(|at| *at >= floor(object.arrived));
        match (receipt, self.replayed.get(id)) {
            (Some(at), Some(sent)) if at >= floor(*sent) => State::Recovered,
            _ if self.failed.contains_key(id) => State::Failed,
            _ if self.parked.contains(id) => State::Parked,
            (Some(_), _) => State::Processed,
            _ if self.unknown.contains(id) => State::Unknown,
            (None, Some(_)) => State::Replaying,
            (None, None) if is_observed => State::Arrived,
            (None, None) => State::Unobserved,
        }
    }
}

impl Known {
    /// Whether a failure that only a record tells of is of before the object was sent again.
    pub fn has_moved_on(&self, failure: &Failure) -> bool {
        let (Some(object), Trace::Record { at } | Trace::Destination { at, .. }) = (&failure.object, &failure.trace)
        else {
            return false;
        };
        let sent = self.replayed.get(&ObjectId { version: None, ..object.clone() });
        // LastModified has whole seconds: a record of the second of the sending may be of after it.
        sent.is_some_and(|sent| at.as_second() < sent.as_second())
    }
}

/// Looks into the sources of a profile. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Inventory {
    aws: Aws,
    profile: Arc<Profile>,
    values: Arc<Mutex<HashMap<String, (Instant, Values)>>>,
    cadences: Arc<Mutex<Cadences>>,
}

impl Inventory {
    /// Over the sources of `profile`.
    pub fn new(aws: Aws, profile: Arc<Profile>) -> Self {
        Self { aws, profile, values: Arc::default(), cadences: Arc::default() }
    }

    /// The profile that it looks into.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// One source over a range, in `bins` columns, as it stands at `now`.
    pub async fn survey(
        &self,
        source: &Source,
        range: TimeRange,
        bins: usize,
        known: &Known,
        now: Timestamp,
    ) -> Result<Surveyor, AwsError> {
        let mut surveyor = Surveyor::new(source, range, bins, now);
        self.objects(source, range, known, |rows| {
            for row in &rows {
                surveyor.add(row);
            }
            surveyor.objects() < SURVEY_LIMIT
        })
        .await?;
        Ok(surveyor)
    }

    /// The cadence of a source before a range, where it was learnt already; the inner `None` says that it cannot be.
    pub fn cadence(&self, source: &Source, range: TimeRange) -> Option<Option<Arc<Cadence>>> {
        let key = (source.name.clone(), Cadence::history(range)?);
        self.cadences.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    /// Learns the cadence of a source before a range, by one listing of a week without its receipts.
    pub async fn learn(&self, source: &Source, range: TimeRange) -> Result<Option<Arc<Cadence>>, AwsError> {
        let Some(history) = Cadence::history(range) else { return Ok(None) };
        let prefixes = self.prefixes(source, history).await?;
        let mut times = Vec::new();
        let is_small = prefixes.len() <= LEARNT_PREFIXES;
        if is_small {
            let mut sink = |rows: Vec<ObjectRow>| {
                times.extend(rows.iter().map(|row| row.time.unwrap_or(row.object.arrived)));
                times.len() < LEARNT_LIMIT
            };
            let known = Known::default();
            objects::stream(&self.aws, source, history, prefixes, None, &known, &mut sink).await?;
        }
        let is_whole = is_small && times.len() < LEARNT_LIMIT;
        let cadence = is_whole.then(|| Cadence::learn(history, times)).flatten().map(Arc::new);
        let mut cadences = self.cadences.lock().unwrap_or_else(PoisonError::into_inner);
        cadences.insert((source.name.clone(), history), cadence.clone());
        Ok(cadence)
    }

    /// The objects of a source in a range, oldest partition first, handed to `sink` page by page until it says false.
    pub async fn objects(
        &self,
        source: &Source,
        range: TimeRange,
        known: &Known,
        mut sink: impl FnMut(Vec<ObjectRow>) -> bool,
    ) -> Result<(), AwsError> {
        let prefixes = self.prefixes(source, range).await?;
        let receipts = self.profile.consumers.iter().find_map(|consumer| consumer.receipts.clone());
        objects::stream(&self.aws, source, range, prefixes, receipts, known, &mut sink).await
    }

    /// The prefixes that hold a range of a source.
    async fn prefixes(&self, source: &Source, range: TimeRange) -> Result<Vec<String>, AwsError> {
        // A key's name may tell another time than its path: what is written late at night lies in the next day.
        let hour = SignedDuration::from_hours(1);
        let wide = TimeRange { start: range.start - hour, end: range.end + hour };
        let values = if let Some(values) = self.remembered(&source.name) {
            values
        } else {
            let found = resolve::values(&self.aws, source, wide).await?;
            self.remember(&source.name, found.clone());
            found
        };
        Ok(resolve::prefixes(&source.layout, wide, &values))
    }

    fn remembered(&self, source: &str) -> Option<Values> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(source).filter(|(at, _)| at.elapsed() < VALUES_TTL).map(|(_, values)| values.clone())
    }

    fn remember(&self, source: &str, found: Values) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(source.to_owned(), (Instant::now(), found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ByteSize;

    fn at(second: i64, nanos: i32) -> Timestamp {
        Timestamp::new(1_800_000_000 + second, nanos).expect("a timestamp")
    }

    fn object(arrived: Timestamp) -> Object {
        let id = ObjectId::new("logs", "k");
        Object { id, size: ByteSize::kib(1), etag: "e".into(), storage_class: "STANDARD".into(), arrived }
    }

    #[test]
    fn a_receipt_proves_what_was_there_when_it_was_written() {
        let known = Known::default();
        let state = |arrived, receipt| known.state(&object(arrived), receipt, true);
        assert_eq!(state(at(10, 0), Some(at(12, 0))), State::Processed);
        assert_eq!(state(at(10, 500), Some(at(10, 0))), State::Processed, "S3 tells whole seconds");
        assert_eq!(state(at(10, 0), Some(at(9, 0))), State::Arrived, "overwritten since");
        assert_eq!(state(at(10, 0), None), State::Arrived);
        assert_eq!(known.state(&object(at(10, 0)), None, false), State::Unobserved);
    }

    #[test]
    fn a_record_of_before_the_object_was_sent_again_is_no_failure_any_more() {
        let id = ObjectId { version: Some("v".into()), ..object(at(0, 0)).id };
        let failure = |trace| Failure {
            object: Some(id.clone()),
            source: None,
            consumer: "indexer".into(),
            state: State::Failed,
            trace,
            reason: None,
            prospect: crate::domain::Prospect::Untried,
        };
        let mut known = Known::default();
        let record = |second| failure(Trace::Record { at: at(second, 0) });
        assert!(!known.has_moved_on(&record(50)));
        known.replayed.insert(object(at(0, 0)).id, at(100, 700));
        assert!(known.has_moved_on(&record(99)));
        assert!(!known.has_moved_on(&record(100)), "it may be of the replay itself");
        let record = Trace::Destination { record: ObjectId::new("b", "k"), at: at(99, 0) };
        assert!(known.has_moved_on(&failure(record)));
        assert!(!known.has_moved_on(&failure(Trace::DeadLetter(crate::domain::QueuedMessage::default()))));
    }

    #[test]
    fn what_was_sent_again_is_recovered_by_a_receipt_after_it() {
        let mut known = Known::default();
        let id = object(at(0, 0)).id;
        known.failed.insert(id.clone(), None);
        known.replayed.insert(id, at(100, 700));
        let state = |receipt| known.state(&object(at(0, 0)), receipt, true);
        assert_eq!(state(Some(at(100, 0))), State::Recovered);
        assert_eq!(state(Some(at(99, 0))), State::Failed);
        assert_eq!(state(None), State::Failed);
    }
}
