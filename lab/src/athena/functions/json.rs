//! JSON functions. JSON values are texts here; numbers keep the digits that the log wrote.

use std::collections::BTreeMap;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use datafusion::common::Result;
use serde_json::value::RawValue;

use super::scalar::{Arg, Function, Gives, Last, invalid, map_text, map_texts, texts, typed};

pub(super) const ALL: &[Function] = &[
    Function {
        name: "json_extract_scalar",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Text,
        body: extract_scalar,
    },
    Function { name: "json_extract", args: &[Arg::Text, Arg::Text], optional: 0, gives: Gives::Json, body: extract },
    Function { name: "json_parse", args: &[Arg::Text], optional: 0, gives: Gives::Json, body: parse },
    Function { name: "json_format", args: &[Arg::Text], optional: 0, gives: Gives::Text, body: format },
    Function { name: "json_array_length", args: &[Arg::Text], optional: 0, gives: Gives::Int, body: array_length },
    Function { name: "json_array_get", args: &[Arg::Text, Arg::Int], optional: 0, gives: Gives::Json, body: array_get },
    Function {
        name: "json_array_contains",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Bool,
        body: array_contains,
    },
    Function { name: "json_size", args: &[Arg::Text, Arg::Text], optional: 0, gives: Gives::Int, body: size },
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

/// Parses `$.a.b[0]["c d"]`.
fn path(text: &str) -> Result<Vec<Step>> {
    let wrong = || invalid(format!("Invalid JSON path: '{text}'"));
    let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix("['")) {
            let quote = &rest[1..2];
            let (name, after) = after.split_once(&format!("{quote}]")).ok_or_else(wrong)?;
            steps.push(Step::Field(name.to_owned()));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (inside, after) = after.split_once(']').ok_or_else(wrong)?;
            steps.push(match inside.trim().parse() {
                Ok(index) => Step::Item(index),
                Err(_) if inside.chars().all(|c| c.is_alphanumeric() || c == '_') && !inside.is_empty() => {
                    Step::Field(inside.to_owned())
                }
                Err(_) => return Err(wrong()),
            });
            rest = after;
        } else {
            let after = rest.strip_prefix('.').ok_or_else(wrong)?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            if name.is_empty() || name == "*" {
                return Err(wrong());
            }
            steps.push(Step::Field(name.to_owned()));
            rest = &after[end..];
        }
    }
    Ok(steps)
}

/// The value at the path, as it is written in the text. `None` also where the text is not JSON.
fn find<'a>(json: &'a str, steps: &[Step]) -> Option<&'a RawValue> {
    let mut value: &RawValue = serde_json::from_str(json).ok()?;
    for step in steps {
        value = match step {
            Step::Field(name) => {
                let fields: BTreeMap<std::borrow::Cow<'_, str>, &RawValue> = serde_json::from_str(value.get()).ok()?;
                fields.get(name.as_str()).copied()?
            }
            Step::Item(index) => *items(value.get())?.get(*index)?,
        };
    }
    Some(value)
}

fn items(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

/// A string, number or boolean as text; `None` for null, arrays and objects.
fn scalar(value: &RawValue) -> Option<String> {
    let text = value.get().trim();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(text.to_owned()),
    }
}

fn extract_scalar(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    map_texts::<_, StringArray>(args, |json, at| {
        let steps = last.get(at, path)?;
        Ok(find(json, steps).and_then(scalar))
    })
}

fn extract(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    map_texts::<_, StringArray>(args, |json, at| {
        let steps = last.get(at, path)?;
        Ok(find(json, steps).map(|value| compact(value.get())))
    })
}

/// JSON without the space between its tokens.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut is_text, mut is_escaped) = (false, false);
    for c in json.chars() {
        if is_text || !c.is_ascii_whitespace() {
            out.push(c);
        }
        is_text ^= c == '"' && !is_escaped;
        is_escaped = is_text && c == '\\' && !is_escaped;
    }
    out
}

/// JSON is already what it prints as.
fn format(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, StringArray>(args, |json| Ok(Some(compact(json))))
}

fn parse(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, StringArray>(args, |json| {
        let value: &RawValue =
            serde_json::from_str(json).map_err(|_| invalid(format!("Cannot convert value to JSON: '{json}'")))?;
        Ok(Some(compact(value.get())))
    })
}

fn array_length(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, Int64Array>(args, |json| Ok(items(json).map(|items| items.len() as i64)))
}

fn array_get(args: &[ArrayRef]) -> Result<ArrayRef> {
    let (json, index) = (texts(args, 0)?, typed::<Int64Array>(args, 1)?);
    let values = json.iter().zip(index).map(|(json, index)| {
        let items = items(json?)?;
        let index = index?;
        // A negative index counts from the end.
        let index = if index < 0 { items.len() as i64 + index } else { index };
        Some(items.get(usize::try_from(index).ok()?)?.get().to_owned())
    });
    Ok(std::sync::Arc::new(values.collect::<StringArray>()))
}

fn array_contains(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_texts::<_, BooleanArray>(args, |json, wanted| {
        Ok(items(json).map(|items| items.iter().any(|item| scalar(item).as_deref() == Some(wanted))))
    })
}

fn size(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    map_texts::<_, Int64Array>(args, |json, at| {
        let steps = last.get(at, path)?;
        Ok(find(json, steps).map(|value| {
            let text = value.get();
            let fields = serde_json::from_str::<BTreeMap<String, &RawValue>>(text).map(|fields| fields.len());
            fields.ok().or_else(|| items(text).map(|items| items.len())).unwrap_or(0) as i64
        }))
    })
}
