//! Cells of a row.

use std::borrow::Cow;

use crate::formats::columns;

/// One cell.
pub(super) struct Cell<'a> {
    pub text: Cow<'a, str>,
    pub is_quoted: bool,
    /// Where it begins in the row.
    pub at: usize,
}

/// The cells of a row, in their order. A row that ends with a delimiter ends with an empty cell.
pub(super) struct Cells<'a> {
    row: &'a [u8],
    /// Nothing when the last cell has been read.
    at: Option<usize>,
    delimiter: u8,
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: &'a [u8], delimiter: u8) -> Self {
        Cells { row, at: Some(0), delimiter }
    }

    /// How many cells are left, at most `limit`.
    pub(super) fn count_up_to(self, limit: usize) -> usize {
        self.take(limit).count()
    }

    /// A cell in quotes that begins at `from`, and the offset behind its closing quote; nothing where text follows that.
    fn quoted(&self, from: usize) -> Option<(Cow<'a, str>, usize)> {
        let inner = from + 1;
        let mut at = inner;
        let mut is_doubled = false;
        loop {
            at += memchr::memchr(b'"', self.row.get(at..)?)?;
            if self.row.get(at + 1) != Some(&b'"') {
                break;
            }
            is_doubled = true;
            at += 2;
        }
        let behind = at + 1 + spaces(&self.row[at + 1..], self.delimiter);
        let is_end = self.row.get(behind).is_none_or(|byte| *byte == self.delimiter);
        let text = columns::text(&self.row[inner..at]);
        let text = if is_doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { text };
        is_end.then_some((text, behind))
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Cell<'a>;

    fn next(&mut self) -> Option<Cell<'a>> {
        let at = self.at?;
        let begin = at + spaces(&self.row[at..], self.delimiter);
        let quoted = if self.row.get(begin) == Some(&b'"') { self.quoted(begin) } else { None };
        let is_quoted = quoted.is_some();
        let (text, end) = quoted.unwrap_or_else(|| {
            let end = memchr::memchr(self.delimiter, &self.row[at..]).map_or(self.row.len(), |end| at + end);
            (columns::text(self.row[at..end].trim_ascii()), end)
        });
        self.at = (end < self.row.len()).then_some(end + 1);
        Some(Cell { text, is_quoted, at })
    }
}

/// Blanks at the start of `text` that are no delimiters.
fn spaces(text: &[u8], delimiter: u8) -> usize {
    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t') && **byte != delimiter).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(row: &str, delimiter: u8) -> Vec<(String, bool, usize)> {
        let cells = Cells::new(row.as_bytes(), delimiter);
        cells.map(|cell| (cell.text.into_owned(), cell.is_quoted, cell.at)).collect()
    }

    fn texts(row: &str) -> Vec<String> {
        read(row, b',').into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_line_ends() {
        assert_eq!(texts("foo,bar,\"foo \"\", bar\""), ["foo", "bar", "foo \", bar"]);
        assert_eq!(texts("a,\"two\nlines\",,\"\""), ["a", "two\nlines", "", ""]);
        assert_eq!(texts("\"a\", \"b\" ,c "), ["a", "b", "c"]);
        assert_eq!(texts(""), [""]);
        assert_eq!(texts(","), ["", ""]);
        assert_eq!(read("a;\"b\"", b';'), [("a".into(), false, 0), ("b".into(), true, 2)]);
    }

    #[test]
    fn quotes_that_are_none_are_text() {
        assert_eq!(texts("5\" disk,\"a\"b,\"c"), ["5\" disk", "\"a\"b", "\"c"]);
    }
}
