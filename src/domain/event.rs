//! What a message in a consumer's queue tells: which objects came or went.
//!
//! Formats: S3's event message structure (major version 2), SNS's envelope around it, EventBridge's `Object Created`,
//! the event of a Lambda function behind a queue, and that of a Lambda destination ("Event message structure",
//! "EventBridge event message structure" in the S3 user guide; "Message format" in the SNS developer guide). What else
//! such a message says of why it lies where it lies: see [`reason`].

pub mod reason;

mod envelope;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

pub use envelope::{unwrapped, wrap};

use super::{Object, ObjectId};

/// SNS around S3's JSON is one level; what a console finds in a failure queue may be wrapped twice more.
const ENVELOPES: usize = 5;

/// The version of the structure that we write: the last one that only knew fields which every reader knows.
const VERSION: &str = "2.1";

/// What a message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Objects that came or went, at least one.
    Objects(Vec<ObjectEvent>),
    /// Objects that came or went, beside records that cannot be read.
    Mixed {
        /// Those that can be read, at least one.
        events: Vec<ObjectEvent>,
        /// What is wrong with each of the others: `record 2 of 3: …`; at least one.
        unread: Vec<String>,
    },
    /// S3's greeting when a notification was configured; nothing to do.
    Test,
    /// Nothing that could be read, with the reason.
    Unreadable(String),
}

/// One object that came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEvent {
    /// What happened.
    pub kind: EventKind,
    /// The object, its key decoded.
    pub object: ObjectId,
    /// Its size as the event tells it.
    pub size: Option<u64>,
    /// Its entity tag as the event tells it.
    pub etag: Option<String>,
    /// S3's order of the events of one key.
    pub sequencer: Option<String>,
    /// When S3 noticed.
    pub time: Option<Timestamp>,
}

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// It was written (`ObjectCreated:*`), or restored from an archive tier (`ObjectRestore:Completed`).
    Created,
    /// It was deleted, or hidden by a delete marker (`ObjectRemoved:*`, `LifecycleExpiration:*`).
    Removed,
    /// Something that leaves its bytes as they are: tags, ACL, transitions.
    Other(String),
}

impl ObjectEvent {
    /// Whether the key is a folder marker, which consoles make and which holds nothing.
    pub fn is_folder(&self) -> bool {
        self.object.key.ends_with('/')
    }
}

/// Reads a message's body, in whichever envelope.
pub fn decode(body: &str) -> Message {
    decode_within(body, ENVELOPES)
}

fn decode_within(body: &str, depth: usize) -> Message {
    if depth == 0 {
        return Message::Unreadable("envelopes within envelopes".into());
    }
    match serde_json::from_str(body) {
        Ok(value) => decode_value(&value, depth),
        Err(error) => Message::Unreadable(format!("not JSON: {error}")),
    }
}

fn decode_value(value: &Value, depth: usize) -> Message {
    if depth == 0 {
        return Message::Unreadable("envelopes within envelopes".into());
    }
    if value["Event"] == "s3:TestEvent" {
        return Message::Test;
    }
    if let Some(records) = value["Records"].as_array() {
        return decode_records(records, depth);
    }
    // SNS to SQS without raw delivery.
    if let (Some(message), true) = (value["Message"].as_str(), value["TopicArn"].is_string()) {
        return decode_within(message, depth - 1);
    }
    if let Some(detail) = value.get("detail").filter(|detail| detail["bucket"]["name"].is_string()) {
        return decode_bridge(value, detail);
    }
    // A Lambda destination keeps what the function was invoked with; EventBridge carries its record as `detail`.
    if let Some(payload) = value.get("requestPayload").or_else(|| value["detail"].get("requestPayload")) {
        return decode_value(payload, depth - 1);
    }
    Message::Unreadable("JSON, but no event of S3, SNS, EventBridge or Lambda".into())
}

fn decode_records(records: &[Value], depth: usize) -> Message {
    let mut events = Vec::with_capacity(records.len());
    let mut unread = Vec::new();
    let mut greetings = 0;
    for (index, record) in records.iter().enumerate() {
        let place = |reason: String| match records.len() {
            1 => reason,
            count => format!("record {} of {count}: {reason}", index + 1),
        };
        if record["s3"].is_object() {
            match decode_record(record) {
                Ok(event) => events.push(event),
                Err(reason) => unread.push(place(reason)),
            }
            continue;
        }
        // The event of a function behind a queue (`body`) or a topic (`Sns.Message`).
        let inner = record["body"].as_str().or_else(|| record["Sns"]["Message"].as_str());
        match inner.map(|inner| decode_within(inner, depth - 1)) {
            Some(Message::Objects(inner)) => events.extend(inner),
            Some(Message::Mixed { events: inner, unread: others }) => {
                events.extend(inner);
                unread.extend(others.into_iter().map(place));
            }
            Some(Message::Test) => greetings += 1,
            Some(Message::Unreadable(reason)) => unread.push(place(reason)),
            None => unread.push(place("a record that is none of S3, SQS or SNS".to_owned())),
        }
    }
    match (events.is_empty(), unread.is_empty()) {
        (false, true) => Message::Objects(events),
        (false, false) => Message::Mixed { events, unread },
        (true, false) => Message::Unreadable(unread.join("; ")),
        (true, true) if greetings > 0 => Message::Test,
        (true, true) => Message::Unreadable("no records".into()),
    }
}

/// A record of S3's event message; fields that later versions add are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(default)]
    event_version: Option<String>,
    #[serde(default)]
    event_name: String,
    #[serde(default)]
    event_time: Option<Timestamp>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: EventObject,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventObject {
    key: String,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default, alias = "etag")]
    e_tag: Option<String>,
    #[serde(default, alias = "version-id")]
    version_id: Option<String>,
    #[serde(default)]
    sequencer: Option<String>,
}

impl EventObject {
    fn into_event(self, bucket: String, key: String, kind: EventKind, time: Option<Timestamp>) -> ObjectEvent {
        let version = self.version_id.filter(|version| !version.is_empty() && version != "null");
        ObjectEvent {
            kind,
            object: ObjectId { bucket, key, version },
            size: self.size,
            etag: self.e_tag,
            sequencer: self.sequencer,
            time,
        }
    }
}

fn decode_record(record: &Value) -> Result<ObjectEvent, String> {
    let record = Record::deserialize(record).map_err(|error| format!("an S3 event that lacks its parts: {error}"))?;
    if let Some(version) = record.event_version.filter(|version| !version.starts_with("2.")) {
        return Err(format!("an S3 event of version {version}; only major version 2 is known"));
    }
    let name = record.event_name.strip_prefix("s3:").unwrap_or(&record.event_name);
    let kind = match name.split(':').next().unwrap_or_default() {
        "ObjectCreated" => EventKind::Created,
        "ObjectRestore" if name == "ObjectRestore:Completed" => EventKind::Created,
        "ObjectRemoved" | "LifecycleExpiration" => EventKind::Removed,
        _ => EventKind::Other(name.to_owned()),
    };
    let key = decode_key(&record.s3.object.key);
    Ok(record.s3.object.into_event(record.s3.bucket.name, key, kind, record.event_time))
}

fn decode_bridge(value: &Value, detail: &Value) -> Message {
    let Ok(object) = EventObject::deserialize(&detail["object"]) else {
        return Message::Unreadable("an EventBridge event without an object".into());
    };
    let kind = match value["detail-type"].as_str().unwrap_or("Object Created") {
        "Object Created" | "Object Restore Completed" => EventKind::Created,
        "Object Deleted" => EventKind::Removed,
        other => EventKind::Other(other.to_owned()),
    };
    let time = value["time"].as_str().and_then(|time| time.parse().ok());
    let bucket = detail["bucket"]["name"].as_str().unwrap_or_default().to_owned();
    // EventBridge's keys are plain; only S3's own events are form-encoded.
    let key = object.key.clone();
    Message::Objects(vec![object.into_event(bucket, key, kind, time)])
}

/// The body of the event that S3 would send for an object, as a consumer without an envelope reads it. `at` is when
/// it is made: its sequencer follows those of all events before.
pub fn encode(object: &Object, region: &str, at: Timestamp) -> String {
    let mut entry = serde_json::json!({
        "key": encode_key(&object.id.key),
        "size": object.size.bytes(),
        "eTag": object.etag,
    });
    if let Some(version) = &object.id.version {
        entry["versionId"] = Value::from(version.as_str());
    }
    entry["sequencer"] = Value::from(sequencer(at));
    serde_json::json!({ "Records": [{
        "eventVersion": VERSION,
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": object.arrived.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "scops" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": "", "x-amz-id-2": "" },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "scops",
            "bucket": {
                "name": object.id.bucket,
                "ownerIdentity": { "principalId": "scops" },
                "arn": format!("arn:aws:s3:::{}", object.id.bucket),
            },
            "object": entry,
        },
    }]})
    .to_string()
}

/// S3's sequencers are 18 hexadecimal digits that begin with the time in seconds.
fn sequencer(at: Timestamp) -> String {
    format!("00{:08X}{:08X}", at.as_second(), at.subsec_nanosecond())
}

/// A key as S3's events hold it: form-encoded, but for `/`.
pub fn encode_key(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len() + 8);
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// The key that a form-encoded one stands for, in events and in listings with `encoding-type=url`. A `%` that begins
/// no escape stands for itself.
pub fn decode_key(encoded: &str) -> String {
    if !encoded.contains(['%', '+']) {
        return encoded.to_owned();
    }
    let bytes = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'+' => decoded.push(b' '),
            b'%' => {
                let digit = |index: usize| bytes.get(index).and_then(|byte| char::from(*byte).to_digit(16));
                if let (Some(high), Some(low)) = (digit(at), digit(at + 1)) {
                    decoded.push((high * 16 + low) as u8);
                    at += 2;
                } else {
                    decoded.push(byte);
                }
            }
            _ => decoded.push(byte),
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
