//! The engine's errors in Athena's words: a name, the place in the text where it is known, and what is wrong.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, SchemaError};
use datafusion::sql::sqlparser::ast::{Expr, ObjectName, Spanned, Statement, Visit, Visitor};
use datafusion::sql::sqlparser::tokenizer::Location;

use crate::athena::error::Failure;

/// A statement that the rewriting refused; most texts begin with an error's name.
pub(crate) fn refused(what: String) -> Failure {
    Failure::user(if is_named(&what) { what } else { format!("SYNTAX_ERROR: {what}") })
}

/// Whether a text begins with the name of an error: `TYPE_MISMATCH: …`.
fn is_named(text: &str) -> bool {
    let name = text.split_once(": ").map_or("", |(name, _)| name);
    name.len() > 4 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// What a query failed with. `statement` tells where its names stand.
pub(crate) fn of(error: &DataFusionError, statement: Option<&Statement>) -> Failure {
    let column = || {
        let span = error.diagnostic().and_then(|told| told.span)?;
        Some(place(span.start.line, span.start.column))
    };
    let column = column().unwrap_or_default();
    match error.find_root() {
        DataFusionError::Diagnostic(_, inner) => of(inner, statement),
        DataFusionError::SchemaError(inner, _) => match inner.as_ref() {
            SchemaError::FieldNotFound { field, .. } => {
                let place = if column.is_empty() { column_place(statement, &field.name) } else { column };
                Failure::user(format!("COLUMN_NOT_FOUND: {place}Column '{}' cannot be resolved", field.name))
            }
            SchemaError::AmbiguousReference { field } => {
                let place = if column.is_empty() { column_place(statement, &field.name) } else { column };
                Failure::user(format!("SYNTAX_ERROR: {place}Column '{}' is ambiguous", field.name))
            }
            other => Failure::user(format!("SYNTAX_ERROR: {other}")),
        },
        DataFusionError::Plan(text) => plan(text, statement),
        DataFusionError::NotImplemented(text) => Failure::user(format!("NOT_SUPPORTED: {text}")),
        DataFusionError::ResourcesExhausted(_) => Failure::system(
            "Query exhausted resources at this scale factor: it needs more memory than the lab lets queries hold. \
             Narrow the partitions, select fewer columns, or add a LIMIT.",
        ),
        DataFusionError::Execution(text) => Failure::user(text.clone()),
        DataFusionError::ArrowError(error, _) => Failure::user(match error.as_ref() {
            arrow::error::ArrowError::DivideByZero => "DIVISION_BY_ZERO: Division by zero".to_owned(),
            arrow::error::ArrowError::ArithmeticOverflow(what) => format!("NUMERIC_VALUE_OUT_OF_RANGE: {what}"),
            other => format!("GENERIC_USER_ERROR: {other}"),
        }),
        DataFusionError::ParquetError(error) => {
            let text = error.to_string();
            // A function that fails while rows are picked is no damage of the file.
            let inner = text.split_once("Execution(\"").and_then(|(_, rest)| Some(rest.rsplit_once("\")")?.0));
            Failure::user(inner.map_or_else(|| format!("HIVE_BAD_DATA: {text}"), |what| what.replace("\\\"", "\"")))
        }
        other => {
            let text = other.to_string();
            // Only functions of regular expressions read patterns.
            match text.split_once("regex parse error") {
                Some((_, what)) => Failure::user(format!(
                    "INVALID_FUNCTION_ARGUMENT: regular expression (look-around and back-references are not supported \
                     here){}",
                    what.replace('\n', " ")
                )),
                None => Failure::system(format!("GENERIC_INTERNAL_ERROR: {text}")),
            }
        }
    }
}

fn place(line: impl std::fmt::Display, column: impl std::fmt::Display) -> String {
    format!("line {line}:{column}: ")
}

fn plan(text: &str, statement: Option<&Statement>) -> Failure {
    if let Some(name) = missing_table(text) {
        let place = table_place(statement, name);
        return Failure::user(format!("TABLE_NOT_FOUND: {place}Table '{name}' does not exist"));
    }
    if let Some(at) = text.find("TYPE_MISMATCH: ").or_else(|| text.find("TYPE_NOT_FOUND: ")) {
        // A function that refuses its arguments is reported by several layers, each around the next.
        let what = text[at..].split(" No function matches").next().unwrap_or_default();
        return Failure::user(what.trim_end_matches('.'));
    }
    if let Some((_, rest)) = text.split_once("Unexpected parameters (")
        && let Some((given, rest)) = rest.split_once(") for function ")
    {
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let place = function_place(statement, name);
        return Failure::user(format!(
            "FUNCTION_NOT_FOUND: {place}Unexpected parameters ({given}) for function {name}"
        ));
    }
    if let Some((_, rest)) = text.split_once("No function matches the given name and argument types '")
        && let Some((name, rest)) = rest.split_once('(')
        && let Some((given, _)) = rest.split_once(")'")
    {
        let name = name.trim_start_matches('$').trim_start_matches("try ");
        let place = function_place(statement, name);
        let given = trino_names(given);
        return Failure::user(format!(
            "FUNCTION_NOT_FOUND: {place}Unexpected parameters ({given}) for function {name}"
        ));
    }
    refused(text.to_owned())
}

/// The engine's names of types as Trino's: `Utf8, Int64` becomes `varchar, bigint`.
fn trino_names(given: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("LargeUtf8", "varchar"),
        ("Utf8View", "varchar"),
        ("Utf8", "varchar"),
        ("Int8", "tinyint"),
        ("Int16", "smallint"),
        ("Int32", "integer"),
        ("Int64", "bigint"),
        ("Float32", "real"),
        ("Float64", "double"),
        ("Boolean", "boolean"),
        ("Date32", "date"),
        ("Binary", "varbinary"),
    ];
    let mut out = String::new();
    for (index, name) in given.split(", ").enumerate() {
        let known = NAMES.iter().find(|(engine, _)| *engine == name).map_or(name, |(_, trino)| trino);
        let _ = write!(out, "{}{known}", if index == 0 { "" } else { ", " });
    }
    out
}

fn missing_table(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("table '")?;
    let (name, after) = rest.split_once('\'')?;
    after.trim_start().starts_with("not found").then_some(name)
}

/// Finds where a name stands first.
struct Find<'n> {
    name: &'n str,
    is_wanted: fn(&Expr, &str) -> Option<Location>,
}

impl Visitor for Find<'_> {
    type Break = Location;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Location> {
        match (self.is_wanted)(expr, self.name) {
            Some(location) if location.line > 0 => ControlFlow::Break(location),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn expr_place(statement: Option<&Statement>, name: &str, is_wanted: fn(&Expr, &str) -> Option<Location>) -> String {
    match statement.map(|statement| statement.visit(&mut Find { name, is_wanted })) {
        Some(ControlFlow::Break(location)) => place(location.line, location.column),
        _ => String::new(),
    }
}

fn column_place(statement: Option<&Statement>, name: &str) -> String {
    expr_place(statement, name, |expr, name| match expr {
        Expr::Identifier(found) if found.value == name => Some(found.span.start),
        Expr::CompoundIdentifier(parts) if parts.last().is_some_and(|last| last.value == name) => {
            parts.first().map(|first| first.span.start)
        }
        _ => None,
    })
}

fn function_place(statement: Option<&Statement>, name: &str) -> String {
    expr_place(statement, name, |expr, name| match expr {
        Expr::Function(function) => {
            let found = function.name.0.first()?.as_ident()?;
            let own = found.value.trim_start_matches('$').split(' ').next().unwrap_or_default();
            own.eq_ignore_ascii_case(name).then_some(found.span.start)
        }
        _ => None,
    })
}

fn table_place(statement: Option<&Statement>, name: &str) -> String {
    let table = name.rsplit('.').next().unwrap_or_default();
    let found = statement.map(|statement| {
        datafusion::sql::sqlparser::ast::visit_relations(statement, |relation: &ObjectName| {
            let is_it = relation.0.last().and_then(|part| part.as_ident()).is_some_and(|part| part.value == table);
            let start = relation.span().start;
            if is_it && start.line > 0 { ControlFlow::Break(start) } else { ControlFlow::Continue(()) }
        })
    });
    match found {
        Some(ControlFlow::Break(start)) => place(start.line, start.column),
        _ => String::new(),
    }
}
