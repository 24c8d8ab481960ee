//! A type as Trino spells it, in Arrow: `array(row(x bigint, y varchar))`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields};

use crate::athena::functions::scalar::{UTC, timestamp};

/// How deep a type may nest.
const DEPTH: usize = 32;
/// Metadata of a field that tells what its Arrow type alone does not.
const LOGICAL: &str = "athena.type";

/// The type of addresses: IPv4 in IPv6, as Trino orders and compares them.
pub(crate) const IPADDRESS: DataType = DataType::FixedSizeBinary(16);
/// An address and the length of its prefix.
pub(crate) const IPPREFIX: DataType = DataType::FixedSizeBinary(17);

/// What a CAST makes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::athena::functions) struct Target {
    /// As it was written, in lower case.
    pub(in crate::athena::functions) name: String,
    pub(in crate::athena::functions) kind: DataType,
    pub(in crate::athena::functions) is_json: bool,
    /// The most characters of a `varchar(n)`.
    pub(in crate::athena::functions) length: Option<usize>,
}

/// A field of JSON: text to Arrow, JSON to Athena.
pub(in crate::athena::functions) fn json_field(name: &str) -> Field {
    let metadata = HashMap::from([(LOGICAL.to_owned(), "json".to_owned())]);
    Field::new(name, DataType::Utf8, true).with_metadata(metadata)
}

/// Whether a field holds JSON.
pub(crate) fn is_json(field: &Field) -> bool {
    field.metadata().get(LOGICAL).is_some_and(|kind| kind == "json")
}

impl Target {
    /// Reads a type. `Err`: it is none of Athena's.
    pub(in crate::athena::functions) fn parse(name: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: name.trim() };
        let field = parser.field("c", 0).ok_or_else(|| format!("Unknown type: {name}"))?;
        if !parser.rest.trim().is_empty() {
            return Err(format!("Unknown type: {name}"));
        }
        let length = name.strip_prefix("varchar").or_else(|| name.strip_prefix("char"));
        let length = length.and_then(|rest| rest.trim().strip_prefix('(')?.strip_suffix(')')?.trim().parse().ok());
        Ok(Self { name: name.to_owned(), kind: field.data_type().clone(), is_json: is_json(&field), length })
    }

    /// The type for people, in upper case as Athena's errors have it: `INT` for `integer`.
    pub(in crate::athena::functions) fn title(&self) -> String {
        match self.name.as_str() {
            "integer" | "int" => "INT".to_owned(),
            other => other.to_uppercase(),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    /// `(1)` or `(1, 2)`, where they follow.
    fn numbers(&mut self) -> Option<Vec<u8>> {
        let mut numbers = Vec::new();
        if self.sign('(').is_some() {
            loop {
                numbers.push(self.word().parse().ok()?);
                if self.sign(',').is_none() {
                    break;
                }
            }
            self.sign(')')?;
        }
        Some(numbers)
    }

    fn field(&mut self, name: &str, depth: usize) -> Option<Field> {
        if depth > DEPTH {
            return None;
        }
        let plain = |kind| Some(Field::new(name, kind, true));
        match self.word() {
            "boolean" => plain(DataType::Boolean),
            "tinyint" => plain(DataType::Int8),
            "smallint" => plain(DataType::Int16),
            "integer" | "int" => plain(DataType::Int32),
            "bigint" => plain(DataType::Int64),
            "real" => plain(DataType::Float32),
            "double" => {
                let before = self.rest;
                if self.word() != "precision" {
                    self.rest = before;
                }
                plain(DataType::Float64)
            }
            "decimal" | "dec" | "numeric" => {
                let (precision, scale) = match self.numbers()?.as_slice() {
                    [] => (38, 0),
                    [precision] => (*precision, 0),
                    [precision, scale] => (*precision, *scale),
                    _ => return None,
                };
                let is_valid = (1..=38).contains(&precision) && scale <= precision;
                is_valid.then(|| plain(DataType::Decimal128(precision, i8::try_from(scale).ok()?)))?
            }
            "varchar" | "char" | "string" => {
                if self.sign('(').is_some() {
                    self.word().parse::<u32>().ok()?;
                    self.sign(')')?;
                }
                plain(DataType::Utf8)
            }
            "uuid" => plain(DataType::Utf8),
            "varbinary" => plain(DataType::Binary),
            "date" => plain(DataType::Date32),
            "json" => Some(json_field(name)),
            "ipaddress" => plain(IPADDRESS),
            "ipprefix" => plain(IPPREFIX),
            "timestamp" => {
                self.numbers()?;
                let before = self.rest;
                let zoned = ["with", "time", "zone"].iter().all(|word| self.word() == *word);
                if !zoned {
                    self.rest = before;
                }
                plain(timestamp(zoned.then_some(UTC)))
            }
            "array" => {
                self.sign('(')?;
                let item = self.field("item", depth + 1)?;
                self.sign(')')?;
                plain(DataType::List(Arc::new(item)))
            }
            "map" => {
                self.sign('(')?;
                let key = self.field("key", depth + 1)?.with_nullable(false);
                self.sign(',')?;
                let value = self.field("value", depth + 1)?;
                self.sign(')')?;
                let entries = DataType::Struct(Fields::from(vec![key, value]));
                plain(DataType::Map(Arc::new(Field::new("entries", entries, false)), false))
            }
            "row" => {
                self.sign('(')?;
                let mut fields: Vec<FieldRef> = Vec::new();
                loop {
                    let (name, is_quoted) = match self.rest.trim_start().strip_prefix('"') {
                        Some(quoted) => {
                            let (name, rest) = quoted.split_once('"')?;
                            self.rest = rest;
                            (name, true)
                        }
                        None => (self.word(), false),
                    };
                    // A field without a name is only its type.
                    let rest = self.rest.trim_start();
                    if !is_quoted && (rest.starts_with([',', ')', '(']) || name.is_empty()) {
                        return None;
                    }
                    fields.push(Arc::new(self.field(name, depth + 1)?));
                    if self.sign(',').is_none() {
                        break;
                    }
                }
                self.sign(')')?;
                plain(DataType::Struct(fields.into()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_trino_spells_them() {
        let kind = |name: &str| Target::parse(name).map(|target| target.kind);
        assert_eq!(kind("double precision"), Ok(DataType::Float64));
        assert_eq!(kind("timestamp(3) with time zone"), Ok(timestamp(Some("UTC"))));
        assert_eq!(kind("decimal(10, 2)"), Ok(DataType::Decimal128(10, 2)));
        assert!(matches!(kind("map(varchar, array(row(x integer, \"y z\" json)))"), Ok(DataType::Map(..))));
        assert!(Target::parse("json").is_ok_and(|target| target.is_json));
        assert_eq!(Target::parse("varchar(12)").unwrap().length, Some(12));
        for wrong in
            ["", "text", "array", "array(", "array(int))", "decimal(39)", "row(integer)", "map(varchar)", "int int"]
        {
            assert!(kind(wrong).is_err(), "{wrong}");
        }
        assert!(kind(&"array(".repeat(9_000)).is_err());
    }
}
