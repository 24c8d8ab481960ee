//! Hive's column types: their text in DDL, and what they are in Arrow.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use serde::{Deserialize, Serialize};

/// A column's type as Athena's DDL knows it ("Data types in Amazon Athena").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HiveType {
    Boolean,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Float,
    Double,
    Decimal(u8, i8),
    String,
    Varchar(u32),
    Char(u32),
    Binary,
    Date,
    Timestamp,
    Array(Box<HiveType>),
    Map(Box<HiveType>, Box<HiveType>),
    Struct(Vec<(String, HiveType)>),
}

impl HiveType {
    /// The type in Arrow. Timestamps have milliseconds and no zone, as Athena's `timestamp(3)`.
    pub(crate) fn arrow(&self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::TinyInt => DataType::Int8,
            Self::SmallInt => DataType::Int16,
            Self::Int => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Float => DataType::Float32,
            Self::Double => DataType::Float64,
            Self::Decimal(precision, scale) => DataType::Decimal128(*precision, *scale),
            Self::String | Self::Varchar(_) | Self::Char(_) => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            Self::Array(item) => DataType::List(Arc::new(Field::new_list_field(item.arrow(), true))),
            Self::Map(key, value) => {
                let entries =
                    Fields::from(vec![Field::new("key", key.arrow(), false), Field::new("value", value.arrow(), true)]);
                let entries = Field::new("entries", DataType::Struct(entries), false);
                DataType::Map(Arc::new(entries), false)
            }
            Self::Struct(fields) => {
                DataType::Struct(fields.iter().map(|(name, kind)| Field::new(name, kind.arrow(), true)).collect())
            }
        }
    }

    /// The nearest type of the catalog, for the columns of a view.
    pub(crate) fn from_arrow(kind: &DataType) -> Self {
        match kind {
            DataType::Boolean => Self::Boolean,
            DataType::Int8 => Self::TinyInt,
            DataType::Int16 => Self::SmallInt,
            DataType::Int32 => Self::Int,
            kind if kind.is_integer() => Self::BigInt,
            DataType::Float32 => Self::Float,
            DataType::Float64 => Self::Double,
            DataType::Decimal128(precision, scale) => Self::Decimal(*precision, *scale),
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Timestamp(..) => Self::Timestamp,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Self::Binary,
            DataType::List(item) | DataType::LargeList(item) => {
                Self::Array(Box::new(Self::from_arrow(item.data_type())))
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) => Self::Map(
                    Box::new(Self::from_arrow(fields[0].data_type())),
                    Box::new(Self::from_arrow(fields[1].data_type())),
                ),
                _ => Self::String,
            },
            DataType::Struct(fields) => Self::Struct(
                fields.iter().map(|field| (field.name().clone(), Self::from_arrow(field.data_type()))).collect(),
            ),
            _ => Self::String,
        }
    }
}

impl fmt::Display for HiveType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::TinyInt => f.write_str("tinyint"),
            Self::SmallInt => f.write_str("smallint"),
            Self::Int => f.write_str("int"),
            Self::BigInt => f.write_str("bigint"),
            Self::Float => f.write_str("float"),
            Self::Double => f.write_str("double"),
            Self::Decimal(precision, scale) => write!(f, "decimal({precision},{scale})"),
            Self::String => f.write_str("string"),
            Self::Varchar(length) => write!(f, "varchar({length})"),
            Self::Char(length) => write!(f, "char({length})"),
            Self::Binary => f.write_str("binary"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Array(item) => write!(f, "array<{item}>"),
            Self::Map(key, value) => write!(f, "map<{key},{value}>"),
            Self::Struct(fields) => {
                f.write_str("struct<")?;
                for (index, (name, kind)) in fields.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{name}:{kind}")?;
                }
                f.write_str(">")
            }
        }
    }
}

/// What `ColumnInfo` says of an Arrow type: Athena's name, precision and scale.
pub(crate) fn column_info(kind: &DataType) -> (&'static str, u32, u32) {
    match kind {
        DataType::Boolean => ("boolean", 0, 0),
        DataType::Int8 => ("tinyint", 3, 0),
        DataType::Int16 | DataType::UInt8 => ("smallint", 5, 0),
        DataType::Int32 | DataType::UInt16 => ("integer", 10, 0),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => ("bigint", 19, 0),
        DataType::Float16 | DataType::Float32 => ("float", 17, 0),
        DataType::Float64 => ("double", 17, 0),
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            ("decimal", u32::from(*precision), u32::from(scale.unsigned_abs()))
        }
        DataType::Date32 | DataType::Date64 => ("date", 0, 0),
        DataType::Timestamp(_, None) => ("timestamp", 3, 0),
        DataType::Timestamp(_, Some(_)) => ("timestamp with time zone", 3, 0),
        DataType::Time32(_) | DataType::Time64(_) => ("time", 3, 0),
        DataType::FixedSizeBinary(16) => ("ipaddress", 0, 0),
        DataType::FixedSizeBinary(17) => ("ipprefix", 0, 0),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            ("varbinary", 1_073_741_824, 0)
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_) => ("array", 0, 0),
        DataType::Map(..) => ("map", 0, 0),
        DataType::Struct(_) => ("row", 0, 0),
        DataType::Interval(_) | DataType::Duration(_) => ("interval day to second", 0, 0),
        DataType::Dictionary(_, value) => column_info(value),
        DataType::Null => ("unknown", 0, 0),
        _ => ("varchar", 2_147_483_647, 0),
    }
}
