//! Windows events as XML: exports of Event Viewer and `wevtutil`, and the lines of agents that send events as Windows
//! renders them.
//!
//! Source: Microsoft Learn, "Event schema elements". Fields are elements by their names; an attribute stands beside the
//! elements in its own, and of `EventData` each item under the name that it carries.

use std::borrow::Cow;

use memchr::memmem;

use super::windows::{COLUMNS, ecs, facts};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::value::Value;

mod element;

pub(super) struct WindowsXml;

const SCHEMA: &[u8] = b"http://schemas.microsoft.com/win/2004/08/events/event";

/// Bytes of an object in which its first event begins.
const HEAD: usize = 4 << 10;

impl Format for WindowsXml {
    fn name(&self) -> &str {
        "windows_xml"
    }

    fn title(&self) -> &str {
        "Windows events in XML"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Event"]
    }

    fn framing(&self, head: &[u8]) -> Framing {
        // Behind a syslog header, or whatever else an agent puts before them, events stand one a line.
        if head.trim_ascii_start().starts_with(b"<") && !is_priority(head) { Framing::Elements } else { Framing::Lines }
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| begin(&line[..line.len().min(HEAD)]).is_some_and(|at| is_event(&line[at..])))
    }

    fn claims(&self, head: &[u8]) -> bool {
        let head = &head[..head.len().min(HEAD)];
        head.trim_ascii_start().starts_with(b"<") && begin(head).is_some_and(|at| is_event(&head[at..]))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Elements { depth: stream.limits.depth })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(ecs::line(&event.fields))
    }
}

/// Where an event begins.
fn begin(text: &[u8]) -> Option<usize> {
    memmem::find_iter(text, b"<Event").find(|at| matches!(text.get(at + 6), Some(b' ' | b'>' | b'\t' | b'\r' | b'\n')))
}

/// Whether text that begins with an element `Event` is one of Windows: it names the schema, or has a `System` first.
fn is_event(text: &[u8]) -> bool {
    let text = &text[..text.len().min(HEAD)];
    let close = memchr::memchr(b'>', text).unwrap_or(text.len());
    memmem::find(&text[..close], SCHEMA).is_some() || memmem::find(text, b"<System>").is_some()
}

/// Whether text begins as a line of syslog does: `<13>`.
fn is_priority(head: &[u8]) -> bool {
    head.trim_ascii_start().get(1).is_some_and(u8::is_ascii_digit)
}

struct Elements {
    depth: usize,
}

impl Decode for Elements {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let from = begin(raw).ok_or_else(|| Fault::syntax(0, "no element Event"))?;
        let event = element::read(&raw[from..], self.depth)
            .map_err(|error| Fault::syntax(from + error.offset, error.reason))?;
        let fields = Value::Object(vec![(Cow::Borrowed("Event"), event)]);
        let told = facts::time(&fields).map(|(time, text)| (time, text.to_owned()));
        let (time, text) = told.unzip();
        Ok(Decoded::new(fields).at(time, text.unwrap_or_default()))
    }
}
