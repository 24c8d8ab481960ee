//! AWS CloudTrail: management, data, network activity and Insights events, as trails deliver them and as other services
//! hand them on.
//!
//! Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail log file examples"; for what events are
//! wrapped in, [`wrapped`]. Names follow ECS 8 and, under `aws.cloudtrail`, those of Elastic's AWS integration.

use std::borrow::Cow;

use self::wrapped::{Events, event_of};
use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod actions;
mod digest;
mod ecs;
mod wrapped;

pub(super) use digest::CloudTrailDigest;

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
        vec!["Records", "Events", "QueryResultRows"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some_and(wrapped::holds_event)
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/CloudTrail/") || key.contains("_CloudTrail_") || key.contains("/CloudTrail-Insight/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        let json = JsonDecoder::any(stream, |record| {
            // Nearly every record with a source is an event itself.
            let event = if record.get("eventSource").is_some() { record } else { event_of(record) };
            json::told(event, "eventTime", EventTime::iso_text)
        });
        Box::new(Events::new(json, stream.limits.depth))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let event = event_of(&event.fields);
        let field = |path| event.get(path).and_then(Value::as_str);
        let name = field("eventName").or_else(|| field("insightDetails.eventName"));
        let source = field("eventSource").or_else(|| field("insightDetails.eventSource"));
        let result = field("errorCode")
            .or_else(|| field("responseElements.ConsoleLogin"))
            .or_else(|| field("insightDetails.state"));
        let parts = [name, source, ecs::actor(event), field("sourceIPAddress"), result];
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}
