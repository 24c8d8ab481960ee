//! Rows of a statement as a table, as JSON lines, or as CSV.

use std::io::{self, Write};

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use crate::domain::{ResultTable, Shown};

/// A column of a table is at most this wide; longer cells end in `…`.
const WIDTH: usize = 60;

/// Writes aligned columns, each cell on one row and safe to show; NULL is empty.
pub fn table(table: &ResultTable, out: &mut impl Write) -> io::Result<()> {
    let shown = |cell: &Option<String>| cut(Shown::new(cell.as_deref().unwrap_or_default()).as_str());
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    let names: Vec<String> = table.columns.iter().map(|name| cut(Shown::new(name).as_str())).collect();
    let mut widths: Vec<usize> = names.iter().map(|name| name.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let is_number: Vec<bool> = (0..names.len()).map(|column| is_numeric(table, column)).collect();
    let mut line = |cells: &[String]| {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                text.push_str("  ");
            }
            let padding = " ".repeat(widths.get(column).map_or(0, |width| width.saturating_sub(cell.width())));
            if is_number.get(column) == Some(&true) {
                text.extend([padding.as_str(), cell]);
            } else {
                text.extend([cell.as_str(), padding.as_str()]);
            }
        }
        writeln!(out, "{}", text.trim_end())
    };
    if names.is_empty() {
        return Ok(());
    }
    line(&names)?;
    line(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>())?;
    rows.iter().try_for_each(|row| line(row))
}

/// Writes one JSON object a row, its fields in the columns' order. Numbers and booleans of such columns are bare,
/// where they read as such; NULL is `null`, everything else a string.
pub fn json(table: &ResultTable, out: &mut impl Write) -> io::Result<()> {
    for row in &table.rows {
        let mut object = Map::new();
        for (column, cell) in row.iter().enumerate() {
            let name = table.columns.get(column).cloned().unwrap_or_default();
            // A join may give two columns one name; the second must not replace the first.
            let name = if object.contains_key(&name) { format!("{name}_{}", column + 1) } else { name };
            let kind = table.types.get(column).map_or("", String::as_str);
            object.insert(name, cell.as_deref().map_or(Value::Null, |cell| typed(cell, kind)));
        }
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes RFC 4180: a line of names, CRLF, and quotes where a field needs them. NULL is an empty field, the empty
/// string is `""`.
pub fn csv(table: &ResultTable, out: &mut impl Write) -> io::Result<()> {
    let line = |out: &mut dyn Write, cells: &mut dyn Iterator<Item = Option<&str>>| {
        for (column, cell) in cells.enumerate() {
            if column > 0 {
                out.write_all(b",")?;
            }
            match cell {
                None => {}
                Some(text) if text.is_empty() || text.contains([',', '"', '\r', '\n']) => {
                    write!(out, "\"{}\"", text.replace('"', "\"\""))?;
                }
                Some(text) => out.write_all(text.as_bytes())?,
            }
        }
        out.write_all(b"\r\n")
    };
    line(out, &mut table.columns.iter().map(|name| Some(name.as_str())))?;
    table.rows.iter().try_for_each(|row| line(out, &mut row.iter().map(Option::as_deref)))
}

fn typed(cell: &str, kind: &str) -> Value {
    let is_kept = |value: &Value| match kind {
        "tinyint" | "smallint" | "integer" | "bigint" => value.is_i64() || value.is_u64(),
        "double" | "float" | "real" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    };
    // What JSON cannot hold exactly (NaN, Infinity, more digits than 64 bits have) stays text.
    serde_json::from_str(cell).ok().filter(is_kept).unwrap_or_else(|| cell.into())
}

fn is_numeric(table: &ResultTable, column: usize) -> bool {
    let kind = table.types.get(column).map_or("", String::as_str);
    matches!(kind, "tinyint" | "smallint" | "integer" | "bigint" | "double" | "float" | "real")
        || kind.starts_with("decimal")
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

    fn sample() -> ResultTable {
        let cell = |text: &str| Some(text.to_owned());
        ResultTable {
            columns: vec!["name".into(), "count".into(), "name".into()],
            types: vec!["varchar".into(), "bigint".into(), "varchar".into()],
            rows: vec![
                vec![cell("a, \"b\""), cell("7"), None],
                vec![cell("日本"), cell("18446744073709551616"), cell("")],
                vec![cell("esc\u{1b}[2J"), None, cell("x\r\ny")],
            ],
        }
    }

    fn printed(print: fn(&ResultTable, &mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        print(&sample(), &mut out).expect("writes");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_table_is_aligned_and_holds_no_control() {
        assert_eq!(
            printed(table),
            "name                    count  name\n\
             ───────  ────────────────────  ────\n\
             a, \"b\"                      7\n\
             日本     18446744073709551616\n\
             esc␛[2J                        x␍⏎y\n"
        );
    }

    #[test]
    fn json_keeps_types_order_and_columns_of_one_name() {
        assert_eq!(
            printed(json),
            "{\"name\":\"a, \\\"b\\\"\",\"count\":7,\"name_3\":null}\n\
             {\"name\":\"日本\",\"count\":\"18446744073709551616\",\"name_3\":\"\"}\n\
             {\"name\":\"esc\\u001b[2J\",\"count\":null,\"name_3\":\"x\\r\\ny\"}\n"
        );
    }

    #[test]
    fn csv_is_rfc_4180_and_tells_null_from_empty() {
        assert_eq!(
            printed(csv),
            "name,count,name\r\n\"a, \"\"b\"\"\",7,\r\n日本,18446744073709551616,\"\"\r\nesc\u{1b}[2J,,\"x\r\ny\"\r\n"
        );
    }

    #[test]
    fn a_long_cell_ends_in_an_ellipsis() {
        assert_eq!(cut(&"日".repeat(40)).width(), WIDTH - 1);
        assert!(cut(&"x".repeat(100)).ends_with("x…"));
    }
}
