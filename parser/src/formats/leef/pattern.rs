//! Times in the patterns of `devTimeFormat`: `MMM dd yyyy HH:mm:ss`.
//!
//! Source: Java Platform, Standard Edition 8 API, class `java.text.SimpleDateFormat`.

use jiff::Timestamp;

use crate::time::{self, Certainty, EventTime};

/// What a pattern has read so far.
#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: i64,
    is_afternoon: Option<bool>,
    minute: i64,
    second: i64,
    nanos: i32,
    offset: Option<i64>,
}

/// Reads `text` in a pattern; nothing where it is not of it. A year that the pattern lacks comes from `near`.
pub(super) fn read(text: &str, pattern: &str, near: Option<Timestamp>) -> Option<EventTime> {
    let (mut text, mut pattern) = (text.trim().as_bytes(), pattern.trim().as_bytes());
    let mut parts = Parts::default();
    while let Some(letter) = pattern.first().copied() {
        if letter == b'\'' {
            let length = memchr::memchr(b'\'', &pattern[1..])?;
            // Two quotes are one.
            let literal = if length == 0 { &b"'"[..] } else { &pattern[1..=length] };
            text = text.strip_prefix(literal)?;
            pattern = &pattern[length + 2..];
        } else if letter.is_ascii_alphabetic() {
            let count = pattern.iter().take_while(|other| **other == letter).count();
            pattern = &pattern[count..];
            // Digits that go on in the pattern without a separator are counted.
            let is_counted = pattern.first().is_some_and(u8::is_ascii_alphabetic);
            text = parts.read(text, letter, count, is_counted)?;
        } else {
            text = text.strip_prefix(&[letter])?;
            pattern = &pattern[1..];
        }
    }
    if text.is_empty() { parts.time(near) } else { None }
}

impl Parts {
    /// Reads the element that `count` times `letter` stand for; answers the text behind it.
    fn read<'a>(&mut self, text: &'a [u8], letter: u8, count: usize, is_counted: bool) -> Option<&'a [u8]> {
        let word = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        match letter {
            b'M' | b'L' if count >= 3 => {
                let (month, length) = time::month(text)?;
                self.month = Some(month);
                return text.get(length..);
            }
            b'E' => return text.get(word..),
            b'a' => {
                self.is_afternoon = Some(text.get(..2)?.eq_ignore_ascii_case(b"pm"));
                return text.get(2..);
            }
            b'z' | b'Z' | b'X' => {
                let (offset, length) = time::zone(text);
                self.offset = Some(offset?);
                return text.get(length..);
            }
            _ => {}
        }
        let most = if is_counted { count } else { 9 };
        let length = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let number = time::digits(text, length).filter(|_| length > 0)?;
        match letter {
            b'y' | b'u' if count == 2 && length == 2 => self.year = Some(2000 + number),
            b'y' | b'u' => self.year = Some(number),
            b'M' | b'L' => self.month = Some(number),
            b'd' => self.day = Some(number),
            b'H' | b'h' | b'K' => self.hour = number,
            b'k' => self.hour = number % 24,
            b'm' => self.minute = number,
            b's' => self.second = number,
            b'S' => self.nanos = (number * 10_i64.pow(9 - length as u32)) as i32,
            _ => return None,
        }
        text.get(length..)
    }

    fn time(self, near: Option<Timestamp>) -> Option<EventTime> {
        let hour = match self.is_afternoon {
            Some(is_afternoon) => self.hour % 12 + if is_afternoon { 12 } else { 0 },
            None => self.hour,
        };
        let clock = (hour, self.minute, self.second);
        let (month, day) = (self.month?, self.day?);
        let build = |year: i64| time::instant((year, month, day), clock, self.nanos, self.offset.unwrap_or(0));
        let (at, certainty) = match (self.year, self.offset) {
            (Some(year), Some(_)) => (build(year)?, Certainty::Explicit),
            (Some(year), None) => (build(year)?, Certainty::AssumedUtc),
            (None, _) => (time::latest(near?, build)?, Certainty::FromKey),
        };
        Some(EventTime { at, certainty })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_devices_are_read_and_other_texts_are_not() {
        let near = Some("2026-11-23T12:00:00Z".parse().unwrap());
        let at = |text: &str, pattern: &str| read(text, pattern, near).map(|time| time.at.to_string());
        for (text, pattern, wanted) in [
            ("Nov 23 2026 02:14:07", "MMM dd yyyy HH:mm:ss", "2026-11-23T02:14:07Z"),
            ("Nov 23 02:14:07", "MMM dd HH:mm:ss", "2026-11-23T02:14:07Z"),
            ("Nov 23 2026 02:14:07.5 +0100", "MMM dd yyyy HH:mm:ss.SSS Z", "2026-11-23T01:14:07.5Z"),
            ("2026-11-23T02:14:07.123Z", "yyyy-MM-dd'T'HH:mm:ss.SSSX", "2026-11-23T02:14:07.123Z"),
            ("23/11/26 02:14:07 PM", "dd/MM/yy hh:mm:ss a", "2026-11-23T14:14:07Z"),
            ("20261123021407", "yyyyMMddHHmmss", "2026-11-23T02:14:07Z"),
            ("Mon, 23 Nov 2026 24:14:07 GMT", "EEE, dd MMM yyyy kk:mm:ss z", "2026-11-23T00:14:07Z"),
        ] {
            assert_eq!(at(text, pattern).as_deref(), Some(wanted), "{pattern}");
        }
        for (text, pattern) in [
            ("23.11.2026", "dd/MM/yyyy"),
            ("Nov 23 2026 02:14:07 and more", "MMM dd yyyy HH:mm:ss"),
            ("99/99/2026 00:00:00", "dd/MM/yyyy HH:mm:ss"),
            ("x", "'"),
            ("", "yyyy"),
            ("2026", "QQQQ"),
            ("9999999999", "SSSSSSSSSS"),
        ] {
            assert_eq!(at(text, pattern), None, "{pattern}");
        }
    }
}
