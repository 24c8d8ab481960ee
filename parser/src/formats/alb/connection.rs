//! Connection logs of AWS Application Load Balancers.
//!
//! Source: Elastic Load Balancing User Guide for Application Load Balancers, "Connection log entries"; the names of fields are
//! those of the Athena table in "Querying Application Load Balancer logs". The columns behind `conn_trace_id` were appended.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::formats::columns::is_number;
use crate::formats::columns::spaced::Column::{Number, Text, Time};
use crate::formats::columns::spaced::Layout;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(in crate::formats) struct AlbConnection;

const LAYOUT: Layout = Layout {
    columns: &[
        Time("time"),
        Text("client_ip"),
        Number("client_port"),
        Number("listener_port"),
        Text("tls_protocol"),
        Text("tls_cipher"),
        Number("tls_handshake_latency"),
        Text("leaf_client_cert_subject"),
        Text("leaf_client_cert_validity"),
        Text("leaf_client_cert_serial_number"),
        Text("tls_verify_status"),
        Text("conn_trace_id"),
        Text("tls_keyexchange"),
        Text("elb"),
        Text("ip_address"),
    ],
    required: 11,
};

impl Format for AlbConnection {
    fn name(&self) -> &str {
        "alb_connection"
    }

    fn title(&self) -> &str {
        "AWS Application Load Balancer connection logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "aws.elb.listener", "tls.version", "tls.client.subject", "event.outcome"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.splitn(8, |byte| *byte == b' ');
        let mut next = || parts.next().unwrap_or_default();
        let (time, client, port, listener, protocol) = (next(), next(), next(), next(), next());
        let is_address = std::str::from_utf8(client).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
        is_address
            && EventTime::iso(time).is_some()
            && is_number(port)
            && is_number(listener)
            && (protocol == b"-" || protocol.starts_with(b"TLSv"))
            // The subject of a certificate has quotes, also where there is none.
            && parts.last().is_some_and(|rest| rest.starts_with(b"\""))
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        super::is_of_alb(key) && is_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(LAYOUT)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path| fields.get(path).and_then(Value::as_str);
        let mut ecs = Ecs::new("aws.elb", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["network"]);
        ecs.set_words("event.type", &["connection"]);
        ecs.copy(fields, COPIED);
        super::tls_version(&mut ecs, text("tls_protocol"));
        if let Some(address) = text("client_ip") {
            ecs.set_address("source.address", "source.ip", address);
        }
        // NotBefore=2026-01-01T00:00:00Z;NotAfter=2027-01-01T00:00:00Z
        for part in text("leaf_client_cert_validity").into_iter().flat_map(|text| text.split(';')) {
            let name = match part.split_once('=') {
                Some(("NotBefore", _)) => "tls.client.not_before",
                Some(("NotAfter", _)) => "tls.client.not_after",
                _ => continue,
            };
            let time = part.split_once('=').and_then(|(_, text)| EventTime::iso_text(text));
            ecs.set_some(name, time.map(|time| time.at.to_string()));
        }
        // Success, or Failed:ClientCertUntrusted; nothing where no handshake was begun.
        if let Some(status) = text("tls_verify_status") {
            let (verified, error) =
                status.split_once(':').map_or((status, None), |(status, error)| (status, Some(error)));
            let is_success = verified == "Success";
            ecs.set("aws.elb.tls_verify_status", verified);
            ecs.set_some("aws.elb.tls_error_code", error);
            ecs.set_some("error.code", error);
            ecs.set("tls.established", is_success);
            ecs.set("event.outcome", if is_success { "success" } else { "failure" });
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar).unwrap_or("-");
        let (client, listener) = (field("client_ip"), field("listener_port"));
        let (protocol, status) = (field("tls_protocol"), field("tls_verify_status"));
        Cow::Owned(format!("{client} -> :{listener} {protocol} {status}"))
    }
}

const COPIED: &[(&str, &str)] = &[
    ("client_port", "source.port"),
    ("listener_port", "aws.elb.listener"),
    ("tls_protocol", "aws.elb.ssl_protocol"),
    ("tls_cipher", "aws.elb.ssl_cipher"),
    ("tls_handshake_latency", "aws.elb.tls_handshake_latency"),
    ("leaf_client_cert_subject", "aws.elb.leaf_client_cert_subject"),
    ("leaf_client_cert_serial_number", "aws.elb.leaf_client_cert_serial_number"),
    ("conn_trace_id", "aws.elb.conn_trace_id"),
    ("tls_keyexchange", "aws.elb.tls_named_group"),
    ("elb", "aws.elb.name"),
    ("ip_address", "aws.elb.ip_address"),
    ("tls_cipher", "tls.cipher"),
    ("tls_keyexchange", "tls.curve"),
    ("leaf_client_cert_subject", "tls.client.subject"),
    ("leaf_client_cert_serial_number", "tls.client.x509.serial_number"),
];

/// Whether a key is one of a connection log.
pub(super) fn is_key(key: &str) -> bool {
    key.contains("/conn_log.") || key.contains("/conn_log_")
}
