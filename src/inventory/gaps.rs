//! Stretches of time where a source that should have objects has none, or none processed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::maintenance::outside;
use crate::domain::{Cadence, Gap, GapKind, TimeRange};

/// A silence shorter than this is never called one.
const SHORTEST: SignedDuration = SignedDuration::from_mins(15);

/// So many times the usual spacing without an object, or so many expected objects that did not come, are a silence.
const UNUSUAL: i32 = 5;

/// Unprocessed or late objects in a row that make a gap.
const RUN: usize = 3;

/// The silences of `range` among objects of `times` (sorted), by what its source's cadence lets expect. Time in
/// `windows` is not counted. The range ends with the last moment from which an object could be expected.
pub fn silent_by_cadence(
    times: impl Iterator<Item = Timestamp> + Clone,
    range: TimeRange,
    cadence: &Cadence,
    windows: &[TimeRange],
) -> Vec<Gap> {
    let starts = [range.start].into_iter().chain(times.clone());
    let ends = times.chain([range.end]);
    starts
        .zip(ends)
        .filter(|(start, end)| end.duration_since(*start) > SHORTEST)
        .flat_map(|(start, end)| outside(TimeRange { start, end }, windows))
        .filter(|part| part.length() > SHORTEST && cadence.expected(*part) >= f64::from(UNUSUAL))
        .map(|range| Gap { range, kind: GapKind::Silent })
        .collect()
}

/// The silences between `times` (sorted) and up to `until`, the last moment from which an object could be expected.
/// Before the first object nothing is known of the source, so nothing is missed there. Time in `windows` is not counted.
pub fn silent(times: impl Iterator<Item = Timestamp> + Clone, until: Timestamp, windows: &[TimeRange]) -> Vec<Gap> {
    let later = times.clone().skip(1);
    let spacings = times.clone().zip(later.clone()).map(|(time, next)| next.duration_since(time));
    let mut spacings: Vec<SignedDuration> = spacings.filter(SignedDuration::is_positive).collect();
    if spacings.len() < RUN {
        return Vec::new();
    }
    spacings.sort_unstable();
    let usual = spacings[spacings.len() / 2];
    let unusual = (usual * UNUSUAL).max(SHORTEST);
    times
        .zip(later.chain([until]))
        .filter(|(start, end)| end.duration_since(*start) > unusual)
        .flat_map(|(start, end)| outside(TimeRange::new(start, end), windows))
        .filter(|part| part.length() > unusual)
        .map(|range| Gap { range, kind: GapKind::Silent })
        .collect()
}

/// The stretches in which `RUN` or more objects in a row (by their times, sorted) were lacking something.
pub fn runs<T>(
    objects: &[T],
    time: impl Fn(&T) -> Timestamp,
    is_lacking: impl Fn(&T) -> bool,
    kind: GapKind,
) -> Vec<Gap> {
    objects
        .chunk_by(|left, right| is_lacking(left) == is_lacking(right))
        .filter(|run| run.len() >= RUN && is_lacking(&run[0]))
        .map(|run| Gap { range: TimeRange::new(time(&run[0]), time(&run[run.len() - 1])), kind })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).expect("a timestamp")
    }

    #[test]
    fn a_long_silence_between_regular_objects_is_a_gap() {
        let times: Vec<_> = (0..20).chain(70..80).map(minute).collect();
        let gaps = silent(times.iter().copied(), minute(81), &[]);
        assert_eq!(gaps, [Gap { range: TimeRange::new(minute(19), minute(70)), kind: GapKind::Silent }]);
    }

    #[test]
    fn a_source_that_stopped_is_silent_up_to_now() {
        let times: Vec<_> = (0..20).map(minute).collect();
        assert_eq!(silent(times.iter().copied(), minute(40), &[])[0].range, TimeRange::new(minute(19), minute(40)));
        assert!(silent(times.iter().copied(), minute(30), &[]).is_empty());
    }

    #[test]
    fn a_source_that_is_rare_by_habit_is_not_silent() {
        let times: Vec<_> = (0..10).map(|n| minute(n * 60)).collect();
        assert!(silent(times.iter().copied(), minute(700), &[]).is_empty());
        assert!(
            silent([].into_iter(), minute(0), &[]).is_empty()
                && silent([minute(0)].into_iter(), minute(9_000), &[]).is_empty()
        );
    }

    #[test]
    fn unprocessed_objects_in_a_row_are_a_gap() {
        let objects: Vec<_> = (0..10).map(|n| (minute(n), !(3..7).contains(&n))).collect();
        let gaps = runs(&objects, |(time, _)| *time, |(_, is_done)| !is_done, GapKind::Unprocessed);
        assert_eq!(gaps, [Gap { range: TimeRange::new(minute(3), minute(6)), kind: GapKind::Unprocessed }]);
        let scattered: Vec<_> = (0..10).map(|n| (minute(n), n % 2 == 0)).collect();
        assert!(runs(&scattered, |(time, _)| *time, |(_, is_done)| !is_done, GapKind::Unprocessed).is_empty());
    }

    #[test]
    fn a_silence_is_what_the_cadence_did_not_let_expect() {
        let range = TimeRange::new(minute(0), minute(600));
        let history = Cadence::history(range).expect("a history");
        // An object every ten minutes.
        let learnt = (0..7 * 24 * 6).map(|n| history.start + SignedDuration::from_mins(10) * n);
        let cadence = Cadence::learn(history, learnt).expect("a week");
        let times: Vec<_> =
            (0..60).map(|n| minute(n * 10)).filter(|time| !(minute(200)..minute(300)).contains(time)).collect();
        let gap = |start, end| Gap { range: TimeRange::new(minute(start), minute(end)), kind: GapKind::Silent };
        assert_eq!(silent_by_cadence(times.iter().copied(), range, &cadence, &[]), [gap(190, 300)]);
        assert_eq!(
            silent_by_cadence([].into_iter(), range, &cadence, &[]),
            [gap(0, 600)],
            "none at all is a silence too"
        );
        let window = TimeRange::new(minute(180), minute(290));
        assert!(silent_by_cadence(times.iter().copied(), range, &cadence, &[window]).is_empty());
        assert_eq!(silent_by_cadence([].into_iter(), range, &cadence, &[window]), [gap(0, 180), gap(290, 600)]);
    }

    #[test]
    fn a_silence_that_was_announced_is_none() {
        let times: Vec<_> = (0..20).chain(70..80).map(minute).collect();
        let window = TimeRange::new(minute(15), minute(60));
        assert!(silent(times.iter().copied(), minute(81), &[window]).is_empty());
    }
}
