//! CloudFront logs in ECS, whichever way their fields are spelled.

use std::borrow::Cow;

use crate::ecs::{self, Ecs};
use crate::formats::columns::{self, Kind, Kind::Number, Kind::Text, named};
use crate::record::Event;
use crate::value::Value;

/// Fields, their names in ECS, and whether those hold numbers: what is JSON has every value as text.
const COPIED: &[(&str, &str, Kind)] = &[
    ("x-edge-location", "aws.cloudfront.edge_location", Text),
    ("x-edge-result-type", "aws.cloudfront.edge_result_type", Text),
    ("x-edge-response-result-type", "aws.cloudfront.edge_response_result_type", Text),
    ("x-edge-detailed-result-type", "aws.cloudfront.edge_detailed_result_type", Text),
    ("cs-host", "aws.cloudfront.domain", Text),
    ("cs-cookie", "aws.cloudfront.cookies", Text),
    ("distributionid", "aws.cloudfront.distribution_id", Text),
    ("primary-distribution-id", "aws.cloudfront.distribution_id", Text),
    ("cache-behavior-path-pattern", "aws.cloudfront.cache_behavior_path_pattern", Text),
    ("fle-status", "aws.cloudfront.fle_status", Text),
    ("fle-encrypted-fields", "aws.cloudfront.fle_encrypted_fields", Text),
    ("origin-fbl", "aws.cloudfront.origin_fbl", Number),
    ("origin-lbl", "aws.cloudfront.origin_lbl", Number),
    ("sc-content-type", "aws.cloudfront.content_type", Text),
    ("sc-range-start", "aws.cloudfront.range_start", Number),
    ("sc-range-end", "aws.cloudfront.range_end", Number),
    ("time-to-first-byte", "aws.cloudfront.time_to_first_byte", Number),
    ("time-taken", "aws.cloudfront.time_taken", Number),
    ("x-event", "event.action", Text),
    ("x-edge-request-id", "event.id", Text),
    ("x-edge-request-id", "http.request.id", Text),
    ("cs-bytes", "http.request.bytes", Number),
    ("cs-method", "http.request.method", Text),
    ("cs-referer", "http.request.referrer", Text),
    ("c-referrer", "http.request.referrer", Text),
    ("sc-content-len", "http.response.body.bytes", Number),
    ("sc-bytes", "http.response.bytes", Number),
    ("sc-content-type", "http.response.mime_type", Text),
    ("x-host-header", "destination.address", Text),
    ("x-host-header", "destination.domain", Text),
    ("x-host-header", "url.domain", Text),
    ("cs-protocol", "network.protocol", Text),
    ("cs-protocol", "url.scheme", Text),
    ("cs-uri-stem", "url.path", Text),
    ("cs-uri-query", "url.query", Text),
    ("c-port", "source.port", Number),
    ("c-country", "source.geo.country_iso_code", Text),
    ("asn", "source.as.number", Number),
    ("ssl-cipher", "tls.cipher", Text),
];

/// Addresses of a request's forwarders that are told.
const FORWARDERS: usize = 64;

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |name: &str| named(fields, name).and_then(Value::scalar).filter(|text| !matches!(*text, "" | "-"));
    let mut ecs = Ecs::new("aws.cloudfront_logs", "event", event.time);
    ecs.set("cloud.provider", "aws");
    ecs.set_words("event.category", &["web"]);
    ecs.set_words("event.type", &["access"]);
    for (name, path, kind) in COPIED {
        ecs.set_some(path, text(name).map(|text| columns::value(text.as_bytes(), *kind)));
    }
    if let Some(address) = text("c-ip") {
        ecs.set_address("source.address", "source.ip", address);
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
    for host in ["cs-host", "x-host-header"].into_iter().filter_map(text) {
        ecs.add("related.hosts", host);
    }
    let forwarders = text("x-forwarded-for").into_iter().flat_map(|list| list.split(',')).map(str::trim);
    for address in forwarders.filter(|address| address.parse::<std::net::IpAddr>().is_ok()).take(FORWARDERS) {
        ecs.add("network.forwarded_ip", address);
        ecs.add("related.ip", address);
    }
    if let (Some(scheme), Some(host), Some(path)) = (text("cs-protocol"), text("x-host-header"), text("cs-uri-stem")) {
        let query = text("cs-uri-query").map(|query| format!("?{query}")).unwrap_or_default();
        ecs.set("url.full", format!("{scheme}://{host}{path}{query}"));
    }
    ecs.set_some("url.extension", text("cs-uri-stem").and_then(ecs::extension));
    // A client that hung up before the answer has the status 000.
    if let Some(status) = text("sc-status").and_then(|status| status.parse::<u16>().ok()) {
        ecs.set("http.response.status_code", u64::from(status));
        ecs.set("event.outcome", if (1..400).contains(&status) { "success" } else { "failure" });
    }
    if let Some(seconds) = text("time-taken").and_then(|seconds| seconds.parse::<f64>().ok()) {
        ecs.set("event.duration", (seconds * 1e9) as u64);
    }
    if let Some(agent) = text("cs-user-agent").or_else(|| text("c-user-agent")) {
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

/// The request, its status and its client.
pub(super) fn message<'e>(event: &'e Event<'_>) -> Cow<'e, str> {
    let parts = ["cs-method", "x-event", "x-host-header", "cs-uri-stem", "sc-status", "c-ip"];
    let field = |name: &&str| named(&event.fields, name).and_then(Value::scalar);
    Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
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
