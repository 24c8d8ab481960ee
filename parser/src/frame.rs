//! Where records begin and end in the inflated stream.

use std::fmt;
use std::io::Read;
use std::ops::Range;

use crate::fault::FaultKind;
use crate::limits::Limits;
use crate::window::Window;

mod envelope;
mod lines;
mod values;

/// How records are laid out in the inflated stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Framing {
    /// One record a line; blank lines are none.
    #[default]
    Lines,
    /// One JSON object a line; several on one line are several records.
    JsonLines,
    /// JSON values one after another, over any number of lines, with or without separators, or as the elements of
    /// lists.
    JsonValues,
    /// The elements of the list under this key of a JSON object, as in `{"Records":[…]}`.
    Envelope(&'static str),
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Framing::Lines => f.write_str("lines"),
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
    envelopes: &'static [&'static str],
    limits: Limits,
    /// The head of the last record that was over the limit.
    kept: Vec<u8>,
    values: values::State,
    /// Bytes of the line that the last record stood on, where they are known.
    rest_of_line: usize,
}

impl Framer {
    pub(crate) fn new(framing: Framing, envelopes: &'static [&'static str], limits: Limits) -> Self {
        Framer { framing, envelopes, limits, kept: Vec::new(), values: values::State::default(), rest_of_line: 0 }
    }

    /// Moves the window to the next record; nothing at the end of the stream. A tail that was cut off by damage stays
    /// in the window.
    pub(crate) fn next<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        match self.framing {
            Framing::Lines | Framing::JsonLines => self.next_line(window, is_partial),
            Framing::JsonValues | Framing::Envelope(_) => self.next_value(window, is_partial),
        }
    }

    /// The head of a record over the limit.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// The key of the envelope that elements were last taken from.
    pub(crate) fn envelope(&self) -> Option<&'static str> {
        self.values.envelope
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

#[cfg(test)]
mod tests;
