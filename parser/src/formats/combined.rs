//! Access logs of Apache, nginx and what writes like them: the Common and the Combined Log Format.
//!
//! Source: Apache HTTP Server documentation, "Log Files"; nginx documentation, module `ngx_http_log_module`. A virtual
//! host before the address and columns after the user agent are read too.

use std::borrow::Cow;

use super::columns;
use super::columns::spaced::Column::{Number, Request, Text, Time};
use super::columns::spaced::{Column, Layout};
use memchr::memmem;

use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time;
use crate::value::Value;

pub(super) struct Combined;

const COLUMNS: &[Column] = &[
    Text("vhost"),
    Text("host"),
    Text("identity"),
    Text("user"),
    Time("timestamp"),
    Request("method", "path", "protocol"),
    Number("status"),
    Number("size"),
    Text("referrer"),
    Text("agent"),
];

/// A list of addresses, as proxies forward it, stands before the rest.
const AFTER_HOSTS: Layout = Layout { columns: COLUMNS.split_at(2).1, required: 6 };

const WITH_VHOST: Layout = Layout { columns: COLUMNS, required: 8 };
const PLAIN: Layout = Layout { columns: COLUMNS.split_at(1).1, required: 7 };

impl Format for Combined {
    fn name(&self) -> &str {
        "combined"
    }

    fn title(&self) -> &str {
        "Web server access log (common, combined)"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "source.address",
            "http.request.method",
            "url.original",
            "http.response.status_code",
            "user_agent.original",
        ]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().is_some_and(|line| layout(line).is_some())
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let mut ecs = Ecs::new("web.access", "event", event.time);
        ecs.set_words("event.category", &["web"]);
        ecs.set_words("event.type", &["access"]);
        ecs.copy(
            fields,
            &[
                ("vhost", "url.domain"),
                ("user", "user.name"),
                ("method", "http.request.method"),
                ("status", "http.response.status_code"),
                ("size", "http.response.body.bytes"),
                ("referrer", "http.request.referrer"),
                ("agent", "user_agent.original"),
            ],
        );
        if let Some(hosts) = text("host") {
            // Behind proxies it is a list, the client first.
            let address = hosts.split_once(',').map_or(hosts, |(first, _)| first);
            ecs.set_address("source.address", "source.ip", address);
        }
        if let Some(status) = fields.get("status").and_then(Value::as_u64) {
            ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
        }
        if let Some(version) = text("protocol").and_then(|protocol| protocol.strip_prefix("HTTP/")) {
            ecs.set("http.version", version);
        }
        if let Some(path) = text("path").filter(|path| !path.is_empty()) {
            crate::ecs::set_url(&mut ecs, path);
        }
        if let Some(user) = text("user") {
            ecs.add("related.user", user);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["method", "path", "status", "host"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// The layout of a line, told by where its time stands: fourth, or fifth behind a virtual host.
fn layout(line: &[u8]) -> Option<Layout> {
    let bracket = memchr::memchr(b'[', line)?;
    let before = line[..bracket].split(|byte| *byte == b' ').filter(|part| !part.is_empty()).count();
    let (_, end) = time::leading(&line[bracket..], None)?;
    let rest = line.get(bracket + end..)?.strip_prefix(b"] \"")?;
    memchr::memchr(b'"', rest)?;
    match before {
        _ if memmem::find(&line[..bracket], b", ").is_some() => Some(AFTER_HOSTS),
        3 => Some(PLAIN),
        4 => Some(WITH_VHOST),
        _ => None,
    }
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        match layout(raw) {
            Some(layout) if layout.required == AFTER_HOSTS.required => after_hosts(raw),
            Some(layout) => layout.read(raw),
            None => Err(Fault::syntax(0, "no time in brackets after the address, and a request in quotes")),
        }
    }
}

/// A line that begins with a list of addresses: `203.0.113.7, 10.0.0.1 - - […`.
fn after_hosts(raw: &[u8]) -> Result<Decoded<'_>, Fault> {
    let bracket = memchr::memchr(b'[', raw).unwrap_or(raw.len());
    let last = memmem::rfind(&raw[..bracket], b", ").map_or(0, |comma| comma + 2);
    let end = last + memchr::memchr(b' ', &raw[last..]).unwrap_or(raw.len() - last);
    let mut decoded =
        AFTER_HOSTS.read(&raw[end..]).map_err(|fault| Fault { offset: fault.offset + end as u64, ..fault })?;
    if let Value::Object(fields) = &mut decoded.fields {
        fields.insert(0, (Cow::Borrowed("host"), Value::String(columns::text(&raw[..end]))));
    }
    Ok(decoded)
}
