//! Amazon CloudWatch Logs, as an export task writes a log group to S3: lines of the time that the service took a message
//! for, and the message. The message is a log of its own, and read as that.
//!
//! Source: Amazon CloudWatch Logs User Guide, "Exporting log data to Amazon S3"; the layout of lines is what the task
//! writes. Groups of plain messages are read as text: nothing in them says where they are from.

use std::borrow::Cow;

use jiff::Timestamp;

use super::carry::Carry;
use super::{columns, lambda, mysql_audit, route53_public, vpcflow};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::{self, EventTime};
use crate::value::Value;

pub(super) struct CloudWatchExport;

/// `2026-11-23T02:14:07.123Z`
const TIME: usize = 24;

/// Logs of AWS that reach a bucket only by such an export, or often so; they begin with no time of their own.
const INSIDE: [&dyn Format; 4] =
    [&lambda::Lambda, &vpcflow::VpcFlow, &mysql_audit::MysqlAudit, &route53_public::Route53Public];

impl Format for CloudWatchExport {
    fn name(&self) -> &str {
        "cloudwatch_export"
    }

    fn title(&self) -> &str {
        "Amazon CloudWatch Logs (export to S3)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.dataset", "event.action", "source.ip", "message"]
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Blocks
    }

    fn begins(&self, line: &[u8]) -> bool {
        split(line).is_some()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        // Many programs begin their lines with such a time; only few go on with another log. Any year does to see a time.
        let Some((_, message)) = unit.line().and_then(split) else { return false };
        message.starts_with(b"{\"")
            || time::leading(message, Some(Timestamp::UNIX_EPOCH)).is_some()
            || INSIDE.iter().any(|format| format.matches(&Unit::Line(message)))
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("exportedlogs/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines(Carry::new(stream)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("aws.cloudwatch_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(&event.fields, &[("message", "message")]);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Borrowed(event.fields.get("message").and_then(Value::as_str).unwrap_or_default())
    }
}

/// The time at the start of a line, and the message behind it.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (time, rest) = line.split_at_checked(TIME)?;
    let is_whole = time.ends_with(b"Z") && time[19] == b'.' && EventTime::iso(time).is_some();
    rest.strip_prefix(b" ").filter(|_| is_whole).map(|message| (time, message))
}

struct Lines(Carry);

impl Decode for Lines {
    /// The format of the last log is the first that is tried on the next.
    fn looks_back(&self) -> bool {
        true
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let (time, message) = split(raw).ok_or_else(|| Fault::syntax(0, "no time in front of the message"))?;
        let (time, message) = (columns::text(time), columns::text(message));
        let log = self.0.text(&message);
        let mut fields = vec![("timestamp".into(), Value::String(time.clone()))];
        if log.is_none() {
            fields.push(("message".into(), Value::String(message)));
        }
        let at = EventTime::iso_text(&time);
        Ok(Decoded::new(Value::Object(fields)).at(at, time).carrying(log))
    }
}
