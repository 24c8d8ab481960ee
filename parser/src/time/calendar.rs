//! Dates and clocks in numbers.

use jiff::Timestamp;

use super::{Certainty, EventTime, names};

/// The number that `count` digits at the start of `text` spell; no part of a time has as many as overflow it.
pub(crate) fn digits(text: &[u8], count: usize) -> Option<i64> {
    const MOST: usize = 18;
    if count > MOST {
        return None;
    }
    let mut number = 0;
    for byte in text.get(..count)? {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(byte - b'0');
    }
    Some(number)
}

/// The instant of a date and clock that stand `offset` seconds east of UTC. A leap second counts as the second before
/// it, so that order is kept. An hour 24 is no time: ISO 8601 means the end of the day by it, Java's pattern `kk` the
/// beginning.
pub(crate) fn instant(date: (i64, i64, i64), clock: (i64, i64, i64), nanos: i32, offset: i64) -> Option<Timestamp> {
    let ((year, month, day), (hour, minute, second)) = (date, clock);
    if !(1..=12).contains(&month)
        || !(1..=days_in(year, month)).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second.min(59) - offset;
    Timestamp::new(seconds, nanos).ok()
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Reads `YYYY-MM-DD?HH:MM:SS[.fraction][zone]` at the start of `text`, or the same without separators,
/// `YYYYMMDDTHHMMSS`.
pub(super) fn iso_prefix(text: &[u8]) -> Option<(EventTime, usize)> {
    let is = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|byte| wanted.contains(byte));
    let is_extended = is(4, b"-/") && is(7, b"-/") && is(10, b"Tt ") && is(13, b":") && is(16, b":");
    let [month, day, hour, minute, second] = match is_extended {
        true => [5, 8, 11, 14, 17],
        false if is(8, b"T") => [4, 6, 9, 11, 13],
        false => return None,
    };
    let two = |at: usize| digits(text.get(at..)?, 2);
    let date = (digits(text, 4)?, two(month)?, two(day)?);
    let clock = (two(hour)?, two(minute)?, two(second)?);
    let (nanos, at) = fraction(text, second + 2);
    let (offset, length) = zone(text, at);
    let certainty = if offset.is_some() { Certainty::Explicit } else { Certainty::AssumedUtc };
    let at = instant(date, clock, nanos, offset.unwrap_or(0))?;
    Some((EventTime { at, certainty }, length))
}

/// Nanoseconds of a `.123` or `,123` at `at`, and the offset after it. Digits past the ninth are dropped.
pub(super) fn fraction(text: &[u8], at: usize) -> (i32, usize) {
    if !matches!(text.get(at), Some(b'.' | b',')) || !text.get(at + 1).is_some_and(u8::is_ascii_digit) {
        return (0, at);
    }
    let mut nanos = 0;
    let mut unit = 100_000_000;
    let mut end = at + 1;
    while let Some(digit) = text.get(end).filter(|byte| byte.is_ascii_digit()) {
        nanos += i32::from(digit - b'0') * unit;
        unit /= 10;
        end += 1;
    }
    (nanos, end)
}

/// Seconds east of UTC that the zone at `at` tells, and the offset after it: `Z`, `+02:00`, `-0700`, ` +0000`, ` UTC`.
pub(super) fn zone(text: &[u8], at: usize) -> (Option<i64>, usize) {
    let rest = &text[at.min(text.len())..];
    if let [b'Z' | b'z', ..] = rest {
        return (Some(0), at + 1);
    }
    let skip = usize::from(rest.first() == Some(&b' '));
    if let Some((offset, length)) = names::zone(&rest[skip..]) {
        return (Some(offset), at + skip + length);
    }
    let sign = match rest.get(skip) {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return (None, at),
    };
    let Some(hours) = digits(&rest[skip + 1..], 2) else { return (None, at) };
    let colon = usize::from(rest.get(skip + 3) == Some(&b':'));
    match rest.get(skip + 3 + colon..).and_then(|minutes| digits(minutes, 2)) {
        Some(minutes) if hours < 24 && minutes < 60 => {
            (Some(sign * (hours * 3_600 + minutes * 60)), at + skip + 5 + colon)
        }
        None if colon == 0 && hours < 24 && skip == 0 => (Some(sign * hours * 3_600), at + 3),
        _ => (None, at),
    }
}
