//! Times: ISO 8601, `MySQL` and Joda patterns, arithmetic, zones.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{Result, exec_err};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit, ZonedDateTime};

use super::scalar::{Arg, Function, Gives, Last, UTC, invalid, map_text, texts, typed};
use crate::athena::result::zone_named;
use pattern::{Pattern, Read};

mod pattern;
mod zoned;

pub(super) use zoned::all as zoned;

pub(super) const ALL: &[Function] = &[
    Function {
        name: "from_iso8601_timestamp",
        args: &[Arg::Text],
        optional: 0,
        gives: Gives::Instant,
        body: from_iso8601_timestamp,
    },
    Function {
        name: "from_iso8601_date",
        args: &[Arg::Text],
        optional: 0,
        gives: Gives::Date,
        body: from_iso8601_date,
    },
    Function { name: "to_iso8601", args: &[Arg::Time], optional: 0, gives: Gives::Text, body: to_iso8601 },
    Function { name: "from_unixtime", args: &[Arg::Double], optional: 0, gives: Gives::Instant, body: from_unixtime },
    Function { name: "to_unixtime", args: &[Arg::Time], optional: 0, gives: Gives::Double, body: to_unixtime },
    Function {
        name: "date_parse",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Timestamp,
        body: date_parse,
    },
    Function { name: "date_format", args: &[Arg::Time, Arg::Text], optional: 0, gives: Gives::Text, body: date_format },
    Function {
        name: "parse_datetime",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Instant,
        body: parse_datetime,
    },
    Function {
        name: "format_datetime",
        args: &[Arg::Time, Arg::Text],
        optional: 0,
        gives: Gives::Text,
        body: format_datetime,
    },
    Function {
        name: "last_day_of_month",
        args: &[Arg::Time],
        optional: 0,
        gives: Gives::Date,
        body: last_day_of_month,
    },
    Function {
        name: "date_diff",
        args: &[Arg::Text, Arg::Time, Arg::Time],
        optional: 0,
        gives: Gives::Int,
        body: date_diff,
    },
];

/// The units of `date_add` and `date_diff`.
fn unit(name: &str, field: &str) -> Result<(Unit, i64)> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "millisecond" => (Unit::Millisecond, 1),
        "second" => (Unit::Second, 1),
        "minute" => (Unit::Minute, 1),
        "hour" => (Unit::Hour, 1),
        "day" => (Unit::Day, 1),
        "week" => (Unit::Week, 1),
        "month" => (Unit::Month, 1),
        "quarter" => (Unit::Month, 3),
        "year" => (Unit::Year, 1),
        other => return Err(invalid(format!("'{other}' is not a valid {field} field"))),
    })
}

/// The zone of an array's timestamps; those without one are read as UTC.
fn zone_of(array: &dyn Array) -> TimeZone {
    match array.data_type() {
        DataType::Timestamp(_, Some(zone)) => zone_named(zone).unwrap_or(TimeZone::UTC),
        _ => TimeZone::UTC,
    }
}

fn has_zone(array: &dyn Array) -> bool {
    matches!(array.data_type(), DataType::Timestamp(_, Some(_)))
}

/// Milliseconds as a time in a zone. Out of range: an error that names it.
fn at(millis: i64, zone: &TimeZone) -> Result<ZonedDateTime> {
    let instant = Timestamp::from_millisecond(millis).map_err(|_| invalid(format!("time {millis} is out of range")))?;
    Ok(instant.to_zoned_datetime(zone.clone()))
}

fn times(args: &[ArrayRef], index: usize) -> Result<&TimestampMillisecondArray> {
    typed(args, index)
}

fn instants(values: impl Iterator<Item = Result<Option<i64>>>) -> Result<ArrayRef> {
    let values = values.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(TimestampMillisecondArray::from(values).with_timezone(UTC)))
}

/// An ISO 8601 time with or without its zone, or a date alone; without a zone it is UTC.
fn iso(text: &str) -> Option<i64> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let civil = text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.into()))?;
    Some(civil.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

fn from_iso8601_timestamp(args: &[ArrayRef]) -> Result<ArrayRef> {
    instants(texts(args, 0)?.iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        iso(text).map(Some).ok_or_else(|| invalid(format!("Invalid format: \"{text}\"")))
    }))
}

fn from_iso8601_date(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, Date32Array>(args, |text| {
        let date: Date = text.parse().map_err(|_| invalid(format!("Invalid format: \"{text}\"")))?;
        let days = date.to_zoned_datetime(TimeZone::UTC).map(|zoned| zoned.timestamp().as_second() / 86_400);
        Ok(Some(days.map_err(|_| invalid(format!("Invalid format: \"{text}\"")))? as i32))
    })
}

fn to_text(args: &[ArrayRef], body: impl Fn(ZonedDateTime) -> Result<String>) -> Result<ArrayRef> {
    let times = times(args, 0)?;
    let zone = zone_of(times);
    let values = times.iter().map(|millis| millis.map(|millis| body(at(millis, &zone)?)).transpose());
    Ok(Arc::new(values.collect::<Result<StringArray>>()?))
}

fn to_iso8601(args: &[ArrayRef]) -> Result<ArrayRef> {
    let is_zoned = has_zone(times(args, 0)?);
    to_text(args, |time| {
        let text = time.datetime().strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string();
        let seconds = time.offset().seconds();
        Ok(match (is_zoned, seconds) {
            (false, _) => text,
            (true, 0) => format!("{text}Z"),
            (true, _) => {
                let sign = if seconds < 0 { '-' } else { '+' };
                format!("{text}{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
            }
        })
    })
}

fn from_unixtime(args: &[ArrayRef]) -> Result<ArrayRef> {
    instants(typed::<Float64Array>(args, 0)?.iter().map(|seconds| Ok(seconds.map(|s| (s * 1000.0).round() as i64))))
}

fn to_unixtime(args: &[ArrayRef]) -> Result<ArrayRef> {
    let values = times(args, 0)?.iter().map(|millis| millis.map(|millis| millis as f64 / 1000.0));
    Ok(Arc::new(values.collect::<Float64Array>()))
}

/// Reads texts by a pattern that is nearly always the same.
fn read(args: &[ArrayRef], parse: impl Fn(&str) -> Result<Pattern>) -> Result<Vec<Option<i64>>> {
    let mut last = Last::new();
    let pairs = texts(args, 0)?.iter().zip(texts(args, 1)?);
    pairs
        .map(|pair| {
            let (Some(text), Some(pattern)) = pair else { return Ok(None) };
            let wrong = || invalid(format!("Invalid format: \"{text}\""));
            let Read { civil, offset } = last.get(pattern, &parse)?.read(text).ok_or_else(wrong)?;
            let zone = offset.unwrap_or(TimeZone::UTC);
            Ok(Some(civil.to_zoned_datetime(zone).map_err(|_| wrong())?.timestamp().as_millisecond()))
        })
        .collect()
}

fn date_parse(args: &[ArrayRef]) -> Result<ArrayRef> {
    Ok(Arc::new(TimestampMillisecondArray::from(read(args, Pattern::mysql)?)))
}

fn parse_datetime(args: &[ArrayRef]) -> Result<ArrayRef> {
    instants(read(args, Pattern::joda)?.into_iter().map(Ok))
}

fn format(args: &[ArrayRef], parse: impl Fn(&str) -> Result<Pattern>) -> Result<ArrayRef> {
    let times = times(args, 0)?;
    let zone = zone_of(times);
    let mut last = Last::new();
    let values = times.iter().zip(texts(args, 1)?).map(|pair| {
        let (Some(millis), Some(pattern)) = pair else { return Ok(None) };
        Ok(Some(last.get(pattern, &parse)?.format(&at(millis, &zone)?)))
    });
    Ok(Arc::new(values.collect::<Result<StringArray>>()?))
}

fn last_day_of_month(args: &[ArrayRef]) -> Result<ArrayRef> {
    let times = times(args, 0)?;
    let zone = zone_of(times);
    let days = times
        .iter()
        .map(|millis| millis.map(|millis| Ok(days_of(at(millis, &zone)?.date().last_of_month()))).transpose());
    Ok(Arc::new(days.collect::<Result<Date32Array>>()?))
}

/// Days since 1970.
fn days_of(date: Date) -> i32 {
    date.since(Date::constant(1970, 1, 1)).map_or(0, |span| span.get_days())
}

/// A date as SQL spells it, `2026-11-23`.
pub(super) fn date(text: &str) -> Option<i32> {
    Some(days_of(text.trim().parse::<Date>().ok()?))
}

/// The zone after a time as SQL spells it: `2026-11-23 01:02:03 Asia/Tokyo`.
pub(crate) fn zone_in(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace().skip(1);
    let zone = match (words.next()?, words.next(), words.next()) {
        (time, None, _) => time.find(['+', '-']).map(|at| &time[at..])?,
        (_, Some(zone), None) => zone,
        _ => return None,
    };
    zone_named(zone).is_some().then_some(zone)
}

/// Milliseconds of a time as SQL spells it, with a space between day and hour; without a zone of its own it is UTC.
/// Where the time is to have no zone, one that is written is left out of account.
pub(super) fn sql_timestamp(text: &str, is_zoned: bool) -> Option<i64> {
    let text = text.trim();
    let zone = zone_in(text);
    let civil = zone.and_then(|zone| text.strip_suffix(zone)).unwrap_or(text).trim_end();
    if civil.contains(['T', 't']) {
        return None;
    }
    let civil = civil.parse::<DateTime>().ok()?;
    let zone = if is_zoned { zone.and_then(zone_named) } else { None };
    Some(civil.to_zoned_datetime(zone.unwrap_or(TimeZone::UTC)).ok()?.timestamp().as_millisecond())
}

/// What clocks in the times' own zone show, without a zone.
pub(super) fn local(array: &ArrayRef) -> Result<ArrayRef> {
    let times = typed::<TimestampMillisecondArray>(std::slice::from_ref(array), 0)?;
    let zone = zone_of(times);
    if zone == TimeZone::UTC {
        return Ok(Arc::new(times.clone().with_timezone_opt(None::<&str>)));
    }
    let local = times.iter().map(|millis| {
        let Some(millis) = millis else { return Ok(None) };
        let offset = at(millis, &zone)?.offset();
        Ok(Some(millis + i64::from(offset.seconds()) * 1000))
    });
    Ok(Arc::new(local.collect::<Result<TimestampMillisecondArray>>()?))
}

fn date_format(args: &[ArrayRef]) -> Result<ArrayRef> {
    format(args, Pattern::mysql)
}

fn format_datetime(args: &[ArrayRef]) -> Result<ArrayRef> {
    format(args, Pattern::joda)
}

fn date_diff(args: &[ArrayRef]) -> Result<ArrayRef> {
    let units = texts(args, 0)?;
    let (from, to) = (times(args, 1)?, times(args, 2)?);
    let zone = zone_of(from);
    let mut last = Last::new();
    let values = (0..units.len()).map(|row| {
        if units.is_null(row) || from.is_null(row) || to.is_null(row) {
            return Ok(None);
        }
        let (unit, count) = *last.get(units.value(row), |name| unit(name, "TIMESTAMP"))?;
        let (from, to) = (at(from.value(row), &zone)?, at(to.value(row), &zone)?);
        let span = from.until((unit, &to)).or_else(|error| exec_err!("date_diff: {error}"))?;
        let whole = match unit {
            Unit::Year => i64::from(span.get_years()),
            Unit::Month => i64::from(span.get_months()),
            Unit::Week => i64::from(span.get_weeks()),
            Unit::Day => i64::from(span.get_days()),
            Unit::Hour => i64::from(span.get_hours()),
            Unit::Minute => span.get_minutes(),
            Unit::Second => span.get_seconds(),
            _ => span.get_milliseconds(),
        };
        Ok(Some(whole / count))
    });
    Ok(Arc::new(values.collect::<Result<Int64Array>>()?))
}

/// The type of all timestamps here.
fn millis(zone: Option<&str>) -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, zone.map(Into::into))
}
