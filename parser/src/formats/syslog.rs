//! Syslog lines: RFC 5424, RFC 3164 (BSD), and RFC 3164 as daemons write it to files, without a priority.

use std::borrow::Cow;

use jiff::Timestamp;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time;
use crate::value::Value;

mod structured;

pub(super) struct Syslog;

/// Names of RFC 5424, table 2.
const SEVERITIES: [&str; 8] =
    ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"];

/// Names of RFC 5424, table 1, as syslog.conf spells them.
const FACILITIES: [&str; 24] = [
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "security",
    "console",
    "solaris-cron",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
];

impl Format for Syslog {
    fn name(&self) -> &str {
        "syslog"
    }

    fn title(&self) -> &str {
        "Syslog (RFC 5424, RFC 3164)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["host.hostname", "process.name", "log.syslog.severity.name", "message"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        // Any year does to see the shape of a time.
        unit.line().is_some_and(|line| {
            Header::read(line, Some(Timestamp::UNIX_EPOCH)).is_some_and(|header| header.is_certain())
        })
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let mut ecs = Ecs::new("syslog", "event", event.time);
        ecs.copy(
            fields,
            &[
                ("message", "message"),
                ("hostname", "host.hostname"),
                ("appname", "process.name"),
                ("procid", "process.pid"),
                ("appname", "log.syslog.appname"),
                ("procid", "log.syslog.procid"),
                ("hostname", "log.syslog.hostname"),
                ("msgid", "log.syslog.msgid"),
                ("version", "log.syslog.version"),
                ("priority", "log.syslog.priority"),
            ],
        );
        if fields.get("procid").and_then(Value::as_u64).is_none() {
            ecs.remove("process.pid");
        }
        if let Some(priority) = fields.get("priority").and_then(Value::as_u64) {
            let (facility, severity) = (priority / 8, priority % 8);
            ecs.set("log.syslog.facility.code", facility);
            ecs.set_some("log.syslog.facility.name", FACILITIES.get(facility as usize).copied());
            ecs.set("log.syslog.severity.code", severity);
            ecs.set("log.syslog.severity.name", SEVERITIES[severity as usize]);
            ecs.set("log.level", SEVERITIES[severity as usize]);
        }
        ecs.set_some("log.syslog.structured_data", fields.get("structured_data").map(Value::borrow));
        if let Some(host) = fields.get("hostname").and_then(Value::as_str) {
            ecs.add("related.hosts", host);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar);
        let message = field("message").unwrap_or_default();
        match (field("hostname"), field("appname")) {
            (Some(host), Some(app)) => Cow::Owned(format!("{host} {app}: {message}")),
            (None, Some(app)) => Cow::Owned(format!("{app}: {message}")),
            _ => Cow::Borrowed(message),
        }
    }
}

/// What stands before a message.
struct Header<'a> {
    priority: Option<i64>,
    /// The version of RFC 5424; BSD's form has none.
    version: Option<&'a [u8]>,
    time: Option<time::EventTime>,
    /// The time as it is written.
    stamp: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(line: &'a [u8], near: Option<Timestamp>) -> Option<Self> {
        let (priority, after) = match line.strip_prefix(b"<") {
            Some(rest) => {
                let close = memchr::memchr(b'>', &rest[..rest.len().min(4)])?;
                let priority = time::digits(rest, close).filter(|priority| close > 0 && *priority < 192)?;
                (Some(priority), close + 2)
            }
            None => (None, 0),
        };
        let body = &line[after..];
        let is_versioned =
            priority.is_some() && body.first().is_some_and(u8::is_ascii_digit) && body.get(1) == Some(&b' ');
        let version = is_versioned.then(|| &body[..1]);
        if let Some(rest) = is_versioned.then(|| &body[2..]).and_then(|body| body.strip_prefix(b"- ")) {
            return Some(Header { priority, version, time: None, stamp: &[], rest });
        }
        let (time, end) = match time::leading(line, near) {
            Some((time, end)) => (Some(time), end),
            // A year that nothing tells: the rest of the line is as good.
            None => (None, time::leading(line, Some(Timestamp::UNIX_EPOCH))?.1),
        };
        let rest = line[end..].strip_prefix(b":").unwrap_or(&line[end..]);
        let stamp = line[after..end].strip_prefix(b"1 ").unwrap_or(&line[after..end]);
        Some(Header { priority, version, time, stamp, rest: rest.strip_prefix(b" ")? })
    }

    /// Whether this is syslog and no other line that begins with a time: a priority says so, or a host and a tag.
    fn is_certain(&self) -> bool {
        self.priority.is_some() || tagged(self.rest).is_some_and(|tag| tag.host.is_some())
    }
}

/// `host tag[pid]: message`
struct Tagged<'a> {
    host: Option<&'a [u8]>,
    tag: &'a [u8],
    pid: Option<&'a [u8]>,
    message: &'a [u8],
}

/// Reads BSD's form after the time; the host may be missing.
fn tagged(rest: &[u8]) -> Option<Tagged<'_>> {
    let colon = memchr::memmem::find(rest, b": ").or_else(|| rest.ends_with(b":").then(|| rest.len() - 1))?;
    let (before, message) = (&rest[..colon], rest.get(colon + 2..).unwrap_or_default());
    let (host, tag) = match memchr::memchr(b' ', before) {
        Some(space) => (Some(&before[..space]), &before[space + 1..]),
        None => (None, before),
    };
    let (tag, pid) = match memchr::memchr(b'[', tag) {
        Some(open) if tag.ends_with(b"]") => (&tag[..open], Some(&tag[open + 1..tag.len() - 1])),
        _ => (tag, None),
    };
    let is_tag = |byte: &u8| byte.is_ascii_graphic() && !b"<>[]\"=".contains(byte);
    let is_fine =
        !tag.is_empty() && tag.len() <= 64 && tag.iter().all(is_tag) && host.is_none_or(|host| host.iter().all(is_tag));
    is_fine.then_some(Tagged { host, tag, pid, message })
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(8);
        let mut put = |name: &'static str, value: Value<'a>| fields.push((Cow::Borrowed(name), value));
        let Some(header) = Header::read(raw, self.near) else {
            // A line of its own without a header goes on with the message before it.
            put("message", Value::String(columns::text(raw)));
            return Ok(Decoded::new(Value::Object(fields)));
        };
        if let Some(priority) = header.priority {
            put("priority", Value::Number(Cow::Owned(priority.to_string())));
        }
        let time = header.time;
        if let Some(version) = header.version {
            put("version", columns::value(version, columns::Kind::Number));
            structured::read(header.rest, &mut put);
        } else if let Some(tagged) = tagged(header.rest) {
            if let Some(host) = tagged.host {
                put("hostname", Value::String(columns::text(host)));
            }
            put("appname", Value::String(columns::text(tagged.tag)));
            if let Some(pid) = tagged.pid {
                put("procid", columns::value(pid, columns::Kind::Number));
            }
            put("message", Value::String(columns::text(tagged.message)));
        } else {
            put("message", Value::String(columns::text(header.rest)));
        }
        let text = columns::text(header.stamp);
        Ok(Decoded::new(Value::Object(fields)).at(time, text))
    }
}
