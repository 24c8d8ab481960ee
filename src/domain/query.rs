//! A search, its estimate, its progress and its hits.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pace::Work;
use super::{ByteSize, Cost, EcsValues, Expression, ObjectId, Pace, TimeRange};

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

/// What Athena will read for a search, told before it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Objects that it may read in the range.
    pub objects: u64,
    /// Their size: an upper bound of what Athena scans.
    pub bytes: ByteSize,
    /// The upper bound of the price, in US dollars (5 $ per TB, 10 MB at least).
    pub dollars: f64,
    /// The statement that will run.
    pub sql: String,
}

/// How a search may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// By the index, through Athena; what is not in the index yet is read as it lies.
    Index,
    /// By tables of Athena over the objects as they lie; the objects of rows that may match are read.
    Raw,
    /// By a minerva database, through Athena; the objects around the records that it finds are read.
    Minerva,
    /// By reading every object of the range.
    Scan,
}

impl Means {
    /// The means of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.name() == name)
    }

    /// Every means, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Index, Self::Raw, Self::Minerva, Self::Scan];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Raw => "raw",
            Self::Minerva => "minerva",
            Self::Scan => "scan",
        }
    }

    /// Whether it finds every record of the objects in the range. What a table has no column for, and what a minerva
    /// database has not taken in, the others do not.
    pub fn finds_all(self) -> bool {
        matches!(self, Self::Index | Self::Scan)
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
    /// By tables over the objects, or why not.
    pub raw: Result<Estimate, String>,
    /// By a minerva database, or why not.
    pub minerva: Result<Estimate, String>,
    /// By a scan, or why not.
    pub scan: Result<ScanEstimate, String>,
    /// What is not in the index yet, and is read beside it; nothing where that is not known.
    pub unindexed: Option<ScanEstimate>,
    /// From when on what is in the index is read as it lies all the same: it has so many small files there that this is
    /// faster.
    pub recent: Option<(Timestamp, ScanEstimate)>,
    /// The index holds every object whose time is before this one; nothing where it holds all.
    pub indexed_to: Option<Timestamp>,
    /// What it is done by.
    pub means: Option<Means>,
    /// How fast searches are.
    pub pace: Pace,
}

/// What one means offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer<'p> {
    /// Objects that are read at most.
    pub objects: u64,
    /// Bytes that are read at most.
    pub bytes: ByteSize,
    /// The upper bound of the price, in US dollars.
    pub dollars: f64,
    /// About how long it takes, in seconds.
    pub seconds: f64,
    /// The statement that will run, where one does.
    pub sql: Option<&'p str>,
}

impl std::ops::Add for ScanEstimate {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            objects: self.objects + other.objects,
            bytes: self.bytes + other.bytes,
            dollars: self.dollars + other.dollars,
        }
    }
}

impl SearchPlan {
    /// Takes the cheapest means that finds all; of those that cost next to nothing, the fastest. Where none finds all,
    /// the cheapest of the others.
    #[must_use]
    pub fn chosen(mut self) -> Self {
        let known = Means::ALL.into_iter().filter_map(|means| Some((means, self.cost(means)?)));
        // Below a cent nobody counts.
        let cents = |dollars: f64| (dollars * 100.0).floor();
        let better = |(means, a): &(Means, (f64, f64)), (other, b): &(Means, (f64, f64))| {
            let by_price = cents(a.0).total_cmp(&cents(b.0)).then(a.1.total_cmp(&b.1));
            other.finds_all().cmp(&means.finds_all()).then(by_price)
        };
        self.means = known.min_by(better).map(|(means, _)| means);
        self
    }

    /// The means that are told of: those that find all, and the others where they can be taken.
    pub fn told(&self) -> impl Iterator<Item = Means> {
        Means::ALL.into_iter().filter(|means| means.finds_all() || self.hindrance(*means).is_none())
    }

    /// The means that is wanted, where it can be taken; otherwise the cheapest.
    pub fn taking(&self, wanted: Option<Means>) -> Option<Means> {
        wanted.filter(|means| self.hindrance(*means).is_none()).or(self.means)
    }

    /// What is read as it lies beside the index.
    fn beside(&self) -> ScanEstimate {
        self.unindexed.unwrap_or_default() + self.recent.map(|(_, recent)| recent).unwrap_or_default()
    }

    /// The objects that a means reads as they lie, where it can be taken.
    pub fn scanned(&self, means: Means) -> Option<ScanEstimate> {
        match means {
            Means::Index => self.index.as_ref().ok().map(|_| self.beside()),
            // How many objects Athena finds, nobody knows before.
            Means::Raw | Means::Minerva => self.offer(means).ok().map(|_| ScanEstimate::default()),
            Means::Scan => self.scan.as_ref().ok().copied(),
        }
    }

    /// Dollars and bytes by a means at most; nothing where it cannot tell.
    pub fn most(&self, means: Means) -> Option<Cost> {
        self.offer(means).ok().map(|offer| Cost { dollars: offer.dollars, bytes: offer.bytes })
    }

    /// What a means offers, or why it cannot tell.
    pub fn offer(&self, means: Means) -> Result<Offer<'_>, &str> {
        let (estimate, beside) = match means {
            Means::Index => (&self.index, self.beside()),
            // What Athena finds is read again: how much that is, nobody knows before.
            Means::Raw => (&self.raw, ScanEstimate::default()),
            Means::Minerva => (&self.minerva, ScanEstimate::default()),
            Means::Scan => {
                let scan = self.scan.as_ref().map_err(String::as_str)?;
                let ScanEstimate { objects, bytes, dollars } = *scan;
                let seconds = self.pace.seconds(Work::Scan, objects, bytes);
                return Ok(Offer { objects, bytes, dollars, seconds, sql: None });
            }
        };
        let estimate = estimate.as_ref().map_err(String::as_str)?;
        Ok(Offer {
            objects: estimate.objects + beside.objects,
            bytes: estimate.bytes + beside.bytes,
            dollars: estimate.dollars + beside.dollars,
            seconds: self.pace.seconds(Work::Statements, estimate.objects, estimate.bytes)
                + self.pace.seconds(Work::Scan, beside.objects, beside.bytes),
            sql: Some(&estimate.sql),
        })
    }

    /// Dollars and seconds by a means; nothing where it cannot tell.
    pub fn cost(&self, means: Means) -> Option<(f64, f64)> {
        self.offer(means).ok().map(|offer| (offer.dollars, offer.seconds))
    }

    /// Why a means cannot be taken; nothing where it can.
    pub fn hindrance(&self, means: Means) -> Option<&str> {
        self.offer(means).err()
    }
}

/// By the index alone.
impl From<Estimate> for SearchPlan {
    fn from(estimate: Estimate) -> Self {
        let unasked = || "not asked".to_owned();
        let (raw, minerva, scan) = (Err(unasked()), Err(unasked()), Err(unasked()));
        Self {
            index: Ok(estimate),
            raw,
            minerva,
            scan,
            unindexed: None,
            recent: None,
            indexed_to: None,
            means: None,
            pace: Pace::default(),
        }
        .chosen()
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

/// Whether values of a type, by Athena's name of it, are numbers.
pub fn is_number_type(kind: &str) -> bool {
    matches!(kind, "tinyint" | "smallint" | "int" | "integer" | "bigint" | "double" | "float" | "real")
        || kind.starts_with("decimal")
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
