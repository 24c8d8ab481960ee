//! AWS Lambda logs in JSON: the platform's own events, and the records of functions whose runtime logs in JSON.
//!
//! Source: AWS Lambda Developer Guide, "Configuring advanced logging controls" and "Telemetry API schema reference".

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use super::lambda::is_id;
use super::{columns, copies};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct LambdaJson;

impl Format for LambdaJson {
    fn name(&self) -> &str {
        "lambda_json"
    }

    fn title(&self) -> &str {
        "AWS Lambda (JSON)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "faas.execution", "event.action", "event.duration", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let text = |name| event.get(name).and_then(Value::as_str);
        let is_platform = text("type").is_some_and(|kind| kind.starts_with("platform."));
        is_platform && event.get("record").is_some() && event.get("time").is_some()
            || request(event).is_some_and(is_id) && text("level").is_some() && text("timestamp").is_some()
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "time", EventTime::iso_text)
                .or_else(|| json::told(event, "timestamp", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.lambda_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(
            fields,
            &[
                ("level", "log.level"),
                ("logger", "log.logger"),
                ("message", "message"),
                ("errorType", "error.type"),
                ("errorMessage", "error.message"),
                ("record.version", "faas.version"),
                ("record.functionName", "faas.name"),
                ("record.functionVersion", "faas.version"),
                ("record.errorType", "error.type"),
                ("record.tracing.value", "trace.id"),
            ],
        );
        ecs.set_some("faas.execution", request(fields));
        if let Some(kind) = text("type").and_then(|kind| kind.strip_prefix("platform.")) {
            ecs.set_some("event.action", Some(kind));
            ecs.set_some("aws.lambda", fields.get("record").map(copies::snake));
            let outcome = text("record.status").and_then(|status| match status {
                "success" => Some("success"),
                "failure" | "error" | "timeout" => Some("failure"),
                _ => None,
            });
            ecs.set_some("event.outcome", outcome);
            let milliseconds = fields.get("record.metrics.durationMs").and_then(Value::scalar);
            ecs.set_some("event.duration", milliseconds.and_then(|number| columns::scaled(number, 6)));
            if kind == "report" {
                ecs.set("faas.coldstart", fields.get("record.metrics.initDurationMs").is_some());
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let text = |path: &str| event.fields.get(path).and_then(Value::scalar);
        match (text("message"), text("type")) {
            (Some(message), _) => Cow::Borrowed(message),
            (None, Some(kind)) => {
                let parts = [Some(kind), text("record.status"), request(&event.fields)];
                Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            _ => Cow::Owned(event.fields.to_json()),
        }
    }
}

/// The id of the request that a record belongs to.
fn request<'e>(fields: &'e Value<'_>) -> Option<&'e str> {
    let paths = ["record.requestId", "requestId", "AWSRequestId", "request_id", "function_request_id"];
    paths.iter().find_map(|path| fields.get(path)?.as_str())
}
