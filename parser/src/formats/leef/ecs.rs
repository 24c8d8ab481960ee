//! LEEF in ECS: predefined attributes by their names there, the others under `leef`.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::formats::syslog;
use crate::record::Event;
use crate::value::Value;

/// Predefined attributes and their ECS names; sorted by attribute.
const NAMES: [(&str, &str); 38] = [
    ("accountName", "user.name"),
    ("action", "event.action"),
    ("cat", "event.action"),
    ("domain", "user.domain"),
    ("dst", "destination.ip"),
    ("dstBytes", "destination.bytes"),
    ("dstMAC", "destination.mac"),
    ("dstPackets", "destination.packets"),
    ("dstPort", "destination.port"),
    ("dstPostNAT", "destination.nat.ip"),
    ("dstPostNATPort", "destination.nat.port"),
    ("dstPreNAT", "destination.nat.ip"),
    ("dstPreNATPort", "destination.nat.port"),
    ("filePath", "file.path"),
    ("groupID", "group.id"),
    ("identGrpName", "group.name"),
    ("identHostName", "host.hostname"),
    ("identMAC", "host.mac"),
    ("identSrc", "host.ip"),
    ("msg", "message"),
    ("policy", "rule.name"),
    ("proto", "network.transport"),
    ("realm", "user.domain"),
    ("reason", "event.reason"),
    ("role", "user.roles"),
    ("sev", "event.severity"),
    ("src", "source.ip"),
    ("srcBytes", "source.bytes"),
    ("srcMAC", "source.mac"),
    ("srcPackets", "source.packets"),
    ("srcPort", "source.port"),
    ("srcPostNAT", "source.nat.ip"),
    ("srcPostNATPort", "source.nat.port"),
    ("srcPreNAT", "source.nat.ip"),
    ("srcPreNATPort", "source.nat.port"),
    ("totalPackets", "network.packets"),
    ("url", "url.original"),
    ("usrName", "user.name"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("leef.log", "event", event.time);
    if let Some(header) = fields.get("syslog") {
        syslog::set_header(&mut ecs, header);
        ecs.copy(header, &[("hostname", "observer.hostname")]);
    }
    ecs.copy(
        fields,
        &[
            ("leefVersion", "leef.version"),
            ("vendor", "observer.vendor"),
            ("product", "observer.product"),
            ("productVersion", "observer.version"),
            ("eventId", "event.code"),
        ],
    );
    let attributes = fields.as_object().unwrap_or_default().iter().skip(super::HEADER.len());
    for (key, value) in attributes.filter(|(key, value)| key != "syslog" && value.as_str() != Some("")) {
        match NAMES.binary_search_by_key(&&**key, |(key, _)| key) {
            Ok(at) => ecs.set(NAMES[at].1, value.borrow()),
            Err(_) => ecs.set_under("leef.attributes", Cow::Borrowed(key), value.borrow()),
        }
    }
    for (address, ip, attribute) in
        [("source.address", "source.ip", "src"), ("destination.address", "destination.ip", "dst")]
    {
        if let Some(found) = text(attribute) {
            ecs.remove(ip);
            ecs.set_address(address, ip, found);
        }
    }
    ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
    for user in ["usrName", "accountName"].into_iter().filter_map(text) {
        ecs.add("related.user", user);
    }
    ecs.build()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_sorted_so_that_they_are_found() {
        assert!(super::NAMES.is_sorted_by_key(|(key, _)| key));
    }
}
