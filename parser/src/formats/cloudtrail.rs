//! AWS CloudTrail: management, data and Insights events.
//!
//! Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail log file examples". Names follow
//! ECS 8 and, under `aws.cloudtrail`, those of Elastic's AWS integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod actions;
mod ecs;

pub(super) struct CloudTrail;

impl Format for CloudTrail {
    fn name(&self) -> &str {
        "cloudtrail"
    }

    fn title(&self) -> &str {
        "AWS CloudTrail"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.action", "event.provider", "user.name", "source.address", "event.outcome"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Records"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let has = |name| event.get(name).is_some();
        // One mark may be missing: records have come without their time.
        let marks =
            [has("eventVersion"), has("eventTime"), has("eventSource"), has("eventName") || has("insightDetails")];
        marks.iter().filter(|mark| **mark).count() >= 3
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/CloudTrail/") || key.contains("_CloudTrail_") || key.contains("/CloudTrail-Insight/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "eventTime", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::as_str);
        let name = field("eventName").or_else(|| field("insightDetails.eventName"));
        let source = field("eventSource").or_else(|| field("insightDetails.eventSource"));
        let result = field("errorCode")
            .or_else(|| field("responseElements.ConsoleLogin"))
            .or_else(|| field("insightDetails.state"));
        let parts = [name, source, ecs::actor(&event.fields), field("sourceIPAddress"), result];
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}
