//! AWS Config: the items of configuration histories and snapshots, and the notifications that the service sends to a topic
//! and, where they are too large for one, puts into the bucket.
//!
//! Source: AWS Config Developer Guide, "Components of a Configuration Item" and "Notifications that AWS Config Sends to an
//! Amazon SNS topic".

use std::borrow::Cow;

use super::json::{self, JsonDecoder, Told};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct AwsConfig;

/// Kinds of notifications that name neither an item nor a rule in the same words as the others.
const MESSAGES: [&str; 8] = [
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
    "ComplianceChangeNotification",
    "ConfigRulesEvaluationStarted",
    "ConfigurationSnapshotDeliveryStarted",
    "ConfigurationSnapshotDeliveryCompleted",
    "ConfigurationSnapshotDeliveryFailed",
    "ConfigurationHistoryDeliveryCompleted",
];

impl Format for AwsConfig {
    fn name(&self) -> &str {
        "aws_config"
    }

    fn title(&self) -> &str {
        "AWS Config"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "event.action",
            "aws.config.resource_type",
            "aws.config.resource_id",
            "cloud.account.id",
            "cloud.region",
            "aws.config.compliance_type",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["configurationItems"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let message = event.get("messageType").and_then(Value::as_str);
        let is_item = |event: &Value<'_>| {
            event.get("configurationItemCaptureTime").is_some() && event.get("resourceType").is_some()
        };
        is_item(event) || message.is_some_and(|message| MESSAGES.contains(&message))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/Config/") || key.contains("_Config_")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            let told = |path: &str| json::told(event, path, EventTime::iso_text);
            let item: Option<Told<'_>> =
                PLACES.iter().find_map(|place| told(&format!("{place}configurationItemCaptureTime")));
            item.or_else(|| told("newEvaluationResult.resultRecordedTime")).or_else(|| told("notificationCreationTime"))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.config", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["configuration"]);
        for (name, path) in COPIED {
            ecs.set_some(path, item(fields, name));
        }
        ecs.copy(fields, NOTIFIED);
        let zone = item(fields, "availabilityZone").filter(|zone| *zone != "Not Applicable");
        ecs.set_some("cloud.availability_zone", zone);
        let (action, kind) = action(fields);
        ecs.set_some("event.action", action);
        ecs.set_words("event.type", &[kind]);
        let changed = fields.get("configurationItemDiff.changedProperties").and_then(Value::as_object);
        for (name, _) in changed.unwrap_or_default().iter().take(256) {
            ecs.add("aws.config.changed_properties", &**name);
        }
        if let Some(compliance) = text("newEvaluationResult.complianceType") {
            ecs.set("event.outcome", if compliance == "COMPLIANT" { "success" } else { "failure" });
        }
        for name in ["resourceId", "ARN"] {
            if let Some(resource) = item(fields, name) {
                ecs.add("related.entity", resource);
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let parts = [
            action(fields).0.map(Cow::Owned),
            item(fields, "resourceType").map(Cow::Borrowed),
            item(fields, "resourceId").map(Cow::Borrowed),
            text("configRuleName").map(Cow::Borrowed),
            text("newEvaluationResult.complianceType").map(Cow::Borrowed),
        ];
        Cow::Owned(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// Where an item stands: by itself, in a notification, or as the summary of one that was too large.
const PLACES: [&str; 3] = ["", "configurationItem.", "configurationItemSummary."];

/// A field of the item that a record is about.
fn item<'e>(fields: &'e Value<'_>, name: &str) -> Option<&'e str> {
    let found = PLACES.iter().find_map(|place| fields.get(&format!("{place}{name}"))?.scalar());
    found.filter(|text| !text.is_empty())
}

/// Fields of an item.
const COPIED: &[(&str, &str)] = &[
    ("awsAccountId", "cloud.account.id"),
    ("awsRegion", "cloud.region"),
    ("configurationStateId", "event.id"),
    ("resourceType", "aws.config.resource_type"),
    ("resourceId", "aws.config.resource_id"),
    ("resourceName", "aws.config.resource_name"),
    ("ARN", "aws.config.arn"),
    ("configurationItemStatus", "aws.config.configuration_item_status"),
    ("changeType", "aws.config.change_type"),
];

/// Fields of a notification.
const NOTIFIED: &[(&str, &str)] = &[
    ("messageType", "aws.config.message_type"),
    ("configurationItemDiff.changeType", "aws.config.change_type"),
    ("configRuleName", "rule.name"),
    ("configRuleARN", "rule.reference"),
    ("newEvaluationResult.complianceType", "aws.config.compliance_type"),
    ("oldEvaluationResult.complianceType", "aws.config.previous_compliance_type"),
    ("configSnapshotId", "aws.config.snapshot_id"),
    ("s3Bucket", "aws.s3.bucket.name"),
    ("s3ObjectKey", "aws.s3.object.key"),
    ("s3DeliverySummary.s3BucketLocation", "aws.config.s3_location"),
];

/// `event.action` and `event.type`: what was done to the resource, or what the notification is about.
fn action(fields: &Value<'_>) -> (Option<String>, &'static str) {
    let text = |path: &str| fields.get(path).and_then(Value::as_str);
    let change = text("configurationItemDiff.changeType").or_else(|| item(fields, "changeType"));
    let status = item(fields, "configurationItemStatus");
    match (change, status, text("messageType")) {
        (Some(change @ "CREATE"), ..) => (Some(change.to_ascii_lowercase()), "creation"),
        (Some(change @ "DELETE"), ..) => (Some(change.to_ascii_lowercase()), "deletion"),
        (Some(change), ..) => (Some(change.to_ascii_lowercase()), "change"),
        (None, Some("ResourceDiscovered"), _) => (Some("discovered".to_owned()), "creation"),
        (None, Some("ResourceDeleted" | "ResourceDeletedNotRecorded"), _) => (Some("deleted".to_owned()), "deletion"),
        (None, Some("OK"), None) => (Some("recorded".to_owned()), "info"),
        (None, _, Some(message)) => (Some(message.to_owned()), "info"),
        (None, status, None) => (status.map(str::to_owned), "info"),
    }
}
