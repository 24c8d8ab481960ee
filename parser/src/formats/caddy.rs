//! Access logs of Caddy: JSON objects with the request inside.
//!
//! Source: Caddy documentation, "log (Caddyfile directive)" and "JSON structure: logging".

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Caddy;

impl Format for Caddy {
    fn name(&self) -> &str {
        "caddy"
    }

    fn title(&self) -> &str {
        "Caddy access logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.domain", "url.original", "http.response.status_code"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let is_access = |value: &Value<'_>| {
            let logger = value.get("logger").and_then(Value::as_str);
            logger.is_some_and(|logger| logger.starts_with("http.log.access")) && value.get("request.uri").is_some()
        };
        unit.json().is_some_and(is_access)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "ts", |text| EventTime::any(text, None))))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("caddy.access", "event", event.time);
        ecs.copy(fields, &[("level", "log.level"), ("logger", "log.logger"), ("msg", "message")]);
        if fields.get("request").is_none() {
            return ecs.build();
        }
        ecs.set_words("event.category", &["web"]);
        ecs.set_words("event.type", &["access"]);
        ecs.copy(
            fields,
            &[
                ("request.method", "http.request.method"),
                ("request.remote_port", "source.port"),
                ("bytes_read", "http.request.body.bytes"),
                ("size", "http.response.body.bytes"),
                ("status", "http.response.status_code"),
                ("user_id", "user.name"),
                ("request.tls.server_name", "tls.client.server_name"),
                ("request.headers.User-Agent.0", "user_agent.original"),
                ("request.headers.Referer.0", "http.request.referrer"),
            ],
        );
        if let Some(address) = text("request.client_ip").or_else(|| text("request.remote_ip")) {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(path) = text("request.uri") {
            crate::ecs::set_url(&mut ecs, path);
        }
        if let Some(host) = text("request.host") {
            let (domain, port) = host.rsplit_once(':').unwrap_or((host, ""));
            ecs.set("url.domain", domain);
            ecs.set_some("url.port", port.parse::<u16>().ok().map(u64::from));
        }
        if let Some(version) = text("request.proto").and_then(|protocol| protocol.strip_prefix("HTTP/")) {
            ecs.set("http.version", version);
        }
        if let Some(status) = fields.get("status").and_then(Value::as_u64).filter(|status| *status > 0) {
            ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
        }
        let seconds = fields.get("duration").and_then(Value::as_f64).filter(|seconds| (0.0..1e9).contains(seconds));
        ecs.set_some("event.duration", seconds.map(|seconds| (seconds * 1e9) as u64));
        if let Some(user) = text("user_id") {
            ecs.add("related.user", user);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["request.method", "request.host", "request.uri", "status", "request.client_ip"];
        let parts: Vec<&str> = parts.iter().filter_map(field).collect();
        if parts.len() > 2 { Cow::Owned(parts.join(" ")) } else { Cow::Borrowed(field(&"msg").unwrap_or_default()) }
    }
}
