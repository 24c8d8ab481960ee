//! Tables that others keep in Athena, over the same records.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::Index;

/// What others keep of the sources' records in Athena.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// Tables over a source's objects as they lie, by the source's name.
    pub raw: BTreeMap<String, RawTable>,
    /// A minerva database, with the tables `indices` and `messages`.
    pub minerva: Option<Index>,
}

/// A table of Athena over the objects of a source as they lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTable {
    /// Its database and its own name.
    pub name: TableName,
    /// How values of its partition columns follow from keys; of columns that are not named, the table and the layout
    /// tell.
    pub partitions: BTreeMap<String, PartitionValue>,
}

/// A table's name with its database: `security.cloudtrail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableName {
    /// The database.
    pub database: String,
    /// The table.
    pub table: String,
}

/// A text that is no table's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no table (write database.table)")]
pub struct NotATable(String);

impl FromStr for TableName {
    type Err = NotATable;

    fn from_str(text: &str) -> Result<Self, NotATable> {
        match text.split_once('.') {
            Some((database, table)) if !database.is_empty() && !table.is_empty() && !table.contains('.') => {
                Ok(Self { database: database.to_owned(), table: table.to_owned() })
            }
            _ => Err(NotATable(text.to_owned())),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.table)
    }
}

impl TryFrom<String> for TableName {
    type Error = NotATable;
    fn try_from(text: String) -> Result<Self, NotATable> {
        text.parse()
    }
}

impl From<TableName> for String {
    fn from(name: TableName) -> Self {
        name.to_string()
    }
}

/// What the catalog tells of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableShape {
    /// The columns of its objects: lower-case names and Hive's types.
    pub columns: Vec<(String, String)>,
    /// Its partition columns, likewise.
    pub partitions: Vec<(String, String)>,
    /// Its properties.
    pub properties: BTreeMap<String, String>,
}

/// The value of a partition column: literal text, units of time in UTC (`{yyyy} {MM} {dd} {HH} {mm}`), and placeholders
/// of the source's layout: `{yyyy}/{MM}/{dd}`, `{region}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartitionValue {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// A format of `strftime`.
    Time(&'static str),
    Name(String),
}

/// A brace without its partner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no value of a partition: a brace has no partner")]
pub struct NotAValue(String);

impl PartitionValue {
    /// Whether it tells of time.
    pub fn has_time(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Time(_)))
    }

    /// The placeholders that it takes from the layout.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            Piece::Literal(_) | Piece::Time(_) => None,
        })
    }

    /// The value of a moment, with what `value_of` tells of its placeholders; nothing where it does not know one.
    pub fn of(&self, moment: Timestamp, mut value_of: impl FnMut(&str) -> Option<String>) -> Option<String> {
        let at = moment.to_zoned_datetime(TimeZone::UTC);
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Time(format) => text.push_str(&at.strftime(format).to_string()),
                Piece::Name(name) => text.push_str(&value_of(name)?),
            }
        }
        Some(text)
    }
}

impl FromStr for PartitionValue {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let wrong = || NotAValue(text.to_owned());
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('{') {
                let (name, after) = inner.split_once('}').ok_or_else(wrong)?;
                if name.is_empty() || name.contains('{') {
                    return Err(wrong());
                }
                pieces.push(match name {
                    "yyyy" => Piece::Time("%Y"),
                    "MM" => Piece::Time("%m"),
                    "dd" => Piece::Time("%d"),
                    "HH" => Piece::Time("%H"),
                    "mm" => Piece::Time("%M"),
                    name => Piece::Name(name.to_owned()),
                });
                rest = after;
            } else {
                let end = rest.find(['{', '}']).unwrap_or(rest.len());
                if rest[end..].starts_with('}') {
                    return Err(wrong());
                }
                pieces.push(Piece::Literal(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
        Ok(Self { text: text.to_owned(), pieces })
    }
}

impl fmt::Display for PartitionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for PartitionValue {
    type Error = NotAValue;
    fn try_from(text: String) -> Result<Self, NotAValue> {
        text.parse()
    }
}

impl From<PartitionValue> for String {
    fn from(value: PartitionValue) -> Self {
        value.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_of_time_and_names() {
        let at = "2026-11-03T01:31:07Z".parse().expect("a time");
        let of = |text: &str| {
            let value: PartitionValue = text.parse().expect("a value");
            value.of(at, |name| (name == "region").then(|| "us-east-1".to_owned()))
        };
        assert_eq!(of("{yyyy}-{MM}-{dd}-{HH}").as_deref(), Some("2026-11-03-01"));
        assert_eq!(of("{MM}").as_deref(), Some("11"));
        assert_eq!(of("r={region}/{mm}").as_deref(), Some("r=us-east-1/31"));
        assert_eq!(of("{account}"), None);
        for text in ["{", "}", "{}", "a{b{c}}", "{yyyy"] {
            assert!(text.parse::<PartitionValue>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_table_is_named_with_its_database() {
        let name: TableName = "security.cloudtrail".parse().expect("a name");
        assert_eq!((name.database.as_str(), name.table.as_str()), ("security", "cloudtrail"));
        for text in ["cloudtrail", ".a", "a.", "a.b.c", ""] {
            assert!(text.parse::<TableName>().is_err(), "{text}");
        }
    }
}
