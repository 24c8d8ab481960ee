//! Dates and times as ISO 8601 writes them, of counts since 1970.

use super::text::Text;

/// The unit of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Micros,
    Nanos,
}

const DAY: i64 = 86_400;

impl Unit {
    fn per_second(self) -> i64 {
        match self {
            Unit::Millis => 1_000,
            Unit::Micros => 1_000_000,
            Unit::Nanos => 1_000_000_000,
        }
    }

    fn digits(self) -> usize {
        match self {
            Unit::Millis => 3,
            Unit::Micros => 6,
            Unit::Nanos => 9,
        }
    }
}

/// Characters of one date or time: a year of 64 bits of nothing but milliseconds has nine digits.
struct Characters {
    bytes: [u8; 48],
    length: usize,
}

impl Characters {
    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn digits(&mut self, number: i64, count: usize) {
        let mut rest = number;
        for at in (self.length..self.length + count).rev() {
            self.bytes[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.length += count;
    }

    /// A date; years that have not four digits have a sign, as ISO 8601 wants them.
    fn date(&mut self, days: i64) {
        let (year, month, day) = civil(days);
        if (0..=9999).contains(&year) {
            self.digits(year, 4);
        } else {
            self.push(if year < 0 { b'-' } else { b'+' });
            let count = year.unsigned_abs().checked_ilog10().map_or(1, |digits| digits as usize + 1);
            self.digits(year.abs(), count.max(4));
        }
        self.push(b'-');
        self.digits(month, 2);
        self.push(b'-');
        self.digits(day, 2);
    }

    /// A time of day; a fraction of nothing but zeros is left out.
    fn clock(&mut self, second: i64, fraction: i64, unit: Unit) {
        self.digits(second / 3_600, 2);
        self.push(b':');
        self.digits(second / 60 % 60, 2);
        self.push(b':');
        self.digits(second % 60, 2);
        if fraction > 0 {
            self.push(b'.');
            self.digits(fraction, unit.digits());
        }
    }

    fn write(&mut self, text: &mut Text) {
        self.push(b'"');
        text.value(&self.bytes[..self.length]);
    }
}

fn quoted() -> Characters {
    let mut characters = Characters { bytes: [0; 48], length: 0 };
    characters.push(b'"');
    characters
}

/// The day `days` after 1970-01-01: `"2026-11-23"`.
pub(super) fn date(text: &mut Text, days: i32) {
    let mut characters = quoted();
    characters.date(i64::from(days));
    characters.write(text);
}

/// A time of day: `"02:14:07.123"`. A count of more than a day is written as the number that it is.
pub(super) fn clock(text: &mut Text, count: i64, unit: Unit) {
    let second = count.div_euclid(unit.per_second());
    if !(0..DAY).contains(&second) {
        return super::number::integer(text, count);
    }
    let mut characters = quoted();
    characters.clock(second, count.rem_euclid(unit.per_second()), unit);
    characters.write(text);
}

/// An instant, `"2026-11-23T02:14:07.123Z"`, or without the `Z` where the count is in a zone that nobody told.
pub(super) fn timestamp(text: &mut Text, count: i64, unit: Unit, is_utc: bool) {
    let second = count.div_euclid(unit.per_second());
    let mut characters = quoted();
    characters.date(second.div_euclid(DAY));
    characters.push(b'T');
    characters.clock(second.rem_euclid(DAY), count.rem_euclid(unit.per_second()), unit);
    if is_utc {
        characters.push(b'Z');
    }
    characters.write(text);
}

/// An instant of 96 bits, as Impala and Hive wrote it: nanoseconds of the day, and the Julian day. Nobody told the zone.
pub(super) fn julian(text: &mut Text, bytes: &[u8]) {
    const JULIAN_DAY_OF_1970: i64 = 2_440_588;
    let Some((nanos, day)) = bytes.split_first_chunk::<8>() else { return text.base64(bytes) };
    let Ok(day) = day.try_into() else { return text.base64(bytes) };
    let (nanos, julian_day) = (u64::from_le_bytes(*nanos), u32::from_le_bytes(day));
    let second = (nanos / 1_000_000_000) as i64;
    let mut characters = quoted();
    characters.date(i64::from(julian_day) - JULIAN_DAY_OF_1970 + second / DAY);
    characters.push(b'T');
    characters.clock(second % DAY, (nanos % 1_000_000_000) as i64, Unit::Nanos);
    characters.write(text);
}

/// A span of time that no calendar has fixed, `"P1M2DT3.004S"`: months, days and milliseconds of 32 bits each.
pub(super) fn interval(text: &mut Text, bytes: &[u8]) {
    let ([months, days, millis], []) = bytes.as_chunks::<4>() else { return text.base64(bytes) };
    let [months, days, millis] = [months, days, millis].map(|part| u32::from_le_bytes(*part));
    let seconds = match (millis / 1_000, millis % 1_000) {
        (seconds, 0) => seconds.to_string(),
        (seconds, fraction) => format!("{seconds}.{fraction:03}"),
    };
    text.value(format!("\"P{months}M{days}DT{seconds}S\"").as_bytes());
}

/// Year, month and day in the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (month, day) = (if month < 10 { month + 3 } else { month - 9 }, day_of_year - (153 * month + 2) / 5 + 1);
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::new(1 << 10);
        text.begin();
        write(&mut text);
        String::from_utf8(text.bytes).unwrap()
    }

    #[test]
    fn days_agree_with_another_library_over_eight_hundred_years() {
        let first = jiff::civil::date(1970, 1, 1);
        for days in -146_097..146_097 {
            let wanted = first.checked_add(jiff::Span::new().days(days)).unwrap();
            let found = civil(i64::from(days));
            assert_eq!(found, (i64::from(wanted.year()), i64::from(wanted.month()), i64::from(wanted.day())));
        }
    }

    #[test]
    fn instants_are_written_to_their_last_digit() {
        for (count, unit, is_utc, wanted) in [
            (1_795_400_047_123, Unit::Millis, true, "\"2026-11-23T02:14:07.123Z\""),
            (1_795_400_047_000_001, Unit::Micros, false, "\"2026-11-23T02:14:07.000001\""),
            (1_795_400_047_000_000_000, Unit::Nanos, true, "\"2026-11-23T02:14:07Z\""),
            (-1, Unit::Nanos, true, "\"1969-12-31T23:59:59.999999999Z\""),
            (i64::MAX, Unit::Millis, true, "\"+292278994-08-17T07:12:55.807Z\""),
            (i64::MIN, Unit::Millis, true, "\"-292275055-05-16T16:47:04.192Z\""),
        ] {
            assert_eq!(written(|text| timestamp(text, count, unit, is_utc)), wanted);
        }
        assert_eq!(
            written(|text| julian(text, &julian_bytes(7_000_000_001, 2_461_368))),
            "\"2026-11-23T00:00:07.000000001\""
        );
        assert_eq!(written(|text| julian(text, &[0xff; 12])).len(), 36);
    }

    fn julian_bytes(nanos: u64, day: u32) -> Vec<u8> {
        [&nanos.to_le_bytes()[..], &day.to_le_bytes()].concat()
    }

    #[test]
    fn dates_clocks_and_intervals_have_their_own_forms() {
        assert_eq!(written(|text| date(text, 20_780)), "\"2026-11-23\"");
        assert_eq!(written(|text| date(text, i32::MIN)), "\"-5877641-06-23\"");
        assert_eq!(written(|text| date(text, -719_529)), "\"-0001-12-31\"");
        assert_eq!(written(|text| clock(text, 8_047_123, Unit::Millis)), "\"02:14:07.123\"");
        assert_eq!(written(|text| clock(text, 86_400_000, Unit::Millis)), "86400000");
        assert_eq!(written(|text| interval(text, &[1, 0, 0, 0, 2, 0, 0, 0, 0xbc, 0x0b, 0, 0])), "\"P1M2DT3.004S\"");
    }
}
