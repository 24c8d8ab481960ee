//! Fortinet `FortiGate`: pairs of key and value, behind a syslog priority or a whole header.
//!
//! Source: Fortinet, "FortiOS Log Message Reference".

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::memmem;

use super::columns;
use super::logfmt;
use super::syslog;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;

pub(super) struct FortiGate;

impl Format for FortiGate {
    fn name(&self) -> &str {
        "fortigate"
    }

    fn title(&self) -> &str {
        "Fortinet FortiGate"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.action", "source.ip", "destination.ip", "destination.port", "message"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn framing(&self, head: &[u8]) -> Framing {
        syslog::framing(head)
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| start(line).is_some_and(|at| is_log(&line[at..])))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["devname", "subtype", "action", "user", "srcip", "dstip", "service", "hostname", "msg", "logdesc"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// Keys that logs begin with.
const FIRST: [&[u8]; 5] = [b"date=", b"devname=", b"timestamp=", b"logver=", b"itime="];

/// Where the pairs begin in a line, behind a short header.
fn start(line: &[u8]) -> Option<usize> {
    let head = &line[..line.len().min(256)];
    let at = FIRST.iter().filter_map(|key| memmem::find(head, key)).min()?;
    (at == 0 || matches!(line[at - 1], b' ' | b'>')).then_some(at)
}

/// Whether pairs are those of a log of this device: all have an id, a type and a virtual domain or a device.
fn is_log(pairs: &[u8]) -> bool {
    let is_pair = |key: &[u8]| memmem::find(pairs, key).is_some();
    is_pair(b" logid=") && is_pair(b" type=") && (is_pair(b"devid=") || is_pair(b"vd="))
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let at = start(raw).ok_or_else(|| Fault::syntax(0, "the line does not begin as a log of FortiGate"))?;
        // Some senders end a line as C does.
        let end = raw.iter().rposition(|byte| *byte != 0).map_or(at, |last| last + 1).max(at);
        let pairs =
            logfmt::pairs(&raw[at..end]).map_err(|fault| Fault { offset: fault.offset + at as u64, ..fault })?;
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(pairs.len() + 1);
        for (key, value) in pairs {
            let value = match value {
                Some((text, true)) => Value::String(columns::unescape_only(text, b"\"")),
                Some((text, false)) if columns::is_number(text) => Value::Number(columns::text(text)),
                Some((text, false)) => Value::String(columns::text(text)),
                None => Value::Bool(true),
            };
            fields.push((columns::text(key), value));
        }
        let duplicate_keys = columns::duplicates(&fields);
        syslog::carried(&raw[..at], self.near).put(&mut fields);
        let fields = Value::Object(fields);
        let told = told(&fields);
        let (time, time_text) = told.unzip();
        Ok(Decoded { time, time_text, duplicate_keys, ..Decoded::new(fields) })
    }
}

/// The device's clock with its zone; where it names none, the count since 1970 that newer versions write beside it.
fn told<'a>(fields: &Value<'a>) -> Option<(EventTime, Cow<'a, str>)> {
    let text = |key: &str| fields.get(key).and_then(Value::scalar);
    let zone = text("tz").map(zone);
    let count = text("eventtime").filter(|_| zone.is_none());
    if let Some((time, count)) = count.and_then(|count| Some((EventTime::epoch(count)?, count))) {
        return Some((time, Cow::Owned(count.to_owned())));
    }
    let clock = format!("{} {}", text("date")?, text("time")?);
    Some((EventTime::iso_text(&clock)?.within(zone.as_deref()), Cow::Owned(clock)))
}

/// `-0500`, also of `UTC+9:00`.
fn zone(text: &str) -> String {
    let offset = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let sign = offset.chars().next().filter(|sign| "+-".contains(*sign));
    sign.map_or_else(|| text.to_owned(), |sign| format!("{sign}{digits:0>4}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn zones_are_offsets_however_they_are_spelled() {
        for (zone, wanted) in [("-0500", "-0500"), ("+0000", "+0000"), ("UTC+9:00", "+0900"), ("UTC", "UTC"), ("", "")]
        {
            assert_eq!(super::zone(zone), wanted);
        }
    }
}
