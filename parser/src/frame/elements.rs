//! Elements of an XML document: each element of a known name is a record, whatever stands around it.

use std::io::Read;

use memchr::memmem;

use super::{Frame, Framer, bad, trimmed};
use crate::fault::FaultKind;
use crate::json::is_space;
use crate::window::Window;

/// What stands at the start of the window.
enum Piece {
    /// A record: its opening tag ends at `body`, and `</name>` closes it where it does not close itself.
    Element { name: usize },
    /// Another tag, a comment, a declaration: until this mark.
    Markup(&'static [u8]),
    /// Text.
    Text,
}

impl Framer {
    pub(super) fn next_element<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        loop {
            skip_space(window);
            window.ensure(LONGEST_NAME);
            if window.bytes().is_empty() {
                return None;
            }
            let (end, is_record) = match self.piece(window.bytes()) {
                Piece::Element { name } => (self.element_end(window, name), true),
                Piece::Markup(mark) => (find(window, mark, self.limits.record), false),
                Piece::Text => {
                    let end = find(window, b"<", self.limits.record).map_or(window.bytes().len(), |end| end - 1);
                    let raw = trimmed(&window.bytes()[..end]);
                    return Some(bad(raw, end, FaultKind::Syntax, "text between the elements"));
                }
            };
            let Some(end) = end else {
                if window.bytes().len() > self.limits.record {
                    return Some(self.pass_long_line(window));
                }
                if is_partial || window.is_lossy() {
                    return None;
                }
                let length = window.bytes().len();
                return Some(bad(trimmed(window.bytes()), length, FaultKind::Cut, "the element is not closed"));
            };
            if is_record {
                return Some(Frame { raw: end, consume: end, fault: None });
            }
            window.consume(end);
        }
    }

    fn piece(&self, bytes: &[u8]) -> Piece {
        let Some(rest) = bytes.strip_prefix(b"<") else { return Piece::Text };
        let is_name = |name: &str| {
            rest.strip_prefix(name.as_bytes())
                .and_then(|rest| rest.first())
                .is_some_and(|next| is_space(*next) || matches!(next, b'>' | b'/'))
        };
        if let Some(name) = self.envelopes.iter().position(|name| is_name(name)) {
            return Piece::Element { name };
        }
        match rest {
            [b'!', b'-', b'-', ..] => Piece::Markup(b"-->"),
            [b'?', ..] => Piece::Markup(b"?>"),
            _ => Piece::Markup(b">"),
        }
    }

    /// Where the element at the start of the window ends.
    fn element_end<R: Read>(&self, window: &mut Window<R>, name: usize) -> Option<usize> {
        let open = find(window, b">", self.limits.record)?;
        if window.bytes()[open - 2] == b'/' {
            return Some(open);
        }
        let close = format!("</{}>", self.envelopes[name]);
        find(window, close.as_bytes(), self.limits.record)
    }
}

/// Longer than any name that a format looks for.
const LONGEST_NAME: usize = 64;

/// The offset behind the first `mark` in the window; nothing where the stream or the record's limit ends before it.
fn find<R: Read>(window: &mut Window<R>, mark: &[u8], limit: usize) -> Option<usize> {
    let mut searched = 0_usize;
    loop {
        let bytes = window.bytes();
        let from = searched.saturating_sub(mark.len() - 1);
        if let Some(at) = memmem::find(&bytes[from..], mark) {
            return Some(from + at + mark.len());
        }
        searched = bytes.len();
        if searched > limit || !window.more() {
            return None;
        }
    }
}

/// Moves past white space and byte order marks.
fn skip_space<R: Read>(window: &mut Window<R>) {
    loop {
        let bytes = window.bytes();
        let count = bytes.iter().take_while(|byte| is_space(**byte) || matches!(byte, 0xef | 0xbb | 0xbf)).count();
        let is_open = count == bytes.len();
        window.consume(count);
        if !is_open || !window.more() {
            return;
        }
    }
}
