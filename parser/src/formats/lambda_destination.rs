//! Records that AWS Lambda sends to a destination: what an asynchronous call or a batch of a stream came to.
//!
//! Source: AWS Lambda Developer Guide, "Adding a destination" and "Retain discarded batches" (the record of an invocation,
//! and that of a batch, whose payload is not kept but told by its place in the stream).

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct LambdaDestination;

impl Format for LambdaDestination {
    fn name(&self) -> &str {
        "lambda_destination"
    }

    fn title(&self) -> &str {
        "AWS Lambda destination records"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "event.outcome",
            "faas.name",
            "event.reason",
            "aws.lambda.approximate_invoke_count",
            "error.type",
            "error.message",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let has = |path| event.get(path).is_some();
        has("requestContext.functionArn") && has("requestContext.condition") && has("timestamp")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "timestamp", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.lambda_destination", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["process"]);
        ecs.set_words("event.type", &["end"]);
        ecs.copy(
            fields,
            &[
                ("requestContext.requestId", "faas.execution"),
                ("requestContext.functionArn", "faas.id"),
                ("requestContext.condition", "event.reason"),
                ("requestContext.approximateInvokeCount", "aws.lambda.approximate_invoke_count"),
                ("responseContext.statusCode", "http.response.status_code"),
                ("responseContext.executedVersion", "faas.version"),
                ("responseContext.functionError", "aws.lambda.function_error"),
                ("responsePayload.errorMessage", "error.message"),
                ("responsePayload.errorType", "error.type"),
            ],
        );
        let is_success = text("requestContext.condition") == Some("Success");
        ecs.set("event.outcome", if is_success { "success" } else { "failure" });
        if let Some(lines) = fields.get("responsePayload.stackTrace").and_then(Value::as_array) {
            let lines: Vec<_> = lines.iter().filter_map(Value::scalar).map(str::trim_end).collect();
            ecs.set("error.stack_trace", lines.join("\n"));
        }
        if let Some(arn) = text("requestContext.functionArn").map(arn) {
            ecs.set_some("cloud.region", arn.region);
            ecs.set_some("cloud.account.id", arn.account);
            ecs.set_some("faas.name", arn.name);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let text = |path: &str| event.fields.get(path).and_then(Value::scalar);
        let name = text("requestContext.functionArn").and_then(|text| arn(text).name);
        let parts = [
            text("requestContext.condition"),
            name,
            text("responsePayload.errorType"),
            text("responsePayload.errorMessage"),
        ];
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Parts of `arn:aws:lambda:eu-west-1:111122223333:function:indexer:$LATEST`.
struct FunctionArn<'e> {
    region: Option<&'e str>,
    account: Option<&'e str>,
    name: Option<&'e str>,
}

fn arn(text: &str) -> FunctionArn<'_> {
    let mut parts = text.split(':').skip(3);
    let (region, account, _) = (parts.next(), parts.next(), parts.next());
    FunctionArn { region, account, name: parts.next() }
}
