//! Lines of columns between spaces, described by a table: what most AWS access logs and web servers write.

use std::borrow::Cow;

use super::{Kind, is_number, value};
use crate::fault::Fault;
use crate::format::{Decode, Decoded};
use crate::time;
use crate::value::Value;

/// One column: its name and type.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) enum Column {
    /// Text.
    Text(&'static str),
    /// A number or `-`.
    Number(&'static str),
    /// The event's time, in ISO 8601 or as web servers write it.
    Time(&'static str),
    /// `address:port`, as two fields.
    Address(&'static str, &'static str),
    /// `GET /path HTTP/1.1`, as three fields.
    Request(&'static str, &'static str, &'static str),
}

/// The columns of a format, in their order.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) struct Layout {
    pub columns: &'static [Column],
    /// How many of them every line has.
    pub required: usize,
}

pub(in crate::formats) type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl Decode for Layout {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        self.read(raw)
    }
}

impl Layout {
    /// Reads one line. Columns after the last one known are named by their number.
    pub(in crate::formats) fn read<'a>(&self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut parts = Parts::new(raw);
        let mut fields: Fields<'a> = Vec::with_capacity(self.columns.len() + 4);
        let (mut time, mut time_text) = (None, None);
        for (index, column) in self.columns.iter().enumerate() {
            let Some(part) = parts.next()? else {
                if index < self.required {
                    return Err(Fault::syntax(raw.len(), format!("the line ends before {}", column.name())));
                }
                break;
            };
            let place = parts.from;
            match *column {
                Column::Text(name) => push(&mut fields, name, part, Kind::Text),
                Column::Number(name) => {
                    if part != b"-" && !is_number(part) {
                        return Err(Fault::syntax(place, format!("{name} is not a number")));
                    }
                    push(&mut fields, name, part, Kind::Number);
                }
                Column::Time(name) => {
                    let read = time::leading(part, None).filter(|(_, end)| *end == part.len());
                    let (read, _) = read.ok_or_else(|| Fault::syntax(place, format!("{name} is not a time")))?;
                    if time.is_none() {
                        (time, time_text) = (Some(read), Some(super::text(part)));
                    }
                    push(&mut fields, name, part, Kind::Text);
                }
                Column::Address(ip, number) => push_address(&mut fields, (ip, number), part),
                Column::Request(verb, url, proto) => push_request(&mut fields, (verb, url, proto), part),
            }
        }
        let mut number = self.columns.len();
        while let Some(part) = parts.next()? {
            number += 1;
            fields.push((Cow::Owned(format!("column_{number}")), value(part, Kind::Text)));
        }
        Ok(Decoded { time, time_text, ..Decoded::new(Value::Object(fields)) })
    }
}

impl Column {
    fn name(&self) -> &str {
        match self {
            Column::Text(name)
            | Column::Number(name)
            | Column::Time(name)
            | Column::Address(name, _)
            | Column::Request(name, ..) => name,
        }
    }
}

/// Parts between spaces; one may stand in double quotes or in square brackets.
pub(in crate::formats) struct Parts<'a> {
    line: &'a [u8],
    at: usize,
    /// Where the last part began.
    from: usize,
}

impl<'a> Parts<'a> {
    pub(in crate::formats) fn new(line: &'a [u8]) -> Self {
        Parts { line, at: 0, from: 0 }
    }

    /// What is left of the line, without spaces at its start.
    pub(in crate::formats) fn rest(&self) -> &'a [u8] {
        self.line[self.at..].trim_ascii_start()
    }

    /// Moves past the first `count` bytes of the rest.
    pub(in crate::formats) fn skip(&mut self, count: usize) {
        self.at = self.line.len() - self.rest().len() + count;
    }

    /// Where the last part began.
    pub(in crate::formats) fn from(&self) -> usize {
        self.from
    }

    /// The next part, without its quotes or brackets.
    pub(in crate::formats) fn next(&mut self) -> Result<Option<&'a [u8]>, Fault> {
        while self.line.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.from = self.at;
        let rest = &self.line[self.at..];
        let (part, length) = match rest.first() {
            None => return Ok(None),
            Some(b'"') => {
                let end = super::closing(rest).ok_or_else(|| Fault::syntax(self.at, "a quote is not closed"))?;
                (&rest[1..end], end + 1)
            }
            Some(b'[') => {
                let end =
                    memchr::memchr(b']', rest).ok_or_else(|| Fault::syntax(self.at, "a bracket is not closed"))?;
                (&rest[1..end], end + 1)
            }
            Some(_) => {
                let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
                (&rest[..end], end)
            }
        };
        self.at += length;
        Ok(Some(part))
    }
}

pub(in crate::formats) fn push<'a>(fields: &mut Fields<'a>, name: &'static str, part: &'a [u8], kind: Kind) {
    fields.push((Cow::Borrowed(name), value(part, kind)));
}

/// `address:port`; the port stands behind the last colon, for IPv6 addresses have no brackets here.
pub(in crate::formats) fn push_address<'a>(
    fields: &mut Fields<'a>,
    (ip, port): (&'static str, &'static str),
    pair: &'a [u8],
) {
    match memchr::memrchr(b':', pair) {
        Some(colon) if pair != b"-" => {
            push(fields, ip, &pair[..colon], Kind::Text);
            push(fields, port, &pair[colon + 1..], Kind::Number);
        }
        _ => {
            push(fields, ip, pair, Kind::Text);
            push(fields, port, b"-", Kind::Number);
        }
    }
}

/// `GET http://host:80/ HTTP/1.1`. The URL is the client's and may hold spaces, so it is what stands between the first
/// and the last one.
pub(in crate::formats) fn push_request<'a>(
    fields: &mut Fields<'a>,
    (verb, url, proto): (&'static str, &'static str, &'static str),
    request: &'a [u8],
) {
    let request = request.trim_ascii();
    let first = memchr::memchr(b' ', request);
    let last = memchr::memrchr(b' ', request);
    let parts: [&[u8]; 3] = match (first, last) {
        (Some(first), Some(last)) if first < last => {
            [&request[..first], &request[first + 1..last], &request[last + 1..]]
        }
        (Some(first), _) => [&request[..first], &request[first + 1..], b"-"],
        _ => [b"-", request, b"-"],
    };
    for (name, part) in [verb, url, proto].into_iter().zip(parts) {
        push(fields, name, part, Kind::Text);
    }
}
