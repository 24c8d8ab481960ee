//! Events of Suricata in ECS; services that wrap them use this too.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::ecs::{Ecs, set_url};
use crate::formats::tls;
use crate::time::EventTime;
use crate::value::Value;

/// `event.kind` of an event.
pub(in crate::formats) fn kind(fields: &Value<'_>) -> &'static str {
    match fields.get("event_type").and_then(Value::as_str) {
        Some("alert") => "alert",
        Some("stats") => "metric",
        _ => "event",
    }
}

/// Fields that ECS holds as they are.
const COPIED: &[(&str, &str)] = &[
    ("src_port", "source.port"),
    ("dest_port", "destination.port"),
    ("in_iface", "observer.ingress.interface.name"),
    ("alert.severity", "event.severity"),
    ("alert.signature", "rule.name"),
    ("alert.category", "rule.category"),
    ("http.http_method", "http.request.method"),
    ("http.http_refer", "http.request.referrer"),
    ("http.status", "http.response.status_code"),
    ("http.length", "http.response.body.bytes"),
    ("http.http_content_type", "http.response.mime_type"),
    ("http.http_user_agent", "user_agent.original"),
    ("http.http_port", "url.port"),
    ("fileinfo.filename", "file.path"),
    ("fileinfo.size", "file.size"),
    ("fileinfo.md5", "file.hash.md5"),
    ("fileinfo.sha1", "file.hash.sha1"),
    ("fileinfo.sha256", "file.hash.sha256"),
    ("smb.filename", "file.path"),
    ("smb.ntlmssp.user", "user.name"),
    ("smb.ntlmssp.domain", "user.domain"),
    ("krb5.cname", "user.name"),
    ("krb5.realm", "user.domain"),
    ("ftp.command_data", "file.path"),
    ("email.from", "email.from.address"),
    ("email.subject", "email.subject"),
    ("flow.bytes_toserver", "source.bytes"),
    ("flow.pkts_toserver", "source.packets"),
    ("flow.bytes_toclient", "destination.bytes"),
    ("flow.pkts_toclient", "destination.packets"),
    ("netflow.bytes", "source.bytes"),
    ("netflow.pkts", "source.packets"),
    ("dns.rcode", "dns.response_code"),
    ("tls.session_resumed", "tls.resumed"),
    ("tls.subject", "tls.server.subject"),
    ("tls.issuerdn", "tls.server.issuer"),
    ("tls.ja3.hash", "tls.client.ja3"),
    ("tls.ja3s.hash", "tls.server.ja3s"),
    ("tls.cipher_suite", "tls.cipher"),
];

/// Lists that ECS holds as they are.
const LISTS: &[(&str, &str)] = &[
    ("email.to", "email.to.address"),
    ("email.cc", "email.cc.address"),
    ("alert.metadata.mitre_tactic_id", "threat.tactic.id"),
    ("alert.metadata.mitre_tactic_name", "threat.tactic.name"),
    ("alert.metadata.mitre_technique_id", "threat.technique.id"),
    ("alert.metadata.mitre_technique_name", "threat.technique.name"),
];

/// Sets what ECS has names for.
pub(in crate::formats) fn describe<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    ecs.copy(fields, COPIED);
    for (path, name) in LISTS {
        ecs.set_some(name, fields.get(path).filter(|value| value.as_array().is_some()).map(Value::borrow));
    }
    if let Some(address) = text("src_ip") {
        ecs.set_address("source.address", "source.ip", address);
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
    if let Some(address) = text("dest_ip") {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
    let (category, types) = classify(text("event_type").unwrap_or_default());
    ecs.set_words("event.category", category);
    if !types.is_empty() {
        ecs.set_words("event.type", types);
    }
    let is_protocol = types.contains(&"protocol");
    let protocol = text("app_proto").or_else(|| text("event_type").filter(|_| is_protocol));
    ecs.set_some("network.protocol", protocol.filter(|protocol| *protocol != "failed").map(str::to_ascii_lowercase));
    for user in ["smb.ntlmssp.user", "krb5.cname"] {
        if let Some(user) = text(user) {
            ecs.add("related.user", user);
        }
    }
    for hash in ["fileinfo.md5", "fileinfo.sha1", "fileinfo.sha256"] {
        if let Some(hash) = text(hash) {
            ecs.add("related.hash", hash);
        }
    }
    if let Some(name) = text("http.hostname").or_else(|| text("tls.sni")) {
        let name = name.trim_end_matches('.');
        ecs.set("destination.domain", name);
        ecs.add("related.hosts", name);
    }
    alert(ecs, fields);
    flow(ecs, fields);
    http(ecs, fields);
    if let Some(dns) = fields.get("dns") {
        lookup(ecs, dns);
    }
    if let Some(tls) = fields.get("tls") {
        handshake(ecs, tls);
    }
}

/// `event.category` and `event.type` of a type of events; those without an own row are transactions of a protocol.
fn classify(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "alert" => (&["network", "intrusion_detection"], &[]),
        "http" | "http2" => (&["network", "web"], &["access", "protocol"]),
        "flow" | "netflow" => (&["network"], &["connection"]),
        "drop" => (&["network"], &["connection", "denied"]),
        "anomaly" | "engine" | "fileinfo" | "metadata" | "packet" | "stats" => (&["network"], &[]),
        _ => (&["network"], &["protocol"]),
    }
}

fn alert<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(alert) = fields.get("alert") else { return };
    let text = |path: &str| alert.get(path).and_then(Value::scalar);
    ecs.set_some("message", text("category"));
    ecs.set_some("rule.id", text("signature_id"));
    ecs.set_some("rule.version", text("rev"));
    match text("action") {
        Some("allowed") => ecs.add("event.type", "allowed"),
        Some("blocked") => ecs.add("event.type", "denied"),
        _ => {}
    }
}

fn flow<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(flow) = fields.get("flow").or_else(|| fields.get("netflow")) else { return };
    let count = |path: &str| flow.get(path).and_then(Value::as_u64);
    for (name, one_way, to_server, to_client) in [
        ("network.bytes", "bytes", "bytes_toserver", "bytes_toclient"),
        ("network.packets", "pkts", "pkts_toserver", "pkts_toclient"),
    ] {
        let both = count(to_server).zip(count(to_client)).map(|(there, back)| there.saturating_add(back));
        ecs.set_some(name, both.or_else(|| count(one_way)));
    }
    for (path, name) in [("start", "event.start"), ("end", "event.end")] {
        ecs.set_some(name, time(flow, path));
    }
    // Suricata counts whole seconds, ECS nanoseconds.
    ecs.set_some("event.duration", count("age").map(|seconds| seconds.saturating_mul(1_000_000_000)));
    if fields.get("event_type").and_then(Value::as_str) == Some("flow") {
        match flow.get("state").and_then(Value::as_str) {
            Some("new") => ecs.add("event.type", "start"),
            Some("closed") => ecs.add("event.type", "end"),
            _ => {}
        }
    }
}

fn http<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(http) = fields.get("http") else { return };
    let text = |path: &str| http.get(path).and_then(Value::as_str);
    if let Some(url) = text("url") {
        set_url(ecs, url);
    }
    ecs.set_some("url.domain", text("hostname").filter(|name| !name.is_empty()));
    ecs.set_some("http.version", text("protocol").and_then(|protocol| protocol.strip_prefix("HTTP/")));
    if fields.get("event_type").and_then(Value::as_str) == Some("http")
        && let Some(status) = http.get("status").and_then(Value::as_u64)
    {
        ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
    }
}

/// Answers of one lookup that are taken up.
const ANSWERS: usize = 256;

/// A DNS transaction: version 1 has one answer an event, version 2 a list, version 3 a list of questions too.
fn lookup<'e>(ecs: &mut Ecs<'e>, dns: &'e Value<'_>) {
    let text = |path: &str| dns.get(path).and_then(Value::scalar);
    ecs.set_some("dns.id", text("id"));
    ecs.set_some(
        "dns.type",
        text("type").map(|kind| match kind {
            "request" => "query",
            "response" => "answer",
            other => other,
        }),
    );
    for (flag, name) in [("aa", "AA"), ("tc", "TC"), ("rd", "RD"), ("ra", "RA")] {
        if dns.get(flag) == Some(&Value::Bool(true)) {
            ecs.add("dns.header_flags", name);
        }
    }
    let question = dns.get("queries.0").unwrap_or(dns);
    ecs.copy(question, &[("rrname", "dns.question.name"), ("rrtype", "dns.question.type")]);
    let single = std::slice::from_ref(dns);
    let answers = dns.get("answers").and_then(Value::as_array);
    let answers = answers.unwrap_or(if text("rdata").is_some() { single } else { &[] });
    let names = [("rrname", "name"), ("rrtype", "type"), ("ttl", "ttl"), ("rdata", "data")];
    let mut list = Vec::new();
    for answer in answers.iter().take(ANSWERS) {
        let known = names.iter().filter_map(|(path, name)| Some((Cow::Borrowed(*name), answer.get(path)?.borrow())));
        list.push(Value::Object(known.collect()));
        let address = answer.get("rdata").and_then(Value::as_str).filter(|data| data.parse::<IpAddr>().is_ok());
        if let Some(address) = address {
            ecs.add("dns.resolved_ip", address);
            ecs.add("related.ip", address);
        }
    }
    if !list.is_empty() {
        ecs.set("dns.answers", Value::Array(list));
    }
}

fn handshake<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    ecs.set_some("tls.client.server_name", text("sni").map(|name| name.trim_end_matches('.')));
    if let Some(version) = text("version") {
        tls::set_version(ecs, version);
    }
    for (path, names) in [
        ("notbefore", ["tls.server.not_before", "tls.server.x509.not_before"]),
        ("notafter", ["tls.server.not_after", "tls.server.x509.not_after"]),
    ] {
        for name in names {
            ecs.set_some(name, time(fields, path));
        }
    }
    ecs.set_some("tls.server.x509.serial_number", text("serial").map(|serial| serial.replace(':', "")));
    for (path, name) in [("subject", "tls.server.x509.subject"), ("issuerdn", "tls.server.x509.issuer")] {
        ecs.set_some(name, text(path).and_then(tls::name));
    }
    if let Some(fingerprint) = text("fingerprint") {
        let hash = fingerprint.replace(':', "").to_ascii_uppercase();
        ecs.set("tls.server.hash.sha1", hash.clone());
        ecs.add("related.hash", hash);
    }
    for path in ["ja3.hash", "ja3s.hash"] {
        if let Some(hash) = text(path) {
            ecs.add("related.hash", hash);
        }
    }
}

fn time(fields: &Value<'_>, path: &str) -> Option<String> {
    Some(EventTime::iso_text(fields.get(path)?.as_str()?)?.at.to_string())
}

/// An event in one line: what happened, between whom.
pub(in crate::formats) fn line(fields: &Value<'_>) -> String {
    let field = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let kind = field("event_type").unwrap_or("event");
    let details: &[&str] = match kind {
        "alert" => &["alert.signature"],
        "http" => &["http.http_method", "http.hostname", "http.url", "http.status"],
        "dns" => &["dns.type", "dns.rrname", "dns.rrtype", "dns.rdata", "dns.rcode"],
        "tls" => &["tls.sni", "tls.version", "tls.subject"],
        "fileinfo" => &["fileinfo.filename", "fileinfo.size", "fileinfo.state"],
        "flow" => &["app_proto", "flow.state", "flow.reason"],
        "ssh" => &["ssh.client.software_version", "ssh.server.software_version"],
        "smb" => &["smb.command", "smb.share", "smb.filename", "smb.status"],
        "anomaly" => &["anomaly.type", "anomaly.event"],
        _ => &[],
    };
    let mut parts = vec![Cow::Borrowed(kind)];
    parts.extend(details.iter().filter_map(|path| field(path)).map(Cow::Borrowed));
    let end = |address: &str, port: &str| match (field(address), field(port)) {
        (Some(address), Some(port)) => Some(Cow::Owned(format!("{address}:{port}"))),
        (address, _) => address.map(Cow::Borrowed),
    };
    if let (Some(source), Some(destination)) = (end("src_ip", "src_port"), end("dest_ip", "dest_port")) {
        parts.extend([source, Cow::Borrowed("->"), destination]);
    }
    parts.extend(field("proto").map(Cow::Borrowed));
    parts.join(" ")
}
