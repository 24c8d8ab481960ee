//! Rows of a statement as a table.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::results::Field;
use crate::domain::Shown;

/// A column of a table is at most this wide; longer cells end in `…`.
const WIDTH: usize = 60;

/// Rows whose widths the columns take; later cells that are wider push the rest of their row to the right.
const SAMPLE: usize = 1_000;

/// Writes aligned columns, each cell on one row and safe to show; NULL is empty.
pub struct Table<W: Write> {
    out: W,
    fields: Vec<Field>,
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
    rows: u64,
}

impl<W: Write> Table<W> {
    /// A table of these columns.
    pub fn new(fields: &[Field], out: W) -> Self {
        Self { out, fields: fields.to_vec(), waiting: Vec::new(), widths: None, rows: 0 }
    }

    /// Rows that were given.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row, which may be written now or later.
    pub fn row(&mut self, row: &[Option<String>]) -> io::Result<()> {
        self.rows += 1;
        let cells: Vec<String> =
            row.iter().map(|cell| cut(Shown::new(cell.as_deref().unwrap_or_default()).as_str())).collect();
        if let Some(widths) = &self.widths {
            return line(&cells, widths, &self.fields, &mut self.out);
        }
        self.waiting.push(cells);
        if self.waiting.len() >= SAMPLE { self.settle() } else { Ok(()) }
    }

    /// Writes what waits.
    pub fn finish(mut self) -> io::Result<()> {
        if self.widths.is_none() {
            self.settle()?;
        }
        self.out.flush()
    }

    fn settle(&mut self) -> io::Result<()> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = self.fields.iter().map(|field| cut(Shown::new(&field.name).as_str())).collect();
        let mut widths: Vec<usize> = names.iter().map(|name| name.width()).collect();
        for row in &self.waiting {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        for cells in [names, rules].iter().chain(&self.waiting) {
            line(cells, &widths, &self.fields, &mut self.out)?;
        }
        self.waiting.clear();
        self.widths = Some(widths);
        Ok(())
    }
}

fn line(cells: &[String], widths: &[usize], fields: &[Field], out: &mut impl Write) -> io::Result<()> {
    let mut text = String::new();
    for (column, cell) in cells.iter().enumerate() {
        if column > 0 {
            text.push_str("  ");
        }
        let padding = " ".repeat(widths.get(column).map_or(0, |width| width.saturating_sub(cell.width())));
        if fields.get(column).is_some_and(Field::is_number) {
            text.extend([padding.as_str(), cell]);
        } else {
            text.extend([cell.as_str(), padding.as_str()]);
        }
    }
    writeln!(out, "{}", text.trim_end())
}

fn cut(text: &str) -> String {
    if text.width() <= WIDTH {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if kept.width() >= WIDTH {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(fields: &[(&str, &str)], rows: &[&[Option<&str>]]) -> String {
        let mut out = Vec::new();
        let field = |(name, kind): &(&str, &str)| Field { name: (*name).into(), kind: (*kind).into() };
        let mut table = Table::new(&fields.iter().map(field).collect::<Vec<_>>(), &mut out);
        for row in rows {
            let row: Vec<Option<String>> = row.iter().map(|cell| cell.map(str::to_owned)).collect();
            table.row(&row).expect("writes");
        }
        table.finish().expect("writes");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_table_is_aligned_and_holds_no_control() {
        let fields = [("name", "varchar"), ("count", "bigint"), ("name", "varchar")];
        let rows: [&[Option<&str>]; 3] = [
            &[Some("a, \"b\""), Some("7"), None],
            &[Some("日本"), Some("18446744073709551616"), Some("")],
            &[Some("esc\u{1b}[2J"), None, Some("x\r\ny")],
        ];
        assert_eq!(
            printed(&fields, &rows),
            "name                    count  name\n\
             ───────  ────────────────────  ────\n\
             a, \"b\"                      7\n\
             日本     18446744073709551616\n\
             esc␛[2J                        x␍⏎y\n"
        );
        assert_eq!(printed(&[], &[]), "");
    }

    #[test]
    fn what_comes_after_the_sample_is_written_at_once() {
        let fields = [("a", "varchar"), ("b", "varchar")];
        let mut rows: Vec<&[Option<&str>]> = vec![&[Some("x"), Some("y")]; SAMPLE];
        rows.push(&[Some("wider"), Some("y")]);
        let text = printed(&fields, &rows);
        assert_eq!(text.lines().count(), SAMPLE + 3);
        assert!(text.ends_with("x  y\nwider  y\n"));
    }

    #[test]
    fn a_long_cell_ends_in_an_ellipsis() {
        assert_eq!(cut(&"日".repeat(40)).width(), WIDTH - 1);
        assert!(cut(&"x".repeat(100)).ends_with("x…"));
    }
}
