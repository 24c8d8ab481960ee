//! `CrowdStrike` Falcon: the events of its sensors, as Falcon Data Replicator puts them into S3, and the audit, detection
//! and incident events of its streaming API, as the SIEM connector writes them.
//!
//! Source: CrowdStrike documentation, "Falcon Data Replicator", "Events Data Dictionary" and "Event Streams APIs". What
//! ECS has no name for stays under `crowdstrike`, as in Elastic's integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder, Told};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod sensor;
mod stream;

pub(super) struct CrowdStrike;

impl Format for CrowdStrike {
    fn name(&self) -> &str {
        "crowdstrike"
    }

    fn title(&self) -> &str {
        "CrowdStrike Falcon"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.action", "host.name", "user.name", "process.executable", "source.ip", "destination.ip", "rule.name"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some_and(|event| stream::is_event(event) || sensor::is_event(event))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("fdrv2/") || key.contains("falcon/") || key.contains("crowdstrike/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, time))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        if event.fields.get("metadata").is_some() { stream::build(event) } else { sensor::build(event) }
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let fields = event.fields.get("event").unwrap_or(&event.fields);
        let kind = event.fields.get("metadata.eventType").and_then(Value::as_str);
        let parts = MESSAGE.iter().filter_map(|path| fields.get(path).and_then(Value::scalar));
        Cow::Owned(kind.into_iter().chain(parts.filter(|text| !text.is_empty())).collect::<Vec<_>>().join(" "))
    }
}

/// What a line of a list shows of an event, where it has it.
const MESSAGE: [&str; 20] = [
    "event_simpleName",
    "SeverityName",
    "DetectName",
    "OperationName",
    "ServiceName",
    "RuleName",
    "ComputerName",
    "HostName",
    "HostnameField",
    "UserName",
    "UserId",
    "UserIp",
    "CommandLine",
    "DomainName",
    "TargetFileName",
    "RemoteAddressIP4",
    "RemoteAddressIP6",
    "RemoteAddress",
    "RemotePort",
    "FineScore",
];

/// When the sensor saw it; where it does not tell, when the cloud had it.
fn time<'v>(event: &'v Value<'_>) -> Option<Told<'v>> {
    let paths = ["metadata.eventCreationTime", "ContextTimeStamp", "timestamp", "UTCTimestamp", "_time", "Time"];
    paths
        .iter()
        .find_map(|path| json::told(event, path, |text| EventTime::epoch(text).or_else(|| EventTime::iso_text(text))))
}
