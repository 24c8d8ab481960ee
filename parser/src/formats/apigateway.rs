//! Amazon API Gateway access logs in JSON, whatever order and spelling of names the stage was given.
//!
//! Source: Amazon API Gateway Developer Guide, "Set up CloudWatch logging for REST APIs" and "Customize HTTP API access
//! logs" (the variables of `$context` and the formats shown for them). The layout of such a log is the user's: it is
//! told by names that no other log has.

use std::borrow::Cow;

use super::copies::snake_case;
use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::{self, EventTime};
use crate::value::Value;

pub(super) struct ApiGateway;

/// Names of a request's id and of what else tells that a gateway wrote it, in the spellings of AWS's examples.
const REQUEST_ID: [&str; 2] = ["requestId", "request_id"];
const MARKS: [&str; 12] = [
    "routeKey",
    "route_key",
    "resourcePath",
    "resource_path",
    "apiId",
    "api_id",
    "extendedRequestId",
    "extended_request_id",
    "connectionId",
    "integration_status",
    "integrationStatus",
    "responseLength",
];

impl Format for ApiGateway {
    fn name(&self) -> &str {
        "apigateway"
    }

    fn title(&self) -> &str {
        "Amazon API Gateway access"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "source.ip",
            "http.request.method",
            "url.path",
            "http.response.status_code",
            "url.domain",
            "user_agent.original",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(fields) = unit.json().and_then(Value::as_object) else { return false };
        let count = |names: &[&str]| fields.iter().filter(|(key, _)| names.contains(&&**key)).count();
        let has_time = ["requestTime", "request_time", "requestTimeEpoch", "request_time_epoch"];
        count(&REQUEST_ID) > 0 && count(&has_time) > 0 && count(&MARKS) > 0
    }

    fn knows_key(&self, key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        key.contains("apigateway") || key.contains("api-gateway")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "requestTimeEpoch", EventTime::epoch)
                .or_else(|| json::told(event, "request_time_epoch", EventTime::epoch))
                .or_else(|| json::told(event, "requestTime", clock))
                .or_else(|| json::told(event, "request_time", clock))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let mut ecs = Ecs::new("aws.apigateway_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["web"]);
        ecs.set_words("event.type", &["access"]);
        for (key, value) in fields.as_object().unwrap_or_default() {
            ecs.set_under("aws.apigateway", name(key), value.borrow());
        }
        for (names, path) in COPIED {
            ecs.set_some(path, first(fields, names));
        }
        if let Some(address) = first(fields, ADDRESS) {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(user) = first(fields, &["user", "principal_id", "principalId", "caller"]) {
            ecs.set("user.name", user);
            ecs.add("related.user", user);
        }
        if let Some(status) = first(fields, STATUS).and_then(|status| status.parse::<u64>().ok()) {
            ecs.set("http.response.status_code", status);
            ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
        }
        let size = first(fields, &["responseLength", "response_length"]).and_then(|size| size.parse::<u64>().ok());
        ecs.set_some("http.response.body.bytes", size);
        let milliseconds = first(fields, &["responseLatency", "response_latency"]);
        let duration = milliseconds.and_then(|count| count.parse::<u64>().ok()?.checked_mul(1_000_000));
        ecs.set_some("event.duration", duration);
        let version = first(fields, &["protocol"]).and_then(|protocol| protocol.strip_prefix("HTTP/"));
        ecs.set_some("http.version", version);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let parts = [METHOD, PATH, STATUS, ADDRESS].map(|names| first(&event.fields, names));
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

const METHOD: &[&str] = &["httpMethod", "http_method", "eventType", "event_type"];
const PATH: &[&str] = &["path", "resourcePath", "resource_path", "routeKey", "route_key"];
const STATUS: &[&str] = &["status", "status_code"];
const ADDRESS: &[&str] = &["ip", "client_ip", "sourceIp", "source_ip"];

const COPIED: &[(&[&str], &str)] = &[
    (&["requestId", "request_id"], "event.id"),
    (METHOD, "http.request.method"),
    (&["path"], "url.path"),
    (&["domainName", "domain_name"], "url.domain"),
    (&["userAgent", "user_agent"], "user_agent.original"),
    (&["accountId", "account_id"], "cloud.account.id"),
    (&["region"], "cloud.region"),
    (&["errorMessage", "error_message"], "error.message"),
];

/// The first of the fields that holds anything; a hyphen is what the gateway writes for nothing.
fn first<'e>(fields: &'e Value<'_>, names: &[&str]) -> Option<&'e str> {
    names.iter().find_map(|name| fields.get(name)?.scalar().filter(|text| !matches!(*text, "" | "-")))
}

/// The name under `aws.apigateway`, as Elastic's integration spells it.
fn name(key: &str) -> Cow<'_, str> {
    match key {
        "ip" => Cow::Borrowed("ip_address"),
        _ => snake_case(key),
    }
}

/// `23/Nov/2026:02:14:07 +0000`
fn clock(text: &str) -> Option<EventTime> {
    time::leading(text.as_bytes(), None).filter(|(_, end)| *end == text.len()).map(|(time, _)| time)
}
