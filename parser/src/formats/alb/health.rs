//! Health check logs of AWS Application Load Balancers.
//!
//! Source: Elastic Load Balancing User Guide for Application Load Balancers, "Health check log entries".

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::formats::columns::is_number;
use crate::formats::columns::spaced::Column::{Number, Text, Time};
use crate::formats::columns::spaced::Layout;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(in crate::formats) struct AlbHealthCheck;

const LAYOUT: Layout = Layout {
    columns: &[
        Text("type"),
        Time("time"),
        Number("latency"),
        Text("target_addr"),
        Text("target_group_id"),
        Text("status"),
        Number("status_code"),
        Text("reason_code"),
        Text("elb"),
        Text("ip_address"),
    ],
    required: 8,
};

impl Format for AlbHealthCheck {
    fn name(&self) -> &str {
        "alb_health_check"
    }

    fn title(&self) -> &str {
        "AWS Application Load Balancer health check logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["destination.address", "aws.elb.target_group.id", "event.outcome", "aws.elb.error.reason"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let parts: Vec<&[u8]> = line.splitn(9, |byte| *byte == b' ').collect();
        let is_number = |part: &[u8]| part == b"-" || is_number(part);
        parts.len() >= 8
            && parts[0].len() <= 8
            && parts[0].iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && EventTime::iso(parts[1]).is_some()
            && is_number(parts[2])
            && is_status(parts[5])
            && is_number(parts[6])
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
        ecs.set_words("event.type", &["info"]);
        ecs.set("event.action", "health-check");
        ecs.copy(
            fields,
            &[
                ("type", "aws.elb.type"),
                ("target_group_id", "aws.elb.target_group.id"),
                ("status", "aws.elb.health_check.status"),
                ("latency", "aws.elb.health_check.latency.sec"),
                ("reason_code", "aws.elb.error.reason"),
                ("elb", "aws.elb.name"),
                ("ip_address", "aws.elb.ip_address"),
                ("status_code", "http.response.status_code"),
            ],
        );
        // The target is an address with a port, or the ARN of a function.
        match text("target_addr").map(|target| (target, target.rsplit_once(':'))) {
            Some((target, Some((address, port)))) if !target.starts_with("arn:") => {
                ecs.set_address("destination.address", "destination.ip", address);
                ecs.set_some("destination.port", port.parse::<u16>().ok().map(u64::from));
            }
            Some((target, _)) => ecs.set("destination.address", target),
            None => {}
        }
        if let Some(status) = text("status") {
            ecs.set("event.outcome", if status.eq_ignore_ascii_case("PASS") { "success" } else { "failure" });
        }
        if let Some(seconds) = fields.get("latency").and_then(Value::as_f64) {
            ecs.set("event.duration", (seconds * 1e9) as u64);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["status", "target_addr", "target_group_id", "status_code", "reason_code"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

fn is_status(part: &[u8]) -> bool {
    ["PASS", "FAIL", "PASSED", "FAILED"].iter().any(|status| part.eq_ignore_ascii_case(status.as_bytes()))
}

/// Whether a key is one of a health check log.
pub(super) fn is_key(key: &str) -> bool {
    key.contains("/health_check_log")
}
