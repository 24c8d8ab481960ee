//! What lies in S3, and how far it has come: partitions, listings, states, timelines, gaps, failure queues, pages.

pub mod alerts;
pub mod around;
pub mod failures;
mod gaps;
mod known;
pub mod merge;
pub mod middle;
mod newest;
mod objects;
pub mod pages;
mod receipts;
mod reconcile;
pub mod resolve;
pub mod stored;
mod survey;
pub mod verify;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::aws::{Aws, AwsError};
use crate::domain::{Cadence, ObjectRow, Profile, Source, TimeRange};
use objects::Watched;

pub use alerts::Alerts;
pub use failures::{Diagnosis, Looked};
pub use known::{Known, Told};
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

/// What is listed around a range: a key's name may tell another time than its path, and what is written late at night
/// lies in the next day.
pub(crate) const AROUND: SignedDuration = SignedDuration::from_hours(1);

/// The combinations of values that a source's placeholders have.
type Values = Vec<Vec<String>>;

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
        let mut sink = |rows: Vec<ObjectRow>| {
            for row in &rows {
                surveyor.add(row);
            }
            surveyor.objects() < SURVEY_LIMIT
        };
        let prefixes = self.prefixes(source, range, AROUND).await?;
        // One listing of receipts tells whether what arrives is processed; each further one would cost as much again.
        let observed = self.profile.consumers.iter().position(|consumer| consumer.receipts.is_some());
        let consumers = self.profile.consumers.iter().enumerate();
        let watched: Vec<_> = consumers
            .map(|(index, consumer)| {
                let watched = Watched::of(consumer);
                Watched { receipts: watched.receipts.filter(|_| Some(index) == observed), ..watched }
            })
            .collect();
        objects::stream(&self.aws, source, range, prefixes, &watched, known, &mut sink).await?;
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
        // The partition behind it is the range's, which may be large, and holds but a few of the history's last moments.
        let prefixes = self.prefixes(source, history, SignedDuration::ZERO).await?;
        let mut times = Vec::new();
        let is_small = prefixes.len() <= LEARNT_PREFIXES;
        if is_small {
            let mut sink = |rows: Vec<ObjectRow>| {
                times.extend(rows.iter().map(|row| row.time.unwrap_or(row.object.arrived)));
                times.len() < LEARNT_LIMIT
            };
            let known = Known::default();
            objects::stream(&self.aws, source, history, prefixes, &[], &known, &mut sink).await?;
        }
        let is_whole = is_small && times.len() < LEARNT_LIMIT;
        let cadence = is_whole.then(|| Cadence::learn(history, times)).flatten().map(Arc::new);
        let mut cadences = self.cadences.lock().unwrap_or_else(PoisonError::into_inner);
        cadences.insert((source.name.clone(), history), cadence.clone());
        Ok(cadence)
    }

    /// The objects of a source in a range, oldest partition first, handed to `sink` page by page until it says false; with
    /// the state that each consumer's receipts prove.
    pub async fn objects(
        &self,
        source: &Source,
        range: TimeRange,
        known: &Known,
        mut sink: impl FnMut(Vec<ObjectRow>) -> bool,
    ) -> Result<(), AwsError> {
        let prefixes = self.prefixes(source, range, AROUND).await?;
        let watched: Vec<_> = self.profile.consumers.iter().map(Watched::of).collect();
        objects::stream(&self.aws, source, range, prefixes, &watched, known, &mut sink).await
    }

    /// The prefixes that hold a range of a source, and so much around it.
    async fn prefixes(
        &self,
        source: &Source,
        range: TimeRange,
        around: SignedDuration,
    ) -> Result<Vec<String>, AwsError> {
        let wide = TimeRange { start: range.start - around, end: range.end + around };
        Ok(resolve::prefixes(&source.layout, wide, &self.values_of(source, wide).await?))
    }

    /// The values of a source's placeholders, listed at most every five minutes.
    async fn values_of(&self, source: &Source, range: TimeRange) -> Result<Values, AwsError> {
        if let Some(values) = self.remembered(&source.name) {
            return Ok(values);
        }
        let found = resolve::values(&self.aws, source, range).await?;
        self.remember(&source.name, found.clone());
        Ok(found)
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
