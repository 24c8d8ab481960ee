//! When a record happened, as a definition says it.

use std::borrow::Cow;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};

use super::template::Template;
use crate::time::{self, Certainty, EventTime};
use crate::value::Value;

/// The fields that hold the time, and how it is written.
#[derive(Debug)]
pub(super) struct Clock {
    /// The first that tells a time does.
    pub fields: Vec<Template>,
    /// Tried in order.
    pub formats: Vec<TimeFormat>,
    /// The zone of a time that names none.
    pub zone: Option<TimeZone>,
}

/// How a time is written.
#[derive(Clone, Debug)]
pub(super) enum TimeFormat {
    Iso,
    /// A count since 1970; told apart by its size where no unit is given.
    Epoch(Option<u32>),
    Syslog,
    CommonLog,
    /// In the notation of strptime.
    Pattern {
        pattern: String,
        has_year: bool,
    },
}

/// The names of formats, for hints.
pub(super) const FORMATS: &[&str] =
    &["iso8601", "epoch", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "syslog", "common_log"];

impl TimeFormat {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "iso8601" => TimeFormat::Iso,
            "epoch" => TimeFormat::Epoch(None),
            "epoch_s" => TimeFormat::Epoch(Some(0)),
            "epoch_ms" => TimeFormat::Epoch(Some(3)),
            "epoch_us" => TimeFormat::Epoch(Some(6)),
            "epoch_ns" => TimeFormat::Epoch(Some(9)),
            "syslog" => TimeFormat::Syslog,
            "common_log" => TimeFormat::CommonLog,
            pattern if pattern.contains('%') => {
                let has = |directives: &[&str]| directives.iter().any(|directive| pattern.contains(directive));
                if !has(&["%H", "%I", "%k", "%l", "%T", "%R", "%s", "%c", "%X", "%r"]) {
                    return Err(format!("the time format \"{pattern}\" reads no hour"));
                }
                check(pattern)?;
                let has_year = has(&["%Y", "%y", "%G", "%g", "%F", "%D", "%s", "%c", "%x"]);
                TimeFormat::Pattern { pattern: pattern.to_owned(), has_year }
            }
            other => return Err(format!("unknown time format \"{other}\"")),
        })
    }

    /// Reads the whole of `text`. `near` is the day that the object belongs to.
    pub(super) fn read(&self, text: &str, zone: Option<&TimeZone>, near: Option<Timestamp>) -> Option<EventTime> {
        match self {
            TimeFormat::Iso => zoned(EventTime::iso_text(text)?, zone),
            TimeFormat::Epoch(None) => EventTime::epoch(text),
            TimeFormat::Epoch(Some(digits)) => epoch(text, *digits),
            TimeFormat::Syslog | TimeFormat::CommonLog => {
                let (read, end) = time::leading(text.as_bytes(), near)?;
                if end == text.len() { zoned(read, zone) } else { None }
            }
            TimeFormat::Pattern { pattern, has_year } => strptime(pattern, *has_year, text, zone, near),
        }
    }
}

impl Clock {
    /// The time that the fields tell, and its text.
    pub(super) fn read<'v>(
        &'v self,
        fields: &'v Value<'_>,
        near: Option<Timestamp>,
    ) -> Option<(EventTime, Cow<'v, str>)> {
        self.fields.iter().find_map(|field| {
            let text = field.fill(fields)?;
            let time = self.formats.iter().find_map(|format| format.read(&text, self.zone.as_ref(), near))?;
            Some((time, text))
        })
    }
}

/// A time that names no zone, in the zone that the definition names.
fn zoned(time: EventTime, zone: Option<&TimeZone>) -> Option<EventTime> {
    let Some(zone) = zone.filter(|_| time.certainty != Certainty::Explicit) else { return Some(time) };
    let civil = Offset::UTC.to_datetime(time.at);
    let at = instant(civil, zone)?;
    let certainty = if time.certainty == Certainty::AssumedUtc { Certainty::Explicit } else { time.certainty };
    Some(EventTime { at, certainty })
}

/// The instant of a date and clock in a zone. Of an hour that occurs twice it is the first.
fn instant(civil: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(civil).compatible().ok()
}

/// A count of units of 10^-`digits` seconds, also with a fraction.
fn epoch(text: &str, digits: u32) -> Option<EventTime> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i128 = whole.parse().ok()?;
    let nanos = count.checked_mul(10_i128.pow(9 - digits))?;
    // Digits of the fraction below a nanosecond say nothing.
    let fraction: String = fraction.chars().chain("000000000".chars()).take(9 - digits as usize).collect();
    let fraction: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let nanos = if whole.starts_with('-') { nanos.checked_sub(fraction)? } else { nanos.checked_add(fraction)? };
    Timestamp::from_nanosecond(nanos).ok().map(EventTime::explicit)
}

fn strptime(
    pattern: &str,
    has_year: bool,
    text: &str,
    zone: Option<&TimeZone>,
    near: Option<Timestamp>,
) -> Option<EventTime> {
    let mut broken = BrokenDownTime::parse(pattern, text).ok()?;
    if let Some(at) = broken.timestamp() {
        return Some(EventTime::explicit(at));
    }
    if has_year {
        if broken.offset().is_some() || broken.iana_time_zone().is_some() {
            return broken.to_timestamp().ok().map(EventTime::explicit);
        }
        let civil = broken.to_datetime().ok()?;
        return match zone {
            Some(zone) => Some(EventTime::explicit(instant(civil, zone)?)),
            None => Some(EventTime { at: Offset::UTC.to_timestamp(civil).ok()?, certainty: Certainty::AssumedUtc }),
        };
    }
    let near = near?;
    let offset = broken.offset();
    let this_year = Offset::UTC.to_datetime(near).year();
    let distance = |at: &Timestamp| (at.as_second() - near.as_second()).abs();
    let in_year = |year: i16| {
        broken.set_year(Some(year)).ok()?;
        // A weekday that is told besides belongs to one year only.
        let civil = broken.to_datetime().ok()?;
        match (offset, zone) {
            (Some(offset), _) => offset.to_timestamp(civil).ok(),
            (None, Some(zone)) => instant(civil, zone),
            (None, None) => Offset::UTC.to_timestamp(civil).ok(),
        }
    };
    let years: [i16; 3] = [this_year, this_year - 1, this_year + 1];
    let at = years.into_iter().filter_map(in_year).min_by_key(distance)?;
    Some(EventTime { at, certainty: Certainty::FromKey })
}

/// Whether jiff knows all directives of a pattern.
fn check(pattern: &str) -> Result<(), String> {
    let sample = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
    match jiff::fmt::strtime::format(pattern, &sample) {
        Ok(text) => match BrokenDownTime::parse(pattern, &text) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("the time format \"{pattern}\" cannot be read back: {error}")),
        },
        Err(error) => Err(format!("the time format \"{pattern}\" is wrong: {error}")),
    }
}

/// A zone by its IANA name, or by its offset: `Europe/Vienna`, `UTC`, `+09:00`.
pub(super) fn zone(text: &str) -> Option<TimeZone> {
    if text == "UTC" || text == "Z" {
        return Some(TimeZone::UTC);
    }
    let Some((sign, rest)) =
        text.strip_prefix('+').map(|rest| (1, rest)).or_else(|| text.strip_prefix('-').map(|rest| (-1, rest)))
    else {
        return TimeZone::get(text).ok();
    };
    let digits: String = rest.chars().filter(|character| *character != ':').collect();
    let number = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<i32>().ok());
    let (hours, minutes) = match digits.len() {
        2 => (number(0..2)?, 0),
        4 => (number(0..2)?, number(2..4)?),
        _ => return None,
    };
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok().map(TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str, zone_name: Option<&str>) -> Option<(String, &'static str)> {
        let zone = zone_name.map(|name| zone(name).expect("it is a zone"));
        let near = "2026-01-01T00:05:00Z".parse().ok();
        let format = TimeFormat::parse(format).expect("it is a format");
        format.read(text, zone.as_ref(), near).map(|time| (time.at.to_string(), time.certainty.name()))
    }

    #[test]
    fn times_are_read_in_every_notation_and_say_how_sure_they_are() {
        let told = |at: &str, certainty: &'static str| Some((at.to_owned(), certainty));
        assert_eq!(read("iso8601", "2026-11-23 02:14:07", None), told("2026-11-23T02:14:07Z", "assumed-utc"));
        assert_eq!(read("iso8601", "2026-11-23 02:14:07", Some("+09:00")), told("2026-11-22T17:14:07Z", "explicit"));
        assert_eq!(read("iso8601", "2026-11-23T02:14:07Z", Some("+09:00")), told("2026-11-23T02:14:07Z", "explicit"));
        assert_eq!(read("epoch_s", "1700000000.25", None), told("2023-11-14T22:13:20.25Z", "explicit"));
        assert_eq!(read("epoch_ms", "1700000000123", None), told("2023-11-14T22:13:20.123Z", "explicit"));
        assert_eq!(read("epoch_ns", "1700000000000000001", None), told("2023-11-14T22:13:20.000000001Z", "explicit"));
        assert_eq!(read("epoch_s", "x", None), None);
        assert_eq!(read("syslog", "Dec 31 23:59:58", None), told("2025-12-31T23:59:58Z", "from-key"));
        assert_eq!(read("syslog", "Dec 31 23:59:58 x", None), None);
        assert_eq!(read("common_log", "23/Nov/2026:02:14:07 +0100", None), told("2026-11-23T01:14:07Z", "explicit"));
        assert_eq!(read("%d.%m.%Y %H:%M:%S", "23.11.2026 02:14:07", None), told("2026-11-23T02:14:07Z", "assumed-utc"));
        assert_eq!(read("%d.%m.%Y %H:%M", "23.11.2026 02:14", Some("-05")), told("2026-11-23T07:14:00Z", "explicit"));
        assert_eq!(read("%d %b %H:%M:%S%.f", "31 Dec 23:00:00.5", None), told("2025-12-31T23:00:00.5Z", "from-key"));
        assert_eq!(
            read("%Y/%m/%d %H:%M:%S %z", "2026/11/23 02:14:07 +0200", None),
            told("2026-11-23T00:14:07Z", "explicit")
        );
    }

    #[test]
    fn formats_that_cannot_be_read_are_refused() {
        assert!(TimeFormat::parse("iso").is_err());
        assert!(TimeFormat::parse("%Y-%m-%d").is_err());
        assert!(TimeFormat::parse("%Y %H:%M %Q!%é%").is_err());
        assert!(zone("+25").is_none() && zone("Nowhere/Land").is_none());
    }
}
