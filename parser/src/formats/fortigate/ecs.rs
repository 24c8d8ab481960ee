//! `FortiGate` in ECS: well-known keys by name, the others under `fortinet.firewall`, as in Elastic's integration.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::ecs::Ecs;
use crate::formats::syslog;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Keys that have a name in ECS, whatever the type of log; sorted by key. Where two have the same name the one that
/// stands later in a record counts.
const NAMES: [(&str, &str); 66] = [
    ("agent", "user_agent.original"),
    ("app", "network.application"),
    ("cipher", "tls.cipher"),
    ("comment", "rule.description"),
    ("devid", "observer.serial_number"),
    ("devname", "observer.name"),
    ("dst_host", "destination.address"),
    ("dst_int", "observer.egress.interface.name"),
    ("dst_port", "destination.port"),
    ("dstintf", "observer.egress.interface.name"),
    ("dstname", "destination.address"),
    ("dstport", "destination.port"),
    ("dstunauthuser", "destination.user.name"),
    ("error_num", "error.code"),
    ("event_id", "event.id"),
    ("eventid", "event.id"),
    ("file", "file.name"),
    ("filename", "file.name"),
    ("filesize", "file.size"),
    ("filetype", "file.extension"),
    ("group", "source.user.group.name"),
    ("hostname", "url.domain"),
    ("httpmethod", "http.request.method"),
    ("kxcurve", "tls.curve"),
    ("level", "log.level"),
    ("locport", "source.port"),
    ("logdesc", "rule.description"),
    ("logid", "event.code"),
    ("matchfilename", "file.name"),
    ("msg", "message"),
    ("policy_id", "rule.id"),
    ("policyid", "rule.id"),
    ("policyname", "rule.name"),
    ("policytype", "rule.ruleset"),
    ("poluuid", "rule.uuid"),
    ("profile", "rule.ruleset"),
    ("proto", "network.iana_number"),
    ("qclass", "dns.question.class"),
    ("qname", "dns.question.name"),
    ("qtype", "dns.question.type"),
    ("rcvdbyte", "destination.bytes"),
    ("rcvdpkt", "destination.packets"),
    ("ref", "event.reference"),
    ("referralurl", "http.request.referrer"),
    ("remport", "destination.port"),
    ("saddr", "source.address"),
    ("scertcname", "tls.server.x509.subject.common_name"),
    ("scertissuer", "tls.server.issuer"),
    ("sentbyte", "source.bytes"),
    ("sentpkt", "source.packets"),
    ("sni", "tls.client.server_name"),
    ("src_int", "observer.ingress.interface.name"),
    ("src_port", "source.port"),
    ("srcdomain", "source.domain"),
    ("srcintf", "observer.ingress.interface.name"),
    ("srcport", "source.port"),
    ("srcthreatfeed", "threat.feed.name"),
    ("subject", "email.subject"),
    ("tranport", "destination.nat.port"),
    ("transport", "source.nat.port"),
    ("tz", "event.timezone"),
    ("unauthuser", "source.user.name"),
    ("url", "url.path"),
    ("user", "source.user.name"),
    ("xauthuser", "source.user.name"),
    ("xid", "dns.id"),
];

/// Keys that are read one by one below, and are not under `fortinet.firewall`.
const OTHERS: [&str; 23] = [
    "addr",
    "appcat",
    "applist",
    "catdesc",
    "date",
    "dir",
    "direction",
    "dstip",
    "dstmac",
    "duration",
    "eventtime",
    "eventtype",
    "from",
    "ipaddr",
    "locip",
    "remip",
    "service",
    "srcip",
    "srcmac",
    "syslog",
    "time",
    "tranip",
    "transip",
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |key: &str| fields.get(key).and_then(Value::scalar).filter(|text| is_told(text));
    let mut ecs = Ecs::new("fortinet_fortigate.log", "event", event.time);
    ecs.set("observer.vendor", "Fortinet");
    ecs.set("observer.product", "Fortigate");
    ecs.set("observer.type", "firewall");
    if let Some(header) = fields.get("syslog") {
        syslog::set_header(&mut ecs, header);
    }
    for (key, value) in fields.as_object().into_iter().flatten() {
        if !value.scalar().is_none_or(is_told) {
            continue;
        }
        match NAMES.binary_search_by_key(&&**key, |(key, _)| key) {
            Ok(at) => ecs.set(NAMES[at].1, value.borrow()),
            Err(_) if !OTHERS.contains(&&**key) => {
                ecs.set_under("fortinet.firewall", Cow::Borrowed(key), value.borrow());
            }
            Err(_) => {}
        }
    }
    set_kind(&mut ecs, &text);
    set_sides(&mut ecs, fields, &text);
    set_rest(&mut ecs, &text);
    ecs.build()
}

fn is_told(text: &str) -> bool {
    !matches!(text, "" | "N/A")
}

/// Sets what happened and how it ended, by the type of log.
fn set_kind<'e>(ecs: &mut Ecs<'e>, text: &impl Fn(&str) -> Option<&'e str>) {
    let (action, subtype) = (text("action"), text("subtype"));
    let mut types: Vec<&str> = Vec::new();
    let mut categories: Vec<&str> = Vec::new();
    let mut outcome = None;
    match text("type") {
        Some("traffic") => {
            categories.push("network");
            types.push("connection");
            types.extend(action.map(|action| if action == "start" { "start" } else { "end" }));
            if action != Some("deny") {
                types.extend(text("app").map(|_| "protocol"));
                types.extend(text("utmaction").is_none().then_some("allowed"));
            }
            if action == Some("deny") || text("utmaction") == Some("block") {
                types.push("denied");
            }
            outcome = action.map(|_| "success");
            ecs.set_some("event.action", action);
        }
        Some("utm" | "dns") => {
            categories.push("network");
            match action {
                Some("block" | "blocked") => types.push("denied"),
                Some("pass" | "passthrough") => types.push("allowed"),
                _ => {}
            }
            types.extend((subtype == Some("dns")).then_some("info"));
            outcome = action.map(|_| "success");
        }
        Some("event") => {
            let is_on = matches!(action, Some("FSSO-logon" | "auth-logon"));
            let is_off = matches!(action, Some("FSSO-logoff" | "auth-logout"));
            let is_login = action == Some("login") || action == Some("logout");
            match (action, subtype) {
                (_, Some("vpn")) => (categories.push("network"), types.push("connection")),
                (Some("perf-stats"), _) => (categories.push("host"), types.push("info")),
                (_, Some("update")) => (categories.extend(["host", "malware"]), types.push("info")),
                (_, Some("user")) => (categories.push("authentication"), ()),
                _ if is_login => (categories.push("authentication"), ()),
                _ => ((), ()),
            };
            types.extend(is_on.then_some("start").or(is_off.then_some("end")));
            outcome = match (text("result"), text("status")) {
                (Some("ERROR"), _) | (_, Some("negotiate_error")) => Some("failure"),
                (Some("OK"), _) => Some("success"),
                (_, Some("success")) if is_login => Some("success"),
                (_, Some("failed")) if is_login => Some("failure"),
                _ => (is_on || is_off).then_some("success"),
            };
            if is_login {
                ecs.set_some("event.action", action);
                ecs.set_some("user.name", text("user"));
            }
        }
        _ => {}
    }
    for (path, words) in [("event.category", categories), ("event.type", types)] {
        if !words.is_empty() {
            ecs.set(path, Value::Array(words.into_iter().map(Value::from).collect()));
        }
    }
    ecs.set_some("event.outcome", outcome);
    if text("type") != Some("traffic") {
        ecs.set_some("event.action", text("eventtype"));
    }
}

/// Sets both ends of a connection.
fn set_sides<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>, text: &impl Fn(&str) -> Option<&'e str>) {
    if let Some(address) = text("srcip").or_else(|| text("locip")) {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(address) = text("dstip").or_else(|| text("remip")) {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    for (path, name, key) in [
        ("source.nat.ip", "fortinet.firewall.transip", "transip"),
        ("destination.nat.ip", "fortinet.firewall.tranip", "tranip"),
    ] {
        if let Some(address) = text(key) {
            ecs.set(path, address);
            ecs.set(name, address);
            ecs.add("related.ip", address);
        }
    }
    for (path, key) in [("source.mac", "srcmac"), ("destination.mac", "dstmac")] {
        ecs.set_some(path, text(key).map(|mac| mac.to_ascii_uppercase().replace(':', "-")));
    }
    let number = |key: &str| fields.get(key).and_then(Value::scalar)?.parse::<u64>().ok();
    let sum = |first: &str, second: &str| number(first)?.checked_add(number(second)?);
    ecs.set_some("network.bytes", sum("sentbyte", "rcvdbyte"));
    ecs.set_some("network.packets", sum("sentpkt", "rcvdpkt"));
    ecs.set_some("event.duration", number("duration").and_then(|seconds| seconds.checked_mul(1_000_000_000)));
    for address in ["ip", "tunnelip"].into_iter().filter_map(text).filter(|text| text.parse::<IpAddr>().is_ok()) {
        ecs.add("related.ip", address);
    }
    for user in ["user", "unauthuser", "dstunauthuser"].into_iter().filter_map(text) {
        ecs.add("related.user", user);
    }
}

/// Sets what has another name, or none, by the type of log or by its value.
fn set_rest<'e>(ecs: &mut Ecs<'e>, text: &impl Fn(&str) -> Option<&'e str>) {
    ecs.set_some("event.start", text("eventtime").and_then(EventTime::epoch).map(|time| time.at.to_string()));
    ecs.set_some("network.protocol", text("service").map(str::to_ascii_lowercase));
    let transport = match text("proto") {
        Some("1") => Some("icmp"),
        Some("6") => Some("tcp"),
        Some("17") => Some("udp"),
        Some("47") => Some("gre"),
        Some("50") => Some("esp"),
        Some("58") => Some("ipv6-icmp"),
        _ => None,
    };
    ecs.set_some("network.transport", transport);
    let direction = text("dir").or_else(|| text("direction")).map(|way| match way.to_ascii_lowercase().as_str() {
        "outgoing" | "outbound" => "outbound",
        "incoming" | "inbound" => "inbound",
        "ingress" => "ingress",
        "egress" => "egress",
        "internal" => "internal",
        "external" => "external",
        _ => "unknown",
    });
    ecs.set_some("network.direction", direction);
    ecs.set_some(
        "rule.category",
        text("appcat").or_else(|| text("catdesc")).map(|category| category.replace('.', "-")),
    );
    if let Some(addresses) = text("ipaddr") {
        addresses.split(", ").for_each(|address| ecs.add("related.ip", address));
        ecs.set("dns.resolved_ip", Value::Array(addresses.split(", ").map(Value::from).collect()));
    }
    if let Some(list) = text("applist") {
        let is_rule = matches!(text("type"), Some("utm" | "dns"));
        ecs.set(if is_rule { "rule.ruleset" } else { "fortinet.firewall.applist" }, list);
    }
    if let Some(address) = text("addr") {
        let is_group = text("addrgrp").is_none() && address.parse::<IpAddr>().is_err();
        ecs.set(if is_group { "fortinet.firewall.addrgrp" } else { "fortinet.firewall.addr" }, address);
    }
    if let Some(from) = text("from") {
        ecs.set("fortinet.firewall.from", from);
        ecs.set("email.from.address", Value::Array(vec![Value::from(from)]));
    }
    ecs.set_some("tls.server.x509.issuer.common_name", text("scertissuer"));
    if let Some(host) = text("srcname") {
        let host = host.to_ascii_lowercase();
        ecs.set("host.name", host.clone());
        ecs.add("related.hosts", host);
    }
    for host in ["hostname", "qname"].into_iter().filter_map(text) {
        ecs.add("related.hosts", host);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_sorted_so_that_they_are_found() {
        assert!(super::NAMES.is_sorted_by_key(|(key, _)| key));
    }
}
