//! A table of GitHub Flavored Markdown (its specification, 4.10): a row a line, and text that stays text.

use std::io::{self, Write};

use crate::case::markdown::cell;
use crate::search::results::Field;

pub(super) fn head(fields: &[Field], out: &mut impl Write) -> io::Result<()> {
    line(fields.iter().map(|field| cell(&field.name)), out)?;
    line(fields.iter().map(|field| if field.is_number() { "---:" } else { "---" }.to_owned()), out)
}

/// NULL is an empty cell.
pub(super) fn row(row: &[Option<String>], out: &mut impl Write) -> io::Result<()> {
    line(row.iter().map(|text| text.as_deref().map_or(String::new(), cell)), out)
}

fn line(cells: impl Iterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
    for cell in cells {
        write!(out, "| {cell} ")?;
    }
    out.write_all(b"|\n")
}
