//! AWS WAF web ACL traffic logs.
//!
//! Source: AWS WAF Developer Guide, "Log fields for protection pack (web ACL) traffic".

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Waf;

impl Format for Waf {
    fn name(&self) -> &str {
        "waf"
    }

    fn title(&self) -> &str {
        "AWS WAF"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.action", "rule.id", "source.ip", "http.request.method", "url.path"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        ["webaclId", "action", "httpRequest"].iter().all(|name| event.get(name).is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/WAFLogs/") || key.contains("aws-waf-logs-")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "timestamp", EventTime::epoch)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !matches!(*text, "" | "-"));
        let mut ecs = Ecs::new("aws.waf", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["web"]);
        ecs.copy(
            fields,
            &[
                ("action", "event.action"),
                ("terminatingRuleId", "rule.id"),
                ("terminatingRuleType", "rule.ruleset"),
                ("httpRequest.requestId", "http.request.id"),
                ("httpRequest.httpMethod", "http.request.method"),
                ("httpRequest.uri", "url.path"),
                ("httpRequest.args", "url.query"),
                ("httpRequest.country", "source.geo.country_iso_code"),
                ("responseCodeSent", "http.response.status_code"),
                ("ja3Fingerprint", "tls.client.ja3"),
                ("webaclId", "aws.waf.arn"),
            ],
        );
        ecs.set_some("aws.waf.source.name", text("httpSourceName"));
        ecs.set_some("aws.waf.source.id", text("httpSourceId"));
        let kind = match text("action") {
            Some("ALLOW") => "allowed",
            Some("BLOCK") => "denied",
            _ => "info",
        };
        ecs.set_words("event.type", &["access", kind]);
        if let Some(address) = text("httpRequest.clientIp") {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some((protocol, version)) = text("httpRequest.httpVersion").and_then(|text| text.split_once('/')) {
            ecs.set("http.version", version);
            ecs.set("network.protocol", protocol.to_ascii_lowercase());
            ecs.set("network.transport", if version.starts_with('3') { "udp" } else { "tcp" });
        }
        // arn:aws:wafv2:<region>:<account>:<id>
        let mut parts = text("webaclId").unwrap_or_default().splitn(6, ':').skip(2);
        for name in ["cloud.service.name", "cloud.region", "cloud.account.id", "aws.waf.id"] {
            ecs.set_some(name, parts.next().filter(|part| !part.is_empty()));
        }
        headers(&mut ecs, fields);
        for (path, name) in [
            ("terminatingRuleMatchDetails", "aws.waf.terminating_rule_match_details"),
            ("nonTerminatingMatchingRules", "aws.waf.non_terminating_matching_rules"),
            ("ruleGroupList", "aws.waf.rule_group_list"),
            ("rateBasedRuleList", "aws.waf.rate_based_rule_list"),
        ] {
            let list = fields.get(path).filter(|value| value.as_array().is_some_and(|items| !items.is_empty()));
            ecs.set_some(name, list.map(Value::borrow));
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts =
            ["action", "terminatingRuleId", "httpRequest.httpMethod", "httpRequest.uri", "httpRequest.clientIp"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// The request's headers by name; two of them have names in ECS.
fn headers<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(list) = fields.get("httpRequest.headers").and_then(Value::as_array) else { return };
    let mut named = Vec::with_capacity(list.len());
    for header in list {
        let text = |path| header.get(path).and_then(Value::as_str);
        let (Some(name), Some(value)) = (text("name"), text("value")) else { continue };
        if name.eq_ignore_ascii_case("user-agent") {
            ecs.set("user_agent.original", value);
        } else if name.eq_ignore_ascii_case("host") {
            ecs.set("url.domain", value.split_once(':').map_or(value, |(host, _)| host));
        }
        named.push((Cow::Borrowed(name), Value::from(value)));
    }
    if !named.is_empty() {
        ecs.set("aws.waf.request.headers", Value::Object(named));
    }
}
