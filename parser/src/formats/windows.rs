//! Windows events as JSON: documents of Winlogbeat and Elastic Agent, EVTX files taken apart by tools
//! (`{"Event":{"System":…,"EventData":…}}`), and the flat records of NXLog, Fluent Bit and others.
//!
//! Source: Microsoft Learn, "Event schema elements" and the pages of the security, Sysmon and PowerShell events; Elastic's
//! Windows integration for names. What ECS has no name for stands under `winlog`, as there.

use std::borrow::Cow;

use super::json::JsonDecoder;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::value::Value;

mod codes;
pub(super) mod ecs;
mod events;
pub(super) mod facts;
mod powershell;
mod security;
mod sysmon;

/// What a table shows of events, also of those in XML.
pub(super) const COLUMNS: [&str; 7] =
    ["event.code", "event.action", "host.name", "user.name", "process.executable", "source.ip", "event.outcome"];

pub(super) struct Windows;

impl Format for Windows {
    fn name(&self) -> &str {
        "windows"
    }

    fn title(&self) -> &str {
        "Windows events"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some_and(facts::is_event)
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("winlogbeat") || key.contains("windows-events/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, facts::time))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(ecs::line(&event.fields))
    }
}
