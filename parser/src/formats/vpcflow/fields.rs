//! The fields of flow logs: their names, their orders where no header tells them, and which hold numbers.

use crate::formats::columns;

/// The fields of the default format, and those of versions 3 to 11 in the order of their documentation, in which whole
/// formats are usually written.
pub(super) const VPC: [&str; 54] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
    "ecs-cluster-arn",
    "ecs-cluster-name",
    "ecs-container-instance-arn",
    "ecs-container-instance-id",
    "ecs-container-id",
    "ecs-second-container-id",
    "ecs-service-name",
    "ecs-task-definition-arn",
    "ecs-task-arn",
    "ecs-task-id",
    "reject-reason",
    "resource-id",
    "encryption-status",
    "instance-tag",
    "instance-tag-2",
    "interface-tag",
    "interface-tag-2",
    "asg-tag",
    "asg-tag-2",
    "interface-type",
    "next-hop-interface-id",
    "next-hop-subnet-id",
    "next-hop-az-id",
    "next-hop-vpc-id",
    "next-hop-interface-type",
];

/// How many of them the default format has.
pub(super) const DEFAULT: usize = 14;

/// The fields of the default format of transit gateways, in its order.
pub(super) const TRANSIT_GATEWAY: [&str; 36] = [
    "version",
    "resource-type",
    "account-id",
    "tgw-id",
    "tgw-attachment-id",
    "tgw-src-vpc-account-id",
    "tgw-dst-vpc-account-id",
    "tgw-src-vpc-id",
    "tgw-dst-vpc-id",
    "tgw-src-subnet-id",
    "tgw-dst-subnet-id",
    "tgw-src-eni",
    "tgw-dst-eni",
    "tgw-src-az-id",
    "tgw-dst-az-id",
    "tgw-pair-attachment-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "log-status",
    "type",
    "packets-lost-no-route",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-ttl-expired",
    "tcp-flags",
    "region",
    "flow-direction",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
];

const NUMBERS: [&str; 15] = [
    "version",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "tcp-flags",
    "traffic-path",
    "encryption-status",
    "packets-lost-no-route",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-ttl-expired",
];

/// Whether values of the field are numbers.
pub(super) fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name)
}

/// The field's name as AWS spells it; tables and some exports spell it with underscores.
pub(super) fn known(name: &[u8]) -> Option<&'static str> {
    let same = |known: &&&'static str| {
        known.len() == name.len()
            && known.bytes().zip(name).all(|(a, b)| a == b.to_ascii_lowercase() || (a == b'-' && *b == b'_'))
    };
    VPC.iter().chain(&TRANSIT_GATEWAY).find(same).copied()
}

/// What flow a log tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Vpc,
    TransitGateway,
}

/// The kind of a log whose header is `line`: most of its names are known, one of them is found in flow logs only.
pub(super) fn header(line: &[u8]) -> Option<Kind> {
    let (mut count, mut known_ones, mut is_own, mut is_gateway) = (0, 0, false, false);
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    for name in line.split(|byte| *byte == b' ').filter(|name| !name.is_empty()) {
        count += 1;
        // A log has each field once; an endless list of names is no header.
        if count > 128 || !name.iter().all(is_of_name) {
            return None;
        }
        let Some(name) = known(name) else { continue };
        known_ones += 1;
        is_gateway |= name.starts_with("tgw-") || name.starts_with("packets-lost-");
        is_own |=
            is_gateway || name.contains("addr") || matches!(name, "interface-id" | "log-status" | "flow-direction");
    }
    let kind = if is_gateway { Kind::TransitGateway } else { Kind::Vpc };
    (is_own && count >= 2 && known_ones * 4 >= count * 3).then_some(kind)
}

/// The kind of the flow that a line tells: its fields in the default order, or with the marks that any order has.
pub(super) fn flow(line: &[u8]) -> Option<Kind> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let has = |prefix: &[u8]| fields.iter().any(|field| field.starts_with(prefix));
    if fields.len() < 6 {
        return None;
    }
    if fields.contains(&&b"TransitGateway"[..]) && has(b"tgw-") || has(b"tgw-attach-") {
        return Some(Kind::TransitGateway);
    }
    let is_flow = is_default(&fields) || has(b"eni-") && (fields.iter().any(is_status) || addresses(&fields) >= 2);
    is_flow.then_some(Kind::Vpc)
}

fn is_status(field: &&[u8]) -> bool {
    [&b"OK"[..], b"NODATA", b"SKIPDATA"].contains(field)
}

/// Whether fields are those of the default format, or begin so and go on in the order of the documentation.
fn is_default(fields: &[&[u8]]) -> bool {
    let is_action = |field: &&[u8]| [&b"ACCEPT"[..], b"REJECT", b"-"].contains(field);
    fields.len() >= DEFAULT
        && fields[0].len() <= 2
        && columns::is_number(fields[0])
        && is_action(&fields[12])
        && is_status(&fields[13])
        && columns::is_number(fields[10])
        && (fields.len() == DEFAULT || fields[DEFAULT].starts_with(b"vpc-"))
}

/// How many of the fields in the order of the documentation a line has that no header names: the default ones at least.
/// Only the places of those that look like nothing else are checked.
pub(super) fn count_of_documented(line: &[u8]) -> Option<usize> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b' ').take(VPC.len() + 1).collect();
    let is_one_of = |at: usize, choices: &[&[u8]]| fields.get(at).is_none_or(|field| choices.contains(field));
    let is_documented = fields.len() <= VPC.len()
        && is_default(&fields)
        && fields.get(15).is_none_or(|field| field.starts_with(b"subnet-"))
        && is_one_of(18, &[b"IPv4", b"IPv6", b"EFA", b"-"])
        && is_one_of(27, &[b"ingress", b"egress", b"-"]);
    is_documented.then_some(fields.len())
}

fn addresses(fields: &[&[u8]]) -> usize {
    let is_address =
        |field: &&&[u8]| std::str::from_utf8(field).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok());
    fields.iter().filter(is_address).count()
}
