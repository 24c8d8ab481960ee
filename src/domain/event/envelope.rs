//! What an event is wrapped in on its way to a consumer, and how it comes out of that again.
//!
//! Formats: "Message format" and "Using Amazon SNS with Lambda" in the SNS and Lambda developer guides; "EventBridge event
//! message structure" in the S3 user guide; "Adding a destination" in the Lambda developer guide.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{encode, sequencer};
use crate::domain::{Envelope, Input, Object, QueuedMessage};

/// The event of an object as a consumer with this envelope and input gets it. `account` is told where an envelope
/// names one; `at` is when it is made.
pub fn wrap(
    envelope: Envelope,
    input: &Input,
    object: &Object,
    region: &str,
    account: Option<&str>,
    at: Timestamp,
) -> String {
    let event = encode(object, region, at);
    let account = account.unwrap_or("000000000000");
    match (envelope, input) {
        // A topic wraps what is published to it.
        (Envelope::S3, _) | (Envelope::Sns, Input::Topic(_)) => event,
        (Envelope::Sns, _) => {
            let topic = format!("arn:aws:sns:{region}:{account}:scops-replay");
            let notification = json!({
                "Type": "Notification",
                "MessageId": id(object),
                "TopicArn": topic,
                "Subject": "Amazon S3 Notification",
                "Message": event,
                "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            });
            if matches!(input, Input::Function(_)) {
                let record = json!({
                    "EventSource": "aws:sns",
                    "EventVersion": "1.0",
                    "EventSubscriptionArn": format!("{topic}:scops"),
                    "Sns": notification,
                });
                return json!({ "Records": [record] }).to_string();
            }
            notification.to_string()
        }
        (Envelope::EventBridge, _) => bridge(object, region, account, at),
    }
}

/// `Object Created`, whose key is plain where S3's own events have it form-encoded.
fn bridge(object: &Object, region: &str, account: &str, at: Timestamp) -> String {
    let mut entry = json!({
        "key": object.id.key,
        "size": object.size.bytes(),
        "etag": object.etag,
        "sequencer": sequencer(at),
    });
    if let Some(version) = &object.id.version {
        entry["version-id"] = Value::from(version.as_str());
    }
    json!({
        "version": "0",
        "id": id(object),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": account,
        "time": object.arrived.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": region,
        "resources": [format!("arn:aws:s3:::{}", object.id.bucket)],
        "detail": {
            "version": "0",
            "bucket": { "name": object.id.bucket },
            "object": entry,
            "request-id": "",
            "requester": "scops",
            "reason": "PutObject",
        },
    })
    .to_string()
}

/// An id in the shape of a UUID that depends on the object alone, so that what is made twice is the same.
fn id(object: &Object) -> String {
    let named = format!("{} {} {}", object.id, object.id.version.as_deref().unwrap_or_default(), object.etag);
    let hex = format!("{:x}", Sha256::digest(named.as_bytes()));
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// A message of a failure queue as it must be sent so that the consumer gets what it got before; `None` where that
/// cannot be told from it. A queue gets it as it lies.
pub fn unwrapped(input: &Input, message: &QueuedMessage) -> Option<QueuedMessage> {
    match input {
        Input::Queue(_) => Some(message.clone()),
        // Serde takes a list for a struct.
        _ if !message.body.trim_start().starts_with('{') => None,
        Input::Topic(_) => published(message),
        Input::Function(_) => invoked(message),
    }
}

/// What was published to the topic: the notification's text and attributes, or the message itself where delivery was
/// raw.
fn published(message: &QueuedMessage) -> Option<QueuedMessage> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Notification {
        message: String,
        #[serde(rename = "TopicArn")]
        _topic: String,
        #[serde(default)]
        message_attributes: BTreeMap<String, Attribute>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Attribute {
        r#type: String,
        value: String,
    }
    if let Ok(notification) = serde_json::from_str::<Notification>(&message.body) {
        let attributes = notification.message_attributes;
        return Some(QueuedMessage {
            body: notification.message,
            attributes: attributes.into_iter().map(|(name, told)| (name, (told.r#type, told.value))).collect(),
            ..message.clone()
        });
    }
    let event: Value = serde_json::from_str(&message.body).ok()?;
    event["Records"][0]["s3"].is_object().then(|| message.clone())
}

/// What the function was invoked with: a dead-letter queue holds it as it was, a destination as `requestPayload`.
fn invoked(message: &QueuedMessage) -> Option<QueuedMessage> {
    #[derive(Deserialize)]
    struct Destination<'d> {
        #[serde(borrow, rename = "requestPayload")]
        payload: &'d RawValue,
    }
    // A destination behind EventBridge has it one level deeper.
    #[derive(Deserialize)]
    struct Wrapped<'w> {
        #[serde(borrow)]
        detail: Destination<'w>,
    }
    let bare = |body: &str| QueuedMessage { body: body.to_owned(), attributes: BTreeMap::new(), ..message.clone() };
    if let Ok(destination) = serde_json::from_str::<Destination<'_>>(&message.body) {
        return Some(bare(destination.payload.get()));
    }
    if let Ok(wrapped) = serde_json::from_str::<Wrapped<'_>>(&message.body) {
        return Some(bare(wrapped.detail.payload.get()));
    }
    let event: Value = serde_json::from_str(&message.body).ok()?;
    let is_event = event["Records"].is_array() || event["detail"]["bucket"].is_object();
    is_event.then(|| bare(&message.body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Message, decode};
    use crate::domain::{ByteSize, ObjectId};

    fn object() -> Object {
        Object {
            id: ObjectId { version: Some("v1".into()), ..ObjectId::new("logs", "dt=2026/a b+c%20=&é\".gz") },
            size: ByteSize(18432),
            etag: "d41d8cd98f00b204e9800998ecf8427e".into(),
            storage_class: "STANDARD".into(),
            arrived: "2026-11-23T01:31:09.5Z".parse().expect("a timestamp"),
        }
    }

    fn inputs() -> [Input; 3] {
        [Input::Queue("https://q".into()), Input::Topic("arn:t".into()), Input::Function("f".into())]
    }

    #[test]
    fn the_object_is_read_out_of_every_envelope_that_is_made() {
        let at = "2026-11-23T02:14:07Z".parse().expect("a timestamp");
        for input in inputs() {
            for envelope in [Envelope::S3, Envelope::Sns, Envelope::EventBridge] {
                let body = wrap(envelope, &input, &object(), "eu-west-1", Some("111122223333"), at);
                let Message::Objects(events) = decode(&body) else { panic!("{body}") };
                assert_eq!((events.len(), &events[0].object), (1, &object().id), "{envelope:?} {input:?}");
                assert_eq!(events[0].etag.as_deref(), Some(object().etag.as_str()));
                assert!(events[0].sequencer.is_some());
                assert_eq!(body, wrap(envelope, &input, &object(), "eu-west-1", Some("111122223333"), at));
            }
        }
    }

    #[test]
    fn what_is_sent_again_is_what_the_consumer_got() {
        let at = "2026-11-23T02:14:07Z".parse().expect("a timestamp");
        let [queue, topic, function] = inputs();
        let event = encode(&object(), "eu-west-1", at);
        let lies = |body: String| QueuedMessage { id: "m".into(), body, ..QueuedMessage::default() };

        let notification = json!({
            "Type": "Notification", "TopicArn": "arn:t", "Message": event,
            "MessageAttributes": { "trace": { "Type": "String", "Value": "7" } },
        });
        let wrapped = lies(notification.to_string());
        assert_eq!(unwrapped(&queue, &wrapped).as_ref(), Some(&wrapped));
        let again = unwrapped(&topic, &wrapped).expect("was published");
        assert_eq!((again.body.as_str(), again.id.as_str()), (event.as_str(), "m"));
        assert_eq!(again.attributes["trace"], ("String".into(), "7".into()));
        assert_eq!(unwrapped(&topic, &lies(event.clone())).expect("raw").body, event);
        assert_eq!(unwrapped(&topic, &lies("{}".into())), None);

        let payload = format!("{{ \"Records\" : {} }}", &event[11..event.len() - 1]);
        let destination = format!("{{\"version\":\"1.0\",\"requestPayload\":{payload},\"responsePayload\":{{}}}}");
        assert_eq!(unwrapped(&function, &lies(destination.clone())).expect("was invoked").body, payload);
        let bridged =
            format!("{{\"detail-type\":\"Lambda Function Invocation Result - Failure\",\"detail\":{destination}}}");
        assert_eq!(unwrapped(&function, &lies(bridged)).expect("was invoked").body, payload);
        assert_eq!(unwrapped(&function, &lies(event.clone())).expect("was invoked").body, event);
        assert_eq!(unwrapped(&function, &lies("[1]".into())), None);
    }
}
