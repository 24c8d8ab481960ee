//! How far the ECS view of a file's records agrees with what other pipelines made of the same file.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::files::{Event, LogFile};

/// Fields that a pipeline adds from elsewhere (geography, networks, lists of browsers and of public suffixes, its own bookkeeping), or that are
/// copies of the original event in another spelling. They are not the parser's.
const NOT_OURS: &[&str] = &[
    ".geo.",
    ".as.",
    ".registered_domain.",
    ".subdomain.",
    ".top_level_domain.",
    "user_agent.device.",
    "user_agent.name",
    "user_agent.os.",
    "user_agent.version",
    "event.created",
    "event.original",
    "event.ingested",
    "ecs.version",
    "tags",
    "input.type",
    "log.file.path",
    "log.flags",
    "log.offset",
    "fileset.name",
    "service.type",
    "network.community_id",
    "aws.cloudtrail.flattened.",
    "aws.cloudtrail.request_parameters",
    "aws.cloudtrail.response_elements",
    "aws.cloudtrail.additional_eventdata",
    "aws.cloudtrail.service_event_details",
];

/// Expected fields that agree, and the others by their path.
#[derive(Default)]
pub struct Agreement {
    pub agreed: usize,
    pub expected: usize,
    pub differences: BTreeMap<String, Difference>,
}

/// Expected values of one field that the parser does not give.
#[derive(Default)]
pub struct Difference {
    pub count: usize,
    /// The first of them: what was expected, and what was found.
    pub example: String,
}

impl Agreement {
    /// Compares the records of a file with its expected documents.
    pub fn of(file: &LogFile, events: &[Event]) -> Option<Self> {
        // What stands beside a Parquet file are its rows, not what a pipeline made of them.
        let expected = file.expected().filter(|_| !file.name().ends_with(".parquet"))?;
        let mut agreement = Agreement::default();
        for (event, wanted) in pairs(events, &expected) {
            agreement.compare(event.map_or(&Json::Null, |event| &event.ecs), wanted);
        }
        Some(agreement)
    }

    /// Compares each field of `wanted` that is the parser's to give.
    fn compare(&mut self, ours: &Json, wanted: &Json) {
        let mut fields = BTreeMap::new();
        flatten("", wanted, &mut fields);
        let mut found = BTreeMap::new();
        flatten("", ours, &mut found);
        for (path, wanted) in fields {
            let padded = format!(".{path}.");
            if NOT_OURS.iter().any(|part| padded.contains(part) && (part.starts_with('.') || path.starts_with(part))) {
                continue;
            }
            self.expected += 1;
            let ours = found.get(&path);
            if ours.is_some_and(|ours| same(ours, wanted)) {
                self.agreed += 1;
                continue;
            }
            let difference = self.differences.entry(path).or_default();
            difference.count += 1;
            if difference.example.is_empty() {
                let ours = ours.map_or("nothing".to_owned(), |ours| (*ours).to_string());
                difference.example = format!("{wanted} but {ours}").chars().take(200).collect();
            }
        }
    }
}

/// Each expected document with the record that it stands for: in their order where there are equally many, otherwise by
/// the offset or the original text that the document names.
fn pairs<'a>(events: &'a [Event], expected: &'a [Json]) -> Vec<(Option<&'a Event>, &'a Json)> {
    let is_record = |document: &&Json| !document.is_null();
    if events.len() == expected.len() {
        return events.iter().map(Some).zip(expected).filter(|(_, document)| is_record(document)).collect();
    }
    let records: Vec<&Json> = expected.iter().filter(is_record).collect();
    if events.len() == records.len() {
        return events.iter().map(Some).zip(records).collect();
    }
    let by_place: BTreeMap<u64, &Event> = events.iter().map(|event| (event.offset, event)).collect();
    let by_text: BTreeMap<&str, &Event> = events.iter().map(|event| (event.raw.trim(), event)).collect();
    let found = |index: usize, document: &Json| {
        if let Some(offset) = document.get("log.offset").and_then(Json::as_u64) {
            return by_place.get(&offset).copied();
        }
        match document.pointer("/event/original").and_then(Json::as_str) {
            Some(original) => by_text.get(original.trim()).copied(),
            None => events.get(index),
        }
    };
    records.into_iter().enumerate().map(|(index, document)| (found(index, document), document)).collect()
}

fn flatten<'a>(path: &str, value: &'a Json, into: &mut BTreeMap<String, &'a Json>) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, value, into);
            }
        }
        Json::Null => {}
        _ => {
            into.insert(path.to_owned(), value);
        }
    }
}

/// Equal up to spelling: one item and a list of it, the order of a list, a number and its text, an instant's digits.
pub fn same(ours: &Json, wanted: &Json) -> bool {
    let list = |value: &Json| match value {
        Json::Array(items) => items.clone(),
        Json::Null => Vec::new(),
        other => vec![other.clone()],
    };
    let (ours, wanted) = (list(ours), list(wanted));
    ours.len() == wanted.len() && wanted.iter().all(|wanted| ours.iter().any(|ours| same_scalar(ours, wanted)))
}

fn same_scalar(ours: &Json, wanted: &Json) -> bool {
    if let (Json::Object(ours), Json::Object(wanted)) = (ours, wanted) {
        return ours.len() == wanted.len()
            && wanted.iter().all(|(key, wanted)| ours.get(key).is_some_and(|ours| same(ours, wanted)));
    }
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (ours, wanted) = (text(ours), text(wanted));
    if ours == wanted {
        return true;
    }
    if let (Ok(ours), Ok(wanted)) = (ours.parse::<f64>(), wanted.parse::<f64>()) {
        return (ours - wanted).abs() < 1e-9;
    }
    let millisecond = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    millisecond(&ours).is_some_and(|ours| Some(ours) == millisecond(&wanted))
}
