//! One source over a range, counted as its objects stream by.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::gaps;
use crate::domain::{Bin, ByteSize, Cadence, GapKind, Layout, ObjectRow, Source, SourceSurvey, State, TimeRange};

/// Accounts and regions of one source that are counted by themselves; further ones are in its whole alone.
const PARTS: usize = 500;

/// Counts objects into a [`SourceSurvey`].
#[derive(Debug)]
pub struct Surveyor {
    survey: SourceSurvey,
    late_after: SignedDuration,
    now: Timestamp,
    /// In seconds, which is what LastModified has.
    lags: Vec<i32>,
    classes: BTreeMap<String, u64>,
    objects: Vec<Counted>,
    /// When the source may be silent.
    windows: Vec<TimeRange>,
    /// The layout that tells of the parts, where it tells of any, and the counts of each.
    layout: Option<Layout>,
    parts: BTreeMap<String, Surveyor>,
}

/// The time of an object and what it lacks, in eight bytes, for there may be a million: microseconds since 1970, then a
/// bit each. They are ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Counted(i64);

impl Counted {
    fn new(time: Timestamp, is_unprocessed: bool, is_late: bool) -> Self {
        Self(time.as_microsecond() << 2 | i64::from(is_unprocessed) << 1 | i64::from(is_late))
    }

    fn time(self) -> Timestamp {
        Timestamp::from_microsecond(self.0 >> 2).unwrap_or_default()
    }

    /// No consumer has dealt with it, and it is not so fresh that one would not have.
    fn is_unprocessed(self) -> bool {
        self.0 & 2 != 0
    }

    /// It came late.
    fn is_late(self) -> bool {
        self.0 & 1 != 0
    }
}

impl Surveyor {
    /// An empty survey of `source`, as it stands at `now`.
    pub fn new(source: &Source, range: TimeRange, bins: usize, now: Timestamp) -> Self {
        let survey = SourceSurvey {
            source: source.name.clone(),
            part: None,
            parts: Vec::new(),
            range,
            bins: vec![Bin::default(); bins.max(1)],
            objects: 0,
            bytes: ByteSize::default(),
            lag_p50: None,
            lag_p95: None,
            late: 0,
            failed: 0,
            parked: 0,
            gaps: Vec::new(),
            learnt_days: None,
            classes: Vec::new(),
            newest: None,
            complete: true,
        };
        let windows = source.maintenance.iter().flat_map(|window| window.within(range)).collect();
        Self {
            survey,
            late_after: source.late_after,
            now,
            lags: Vec::new(),
            classes: BTreeMap::new(),
            objects: Vec::new(),
            windows,
            layout: source.layout.names().any(is_part).then(|| source.layout.clone()),
            parts: BTreeMap::new(),
        }
    }

    /// How many objects have been counted.
    pub fn objects(&self) -> u64 {
        self.survey.objects
    }

    /// An empty survey of a part of the same.
    fn part(&self, name: &str) -> Self {
        let whole = &self.survey;
        let survey = SourceSurvey {
            part: Some(name.to_owned()),
            parts: Vec::new(),
            bins: vec![Bin::default(); whole.bins.len()],
            objects: 0,
            bytes: ByteSize::default(),
            late: 0,
            failed: 0,
            parked: 0,
            newest: None,
            ..whole.clone()
        };
        Self {
            survey,
            late_after: self.late_after,
            now: self.now,
            lags: Vec::new(),
            classes: BTreeMap::new(),
            objects: Vec::new(),
            windows: self.windows.clone(),
            layout: None,
            parts: BTreeMap::new(),
        }
    }

    /// Counts an object into its part.
    fn add_to_part(&mut self, row: &ObjectRow) {
        let Some(layout) = &self.layout else { return };
        let name = layout.values_of(&row.object.id.key, is_part).join(" ");
        if let Some(part) = self.parts.get_mut(&name) {
            part.add(row);
        } else if !name.is_empty() && self.parts.len() < PARTS {
            let mut part = self.part(&name);
            part.add(row);
            self.parts.insert(name, part);
        }
    }

    /// Counts an object.
    pub fn add(&mut self, row: &ObjectRow) {
        self.add_to_part(row);
        let survey = &mut self.survey;
        let moment = row.time.unwrap_or(row.object.arrived);
        let lag = row.lag;
        let is_late = lag.is_some_and(|lag| lag > self.late_after);
        let (is_failed, is_parked) = (row.state == State::Failed, row.state == State::Parked);
        survey.objects += 1;
        survey.bytes += row.object.size;
        survey.late += u64::from(is_late);
        survey.failed += u64::from(is_failed);
        survey.parked += u64::from(is_parked);
        survey.newest = survey.newest.max(Some(row.object.arrived));
        if let Some(index) = survey.range.bin_of(moment, survey.bins.len()) {
            let bin = &mut survey.bins[index];
            bin.objects += 1;
            bin.bytes += row.object.size;
            bin.failed += u32::from(is_failed);
            bin.parked += u32::from(is_parked);
            bin.late += u32::from(is_late);
        }
        self.lags.extend(lag.map(|lag| lag.as_secs().clamp(i32::MIN.into(), i32::MAX.into()) as i32));
        let is_fresh = self.now.duration_since(row.object.arrived) < self.late_after;
        let is_unprocessed = !is_fresh && row.state == State::Arrived;
        self.objects.push(Counted::new(moment, is_unprocessed, is_late));
        match self.classes.get_mut(&row.object.storage_class) {
            Some(count) => *count += 1,
            None => {
                self.classes.insert(row.object.storage_class.clone(), 1);
            }
        }
    }

    /// The survey. An object is expected until `late_after` before now; silences are judged by the cadence, where that
    /// is known.
    pub fn survey(&mut self, cadence: Option<&Cadence>) -> SourceSurvey {
        self.lags.sort_unstable();
        self.objects.sort_unstable();
        let percentile = |percent: usize| {
            let last = self.lags.len().checked_sub(1)?;
            self.lags.get(last * percent / 100).map(|seconds| SignedDuration::from_secs(i64::from(*seconds)))
        };
        let (lag_p50, lag_p95) = (percentile(50), percentile(95));
        let survey = &mut self.survey;
        survey.lag_p50 = lag_p50;
        survey.lag_p95 = lag_p95;
        survey.complete = survey.objects < super::SURVEY_LIMIT;
        let times = self.objects.iter().map(|object| object.time());
        let until = (self.now - self.late_after).min(survey.range.end);
        survey.gaps = match cadence {
            Some(cadence) => {
                let expected = TimeRange { start: survey.range.start, end: until };
                gaps::silent_by_cadence(times, expected, cadence, &self.windows)
            }
            None => gaps::silent(times, until, &self.windows),
        };
        let runs = |is_lacking: fn(Counted) -> bool, kind| {
            gaps::runs(&self.objects, |object| object.time(), |object| is_lacking(*object), kind)
        };
        survey.gaps.extend(runs(Counted::is_late, GapKind::Late));
        survey.gaps.extend(runs(Counted::is_unprocessed, GapKind::Unprocessed));
        survey.gaps.sort_by_key(|gap| (gap.range.start, gap.kind));
        survey.learnt_days = cadence.map(|cadence| cadence.days);
        survey.classes = self.classes.iter().map(|(class, count)| (class.clone(), *count)).collect();
        survey.classes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        // Of a part no cadence is known.
        self.survey.parts = match self.parts.len() {
            0 | 1 => Vec::new(),
            _ => self.parts.values_mut().map(|part| part.survey(None)).collect(),
        };
        self.survey.clone()
    }
}

/// The placeholders by which a source is told apart.
fn is_part(name: &str) -> bool {
    matches!(name, "account" | "region")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Layout, Object, ObjectId};

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).expect("a timestamp")
    }

    fn row(time: i64, lag_minutes: i64, state: State) -> ObjectRow {
        let object = Object {
            id: ObjectId::new("logs", format!("k{time}")),
            size: ByteSize::kib(1),
            etag: "e".into(),
            storage_class: "STANDARD".into(),
            arrived: minute(time + lag_minutes),
        };
        ObjectRow::new(object, Some(TimeRange::new(minute(time), minute(time))), state, None)
    }

    #[test]
    fn a_survey_counts_what_streams_by() {
        let source = Source {
            name: "s".into(),
            bucket: "logs".into(),
            layout: Layout::literal("k"),
            format: None,
            late_after: SignedDuration::from_mins(5),
            accept: None,
            maintenance: Vec::new(),
        };
        let range = TimeRange::new(minute(0), minute(100));
        let mut surveyor = Surveyor::new(&source, range, 10, minute(100));
        for time in 0..100 {
            let state = match time {
                40..45 => State::Failed,
                50..54 => State::Arrived,
                _ => State::Processed,
            };
            surveyor.add(&row(time, if time == 60 { 20 } else { 1 }, state));
        }
        let survey = surveyor.survey(None);
        assert_eq!((survey.objects, survey.bytes, survey.failed, survey.late), (100, ByteSize::kib(100), 5, 1));
        assert_eq!((survey.bins[4].objects, survey.bins[4].failed, survey.bins[6].late), (10, 5, 1));
        assert_eq!(survey.lag_p95, Some(SignedDuration::from_mins(1)));
        assert_eq!(survey.gaps.len(), 1);
        assert_eq!(survey.gaps[0].kind, GapKind::Unprocessed);
        assert_eq!(survey.newest, Some(minute(100)));
        assert!(survey.parts.is_empty(), "its keys tell no account");
    }

    #[test]
    fn accounts_and_regions_are_counted_by_themselves() {
        let source = Source {
            name: "s".into(),
            bucket: "logs".into(),
            layout: "AWSLogs/{account}/x/{region}/{yyyy}/".parse().expect("a layout"),
            format: None,
            late_after: SignedDuration::from_mins(5),
            accept: None,
            maintenance: Vec::new(),
        };
        let mut surveyor = Surveyor::new(&source, TimeRange::new(minute(0), minute(100)), 10, minute(100));
        for time in 0..100 {
            let account = if time % 4 == 0 { "1111" } else { "2222" };
            let mut row = row(time, 1, State::Processed);
            row.object.id.key = format!("AWSLogs/{account}/x/eu-west-1/2027/k{time}");
            surveyor.add(&row);
        }
        let survey = surveyor.survey(None);
        let told: Vec<_> =
            survey.parts.iter().map(|part| (part.part.as_deref().expect("a name"), part.objects)).collect();
        assert_eq!(told, [("1111 eu-west-1", 25), ("2222 eu-west-1", 75)]);
        assert_eq!(survey.objects, 100);
    }
}
