//! Logs of HAProxy: its HTTP and TCP log formats and its error lines, bare or behind a syslog header.
//!
//! Source: HAProxy Configuration Manual, section 8.2, "Log formats"; names of fields are its own.

use std::borrow::Cow;

use jiff::Timestamp;

use super::columns::spaced::{Fields, Parts, push, push_address, push_request};
use super::columns::{self, Kind};
use super::syslog::{self, Header};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::{self, EventTime};
use crate::value::Value;

mod ecs;

pub(super) struct HaProxy;

const TIMERS: [&str; 5] = ["TR", "Tw", "Tc", "Tr", "Ta"];
const TCP_TIMERS: [&str; 3] = ["Tw", "Tc", "Tt"];
const CONNECTIONS: [&str; 5] = ["actconn", "feconn", "beconn", "srv_conn", "retries"];
const QUEUES: [&str; 2] = ["srv_queue", "backend_queue"];

impl Format for HaProxy {
    fn name(&self) -> &str {
        "haproxy"
    }

    fn title(&self) -> &str {
        "HAProxy"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.original", "http.response.status_code", "haproxy.server_name"]
    }

    fn framing(&self, head: &[u8]) -> Framing {
        syslog::framing(head)
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| start(syslog::carried(line, Some(Timestamp::UNIX_EPOCH)).message).is_some())
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["client_ip", "frontend_name", "server_name", "method", "path", "status_code", "message"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// The client and the time that every line begins with: `203.0.113.7:51234 [23/Nov/2026:02:14:07.123] `.
struct Start<'a> {
    client: &'a [u8],
    stamp: &'a [u8],
    time: EventTime,
    length: usize,
}

fn start(line: &[u8]) -> Option<Start<'_>> {
    let bracket = memchr::memchr(b'[', &line[..line.len().min(64)])?;
    let client = line[..bracket].strip_suffix(b" ")?;
    let port = &client[memchr::memrchr(b':', client)? + 1..];
    let (time, end) = time::leading(&line[bracket..], None)?;
    let stamp = &line[bracket + 1..bracket + end];
    let length = bracket + end + 2;
    // Web servers write no milliseconds.
    let is_fine = columns::is_number(port) && stamp.contains(&b'.') && line.get(bracket + end..length) == Some(b"] ");
    is_fine.then_some(Start { client, stamp, time, length })
}

struct Lines {
    near: Option<Timestamp>,
}

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let header = syslog::carried(raw, self.near);
        let line = header.message;
        let mut fields: Fields<'a> = Vec::with_capacity(28);
        let Some(start) = start(line) else { return note(header) };
        header.put(&mut fields);
        push_address(&mut fields, ("client_ip", "client_port"), start.client);
        push(&mut fields, "request_date", start.stamp, Kind::Text);
        let rest = &line[start.length..];
        match memchr::memmem::find(rest, b": ") {
            Some(colon) if !rest[..colon].contains(&b' ') => {
                pair(&mut fields, ["frontend_name", "bind_name"], &rest[..colon]);
                push(&mut fields, "message", &rest[colon + 2..], Kind::Text);
            }
            _ => {
                let offset = raw.len() - rest.len();
                request(rest, &mut fields).map_err(|fault| Fault { offset: fault.offset + offset as u64, ..fault })?;
            }
        }
        Ok(Decoded::new(Value::Object(fields)).at(Some(start.time), columns::text(start.stamp)))
    }
}

/// A message of the process itself: `Proxy web started.`
fn note(header: Header<'_>) -> Result<Decoded<'_>, Fault> {
    if header.stamp.is_empty() && header.priority.is_none() {
        return Err(Fault::syntax(0, "no client and time in brackets, and no syslog header"));
    }
    let (time, stamp, message) = (header.time, header.stamp, header.message);
    let mut fields = Vec::with_capacity(2);
    header.put(&mut fields);
    fields.push((Cow::Borrowed("message"), Value::String(columns::text(message))));
    Ok(Decoded::new(Value::Object(fields)).at(time, columns::text(stamp)))
}

/// The columns behind the time. HTTP has five timers, TCP three.
fn request<'a>(rest: &'a [u8], fields: &mut Fields<'a>) -> Result<(), Fault> {
    let mut parts = Parts::new(rest);
    let mut next = |name: &str| {
        let part = parts.next()?;
        part.ok_or_else(|| Fault::syntax(rest.len(), format!("the line ends before {name}")))
    };
    push(fields, "frontend_name", next("frontend_name")?, Kind::Text);
    pair(fields, ["backend_name", "server_name"], next("backend_name")?);
    let timers = next("timers")?;
    let is_http = memchr::memchr_iter(b'/', timers).count() == TIMERS.len() - 1;
    numbers(fields, if is_http { &TIMERS } else { &TCP_TIMERS }, timers);
    if is_http {
        push(fields, "status_code", next("status_code")?, Kind::Number);
    }
    push(fields, "bytes_read", next("bytes_read")?, Kind::Number);
    if is_http {
        push(fields, "captured_request_cookie", next("captured_request_cookie")?, Kind::Text);
        push(fields, "captured_response_cookie", next("captured_response_cookie")?, Kind::Text);
    }
    push(fields, "termination_state", next("termination_state")?, Kind::Text);
    numbers(fields, &CONNECTIONS, next("actconn")?);
    numbers(fields, &QUEUES, next("srv_queue")?);
    for name in ["captured_request_headers", "captured_response_headers"] {
        if let Some(inner) = parts.rest().strip_prefix(b"{")
            && let Some(end) = memchr::memchr(b'}', inner)
        {
            parts.skip(end + 2);
            push(fields, name, &inner[..end], Kind::Text);
        }
    }
    if let Some(line) = parts.next()? {
        push_request(fields, ("method", "path", "protocol"), line);
    }
    // With TLS: its version and cipher, and whatever else the format was told to add.
    let rest = parts.rest();
    if !rest.is_empty() {
        push(fields, "more", rest, Kind::Text);
    }
    Ok(())
}

/// `web/web-1`
fn pair<'a>(fields: &mut Fields<'a>, [first, second]: [&'static str; 2], part: &'a [u8]) {
    let slash = memchr::memrchr(b'/', part);
    push(fields, first, &part[..slash.unwrap_or(part.len())], Kind::Text);
    push(fields, second, slash.map_or(b"-", |slash| &part[slash + 1..]), Kind::Text);
}

/// `170/0/0/3/173`
fn numbers<'a>(fields: &mut Fields<'a>, names: &[&'static str], part: &'a [u8]) {
    for (name, number) in names.iter().zip(part.split(|byte| *byte == b'/')) {
        push(fields, name, number, Kind::Number);
    }
}
