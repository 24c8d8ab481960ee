//! logfmt: a line of `key=value` pairs, values with spaces in double quotes.
//!
//! There is no standard; this reads what the Go packages `kr/logfmt` and `go-logfmt/logfmt` write, and the same with a
//! syslog priority before it, as some firewalls send it.

use std::borrow::Cow;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit, part_of};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Logfmt;

const TIME_KEYS: [&str; 6] = ["time", "ts", "timestamp", "t", "eventtime", "date"];
const MESSAGE_KEYS: [&str; 3] = ["msg", "message", "error"];
const LEVEL_KEYS: [&str; 4] = ["level", "lvl", "severity", "at"];

impl Format for Logfmt {
    fn name(&self) -> &str {
        "logfmt"
    }

    fn title(&self) -> &str {
        "logfmt (key=value)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "message"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        // Linux audit lines look alike, but hold pairs within pairs.
        let Some(line) = unit.line().filter(|line| memchr::memmem::find(line, b"msg=audit(").is_none()) else {
            return false;
        };
        let is_key =
            |key: &[u8]| key.first().is_some_and(|first| first.is_ascii_alphanumeric() || b"_@$".contains(first));
        let is_pair = |(key, value): &Pair<'_>| value.is_some() && is_key(key);
        pairs(line).is_ok_and(|pairs| pairs.len() >= 3 && pairs.iter().all(is_pair))
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let first = |keys: &[&str]| keys.iter().find_map(|key| event.fields.get(key)?.scalar());
        let mut ecs = Ecs::new("logfmt", "event", event.time);
        ecs.set_some("message", first(&MESSAGE_KEYS));
        ecs.set_some("log.level", first(&LEVEL_KEYS));
        for (path, address, ip) in
            [("srcip", "source.address", "source.ip"), ("dstip", "destination.address", "destination.ip")]
        {
            if let Some(found) = event.fields.get(path).and_then(Value::scalar) {
                ecs.set_address(address, ip, found);
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let message = MESSAGE_KEYS.iter().find_map(|key| event.fields.get(key)?.as_str());
        message.map_or_else(|| Cow::Owned(event.fields.to_json()), Cow::Borrowed)
    }
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(16);
        let pairs = pairs(raw)?;
        if pairs.iter().all(|(_, value)| value.is_none()) {
            return Err(Fault::syntax(0, "no pair of key=value in the line"));
        }
        for (key, value) in pairs {
            let value = match value {
                Some((text, true)) => Value::String(columns::unescape(text)),
                // A key alone is a flag.
                None | Some((b"true", false)) => Value::Bool(true),
                Some((b"false", false)) => Value::Bool(false),
                Some((text, false)) if columns::is_number(text) => Value::Number(columns::text(text)),
                Some((text, false)) => Value::String(columns::text(text)),
            };
            fields.push((columns::text(key), value));
        }
        let duplicate_keys = columns::duplicates(&fields);
        let fields = Value::Object(fields);
        let told = TIME_KEYS.iter().find_map(|key| {
            let text = fields.get(key)?.scalar()?;
            Some((EventTime::any(text, None)?, text))
        });
        let told = told.map(|(time, text)| (time, part_of(raw, text)));
        let (time, time_text) = told.unzip();
        Ok(Decoded { time, time_text, duplicate_keys, ..Decoded::new(fields) })
    }
}

/// Pairs of one line.
const PAIRS: usize = 1 << 16;

/// A key and its value: the bytes, and whether they stood in quotes.
pub(super) type Pair<'a> = (&'a [u8], Option<(&'a [u8], bool)>);

/// The pairs of a line, past a syslog priority.
pub(super) fn pairs(line: &[u8]) -> Result<Vec<Pair<'_>>, Fault> {
    let mut at = match line.strip_prefix(b"<") {
        Some(rest) => rest.iter().take(4).position(|byte| *byte == b'>').map_or(0, |close| close + 2),
        None => 0,
    };
    let mut pairs = Vec::new();
    loop {
        while line.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            at += 1;
        }
        if at >= line.len() {
            return Ok(pairs);
        }
        if pairs.len() == PAIRS {
            return Err(Fault::syntax(at, "the line has too many pairs"));
        }
        let rest = &line[at..];
        let is_key = |byte: &u8| !matches!(byte, 0..=b' ' | b'=' | b'"' | 0x7f);
        let length = rest.iter().position(|byte| !is_key(byte)).unwrap_or(rest.len());
        if length == 0 {
            return Err(Fault::syntax(at, "expected a key"));
        }
        let key = &rest[..length];
        at += length;
        match line.get(at) {
            Some(b'=') => {}
            None | Some(b' ' | b'\t') => {
                pairs.push((key, None));
                continue;
            }
            Some(_) => return Err(Fault::syntax(at, "expected '=' after a key")),
        }
        at += 1;
        if line.get(at) == Some(&b'"') {
            let value = &line[at + 1..];
            let end = columns::end_of_escaped(value, b'"').ok_or_else(|| Fault::syntax(at, "a quote is not closed"))?;
            pairs.push((key, Some((&value[..end], true))));
            at += end + 2;
        } else {
            let value = &line[at..];
            let end = value.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(value.len());
            pairs.push((key, Some((&value[..end], false))));
            at += end;
        }
    }
}
