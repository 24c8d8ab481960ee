//! CEF in ECS, with the names of Elastic's CEF processor.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

/// An extension's key, its full name under `cef.extensions`, and its ECS name where it has one; sorted by key.
const KEYS: &[(&str, &str, Option<&str>)] = &[
    ("act", "deviceAction", Some("event.action")),
    ("agt", "agentAddress", Some("agent.ip")),
    ("ahost", "agentHostName", Some("agent.name")),
    ("aid", "agentId", Some("agent.id")),
    ("amac", "agentMacAddress", Some("agent.mac")),
    ("app", "applicationProtocol", Some("network.protocol")),
    ("art", "agentReceiptTime", None),
    ("at", "agentType", Some("agent.type")),
    ("atz", "agentTimeZone", None),
    ("av", "agentVersion", Some("agent.version")),
    ("cat", "deviceEventCategory", None),
    ("cnt", "baseEventCount", None),
    ("destinationServiceName", "destinationServiceName", Some("destination.service.name")),
    ("destinationTranslatedAddress", "destinationTranslatedAddress", Some("destination.nat.ip")),
    ("destinationTranslatedPort", "destinationTranslatedPort", Some("destination.nat.port")),
    ("deviceDirection", "deviceDirection", None),
    ("deviceExternalId", "deviceExternalId", Some("observer.serial_number")),
    ("deviceFacility", "deviceFacility", None),
    ("deviceProcessName", "deviceProcessName", Some("process.name")),
    ("dhost", "destinationHostName", Some("destination.domain")),
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
    ("end", "endTime", None),
    ("eventId", "eventId", Some("event.id")),
    ("externalId", "externalId", None),
    ("fileHash", "fileHash", Some("file.hash")),
    ("filePath", "filePath", Some("file.path")),
    ("fileType", "fileType", Some("file.type")),
    ("fname", "filename", Some("file.name")),
    ("fsize", "fileSize", Some("file.size")),
    ("in", "bytesIn", Some("source.bytes")),
    ("message", "message", Some("message")),
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
    ("start", "startTime", None),
    ("suid", "sourceUserId", Some("source.user.id")),
    ("suser", "sourceUserName", Some("source.user.name")),
    ("target", "target", None),
    ("type", "baseEventType", None),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("cef.log", "event", event.time);
    ecs.copy(
        fields,
        &[
            ("cefVersion", "cef.version"),
            ("deviceVendor", "cef.device.vendor"),
            ("deviceProduct", "cef.device.product"),
            ("deviceVersion", "cef.device.version"),
            ("deviceEventClassId", "cef.device.event_class_id"),
            ("name", "cef.name"),
            ("severity", "cef.severity"),
            ("deviceVendor", "observer.vendor"),
            ("deviceProduct", "observer.product"),
            ("deviceVersion", "observer.version"),
            ("deviceEventClassId", "event.code"),
            ("name", "message"),
        ],
    );
    for (key, value) in fields.as_object().into_iter().flatten().skip(super::HEADER.len()) {
        extension(&mut ecs, key, value);
    }
    ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
    ecs.set_some("event.severity", text("severity").and_then(severity));
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

/// One pair of the extension, under its full name, and under its ECS name where it has one.
fn extension<'e>(ecs: &mut Ecs<'e>, key: &'e str, value: &'e Value<'_>) {
    let Ok(at) = KEYS.binary_search_by_key(&key, |(key, ..)| key) else {
        ecs.set_under("cef.extensions", custom(key), value.borrow());
        return;
    };
    let (_, name, known) = KEYS[at];
    let is_empty = value.scalar().is_none_or(str::is_empty);
    ecs.set_under("cef.extensions", Cow::Borrowed(name), value.borrow());
    if let Some(known) = known.filter(|_| !is_empty) {
        ecs.set(known, value.borrow());
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
