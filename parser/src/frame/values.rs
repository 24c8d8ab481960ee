//! JSON values one after another: bare, in lists, or in the list of an envelope.

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memmem};

use super::envelope::{self, Found};
use super::{Frame, FrameFault, Framer, trimmed};
use crate::fault::FaultKind;
use crate::json::{Scan, Skipper, is_space};
use crate::window::Window;

/// Where in the nest of lists the window stands.
#[derive(Debug, Default)]
pub(super) struct State {
    place: Place,
    /// The key of the last envelope.
    pub(super) envelope: Option<Cow<'static, str>>,
    /// The objects around its list.
    levels: u64,
    /// The object around the list that was entered last, up to the list, until somebody takes note of it.
    pub(super) head: Option<Vec<u8>>,
    /// How good elements begin (`{"eventVersion"`), to find the next one after a broken one.
    anchor: Vec<u8>,
    /// Whether the end of an unclosed list has been told.
    is_told: bool,
    /// Bytes looked at again so far.
    rescanned: u64,
}

impl State {
    /// The comma before the first element that begins at or after `from`, told by how good elements begin.
    fn next_element(&self, bytes: &[u8], from: usize) -> Option<usize> {
        if self.anchor.is_empty() {
            return None;
        }
        let mut begins = memmem::find_iter(bytes.get(from..)?, &self.anchor).map(|at| from + at);
        begins.find_map(|at| comma_before(bytes, at))
    }

    /// Whether another `count` bytes may be looked at again. Without a bound, an object of broken beginnings would be
    /// read once for each of them.
    fn may_rescan(&mut self, count: usize) -> bool {
        self.rescanned += count as u64;
        self.rescanned <= RESCAN_LIMIT
    }
}

/// Bytes of one object that are looked at again after a broken value.
const RESCAN_LIMIT: u64 = 64 << 20;

const BROKEN: &str = "the JSON value is broken before the next one begins";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Between values.
    #[default]
    Top,
    /// In a list.
    List,
    /// In the list of an envelope.
    Envelope,
}

/// Bytes looked at for an envelope's key before an object is taken for a record: the lists stand early.
const ENVELOPE_SEARCH: usize = 1 << 20;

/// Bytes of an envelope's head that are handed on.
const HEAD: usize = 64 << 10;

/// Longest beginning that is remembered.
const ANCHOR: usize = 48;

impl Framer {
    pub(super) fn next_value<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        loop {
            skip_separators(window, self.values.place);
            let Some(first) = window.bytes().first().copied() else {
                return self.unclosed(window, is_partial);
            };
            match (self.values.place, first) {
                (Place::Top, b'[') => {
                    window.consume(1);
                    self.values.place = Place::List;
                }
                (Place::List, b']') => {
                    window.consume(1);
                    self.values.place = Place::Top;
                }
                (Place::Envelope, b']') => {
                    window.consume(1);
                    self.values.place = Place::Top;
                    pass(window, Skipper::unchecked(self.values.levels));
                }
                (Place::Top, b'{') if self.enter_envelope(window) => {}
                (_, b'{' | b'[') => return self.value(window, is_partial),
                _ => return self.scalar(window, is_partial),
            }
        }
    }

    /// Moves to the first element of the envelope at the start of the window, if it is one.
    fn enter_envelope<R: Read>(&mut self, window: &mut Window<R>) -> bool {
        if self.envelopes.is_empty() {
            return false;
        }
        loop {
            match envelope::find(window.bytes(), &self.envelopes) {
                Found::List { key, at, levels } => {
                    self.values.head = Some(window.bytes()[..at.min(HEAD)].to_vec());
                    window.consume(at);
                    self.values.place = Place::Envelope;
                    self.values.levels = levels;
                    self.values.envelope = Some(self.envelopes[key].clone());
                    return true;
                }
                Found::None => return false,
                Found::Unknown if window.bytes().len() > ENVELOPE_SEARCH => return false,
                Found::Unknown => {
                    // Each search starts anew, so the window at least doubles between two.
                    let wanted = window.bytes().len() * 2;
                    let before = window.bytes().len();
                    window.ensure(wanted);
                    if window.bytes().len() == before {
                        return false;
                    }
                }
            }
        }
    }

    /// The object or list at the start of the window.
    fn value<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        let mut skipper = Skipper::default();
        let mut fed = 0;
        loop {
            match skipper.feed(&window.bytes()[fed..]) {
                Scan::End(length) => return Some(self.ended(window, fed + length)),
                Scan::Broken(at) => return Some(self.broken(window, fed + at)),
                Scan::More => {}
            }
            fed = window.bytes().len();
            if fed > self.limits.record {
                return Some(self.pass_long_value(window, None));
            }
            if !window.more() {
                break;
            }
        }
        if let Some(comma) = self.swallowed(window.bytes()) {
            return Some(bad(trimmed(&window.bytes()[..comma]), comma + 1, BROKEN));
        }
        if is_partial || window.is_lossy() {
            return None;
        }
        // The end came first: the broken record ends where the next line begins.
        let bytes = window.bytes();
        let line =
            memchr(b'\n', bytes).filter(|end| self.values.place == Place::Top && self.values.may_rescan(fed - end));
        let end = line.unwrap_or(fed);
        let raw = trimmed(&bytes[..end]);
        self.values.is_told = true;
        Some(bad(raw, end, "the JSON value is not closed"))
    }

    /// A value whose brackets close at `end`.
    fn ended<R: Read>(&mut self, window: &mut Window<R>, end: usize) -> Frame {
        if end > self.limits.record {
            return self.pass_long_value(window, Some(end));
        }
        let bytes = &window.bytes()[..end];
        if let Some(comma) = self.swallowed(bytes) {
            return bad(trimmed(&bytes[..comma]), comma + 1, BROKEN);
        }
        self.remember(bytes);
        Frame { raw: end, consume: end, fault: None }
    }

    /// A value whose brackets do not match at `at`: it ends before the next element, or with its line.
    fn broken<R: Read>(&mut self, window: &mut Window<R>, at: usize) -> Frame {
        let mut searched = at;
        loop {
            let bytes = window.bytes();
            let end = match self.values.place {
                Place::Top => memchr(b'\n', &bytes[searched..]).map(|end| (searched + end, searched + end)),
                Place::List | Place::Envelope => {
                    self.values.next_element(bytes, searched).map(|comma| (comma, comma + 1))
                }
            };
            if let Some((end, consume)) = end {
                return bad(trimmed(&bytes[..end]), consume, "the brackets of the JSON value do not match");
            }
            // A beginning that the window cuts is looked for again.
            searched = bytes.len().saturating_sub(ANCHOR).max(at);
            if bytes.len() > self.limits.record {
                return self.pass_long_value(window, None);
            }
            if !window.more() {
                let length = window.bytes().len();
                self.values.is_told = true;
                return bad(trimmed(window.bytes()), length, "the brackets of the JSON value do not match");
            }
        }
    }

    /// The comma before an element whose first quote ended a string that the element before it had left open: there the
    /// parser stops, two bytes into the next one.
    fn swallowed(&mut self, bytes: &[u8]) -> Option<usize> {
        self.values.next_element(bytes, 1)?;
        let error = crate::json::parse_whole(bytes, self.limits.depth).err().filter(|error| !error.is_cut)?;
        let quote = memchr(b'"', &self.values.anchor)?;
        let begin = error.offset.checked_sub(quote + 1).filter(|begin| *begin > 0)?;
        let is_element = bytes[begin..].starts_with(&self.values.anchor);
        let comma = comma_before(bytes, begin).filter(|_| is_element)?;
        self.values.may_rescan(bytes.len() - comma).then_some(comma)
    }

    /// Leaves a value behind that is over the limit: to its end where that is known, to the next line otherwise.
    fn pass_long_value<R: Read>(&mut self, window: &mut Window<R>, end: Option<usize>) -> Frame {
        let (from, line) = (window.offset(), window.line());
        self.keep(window.bytes());
        match end {
            Some(end) => window.consume(end),
            None => pass(window, Skipper::unchecked(0)),
        }
        self.too_long(from, window.offset(), line)
    }

    /// A number, string or word, or whatever else stands where a value should.
    fn scalar<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        let place = self.values.place;
        loop {
            if let Some(end) = scalar_end(window.bytes(), place) {
                return Some(Frame { raw: end, consume: end, fault: None });
            }
            if window.bytes().len() > self.limits.record {
                return Some(self.pass_long_line(window));
            }
            if !window.more() {
                if is_partial || window.is_lossy() {
                    return None;
                }
                let length = window.bytes().len();
                return Some(Frame { raw: trimmed(window.bytes()), consume: length, fault: None });
            }
        }
    }

    /// The end of the stream: fine between values, a fault inside a list.
    fn unclosed<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        let is_fine = self.values.place == Place::Top || is_partial || window.damage().is_some() || self.values.is_told;
        if is_fine {
            return None;
        }
        self.values.is_told = true;
        let reason = "the JSON list is not closed".to_owned();
        let passed = Some((window.offset()..window.offset(), window.line()));
        Some(Frame { raw: 0, consume: 0, fault: Some(FrameFault { kind: FaultKind::Cut, reason, passed }) })
    }

    fn remember(&mut self, value: &[u8]) {
        if self.values.place == Place::Top {
            return;
        }
        let head = &value[..value.len().min(ANCHOR)];
        let colon = memchr(b':', head).filter(|_| head.starts_with(b"{"));
        let Some(colon) = colon else { return };
        if self.values.anchor.as_slice() != &head[..=colon] {
            self.values.anchor.clear();
            self.values.anchor.extend_from_slice(&head[..=colon]);
        }
    }
}

fn bad(raw: usize, consume: usize, reason: &str) -> Frame {
    super::bad(raw, consume, FaultKind::Cut, reason)
}

/// The comma that stands before `at`, with nothing but white space between.
fn comma_before(bytes: &[u8], at: usize) -> Option<usize> {
    bytes[..at].iter().rposition(|byte| !is_space(*byte)).filter(|at| bytes[*at] == b',')
}

/// Moves past white space, byte order marks, record separators and, in a list, commas.
fn skip_separators<R: Read>(window: &mut Window<R>, place: Place) {
    loop {
        let bytes = window.bytes();
        let mut at = 0;
        loop {
            match &bytes[at..] {
                [byte, ..] if is_space(*byte) || *byte == 0x1e => at += 1,
                [b',', ..] if place != Place::Top => at += 1,
                [b',', ..] if bytes[at + 1..].iter().find(|byte| !is_space(**byte)) == Some(&b'{') => at += 1,
                [0xef, 0xbb, 0xbf, ..] => at += 3,
                _ => break,
            }
        }
        let is_open = at == bytes.len();
        window.consume(at);
        if !is_open || !window.more() {
            return;
        }
    }
}

/// Moves past the value that `skipper` follows, without holding it.
fn pass<R: Read>(window: &mut Window<R>, mut skipper: Skipper) {
    loop {
        let bytes = window.bytes();
        if let Scan::End(length) | Scan::Broken(length) = skipper.feed(bytes) {
            window.consume(length);
            return;
        }
        window.consume(bytes.len());
        if !window.more() {
            return;
        }
    }
}

/// Where the scalar at the start of `bytes` ends: before a separator, or before the line's end for what is no scalar.
fn scalar_end(bytes: &[u8], place: Place) -> Option<usize> {
    let is_end = |byte: &u8| match place {
        Place::Top => matches!(byte, b'\n'),
        Place::List | Place::Envelope => matches!(byte, b',' | b']' | b'\n'),
    };
    let from = if bytes[0] == b'"' { envelope::string_end(bytes, 0)? } else { 0 };
    let at = bytes.get(from..)?.iter().position(is_end)?;
    Some(trimmed(&bytes[..from + at]).max(1))
}
