//! The TOML of a definition, read key by key: what is unknown or of the wrong type is noted with its place, and reading
//! goes on.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Notes;
use crate::value::Value;

pub(super) type Node<'d> = &'d Spanned<DeValue<'d>>;

/// A text and the place where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located<'d> {
    pub text: &'d str,
    pub span: Range<usize>,
}

/// A table whose keys are known.
#[derive(Clone)]
pub(super) struct Section<'d> {
    table: &'d DeTable<'d>,
    pub span: Range<usize>,
}

impl<'d> Section<'d> {
    /// The table at `node`; of its keys those that are not `known` are noted.
    pub(super) fn open(node: Node<'d>, name: &str, known: &[&str], notes: &mut Notes<'_>) -> Option<Self> {
        let DeValue::Table(table) = node.get_ref() else {
            notes.add(&node.span(), format!("{name} must be a table, not {}", kind(node)));
            return None;
        };
        Some(Section::of(table, node.span(), name, known, notes))
    }

    pub(super) fn of(
        table: &'d DeTable<'d>,
        span: Range<usize>,
        name: &str,
        known: &[&str],
        notes: &mut Notes<'_>,
    ) -> Self {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(&&**key.get_ref())) {
            let cause = format!("unknown key \"{}\" in {name}", key.get_ref());
            let mistake = notes.add(&key.span(), cause);
            mistake.cure_by_name(key.get_ref(), known);
            if super::plan::KEYS.contains(&&**key.get_ref()) && !known.contains(&"strictness") {
                mistake.cure(format!("\"{}\" belongs before the first [table]", key.get_ref()));
            }
        }
        Section { table, span }
    }

    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The text at `key`.
    pub(super) fn text(&self, key: &str, notes: &mut Notes<'_>) -> Option<Located<'d>> {
        let node = self.get(key)?;
        text(node).or_else(|| {
            notes.add(&node.span(), format!("{key} must be text, not {}", kind(node)));
            None
        })
    }

    /// The text at `key`, which must be there.
    pub(super) fn needed(&self, key: &str, name: &str, notes: &mut Notes<'_>) -> Option<Located<'d>> {
        if self.get(key).is_none() {
            notes.add(&self.span, format!("{name} lacks \"{key}\""));
        }
        self.text(key, notes)
    }

    /// The texts at `key`: one, or a list.
    pub(super) fn texts(&self, key: &str, notes: &mut Notes<'_>) -> Vec<Located<'d>> {
        self.get(key).map_or_else(Vec::new, |node| texts(node, key, notes))
    }

    /// The truth value at `key`; false where there is none.
    pub(super) fn flag(&self, key: &str, notes: &mut Notes<'_>) -> bool {
        let Some(node) = self.get(key) else { return false };
        node.get_ref().as_bool().unwrap_or_else(|| {
            notes.add(&node.span(), format!("{key} must be true or false, not {}", kind(node)));
            false
        })
    }

    /// The number at `key`.
    pub(super) fn number(&self, key: &str, notes: &mut Notes<'_>) -> Option<f64> {
        let node = self.get(key)?;
        let number = constant(node).and_then(|value| value.as_f64());
        if number.is_none() {
            notes.add(&node.span(), format!("{key} must be a number, not {}", kind(node)));
        }
        number
    }

    /// The tables at `key`: `[[key]]`, or a list of inline tables.
    pub(super) fn list(&self, key: &str, notes: &mut Notes<'_>) -> Vec<Node<'d>> {
        match self.get(key).map(|node| (node, node.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(items))) => items.iter().collect(),
            Some((node, _)) => {
                let cause = format!("{key} must be a list, not {}", kind(node));
                notes.add(&node.span(), cause).cure(format!("write [[{key}]]"));
                Vec::new()
            }
        }
    }

    /// Keys and values at `key`, in the order of the file.
    pub(super) fn entries(&self, key: &str, notes: &mut Notes<'_>) -> Vec<(Located<'d>, Node<'d>)> {
        self.get(key).map_or_else(Vec::new, |node| entries(node, key, notes))
    }
}

/// Keys and values of the table at `node`, in the order of the file.
pub(super) fn entries<'d>(node: Node<'d>, name: &str, notes: &mut Notes<'_>) -> Vec<(Located<'d>, Node<'d>)> {
    let DeValue::Table(table) = node.get_ref() else {
        notes.add(&node.span(), format!("{name} must be a table, not {}", kind(node)));
        return Vec::new();
    };
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (Located { text: key.get_ref(), span: key.span() }, value)).collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

/// The texts at `node`: one, or a list.
pub(super) fn texts<'d>(node: Node<'d>, name: &str, notes: &mut Notes<'_>) -> Vec<Located<'d>> {
    let items: Vec<Node<'d>> = match node.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => vec![node],
    };
    let mut found = Vec::with_capacity(items.len());
    for node in items {
        match text(node) {
            Some(text) => found.push(text),
            None => drop(notes.add(&node.span(), format!("{name} must be text or a list of it, not {}", kind(node)))),
        }
    }
    found
}

pub(super) fn text(node: Node<'_>) -> Option<Located<'_>> {
    node.get_ref().as_str().map(|text| Located { text, span: node.span() })
}

/// The value at `node`, where it is a scalar or a list of scalars.
pub(super) fn constant(node: Node<'_>) -> Option<Value<'static>> {
    let number = |text: &str| Value::Number(text.replace(['_', '+'], "").into());
    match node.get_ref() {
        DeValue::String(text) => Some(Value::String(text.clone().into_owned().into())),
        DeValue::Integer(integer) => Some(number(&integer.to_string())).filter(|_| integer.radix() == 10),
        DeValue::Float(float) => {
            Some(number(float.as_str())).filter(|value| value.as_f64().is_some_and(f64::is_finite))
        }
        DeValue::Boolean(yes) => Some(Value::Bool(*yes)),
        DeValue::Array(items) => items.iter().map(constant).collect::<Option<_>>().map(Value::Array),
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// What a value is, in words.
pub(super) fn kind(node: Node<'_>) -> &'static str {
    match node.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date (put it in quotes)",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
