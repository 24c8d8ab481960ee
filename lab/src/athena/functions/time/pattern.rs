//! Date patterns: `MySQL`'s (`%Y-%m-%d`) and Joda's (`yyyy-MM-dd`), read into the same pieces.

use datafusion::common::Result;
use jiff::ZonedDateTime;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;

use super::invalid;
use crate::athena::result::zone_named;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A number: what, its width when written, the most digits when read.
    Number(Field, usize, usize),
    /// The first digits of the fraction of the second.
    Fraction(usize),
    MonthName {
        is_short: bool,
    },
    WeekdayName {
        is_short: bool,
    },
    AmPm,
    /// `+0900`, or `+09:00` with the colon.
    Offset {
        has_colon: bool,
    },
    Zone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    YearOfCentury,
    Month,
    Day,
    DayOfYear,
    Hour,
    Hour12,
    Minute,
    Second,
}

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

/// What was read: the time, and its zone where the text holds one.
pub(super) struct Read {
    pub(super) civil: DateTime,
    pub(super) offset: Option<TimeZone>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Pattern {
    /// The pattern of `date_parse` and `date_format`.
    pub(super) fn mysql(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c != '%' {
                push_text(&mut pieces, c);
                continue;
            }
            match rest.next() {
                Some('Y') => pieces.push(Piece::Number(Field::Year, 4, 4)),
                Some('y') => pieces.push(Piece::Number(Field::YearOfCentury, 2, 2)),
                Some('m') => pieces.push(Piece::Number(Field::Month, 2, 2)),
                Some('c') => pieces.push(Piece::Number(Field::Month, 1, 2)),
                Some('d') => pieces.push(Piece::Number(Field::Day, 2, 2)),
                Some('e') => pieces.push(Piece::Number(Field::Day, 1, 2)),
                Some('j') => pieces.push(Piece::Number(Field::DayOfYear, 3, 3)),
                Some('H') => pieces.push(Piece::Number(Field::Hour, 2, 2)),
                Some('k') => pieces.push(Piece::Number(Field::Hour, 1, 2)),
                Some('h' | 'I') => pieces.push(Piece::Number(Field::Hour12, 2, 2)),
                Some('l') => pieces.push(Piece::Number(Field::Hour12, 1, 2)),
                Some('i') => pieces.push(Piece::Number(Field::Minute, 2, 2)),
                Some('s' | 'S') => pieces.push(Piece::Number(Field::Second, 2, 2)),
                Some('f') => pieces.push(Piece::Fraction(6)),
                Some('p') => pieces.push(Piece::AmPm),
                Some('M') => pieces.push(Piece::MonthName { is_short: false }),
                Some('b') => pieces.push(Piece::MonthName { is_short: true }),
                Some('W') => pieces.push(Piece::WeekdayName { is_short: false }),
                Some('a') => pieces.push(Piece::WeekdayName { is_short: true }),
                Some('T') => pieces.extend(Self::mysql("%H:%i:%s")?.0),
                Some('r') => pieces.extend(Self::mysql("%h:%i:%s %p")?.0),
                Some('%') => push_text(&mut pieces, '%'),
                Some(other) => return Err(invalid(format!("%{other} not supported in date format string"))),
                None => return Err(invalid(format!("date format {text:?} ends in %"))),
            }
        }
        Ok(Self(pieces))
    }

    /// The pattern of `parse_datetime` and `format_datetime`.
    pub(super) fn joda(text: &str) -> Result<Self> {
        let mut pieces = Vec::new();
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            if c == '\'' {
                if rest.next_if_eq(&'\'').is_some() {
                    push_text(&mut pieces, '\'');
                    continue;
                }
                loop {
                    match rest.next() {
                        Some('\'') if rest.next_if_eq(&'\'').is_none() => break,
                        Some(c) => push_text(&mut pieces, c),
                        None => return Err(invalid(format!("date pattern {text:?} has a quote without its end"))),
                    }
                }
                continue;
            }
            if !c.is_ascii_alphabetic() {
                push_text(&mut pieces, c);
                continue;
            }
            let mut width = 1;
            while rest.next_if_eq(&c).is_some() {
                width += 1;
            }
            pieces.push(match c {
                'y' | 'Y' | 'u' if width == 2 => Piece::Number(Field::YearOfCentury, 2, 2),
                'y' | 'Y' | 'u' => Piece::Number(Field::Year, width, 4),
                'M' if width > 2 => Piece::MonthName { is_short: width == 3 },
                'M' => Piece::Number(Field::Month, width, 2),
                'd' => Piece::Number(Field::Day, width, 2),
                'D' => Piece::Number(Field::DayOfYear, width, 3),
                'H' => Piece::Number(Field::Hour, width, 2),
                'h' => Piece::Number(Field::Hour12, width, 2),
                'm' => Piece::Number(Field::Minute, width, 2),
                's' => Piece::Number(Field::Second, width, 2),
                'S' => Piece::Fraction(width),
                'a' => Piece::AmPm,
                'E' => Piece::WeekdayName { is_short: width <= 3 },
                'Z' if width > 2 => Piece::Zone,
                'Z' => Piece::Offset { has_colon: width == 2 },
                'z' => Piece::Zone,
                other => return Err(invalid(format!("Illegal pattern component: {other}"))),
            });
        }
        Ok(Self(pieces))
    }

    pub(super) fn format(&self, time: &ZonedDateTime) -> String {
        self.0.iter().map(|piece| piece.format(time)).collect()
    }

    pub(super) fn read(&self, text: &str) -> Option<Read> {
        let (mut year, mut month, mut day) = (1970_i16, 1_i8, 1_i8);
        let (mut hour, mut minute, mut second, mut nanos) = (0_i8, 0_i8, 0_i8, 0_i32);
        let (mut day_of_year, mut is_pm, mut offset) = (None, None, None);
        let mut rest = text;
        for (index, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Number(field, width, most) => {
                    // Digits that follow at once belong to the next piece.
                    let is_followed = matches!(self.0.get(index + 1), Some(Piece::Number(..) | Piece::Fraction(_)));
                    let most = if is_followed { *width } else { *most };
                    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                    let value: i16 = rest.get(..digits)?.parse().ok()?;
                    rest = &rest[digits..];
                    let small = i8::try_from(value).ok();
                    match field {
                        Field::Year => year = value,
                        Field::YearOfCentury => year = value + if value < 70 { 2000 } else { 1900 },
                        Field::Month => month = small?,
                        Field::Day => day = small?,
                        Field::DayOfYear => day_of_year = Some(value),
                        Field::Hour => hour = small?,
                        Field::Hour12 => hour = small? % 12,
                        Field::Minute => minute = small?,
                        Field::Second => second = small?,
                    }
                }
                Piece::Fraction(_) => {
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    let kept = rest.get(..digits.min(9)).filter(|kept| !kept.is_empty())?;
                    nanos = format!("{kept:0<9}").parse().ok()?;
                    rest = &rest[digits..];
                }
                Piece::MonthName { is_short } => {
                    let (found, after) = name(&MONTHS, *is_short, rest)?;
                    (month, rest) = (i8::try_from(found + 1).ok()?, after);
                }
                Piece::WeekdayName { is_short } => rest = name(&WEEKDAYS, *is_short, rest)?.1,
                Piece::AmPm => {
                    is_pm = Some(match rest.get(..2)?.to_ascii_uppercase().as_str() {
                        "AM" => false,
                        "PM" => true,
                        _ => return None,
                    });
                    rest = &rest[2..];
                }
                Piece::Offset { .. } | Piece::Zone => {
                    let end = rest.find(|c: char| c.is_whitespace() || c == ']').unwrap_or(rest.len());
                    offset = Some(zone(&rest[..end])?);
                    rest = &rest[end..];
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        if is_pm == Some(true) {
            hour += 12;
        }
        let mut civil = DateTime::new(year, month, day, hour, minute, second, nanos).ok()?;
        if let Some(day) = day_of_year {
            civil = civil.with().day_of_year(day).build().ok()?;
        }
        Some(Read { civil, offset })
    }
}

impl Piece {
    fn format(&self, time: &ZonedDateTime) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(field, width, _) => {
                let value = match field {
                    Field::Year => i64::from(time.year()),
                    Field::YearOfCentury => i64::from(time.year()).rem_euclid(100),
                    Field::Month => i64::from(time.month()),
                    Field::Day => i64::from(time.day()),
                    Field::DayOfYear => i64::from(time.day_of_year()),
                    Field::Hour => i64::from(time.hour()),
                    Field::Hour12 => (i64::from(time.hour()) + 11) % 12 + 1,
                    Field::Minute => i64::from(time.minute()),
                    Field::Second => i64::from(time.second()),
                };
                format!("{value:0width$}")
            }
            Self::Fraction(digits) => {
                let nanos = format!("{:09}", time.subsec_nanosecond());
                let kept = &nanos[..(*digits).min(9)];
                format!("{kept:0<digits$}")
            }
            Self::MonthName { is_short } => shortened(MONTHS[(time.month() - 1) as usize], *is_short),
            Self::WeekdayName { is_short } => {
                let index = Weekday::to_monday_zero_offset(time.weekday()) as usize;
                shortened(WEEKDAYS[index], *is_short)
            }
            Self::AmPm => if time.hour() < 12 { "AM" } else { "PM" }.to_owned(),
            Self::Offset { has_colon } => {
                let seconds = time.offset().seconds();
                let sign = if seconds < 0 { '-' } else { '+' };
                let colon = if *has_colon { ":" } else { "" };
                format!("{sign}{:02}{colon}{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
            }
            Self::Zone => time.time_zone().iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, c: char) {
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        text.push(c);
    } else {
        pieces.push(Piece::Text(c.to_string()));
    }
}

fn shortened(name: &str, is_short: bool) -> String {
    if is_short { name[..3].to_owned() } else { name.to_owned() }
}

/// The name that the text starts with, in any case, and the text after it.
fn name<'a>(names: &[&str], is_short: bool, text: &'a str) -> Option<(usize, &'a str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = if is_short { &name[..3] } else { name };
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| (index, &text[name.len()..]))
    })
}

/// `Z`, `+0900`, `+09:00` or a zone's name.
fn zone(text: &str) -> Option<TimeZone> {
    if text.eq_ignore_ascii_case("z") {
        return Some(TimeZone::UTC);
    }
    if text.len() == 5 && text.starts_with(['+', '-']) && text.is_ascii() {
        return zone_named(&format!("{}:{}", &text[..3], &text[3..]));
    }
    zone_named(text)
}
