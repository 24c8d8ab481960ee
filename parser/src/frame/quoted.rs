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
        let (mut end, mut quotes, mut first) = (0, 0, None);
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
            quotes += memchr::memchr_iter(b'"', line).count();
            end += length + usize::from(is_complete);
            let raw = trimmed(&window.bytes()[..end]);
            if !is_complete && (is_partial || window.is_lossy()) {
                return None;
            }
            if quotes % 2 == 0 {
                return Some(Frame { raw, consume: end, fault: None });
            }
            first = first.or(Some((raw, end)));
        }
    }
}
