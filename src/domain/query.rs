//! A search, its estimate, its progress and its hits.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ByteSize, EcsValues, Expression, ObjectId, TimeRange};

/// What is searched for, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What must hold of a record.
    pub expression: Expression,
    /// Only these sources; all where empty.
    pub sources: Vec<String>,
    /// Event times.
    pub range: TimeRange,
    /// At most so many hits.
    pub limit: u32,
}

/// What a search will cost, told before it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Objects of the index in the range.
    pub objects: u64,
    /// Their size: an upper bound of what Athena scans.
    pub bytes: ByteSize,
    /// The upper bound of the price, in US dollars (5 $ per TB, 10 MB at least).
    pub dollars: f64,
    /// The statement that will run.
    pub sql: String,
}

/// How a search may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// By the index, through Athena; what is not in the index yet is read as it lies.
    Index,
    /// By reading every object of the range.
    Scan,
}

impl Means {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Scan => "scan",
        }
    }
}

/// What reading objects as they lie will cost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ScanEstimate {
    /// The objects.
    pub objects: u64,
    /// Their stored size.
    pub bytes: ByteSize,
    /// What their requests cost, in US dollars. Traffic out of the bucket's region costs more.
    pub dollars: f64,
}

/// What a search costs by each means, told before it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPlan {
    /// By the index, or why it cannot tell.
    pub index: Result<Estimate, String>,
    /// By a scan, or why not.
    pub scan: Result<ScanEstimate, String>,
    /// What is not in the index yet, and is read beside it; nothing where that is not known.
    pub unindexed: Option<ScanEstimate>,
    /// The index holds every object whose time is before this one; nothing where it holds all.
    pub indexed_to: Option<Timestamp>,
    /// What it is done by.
    pub means: Option<Means>,
}

/// So fast are objects read, in stored bytes a second: what one core inflates and looks through, for a first guess.
const SCANNED_A_SECOND: f64 = 60e6;
/// So long an object's request takes, of 16 at a time, in seconds.
const REQUEST: f64 = 0.03 / 16.0;
/// So long Athena takes at least for the two statements of a search, in seconds.
const STATEMENTS: f64 = 2.5;
/// So fast Athena reads columns, in bytes a second.
const READ_A_SECOND: f64 = 300e6;

impl ScanEstimate {
    /// About how long it takes, in seconds.
    pub fn seconds(&self) -> f64 {
        self.objects as f64 * REQUEST + self.bytes.bytes() as f64 / SCANNED_A_SECOND
    }
}

impl SearchPlan {
    /// Takes the cheapest means that tells everything; of those that cost next to nothing, the fastest.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        let known = [Means::Index, Means::Scan].into_iter().filter_map(|means| Some((means, self.cost(means)?)));
        // Below a cent nobody counts.
        let cents = |dollars: f64| (dollars * 100.0).floor();
        let cheaper = |(_, a): &(Means, (f64, f64)), (_, b): &(Means, (f64, f64))| {
            cents(a.0).total_cmp(&cents(b.0)).then(a.1.total_cmp(&b.1))
        };
        self.means = known.min_by(cheaper).map(|(means, _)| means);
        self
    }

    /// Dollars and seconds by a means; nothing where it cannot tell.
    pub fn cost(&self, means: Means) -> Option<(f64, f64)> {
        match means {
            Means::Index => {
                let index = self.index.as_ref().ok()?;
                let beside = self.unindexed.unwrap_or_default();
                let seconds = STATEMENTS + index.bytes.bytes() as f64 / READ_A_SECOND + beside.seconds();
                Some((index.dollars + beside.dollars, seconds))
            }
            Means::Scan => {
                let scan = self.scan.as_ref().ok()?;
                Some((scan.dollars, scan.seconds()))
            }
        }
    }
}

/// By the index alone.
impl From<Estimate> for SearchPlan {
    fn from(estimate: Estimate) -> Self {
        let scan = Err("not asked".to_owned());
        Self { index: Ok(estimate), scan, unindexed: None, indexed_to: None, means: None }.chosen()
    }
}

/// How far a scan has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScanProgress {
    /// Objects that are done.
    pub objects: u64,
    /// Of so many.
    pub of: u64,
    /// Stored bytes that were read.
    pub stored: u64,
    /// Inflated bytes that were looked through.
    pub inflated: u64,
    /// Records that were decoded, because they may match.
    pub candidates: u64,
    /// Records that match.
    pub matches: u64,
    /// Objects that could not be read, or not all of them.
    pub flawed: u64,
}

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QueryPhase {
    /// Accepted, waiting.
    Queued,
    /// Reading.
    Running,
    /// Done.
    Succeeded,
    /// It failed.
    Failed,
    /// It was stopped.
    Cancelled,
}

impl QueryPhase {
    /// Athena's own word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// What Athena tells of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryStatus {
    /// Athena's QueryExecutionId.
    pub id: String,
    /// Where it stands.
    pub phase: QueryPhase,
    /// Why it failed or was stopped.
    pub reason: Option<String>,
    /// DataScannedInBytes, so far.
    pub scanned: ByteSize,
    /// Milliseconds waited in the queue.
    pub queued_ms: u64,
    /// Milliseconds in all.
    pub total_ms: u64,
}

/// One record that holds the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The event time.
    pub time: Option<Timestamp>,
    /// The source's name.
    pub source: String,
    /// The object that holds the record.
    pub object: ObjectId,
    /// The record's line in the inflated object, from 1.
    pub line: u64,
    /// The record's bytes in the inflated object; they tell records apart that share a line, as CloudTrail's do.
    pub span: Range<u64>,
    /// The fields that hold the value.
    pub fields: Vec<String>,
    /// One line that tells the record.
    pub message: String,
    /// Some of its ECS values.
    #[serde(default, skip_serializing_if = "EcsValues::is_empty")]
    pub ecs: EcsValues,
}

/// The rows of any SQL statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultTable {
    /// Column names.
    pub columns: Vec<String>,
    /// Athena's names of the columns' types.
    pub types: Vec<String>,
    /// Rows; `None` is SQL's NULL.
    pub rows: Vec<Vec<Option<String>>>,
}
