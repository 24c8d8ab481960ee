//! Plain text: the fallback that reads any line, and its time where it begins with one.
//!
//! Where lines with a time are followed by lines without one, as by a stack trace, those are one record.

use std::borrow::Cow;

use jiff::Timestamp;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time;
use crate::value::Value;

pub(super) struct Text;

/// Lines that are looked at to see whether records go over several.
const SAMPLE: usize = 256;

impl Format for Text {
    fn name(&self) -> &str {
        "text"
    }

    fn title(&self) -> &str {
        "Plain text"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "message"]
    }

    fn framing(&self, head: &[u8]) -> Framing {
        let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let (mut timed, mut others, mut continuing) = (0, 0, 0);
        for line in lines.take(SAMPLE) {
            if self.begins(line) {
                timed += 1;
            } else if timed > 0 {
                others += 1;
                continuing += usize::from(goes_on(line));
            }
        }
        // A single line with a time may be the file's only one, above text of its own.
        let is_blocks = timed > 1 && others > 0 || timed == 1 && others > 0 && continuing == others;
        if is_blocks { Framing::Blocks } else { Framing::Lines }
    }

    fn begins(&self, line: &[u8]) -> bool {
        time::leading(line, Some(Timestamp::UNIX_EPOCH)).is_some()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some()
    }

    fn strictness(&self) -> u8 {
        0
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(TextDecoder { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let message = event.fields.get("message").and_then(Value::as_str).unwrap_or_default();
        let mut ecs = Ecs::new("text", "event", event.time);
        ecs.set("message", message);
        ecs.set_some("log.level", level(message, event.time_text.as_deref()));
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        Cow::Borrowed(event.fields.get("message").and_then(Value::as_str).unwrap_or_default())
    }
}

/// Whether a line goes on with what the lines before it say: it is indented, or a part of a stack trace.
pub(super) fn goes_on(line: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 4] =
        [b"Caused by: ", b"Suppressed: ", b"Traceback (most recent call last)", b"goroutine "];
    matches!(line.first(), Some(b' ' | b'\t')) || BEGINNINGS.iter().any(|begin| line.starts_with(begin))
}

/// The level among the two words behind the time: `ERROR`, `[warn]`, `main INFO`.
fn level<'e>(message: &'e str, time: Option<&str>) -> Option<&'e str> {
    const LEVELS: [&str; 13] = [
        "trace", "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "crit", "alert", "fatal",
        "panic",
    ];
    let from = message.find(time?)? + time?.len();
    let is_level = |word: &&str| LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level));
    let words = message[from..].split([' ', '\t', ',', ']', '[', '|', ':']).filter(|word| !word.is_empty());
    words.take(2).find(is_level)
}

struct TextDecoder {
    near: Option<Timestamp>,
}

impl Decode for TextDecoder {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let told = time::leading(raw, self.near);
        let fields = Value::Object(vec![("message".into(), Value::String(columns::text(raw)))]);
        let text = columns::text(&raw[told.map_or(0..0, |(_, end)| time::begin(raw)..end)]);
        Ok(Decoded::new(fields).at(told.map(|(time, _)| time), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_blocks_only_where_lines_with_a_time_go_on_without_one() {
        let framing = |head: &str| Text.framing(head.as_bytes());
        let timed = "2026-11-23 02:14:07 ERROR failed\n";
        assert_eq!(framing(&format!("{timed}java.lang.Exception: x\n\tat a.b(C.java:1)\n{timed}")), Framing::Blocks);
        assert_eq!(framing(&format!("{timed}  at a.b\nCaused by: x\n")), Framing::Blocks);
        assert_eq!(framing(&timed.repeat(3)), Framing::Lines);
        assert_eq!(framing(&format!("# begun\n{timed}{timed}")), Framing::Lines);
        assert_eq!(framing(&format!("{timed}a file of prose\n and more\n")), Framing::Lines);
        assert_eq!(framing("no time\n at all\n"), Framing::Lines);
    }
}
