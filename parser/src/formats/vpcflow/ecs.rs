//! Flow logs in ECS: of VPCs under `aws.vpcflow`, with the names of Elastic's AWS integration where it has some; of transit
//! gateways under `aws.tgwflow`.

use std::borrow::Cow;

use super::fields::{Kind, known};
use crate::ecs::Ecs;
use crate::formats::columns::named;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// A field, and the names that its value has in ECS.
type Names = (&'static str, &'static [&'static str]);

/// Sorted by field. What stands in neither table has its own name under `aws.vpcflow` or `aws.tgwflow`.
const NAMES: [Names; 12] = [
    ("az-id", &["cloud.availability_zone"]),
    ("bytes", &["source.bytes", "network.bytes"]),
    ("dstaddr", &[]),
    ("dstport", &["destination.port"]),
    ("end", &[]),
    ("flow-direction", &["network.direction"]),
    ("packets", &["source.packets", "network.packets"]),
    ("protocol", &["network.iana_number"]),
    ("region", &["cloud.region"]),
    ("srcaddr", &[]),
    ("srcport", &["source.port"]),
    ("start", &[]),
];

/// The same of VPC flow logs alone.
const VPC: [Names; 17] = [
    ("account-id", &["aws.vpcflow.account_id", "cloud.account.id"]),
    ("action", &["aws.vpcflow.action"]),
    ("instance-id", &["aws.vpcflow.instance_id", "cloud.instance.id"]),
    ("interface-id", &["aws.vpcflow.interface_id"]),
    ("log-status", &["aws.vpcflow.log_status"]),
    ("pkt-dst-aws-service", &["aws.vpcflow.pkt_dst_service"]),
    ("pkt-dstaddr", &["aws.vpcflow.pkt_dstaddr"]),
    ("pkt-src-aws-service", &["aws.vpcflow.pkt_src_service"]),
    ("pkt-srcaddr", &["aws.vpcflow.pkt_srcaddr"]),
    ("sublocation-id", &["aws.vpcflow.sublocation.id"]),
    ("sublocation-type", &["aws.vpcflow.sublocation.type"]),
    ("subnet-id", &["aws.vpcflow.subnet_id"]),
    ("tcp-flags", &["aws.vpcflow.tcp_flags"]),
    ("traffic-path", &["aws.vpcflow.traffic_path"]),
    ("type", &["aws.vpcflow.type"]),
    ("version", &["aws.vpcflow.version"]),
    ("vpc-id", &["aws.vpcflow.vpc_id"]),
];

const TRANSIT_GATEWAY: [Names; 1] = [("account-id", &["aws.tgwflow.account_id", "cloud.account.id"])];

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
    let (dataset, own): (_, &[Names]) = match kind {
        Kind::Vpc => ("aws.vpcflow", &VPC),
        Kind::TransitGateway => ("aws.tgwflow", &TRANSIT_GATEWAY),
    };
    let mut ecs = Ecs::new(dataset, "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set_words("event.category", &["network"]);
    ecs.set_words("event.type", &["connection"]);
    for (key, value) in event.fields.as_object().unwrap_or_default() {
        let Some(text) = value.scalar().filter(|text| !matches!(*text, "-" | "")) else { continue };
        let name = known(key.as_bytes()).unwrap_or(key);
        let names = [&NAMES[..], own].into_iter().find_map(|table| {
            let at = table.binary_search_by_key(&name, |(field, _)| field).ok()?;
            Some(table[at].1)
        });
        match names {
            Some(names) => names.iter().for_each(|path| ecs.set(path, value.borrow())),
            None => ecs.set_under(dataset, underscored(name), value.borrow()),
        }
        tell(&mut ecs, name, text);
    }
    ecs.build()
}

/// What a value means beyond itself.
fn tell<'e>(ecs: &mut Ecs<'e>, name: &str, text: &'e str) {
    let time = || EventTime::seconds(text.as_bytes()).map(|time| time.at.to_string());
    match (name, text) {
        ("start", _) => ecs.set_some("event.start", time()),
        ("end", _) => ecs.set_some("event.end", time()),
        ("action", "ACCEPT") => {
            ecs.set("event.action", "accept");
            ecs.set("event.outcome", "success");
            ecs.set_words("event.type", &["connection", "allowed"]);
        }
        ("action", "REJECT") => {
            ecs.set("event.action", "reject");
            ecs.set("event.outcome", "failure");
            ecs.set_words("event.type", &["connection", "denied"]);
        }
        ("srcaddr", _) => {
            ecs.set_address("source.address", "source.ip", text);
            ecs.set("network.type", if text.contains(':') { "ipv6" } else { "ipv4" });
        }
        ("dstaddr", _) => ecs.set_address("destination.address", "destination.ip", text),
        ("pkt-srcaddr" | "pkt-dstaddr", _) => ecs.add("related.ip", text),
        ("protocol", _) => ecs.set_some("network.transport", transport(text)),
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_sorted_so_that_fields_are_found() {
        assert!(super::NAMES.is_sorted_by_key(|(field, _)| field));
        assert!(super::VPC.is_sorted_by_key(|(field, _)| field));
    }
}
