//! Audit logs of Amazon Aurora MySQL, and of RDS for MariaDB and MySQL with the MariaDB Audit Plugin: who connected, and
//! what was asked.
//!
//! Source: Amazon Aurora User Guide, "Using Advanced Auditing with an Amazon Aurora MySQL DB cluster" (audit log details);
//! MariaDB documentation, "MariaDB Audit Plugin: Log Format".

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::{self, Certainty, EventTime};
use crate::value::Value;

pub(super) struct MysqlAudit;

/// The columns, by the names of the Aurora guide; the last one is that of newer plugins.
const COLUMNS: [&str; 11] = [
    "timestamp",
    "serverhost",
    "username",
    "host",
    "connectionid",
    "queryid",
    "operation",
    "database",
    "object",
    "retcode",
    "connection_type",
];

/// The place of the operation, and of what it was done to.
const OPERATION: usize = 6;
const OBJECT: usize = 8;

impl Format for MysqlAudit {
    fn name(&self) -> &str {
        "mysql_audit"
    }

    fn title(&self) -> &str {
        "MySQL and MariaDB audit (Amazon RDS, Aurora)"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "user.name",
            "source.address",
            "event.action",
            "mysql.audit.database",
            "mysql.audit.object",
            "event.outcome",
        ]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.splitn(OPERATION + 2, |byte| *byte == b',');
        let mut next = || parts.next().unwrap_or_default();
        let (timestamp, _, _, _, connection, query, operation) =
            (next(), next(), next(), next(), next(), next(), next());
        read_time(timestamp).is_some()
            && columns::is_number(connection)
            && columns::is_number(query)
            && kind(operation).is_some()
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("server_audit.log") || key.contains("audit.log") && key.contains("rds")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("mysql.audit", "event", event.time);
        ecs.copy(
            fields,
            &[
                ("username", "user.name"),
                ("serverhost", "host.hostname"),
                ("connectionid", "mysql.thread_id"),
                ("queryid", "mysql.audit.query_id"),
                ("database", "mysql.audit.database"),
                ("object", "mysql.audit.object"),
                ("retcode", "event.code"),
                ("connection_type", "mysql.audit.connection_type"),
            ],
        );
        let operation = text("operation").unwrap_or_default();
        let (category, kind) = kind(operation.as_bytes()).unwrap_or((&["database"], &["info"]));
        ecs.set("event.action", operation.to_ascii_lowercase());
        ecs.set_words("event.category", category);
        ecs.set_words("event.type", kind);
        let is_failure = operation == "FAILED_CONNECT" || text("retcode").is_some_and(|code| code != "0");
        ecs.set("event.outcome", if is_failure { "failure" } else { "success" });
        if let Some(address) = text("host") {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(user) = text("username") {
            ecs.add("related.user", user);
        }
        if let Some(host) = text("serverhost") {
            ecs.add("related.hosts", host);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let parts = ["operation", "username", "host", "database", "object"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

type Words = &'static [&'static str];

/// `event.category` and `event.type` of an operation; nothing for what is none.
fn kind(operation: &[u8]) -> Option<(Words, Words)> {
    Some(match operation {
        b"CONNECT" => (&["database", "authentication"], &["start"]),
        b"DISCONNECT" => (&["database", "authentication"], &["end"]),
        b"FAILED_CONNECT" | b"CHANGEUSER" => (&["database", "authentication"], &["info"]),
        b"READ" => (&["database"], &["access"]),
        b"WRITE" | b"ALTER" | b"RENAME" => (&["database"], &["change"]),
        b"CREATE" => (&["database"], &["creation"]),
        b"DROP" => (&["database"], &["deletion"]),
        b"QUERY" | b"QUERY_DDL" | b"QUERY_DML" | b"QUERY_DML_NO_SELECT" | b"QUERY_DCL" | b"TABLE" => {
            (&["database"], &["info"])
        }
        _ => return None,
    })
}

/// Microseconds since 1970 as Aurora counts, or `20261123 02:14:07` as the plugin writes it.
fn read_time(text: &[u8]) -> Option<EventTime> {
    match text {
        [date @ .., b' ', h1, h2, b':', m1, m2, b':', s1, s2] if date.len() == 8 => {
            let number = |digits: &[u8]| time::digits(digits, digits.len());
            let date = (number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?);
            let clock = (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?);
            let at = time::instant(date, clock, 0, 0)?;
            Some(EventTime { at, certainty: Certainty::AssumedUtc })
        }
        _ if text.len() == 16 => EventTime::epoch(std::str::from_utf8(text).ok()?),
        _ => None,
    }
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut fields = Vec::with_capacity(COLUMNS.len());
        let mut rest = Some(raw);
        for (index, name) in COLUMNS.into_iter().enumerate() {
            let Some(line) = rest else {
                if index <= OBJECT {
                    return Err(Fault::syntax(raw.len(), format!("the line ends before {name}")));
                }
                break;
            };
            // A statement stands in single quotes, in which a backslash escapes.
            let quoted = line.strip_prefix(b"'").filter(|_| index == OBJECT);
            let end = quoted.and_then(|line| columns::end_of_escaped(line, b'\''));
            let (value, length) = if let (Some(line), Some(end)) = (quoted, end) {
                (Value::String(columns::unescape(&line[..end])), end + 2)
            } else {
                let end = memchr::memchr(b',', line).unwrap_or(line.len());
                let is_number = matches!(name, "connectionid" | "queryid" | "retcode");
                (columns::value(&line[..end], if is_number { Kind::Number } else { Kind::Text }), end)
            };
            fields.push((Cow::Borrowed(name), value));
            rest = line.get(length..).and_then(|line| line.strip_prefix(b","));
        }
        let timestamp = &raw[..memchr::memchr(b',', raw).unwrap_or(raw.len())];
        let time = read_time(timestamp).ok_or_else(|| Fault::syntax(0, "timestamp is not a time"))?;
        Ok(Decoded::new(Value::Object(fields)).at(Some(time), columns::text(timestamp)))
    }
}
