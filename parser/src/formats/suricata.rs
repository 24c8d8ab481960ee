//! Suricata's EVE JSON: alerts, flows, protocol transactions, files, anomalies and statistics.
//!
//! Source: Suricata User Guide, "EVE JSON Output" and "EVE JSON Format". What ECS has no name for stays under
//! `suricata.eve`, as in Elastic's integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) mod ecs;

pub(super) struct Suricata;

impl Format for Suricata {
    fn name(&self) -> &str {
        "suricata"
    }

    fn title(&self) -> &str {
        "Suricata EVE"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "suricata.eve.event_type",
            "source.ip",
            "destination.ip",
            "destination.port",
            "network.protocol",
            "rule.name",
            "destination.domain",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some_and(is_eve)
    }

    fn knows_key(&self, key: &str) -> bool {
        let name = key.rsplit('/').next().unwrap_or(key);
        name.starts_with("eve.json") || name.starts_with("eve-") || key.contains("suricata/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "timestamp", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("suricata.eve", ecs::kind(&event.fields), event.time);
        let kept = event.fields.as_object().unwrap_or_default().iter().filter(|(key, _)| !MOVED.contains(&&**key));
        ecs.set(
            "suricata.eve",
            Value::Object(kept.map(|(key, value)| (Cow::Borrowed(&**key), value.borrow())).collect()),
        );
        ecs::describe(&mut ecs, &event.fields);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(ecs::line(&event.fields))
    }
}

/// Fields whose value ECS holds as it is.
const MOVED: [&str; 7] = ["timestamp", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto"];

/// Whether an object is an event: every one has a time and a type, and a flow, two ends or the counters of its type.
pub(super) fn is_eve(event: &Value<'_>) -> bool {
    let text = |path| event.get(path).and_then(Value::as_str);
    let has = |path| event.get(path).is_some();
    let Some(kind) = text("event_type") else { return false };
    text("timestamp").is_some_and(|time| time.len() >= 19)
        && (event.get("flow_id").is_some_and(|flow| flow.as_u64().is_some())
            || has("src_ip") && has("dest_ip") && has("proto")
            || matches!(kind, "stats" | "engine") && has(kind))
}
