//! Records behind their length in bytes: octet counting, RFC 6587 section 3.4.1.

use std::io::Read;

use super::{Frame, Framer, bad};
use crate::fault::FaultKind;
use crate::window::Window;

/// Digits of a length: a record of up to 10 MB.
const DIGITS: usize = 7;

impl Framer {
    pub(super) fn next_counted<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        super::lines::skip_blank(window);
        window.ensure(DIGITS + 1);
        if window.bytes().is_empty() {
            return None;
        }
        let Some((count, prefix)) = length(window.bytes()) else {
            if window.bytes().len() <= DIGITS && (is_partial || window.is_lossy()) {
                return None;
            }
            // What is not counted ends with its line.
            let Some((end, _)) = super::lines::line_at(window, 0, self.limits.record) else {
                return Some(self.pass_long_line(window));
            };
            return Some(bad(end, end, FaultKind::Syntax, "no count of octets before the record"));
        };
        if count > self.limits.record {
            let (from, line) = (window.offset(), window.line());
            window.consume(prefix);
            window.ensure(super::KEPT);
            self.keep(window.bytes());
            let mut rest = count;
            while rest > 0 && !window.bytes().is_empty() {
                let passed = rest.min(window.bytes().len());
                window.consume(passed);
                rest -= passed;
                window.ensure(1);
            }
            return Some(self.too_long(from, window.offset(), line));
        }
        window.consume(prefix);
        window.ensure(count);
        let held = window.bytes().len();
        if held >= count {
            return Some(Frame { raw: count, consume: count, fault: None });
        }
        if is_partial || window.is_lossy() {
            return None;
        }
        Some(bad(held, held, FaultKind::Cut, "the object ends before the record's count of octets"))
    }
}

/// The count at the start of `bytes`, and the length of its digits and space.
pub(crate) fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = bytes.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || bytes[0] == b'0' || bytes.get(digits) != Some(&b' ') {
        return None;
    }
    let count = std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()?;
    Some((count, digits + 1))
}
