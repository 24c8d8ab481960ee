//! Amazon S3 server access logs.
//!
//! Source: Amazon S3 User Guide, "Amazon S3 server access log format"; the names of fields are those of the Athena table
//! in "Using Amazon S3 access logs to identify requests".

use std::borrow::Cow;

use super::columns::spaced::Column::{Number, Request, Text, Time};
use super::columns::spaced::Layout;
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Stream, Unit};
use crate::record::Event;
use crate::value::Value;

pub(super) struct S3Access;

const LAYOUT: Layout = Layout {
    columns: &[
        Text("bucketowner"),
        Text("bucket_name"),
        Time("requestdatetime"),
        Text("remoteip"),
        Text("requester"),
        Text("requestid"),
        Text("operation"),
        Text("key"),
        Request("request_verb", "request_uri", "request_proto"),
        Number("httpstatus"),
        Text("errorcode"),
        Number("bytessent"),
        Number("objectsize"),
        Number("totaltime"),
        Number("turnaroundtime"),
        Text("referrer"),
        Text("useragent"),
        Text("versionid"),
        Text("hostid"),
        Text("sigv"),
        Text("ciphersuite"),
        Text("authtype"),
        Text("endpoint"),
        Text("tlsversion"),
        Text("accesspointarn"),
        Text("aclrequired"),
        Text("sourceregion"),
    ],
    required: 17,
};

const COPIED: &[(&str, &str)] = &[
    ("authtype", "aws.s3access.authentication_type"),
    ("bucket_name", "aws.s3access.bucket"),
    ("bucketowner", "aws.s3access.bucket_owner"),
    ("bytessent", "aws.s3access.bytes_sent"),
    ("ciphersuite", "aws.s3access.cipher_suite"),
    ("errorcode", "aws.s3access.error_code"),
    ("endpoint", "aws.s3access.host_header"),
    ("hostid", "aws.s3access.host_id"),
    ("httpstatus", "aws.s3access.http_status"),
    ("key", "aws.s3access.key"),
    ("objectsize", "aws.s3access.object_size"),
    ("operation", "aws.s3access.operation"),
    ("referrer", "aws.s3access.referrer"),
    ("remoteip", "aws.s3access.remote_ip"),
    ("requestid", "aws.s3access.request_id"),
    ("requester", "aws.s3access.requester"),
    ("sigv", "aws.s3access.signature_version"),
    ("tlsversion", "aws.s3access.tls_version"),
    ("totaltime", "aws.s3access.total_time"),
    ("turnaroundtime", "aws.s3access.turn_around_time"),
    ("useragent", "aws.s3access.user_agent"),
    ("versionid", "aws.s3access.version_id"),
    ("accesspointarn", "aws.s3access.access_point_arn"),
    ("aclrequired", "aws.s3access.acl_required"),
    ("sourceregion", "aws.s3access.source_region"),
    ("requester", "client.user.id"),
    ("errorcode", "event.code"),
    ("operation", "event.action"),
    ("requestid", "event.id"),
    ("httpstatus", "http.response.status_code"),
    ("bytessent", "http.response.body.bytes"),
    ("request_verb", "http.request.method"),
    ("referrer", "http.request.referrer"),
    ("ciphersuite", "tls.cipher"),
    ("useragent", "user_agent.original"),
];

impl Format for S3Access {
    fn name(&self) -> &str {
        "s3access"
    }

    fn title(&self) -> &str {
        "Amazon S3 server access logs"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["client.ip", "event.action", "aws.s3access.bucket", "aws.s3access.key", "http.response.status_code"]
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(line) = unit.line() else { return false };
        let mut parts = line.splitn(9, |byte| *byte == b' ');
        let (owner, time) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
        let operation = parts.nth(4).unwrap_or_default();
        let is_owner = owner == b"-" || owner.len() == 64 && owner.iter().all(u8::is_ascii_hexdigit);
        let operations: [&[u8]; 5] = [b"REST.", b"WEBSITE.", b"BATCH.", b"S3.", b"SOAP."];
        is_owner && time.starts_with(b"[") && operations.iter().any(|kind| operation.starts_with(kind))
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn knows_key(&self, key: &str) -> bool {
        // YYYY-MM-DD-hh-mm-ss-<16 hexadecimal digits>, without an extension.
        let name = key.rsplit('/').next().unwrap_or_default();
        let is_part = |part: &[u8]| part.len() == 3 && part[..2].iter().all(u8::is_ascii_digit) && part[2] == b'-';
        name.len() == 36
            && name.as_bytes()[..2].iter().all(u8::is_ascii_digit)
            && name.as_bytes()[2..20].chunks(3).all(is_part)
            && name.as_bytes()[20..].iter().all(u8::is_ascii_hexdigit)
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(LAYOUT)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let mut ecs = Ecs::new("aws.s3access", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["web"]);
        ecs.set_words("event.type", &["access"]);
        ecs.copy(fields, COPIED);
        if let Some(address) = text("remoteip") {
            ecs.set_address("client.address", "client.ip", address);
        }
        if let Some(owner) = text("bucketowner") {
            ecs.add("related.user", owner);
        }
        let is_failure = text("errorcode").is_some() || fields.get("httpstatus").and_then(Value::as_u64) >= Some(400);
        ecs.set("event.outcome", if is_failure { "failure" } else { "success" });
        if let Some(total) = fields.get("totaltime").and_then(Value::as_u64) {
            ecs.set("event.duration", total.saturating_mul(1_000_000));
        }
        if let Some(version) = text("request_proto").and_then(|proto| proto.strip_prefix("HTTP/")) {
            ecs.set("http.version", version);
        }
        if let Some(version) = text("tlsversion").and_then(|version| version.strip_prefix("TLSv")) {
            ecs.set("tls.version", version);
            ecs.set("tls.version_protocol", "tls");
        }
        if let Some(uri) = text("request_uri") {
            let request = [text("request_verb"), Some(uri), text("request_proto")];
            let request: Vec<_> = request.into_iter().flatten().collect();
            ecs.set("aws.s3access.request_uri", request.join(" "));
            crate::ecs::set_url(&mut ecs, uri);
        }
        // The endpoint tells the region: `s3.eu-west-1.amazonaws.com`.
        let region = text("endpoint").and_then(|host| host.strip_suffix(".amazonaws.com")).and_then(|host| {
            let (_, region) = host.rsplit_once('.')?;
            (region.split('-').count() >= 3).then_some(region)
        });
        ecs.set_some("cloud.region", region);
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar);
        let parts = ["operation", "bucket_name", "key", "httpstatus", "errorcode", "remoteip"];
        Cow::Owned(parts.iter().filter_map(field).collect::<Vec<_>>().join(" "))
    }
}
