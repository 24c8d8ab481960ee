//! Columns between delimiters, quoted as RFC 4180 says.

use std::borrow::Cow;

use super::kind::{Kind, Nulls};
use super::name::name;
use super::path::{Fields, put};

/// Columns of one record that are read; more are no record that anybody wrote.
const COLUMNS: usize = 4_096;

#[derive(Debug)]
pub(super) struct Columns {
    pub delimiter: u8,
    pub quote: u8,
    /// Names and types in their order; a column without a name is passed over.
    pub names: Vec<(Cow<'static, str>, Kind)>,
    /// Whether the first record names the columns.
    pub has_header: bool,
    /// Columns that every record has; more may follow.
    pub required: usize,
    pub types: Vec<(String, Kind)>,
}

impl Columns {
    /// The columns of a record.
    pub(super) fn split<'a>(&self, text: &'a [u8]) -> Split<'a> {
        Split { rest: Some(text), delimiter: self.delimiter, quote: Some(self.quote) }
    }

    /// Whether a record has as many columns as it must, and not more than have a name.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        let count = self.split(text).take(COLUMNS).count();
        count >= self.required && count <= self.names.len() && count > 1
    }

    /// Whether a line is the header: it names all columns that are known, in any order.
    pub(super) fn is_header(&self, line: &[u8]) -> bool {
        let cells: Vec<_> = self.split(line).take(COLUMNS).collect();
        self.has_header
            && !self.names.is_empty()
            && self.names.iter().all(|(name, _)| cells.iter().any(|cell| cell.trim() == &**name))
    }

    /// The columns that a header names.
    pub(super) fn header(&self, line: &[u8]) -> Vec<(Cow<'static, str>, Kind)> {
        let kind =
            |name: &str| self.types.iter().find(|(typed, _)| typed == name).map_or(Kind::Text, |(_, kind)| *kind);
        let cells = self.split(line).take(COLUMNS);
        // The names are the log's: they are not kept.
        cells.map(|cell| (Cow::Owned(cell.trim().to_owned()), kind(cell.trim()))).collect()
    }

    /// Reads the columns of a record. Those after the last one known are named by their number.
    pub(super) fn read<'a>(
        &self,
        text: &'a [u8],
        names: &[(Cow<'static, str>, Kind)],
        nulls: &Nulls,
        fields: &mut Fields<'a>,
    ) -> bool {
        let before = fields.len();
        let mut count = 0;
        for (index, cell) in self.split(text).take(COLUMNS).enumerate() {
            count += 1;
            match names.get(index) {
                Some((name, _)) if name.is_empty() => {}
                Some((name, kind)) if before == 0 => fields.push((name.clone(), nulls.value(cell, *kind))),
                Some((name, kind)) => put(fields, name.clone(), nulls.value(cell, *kind)),
                None if index >= 64 => {}
                None => fields.push((name(&format!("column_{}", index + 1)), nulls.value(cell, Kind::Text))),
            }
        }
        count >= self.required
    }
}

/// The columns of one record.
pub(super) struct Split<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
    /// Nothing once a quote was not closed: then none that follows is.
    quote: Option<u8>,
}

impl<'a> Iterator for Split<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest?;
        if let Some(quote) = self.quote.filter(|quote| rest.first() == Some(quote)) {
            if let Some((cell, after)) = quoted(&rest[1..], quote, self.delimiter) {
                self.rest = after;
                return Some(cell);
            }
            self.quote = None;
        }
        let (cell, after) = match memchr::memchr(self.delimiter, rest) {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        self.rest = after;
        Some(String::from_utf8_lossy(cell))
    }
}

/// A cell past its opening quote, and the rest behind its delimiter; nothing where the quote does not close a cell.
fn quoted(text: &[u8], quote: u8, delimiter: u8) -> Option<(Cow<'_, str>, Option<&[u8]>)> {
    let mut at = 0;
    let mut is_doubled = false;
    loop {
        at += memchr::memchr(quote, text.get(at..)?)?;
        let after = match text.get(at + 1) {
            Some(next) if *next == delimiter => Some(&text[at + 2..]),
            None => None,
            Some(next) => {
                // One that is not doubled is a quote of the cell too, as some writers leave it.
                is_doubled |= *next == quote;
                at += 1 + usize::from(*next == quote);
                continue;
            }
        };
        let cell = String::from_utf8_lossy(&text[..at]);
        let quote = char::from(quote);
        let cell =
            if is_doubled { Cow::Owned(cell.replace(&format!("{quote}{quote}"), &quote.to_string())) } else { cell };
        return Some((cell, after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        Split { rest: Some(text.as_bytes()), delimiter: b',', quote: Some(b'"') }.map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_hold_delimiters_and_are_doubled_within() {
        assert_eq!(split(r#"a,"b,c","d ""e""",,"#), ["a", "b,c", "d \"e\"", "", ""]);
        assert_eq!(split(r#""open,b"#), ["\"open", "b"]);
        assert_eq!(split(r#""a "b" c",d"#), ["a \"b\" c", "d"]);
        assert_eq!(split(""), [""]);
        assert_eq!(split("a\"b,c"), ["a\"b", "c"]);
    }
}
