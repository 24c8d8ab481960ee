//! AWS CloudTrail digest files: the names and hashes of an hour's log files, chained to the digest before.
//!
//! Source: AWS CloudTrail User Guide, "CloudTrail digest file structure". Names under `aws.cloudtrail.flattened.digest` are
//! those of Elastic's AWS integration.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::formats::json::{self, JsonDecoder};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(in crate::formats) struct CloudTrailDigest;

impl Format for CloudTrailDigest {
    fn name(&self) -> &str {
        "cloudtrail_digest"
    }

    fn title(&self) -> &str {
        "AWS CloudTrail digests"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["cloud.account.id", "event.start", "event.end", "file.path"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(digest) = unit.json() else { return false };
        ["awsAccountId", "digestEndTime", "digestS3Object", "logFiles"].iter().all(|name| digest.get(name).is_some())
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("/CloudTrail-Digest/") || key.contains("_CloudTrail-Digest_")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |digest| json::told(digest, "digestEndTime", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let digest = &event.fields;
        let mut ecs = Ecs::new("aws.cloudtrail", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.set_words("event.category", &["file"]);
        ecs.set_words("event.type", &["info"]);
        ecs.copy(digest, COPIED);
        let files = digest.get("logFiles").and_then(Value::as_array).unwrap_or_default();
        if !files.is_empty() {
            let files = Value::Array(files.iter().map(Value::borrow).collect());
            ecs.set("aws.cloudtrail.flattened.digest.log_files", files);
        }
        let hashes = files.iter().filter_map(|file| file.get("hashValue")?.as_str());
        let before = digest.get("previousDigestHashValue").and_then(Value::as_str);
        for hash in before.into_iter().chain(hashes).take(HASHES) {
            ecs.add("related.hash", hash);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let text = |name| event.fields.get(name).and_then(Value::as_str).unwrap_or("-");
        let count = event.fields.get("logFiles").and_then(Value::as_array).map_or(0, <[_]>::len);
        let (account, from, to) = (text("awsAccountId"), text("digestStartTime"), text("digestEndTime"));
        Cow::Owned(format!("{account} {from} to {to}: {count} log files"))
    }
}

/// Hashes of one digest that are told.
const HASHES: usize = 256;

const COPIED: &[(&str, &str)] = &[
    ("awsAccountId", "cloud.account.id"),
    ("digestStartTime", "event.start"),
    ("digestEndTime", "event.end"),
    ("digestS3Object", "file.path"),
    ("digestStartTime", "aws.cloudtrail.flattened.digest.start_time"),
    ("digestEndTime", "aws.cloudtrail.flattened.digest.end_time"),
    ("digestS3Bucket", "aws.cloudtrail.flattened.digest.s3_bucket"),
    ("digestS3Object", "aws.cloudtrail.flattened.digest.s3_object"),
    ("digestPublicKeyFingerprint", "aws.cloudtrail.flattened.digest.public_key_fingerprint"),
    ("digestSignatureAlgorithm", "aws.cloudtrail.flattened.digest.signature_algorithm"),
    ("newestEventTime", "aws.cloudtrail.flattened.digest.newest_event_time"),
    ("oldestEventTime", "aws.cloudtrail.flattened.digest.oldest_event_time"),
    ("previousDigestS3Bucket", "aws.cloudtrail.flattened.digest.previous_s3_bucket"),
    ("previousDigestS3Object", "aws.cloudtrail.flattened.digest.previous_s3_object"),
    ("previousDigestHashValue", "aws.cloudtrail.flattened.digest.previous_hash_value"),
    ("previousDigestHashAlgorithm", "aws.cloudtrail.flattened.digest.previous_hash_algorithm"),
    ("previousDigestSignature", "aws.cloudtrail.flattened.digest.previous_signature"),
];
