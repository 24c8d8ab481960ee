//! Which rows of a table may match.

use std::fmt::Write as _;
use std::net::IpAddr;

use scops_parser::Formats;

use crate::domain::TableShape;
use crate::domain::expression::{Bound, Expression, Is, Test};
use crate::search::narrow::{Narrow, narrow};
use crate::search::scan::texts_of;
use crate::search::sql::{Identifier, Literal, Unsayable};

/// Columns that one call of `concat_ws` takes.
const ARGUMENTS: usize = 100;

/// Hive's types whose values print as the log has them.
const WORDS: [&str; 3] = ["string", "varchar", "char"];
const INTEGERS: [&str; 5] = ["tinyint", "smallint", "int", "integer", "bigint"];
/// Types whose values print in another way than logs write them.
const RESPELT: [&str; 7] = ["double", "float", "real", "decimal", "timestamp", "date", "binary"];

/// The rows of which an expression may hold.
pub(super) fn of(
    expression: &Expression,
    source: &str,
    shape: &TableShape,
    formats: &Formats,
) -> Result<Narrow, Unsayable> {
    narrow(expression, Some(source), &mut |test| on_row(test, shape, formats))
}

/// The rows that may make a test hold. A column of its field's name is taken for the field.
fn on_row(test: &Test, shape: &TableShape, formats: &Formats) -> Result<Narrow, Unsayable> {
    let column = test.field.as_deref().and_then(|field| column_of(field, shape));
    match (&test.is, column) {
        (Is::Number(bound), Some((name, kind, true))) if is_number(kind) => Ok(Narrow::Rows(number(bound, name))),
        (Is::Present, Some((name, ..))) => Ok(Narrow::Rows(format!("{} IS NOT NULL", Identifier::new(name)))),
        (Is::Number(_) | Is::Present, _) => Ok(Narrow::All),
        (_, column) => {
            let Some(texts) = texts_of(test, formats) else { return Ok(Narrow::All) };
            let columns = match column {
                Some((name, kind, _)) => vec![(name.to_owned(), kind.to_owned())],
                None => shape.columns.clone(),
            };
            if !is_address(&test.is) && texts.iter().any(|text| !is_kept(text, &columns)) {
                return Ok(Narrow::All);
            }
            let whole = text_of(&columns);
            let held = texts.iter().map(|held| Ok(format!("strpos({whole}, {}) > 0", Literal::new(held)?)));
            Ok(Narrow::Rows(held.collect::<Result<Vec<_>, Unsayable>>()?.join(" OR ")))
        }
    }
}

/// The column that holds a field, its type, and whether it is the field itself and not what the field is a part of.
fn column_of<'s>(field: &str, shape: &'s TableShape) -> Option<(&'s str, &'s str, bool)> {
    let first = field.split('.').next().unwrap_or(field);
    let (name, kind) = shape.columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(first))?;
    Some((name, kind, first == field))
}

/// The row as text; empty where no column holds anything.
pub(super) fn row(shape: &TableShape) -> String {
    text_of(&shape.columns)
}

fn text_of(columns: &[(String, String)]) -> String {
    let texts = columns.iter().filter(|(_, kind)| base(kind) != "binary").map(|(name, kind)| {
        let name = Identifier::new(name);
        match base(kind) {
            kind if WORDS.contains(&kind) => name.to_string(),
            "array" | "map" | "struct" | "row" => format!("json_format(CAST({name} AS JSON))"),
            _ => format!("CAST({name} AS VARCHAR)"),
        }
    });
    let texts: Vec<String> = texts.collect();
    let joined = |texts: &[String]| format!("concat_ws(chr(31), {})", texts.join(", "));
    match texts.len() {
        0 => "''".to_owned(),
        1..=ARGUMENTS => joined(&texts),
        _ => joined(&texts.chunks(ARGUMENTS).map(joined).collect::<Vec<_>>()),
    }
}

/// A type's name without its parameters.
fn base(kind: &str) -> &str {
    kind.split(['<', '(']).next().unwrap_or(kind).trim()
}

fn is_number(kind: &str) -> bool {
    INTEGERS.contains(&base(kind)) || matches!(base(kind), "double" | "float" | "real")
}

/// Whether it is about addresses, which no column of numbers or times holds.
fn is_address(is: &Is) -> bool {
    match is {
        Is::Within(_) => true,
        Is::Term(term) => term.parse::<IpAddr>().is_ok(),
        _ => false,
    }
}

/// Whether the columns print a text as the log has it, wherever they hold it.
fn is_kept(text: &str, columns: &[(String, String)]) -> bool {
    // Such a text may be a number or a time, or a part of one.
    let is_word = text.bytes().any(|byte| byte.is_ascii_alphabetic() && !b"eETZ".contains(&byte)) || text.contains('_');
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let has = |kinds: &[&str]| columns.iter().any(|(_, kind)| types(kind).any(|one| kinds.contains(&one)));
    is_word || (!has(&RESPELT) && (is_plain || is_dotted(text) || !has(&INTEGERS)))
}

/// Whether a text holds two dots at least, as an address does and no number.
fn is_dotted(text: &str) -> bool {
    text.bytes().filter(|byte| *byte == b'.').count() >= 2
}

/// The types that a type is made of, without the names of its fields: those stand before a colon.
fn types(kind: &str) -> impl Iterator<Item = &str> {
    let is_part = |character: char| character.is_alphanumeric() || "_-".contains(character);
    kind.split(['<', '>', ',', '(', ')']).map(move |piece| {
        let piece = piece.rsplit(':').next().unwrap_or(piece).trim();
        piece.trim_matches(|character| !is_part(character))
    })
}

fn number(bound: &Bound, name: &str) -> String {
    let column = Identifier::new(name);
    let mut sql = format!("{column} IS NOT NULL");
    let mut limit = |limit: Option<(f64, bool)>, operator: char| {
        if let Some((number, is_in)) = limit {
            let equal = if is_in { "=" } else { "" };
            let _ = write!(sql, " AND CAST({column} AS DOUBLE) {operator}{equal} {number:E}");
        }
    };
    limit(bound.low, '>');
    limit(bound.high, '<');
    sql
}
