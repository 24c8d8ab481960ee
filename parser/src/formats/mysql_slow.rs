//! Slow query logs of MySQL, MariaDB and Percona Server, as Amazon RDS and Aurora publish them too.
//!
//! Source: MySQL Reference Manual, "The Slow Query Log"; MariaDB documentation, "Slow Query Log Overview". Names follow
//! those of Filebeat's module.

use std::borrow::Cow;
use std::net::IpAddr;

use super::columns::{self, Kind};
use super::copies::snake_case;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct MysqlSlow;

const TIME: &[u8] = b"# Time: ";
const USER: &[u8] = b"# User@Host: ";

impl Format for MysqlSlow {
    fn name(&self) -> &str {
        "mysql_slow"
    }

    fn title(&self) -> &str {
        "MySQL and MariaDB slow queries (Amazon RDS, Aurora)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["user.name", "source.ip", "event.duration", "mysql.slowlog.rows_examined", "mysql.slowlog.query"]
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Blocks
    }

    fn begins(&self, line: &[u8]) -> bool {
        // The time is written once a second: a query that has none of its own takes it from the one before.
        line.starts_with(TIME) || line.starts_with(USER) || line.ends_with(b". started with:")
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| self.begins(line))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("slowquery")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Queries { time: None })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("mysql.slowlog", "event", event.time);
        ecs.set_words("event.category", &["database"]);
        ecs.set_words("event.type", &["info"]);
        for (name, value) in event.fields.as_object().unwrap_or_default() {
            let text = value.scalar().unwrap_or_default();
            match &**name {
                "Time" | "timestamp" => {}
                "user" => {
                    ecs.set("user.name", text);
                    ecs.add("related.user", text);
                }
                "host" => ecs.set("source.domain", text),
                "ip" => {
                    if text.parse::<IpAddr>().is_ok() {
                        ecs.set("source.ip", text);
                        ecs.add("related.ip", text);
                    }
                }
                "Id" | "Thread_id" => ecs.set("mysql.thread_id", value.borrow()),
                "Query_time" => ecs.set_some("event.duration", columns::scaled(text, 9)),
                "Lock_time" => ecs.set("mysql.slowlog.lock_time.sec", value.borrow()),
                other => ecs.set_under("mysql.slowlog", snake_case(other), value.borrow()),
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar).unwrap_or_default();
        Cow::Owned(format!("{} s {} {}", field("Query_time"), field("user"), field("query")))
    }
}

struct Queries {
    /// The time that was written last.
    time: Option<String>,
}

impl Decode for Queries {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if raw.starts_with(USER) {
            return false;
        }
        // A time by itself, or the lines that a server begins its log with.
        let time = raw.strip_prefix(TIME).map(|time| memchr::memchr(b'\n', time).map_or(time, |end| &time[..end]));
        if let Some(time) = time {
            self.time = Some(columns::text(time.trim_ascii()).into_owned());
        }
        !raw.split(|byte| *byte == b'\n').any(|line| line.starts_with(USER))
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(12);
        let mut told = None;
        let mut at = 0;
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
            if let Some(user) = line.strip_prefix(USER) {
                who(user, &mut fields);
            } else if let Some(time) = line.strip_prefix(TIME) {
                fields.push((Cow::Borrowed("Time"), Value::String(columns::text(time.trim_ascii()))));
            } else if let Some(counts) =
                line.strip_prefix(b"# ").filter(|line| memchr::memmem::find(line, b": ").is_some())
            {
                pairs(counts, &mut fields);
            } else if let Some(set) = statement(line, b"SET timestamp=") {
                told = Some(set);
                fields.push((Cow::Borrowed("timestamp"), columns::value(set, Kind::Number)));
            } else if let Some(database) = statement(line, b"use ") {
                fields.push((Cow::Borrowed("schema"), Value::String(columns::text(database))));
            } else {
                fields.push((Cow::Borrowed("query"), Value::String(columns::text(rest.trim_ascii_end()))));
                break;
            }
            at += length + 1;
        }
        if !fields.iter().any(|(name, _)| name == "Query_time") {
            return Err(Fault::syntax(0, "a slow query tells its Query_time"));
        }
        let time = fields.iter().find(|(name, _)| name == "Time").and_then(|(_, value)| value.as_str());
        let time = time.map(str::to_owned).or_else(|| self.time.clone());
        let decoded = Decoded::new(Value::Object(fields));
        Ok(match (told, time) {
            (Some(seconds), _) if EventTime::seconds(seconds).is_some() => {
                decoded.at(EventTime::seconds(seconds), columns::text(seconds))
            }
            (_, Some(time)) => decoded.at(EventTime::iso_text(&time), time),
            _ => decoded,
        })
    }
}

/// What stands between `name` and a semicolon that ends the line.
fn statement<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let starts = line.get(..name.len())?.eq_ignore_ascii_case(name);
    line[name.len()..].strip_suffix(b";").filter(|_| starts)
}

/// `root[root] @ host [203.0.113.7]  Id:  7234`
fn who<'a>(line: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let mut put = |name, part: &'a [u8], kind| {
        let part = part.trim_ascii();
        if !part.is_empty() {
            fields.push((Cow::Borrowed(name), columns::value(part, kind)));
        }
    };
    let (user, rest) = memchr::memmem::find(line, b" @ ").map_or((line, &b""[..]), |at| (&line[..at], &line[at + 3..]));
    let cut = |part: &'a [u8]| {
        let open = memchr::memchr(b'[', part).unwrap_or(part.len());
        let after = part.get(open + 1..).unwrap_or_default();
        let close = memchr::memchr(b']', after).unwrap_or(after.len());
        (&part[..open], &after[..close], after.get(close + 1..).unwrap_or_default())
    };
    let (name, current, _) = cut(user);
    put("user", name, Kind::Text);
    put("current_user", current, Kind::Text);
    let (host, address, rest) = cut(rest);
    put("host", host, Kind::Text);
    put("ip", address, Kind::Text);
    if let Some(id) = rest.trim_ascii().strip_prefix(b"Id:") {
        put("Id", id, Kind::Number);
    }
}

/// `Query_time: 15.000223  Lock_time: 0.000000 Rows_sent: 1`
fn pairs<'a>(line: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        let Some(name) = word.strip_suffix(b":") else { continue };
        let Some(value) = words.next() else { break };
        fields.push((columns::text(name), columns::value(value, Kind::Number)));
    }
}
