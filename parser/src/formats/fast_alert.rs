//! Alerts in one line, as Suricata writes them to `fast.log` and Snort by `alert_fast`:
//! `11/23/2026-02:14:07.860293  [**] [1:2034125:4] ET EXPLOIT … [**] [Classification: …] [Priority: 1] {TCP} … -> …`.
//!
//! Source: Suricata User Guide, "Fast log"; Snort Users Manual, "alert_fast". Snort leaves the year out.

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::memmem;

use super::columns::{self, Kind, spaced};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::{self, EventTime};
use crate::value::Value;

pub(super) struct FastAlert;

impl Format for FastAlert {
    fn name(&self) -> &str {
        "fast_alert"
    }

    fn title(&self) -> &str {
        "Suricata and Snort fast alerts"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.severity", "source.ip", "destination.ip", "destination.port", "rule.name"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| split(line).is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.rsplit('/').next().is_some_and(|name| name.starts_with("fast.log"))
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let mut ecs = Ecs::new("suricata.fast", "alert", event.time);
        ecs.set_words("event.category", &["network", "intrusion_detection"]);
        ecs.set_words("event.type", &[if text("action").is_some() { "denied" } else { "allowed" }]);
        ecs.copy(
            fields,
            &[
                ("priority", "event.severity"),
                ("message", "message"),
                ("message", "rule.name"),
                ("classification", "rule.category"),
                ("gid", "suricata.fast.gid"),
                ("src_port", "source.port"),
                ("dest_port", "destination.port"),
            ],
        );
        ecs.set_some("rule.id", text("signature_id"));
        ecs.set_some("rule.version", text("rev"));
        ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
        if let Some(address) = text("src_ip") {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(address) = text("dest_ip") {
            ecs.set_address("destination.address", "destination.ip", address);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["message", "proto", "src_ip", "dest_ip", "dest_port"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// What stands before the first mark, between the two, and behind the second.
fn split(line: &[u8]) -> Option<[&[u8]; 3]> {
    const MARK: &[u8] = b"[**]";
    let first = memmem::find(&line[..line.len().min(64)], MARK)?;
    let second = first + MARK.len() + memmem::find(&line[first + MARK.len()..], MARK)?;
    let is_alert = line.get(2) == Some(&b'/') && line[first + MARK.len()..].starts_with(b" [");
    is_alert.then(|| [&line[..first], line[first + MARK.len()..second].trim_ascii(), &line[second + MARK.len()..]])
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let [head, rule, tail] = split(raw).ok_or_else(|| Fault::syntax(0, "no alert between two [**]"))?;
        let mut fields: spaced::Fields<'a> = Vec::with_capacity(12);
        let stamp = head.split(|byte| *byte == b' ').next().unwrap_or_default();
        let time = moment(stamp, self.near);
        spaced::push(&mut fields, "timestamp", stamp, Kind::Text);
        let action = head[stamp.len()..].trim_ascii();
        if let Some(action) = action.strip_prefix(b"[").and_then(|action| action.strip_suffix(b"]")) {
            spaced::push(&mut fields, "action", action, Kind::Text);
        }
        let close = memchr::memchr(b']', rule).ok_or_else(|| Fault::syntax(head.len(), "no [gid:sid:rev]"))?;
        let numbers = rule[1..close].splitn(3, |byte| *byte == b':');
        for (name, number) in ["gid", "signature_id", "rev"].into_iter().zip(numbers) {
            spaced::push(&mut fields, name, number, Kind::Number);
        }
        spaced::push(&mut fields, "message", rule[close + 1..].trim_ascii(), Kind::Text);
        for (name, label, kind) in
            [("classification", &b"[Classification: "[..], Kind::Text), ("priority", b"[Priority: ", Kind::Number)]
        {
            if let Some(value) = between(tail, label, b']').filter(|value| *value != b"(null)") {
                spaced::push(&mut fields, name, value, kind);
            }
        }
        if let Some(proto) = between(tail, b"{", b'}') {
            spaced::push(&mut fields, "proto", proto, Kind::Text);
        }
        let ends = tail.rsplit(|byte| *byte == b'}').next().unwrap_or_default();
        if let Some(arrow) = memmem::find(ends, b" -> ") {
            // Of an IPv6 address with a port only the protocol tells that the last group is none.
            let has_port = matches!(between(tail, b"{", b'}'), Some(b"TCP" | b"UDP" | b"SCTP"));
            push_end(&mut fields, ("src_ip", "src_port"), ends[..arrow].trim_ascii(), has_port);
            push_end(&mut fields, ("dest_ip", "dest_port"), ends[arrow + 4..].trim_ascii(), has_port);
        }
        Ok(Decoded::new(Value::Object(fields)).at(time, columns::text(stamp)))
    }
}

/// The text between `label` and `end`.
fn between<'a>(text: &'a [u8], label: &[u8], end: u8) -> Option<&'a [u8]> {
    let rest = &text[memmem::find(text, label)? + label.len()..];
    Some(&rest[..memchr::memchr(end, rest)?])
}

/// An address with a port, or alone where the protocol has none.
fn push_end<'a>(
    fields: &mut spaced::Fields<'a>,
    (ip, port): (&'static str, &'static str),
    end: &'a [u8],
    has_port: bool,
) {
    let is_address = || std::str::from_utf8(end).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok());
    if !has_port && is_address() {
        spaced::push(fields, ip, end, Kind::Text);
    } else {
        spaced::push_address(fields, (ip, port), end);
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The time of `11/23/2026-02:14:07.860293` or `11/23-02:14:07.860293`, in the sensor's zone, which it does not tell.
fn moment(stamp: &[u8], near: Option<Timestamp>) -> Option<EventTime> {
    let (date, clock) = std::str::from_utf8(stamp).ok()?.split_once('-')?;
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next());
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let year = year.map(|year| format!(" {}{year}", if year.len() == 2 { "20" } else { "" })).unwrap_or_default();
    let text = format!("{month} {day}{year} {clock}");
    time::leading(text.as_bytes(), near).map(|(time, _)| time)
}
