//! JSON objects, their fields in the columns' order.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::search::results::Field;

/// Writes a row as one object. Numbers and booleans of such columns are bare, where they read as such; NULL is `null`,
/// everything else a string.
pub(super) fn row(row: &[Option<String>], fields: &[Field], out: &mut impl Write) -> io::Result<()> {
    let mut object = Map::new();
    for (cell, field) in row.iter().zip(fields) {
        object.insert(field.name.clone(), cell.as_deref().map_or(Value::Null, |cell| typed(cell, &field.kind)));
    }
    Ok(serde_json::to_writer(out, &object)?)
}

/// Writes an item of the one array.
pub(super) fn item<W: Write>(number: u64, out: &mut W, write: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
    out.write_all(if number == 0 { b"[\n" } else { b",\n" })?;
    write(out)
}

/// Ends the array.
pub(super) fn end(rows: u64, out: &mut impl Write) -> io::Result<()> {
    out.write_all(if rows == 0 { b"[]\n" } else { b"\n]\n" })
}

fn typed(cell: &str, kind: &str) -> Value {
    let is_kept = |value: &Value| match kind {
        "tinyint" | "smallint" | "int" | "integer" | "bigint" => value.is_i64() || value.is_u64(),
        "double" | "float" | "real" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    };
    // What JSON cannot hold exactly (NaN, Infinity, more digits than 64 bits have) stays text.
    let is_typed = !matches!(kind, "varchar" | "char" | "timestamp" | "date");
    let value = if is_typed { serde_json::from_str(cell).ok() } else { None };
    value.filter(is_kept).unwrap_or_else(|| cell.into())
}
