//! Amazon Route 53 public DNS query logs: what resolvers of the internet ask of a hosted zone.
//!
//! Source: Amazon Route 53 Developer Guide, "Values that appear in DNS query logs". They reach S3 through CloudWatch
//! Logs only.

use std::borrow::Cow;

use super::columns::spaced::Column::{Text, Time};
use super::columns::spaced::{Column, Layout};
use super::dns;
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::time;
use crate::value::Value;

pub(super) struct Route53Public;

const COLUMNS: &[Column] = &[
    Text("version"),
    Time("query_timestamp"),
    Text("hosted_zone_id"),
    Text("query_name"),
    Text("query_type"),
    Text("response_code"),
    Text("protocol"),
    Text("edge_location"),
    Text("resolver_ip"),
    Text("edns_client_subnet"),
];

const LAYOUT: Layout = Layout { columns: COLUMNS, required: COLUMNS.len() };

impl Format for Route53Public {
    fn name(&self) -> &str {
        "route53_public"
    }

    fn title(&self) -> &str {
        "Amazon Route 53 public DNS queries"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "dns.question.name", "dns.question.type", "dns.response_code", "aws.route53.edge_location"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.split(|byte| *byte == b' ');
        let mut next = || parts.next().unwrap_or_default();
        let is_time = |part: &[u8]| time::leading(part, None).is_some_and(|(_, end)| end == part.len());
        let is_zone = |part: &[u8]| {
            part.starts_with(b"Z") && part.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        next() == b"1.0"
            && is_time(next())
            && is_zone(next())
            && !next().is_empty()
            && !next().is_empty()
            && !next().is_empty()
            && matches!(next(), b"UDP" | b"TCP")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(LAYOUT)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str);
        let mut ecs = Ecs::new("aws.route53_public_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["network"]);
        ecs.set_words("event.type", &["protocol"]);
        ecs.copy(
            fields,
            &[
                ("query_type", "dns.question.type"),
                ("response_code", "dns.response_code"),
                ("hosted_zone_id", "aws.route53.hosted_zone_id"),
                ("edge_location", "aws.route53.edge_location"),
                ("edns_client_subnet", "aws.route53.edns_client_subnet"),
            ],
        );
        if let Some(code) = text("response_code") {
            ecs.set("event.outcome", if code == "NOERROR" { "success" } else { "failure" });
        }
        if let Some(name) = text("query_name") {
            dns::set_question(&mut ecs, name);
        }
        if let Some(address) = text("resolver_ip") {
            dns::set_source(&mut ecs, address);
        }
        if let Some(transport) = text("protocol") {
            dns::set_transport(&mut ecs, transport);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["resolver_ip", "query_type", "query_name", "response_code"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}
