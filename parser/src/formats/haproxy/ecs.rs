//! HAProxy in ECS, with the names of Filebeat's module.

use crate::ecs::Ecs;
use crate::formats::syslog;
use crate::record::Event;
use crate::value::Value;

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar);
    let is_http = fields.get("status_code").is_some();
    let mut ecs = Ecs::new("haproxy.log", "event", event.time);
    ecs.set_words("event.category", if is_http { &["web"] } else { &["network"] });
    if let Some(header) = fields.get("syslog") {
        syslog::set_header(&mut ecs, header);
        ecs.copy(header, &[("hostname", "observer.hostname"), ("appname", "process.name"), ("procid", "process.pid")]);
    }
    ecs.copy(
        fields,
        &[
            ("client_port", "source.port"),
            ("frontend_name", "haproxy.frontend_name"),
            ("bind_name", "haproxy.bind_name"),
            ("backend_name", "haproxy.backend_name"),
            ("server_name", "haproxy.server_name"),
            ("TR", "haproxy.http.request.time_wait_ms"),
            ("Tw", "haproxy.total_waiting_time_ms"),
            ("Tc", "haproxy.connection_wait_time_ms"),
            ("Tr", "haproxy.http.request.time_wait_without_data_ms"),
            ("bytes_read", "haproxy.bytes_read"),
            ("captured_request_cookie", "haproxy.http.request.captured_cookie"),
            ("captured_response_cookie", "haproxy.http.response.captured_cookie"),
            ("termination_state", "haproxy.termination_state"),
            ("actconn", "haproxy.connections.active"),
            ("feconn", "haproxy.connections.frontend"),
            ("beconn", "haproxy.connections.backend"),
            ("srv_conn", "haproxy.connections.server"),
            ("retries", "haproxy.connections.retries"),
            ("srv_queue", "haproxy.server_queue"),
            ("backend_queue", "haproxy.backend_queue"),
            ("method", "http.request.method"),
            ("status_code", "http.response.status_code"),
            ("message", "message"),
        ],
    );
    ecs.set_some("haproxy.error_message", text("message").filter(|_| text("bind_name").is_some()));
    for (path, headers) in [
        ("haproxy.http.request.captured_headers", "captured_request_headers"),
        ("haproxy.http.response.captured_headers", "captured_response_headers"),
    ] {
        let list = text(headers).map(|list| Value::Array(list.split('|').map(Value::from).collect()));
        ecs.set_some(path, list);
    }
    if let Some(address) = text("client_ip") {
        ecs.set_address("source.address", "source.ip", address);
    }
    if is_http {
        ecs.copy(fields, &[("bytes_read", "http.response.bytes")]);
    }
    if let Some(status) = fields.get("status_code").and_then(Value::as_u64) {
        ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
    }
    let duration = ["Ta", "Tt"].iter().find_map(|path| fields.get(path)?.as_u64());
    ecs.set_some("event.duration", duration.and_then(|milliseconds| milliseconds.checked_mul(1_000_000)));
    if let Some(version) = text("protocol").and_then(|protocol| protocol.strip_prefix("HTTP/")) {
        ecs.set("http.version", version);
    }
    if let Some(path) = text("path").filter(|path| !path.is_empty()) {
        crate::ecs::set_url(&mut ecs, path);
    }
    ecs.build()
}
