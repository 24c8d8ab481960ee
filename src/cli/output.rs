//! Tables on standard output.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::domain::Shown;

/// Rows looked at before the widths are settled and printing starts.
const SAMPLE: usize = 500;

/// The widest that a column other than the last may become.
const WIDEST: usize = 48;

/// Text from the world, made safe for a terminal.
pub fn show(text: &str) -> String {
    Shown::new(text).to_string()
}

/// A table whose columns are as wide as its first rows need; a longer cell is cut with `…`, the last column never.
pub struct Table {
    head: Vec<String>,
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
}

impl Table {
    /// A table with these column names.
    pub fn new<'a>(head: impl Iterator<Item = &'a str>) -> Self {
        Self { head: head.map(str::to_owned).collect(), waiting: Vec::new(), widths: None }
    }

    /// Adds a row, which may be printed now or later.
    pub fn row(&mut self, cells: Vec<String>, out: &mut impl Write) -> io::Result<()> {
        if let Some(widths) = &self.widths {
            return write_row(&cells, widths, out);
        }
        self.waiting.push(cells);
        if self.waiting.len() >= SAMPLE { self.settle(out) } else { Ok(()) }
    }

    /// Prints what waits.
    pub fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        if self.widths.is_none() { self.settle(out) } else { Ok(()) }
    }

    fn settle(&mut self, out: &mut impl Write) -> io::Result<()> {
        let width = |column: usize| {
            let cells = self.waiting.iter().filter_map(|row| row.get(column));
            cells.chain(self.head.get(column)).map(|cell| cell.width()).max().unwrap_or(0).min(WIDEST)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        write_row(&self.head, &widths, out)?;
        for row in self.waiting.drain(..) {
            write_row(&row, &widths, out)?;
        }
        self.widths = Some(widths);
        Ok(())
    }
}

fn write_row(cells: &[String], widths: &[usize], out: &mut impl Write) -> io::Result<()> {
    for (index, cell) in cells.iter().enumerate() {
        if index + 1 == cells.len() {
            return writeln!(out, "{cell}");
        }
        let room = widths.get(index).copied().unwrap_or(0);
        let cell = cut(cell, room);
        write!(out, "{cell}{:pad$}  ", "", pad = room.saturating_sub(cell.width()))?;
    }
    writeln!(out)
}

/// The longest beginning of `text` that fits `room` cells, with `…` where something is missing.
pub fn cut(text: &str, room: usize) -> std::borrow::Cow<'_, str> {
    use unicode_segmentation::UnicodeSegmentation as _;
    if text.width() <= room {
        return text.into();
    }
    let mut kept = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        if used + cluster.width() + 1 > room {
            break;
        }
        used += cluster.width();
        kept.push_str(cluster);
    }
    kept.push('…');
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_marked_and_never_wider_than_the_room() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語", 4), "日…");
    }

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let mut out = Vec::new();
        let mut table = Table::new(["a", "message"].into_iter());
        for row in [["1", "x"], ["longer", "y"]] {
            table.row(row.map(str::to_owned).to_vec(), &mut out).expect("memory");
        }
        table.finish(&mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), "a       message\n1       x\nlonger  y\n");
    }
}
