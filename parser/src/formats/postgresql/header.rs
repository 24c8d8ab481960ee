//! What stands before a message: the time, whatever `log_line_prefix` puts behind it, and the severity.

use crate::formats::columns::is_number;
use crate::time::{Certainty, EventTime};

/// Severities, and the names of the lines that say more about the one before.
const LEVELS: [&[u8]; 18] = [
    b"LOG",
    b"ERROR",
    b"FATAL",
    b"PANIC",
    b"WARNING",
    b"NOTICE",
    b"INFO",
    b"DEBUG1",
    b"DEBUG2",
    b"DEBUG3",
    b"DEBUG4",
    b"DEBUG5",
    b"DETAIL",
    b"HINT",
    b"QUERY",
    b"CONTEXT",
    b"LOCATION",
    b"STATEMENT",
];

/// Bytes in which the severity is looked for.
const PREFIX: usize = 512;

pub(super) struct Header<'a> {
    pub time: EventTime,
    /// The time with its zone, as it is written.
    pub stamp: &'a [u8],
    pub pid: Option<&'a [u8]>,
    pub user: Option<&'a [u8]>,
    pub database: Option<&'a [u8]>,
    pub host: Option<&'a [u8]>,
    pub port: Option<&'a [u8]>,
    pub application: Option<&'a [u8]>,
    pub level: &'a [u8],
    /// The SQLSTATE, where errors are reported in full.
    pub state_code: Option<&'a [u8]>,
    pub message: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads a line that begins a record.
    pub(super) fn read(line: &'a [u8]) -> Option<Self> {
        let (time, end) = stamp(line)?;
        let rest = &line[end..];
        // Nothing else puts two spaces behind a severity.
        let head = &rest[..rest.len().min(PREFIX)];
        let (at, level) = memchr::memmem::find_iter(head, b":  ").find_map(|colon| {
            let level = LEVELS.into_iter().find(|level| head[..colon].ends_with(level))?;
            let at = colon - level.len();
            let is_word = at.checked_sub(1).is_none_or(|before| matches!(head[before], b' ' | b':' | b']' | b','));
            is_word.then_some((at, &head[at..colon]))
        })?;
        let message = &rest[at + level.len() + 3..];
        // In full reports the SQLSTATE stands first; every one has a digit, which no word of five capitals has.
        let is_code = |code: &[u8]| {
            code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && code.iter().any(u8::is_ascii_digit)
        };
        let (state_code, message) = match message.split_at_checked(5) {
            Some((code, [b':', b' ', rest @ ..])) if is_code(code) => (Some(code), rest),
            _ => (None, message),
        };
        let mut header = Header {
            time,
            stamp: &line[..end],
            pid: None,
            user: None,
            database: None,
            host: None,
            port: None,
            application: None,
            level,
            state_code,
            message,
        };
        header.prefix(rest[..at].trim_ascii_end());
        Some(header)
    }

    /// Reads the parts between time and severity by what they look like, for the prefix is the administrator's.
    fn prefix(&mut self, prefix: &'a [u8]) {
        if let Some(parts) = prefix.strip_prefix(b":") {
            return self.remote(parts);
        }
        for part in prefix.split(|byte| matches!(byte, b' ' | b',')).filter(|part| !part.is_empty()) {
            self.part(part);
        }
    }

    /// `203.0.113.7(51234):app@orders:[4242]:`, Amazon RDS's own prefix. The address may hold colons, so it is read from its end.
    fn remote(&mut self, parts: &'a [u8]) {
        let mut parts = parts.strip_suffix(b":").unwrap_or(parts).rsplitn(3, |byte| *byte == b':');
        for part in parts.by_ref().take(2) {
            self.part(part);
        }
        if let Some(client) = parts.next() {
            self.client(client);
        }
    }

    fn part(&mut self, part: &'a [u8]) {
        let inner = part.strip_prefix(b"[").and_then(|part| part.strip_suffix(b"]"));
        let named = |name: &[u8]| part.strip_prefix(name);
        if let Some(pid) =
            inner.map(|inner| inner.split(|byte| *byte == b'-').next().unwrap_or(inner)).filter(|pid| is_number(pid))
        {
            self.pid = Some(pid);
        } else if let Some(user) = named(b"user=") {
            self.user = some(user);
        } else if let Some(database) = named(b"db=") {
            self.database = some(database);
        } else if let Some(application) = named(b"app=") {
            self.application = some(application);
        } else if let Some(client) = named(b"client=").or_else(|| named(b"host=")) {
            self.client(client);
        } else if let Some(at) = memchr::memchr(b'@', part) {
            (self.user, self.database) = (some(&part[..at]), some(&part[at + 1..]));
        } else if part.ends_with(b")") {
            self.client(part);
        }
    }

    /// `203.0.113.7(51234)`
    fn client(&mut self, client: &'a [u8]) {
        match memchr::memchr(b'(', client) {
            Some(open) => {
                let port = client[open + 1..].strip_suffix(b")").filter(|port| is_number(port));
                (self.host, self.port) = (some(&client[..open]), port);
            }
            None => self.host = some(client),
        }
    }
}

/// A value without the brackets that `[unknown]` and `[local]` stand in.
fn some(text: &[u8]) -> Option<&[u8]> {
    let inner = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
    Some(inner.unwrap_or(text)).filter(|text| !text.is_empty())
}

/// Hours east of UTC of zones in Europe and Asia by their names in the time zone database; those that stand for one zone only.
const ZONES: [(&[u8], i64); 14] = [
    (b"WEST", 1),
    (b"CET", 1),
    (b"CEST", 2),
    (b"EET", 2),
    (b"EEST", 3),
    (b"MSK", 3),
    (b"PKT", 5),
    (b"WIB", 7),
    (b"HKT", 8),
    (b"JST", 9),
    (b"KST", 9),
    (b"AEST", 10),
    (b"AEDT", 11),
    (b"NZST", 12),
];

/// The time at the start of a line, and the offset after its zone.
fn stamp(line: &[u8]) -> Option<(EventTime, usize)> {
    let (time, end) = EventTime::iso_prefix(line)?;
    if time.certainty == Certainty::Explicit {
        return Some((time, end));
    }
    let rest = line[end..].strip_prefix(b" ")?;
    let width = rest.iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
    let name = &rest[..width];
    let hours = ZONES.iter().find(|(zone, _)| *zone == name).map(|(_, hours)| *hours);
    match hours {
        Some(hours) => {
            let span = jiff::SignedDuration::from_hours(hours);
            let at = time.at.checked_sub(span).ok()?;
            Some((EventTime { at, certainty: Certainty::Explicit }, end + 1 + width))
        }
        // A zone that nobody told us: it belongs to the time all the same.
        None if width >= 3 && !LEVELS.iter().any(|level| level.starts_with(name)) => Some((time, end + 1 + width)),
        None => Some((time, end)),
    }
}
