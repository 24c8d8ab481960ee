//! The selections of a rule: what each of them asks of a record.

use super::field::{Fields, View};
use super::value::{FieldTest, Flaw};
use super::yaml::{Key, Node, Value};

/// How deep selections lie in each other.
const DEPTH: usize = 8;

/// What a selection asks.
#[derive(Debug, Clone)]
pub(super) enum Search {
    /// All of these.
    All(Vec<FieldTest>),
    /// One of these.
    Any(Vec<Search>),
}

impl Search {
    /// A map asks for all of its keys, a list for one of its items; a text is looked for in the whole record.
    pub(super) fn read(name: &Key, node: &Node, fields: &mut Fields) -> Result<Self, Flaw> {
        Self::at(name, node, fields, 0)
    }

    fn at(name: &Key, node: &Node, fields: &mut Fields, depth: usize) -> Result<Self, Flaw> {
        let flaw = |what: &str| Err(Flaw::new(node.line, format!("the selection \"{}\" {what}", name.text)));
        if depth > DEPTH {
            return flaw("is nested too deeply");
        }
        match &node.value {
            Value::Map(entries) if entries.is_empty() => flaw("is empty"),
            Value::Map(entries) => {
                let tests = entries.iter().map(|(key, node)| FieldTest::read(key, node, fields));
                Ok(Self::All(tests.collect::<Result<_, _>>()?))
            }
            Value::List(items) if items.is_empty() => flaw("is empty"),
            Value::List(items) => {
                let each = items.iter().map(|item| Self::at(name, item, fields, depth + 1));
                Ok(Self::Any(each.collect::<Result<_, _>>()?))
            }
            Value::Scalar(..) => {
                let key = Key { text: "|contains".to_owned(), line: node.line };
                Ok(Self::All(vec![FieldTest::read(&key, node, fields)?]))
            }
            Value::Null => flaw("says nothing"),
        }
    }

    pub(super) fn holds(&self, view: &View<'_>) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(view)),
            Self::Any(searches) => searches.iter().any(|search| search.holds(view)),
        }
    }

    /// A field and the texts of which it must be one for the selection to hold.
    pub(super) fn needs(&self) -> Option<(usize, Vec<&str>)> {
        match self {
            Self::All(tests) => {
                let each = tests.iter().rev().filter_map(|test| Some((test.field?, test.exact()?)));
                each.min_by_key(|(_, texts)| texts.len())
            }
            Self::Any(searches) => any(searches.iter().map(Self::needs)),
        }
    }
}

/// What must hold where any of these must: texts of one field, if each needs that field.
pub(super) fn any<'s>(mut needs: impl Iterator<Item = Option<(usize, Vec<&'s str>)>>) -> Option<(usize, Vec<&'s str>)> {
    let (field, mut texts) = needs.next()??;
    for need in needs {
        let (other, more) = need?;
        if other != field {
            return None;
        }
        texts.extend(more);
    }
    Some((field, texts))
}
