//! Logs of Zeek (once Bro), as columns between tabs and as JSON.
//!
//! Source: Book of Zeek, "Zeek log formats and inspection" and "Log files"; the names of fields are those of its
//! `#fields` line. A record says which log it is of by `_path`; what ECS has no name for stays under `zeek.<log>`, as in
//! Elastic's integration.

use std::borrow::Cow;

use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::value::Value;

mod ecs;
mod json;
mod names;
mod streams;
mod tsv;

pub(super) use json::ZeekJson;

/// Logs in columns.
pub(super) struct Zeek;

/// What a table shows of records, also of those in JSON.
const COLUMNS: [&str; 6] =
    ["event.dataset", "source.ip", "destination.ip", "destination.port", "network.protocol", "event.action"];

impl Format for Zeek {
    fn name(&self) -> &str {
        "zeek"
    }

    fn title(&self) -> &str {
        "Zeek"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(tsv::is_start)
    }

    fn claims(&self, head: &[u8]) -> bool {
        tsv::is_start(head)
    }

    fn knows_key(&self, key: &str) -> bool {
        knows_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(tsv::Table::default())
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Owned(ecs::line(&event.fields))
    }
}

fn knows_key(key: &str) -> bool {
    key.contains("zeek/") || key.contains("bro/") || path_of(key).is_some_and(|path| streams::named(path).is_some())
}

/// The log that a key names: `zeek/dns.10:00:00-11:00:00.log.gz` is of `dns`.
fn path_of(key: &str) -> Option<&str> {
    let name = key.rsplit('/').next()?;
    let (path, rest) = name.split_once('.')?;
    let is_path = !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_path && (rest.starts_with("log") || rest.contains(".log"))).then_some(path)
}
