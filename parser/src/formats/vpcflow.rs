//! Amazon VPC flow logs, versions 2 to 11, in any order of fields.
//!
//! Source: Amazon VPC User Guide, "Flow log records" (available fields). A file delivered to S3 begins with a line that
//! names its fields; of a line without one, as it comes through CloudWatch Logs, the default fields of version 2 are assumed,
//! and beyond them those of later versions in the order of that guide, where they look so.

use std::borrow::Cow;

use self::fields::Kind;
use super::columns;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod fields;
mod json;
mod transit;

pub(super) use json::VpcFlowJson;
pub(super) use transit::TransitGatewayFlow;

pub(super) struct VpcFlow;

impl Format for VpcFlow {
    fn name(&self) -> &str {
        "vpcflow"
    }

    fn title(&self) -> &str {
        "Amazon VPC flow logs"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| kind(line) == Some(Kind::Vpc))
    }

    fn claims(&self, head: &[u8]) -> bool {
        claimed(head) == Some(Kind::Vpc)
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        knows_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Flows::of(&fields::VPC[..fields::DEFAULT]))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event, Kind::Vpc)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        ecs::message(event)
    }
}

const COLUMNS: [&str; 7] = [
    "source.ip",
    "source.port",
    "destination.ip",
    "destination.port",
    "network.transport",
    "event.action",
    "network.bytes",
];

fn knows_key(key: &str) -> bool {
    key.contains("/vpcflowlogs/") || key.contains("_vpcflowlogs_") || key.contains("aws-service=vpcflowlogs")
}

/// The kind of log that a line is of.
fn kind(line: &[u8]) -> Option<Kind> {
    fields::header(line).or_else(|| fields::flow(line))
}

/// The kind of log that begins with `head`, where that is a header.
fn claimed(head: &[u8]) -> Option<Kind> {
    let line = head.split(|byte| *byte == b'\n').next()?;
    fields::header(line.trim_ascii_end())
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
        let name = fields::known(name.as_bytes()).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed);
        let role = match &*name {
            "start" => Role::Start,
            "end" => Role::End,
            name if fields::is_number(name) => Role::Number,
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
}

struct Flows {
    columns: Vec<Column>,
    /// Whether a header named them.
    are_told: bool,
    /// Where the fields of a line end; kept from line to line.
    ends: Vec<usize>,
}

impl Flows {
    /// Reads lines of these fields, until a header names others.
    fn of(fields: &[&str]) -> Self {
        let columns = fields.iter().map(|name| Column::new(name)).collect();
        Flows { columns, are_told: false, ends: Vec::new() }
    }
}

impl Decode for Flows {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        // No flow begins with a letter that a field's name begins with, but for names of interfaces and subnets.
        if !raw.first().is_some_and(u8::is_ascii_alphabetic) || fields::header(raw).is_none() {
            return false;
        }
        let names = raw.split(|byte| *byte == b' ').filter(|name| !name.is_empty());
        self.columns = names.map(|name| Column::new(&columns::text(name))).collect();
        self.are_told = true;
        true
    }

    /// Without a header, the columns are those that a line before had.
    fn looks_back(&self) -> bool {
        !self.are_told
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        // Checked once for the line, the text of a field costs nothing.
        let line = std::str::from_utf8(raw).ok();
        columns::ends(raw, &mut self.ends);
        if !self.are_told
            && self.ends.len() != self.columns.len()
            && let Some(count) = fields::count_of_documented(raw)
        {
            self.columns = fields::VPC[..count].iter().map(|name| Column::new(name)).collect();
        }
        let mut fields = Vec::with_capacity(self.columns.len());
        let (mut start, mut end) = (None, None);
        let mut columns = self.columns.iter();
        let mut from = 0;
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
            // Each value is made where it stays: one that is moved there costs as much as all of its reading.
            if field == b"-" {
                fields.push((column.name(), Value::Null));
                continue;
            }
            if column.role == Role::Text {
                fields.push((column.name(), Value::String(text())));
                continue;
            }
            if !columns::is_number(field) {
                return Err(Fault::syntax(range.start, format!("{} is not a number", column.name)));
            }
            fields.push((column.name(), Value::Number(text())));
            match column.role {
                Role::Start => start = EventTime::seconds(field).map(|time| (time, text())),
                Role::End => end = EventTime::seconds(field).map(|time| (time, text())),
                Role::Text | Role::Number => {}
            }
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
