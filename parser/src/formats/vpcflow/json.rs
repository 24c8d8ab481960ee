//! Flow logs as rows of a table, one JSON object each: what Parquet files of flow logs hold.
//!
//! Source: Amazon VPC User Guide, "Flow log records" and "Publish flow logs to Amazon S3" (Apache Parquet): the same fields,
//! spelled with underscores.

use std::borrow::Cow;

use super::fields::{self, Kind};
use super::{COLUMNS, ecs};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::formats::columns::named;
use crate::formats::json::{self, JsonDecoder};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(in crate::formats) struct VpcFlowJson;

impl Format for VpcFlowJson {
    fn name(&self) -> &str {
        "vpcflow_json"
    }

    fn title(&self) -> &str {
        "Amazon VPC and Transit Gateway flow logs (Parquet)"
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
        let Some(row) = unit.json().and_then(Value::as_object) else { return false };
        let has = |name: &str| row.iter().any(|(key, _)| fields::known(key.as_bytes()) == Some(name));
        let known = row.iter().take(128).filter(|(key, _)| fields::known(key.as_bytes()).is_some()).count();
        // A table may have more columns than the log: those of its partitions.
        known >= 5
            && known * 4 >= row.len() * 3
            && has("srcaddr")
            && has("dstaddr")
            && ["interface-id", "log-status", "tgw-id", "flow-direction"].into_iter().any(has)
    }

    fn knows_key(&self, key: &str) -> bool {
        super::knows_key(key) && key.contains(".parquet")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |row| {
            let seconds = |text: &str| EventTime::seconds(text.as_bytes());
            json::told(row, "end", seconds).or_else(|| json::told(row, "start", seconds))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let is_gateway =
            named(&event.fields, "tgw-id").is_some() || named(&event.fields, "tgw-attachment-id").is_some();
        ecs::build(event, if is_gateway { Kind::TransitGateway } else { Kind::Vpc })
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        ecs::message(event)
    }
}
