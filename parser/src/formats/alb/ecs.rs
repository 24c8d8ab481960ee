//! Application Load Balancer logs in ECS, with the names of Elastic's AWS integration under `aws.elb`.

use crate::ecs::Ecs;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

const COPIED: &[(&str, &str)] = &[
    ("type", "aws.elb.type"),
    ("elb", "aws.elb.name"),
    ("target_ip", "aws.elb.backend.ip"),
    ("target_status_code", "aws.elb.backend.http.response.status_code"),
    ("ssl_cipher", "aws.elb.ssl_cipher"),
    ("ssl_protocol", "aws.elb.ssl_protocol"),
    ("target_group_arn", "aws.elb.target_group.arn"),
    ("trace_id", "aws.elb.trace_id"),
    ("chosen_cert_arn", "aws.elb.chosen_cert.arn"),
    ("redirect_url", "aws.elb.redirect_url"),
    ("error_reason", "aws.elb.error.reason"),
    ("classification", "aws.elb.classification"),
    ("classification_reason", "aws.elb.classification_reason"),
    ("conn_trace_id", "aws.elb.conn_trace_id"),
    ("transformed_host", "aws.elb.transformed_host"),
    ("transformed_uri", "aws.elb.transformed_uri"),
    ("request_transform_status", "aws.elb.request_transform_status"),
    ("ip_address", "aws.elb.ip_address"),
    ("ssl_cipher", "tls.cipher"),
    ("client_port", "source.port"),
    ("trace_id", "trace.id"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let field = |path: &str| fields.get(path).and_then(Value::scalar);
    let mut ecs = Ecs::new("aws.elb", "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set_words("event.category", &["web"]);
    ecs.set("aws.elb.protocol", "http");
    ecs.copy(fields, COPIED);
    times(&mut ecs, fields, "target_processing_time");
    for (path, name) in [
        ("target_port", "aws.elb.backend.port"),
        ("matched_rule_priority", "aws.elb.matched_rule_priority"),
        ("domain_name", "destination.domain"),
    ] {
        ecs.set_some(name, field(path));
    }
    for (path, name, separator) in [
        ("actions_executed", "aws.elb.action_executed", ','),
        ("target_port_list", "aws.elb.target_port", ' '),
        ("target_status_code_list", "aws.elb.target_status_code", ' '),
    ] {
        if let Some(list) = field(path) {
            ecs.set(name, Value::Array(list.split(separator).map(Value::from).collect()));
        }
    }
    ecs.set_some("event.end", event.time.map(|time| time.at.to_string()));
    let created = field("request_creation_time").and_then(|text| EventTime::iso(text.as_bytes()));
    ecs.set_some("event.start", created.map(|time| time.at.to_string()));
    if let Some(address) = field("client_ip") {
        ecs.set_address("source.address", "source.ip", address);
    }
    http(&mut ecs, fields);
    tls_version(&mut ecs, field("ssl_protocol"));
    ecs.build()
}

/// Sets the version of `TLSv1.3`, or of `tlsv13` as Network Load Balancers spell it.
pub(in crate::formats) fn tls_version<'e>(ecs: &mut Ecs<'e>, protocol: Option<&'e str>) {
    let Some((name, version)) = protocol.and_then(|protocol| protocol.split_at_checked(4)) else { return };
    if !name.eq_ignore_ascii_case("tlsv") || version.is_empty() {
        return;
    }
    match version.as_bytes() {
        [major, minor] => ecs.set("tls.version", format!("{}.{}", char::from(*major), char::from(*minor))),
        _ => ecs.set("tls.version", version),
    }
    ecs.set("tls.version_protocol", "tls");
}

/// The three times that a request took; AWS writes -1 where a target never answered.
pub(in crate::formats) fn times<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>, target: &str) {
    for (path, name) in [
        ("request_processing_time", "aws.elb.request_processing_time.sec"),
        (target, "aws.elb.backend_processing_time.sec"),
        ("response_processing_time", "aws.elb.response_processing_time.sec"),
    ] {
        let value = fields.get(path).filter(|value| value.scalar().is_some_and(|text| !text.starts_with('-')));
        ecs.set_some(name, value.map(Value::borrow));
    }
}

/// The request and its answer.
pub(in crate::formats) fn http<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let field = |path: &str| fields.get(path).and_then(Value::scalar);
    ecs.copy(
        fields,
        &[
            ("elb_status_code", "http.response.status_code"),
            ("received_bytes", "http.request.body.bytes"),
            ("sent_bytes", "http.response.body.bytes"),
            ("request_verb", "http.request.method"),
            ("user_agent", "user_agent.original"),
        ],
    );
    if let Some(status) = fields.get("elb_status_code").and_then(Value::as_u64) {
        ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
    }
    if let Some(version) = field("request_proto").and_then(|proto| proto.strip_prefix("HTTP/")) {
        ecs.set("http.version", version);
    }
    if let Some(url) = field("request_url") {
        crate::ecs::set_url(ecs, url);
    }
}
