//! Amazon GuardDuty findings, as exported to S3 and as delivered through EventBridge.
//!
//! Source: Amazon GuardDuty User Guide, "Finding details", "GuardDuty finding format" and "Exporting findings"; Amazon GuardDuty
//! API Reference, "GetFindings" (the list `findings`). Names follow ECS and, under `aws.guardduty`, those of Elastic's AWS
//! integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod names;

pub(super) struct GuardDuty;

/// The finding itself, which an event of `EventBridge` carries as its detail.
fn finding<'f, 'a>(fields: &'f Value<'a>) -> &'f Value<'a> {
    match fields.get("detail") {
        Some(detail) if detail.get("service.serviceName").is_some() => detail,
        _ => fields,
    }
}

impl Format for GuardDuty {
    fn name(&self) -> &str {
        "guardduty"
    }

    fn title(&self) -> &str {
        "Amazon GuardDuty"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.severity", "rule.name", "cloud.account.id", "source.ip", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["findings"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let finding = finding(event);
        finding.get("service.serviceName").and_then(Value::as_str) == Some("guardduty")
            && finding.get("severity").is_some()
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/GuardDuty/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            let finding = finding(event);
            json::told(finding, "updatedAt", EventTime::iso_text)
                .or_else(|| json::told(finding, "createdAt", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let finding = finding(&event.fields);
        let field = |path: &&str| finding.get(path).and_then(Value::scalar);
        Cow::Owned(["severity", "type", "title"].iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}
