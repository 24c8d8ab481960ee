//! RFC 4180: a line of names, CRLF, and quotes where a field needs them. NULL is an empty field, the empty text is `""`.
//!
//! What a log holds is written by others, and a spreadsheet runs a cell that begins like a formula: such a cell gets an
//! apostrophe before it, as OWASP's page on CSV injection says. Numbers keep their signs.

use std::io::{self, Write};

use crate::search::results::Field;

pub(super) fn head(fields: &[Field], keeps_formulas: bool, out: &mut impl Write) -> io::Result<()> {
    for (column, Field { name, .. }) in fields.iter().enumerate() {
        cell(column, Some(name), !keeps_formulas && is_formula(name), out)?;
    }
    out.write_all(b"\r\n")
}

pub(super) fn row(
    row: &[Option<String>],
    fields: &[Field],
    keeps_formulas: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    for (column, text) in row.iter().enumerate() {
        let text = text.as_deref();
        let is_typed = fields.get(column).is_some_and(Field::is_number);
        let is_formula = !keeps_formulas && !is_typed && text.is_some_and(is_formula);
        cell(column, text, is_formula, out)?;
    }
    out.write_all(b"\r\n")
}

fn cell(column: usize, text: Option<&str>, is_formula: bool, out: &mut impl Write) -> io::Result<()> {
    if column > 0 {
        out.write_all(b",")?;
    }
    let Some(text) = text else { return Ok(()) };
    let mark = if is_formula { "'" } else { "" };
    if text.is_empty() || text.contains([',', '"', '\r', '\n']) {
        write!(out, "\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{mark}{text}")
    }
}

/// Whether a spreadsheet may take a cell for a formula.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_plain_number(text)
}

/// A sign, digits, a fraction, an exponent, and nothing else.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}
