//! What a look over a source and a range of time tells.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{ByteSize, Object, State, States, TimeRange};

/// A source over a range, as its listing, receipts and failure queues tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSurvey {
    /// The source's name.
    pub source: String,
    /// The account and region that it is of, where it is a part of a source's survey.
    pub part: Option<String>,
    /// The same by account and region, where keys tell of more than one.
    pub parts: Vec<SourceSurvey>,
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
    /// How many whole days of the week before the range its silences were judged by; `None` where it is too new, too
    /// large, or not known yet: then by the spacing of the range's own objects.
    pub learnt_days: Option<u32>,
    /// Objects by their storage classes, the most first.
    pub classes: Vec<(String, u64)>,
    /// The newest arrival.
    pub newest: Option<Timestamp>,
    /// False where the listing was cut short by a limit.
    pub complete: bool,
}

/// One column of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// When.
    pub range: TimeRange,
    /// What is missing.
    pub kind: GapKind,
}

/// What a gap lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// No object arrived.
    Silent,
    /// Objects in a row arrived too late.
    Late,
    /// Objects arrived, and no consumer has processed them.
    Unprocessed,
    /// Objects were processed, and the index holds none of their records.
    Unsearchable,
}

impl GapKind {
    /// Its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Late => "late",
            Self::Unprocessed => "arrived but unprocessed",
            Self::Unsearchable => "processed but not searchable",
        }
    }
}

/// What the index holds of a source in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The source's name.
    pub source: String,
    /// The range, by the time that keys tell.
    pub range: TimeRange,
    /// The records that it holds of the objects that were processed.
    pub records: u64,
    /// Stretches of objects of which it holds none, though it should.
    pub gaps: Vec<Gap>,
}

impl Holding {
    /// Tells a survey of the gaps that lie in its range.
    pub fn tell(&self, survey: &mut SourceSurvey) {
        survey.gaps.retain(|gap| gap.kind != GapKind::Unsearchable);
        survey.gaps.extend(self.gaps.iter().filter(|gap| gap.range.overlaps(survey.range)));
        survey.gaps.sort_by_key(|gap| (gap.range.start, gap.kind));
    }
}

/// One object of a source, with its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRow {
    /// The object.
    pub object: Object,
    /// The time that its key tells: of a key that tells only its partition, the moment in it that is nearest to its
    /// arrival.
    pub time: Option<Timestamp>,
    /// Arrival less that time. In a partition one cannot tell how long an object was under way, only how long after
    /// the partition's end it came.
    pub lag: Option<SignedDuration>,
    /// The gravest of its states.
    pub state: State,
    /// Its state with each consumer.
    pub states: States,
    /// Why it failed, where that is known.
    pub reason: Option<String>,
}

impl ObjectRow {
    /// An object whose key tells `told`, as [`Layout::time_of`](super::Layout::time_of) reads it, with its state of one
    /// consumer.
    pub fn new(object: Object, told: Option<TimeRange>, state: State, reason: Option<String>) -> Self {
        let arrived = object.arrived;
        let is_measured = |told: &TimeRange| told.start == told.end || arrived > told.end;
        let lag = told.filter(is_measured).map(|told| arrived.duration_since(told.end));
        let time = Self::moment(arrived, told);
        Self { object, time, lag, state, states: States::new([state]), reason }
    }

    /// The moment within what a key tells that is nearest to the arrival.
    pub fn moment(arrived: Timestamp, told: Option<TimeRange>) -> Option<Timestamp> {
        // The end is the next partition's, where nobody would look for it.
        let last = |told: TimeRange| (told.end - SignedDuration::from_secs(1)).max(told.start);
        told.map(|told| arrived.clamp(told.start, last(told)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ByteSize, ObjectId};

    #[test]
    fn a_lag_is_told_as_far_as_the_key_tells_one() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a timestamp") };
        let row = |arrived: &str, told: Option<TimeRange>| {
            let object = Object {
                id: ObjectId::new("logs", "k"),
                size: ByteSize::kib(1),
                etag: "e".into(),
                storage_class: "STANDARD".into(),
                arrived: at(arrived),
            };
            let row = ObjectRow::new(object, told, State::Arrived, None);
            (row.time, row.lag.map(|lag| lag.as_secs()))
        };
        let exact = TimeRange::new(at("2026-11-23T01:31:00Z"), at("2026-11-23T01:31:00Z"));
        assert_eq!(row("2026-11-23T01:32:00Z", Some(exact)), (Some(exact.start), Some(60)));
        let day = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"));
        assert_eq!(row("2026-11-23T15:00:00Z", Some(day)), (Some(at("2026-11-23T15:00:00Z")), None));
        assert_eq!(row("2026-11-24T00:10:00Z", Some(day)), (Some(at("2026-11-23T23:59:59Z")), Some(600)));
        assert_eq!(row("2026-11-23T15:00:00Z", None), (None, None));
    }
}
