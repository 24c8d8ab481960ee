//! AWS Network Firewall: alerts, flows and TLS inspections, each an event of Suricata with the firewall's name around it.
//!
//! Source: AWS Network Firewall Developer Guide, "Contents of a Network Firewall log"; Suricata User Guide, "EVE JSON
//! Format". Names follow, under `aws.firewall`, those of Elastic's AWS integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use super::suricata::ecs as eve;
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct NetworkFirewall;

impl Format for NetworkFirewall {
    fn name(&self) -> &str {
        "network_firewall"
    }

    fn title(&self) -> &str {
        "AWS Network Firewall"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "observer.name",
            "event.type",
            "source.ip",
            "destination.ip",
            "destination.port",
            "network.protocol",
            "rule.name",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        event.get("firewall_name").is_some() && event.get("event").is_some_and(|event| event.as_object().is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/network-firewall/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "event.timestamp", EventTime::iso_text)
                .or_else(|| json::told(event, "event_timestamp", EventTime::epoch))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let text = |path: &str| event.fields.get(path).and_then(Value::as_str);
        let kind = event.fields.get("event").map_or("event", eve::kind);
        let mut ecs = Ecs::new("aws.firewall_logs", kind, event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(
            &event.fields,
            &[("firewall_name", "observer.name"), ("availability_zone", "cloud.availability_zone")],
        );
        let zone = text("availability_zone");
        ecs.set_some("cloud.region", zone.map(|zone| zone.trim_end_matches(|last: char| last.is_ascii_lowercase())));
        ecs.set("observer.product", "Network Firewall");
        ecs.set("observer.type", "firewall");
        ecs.set("observer.vendor", "AWS");
        if let Some(inner) = event.fields.get("event") {
            eve::describe(&mut ecs, inner);
            own(&mut ecs, inner);
            // To a firewall each event is about a connection that it lets through or not.
            ecs.set_words("event.category", &["network"]);
            let verdict = match inner.get("alert.action").and_then(Value::as_str) {
                Some("allowed") => &["connection", "allowed"][..],
                Some("blocked") => &["connection", "denied"],
                _ => &["connection"],
            };
            ecs.set_words("event.type", verdict);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(event.fields.get("event").map(eve::line).unwrap_or_default())
    }
}

/// Fields of an event whose values ECS holds as they are.
const MOVED: [&str; 9] =
    ["timestamp", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto", "http", "event_type"];

/// What stays under `aws.firewall`.
fn own<'e>(ecs: &mut Ecs<'e>, event: &'e Value<'_>) {
    let kept = event.as_object().unwrap_or_default().iter().filter(|(key, _)| !MOVED.contains(&&**key));
    for (key, value) in kept {
        match (&**key, value) {
            ("flow_id", id) => ecs.set("aws.firewall.flow.id", id.scalar().unwrap_or_default()),
            ("flow" | "netflow", Value::Object(counts)) => {
                for (name, value) in counts {
                    ecs.set_under("aws.firewall.flow", Cow::Borrowed(name), value.borrow());
                }
            }
            ("tcp", Value::Object(parts)) => {
                ecs.set_some("aws.firewall.tcp_flags", value.get("tcp_flags").map(Value::borrow));
                // TCP has nine flags.
                for (name, _) in parts.iter().filter(|(_, value)| *value == Value::Bool(true)).take(9) {
                    ecs.add("aws.firewall.tcp_flags_array", &**name);
                }
            }
            _ => ecs.set_under("aws.firewall", Cow::Borrowed(key), value.borrow()),
        }
    }
}
