//! Access logs in ECS.

use std::net::IpAddr;

use super::peer;
use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar);
    let mut ecs = Ecs::new("web.access", "event", event.time);
    ecs.set_words("event.category", &["web"]);
    ecs.set_words("event.type", &["access"]);
    ecs.copy(
        fields,
        &[
            ("user", "user.name"),
            ("method", "http.request.method"),
            ("status", "http.response.status_code"),
            ("size", "http.response.body.bytes"),
            ("referrer", "http.request.referrer"),
            ("agent", "user_agent.original"),
            ("router", "traefik.access.frontend_name"),
            ("server_url", "traefik.access.backend_url"),
            ("request_count", "traefik.access.request_count"),
            ("request_length", "http.request.bytes"),
            ("req_id", "http.request.id"),
            ("upstream_addr", "destination.address"),
        ],
    );
    let forwarded = text("x_forwarded_for").and_then(|list| peer::addresses(list).next().map(|first| (list, first)));
    if let Some(hosts) = text("host") {
        set_source(&mut ecs, hosts);
        if let Some((list, first)) = forwarded {
            set_list(&mut ecs, "apache.access.remote_addresses", peer::addresses(list).chain([hosts]));
            ecs.set("client.ip", first);
            ecs.set("network.forwarded_ip", first);
        }
    }
    if let Some(status) = fields.get("status").and_then(Value::as_u64) {
        ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
    }
    if let Some(version) = text("protocol").and_then(|protocol| protocol.strip_prefix("HTTP/")) {
        ecs.set("http.version", version);
    }
    if let Some(path) = text("path").filter(|path| !path.is_empty()) {
        crate::ecs::set_url(&mut ecs, path);
    }
    if let Some(vhost) = text("vhost") {
        let (domain, port) = vhost.rsplit_once(':').unwrap_or((vhost, ""));
        ecs.set("url.domain", domain);
        ecs.set_some("url.port", port.parse::<u16>().ok().map(u64::from));
    }
    let traefik = text("duration").and_then(|text| text.strip_suffix("ms")?.parse::<f64>().ok()).map(|ms| ms * 1e6);
    let nginx = fields.get("request_time").and_then(Value::as_f64).map(|seconds| seconds * 1e9);
    ecs.set_some("event.duration", traefik.or(nginx).filter(|nanos| (0.0..1e18).contains(nanos)).map(|n| n as u64));
    if let Some(protocol) = text("ssl_protocol") {
        ecs.set("apache.access.ssl.protocol", protocol);
        if let Some(version) = protocol.strip_prefix("TLSv") {
            ecs.set("tls.version", version);
            ecs.set("tls.version_protocol", "tls");
        }
    }
    ecs.copy(fields, &[("ssl_cipher", "apache.access.ssl.cipher"), ("ssl_cipher", "tls.cipher")]);
    if let Some(user) = text("user") {
        ecs.add("related.user", user);
    }
    ecs.build()
}

/// Sets the client of one address, or of the list that proxies make of it.
fn set_source<'e>(ecs: &mut Ecs<'e>, hosts: &'e str) {
    let Some(address) = peer::client(hosts) else { return };
    ecs.set_address("source.address", "source.ip", address);
    if address.parse::<IpAddr>().is_err() {
        ecs.set("source.domain", address);
    }
    if peer::addresses(hosts).nth(1).is_some() {
        set_list(ecs, "nginx.access.remote_ip_list", peer::addresses(hosts));
    }
}

fn set_list<'e>(ecs: &mut Ecs<'e>, path: &'e str, addresses: impl Iterator<Item = &'e str>) {
    ecs.set(path, Value::Array(addresses.map(Value::from).collect()));
}
