//! Messages of Amazon EventBridge, SNS and SQS, which carry a log or a notification of any format.
//!
//! Source: Amazon EventBridge User Guide, "AWS service event metadata"; Amazon SNS Developer Guide, "Amazon SNS JSON
//! formats"; AWS Lambda Developer Guide, "Using Lambda with Amazon SQS" (the event that holds the messages of a queue).

use std::borrow::Cow;

use super::carry::Carry;
use super::json::{self, TimeOf};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Shape, Stream, Unit, part_of};
use crate::json as syntax;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// A kind of message.
pub(super) struct Messages {
    name: &'static str,
    title: &'static str,
    envelopes: &'static [&'static str],
    /// Fields that every message has.
    marks: &'static [&'static str],
    /// The field that holds what it is about: a string with a log in it, or a JSON object.
    payload: &'static str,
    time: TimeOf,
    dataset: &'static str,
    copied: &'static [(&'static str, &'static str)],
}

pub(super) const EVENT_BRIDGE: Messages = Messages {
    name: "eventbridge",
    title: "Amazon EventBridge",
    envelopes: &[],
    marks: &["detail-type", "source", "detail", "account", "region", "time"],
    payload: "detail",
    time: |event| json::told(event, "time", EventTime::iso_text),
    dataset: "aws.eventbridge",
    copied: &[
        ("id", "event.id"),
        ("detail-type", "event.action"),
        ("source", "event.provider"),
        ("account", "cloud.account.id"),
        ("region", "cloud.region"),
    ],
};

pub(super) const SNS: Messages = Messages {
    name: "sns",
    title: "Amazon SNS notifications",
    envelopes: &[],
    marks: &["Type", "MessageId", "TopicArn", "Message", "Timestamp"],
    payload: "Message",
    time: |event| json::told(event, "Timestamp", EventTime::iso_text),
    dataset: "aws.sns",
    copied: &[
        ("MessageId", "aws.sns.message_id"),
        ("Subject", "aws.sns.subject"),
        ("TopicArn", "aws.sns.topic_arn"),
        ("Message", "message"),
    ],
};

pub(super) const SQS: Messages = Messages {
    name: "sqs",
    title: "Amazon SQS messages",
    envelopes: &["Records"],
    marks: &["messageId", "receiptHandle", "body", "eventSourceARN"],
    payload: "body",
    time: |event| json::told(event, "attributes.SentTimestamp", EventTime::epoch),
    dataset: "aws.sqs",
    copied: &[
        ("messageId", "aws.sqs.message_id"),
        ("eventSourceARN", "aws.sqs.queue_arn"),
        ("awsRegion", "cloud.region"),
        ("attributes.ApproximateReceiveCount", "aws.sqs.approximate_receive_count"),
        ("attributes.SenderId", "aws.sqs.sender_id"),
        ("body", "message"),
    ],
};

impl Format for Messages {
    fn name(&self) -> &str {
        self.name
    }

    fn title(&self) -> &str {
        self.title
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.dataset", "event.action", "cloud.account.id", "source.ip", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        self.envelopes.to_vec()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json()
            .and_then(Value::as_object)
            .is_some_and(|fields| self.marks.iter().all(|mark| fields.iter().any(|(key, _)| key == mark)))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Decoder {
            carry: Carry::new(stream),
            depth: stream.limits.depth,
            payload: self.payload,
            time: self.time,
        })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new(self.dataset, "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(&event.fields, self.copied);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        match event.fields.get(self.payload) {
            Some(Value::String(text)) => Cow::Borrowed(text),
            payload => {
                let field = |path: &&str| event.fields.get(path).and_then(Value::scalar).map(str::to_owned);
                let mut parts: Vec<_> = ["source", "detail-type"].iter().filter_map(field).collect();
                parts.extend(payload.map(Value::to_json));
                Cow::Owned(parts.join(" "))
            }
        }
    }
}

struct Decoder {
    carry: Carry,
    depth: usize,
    payload: &'static str,
    time: TimeOf,
}

impl Decode for Decoder {
    /// The format of the last log is the first that is tried on the next.
    fn looks_back(&self) -> bool {
        true
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let parsed = syntax::parse_whole(raw, self.depth).map_err(|error| Fault::syntax(error.offset, error.reason))?;
        let mut fields = parsed.value;
        let log = match fields.get(self.payload) {
            Some(Value::String(text)) => self.carry.text(text),
            Some(object @ Value::Object(_)) => {
                syntax::member(raw, self.payload).and_then(|raw| self.carry.value(object, raw))
            }
            _ => None,
        };
        if let (Some(_), Value::Object(fields)) = (&log, &mut fields) {
            fields.retain(|(key, _)| key != self.payload);
        }
        let told = (self.time)(&fields).map(|(time, text)| (time, part_of(raw, text)));
        let (time, text) = told.unzip();
        let decoded = Decoded { duplicate_keys: parsed.duplicate_keys, ..Decoded::new(fields) };
        Ok(decoded.at(time, text.unwrap_or_default()).carrying(log))
    }
}
