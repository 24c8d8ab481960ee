//! What a rule found: a document of the Elastic Common Schema, which the worker writes and the console reads.
//!
//! The document is the record's own with `event.kind` `signal`, the rule under `rule.*` and `threat.*`, and where the
//! record lies under `scops.*`. It depends on the record and the rule alone: writing it twice writes the same.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use scops_parser::{Event, Record};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{EcsValues, Hit, ObjectId};
use crate::detect::{Level, Rule};

/// Bytes of a record whose own fields are kept in its alert; those of a longer one stay in its object.
const LONGEST_RECORD: usize = 64 << 10;

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What tells it from others.
    pub id: String,
    /// The event time.
    pub time: Option<Timestamp>,
    /// How grave it is.
    pub level: Level,
    /// The rule's id.
    pub rule: String,
    /// The rule's title, as it was then.
    pub title: String,
    /// The source's name.
    pub source: String,
    /// The consumer that found it.
    pub consumer: String,
    /// The object that holds the record.
    pub object: ObjectId,
    /// The record's line in the inflated object, from 1.
    pub line: u64,
    /// The record's bytes in the inflated object.
    pub span: Range<u64>,
    /// Whose doing it is, as far as the record tells: `user.name`, else the host.
    pub who: Option<String>,
    /// From where: `source.ip`, else `source.address`.
    pub address: Option<String>,
    /// One line that tells the record.
    pub message: String,
    /// How many more of the same rule the object holds, of which none is kept.
    pub further: u64,
    /// The document, one line of JSON.
    pub document: Arc<str>,
}

/// Where the records are from that are matched.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The object.
    pub object: ObjectId,
    /// Its entity tag.
    pub etag: String,
    /// The source's name.
    pub source: String,
    /// The consumer's name.
    pub consumer: String,
}

impl Scene {
    /// The document of an alert.
    pub fn alert(&self, record: &Record<'_>, event: &Event<'_>, rule: &Rule) -> Map<String, Value> {
        let mut document = match serde_json::to_value(event.ecs()) {
            Ok(Value::Object(document)) => document,
            // Its numbers and texts are JSON's, so that this is never so.
            _ => Map::new(),
        };
        set(&mut document, &["event", "kind"], "signal".into());
        set(&mut document, &["event", "severity"], rule.level.severity().into());
        if !document.contains_key("message") {
            document.insert("message".into(), event.message().into());
        }
        document.insert("rule".into(), about(rule));
        if let Some(threat) = threat(rule) {
            document.insert("threat".into(), threat);
        }
        if !rule.tags.is_empty() {
            document.insert("tags".into(), rule.tags.clone().into());
        }
        let mut scops = json!({
            "id": self.id(record, rule),
            "level": rule.level.name(),
            "source": self.source,
            "consumer": self.consumer,
            "format": event.format,
            "object": self.object.to_string(),
            "version": self.object.version,
            "line": record.line,
            "span": [record.span.start, record.span.end],
        });
        if record.raw.len() <= LONGEST_RECORD {
            scops["fields"] = serde_json::to_value(&event.fields).unwrap_or_default();
        }
        document.insert("scops".into(), scops);
        document
    }

    fn id(&self, record: &Record<'_>, rule: &Rule) -> String {
        let mut hash = Sha256::new();
        let version = self.object.version.as_deref().unwrap_or(&self.etag);
        for part in [self.object.bucket.as_str(), &self.object.key, version, &rule.id] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(record.span.start.to_be_bytes());
        let digest = format!("{:x}", hash.finalize());
        digest[..32].to_owned()
    }
}

/// What ECS has names for under `rule.*`.
fn about(rule: &Rule) -> Value {
    let mut about = json!({ "id": rule.id, "name": rule.title, "ruleset": "sigma", "version": rule.version });
    let told = [
        ("description", rule.description.clone()),
        ("author", rule.author.clone()),
        ("reference", rule.references.first().cloned()),
    ];
    for (name, text) in told {
        if let Some(text) = text {
            about[name] = text.into();
        }
    }
    about
}

/// The techniques and tactics of ATT&CK that a rule's tags name: `attack.t1078.004`, `attack.initial-access`.
fn threat(rule: &Rule) -> Option<Value> {
    let names = rule.tags.iter().filter_map(|tag| tag.strip_prefix("attack."));
    let is_technique =
        |name: &&str| name.strip_prefix('t').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let techniques: Vec<String> = names.clone().filter(is_technique).map(str::to_uppercase).collect();
    let tactics: Vec<&str> = names.filter(|name| !is_technique(name)).collect();
    let has_any = !techniques.is_empty() || !tactics.is_empty();
    has_any.then(
        || json!({ "framework": "MITRE ATT&CK", "technique": { "id": techniques }, "tactic": { "name": tactics } }),
    )
}

/// Sets a value below others, which become maps where they are none.
fn set(document: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => drop(document.insert((*name).to_owned(), value)),
        [name, rest @ ..] => {
            let below = document.entry((*name).to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if !below.is_object() {
                *below = Value::Object(Map::new());
            }
            if let Value::Object(below) = below {
                set(below, rest, value);
            }
        }
    }
}

impl Alert {
    /// Reads a line of an object of alerts; none where it is no alert.
    pub fn read(line: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(line).ok()?;
        let scops = document.get("scops")?;
        let text = |path: &str| document.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let object: ObjectId = scops.get("object")?.as_str()?.parse().ok()?;
        let object = ObjectId { version: text("/scops/version"), ..object };
        let edge = |index: usize| scops.get("span")?.get(index)?.as_u64();
        Some(Self {
            id: text("/scops/id")?,
            time: text("/@timestamp").and_then(|time| time.parse().ok()),
            level: scops.get("level")?.as_str()?.parse().ok()?,
            rule: text("/rule/id")?,
            title: text("/rule/name")?,
            source: text("/scops/source")?,
            consumer: text("/scops/consumer").unwrap_or_default(),
            object,
            line: scops.get("line")?.as_u64()?,
            span: edge(0)?..edge(1)?,
            who: text("/user/name").or_else(|| text("/host/name")).or_else(|| text("/host/hostname")),
            address: text("/source/ip").or_else(|| text("/source/address")),
            message: text("/message").unwrap_or_default(),
            further: scops.get("further").and_then(Value::as_u64).unwrap_or(0),
            document: line.trim_end().into(),
        })
    }

    /// The record, as a search would find it.
    pub fn hit(&self) -> Hit {
        Hit {
            time: self.time,
            source: self.source.clone(),
            object: self.object.clone(),
            line: self.line,
            span: self.span.clone(),
            fields: Vec::new(),
            message: self.message.clone(),
            ecs: EcsValues::default(),
        }
    }
}

/// The gravest first; of these the newest.
pub fn sort(alerts: &mut [Alert]) {
    alerts.sort_by(|a, b| {
        let order = |alert: &Alert| (std::cmp::Reverse(alert.level), std::cmp::Reverse(alert.time));
        order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id))
    });
}
