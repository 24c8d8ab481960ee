//! Logs of Zeek (once Bro), as columns between tabs and as JSON.
//!
//! Source: Book of Zeek, "Zeek log formats and inspection" and "Log files"; the names of fields are those of its
//! `#fields` line. A record says which log it is of by `_path`; what ECS has no name for stays under `zeek.<log>`, as in
//! Elastic's integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder, Told};
use super::splunk;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod names;
mod streams;
mod tsv;

pub(super) struct Zeek;

impl Format for Zeek {
    fn name(&self) -> &str {
        "zeek"
    }

    fn title(&self) -> &str {
        "Zeek"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.dataset", "source.ip", "destination.ip", "destination.port", "network.protocol", "event.action"]
    }

    fn framing(&self, head: &[u8]) -> Framing {
        if head.trim_ascii_start().starts_with(b"{") { Framing::JsonLines } else { Framing::Lines }
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        match unit {
            Unit::Line(line) => tsv::is_start(line),
            Unit::Json(event) => match splunk::text(event) {
                Some(text) => {
                    let inner = crate::json::parse_whole(text.as_bytes(), 32);
                    inner.is_ok_and(|inner| is_record(&inner.value))
                }
                None => is_record(event),
            },
        }
    }

    fn claims(&self, head: &[u8]) -> bool {
        tsv::is_start(head)
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("zeek/") || key.contains("bro/") || path_of(key).is_some_and(|path| streams::named(path).is_some())
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Records {
            json: JsonDecoder::objects(stream, time),
            table: tsv::Table::default(),
            depth: stream.limits.depth,
            path: stream.key.as_deref().and_then(path_of).map(str::to_owned),
        })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(ecs::line(splunk::event(&event.fields)))
    }
}

fn is_record(event: &Value<'_>) -> bool {
    event.get("ts").is_some_and(|time| time.scalar().is_some()) && streams::path(event).is_some()
}

/// Seconds since 1970, milliseconds, or ISO 8601: `JSON::timestamp_format` decides.
fn time<'v>(event: &'v Value<'_>) -> Option<Told<'v>> {
    json::told(event, "ts", |text| EventTime::epoch(text).or_else(|| EventTime::iso_text(text)))
}

/// The log that a key names: `zeek/dns.10:00:00-11:00:00.log.gz` is of `dns`.
fn path_of(key: &str) -> Option<&str> {
    let name = key.rsplit('/').next()?;
    let (path, rest) = name.split_once('.')?;
    let is_path = !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_path && (rest.starts_with("log") || rest.contains(".log"))).then_some(path)
}

struct Records {
    json: JsonDecoder,
    table: tsv::Table,
    depth: usize,
    /// The log that the object's key names.
    path: Option<String>,
}

impl Decode for Records {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        self.table.is_header(raw)
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        if !raw.trim_ascii_start().starts_with(b"{") {
            return self.table.row(raw);
        }
        let mut decoded = splunk::open(self.json.decode(raw)?, self.depth, time);
        let is_told = streams::path(splunk::event(&decoded.fields)).is_some();
        if let (false, Some(path), Value::Object(fields)) = (is_told, &self.path, &mut decoded.fields) {
            fields.push((Cow::Borrowed("_path"), Value::from(path.clone())));
        }
        Ok(decoded)
    }
}
