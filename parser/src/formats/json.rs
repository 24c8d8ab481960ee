//! JSON of any kind, one record a value.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Shape, Stream, Unit, part_of};
use crate::json::{self, Wanted};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Json;

/// Fields that commonly hold a record's time, the most certain first.
const TIME_FIELDS: &[&str] = &[
    "@timestamp",
    "timestamp",
    "time",
    "eventTime",
    "event_time",
    "ts",
    "datetime",
    "date",
    "created_at",
    "createdAt",
    "published",
    "timeUnixNano",
    "Timestamp",
    "EventTime",
    "TimeCreated",
    "_time",
    "t",
    "asctime",
    "log_time",
    "start_time",
];

/// Fields that commonly hold a record's text.
const MESSAGE_FIELDS: &[&str] =
    &["message", "msg", "log", "event.original", "text", "body", "fields.message", "short_message", "MESSAGE"];

/// Fields that commonly hold a level.
const LEVEL_FIELDS: &[&str] = &["log.level", "level", "severity", "lvl", "levelname", "severityText"];

impl Format for Json {
    fn name(&self) -> &str {
        "json"
    }

    fn title(&self) -> &str {
        "JSON"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "message"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["Records"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.json().is_some()
    }

    fn strictness(&self) -> u8 {
        1
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::any(stream, time))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("json", "event", event.time);
        ecs.set_some("message", first(&event.fields, MESSAGE_FIELDS));
        ecs.set_some("log.level", first(&event.fields, LEVEL_FIELDS));
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        match first(&event.fields, MESSAGE_FIELDS) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(event.fields.to_json()),
        }
    }
}

fn first<'e>(fields: &'e Value<'_>, names: &[&str]) -> Option<&'e str> {
    names.iter().find_map(|name| fields.get(name)?.scalar())
}

/// The time of a record of unknown kind: the first common field that holds one.
fn time<'v>(fields: &'v Value<'_>) -> Option<Told<'v>> {
    TIME_FIELDS.iter().find_map(|name| match fields.get(name)? {
        Value::String(text) => Some((EventTime::any(text, None)?, &**text)),
        Value::Number(text) => Some((EventTime::epoch(text)?, &**text)),
        _ => None,
    })
}

/// An event time, and the text that it was read from.
pub(super) type Told<'v> = (EventTime, &'v str);

/// The time in the field at `path`, by one of the readers of [`EventTime`].
pub(super) fn told<'v>(
    fields: &'v Value<'_>,
    path: &str,
    read: impl Fn(&'v str) -> Option<EventTime>,
) -> Option<Told<'v>> {
    let text = fields.get(path)?.scalar()?;
    Some((read(text)?, text))
}

/// Finds the time of a record.
pub(super) type TimeOf = for<'v> fn(&'v Value<'_>) -> Option<Told<'v>>;

/// Reads one JSON value a record; formats whose records are JSON share it.
pub(super) struct JsonDecoder {
    depth: usize,
    wanted: Option<Wanted>,
    time: TimeOf,
    objects_only: bool,
}

impl JsonDecoder {
    /// Any value is a record.
    pub(super) fn any(stream: &Stream, time: TimeOf) -> Self {
        JsonDecoder { depth: stream.limits.depth, wanted: stream.wanted.clone(), time, objects_only: false }
    }

    /// Only objects are records.
    pub(super) fn objects(stream: &Stream, time: TimeOf) -> Self {
        JsonDecoder { objects_only: true, ..JsonDecoder::any(stream, time) }
    }
}

impl Decode for JsonDecoder {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let parsed = match &self.wanted {
            None => json::parse_whole(raw, self.depth),
            Some(wanted) => json::parse_wanted(raw, self.depth, wanted),
        };
        let parsed = parsed.map_err(|error| Fault::syntax(error.offset, error.reason))?;
        if self.objects_only && parsed.value.as_object().is_none() {
            return Err(Fault::syntax(0, "the record is not a JSON object"));
        }
        let told = (self.time)(&parsed.value).map(|(time, text)| (time, part_of(raw, text)));
        let (time, time_text) = told.unzip();
        Ok(Decoded { time, time_text, duplicate_keys: parsed.duplicate_keys, ..Decoded::new(parsed.value) })
    }
}
