//! Lines: ended by LF or CRLF, the last one also by the end of the stream.

use std::io::Read;

use memchr::{memchr, memmem};

use super::{Frame, Framer, Framing};
use crate::json::{Scan, Skipper, is_space};
use crate::window::Window;

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Framer {
    pub(super) fn next_line<R: Read>(&mut self, window: &mut Window<R>, is_partial: bool) -> Option<Frame> {
        loop {
            let known = std::mem::take(&mut self.rest_of_line);
            if known == 0 {
                skip_blank(window);
            }
            let mut searched = 0;
            let line = loop {
                let bytes = window.bytes();
                if known > 0 {
                    break &bytes[..known];
                }
                if let Some(at) = memchr(b'\n', &bytes[searched..]) {
                    break &bytes[..searched + at];
                }
                searched = bytes.len();
                if searched > self.limits.record {
                    return Some(self.pass_long_line(window));
                }
                if !window.more() {
                    if searched == 0 || is_partial || window.is_lossy() {
                        return None;
                    }
                    break window.bytes();
                }
            };
            if line.len() > self.limits.record {
                return Some(self.pass_long_line(window));
            }
            let length = line.len();
            let raw = line.strip_suffix(b"\r").unwrap_or(line);
            if raw.iter().all(|byte| is_space(*byte)) {
                window.consume(length);
                continue;
            }
            if self.framing == Framing::JsonLines
                && let Some(end) = first_of_several(raw)
            {
                // The line's end is not looked for again: a line of a million objects would be searched a million times.
                self.rest_of_line = length - end;
                return Some(Frame { raw: end, consume: end, fault: None });
            }
            return Some(Frame { raw: raw.len(), consume: length, fault: None });
        }
    }

    /// Leaves a line behind that is over the limit, without holding it.
    pub(super) fn pass_long_line<R: Read>(&mut self, window: &mut Window<R>) -> Frame {
        let (from, line) = (window.offset(), window.line());
        self.keep(window.bytes());
        loop {
            let bytes = window.bytes();
            if let Some(at) = memchr(b'\n', bytes) {
                window.consume(at);
                break;
            }
            window.consume(bytes.len());
            if !window.more() {
                break;
            }
        }
        self.too_long(from, window.offset(), line)
    }
}

/// Moves past line ends and byte order marks.
pub(super) fn skip_blank<R: Read>(window: &mut Window<R>) {
    loop {
        window.ensure(BOM.len());
        match blank(window.bytes()) {
            0 => return,
            skip => window.consume(skip),
        }
    }
}

/// Bytes of line ends and byte order marks at the start of `bytes`.
fn blank(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match &bytes[at..] {
            [b'\n' | b'\r', ..] => at += 1,
            rest if rest.starts_with(BOM) => at += BOM.len(),
            _ => return at,
        }
    }
}

/// The end of the first JSON object of a line that holds several, as a delivery without newlines leaves it.
fn first_of_several(line: &[u8]) -> Option<usize> {
    if !line.starts_with(b"{") || (memmem::find(line, b"}{").is_none() && memmem::find(line, b"} {").is_none()) {
        return None;
    }
    match Skipper::default().feed(line) {
        Scan::End(end) if line[end..].iter().any(|byte| !is_space(*byte)) => Some(end),
        _ => None,
    }
}

/// The length of the line that begins at `from` in the window, its line end not included; with it whether the line is
/// complete. Nothing where the stream has no byte there, or where the line goes over `limit` bytes from the window's start.
pub(super) fn line_at<R: Read>(window: &mut Window<R>, from: usize, limit: usize) -> Option<(usize, bool)> {
    let mut searched = from;
    loop {
        let bytes = window.bytes();
        if let Some(at) = memchr(b'\n', bytes.get(searched..).unwrap_or_default()) {
            return (searched + at <= limit).then_some((searched + at - from, true));
        }
        searched = searched.max(bytes.len());
        if searched > limit {
            return None;
        }
        if !window.more() {
            return (searched > from).then_some((searched - from, false));
        }
    }
}
