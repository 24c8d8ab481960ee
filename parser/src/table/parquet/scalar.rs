//! One value of a column as JSON.

use super::super::number;
use super::super::text::Text;
use super::super::time::{self, Unit};
use crate::json;

/// How the values of a column are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Physical {
    Boolean,
    Int32,
    Int64,
    Int96,
    Float,
    Double,
    ByteArray,
    Fixed,
}

impl Physical {
    pub(super) fn of(number: i64) -> Option<Self> {
        use Physical::{Boolean, ByteArray, Double, Fixed, Float, Int32, Int64, Int96};
        let all = [Boolean, Int32, Int64, Int96, Float, Double, ByteArray, Fixed];
        usize::try_from(number).ok().and_then(|number| all.get(number).copied())
    }

    /// Bytes of a value, where the type alone tells them.
    pub(super) fn width(self) -> usize {
        match self {
            Physical::Int32 | Physical::Float => 4,
            Physical::Int64 | Physical::Double => 8,
            Physical::Int96 => 12,
            Physical::Boolean | Physical::ByteArray | Physical::Fixed => 0,
        }
    }
}

/// What the values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What they are stored as: booleans, signed integers, floats.
    Plain,
    Unsigned,
    Date,
    Clock(Unit),
    Timestamp {
        unit: Unit,
        is_utc: bool,
    },
    /// A timestamp of 96 bits.
    Julian,
    /// With so many digits after the point.
    Decimal(usize),
    Half,
    Text,
    /// JSON within the row.
    Json,
    Uuid,
    Interval,
    /// Bytes that nobody says anything about, in a column of any lengths.
    Unmarked,
    Binary,
}

impl Meaning {
    /// The meaning of values that are not marked.
    pub(super) fn natural(physical: Physical) -> Self {
        match physical {
            Physical::Int96 => Meaning::Julian,
            Physical::ByteArray => Meaning::Unmarked,
            Physical::Fixed => Meaning::Binary,
            _ => Meaning::Plain,
        }
    }
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar<'a> {
    Boolean(bool),
    Int32(i32),
    Int64(i64),
    Float(f32),
    Double(f64),
    Bytes(&'a [u8]),
}

impl<'a> Scalar<'a> {
    /// The value that `bytes` are, which have the width of the type.
    #[inline]
    pub(super) fn of(physical: Physical, bytes: &'a [u8]) -> Self {
        let value = match physical {
            Physical::Int32 => bytes.try_into().map(|bytes| Scalar::Int32(i32::from_le_bytes(bytes))),
            Physical::Int64 => bytes.try_into().map(|bytes| Scalar::Int64(i64::from_le_bytes(bytes))),
            Physical::Float => bytes.try_into().map(|bytes| Scalar::Float(f32::from_le_bytes(bytes))),
            Physical::Double => bytes.try_into().map(|bytes| Scalar::Double(f64::from_le_bytes(bytes))),
            _ => return Scalar::Bytes(bytes),
        };
        value.unwrap_or(Scalar::Bytes(bytes))
    }
}

/// Writes a value; the key of a map always as a string.
#[inline]
pub(super) fn write(text: &mut Text, meaning: Meaning, is_key: bool, scalar: Scalar<'_>) {
    if is_key {
        return write_key(text, meaning, scalar);
    }
    match (meaning, scalar) {
        (Meaning::Text, Scalar::Bytes(bytes)) => text.string(bytes),
        (Meaning::Unmarked, Scalar::Bytes(bytes)) => text.unmarked(bytes),
        (Meaning::Json, Scalar::Bytes(bytes)) => write_json(text, bytes),
        (meaning, Scalar::Bytes(bytes)) => write_bytes(text, meaning, bytes),
        (_, Scalar::Boolean(is_true)) => text.value(if is_true { b"true" } else { b"false" }),
        (_, Scalar::Float(float)) => number::float(text, float),
        (_, Scalar::Double(double)) => number::double(text, double),
        (Meaning::Unsigned, Scalar::Int32(int)) => number::unsigned(text, u64::from(int as u32)),
        (Meaning::Unsigned, Scalar::Int64(int)) => number::unsigned(text, int as u64),
        (Meaning::Date, Scalar::Int32(days)) => time::date(text, days),
        (meaning, Scalar::Int32(int)) => write_integer(text, meaning, i64::from(int)),
        (meaning, Scalar::Int64(int)) => write_integer(text, meaning, int),
    }
}

fn write_integer(text: &mut Text, meaning: Meaning, int: i64) {
    match meaning {
        Meaning::Clock(unit) => time::clock(text, int, unit),
        Meaning::Timestamp { unit, is_utc } => time::timestamp(text, int, unit, is_utc),
        Meaning::Decimal(scale) => number::decimal(text, int, scale),
        _ => number::integer(text, int),
    }
}

fn write_bytes(text: &mut Text, meaning: Meaning, bytes: &[u8]) {
    match (meaning, bytes) {
        (Meaning::Decimal(scale), _) => number::big_decimal(text, bytes, scale),
        (Meaning::Half, &[low, high]) => number::float(text, number::half(u16::from_le_bytes([low, high]))),
        (Meaning::Julian, _) => time::julian(text, bytes),
        (Meaning::Uuid, _) => text.uuid(bytes),
        (Meaning::Interval, _) => time::interval(text, bytes),
        _ => text.base64(bytes),
    }
}

/// JSON becomes a part of the row, in one line; what is none stays text.
fn write_json(text: &mut Text, bytes: &[u8]) {
    let parsed = if bytes.len() > text.limit() { None } else { json::parse_whole(bytes, json::DEPTH_LIMIT).ok() };
    match parsed {
        Some(parsed) => drop(parsed.value.write_json(text)),
        None => text.string(bytes),
    }
}

fn write_key(text: &mut Text, meaning: Meaning, scalar: Scalar<'_>) {
    match (meaning, scalar) {
        (Meaning::Text | Meaning::Json, Scalar::Bytes(bytes)) => text.string(bytes),
        (Meaning::Unmarked, Scalar::Bytes(bytes)) => text.unmarked(bytes),
        _ => {
            let mut key = Text::new(text.limit());
            key.begin();
            write(&mut key, meaning, false, scalar);
            if key.bytes.starts_with(b"\"") {
                text.value(&key.bytes);
            } else {
                text.string(&key.bytes);
            }
        }
    }
}
