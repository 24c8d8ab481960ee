//! One record: its place, its bytes, and what they say.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use crate::entity::Entity;
use crate::fault::Fault;
use crate::format::{Decoded, Format};
use crate::time::EventTime;
use crate::value::{Value, write_string};

/// One record of an object.
#[derive(Debug)]
pub struct Record<'a> {
    /// Number in the object, from 0; bad records count.
    pub number: u64,
    /// Line in the inflated stream that it begins in, from 1.
    pub line: u64,
    /// The member of a gzip object, or the frame or stream of another, that it begins in, from 1; 0 where nothing is
    /// compressed. Of codecs in each other it is the outermost's that the inner one was then reading.
    pub member: u64,
    /// Its bytes in the inflated stream, which is UTF-8 where the object is UTF-16; without separators. The rows of a
    /// [table](crate::Container) are counted in the stream that they are transcoded to, a line of JSON each.
    pub span: Range<u64>,
    /// Those bytes. Of a record over [`Limits::record`](crate::Limits::record) only the first.
    pub raw: &'a [u8],
    /// What it says, or why it could not be read.
    pub outcome: Result<Event<'a>, Fault>,
}

/// What a record says.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The name of its format.
    pub format: &'a str,
    /// When it happened, where it tells.
    pub time: Option<EventTime>,
    /// The text that the time was read from, as it stands in the log.
    pub time_text: Option<Cow<'a, str>>,
    /// Its fields, named and typed as in the log.
    pub fields: Value<'a>,
    /// Keys that stand twice in one object of it. Tools disagree which of the two counts; attackers know.
    pub duplicate_keys: u32,
    /// The record that carried this one here, if it came inside of another: a flow of CloudWatch Logs is an event of
    /// `vpcflow` with a carrier of `cloudwatch`, whose fields are the log group and stream.
    pub carrier: Option<Box<Event<'a>>>,
    pub(crate) reader: &'a dyn Format,
}

impl<'a> Event<'a> {
    /// The event of a record that `reader` has read, or of the log of another format that it carries.
    pub(crate) fn of(
        decoded: Decoded<'a>,
        reader: &'a dyn Format,
        carried: Option<(Decoded<'a>, &'a dyn Format)>,
    ) -> Self {
        let own = Event {
            format: reader.name(),
            time: decoded.time,
            time_text: decoded.time_text,
            fields: decoded.fields,
            duplicate_keys: decoded.duplicate_keys,
            carrier: None,
            reader,
        };
        let Some((log, reader)) = carried else { return own };
        let mut event = Event::of(log, reader, None);
        event.duplicate_keys += own.duplicate_keys;
        // The log's own time counts, unless it had to be guessed where the carrier's did not.
        let certainty = |event: &Event<'_>| event.time.map(|time| time.certainty);
        if certainty(&event).is_none() || own.time.is_some() && certainty(&own) < certainty(&event) {
            (event.time, event.time_text) = (own.time, own.time_text.clone());
        }
        event.carrier = Some(Box::new(own));
        event
    }
}

impl Event<'_> {
    /// The record as a nested object of the Elastic Common Schema. What ECS has no name for stays under the format's
    /// own (`aws.cloudtrail.…`); `fields` remains the original.
    pub fn ecs(&self) -> Value<'_> {
        let mut ecs = self.reader.ecs(self);
        if let Some(carrier) = &self.carrier {
            ecs.complete(carrier.ecs());
        }
        ecs
    }

    /// The record in one line, for lists: `ConsoleLogin signin.amazonaws.com root 203.0.113.7 Failure`.
    pub fn message(&self) -> Cow<'_, str> {
        let message = self.reader.message(self);
        if message.is_empty() {
            // Nothing that its format would tell first: then all that it says.
            return Cow::Owned(self.fields.to_json());
        }
        if !message.contains(['\n', '\r']) {
            return message;
        }
        let lines = message.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        Cow::Owned(lines.collect::<Vec<_>>().join(" "))
    }

    /// Yields what a search may look for in this record: the dotted path of a field and a term, each pair once.
    ///
    /// A scalar of up to 256 bytes is a term as it is. Longer or free text also yields its words, with addresses,
    /// domain names, ARNs and e-mail addresses kept whole. A text with characters that nobody sees
    /// ([`IGNORABLE`](crate::IGNORABLE)) yields the terms that it has without them, too.
    pub fn terms(&self, each: &mut dyn FnMut(&str, &str)) {
        let carrier = self.carrier.as_ref().map(|carrier| &carrier.fields);
        crate::terms::terms(std::iter::once(&self.fields).chain(carrier), each);
    }

    /// Yields what this record names that one may ask about next (addresses, users, access keys, hashes, …), each once,
    /// with the dotted path of the field that it was first found in.
    pub fn entities(&self, each: &mut dyn FnMut(&str, Entity<'_>)) {
        let carrier = self.carrier.as_ref().map(|carrier| &carrier.fields);
        crate::entity::entities(std::iter::once(&self.fields).chain(carrier), each);
    }
}

impl Record<'_> {
    /// Writes the record as one line of JSON, as `scops cat -o ndjson` prints it:
    /// `{"format", "line", "span": [start, end], "time", "fields", "ecs"}`, or `{"line", "span", "error"}`. A record that
    /// came inside of another has `"carrier": {"format", "fields"}` too.
    pub fn write_ndjson(&self, out: &mut impl io::Write) -> io::Result<()> {
        let mut text = String::with_capacity(self.raw.len() * 3 + 128);
        self.format_ndjson(&mut text).expect("writing to a string cannot fail");
        text.push('\n');
        out.write_all(text.as_bytes())
    }

    fn format_ndjson(&self, text: &mut String) -> std::fmt::Result {
        use std::fmt::Write;
        let Range { start, end } = self.span;
        match &self.outcome {
            Ok(event) => {
                text.push_str("{\"format\":");
                write_string(text, event.format)?;
                write!(text, ",\"line\":{},\"span\":[{start},{end}],\"time\":", self.line)?;
                match event.time {
                    Some(time) => write!(text, "\"{}\"", time.at)?,
                    None => text.push_str("null"),
                }
                text.push_str(",\"fields\":");
                event.fields.write_json(text)?;
                if let Some(carrier) = &event.carrier {
                    text.push_str(",\"carrier\":{\"format\":");
                    write_string(text, carrier.format)?;
                    text.push_str(",\"fields\":");
                    carrier.fields.write_json(text)?;
                    text.push('}');
                }
                text.push_str(",\"ecs\":");
                event.ecs().write_json(text)?;
            }
            Err(fault) => {
                write!(text, "{{\"line\":{},\"span\":[{start},{end}],\"error\":", self.line)?;
                write_string(text, &fault.reason)?;
            }
        }
        text.push('}');
        Ok(())
    }
}
