//! One value of an Avro block as JSON.
//!
//! Source: Apache Avro, "Specification", "Binary Encoding".

use super::super::flaw::Flaw;
use super::super::text::Text;
use super::super::{number, time};
use super::bytes::{Bytes, Short};
use super::schema::{Meaning, Schema, Type};
use crate::json::DEPTH_LIMIT;

impl From<Short> for Flaw {
    fn from(_: Short) -> Self {
        Flaw::from("a value is longer than its block")
    }
}

/// Writes a row, as an object in any case.
pub(super) fn row(schema: &Schema, bytes: &mut Bytes<'_>, text: &mut Text) -> Result<(), Flaw> {
    let mut reader = Reader { schema, bytes, text };
    if schema.is_object {
        return reader.value(schema.root(), DEPTH_LIMIT);
    }
    reader.text.push(b"{\"value\":");
    reader.value(schema.root(), DEPTH_LIMIT)?;
    reader.text.push(b"}");
    Ok(())
}

struct Reader<'r, 'b> {
    schema: &'r Schema,
    bytes: &'r mut Bytes<'b>,
    text: &'r mut Text,
}

impl Reader<'_, '_> {
    /// Writes the value of the type of this number, with at most `depth` levels in it.
    fn value(&mut self, number: usize, depth: usize) -> Result<(), Flaw> {
        let depth = depth.checked_sub(1).ok_or_else(|| Flaw::limit("a row is nested too deeply"))?;
        let kind = self.schema.get(number).ok_or("a type that is not described")?;
        match kind {
            Type::Null => self.text.null(),
            Type::Boolean => match self.bytes.array()? {
                [0] => self.text.value(b"false"),
                [1] => self.text.value(b"true"),
                _ => return Err(Flaw::from("a boolean is neither true nor false")),
            },
            Type::Long(meaning) => {
                let long = self.bytes.long()?;
                self.long(long, *meaning);
            }
            Type::Float => number::float(self.text, f32::from_le_bytes(self.bytes.array()?)),
            Type::Double => number::double(self.text, f64::from_le_bytes(self.bytes.array()?)),
            Type::String => self.text.string(self.bytes.string()?),
            Type::Bytes(meaning) => match (self.bytes.string()?, meaning) {
                (bytes, Meaning::Decimal(scale)) => number::big_decimal(self.text, bytes, *scale),
                (bytes, _) => self.text.unmarked(bytes),
            },
            Type::Fixed(size, meaning) => {
                let bytes = self.bytes.take(*size)?;
                self.fixed(bytes, *meaning);
            }
            Type::Enum(symbols) => {
                let symbol = usize::try_from(self.bytes.long()?).ok().and_then(|symbol| symbols.get(symbol));
                self.text.value(symbol.ok_or("a symbol that its enum has not")?);
            }
            Type::Union(branches) => {
                let branch = usize::try_from(self.bytes.long()?).ok().and_then(|branch| branches.get(branch));
                self.value(*branch.ok_or("a branch that its union has not")?, depth)?;
            }
            Type::Array(item) => self.items(*item, depth, false)?,
            Type::Map(value) => self.items(*value, depth, true)?,
            Type::Record(fields) => {
                self.text.push(b"{");
                for (index, (name, kind)) in fields.iter().enumerate() {
                    self.text.name(name, index == 0);
                    self.value(*kind, depth)?;
                }
                self.text.check()?;
                self.text.push(b"}");
            }
        }
        Ok(())
    }

    /// The items of a list, or with their keys those of a map.
    fn items(&mut self, item: usize, depth: usize, is_map: bool) -> Result<(), Flaw> {
        self.text.push(if is_map { b"{" } else { b"[" });
        let mut is_first = true;
        loop {
            let count = self.bytes.items()?;
            if count == 0 {
                break;
            }
            for _ in 0..count {
                // Items may take no bytes: then only the text that they make bounds them.
                self.text.check()?;
                if !std::mem::take(&mut is_first) {
                    self.text.push(b",");
                }
                if is_map {
                    self.text.string(self.bytes.string()?);
                    self.text.push(b":");
                }
                self.value(item, depth)?;
            }
        }
        self.text.push(if is_map { b"}" } else { b"]" });
        Ok(())
    }

    fn long(&mut self, long: i64, meaning: Meaning) {
        match meaning {
            Meaning::Date => match i32::try_from(long) {
                Ok(days) => time::date(self.text, days),
                Err(_) => number::integer(self.text, long),
            },
            Meaning::Clock(unit) => time::clock(self.text, long, unit),
            Meaning::Timestamp { unit, is_utc } => time::timestamp(self.text, long, unit, is_utc),
            _ => number::integer(self.text, long),
        }
    }

    fn fixed(&mut self, bytes: &[u8], meaning: Meaning) {
        match (meaning, bytes) {
            (Meaning::Decimal(scale), _) => number::big_decimal(self.text, bytes, scale),
            (Meaning::Uuid, _) => self.text.uuid(bytes),
            (Meaning::Duration, _) => time::interval(self.text, bytes),
            _ => self.text.base64(bytes),
        }
    }
}
