//! An event of Suricata in ECS.

use crate::ecs::{Ecs, set_url};
use crate::value::Value;

/// Fields that ECS holds as they are.
const COPIED: &[(&str, &str)] = &[
    ("src_port", "source.port"),
    ("dest_port", "destination.port"),
    ("alert.severity", "event.severity"),
    ("alert.signature", "rule.name"),
    ("alert.category", "rule.category"),
    ("http.http_method", "http.request.method"),
    ("http.http_refer", "http.request.referrer"),
    ("http.status", "http.response.status_code"),
    ("http.http_user_agent", "user_agent.original"),
    ("tls.subject", "tls.server.subject"),
    ("tls.issuerdn", "tls.server.issuer"),
    ("tls.sni", "tls.client.server_name"),
    ("dns.rrname", "dns.question.name"),
    ("dns.rrtype", "dns.question.type"),
    ("dns.rcode", "dns.response_code"),
];

/// Sets what ECS has names for.
pub(super) fn describe<'e>(ecs: &mut Ecs<'e>, event: &'e Value<'_>) {
    let text = |path: &str| event.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    ecs.copy(event, COPIED);
    if let Some(address) = text("src_ip") {
        ecs.set_address("source.address", "source.ip", address);
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
    if let Some(address) = text("dest_ip") {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    ecs.set_some("network.transport", text("proto").map(str::to_ascii_lowercase));
    ecs.set_some("network.protocol", text("app_proto").filter(|name| *name != "failed").map(str::to_ascii_lowercase));
    ecs.set_some("destination.domain", text("http.hostname").or_else(|| text("tls.sni")));
    ecs.set_some("rule.id", text("alert.signature_id"));
    ecs.set_some("rule.version", text("alert.rev"));
    ecs.set_some("message", event.get("alert.category").and_then(Value::as_str));
    ecs.set_some("http.version", text("http.protocol").and_then(|protocol| protocol.strip_prefix("HTTP/")));
    if let Some(url) = text("http.url") {
        set_url(ecs, url);
    }
}

/// An event in one line: what happened, between whom.
pub(super) fn line(event: &Value<'_>) -> String {
    let field = |path: &str| event.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let details = ["event_type", "alert.action", "alert.signature", "http.hostname", "tls.sni"];
    let mut parts: Vec<String> = details.into_iter().filter_map(field).map(str::to_owned).collect();
    let end = |address: &str, port: &str| match (field(address), field(port)) {
        (Some(address), Some(port)) => Some(format!("{address}:{port}")),
        (address, _) => address.map(str::to_owned),
    };
    if let (Some(source), Some(destination)) = (end("src_ip", "src_port"), end("dest_ip", "dest_port")) {
        parts.extend([source, "->".to_owned(), destination]);
    }
    parts.extend(field("proto").map(str::to_owned));
    parts.join(" ")
}
