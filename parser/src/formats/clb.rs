//! Access logs of AWS Classic Load Balancers.
//!
//! Source: User Guide for Classic Load Balancers, "Access log entries".

use std::borrow::Cow;

use super::alb;
use super::columns::spaced::Column::{Address, Number, Request, Text, Time};
use super::columns::spaced::Layout;
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Clb;

const LAYOUT: Layout = Layout {
    columns: &[
        Time("time"),
        Text("elb"),
        Address("client_ip", "client_port"),
        Address("backend_ip", "backend_port"),
        Number("request_processing_time"),
        Number("backend_processing_time"),
        Number("response_processing_time"),
        Number("elb_status_code"),
        Number("backend_status_code"),
        Number("received_bytes"),
        Number("sent_bytes"),
        Request("request_verb", "request_url", "request_proto"),
        Text("user_agent"),
        Text("ssl_cipher"),
        Text("ssl_protocol"),
    ],
    required: 12,
};

impl Format for Clb {
    fn name(&self) -> &str {
        "clb"
    }

    fn title(&self) -> &str {
        "AWS Classic Load Balancer access logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.original", "http.response.status_code", "user_agent.original"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.splitn(12, |byte| *byte == b' ');
        let mut next = || parts.next().unwrap_or_default();
        let (time, _name, client) = (next(), next(), next());
        EventTime::iso(time).is_some()
            && client.contains(&b':')
            && parts.last().is_some_and(|rest| rest.starts_with(b"\""))
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/elasticloadbalancing/") && !key.contains("_app.") && !key.contains("_net.")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(LAYOUT)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let mut ecs = Ecs::new("aws.elb", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_some("event.end", event.time.map(|time| time.at.to_string()));
        alb::times(&mut ecs, fields, "backend_processing_time");
        ecs.copy(
            fields,
            &[
                ("elb", "aws.elb.name"),
                ("backend_ip", "aws.elb.backend.ip"),
                ("backend_port", "aws.elb.backend.port"),
                ("backend_status_code", "aws.elb.backend.http.response.status_code"),
                ("ssl_cipher", "aws.elb.ssl_cipher"),
                ("ssl_cipher", "tls.cipher"),
                ("ssl_protocol", "aws.elb.ssl_protocol"),
                ("client_port", "source.port"),
            ],
        );
        alb::tls_version(&mut ecs, fields.get("ssl_protocol").and_then(Value::as_str));
        if let Some(address) = fields.get("client_ip").and_then(Value::as_str) {
            ecs.set_address("source.address", "source.ip", address);
        }
        // A listener of TCP or SSL knows no request.
        if fields.get("elb_status_code").is_some_and(Value::is_null) {
            ecs.set_words("event.category", &["network"]);
            ecs.set("aws.elb.protocol", "tcp");
            ecs.copy(fields, &[("received_bytes", "source.bytes"), ("sent_bytes", "destination.bytes")]);
        } else {
            ecs.set_words("event.category", &["web"]);
            ecs.set("aws.elb.protocol", "http");
            alb::http(&mut ecs, fields);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        alb::message(event)
    }
}
