//! Lines in which a line end between double quotes belongs to the record, as in CSV (RFC 4180).

use std::io::Read;

use super::lines::{line_at, skip_blank};
use super::{Frame, Framer, bad, trimmed};
use crate::fault::FaultKind;
use crate::window::Window;

/// Bytes after which a quote that is not closed is taken for a quote that should not be there.
const LIMIT: usize = 1 << 20;

impl Framer {
    pub(super) fn next_quoted<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        skip_blank(window);
        let limit = self.limits.record.min(LIMIT);
        let (mut end, mut is_open, mut first) = (0, false, None);
        loop {
            let Some((length, is_complete)) = line_at(window, end, limit) else {
                let Some((raw, consume)) = first else {
                    return (window.bytes().len() > limit).then(|| self.pass_long_line(window));
                };
                if window.bytes().len() <= limit && (is_partial || window.is_lossy()) {
                    return None;
                }
                return Some(bad(raw, consume, FaultKind::Syntax, "a quote is not closed"));
            };
            let line = &window.bytes()[end..end + length];
            is_open = is_open_after(line, is_open);
            end += length + usize::from(is_complete);
            let raw = trimmed(&window.bytes()[..end]);
            if !is_complete && (is_partial || window.is_lossy()) {
                return None;
            }
            if !is_open {
                return Some(Frame { raw, consume: end, fault: None });
            }
            first = first.or(Some((raw, end)));
        }
    }
}

/// Whether a quote is open at the end of `line`. A quote opens a cell only at its start: in `5" disk` it is text.
pub(crate) fn is_open_after(line: &[u8], mut is_open: bool) -> bool {
    let mut closed = None;
    for quote in memchr::memchr_iter(b'"', line) {
        // A doubled quote goes on with the cell that its first half seemed to close.
        let is_doubled = closed.is_some_and(|closed| closed + 1 == quote);
        if is_open {
            closed = Some(quote);
            is_open = false;
        } else {
            is_open = is_doubled || is_start(&line[..quote]);
        }
    }
    is_open
}

/// Whether a cell begins behind `before`.
fn is_start(before: &[u8]) -> bool {
    let blanks = before.iter().rev().take(16).take_while(|byte| **byte == b' ').count();
    matches!(before[..before.len() - blanks].last(), None | Some(b',' | b';' | b'\t' | b'|'))
}
