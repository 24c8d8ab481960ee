//! YAML as a tree whose nodes know their lines.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

/// How deep a document may be nested.
const DEPTH: usize = 32;
/// How many nodes a file may have.
const NODES: usize = 100_000;

/// A value, and the line that it begins in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// From 1.
    pub line: usize,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    /// Text, and whether it stands without quotes, so that it may be meant as a number.
    Scalar(String, bool),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub text: String,
    pub line: usize,
}

/// What cannot be read, and in which line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unreadable {
    pub line: usize,
    pub what: String,
}

impl Node {
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; anything else is a list of itself.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The texts of a list, or the one that stands for it.
    pub(super) fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(Node::scalar).map(str::to_owned).collect()
    }

    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar(..) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// A list or a map that is not at its end yet.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(Key, Node)>, Option<Key>),
}

/// Reads the documents of a file. Anchors and aliases are refused: by them a short text can be a very long one.
pub(super) fn read(text: &str) -> Result<Vec<Node>, Unreadable> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut nodes = 0;
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error: ScanError| Unreadable {
            line: error.marker().line().max(1),
            what: format!("it is no YAML: {}", error.info()),
        })?;
        let line = line(span);
        let refuse = |what: &str| Err(Unreadable { line, what: what.to_owned() });
        let done = match event {
            Event::Scalar(_, _, 1.., _)
            | Event::SequenceStart(1.., _)
            | Event::MappingStart(1.., _)
            | Event::Alias(_) => {
                return refuse("anchors and aliases are not read in rules");
            }
            Event::Scalar(text, style, ..) => Some(Node { line, value: scalar(&text, style) }),
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| match open {
                Open::List(line, items) => Node { line, value: Value::List(items) },
                Open::Map(line, entries, _) => Node { line, value: Value::Map(entries) },
            }),
            _ => None,
        };
        if open.len() > DEPTH {
            return refuse("it is nested too deeply");
        }
        let Some(node) = done else { continue };
        nodes += 1;
        if nodes > NODES {
            return refuse("it has too many values");
        }
        match open.last_mut() {
            None => documents.push(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(as_key(&node, entries)?),
            },
        }
    }
    Ok(documents)
}

/// The line that a node begins in, from 1.
fn line(span: Span) -> usize {
    span.start.line().max(1)
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    let is_plain = style == ScalarStyle::Plain;
    match text {
        "" | "~" | "null" | "Null" | "NULL" if is_plain => Value::Null,
        _ => Value::Scalar(text.to_owned(), is_plain),
    }
}

fn as_key(node: &Node, before: &[(Key, Node)]) -> Result<Key, Unreadable> {
    let refuse = |what: String| Err(Unreadable { line: node.line, what });
    match &node.value {
        Value::Scalar(text, _) if before.iter().any(|(key, _)| key.text == *text) => {
            refuse(format!("the key \"{text}\" stands twice in one map"))
        }
        Value::Scalar(text, _) => Ok(Key { text: text.clone(), line: node.line }),
        Value::Null => Ok(Key { text: String::new(), line: node.line }),
        _ => refuse(format!("{} cannot be a key", node.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_know_their_lines() {
        let documents = read("title: a\ndetection:\n  one:\n    - x\n    - 2\n---\ntitle: b\n").expect("YAML");
        assert_eq!(documents.len(), 2);
        let one = documents[0].get("detection").and_then(|node| node.get("one")).expect("there");
        assert_eq!((one.items()[1].line, one.items()[1].scalar()), (5, Some("2")));
        assert_eq!(documents[1].get("title").map(|node| node.line), Some(7));
    }

    #[test]
    fn what_grows_or_is_ambiguous_is_refused_with_its_line() {
        let line = |text: &str| read(text).expect_err("refused").line;
        assert_eq!(line("a: 1\nb: &x [1]\nc: *x\n"), 2);
        assert_eq!(line("a: 1\nb: 2\na: 3\n"), 3);
        assert_eq!(line("a: 1\n? [x]\n: 2\n"), 2);
        assert!(read(&"[".repeat(10_000)).is_err());
        assert!(read("a: [1\n").is_err());
    }
}
