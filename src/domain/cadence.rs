//! How often objects of a source come, hour by hour of the week.

use jiff::{SignedDuration, Timestamp};

use super::TimeRange;

/// How many objects an hour of the week had, learnt from the seven days before a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// By hours since the beginning of the Unix epoch, modulo a week; `None` before the source's first object.
    hours: Vec<Option<u32>>,
    /// How many whole days of the source are known.
    pub days: u32,
}

const HOUR: i64 = 3_600;
const WEEK: i64 = 7 * 24;

impl Cadence {
    /// Less history than this tells no habit.
    const LEAST: SignedDuration = SignedDuration::from_hours(48);

    /// What is learnt from to judge `range`: the seven days before its first midnight (UTC), so that a gap in the range
    /// is never taken for the habit.
    pub fn history(range: TimeRange) -> Option<TimeRange> {
        let midnight = range.start.as_second().div_euclid(24 * HOUR) * 24 * HOUR;
        let end = Timestamp::from_second(midnight).ok()?;
        Some(TimeRange { start: end.checked_sub(SignedDuration::from_hours(WEEK)).ok()?, end })
    }

    /// Learns from the times of the objects in a history. `None` where the first of them is less than two days before
    /// its end: of a source that is so new nothing can be expected.
    pub fn learn(history: TimeRange, times: impl IntoIterator<Item = Timestamp>) -> Option<Self> {
        let mut counts = vec![0_u32; WEEK as usize];
        let mut first: Option<Timestamp> = None;
        for time in times.into_iter().filter(|time| history.contains(*time)) {
            counts[slot(time)] += 1;
            first = Some(first.map_or(time, |first| first.min(time)));
        }
        let known = TimeRange { start: first?, end: history.end };
        if known.length() < Self::LEAST {
            return None;
        }
        let begins = known.start.as_second().div_euclid(HOUR);
        let ends = history.end.as_second().div_euclid(HOUR);
        let mut hours = vec![None; WEEK as usize];
        for hour in begins.max(ends - WEEK)..ends {
            let slot = hour.rem_euclid(WEEK) as usize;
            hours[slot] = Some(counts[slot]);
        }
        Some(Self { hours, days: u32::try_from((ends - begins) / 24).unwrap_or(7) })
    }

    /// How many objects such a stretch of time had, by the hours of the week; for an hour that is not known, by the same
    /// hour of the days that are.
    pub fn expected(&self, stretch: TimeRange) -> f64 {
        let mut sum = 0.0;
        let mut at = stretch.start;
        while at < stretch.end {
            let next = Timestamp::from_second((at.as_second().div_euclid(HOUR) + 1) * HOUR).unwrap_or(stretch.end);
            let end = next.min(stretch.end);
            sum += self.of_hour(slot(at)) * end.duration_since(at).as_secs_f64() / HOUR as f64;
            at = end;
        }
        sum
    }

    fn of_hour(&self, slot: usize) -> f64 {
        if let Some(count) = self.hours.get(slot).copied().flatten() {
            return f64::from(count);
        }
        let of_days: Vec<f64> =
            self.hours.iter().skip(slot % 24).step_by(24).flatten().copied().map(f64::from).collect();
        of_days.iter().sum::<f64>() / of_days.len().max(1) as f64
    }
}

/// The hour of the week of a moment.
fn slot(moment: Timestamp) -> usize {
    moment.as_second().div_euclid(HOUR).rem_euclid(WEEK) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn day() -> TimeRange {
        TimeRange::new(at("2026-11-22T03:00:00Z"), at("2026-11-23T03:00:00Z"))
    }

    /// An object a minute by day, none by night, over so many days before the range.
    fn busy_by_day(days: i64) -> impl Iterator<Item = Timestamp> {
        let end = Cadence::history(day()).expect("a history").end;
        (1..=days * 24 * 60)
            .map(move |minute| end - SignedDuration::from_mins(minute))
            .filter(|moment| (8..20).contains(&(moment.as_second().div_euclid(HOUR).rem_euclid(24))))
    }

    #[test]
    fn what_is_learnt_from_lies_before_the_range() {
        let history = Cadence::history(day()).expect("a history");
        assert_eq!(history, TimeRange::new(at("2026-11-15T00:00:00Z"), at("2026-11-22T00:00:00Z")));
    }

    #[test]
    fn hours_of_the_week_tell_what_is_expected() {
        let history = Cadence::history(day()).expect("a history");
        let cadence = Cadence::learn(history, busy_by_day(7)).expect("a week");
        let of = |start: &str, end: &str| cadence.expected(TimeRange::new(at(start), at(end)));
        assert!((of("2026-11-22T08:30:00Z", "2026-11-22T10:00:00Z") - 90.0).abs() < 0.01);
        assert!(of("2026-11-22T20:00:00Z", "2026-11-23T08:00:00Z") < 0.01);
        assert_eq!(cadence.days, 6, "the first object came at eight");
    }

    #[test]
    fn less_than_two_days_tell_no_habit() {
        let history = Cadence::history(day()).expect("a history");
        assert_eq!(Cadence::learn(history, busy_by_day(1)), None);
        assert_eq!(Cadence::learn(history, []), None);
        let cadence = Cadence::learn(history, busy_by_day(3)).expect("over two days");
        let tuesday = TimeRange::new(at("2026-11-24T12:00:00Z"), at("2026-11-24T13:00:00Z"));
        assert!((cadence.expected(tuesday) - 60.0).abs() < 0.01, "by the same hour of other days");
    }
}
