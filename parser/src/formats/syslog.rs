//! Syslog: RFC 5424, RFC 3164 (BSD), RFC 3164 as daemons write it to files, without a priority, and what routers and
//! firewalls make of them. In streams with octet counting (RFC 6587) and in files, where lines go on.

use std::borrow::Cow;

use jiff::Timestamp;

use super::columns;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::value::Value;

mod auth;
mod ecs;
mod header;
mod netfilter;
mod structured;

pub(super) use ecs::set_header;
#[cfg(feature = "definitions")]
pub(crate) use ecs::set_priority;
pub(super) use header::{Header, carried, framing};

pub(super) struct Syslog;

impl Format for Syslog {
    fn name(&self) -> &str {
        "syslog"
    }

    fn title(&self) -> &str {
        "Syslog (RFC 5424, RFC 3164)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["host.hostname", "process.name", "log.syslog.severity.name", "message"]
    }

    fn framing(&self, head: &[u8]) -> Framing {
        if header::is_counted(head) { Framing::Octets } else { Framing::Blocks }
    }

    fn begins(&self, line: &[u8]) -> bool {
        !super::text::goes_on(line)
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        // Any year does to see the shape of a time.
        let near = Some(Timestamp::UNIX_EPOCH);
        unit.line().is_some_and(|line| Header::read(line, near).is_some_and(|header| header.is_certain()))
    }

    fn claims(&self, head: &[u8]) -> bool {
        header::is_counted(head)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path| event.fields.get(path).and_then(Value::scalar);
        let message = field("message").unwrap_or_default();
        match (field("hostname"), field("appname")) {
            (Some(host), Some(app)) => Cow::Owned(format!("{host} {app}: {message}")),
            (None, Some(app)) => Cow::Owned(format!("{app}: {message}")),
            (Some(host), None) => Cow::Owned(format!("{host} {message}")),
            (None, None) => Cow::Borrowed(message),
        }
    }
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let header = Header::read(raw, self.near).unwrap_or_else(|| Header::none(raw));
        let (time, stamp, message) = (header.time, header.stamp, header.message);
        let mut fields = header.fields();
        fields.push((Cow::Borrowed("message"), Value::String(columns::text(message))));
        Ok(Decoded::new(Value::Object(fields)).at(time, columns::text(stamp)))
    }
}
