//! Events of the Open Cybersecurity Schema Framework (OCSF): what Amazon Security Lake keeps, of AWS's own sources and of
//! custom ones, and what Security Hub and others write.
//!
//! Source: OCSF Schema 1.0 to 1.6 (schema.ocsf.io), "Base Event", its classes and objects; Amazon Security Lake User Guide,
//! "Open Cybersecurity Schema Framework (OCSF)". The event stays as it is under `ocsf`, as in Elastic's integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;

pub(super) struct Ocsf;

impl Format for Ocsf {
    fn name(&self) -> &str {
        "ocsf"
    }

    fn title(&self) -> &str {
        "OCSF (Amazon Security Lake and others)"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "ocsf.class_name",
            "event.action",
            "user.name",
            "source.ip",
            "destination.ip",
            "event.outcome",
            "event.severity",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Findings", "findings", "detail.findings"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let has = |name| event.get(name).is_some();
        has("class_uid")
            && has("metadata")
            && (has("category_uid") || has("type_uid"))
            && (has("time") || has("time_dt"))
    }

    fn knows_key(&self, key: &str) -> bool {
        // Of a lake: `ext/<source>/1.0/region=…/accountId=…/eventDay=…/`, `aws/CLOUD_TRAIL_MGMT/2.0/…`.
        key.contains("/eventDay=") && (key.contains("/accountId=") || key.contains("/accountid="))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "time", either).or_else(|| json::told(event, "time_dt", either))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let first = |paths: &[&str]| paths.iter().find_map(field);
        let parts = [
            first(&["class_name", "class_uid"]),
            first(&["activity_name", "activity_id"]),
            first(&[
                "api.operation",
                "query.hostname",
                "finding_info.title",
                "finding.title",
                "file.name",
                "process.name",
                "message",
            ]),
            first(ecs::ACTOR),
            first(&["src_endpoint.ip", "src_endpoint.hostname", "device.hostname"]),
            first(&["dst_endpoint.ip", "dst_endpoint.hostname"]),
            first(&["status", "disposition"]),
        ];
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// A time as milliseconds since 1970, or in ISO 8601 as tables of a lake hold it.
fn either(text: &str) -> Option<EventTime> {
    EventTime::epoch(text).or_else(|| EventTime::iso_text(text))
}
