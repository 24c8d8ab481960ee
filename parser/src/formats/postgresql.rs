//! Logs of PostgreSQL in text, as Amazon RDS and Aurora publish them too, with the records of its audit extension.
//!
//! Source: PostgreSQL documentation, "Error Reporting and Logging" (severity levels, `log_line_prefix`); Amazon RDS User
//! Guide, "RDS for PostgreSQL database log files" (its prefix, `%t:%r:%u@%d:[%p]:`); pgAudit's documentation, "Format".
//! Names follow those of Filebeat's module.

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::value::Value;

mod audit;
mod ecs;
mod header;

use header::Header;

pub(super) struct Postgresql;

impl Format for Postgresql {
    fn name(&self) -> &str {
        "postgresql"
    }

    fn title(&self) -> &str {
        "PostgreSQL (Amazon RDS, Aurora)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "user.name", "postgresql.log.database", "source.ip", "event.action", "message"]
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Blocks
    }

    fn begins(&self, line: &[u8]) -> bool {
        Header::read(line).is_some()
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| self.begins(line))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("postgresql")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["level", "user", "database", "message"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let header =
            Header::read(raw).ok_or_else(|| Fault::syntax(0, "no time and severity in front of the message"))?;
        let mut fields = Vec::with_capacity(12);
        for (name, part, kind) in [
            ("timestamp", Some(header.stamp), Kind::Text),
            ("pid", header.pid, Kind::Number),
            ("user", header.user, Kind::Text),
            ("database", header.database, Kind::Text),
            ("host", header.host, Kind::Text),
            ("port", header.port, Kind::Number),
            ("application", header.application, Kind::Text),
            ("level", Some(header.level), Kind::Text),
            ("state_code", header.state_code, Kind::Text),
            ("message", Some(header.message), Kind::Text),
        ] {
            fields.extend(part.map(|part| (Cow::Borrowed(name), columns::value(part, kind))));
        }
        if let Some(audit) = header.message.strip_prefix(b"AUDIT: ") {
            fields.push((Cow::Borrowed("audit"), audit::read(audit)));
        } else {
            statement(header.message, &mut fields);
        }
        Ok(Decoded::new(Value::Object(fields)).at(Some(header.time), columns::text(header.stamp)))
    }
}

/// `duration: 37.118 ms  statement: SELECT …`, or one of both.
fn statement<'a>(message: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let mut rest = message;
    if let Some(duration) = message.strip_prefix(b"duration: ")
        && let Some(unit) = memchr::memmem::find(duration, b" ms")
    {
        fields.push((Cow::Borrowed("duration"), columns::value(&duration[..unit], Kind::Number)));
        rest = duration[unit + 3..].trim_ascii_start();
    }
    let step = [&b"statement"[..], b"parse", b"bind", b"execute", b"fastpath function call"];
    let Some(step) = step.into_iter().find(|step| rest.starts_with(step)) else { return };
    let Some(colon) = memchr::memmem::find(&rest[..rest.len().min(128)], b": ") else { return };
    let name = rest.get(step.len()..colon).unwrap_or_default().trim_ascii();
    fields.push((Cow::Borrowed("query_step"), Value::String(columns::text(step))));
    if !name.is_empty() {
        fields.push((Cow::Borrowed("query_name"), Value::String(columns::text(name))));
    }
    fields.push((Cow::Borrowed("query"), Value::String(columns::text(&rest[colon + 2..]))));
}
