//! Stretches of time where a source that should have objects has none, or none processed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Gap, GapKind, TimeRange};

/// A silence shorter than this is never called one.
const SHORTEST: SignedDuration = SignedDuration::from_mins(15);

/// So many times the usual spacing without an object is a silence.
const UNUSUAL: i32 = 5;

/// Unprocessed objects in a row that make a gap.
const RUN: usize = 3;

/// The silences between `times` (sorted) and up to `until`, the last moment from which an object could be expected.
/// Before the first object nothing is known of the source, so nothing is missed there.
pub fn silent(times: &[Timestamp], until: Timestamp) -> Vec<Gap> {
    let mut spacings: Vec<SignedDuration> =
        times.windows(2).map(|pair| pair[1].duration_since(pair[0])).filter(SignedDuration::is_positive).collect();
    if spacings.len() < RUN {
        return Vec::new();
    }
    spacings.sort_unstable();
    let usual = spacings[spacings.len() / 2];
    let unusual = (usual * UNUSUAL).max(SHORTEST);
    let ends = times[1..].iter().copied().chain([until]);
    times
        .iter()
        .zip(ends)
        .filter(|(start, end)| end.duration_since(**start) > unusual)
        .map(|(start, end)| Gap { range: TimeRange::new(*start, end), kind: GapKind::Silent })
        .collect()
}

/// The stretches in which `RUN` or more objects in a row (by their times, sorted) were not processed.
pub fn unprocessed(objects: &[(Timestamp, bool)]) -> Vec<Gap> {
    objects
        .chunk_by(|left, right| left.1 == right.1)
        .filter(|run| run.len() >= RUN && !run[0].1)
        .map(|run| Gap { range: TimeRange::new(run[0].0, run[run.len() - 1].0), kind: GapKind::Unprocessed })
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
        let gaps = silent(&times, minute(81));
        assert_eq!(gaps, [Gap { range: TimeRange::new(minute(19), minute(70)), kind: GapKind::Silent }]);
    }

    #[test]
    fn a_source_that_stopped_is_silent_up_to_now() {
        let times: Vec<_> = (0..20).map(minute).collect();
        assert_eq!(silent(&times, minute(40))[0].range, TimeRange::new(minute(19), minute(40)));
        assert!(silent(&times, minute(30)).is_empty());
    }

    #[test]
    fn a_source_that_is_rare_by_habit_is_not_silent() {
        let times: Vec<_> = (0..10).map(|n| minute(n * 60)).collect();
        assert!(silent(&times, minute(700)).is_empty());
        assert!(silent(&[], minute(0)).is_empty() && silent(&[minute(0)], minute(9_000)).is_empty());
    }

    #[test]
    fn unprocessed_objects_in_a_row_are_a_gap() {
        let objects: Vec<_> = (0..10).map(|n| (minute(n), !(3..7).contains(&n))).collect();
        let gaps = unprocessed(&objects);
        assert_eq!(gaps, [Gap { range: TimeRange::new(minute(3), minute(6)), kind: GapKind::Unprocessed }]);
        let scattered: Vec<_> = (0..10).map(|n| (minute(n), n % 2 == 0)).collect();
        assert!(unprocessed(&scattered).is_empty());
    }
}
