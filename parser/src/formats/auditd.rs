//! Linux audit log, as auditd writes it: `type=USER_LOGIN msg=audit(1795400047.123:42): pid=1 … msg='op=login …'`.
//!
//! Source: Red Hat Enterprise Linux Security Guide, "Understanding Audit log files"; the audit userspace specification
//! "Audit Event Fields". The pairs within a second, quoted `msg` stand beside the others in the fields.

use std::borrow::Cow;

use memchr::memmem;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Auditd;

impl Format for Auditd {
    fn name(&self) -> &str {
        "auditd"
    }

    fn title(&self) -> &str {
        "Linux audit"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["auditd.log.record_type", "user.name", "process.executable", "source.ip", "event.outcome"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| stamp(line).is_some())
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text =
            |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !matches!(*text, "?" | "(null)"));
        let mut ecs = Ecs::new("auditd.log", "event", event.time);
        ecs.copy(
            fields,
            &[
                ("type", "auditd.log.record_type"),
                ("op", "auditd.log.op"),
                ("ses", "auditd.log.ses"),
                ("subj", "auditd.log.subj"),
                ("auid", "user.audit.id"),
                ("uid", "user.id"),
                ("pid", "process.pid"),
                ("ppid", "process.parent.pid"),
                ("comm", "process.name"),
                ("exe", "process.executable"),
                ("cwd", "process.working_directory"),
                ("node", "host.hostname"),
            ],
        );
        if let Some((_, sequence)) =
            text("msg").and_then(|msg| msg.strip_suffix(')')).and_then(|msg| msg.rsplit_once(':'))
            && columns::is_number(sequence.as_bytes())
        {
            ecs.set("auditd.log.sequence", Value::Number(Cow::Borrowed(sequence)));
        }
        ecs.set_some("event.action", text("type").map(|kind| kind.to_ascii_lowercase().replace('_', "-")));
        if let Some(address) = text("addr") {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(user) = text("acct") {
            ecs.set("user.name", user);
            ecs.add("related.user", user);
        }
        match text("res").or_else(|| text("success")) {
            Some("success" | "1" | "yes") => ecs.set("event.outcome", "success"),
            Some("failed" | "0" | "no") => ecs.set("event.outcome", "failure"),
            _ => {}
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar).filter(|text| *text != "?");
        let parts = ["type", "op", "acct", "exe", "addr", "res"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// The seconds in the `msg=audit(1795400047.123:42):` that every line has, and where its message begins.
fn stamp(line: &[u8]) -> Option<(EventTime, &str, usize)> {
    let head = &line[..line.len().min(512)];
    let from = memmem::find(head, b"msg=audit(")? + b"msg=audit(".len();
    let close = from + memchr::memchr(b')', &head[from..])?;
    let (seconds, _) = std::str::from_utf8(&head[from..close]).ok()?.split_once(':')?;
    Some((EventTime::epoch(seconds)?, seconds, close + 1))
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let (time, text, end) = stamp(raw).ok_or_else(|| Fault::syntax(0, "no msg=audit(…) with a time"))?;
        let mut fields = Vec::with_capacity(24);
        pairs(&raw[..end], &mut fields);
        pairs(raw[end..].strip_prefix(b":").unwrap_or(&raw[end..]), &mut fields);
        Ok(Decoded::new(Value::Object(fields)).at(Some(time), text))
    }
}

/// Reads the pairs of `text`; words between them are its message.
fn pairs<'a>(text: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let mut at = 0;
    let mut words: Vec<&[u8]> = Vec::new();
    while at < text.len() {
        let rest = &text[at..];
        let end = rest.iter().position(|byte| matches!(byte, b' ' | b'\t' | 0x1d | b'=')).unwrap_or(rest.len());
        if rest.get(end) != Some(&b'=') || end == 0 {
            if end > 0 {
                words.push(&rest[..end]);
            }
            at += end + 1;
            continue;
        }
        let key = columns::text(&rest[..end]);
        let value = &rest[end + 1..];
        at += end + 1;
        if let Some(b'"' | b'\'') = value.first() {
            let length = memchr::memchr(value[0], &value[1..]).unwrap_or(value.len() - 1);
            let inner = &value[1..=length];
            at += length + 2;
            if value[0] == b'\'' && inner.contains(&b'=') {
                nested(inner, fields);
            } else {
                fields.push((key, Value::String(columns::text(inner))));
            }
        } else {
            let length = value.iter().position(|byte| matches!(byte, b' ' | b'\t' | 0x1d)).unwrap_or(value.len());
            let part = &value[..length];
            let kind = if part.len() <= 19 { columns::Kind::Number } else { columns::Kind::Text };
            fields.push((key, columns::value(part, kind)));
            at += length;
        }
    }
    if !words.is_empty() {
        fields.push((Cow::Borrowed("message"), Value::String(columns::text(&words.join(&b' ')).into_owned().into())));
    }
}

/// The pairs of a quoted message. They hold no quoted message again.
fn nested<'a>(inner: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    if memchr::memchr(b'\'', inner).is_none() {
        pairs(inner, fields);
    }
}
