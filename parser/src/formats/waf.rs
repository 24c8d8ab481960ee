//! AWS WAF web ACL traffic logs.
//!
//! Source: AWS WAF Developer Guide, "Log fields for protection pack (web ACL) traffic"; AWS WAF Classic Developer Guide,
//! "Logging web ACL traffic information", where the id of an ACL is no ARN.

use std::borrow::Cow;

use super::copies;
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
        ecs.copy(fields, COPIED);
        ecs.set_some("aws.waf.source.name", text("httpSourceName"));
        ecs.set_some("aws.waf.source.id", text("httpSourceId"));
        let kind = match text("action") {
            Some("ALLOW") => "allowed",
            // Who is to prove that they are human, or their browser one, got no answer from the server.
            Some("BLOCK" | "CAPTCHA" | "CHALLENGE") => "denied",
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
        match text("webaclId") {
            // arn:aws:wafv2:<region>:<account>:<id>
            Some(arn) if arn.starts_with("arn:") => {
                ecs.set("aws.waf.arn", arn);
                let mut parts = arn.splitn(6, ':').skip(2);
                for name in ["cloud.service.name", "cloud.region", "cloud.account.id", "aws.waf.id"] {
                    ecs.set_some(name, parts.next().filter(|part| !part.is_empty()));
                }
            }
            // WAF Classic.
            id => ecs.set_some("aws.waf.id", id),
        }
        headers(&mut ecs, fields, "httpRequest.headers", "aws.waf.request.headers");
        headers(&mut ecs, fields, "requestHeadersInserted", "aws.waf.request.headers_inserted");
        ecs.set_some("url.domain", text("httpRequest.host").map(without_port));
        if let Some(labels) = fields.get("labels").and_then(Value::as_array).filter(|labels| !labels.is_empty()) {
            let names = labels.iter().filter_map(|label| label.get("name")?.as_str()).map(Value::from);
            ecs.set("aws.waf.labels", Value::Array(names.collect()));
        }
        for (path, name) in LISTS {
            let list = fields.get(path).filter(|value| value.as_array().is_some_and(|items| !items.is_empty()));
            ecs.set_some(name, list.map(copies::plain));
        }
        for (path, name) in ANSWERS {
            let answer = fields.get(path).filter(|value| value.as_object().is_some());
            ecs.set_some(name, answer.map(copies::snake));
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

const COPIED: &[(&str, &str)] = &[
    ("action", "event.action"),
    ("terminatingRuleId", "rule.id"),
    ("terminatingRuleType", "rule.ruleset"),
    ("httpRequest.requestId", "http.request.id"),
    ("httpRequest.httpMethod", "http.request.method"),
    ("requestBodySize", "http.request.body.bytes"),
    ("responseCodeSent", "http.response.status_code"),
    ("httpRequest.scheme", "url.scheme"),
    ("httpRequest.uri", "url.path"),
    ("httpRequest.args", "url.query"),
    ("httpRequest.fragment", "url.fragment"),
    ("httpRequest.country", "source.geo.country_iso_code"),
    ("clientAsn", "source.as.number"),
    ("ja3Fingerprint", "tls.client.ja3"),
    ("ja4Fingerprint", "aws.waf.ja4_fingerprint"),
    ("forwardedAsn", "aws.waf.forwarded_asn"),
    ("requestBodySizeInspectedByWAF", "aws.waf.request_body_size_inspected_by_waf"),
    ("cfDistributionTenantId", "aws.waf.cf_distribution_tenant_id"),
];

/// Lists whose objects keep the names of their fields.
const LISTS: [(&str, &str); 6] = [
    ("terminatingRuleMatchDetails", "aws.waf.terminating_rule_match_details"),
    ("nonTerminatingMatchingRules", "aws.waf.non_terminating_matching_rules"),
    ("ruleGroupList", "aws.waf.rule_group_list"),
    ("rateBasedRuleList", "aws.waf.rate_based_rule_list"),
    ("excludedRules", "aws.waf.excluded_rules"),
    ("oversizeFields", "aws.waf.oversize_fields"),
];

/// What became of a puzzle.
const ANSWERS: [(&str, &str); 2] =
    [("captchaResponse", "aws.waf.captcha_response"), ("challengeResponse", "aws.waf.challenge_response")];

/// Sets headers by name; three of a request's have names in ECS.
fn headers<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>, path: &str, name_of_all: &'static str) {
    let Some(list) = fields.get(path).and_then(Value::as_array) else { return };
    let mut named = Vec::with_capacity(list.len());
    for header in list {
        let text = |path| header.get(path).and_then(Value::as_str);
        let (Some(name), Some(value)) = (text("name"), text("value")) else { continue };
        if name.eq_ignore_ascii_case("user-agent") {
            ecs.set("user_agent.original", value);
        } else if name.eq_ignore_ascii_case("host") {
            ecs.set("url.domain", without_port(value));
        } else if name.eq_ignore_ascii_case("referer") {
            ecs.set("http.request.referrer", value);
        }
        named.push((Cow::Borrowed(name), Value::from(value)));
    }
    if !named.is_empty() {
        ecs.set(name_of_all, Value::Object(named));
    }
}

/// The name of a host, also where it is an IPv6 address in brackets.
fn without_port(host: &str) -> &str {
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host)
}
