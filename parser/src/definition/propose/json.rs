//! A proposal for JSON: the fields that all records have, and the one that holds the time.

use super::names::{self, Field};
use super::{Draft, bare, reads};
use crate::definition::propose::RECORDS;
use crate::format::format;
use crate::frame::Framing;
use crate::reader::{Options, Reader};
use crate::value::Value;

/// Levels of objects that are looked into.
const DEPTH: usize = 3;
/// Fields that a proposal asks for.
const REQUIRED: usize = 4;

/// A proposal, or why there is none; nothing where the samples are no JSON.
pub(super) fn propose(samples: &[u8], is_cut: bool, name: &str) -> Option<Result<String, String>> {
    if !samples.trim_ascii_start().starts_with(b"{") && !samples.trim_ascii_start().starts_with(b"[") {
        return None;
    }
    let (known, whole) = read(samples, is_cut);
    let (envelope, records) = match &whole[..] {
        _ if known.is_some() => (known.as_deref(), whole),
        [single] => match enveloped(single) {
            Some((key, items)) => (Some(key), items.to_vec()),
            None => (None, whole),
        },
        _ => (None, whole),
    };
    let objects: Vec<&Value<'static>> =
        records.iter().filter(|record| record.as_object().is_some_and(|o| !o.is_empty())).collect();
    if objects.is_empty() {
        return None;
    }
    if objects.len() < records.len() {
        return Some(Err("nothing can be proposed: not all of the JSON values are objects".to_owned()));
    }
    let proposal = write(&objects, envelope, name);
    let is_right = reads_objects(&proposal, &objects);
    let reason = || "nothing can be proposed: the JSON objects have no field in common".to_owned();
    Some(if is_right { Ok(proposal) } else { Err(reason()) })
}

/// The records, and the key of the list that they lie in, where that is one that formats are known by.
fn read(samples: &[u8], is_cut: bool) -> (Option<String>, Vec<Value<'static>>) {
    let mut reader = Reader::new(samples, Options { format: format("json"), partial: is_cut, ..Options::default() });
    let mut records = Vec::new();
    while let Some(record) = reader.next_record() {
        if let Ok(event) = record.outcome {
            records.push(event.fields.into_owned());
        }
        if records.len() == RECORDS {
            break;
        }
    }
    let envelope = match &reader.detection().framing {
        Framing::Envelope(key) => Some(key.to_string()),
        _ => None,
    };
    (envelope, records)
}

/// The list of objects that a single object is around.
fn enveloped<'v>(object: &'v Value<'static>) -> Option<(&'v str, &'v [Value<'static>])> {
    let fields = object.as_object()?;
    let lists = fields.iter().filter_map(|(key, value)| Some((&**key, value.as_array()?)));
    let mut lists = lists.filter(|(_, items)| !items.is_empty() && items.iter().all(|item| item.as_object().is_some()));
    let found = lists.next()?;
    (lists.next().is_none() && fields.len() <= 4 && !found.0.contains('.')).then_some(found)
}

fn reads_objects(proposal: &str, objects: &[&Value<'_>]) -> bool {
    let lines: Vec<String> = objects.iter().map(|object| object.to_json()).collect();
    reads(proposal, &lines.join("\n"))
}

fn write(objects: &[&Value<'static>], envelope: Option<&str>, name: &str) -> String {
    let mut paths: Vec<String> = Vec::new();
    for object in objects.iter().take(50) {
        scalars(object, "", DEPTH, &mut paths);
    }
    let field = |path: &String| Field {
        path: path.clone(),
        values: objects.iter().filter_map(|object| object.get(path)?.scalar()).collect(),
    };
    let fields: Vec<Field<'_>> = paths.iter().map(field).collect();
    let time = names::time_of(&fields);
    let meant: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| time.is_none_or(|(path, _)| path != field.path))
        .map(|f| Field { path: f.path.clone(), values: f.values.clone() })
        .collect();
    let rules = names::rules(&meant);
    let mut draft = Draft::new(name, &format!("{} JSON objects", objects.len()), &names::columns(&rules));
    draft.key("records", "json");
    if let Some(envelope) = envelope {
        draft.key("envelope", envelope);
    }
    let shown: Vec<&str> = fields
        .iter()
        .filter(|field| field.values.len() == objects.len() && time.is_none_or(|(path, _)| path != field.path))
        .map(|field| &*field.path)
        .filter(|path| !path.contains(['{', '}', '|', '[', ']']))
        .take(5)
        .collect();
    if !shown.is_empty() {
        draft.key("message", &shown.iter().map(|path| format!("{{{path}}}")).collect::<Vec<_>>().join(" "));
    }
    draft.ecs(&rules);
    draft.table("[matches]");
    for path in required(objects) {
        draft.line(&format!("{} = {{ exists = true }}", bare(&path)));
    }
    if let Some((path, format)) = time {
        draft.time(path, &[format]);
    }
    let samples: Vec<String> = objects.iter().map(|object| object.to_json()).collect();
    draft.samples(samples.iter().map(String::as_str));
    draft.text
}

/// The paths of scalars, in the order of the records.
fn scalars(value: &Value<'_>, prefix: &str, depth: usize, paths: &mut Vec<String>) {
    for (key, value) in value.as_object().unwrap_or_default() {
        // A path cannot name it.
        if key.is_empty() || key.contains(['[', ']', '|', '{', '}']) || key.chars().any(char::is_control) {
            continue;
        }
        let path = if prefix.is_empty() { key.to_string() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(_) if depth > 1 => scalars(value, &path, depth - 1, paths),
            value if value.scalar().is_some() && !paths.contains(&path) && paths.len() < 256 => paths.push(path),
            _ => {}
        }
    }
}

/// The fields that all records have, those that few other logs have first.
fn required(objects: &[&Value<'_>]) -> Vec<String> {
    const COMMON: [&str; 12] =
        ["time", "timestamp", "@timestamp", "message", "msg", "level", "id", "name", "type", "status", "user", "host"];
    let first = objects.first().and_then(|object| object.as_object()).unwrap_or_default();
    let is_in_all = |key: &str| objects.iter().all(|object| object.get(key).is_some_and(|value| !value.is_null()));
    let is_plain = |key: &str| {
        !key.is_empty() && !key.contains(['[', ']', '|', '.', '{', '}']) && !key.chars().any(char::is_control)
    };
    let mut keys: Vec<&str> =
        first.iter().map(|(key, _)| &**key).filter(|key| is_plain(key) && is_in_all(key)).collect();
    keys.dedup();
    keys.sort_by_key(|key| COMMON.contains(&key.to_ascii_lowercase().as_str()));
    let mut keys: Vec<String> = keys.into_iter().take(REQUIRED).map(str::to_owned).collect();
    keys.sort();
    keys.dedup();
    keys
}
