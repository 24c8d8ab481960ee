//! Athena's CSV: every value stands in quotes, and NULL is a field without them. Readers of CSV do not tell the two apart.

use crate::domain::size::plural;
use memchr::{memchr, memchr2};

use super::Row;

/// A row is no longer than this: Athena takes none above 32 MB.
const LONGEST: usize = 64 << 20;

/// Bytes that become rows.
pub(super) struct Cells {
    columns: usize,
    bytes: Vec<u8>,
    used: usize,
    /// Where the unused bytes begin in the file.
    at: u64,
}

impl Cells {
    /// Rows of so many columns, from this byte of the file on.
    pub(super) fn new(columns: usize, at: u64) -> Self {
        Self { columns, bytes: Vec::new(), used: 0, at }
    }

    /// Where the next row begins in the file.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Adds the bytes that follow.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.used);
        self.used = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next row; nothing where its end is not here yet.
    pub(super) fn row(&mut self) -> Result<Option<Row>, String> {
        let rest = self.bytes.get(self.used..).unwrap_or_default();
        let Some((row, length)) = row(rest, self.columns) else {
            if rest.len() > LONGEST {
                return Err(format!("the row at byte {} of the result file has no end", self.at));
            }
            return Ok(None);
        };
        if row.len() != self.columns {
            let (found, of) = (plural(row.len(), "cell"), self.columns);
            return Err(format!("the row at byte {} of the result file has {found}, not {of}", self.at));
        }
        self.used += length;
        self.at += length as u64;
        Ok(Some(row))
    }

    /// No further bytes come: what is left is no row.
    pub(super) fn end(&self) -> Result<(), String> {
        if self.used == self.bytes.len() {
            return Ok(());
        }
        Err(format!("the result file ends within the row at its byte {}", self.at))
    }
}

/// The first row, and its length with its line end.
fn row(bytes: &[u8], columns: usize) -> Option<(Row, usize)> {
    let mut row = Vec::with_capacity(columns);
    let mut at = 0;
    loop {
        let cell;
        (cell, at) = if *bytes.get(at)? == b'"' { quoted(bytes, at + 1)? } else { bare(bytes, at)? };
        row.push(cell);
        match bytes.get(at)? {
            b',' => at += 1,
            b'\r' if *bytes.get(at + 1)? == b'\n' => return Some((row, at + 2)),
            b'\n' => return Some((row, at + 1)),
            // What follows a closing quote and is neither is taken for the next cell, so that the count tells it.
            _ => {}
        }
    }
}

/// The value whose opening quote stands before `at`, and where it ends behind the closing one.
fn quoted(bytes: &[u8], mut at: usize) -> Option<(Option<String>, usize)> {
    let begin = at;
    let mut doubled = Vec::new();
    let mut copied = begin;
    loop {
        let end = at + memchr(b'"', bytes.get(at..)?)?;
        // A quote at the end of what is here may be the first half of a doubled one.
        if *bytes.get(end + 1)? != b'"' {
            let value = if doubled.is_empty() {
                String::from_utf8_lossy(&bytes[begin..end]).into_owned()
            } else {
                doubled.extend_from_slice(&bytes[copied..end]);
                String::from_utf8_lossy(&doubled).into_owned()
            };
            return Some((Some(value), end + 1));
        }
        doubled.extend_from_slice(&bytes[copied..=end]);
        (copied, at) = (end + 2, end + 2);
    }
}

/// A field without quotes: NULL where nothing stands there.
fn bare(bytes: &[u8], at: usize) -> Option<(Option<String>, usize)> {
    let rest = bytes.get(at..)?;
    let length = memchr2(b',', b'\n', rest)?;
    let value = if rest[length] == b'\n' { rest[..length].strip_suffix(b"\r") } else { None };
    let value = value.unwrap_or(&rest[..length]);
    Some(((!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned()), at + length))
}
