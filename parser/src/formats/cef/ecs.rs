//! CEF in ECS, with the names of Elastic's CEF processor.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::formats::syslog;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// An extension's key, its full name under `cef.extensions`, and its ECS name where it has one; sorted by key.
const KEYS: &[(&str, &str, Option<&str>)] = &[
    ("act", "deviceAction", Some("event.action")),
    ("agt", "agentAddress", Some("agent.ip")),
    ("ahost", "agentHostName", Some("agent.name")),
    ("aid", "agentId", Some("agent.id")),
    ("amac", "agentMacAddress", Some("agent.mac")),
    ("app", "applicationProtocol", Some("network.application")),
    ("art", "agentReceiptTime", None),
    ("at", "agentType", Some("agent.type")),
    ("atz", "agentTimeZone", None),
    ("av", "agentVersion", Some("agent.version")),
    ("cat", "deviceEventCategory", None),
    ("catdt", "categoryDeviceType", None),
    ("cnt", "baseEventCount", None),
    ("customerURI", "customerURI", Some("organization.name")),
    ("destinationServiceName", "destinationServiceName", Some("destination.service.name")),
    ("destinationTranslatedAddress", "destinationTranslatedAddress", Some("destination.nat.ip")),
    ("destinationTranslatedPort", "destinationTranslatedPort", Some("destination.nat.port")),
    ("deviceDirection", "deviceDirection", None),
    ("deviceExternalId", "deviceExternalId", Some("observer.serial_number")),
    ("deviceFacility", "deviceFacility", None),
    ("deviceProcessName", "deviceProcessName", Some("process.name")),
    ("dhost", "destinationHostName", Some("destination.domain")),
    ("dlat", "destinationGeoLatitude", None),
    ("dlong", "destinationGeoLongitude", None),
    ("dmac", "destinationMacAddress", Some("destination.mac")),
    ("dntdom", "destinationNtDomain", None),
    ("dpid", "destinationProcessId", Some("destination.process.pid")),
    ("dpriv", "destinationUserPrivileges", Some("destination.user.group.name")),
    ("dproc", "destinationProcessName", Some("destination.process.name")),
    ("dpt", "destinationPort", Some("destination.port")),
    ("dst", "destinationAddress", Some("destination.ip")),
    ("dtz", "deviceTimeZone", Some("event.timezone")),
    ("duid", "destinationUserId", Some("destination.user.id")),
    ("duser", "destinationUserName", Some("destination.user.name")),
    ("dvc", "deviceAddress", Some("observer.ip")),
    ("dvchost", "deviceHostName", Some("observer.hostname")),
    ("dvcmac", "deviceMacAddress", Some("observer.mac")),
    ("dvcpid", "deviceProcessId", Some("process.pid")),
    ("end", "endTime", Some("event.end")),
    ("eventId", "eventId", Some("event.id")),
    ("externalId", "externalId", None),
    ("fileHash", "fileHash", Some("file.hash")),
    ("filePath", "filePath", Some("file.path")),
    ("fileType", "fileType", Some("file.type")),
    ("fname", "filename", Some("file.name")),
    ("fsize", "fileSize", Some("file.size")),
    ("in", "bytesIn", Some("source.bytes")),
    ("message", "message", Some("message")),
    ("mrt", "managerReceiptTime", None),
    ("msg", "message", Some("message")),
    ("oldFileHash", "oldFileHash", None),
    ("out", "bytesOut", Some("destination.bytes")),
    ("outcome", "eventOutcome", Some("event.outcome")),
    ("proto", "transportProtocol", None),
    ("reason", "Reason", Some("event.reason")),
    ("request", "requestUrl", Some("url.original")),
    ("requestClientApplication", "requestClientApplication", Some("user_agent.original")),
    ("requestContext", "requestContext", Some("http.request.referrer")),
    ("requestMethod", "requestMethod", Some("http.request.method")),
    ("rt", "deviceReceiptTime", None),
    ("shost", "sourceHostName", Some("source.domain")),
    ("slat", "sourceGeoLatitude", None),
    ("slong", "sourceGeoLongitude", None),
    ("smac", "sourceMacAddress", Some("source.mac")),
    ("sntdom", "sourceNtDomain", None),
    ("sourceServiceName", "sourceServiceName", Some("source.service.name")),
    ("sourceTranslatedAddress", "sourceTranslatedAddress", Some("source.nat.ip")),
    ("sourceTranslatedPort", "sourceTranslatedPort", Some("source.nat.port")),
    ("spid", "sourceProcessId", Some("source.process.pid")),
    ("spriv", "sourceUserPrivileges", Some("source.user.group.name")),
    ("sproc", "sourceProcessName", Some("source.process.name")),
    ("spt", "sourcePort", Some("source.port")),
    ("src", "sourceAddress", Some("source.ip")),
    ("start", "startTime", Some("event.start")),
    ("suid", "sourceUserId", Some("source.user.id")),
    ("suser", "sourceUserName", Some("source.user.name")),
    ("target", "target", None),
    ("type", "type", None),
];

/// The ECS names of the header's fields, in their order.
const HEADER: [&[&str]; 7] = [
    &["cef.version"],
    &["cef.device.vendor", "observer.vendor"],
    &["cef.device.product", "observer.product"],
    &["cef.device.version", "observer.version"],
    &["cef.device.event_class_id", "event.code"],
    &["cef.name", "message"],
    &["cef.severity"],
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("cef.log", "event", event.time);
    if let Some(header) = fields.get("syslog") {
        syslog::set_header(&mut ecs, header);
    }
    // The extension may hold keys of the header's names.
    let all = fields.as_object().unwrap_or_default();
    let (header, extensions) = all.split_at(super::HEADER.len().min(all.len()));
    for (paths, (_, value)) in HEADER.iter().zip(header) {
        if value.as_str().is_some_and(|text| !text.is_empty()) {
            paths.iter().for_each(|path| ecs.set(path, value.borrow()));
        }
    }
    for (key, value) in extensions.iter().filter(|(key, _)| key != "syslog") {
        extension(&mut ecs, key, value);
    }
    ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
    ecs.set_some("event.severity", header.last().and_then(|(_, value)| severity(value.as_str()?)));
    for key in ["src", "dst", "dvc", "sourceTranslatedAddress", "destinationTranslatedAddress"] {
        if let Some(address) = text(key) {
            ecs.add("related.ip", address);
        }
    }
    for key in ["suser", "duser"] {
        if let Some(user) = text(key) {
            ecs.add("related.user", user);
        }
    }
    for key in ["fileHash", "oldFileHash"] {
        if let Some(hash) = text(key) {
            ecs.add("related.hash", hash);
        }
    }
    ecs.build()
}

/// One pair of the extension, under its full name, and under its ECS name where it has one. Times are written as ISO 8601
/// does, hardware addresses as ECS and as the processor write them.
fn extension<'e>(ecs: &mut Ecs<'e>, key: &'e str, value: &'e Value<'_>) {
    let Ok(at) = KEYS.binary_search_by_key(&key, |(key, ..)| key) else {
        ecs.set_under("cef.extensions", custom(key), value.borrow());
        return;
    };
    let (_, name, known) = KEYS[at];
    let text = value.scalar().unwrap_or_default();
    let (long, short) = match key {
        "art" | "rt" | "mrt" | "start" | "end" => {
            let time = EventTime::any(text, None).map(|time| Value::from(time.at.to_string()));
            (time.clone(), time)
        }
        "amac" | "dmac" | "smac" | "dvcmac" => (
            Some(Value::from(text.to_ascii_lowercase().replace('-', ":"))),
            Some(Value::from(text.to_ascii_uppercase().replace(':', "-"))),
        ),
        _ => (None, None),
    };
    ecs.set_under("cef.extensions", Cow::Borrowed(name), long.unwrap_or_else(|| value.borrow()));
    if let Some(known) = known.filter(|_| !text.is_empty()) {
        ecs.set(known, short.unwrap_or_else(|| value.borrow()));
    }
}

/// The full name of a numbered custom field, `cs1Label`; any other key as it is.
fn custom(key: &str) -> Cow<'_, str> {
    const CUSTOM: [(&str, &str); 5] = [
        ("c6a", "deviceCustomIPv6Address"),
        ("cfp", "deviceCustomFloatingPoint"),
        ("cn", "deviceCustomNumber"),
        ("cs", "deviceCustomString"),
        ("flexString", "flexString"),
    ];
    let full = CUSTOM.iter().find_map(|(short, full)| {
        let rest = key.strip_prefix(short)?;
        let number = rest.strip_suffix("Label").unwrap_or(rest);
        (number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("{full}{rest}"))
    });
    full.map_or(Cow::Borrowed(key), Cow::Owned)
}

/// The number of a severity; of its four names, the lowest of their ranges.
fn severity(text: &str) -> Option<u64> {
    match text.to_ascii_lowercase().as_str() {
        "low" | "unknown" => Some(0),
        "medium" => Some(4),
        "high" => Some(7),
        "very-high" => Some(9),
        number => number.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_sorted_so_that_they_are_found() {
        assert!(super::KEYS.is_sorted_by_key(|(key, ..)| key));
    }
}
