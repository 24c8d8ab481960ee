//! Amazon S3 event notifications, as records: what a topic, a queue or EventBridge was told about objects.
//!
//! Source: Amazon S3 User Guide, "Event message structure" and "EventBridge event message structure".

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct S3Event;

impl Format for S3Event {
    fn name(&self) -> &str {
        "s3_event"
    }

    fn title(&self) -> &str {
        "Amazon S3 event notifications"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.action", "aws.s3.bucket.name", "aws.s3.object.key", "file.size", "user.id", "source.ip"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Records"]
    }

    fn strictness(&self) -> u8 {
        // An event has the marks of CloudTrail's too, and more.
        4
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let is_own = event.get("eventSource").and_then(Value::as_str) == Some("aws:s3");
        let is_routed = event.get("source").and_then(Value::as_str) == Some("aws.s3");
        is_own && event.get("s3.object.key").is_some() || is_routed && event.get("detail.object.key").is_some()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "eventTime", EventTime::iso_text)
                .or_else(|| json::told(event, "time", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.s3_event", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["file"]);
        ecs.copy(fields, COPIED);
        let action = text("eventName").or_else(|| text("detail-type")).unwrap_or_default();
        ecs.set_words("event.type", &[kind(action)]);
        if let Some(key) = key(fields) {
            ecs.set("aws.s3.object.key", key.clone());
            ecs.set("file.path", key);
        }
        for path in ["requestParameters.sourceIPAddress", "detail.source-ip-address"] {
            if let Some(address) = text(path) {
                ecs.set_address("source.address", "source.ip", address);
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let text = |path: &str| event.fields.get(path).and_then(Value::scalar);
        let action = text("eventName").or_else(|| text("detail-type")).unwrap_or_default();
        let bucket = text("s3.bucket.name").or_else(|| text("detail.bucket.name")).unwrap_or_default();
        let key = key(&event.fields).unwrap_or_default();
        Cow::Owned(format!("{action} s3://{bucket}/{key}"))
    }
}

const COPIED: &[(&str, &str)] = &[
    ("eventName", "event.action"),
    ("detail-type", "event.action"),
    ("detail.reason", "event.reason"),
    ("id", "event.id"),
    ("account", "cloud.account.id"),
    ("awsRegion", "cloud.region"),
    ("region", "cloud.region"),
    ("userIdentity.principalId", "user.id"),
    ("detail.requester", "user.id"),
    ("responseElements.x-amz-request-id", "aws.s3.request_id"),
    ("detail.request-id", "aws.s3.request_id"),
    ("s3.configurationId", "aws.s3.configuration_id"),
    ("s3.bucket.name", "aws.s3.bucket.name"),
    ("s3.bucket.arn", "aws.s3.bucket.arn"),
    ("detail.bucket.name", "aws.s3.bucket.name"),
    ("s3.object.size", "file.size"),
    ("detail.object.size", "file.size"),
    ("s3.object.eTag", "aws.s3.object.etag"),
    ("detail.object.etag", "aws.s3.object.etag"),
    ("s3.object.versionId", "aws.s3.object.version_id"),
    ("detail.object.version-id", "aws.s3.object.version_id"),
    ("s3.object.sequencer", "aws.s3.object.sequencer"),
    ("detail.object.sequencer", "aws.s3.object.sequencer"),
];

/// `event.type` of an event's name: `ObjectCreated:Put`, or `Object Created`.
fn kind(name: &str) -> &'static str {
    let has = |part| name.contains(part);
    if has("Created") || has("Restore") && !has("Expired") {
        "creation"
    } else if has("Removed") || has("Deleted") || has("Expiration") || has("Expired") {
        "deletion"
    } else if has("Tag") || has("Acl") || has("ACL") || has("Transition") || has("Storage Class") {
        "change"
    } else {
        "info"
    }
}

/// The object's key. S3 encodes it as a form does, EventBridge does not.
fn key<'e>(fields: &'e Value<'_>) -> Option<Cow<'e, str>> {
    match fields.get("s3.object.key").and_then(Value::as_str) {
        Some(key) => Some(form_decoded(key)),
        None => Some(Cow::Borrowed(fields.get("detail.object.key")?.as_str()?)),
    }
}

/// `a+b%3Dc` as `a b=c`.
fn form_decoded(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        rest = after;
        match byte {
            b'+' => plain.push(b' '),
            b'%' if after.len() >= 2 && after[..2].iter().all(u8::is_ascii_hexdigit) => {
                plain.extend(hex(&after[..2]));
                rest = &after[2..];
            }
            other => plain.push(*other),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_decoded_as_forms_are_and_stay_where_they_are_broken() {
        for (encoded, key) in [
            ("dt%3D2026-11-23/a+b%2Bc.gz", "dt=2026-11-23/a b+c.gz"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%C3%A9", "é"),
        ] {
            assert_eq!(super::form_decoded(encoded), key);
        }
    }
}
