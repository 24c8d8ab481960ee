//! IBM QRadar's Log Event Extended Format, versions 1.0 and 2.0, bare or behind a syslog header.
//!
//! Source: IBM QRadar, "Log Event Extended Format (LEEF) version 2 guide". Attributes are separated by tabs, in version 2
//! by the character that the header's last field names, itself (`^`) or by its code (`x5E`).

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
mod pattern;

pub(super) struct Leef;

/// The fields before the attributes, in version 1.
const HEADER: [&str; 5] = ["leefVersion", "vendor", "product", "productVersion", "eventId"];

impl Format for Leef {
    fn name(&self) -> &str {
        "leef"
    }

    fn title(&self) -> &str {
        "Log Event Extended Format (QRadar)"
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
        let parts = ["product", "eventId", "cat", "usrName", "src", "dst", "msg"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// Where the event begins in a line: at its start, or behind a short header.
fn start(line: &[u8]) -> Option<usize> {
    let at = memmem::find(&line[..line.len().min(512)], b"LEEF:")?;
    let is_version = line.get(at + 5).is_some_and(u8::is_ascii_digit);
    let bars = memchr::memchr_iter(b'|', &line[at..]).take(4).count();
    (is_version && bars == 4).then_some(at)
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let at = start(raw).ok_or_else(|| Fault::syntax(0, "no LEEF header"))?;
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(24);
        let mut rest = &raw[at + b"LEEF:".len()..];
        for (index, name) in HEADER.into_iter().enumerate() {
            let end = match memchr::memchr(b'|', rest) {
                Some(end) => end,
                // The last bar is missing in events without attributes.
                None if index == HEADER.len() - 1 => rest.len(),
                None => return Err(Fault::syntax(raw.len(), format!("the header ends before {name}"))),
            };
            fields.push((Cow::Borrowed(name), Value::String(columns::text(&rest[..end]))));
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        let is_second = fields[0].1.as_str().is_some_and(|version| version.starts_with('2'));
        let (delimiter, rest) = if is_second { delimiter(rest) } else { (b'\t', rest) };
        attributes(rest, delimiter, &mut fields);
        let header = Header::read(&raw[..at], self.near).unwrap_or_default();
        let (time, stamp) = (header.time, header.stamp);
        header.put(&mut fields);
        let duplicate_keys = columns::duplicates(&fields[HEADER.len()..]);
        let fields = Value::Object(fields);
        let (time, time_text) = self.told(raw, &fields).or_else(|| Some((time?, columns::text(stamp)))).unzip();
        Ok(Decoded { time, time_text, duplicate_keys, ..Decoded::new(fields) })
    }
}

impl Lines {
    /// The time of the device, in the pattern that it names or in any common shape.
    fn told<'a>(&self, raw: &'a [u8], fields: &Value<'a>) -> Option<(EventTime, Cow<'a, str>)> {
        let text = fields.get("devTime")?.as_str()?;
        let pattern = fields.get("devTimeFormat").and_then(Value::as_str);
        let time = pattern.and_then(|pattern| pattern::read(text, pattern, self.near));
        Some((time.or_else(|| EventTime::any(text, self.near))?, part_of(raw, text)))
    }
}

/// The delimiter that version 2 names before the attributes, and these. Without one it is the tab.
fn delimiter(rest: &[u8]) -> (u8, &[u8]) {
    let Some(bar) = memchr::memchr(b'|', &rest[..rest.len().min(8)]) else { return (b'\t', rest) };
    let (named, after) = (&rest[..bar], &rest[bar + 1..]);
    let code = named.strip_prefix(b"0x").or_else(|| named.strip_prefix(b"x"));
    let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
    match (named, code) {
        ([], _) => (b'\t', after),
        ([one], _) => (*one, after),
        (_, Some(code)) => (code, after),
        _ => (b'\t', rest),
    }
}

/// The pairs between delimiters. Where there is not one tab, a writer may have spelled them `\t`.
fn attributes<'a>(rest: &'a [u8], delimiter: u8, fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let is_spelled = delimiter == b'\t' && !rest.contains(&b'\t') && memmem::find(rest, b"\\t").is_some();
    let mut rest = rest;
    loop {
        let end = if is_spelled { memmem::find(rest, b"\\t") } else { memchr::memchr(delimiter, rest) };
        pair(rest[..end.unwrap_or(rest.len())].trim_ascii(), fields);
        let Some(end) = end else { return };
        rest = &rest[end + 1 + usize::from(is_spelled)..];
    }
}

/// One pair; what is none goes on with the value before it.
fn pair<'a>(pair: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let Some(equals) = memchr::memchr(b'=', pair) else {
        let is_attribute = fields.len() > HEADER.len() && !pair.is_empty();
        if let Some((_, Value::String(text))) = fields.last_mut().filter(|_| is_attribute) {
            let text = text.to_mut();
            text.push(' ');
            text.push_str(&columns::text(pair));
        }
        return;
    };
    fields.push((columns::text(&pair[..equals]), Value::String(columns::text(&pair[equals + 1..]))));
}
