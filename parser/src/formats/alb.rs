//! Access logs of AWS Application Load Balancers.
//!
//! Source: Elastic Load Balancing User Guide for Application Load Balancers, "Access log entries"; the names of fields
//! are those of the Athena table in "Querying Application Load Balancer logs". AWS appends columns now and then: older
//! logs have fewer, newer ones more, and both are read.

use std::borrow::Cow;

use super::columns::spaced::Column::{Address, Number, Request, Text, Time};
use super::columns::spaced::Layout;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod connection;
mod ecs;
mod health;

pub(super) use connection::AlbConnection;
pub(super) use ecs::{http, times, tls_version};
pub(super) use health::AlbHealthCheck;

pub(super) struct Alb;

const LAYOUT: Layout = Layout {
    columns: &[
        Text("type"),
        Time("time"),
        Text("elb"),
        Address("client_ip", "client_port"),
        Address("target_ip", "target_port"),
        Number("request_processing_time"),
        Number("target_processing_time"),
        Number("response_processing_time"),
        Number("elb_status_code"),
        Number("target_status_code"),
        Number("received_bytes"),
        Number("sent_bytes"),
        Request("request_verb", "request_url", "request_proto"),
        Text("user_agent"),
        Text("ssl_cipher"),
        Text("ssl_protocol"),
        Text("target_group_arn"),
        Text("trace_id"),
        Text("domain_name"),
        Text("chosen_cert_arn"),
        Number("matched_rule_priority"),
        Text("request_creation_time"),
        Text("actions_executed"),
        Text("redirect_url"),
        Text("error_reason"),
        Text("target_port_list"),
        Text("target_status_code_list"),
        Text("classification"),
        Text("classification_reason"),
        Text("conn_trace_id"),
        Text("transformed_host"),
        Text("transformed_uri"),
        Text("request_transform_status"),
        Text("ip_address"),
    ],
    // What stands in the log since its beginning.
    required: 14,
};

impl Format for Alb {
    fn name(&self) -> &str {
        "alb"
    }

    fn title(&self) -> &str {
        "AWS Application Load Balancer access logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.original", "http.response.status_code", "user_agent.original"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.splitn(5, |byte| *byte == b' ');
        let mut next = || parts.next().unwrap_or_default();
        let (kind, time, _name, client) = (next(), next(), next(), next());
        is_type(kind) && EventTime::iso(time).is_some() && client.contains(&b':') && line.contains(&b'"')
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        is_of_alb(key) && !connection::is_key(key) && !health::is_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        message(event)
    }
}

/// Whether a key is one of an Application Load Balancer's logs, of whatever kind.
fn is_of_alb(key: &str) -> bool {
    key.contains("/elasticloadbalancing/") && key.contains("_app.")
}

/// The request, its status and its client.
pub(super) fn message<'e>(event: &'e Event<'_>) -> Cow<'e, str> {
    let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
    let parts = ["request_verb", "request_url", "elb_status_code", "client_ip"];
    Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
}

fn is_type(kind: &[u8]) -> bool {
    matches!(kind, b"http" | b"https" | b"h2" | b"grpcs" | b"ws" | b"wss")
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let kind = raw.split(|byte| *byte == b' ').next().unwrap_or_default();
        if !is_type(kind) {
            return Err(Fault::syntax(0, "the line does not begin with a type of connection"));
        }
        LAYOUT.read(raw)
    }
}
