//! Amazon CloudFront standard logs (legacy), and other files in the W3C Extended Log Format with tabs.
//!
//! Source: Amazon CloudFront Developer Guide, "Standard logging (legacy)", "Standard log file fields"; the names of fields
//! are those of its `#Fields` line.

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::{self, EventTime};
use crate::value::Value;

pub(super) struct CloudFront;

/// The fields of a file without a header, in their order since 2019.
const DEFAULT: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
    cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes \
    time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
    sc-range-start sc-range-end";

const NUMBERS: [&str; 9] = [
    "sc-bytes",
    "sc-status",
    "cs-bytes",
    "time-taken",
    "c-port",
    "time-to-first-byte",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

impl Format for CloudFront {
    fn name(&self) -> &str {
        "cloudfront"
    }

    fn title(&self) -> &str {
        "Amazon CloudFront standard logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.ip", "http.request.method", "url.domain", "url.path", "http.response.status_code"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        if let Some(names) = line.strip_prefix(b"#Fields:") {
            return memchr::memmem::find(names, b"x-edge-location").is_some();
        }
        let parts: Vec<&[u8]> = line.splitn(13, |byte| *byte == b'\t').collect();
        parts.len() == 13
            && parts[0].len() == 10
            && time_of(parts[0], parts[1]).is_some()
            && columns::is_number(parts[3])
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines { names: DEFAULT.split_whitespace().map(Cow::Borrowed).collect() })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let mut ecs = Ecs::new("aws.cloudfront_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["web"]);
        ecs.set_words("event.type", &["access"]);
        ecs.copy(
            fields,
            &[
                ("x-edge-location", "aws.cloudfront.edge_location"),
                ("x-edge-result-type", "aws.cloudfront.edge_result_type"),
                ("x-edge-response-result-type", "aws.cloudfront.edge_response_result_type"),
                ("x-edge-detailed-result-type", "aws.cloudfront.edge_detailed_result_type"),
                ("cs(Host)", "aws.cloudfront.domain"),
                ("sc-content-type", "aws.cloudfront.content_type"),
                ("time-to-first-byte", "aws.cloudfront.time_to_first_byte"),
                ("time-taken", "aws.cloudfront.time_taken"),
                ("x-edge-request-id", "event.id"),
                ("x-edge-request-id", "http.request.id"),
                ("sc-content-len", "http.response.body.bytes"),
                ("cs(Host)", "destination.domain"),
                ("cs(Host)", "destination.address"),
                ("cs-protocol", "network.protocol"),
                ("sc-bytes", "http.response.bytes"),
                ("cs-bytes", "http.request.bytes"),
                ("cs-method", "http.request.method"),
                ("sc-status", "http.response.status_code"),
                ("cs(Referer)", "http.request.referrer"),
                ("x-host-header", "url.domain"),
                ("cs-protocol", "url.scheme"),
                ("cs-uri-stem", "url.path"),
                ("cs-uri-query", "url.query"),
                ("c-port", "source.port"),
                ("ssl-cipher", "tls.cipher"),
            ],
        );
        if let Some(address) = text("c-ip") {
            ecs.set_address("source.address", "source.ip", address);
            ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
        }
        if let Some(host) = text("cs(Host)") {
            ecs.add("related.hosts", host);
        }
        if let (Some(scheme), Some(host), Some(path)) =
            (text("cs-protocol"), text("x-host-header"), text("cs-uri-stem"))
        {
            let query = text("cs-uri-query").map(|query| format!("?{query}")).unwrap_or_default();
            ecs.set("url.full", format!("{scheme}://{host}{path}{query}"));
        }
        if let Some(status) = fields.get("sc-status").and_then(Value::as_u64) {
            ecs.set("event.outcome", if status < 400 { "success" } else { "failure" });
        }
        if let Some(agent) = text("cs(User-Agent)") {
            ecs.set("user_agent.original", unescape(agent));
        }
        if let Some(version) = text("cs-protocol-version").and_then(|version| version.strip_prefix("HTTP/")) {
            ecs.set("http.version", version);
        }
        if let Some(version) = text("ssl-protocol").and_then(|version| version.strip_prefix("TLSv")) {
            ecs.set("tls.version", version);
            ecs.set("tls.version_protocol", "tls");
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["cs-method", "x-host-header", "cs-uri-stem", "sc-status", "c-ip"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}

/// Percent escapes, of which CloudFront's user agents are full, as what they stand for. Escapes of control bytes and of
/// what is not UTF-8 stay.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| char::from(*bytes.get(at + offset)?).to_digit(16);
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) if high * 16 + low >= 0x20 => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

struct Lines {
    names: Vec<Cow<'static, str>>,
}

impl Decode for Lines {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if let Some(names) = raw.strip_prefix(b"#Fields:") {
            self.names =
                columns::text(names).split_whitespace().take(256).map(|name| Cow::Owned(name.to_owned())).collect();
        }
        raw.starts_with(b"#")
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut fields = Vec::with_capacity(self.names.len());
        let mut names = self.names.iter();
        let separator = separator(raw);
        for part in raw.split(|byte| *byte == separator) {
            let name = names.next().cloned().unwrap_or_else(|| Cow::Owned(format!("column_{}", fields.len() + 1)));
            let kind = if NUMBERS.contains(&&*name) { Kind::Number } else { Kind::Text };
            fields.push((name, columns::value(part, kind)));
        }
        let mut parts = raw.split(|byte| *byte == separator);
        let (date, clock) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let Some(time) = time_of(date, clock) else {
            return Err(Fault::syntax(0, "the line does not begin with a date and a time"));
        };
        let text = columns::text(&raw[..date.len() + 1 + clock.len()]);
        Ok(Decoded::new(Value::Object(fields)).at(Some(time), text))
    }
}

/// Tabs; copies of logs that went through a terminal or a ticket have spaces.
fn separator(line: &[u8]) -> u8 {
    if line.contains(&b'\t') { b'\t' } else { b' ' }
}

/// The time of two columns; CloudFront's are in UTC.
fn time_of(date: &[u8], clock: &[u8]) -> Option<EventTime> {
    let number = |text: &[u8], at: usize, count: usize| time::digits(text.get(at..)?, count);
    if date.len() != 10 || clock.len() != 8 {
        return None;
    }
    let date = (number(date, 0, 4)?, number(date, 5, 2)?, number(date, 8, 2)?);
    let clock = (number(clock, 0, 2)?, number(clock, 3, 2)?, number(clock, 6, 2)?);
    time::instant(date, clock, 0, 0).map(EventTime::explicit)
}
