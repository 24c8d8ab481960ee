//! Parameters: `:name` and `?`, whose values are sent beside the statement and never become part of its text.

use std::collections::BTreeMap;

use super::{Literal, NotALiteral, StatementKind, TokenKind, tokens};

/// What a statement asks for, in the order of its first use: names, and for each `?` its number from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<String>);

/// A statement as Athena takes it: a `?` for each use of a parameter, and their values in that order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The statement.
    pub sql: String,
    /// A literal for each `?`.
    pub values: Vec<Literal>,
}

/// Why a statement cannot be sent with these values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbound {
    /// No value is given.
    #[error("the parameter {0} has no value")]
    Missing(String),
    /// The value cannot be sent.
    #[error("the parameter {0}: {1}")]
    Value(String, #[source] NotALiteral),
}

impl Parameters {
    /// What a statement asks for.
    pub fn of(statement: &str) -> Self {
        let mut names = Vec::new();
        for (name, _) in uses(statement) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Self(names)
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Puts `?` in the place of each use, with the values as they were typed.
    pub fn bind(statement: &str, typed: &BTreeMap<String, String>) -> Result<Bound, Unbound> {
        let mut bound = Bound { sql: String::with_capacity(statement.len()), values: Vec::new() };
        let mut end = 0;
        for (name, span) in uses(statement) {
            let value = typed.get(&name).ok_or_else(|| Unbound::Missing(name.clone()))?;
            bound.values.push(Literal::read(value).map_err(|error| Unbound::Value(name.clone(), error))?);
            bound.sql.push_str(&statement[end..span.start]);
            bound.sql.push('?');
            end = span.end;
        }
        bound.sql.push_str(&statement[end..]);
        Ok(bound)
    }
}

/// Each use of a parameter: its name and its place.
fn uses(statement: &str) -> Vec<(String, std::ops::Range<usize>)> {
    if !StatementKind::takes_parameters(statement) {
        return Vec::new();
    }
    let mut unnamed = 0;
    let parameters = tokens(statement).into_iter().filter(|token| token.kind == TokenKind::Parameter);
    parameters
        .map(|token| {
            let text = &statement[token.span.clone()];
            let name = text.strip_prefix(':').map_or_else(
                || {
                    unnamed += 1;
                    unnamed.to_string()
                },
                str::to_owned,
            );
            (name, token.span)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQL: &str = "SELECT ':no', \"a:b\" FROM t -- :no ?\nWHERE a = :who AND b > ? AND c = :who AND d = ?";

    #[test]
    fn a_name_is_asked_for_once_and_sent_for_each_use() {
        assert_eq!(Parameters::of(SQL).names(), ["who", "1", "2"]);
        let typed = [("who", "o'neill; DROP TABLE t"), ("1", "7"), ("2", "NULL")];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let bound = Parameters::bind(SQL, &typed).expect("bound");
        assert_eq!(bound.sql, "SELECT ':no', \"a:b\" FROM t -- :no ?\nWHERE a = ? AND b > ? AND c = ? AND d = ?");
        let sent: Vec<String> = bound.values.iter().map(ToString::to_string).collect();
        assert_eq!(sent, ["'o''neill; DROP TABLE t'", "7", "'o''neill; DROP TABLE t'", "NULL"]);
    }

    #[test]
    fn a_missing_or_broken_value_is_told_by_its_name() {
        assert_eq!(Parameters::bind("SELECT :a", &BTreeMap::new()), Err(Unbound::Missing("a".into())));
        let typed = BTreeMap::from([("a".to_owned(), "'open".to_owned())]);
        let error = Parameters::bind("SELECT :a", &typed).expect_err("no literal");
        assert_eq!(error.to_string(), "the parameter a: the value begins with a quote that does not end it");
        assert!(Parameters::of("CREATE EXTERNAL TABLE t (a struct<b:string>)").names().is_empty());
    }
}
