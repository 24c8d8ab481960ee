//! Logs of PostgreSQL in ECS.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::formats::columns::scaled;
use crate::record::Event;
use crate::value::Value;

const COPIED: &[(&str, &str)] = &[
    ("level", "log.level"),
    ("message", "message"),
    ("pid", "process.pid"),
    ("user", "user.name"),
    ("port", "source.port"),
    ("timestamp", "postgresql.log.timestamp"),
    ("database", "postgresql.log.database"),
    ("application", "postgresql.log.application_name"),
    ("state_code", "postgresql.log.sql_state_code"),
    ("query", "postgresql.log.query"),
    ("query_step", "postgresql.log.query_step"),
    ("query_name", "postgresql.log.query_name"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("postgresql.log", "event", event.time);
    ecs.set_words("event.category", &["database"]);
    let is_error = matches!(text("level"), Some("ERROR" | "FATAL" | "PANIC"));
    // Elastic's pipeline calls that an error which it knows the code of.
    ecs.set_words("event.type", if is_error && text("state_code").is_some() { &["error"] } else { &["info"] });
    ecs.copy(fields, COPIED);
    let zone = text("timestamp").and_then(|stamp| stamp.rsplit_once(' ')).map(|(_, zone)| zone);
    ecs.set_some("event.timezone", zone.filter(|zone| zone.starts_with(|first: char| first.is_ascii_alphabetic())));
    ecs.set_some("event.duration", text("duration").and_then(|milliseconds| scaled(milliseconds, 6)));
    if let Some(address) = text("host") {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(user) = text("user") {
        ecs.add("related.user", user);
    }
    if let Some(audit) = fields.get("audit").and_then(Value::as_object) {
        for (name, value) in audit {
            ecs.set_under("pgaudit", Cow::Borrowed(name), value.borrow());
        }
        ecs.set_some("event.action", text("audit.command").map(str::to_ascii_lowercase));
        let kind = match text("audit.class") {
            Some("READ") => "access",
            Some("WRITE" | "DDL" | "ROLE") => "change",
            _ => "info",
        };
        ecs.set_words("event.type", &[kind]);
    }
    session(&mut ecs, text("message").unwrap_or_default());
    ecs.build()
}

/// What the server tells of who connects, in words that have not changed for twenty years.
fn session<'e>(ecs: &mut Ecs<'e>, message: &'e str) {
    let value = |name: &str| {
        let from = message.find(name)? + name.len();
        message[from..].split([' ', ',']).next().filter(|text| !text.is_empty())
    };
    let mut tell = |action, kind: &'static [&'static str], outcome: Option<&'static str>| {
        ecs.set("event.action", action);
        ecs.set_words("event.category", &["database", "authentication"]);
        ecs.set_words("event.type", kind);
        ecs.set_some("event.outcome", outcome);
    };
    if message.starts_with("connection authorized: ") {
        tell("connection-authorized", &["start"], Some("success"));
    } else if message.starts_with("disconnection: ") {
        tell("disconnection", &["end"], None);
    } else if message.contains("authentication failed for user \"") || message.starts_with("no pg_hba.conf entry for ")
    {
        tell("authentication-failed", &["start"], Some("failure"));
        let user = message.split_once("user \"").and_then(|(_, rest)| rest.split('"').next());
        if let Some(user) = user.filter(|user| !user.is_empty()) {
            ecs.set("user.name", user);
            ecs.add("related.user", user);
        }
        return;
    } else if !message.starts_with("connection received: ") {
        return;
    }
    if let Some(user) = value("user=") {
        ecs.set("user.name", user);
        ecs.add("related.user", user);
    }
    if let Some(host) = value("host=").filter(|host| *host != "[local]") {
        ecs.set_address("source.address", "source.ip", host);
    }
    ecs.set_some("source.port", value("port=").and_then(|port| port.parse::<u64>().ok()));
    ecs.set_some("postgresql.log.database", value("database="));
}
