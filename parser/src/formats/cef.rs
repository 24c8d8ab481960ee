//! `ArcSight` Common Event Format, bare or behind a syslog header.
//!
//! Source: Micro Focus `ArcSight`, "Common Event Format Implementation Standard", version 26.

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::memmem;

use super::columns;
use super::syslog::{self, Header};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit, part_of};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod extension;

pub(super) struct Cef;

/// The seven fields before the extension.
const HEADER: [&str; 7] =
    ["cefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];

impl Format for Cef {
    fn name(&self) -> &str {
        "cef"
    }

    fn title(&self) -> &str {
        "Common Event Format"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["observer.product", "event.code", "source.ip", "destination.ip", "message"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn framing(&self, head: &[u8]) -> Framing {
        syslog::framing(head)
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().and_then(start).is_some()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["deviceProduct", "name", "src", "dst", "msg"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// Where the event begins in a line: at its start, or behind a short header.
fn start(line: &[u8]) -> Option<usize> {
    let at = memmem::find(&line[..line.len().min(512)], b"CEF:")?;
    let is_version = line.get(at + 4).is_some_and(u8::is_ascii_digit);
    let bars = memchr::memchr_iter(b'|', &line[at..]).take(6).count();
    (is_version && bars == 6).then_some(at)
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let at = start(raw).ok_or_else(|| Fault::syntax(0, "no CEF header"))?;
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(24);
        let mut rest = &raw[at + 4..];
        for (index, name) in HEADER.into_iter().enumerate() {
            let end = match columns::end_of_escaped(rest, b'|') {
                Some(end) => end,
                // The last bar is missing in events without an extension.
                None if index == HEADER.len() - 1 => rest.len(),
                None => return Err(Fault::syntax(raw.len(), format!("the header ends before {name}"))),
            };
            fields.push((Cow::Borrowed(name), Value::String(columns::unescape(&rest[..end]))));
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        extension::read(rest, &mut fields);
        let header = Header::read(&raw[..at], self.near).unwrap_or_default();
        let (time, stamp) = (header.time, header.stamp);
        header.put(&mut fields);
        let duplicate_keys = columns::duplicates(&fields[HEADER.len()..]);
        let fields = Value::Object(fields);
        let zone = fields.get("dtz").and_then(Value::as_str);
        let told = ["rt", "end", "start"].iter().find_map(|key| {
            let text = fields.get(key)?.as_str()?;
            Some((EventTime::any(text, self.near)?.within(zone), part_of(raw, text)))
        });
        let told = told.or_else(|| Some((time?, columns::text(stamp))));
        let (time, time_text) = told.unzip();
        Ok(Decoded { time, time_text, duplicate_keys, ..Decoded::new(fields) })
    }
}
