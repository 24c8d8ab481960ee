//! VPC flow logs with all fields up to version 5. Source of the format: Amazon VPC User Guide, "Flow log records".

use super::SourceSeed;
use super::cast::{self, BASTION_ENI, BASTION_INSTANCE, BASTION_IP, PROD, fixture, internet_address};
use super::dice::Dice;
use super::json::put;
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, SECOND, Stamp};
use super::story::Script;

/// Index of the stream that the bastion is in.
const EDGE: usize = 1;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "vpcflow",
        layout: "AWSLogs/{account}/vpcflowlogs/{region}/{yyyy}/{MM}/{dd}/",
        format: Some("vpcflow"),
        title: "VPC flow logs, version 5",
    },
    streams: &[
        flow_log(PROD, cast::TOKYO, "fl-0a1b2c3d4e5f60718", 2.1),
        flow_log(PROD, cast::TOKYO, "fl-0b2c3d4e5f6071829", 1.0),
        flow_log(PROD, cast::VIRGINIA, "fl-0c3d4e5f607182930", 0.8),
        flow_log(cast::DATA, cast::TOKYO, "fl-0d4e5f60718293a4b", 1.0),
    ],
    // Machines talk around the clock.
    day: [86, 84, 88, 84, 80, 80, 84, 90, 96, 102, 106, 108, 106, 108, 110, 108, 108, 106, 104, 102, 100, 98, 94, 90],
    file_name: |stream, at, dice| {
        let (account, region, log) = (stream.account, stream.region, stream.name);
        format!("{account}_vpcflowlogs_{region}_{log}_{}_{}.log.gz", Stamp::Minute(at), dice.hex(8))
    },
    scenes: |script| scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

const fn flow_log(account: &'static str, region: &'static str, name: &'static str, rate: f64) -> Stream {
    Stream { account, region, name, rate, step: 5 * MINUTE, flush: 0 }
}

const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status \
    vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id \
    pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path\n";

/// A stretch of the attacker's connection to the bastion.
#[derive(Clone, Copy)]
struct Session {
    inward: u64,
    outward: u64,
    port: u16,
}

fn scenes(script: &Script) -> Vec<(usize, Millis, Session)> {
    let mut scenes = Vec::new();
    // Knocking, then an interactive session, one aggregation interval a minute.
    for second in [4, 19, 37] {
        scenes.push((EDGE, script.after(32, second), Session { inward: 3_200, outward: 2_900, port: 51_022 }));
    }
    for minute in 34..90 {
        let bulk = (53..80).contains(&minute);
        let outward = if bulk { 96_000_000 + 1_700_017 * (minute as u64 % 7) } else { 48_000 };
        scenes.push((EDGE, script.after(minute, 21), Session { inward: outward / 60 + 9_000, outward, port: 51_044 }));
    }
    scenes
}

struct Flow<'a> {
    interface: &'a Interface,
    from: &'a str,
    to: &'a str,
    ports: (u16, u16),
    protocol: u8,
    bytes: u64,
    is_accepted: bool,
    is_inward: bool,
}

struct Interface {
    eni: String,
    instance: String,
    subnet: String,
    address: String,
    zone: u64,
}

/// The network interfaces of a flow log, the same all night.
fn interfaces(stream: usize) -> Vec<Interface> {
    let count = if stream == 0 { 24 } else { 10 };
    let mut all: Vec<Interface> = (0..count)
        .map(|number| {
            let id = 100 * stream as u64 + number;
            Interface {
                eni: fixture("eni", 10_000 + id),
                instance: fixture("i", 20_000 + id),
                subnet: fixture("subnet", 30_000 + 10 * stream as u64 + number % 3),
                address: format!("10.{stream}.{}.{}", 8 + 16 * (number % 3), 11 + 7 * number),
                zone: 1 + number % 3,
            }
        })
        .collect();
    if stream == EDGE {
        BASTION_ENI.clone_into(&mut all[0].eni);
        BASTION_INSTANCE.clone_into(&mut all[0].instance);
        BASTION_IP.clone_into(&mut all[0].address);
    }
    all
}

fn body(script: &Script, object: &Planned, dice: &mut Dice, out: &mut String) {
    out.push_str(HEADER);
    let interfaces = interfaces(object.stream);
    let count = (dice.skewed(10, 160) as f64 * object.activity) as u64;
    let attacker = script.ip.to_string();
    for (at, scene) in timeline(object, count, || scenes(script), dice) {
        let Some(session) = scene else {
            background(object, &interfaces, at, dice, out);
            continue;
        };
        let bastion = &interfaces[0];
        let flow = Flow {
            interface: bastion,
            from: &attacker,
            to: BASTION_IP,
            ports: (session.port, 22),
            protocol: 6,
            bytes: session.inward,
            is_accepted: true,
            is_inward: true,
        };
        line(object, &flow, at, dice, out);
        let back = Flow {
            from: BASTION_IP,
            to: &attacker,
            ports: (22, session.port),
            bytes: session.outward,
            is_inward: false,
            ..flow
        };
        line(object, &back, at, dice, out);
    }
}

fn background(object: &Planned, interfaces: &[Interface], at: Millis, dice: &mut Dice, out: &mut String) {
    let interface = dice.pick(interfaces);
    let high = dice.range(32_768, 60_999) as u16;
    let internet;
    let (peer, port, protocol, bytes) = match dice.below(100) {
        0..=24 => (dice.pick(interfaces).address.as_str(), 5432, 6, dice.skewed(600, 900_000)),
        25..=39 => (dice.pick(interfaces).address.as_str(), 6379, 6, dice.skewed(300, 60_000)),
        40..=54 => (dice.pick(interfaces).address.as_str(), 8443, 6, dice.skewed(900, 400_000)),
        55..=69 => (resolver(object.stream), 53, 17, dice.range(120, 480)),
        70..=72 => ("169.254.169.123", 123, 17, 76),
        73..=90 => {
            internet = internet_address(dice);
            (internet.as_str(), 443, 6, dice.skewed(2_000, 3_000_000))
        }
        91..=98 => {
            internet = internet_address(dice);
            let port = *dice.pick(&[22, 23, 445, 3389, 6379, 8080, 9200]);
            let knock = Flow {
                interface,
                from: &internet,
                to: &interface.address,
                ports: (high, port),
                protocol: 6,
                bytes: 40 * dice.range(1, 3),
                is_accepted: false,
                is_inward: true,
            };
            return line(object, &knock, at, dice, out);
        }
        _ => return no_data(object, interface, at, dice, out),
    };
    let request = Flow {
        interface,
        from: &interface.address,
        to: peer,
        ports: (high, port),
        protocol,
        bytes,
        is_accepted: true,
        is_inward: false,
    };
    line(object, &request, at, dice, out);
}

fn line(object: &Planned, flow: &Flow<'_>, at: Millis, dice: &mut Dice, out: &mut String) {
    let stream = &KIND.streams[object.stream];
    let Interface { eni, instance, subnet, zone, .. } = flow.interface;
    let start = at / SECOND;
    let end = start + dice.range(12, 59) as i64;
    let packets = 1 + flow.bytes / dice.range(90, 1_400);
    // SYN alone where it was refused; SYN, SYN-ACK and FIN bits of a connection otherwise.
    let flags = match (flow.protocol, flow.is_accepted) {
        (6, true) => *dice.pick(&[0, 2, 3, 18, 19]),
        (6, false) => 2,
        _ => 0,
    };
    let (direction, path) = match (flow.is_inward, flow.to.starts_with("10.") || flow.to.starts_with("169.")) {
        (true, _) => ("ingress", "-"),
        (false, true) => ("egress", "1"),
        (false, false) => ("egress", "8"),
    };
    let Flow { from, to, ports, protocol, bytes, .. } = flow;
    let action = if flow.is_accepted { "ACCEPT" } else { "REJECT" };
    let zone_name = zone_id(stream.region);
    put!(out, "5 {} {eni} {from} {to} {} {} {protocol} {packets} {bytes} ", stream.account, ports.0, ports.1);
    put!(out, "{start} {end} {action} OK {} {subnet} {instance} {flags} IPv4 {from} {to} ", vpc(object.stream));
    put!(out, "{} {zone_name}-az{zone} - - - - {direction} {path}\n", stream.region);
}

/// An interval in which an interface saw nothing, or in which records were lost.
fn no_data(object: &Planned, interface: &Interface, at: Millis, dice: &mut Dice, out: &mut String) {
    let stream = &KIND.streams[object.stream];
    let start = at / SECOND;
    let status = if dice.chance(90) { "NODATA" } else { "SKIPDATA" };
    let Interface { eni, subnet, instance, zone, .. } = interface;
    put!(out, "5 {} {eni} - - - - - - - {start} {} - {status} ", stream.account, start + 60);
    let zone_name = zone_id(stream.region);
    let vpc = vpc(object.stream);
    put!(out, "{vpc} {subnet} {instance} - - - - {} {zone_name}-az{zone} - - - - - -\n", stream.region);
}

fn vpc(stream: usize) -> &'static str {
    ["vpc-0a11ce5500d5e7a91", "vpc-0ed9e00c4a7f21b63", "vpc-0f0e1d2c3b4a59687", "vpc-0da7a11aa22bb33cc"][stream]
}

/// The second address of each VPC answers DNS.
fn resolver(stream: usize) -> &'static str {
    ["10.0.0.2", "10.1.0.2", "10.2.0.2", "10.3.0.2"][stream]
}

/// How availability zone ids name a region.
fn zone_id(region: &str) -> &'static str {
    match region {
        "ap-northeast-1" => "apne1",
        "us-east-1" => "use1",
        _ => "euw1",
    }
}
