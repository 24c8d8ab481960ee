//! Half-open stretches of time.

use std::fmt;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// From `start` (included) to `end` (excluded).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    /// The first moment inside.
    pub start: Timestamp,
    /// The first moment after.
    pub end: Timestamp,
}

impl TimeRange {
    /// The range between two moments, in whichever order they come.
    pub fn new(a: Timestamp, b: Timestamp) -> Self {
        Self { start: a.min(b), end: a.max(b) }
    }

    /// The stretch of `length` that ends at `end`.
    pub fn ending(end: Timestamp, length: SignedDuration) -> Self {
        Self::new(end - length, end)
    }

    /// How long it is.
    pub fn length(self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// Whether `moment` lies inside.
    pub fn contains(self, moment: Timestamp) -> bool {
        self.start <= moment && moment < self.end
    }

    /// Whether the two share a moment.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Cuts the range into `count` bins of equal length, oldest first; the last one ends at `end`.
    pub fn bins(self, count: usize) -> impl Iterator<Item = TimeRange> {
        let total = self.length().as_nanos();
        let count_wide = count.max(1) as i128;
        let edge = move |index: usize| {
            let nanos = total * index as i128 / count_wide;
            self.start + SignedDuration::from_nanos_i128(nanos)
        };
        (0..count.max(1)).map(move |index| TimeRange { start: edge(index), end: edge(index + 1) })
    }

    /// The bin of `count` equal ones that `moment` falls in; `None` outside the range.
    pub fn bin_of(self, moment: Timestamp, count: usize) -> Option<usize> {
        let total = self.length().as_nanos();
        if !self.contains(moment) || total == 0 || count == 0 {
            return None;
        }
        let offset = moment.duration_since(self.start).as_nanos();
        usize::try_from(offset * count as i128 / total).ok().map(|bin| bin.min(count - 1))
    }
}

impl fmt::Display for TimeRange {
    /// `2026-11-23 01:00–02:00Z`; the end bears its date only where that differs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start.to_zoned_datetime(TimeZone::UTC);
        let end = self.end.to_zoned_datetime(TimeZone::UTC);
        write!(f, "{}–", start.strftime("%Y-%m-%d %H:%M"))?;
        if start.date() == end.date() {
            write!(f, "{}", end.strftime("%H:%MZ"))
        } else {
            write!(f, "{}", end.strftime("%Y-%m-%d %H:%MZ"))
        }
    }
}

/// A duration in the two coarsest units that tell it: `45s`, `4m12s`, `3h05m`, `2d04h`.
pub fn brief(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes, rest) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{rest}s"),
        (0, 0, _) => format!("{sign}{minutes}m{rest:02}s"),
        (0, _, _) => format!("{sign}{hours}h{minutes:02}m"),
        _ => format!("{sign}{days}d{hours:02}h"),
    }
}

/// How far a moment is from now: `3h 5m ago`, `in 2d`, `now`.
pub fn ago(moment: Timestamp, now: Timestamp) -> String {
    let past = now.duration_since(moment);
    match past.as_secs() {
        0 => "now".into(),
        1.. => format!("{} ago", brief(past)),
        _ => format!("in {}", brief(past.abs())),
    }
}

/// Reads `90s`, `15m`, `6h`, `3d` or `2w`.
pub fn length(text: &str) -> Option<SignedDuration> {
    let (digits, unit) = text.split_at(text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at))?);
    let count: i64 = digits.parse().ok().filter(|count| (1..100_000_000).contains(count))?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    Some(SignedDuration::from_secs(count * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn bins_cover_the_range_without_overlap() {
        let range = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-23T01:00:00Z"));
        let bins: Vec<_> = range.bins(7).collect();
        assert_eq!(bins.len(), 7);
        assert_eq!(bins[0].start, range.start);
        assert_eq!(bins[6].end, range.end);
        assert!(bins.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn a_moment_falls_in_the_bin_that_contains_it() {
        let range = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-23T01:00:00Z"));
        for (index, bin) in range.bins(13).enumerate() {
            assert_eq!(range.bin_of(bin.start + SignedDuration::from_secs(1), 13), Some(index));
        }
        assert_eq!(range.bin_of(range.end, 13), None);
    }

    #[test]
    fn brief_durations_read_in_two_units() {
        for (seconds, text) in [(5, "5s"), (252, "4m12s"), (11_100, "3h05m"), (187_200, "2d04h"), (-61, "-1m01s")] {
            assert_eq!(brief(SignedDuration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn the_end_bears_its_date_only_where_it_differs() {
        let start = at("2026-11-23T23:00:00Z");
        assert_eq!(TimeRange::new(start, at("2026-11-23T23:30:00Z")).to_string(), "2026-11-23 23:00–23:30Z");
        assert_eq!(TimeRange::new(start, at("2026-11-24T00:30:00Z")).to_string(), "2026-11-23 23:00–2026-11-24 00:30Z");
    }
}
