//! Files in the W3C Extended Log Format: those of IIS, of its FTP and SMTP servers, of proxies.
//!
//! Source: W3C Working Draft WD-logfile-960323; Microsoft, "W3C Logging". A line `#Fields:` names the columns, and another
//! may do so anew; names of fields are those. Lines of IIS's default layouts are read without one, for a part of a file
//! has none.

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::{self, Certainty, EventTime};
use crate::value::Value;

mod ecs;

pub(super) struct W3c;

/// IIS's columns by default: since version 8.5, and before.
const DEFAULTS: [&str; 2] = [
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status \
     sc-substatus sc-win32-status time-taken",
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus \
     sc-win32-status time-taken",
];

const NUMBERS: [&str; 8] =
    ["c-port", "cs-bytes", "s-port", "sc-bytes", "sc-status", "sc-substatus", "sc-win32-status", "time-taken"];

/// Columns that are read of one line.
const LIMIT: usize = 512;

impl Format for W3c {
    fn name(&self) -> &str {
        "w3c"
    }

    fn title(&self) -> &str {
        "W3C Extended Log Format (IIS)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.original", "http.response.status_code", "user_agent.original"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        is_fields(line) || line.first().is_some_and(u8::is_ascii_digit) && Row::read(line).default().is_some()
    }

    fn claims(&self, head: &[u8]) -> bool {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        lines.by_ref().take_while(|line| line.is_empty() || line.starts_with(b"#")).any(is_fields)
    }

    fn knows_key(&self, key: &str) -> bool {
        key.rsplit('/').next().is_some_and(|name| name.starts_with("u_ex"))
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines::default())
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["cs-method", "cs-host", "cs-uri-stem", "cs-uri", "sc-status", "c-ip"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// Whether a line names the columns; those of Amazon CloudFront are another format's.
fn is_fields(line: &[u8]) -> bool {
    line.strip_prefix(b"#Fields:").is_some_and(|names| memchr::memmem::find(names, b"x-edge-location").is_none())
}

/// The columns of a line.
struct Row<'a>(Vec<&'a [u8]>);

impl<'a> Row<'a> {
    /// Splits a line at its tabs or spaces; text in quotes is one column.
    fn read(line: &'a [u8]) -> Self {
        let separator = if line.contains(&b'\t') { b'\t' } else { b' ' };
        let mut columns = Vec::with_capacity(24);
        let mut rest = line;
        while columns.len() < LIMIT {
            let end = match rest.first() {
                Some(b'"') => quoted(rest, separator),
                _ => None,
            };
            let end = end.or_else(|| memchr::memchr(separator, rest)).unwrap_or(rest.len());
            // The last column that is read holds what is left.
            let end = if columns.len() + 1 == LIMIT { rest.len() } else { end };
            columns.push(&rest[..end]);
            match rest.get(end + 1..) {
                Some(after) if end < rest.len() => rest = after,
                _ => break,
            }
        }
        // A trailing separator is no column.
        columns.pop_if(|last| last.is_empty());
        Row(columns)
    }

    /// The names of IIS's default columns, where the line is one of those.
    fn default(&self) -> Option<&'static str> {
        let names = DEFAULTS.into_iter().find(|names| names.split(' ').count() == self.0.len())?;
        let is_short = |name: &str| matches!(name, "s-port" | "sc-status" | "sc-substatus");
        let is_fine = |(name, part): (&str, &&[u8])| match name {
            "date" => part.len() == 10,
            "time" => part.len() == 8,
            "cs-method" => part.iter().all(u8::is_ascii_uppercase),
            name => !is_short(name) || columns::is_number(part),
        };
        let is_default = names.split(' ').zip(&self.0).all(is_fine) && stamp(self.0[0], self.0[1]).is_some();
        is_default.then_some(names)
    }
}

/// The length of a text in quotes, which are doubled within it, up to the separator or the line's end.
fn quoted(text: &[u8], separator: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', text.get(at..)?)? + 1;
        match text.get(at) {
            Some(b'"') => at += 1,
            next => return next.is_none_or(|next| *next == separator).then_some(at),
        }
    }
}

/// A column without its quotes.
fn unquoted(part: &[u8]) -> Cow<'_, [u8]> {
    match part.strip_prefix(b"\"").and_then(|part| part.strip_suffix(b"\"")) {
        Some(inner) if memchr::memchr(b'"', inner).is_none() => Cow::Borrowed(inner),
        Some(inner) => {
            let mut quotes = 0;
            let is_kept = |byte: &u8| {
                quotes = if *byte == b'"' { quotes + 1 } else { 0 };
                quotes % 2 == 0 || *byte != b'"'
            };
            Cow::Owned(inner.iter().copied().filter(is_kept).collect())
        }
        None => Cow::Borrowed(part),
    }
}

/// The time of a date and a clock, which the format defines to be in UTC.
fn stamp(date: &[u8], clock: &[u8]) -> Option<EventTime> {
    let time = EventTime::iso(&[date, b" ", clock].concat())?;
    Some(EventTime::explicit(time.at))
}

#[derive(Default)]
struct Lines {
    names: Vec<Cow<'static, str>>,
    /// The date of the directive `#Date`, for lines that tell only a time of day.
    date: Option<String>,
    /// The time of the last of those lines.
    last: Option<jiff::Timestamp>,
}

impl Decode for Lines {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if let Some(names) = raw.strip_prefix(b"#Fields:") {
            let names = columns::text(names);
            self.names = names.split_whitespace().take(LIMIT).map(|name| Cow::Owned(name.to_owned())).collect();
        }
        if let Some(date) = raw.strip_prefix(b"#Date:") {
            let time = time::leading(date.trim_ascii(), None).map(|(time, _)| time.at);
            self.date = time.and_then(|at| Some(at.to_string().get(..10)?.to_owned()));
            self.last = None;
        }
        raw.starts_with(b"#")
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let row = Row::read(raw);
        let default: Vec<Cow<'static, str>>;
        let names = if row.0.len() >= self.names.len() && !self.names.is_empty() {
            &self.names
        } else if let Some(names) = row.default() {
            default = names.split(' ').map(Cow::Borrowed).collect();
            &default
        } else if self.names.is_empty() {
            return Err(Fault::syntax(0, "no line #Fields has named the columns"));
        } else {
            return Err(Fault::syntax(raw.len(), "the line has fewer columns than its header names"));
        };
        let mut fields = Vec::with_capacity(row.0.len());
        let (mut date, mut clock) = (None, None);
        for (index, part) in row.0.iter().enumerate() {
            let name = names.get(index).cloned().unwrap_or_else(|| Cow::Owned(format!("column_{}", index + 1)));
            match &*name {
                "date" => date = Some(unquoted(part)),
                "time" => clock = Some(unquoted(part)),
                _ => {}
            }
            fields.push((value_kind(&name), name, unquoted(part)));
        }
        let time = match (&date, &clock) {
            (Some(date), Some(clock)) => stamp(date, clock),
            (None, Some(clock)) => self.on_last_date(clock),
            _ => None,
        };
        let told: Vec<&[u8]> = date.iter().chain(&clock).map(|part| &**part).collect();
        let text = columns::text(&told.join(&b' ')).into_owned();
        let fields = fields.into_iter().map(|(kind, name, part)| (name, value(part, kind)));
        Ok(Decoded::new(Value::Object(fields.collect())).at(time, text))
    }
}

impl Lines {
    /// A time of day on the date that the file's header tells, or a day later where the clock has gone round since.
    fn on_last_date(&mut self, clock: &[u8]) -> Option<EventTime> {
        let date = self.date.as_deref()?;
        let mut at = stamp(date.as_bytes(), clock)?.at;
        if let Some(last) = self.last {
            let half = jiff::SignedDuration::from_hours(12);
            while last.duration_since(at) > half {
                at = at.checked_add(half + half).ok()?;
            }
        }
        self.last = Some(at);
        Some(EventTime { at, certainty: Certainty::FromKey })
    }
}

fn value_kind(name: &str) -> Kind {
    if NUMBERS.contains(&name) { Kind::Number } else { Kind::Text }
}

fn value(part: Cow<'_, [u8]>, kind: Kind) -> Value<'_> {
    match part {
        Cow::Borrowed(part) => columns::value(part, kind),
        Cow::Owned(part) => columns::value(&part, kind).into_owned(),
    }
}
