//! A time at the start of a line of text, in the shapes that syslog and most programs write.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{self, digits, instant};
use super::{Certainty, EventTime};

const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// Reads the time at the start of `line`, past a syslog priority (`<134>1 `) or an opening bracket. `near` is the day
/// that the object belongs to; without it a time that lacks its year (RFC 3164) tells nothing.
///
/// Answers the time and the offset after it.
pub(crate) fn leading(line: &[u8], near: Option<Timestamp>) -> Option<(EventTime, usize)> {
    let from = skip_priority(line);
    let from = from + usize::from(line.get(from) == Some(&b'['));
    let text = &line[from..];
    EventTime::iso_prefix(text)
        .or_else(|| month_first(text, near))
        .or_else(|| common_log(text))
        .map(|(time, length)| (time, from + length))
}

/// The length of `<134>` and of the version `1 ` that RFC 5424 puts after it.
fn skip_priority(line: &[u8]) -> usize {
    let Some(rest) = line.strip_prefix(b"<") else { return 0 };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=3).contains(&count) || rest.get(count) != Some(&b'>') {
        return 0;
    }
    let after = count + 2;
    if line[after..].starts_with(b"1 ") { after + 2 } else { after }
}

/// `Feb  9 21:19:40`, `Nov 23 2026 02:14:07`, `Nov 23 02:14:07.123`, with or without a colon after it.
fn month_first(text: &[u8], near: Option<Timestamp>) -> Option<(EventTime, usize)> {
    let month = MONTHS.iter().position(|name| text.starts_with(name))? as i64 + 1;
    if text.get(3) != Some(&b' ') {
        return None;
    }
    let mut at = 4 + usize::from(text.get(4) == Some(&b' '));
    let width = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let day = digits(&text[at..], width).filter(|_| (1..=2).contains(&width))?;
    at += width;
    if text.get(at) != Some(&b' ') {
        return None;
    }
    at += 1;
    let year = digits(&text[at..], 4).filter(|_| text.get(at + 4) == Some(&b' '));
    if year.is_some() {
        at += 5;
    }
    let clock = clock(text, at)?;
    let (nanos, end) = calendar::fraction(text, at + 8);
    let (offset, end) = calendar::zone(text, end);
    let build = |year: i64| instant((year, month, day), clock, nanos, offset.unwrap_or(0));
    match year {
        Some(year) => {
            let certainty = if offset.is_some() { Certainty::Explicit } else { Certainty::AssumedUtc };
            Some((EventTime { at: build(year)?, certainty }, end))
        }
        None => Some((EventTime { at: nearest(near?, build)?, certainty: Certainty::FromKey }, end)),
    }
}

/// The year that puts the time closest to `near`: a log of 31 December that lands on 1 January keeps its year.
fn nearest(near: Timestamp, build: impl Fn(i64) -> Option<Timestamp>) -> Option<Timestamp> {
    let year = i64::from(near.to_zoned_datetime(TimeZone::UTC).year());
    let distance = |at: &Timestamp| (at.as_second() - near.as_second()).abs();
    [year, year - 1, year + 1].into_iter().filter_map(build).min_by_key(distance)
}

/// `23/Nov/2026:02:14:07 +0000`, as web servers write it.
fn common_log(text: &[u8]) -> Option<(EventTime, usize)> {
    if text.get(2) != Some(&b'/') || text.get(6) != Some(&b'/') || text.get(11) != Some(&b':') {
        return None;
    }
    let month = MONTHS.iter().position(|name| text[3..].starts_with(name))? as i64 + 1;
    let date = (digits(&text[7..], 4)?, month, digits(text, 2)?);
    let (offset, end) = calendar::zone(text, 20);
    let certainty = if offset.is_some() { Certainty::Explicit } else { Certainty::AssumedUtc };
    let at = instant(date, clock(text, 12)?, 0, offset.unwrap_or(0))?;
    Some((EventTime { at, certainty }, end))
}

/// `HH:MM:SS` at `at`.
fn clock(text: &[u8], at: usize) -> Option<(i64, i64, i64)> {
    let text = text.get(at..at + 8)?;
    if text[2] != b':' || text[5] != b':' {
        return None;
    }
    Some((digits(text, 2)?, digits(&text[3..], 2)?, digits(&text[6..], 2)?))
}
