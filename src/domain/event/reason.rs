//! What a message itself says of why it lies in a failure queue.
//!
//! Formats: the attributes `RequestID`, `ErrorCode` and `ErrorMessage` of Lambda's own dead-letter queue, and the
//! invocation record of its on-failure destinations, plain, within SNS or on an event bus ("Capturing records of Lambda
//! asynchronous invocations" in the Lambda developer guide); the attributes `ERROR_CODE`, `ERROR_MESSAGE`,
//! `EXHAUSTED_RETRY_CONDITION`, `RETRY_ATTEMPTS` and `RULE_ARN` of EventBridge's ("Using dead-letter queues to process
//! undelivered events" in the EventBridge user guide). A queue's redrive policy adds nothing of the kind.

use crate::domain::size::plural;
use std::collections::BTreeMap;

use serde_json::Value;

/// Characters of a reason that are kept; Lambda itself keeps the first KiB of a message.
const LONGEST: usize = 1_000;

/// Envelopes that are opened: SNS's around a record, and one more.
const ENVELOPES: usize = 3;

/// What the message says, as one line; `None` where it says nothing of a failure. Attributes are name to (data type,
/// value).
pub fn told(body: &str, attributes: &BTreeMap<String, (String, String)>) -> Option<String> {
    let attribute = |name: &str| attributes.get(name).map(|(_, value)| value.as_str());
    let reason = of_attributes(attribute).or_else(|| of_body(&serde_json::from_str(body).ok()?, ENVELOPES))?;
    Some(line(&reason))
}

fn of_attributes<'a>(attribute: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let filled = |name: &str| attribute(name).filter(|value| !value.trim().is_empty());
    if let (Some(_), true) = (filled("RequestID"), attribute("ErrorCode").or(attribute("ErrorMessage")).is_some()) {
        // A function that fails by itself was invoked well: its status is 200.
        let status = filled("ErrorCode").filter(|code| *code != "200");
        return Some(match (filled("ErrorMessage"), status) {
            (Some(message), None) => message.to_owned(),
            (Some(message), Some(status)) => format!("{message} (status {status})"),
            (None, status) => format!("the function failed with status {}", status.unwrap_or("200")),
        });
    }
    let code = filled("ERROR_CODE");
    let message = filled("ERROR_MESSAGE");
    let rule = filled("RULE_ARN").map(|arn| arn.rsplit('/').next().unwrap_or(arn));
    let what = match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => return None,
    };
    let tries = filled("RETRY_ATTEMPTS").map(|tries| format!("{tries} retries"));
    let end = filled("EXHAUSTED_RETRY_CONDITION").map(str::to_owned);
    let around: Vec<String> = rule.map(|rule| format!("rule {rule}")).into_iter().chain(end).chain(tries).collect();
    Some(if around.is_empty() { what } else { format!("{what} ({})", around.join(", ")) })
}

fn of_body(body: &Value, depth: usize) -> Option<String> {
    if depth == 0 {
        return None;
    }
    if let Some(context) = body.get("requestContext").filter(|context| context["condition"].is_string()) {
        return of_record(context, body);
    }
    if let (Some(message), true) = (body["Message"].as_str(), body["TopicArn"].is_string()) {
        // Lambda's own dead-letter topic: SNS keeps the attributes within its envelope.
        let attribute = |name: &str| body["MessageAttributes"][name]["Value"].as_str();
        return of_attributes(attribute).or_else(|| of_body(&serde_json::from_str(message).ok()?, depth - 1));
    }
    of_body(body.get("detail")?, depth - 1)
}

/// A record of a destination. One of a success says nothing of a failure.
fn of_record(context: &Value, record: &Value) -> Option<String> {
    let condition = context["condition"].as_str().filter(|condition| *condition != "Success")?;
    let payload = &record["responsePayload"];
    let kind = payload["errorType"].as_str().filter(|kind| !kind.is_empty());
    let what = match (kind, payload["errorMessage"].as_str()) {
        (Some(kind), Some(message)) => Some(format!("{kind}: {message}")),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => record["responseContext"]["functionError"].as_str().map(str::to_owned),
    };
    let end = match context["approximateInvokeCount"].as_u64() {
        Some(tries) => format!("{condition} after {}", plural(tries, "try")),
        None => condition.to_owned(),
    };
    Some(what.map_or_else(|| end.clone(), |what| format!("{what} ({end})")))
}

/// One line of bounded length.
fn line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, (String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), ("String".to_owned(), (*value).to_owned()))).collect()
    }

    fn record() -> Value {
        json!({
            "version": "1.0",
            "timestamp": "2019-11-14T18:16:05.568Z",
            "requestContext": {
                "requestId": "e4b46cbf-b738-4d14-8880-a18cdf61200e",
                "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:indexer:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3
            },
            "requestPayload": { "Records": [] },
            "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
            "responsePayload": { "errorType": "KeyError", "errorMessage": "'eventTime'", "stackTrace": ["…"] }
        })
    }

    #[test]
    fn the_dead_letter_queue_of_a_function_tells_its_error() {
        for (pairs, reason) in [
            (
                &[("RequestID", "e4b4"), ("ErrorCode", "200"), ("ErrorMessage", "'eventTime'\n")][..],
                Some("'eventTime'"),
            ),
            (
                &[("RequestID", "e4b4"), ("ErrorCode", "429"), ("ErrorMessage", "Rate exceeded")],
                Some("Rate exceeded (status 429)"),
            ),
            (&[("RequestID", "e4b4"), ("ErrorCode", "500")], Some("the function failed with status 500")),
            (&[("RequestID", "e4b4")], None),
            (&[("ErrorMessage", "somebody's own")], None),
        ] {
            assert_eq!(told("{}", &attributes(pairs)).as_deref(), reason, "{pairs:?}");
        }
        let topic = json!({ "TopicArn": "arn", "Message": "{}", "MessageAttributes": {
            "RequestID": { "Type": "String", "Value": "e4b4" },
            "ErrorCode": { "Type": "Number", "Value": "200" },
            "ErrorMessage": { "Type": "String", "Value": "boom" } } });
        assert_eq!(told(&topic.to_string(), &BTreeMap::new()).as_deref(), Some("boom"));
    }

    #[test]
    fn a_destination_record_tells_its_error_in_every_envelope() {
        let expected = "KeyError: 'eventTime' (RetriesExhausted after 3 tries)";
        let topic = json!({ "TopicArn": "arn", "Message": record().to_string() });
        let bus = json!({ "source": "lambda", "detail-type": "Lambda Function Invocation Result - Failure",
            "detail": record() });
        for body in [record(), topic, bus] {
            assert_eq!(told(&body.to_string(), &BTreeMap::new()).as_deref(), Some(expected), "{body}");
        }
        let mut aged = record();
        aged["requestContext"] = json!({ "condition": "EventAgeExceeded", "approximateInvokeCount": 1 });
        aged.as_object_mut().expect("a record").remove("responsePayload");
        aged.as_object_mut().expect("a record").remove("responseContext");
        assert_eq!(told(&aged.to_string(), &BTreeMap::new()).as_deref(), Some("EventAgeExceeded after 1 try"));
        let mut good = record();
        good["requestContext"]["condition"] = "Success".into();
        assert_eq!(told(&good.to_string(), &BTreeMap::new()), None);
    }

    #[test]
    fn the_dead_letter_queue_of_a_rule_tells_the_rule_and_its_error() {
        let all = attributes(&[
            ("RULE_ARN", "arn:aws:events:us-east-1:123456789012:rule/bus/new-objects"),
            ("TARGET_ARN", "arn:aws:sqs:us-east-1:123456789012:indexer"),
            ("ERROR_CODE", "NO_PERMISSIONS"),
            ("ERROR_MESSAGE", "Lack of permissions to invoke cross account target."),
            ("EXHAUSTED_RETRY_CONDITION", "MaximumRetryAttempts"),
            ("RETRY_ATTEMPTS", "185"),
        ]);
        assert_eq!(
            told("{}", &all).as_deref(),
            Some(
                "NO_PERMISSIONS: Lack of permissions to invoke cross account target. \
                 (rule new-objects, MaximumRetryAttempts, 185 retries)"
            )
        );
        assert_eq!(told("{}", &attributes(&[("ERROR_CODE", "SDK_CLIENT_ERROR")])).as_deref(), Some("SDK_CLIENT_ERROR"));
        assert_eq!(told("{}", &attributes(&[("RULE_ARN", "arn"), ("ERROR_CODE", " ")])), None);
    }

    #[test]
    fn a_plain_event_and_garbage_tell_nothing() {
        for body in ["", "[]", "{\"Records\":[]}", "{\"detail\":{\"detail\":{\"detail\":{\"detail\":{}}}}}", "7"] {
            assert_eq!(told(body, &BTreeMap::new()), None, "{body}");
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let long = "é".repeat(5_000);
        let reason = told("{}", &attributes(&[("RequestID", "r"), ("ErrorMessage", &long)])).expect("a reason");
        assert_eq!(reason.chars().count(), LONGEST + 1);
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(body in ".*", value in ".*") {
            let pairs = attributes(&[("RequestID", &value), ("ErrorMessage", &value), ("ERROR_CODE", &value)]);
            let _ = told(&body, &pairs);
            let _ = told(&body, &BTreeMap::new());
        }
    }
}
