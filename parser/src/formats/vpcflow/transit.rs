//! AWS Transit Gateway flow logs.
//!
//! Source: Amazon VPC Transit Gateways guide, "Transit Gateway Flow Logs records". They are written as VPC flow logs are,
//! with fields of their own.

use std::borrow::Cow;

use super::fields::{self, Kind};
use super::{COLUMNS, Flows, ecs};
use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::value::Value;

pub(in crate::formats) struct TransitGatewayFlow;

impl Format for TransitGatewayFlow {
    fn name(&self) -> &str {
        "tgwflow"
    }

    fn title(&self) -> &str {
        "AWS Transit Gateway flow logs"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| super::kind(line) == Some(Kind::TransitGateway))
    }

    fn claims(&self, head: &[u8]) -> bool {
        super::claimed(head) == Some(Kind::TransitGateway)
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        super::knows_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Flows::of(&fields::TRANSIT_GATEWAY))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event, Kind::TransitGateway)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        ecs::message(event)
    }
}
