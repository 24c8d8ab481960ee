//! Amazon CloudFront's access logs as lines: standard logs (legacy and v2), real-time logs, and the older ones of
//! streams.
//!
//! Source: Amazon CloudFront Developer Guide, "Standard logging reference" (the fields), "Configure standard logging (v2)"
//! and "Use real-time access logs"; the names of fields are those of a file's header, else those of that guide. Standard
//! logs (v2) that are JSON or Parquet are [`json`]'s.

use std::borrow::Cow;

use self::fields::{Column, Role};
use super::columns::{self, Kind};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod fields;
mod json;

pub(super) use json::CloudFrontJson;

pub(super) struct CloudFront;

impl Format for CloudFront {
    fn name(&self) -> &str {
        "cloudfront"
    }

    fn title(&self) -> &str {
        "Amazon CloudFront access logs"
    }

    fn columns(&self) -> Vec<&str> {
        COLUMNS.to_vec()
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        header(line).is_some() || is_standard(line) || count_of_real_time(line).is_some()
    }

    fn claims(&self, head: &[u8]) -> bool {
        head.split(|byte| *byte == b'\n').take(4).any(|line| header(line.trim_ascii_end()).is_some())
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        knows_key(key)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        let columns = columns_of(fields::STANDARD.split_whitespace());
        Box::new(Lines { columns, are_told: false, separator: None })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        ecs::message(event)
    }
}

const COLUMNS: [&str; 5] = ["source.ip", "http.request.method", "url.domain", "url.path", "http.response.status_code"];

/// `<DISTID>.YYYY-MM-DD-HH.<8 hex>` at the end of a key, with `.gz`, `.parquet` or nothing behind; v2 has the folder
/// `AWSLogs/<account>/CloudFront/` too.
fn knows_key(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or_default();
    let mut parts = name.split('.');
    let (id, hour, hash) = (parts.next(), parts.next(), parts.next());
    let is_id = |text: &str| {
        text.len() >= 12
            && text.starts_with('E')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let is_hour = |text: &str| text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_hash = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_file = id.is_some_and(is_id) && hour.is_some_and(is_hour) && hash.is_some_and(is_hash);
    is_file || key.contains("AWSLogs/") && key.contains("/CloudFront/")
}

/// The names that a header line tells, and what stands between them in the lines that follow, if it tells.
fn header(line: &[u8]) -> Option<(Vec<Column>, Option<u8>)> {
    let has = |name: &[u8]| memchr::memmem::find(line, name).is_some();
    let is_marked = line.starts_with(b"#Fields:");
    if !is_marked && !line.first()?.is_ascii_alphabetic() || !has(b"x-edge-") && !has(b"x-host-header") {
        return None;
    }
    let names = std::str::from_utf8(line.strip_prefix(b"#Fields:").unwrap_or(line)).ok()?;
    // Plain files of v2 have their names at most, and what the owner chose between them.
    let separator = if is_marked { None } else { Some(line[line.iter().position(|byte| !is_of_name(*byte))?]) };
    let names =
        || names.split(|byte: char| !byte.is_ascii() || !is_of_name(byte as u8)).filter(|name| !name.is_empty());
    fields::are_cloudfronts(names()).then(|| (columns_of(names().take(256)), separator))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'(' | b')')
}

fn columns_of<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Column> {
    names.map(Column::new).collect()
}

/// Whether a line is one of a standard log, its fields in their usual order.
fn is_standard(line: &[u8]) -> bool {
    let parts: Vec<&[u8]> = line.splitn(13, |byte| *byte == b'\t').collect();
    parts.len() == 13 && fields::time_of(parts[0], parts[1]).is_some() && columns::is_number(parts[3])
}

/// How many fields of a real-time log a line has, in the order of all of them: the first 33, which were there in the
/// beginning, or 40. A log of fewer, or of others in between, cannot be told, for nothing names its fields.
fn count_of_real_time(line: &[u8]) -> Option<usize> {
    let parts: Vec<&[u8]> = line.splitn(41, |byte| *byte == b'\t').collect();
    let is_time = |text: &[u8]| std::str::from_utf8(text).is_ok_and(|text| EventTime::epoch(text).is_some());
    let is_result = |text: &[u8]| text == b"-" || text.iter().all(u8::is_ascii_alphabetic);
    let is_real_time = parts.len() >= 33
        && is_time(parts[0])
        && columns::is_number(parts[2])
        && parts[3].len() == 3
        && columns::is_number(parts[4])
        && parts[5].iter().all(u8::is_ascii_uppercase)
        && parts[8].starts_with(b"/")
        && parts[14].starts_with(b"HTTP/")
        && matches!(parts[15], b"IPv4" | b"IPv6")
        && [20, 24, 32].into_iter().all(|at| is_result(parts[at]))
        && (parts[22] == b"-" || parts[22].starts_with(b"TLSv") || parts[22].starts_with(b"SSLv"))
        && columns::is_number(parts[31]);
    let is_whole = || parts.get(39).is_some_and(|headers| columns::is_number(headers)) && parts[33].len() <= 2;
    is_real_time.then(|| if is_whole() { 40 } else { 33 })
}

struct Lines {
    columns: Vec<Column>,
    /// Whether they are known to be the file's.
    are_told: bool,
    /// What stands between fields, where the header tells.
    separator: Option<u8>,
}

impl Lines {
    /// What stands between the fields of `line`: tabs, if nothing else is known. Copies of logs that went through a
    /// terminal or a ticket have spaces.
    fn separator(&self, line: &[u8]) -> u8 {
        self.separator.unwrap_or(if line.contains(&b'\t') { b'\t' } else { b' ' })
    }
}

impl Decode for Lines {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if let Some((columns, separator)) = header(raw) {
            (self.columns, self.are_told, self.separator) = (columns, true, separator);
            return true;
        }
        raw.starts_with(b"#")
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        if !self.are_told
            && !is_standard(raw)
            && let Some(count) = count_of_real_time(raw)
        {
            (self.columns, self.are_told) = (columns_of(fields::REAL_TIME.split_whitespace().take(count)), true);
        }
        let separator = self.separator(raw);
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut columns = self.columns.iter();
        let (mut date, mut clock, mut epoch) = (None, None, None);
        // Where spaces part the fields, several of them may stand together.
        for part in raw.split(|byte| *byte == separator).filter(|part| separator != b' ' || !part.is_empty()) {
            let Some(column) = columns.next() else {
                let name = format!("column_{}", fields.len() + 1);
                fields.push((Cow::Owned(name), columns::value(part, Kind::Text)));
                continue;
            };
            match column.role {
                Role::Date => date = Some(part),
                Role::Clock => clock = Some(part),
                Role::Epoch => epoch = Some(part),
                Role::Text | Role::Number => {}
            }
            let kind = if column.role == Role::Number { Kind::Number } else { Kind::Text };
            fields.push((column.name.clone(), columns::value(part, kind)));
        }
        let (time, text) = match (date, clock, epoch) {
            (Some(date), Some(clock), _) => {
                let time = fields::time_of(date, clock)
                    .ok_or_else(|| Fault::syntax(0, "the line does not begin with a date and a time"))?;
                (Some(time), Cow::Owned(format!("{} {}", columns::text(date), columns::text(clock))))
            }
            (_, _, Some(epoch)) => (EventTime::epoch(&columns::text(epoch)), columns::text(epoch)),
            _ => (None, Cow::Borrowed("")),
        };
        Ok(Decoded::new(Value::Object(fields)).at(time, text))
    }
}

#[cfg(test)]
mod tests;
