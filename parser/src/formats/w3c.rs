//! Files in the W3C Extended Log Format: those of IIS, of its FTP and SMTP servers, of proxies, and of Exchange, whose
//! columns stand between commas.
//!
//! Source: W3C Working Draft WD-logfile-960323; Microsoft, "W3C Logging" and "Message tracking". A line `#Fields:` names the columns, and another
//! may do so anew; names of fields are those. Lines of IIS's default layouts are read without one, for a part of a file
//! has none.

use std::borrow::Cow;

use jiff::Timestamp;

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

/// Columns that are read of one line, and characters of their names.
const LIMIT: usize = 512;
const NAME: usize = 128;

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
        is_fields(line) || line.first().is_some_and(u8::is_ascii_digit) && Row::read(line, None).default().is_some()
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
        let parts = [
            "cs-method",
            "cs-host",
            "cs-uri-stem",
            "cs-uri",
            "sc-status",
            "c-ip",
            "source",
            "event-id",
            "sender-address",
            "recipient-address",
            "message-subject",
        ];
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
    /// Splits a line at the separator that its header names, or at its tabs or spaces; text in quotes is one column.
    fn read(line: &'a [u8], separator: Option<u8>) -> Self {
        let separator = separator.unwrap_or(if line.contains(&b'\t') { b'\t' } else { b' ' });
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
        // A trailing blank is no column.
        columns.pop_if(|last| last.is_empty() && separator != b',');
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
        let is_default = names.split(' ').zip(&self.0).all(is_fine);
        let time = stamp(&columns::text(self.0[0]), &columns::text(self.0[1]));
        (is_default && time.is_some()).then_some(names)
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

/// A column without its quotes. One within that is not doubled belongs to the text.
fn unquoted(part: &[u8]) -> Cow<'_, [u8]> {
    match part.strip_prefix(b"\"").and_then(|part| part.strip_suffix(b"\"")) {
        Some(inner) if memchr::memchr(b'"', inner).is_none() => Cow::Borrowed(inner),
        Some(inner) => {
            let mut quotes = 0;
            let is_kept = |byte: &u8| {
                quotes = if *byte == b'"' { quotes + 1 } else { 0 };
                quotes % 2 == 1 || *byte != b'"'
            };
            Cow::Owned(inner.iter().copied().filter(is_kept).collect())
        }
        None => Cow::Borrowed(part),
    }
}

/// The time of a date and a clock, which the format defines to be in UTC.
fn stamp(date: &str, clock: &str) -> Option<EventTime> {
    let time = EventTime::iso_text(&format!("{date} {clock}"))?;
    Some(EventTime::explicit(time.at))
}

#[derive(Default)]
struct Lines {
    names: Vec<Cow<'static, str>>,
    /// The comma, where the header has it.
    separator: Option<u8>,
    /// The date of the directive `#Date`, for lines that tell only a time of day.
    date: Option<String>,
    /// How often the clock of those lines has gone round since, and what it showed last.
    days: i64,
    last: Option<Timestamp>,
}

impl Decode for Lines {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if let Some(names) = raw.strip_prefix(b"#Fields:") {
            // Each line repeats them.
            let name = |name: &str| Cow::Owned(name.chars().take(NAME).collect());
            self.separator = names.contains(&b',').then_some(b',');
            let names = columns::text(names);
            let names = names.split(|letter: char| letter == ',' || letter.is_whitespace());
            self.names = names.filter(|name| !name.is_empty()).take(LIMIT).map(name).collect();
        }
        if let Some(date) = raw.strip_prefix(b"#Date:") {
            let time = time::leading(date.trim_ascii(), None).map(|(time, _)| time.at.to_string());
            self.date = time.and_then(|time| Some(time.get(..10)?.to_owned()));
            (self.days, self.last) = (0, None);
        }
        raw.starts_with(b"#")
    }

    /// A line that tells only a time of day is of the day of the one before, or of the next.
    fn looks_back(&self) -> bool {
        self.date.is_some() && !self.names.iter().any(|name| matches!(&**name, "date" | "date-time"))
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let row = Row::read(raw, self.separator);
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
        for (index, part) in row.0.iter().enumerate() {
            let name = names.get(index).cloned().unwrap_or_else(|| Cow::Owned(format!("column_{}", index + 1)));
            let kind = if NUMBERS.contains(&&*name) { Kind::Number } else { Kind::Text };
            let value = match unquoted(part) {
                Cow::Borrowed(part) => columns::value(part, kind),
                Cow::Owned(part) => columns::value(&part, kind).into_owned(),
            };
            fields.push((name, value));
        }
        let fields = Value::Object(fields);
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        let (time, text) = match (text("date"), text("time")) {
            (Some(date), Some(clock)) => (stamp(date, clock), format!("{date} {clock}")),
            (None, Some(clock)) => (self.on_last_date(clock), clock.to_owned()),
            _ => text("date-time").map_or((None, String::new()), |both| (EventTime::iso_text(both), both.to_owned())),
        };
        Ok(Decoded::new(fields).at(time, text))
    }
}

impl Lines {
    /// A time of day on the date that the file's header tells, or days later where the clock has gone round since.
    fn on_last_date(&mut self, clock: &str) -> Option<EventTime> {
        const DAY: i64 = 86_400;
        let on_date = stamp(self.date.as_deref()?, clock)?.at;
        let of = |days: i64| Timestamp::new(on_date.as_second() + days * DAY, on_date.subsec_nanosecond()).ok();
        let is_next = |last: Timestamp| of(self.days).is_some_and(|at| last.as_second() - at.as_second() > DAY / 2);
        self.days += i64::from(self.last.is_some_and(is_next));
        self.last = of(self.days);
        Some(EventTime { at: self.last?, certainty: Certainty::FromKey })
    }
}
