//! VPC flow logs in ECS.

use crate::ecs::Ecs;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Fields that stay under `aws.vpcflow` or have one ECS name.
const COPIED: &[(&str, &str)] = &[
    ("version", "aws.vpcflow.version"),
    ("account-id", "aws.vpcflow.account_id"),
    ("interface-id", "aws.vpcflow.interface_id"),
    ("action", "aws.vpcflow.action"),
    ("log-status", "aws.vpcflow.log_status"),
    ("instance-id", "aws.vpcflow.instance_id"),
    ("pkt-srcaddr", "aws.vpcflow.pkt_srcaddr"),
    ("pkt-dstaddr", "aws.vpcflow.pkt_dstaddr"),
    ("vpc-id", "aws.vpcflow.vpc_id"),
    ("subnet-id", "aws.vpcflow.subnet_id"),
    ("tcp-flags", "aws.vpcflow.tcp_flags"),
    ("type", "aws.vpcflow.type"),
    ("sublocation-type", "aws.vpcflow.sublocation.type"),
    ("sublocation-id", "aws.vpcflow.sublocation.id"),
    ("pkt-src-aws-service", "aws.vpcflow.pkt_src_service"),
    ("pkt-dst-aws-service", "aws.vpcflow.pkt_dst_service"),
    ("traffic-path", "aws.vpcflow.traffic_path"),
    ("reject-reason", "aws.vpcflow.reject_reason"),
    ("account-id", "cloud.account.id"),
    ("region", "cloud.region"),
    ("az-id", "cloud.availability_zone"),
    ("instance-id", "cloud.instance.id"),
    ("srcport", "source.port"),
    ("dstport", "destination.port"),
    ("packets", "source.packets"),
    ("bytes", "source.bytes"),
    ("packets", "network.packets"),
    ("bytes", "network.bytes"),
];

/// The name of an IP protocol by its IANA number.
pub(super) fn transport(number: &str) -> Option<&'static str> {
    Some(match number {
        "1" => "icmp",
        "2" => "igmp",
        "6" => "tcp",
        "17" => "udp",
        "41" => "ipv6",
        "47" => "gre",
        "50" => "esp",
        "51" => "ah",
        "58" => "ipv6-icmp",
        "89" => "ospf",
        "132" => "sctp",
        _ => return None,
    })
}

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let field = |path: &str| fields.get(path).and_then(Value::scalar);
    let mut ecs = Ecs::new("aws.vpcflow", "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set_words("event.category", &["network"]);
    for (path, name) in COPIED {
        let value = fields.get(path).filter(|value| !value.is_null());
        ecs.set_some(name, value.map(Value::borrow));
    }
    let time = |path| field(path).and_then(|text| EventTime::seconds(text.as_bytes())).map(|time| time.at.to_string());
    ecs.set_some("event.start", time("start"));
    ecs.set_some("event.end", time("end"));
    match field("action") {
        Some("ACCEPT") => {
            ecs.set("event.action", "accept");
            ecs.set("event.outcome", "success");
            ecs.set_words("event.type", &["connection", "allowed"]);
        }
        Some("REJECT") => {
            ecs.set("event.action", "reject");
            ecs.set("event.outcome", "failure");
            ecs.set_words("event.type", &["connection", "denied"]);
        }
        _ => ecs.set_words("event.type", &["connection"]),
    }
    if let Some(address) = field("srcaddr") {
        ecs.set_address("source.address", "source.ip", address);
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
    if let Some(address) = field("dstaddr") {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    for path in ["pkt-srcaddr", "pkt-dstaddr"] {
        if let Some(address) = field(path) {
            ecs.add("related.ip", address);
        }
    }
    if let Some(number) = field("protocol") {
        ecs.set("network.iana_number", number);
        ecs.set_some("network.transport", transport(number));
    }
    if let Some(direction) = field("flow-direction") {
        ecs.set("network.direction", direction);
    }
    ecs.build()
}
