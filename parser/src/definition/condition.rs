//! Conditions on fields: when a rule applies, and which records are of a format.

use super::document::{Located, Node, constant, entries, kind};
use super::mistake::Notes;
use super::path::Path;
use super::pattern::Pattern;
use crate::value::Value;

/// A condition on one field, or on the first of several that is there.
#[derive(Debug)]
pub(super) struct Condition {
    paths: Vec<Path>,
    tests: Vec<Test>,
}

#[derive(Debug)]
enum Test {
    Exists(bool),
    /// The field is one of these.
    Is(Vec<Value<'static>>),
    /// The field is none of these; one that is missing is not either.
    Not(Vec<Value<'static>>),
    Begins(Vec<String>),
    Ends(Vec<String>),
    Holds(Vec<String>),
    Matches(Pattern),
    Min(f64),
    Max(f64),
}

pub(super) const TESTS: &[&str] = &["exists", "is", "not", "begins", "ends", "holds", "matches", "min", "max"];

impl Condition {
    /// Reads the conditions of a table: `{ action = "added", "outcome.result" = ["ALLOW", "SUCCESS"] }`.
    pub(super) fn all(node: Node<'_>, name: &str, notes: &mut Notes<'_>) -> Vec<Self> {
        let mut conditions = Vec::new();
        for (key, node) in entries(node, name, notes) {
            let alternatives = key.text.split('|').map(|text| Located { text: text.trim(), span: key.span.clone() });
            let paths = super::rule::paths(alternatives.collect(), notes);
            let tests = if node.get_ref().is_table() { tests(&key, node, notes) } else { equal(node, notes) };
            conditions.push(Condition { paths, tests });
        }
        conditions
    }

    /// Whether the fields of a record are so.
    pub(super) fn holds(&self, fields: &Value<'_>) -> bool {
        let is_there = |value: &&Value<'_>| !value.is_null();
        let value = self.paths.iter().find_map(|path| path.first(fields).filter(is_there));
        self.tests.iter().all(|test| test.holds(value))
    }
}

fn equal(node: Node<'_>, notes: &mut Notes<'_>) -> Vec<Test> {
    match constant(node) {
        Some(Value::Array(values)) => vec![Test::Is(values)],
        Some(value) => vec![Test::Is(vec![value])],
        None => {
            notes.add(&node.span(), format!("a field is compared with text, a number or a list, not {}", kind(node)));
            Vec::new()
        }
    }
}

fn tests(field: &Located<'_>, node: Node<'_>, notes: &mut Notes<'_>) -> Vec<Test> {
    let mut tests = Vec::new();
    for (key, node) in entries(node, field.text, notes) {
        let values = || match constant(node)? {
            Value::Array(values) => Some(values),
            value => Some(vec![value]),
        };
        let words = || values()?.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
        let number = || constant(node)?.as_f64();
        let test = match key.text {
            "exists" => node.get_ref().as_bool().map(Test::Exists),
            "is" => values().map(Test::Is),
            "not" => values().map(Test::Not),
            "begins" => words().map(Test::Begins),
            "ends" => words().map(Test::Ends),
            "holds" => words().map(Test::Holds),
            "min" => number().map(Test::Min),
            "max" => number().map(Test::Max),
            "matches" => {
                let Some(regex) = node.get_ref().as_str() else {
                    notes.add(&node.span(), format!("matches must be a pattern, not {}", kind(node)));
                    continue;
                };
                match notes.checked(&node.span(), Pattern::plain(0, regex, &[])) {
                    Some(pattern) => Some(Test::Matches(pattern)),
                    None => continue,
                }
            }
            other => {
                let mistake = notes.add(&key.span, format!("unknown test \"{other}\" of the field \"{}\"", field.text));
                mistake.cure_by_name(other, TESTS);
                if node.get_ref().is_table() || super::mistake::nearest(other, TESTS.iter().copied()).is_none() {
                    mistake.cure(format!("a dotted path stands in quotes: \"{}.{other}\"", field.text));
                }
                continue;
            }
        };
        match test {
            Some(test) => tests.push(test),
            None => drop(notes.add(&node.span(), format!("{} does not take {}", key.text, kind(node)))),
        }
    }
    tests
}

impl Test {
    fn holds(&self, value: Option<&Value<'_>>) -> bool {
        let text = || value.and_then(Value::scalar);
        let some = |texts: &[String], holds: fn(&str, &str) -> bool| {
            text().is_some_and(|text| texts.iter().any(|wanted| holds(text, wanted)))
        };
        match self {
            Test::Exists(wanted) => value.is_some() == *wanted,
            Test::Is(values) => value.is_some_and(|value| values.iter().any(|wanted| same(value, wanted))),
            Test::Not(values) => !value.is_some_and(|value| values.iter().any(|wanted| same(value, wanted))),
            Test::Begins(texts) => some(texts, |text, wanted| text.starts_with(wanted)),
            Test::Ends(texts) => some(texts, |text, wanted| text.ends_with(wanted)),
            Test::Holds(texts) => some(texts, |text, wanted| text.contains(wanted)),
            Test::Matches(pattern) => text().is_some_and(|text| pattern.is_match(text.as_bytes())),
            Test::Min(limit) => number(text()).is_some_and(|number| number >= *limit),
            Test::Max(limit) => number(text()).is_some_and(|number| number <= *limit),
        }
    }
}

fn number(text: Option<&str>) -> Option<f64> {
    text?.parse().ok()
}

/// Whether a field is a constant: `200` is both the number and its text. Of a list, whether an item is.
pub(super) fn same(value: &Value<'_>, wanted: &Value<'_>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| same(item, wanted)),
        _ => value.scalar().is_some_and(|text| Some(text) == wanted.scalar()),
    }
}
