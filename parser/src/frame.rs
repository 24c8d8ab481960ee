//! Where records begin and end in the inflated stream.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use crate::fault::FaultKind;
use crate::format::Format;
use crate::json::is_space;
use crate::limits::Limits;
use crate::window::Window;

mod blocks;
mod elements;
mod envelope;
mod lines;
mod octets;
mod quoted;
mod values;

pub(crate) use octets::length as octets;
pub(crate) use quoted::is_open_after;

/// How records are laid out in the inflated stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// One record a line; blank lines are none.
    #[default]
    Lines,
    /// Lines that go on until one begins a new record, as a stack trace does.
    Blocks,
    /// One record a line, but a line end within double quotes belongs to the record: RFC 4180.
    Quoted,
    /// Each record behind its length in bytes, as RFC 6587 frames syslog: `83 <34>1 2026-…`.
    Octets,
    /// Elements of an XML document.
    Elements,
    /// One JSON object a line; several on one line are several records.
    JsonLines,
    /// JSON values one after another, over any number of lines, with or without separators, or as the elements of
    /// lists.
    JsonValues,
    /// The elements of the list under this key of a JSON object, as in `{"Records":[…]}`.
    Envelope(Cow<'static, str>),
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Framing::Lines => f.write_str("lines"),
            Framing::Blocks => f.write_str("blocks of lines"),
            Framing::Quoted => f.write_str("lines with quotes"),
            Framing::Octets => f.write_str("counted octets"),
            Framing::Elements => f.write_str("XML elements"),
            Framing::JsonLines => f.write_str("JSON lines"),
            Framing::JsonValues => f.write_str("JSON values"),
            Framing::Envelope(key) => write!(f, "{key}[]"),
        }
    }
}

/// The record that stands at the start of the window.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// Its bytes, from the start of the window. Of a record over the limit only [`Framer::kept`] is left.
    pub raw: usize,
    /// Bytes to leave behind with it, its separator included.
    pub consume: usize,
    /// What is wrong with it already.
    pub fault: Option<FrameFault>,
}

/// A record that cannot be handed to its format.
#[derive(Debug)]
pub(crate) struct FrameFault {
    pub kind: FaultKind,
    pub reason: String,
    /// Where the record lies, when its bytes are gone from the window.
    pub passed: Option<(Range<u64>, u64)>,
}

/// Bytes kept of a record over the limit.
const KEPT: usize = 4 << 10;

/// Finds records. It never parses them; what it needs to know of JSON are brackets and strings.
pub(crate) struct Framer {
    framing: Framing,
    /// Keys of JSON lists, or names of XML elements, that hold records.
    envelopes: Vec<Cow<'static, str>>,
    /// Tells where a block begins.
    format: Option<Arc<dyn Format>>,
    limits: Limits,
    /// The head of the last record that was over the limit.
    kept: Vec<u8>,
    values: values::State,
    /// Bytes of the line that the last record stood on, where they are known.
    rest_of_line: usize,
}

impl Framer {
    /// Finds records of `format`.
    pub(crate) fn new(framing: Framing, format: Arc<dyn Format>, limits: Limits) -> Self {
        let envelopes = format.envelopes().into_iter().map(|key| Cow::Owned(key.to_owned())).collect();
        Framer { format: Some(format), ..Framer::of(framing, envelopes, limits) }
    }

    /// Finds records of a format that is not known yet.
    pub(crate) fn of(framing: Framing, envelopes: Vec<Cow<'static, str>>, limits: Limits) -> Self {
        let (kept, values) = (Vec::new(), values::State::default());
        Framer { framing, envelopes, format: None, limits, kept, values, rest_of_line: 0 }
    }

    /// Moves the window to the next record; nothing at the end of the stream. A tail that was cut off by damage stays
    /// in the window.
    pub(crate) fn next<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        match self.framing {
            Framing::Lines | Framing::JsonLines => self.next_line(window, is_partial),
            Framing::Blocks => self.next_block(window, is_partial),
            Framing::Quoted => self.next_quoted(window, is_partial),
            Framing::Octets => self.next_counted(window, is_partial),
            Framing::Elements => self.next_element(window, is_partial),
            Framing::JsonValues | Framing::Envelope(_) => self.next_value(window, is_partial),
        }
    }

    /// The head of a record over the limit.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// The key of the envelope that elements were last taken from.
    pub(crate) fn envelope(&self) -> Option<&Cow<'static, str>> {
        self.values.envelope.as_ref()
    }

    /// The object around the list that was entered since the last question.
    pub(crate) fn take_head(&mut self) -> Option<Vec<u8>> {
        self.values.head.take()
    }

    fn keep(&mut self, head: &[u8]) {
        self.kept.clear();
        self.kept.extend_from_slice(&head[..head.len().min(KEPT)]);
    }

    fn too_long(&self, from: u64, to: u64, line: u64) -> Frame {
        let reason = format!("the record is longer than {} bytes", self.limits.record);
        let passed = Some((from..to, line));
        Frame { raw: 0, consume: 0, fault: Some(FrameFault { kind: FaultKind::TooLong, reason, passed }) }
    }
}

/// A record whose bytes are in the window, but that cannot be handed to its format.
fn bad(raw: usize, consume: usize, kind: FaultKind, reason: &str) -> Frame {
    Frame { raw, consume, fault: Some(FrameFault { kind, reason: reason.to_owned(), passed: None }) }
}

/// The length of `bytes` without white space at their end.
fn trimmed(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| !is_space(*byte)).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests;
