//! Records to rows: by the names of fields, by the place between delimiters, or by the groups of a pattern.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use regex::Regex;
use scops_parser::{Event, Format, Formats, Record, Value};

use super::cells::Cells;
use super::{fields_of, whole};
use crate::athena::catalog::{Storage, Table};
use crate::athena::table::decoder::RecordFormat;

/// How a table's records become rows; made once a query.
#[derive(Debug)]
pub(super) struct RowsOf {
    parser: Option<Arc<dyn Format>>,
    layout: Layout,
}

#[derive(Debug)]
enum Layout {
    /// The field of each column, as the log may spell it.
    Named(Vec<String>),
    Delimited {
        delimiter: char,
        escape: Option<char>,
        null: String,
        header_lines: u64,
    },
    Regex {
        regex: Regex,
        header_lines: u64,
    },
}

impl RowsOf {
    pub(super) fn new(table: &Table, storage: &Storage, format: &RecordFormat) -> Result<Self, String> {
        let text = || scops_parser::format("text");
        Ok(match format {
            RecordFormat::Detected => Self { parser: None, layout: named(table, storage) },
            RecordFormat::Named(name) => {
                let parser = scops_parser::format(name).ok_or_else(|| {
                    let names: Vec<&str> = Formats::built_in().names().collect();
                    format!("unknown scops.format {name:?}; known: {}", names.join(", "))
                })?;
                Self { parser: Some(parser), layout: named(table, storage) }
            }
            RecordFormat::Delimited { delimiter, escape, null, header_lines } => Self {
                parser: text(),
                layout: Layout::Delimited {
                    delimiter: *delimiter,
                    escape: *escape,
                    null: null.clone(),
                    header_lines: *header_lines as u64,
                },
            },
            RecordFormat::Regex { pattern, header_lines } => {
                // Java's Matcher.matches(): the whole line or nothing.
                let regex = Regex::new(&format!("^(?:{pattern})$"))
                    .map_err(|error| format!("SerDe property input.regex: {error}"))?;
                Self { parser: text(), layout: Layout::Regex { regex, header_lines: *header_lines as u64 } }
            }
        })
    }

    /// The format that the parser is told to read; `None` lets it find out.
    pub(super) fn parser(&self) -> Option<Arc<dyn Format>> {
        self.parser.clone()
    }

    /// How the records of a sound object lie, and the fields of these columns: what [`whole::read`] needs. `None`: only
    /// the parser knows.
    pub(super) fn whole(&self, columns: &[usize]) -> Option<(whole::Layout, Vec<&str>)> {
        let Layout::Named(fields) = &self.layout else { return None };
        let layout = match self.parser.as_deref().map(Format::name) {
            Some("cloudtrail") => whole::Layout::Records,
            Some(_) => return None,
            None => whole::Layout::Lines,
        };
        let names: Vec<&str> = columns.iter().map(|column| fields[*column].as_str()).collect();
        (!names.iter().any(|name| ABOUT.contains(name))).then_some((layout, names))
    }

    /// Starts rows of these columns of `schema`.
    pub(super) fn start<'a>(&'a self, schema: &SchemaRef, columns: &[usize]) -> Rows<'a> {
        let cells = fields_of(schema, columns).iter().map(|field| Cells::new(field.data_type())).collect();
        Rows { of: self, columns: columns.to_vec(), hints: vec![0; columns.len()], cells, count: 0 }
    }
}

fn named(table: &Table, storage: &Storage) -> Layout {
    let field = |name: &String| match storage.serde_properties.get(&format!("mapping.{name}")) {
        Some(mapped) => mapped.clone(),
        None => name.clone(),
    };
    Layout::Named(table.columns.iter().map(|column| field(&column.name)).collect())
}

/// Rows in the making.
pub(super) struct Rows<'a> {
    of: &'a RowsOf,
    columns: Vec<usize>,
    /// Where each column's field was last found: records of one log mostly have one order.
    hints: Vec<usize>,
    cells: Vec<Cells>,
    count: usize,
}

impl Rows<'_> {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds a record. `false`: it could not be read and is left out.
    pub(super) fn push(&mut self, record: &Record<'_>) -> bool {
        let Ok(event) = &record.outcome else { return false };
        match &self.of.layout {
            Layout::Named(names) => {
                for ((cells, column), hint) in self.cells.iter_mut().zip(&self.columns).zip(&mut self.hints) {
                    let name = &names[*column];
                    match field(&event.fields, name, hint) {
                        Some(value) => cells.push(Some(value)),
                        None => cells.push(about(name, event, record).as_ref()),
                    }
                }
            }
            Layout::Delimited { header_lines, .. } | Layout::Regex { header_lines, .. }
                if record.line <= *header_lines =>
            {
                return true;
            }
            Layout::Delimited { delimiter, escape, null, .. } => {
                let line = String::from_utf8_lossy(record.raw);
                if line.is_empty() {
                    return true;
                }
                let parts = split(&line, *delimiter, *escape);
                for (cells, column) in self.cells.iter_mut().zip(&self.columns) {
                    cells.push_text(parts.get(*column).map(Cow::as_ref).filter(|part| part != null));
                }
            }
            Layout::Regex { regex, .. } => {
                let line = String::from_utf8_lossy(record.raw);
                let Some(captures) = regex.captures(&line) else { return false };
                for (cells, column) in self.cells.iter_mut().zip(&self.columns) {
                    cells.push_text(captures.get(column + 1).map(|found| found.as_str()));
                }
            }
        }
        self.count += 1;
        true
    }

    /// Adds a record by the values of its columns.
    pub(super) fn push_values(&mut self, values: &[Option<Value<'_>>]) {
        for (cells, value) in self.cells.iter_mut().zip(values) {
            cells.push(value.as_ref());
        }
        self.count += 1;
    }

    /// The rows so far; what follows starts anew.
    pub(super) fn finish(&mut self) -> Result<Vec<ArrayRef>> {
        self.count = 0;
        self.cells.iter_mut().map(Cells::finish).collect()
    }
}

/// What a table may declare beside the log's own fields.
const ABOUT: [&str; 4] = ["fields", "message", "ts", "line"];

/// The value of one of [`ABOUT`].
fn about<'a>(name: &str, event: &'a Event<'_>, record: &Record<'_>) -> Option<Value<'a>> {
    match name {
        "fields" => Some(Value::from(event.fields.to_json())),
        "message" => Some(Value::from(event.message())),
        "ts" => event.time.map(|time| Value::from(time.at.to_string())),
        "line" => Some(Value::from(record.line)),
        _ => None,
    }
}

/// The field of a column: names are compared without case, and with `-`, `.` and `:` as `_`.
pub(super) fn field<'a, 'v>(fields: &'a Value<'v>, name: &str, hint: &mut usize) -> Option<&'a Value<'v>> {
    let fields = fields.as_object()?;
    if let Some((found, value)) = fields.get(*hint)
        && is_same(found, name)
    {
        return Some(value);
    }
    let place = fields.iter().position(|(found, _)| is_same(found, name))?;
    *hint = place;
    Some(&fields[place].1)
}

pub(super) fn is_same(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte.is_ascii_punctuation() { b'_' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().map(plain).eq(b.bytes().map(plain))
}

/// The parts of a line; an escaped delimiter is text.
fn split(line: &str, delimiter: char, escape: Option<char>) -> Vec<Cow<'_, str>> {
    let Some(escape) = escape.filter(|escape| line.contains(*escape)) else {
        return line.split(delimiter).map(Cow::Borrowed).collect();
    };
    let mut parts = vec![String::new()];
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        let c = match c {
            _ if c == delimiter => {
                parts.push(String::new());
                continue;
            }
            _ if c == escape => rest.next().unwrap_or(c),
            _ => c,
        };
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.into_iter().map(Cow::Owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case_and_joints() {
        let fields = Value::Object(vec![("eventName".into(), "a".into()), ("account-id".into(), "b".into())]);
        let mut hint = 7;
        assert_eq!(field(&fields, "account_id", &mut hint).and_then(Value::as_str), Some("b"));
        assert_eq!(hint, 1);
        assert_eq!(field(&fields, "eventname", &mut hint).and_then(Value::as_str), Some("a"));
        assert_eq!(field(&fields, "missing", &mut hint), None);
    }

    #[test]
    fn escaped_delimiters_do_not_split() {
        assert_eq!(split("a,b\\,c,,d", ',', Some('\\')), ["a", "b,c", "", "d"]);
        assert_eq!(split("a b", ' ', None), ["a", "b"]);
    }
}
