//! Error logs of MySQL and MariaDB, as Amazon RDS and Aurora publish them too.
//!
//! Source: MySQL Reference Manual, "Error Log Output Format". Names follow those of Filebeat's module.

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct MysqlError;

impl Format for MysqlError {
    fn name(&self) -> &str {
        "mysql_error"
    }

    fn title(&self) -> &str {
        "MySQL and MariaDB errors (Amazon RDS, Aurora)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "event.code", "mysql.thread_id", "message"]
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Blocks
    }

    fn begins(&self, line: &[u8]) -> bool {
        Line::read(line).is_some()
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| self.begins(line))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("mysql-error")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("mysql.error", "event", event.time);
        ecs.set_words("event.category", &["database"]);
        let level = event.fields.get("level").and_then(Value::as_str).unwrap_or_default();
        ecs.set_words("event.type", if level.eq_ignore_ascii_case("error") { &["error"] } else { &["info"] });
        ecs.copy(
            &event.fields,
            &[
                ("level", "log.level"),
                ("thread", "mysql.thread_id"),
                ("code", "event.code"),
                ("subsystem", "event.provider"),
                ("message", "message"),
            ],
        );
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar).unwrap_or_default();
        Cow::Owned(format!("{} {}", field("level"), field("message")))
    }
}

/// `2026-11-23T02:14:07.123456Z 8 [Warning] [MY-010055] [Server] message`; older servers write neither code nor
/// subsystem, and InnoDB `2026-11-23 02:14:07 0x2b76b6e68700InnoDB: message`.
struct Line<'a> {
    time: EventTime,
    stamp: &'a [u8],
    thread: &'a [u8],
    level: Option<&'a [u8]>,
    code: Option<&'a [u8]>,
    subsystem: Option<&'a [u8]>,
    message: &'a [u8],
}

impl<'a> Line<'a> {
    fn read(raw: &'a [u8]) -> Option<Self> {
        let (time, end) = EventTime::iso_prefix(raw)?;
        let rest = raw[end..].strip_prefix(b" ")?;
        let width = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let (thread, rest) = rest.split_at(width);
        let hex = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
        let line = Line { time, stamp: &raw[..end], thread, level: None, code: None, subsystem: None, message: rest };
        if let Some(id) = thread.strip_suffix(b"InnoDB").and_then(|thread| thread.strip_prefix(b"0x")) {
            let message = rest.strip_prefix(b": ").filter(|_| hex(id))?;
            return Some(Line { thread: &thread[..id.len() + 2], subsystem: Some(b"InnoDB"), message, ..line });
        }
        let (level, rest) = bracketed(rest).filter(|_| columns::is_number(thread))?;
        let is_level = [&b"System"[..], b"Error", b"ERROR", b"Warning", b"Note"].contains(&level);
        let code = bracketed(rest).filter(|(code, _)| code.starts_with(b"MY-"));
        let rest = code.map_or(rest, |(_, rest)| rest);
        let subsystem = bracketed(rest).filter(|_| code.is_some());
        let rest = subsystem.map_or(rest, |(_, rest)| rest);
        let (code, subsystem) = (code.map(|(code, _)| code), subsystem.map(|(name, _)| name));
        is_level.then_some(Line { level: Some(level), code, subsystem, message: rest.trim_ascii_start(), ..line })
    }
}

/// ` [text]` at the start of `rest`, and what follows it.
fn bracketed(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = rest.strip_prefix(b" [")?;
    let end = memchr::memchr(b']', &inner[..inner.len().min(32)])?;
    Some((&inner[..end], &inner[end + 1..]))
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let line =
            Line::read(raw).ok_or_else(|| Fault::syntax(0, "no time, thread and level in front of the message"))?;
        let mut fields = Vec::with_capacity(6);
        for (name, part, kind) in [
            ("timestamp", Some(line.stamp), Kind::Text),
            ("thread", Some(line.thread), Kind::Number),
            ("level", line.level, Kind::Text),
            ("code", line.code, Kind::Text),
            ("subsystem", line.subsystem, Kind::Text),
            ("message", Some(line.message), Kind::Text),
        ] {
            fields.extend(part.map(|part| (Cow::Borrowed(name), columns::value(part, kind))));
        }
        Ok(Decoded::new(Value::Object(fields)).at(Some(line.time), columns::text(line.stamp)))
    }
}
