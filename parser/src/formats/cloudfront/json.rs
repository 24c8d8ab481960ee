//! Amazon CloudFront's standard logs (v2) as JSON, and their rows where Parquet held them.
//!
//! Source: Amazon CloudFront Developer Guide, "Configure standard logging (v2)" (the example of a log sent to Firehose). All
//! values are text; rows of tables spell the same names with underscores.

use std::borrow::Cow;

use super::{COLUMNS, ecs, fields};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Shape, Stream, Unit};
use crate::formats::columns::named;
use crate::formats::json::{self, JsonDecoder};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(in crate::formats) struct CloudFrontJson;

impl Format for CloudFrontJson {
    fn name(&self) -> &str {
        "cloudfront_json"
    }

    fn title(&self) -> &str {
        "Amazon CloudFront access logs (JSON, Parquet)"
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
        let fields = unit.json().and_then(Value::as_object);
        fields.is_some_and(|fields| fields::are_cloudfronts(fields.iter().map(|(name, _)| &**name)))
    }

    fn knows_key(&self, key: &str) -> bool {
        super::knows_key(key)
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Rows(JsonDecoder::objects(stream, |event| {
            let told = |name| json::told(event, name, EventTime::epoch);
            told("timestamp(ms)").or_else(|| told("timestamp_ms")).or_else(|| told("timestamp"))
        })))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        ecs::message(event)
    }
}

struct Rows(JsonDecoder);

impl Decode for Rows {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let decoded = self.0.decode(raw)?;
        if decoded.time.is_some() {
            return Ok(decoded);
        }
        let text = |name| named(&decoded.fields, name).and_then(Value::as_str);
        let (Some(date), Some(clock)) = (text("date"), text("time")) else { return Ok(decoded) };
        let (time, text) = (fields::time_of(date.as_bytes(), clock.as_bytes()), format!("{date} {clock}"));
        Ok(decoded.at(time, text))
    }
}
