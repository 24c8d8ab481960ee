//! Matches the records of an object against the profile's rules, and keeps what they find as one object.

use std::collections::BTreeMap;

use bytes::Bytes;
use scops_parser::{Event, Record};
use serde_json::{Map, Value};

use super::Inner;
use crate::aws::{AwsError, Put};
use crate::detect::Rule;
use crate::domain::{Object, ObjectId, QueuedMessage, REPLAY_ATTRIBUTE, RuleBook, Scene};

/// Alerts of one rule that are kept of an object: what comes by the thousand is told by its count.
const MOST_OF_RULE: u64 = 100;
/// Bytes of alerts that are kept of an object.
const MOST_BYTES: usize = 16 << 20;
/// What is told of each alert's size without writing it: its record, its ECS fields, the rule.
const TIMES: usize = 4;

/// The end of the name of an object of alerts, behind its object's key.
pub const SUFFIX: &str = ".ndjson";

/// Matches the records of one object.
pub(super) struct Detector {
    rules: RuleBook,
    scene: Scene,
    found: Vec<Map<String, Value>>,
    bytes: usize,
    /// Of each rule that matched, how often, and where its last alert stands.
    of_rules: BTreeMap<String, (u64, usize)>,
}

/// What the rules found in an object.
pub(super) struct Detected {
    /// The alerts, a line each; empty where there are none.
    pub lines: Bytes,
    /// The version of the rules.
    pub version: String,
}

impl Detector {
    /// For the records of an object of `source`.
    pub(super) fn new(worker: &Inner, object: &Object, source: &str) -> Option<Self> {
        worker.consumer.alerts.as_ref()?;
        let scene = Scene {
            object: object.id.clone(),
            etag: object.etag.clone(),
            source: source.to_owned(),
            consumer: worker.consumer.name.clone(),
        };
        let rules = worker.profile.rules.clone();
        Some(Self { rules, scene, found: Vec::new(), bytes: 0, of_rules: BTreeMap::new() })
    }

    /// Matches a record.
    pub(super) fn look(&mut self, record: &Record<'_>, event: &Event<'_>) {
        let mut matched: Vec<&Rule> = Vec::new();
        self.rules.get().matches(event, &mut |rule| matched.push(rule));
        if matched.is_empty() {
            return;
        }
        // Whatever way they were found, they are written in one order.
        matched.sort_by(|a, b| a.id.cmp(&b.id));
        for rule in matched {
            let (count, last) = self.of_rules.entry(rule.id.clone()).or_insert((0, usize::MAX));
            *count += 1;
            // The first of each rule is kept whatever its size: there has to be one that tells of the others.
            if *count > 1 && (*count > MOST_OF_RULE || self.bytes > MOST_BYTES) {
                continue;
            }
            *last = self.found.len();
            self.bytes += record.raw.len() * TIMES;
            self.found.push(self.scene.alert(record, event, rule));
        }
    }

    /// The alerts, once all records were looked at.
    pub(super) fn finish(mut self) -> Detected {
        let kept = |id: &str, found: &[Map<String, Value>]| {
            found
                .iter()
                .filter(|alert| alert.get("rule").and_then(|rule| rule.get("id")).is_some_and(|own| own == id))
                .count()
        };
        for (id, (count, last)) in &self.of_rules {
            let further = count.saturating_sub(kept(id, &self.found) as u64);
            if let Some(Value::Object(scops)) = self.found.get_mut(*last).and_then(|alert| alert.get_mut("scops"))
                && further > 0
            {
                scops.insert("further".into(), further.into());
            }
        }
        let mut lines = String::new();
        for alert in self.found {
            lines.push_str(&Value::Object(alert).to_string());
            lines.push('\n');
        }
        Detected { lines: lines.into(), version: self.rules.get().version().to_owned() }
    }
}

/// Writes the alerts of an object below the consumer's place, or deletes those of before where there are none now.
/// Gives their key.
pub(super) async fn keep(
    worker: &Inner,
    object: &ObjectId,
    detected: &Detected,
    message: &QueuedMessage,
) -> Result<Option<String>, AwsError> {
    let Some(id) = place(worker, object) else { return Ok(None) };
    if detected.lines.is_empty() {
        // Of an event's first try there is nothing to delete: a receipt from before is looked at when the new one is
        // written, and a try that died in between is followed by a second.
        let is_again = message.receive_count > 1 || message.attributes.contains_key(REPLAY_ATTRIBUTE);
        if is_again || worker.consumer.receipts.is_none() {
            worker.aws.delete(&id).await?;
        }
        return Ok(None);
    }
    let with = Put { content_type: Some("application/x-ndjson".into()), ..Put::default() };
    worker.aws.put(&id, detected.lines.clone(), with).await?;
    Ok(Some(id.key))
}

/// Where the alerts of an object lie.
pub(super) fn place(worker: &Inner, object: &ObjectId) -> Option<ObjectId> {
    let place = worker.consumer.alerts.as_ref()?;
    Some(place.object(&format!("{}{SUFFIX}", object.key)))
}
