//! W3C columns in ECS; those of IIS alone under the names of Filebeat's module.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let is_iis = text("sc-win32-status").is_some();
    let is_mail = text("internal-message-id").or_else(|| text("event-id")).is_some();
    let dataset = match (is_iis, is_mail) {
        (true, _) => "iis.access",
        (_, true) => "exchange.messagetracking",
        _ => "w3c.access",
    };
    let mut ecs = Ecs::new(dataset, "event", event.time);
    ecs.set_words("event.category", if is_mail { &["email"] } else { &["web"] });
    ecs.copy(
        fields,
        &[
            ("cs-method", "http.request.method"),
            ("cs-uri", "url.original"),
            ("cs-uri-stem", "url.original"),
            ("cs-uri-query", "url.query"),
            ("cs-uri-scheme", "url.scheme"),
            ("cs-uri-path", "url.path"),
            ("cs-host", "url.domain"),
            ("cs(Host)", "url.domain"),
            ("cs-host", "destination.domain"),
            ("cs(Host)", "destination.domain"),
            ("s-port", "destination.port"),
            ("c-port", "source.port"),
            ("cs-username", "user.name"),
            ("cs(Referer)", "http.request.referrer"),
            ("cs(Referrer)", "http.request.referrer"),
            ("sc-status", "http.response.status_code"),
            ("sc-bytes", "http.response.body.bytes"),
            ("cs-bytes", "http.request.body.bytes"),
            ("sc-substatus", "iis.access.sub_status"),
            ("sc-win32-status", "iis.access.win32_status"),
            ("s-sitename", "iis.access.site_name"),
            ("s-computername", "iis.access.server_name"),
            ("cs(Cookie)", "iis.access.cookie"),
            ("event-id", "event.action"),
            ("internal-message-id", "email.local_id"),
            ("message-id", "email.message_id"),
            ("message-subject", "email.subject"),
            ("server-hostname", "host.hostname"),
        ],
    );
    if let Some(path) = text("cs-uri-stem").filter(|path| path.starts_with('/')) {
        ecs.set("url.path", path);
    }
    for (path, column) in [("email.from.address", "sender-address"), ("email.to.address", "recipient-address")] {
        let addresses = text(column).map(|list| list.split(';').map(Value::from).collect());
        ecs.set_some(path, addresses.map(Value::Array));
    }
    for (address, ip, column) in [
        ("source.address", "source.ip", "c-ip"),
        ("source.address", "source.ip", "client-ip"),
        ("destination.address", "destination.ip", "s-ip"),
        ("destination.address", "destination.ip", "server-ip"),
    ] {
        if let Some(found) = text(column) {
            ecs.set_address(address, ip, found);
        }
    }
    let is_ip = |column: &str| text(column).is_some_and(|found| found.parse::<IpAddr>().is_ok());
    if is_ip("c-ip") && is_ip("s-ip") {
        ecs.set_words("event.category", &["web", "network"]);
        ecs.set_words("event.type", &["connection"]);
    }
    if let Some(agent) = text("cs(User-Agent)") {
        // In columns between spaces IIS writes a plus for each space.
        let is_coded = is_iis && !agent.contains(' ');
        ecs.set("user_agent.original", if is_coded { Cow::Owned(agent.replace('+', " ")) } else { agent.into() });
    }
    if let Some(version) = text("cs-version").and_then(|version| version.strip_prefix("HTTP/")) {
        ecs.set("http.version", version);
    }
    if let Some(status) = fields.get("sc-status").and_then(Value::as_u64) {
        ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
    }
    if let Some(milliseconds) = fields.get("time-taken").and_then(Value::as_u64) {
        ecs.set_some("event.duration", milliseconds.checked_mul(1_000_000));
    }
    if let Some(user) = text("cs-username") {
        ecs.add("related.user", user);
    }
    if let Some(host) = text("cs-host").or_else(|| text("cs(Host)")) {
        ecs.add("related.hosts", host);
    }
    ecs.build()
}
