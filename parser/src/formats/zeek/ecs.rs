//! Records of Zeek in ECS.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;

use super::names;
use super::streams::{self, Stream};
use crate::ecs::{Ecs, set_url};
use crate::formats::{splunk, tls};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Fields of one record that are named under its log; real ones have fewer than a hundred.
const FIELDS: usize = 512;

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = splunk::event(&event.fields);
    let path = streams::path(fields).unwrap_or_default();
    let stream = streams::named(path);
    let kind = names::second(names::KINDS, path).unwrap_or("event");
    let mut ecs = Ecs::new(stream.map_or("zeek.log", |stream| stream.dataset), kind, event.time);
    if let Some(stream) = stream {
        let own = own(fields, stream);
        if own.as_object().is_some_and(|own| !own.is_empty()) {
            ecs.set(stream.dataset, own);
        }
    } else {
        ecs.set("event.dataset", format!("zeek.{path}"));
        ecs.set_under("zeek", Cow::Borrowed(path), fields.borrow());
    }
    ecs.copy(&event.fields, &[("result.host", "host.name"), ("result.source", "log.file.path")]);
    ends(&mut ecs, fields, path);
    classify(&mut ecs, fields, path);
    for (_, field, name) in names::of(names::ECS, path) {
        let value = fields.get(field).filter(|value| value.scalar().is_none_or(|text| !text.is_empty()));
        ecs.set_some(name, value.map(Value::borrow));
    }
    for (_, field, name) in names::of(names::TIMES, path).iter().filter(|(.., name)| !name.is_empty()) {
        ecs.set_some(name, fields.get(field).and_then(instant));
    }
    for (_, field, name) in names::of(names::DISTINGUISHED, path) {
        ecs.set_some(name, text(fields, field).and_then(tls::name));
    }
    match path {
        "conn" => connection(&mut ecs, fields),
        "dns" => lookup(&mut ecs, fields),
        "files" => hashes(&mut ecs, fields),
        "http" => {
            if let Some(uri) = text(fields, "uri") {
                set_url(&mut ecs, uri);
            }
            if let Some(host) = text(fields, "host") {
                ecs.set("url.domain", host);
                ecs.add("related.hosts", host);
            }
        }
        "intel" => indicator(&mut ecs, fields),
        "ssl" => handshake(&mut ecs, fields),
        "x509" => certificate(&mut ecs, fields),
        _ => {}
    }
    ecs.build()
}

fn text<'e>(fields: &'e Value<'_>, path: &str) -> Option<&'e str> {
    fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty())
}

/// The fields that ECS has no common name for, spelled as Elastic's integration spells them.
fn own<'e>(fields: &'e Value<'_>, stream: &Stream) -> Value<'e> {
    let (renamed, times) = (names::of(names::RENAMED, stream.path), names::of(names::TIMES, stream.path));
    let mut own = Ecs::default();
    for (key, value) in fields.as_object().unwrap_or_default().iter().take(FIELDS) {
        let is_moved = matches!(&**key, "ts" | "uid" | "_path" | "_write_ts" | "_system_name" | "proto")
            || key.starts_with("id.")
            || &**key == "id" && value.as_object().is_some();
        // Names of many parts are no names of Zeek.
        if is_moved || value.is_null() || key.bytes().filter(|byte| *byte == b'.').count() > 4 {
            continue;
        }
        let name = renamed.iter().find(|(_, field, _)| field == key).map_or(&**key, |(.., name)| *name);
        if times.iter().any(|(_, field, _)| field == key) {
            own.set_some(name, instant(value));
        } else if stream.path == "ssl" && matches!(&**key, "subject" | "issuer" | "client_subject" | "client_issuer")
            || stream.path == "x509" && matches!(&**key, "certificate.subject" | "certificate.issuer")
        {
            own.set_some(name, value.as_str().and_then(tls::name).map(short_state));
        } else {
            own.set(name, value.borrow());
        }
    }
    own.build()
}

/// Elastic's integration says `state` here, ECS `state_or_province`.
fn short_state(mut name: Value<'_>) -> Value<'_> {
    if let Value::Object(fields) = &mut name
        && let Some((key, _)) = fields.iter_mut().find(|(key, _)| key == "state_or_province")
    {
        *key = Cow::Borrowed("state");
    }
    name
}

/// A time as Zeek writes it, in ISO 8601. Its zero is 1970, and certificates end after 2100: a count is of seconds here.
fn instant(value: &Value<'_>) -> Option<String> {
    let text = value.scalar()?;
    if let Some(time) = EventTime::epoch(text).or_else(|| EventTime::iso_text(text)) {
        return Some(time.at.to_string());
    }
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())?;
    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok().map(|time| time.to_string())
}

/// Who talked to whom.
fn ends<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>, path: &str) {
    let first = |paths: &[&str]| paths.iter().find_map(|path| text(fields, path));
    let number =
        |paths: &[&str]| paths.iter().find_map(|path| fields.get(path).filter(|value| value.as_u64().is_some()));
    let id = first(&["uid", "conn_uids.0", "uids.0"]).or_else(|| text(fields, "id").filter(|_| path == "x509"));
    ecs.set_some("event.id", id);
    ecs.set_some("zeek.session_id", id);
    let source = first(&["id.orig_h", "src_addr", "src", "client_addr", "tx_hosts.0"]);
    let destination = first(&["id.resp_h", "dst_addr", "dst", "server_addr", "rx_hosts.0"]);
    if let Some(address) = source {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(address) = destination {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    ecs.set_some("source.port", number(&["id.orig_p", "src_port"]).map(Value::borrow));
    ecs.set_some("destination.port", number(&["id.resp_p", "dst_port", "p"]).map(Value::borrow));
    if matches!(path, "kerberos" | "ssl") {
        ecs.set_some("client.address", source);
        ecs.set_some("server.address", destination);
    }
    let is_host = matches!(path, "known_certs" | "known_hosts" | "known_services" | "software");
    let host = text(fields, "host").filter(|_| is_host);
    if let Some(address) = host {
        ecs.set("host.ip", address);
        ecs.add("related.ip", address);
    }
    if let Some(address) = source.or(host) {
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
}

/// What kind of event it is, over which protocol, by whom, and how it ended.
fn classify<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>, path: &'e str) {
    for (name, words) in [
        ("event.category", names::words(names::CATEGORIES, path).unwrap_or(&["network"])),
        ("event.type", names::words(names::TYPES, path).unwrap_or(&["connection", "protocol"])),
    ] {
        if !words.is_empty() {
            ecs.set_words(name, words);
        }
    }
    let protocol = names::PROTOCOLS.iter().find(|(known, ..)| *known == path);
    ecs.set_some("network.protocol", protocol.map(|(_, protocol, _)| *protocol));
    let transport = text(fields, "proto").map(|proto| Cow::Owned(proto.to_ascii_lowercase()));
    let usual = protocol.map(|(.., transport)| Cow::Borrowed(*transport)).filter(|transport| !transport.is_empty());
    ecs.set_some("network.transport", transport.or(usual));
    if let Some(action) = names::second(names::ACTIONS, path).and_then(|field| text(fields, field)) {
        let is_constant = path == "dnp3";
        ecs.set(
            "event.action",
            if is_constant { Cow::Owned(action.to_ascii_lowercase()) } else { Cow::Borrowed(action) },
        );
    }
    let user = names::second(names::USERS, path).and_then(|field| text(fields, field));
    let principal = text(fields, "client").filter(|_| path == "kerberos");
    let (principal, realm) = principal.map_or((None, None), |client| match client.split_once('/') {
        Some((name, realm)) => (Some(name), Some(realm)),
        None => (Some(client), None),
    });
    ecs.set_some("user.domain", realm.filter(|realm| !realm.is_empty()));
    if let Some(user) = user.or(principal).filter(|user| !user.is_empty() && *user != "<unknown>") {
        ecs.set("user.name", user);
        ecs.add("related.user", user);
    }
    if let Some(is_success) = outcome(fields, path) {
        ecs.set("event.outcome", if is_success { "success" } else { "failure" });
    }
    if path == "notice"
        && let Some(Value::Bool(is_dropped)) = fields.get("dropped")
    {
        ecs.add("event.type", if *is_dropped { "denied" } else { "allowed" });
    }
}

fn outcome(fields: &Value<'_>, path: &str) -> Option<bool> {
    match path {
        "kerberos" | "ntlm" | "mysql" => Some(text(fields, "success")? == "true"),
        "ssh" => Some(text(fields, "auth_success")? == "true"),
        "modbus" => Some(text(fields, "exception").is_none()),
        "smb_cmd" => Some(text(fields, "status")? == "SUCCESS"),
        "radius" => Some(text(fields, "result")? == "success"),
        "http" | "sip" => Some(fields.get("status_code")?.as_u64()? < 400),
        _ => None,
    }
}

fn connection<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let count = |path: &str| fields.get(path).and_then(Value::as_u64);
    ecs.set_some("network.protocol", text(fields, "service"));
    for (name, orig, resp) in
        [("network.bytes", "orig_ip_bytes", "resp_ip_bytes"), ("network.packets", "orig_pkts", "resp_pkts")]
    {
        let both = count(orig).zip(count(resp));
        ecs.set_some(name, both.map(|(there, back)| there.saturating_add(back)));
    }
    // Zeek counts seconds, ECS nanoseconds.
    let duration = fields.get("duration").and_then(Value::as_f64).map(|seconds| (seconds * 1e9).round());
    let duration = duration.filter(|nanos| (0.0..1e18).contains(nanos));
    ecs.set_some("event.duration", duration.map(|nanos| nanos as u64));
    ecs.set_words("event.type", &["connection"]);
    if let Some((_, meaning, words)) =
        names::STATES.iter().find(|(state, ..)| text(fields, "conn_state") == Some(*state))
    {
        ecs.set("zeek.connection.state_message", *meaning);
        for word in *words {
            ecs.add("event.type", *word);
        }
    }
    let is_local = |path: &str| match fields.get(path) {
        Some(Value::Bool(is_local)) => Some(*is_local),
        _ => None,
    };
    let direction = is_local("local_orig").zip(is_local("local_resp")).map(|sides| match sides {
        (true, true) => "internal",
        (true, false) => "outbound",
        (false, true) => "inbound",
        (false, false) => "external",
    });
    ecs.set_some("network.direction", direction);
}

/// Answers of one lookup that are taken up.
const ANSWERS: usize = 256;

fn lookup<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    ecs.set_some("dns.id", text(fields, "trans_id"));
    for flag in ["AA", "TC", "RD", "RA"] {
        if fields.get(flag) == Some(&Value::Bool(true)) {
            ecs.add("dns.header_flags", flag);
        }
    }
    let Some(answers) = fields.get("answers").and_then(Value::as_array) else {
        ecs.set("dns.type", "query");
        return;
    };
    ecs.set("dns.type", "answer");
    let times = fields.get("TTLs").and_then(Value::as_array).unwrap_or_default();
    let mut list = Vec::new();
    for (index, answer) in answers.iter().take(ANSWERS).enumerate() {
        let Some(data) = answer.as_str() else { continue };
        let ttl = times.get(index).map(|ttl| (Cow::Borrowed("ttl"), ttl.borrow()));
        list.push(Value::Object(std::iter::once((Cow::Borrowed("data"), Value::from(data))).chain(ttl).collect()));
        if data.parse::<IpAddr>().is_ok() {
            ecs.add("dns.resolved_ip", data);
            ecs.add("related.ip", data);
        }
    }
    ecs.set("dns.answers", Value::Array(list));
}

fn hashes<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    for hash in ["md5", "sha1", "sha256"] {
        if let Some(hash) = text(fields, hash) {
            ecs.add("related.hash", hash);
        }
    }
}

/// What intelligence knew of the value that was seen.
fn indicator<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(seen) = text(fields, "seen.indicator") else { return };
    let mut indicator = Ecs::default();
    match text(fields, "seen.indicator_type") {
        Some("Intel::ADDR") => {
            indicator.set("type", if seen.contains(':') { "ipv6-addr" } else { "ipv4-addr" });
            indicator.set("ip", seen);
        }
        Some("Intel::URL") => {
            indicator.set("type", "url");
            set_url(&mut indicator, seen);
        }
        Some("Intel::EMAIL") => {
            indicator.set("type", "email-addr");
            indicator.set("email.address", seen);
        }
        Some("Intel::DOMAIN") => {
            indicator.set("type", "domain-name");
            indicator.set("url.domain", seen);
        }
        Some("Intel::FILE_HASH") => {
            indicator.set("type", "file");
            ecs.add("related.hash", seen);
        }
        Some("Intel::FILE_NAME") => {
            indicator.set("type", "file");
            indicator.set("file.name", seen);
        }
        _ => return,
    }
    ecs.set("threat.indicator", indicator.build());
}

fn handshake<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    if let Some(version) = text(fields, "version") {
        tls::set_version(ecs, version);
    }
    if let Some(name) = text(fields, "server_name") {
        ecs.add("related.hosts", name);
    }
    let fingerprint = text(fields, "resp_certificate_sha1");
    ecs.set_some("tls.server.hash.sha1", fingerprint.map(str::to_ascii_uppercase));
    for hash in ["ja3", "ja3s"] {
        if let Some(hash) = text(fields, hash) {
            ecs.add("related.hash", hash);
        }
    }
}

/// Signature algorithms as Zeek's library spells them, and as ECS asks for.
const SIGNATURES: [names::Pair; 8] = [
    ("md5WithRSAEncryption", "MD5-RSA"),
    ("sha1WithRSAEncryption", "SHA1-RSA"),
    ("sha256WithRSAEncryption", "SHA256-RSA"),
    ("sha384WithRSAEncryption", "SHA384-RSA"),
    ("sha512WithRSAEncryption", "SHA512-RSA"),
    ("ecdsa-with-SHA256", "ECDSA-SHA256"),
    ("ecdsa-with-SHA384", "ECDSA-SHA384"),
    ("ecdsa-with-SHA512", "ECDSA-SHA512"),
];

fn certificate<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    if let Some(algorithm) = text(fields, "certificate.sig_alg") {
        ecs.set("file.x509.signature_algorithm", names::second(&SIGNATURES, algorithm).unwrap_or(algorithm));
    }
    if let Some(fingerprint) = text(fields, "fingerprint") {
        ecs.set("file.hash.sha256", fingerprint);
        ecs.add("related.hash", fingerprint);
    }
}

/// A record in one line: its log, what it says, and between whom.
pub(super) fn line(fields: &Value<'_>) -> String {
    let path = streams::path(fields).unwrap_or("zeek");
    let mut parts = vec![Cow::Borrowed(path)];
    let details = names::words(names::DETAILS, path).unwrap_or_default();
    parts.extend(details.iter().filter_map(|field| text(fields, field)).map(Cow::Borrowed));
    let end = |address: &str, port: &str| match (text(fields, address), text(fields, port)) {
        (Some(address), Some(port)) => Some(Cow::Owned(format!("{address}:{port}"))),
        (address, _) => address.map(Cow::Borrowed),
    };
    if let (Some(source), Some(destination)) = (end("id.orig_h", "id.orig_p"), end("id.resp_h", "id.resp_p")) {
        parts.extend([source, Cow::Borrowed("->"), destination]);
    }
    parts.join(" ")
}
