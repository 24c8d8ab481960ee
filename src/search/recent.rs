//! From when on a search reads objects as they lie although the index holds them: the newest hours are many small files
//! there until they are merged.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::estimate::Hours;
use crate::domain::pace::Work;
use crate::domain::{ByteSize, Pace, ScanEstimate, TimeRange};

/// Less is not worth another way.
const SECONDS: f64 = 1.0;
/// What the requests of objects may cost more, in US dollars.
const DOLLARS: f64 = 0.01;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The objects of a range that are in the index, by the hour before which none of their records are sought any more.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<Timestamp, ScanEstimate>);

impl Objects {
    /// Adds what one object costs; `end` is the end of the time that its key tells.
    pub(super) fn add(&mut self, end: Option<Timestamp>, estimate: ScanEstimate) {
        let sum = self.0.entry(past(end)).or_default();
        *sum = *sum + estimate;
    }
}

/// The first moment of which an object holds no record any more, as a scan of a range has it; one that tells no time may
/// hold any.
fn past(end: Option<Timestamp>) -> Timestamp {
    end.and_then(|end| end.checked_add(HOUR).ok()).unwrap_or(Timestamp::MAX)
}

/// Whether an object, by the end of the time that its key tells, may hold a record from a moment on.
pub(super) fn may_hold(end: Option<Timestamp>, from: Timestamp) -> bool {
    past(end) > from
}

/// The hour from which on a scan is faster than the index's files by most, and what it costs; nothing where none is
/// worth it.
pub(super) fn split(
    range: TimeRange,
    hours: &Hours,
    objects: &Objects,
    pace: &Pace,
) -> Option<(Timestamp, ScanEstimate)> {
    let seconds = |by, files, bytes| pace.seconds(by, files, bytes) - pace.seconds(by, 0, ByteSize::default());
    let mut ends = objects.0.iter().rev().peekable();
    let (mut best, mut saved_most) = (None, SECONDS);
    let (mut indexed, mut scan) = (0.0, ScanEstimate::default());
    for (hour, (files, bytes)) in hours.iter().rev() {
        let start = hour.rsplit_once('-').and_then(|(day, hour)| format!("{day}T{hour}:00:00Z").parse().ok());
        // The index is to tell of something.
        let Some(start) = start.filter(|start: &Timestamp| *start > range.start) else { break };
        indexed += seconds(Work::Statements, *files, *bytes);
        while let Some((_, more)) = ends.next_if(|(end, _)| **end > start) {
            scan = scan + *more;
        }
        let saved = indexed - seconds(Work::Scan, scan.objects, scan.bytes);
        if saved > saved_most && scan.dollars < DOLLARS {
            (best, saved_most) = (Some((start, scan)), saved);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn one() -> ScanEstimate {
        ScanEstimate { objects: 1, bytes: ByteSize::kib(4), dollars: 4e-7 }
    }

    /// A merged hour, and newer ones of so many small files each.
    fn hours(files: u64) -> Hours {
        let hour = |(number, files)| (format!("2026-11-23-0{number}"), (files, ByteSize::mib(1)));
        [(0, 4), (1, 4), (2, files), (3, files)].map(hour).into()
    }

    fn objects() -> Objects {
        let mut objects = Objects::default();
        for minute in 0..240 {
            let end = at("2026-11-23T00:00:00Z") + SignedDuration::from_mins(minute);
            objects.add(Some(end), one());
        }
        objects
    }

    #[test]
    fn hours_of_many_small_files_are_read_as_they_lie() {
        let range = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-23T04:00:00Z"));
        let (from, scan) = split(range, &hours(1_000), &objects(), &Pace::default()).expect("is worth it");
        assert_eq!(from, at("2026-11-23T02:00:00Z"));
        // An hour before may hold records of it.
        assert_eq!(scan.objects, 179);
        assert!(may_hold(Some(at("2026-11-23T01:01:00Z")), from) && !may_hold(Some(at("2026-11-23T01:00:00Z")), from));
        assert!(may_hold(None, from));
        assert_eq!(split(range, &hours(100), &objects(), &Pace::default()), None);
        let slow = Pace { request: 1.0, ..Pace::default() };
        assert_eq!(split(range, &hours(1_000), &objects(), &slow), None);
    }

    #[test]
    fn something_is_left_to_the_index_and_dollars_are_counted() {
        let range = TimeRange::new(at("2026-11-23T02:00:00Z"), at("2026-11-23T04:00:00Z"));
        let (from, _) = split(range, &hours(1_000), &objects(), &Pace::default()).expect("is worth it");
        assert_eq!(from, at("2026-11-23T03:00:00Z"));
        let mut dear = objects();
        dear.add(None, ScanEstimate { dollars: 1.0, ..one() });
        assert_eq!(split(range, &hours(1_000), &dear, &Pace::default()), None);
    }
}
