//! A record as lines: one a value, branches that can be folded.

use std::collections::BTreeSet;

use crate::domain::size::plural;
use crate::domain::{Node, Shown};

/// The most lines that one record is shown in.
const LIMIT: usize = 5_000;
/// The deepest branch that is walked into.
const DEPTH: usize = 64;

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number, truth value or null.
    Number,
    /// A branch.
    Branch,
    /// Why the record could not be parsed.
    Fault,
    /// A word of ours.
    Note,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How deep it lies, from 0.
    pub depth: usize,
    /// The dotted path of its value.
    pub path: String,
    /// Its key, safe to show; empty for plain lines.
    pub key: String,
    /// Its value, safe to show; for a folded branch, what it holds.
    pub value: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether values lie below it.
    pub is_branch: bool,
    /// Whether they are folded away.
    pub is_folded: bool,
    /// The value as the log has it, for copies and searches.
    pub original: Option<String>,
}

impl Line {
    pub(super) fn plain(kind: Kind, text: &str) -> Self {
        Self {
            depth: 0,
            path: String::new(),
            key: String::new(),
            value: Shown::new(text).as_str().to_owned(),
            kind,
            is_branch: false,
            is_folded: false,
            original: None,
        }
    }

    /// The path of the branch that holds it.
    pub fn parent(&self) -> Option<&str> {
        self.path.rsplit_once('\u{1f}').map(|(parent, _)| parent)
    }
}

/// The lines of a record.
pub fn lines(node: &Node, folded: &BTreeSet<String>) -> Vec<Line> {
    let mut lines = Vec::new();
    walk(node, "", 0, folded, &mut lines);
    if lines.len() >= LIMIT {
        lines.push(Line::plain(Kind::Note, &format!("… the first {LIMIT} values")));
    }
    lines
}

fn walk(node: &Node, path: &str, depth: usize, folded: &BTreeSet<String>, lines: &mut Vec<Line>) {
    match node {
        Node::Map(fields) => {
            for (key, value) in fields {
                line(key, value, path, depth, folded, lines);
            }
        }
        Node::List(items) => {
            for (index, value) in items.iter().enumerate() {
                line(&index.to_string(), value, path, depth, folded, lines);
            }
        }
        scalar => line("value", scalar, path, depth, folded, lines),
    }
}

fn line(key: &str, value: &Node, parent: &str, depth: usize, folded: &BTreeSet<String>, lines: &mut Vec<Line>) {
    if lines.len() >= LIMIT {
        return;
    }
    // Keys may hold dots; a separator that no key holds keeps paths apart.
    let path = if parent.is_empty() { key.to_owned() } else { format!("{parent}\u{1f}{key}") };
    let is_branch = !value.is_empty();
    let is_folded = is_branch && (folded.contains(&path) || depth >= DEPTH);
    let (shown, kind) = match value {
        Node::Null => ("null".to_owned(), Kind::Number),
        Node::Bool(_) | Node::Number(_) => (value.scalar().unwrap_or_default().to_owned(), Kind::Number),
        Node::Text(text) => (text.clone(), Kind::Text),
        Node::List(items) if items.is_empty() => ("[]".to_owned(), Kind::Number),
        Node::Map(fields) if fields.is_empty() => ("{}".to_owned(), Kind::Number),
        Node::List(items) if is_folded => (format!("[{}]", plural(items.len(), "item")), Kind::Branch),
        Node::Map(fields) if is_folded => (format!("{{{}}}", plural(fields.len(), "field")), Kind::Branch),
        Node::List(_) | Node::Map(_) => (String::new(), Kind::Branch),
    };
    lines.push(Line {
        depth,
        key: Shown::new(key).as_str().to_owned(),
        value: Shown::new(shown).as_str().to_owned(),
        kind,
        is_branch,
        is_folded,
        original: value.scalar().map(str::to_owned),
        path: path.clone(),
    });
    if is_branch && !is_folded {
        walk(value, &path, depth + 1, folded, lines);
    }
}

/// The dotted path of a value's field: of a line's path, the keys without the places in lists.
pub fn field(node: &Node, path: &str) -> String {
    let mut node = Some(node);
    let mut keys: Vec<&str> = Vec::new();
    for part in path.split('\u{1f}') {
        node = match node {
            Some(Node::List(items)) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
            Some(Node::Map(fields)) => {
                keys.push(part);
                fields.iter().find(|(key, _)| key == part).map(|(_, value)| value)
            }
            _ => None,
        };
    }
    keys.join(".")
}
