//! A search, its estimate, its progress and its hits.

use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ByteSize, Expression, ObjectId, TimeRange};

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
