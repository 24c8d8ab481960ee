//! What a format is, and the list of those that are known.

use std::borrow::Cow;

use crate::fault::Fault;
use crate::json::Wanted;
use crate::limits::Limits;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;
use jiff::Timestamp;

/// A kind of log: how to recognise it, read one record of it, and name its fields in ECS.
///
/// A new format is one file under `formats/` that implements this trait, and one line in the list there.
pub trait Format: Sync + Send {
    /// The name in commands, configuration and exports: `cloudtrail`.
    fn name(&self) -> &'static str;

    /// The name for people: `AWS CloudTrail`.
    fn title(&self) -> &'static str;

    /// Dotted ECS paths of the columns that a table shows after the time.
    fn columns(&self) -> &'static [&'static str];

    /// Whether records are lines of text or JSON values.
    fn shape(&self) -> Shape {
        Shape::Lines
    }

    /// Whether one record of an unknown object looks like this format. Strict formats win over general ones, so this
    /// should refuse what is not certainly its own.
    fn matches(&self, unit: &Unit<'_>) -> bool;

    /// Whether an object's key is one that this format's writer uses.
    fn knows_key(&self, _key: &str) -> bool {
        false
    }

    /// How much the format asks of a record; where two match equally many, the higher wins. The fallbacks `json` and
    /// `text` have 1 and 0, formats of their own 2 or more.
    fn strictness(&self) -> u8 {
        2
    }

    /// A decoder for one object.
    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send>;

    /// The record as a nested ECS object. What ECS has no name for stays under the format's own.
    fn ecs<'e>(&self, event: &'e Event<'_>) -> Value<'e>;

    /// The record in one line, for lists.
    fn message<'e>(&self, event: &'e Event<'_>) -> Cow<'e, str>;
}

impl std::fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for dyn Format {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

/// How the records of a format are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One record a line.
    Lines,
    /// JSON values; also the elements of a list under one of these keys of an enclosing object.
    Json {
        /// The keys: `Records`.
        envelopes: &'static [&'static str],
    },
}

/// One record of a sample, before its format is known.
#[derive(Clone, Copy, Debug)]
pub enum Unit<'a> {
    /// A line of text.
    Line(&'a [u8]),
    /// A JSON value.
    Json(&'a Value<'a>),
}

impl<'a> Unit<'a> {
    /// The line, where it is one.
    pub fn line(&self) -> Option<&'a [u8]> {
        match self {
            Unit::Line(line) => Some(line),
            Unit::Json(_) => None,
        }
    }

    /// The JSON value, where it is one.
    pub fn json(&self) -> Option<&'a Value<'a>> {
        match self {
            Unit::Json(value) => Some(value),
            Unit::Line(_) => None,
        }
    }
}

/// What a decoder may know about its object.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stream {
    /// The object's key.
    pub key: Option<String>,
    /// A time near its records: the date in the key, or its arrival. It completes times without a year.
    pub near: Option<Timestamp>,
    /// The bounds for its records.
    pub limits: Limits,
    /// The fields that are wanted, if not all of them are.
    pub(crate) wanted: Option<Wanted>,
}

/// Reads the records of one object, in their order.
pub trait Decode {
    /// Takes note of a line that is no record: a header, a comment.
    fn is_header(&mut self, _raw: &[u8]) -> bool {
        false
    }

    /// Reads one record. The offset of a fault counts from the record's first byte.
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault>;
}

/// A record that was read.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// When it happened.
    pub time: Option<EventTime>,
    /// Its fields, named and typed as in the log.
    pub fields: Value<'a>,
    /// Keys that stood twice in one object.
    pub duplicate_keys: u32,
}

/// The formats that are compiled in, strictest first.
pub fn formats() -> &'static [&'static dyn Format] {
    crate::formats::ALL
}

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    formats().iter().copied().find(|format| format.name() == name)
}
