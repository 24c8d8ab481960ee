//! Rows on standard output, in the form that was asked for.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Map, Value};

use super::output::Table;

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// RFC 4180, with a line of names
    Csv,
}

/// Writes rows as they come. A row is a JSON object, whose fields are the same for each, and the cells of a table.
pub struct Rows<W: Write> {
    out: W,
    form: Form,
    count: usize,
}

enum Form {
    Table(Table),
    Json,
    Ndjson,
    Csv,
}

impl<W: Write> Rows<W> {
    /// Rows in this format; `head` names the columns of the table.
    pub fn new(format: Format, head: &[&str], out: W) -> Self {
        let form = match format {
            Format::Table => Form::Table(Table::new(head.iter().copied())),
            Format::Json => Form::Json,
            Format::Ndjson => Form::Ndjson,
            Format::Csv => Form::Csv,
        };
        Self { out, form, count: 0 }
    }

    /// Writes a row.
    pub fn row(&mut self, fields: &Map<String, Value>, cells: impl FnOnce() -> Vec<String>) -> io::Result<()> {
        let is_first = self.count == 0;
        self.count += 1;
        match &mut self.form {
            Form::Table(table) => table.row(cells(), &mut self.out),
            Form::Json => {
                self.out.write_all(if is_first { b"[\n" } else { b",\n" })?;
                Ok(serde_json::to_writer(&mut self.out, fields)?)
            }
            Form::Ndjson => {
                serde_json::to_writer(&mut self.out, fields)?;
                self.out.write_all(b"\n")
            }
            Form::Csv => {
                let mut line = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
                if is_first {
                    line.write_record(fields.keys())?;
                }
                line.write_record(fields.values().map(cell))?;
                let line = line.into_inner().map_err(csv::IntoInnerError::into_error)?;
                self.out.write_all(&line)
            }
        }
    }

    /// Writes what is left. Gives how many rows there were.
    pub fn finish(mut self) -> io::Result<usize> {
        match &mut self.form {
            Form::Table(table) => table.finish(&mut self.out)?,
            Form::Json if self.count == 0 => self.out.write_all(b"[]\n")?,
            Form::Json => self.out.write_all(b"\n]\n")?,
            Form::Ndjson | Form::Csv => {}
        }
        self.out.flush()?;
        Ok(self.count)
    }
}

/// A value as a field of CSV: what has parts stays JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The fields of a JSON object.
pub fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn printed(format: Format, rows: &[Value]) -> String {
        let mut out = Vec::new();
        let mut writer = Rows::new(format, &["a", "b"], &mut out);
        for row in rows {
            writer.row(&fields(row.clone()), || vec!["x".into(), "y".into()]).expect("memory");
        }
        assert_eq!(writer.finish().expect("memory"), rows.len());
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn rows_are_printed_as_they_were_asked_for() {
        let rows = [json!({ "a": "1,\"2\"", "b": null }), json!({ "a": 3, "b": [1] })];
        assert_eq!(printed(Format::Table, &rows), "a  b\nx  y\nx  y\n");
        assert_eq!(printed(Format::Ndjson, &rows), "{\"a\":\"1,\\\"2\\\"\",\"b\":null}\n{\"a\":3,\"b\":[1]}\n");
        assert_eq!(printed(Format::Csv, &rows), "a,b\r\n\"1,\"\"2\"\"\",\r\n3,[1]\r\n");
        let array: Value = serde_json::from_str(&printed(Format::Json, &rows)).expect("JSON");
        assert_eq!(array, Value::Array(rows.to_vec()));
        assert_eq!(printed(Format::Json, &[]), "[]\n");
    }
}
