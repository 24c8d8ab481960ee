//! Events of the streaming API: `{"metadata":{"eventType":…},"event":{…}}`.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::formats::command_line;
use crate::formats::copies::snake_case;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) fn is_event(event: &Value<'_>) -> bool {
    let is_text = |path| event.get(path).and_then(Value::as_str).is_some();
    is_text("metadata.eventType")
        && is_text("metadata.customerIDString")
        && event.get("event").is_some_and(|event| event.as_object().is_some())
}

/// Types of events: `event.kind`, `event.category` and `event.type`.
type Kind = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const KINDS: &[Kind] = &[
    ("AuthActivityAuditEvent", "event", &["authentication"], &["info"]),
    ("FirewallMatchEvent", "event", &["network"], &["start", "connection"]),
    ("IncidentSummaryEvent", "alert", &["malware"], &["info"]),
    ("RemoteResponseSessionEndEvent", "event", &["network", "session"], &["end"]),
    ("RemoteResponseSessionStartEvent", "event", &["network", "session"], &["start"]),
    ("UserActivityAuditEvent", "event", &["iam"], &["change"]),
];

/// Detections have several types of events: of endpoints, identities, phones, clouds.
const DETECTION: Kind = ("DetectionSummaryEvent", "alert", &["malware"], &["info"]);
const OTHER: Kind = ("", "event", &[], &["info"]);

fn kind_of(kind: &str) -> Kind {
    let known = KINDS.iter().find(|(known, ..)| *known == kind).copied();
    known.unwrap_or(if kind.contains("Detection") { DETECTION } else { OTHER })
}

/// Fields of the event that ECS holds as they are.
const COPIED: &[(&str, &str)] = &[
    ("SensorId", "agent.id"),
    ("EventType", "event.code"),
    ("Severity", "event.severity"),
    ("FalconHostLink", "event.url"),
    ("MD5String", "file.hash.md5"),
    ("SHA1String", "file.hash.sha1"),
    ("SHA256String", "file.hash.sha256"),
    ("Ipv", "network.type"),
    ("CommandLine", "process.command_line"),
    ("FileName", "process.name"),
    ("ProcessId", "process.pid"),
    ("PID", "process.pid"),
    ("ParentCommandLine", "process.parent.command_line"),
    ("ParentImageFileName", "process.parent.executable"),
    ("DetectName", "rule.name"),
    ("DetectDescription", "rule.description"),
    ("RuleFamilyID", "rule.category"),
    ("RuleId", "rule.id"),
    ("RuleName", "rule.name"),
    ("RuleGroupName", "rule.ruleset"),
    ("MachineDomain", "user.domain"),
];

/// Fields that count seconds or milliseconds since 1970.
const TIMES: [&str; 8] = [
    "UTCTimestamp",
    "StartTimestamp",
    "EndTimestamp",
    "IncidentStartTime",
    "IncidentEndTime",
    "ProcessStartTime",
    "ProcessEndTime",
    "eventCreationTime",
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = event.fields.get("event").unwrap_or(&Value::Null);
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let event_type = event.fields.get("metadata.eventType").and_then(Value::as_str).unwrap_or_default();
    let (_, kind, category, types) = kind_of(event_type);
    let mut ecs = Ecs::new("crowdstrike.falcon", kind, event.time);
    for (path, name) in [("metadata", "crowdstrike.metadata"), ("event", "crowdstrike.event")] {
        ecs.set_some(name, event.fields.get(path).map(dated));
    }
    if !category.is_empty() {
        ecs.set_words("event.category", category);
    }
    ecs.set_words("event.type", types);
    ecs.copy(fields, COPIED);
    ecs.set(
        "event.outcome",
        match fields.get("Success") {
            Some(Value::Bool(true)) => "success",
            Some(Value::Bool(false)) => "failure",
            _ => "unknown",
        },
    );
    if kind == "alert" {
        ecs.set("agent.type", "falcon");
    }
    if let Some(user) = text("UserName").or_else(|| text("UserId")) {
        ecs.set("user.name", user);
        ecs.add("related.user", user);
        ecs.set_some("user.email", Some(user).filter(|user| user.contains('@')));
    }
    if let Some(host) = text("ComputerName").or_else(|| text("HostName")).or_else(|| text("HostnameField")) {
        ecs.set("host.name", host);
        ecs.add("related.hosts", host);
    }
    for (path, name) in [("Tactic", "threat.tactic.name"), ("Technique", "threat.technique.name")] {
        if let Some(word) = text(path) {
            ecs.add(name, word.to_lowercase());
        }
    }
    for path in ["SHA256String", "MD5String", "SHA1String"] {
        if let Some(hash) = text(path).filter(|hash| hash.bytes().any(|digit| digit != b'0')) {
            ecs.add("related.hash", hash);
        }
    }
    if let Some(line) = text("CommandLine")
        && let Some(arguments) = command_line::arguments(line)
    {
        ecs.set_some("process.executable", arguments.get("0").cloned());
        ecs.set("process.args", arguments);
    }
    addresses(&mut ecs, fields);
    let (action, message) = told(event_type, fields);
    ecs.set("event.action", action);
    ecs.set_some("message", message);
    ecs.build()
}

/// The same object, its times in ISO 8601 and without what is empty.
fn dated<'e>(object: &'e Value<'_>) -> Value<'e> {
    let fields = object.as_object().unwrap_or_default().iter().filter_map(|(key, value)| {
        let value = match value {
            Value::Null => return None,
            Value::String(text) if text.is_empty() => return None,
            Value::Number(count) if TIMES.contains(&&**key) => Value::from(EventTime::epoch(count)?.at.to_string()),
            other => other.borrow(),
        };
        Some((Cow::Borrowed(&**key), value))
    });
    Value::Object(fields.collect())
}

/// Who talked to whom. Of a connection the firewall tells the two sides and who began.
fn addresses<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let (local, remote) = (("LocalAddress", "LocalPort"), ("RemoteAddress", "RemotePort"));
    let (direction, source, destination) = match text("ConnectionDirection") {
        Some("1") => (Some("ingress"), remote, Some(local)),
        Some("0" | "2") => (Some("egress"), local, Some(remote)),
        _ => (None, (if text("UserIp").is_some() { "UserIp" } else { "LocalIP" }, ""), None),
    };
    ecs.set_some("network.direction", direction);
    ecs.set_some("network.iana_number", text("Protocol"));
    let sides = [
        (Some(source), "source.address", "source.ip", "source.port"),
        (destination, "destination.address", "destination.ip", "destination.port"),
    ];
    for (side, address, ip, port) in sides {
        let Some((address_path, port_path)) = side else { continue };
        if let Some(text) = text(address_path) {
            ecs.set_address(address, ip, text);
        }
        ecs.set_some(port, text(port_path).and_then(|port| port.parse::<u64>().ok()));
    }
}

/// What was done, and what is said of it.
fn told<'e>(event_type: &'e str, fields: &'e Value<'_>) -> (Cow<'e, str>, Option<Cow<'e, str>>) {
    let text = |path: &str| fields.get(path).and_then(Value::scalar).map(Cow::Borrowed);
    let own = || snake_case(event_type);
    match event_type {
        "AuthActivityAuditEvent" => {
            (fields.get("OperationName").and_then(Value::as_str).map_or_else(own, snake_case), text("ServiceName"))
        }
        "UserActivityAuditEvent" => (own(), text("OperationName")),
        "FirewallMatchEvent" => {
            (own(), text("RuleName").map(|rule| Cow::Owned(format!("Firewall Rule '{rule}' triggered"))))
        }
        "IncidentSummaryEvent" => {
            ("incident".into(), text("FineScore").map(|score| Cow::Owned(format!("Incident score {score}"))))
        }
        "RemoteResponseSessionStartEvent" => (own(), Some("Remote response session started.".into())),
        "RemoteResponseSessionEndEvent" => (own(), Some("Remote response session ended.".into())),
        _ => (text("PatternDispositionDescription").unwrap_or_else(own), text("DetectDescription")),
    }
}
