//! Findings in ECS.

use std::borrow::Cow;
use std::net::IpAddr;

use super::names::renamed;
use crate::ecs::{Ecs, set_url};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

const COPIED: &[(&str, &str)] = &[
    ("AwsAccountId", "cloud.account.id"),
    ("Region", "cloud.region"),
    ("Id", "event.id"),
    ("Severity.Normalized", "event.severity"),
    ("Title", "rule.name"),
    ("GeneratorId", "rule.id"),
    ("Description", "message"),
    ("CompanyName", "organization.name"),
    ("Network.Direction", "network.direction"),
    ("Network.SourcePort", "source.port"),
    ("Network.SourceDomain", "source.domain"),
    ("Network.DestinationPort", "destination.port"),
    ("Network.DestinationDomain", "destination.domain"),
    ("Process.Name", "process.name"),
    ("Process.Path", "process.executable"),
    ("Process.Pid", "process.pid"),
    ("Process.ParentPid", "process.parent.pid"),
    ("ThreatIntelIndicators.0.Type", "threat.indicator.type"),
    ("Vulnerabilities.0.Id", "vulnerability.id"),
    ("Vulnerabilities.0.Vendor.Name", "vulnerability.scanner.vendor"),
];

const TIMES: &[(&str, &str)] = &[
    ("Process.LaunchedAt", "process.start"),
    ("Process.TerminatedAt", "process.end"),
    ("ThreatIntelIndicators.0.LastObservedAt", "threat.indicator.last_seen"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("aws.securityhub_findings", "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set("aws.securityhub_findings", renamed("", fields));
    ecs.set_words("event.type", &["info"]);
    if let Some(category) = category(fields) {
        ecs.set_words("event.category", category);
    }
    ecs.copy(fields, COPIED);
    for (path, name) in TIMES {
        let time = text(path).and_then(EventTime::iso_text);
        ecs.set_some(name, time.map(|time| time.at.to_string()));
    }
    ecs.set_some("event.action", text("Action.ActionType").map(str::to_ascii_lowercase));
    ecs.set_some("network.protocol", text("Network.Protocol").map(str::to_ascii_lowercase));
    ecs.set_some("source.mac", text("Network.SourceMac").map(|mac| mac.to_ascii_uppercase().replace(':', "-")));
    for (side, paths) in [
        ("source.ip", ["Network.SourceIpV4", "Network.SourceIpV6"]),
        ("destination.ip", ["Network.DestinationIpV4", "Network.DestinationIpV6"]),
    ] {
        for address in paths.into_iter().filter_map(text).filter(|text| text.parse::<IpAddr>().is_ok()) {
            ecs.add(side, address);
            ecs.add("related.ip", address);
        }
    }
    if let Some(url) = text("SourceUrl") {
        set_url(&mut ecs, url);
        ecs.set("url.full", url);
    }
    vulnerability(&mut ecs, fields);
    ecs.build()
}

/// `event.category` of a finding, by the namespace that its first type begins with.
fn category(fields: &Value<'_>) -> Option<&'static [&'static str]> {
    let kind = fields.get("Types.0").and_then(Value::as_str)?;
    let starts = |prefix| kind.starts_with(prefix);
    if fields.get("Vulnerabilities").is_some() || starts("Software and Configuration Checks/Vulnerabilities") {
        Some(&["vulnerability"])
    } else if starts("Software and Configuration Checks") {
        Some(&["configuration"])
    } else if starts("TTPs") || starts("Effects") || starts("Unusual Behaviors") {
        Some(&["intrusion_detection"])
    } else {
        None
    }
}

/// The first vulnerability; of its scores the last, which is of the oldest system, as in Elastic's integration.
fn vulnerability<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(first) = fields.get("Vulnerabilities.0") else { return };
    if let Some(urls) = first.get("ReferenceUrls").filter(|urls| urls.as_array().is_some()) {
        ecs.set("vulnerability.reference", urls.borrow());
    }
    if let Some(score) = first.get("Cvss").and_then(Value::as_array).and_then(<[_]>::last) {
        ecs.copy(score, &[("BaseScore", "vulnerability.score.base"), ("Version", "vulnerability.score.version")]);
    }
    let software = first.get("VulnerablePackages.0");
    for (name, path) in
        [("Name", "package.name"), ("Version", "package.version"), ("Architecture", "package.architecture")]
    {
        let value = software.and_then(|software| software.get(name)).and_then(Value::as_str);
        ecs.set_some(path, value.map(Cow::Borrowed));
    }
}
