//! AWS Security Hub findings in the AWS Security Finding Format (ASFF): exported one by one, as the list that the API
//! answers, and as EventBridge delivers them.
//!
//! Source: AWS Security Hub User Guide, "AWS Security Finding Format (ASFF)" and "Required top-level ASFF attributes".
//! Findings in OCSF, which the hub writes too, are events of `ocsf`.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod names;

pub(super) struct SecurityHub;

impl Format for SecurityHub {
    fn name(&self) -> &str {
        "securityhub"
    }

    fn title(&self) -> &str {
        "AWS Security Hub (ASFF)"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "aws.securityhub_findings.severity.label",
            "rule.name",
            "cloud.account.id",
            "aws.securityhub_findings.workflow.status",
            "aws.securityhub_findings.product.name",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Findings", "findings", "detail.findings"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(finding) = unit.json() else { return false };
        ["AwsAccountId", "ProductArn", "GeneratorId", "SchemaVersion"].iter().all(|name| finding.get(name).is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("securityhub") || key.contains("SecurityHub")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |finding| {
            // A finding is written anew whenever it changes: that is what happened then.
            json::told(finding, "UpdatedAt", EventTime::iso_text)
                .or_else(|| json::told(finding, "CreatedAt", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["Severity.Label", "Compliance.Status", "Title", "Resources.0.Id"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}
