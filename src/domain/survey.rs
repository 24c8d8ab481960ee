//! What a look over a source and a range of time tells.

use jiff::{SignedDuration, Timestamp};

use super::{ByteSize, Object, State, TimeRange};

/// A source over a range, as its listing, receipts and failure queues tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSurvey {
    /// The source's name.
    pub source: String,
    /// The range looked at.
    pub range: TimeRange,
    /// Equal bins of the range, oldest first, by the time that keys tell.
    pub bins: Vec<Bin>,
    /// How many objects.
    pub objects: u64,
    /// Their size in S3.
    pub bytes: ByteSize,
    /// Median lag: arrival less the time the key tells.
    pub lag_p50: Option<SignedDuration>,
    /// 95th percentile of the lag.
    pub lag_p95: Option<SignedDuration>,
    /// Objects whose lag is above the source's limit.
    pub late: u64,
    /// Objects whose event lies in a failure queue.
    pub failed: u64,
    /// Objects whose event waits for a parser.
    pub parked: u64,
    /// Stretches without what should be there, oldest first.
    pub gaps: Vec<Gap>,
    /// The newest arrival.
    pub newest: Option<Timestamp>,
    /// False where the listing was cut short by a limit.
    pub complete: bool,
}

/// One column of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    /// Objects whose key tells a time in the bin.
    pub objects: u32,
    /// Their size.
    pub bytes: ByteSize,
    /// Those of them that failed.
    pub failed: u32,
    /// Those that are parked.
    pub parked: u32,
    /// Those that came late.
    pub late: u32,
}

/// A stretch of time where a source that should have objects has none, or none processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When.
    pub range: TimeRange,
    /// What is missing.
    pub kind: GapKind,
}

/// What a gap lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapKind {
    /// No object arrived.
    Silent,
    /// Objects arrived, and no consumer has processed them.
    Unprocessed,
}

impl GapKind {
    /// Its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Unprocessed => "arrived but unprocessed",
        }
    }
}

/// One object of a source, with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRow {
    /// The object.
    pub object: Object,
    /// The time that its key tells.
    pub time: Option<Timestamp>,
    /// Its state with the source's first consumer.
    pub state: State,
    /// Why it failed, where that is known.
    pub reason: Option<String>,
}

impl ObjectRow {
    /// Arrival less the time that the key tells.
    pub fn lag(&self) -> Option<SignedDuration> {
        self.time.map(|time| self.object.arrived.duration_since(time))
    }
}
