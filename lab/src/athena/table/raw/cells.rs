//! A column in the making: values of a log to values of a declared type. What does not fit is NULL.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder,
    Float64Builder, Int8Builder, Int16Builder, Int32Builder, Int64Builder, ListArray, MapArray, NullArray,
    NullBufferBuilder, StringBuilder, StructArray, TimestampMillisecondBuilder,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::kernels::cast_utils::parse_decimal;
use arrow::datatypes::{DataType, Decimal128Type, FieldRef, Fields, TimeUnit};
use datafusion::common::{Result, exec_err};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use scops_parser::Value;

use super::rows::field;

/// The builder of a column.
pub(crate) enum Cells {
    Bool(BooleanBuilder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    Decimal(Decimal128Builder, u8, i8),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    Date(Date32Builder),
    Time(TimestampMillisecondBuilder),
    List {
        item: FieldRef,
        items: Box<Cells>,
        ends: Vec<i32>,
        valid: NullBufferBuilder,
    },
    Map {
        entries: FieldRef,
        keys: Box<Cells>,
        values: Box<Cells>,
        ends: Vec<i32>,
        valid: NullBufferBuilder,
    },
    Struct {
        fields: Fields,
        cells: Vec<Cells>,
        hints: Vec<usize>,
        valid: NullBufferBuilder,
    },
    /// A type that no DDL declares.
    Unknown(usize),
}

impl Cells {
    pub(crate) fn new(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Int8 => Self::Int8(Int8Builder::new()),
            DataType::Int16 => Self::Int16(Int16Builder::new()),
            DataType::Int32 => Self::Int32(Int32Builder::new()),
            DataType::Int64 => Self::Int64(Int64Builder::new()),
            DataType::Float32 => Self::Float32(Float32Builder::new()),
            DataType::Float64 => Self::Float64(Float64Builder::new()),
            DataType::Decimal128(precision, scale) => {
                Self::Decimal(Decimal128Builder::new().with_data_type(kind.clone()), *precision, *scale)
            }
            DataType::Utf8 => Self::Text(StringBuilder::new()),
            DataType::Binary => Self::Bytes(BinaryBuilder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(TimeUnit::Millisecond, None) => Self::Time(TimestampMillisecondBuilder::new()),
            DataType::List(item) => Self::List {
                item: Arc::clone(item),
                items: Box::new(Self::new(item.data_type())),
                ends: vec![0],
                valid: NullBufferBuilder::new(0),
            },
            DataType::Map(entries, _) => {
                let DataType::Struct(fields) = entries.data_type() else { return Self::Unknown(0) };
                Self::Map {
                    entries: Arc::clone(entries),
                    keys: Box::new(Self::new(fields[0].data_type())),
                    values: Box::new(Self::new(fields[1].data_type())),
                    ends: vec![0],
                    valid: NullBufferBuilder::new(0),
                }
            }
            DataType::Struct(fields) => Self::Struct {
                fields: fields.clone(),
                cells: fields.iter().map(|field| Self::new(field.data_type())).collect(),
                hints: vec![0; fields.len()],
                valid: NullBufferBuilder::new(0),
            },
            _ => Self::Unknown(0),
        }
    }

    /// Adds the text of a column that a delimiter or a pattern cut out.
    pub(super) fn push_text(&mut self, text: Option<&str>) {
        match self {
            Self::Text(builder) => builder.append_option(text),
            _ => self.push(text.map(Value::from).as_ref()),
        }
    }

    /// Adds a value of a record.
    pub(crate) fn push(&mut self, value: Option<&Value<'_>>) {
        let value = value.filter(|value| !value.is_null());
        let text = value.and_then(Value::scalar);
        match self {
            Self::Text(builder) => match (value, text) {
                (_, Some(text)) => builder.append_value(text),
                // A nested value in a STRING column is its JSON, as the CloudTrail SerDe has it.
                (Some(value), None) => builder.append_value(value.to_json()),
                (None, None) => builder.append_null(),
            },
            Self::Bool(builder) => builder.append_option(text.and_then(|text| match text {
                _ if text.eq_ignore_ascii_case("true") => Some(true),
                _ if text.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            })),
            Self::Int8(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Int16(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Int32(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Int64(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Float32(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Float64(builder) => builder.append_option(text.and_then(|text| text.parse().ok())),
            Self::Decimal(builder, precision, scale) => builder
                .append_option(text.and_then(|text| parse_decimal::<Decimal128Type>(text, *precision, *scale).ok())),
            Self::Bytes(builder) => builder.append_option(text.map(str::as_bytes)),
            Self::Date(builder) => builder.append_option(text.and_then(days)),
            Self::Time(builder) => builder.append_option(text.and_then(millis)),
            Self::List { items, ends, valid, .. } => {
                let list = value.and_then(Value::as_array);
                for item in list.unwrap_or_default() {
                    items.push(Some(item));
                }
                ends.push(items.len());
                valid.append(list.is_some());
            }
            Self::Map { keys, values, ends, valid, .. } => {
                let fields = value.and_then(Value::as_object);
                for (key, value) in fields.unwrap_or_default() {
                    keys.push_text(Some(key));
                    values.push(Some(value));
                }
                ends.push(keys.len());
                valid.append(fields.is_some());
            }
            Self::Struct { fields, cells, hints, valid } => {
                let object = value.filter(|value| value.as_object().is_some());
                for ((cells, declared), hint) in cells.iter_mut().zip(fields.iter()).zip(hints) {
                    cells.push(object.and_then(|object| field(object, declared.name(), hint)));
                }
                valid.append(object.is_some());
            }
            Self::Unknown(count) => *count += 1,
        }
    }

    /// Values so far, as an offset of a list.
    fn len(&self) -> i32 {
        let count = match self {
            Self::Bool(builder) => builder.len(),
            Self::Int8(builder) => builder.len(),
            Self::Int16(builder) => builder.len(),
            Self::Int32(builder) => builder.len(),
            Self::Int64(builder) => builder.len(),
            Self::Float32(builder) => builder.len(),
            Self::Float64(builder) => builder.len(),
            Self::Decimal(builder, ..) => builder.len(),
            Self::Text(builder) => builder.len(),
            Self::Bytes(builder) => builder.len(),
            Self::Date(builder) => builder.len(),
            Self::Time(builder) => builder.len(),
            Self::List { valid, .. } | Self::Map { valid, .. } | Self::Struct { valid, .. } => valid.len(),
            Self::Unknown(count) => *count,
        };
        i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// The column; what follows starts a new one.
    pub(crate) fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match self {
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Int8(builder) => Arc::new(builder.finish()),
            Self::Int16(builder) => Arc::new(builder.finish()),
            Self::Int32(builder) => Arc::new(builder.finish()),
            Self::Int64(builder) => Arc::new(builder.finish()),
            Self::Float32(builder) => Arc::new(builder.finish()),
            Self::Float64(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder, ..) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Bytes(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Time(builder) => Arc::new(builder.finish()),
            Self::List { item, items, ends, valid } => {
                Arc::new(ListArray::try_new(Arc::clone(item), offsets(ends), items.finish()?, valid.finish())?)
            }
            Self::Map { entries, keys, values, ends, valid } => {
                let DataType::Struct(fields) = entries.data_type() else {
                    return exec_err!("a map without entries");
                };
                let pairs = StructArray::try_new(fields.clone(), vec![keys.finish()?, values.finish()?], None)?;
                Arc::new(MapArray::try_new(Arc::clone(entries), offsets(ends), pairs, valid.finish(), false)?)
            }
            Self::Struct { fields, cells, valid, .. } => {
                let columns = cells.iter_mut().map(Self::finish).collect::<Result<Vec<_>>>()?;
                Arc::new(StructArray::try_new(fields.clone(), columns, valid.finish())?)
            }
            Self::Unknown(count) => Arc::new(NullArray::new(std::mem::take(count))),
        })
    }
}

fn offsets(ends: &mut Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(ScalarBuffer::from(std::mem::replace(ends, vec![0])))
}

fn days(text: &str) -> Option<i32> {
    let date: Date = text.get(..10).unwrap_or(text).parse().ok()?;
    i32::try_from(date.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_second().div_euclid(86_400)).ok()
}

/// A time as Hive (`2026-11-23 01:02:03.004`), ISO 8601 or a number of seconds or milliseconds has it.
fn millis(text: &str) -> Option<i64> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_millisecond());
    }
    if let Ok(number) = text.parse::<f64>() {
        // Seconds reach this size in the year 5138.
        return Some(if number.abs() >= 1e11 { number as i64 } else { (number * 1000.0).round() as i64 });
    }
    let civil: DateTime = text.parse().ok()?;
    Some(civil.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::Field;

    use super::*;
    use crate::athena::result::texts;

    fn text_field(name: &str) -> Field {
        Field::new(name, DataType::Utf8, true)
    }

    #[test]
    fn nested_values_become_structs_lists_maps_or_json() {
        let kind = DataType::Struct(Fields::from(vec![text_field("type"), text_field("extra")]));
        let value = Value::Object(vec![
            ("Type".into(), "Root".into()),
            ("extra".into(), Value::Array(vec![Value::from(1), Value::Null])),
        ]);
        let mut cells = Cells::new(&kind);
        cells.push(Some(&value));
        cells.push(Some(&Value::from("not an object")));
        let array = cells.finish().unwrap();
        assert_eq!(texts(&array).unwrap(), [Some("{type=Root, extra=[1,null]}".to_owned()), None]);

        let mut map = Cells::new(
            &crate::athena::types::HiveType::Map(
                Box::new(crate::athena::types::HiveType::String),
                Box::new(crate::athena::types::HiveType::BigInt),
            )
            .arrow(),
        );
        map.push(Some(&Value::Object(vec![("a".into(), Value::from(1)), ("b".into(), "x".into())])));
        map.push(None);
        assert_eq!(texts(&map.finish().unwrap()).unwrap(), [Some("{a=1, b=null}".to_owned()), None]);
    }

    #[test]
    fn what_does_not_fit_is_null() {
        let mut cells = Cells::new(&DataType::Int32);
        for text in [Some("7"), Some("-"), Some("99999999999"), None] {
            cells.push_text(text);
        }
        let array = cells.finish().unwrap();
        assert_eq!(array.as_primitive::<arrow::datatypes::Int32Type>().iter().flatten().collect::<Vec<_>>(), [7]);
        assert_eq!(array.len(), 4);
    }

    #[test]
    fn times_are_read_in_the_spellings_of_logs() {
        for text in
            ["2026-11-23 01:02:03", "2026-11-23T01:02:03Z", "1795395723", "1795395723000", "2026-11-23T10:02:03+09:00"]
        {
            assert_eq!(millis(text), Some(1_795_395_723_000), "{text}");
        }
        assert_eq!(millis("yesterday"), None);
    }
}
