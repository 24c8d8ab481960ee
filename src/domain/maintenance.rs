//! Stretches of time in which a source may be silent, as its owners have announced.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Weekday;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::TimeRange;

/// A window of maintenance (UTC): `sun 02:00-04:00` every week, `daily 23:30-00:30` every day, or
/// `2026-11-23T01:00Z..2026-11-23T03:00Z` once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Maintenance {
    /// This one time.
    Once(TimeRange),
    /// From one time of day to another; one that ends before it begins ends on the next day.
    Again {
        /// The day of the week that it begins on; `None` for every day.
        day: Option<Weekday>,
        /// The minute of the day that it begins with.
        from: u16,
        /// The minute of the day that it ends before.
        until: u16,
    },
}

/// A text that names no window of maintenance.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no window of maintenance (write sun 02:00-04:00, daily 23:30-00:30, or \
     2026-11-23T01:00Z..2026-11-23T03:00Z)"
)]
pub struct NoMaintenance(String);

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Maintenance {
    /// Its stretches that share a moment with `range`, oldest first.
    pub fn within(self, range: TimeRange) -> Vec<TimeRange> {
        let (day, from, until) = match self {
            Self::Once(once) => return if once.overlaps(range) { vec![once] } else { Vec::new() },
            Self::Again { day, from, until } => (day, from, until),
        };
        let length = i64::from(until) - i64::from(from);
        let length = if length > 0 { length } else { length + 24 * 60 };
        // One that began the day before may last into the range.
        let mut midnight = (range.start.as_second().div_euclid(86_400) - 1) * 86_400;
        let mut found = Vec::new();
        while midnight < range.end.as_second() {
            let start = Timestamp::from_second(midnight + i64::from(from) * 60);
            let end = Timestamp::from_second(midnight + (i64::from(from) + length) * 60);
            midnight += 86_400;
            let (Ok(start), Ok(end)) = (start, end) else { continue };
            let is_its_day = day.is_none_or(|day| start.to_zoned_datetime(TimeZone::UTC).date().weekday() == day);
            let stretch = TimeRange::new(start, end);
            if is_its_day && stretch.overlaps(range) {
                found.push(stretch);
            }
        }
        found
    }
}

/// What is left of `range` outside of `windows`, oldest first.
pub fn outside(range: TimeRange, windows: &[TimeRange]) -> Vec<TimeRange> {
    let mut left = vec![range];
    for window in windows {
        left = left
            .into_iter()
            .flat_map(|part| {
                let before = TimeRange { start: part.start, end: part.end.min(window.start) };
                let after = TimeRange { start: part.start.max(window.end), end: part.end };
                [before, after]
            })
            .filter(|part| part.start < part.end)
            .collect();
    }
    left
}

impl FromStr for Maintenance {
    type Err = NoMaintenance;

    fn from_str(text: &str) -> Result<Self, NoMaintenance> {
        read(text).ok_or_else(|| NoMaintenance(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Maintenance> {
    if let Some((start, end)) = text.split_once("..") {
        let (start, end): (Timestamp, Timestamp) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
        return (start < end).then(|| Maintenance::Once(TimeRange::new(start, end)));
    }
    let (day, times) = text.trim().split_once(' ')?;
    let day = match DAYS.iter().find(|(name, _)| *name == day) {
        Some((_, day)) => Some(*day),
        None if day == "daily" => None,
        None => return None,
    };
    let (from, until) = times.trim().split_once('-')?;
    let (from, until) = (minute(from)?, minute(until)?);
    (from != until).then_some(Maintenance::Again { day, from, until })
}

/// The minute of the day that `04:30` tells; `24:00` is the day's end.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |digits: &str| digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

impl TryFrom<String> for Maintenance {
    type Error = NoMaintenance;

    fn try_from(text: String) -> Result<Self, NoMaintenance> {
        text.parse()
    }
}

impl From<Maintenance> for String {
    fn from(maintenance: Maintenance) -> Self {
        maintenance.to_string()
    }
}

impl fmt::Display for Maintenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(range) => write!(f, "{}..{}", range.start, range.end),
            Self::Again { day, from, until } => {
                let day = day.and_then(|day| DAYS.iter().find(|(_, known)| *known == day));
                let day = day.map_or("daily", |(name, _)| name);
                write!(f, "{day} {:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: &str, end: &str) -> TimeRange {
        TimeRange::new(start.parse().expect("a timestamp"), end.parse().expect("a timestamp"))
    }

    #[test]
    fn windows_are_written_as_they_are_read() {
        for text in
            ["sun 02:00-04:00", "daily 23:30-00:30", "mon 00:00-24:00", "2026-11-23T01:00:00Z..2026-11-23T03:00:00Z"]
        {
            assert_eq!(text.parse::<Maintenance>().expect("a window").to_string(), text);
        }
        for text in [
            "",
            "sun",
            "sun 2-4",
            "sun 02:00-02:00",
            "sun 25:00-26:00",
            "sun +2:00-04:00",
            "someday 02:00-04:00",
            "a..b",
        ] {
            assert!(text.parse::<Maintenance>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_weekly_window_is_found_on_its_day_alone() {
        let week = range("2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
        let sunday: Maintenance = "sun 23:00-01:00".parse().expect("a window");
        assert_eq!(
            sunday.within(week),
            [
                range("2026-11-15T23:00:00Z", "2026-11-16T01:00:00Z"),
                range("2026-11-22T23:00:00Z", "2026-11-23T01:00:00Z"),
            ]
        );
        let daily: Maintenance = "daily 02:00-03:00".parse().expect("a window");
        assert_eq!(daily.within(week).len(), 7);
    }

    #[test]
    fn what_is_left_outside_of_windows() {
        let whole = range("2026-11-22T00:00:00Z", "2026-11-22T10:00:00Z");
        let window = range("2026-11-22T02:00:00Z", "2026-11-22T04:00:00Z");
        assert_eq!(
            outside(whole, &[window]),
            [
                range("2026-11-22T00:00:00Z", "2026-11-22T02:00:00Z"),
                range("2026-11-22T04:00:00Z", "2026-11-22T10:00:00Z"),
            ]
        );
        assert_eq!(outside(window, &[whole]), []);
        assert_eq!(outside(whole, &[]), [whole]);
    }
}
