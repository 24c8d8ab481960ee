//! A time at the start of a line of text, in the shapes that syslog and most programs write.

use jiff::Timestamp;

use super::calendar::{self, digits, instant};
use super::{Certainty, EventTime, names};

/// Reads the time at the start of `line`, past a syslog priority (`<134>1 `) or an opening bracket. `near` is the day
/// that the object belongs to; without it a time that lacks its year (RFC 3164) tells nothing.
///
/// Answers the time and the offset after it.
pub(crate) fn leading(line: &[u8], near: Option<Timestamp>) -> Option<(EventTime, usize)> {
    let from = begin(line);
    let text = &line[from..];
    let (time, length) = match text.first()? {
        b'0'..=b'9' => EventTime::iso_prefix(text).or_else(|| day_first(text)).or_else(|| year_first(text)),
        b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => month_first(text, near).or_else(|| weekday_first(text, near)),
        _ => None,
    }?;
    Some((time, from + length))
}

/// Where the time of [`leading`] begins.
pub(crate) fn begin(line: &[u8]) -> usize {
    let from = skip_priority(line);
    // Cisco marks a clock that was not synchronised: `*Mar  1 00:00:07`, `.Mar  1`.
    from + usize::from(matches!(line.get(from), Some(b'[' | b'*' | b'.')))
}

/// The length of `<134>` and of the version `1 ` that RFC 5424 puts after it.
fn skip_priority(line: &[u8]) -> usize {
    let Some(rest) = line.strip_prefix(b"<") else { return 0 };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=3).contains(&count) || rest.get(count) != Some(&b'>') {
        return 0;
    }
    let after = count + 2;
    let version = line[after..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_version = (1..=3).contains(&version) && line.get(after + version) == Some(&b' ');
    if is_version { after + version + 1 } else { after }
}

/// `Feb  9 21:19:40`, `Nov 23 2026 02:14:07`, `Nov 23 02:14:07.123`, `Nov 23 02:14:07 2026`.
fn month_first(text: &[u8], near: Option<Timestamp>) -> Option<(EventTime, usize)> {
    let (month, length) = names::month(text)?;
    let mut at = space(text, length)?;
    at += usize::from(text.get(at) == Some(&b' '));
    let (day, end) = day(text, at)?;
    at = space(text, end)?;
    let mut year = digits(&text[at..], 4).filter(|_| text.get(at + 4) == Some(&b' '));
    if year.is_some() {
        at += 5;
    }
    let clock = Clock::read(text, at)?;
    let mut end = clock.end;
    if year.is_none()
        && let Some((found, after)) = year_after(text, end)
    {
        (year, end) = (Some(found), after);
    }
    if let Some(year) = year {
        return Some((clock.on((year, month, day))?, end));
    }
    let at = latest(near?, |year| clock.at((year, month, day)))?;
    Some((EventTime { at, certainty: Certainty::FromKey }, end))
}

/// `Tue Jun 08 11:54:08.929301 2021`, `Sun Nov 23 02:14:07 UTC 2026`, `Mon, 23 Nov 2026 02:14:07 +0000`.
fn weekday_first(text: &[u8], near: Option<Timestamp>) -> Option<(EventTime, usize)> {
    let length = names::weekday(text)?;
    let from = space(text, length + usize::from(text.get(length) == Some(&b',')))?;
    let rest = &text[from..];
    let (time, length) = month_first(rest, near).or_else(|| day_first(rest))?;
    Some((time, from + length))
}

/// `23/Nov/2026:02:14:07 +0000`, as web servers write it; `23 Nov 2026 02:14:07.123`, `23-Nov-2026 02:14:07`.
fn day_first(text: &[u8]) -> Option<(EventTime, usize)> {
    let (day, at) = day(text, 0)?;
    let separator = *text.get(at).filter(|byte| matches!(byte, b'/' | b'-' | b' '))?;
    let (month, length) = names::month(&text[at + 1..])?;
    let at = at + 1 + length;
    if text.get(at) != Some(&separator) {
        return None;
    }
    let year = digits(&text[at + 1..], 4)?;
    let at = at + 5;
    if !matches!(text.get(at), Some(b':' | b' ')) {
        return None;
    }
    let clock = Clock::read(text, at + 1)?;
    Some((clock.on((year, month, day))?, clock.end))
}

/// `2026 Nov 23 02:14:07 UTC`.
fn year_first(text: &[u8]) -> Option<(EventTime, usize)> {
    let year = digits(text, 4)?;
    let at = space(text, 4)?;
    let (month, length) = names::month(&text[at..])?;
    let mut at = space(text, at + length)?;
    at += usize::from(text.get(at) == Some(&b' '));
    let (day, end) = day(text, at)?;
    let clock = Clock::read(text, space(text, end)?)?;
    Some((clock.on((year, month, day))?, clock.end))
}

/// The offset after the space at `at`.
fn space(text: &[u8], at: usize) -> Option<usize> {
    (text.get(at) == Some(&b' ')).then_some(at + 1)
}

/// A day of one or two digits at `at`, and the offset after it.
fn day(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let width = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let day = digits(&text[at..], width).filter(|_| (1..=2).contains(&width))?;
    Some((day, at + width))
}

/// The year that `ctime` writes behind the clock.
fn year_after(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let from = space(text, at)?;
    // A colon within a word is that of an IPv6 address.
    let is_end = matches!(text.get(from + 4..)?, [] | [b' ' | b']', ..] | [b':'] | [b':', b' ', ..]);
    let year = digits(&text[from..], 4).filter(|year| is_end && (1970..2200).contains(year))?;
    Some((year, from + 4))
}

/// `HH:MM:SS`, with its fraction and zone.
struct Clock {
    time: (i64, i64, i64),
    nanos: i32,
    offset: Option<i64>,
    end: usize,
}

impl Clock {
    fn read(text: &[u8], at: usize) -> Option<Self> {
        let part = text.get(at..at + 8)?;
        if part[2] != b':' || part[5] != b':' {
            return None;
        }
        let time = (digits(part, 2)?, digits(&part[3..], 2)?, digits(&part[6..], 2)?);
        let (nanos, end) = calendar::fraction(text, at + 8);
        let (offset, end) = calendar::zone(text, end);
        Some(Clock { time, nanos, offset, end })
    }

    fn at(&self, date: (i64, i64, i64)) -> Option<Timestamp> {
        instant(date, self.time, self.nanos, self.offset.unwrap_or(0))
    }

    fn on(&self, date: (i64, i64, i64)) -> Option<EventTime> {
        let certainty = if self.offset.is_some() { Certainty::Explicit } else { Certainty::AssumedUtc };
        Some(EventTime { at: self.at(date)?, certainty })
    }
}

/// Seconds that an event may lie after the day of its object: the key's date may be that of the month it begins.
const SLACK: i64 = 31 * 86_400;

/// Seconds of a year of the Gregorian calendar, on average.
const YEAR: i64 = 31_556_952;

/// The latest year in which the time is not after `near`: a log of 31 December that lands on 1 January keeps its year,
/// and no log is of the future. Not every year has a 29 February, but one of nine has.
pub(crate) fn latest(near: Timestamp, build: impl Fn(i64) -> Option<Timestamp>) -> Option<Timestamp> {
    let is_past = |at: &Timestamp| at.as_second() <= near.as_second() + SLACK;
    // On New Year's Eve the average may be a year off.
    let year = 1970 + (near.as_second() + SLACK).div_euclid(YEAR) + 1;
    (year - 10..=year).rev().filter_map(build).find(is_past)
}
