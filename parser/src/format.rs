//! What a format is, and the list of those that are known.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use crate::fault::Fault;
use crate::frame::Framing;
use crate::json::Wanted;
use crate::limits::Limits;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;
use jiff::Timestamp;

/// A kind of log: how to recognise it, read one record of it, and name its fields in ECS.
///
/// A new format is one file under `formats/` that implements this trait and one line in the list there, or a
/// definition in TOML that is read while the program runs.
pub trait Format: Sync + Send {
    /// The name in commands, configuration and exports: `cloudtrail`.
    fn name(&self) -> &str;

    /// The name for people: `AWS CloudTrail`.
    fn title(&self) -> &str;

    /// Dotted ECS paths of the columns that a table shows after the time.
    fn columns(&self) -> Vec<&str>;

    /// Whether records are text or JSON values.
    fn shape(&self) -> Shape {
        Shape::Text
    }

    /// For formats of JSON: the keys of the lists in an enclosing object that hold the records (`Records`). For formats
    /// of XML: the names of the elements that are records (`Event`).
    fn envelopes(&self) -> Vec<&str> {
        Vec::new()
    }

    /// For formats of text: how records lie in an object that begins with `head`.
    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Lines
    }

    /// For formats whose records are [blocks](Framing::Blocks) of lines: whether a line begins one.
    fn begins(&self, _line: &[u8]) -> bool {
        true
    }

    /// Whether one record of an unknown object looks like this format. Strict formats win over general ones, so this
    /// should refuse what is not certainly its own.
    fn matches(&self, unit: &Unit<'_>) -> bool;

    /// Whether an object that begins with `head` is certainly of this format, whatever its lines look like one by one:
    /// a header that names the columns, the root of a document.
    fn claims(&self, _head: &[u8]) -> bool {
        false
    }

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
    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e>;

    /// The record in one line, for lists.
    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str>;
}

impl std::fmt::Debug for dyn Format + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for dyn Format + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

/// What the records of a format are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text: lines, or what [`Format::framing`] says.
    Text,
    /// JSON values.
    Json,
}

impl Shape {
    /// The name in lists and exports: `text`, `json`.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Text => "text",
            Shape::Json => "json",
        }
    }
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
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Stream {
    /// The object's key.
    pub key: Option<String>,
    /// A time near its records: the date in the key, or its arrival. It completes times without a year.
    pub near: Option<Timestamp>,
    /// The bounds for its records.
    pub limits: Limits,
    /// The formats that are known, for records that carry those of another.
    pub formats: Formats,
    /// The fields that are wanted, if not all of them are.
    pub(crate) wanted: Option<Wanted>,
}

/// Reads the records of one object, in their order.
pub trait Decode {
    /// Takes note of a line that is no record: a header, a comment.
    fn is_header(&mut self, _raw: &[u8]) -> bool {
        false
    }

    /// Takes note of the object whose list holds the records that follow: its bytes up to the list, at most 64 KiB
    /// (`{"owner":"111122223333","logEvents":[`). Called again for each such object.
    fn enter(&mut self, _head: &[u8]) {}

    /// Whether what a record says may depend on those before it: a clock that goes round, a format that is guessed.
    /// Then none of them is passed over.
    fn looks_back(&self) -> bool {
        false
    }

    /// Reads one record. The offset of a fault counts from the record's first byte.
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault>;
}

/// A record that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decoded<'a> {
    /// When it happened.
    pub time: Option<EventTime>,
    /// The text that the time was read from.
    pub time_text: Option<Cow<'a, str>>,
    /// Its fields, named and typed as in the log.
    pub fields: Value<'a>,
    /// Keys that stood twice in one object.
    pub duplicate_keys: u32,
    /// The log that it carries, if that is of a known format.
    pub carried: Option<Box<Carried<'a>>>,
}

/// A log inside of a record of another format, as CloudWatch Logs carries any.
#[derive(Debug)]
pub struct Carried<'a> {
    /// The format of the log.
    pub format: Arc<dyn Format>,
    /// What it says. That it carries another one in turn is not looked at.
    pub log: Decoded<'a>,
}

impl<'a> Decoded<'a> {
    /// A record that tells no time.
    pub fn new(fields: Value<'a>) -> Self {
        Decoded { time: None, time_text: None, fields, duplicate_keys: 0, carried: None }
    }

    /// The same with its time, and the text that it was read from.
    #[must_use]
    pub fn at(self, time: Option<EventTime>, text: impl Into<Cow<'a, str>>) -> Self {
        let time_text = time.is_some().then(|| text.into());
        Decoded { time, time_text, ..self }
    }

    /// The same as the carrier of a log, if there is one. The event is then that log's, completed by what this record says.
    #[must_use]
    pub fn carrying(self, log: Option<Carried<'a>>) -> Self {
        Decoded { carried: log.map(Box::new), ..self }
    }

    /// A copy that borrows from nothing.
    pub(crate) fn into_owned(self) -> Decoded<'static> {
        Decoded {
            time: self.time,
            time_text: self.time_text.map(|text| Cow::Owned(text.into_owned())),
            fields: self.fields.into_owned(),
            duplicate_keys: self.duplicate_keys,
            carried: None,
        }
    }
}

/// `text` as a part of `raw`, which it was cut from or copied from.
pub(crate) fn part_of<'a>(raw: &'a [u8], text: &str) -> Cow<'a, str> {
    let from = text.as_ptr().addr().wrapping_sub(raw.as_ptr().addr());
    let part = raw.get(from..from.saturating_add(text.len())).and_then(|part| std::str::from_utf8(part).ok());
    part.filter(|part| *part == text).map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed)
}

/// The formats that a reader chooses among; cheap to clone. The default are those that are compiled in.
#[derive(Clone)]
pub struct Formats {
    list: Arc<[Arc<dyn Format>]>,
    /// The keys of all JSON envelopes, for a sample whose format is not known.
    envelopes: Arc<[Cow<'static, str>]>,
}

impl Formats {
    /// The formats that are compiled in, strictest first.
    pub fn built_in() -> &'static Formats {
        static BUILT_IN: LazyLock<Formats> = LazyLock::new(|| Formats::of(crate::formats::all()));
        &BUILT_IN
    }

    fn of(list: Vec<Arc<dyn Format>>) -> Self {
        let json = list.iter().filter(|format| format.shape() == Shape::Json);
        let mut envelopes: Vec<Cow<'static, str>> =
            json.flat_map(|format| format.envelopes()).map(|key| Cow::Owned(key.to_owned())).collect();
        envelopes.sort_unstable();
        envelopes.dedup();
        Formats { list: list.into(), envelopes: envelopes.into() }
    }

    /// These formats and one more, which goes before them and in the place of one of its name.
    #[must_use]
    pub fn with(&self, format: Arc<dyn Format>) -> Self {
        let others: Vec<_> = self.list.iter().filter(|other| other.name() != format.name()).cloned().collect();
        Formats::of(std::iter::once(format).chain(others).collect())
    }

    /// The format of that name.
    pub fn get(&self, name: &str) -> Option<Arc<dyn Format>> {
        self.iter().find(|format| format.name() == name).cloned()
    }

    /// All of them, strictest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Arc<dyn Format>> {
        self.list.iter()
    }

    /// Their names, in the same order.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.iter().map(|format| format.name())
    }

    pub(crate) fn envelopes(&self) -> &[Cow<'static, str>] {
        &self.envelopes
    }
}

/// Equal are those of the same names: two catalogues of one program differ in nothing else.
impl PartialEq for Formats {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.list, &other.list) || self.names().eq(other.names())
    }
}

impl Eq for Formats {}

impl Default for Formats {
    fn default() -> Self {
        Formats::built_in().clone()
    }
}

impl<'f> IntoIterator for &'f Formats {
    type Item = &'f Arc<dyn Format>;
    type IntoIter = std::slice::Iter<'f, Arc<dyn Format>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::fmt::Debug for Formats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// The compiled-in format of that name.
pub fn format(name: &str) -> Option<Arc<dyn Format>> {
    Formats::built_in().get(name)
}
