//! The shape of an object's records: which fields they have, and of which types.

use std::collections::BTreeMap;
use std::fmt;

use crate::record::Event;
use crate::value::Value;

/// Which fields the records of an object have, and of which types; for finding what is new in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    records: u64,
    fields: BTreeMap<String, Kinds>,
    is_full: bool,
}

/// Fields that are told apart. Keys that are data (ids as names of fields) would fill any memory.
const MOST: usize = 4_096;

/// Where a path is that deep, its value is taken whole.
const DEPTH: usize = 16;

/// The types a field has had, and how many records have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    count: u64,
    bits: u8,
}

const NAMES: [&str; 6] = ["null", "boolean", "number", "text", "list", "object"];

/// One difference between the shapes of two objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A field that the other object's records do not have.
    New {
        /// Its dotted path.
        field: String,
        /// How many records have it.
        count: u64,
    },
    /// A field that only the other object's records have.
    Lost {
        /// Its dotted path.
        field: String,
    },
    /// A field that has become of another type.
    Retyped {
        /// Its dotted path.
        field: String,
        /// The types in the other object: `text`, `number or text`.
        before: String,
        /// The types here.
        now: String,
    },
}

impl Outline {
    /// Takes note of a record.
    pub fn add(&mut self, event: &Event<'_>) {
        self.records += 1;
        self.walk(&mut String::new(), &event.fields, 0);
    }

    /// Records that were taken note of.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// What is different here from `other`, by field. A field that not all of the other's records have may be missing by
    /// chance, so only those are lost that at least half of them had.
    pub fn changes(&self, other: &Outline) -> Vec<Change> {
        if self.records == 0 || other.records == 0 {
            return Vec::new();
        }
        let mut changes = Vec::new();
        for (field, now) in &self.fields {
            let field = field.clone();
            match other.fields.get(&field) {
                // Where the other had too many fields to hold, a field is not new for not being held.
                None if !other.is_full => changes.push(Change::New { field, count: now.count }),
                Some(before) if now.told() & !before.told() != 0 && before.told() != 0 => {
                    changes.push(Change::Retyped { field, before: before.to_string(), now: now.to_string() });
                }
                _ => {}
            }
        }
        let is_lost = |(field, before): &(&String, &Kinds)| {
            before.count * 2 >= other.records && !self.fields.contains_key(*field) && !self.is_full
        };
        changes.extend(other.fields.iter().filter(is_lost).map(|(field, _)| Change::Lost { field: field.clone() }));
        changes
    }

    fn walk(&mut self, path: &mut String, value: &Value<'_>, depth: usize) {
        match value {
            Value::Object(fields) if depth < DEPTH => {
                for (key, value) in fields {
                    let length = path.len();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                    self.note(path, value);
                    self.walk(path, value, depth + 1);
                    path.truncate(length);
                }
            }
            Value::Array(items) if depth < DEPTH => {
                // The items of a list share its path.
                let length = path.len();
                path.push_str("[]");
                for item in items.iter().take(64) {
                    self.note(path, item);
                    self.walk(path, item, depth + 1);
                }
                path.truncate(length);
            }
            _ => {}
        }
    }

    fn note(&mut self, path: &str, value: &Value<'_>) {
        let bit = 1
            << match value {
                Value::Null => 0,
                Value::Bool(_) => 1,
                Value::Number(_) => 2,
                Value::String(_) => 3,
                Value::Array(_) => 4,
                Value::Object(_) => 5,
            };
        if let Some(kinds) = self.fields.get_mut(path) {
            kinds.count += 1;
            kinds.bits |= bit;
        } else if self.fields.len() < MOST {
            self.fields.insert(path.to_owned(), Kinds { count: 1, bits: bit });
        } else {
            self.is_full = true;
        }
    }
}

impl Kinds {
    /// The types but null, which says nothing of a field's type.
    fn told(self) -> u8 {
        self.bits & !1
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.iter().enumerate().filter(|(bit, _)| self.told() & (1 << bit) != 0).map(|(_, name)| *name);
        f.write_str(&names.collect::<Vec<_>>().join(" or "))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::New { field, count } => write!(f, "new field {field} ({count} times)"),
            Change::Lost { field } => write!(f, "lost field {field}"),
            Change::Retyped { field, before, now } => write!(f, "field {field} was {before}, is {now}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Reader};

    fn of(lines: &str) -> Outline {
        let mut reader = Reader::new(lines.as_bytes(), Options::default());
        let mut outline = Outline::default();
        while let Some(record) = reader.next_record() {
            outline.add(record.outcome.as_ref().unwrap());
        }
        outline
    }

    fn changes(now: &str, before: &str) -> Vec<String> {
        of(now).changes(&of(before)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn new_lost_and_retyped_fields_are_told() {
        let before = "{\"a\":1,\"b\":{\"c\":\"x\"},\"l\":[1]}\n{\"a\":2,\"b\":{\"c\":\"y\"},\"l\":[2]}\n";
        let now = "{\"a\":\"1\",\"b\":{\"d\":true},\"l\":[{\"e\":1}]}\n";
        assert_eq!(
            changes(now, before),
            [
                "field a was number, is text",
                "new field b.d (1 times)",
                "field l[] was number, is object",
                "new field l[].e (1 times)",
                "lost field b.c",
            ]
        );
        assert_eq!(changes(before, before), Vec::<String>::new());
    }

    #[test]
    fn a_rare_field_and_a_null_are_no_change() {
        let before = "{\"a\":1}\n{\"a\":1}\n{\"a\":1,\"rare\":1}\n";
        assert_eq!(changes("{\"a\":null}\n", before), Vec::<String>::new());
    }

    #[test]
    fn a_column_behind_the_known_ones_is_a_new_field() {
        let line = "type=1 2026-11-23T02:14:07Z";
        assert_eq!(
            changes(&format!("{{\"m\":\"{line}\",\"column_30\":1}}"), &format!("{{\"m\":\"{line}\"}}")),
            ["new field column_30 (1 times)"]
        );
    }

    #[test]
    fn an_outline_is_bounded_and_then_silent_about_what_it_does_not_hold() {
        let many: Vec<String> = (0..6000).map(|index| format!("\"k{index}\":1")).collect();
        let outline = of(&format!("{{{}}}", many.join(",")));
        assert_eq!(outline.fields.len(), MOST);
        let changes = of("{\"new\":1}").changes(&outline);
        assert!(!changes.iter().any(|change| matches!(change, Change::New { .. })), "{changes:?}");
    }
}
