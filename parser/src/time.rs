//! Event times: read from the log's own text, with a note of how sure they are.

use jiff::Timestamp;

mod calendar;
mod names;
mod syslog;

pub(crate) use calendar::{digits, instant};
pub(crate) use names::month;
pub(crate) use syslog::{begin, latest, leading};

/// When an event happened, and how sure that is. A record that does not tell has none: never the time of reading,
/// never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventTime {
    /// The instant.
    pub at: Timestamp,
    /// What it rests on.
    pub certainty: Certainty,
}

/// What an event time rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The record names its zone or offset, or its format defines it.
    Explicit,
    /// The record has a date and a time but no zone; it was read as UTC.
    AssumedUtc,
    /// A part, usually the year, comes from the object's key or its arrival.
    FromKey,
}

impl Certainty {
    /// One word for tables and exports: `explicit`, `assumed-utc`, `from-key`.
    pub fn name(self) -> &'static str {
        match self {
            Certainty::Explicit => "explicit",
            Certainty::AssumedUtc => "assumed-utc",
            Certainty::FromKey => "from-key",
        }
    }
}

impl EventTime {
    pub(crate) fn explicit(at: Timestamp) -> Self {
        EventTime { at, certainty: Certainty::Explicit }
    }

    /// The same clock in the zone that another field names (`UTC`, `+02:00`), where the time itself names none. A zone of
    /// which only its place is told (`Europe/Prague`) stays assumed to be UTC.
    #[must_use]
    pub(crate) fn within(self, zone: Option<&str>) -> Self {
        let zone = zone.map(|zone| zone.trim_matches('"').as_bytes());
        let offset = zone.and_then(|zone| calendar::zone(zone, 0).0).filter(|_| self.certainty != Certainty::Explicit);
        let Some(offset) = offset else { return self };
        let at = Timestamp::new(self.at.as_second() - offset, self.at.subsec_nanosecond()).unwrap_or(self.at);
        let is_assumed = self.certainty == Certainty::AssumedUtc;
        EventTime { at, certainty: if is_assumed { Certainty::Explicit } else { self.certainty } }
    }

    /// Reads RFC 3339 and its neighbours: `2026-11-23T02:14:07.123Z`, a space for the `T`, an offset with or without
    /// colon, a comma before the fraction, or no zone at all (then it is assumed to be UTC).
    pub(crate) fn iso(text: &[u8]) -> Option<Self> {
        let (time, length) = calendar::iso_prefix(text)?;
        (length == text.len()).then_some(time)
    }

    /// As [`EventTime::iso`], of text.
    pub(crate) fn iso_text(text: &str) -> Option<Self> {
        EventTime::iso(text.as_bytes())
    }

    /// Reads a text that is a time and nothing else, in any shape: ISO 8601, those that lines begin with, a count since
    /// 1970. `near` completes a time without a year.
    pub(crate) fn any(text: &str, near: Option<Timestamp>) -> Option<Self> {
        let is_whole = |(time, length): (Self, usize)| (length == text.len()).then_some(time);
        leading(text.as_bytes(), near).and_then(is_whole).or_else(|| EventTime::epoch(text))
    }

    /// As [`EventTime::iso`] at the start of `text`; answers the length that was read too.
    pub(crate) fn iso_prefix(text: &[u8]) -> Option<(Self, usize)> {
        calendar::iso_prefix(text)
    }

    /// Reads a count since 1970: seconds (also with a fraction), milliseconds, microseconds or nanoseconds, told apart
    /// by their size. Answers nothing for counts that stand for a day before 1980 or after 2100, which are more likely something
    /// else.
    pub(crate) fn epoch(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let count: i64 = whole.parse().ok()?;
        let (unit, nanos) = match count {
            315_532_800..=4_102_444_800 => (1, fraction_nanos(fraction)),
            315_532_800_000..=4_102_444_800_000 => (1_000, 0),
            315_532_800_000_000..=4_102_444_800_000_000 => (1_000_000, 0),
            315_532_800_000_000_000..=4_102_444_800_000_000_000 => (1_000_000_000, 0),
            _ => return None,
        };
        let rest = (count % unit) * (1_000_000_000 / unit);
        Timestamp::new(count / unit, rest as i32 + nanos).ok().map(Self::explicit)
    }

    /// Reads a count of whole seconds since 1970.
    pub(crate) fn seconds(text: &[u8]) -> Option<Self> {
        // Twelve digits are beyond the year 9999, and far from an overflow.
        let count = (text.len() <= 12).then(|| digits(text, text.len())).flatten().filter(|count| *count > 0)?;
        Timestamp::from_second(count).ok().map(Self::explicit)
    }
}

/// Seconds east of UTC of the zone that begins `text` (`Z`, `+02:00`, `UTC`), and its length.
pub(crate) fn zone(text: &[u8]) -> (Option<i64>, usize) {
    calendar::zone(text, 0)
}

fn fraction_nanos(digits: &str) -> i32 {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    format!("{digits:0<9.9}").parse().unwrap_or(0)
}

#[cfg(test)]
mod tests;
