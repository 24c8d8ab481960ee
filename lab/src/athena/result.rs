//! Results: values as Athena's text, the CSV file, and the pages read back from it.

use std::fmt::Write as _;

use arrow::array::{
    Array, AsArray, BinaryArray, RecordBatch, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::datatypes::{
    DataType, DurationMillisecondType, Float32Type, Float64Type, IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::{Bytes, BytesMut};
use jiff::{Timestamp, tz::TimeZone};

use super::functions::{address_text, prefix_text};

mod metadata;
mod pages;
#[cfg(test)]
mod tests;

pub(crate) use metadata::metadata;
pub(crate) use pages::{Page, Pages};

/// The largest result file. Results of SELECTs are for reading; this bounds what one query can hold in memory.
pub(crate) const RESULT_LIMIT: usize = 256 << 20;

/// The result file being written: a header, then one line a row; every value quoted, NULL empty.
#[derive(Debug, Default)]
pub(crate) struct CsvWriter {
    out: BytesMut,
    pub(crate) rows: u64,
}

/// The result outgrew [`RESULT_LIMIT`], or a value could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("the result is larger than {} MiB: add a LIMIT or narrow the query", RESULT_LIMIT >> 20)]
    TooLarge,
    #[error("cannot write a value of the result: {0}")]
    Value(#[from] ArrowError),
}

impl CsvWriter {
    pub(crate) fn with_header<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut writer = Self::default();
        let mut row = Row::new(&mut writer.out);
        for name in names {
            row.value(Some(name));
        }
        row.end();
        writer
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), WriteError> {
        let texts: Vec<Vec<Option<String>>> =
            batch.columns().iter().map(|column| texts(column)).collect::<Result<_, _>>()?;
        for index in 0..batch.num_rows() {
            let mut row = Row::new(&mut self.out);
            for column in &texts {
                row.value(column[index].as_deref());
            }
            row.end();
            self.rows += 1;
            if self.out.len() > RESULT_LIMIT {
                return Err(WriteError::TooLarge);
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Bytes {
        self.out.freeze()
    }
}

struct Row<'a> {
    out: &'a mut BytesMut,
    is_first: bool,
}

impl<'a> Row<'a> {
    fn new(out: &'a mut BytesMut) -> Self {
        Self { out, is_first: true }
    }

    fn value(&mut self, value: Option<&str>) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.extend_from_slice(b",");
        }
        let Some(value) = value else { return };
        self.out.extend_from_slice(b"\"");
        let mut parts = value.split('"');
        self.out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            self.out.extend_from_slice(b"\"\"");
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.extend_from_slice(b"\"");
    }

    fn end(self) {
        self.out.extend_from_slice(b"\n");
    }
}

/// All values of a column as Athena prints them; `None` is NULL.
pub(crate) fn texts(array: &dyn Array) -> Result<Vec<Option<String>>, ArrowError> {
    let cast;
    let array = match array.data_type() {
        DataType::Dictionary(_, value) => {
            cast = arrow::compute::cast(array, value)?;
            cast.as_ref()
        }
        _ => array,
    };
    (0..array.len()).map(|row| if array.is_null(row) { Ok(None) } else { text(array, row).map(Some) }).collect()
}

/// One value that is not NULL.
fn text(array: &dyn Array, row: usize) -> Result<String, ArrowError> {
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::Utf8View => array.as_string_view().value(row).to_owned(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        DataType::Timestamp(unit, zone) => timestamp(array, row, *unit, zone.as_deref())?,
        DataType::Float64 => double(array.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => float(array.as_primitive::<Float32Type>().value(row)),
        DataType::Binary => binary(array, row),
        DataType::FixedSizeBinary(16) => address_text(array.as_fixed_size_binary().value(row)),
        DataType::FixedSizeBinary(17) => prefix_text(array.as_fixed_size_binary().value(row)),
        DataType::Interval(_) | DataType::Duration(_) => interval(array, row)?,
        DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => {
            let binary_array = arrow::compute::cast(&array.slice(row, 1), &DataType::Binary)?;
            binary(&binary_array, 0)
        }
        DataType::List(_) => items(&array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => items(&array.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(..) => items(&array.as_fixed_size_list().value(row))?,
        DataType::Struct(_) => fields(array.as_struct(), row)?,
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let keys = texts(entries.column(0))?;
            let values = texts(entries.column(1))?;
            let pairs = keys.iter().zip(&values).map(|(key, value)| {
                format!("{}={}", key.as_deref().unwrap_or("null"), value.as_deref().unwrap_or("null"))
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        _ => {
            let options = FormatOptions::default();
            ArrayFormatter::try_new(array, &options)?.value(row).try_to_string()?
        }
    })
}

/// `2 03:04:05.006`, or `1-2` of years and months.
fn interval(array: &dyn Array, row: usize) -> Result<String, ArrowError> {
    let one = array.slice(row, 1);
    if matches!(one.data_type(), DataType::Duration(_)) {
        let nanos = arrow::compute::cast(&one, &DataType::Duration(TimeUnit::Millisecond))?;
        return Ok(days_and_time(0, nanos.as_primitive::<DurationMillisecondType>().value(0)));
    }
    let value = arrow::compute::cast(&one, &DataType::Interval(IntervalUnit::MonthDayNano))?;
    let value = value.as_primitive::<IntervalMonthDayNanoType>().value(0);
    if value.months != 0 {
        let sign = if value.months < 0 { "-" } else { "" };
        return Ok(format!("{sign}{}-{}", value.months.abs() / 12, value.months.abs() % 12));
    }
    Ok(days_and_time(i64::from(value.days), value.nanoseconds / 1_000_000))
}

fn days_and_time(days: i64, millis: i64) -> String {
    let millis = i128::from(days) * 86_400_000 + i128::from(millis);
    let (sign, rest) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    let (days, rest) = (rest / 86_400_000, rest % 86_400_000);
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    format!("{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{:03}", rest % 1_000)
}

/// `[a, b]`, as Athena prints an array.
fn items(array: &dyn Array) -> Result<String, ArrowError> {
    let texts = texts(array)?;
    let parts: Vec<&str> = texts.iter().map(|text| text.as_deref().unwrap_or("null")).collect();
    Ok(format!("[{}]", parts.join(", ")))
}

/// `{name=value, …}`, as Athena prints a row.
fn fields(array: &StructArray, row: usize) -> Result<String, ArrowError> {
    let mut out = String::from("{");
    for (index, (name, column)) in array.column_names().iter().zip(array.columns()).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let value = if column.is_null(row) { "null".to_owned() } else { text(column, row)? };
        let _ = write!(out, "{comma}{name}={value}");
    }
    out.push('}');
    Ok(out)
}

/// `2026-11-23 01:02:03.000`, and with ` UTC` (or its zone) where the value has one.
fn timestamp(array: &dyn Array, row: usize, unit: TimeUnit, zone: Option<&str>) -> Result<String, ArrowError> {
    let any = array.as_any();
    let missing = || ArrowError::InvalidArgumentError("timestamp array of another unit".to_owned());
    let instant = match unit {
        TimeUnit::Second => {
            let value = any.downcast_ref::<TimestampSecondArray>().ok_or_else(missing)?.value(row);
            Timestamp::from_second(value)
        }
        TimeUnit::Millisecond => {
            let array = any.downcast_ref::<TimestampMillisecondArray>().ok_or_else(missing)?;
            Timestamp::from_millisecond(array.value(row))
        }
        TimeUnit::Microsecond => {
            let array = any.downcast_ref::<TimestampMicrosecondArray>().ok_or_else(missing)?;
            Timestamp::from_microsecond(array.value(row))
        }
        TimeUnit::Nanosecond => {
            let array = any.downcast_ref::<TimestampNanosecondArray>().ok_or_else(missing)?;
            Timestamp::from_nanosecond(i128::from(array.value(row)))
        }
    };
    let instant = instant.map_err(|error| ArrowError::InvalidArgumentError(error.to_string()))?;
    let Some(name) = zone else {
        let civil = TimeZone::UTC.to_datetime(instant);
        return Ok(civil.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string());
    };
    let zone = zone_named(name).unwrap_or(TimeZone::UTC);
    let shown = if matches!(name, "+00:00" | "Z") { "UTC" } else { name };
    Ok(format!("{} {shown}", zone.to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S%.3f")))
}

/// A zone by its IANA name or its offset (`+09:00`).
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let (sign, rest) = match name.as_bytes().first()? {
        b'+' => (1, &name[1..]),
        b'-' => (-1, &name[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = minutes.parse().ok()?;
    let offset = jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
    Some(TimeZone::fixed(offset))
}

/// Java's `Double.toString`: plain between 1e-3 and 1e7, else `1.0E10`.
pub(crate) fn double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    java_exponent(&format!("{value:E}"))
}

fn float(value: f32) -> String {
    let magnitude = value.abs();
    if value.is_nan() || value.is_infinite() {
        return double(f64::from(value));
    }
    if value == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    java_exponent(&format!("{value:E}"))
}

/// Java writes `1.0E10` where Rust writes `1E10`.
fn java_exponent(text: &str) -> String {
    match text.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
        _ => text.to_owned(),
    }
}

/// Bytes in hex, two digits each, with spaces: `48 65`.
fn binary(array: &dyn Array, row: usize) -> String {
    let Some(array) = array.as_any().downcast_ref::<BinaryArray>() else { return String::new() };
    let parts: Vec<String> = array.value(row).iter().map(|byte| format!("{byte:02x}")).collect();
    parts.join(" ")
}
