//! Blocks: lines that go on until one begins a new record.

use std::io::Read;

use super::lines::{line_at, skip_blank};
use super::{Frame, Framer, trimmed};
use crate::window::Window;

impl Framer {
    pub(super) fn next_block<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        skip_blank(window);
        let limit = self.limits.record;
        let mut end = 0;
        loop {
            let Some((length, is_complete)) = line_at(window, end, limit) else {
                if window.bytes().len() > limit {
                    return Some(self.pass_long_block(window));
                }
                // The stream has ended behind a complete line; a cut object may have had more of the block.
                if end == 0 || is_partial || window.is_lossy() {
                    return None;
                }
                break;
            };
            let line = &window.bytes()[end..end + length];
            if end > 0 && !line.trim_ascii().is_empty() && self.begins(line) {
                break;
            }
            end += length + usize::from(is_complete);
            if !is_complete {
                if is_partial || window.is_lossy() {
                    return None;
                }
                break;
            }
        }
        Some(Frame { raw: trimmed(&window.bytes()[..end]), consume: end, fault: None })
    }

    fn begins(&self, line: &[u8]) -> bool {
        self.format.as_ref().is_none_or(|format| format.begins(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// Leaves a block behind that is over the limit: to the next line that begins one.
    fn pass_long_block<R: Read>(&mut self, window: &mut Window<R>) -> Frame {
        let (from, line) = (window.offset(), window.line());
        self.keep(window.bytes());
        loop {
            let passed = self.pass_long_line(window);
            window.ensure(1);
            skip_blank(window);
            // Of the next line a beginning is enough to tell; it may itself be over the limit.
            window.ensure(BEGINNING);
            let bytes = window.bytes();
            let next = &bytes[..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len().min(BEGINNING))];
            if next.is_empty() || self.begins(next) {
                let end = window.offset();
                return Frame { fault: self.too_long(from, end, line).fault, ..passed };
            }
        }
    }
}

/// Bytes of a line that tell whether it begins a block, where the line itself is too long to be held.
const BEGINNING: usize = 4 << 10;
