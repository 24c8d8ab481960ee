//! Syslog in ECS: the header by name, and of well-known programs what their message says.

use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

use super::{auth, netfilter};

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

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::as_str).unwrap_or_default();
    let (program, message) = (text("appname"), text("message"));
    let priority = fields.get("priority").and_then(Value::as_u64);
    let is_packet = netfilter::is_packet(message);
    let is_auth = matches!(priority, Some(32..40 | 80..88)) || auth::is_auth(program, message);
    let dataset = match () {
        () if is_packet => "iptables.log",
        () if is_auth => "system.auth",
        // What has no priority was written into a file of the host itself.
        () if priority.is_none() => "system.syslog",
        () => "syslog",
    };
    let mut ecs = Ecs::new(dataset, "event", event.time);
    ecs.set("message", message.trim_start());
    set_header(&mut ecs, fields);
    ecs.copy(fields, &[("hostname", "host.hostname")]);
    match program.strip_prefix('%') {
        // `%ASA-6-302013`: routers name the message instead of a program.
        Some(code) => ecs.set("event.code", code),
        None => ecs.copy(fields, &[("appname", "process.name")]),
    }
    ecs.set_some("process.pid", fields.get("procid").filter(|pid| pid.as_u64().is_some()).map(Value::borrow));
    if let Some(host) = fields.get("hostname").and_then(Value::as_str) {
        ecs.add("related.hosts", host);
    }
    if message.contains('\n') {
        ecs.set_words("log.flags", &["multiline"]);
    }
    if is_packet {
        netfilter::set(&mut ecs, message);
        ecs.copy(fields, &[("hostname", "observer.name")]);
    }
    if is_auth {
        auth::set(&mut ecs, program, message);
    }
    ecs.build()
}

/// Sets `log.syslog` and `log.level` from the fields of a header.
pub(in crate::formats) fn set_header<'e>(ecs: &mut Ecs<'e>, header: &'e Value<'_>) {
    ecs.copy(
        header,
        &[
            ("appname", "log.syslog.appname"),
            ("procid", "log.syslog.procid"),
            ("hostname", "log.syslog.hostname"),
            ("msgid", "log.syslog.msgid"),
            ("version", "log.syslog.version"),
            ("priority", "log.syslog.priority"),
        ],
    );
    if let Some(priority) = header.get("priority").and_then(Value::as_u64) {
        set_priority(ecs, priority);
    }
    ecs.set_some("log.syslog.structured_data", header.get("structured_data").map(Value::borrow));
}

/// Sets the facility and the severity that a priority stands for, and `log.level`.
pub(crate) fn set_priority(ecs: &mut Ecs<'_>, priority: u64) {
    let (facility, severity) = (priority / 8, priority % 8);
    ecs.set("log.syslog.facility.code", facility);
    ecs.set_some("log.syslog.facility.name", FACILITIES.get(facility as usize).copied());
    ecs.set("log.syslog.severity.code", severity);
    ecs.set("log.syslog.severity.name", SEVERITIES[severity as usize]);
    ecs.set("log.level", SEVERITIES[severity as usize]);
}
