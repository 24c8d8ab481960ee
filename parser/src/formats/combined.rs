//! Access logs of Apache, nginx, Traefik and what writes like them: the Common and the Combined Log Format.
//!
//! Source: Apache HTTP Server documentation, "Log Files" and `mod_ssl` (its request log); nginx documentation, module
//! `ngx_http_log_module`; Traefik documentation, "Access Logs"; Ingress-Nginx Controller, "Log format". A virtual host or a list of addresses before the user, and
//! columns after the user agent, are read too.

use std::borrow::Cow;

use super::columns::spaced::{Fields, Parts, push, push_request};
use super::columns::{self, Kind};
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time;
use crate::value::Value;

mod ecs;
mod peer;

use peer::Peer;

pub(super) struct Combined;

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
        unit.line().is_some_and(|line| shape(line).is_some())
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["method", "path", "status", "host"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// How a line is laid out.
enum Shape<'a> {
    /// Who asked stands before the time, which begins at `time`.
    Access { peer: Peer<'a>, time: usize },
    /// The time comes first: `mod_ssl`'s request log.
    Tls,
}

/// Tells a line by where its time in brackets stands, and the request in quotes.
fn shape(line: &[u8]) -> Option<Shape<'_>> {
    let bracket = memchr::memchr(b'[', line)?;
    let (_, end) = time::leading(&line[bracket..], None)?;
    let rest = line[bracket + end..].strip_prefix(b"] ")?;
    if bracket == 0 {
        let mut words = rest.splitn(4, |byte| *byte == b' ');
        let (_, protocol, _, request) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let is_protocol = protocol == b"-" || protocol.starts_with(b"TLSv") || protocol.starts_with(b"SSLv");
        return (is_protocol && is_quoted(request)).then_some(Shape::Tls);
    }
    let peer = Peer::read(&line[..bracket])?;
    is_quoted(rest).then_some(Shape::Access { peer, time: bracket })
}

fn is_quoted(text: &[u8]) -> bool {
    text.strip_prefix(b"\"").is_some_and(|inner| memchr::memchr(b'"', inner).is_some())
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let shape = shape(raw);
        let (from, is_tls) = match &shape {
            Some(Shape::Access { time, .. }) => (*time, false),
            Some(Shape::Tls) => (0, true),
            None => {
                return Err(Fault::syntax(0, "no time in brackets after the address, and a request in quotes"));
            }
        };
        let mut fields: Fields<'a> = Vec::with_capacity(14);
        if let Some(Shape::Access { peer, .. }) = shape {
            peer.put(&mut fields);
        }
        let mut parts = Parts::new(&raw[from..]);
        let at = |fault: Fault| Fault { offset: fault.offset + from as u64, ..fault };
        let stamp = parts.next().map_err(at)?.unwrap_or_default();
        push(&mut fields, "timestamp", stamp, Kind::Text);
        let names: &[&'static str] = if is_tls { &["host", "ssl_protocol", "ssl_cipher"] } else { &[] };
        for name in names {
            push(&mut fields, name, parts.next().map_err(at)?.unwrap_or(b"-"), Kind::Text);
        }
        push_request(&mut fields, ("method", "path", "protocol"), parts.next().map_err(at)?.unwrap_or_default());
        let numbers: &[&'static str] = if is_tls { &["size"] } else { &["status", "size"] };
        for name in numbers {
            let part = parts.next().map_err(at)?;
            let part = part.ok_or_else(|| Fault::syntax(raw.len(), format!("the line ends before {name}")))?;
            if part != b"-" && !columns::is_number(part) {
                return Err(Fault::syntax(from + parts.from(), format!("{name} is not a number")));
            }
            push(&mut fields, name, part, Kind::Number);
        }
        for name in ["referrer", "agent"] {
            if let Some(part) = parts.next().map_err(at)? {
                push(&mut fields, name, part, Kind::Text);
            }
        }
        more(&mut parts, &mut fields).map_err(at)?;
        let time = time::leading(stamp, None).map(|(time, _)| time);
        Ok(Decoded::new(Value::Object(fields)).at(time, columns::text(stamp)))
    }
}

/// Columns behind the user agent: named ones (`X-Forwarded-For="…"`), those of known servers, the list of addresses or the ratio
/// of compression that nginx's examples put there; any other by its number.
fn more<'a>(parts: &mut Parts<'a>, fields: &mut Fields<'a>) -> Result<(), Fault> {
    let known = fields.len();
    let names = names(parts.rest());
    loop {
        let number = fields.len() - known;
        let rest = parts.rest();
        let is_first = number == 0 && rest.starts_with(b"\"");
        let is_list = is_first && peer::is_address_list(&rest[1..]);
        if let Some((name, length)) = named(rest).filter(|_| number < LIMIT) {
            parts.skip(length);
            let value = parts.next()?.unwrap_or_default();
            fields.push((Cow::Owned(name.to_ascii_lowercase().replace('-', "_")), columns::value(value, Kind::Text)));
            continue;
        }
        if number == LIMIT {
            fields.push((Cow::Borrowed("more"), Value::String(columns::text(rest))));
            return Ok(());
        }
        let Some(part) = parts.next()? else { return Ok(()) };
        let name = match names.get(number) {
            Some(name) => Cow::Borrowed(*name),
            _ if is_list => Cow::Borrowed("x_forwarded_for"),
            _ if is_first && columns::is_number(part) => Cow::Borrowed("gzip_ratio"),
            // Request and time are four columns in the log, and six fields.
            _ => Cow::Owned(format!("column_{}", fields.len() - 1)),
        };
        let kind = if NUMBERS.contains(&&*name) { Kind::Number } else { Kind::Text };
        fields.push((name, columns::value(part, kind)));
    }
}

/// Columns that are read one by one; the rest is one text.
const LIMIT: usize = 256;

/// The columns that Traefik adds, and those of the ingress controller of Kubernetes.
const TRAEFIK: [&str; 4] = ["request_count", "router", "server_url", "duration"];
const INGRESS: [&str; 9] = [
    "request_length",
    "request_time",
    "proxy_upstream_name",
    "proxy_alternative_upstream_name",
    "upstream_addr",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
    "req_id",
];

const NUMBERS: [&str; 7] = [
    "request_count",
    "gzip_ratio",
    "request_length",
    "request_time",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_status",
];

/// The names of columns that look like those of a known server.
fn names(rest: &[u8]) -> &'static [&'static str] {
    let mut words = rest.splitn(4, |byte| *byte == b' ');
    let [first, second, third] = [(); 3].map(|()| words.next().unwrap_or_default());
    if !columns::is_number(first) {
        return &[];
    }
    match (second.first(), third.first()) {
        (Some(b'"'), _) if rest.ends_with(b"ms") => &TRAEFIK,
        (Some(b'0'..=b'9'), Some(b'[')) => &INGRESS,
        _ => &[],
    }
}

/// The name before a value in quotes, and the length up to those.
fn named(rest: &[u8]) -> Option<(&str, usize)> {
    let equals = memchr::memchr(b'=', &rest[..rest.len().min(64)])?;
    let name = std::str::from_utf8(&rest[..equals]).ok()?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    (is_name && rest.get(equals + 1) == Some(&b'"')).then_some((name, equals + 1))
}
