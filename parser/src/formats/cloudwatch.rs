//! Amazon CloudWatch Logs, as a subscription delivers it through Firehose: objects one after another that hold a list of
//! log events each. An event's message is a log of its own, and read as that.
//!
//! Source: Amazon CloudWatch Logs User Guide, "Log group-level subscription filters" (the records of a subscription and
//! its control messages). Names follow those of Elastic's `aws-cloudwatch` input.

use std::borrow::Cow;

use super::carry::Carry;
use super::json;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Shape, Stream, Unit, part_of};
use crate::json as syntax;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct CloudWatch;

/// Fields of the object around the list.
const OUTER: [&str; 3] = ["owner", "logGroup", "logStream"];

/// Fields that a log event has, in a list or, flattened on the way, by itself.
const KNOWN: [&str; 9] = [
    "id",
    "timestamp",
    "message",
    "extractedFields",
    "messageType",
    "owner",
    "logGroup",
    "logStream",
    "subscriptionFilters",
];

impl Format for CloudWatch {
    fn name(&self) -> &str {
        "cloudwatch"
    }

    fn title(&self) -> &str {
        "Amazon CloudWatch Logs (subscription)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["aws.cloudwatch.log_group", "event.dataset", "event.action", "source.ip", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["logEvents"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(fields) = unit.json().and_then(Value::as_object) else { return false };
        let is =
            |name: &str, test: fn(&Value<'_>) -> bool| fields.iter().any(|(key, value)| key == name && test(value));
        is("id", |id| id.as_str().is_some_and(|id| id.len() <= 64))
            && is("timestamp", |time| time.scalar().is_some_and(|time| EventTime::epoch(time).is_some()))
            && is("message", |message| message.as_str().is_some())
            && fields.iter().all(|(key, _)| KNOWN.contains(&&**key))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("cloudwatch") || key.contains("CloudWatch")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Events { carry: Carry::new(stream), depth: stream.limits.depth, outer: Vec::new(), is_control: false })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let text = |path: &str| event.fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.cloudwatch_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(
            &event.fields,
            &[
                ("id", "event.id"),
                ("owner", "cloud.account.id"),
                ("logGroup", "aws.cloudwatch.log_group"),
                ("logStream", "aws.cloudwatch.log_stream"),
            ],
        );
        ecs.set_some("message", text("message").map(str::trim_ascii_end));
        if let (Some(group), Some(stream)) = (text("logGroup"), text("logStream")) {
            ecs.set("log.file.path", format!("{group}/{stream}"));
        }
        // Services name their groups after what writes to them.
        let group = text("logGroup").unwrap_or_default();
        ecs.set_some("faas.name", group.strip_prefix("/aws/lambda/"));
        let cluster = group.strip_prefix("/aws/eks/").and_then(|rest| rest.strip_suffix("/cluster"));
        ecs.set_some("orchestrator.cluster.name", cluster);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Borrowed(event.fields.get("message").and_then(Value::as_str).unwrap_or_default().trim_ascii_end())
    }
}

struct Events {
    carry: Carry,
    depth: usize,
    /// What the object around the list tells of all its events.
    outer: Vec<(&'static str, Value<'static>)>,
    /// Whether the list holds no logs, but the word that the subscription works.
    is_control: bool,
}

impl Decode for Events {
    fn is_header(&mut self, _raw: &[u8]) -> bool {
        self.is_control
    }

    fn enter(&mut self, head: &[u8]) {
        let object = [head, b"]}"].concat();
        let parsed = syntax::parse_whole(&object, self.depth).map_or(Value::Null, |parsed| parsed.value);
        let field = |name: &'static str| Some((name, parsed.get(name)?.borrow().into_owned()));
        self.outer = OUTER.into_iter().filter_map(field).collect();
        self.is_control = parsed.get("messageType").and_then(Value::as_str) == Some("CONTROL_MESSAGE");
    }

    /// The format of the last log is the first that is tried on the next.
    fn looks_back(&self) -> bool {
        true
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let parsed = syntax::parse_whole(raw, self.depth).map_err(|error| Fault::syntax(error.offset, error.reason))?;
        let Value::Object(own) = parsed.value else {
            return Err(Fault::syntax(0, "the log event is not a JSON object"));
        };
        let outer = self.outer.iter().filter(|(name, _)| !own.iter().any(|(key, _)| key == name));
        let mut fields: Vec<_> = outer.map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        fields.extend(own);
        let mut log = None;
        if let Some(at) = fields.iter().position(|(key, _)| key == "message")
            && let Value::String(message) = &fields[at].1
        {
            log = self.carry.text(message);
            if log.is_some() {
                fields.remove(at);
            }
        }
        let fields = Value::Object(fields);
        let told = json::told(&fields, "timestamp", EventTime::epoch).map(|(time, text)| (time, part_of(raw, text)));
        let (time, text) = told.unzip();
        let decoded = Decoded { duplicate_keys: parsed.duplicate_keys, ..Decoded::new(fields) };
        Ok(decoded.at(time, text.unwrap_or_default()).carrying(log))
    }
}
