//! Ranges of time within a search: `last 6h`, `2026-11-23 01:00..02:00`, `2026-11-23T01:00Z..2026-11-24T00:00Z`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::TimeRange;
use crate::domain::time::length;

/// So many words a range takes at most: date, time, date, time and zone.
pub(super) const WORDS: usize = 4;

/// A range, and how many words it took.
pub(super) struct Read {
    pub(super) range: Result<TimeRange, String>,
    pub(super) words: usize,
}

/// Reads the range that these words begin with; nothing where they begin with none.
pub(super) fn read(words: &[&str], now: Timestamp, zone: &TimeZone) -> Option<Read> {
    if let ["last", text, ..] = words {
        let length = length(text)?;
        let start = now.checked_sub(length).map_err(|_| format!("\"last {text}\" begins before time does"));
        return Some(Read { range: start.map(|start| TimeRange::new(start, now)), words: 2 });
    }
    // `2026-11-23 01:00..02:00` and `2026-11-23 01:00..2026-11-24 02:00` hold white space; a zone may follow.
    let mut taken = 1;
    let mut text = (*words.first()?).to_owned();
    if !text.contains("..") && text.parse::<Date>().is_ok() {
        let next = words.get(1).filter(|next| next.contains(".."))?;
        text = format!("{text}T{next}");
        taken = 2;
    }
    let (start, end) = text.split_once("..")?;
    let begins = Moment::read(start)?;
    let mut end = end.to_owned();
    if end.parse::<Date>().is_ok()
        && let Some(time) = words.get(taken).filter(|word| word.parse::<Time>().is_ok() && word.contains(':'))
    {
        end = format!("{end}T{time}");
        taken += 1;
    }
    let named = words.get(taken).filter(|word| word.contains('/') || matches!(**word, "UTC" | "Z"));
    let named = named.and_then(|word| TimeZone::get(if *word == "Z" { "UTC" } else { word }).ok());
    taken += usize::from(named.is_some());
    let zone = named.as_ref().unwrap_or(zone);
    let range = bounded(&begins, &end, now, zone);
    Some(Read { range, words: taken })
}

fn bounded(begins: &Moment, end: &str, now: Timestamp, zone: &TimeZone) -> Result<TimeRange, String> {
    let start = begins.at(zone)?;
    let end = match end {
        "" => now,
        _ => match (Moment::read(end), time_of_day(end), length(end)) {
            (Some(moment), ..) => moment.end(zone)?,
            (_, Some(time), _) => {
                // Of the day that the range begins on, and in its zone.
                let day = begins.civil().date();
                let offset = match begins {
                    Moment::Sure(_) => &TimeZone::UTC,
                    Moment::Civil(..) => zone,
                };
                zoned(day.to_datetime(time), offset)?
            }
            (.., Some(length)) => start.checked_add(length).map_err(|error| error.to_string())?,
            _ => return Err(format!("\"{end}\" is no time: write 02:00, 2026-11-23T02:00, or 1h")),
        },
    };
    if start >= end {
        return Err("the range ends before it begins".to_owned());
    }
    Ok(TimeRange::new(start, end))
}

/// A moment as it is written.
enum Moment {
    /// With its zone.
    Sure(Timestamp),
    /// Without one; whether it is a day.
    Civil(DateTime, bool),
}

impl Moment {
    fn read(text: &str) -> Option<Self> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(Self::Sure(moment));
        }
        // What has no date is no moment; what has a zone is none without one.
        text.get(..10)?.parse::<Date>().ok()?;
        if text.len() == 10 {
            return Some(Self::Civil(text.parse::<Date>().ok()?.to_datetime(Time::midnight()), true));
        }
        Some(Self::Civil(text.parse().ok()?, false))
    }

    fn at(&self, zone: &TimeZone) -> Result<Timestamp, String> {
        match self {
            Self::Sure(moment) => Ok(*moment),
            Self::Civil(civil, _) => zoned(*civil, zone),
        }
    }

    /// The end of the day that it is, or itself.
    fn end(&self, zone: &TimeZone) -> Result<Timestamp, String> {
        match self {
            Self::Civil(civil, true) => {
                let next = civil.checked_add(SignedDuration::from_hours(24)).map_err(|error| error.to_string())?;
                zoned(next, zone)
            }
            _ => self.at(zone),
        }
    }

    fn civil(&self) -> DateTime {
        match self {
            Self::Sure(moment) => moment.to_zoned_datetime(TimeZone::UTC).datetime(),
            Self::Civil(civil, _) => *civil,
        }
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    text.contains(':').then(|| text.parse().ok()).flatten()
}

fn zoned(civil: DateTime, zone: &TimeZone) -> Result<Timestamp, String> {
    zone.to_timestamp(civil).map_err(|error| error.to_string())
}
