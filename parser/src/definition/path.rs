//! Paths into the fields of a record.

use std::borrow::Cow;

use crate::value::Value;

/// A path: `actor.id`, `target[type=User].id` (of the first item whose `type` is `User`), `request.ipChain[].ip` (of
/// every item).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Steps from list to list; all but the last end at one.
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// A dotted path; empty for the item itself.
    path: String,
    /// Which items of the list there are meant; nothing where it is no list.
    items: Option<Items>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Items {
    All,
    First { path: String, text: String },
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut steps = Vec::new();
        let mut rest = text;
        while let Some((path, after)) = rest.split_once('[') {
            let (inner, after) = after.split_once(']').ok_or("a bracket of the path is not closed")?;
            let items = match inner.split_once('=') {
                Some((path, text)) => Items::First { path: path.trim().to_owned(), text: text.trim().to_owned() },
                None if inner.is_empty() => Items::All,
                None => return Err("brackets of a path hold nothing or a condition: items[], items[type=User]"),
            };
            steps.push(Step { path: path.to_owned(), items: Some(items) });
            rest = match after.strip_prefix('.') {
                Some(rest) => rest,
                None if after.is_empty() => after,
                None => return Err("a dot must follow the brackets of a path"),
            };
        }
        if !rest.is_empty() || steps.is_empty() {
            steps.push(Step { path: rest.to_owned(), items: None });
        }
        if steps.iter().any(|step| step.path.is_empty()) {
            return Err("a path must name a field");
        }
        Ok(Path { steps })
    }

    /// Whether it may lead to several values.
    pub(super) fn is_many(&self) -> bool {
        self.steps.iter().any(|step| step.items == Some(Items::All))
    }

    /// The path up to the first list.
    pub(super) fn name(&self) -> &str {
        self.steps.first().map_or("", |step| &step.path)
    }

    /// The first value that it leads to.
    pub(super) fn first<'v, 'a>(&self, fields: &'v Value<'a>) -> Option<&'v Value<'a>> {
        if let [Step { path, items: None }] = &self.steps[..] {
            return fields.get(path);
        }
        let mut found = None;
        self.each(fields, &mut |value| found = found.or(Some(value)));
        found
    }

    /// Hands every value that the path leads to to `each`.
    pub(super) fn each<'v, 'a>(&self, fields: &'v Value<'a>, each: &mut dyn FnMut(&'v Value<'a>)) {
        walk(&self.steps, fields, each);
    }

    /// The scalar at the path, as text.
    pub(super) fn scalar<'v>(&self, fields: &'v Value<'_>) -> Option<&'v str> {
        self.first(fields).and_then(Value::scalar)
    }
}

fn walk<'v, 'a>(steps: &[Step], value: &'v Value<'a>, each: &mut dyn FnMut(&'v Value<'a>)) {
    let Some((step, rest)) = steps.split_first() else { return each(value) };
    let Some(value) = value.get(&step.path) else { return };
    match (&step.items, value) {
        (None, value) => walk(rest, value, each),
        (Some(Items::All), Value::Array(items)) => items.iter().for_each(|item| walk(rest, item, each)),
        (Some(Items::First { path, text }), Value::Array(items)) => {
            let is_meant = |item: &&Value<'_>| item.get(path).and_then(Value::scalar) == Some(text);
            if let Some(item) = items.iter().find(is_meant) {
                walk(rest, item, each);
            }
        }
        (Some(_), _) => {}
    }
}

/// The fields of a record that is read.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// Adds a field, or replaces the one of its name.
pub(super) fn put<'a>(fields: &mut Fields<'a>, name: Cow<'a, str>, value: Value<'a>) {
    match fields.iter_mut().find(|(key, _)| *key == name) {
        Some((_, old)) => *old = value,
        None => fields.push((name, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &str) -> Vec<String> {
        let text = r#"{"a":{"b":1},"t":[{"k":"x","n":{"v":1}},{"k":"y","n":{"v":2}},{"k":"y","n":{"v":3}}]}"#;
        let value = crate::json::parse(text.as_bytes(), 9).expect("it is JSON").value;
        let mut found = Vec::new();
        Path::parse(path).expect("it is a path").each(&value, &mut |value| found.push(value.to_json()));
        found
    }

    #[test]
    fn a_path_leads_to_one_item_of_a_list_or_to_all() {
        assert_eq!(all("a.b"), ["1"]);
        assert_eq!(all("t[].n.v"), ["1", "2", "3"]);
        assert_eq!(all("t[k=y].n.v"), ["2"]);
        assert_eq!(all("t[k=z].n.v"), [""; 0]);
        assert_eq!(all("a[].b"), [""; 0]);
        assert_eq!(all("t[k=x]"), [r#"{"k":"x","n":{"v":1}}"#]);
        for wrong in ["", "a[", "a[0]", "a[]b", "[].x"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }
}
