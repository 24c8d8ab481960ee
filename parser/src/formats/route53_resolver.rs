//! Amazon Route 53 Resolver query logs: what instances of a VPC ask for, and what DNS Firewall did about it.
//!
//! Source: Amazon Route 53 Developer Guide, "Values that appear in VPC Resolver query logs".

use std::borrow::Cow;
use std::net::IpAddr;

use super::dns;
use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Route53Resolver;

/// Answers of one query that are taken up.
const ANSWERS: usize = 256;

impl Format for Route53Resolver {
    fn name(&self) -> &str {
        "route53_resolver"
    }

    fn title(&self) -> &str {
        "Amazon Route 53 Resolver queries"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "dns.question.name", "dns.question.type", "dns.response_code", "aws.route53.firewall.action"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        ["query_timestamp", "query_name", "query_type", "srcaddr"].iter().all(|name| event.get(name).is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/vpcdnsquerylogs/") || key.contains("_vpcdnsquerylogs_")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| json::told(event, "query_timestamp", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("aws.route53_resolver_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["network"]);
        ecs.set_words("event.type", &["protocol"]);
        ecs.copy(fields, COPIED);
        if let Some(code) = text("rcode") {
            ecs.set("event.outcome", if code == "NOERROR" { "success" } else { "failure" });
        }
        answers(&mut ecs, fields);
        if let Some(name) = text("query_name") {
            dns::set_question(&mut ecs, name);
        }
        if let Some(address) = text("srcaddr") {
            dns::set_source(&mut ecs, address);
        }
        if let Some(transport) = text("transport") {
            dns::set_transport(&mut ecs, transport);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["srcaddr", "query_type", "query_name", "rcode", "firewall_rule_action"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

const COPIED: &[(&str, &str)] = &[
    ("account_id", "cloud.account.id"),
    ("region", "cloud.region"),
    ("srcids.instance", "cloud.instance.id"),
    ("srcids.instance", "aws.instance_id"),
    ("vpc_id", "aws.vpc_id"),
    ("query_type", "dns.question.type"),
    ("query_class", "dns.question.class"),
    ("rcode", "dns.response_code"),
    ("srcport", "source.port"),
    ("firewall_rule_action", "aws.route53.firewall.action"),
    ("firewall_rule_group_id", "aws.route53.firewall.rule_group.id"),
    ("firewall_domain_list_id", "aws.route53.firewall.domain_list.id"),
    ("srcids.resolver_endpoint", "aws.route53.resolver_endpoint_id"),
];

/// The records that answered; the address of one was reached through it, the name of another is a host.
fn answers<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let answers = fields.get("answers").and_then(Value::as_array).unwrap_or_default();
    let mut list = Vec::new();
    for answer in answers.iter().take(ANSWERS) {
        let text = |path: &str| answer.get(path).and_then(Value::as_str);
        let Some(data) = text("Rdata").map(dns::plain) else { continue };
        let is_name = matches!(text("Type"), Some("CNAME" | "DNAME" | "PTR" | "NS"));
        let name = text("Type").filter(|kind| *kind == "CNAME").map(|_| data);
        let parts = [("class", text("Class")), ("data", Some(data)), ("name", name), ("type", text("Type"))];
        let known = parts.into_iter().filter_map(|(name, value)| Some((Cow::Borrowed(name), Value::from(value?))));
        list.push(Value::Object(known.collect()));
        if is_name {
            ecs.add("related.hosts", data);
        } else if data.parse::<IpAddr>().is_ok() {
            ecs.add("dns.resolved_ip", data);
            ecs.add("related.ip", data);
        }
    }
    if !list.is_empty() {
        ecs.set("dns.answers", Value::Array(list));
    }
}
