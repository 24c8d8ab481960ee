//! Zeek's logs as JSON, one object a line.

use std::borrow::Cow;

use super::{COLUMNS, ecs, knows_key, path_of, streams};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Shape, Stream, Unit};
use crate::formats::json::{JsonDecoder, Told, told};
use crate::formats::splunk;
use crate::json;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Logs in JSON.
pub(in crate::formats) struct ZeekJson;

impl Format for ZeekJson {
    fn name(&self) -> &str {
        "zeek_json"
    }

    fn title(&self) -> &str {
        "Zeek, as JSON"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some_and(|event| match splunk::text(event) {
            Some(text) => json::parse_whole(text.as_bytes(), 32).is_ok_and(|inner| is_record(&inner.value)),
            None => is_record(event),
        })
    }

    fn knows_key(&self, key: &str) -> bool {
        knows_key(key)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Records {
            json: JsonDecoder::objects(stream, time),
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

/// Seconds since 1970, milliseconds, or ISO 8601: Zeek's `LogAscii::json_timestamps` decides.
fn time<'v>(event: &'v Value<'_>) -> Option<Told<'v>> {
    told(event, "ts", |text| EventTime::epoch(text).or_else(|| EventTime::iso_text(text)))
}

struct Records {
    json: JsonDecoder,
    depth: usize,
    /// The log that the object's key names.
    path: Option<String>,
}

impl Decode for Records {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut decoded = splunk::open(self.json.decode(raw)?, self.depth, time);
        let is_told = streams::path(splunk::event(&decoded.fields)).is_some();
        if let (false, Some(path), Value::Object(fields)) = (is_told, &self.path, &mut decoded.fields) {
            fields.push((Cow::Borrowed("_path"), Value::from(path.clone())));
        }
        Ok(decoded)
    }
}
