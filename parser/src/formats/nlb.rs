//! TLS access logs of AWS Network Load Balancers.
//!
//! Source: User Guide for Network Load Balancers, "Access log entries" (version 2.0).

use std::borrow::Cow;

use super::alb;
use super::columns::spaced::Column::{Address, Number, Text, Time};
use super::columns::spaced::Layout;
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Nlb;

const LAYOUT: Layout = Layout {
    columns: &[
        Text("type"),
        Text("version"),
        Time("time"),
        Text("elb"),
        Text("listener"),
        Address("client_ip", "client_port"),
        Address("destination_ip", "destination_port"),
        Number("connection_time"),
        Number("tls_handshake_time"),
        Number("received_bytes"),
        Number("sent_bytes"),
        Text("incoming_tls_alert"),
        Text("chosen_cert_arn"),
        Text("chosen_cert_serial"),
        Text("tls_cipher"),
        Text("tls_protocol_version"),
        Text("tls_named_group"),
        Text("domain_name"),
        Text("alpn_fe_protocol"),
        Text("alpn_be_protocol"),
        Text("alpn_client_preference_list"),
        Text("tls_connection_creation_time"),
    ],
    required: 16,
};

impl Format for Nlb {
    fn name(&self) -> &str {
        "nlb"
    }

    fn title(&self) -> &str {
        "AWS Network Load Balancer TLS logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "destination.ip", "destination.domain", "tls.version", "source.bytes"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| line.starts_with(b"tls ") && memchr::memmem::find(line, b" net/").is_some())
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/elasticloadbalancing/") && key.contains("_net.")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(LAYOUT)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let mut ecs = Ecs::new("aws.elb", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["network"]);
        ecs.set_some("event.end", event.time.map(|time| time.at.to_string()));
        ecs.copy(
            fields,
            &[
                ("elb", "aws.elb.name"),
                ("type", "aws.elb.type"),
                ("type", "aws.elb.protocol"),
                ("listener", "aws.elb.listener"),
                ("connection_time", "aws.elb.connection_time.ms"),
                ("tls_handshake_time", "aws.elb.tls_handshake_time.ms"),
                ("incoming_tls_alert", "aws.elb.incoming_tls_alert"),
                ("chosen_cert_arn", "aws.elb.chosen_cert.arn"),
                ("chosen_cert_serial", "aws.elb.chosen_cert.serial"),
                ("alpn_fe_protocol", "aws.elb.alpn_fe_protocol"),
                ("alpn_be_protocol", "aws.elb.alpn_be_protocol"),
                ("alpn_client_preference_list", "aws.elb.alpn_client_preference_list"),
                ("tls_connection_creation_time", "aws.elb.tls_connection_creation_time"),
                ("tls_named_group", "aws.elb.tls_named_group"),
                ("tls_cipher", "aws.elb.ssl_cipher"),
                ("tls_protocol_version", "aws.elb.ssl_protocol"),
                ("tls_cipher", "tls.cipher"),
                ("client_port", "source.port"),
                ("received_bytes", "source.bytes"),
                ("destination_port", "destination.port"),
                ("sent_bytes", "destination.bytes"),
                ("domain_name", "destination.domain"),
            ],
        );
        let text = |path| fields.get(path).and_then(Value::as_str);
        alb::tls_version(&mut ecs, text("tls_protocol_version"));
        let created = text("tls_connection_creation_time").and_then(EventTime::iso_text);
        ecs.set_some("event.start", created.map(|time| time.at.to_string()));
        if let Some(address) = text("client_ip") {
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(address) = text("destination_ip") {
            ecs.set_address("destination.address", "destination.ip", address);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar).unwrap_or("-");
        let (client, destination) = (field("client_ip"), field("destination_ip"));
        Cow::Owned(format!("{client} -> {destination} {} {}", field("tls_protocol_version"), field("domain_name")))
    }
}
