//! What stands before a message: RFC 5424's header, BSD's (RFC 3164), and what vendors make of them.

use std::borrow::Cow;

use jiff::Timestamp;
use memchr::{memchr, memmem};

use super::structured;
use crate::formats::columns::{self, Kind};
use crate::frame::{Framing, octets};
use crate::time::{self, Certainty, EventTime};
use crate::value::Value;

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A header, and the message behind it.
#[derive(Debug, Default)]
pub(in crate::formats) struct Header<'a> {
    pub priority: Option<i64>,
    /// The version of RFC 5424; BSD's form has none.
    version: &'a [u8],
    /// The number that some routers put before the time.
    sequence: &'a [u8],
    pub time: Option<EventTime>,
    /// The time as it is written.
    pub stamp: &'a [u8],
    pub hostname: &'a [u8],
    pub appname: &'a [u8],
    procid: &'a [u8],
    msgid: &'a [u8],
    structured_data: Fields<'a>,
    pub message: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads the header that `line` begins with: a priority, a time, or both.
    pub(in crate::formats) fn read(line: &'a [u8], near: Option<Timestamp>) -> Option<Self> {
        let line = uncounted(line);
        let (priority, from) = match priority(line) {
            Some((priority, length)) => (Some(priority), length),
            None => (None, 0),
        };
        let body = &line[from..];
        let header = Header { priority, ..Header::default() };
        if let Some(version) = version(body).filter(|_| priority.is_some()) {
            return header.standard(&body[..version], body.get(version + 1..).unwrap_or_default(), near);
        }
        header.bsd(body, near)
    }

    /// A line without one is a message of its own.
    pub(super) fn none(message: &'a [u8]) -> Self {
        Header { message, ..Header::default() }
    }

    /// Puts the header's fields into `fields` under `syslog`, for a format that syslog carries.
    pub(in crate::formats) fn put(self, fields: &mut Fields<'a>) {
        let header = self.fields();
        if !header.is_empty() {
            fields.push((Cow::Borrowed("syslog"), Value::Object(header)));
        }
    }

    /// RFC 5424 behind its version.
    fn standard(self, version: &'a [u8], body: &'a [u8], near: Option<Timestamp>) -> Option<Self> {
        let (time, stamp, rest) = match body.strip_prefix(b"-") {
            Some(rest) => (None, &[][..], rest),
            None => stamp(body, near)?,
        };
        let mut rest = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?;
        let [hostname, appname, procid, msgid] = [(); 4].map(|()| structured::word(&mut rest));
        let (structured_data, message) = structured::elements(rest);
        let message = message.strip_prefix(b" ").unwrap_or(message);
        let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
        Some(Header { version, time, stamp, hostname, appname, procid, msgid, structured_data, message, ..self })
    }

    /// BSD's form behind its priority.
    fn bsd(self, body: &'a [u8], near: Option<Timestamp>) -> Option<Self> {
        let (sequence, host, body) = router(body);
        let Some((time, stamp, rest)) = stamp(body, near) else {
            // A daemon without a clock, in a container or behind a socket.
            let header = Header { sequence, hostname: host, ..self };
            return (header.priority.is_some()).then(|| header.tagged(body));
        };
        let rest = rest.strip_prefix(b":").unwrap_or(rest);
        let rest = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?;
        Some(Header { sequence, hostname: host, time, stamp, ..self }.tagged(rest))
    }

    /// `host tag[pid]: message` behind the time; of host and tag one or both may be missing.
    fn tagged(mut self, rest: &'a [u8]) -> Self {
        let rest = rest.trim_ascii_start();
        self.message = rest;
        if let Some(tag) = Tag::read(rest).filter(|tag| tag.is_closed) {
            // `fw-1: %ASA-6-302013: …`
            return match Tag::read(tag.message).filter(|inner| inner.is_closed && inner.name.starts_with(b"%")) {
                Some(inner) if tag.pid.is_empty() => Header { hostname: tag.name, ..self }.with(&inner),
                _ => self.with(&tag),
            };
        }
        let end = memchr(b' ', rest).unwrap_or(rest.len());
        let (host, after) = (&rest[..end], rest[end..].trim_ascii_start());
        if !self.hostname.is_empty() || !is_name(host) || host == b"---" {
            return self;
        }
        // Cisco puts a colon of its own before its tag: `fw-1 : %ASA-6-302013: …`.
        let after = after.strip_prefix(b": ").unwrap_or(after);
        let tag = Tag::read(after).or_else(|| Tag::spaced(after));
        // Behind a priority and a time stands a host; elsewhere it is one where a program follows.
        let has_host = self.priority.is_some() && !self.stamp.is_empty() || is_repeated(after);
        match tag {
            Some(tag) => Header { hostname: host, ..self }.with(&tag),
            None if has_host => Header { hostname: host, message: after, ..self },
            None => self,
        }
    }

    fn with(self, tag: &Tag<'a>) -> Self {
        Header { appname: tag.name, procid: tag.pid, message: tag.message, ..self }
    }

    /// Whether this is syslog and no other line that begins with a time: a priority says so, or a host and a
    /// program.
    pub(in crate::formats) fn is_certain(&self) -> bool {
        if self.priority.is_some() {
            return !self.stamp.is_empty() || !self.version.is_empty() || !self.appname.is_empty();
        }
        let is_iso = self.stamp.first().is_some_and(u8::is_ascii_digit);
        // Programs write `2026-11-23 02:14:07 INFO main: started`; syslog daemons write RFC 3339 in full.
        let is_zoned = self.time.is_some_and(|time| time.certainty == Certainty::Explicit);
        let is_full = self.stamp.get(10) == Some(&b'T') && is_zoned;
        let is_level = |host: &[u8]| [&b"INFO"[..], b"DEBUG", b"WARN", b"ERROR", b"TRACE", b"FATAL"].contains(&host);
        let has_place = !self.hostname.is_empty() && !self.appname.is_empty() && !is_level(self.hostname);
        let has_process = !self.appname.is_empty() && !self.procid.is_empty();
        has_place && (!is_iso || is_full) || !is_iso && (has_process || is_repeated(self.message))
    }

    /// The header's fields, without the message.
    pub(in crate::formats) fn fields(self) -> Fields<'a> {
        let mut fields: Fields<'a> = Vec::with_capacity(8);
        if let Some(priority) = self.priority {
            fields.push((Cow::Borrowed("priority"), Value::Number(Cow::Owned(priority.to_string()))));
        }
        for (name, part, kind) in [
            ("version", self.version, Kind::Number),
            ("sequence", self.sequence, Kind::Number),
            ("hostname", self.hostname, Kind::Text),
            ("appname", self.appname, Kind::Text),
            ("procid", self.procid, Kind::Number),
            ("msgid", self.msgid, Kind::Text),
        ] {
            if !part.is_empty() {
                fields.push((Cow::Borrowed(name), columns::value(part, kind)));
            }
        }
        if !self.structured_data.is_empty() {
            fields.push((Cow::Borrowed("structured_data"), Value::Object(self.structured_data)));
        }
        fields
    }
}

/// A line that syslog may carry: its header, an empty one where it has none, and the message.
pub(in crate::formats) fn carried(line: &[u8], near: Option<Timestamp>) -> Header<'_> {
    Header::read(line, near).unwrap_or_else(|| Header::none(line))
}

/// Whether a daemon says here that it left out messages.
fn is_repeated(message: &[u8]) -> bool {
    message.strip_prefix(b"--- ").unwrap_or(message).starts_with(b"last message repeated ")
}

/// How messages lie in an object that begins with `head`, for every format that syslog carries.
pub(in crate::formats) fn framing(head: &[u8]) -> Framing {
    if is_counted(head) { Framing::Octets } else { Framing::Lines }
}

/// Whether an object begins with a count of octets and a priority: RFC 6587, section 3.4.1.
pub(in crate::formats) fn is_counted(head: &[u8]) -> bool {
    octets(head).is_some_and(|(_, prefix)| priority(&head[prefix..]).is_some())
}

/// A line without the count of octets that one of an octet stream begins with.
fn uncounted(line: &[u8]) -> &[u8] {
    octets(line).filter(|(_, prefix)| priority(&line[*prefix..]).is_some()).map_or(line, |(_, prefix)| &line[prefix..])
}

/// The priority `<34>`, and its length.
fn priority(line: &[u8]) -> Option<(i64, usize)> {
    let rest = line.strip_prefix(b"<")?;
    let close = memchr(b'>', &rest[..rest.len().min(4)]).filter(|close| *close > 0)?;
    let priority = time::digits(rest, close).filter(|priority| *priority < 192)?;
    Some((priority, close + 2))
}

/// The length of the version that RFC 5424 begins with.
fn version(body: &[u8]) -> Option<usize> {
    let length = body.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    ((1..=3).contains(&length) && body[0] != b'0' && body.get(length) == Some(&b' ')).then_some(length)
}

/// The number and the name that routers put before the time: `45: router-1: *Mar  1 18:46:11`, `: 2026 Nov 23 …`.
fn router(body: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let none = (&body[..0], &body[..0], body);
    let digits = body.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let Some(rest) = body[digits..].strip_prefix(b":") else { return none };
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    if time::leading(rest, Some(Timestamp::UNIX_EPOCH)).is_some() {
        return (&body[..digits], none.1, rest);
    }
    let Some(colon) = memmem::find(&rest[..rest.len().min(256)], b": ") else { return none };
    let (host, after) = (&rest[..colon], &rest[colon + 2..]);
    let is_host = is_name(host) && time::leading(after, Some(Timestamp::UNIX_EPOCH)).is_some();
    if is_host { (&body[..digits], host, after) } else { none }
}

/// The time at the start of `body`, its text, and what follows. A time whose year nothing tells is none, but the rest is
/// as good.
fn stamp(body: &[u8], near: Option<Timestamp>) -> Option<(Option<EventTime>, &[u8], &[u8])> {
    if body.starts_with(b"<") {
        return None;
    }
    let (time, end) = match time::leading(body, near) {
        Some((time, end)) => (Some(time), end),
        None => (None, time::leading(body, Some(Timestamp::UNIX_EPOCH))?.1),
    };
    Some((time, &body[time::begin(body)..end], &body[end..]))
}

/// Whether a word may be a host or a program.
fn is_name(word: &[u8]) -> bool {
    let is_fine = |byte: &u8| byte.is_ascii_graphic() && !b"<>[]\"=,|;{}".contains(byte);
    (1..=255).contains(&word.len()) && word.iter().all(is_fine)
}

/// `tag[pid]: message`
struct Tag<'a> {
    name: &'a [u8],
    pid: &'a [u8],
    /// Whether a colon ends it.
    is_closed: bool,
    message: &'a [u8],
}

impl<'a> Tag<'a> {
    /// Reads a tag of one word that a colon or a process id ends.
    fn read(text: &'a [u8]) -> Option<Self> {
        let end = text.iter().take(128).position(|byte| matches!(byte, b' ' | b':' | b'['))?;
        let name = &text[..end];
        if !is_name(name) {
            return None;
        }
        if text[end] != b'[' {
            let rest = text[end..].strip_prefix(b":")?;
            let message = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?;
            return Some(Tag { name, pid: &[], is_closed: true, message });
        }
        let close = end + memchr(b']', &text[end..text.len().min(end + 64)])?;
        let pid = &text[end + 1..close];
        let rest = &text[close + 1..];
        let (is_closed, rest) = match rest.strip_prefix(b":") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let message = rest.strip_prefix(b" ").or_else(|| rest.is_empty().then_some(rest))?;
        (!pid.is_empty() && pid.iter().all(u8::is_ascii_graphic)).then_some(Tag { name, pid, is_closed, message })
    }

    /// Reads a program whose name holds spaces, as macOS writes it (`Slack Helper[55199]: …`), or which brackets of the
    /// message follow (`apache_error [Tue Jun 08 …`).
    fn spaced(text: &'a [u8]) -> Option<Self> {
        let open = memchr(b'[', &text[..text.len().min(64)])?;
        let name = &text[..open];
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-.".contains(byte);
        if name.is_empty() || !name.iter().all(is_word) {
            return None;
        }
        if let Some(name) = name.strip_suffix(b" ") {
            return is_name(name).then_some(Tag { name, pid: &[], is_closed: false, message: &text[open..] });
        }
        let close = open + memchr(b']', &text[open..text.len().min(open + 16)])?;
        let pid = &text[open + 1..close];
        let message = text[close + 1..].strip_prefix(b": ")?;
        columns::is_number(pid).then_some(Tag { name, pid, is_closed: true, message })
    }
}

#[cfg(test)]
mod tests;
