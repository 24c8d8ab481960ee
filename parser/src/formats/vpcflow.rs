//! Amazon VPC flow logs, versions 2 to 11, in any order of fields.
//!
//! Source: Amazon VPC User Guide, "Flow log records" (available fields). A file delivered to S3 begins with a line that
//! names its fields; without one the default fields of version 2 are assumed.

use std::borrow::Cow;

use super::columns;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;

pub(super) struct VpcFlow;

/// The fields of the default format, in its order.
const DEFAULT: [&str; 14] = [
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
];

/// Further fields, and which of all are numbers.
const KNOWN: [&str; 60] = [
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
    "resource-type",
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
    "packets-lost-no-route",
    "packets-lost-blackhole",
    "packets-lost-mtu-exceeded",
    "packets-lost-ttl-expired",
    "src-vpc-id",
    "dst-vpc-id",
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

impl Format for VpcFlow {
    fn name(&self) -> &str {
        "vpcflow"
    }

    fn title(&self) -> &str {
        "Amazon VPC flow logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "source.ip",
            "source.port",
            "destination.ip",
            "destination.port",
            "network.transport",
            "event.action",
            "network.bytes",
        ]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| is_header(line) || is_flow(line))
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/vpcflowlogs/") || key.contains("_vpcflowlogs_")
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Flows { columns: DEFAULT.iter().map(|name| Column::new(name)).collect(), ends: Vec::new() })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar);
        let end = |address, port| match (field(address), field(port)) {
            (Some(address), Some(port)) => format!("{address}:{port}"),
            (address, _) => address.unwrap_or("-").to_owned(),
        };
        let action = field("action").or_else(|| field("log-status")).unwrap_or("-");
        let (source, destination) = (end("srcaddr", "srcport"), end("dstaddr", "dstport"));
        let protocol = field("protocol").map_or("-", |number| ecs::transport(number).unwrap_or(number));
        let bytes = field("bytes").map(|bytes| format!(" {bytes} B")).unwrap_or_default();
        Cow::Owned(format!("{action} {source} -> {destination} {protocol}{bytes}"))
    }
}

/// Whether a line names fields: none but known names, two at least.
fn is_header(line: &[u8]) -> bool {
    let mut names = line.split(|byte| *byte == b' ').filter(|name| !name.is_empty());
    let mut count = 0;
    let all_known = names.all(|name| {
        count += 1;
        known(name).is_some()
    });
    // A log has each field once; an endless list of names is no header.
    all_known && (2..=128).contains(&count)
}

/// Whether a line is a flow: with the default fields, or with the addresses and times that any order has.
fn is_flow(line: &[u8]) -> bool {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let is_status = |field: &&[u8]| [&b"OK"[..], b"NODATA", b"SKIPDATA"].contains(field);
    let is_action = |field: &&[u8]| [&b"ACCEPT"[..], b"REJECT", b"-"].contains(field);
    let is_default = fields.len() == DEFAULT.len()
        && fields[0].len() <= 2
        && columns::is_number(fields[0])
        && is_action(&fields[12])
        && is_status(&fields[13])
        && columns::is_number(fields[10]);
    let has_interface = fields.iter().any(|field| field.starts_with(b"eni-"));
    is_default || fields.len() >= 6 && has_interface && (fields.iter().any(is_status) || addresses(&fields) >= 2)
}

fn addresses(fields: &[&[u8]]) -> usize {
    let is_address =
        |field: &&&[u8]| std::str::from_utf8(field).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok());
    fields.iter().filter(is_address).count()
}

/// The field's name as AWS spells it; Athena tables and some exports spell it with underscores.
fn known(name: &[u8]) -> Option<&'static str> {
    let same = |known: &&&'static str| {
        known.len() == name.len()
            && known.bytes().zip(name).all(|(a, b)| a == b.to_ascii_lowercase() || (a == b'-' && *b == b'_'))
    };
    DEFAULT.iter().chain(&KNOWN).find(same).copied()
}

/// One column of a file.
struct Column {
    name: Cow<'static, str>,
    role: Role,
}

/// What a column's value is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Text,
    Number,
    Start,
    End,
}

impl Column {
    fn new(name: &str) -> Self {
        let name = known(name.as_bytes()).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed);
        let role = match &*name {
            "start" => Role::Start,
            "end" => Role::End,
            name if NUMBERS.contains(&name) => Role::Number,
            _ => Role::Text,
        };
        Column { name, role }
    }

    fn name<'a>(&self) -> Cow<'a, str> {
        match &self.name {
            Cow::Borrowed(name) => Cow::Borrowed(*name),
            Cow::Owned(name) => Cow::Owned(name.clone()),
        }
    }

    /// The value of a field; a number must be one.
    fn value<'a>(&self, field: &'a [u8], text: impl FnOnce() -> Cow<'a, str>) -> Option<Value<'a>> {
        match self.role {
            _ if field == b"-" => Some(Value::Null),
            Role::Text => Some(Value::String(text())),
            _ => columns::is_number(field).then(|| Value::Number(text())),
        }
    }
}

struct Flows {
    columns: Vec<Column>,
    /// Where the fields of a line end; kept from line to line.
    ends: Vec<usize>,
}

impl Decode for Flows {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        // No flow begins with a letter that a field's name begins with, but for names of interfaces and subnets.
        if !raw.first().is_some_and(u8::is_ascii_alphabetic) || !is_header(raw) {
            return false;
        }
        let names = raw.split(|byte| *byte == b' ').filter(|name| !name.is_empty());
        self.columns = names.map(|name| Column::new(&columns::text(name))).collect();
        true
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        // Checked once for the line, the text of a field costs nothing.
        let line = std::str::from_utf8(raw).ok();
        let mut fields = Vec::with_capacity(self.columns.len());
        let (mut start, mut end) = (None, None);
        let mut columns = self.columns.iter();
        let mut from = 0;
        columns::ends(raw, &mut self.ends);
        for &to in &self.ends {
            let range = from..to;
            from = to + 1;
            if range.is_empty() {
                continue;
            }
            let Some(column) = columns.next() else {
                let reason = format!("more fields than the {} that the header names", self.columns.len());
                return Err(Fault::syntax(range.start, reason));
            };
            let field = &raw[range.clone()];
            let text = || line.map_or_else(|| columns::text(field), |line| Cow::Borrowed(&line[range.clone()]));
            let Some(value) = column.value(field, text) else {
                return Err(Fault::syntax(range.start, format!("{} is not a number", column.name)));
            };
            match column.role {
                Role::Start => start = EventTime::seconds(field).map(|time| (time, text())),
                Role::End => end = EventTime::seconds(field).map(|time| (time, text())),
                Role::Text | Role::Number => {}
            }
            fields.push((column.name(), value));
        }
        if columns.next().is_some() {
            let reason = format!("{} fields where the header names {}", fields.len(), self.columns.len());
            return Err(Fault::syntax(raw.len(), reason));
        }
        // The end of the window is when the flow was seen last; Elastic's pipelines date it so too.
        let (time, time_text) = end.or(start).unzip();
        Ok(Decoded { time, time_text, ..Decoded::new(Value::Object(fields)) })
    }
}
