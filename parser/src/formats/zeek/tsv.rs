//! Zeek's own columns. A header names the separators, fields and types; several files may follow one another.

use std::borrow::Cow;

use memchr::memmem;

use super::streams;
use crate::fault::Fault;
use crate::format::{Decode, Decoded};
use crate::formats::columns;
use crate::json;
use crate::time::EventTime;
use crate::value::Value;

/// Whether `head` begins a file.
pub(super) fn is_start(head: &[u8]) -> bool {
    head.starts_with(b"#separator ") || head.starts_with(b"#fields\t")
}

/// Columns that one log may have.
const COLUMNS: usize = 1024;

/// What the header says.
pub(super) struct Table {
    separator: Vec<u8>,
    set_separator: Vec<u8>,
    empty: Vec<u8>,
    unset: Vec<u8>,
    path: Option<Cow<'static, str>>,
    columns: Vec<Column>,
}

struct Column {
    name: Cow<'static, str>,
    kind: Kind,
    is_list: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bool,
}

impl Default for Table {
    fn default() -> Self {
        Table {
            separator: b"\t".to_vec(),
            set_separator: b",".to_vec(),
            empty: b"(empty)".to_vec(),
            unset: b"-".to_vec(),
            path: None,
            columns: Vec::new(),
        }
    }
}

impl Decode for Table {
    // No row begins with `#`: it would be escaped.
    fn is_header(&mut self, raw: &[u8]) -> bool {
        let Some(line) = raw.strip_prefix(b"#") else { return false };
        if let Some(separator) = line.strip_prefix(b"separator ") {
            let separator = unescape(separator).into_owned();
            *self = Table { separator: or_default(separator, b"\t"), ..Table::default() };
            return true;
        }
        let mut parts = split(line, &self.separator);
        let key = parts.next().unwrap_or_default();
        let mut value = || parts.next().unwrap_or_default();
        match key {
            b"set_separator" => self.set_separator = or_default(unescape(value()).into_owned(), b","),
            b"empty_field" => self.empty = value().to_vec(),
            b"unset_field" => self.unset = value().to_vec(),
            b"path" => self.path = Some(static_name(&columns::text(value()))),
            b"fields" => {
                let names = parts.take(COLUMNS);
                let column =
                    |name| Column { name: static_name(&columns::text(name)), kind: Kind::Text, is_list: false };
                self.columns = names.map(column).collect();
            }
            b"types" => {
                for (column, kind) in self.columns.iter_mut().zip(parts) {
                    (column.kind, column.is_list) = kind_of(kind);
                }
            }
            _ => {}
        }
        true
    }

    // Unset fields are left out, as Zeek leaves them out of its JSON.
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        if self.columns.is_empty() {
            return Err(Fault::syntax(0, "no #fields line names the columns"));
        }
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(self.columns.len() + 1);
        fields.extend(self.path.as_ref().map(|path| (Cow::Borrowed("_path"), Value::String(path.clone()))));
        let wrong_width = || {
            let count = split(raw, &self.separator).count();
            Fault::syntax(0, format!("{count} columns where the header names {}", self.columns.len()))
        };
        let mut time = None;
        let mut columns = self.columns.iter();
        for part in split(raw, &self.separator) {
            let column = columns.next().ok_or_else(wrong_width)?;
            if part == self.unset {
                continue;
            }
            if column.name == "ts" {
                time = EventTime::epoch(&columns::text(part)).map(|time| (time, columns::text(part)));
            }
            fields.push((column.name.clone(), self.value(column, part)));
        }
        if columns.next().is_some() {
            return Err(wrong_width());
        }
        let (time, time_text) = time.unzip();
        Ok(Decoded { time, time_text, ..Decoded::new(Value::Object(fields)) })
    }
}

impl Table {
    fn value<'a>(&self, column: &Column, part: &'a [u8]) -> Value<'a> {
        if !column.is_list {
            return if part == self.empty { Value::from("") } else { scalar(column.kind, part) };
        }
        if part == self.empty {
            return Value::Array(Vec::new());
        }
        let item = |part: &'a [u8]| if part == self.unset { Value::Null } else { scalar(column.kind, part) };
        Value::Array(split(part, &self.set_separator).map(item).collect())
    }
}

fn or_default(separator: Vec<u8>, default: &[u8]) -> Vec<u8> {
    if separator.is_empty() { default.to_vec() } else { separator }
}

/// The parts between separators.
fn split<'a, 's>(text: &'a [u8], separator: &'s [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a, 's> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = match separator {
            [byte] => memchr::memchr(*byte, text),
            _ => memmem::find(text, separator),
        };
        rest = end.map(|end| &text[end + separator.len()..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// A name as one that lives for ever where it is known, so that no row copies it.
fn static_name(name: &str) -> Cow<'static, str> {
    streams::FIELDS
        .split_ascii_whitespace()
        .find(|known| *known == name)
        .map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
}

/// The type of a column, and whether it holds several: `count`, `set[addr]`, `vector[string]`.
fn kind_of(text: &[u8]) -> (Kind, bool) {
    let list = [&b"set["[..], b"vector[", b"table["].iter().find_map(|prefix| text.strip_prefix(*prefix));
    let scalar = list.map_or(text, |inner| inner.strip_suffix(b"]").unwrap_or(inner));
    let kind = match scalar {
        b"count" | b"int" | b"double" | b"interval" | b"time" | b"port" => Kind::Number,
        b"bool" => Kind::Bool,
        _ => Kind::Text,
    };
    (kind, list.is_some())
}

fn scalar(kind: Kind, part: &[u8]) -> Value<'_> {
    let is_number = || {
        columns::is_number(part)
            || json::parse_whole(part, 1).is_ok_and(|parsed| matches!(parsed.value, Value::Number(_)))
    };
    match (kind, part) {
        (Kind::Number, _) if is_number() => Value::Number(columns::text(part)),
        (Kind::Bool, b"T") => Value::Bool(true),
        (Kind::Bool, b"F") => Value::Bool(false),
        _ => Value::String(match unescape(part) {
            Cow::Borrowed(plain) => columns::text(plain),
            Cow::Owned(plain) => Cow::Owned(columns::text(&plain).into_owned()),
        }),
    }
}

/// Bytes with `\xHH` and `\\` as what they stand for.
fn unescape(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (byte, length) = match (first, after.first(), digit(1), digit(2)) {
            (b'\\', Some(b'\\'), ..) => (b'\\', 2),
            (b'\\', Some(b'x'), Some(high), Some(low)) => ((high * 16 + low) as u8, 4),
            _ => (*first, 1),
        };
        plain.push(byte);
        rest = &rest[length..];
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut table = Table::default();
        let mut rows = Vec::new();
        for line in text.lines().map(str::as_bytes).filter(|line| !line.is_empty()) {
            if !table.is_header(line) {
                rows.push(table.decode(line).map_or_else(|fault| fault.reason, |row| row.fields.to_json()));
            }
        }
        rows
    }

    #[test]
    fn a_header_may_choose_every_mark_and_a_new_one_replaces_it() {
        let text = "#separator |\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NONE\n#path|conn\n\
            #fields|ts|a|b|c\n#types|time|set[count]|vector[string]|bool\n\
            1.5|1;2|x;NONE|T\nNONE|EMPTY|NONE|NONE\n\
            #separator \\x09\n#path\tdns\n#fields\tx\n#types\tdouble\n1e-05\n-\nnan\n";
        assert_eq!(
            rows(text),
            [
                r#"{"_path":"conn","ts":1.5,"a":[1,2],"b":["x",null],"c":true}"#,
                r#"{"_path":"conn","a":[]}"#,
                r#"{"_path":"dns","x":1e-05}"#,
                r#"{"_path":"dns"}"#,
                r#"{"_path":"dns","x":"nan"}"#,
            ]
        );
    }

    #[test]
    fn escapes_are_undone_after_the_columns_are_split() {
        assert_eq!(
            rows("#fields\ta\tb\n#types\tstring\tset[string]\nx\\x09y\\\\\\xc3\\xa9\tp\\x2cq,r\\x\n"),
            [r#"{"a":"x\ty\\é","b":["p,q","r\\x"]}"#]
        );
    }

    #[test]
    fn a_row_of_another_width_or_without_a_header_is_bad() {
        assert_eq!(rows("1\t2\n"), ["no #fields line names the columns"]);
        let bad = "columns where the header names 2";
        assert_eq!(rows("#fields\ta\tb\n1\n1\t2\t3\n"), [format!("1 {bad}"), format!("3 {bad}")]);
    }
}
