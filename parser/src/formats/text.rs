//! Plain text: the fallback that reads any line, and its time where it begins with one.

use std::borrow::Cow;

use jiff::Timestamp;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time;
use crate::value::Value;

pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &str {
        "text"
    }

    fn title(&self) -> &str {
        "Plain text"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["message"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some()
    }

    fn strictness(&self) -> u8 {
        0
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(TextDecoder { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new("text", "event", event.time);
        ecs.set("message", self.message(event));
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Borrowed(event.fields.get("message").and_then(Value::as_str).unwrap_or_default())
    }
}

struct TextDecoder {
    near: Option<Timestamp>,
}

impl Decode for TextDecoder {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let told = time::leading(raw, self.near);
        let fields = Value::Object(vec![("message".into(), Value::String(columns::text(raw)))]);
        let text = columns::text(&raw[..told.map_or(0, |(_, end)| end)]);
        Ok(Decoded::new(fields).at(told.map(|(time, _)| time), text))
    }
}
