//! Rows in ECS: columns whose name is one of ECS as they are, others by common names.

use std::net::IpAddr;

use super::header::plain;
use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

/// Common names of columns, letters and digits only, and what they hold; the first that a row has counts.
const NAMES: [(&str, &[&str]); 11] = [
    ("message", &["message", "msg", "description"]),
    ("log.level", &["level", "loglevel", "severity", "priority"]),
    ("user.name", &["user", "username", "userid", "account", "accountname", "login", "userprincipalname"]),
    ("user.email", &["email", "useremail"]),
    ("host.hostname", &["host", "hostname", "computer", "computername", "device", "devicename"]),
    ("event.action", &["action", "eventname", "activity", "operation", "event"]),
    ("event.code", &["eventid", "eventcode"]),
    ("event.outcome", &["outcome", "result", "status"]),
    ("url.original", &["url", "uri"]),
    ("process.name", &["process", "processname"]),
    ("file.path", &["path", "file", "filepath"]),
];

const SOURCES: [&str; 10] = [
    "srcip",
    "sourceip",
    "src",
    "clientip",
    "sourceaddress",
    "sourceipaddress",
    "ipaddress",
    "ip",
    "remoteip",
    "callerip",
];
const DESTINATIONS: [&str; 6] =
    ["dstip", "destinationip", "dst", "destip", "destinationaddress", "destinationipaddress"];

/// The first names of ECS fields that exports have as columns.
const GROUPS: [&str; 14] = [
    "agent.",
    "cloud.",
    "destination.",
    "dns.",
    "event.",
    "file.",
    "host.",
    "http.",
    "log.",
    "network.",
    "process.",
    "source.",
    "url.",
    "user.",
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let mut ecs = Ecs::new("csv", "event", event.time);
    let fields = event.fields.as_object().unwrap_or_default();
    let told = |value: &Value<'_>| value.scalar().is_some_and(|text| !matches!(text, "" | "-"));
    let columns: Vec<(String, &'e Value<'_>)> =
        fields.iter().filter(|(_, value)| told(value)).map(|(name, value)| (plain(name), value)).collect();
    let find = |names: &[&str]| {
        names.iter().find_map(|wanted| columns.iter().find(|(plain, _)| plain == wanted)).map(|(_, value)| *value)
    };
    for (path, names) in NAMES {
        ecs.set_some(path, find(names).map(Value::borrow));
    }
    for (address, ip, names) in
        [("source.address", "source.ip", &SOURCES[..]), ("destination.address", "destination.ip", &DESTINATIONS[..])]
    {
        if let Some(found) = find(names).and_then(Value::scalar) {
            ecs.set_address(address, ip, found);
        }
    }
    for (name, value) in fields.iter().filter(|(_, value)| told(value)) {
        if GROUPS.iter().any(|group| name.starts_with(group)) {
            ecs.set(name, value.borrow());
            if let Some(address) = value.as_str().filter(|text| name.ends_with(".ip") && text.parse::<IpAddr>().is_ok())
            {
                ecs.add("related.ip", address);
            }
        }
    }
    if let Some(user) = find(NAMES[2].1).and_then(Value::scalar) {
        ecs.add("related.user", user);
    }
    ecs.build()
}
