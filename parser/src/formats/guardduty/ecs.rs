//! GuardDuty findings in ECS.

use std::borrow::Cow;

use super::names::renamed;
use crate::ecs::Ecs;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

const COPIED: &[(&str, &str)] = &[
    ("accountId", "aws.guardduty.account_id"),
    ("arn", "aws.guardduty.arn"),
    ("confidence", "aws.guardduty.confidence"),
    ("description", "aws.guardduty.description"),
    ("id", "aws.guardduty.id"),
    ("partition", "aws.guardduty.partition"),
    ("region", "aws.guardduty.region"),
    ("schemaVersion", "aws.guardduty.schema_version"),
    ("severity", "aws.guardduty.severity.code"),
    ("title", "aws.guardduty.title"),
    ("type", "aws.guardduty.type"),
    ("accountId", "cloud.account.id"),
    ("region", "cloud.region"),
    ("resource.instanceDetails.availabilityZone", "cloud.availability_zone"),
    ("resource.instanceDetails.instanceId", "cloud.instance.id"),
    ("resource.instanceDetails.instanceType", "cloud.machine.type"),
    ("resource.instanceDetails.instanceId", "host.id"),
    ("resource.instanceDetails.instanceType", "host.type"),
    ("resource.containerDetails.id", "container.id"),
    ("resource.containerDetails.name", "container.name"),
    ("resource.containerDetails.image", "container.image.name"),
    ("resource.eksClusterDetails.name", "orchestrator.cluster.name"),
    ("resource.kubernetesDetails.kubernetesWorkloadDetails.namespace", "orchestrator.namespace"),
    ("resource.kubernetesDetails.kubernetesWorkloadDetails.name", "orchestrator.resource.name"),
    ("resource.kubernetesDetails.kubernetesWorkloadDetails.type", "orchestrator.resource.type"),
    ("service.runtimeDetails.process.name", "process.name"),
    ("service.runtimeDetails.process.executablePath", "process.executable"),
    ("service.runtimeDetails.process.executableSha256", "process.hash.sha256"),
    ("service.runtimeDetails.process.pid", "process.pid"),
    ("service.runtimeDetails.process.pwd", "process.working_directory"),
    ("service.runtimeDetails.process.user", "process.user.name"),
    ("service.action.actionType", "event.action"),
    ("service.action.awsApiCallAction.serviceName", "event.provider"),
    ("id", "event.id"),
    ("severity", "event.severity"),
    ("type", "rule.name"),
    ("service.ruleId", "rule.id"),
    ("description", "message"),
];

const TIMES: [(&str, &str); 5] = [
    ("createdAt", "aws.guardduty.created_at"),
    ("updatedAt", "aws.guardduty.updated_at"),
    ("service.eventFirstSeen", "event.start"),
    ("service.eventLastSeen", "event.end"),
    ("service.runtimeDetails.process.startTime", "process.start"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let finding = super::finding(&event.fields);
    let text = |path: &str| finding.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("aws.guardduty", "alert", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set("cloud.service.name", "guardduty");
    for part in ["resource", "service"] {
        if let Some(value) = finding.get(part) {
            ecs.set_under("aws.guardduty", Cow::Borrowed(part), renamed(part, value));
        }
    }
    ecs.copy(finding, COPIED);
    if let Some(severity) = finding.get("severity").and_then(Value::as_f64) {
        ecs.set("aws.guardduty.severity.value", level(severity));
    }
    let kind = text("type").unwrap_or_default();
    ecs.set_words("event.category", category(kind));
    ecs.set_words("event.type", &["info"]);
    // Purpose:Resource/Family.Mechanism!Artifact
    ecs.set_some("rule.category", kind.split_once(':').map(|(purpose, _)| purpose));
    ecs.set_some("rule.ruleset", kind.split_once('/').map(|(ruleset, _)| ruleset));
    for (path, name) in TIMES {
        ecs.set_some(name, text(path).filter(|text| EventTime::iso_text(text).is_some()));
    }
    if let Some(action) = finding.get("service.action").and_then(detail) {
        traffic(&mut ecs, action);
    }
    instance(&mut ecs, finding);
    people(&mut ecs, finding);
    ecs.build()
}

/// What was done: the object beside the type of an action (`dnsRequestAction`).
fn detail<'f, 'a>(action: &'f Value<'a>) -> Option<&'f Value<'a>> {
    action.as_object()?.iter().map(|(_, value)| value).find(|value| value.as_object().is_some())
}

/// The names of one end of a connection.
struct Side {
    address: &'static str,
    ip: &'static str,
    port: &'static str,
    copied: &'static [(&'static str, &'static str)],
}

const SOURCE: Side = Side {
    address: "source.address",
    ip: "source.ip",
    port: "source.port",
    copied: &[
        ("country.countryName", "source.geo.country_name"),
        ("city.cityName", "source.geo.city_name"),
        ("geoLocation.lat", "source.geo.location.lat"),
        ("geoLocation.lon", "source.geo.location.lon"),
        ("organization.asn", "source.as.number"),
        ("organization.asnOrg", "source.as.organization.name"),
    ],
};

const DESTINATION: Side = Side {
    address: "destination.address",
    ip: "destination.ip",
    port: "destination.port",
    copied: &[
        ("country.countryName", "destination.geo.country_name"),
        ("city.cityName", "destination.geo.city_name"),
        ("geoLocation.lat", "destination.geo.location.lat"),
        ("geoLocation.lon", "destination.geo.location.lon"),
        ("organization.asn", "destination.as.number"),
        ("organization.asnOrg", "destination.as.organization.name"),
    ],
};

/// Who spoke to whom. A probe of several ports tells its first.
fn traffic<'e>(ecs: &mut Ecs<'e>, action: &'e Value<'_>) {
    let text = |path: &str| action.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let direction = text("connectionDirection");
    let (remote, local) = if direction == Some("OUTBOUND") { (DESTINATION, SOURCE) } else { (SOURCE, DESTINATION) };
    let ends = action.get("portProbeDetails.0").unwrap_or(action);
    if let Some(details) = ends.get("remoteIpDetails") {
        set_side(ecs, &remote, details, ends.get("remotePortDetails.port"));
        ecs.copy(details, remote.copied);
    }
    if let Some(details) = ends.get("localIpDetails") {
        set_side(ecs, &local, details, ends.get("localPortDetails.port"));
    }
    ecs.set_some("network.direction", direction.filter(|way| *way != "UNKNOWN").map(str::to_ascii_lowercase));
    ecs.set_some("network.transport", text("protocol").map(str::to_ascii_lowercase));
    ecs.set_some("user_agent.original", text("userAgent"));
    if let Some(domain) = text("domain") {
        ecs.set("dns.question.name", domain);
        ecs.add("related.hosts", domain);
    }
}

fn set_side<'e>(ecs: &mut Ecs<'e>, side: &Side, details: &'e Value<'_>, port: Option<&'e Value<'_>>) {
    let address = ["ipAddressV4", "ipAddressV6"].iter().find_map(|name| details.get(name)?.as_str());
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        ecs.set_address(side.address, side.ip, address);
    }
    ecs.set_some(side.port, port.filter(|port| !port.is_null()).map(Value::borrow));
}

/// Interfaces of an instance, and their addresses, that are told.
const INTERFACES: usize = 64;

fn instance<'e>(ecs: &mut Ecs<'e>, finding: &'e Value<'_>) {
    let interfaces = finding.get("resource.instanceDetails.networkInterfaces").and_then(Value::as_array);
    for interface in interfaces.into_iter().flatten().take(INTERFACES) {
        for path in ["publicIp", "privateIpAddress"] {
            if let Some(address) = interface.get(path).and_then(Value::as_str).filter(|text| !text.is_empty()) {
                ecs.add("related.ip", address);
            }
        }
    }
}

/// Who did it, under all names that the resource tells.
fn people<'e>(ecs: &mut Ecs<'e>, finding: &'e Value<'_>) {
    let Some(resource) = finding.get("resource") else { return };
    let all = |paths: &[&str]| {
        let mut found: Vec<&'e str> = Vec::new();
        for path in paths {
            let text = resource.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
            found.extend(text.filter(|text| !found.contains(text)));
        }
        found
    };
    let ids = all(&["accessKeyDetails.principalId", "kubernetesDetails.kubernetesUserDetails.uid"]);
    let names = all(&[
        "accessKeyDetails.userName",
        "kubernetesDetails.kubernetesUserDetails.username",
        "rdsDbUserDetails.user",
    ]);
    for name in ids.iter().chain(&names) {
        ecs.add("related.user", *name);
    }
    set_one_or_more(ecs, "user.id", &ids);
    set_one_or_more(ecs, "user.name", &names);
    let groups = resource.get("kubernetesDetails.kubernetesUserDetails.groups");
    ecs.set_some("user.roles", groups.filter(|groups| groups.as_array().is_some()).map(Value::borrow));
}

/// Sets the text, or the list of them where there are several.
fn set_one_or_more<'e>(ecs: &mut Ecs<'e>, path: &'e str, found: &[&'e str]) {
    match found {
        [] => {}
        [one] => ecs.set(path, *one),
        several => ecs.set_words(path, several),
    }
}

/// The level that the console shows for a severity.
fn level(severity: f64) -> &'static str {
    match severity {
        ..4.0 => "Low",
        ..7.0 => "Medium",
        ..9.0 => "High",
        _ => "Critical",
    }
}

/// `event.category` of a finding, by the purpose before the colon of its type.
fn category(kind: &str) -> &'static [&'static str] {
    match kind.split_once(':').map_or("", |(purpose, _)| purpose) {
        "Trojan" | "Backdoor" | "CryptoCurrency" | "Execution" => &["malware"],
        _ => &["intrusion_detection"],
    }
}
