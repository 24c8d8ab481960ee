//! Amazon GuardDuty findings, as exported to S3 and as delivered through EventBridge.
//!
//! Source: Amazon GuardDuty User Guide, "Finding details" and "Exporting findings".

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct GuardDuty;

/// The finding itself, which an event of `EventBridge` carries as its detail.
fn finding<'f, 'a>(fields: &'f Value<'a>) -> &'f Value<'a> {
    match fields.get("detail") {
        Some(detail) if detail.get("service.serviceName").is_some() => detail,
        _ => fields,
    }
}

impl Format for GuardDuty {
    fn name(&self) -> &str {
        "guardduty"
    }

    fn title(&self) -> &str {
        "Amazon GuardDuty"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.severity", "rule.name", "cloud.account.id", "cloud.instance.id", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let finding = finding(event);
        finding.get("service.serviceName").and_then(Value::as_str) == Some("guardduty")
            && finding.get("severity").is_some()
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/GuardDuty/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            let finding = finding(event);
            json::told(finding, "updatedAt", EventTime::iso_text)
                .or_else(|| json::told(finding, "createdAt", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = finding(&event.fields);
        let text = |path: &str| fields.get(path).and_then(Value::as_str);
        let mut ecs = Ecs::new("aws.guardduty", "alert", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set("cloud.service.name", "guardduty");
        for path in ["resource", "service"] {
            if let Some(part) = fields.get(path) {
                ecs.set_under("aws.guardduty", Cow::Borrowed(path), snake(part));
            }
        }
        ecs.copy(fields, COPIED);
        for (path, name) in [
            ("service.eventFirstSeen", "event.start"),
            ("service.eventLastSeen", "event.end"),
            ("createdAt", "aws.guardduty.created_at"),
            ("updatedAt", "aws.guardduty.updated_at"),
        ] {
            let time = text(path).and_then(|text| EventTime::iso(text.as_bytes()));
            ecs.set_some(name, time.map(|time| time.at.to_string()));
        }
        let (category, kind) = classify(text("type").unwrap_or_default());
        ecs.set_words("event.category", category);
        ecs.set_words("event.type", kind);
        let action = match text("service.action.actionType") {
            Some("NETWORK_CONNECTION") => "networkConnectionAction",
            Some("AWS_API_CALL") => "awsApiCallAction",
            Some("PORT_PROBE") => "portProbeAction",
            Some("KUBERNETES_API_CALL") => "kubernetesApiCallAction",
            _ => "dnsRequestAction",
        };
        if let Some(address) = text(&format!("service.action.{action}.remoteIpDetails.ipAddressV4")) {
            ecs.set_address("source.address", "source.ip", address);
        }
        for interface in fields
            .get("resource.instanceDetails.networkInterfaces")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .take(64)
        {
            for path in ["publicIp", "privateIpAddress"] {
                if let Some(address) = interface.get(path).and_then(Value::as_str).filter(|text| !text.is_empty()) {
                    ecs.add("related.ip", address);
                }
            }
        }
        if let Some(user) = text("resource.accessKeyDetails.userName") {
            ecs.add("related.user", user);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let finding = finding(&event.fields);
        let field = |path: &&str| finding.get(path).and_then(Value::scalar);
        Cow::Owned(["severity", "type", "title"].iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

const COPIED: &[(&str, &str)] = &[
    ("accountId", "aws.guardduty.account_id"),
    ("arn", "aws.guardduty.arn"),
    ("description", "aws.guardduty.description"),
    ("id", "aws.guardduty.id"),
    ("partition", "aws.guardduty.partition"),
    ("region", "aws.guardduty.region"),
    ("schemaVersion", "aws.guardduty.schema_version"),
    ("title", "aws.guardduty.title"),
    ("type", "aws.guardduty.type"),
    ("severity", "aws.guardduty.severity.code"),
    ("resource.resourceType", "aws.guardduty.resource.type"),
    ("resource.accessKeyDetails.accessKeyId", "aws.guardduty.resource.access_key_details.access_key_id"),
    ("resource.accessKeyDetails.principalId", "aws.guardduty.resource.access_key_details.principal_id"),
    ("service.action.actionType", "aws.guardduty.service.action.type"),
    ("service.archived", "aws.guardduty.service.archived"),
    ("service.count", "aws.guardduty.service.count"),
    ("service.detectorId", "aws.guardduty.service.detector_id"),
    ("service.resourceRole", "aws.guardduty.service.resource_role"),
    ("service.action.dnsRequestAction.domain", "dns.question.name"),
    ("service.action.awsApiCallAction.api", "event.action"),
    ("service.action.awsApiCallAction.serviceName", "event.provider"),
    ("accountId", "cloud.account.id"),
    ("region", "cloud.region"),
    ("resource.instanceDetails.instanceId", "cloud.instance.id"),
    ("resource.instanceDetails.instanceType", "cloud.machine.type"),
    ("resource.instanceDetails.availabilityZone", "cloud.availability_zone"),
    ("resource.accessKeyDetails.userName", "user.name"),
    ("resource.accessKeyDetails.principalId", "user.id"),
    ("severity", "event.severity"),
    ("id", "event.id"),
    ("type", "rule.name"),
    ("service.ruleId", "rule.id"),
    ("description", "message"),
];

/// The same value with the names of its fields in snake case, as Elastic's integration spells them.
pub(crate) fn snake<'e>(value: &'e Value<'_>) -> Value<'e> {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (Cow::Owned(snake_case(key)), snake(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(snake).collect()),
        other => other.borrow(),
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = !character.is_ascii_uppercase();
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// `event.category` and `event.type` of a finding, by the purpose before the colon of its type.
fn classify(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind.split_once(':').map_or("", |(purpose, _)| purpose) {
        "Trojan" | "Backdoor" | "CryptoCurrency" | "Execution" => (&["malware"], &["info"]),
        "UnauthorizedAccess" | "CredentialAccess" | "InitialAccess" => (&["intrusion_detection"], &["access"]),
        _ => (&["intrusion_detection"], &["info"]),
    }
}
