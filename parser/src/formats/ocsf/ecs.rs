//! OCSF events in ECS.

use std::borrow::Cow;
use std::net::IpAddr;

use super::either;
use crate::ecs::{Ecs, set_url};
use crate::formats::{copies, dns};
use crate::record::Event;
use crate::value::Value;

/// Who did it, by name.
pub(super) const ACTOR: &[&str] = &["actor.user.name", "user.name", "actor.user.uid", "user.uid", "actor.invoked_by"];

/// Fields that keep their meaning; of two that set the same, the later one counts.
const COPIED: &[(&str, &str)] = &[
    ("metadata.product.vendor_name", "event.provider"),
    ("metadata.log_provider", "event.provider"),
    ("metadata.uid", "event.id"),
    ("metadata.correlation_uid", "trace.id"),
    ("severity_id", "event.severity"),
    ("status_code", "event.code"),
    ("message", "message"),
    ("cloud.region", "cloud.region"),
    ("cloud.zone", "cloud.availability_zone"),
    ("cloud.account_uid", "cloud.account.id"),
    ("cloud.account.uid", "cloud.account.id"),
    ("cloud.account.name", "cloud.account.name"),
    ("cloud.project_uid", "cloud.project.id"),
    ("user.uid", "user.id"),
    ("user.name", "user.name"),
    ("actor.user.uid", "user.id"),
    ("actor.user.name", "user.name"),
    ("actor.user.domain", "user.domain"),
    ("actor.user.email_addr", "user.email"),
    ("src_endpoint.port", "source.port"),
    ("src_endpoint.domain", "source.domain"),
    ("src_endpoint.hostname", "source.domain"),
    ("dst_endpoint.port", "destination.port"),
    ("dst_endpoint.domain", "destination.domain"),
    ("dst_endpoint.hostname", "destination.domain"),
    ("src_endpoint.instance_uid", "cloud.instance.id"),
    ("connection_info.protocol_num", "network.iana_number"),
    ("traffic.bytes", "network.bytes"),
    ("traffic.packets", "network.packets"),
    ("traffic.bytes_out", "source.bytes"),
    ("traffic.packets_out", "source.packets"),
    ("traffic.bytes_in", "destination.bytes"),
    ("traffic.packets_in", "destination.packets"),
    ("http_request.user_agent", "user_agent.original"),
    ("http_request.http_method", "http.request.method"),
    ("http_request.uid", "http.request.id"),
    ("http_request.referrer", "http.request.referrer"),
    ("http_request.version", "http.version"),
    ("http_response.code", "http.response.status_code"),
    ("query.type", "dns.question.type"),
    ("query.class", "dns.question.class"),
    ("rcode", "dns.response_code"),
    ("device.hostname", "host.hostname"),
    ("device.name", "host.name"),
    ("device.uid", "host.id"),
    ("device.os.name", "host.os.name"),
    ("process.name", "process.name"),
    ("process.pid", "process.pid"),
    ("process.cmd_line", "process.command_line"),
    ("process.file.path", "process.executable"),
    ("process.parent_process.pid", "process.parent.pid"),
    ("process.parent_process.name", "process.parent.name"),
    ("file.name", "file.name"),
    ("file.path", "file.path"),
    ("file.size", "file.size"),
    ("finding.title", "rule.name"),
    ("finding_info.title", "rule.name"),
    ("finding_info.analytic.name", "rule.name"),
    ("vulnerabilities.0.cve.uid", "vulnerability.id"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let number = |path: &str| fields.get(path).and_then(Value::as_u64);
    let category = number("category_uid").or_else(|| number("class_uid").map(|class| class / 1_000));
    let kind = if category == Some(2) { "alert" } else { "event" };
    let mut ecs = Ecs::new("amazon_security_lake.event", kind, event.time);
    ecs.set("ocsf", copies::full(fields, |key| Cow::Borrowed(key)).unwrap_or(Value::Null));
    classify(&mut ecs, category, number("class_uid"), text("activity_name"));
    ecs.copy(fields, COPIED);
    ecs.set_some("cloud.provider", text("cloud.provider").map(str::to_ascii_lowercase));
    ecs.set_some("event.action", text("activity_name").map(str::to_ascii_lowercase));
    let outcome = match (number("status_id"), text("status")) {
        (Some(1), _) | (None, Some("Success")) => Some("success"),
        (Some(2), _) | (None, Some("Failure")) => Some("failure"),
        _ => None,
    };
    ecs.set_some("event.outcome", outcome);
    for (path, name) in [("start_time", "event.start"), ("end_time", "event.end")] {
        ecs.set_some(name, text(path).and_then(either).map(|time| time.at.to_string()));
    }
    ecs.set_some("event.duration", number("duration").and_then(|milliseconds| milliseconds.checked_mul(1_000_000)));
    if let Some(operation) = text("api.operation") {
        // Of an activity of an interface, the call says more than `Read`.
        ecs.set("event.action", operation);
        ecs.set_some("event.provider", text("api.service.name"));
    }
    ends(&mut ecs, fields);
    people(&mut ecs, fields);
    if let Some(name) = text("query.hostname") {
        dns::set_question(&mut ecs, name);
    }
    lookup(&mut ecs, fields);
    if let Some(url) = text("http_request.url.url_string").or_else(|| text("http_request.url.text")) {
        set_url(&mut ecs, url);
    }
    ecs.build()
}

/// `event.category` and `event.type` of a class. Source: OCSF's class identifiers, whose thousands are the category.
fn classify(ecs: &mut Ecs<'_>, category: Option<u64>, class: Option<u64>, activity: Option<&str>) {
    let words: &[&str] = match (category, class) {
        (_, Some(1_001 | 1_006 | 1_008)) => &["file"],
        (_, Some(1_005)) => &["driver"],
        (_, Some(1_007)) => &["process"],
        (_, Some(2_002)) => &["vulnerability"],
        (_, Some(2_003)) => &["configuration"],
        (_, Some(3_002)) => &["authentication"],
        (_, Some(4_002)) => &["network", "web"],
        (_, Some(4_009)) => &["email"],
        (_, Some(3_005 | 6_003)) => &["web"],
        (Some(1), _) => &["host"],
        (Some(2), _) => &["intrusion_detection"],
        (Some(3), _) => &["iam"],
        (Some(4), _) => &["network"],
        (Some(5), _) => &["configuration"],
        _ => &[],
    };
    if !words.is_empty() {
        ecs.set_words("event.category", words);
    }
    let mut types = vec!["info"];
    types.extend(match (class, activity) {
        (Some(3_002), Some("Logon")) => Some("start"),
        (Some(3_002), Some("Logoff")) => Some("end"),
        (Some(4_001), Some("Refuse" | "Fail")) => Some("denied"),
        (Some(4_003), _) => Some("protocol"),
        // That a finding is new says nothing of what it found.
        _ if category == Some(2) => None,
        (_, Some("Create")) => Some("creation"),
        (_, Some("Update")) => Some("change"),
        (_, Some("Delete")) => Some("deletion"),
        _ => None,
    });
    ecs.set_words("event.type", &types);
}

/// Both ends of a connection, and how they were connected.
fn ends<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    for (path, address_name, ip_name) in [
        ("src_endpoint.ip", "source.address", "source.ip"),
        ("dst_endpoint.ip", "destination.address", "destination.ip"),
        ("device.ip", "host.ip", "host.ip"),
    ] {
        if let Some(address) = text(path) {
            ecs.set_address(address_name, ip_name, address);
        }
    }
    for path in ["src_endpoint.hostname", "dst_endpoint.hostname", "device.hostname"] {
        if let Some(host) = text(path) {
            ecs.add("related.hosts", host);
        }
    }
    let transport = text("connection_info.protocol_name").map(str::to_ascii_lowercase);
    let by_number = || match text("connection_info.protocol_num") {
        Some("1") => Some("icmp".to_owned()),
        Some("6") => Some("tcp".to_owned()),
        Some("17") => Some("udp".to_owned()),
        _ => None,
    };
    ecs.set_some("network.transport", transport.or_else(by_number));
    ecs.set_some("network.type", text("connection_info.protocol_ver").map(str::to_ascii_lowercase));
    ecs.set_some("network.direction", text("connection_info.direction").map(str::to_ascii_lowercase));
}

fn people<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    // An account that something was done to, where somebody else did it.
    if fields.get("actor.user").is_some_and(|user| user.as_object().is_some()) {
        ecs.set_some("user.target.id", text("user.uid"));
        ecs.set_some("user.target.name", text("user.name"));
    }
    for path in ["actor.user.uid", "actor.user.name", "user.uid", "user.name"] {
        if let Some(user) = text(path) {
            ecs.add("related.user", user);
        }
    }
    let hashes = fields.get("file.hashes").or_else(|| fields.get("process.file.hashes")).and_then(Value::as_array);
    for hash in hashes.unwrap_or_default().iter().take(64) {
        if let Some(value) = hash.get("value").and_then(Value::as_str) {
            ecs.add("related.hash", value);
        }
    }
}

/// The answers of a DNS activity.
fn lookup<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let answers = fields.get("answers").and_then(Value::as_array).unwrap_or_default();
    let names = [("class", "class"), ("rdata", "data"), ("ttl", "ttl"), ("type", "type")];
    let mut list = Vec::new();
    for answer in answers.iter().take(256) {
        let known = names.iter().filter_map(|(path, name)| Some((Cow::Borrowed(*name), answer.get(path)?.borrow())));
        list.push(Value::Object(known.filter(|(_, value)| !value.is_null()).collect()));
        if let Some(address) = answer.get("rdata").and_then(Value::as_str).filter(|data| data.parse::<IpAddr>().is_ok())
        {
            ecs.add("dns.resolved_ip", address);
            ecs.add("related.ip", address);
        }
    }
    if !list.is_empty() {
        ecs.set("dns.answers", Value::Array(list));
    }
}
