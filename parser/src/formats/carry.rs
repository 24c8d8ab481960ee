//! Logs inside of other logs: what services that carry records of any format share.

use std::borrow::Cow;
use std::sync::Arc;

use crate::format::{Carried, Decode, Format, Shape, Stream, Unit};
use crate::json;
use crate::value::Value;

/// Formats that carry others. None of them is looked for inside of another, so that nothing nests without end.
const CARRIERS: [&str; 5] = ["cloudwatch", "cloudwatch_export", "eventbridge", "sns", "sqs"];

/// Formats that ask this much of a record are not mistaken: one that fitted the last log is asked first.
const CERTAIN: u8 = 3;

/// Finds out the format of each log that an object carries, and reads it.
pub(super) struct Carry {
    stream: Stream,
    /// The formats of text and of JSON, strictest first.
    text: Candidates,
    json: Candidates,
}

impl Carry {
    /// Chooses among the formats that are known to `stream`.
    pub(super) fn new(stream: &Stream) -> Self {
        // Which fields are wanted is told in the names of the carried format, and there may be several.
        let stream = Stream { wanted: None, ..stream.clone() };
        let of = |shape| Candidates::of(&stream, shape);
        Carry { text: of(Shape::Text), json: of(Shape::Json), stream }
    }

    /// The log that a string holds; nothing where no format but plain text reads it.
    pub(super) fn text<'a>(&mut self, text: &Cow<'a, str>) -> Option<Carried<'a>> {
        match text {
            Cow::Borrowed(text) => self.read(text.trim_ascii_end().as_bytes()),
            Cow::Owned(text) => {
                let Carried { format, log } = self.read(text.trim_ascii_end().as_bytes())?;
                Some(Carried { format, log: log.into_owned() })
            }
        }
    }

    fn read<'a>(&mut self, raw: &'a [u8]) -> Option<Carried<'a>> {
        if raw.starts_with(b"{") {
            if let Some(log) = self.json.again(raw) {
                return Some(log);
            }
            if let Ok(parsed) = json::parse_whole(raw, self.stream.limits.depth) {
                return self.json(&parsed.value, raw, 1);
            }
        }
        let line = raw.split(|byte| *byte == b'\n').next().unwrap_or(raw);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.text.read(&self.stream, &Unit::Line(line), raw, 1)
    }

    /// The log that a JSON value is; nothing where it is of no format of its own.
    pub(super) fn value<'a>(&mut self, value: &Value<'_>, raw: &'a [u8]) -> Option<Carried<'a>> {
        self.json(value, raw, 2)
    }

    /// A JSON value of a format that asks at least so much. The list of one record that S3 puts around it is passed.
    fn json<'a>(&mut self, value: &Value<'_>, raw: &'a [u8], least: u8) -> Option<Carried<'a>> {
        let only = value.get("Records").and_then(Value::as_array).filter(|records| records.len() == 1);
        if let Some([record]) = only
            && let Some([b'[', list @ .., b']']) = json::member(raw, "Records")
        {
            return self.json.read(&self.stream, &Unit::Json(record), list, least);
        }
        self.json.read(&self.stream, &Unit::Json(value), raw, least)
    }
}

/// Formats of one shape, and which of them fitted last.
struct Candidates {
    formats: Vec<Candidate>,
    last: usize,
}

struct Candidate {
    format: Arc<dyn Format>,
    /// Made when the first log of the format comes.
    decoder: Option<Box<dyn Decode + Send>>,
}

impl Candidates {
    fn of(stream: &Stream, shape: Shape) -> Self {
        let may_be_inside = |format: &&Arc<dyn Format>| {
            format.shape() == shape && format.strictness() > 0 && !CARRIERS.contains(&format.name())
        };
        let candidate = |format: &Arc<dyn Format>| Candidate { format: Arc::clone(format), decoder: None };
        let mut formats: Vec<_> = stream.formats.iter().filter(may_be_inside).map(candidate).collect();
        formats.sort_by_key(|candidate| std::cmp::Reverse(candidate.format.strictness()));
        Candidates { formats, last: 0 }
    }

    /// A JSON object in the format that fitted last, if it fits again: read at once, where telling the format first would
    /// read it twice.
    fn again<'a>(&mut self, raw: &'a [u8]) -> Option<Carried<'a>> {
        let Candidate { format, decoder } = self.formats.get_mut(self.last)?;
        let decoder = decoder.as_mut().filter(|_| format.strictness() >= CERTAIN)?;
        let log = decoder.decode(raw).ok()?;
        format.matches(&Unit::Json(&log.fields)).then(|| Carried { format: Arc::clone(format), log })
    }

    /// The record `unit`, whose bytes are `raw`, in a format that asks at least so much of it.
    fn read<'a>(&mut self, stream: &Stream, unit: &Unit<'_>, raw: &'a [u8], least: u8) -> Option<Carried<'a>> {
        let fits = |candidate: &Candidate| candidate.format.strictness() >= least && candidate.format.matches(unit);
        let known = self.formats.get(self.last)?;
        if known.format.strictness() < CERTAIN || !fits(known) {
            self.last = self.formats.iter().position(fits)?;
        }
        let Candidate { format, decoder } = &mut self.formats[self.last];
        let decoder = decoder.get_or_insert_with(|| format.decoder(stream));
        Some(Carried { format: Arc::clone(format), log: decoder.decode(raw).ok()? })
    }
}

#[cfg(test)]
mod tests;
