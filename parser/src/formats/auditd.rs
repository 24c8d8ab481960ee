//! Linux audit log, as auditd writes it: `type=USER_LOGIN msg=audit(1795400047.123:42): pid=1 … msg='op=login …'`.
//!
//! Source: Red Hat Enterprise Linux Security Guide, "Understanding Audit log files"; the audit userspace specification
//! "Audit Event Fields". The pairs within a second, quoted `msg` stand beside the others in the fields, as do those that
//! the enriched format puts behind a group separator. Strings in hexadecimal digits are read, and so is `saddr`, as
//! `SADDR` like in the enriched format. The records of one event share the number in `msg`.

use std::borrow::Cow;

use memchr::memmem;

use super::columns;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod coded;
mod ecs;
mod kinds;

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
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| {
            event.fields.get(path).and_then(Value::scalar).filter(|text| !matches!(*text, "?" | "(null)"))
        };
        let parts = ["type", "op", "acct", "cmd", "proctitle", "exe", "name", "addr", "SADDR.laddr", "message", "res"];
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
        let mut pairs = Pairs::default();
        pairs.read(&raw[..end]);
        let is_type = |(key, value): &(Cow<'_, str>, Value<'_>)| key == "type" && value.as_str() == Some("EXECVE");
        pairs.is_command = pairs.fields.iter().any(is_type);
        pairs.read(raw[end..].strip_prefix(b":").unwrap_or(&raw[end..]));
        Ok(Decoded::new(Value::Object(pairs.fields)).at(Some(time), text))
    }
}

/// The pairs of a record.
#[derive(Default)]
struct Pairs<'a> {
    fields: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Whether the record tells the arguments of a command.
    is_command: bool,
    /// Whether it told its socket address in words already.
    has_address: bool,
    /// Whether these stand in braces, where no others do.
    is_inner: bool,
}

impl<'a> Pairs<'a> {
    /// Reads the pairs of `text`; words between them are its message.
    fn read(&mut self, text: &'a [u8]) {
        let mut at = 0;
        let mut words: Vec<&[u8]> = Vec::new();
        while at < text.len() {
            let rest = &text[at..];
            let end = rest.iter().position(|byte| is_space(*byte) || *byte == b'=').unwrap_or(rest.len());
            if rest.get(end) != Some(&b'=') || end == 0 {
                if end > 0 {
                    words.push(&rest[..end]);
                }
                at += end + 1;
                continue;
            }
            let name = columns::text(&rest[..end]);
            // `old auid=700 new auid=701`
            let key = match words.pop_if(|word| matches!(*word, b"old" | b"new")) {
                Some(word) => Cow::Owned(format!("{}_{name}", columns::text(word))),
                None => name,
            };
            at += end + 1;
            at += self.value(key, &text[at..]);
        }
        if !words.is_empty() {
            let message = columns::text(&words.join(&b' ')).into_owned();
            self.fields.push((Cow::Borrowed("message"), message.into()));
        }
    }

    /// Reads the value at the start of `text`; answers its length.
    fn value(&mut self, key: Cow<'a, str>, text: &'a [u8]) -> usize {
        match text.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let length = memchr::memchr(*quote, &text[1..]).unwrap_or(text.len() - 1);
                let inner = &text[1..=length];
                // A quoted message holds pairs, but no quoted message again.
                if *quote == b'\'' && inner.contains(&b'=') {
                    self.read(inner);
                } else {
                    self.fields.push((key, Value::String(columns::text(inner))));
                }
                length + 2
            }
            Some(b'{') if !self.is_inner => {
                let length = memchr::memchr(b'}', text).unwrap_or(text.len());
                let mut inner = Pairs { is_inner: true, ..Pairs::default() };
                inner.read(text[1..length].trim_ascii());
                if key != "SADDR" || !self.has_address {
                    self.fields.push((key, Value::Object(inner.fields)));
                }
                length + 1
            }
            _ => {
                let length = text.iter().position(|byte| is_space(*byte)).unwrap_or(text.len());
                self.bare(key, &text[..length]);
                length
            }
        }
    }

    fn bare(&mut self, key: Cow<'a, str>, part: &'a [u8]) {
        let decoded = coded::is_untrusted(&key, self.is_command).then(|| coded::text(part)).flatten();
        let address = (key == "saddr").then(|| coded::address(part)).flatten();
        let kind = if part.len() <= 19 { columns::Kind::Number } else { columns::Kind::Text };
        self.fields.push((key, decoded.map_or_else(|| columns::value(part, kind), Value::from)));
        self.has_address |= address.is_some();
        self.fields.extend(address.map(|address| (Cow::Borrowed("SADDR"), address)));
    }
}

/// Spaces, and the separator before the pairs that the enriched format adds.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x1d)
}
