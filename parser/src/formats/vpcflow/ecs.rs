//! Flow logs in ECS: of VPCs under `aws.vpcflow`, with the names of Elastic's AWS integration where it has some; of transit
//! gateways under `aws.tgwflow`.

use std::borrow::Cow;

use super::fields::{Kind, known};
use crate::ecs::Ecs;
use crate::formats::columns::named;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// The names that a field's value has in ECS. One that is not listed keeps its own under `aws.vpcflow` or `aws.tgwflow`.
fn names(field: &str, kind: Kind) -> Option<&'static [&'static str]> {
    let names: &[&str] = match (field, kind) {
        // What these mean is told apart.
        ("srcaddr" | "dstaddr" | "start" | "end", _) => &[],
        ("srcport", _) => &["source.port"],
        ("dstport", _) => &["destination.port"],
        ("protocol", _) => &["network.iana_number"],
        ("packets", _) => &["source.packets", "network.packets"],
        ("bytes", _) => &["source.bytes", "network.bytes"],
        ("region", _) => &["cloud.region"],
        ("az-id", _) => &["cloud.availability_zone"],
        ("flow-direction", _) => &["network.direction"],
        ("account-id", Kind::TransitGateway) => &["aws.tgwflow.account_id", "cloud.account.id"],
        (_, Kind::TransitGateway) => return None,
        ("version", _) => &["aws.vpcflow.version"],
        ("account-id", _) => &["aws.vpcflow.account_id", "cloud.account.id"],
        ("interface-id", _) => &["aws.vpcflow.interface_id"],
        ("action", _) => &["aws.vpcflow.action"],
        ("log-status", _) => &["aws.vpcflow.log_status"],
        ("vpc-id", _) => &["aws.vpcflow.vpc_id"],
        ("subnet-id", _) => &["aws.vpcflow.subnet_id"],
        ("instance-id", _) => &["aws.vpcflow.instance_id", "cloud.instance.id"],
        ("tcp-flags", _) => &["aws.vpcflow.tcp_flags"],
        ("type", _) => &["aws.vpcflow.type"],
        ("pkt-srcaddr", _) => &["aws.vpcflow.pkt_srcaddr"],
        ("pkt-dstaddr", _) => &["aws.vpcflow.pkt_dstaddr"],
        ("pkt-src-aws-service", _) => &["aws.vpcflow.pkt_src_service"],
        ("pkt-dst-aws-service", _) => &["aws.vpcflow.pkt_dst_service"],
        ("sublocation-type", _) => &["aws.vpcflow.sublocation.type"],
        ("sublocation-id", _) => &["aws.vpcflow.sublocation.id"],
        ("traffic-path", _) => &["aws.vpcflow.traffic_path"],
        _ => return None,
    };
    Some(names)
}

/// The name of an IP protocol by its IANA number.
fn transport(number: &str) -> Option<&'static str> {
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

pub(super) fn build<'e>(event: &'e Event<'_>, kind: Kind) -> Value<'e> {
    let dataset = match kind {
        Kind::Vpc => "aws.vpcflow",
        Kind::TransitGateway => "aws.tgwflow",
    };
    let mut ecs = Ecs::new(dataset, "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set_words("event.category", &["network"]);
    let mut action = None;
    for (key, value) in event.fields.as_object().unwrap_or_default() {
        let Some(text) = value.scalar().filter(|text| !matches!(*text, "-" | "")) else { continue };
        // Rows of tables have underscores.
        let name = if key.contains('_') { known(key.as_bytes()).unwrap_or(key) } else { key };
        match names(name, kind) {
            Some(names) => names.iter().for_each(|path| ecs.set(path, value.borrow())),
            None => ecs.set_under(dataset, underscored(name), value.borrow()),
        }
        let time = || EventTime::seconds(text.as_bytes()).map(|time| time.at.to_string());
        match name {
            "action" => action = Some(text),
            "start" => ecs.set_some("event.start", time()),
            "end" => ecs.set_some("event.end", time()),
            "srcaddr" => {
                ecs.set_address("source.address", "source.ip", text);
                ecs.set("network.type", if text.contains(':') { "ipv6" } else { "ipv4" });
            }
            "dstaddr" => ecs.set_address("destination.address", "destination.ip", text),
            "pkt-srcaddr" | "pkt-dstaddr" => ecs.add("related.ip", text),
            "protocol" => ecs.set_some("network.transport", transport(text)),
            _ => {}
        }
    }
    match action {
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
    ecs.build()
}

/// `reject-reason` as `reject_reason`.
fn underscored(name: &str) -> Cow<'_, str> {
    if name.contains('-') { Cow::Owned(name.replace('-', "_")) } else { Cow::Borrowed(name) }
}

/// What became of the flow, its ends, its protocol and its size.
pub(super) fn message<'e>(event: &'e Event<'_>) -> Cow<'e, str> {
    let field = |name| named(&event.fields, name).and_then(Value::scalar).filter(|text| *text != "-");
    let end = |address, port| match (field(address), field(port)) {
        (Some(address), Some(port)) => format!("{address}:{port}"),
        (address, _) => address.unwrap_or("-").to_owned(),
    };
    let action = field("action").or_else(|| field("log-status")).unwrap_or("-");
    let (source, destination) = (end("srcaddr", "srcport"), end("dstaddr", "dstport"));
    let protocol = field("protocol").map_or("-", |number| transport(number).unwrap_or(number));
    let bytes = field("bytes").map(|bytes| format!(" {bytes} B")).unwrap_or_default();
    Cow::Owned(format!("{action} {source} -> {destination} {protocol}{bytes}"))
}
