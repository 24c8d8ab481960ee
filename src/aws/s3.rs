//! Objects, listings and notifications.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::config::Config;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ArchiveStatus, BucketLocationConstraint, CreateBucketConfiguration, EncodingType, Event, NotificationConfiguration,
    ObjectStorageClass, OptionalObjectAttributes, QueueConfiguration, RestoreStatus, StorageClass, TopicConfiguration,
};
use bytes::Bytes;
use futures::future;
use jiff::Timestamp;

use super::{ATTEMPT, Aws, AwsError, Kind, OPERATION, STALL, count, error, timeouts, timestamp};
use crate::domain::restore::Restoring;
use crate::domain::{ByteSize, Location, Object, ObjectId};

/// The keys that one listing request gives at most.
const PAGE: i32 = 1000;
/// Bytes a second that a line carries at least, by which the time of an upload is bounded.
const SLOWEST: u64 = 256 << 10;

/// Where a listing goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ListFrom {
    /// At its first key.
    #[default]
    Start,
    /// After this key.
    After(String),
    /// Where the page ended that gave this token.
    Token(String),
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPage {
    /// Objects, in the order of their keys' UTF-8 bytes.
    pub objects: Vec<Object>,
    /// Where it goes on; `None` at the end.
    pub next: Option<ListFrom>,
}

/// An object, its user metadata, and the header that tells of a restore.
type Headed = (Object, HashMap<String, String>, Option<String>);

/// What goes with the bytes of a put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Put {
    /// The Content-Type.
    pub content_type: Option<String>,
    /// User metadata: names in lower case, values in ASCII.
    pub metadata: BTreeMap<String, String>,
    /// Only where the key is free (If-None-Match: *); [`Kind::Changed`] where it is not.
    pub only_new: bool,
    /// Only over an object with this eTag (If-Match); [`Kind::Changed`] over another, [`Kind::NoSuchKey`] over none.
    pub only_over: Option<String>,
}

/// The bytes of an object as they arrive.
#[derive(Debug)]
pub struct Body {
    /// The object they belong to; its size is the whole object's, also for a range.
    pub object: Object,
    /// Where its first byte is in the object: the range's begin, or 0 where the whole object is sent.
    pub from: u64,
    /// User metadata.
    pub metadata: HashMap<String, String>,
    stream: ByteStream,
    subject: String,
}

impl Body {
    /// The next bytes; `None` at the end. A body that stands still for 10 s fails with [`Kind::Timeout`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, AwsError> {
        match tokio::time::timeout(STALL, self.stream.next()).await {
            Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
            Ok(None) => Ok(None),
            // The bytes that came are good or not as the reader finds them; a checksum that differs is told here.
            Ok(Some(Err(error))) => {
                let cause = error::chain_of(&error);
                // The SDK ends a body that drips.
                let kind = if cause.contains("throughput") { Kind::Timeout } else { Kind::Unreachable };
                Err(AwsError::new(kind, &self.subject, format!("the body broke off: {cause}")))
            }
            Err(_) => Err(AwsError::new(
                Kind::Timeout,
                &self.subject,
                format!("the body stood still for {} s", STALL.as_secs()),
            )),
        }
    }

    /// All bytes, at most `limit`; `false` beside them where there are more.
    pub async fn collect(mut self, limit: ByteSize) -> Result<(Bytes, bool), AwsError> {
        let limit = usize::try_from(limit.bytes()).unwrap_or(usize::MAX);
        let mut all = Vec::new();
        let mut coming = self.next().await?;
        // Most objects come in one piece, which is not copied. A checksum that differs is told behind it.
        if let Some(piece) = coming.take_if(|piece| piece.len() <= limit) {
            coming = self.next().await?;
            if coming.is_none() {
                return Ok((piece, true));
            }
            all.extend_from_slice(&piece);
        }
        while let Some(chunk) = coming {
            let room = limit - all.len();
            all.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                return Ok((all.into(), false));
            }
            coming = self.next().await?;
        }
        Ok((all.into(), true))
    }
}

/// Sends a request to S3: once more where the answer names the bucket's true region, and after a pause that all requests
/// to the bucket share where it asks for fewer.
macro_rules! at_bucket {
    ($aws:expr, $bucket:expr, $subject:expr, |$client:ident| $request:expr) => {{
        let mut refusals = 0;
        loop {
            let $client = $aws.s3($bucket).await;
            let error = match $request.send().await {
                Ok(output) => {
                    $aws.inner.pace.answered($bucket);
                    break Ok(output);
                }
                Err(error) => AwsError::from_sdk($subject, &error),
            };
            match &error.region {
                Some(region) if error.kind == Kind::WrongRegion && $aws.follow($bucket, region).await => continue,
                _ => {}
            }
            if error.kind == Kind::Throttled {
                $aws.inner.pace.refused($bucket);
                refusals += 1;
                if refusals <= $crate::aws::pace::AGAIN {
                    continue;
                }
            }
            break Err(error);
        }
    }};
}

mod archive;
mod below;
mod level;
mod lifecycle;

pub(super) use below::Below;

pub use level::Level;

/// Storage classes whose objects are read only after a restore.
const ARCHIVES: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// The class of an object as [`Object::storage_class`] tells it: with its archive tier, and how far a restore is.
fn class_of(class: Option<&str>, tier: Option<&str>, restoring: Restoring) -> String {
    let class = class.unwrap_or("STANDARD");
    let tier = tier.map(|tier| format!(", {tier}")).unwrap_or_default();
    let restoring = match restoring {
        _ if tier.is_empty() && !ARCHIVES.contains(&class) => "",
        Restoring::Archived => "",
        Restoring::Ongoing => ", being restored",
        Restoring::Readable(_) => ", restored",
    };
    format!("{class}{tier}{restoring}")
}

/// How far the restore of a listed object is; a listing tells it only of those that one was asked for.
fn restoring_of(status: Option<&RestoreStatus>) -> Restoring {
    match status {
        Some(status) if status.is_restore_in_progress() == Some(true) => Restoring::Ongoing,
        Some(status) if status.restore_expiry_date().is_some() => {
            Restoring::Readable(status.restore_expiry_date().and_then(timestamp))
        }
        _ => Restoring::Archived,
    }
}

impl Aws {
    /// One page of the objects below `location`, at most `max` (and 1,000).
    pub async fn list(&self, location: &Location, from: &ListFrom, max: i32) -> Result<ListPage, AwsError> {
        let subject = || format!("cannot list {location}");
        let (after, token) = match from {
            ListFrom::Start => (None, None),
            ListFrom::After(key) => (Some(key.clone()), None),
            ListFrom::Token(token) => (None, Some(token.clone())),
        };
        let output = at_bucket!(self, &location.bucket, subject(), |client| client
            .list_objects_v2()
            .bucket(&location.bucket)
            .prefix(&location.prefix)
            .set_start_after(after.clone())
            .set_continuation_token(token.clone())
            .max_keys(max.clamp(1, PAGE))
            .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
            .encoding_type(EncodingType::Url))?;
        // A key may hold any character; only encoded ones survive XML. Who ignores the wish answers plain.
        let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
        let objects = output.contents().iter().map(|entry| listed(entry, &location.bucket, is_encoded));
        let objects = objects.collect::<Option<Vec<_>>>();
        let objects = objects.ok_or_else(|| AwsError::malformed(subject(), "an entry has no key"))?;
        let next = match (output.is_truncated(), output.next_continuation_token()) {
            (Some(true), Some(next)) if token.as_deref() != Some(next) => Some(ListFrom::Token(next.to_owned())),
            (Some(true), _) => {
                return Err(AwsError::malformed(
                    subject(),
                    "the listing is cut short and does not say where it goes on",
                ));
            }
            _ => None,
        };
        Ok(ListPage { objects, next })
    }

    /// The prefixes one `/` further below `prefix`, in order; at most `limit`. `false` beside them where there are
    /// more.
    pub async fn prefixes(&self, bucket: &str, prefix: &str, limit: usize) -> Result<(Vec<String>, bool), AwsError> {
        let subject = || format!("cannot list s3://{bucket}/{prefix}");
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let output = at_bucket!(self, bucket, subject(), |client| client
                .list_objects_v2()
                .bucket(bucket)
                .prefix(prefix)
                .delimiter("/")
                .set_continuation_token(token.clone())
                .encoding_type(EncodingType::Url))?;
            let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
            for common in output.common_prefixes() {
                if found.len() == limit {
                    return Ok((found, false));
                }
                found.extend(common.prefix().map(|prefix| decode(prefix, is_encoded)));
            }
            match (output.is_truncated(), output.next_continuation_token()) {
                (Some(true), Some(next)) if token.as_deref() != Some(next) => token = Some(next.to_owned()),
                (Some(true), _) => {
                    let cause = "the listing is cut short and does not say where it goes on";
                    return Err(AwsError::malformed(subject(), cause));
                }
                _ => return Ok((found, true)),
            }
        }
    }

    /// What S3 tells of an object, with its version where the bucket keeps versions, and its user metadata.
    pub async fn head(&self, id: &ObjectId) -> Result<(Object, HashMap<String, String>), AwsError> {
        self.head_with(id).await.map(|(object, metadata, _)| (object, metadata))
    }

    /// The same, with the header that tells of a restore.
    async fn head_with(&self, id: &ObjectId) -> Result<Headed, AwsError> {
        let subject = || format!("cannot look at {id}");
        let output = at_bucket!(self, &id.bucket, subject(), |client| client
            .head_object()
            .bucket(&id.bucket)
            .key(&id.key)
            .set_version_id(id.version.clone()))?;
        let object = Object {
            id: ObjectId { version: version(id, output.version_id()), ..id.clone() },
            size: ByteSize(count(output.content_length().unwrap_or(0))),
            etag: bare(output.e_tag()),
            storage_class: class_of(
                output.storage_class().map(StorageClass::as_str),
                output.archive_status().map(ArchiveStatus::as_str),
                Restoring::of_header(output.restore()),
            ),
            arrived: output.last_modified().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
        };
        Ok((object, output.metadata.unwrap_or_default(), output.restore))
    }

    /// The bytes of an object, or of a range of it, to its end where that is `u64::MAX`; with `etag`, only if the object still has that
    /// ([`Kind::Changed`]).
    pub async fn get(&self, id: &ObjectId, range: Option<Range<u64>>, etag: Option<&str>) -> Result<Body, AwsError> {
        let subject = format!("cannot read {id}");
        let range = range.map(|range| match range.end {
            u64::MAX => format!("bytes={}-", range.start),
            end => format!("bytes={}-{}", range.start, end.saturating_sub(1)),
        });
        let output = at_bucket!(self, &id.bucket, subject.as_str(), |client| client
            .get_object()
            .bucket(&id.bucket)
            .key(&id.key)
            .set_version_id(id.version.clone())
            .set_range(range.clone())
            .set_if_match(etag.map(|etag| format!("\"{etag}\""))))?;
        // A range's Content-Length is its own; the whole object's size follows the slash of Content-Range.
        let told =
            output.content_range().and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.parse().ok());
        let total = output
            .content_range()
            .and_then(|range| range.rsplit('/').next())
            .and_then(|total| total.parse().ok())
            .unwrap_or_else(|| count(output.content_length().unwrap_or(0)));
        let object = Object {
            id: ObjectId { version: version(id, output.version_id()), ..id.clone() },
            size: ByteSize(total),
            etag: bare(output.e_tag()),
            storage_class: output.storage_class().map_or("STANDARD", |class| class.as_str()).to_owned(),
            arrived: output.last_modified().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
        };
        Ok(Body {
            object,
            from: told.unwrap_or(0),
            metadata: output.metadata.unwrap_or_default(),
            stream: output.body,
            subject,
        })
    }

    /// All bytes of an object; an error where there are more than `limit`.
    pub async fn get_all(&self, id: &ObjectId, limit: ByteSize) -> Result<(Object, Bytes), AwsError> {
        let body = self.get(id, None, None).await?;
        let object = body.object.clone();
        let (bytes, is_all) = body.collect(limit).await?;
        if !is_all {
            return Err(AwsError::new(Kind::Other, format!("cannot read {id}"), format!("it is longer than {limit}")));
        }
        Ok((object, bytes))
    }

    /// Writes an object. Gives its eTag.
    pub async fn put(&self, id: &ObjectId, bytes: Bytes, with: Put) -> Result<String, AwsError> {
        let size = bytes.len() as u64;
        self.put_body(id, with, size, || future::ready(Ok(ByteStream::from(bytes.clone())))).await
    }

    /// Writes an object of a file's bytes, 5 GB at most. Gives its eTag.
    pub async fn put_file(&self, id: &ObjectId, file: &Path, with: Put) -> Result<String, AwsError> {
        let unread = |error: String| AwsError::new(Kind::Other, format!("cannot read {}", file.display()), error);
        let metadata = tokio::fs::metadata(file).await.map_err(|error| unread(error.to_string()))?;
        let body = || async { ByteStream::from_path(file).await.map_err(|error| unread(error.to_string())) };
        self.put_body(id, with, metadata.len(), body).await
    }

    async fn put_body<F>(&self, id: &ObjectId, with: Put, size: u64, body: impl Fn() -> F) -> Result<String, AwsError>
    where
        F: Future<Output = Result<ByteStream, AwsError>>,
    {
        // An attempt ends with the last byte sent: a large object is given the time of a slow line.
        let extra = Duration::from_secs(size / SLOWEST);
        let timeouts = timeouts(ATTEMPT + extra, OPERATION + extra * 3);
        let output = at_bucket!(self, &id.bucket, format!("cannot write {id}"), |client| {
            let request = client
                .put_object()
                .bucket(&id.bucket)
                .key(&id.key)
                .set_content_type(with.content_type.clone())
                .set_metadata((!with.metadata.is_empty()).then(|| with.metadata.clone().into_iter().collect()))
                .set_if_none_match(with.only_new.then(|| "*".to_owned()))
                .set_if_match(with.only_over.as_ref().map(|etag| format!("\"{etag}\"")))
                .body(body().await?)
                .customize();
            if extra.is_zero() {
                request
            } else {
                request.config_override(Config::builder().timeout_config(timeouts.clone()))
            }
        })?;
        Ok(bare(output.e_tag()))
    }

    /// Deletes an object; one that is gone already is no error.
    pub async fn delete(&self, id: &ObjectId) -> Result<(), AwsError> {
        at_bucket!(self, &id.bucket, format!("cannot delete {id}"), |client| client
            .delete_object()
            .bucket(&id.bucket)
            .key(&id.key)
            .set_version_id(id.version.clone()))
        .map(drop)
    }

    /// Deletes an object if it still has this eTag, and [`Kind::Changed`] where it has another; one that is gone already
    /// is no error.
    pub async fn delete_unchanged(&self, id: &ObjectId, etag: &str) -> Result<(), AwsError> {
        let deleted = at_bucket!(self, &id.bucket, format!("cannot delete {id}"), |client| client
            .delete_object()
            .bucket(&id.bucket)
            .key(&id.key)
            .if_match(format!("\"{etag}\"")));
        match deleted {
            Err(error) if error.kind == Kind::NoSuchKey => Ok(()),
            other => other.map(drop),
        }
    }

    /// Makes a bucket in the connection's region; one that is ours already is no error.
    pub async fn create_bucket(&self, bucket: &str) -> Result<(), AwsError> {
        let client = self.s3(bucket).await;
        let region = self.clients().await.config.region().map(ToString::to_string);
        // S3 refuses us-east-1 as a constraint: it is the default that has no name.
        let elsewhere = region.filter(|region| region != "us-east-1").map(|region| {
            let constraint = BucketLocationConstraint::from(region.as_str());
            CreateBucketConfiguration::builder().location_constraint(constraint).build()
        });
        match client.create_bucket().bucket(bucket).set_create_bucket_configuration(elsewhere).send().await {
            Ok(_) => Ok(()),
            Err(error) => is_done(AwsError::from_sdk(format!("cannot make the bucket {bucket}"), &error)),
        }
    }

    /// Has the bucket tell of every object that arrives below `prefix` (ObjectCreated) to a topic or a queue, by
    /// its ARN. Replaces the bucket's former notifications.
    pub async fn put_notification(&self, bucket: &str, prefix: &str, target_arn: &str) -> Result<(), AwsError> {
        use aws_sdk_s3::types::{FilterRule, FilterRuleName, NotificationConfigurationFilter, S3KeyFilter};
        let subject = || format!("cannot set the notifications of {bucket}");
        let invalid = |error: aws_sdk_s3::error::BuildError| AwsError::new(Kind::Other, subject(), error.to_string());
        let filter = (!prefix.is_empty()).then(|| {
            let rule = FilterRule::builder().name(FilterRuleName::Prefix).value(prefix).build();
            NotificationConfigurationFilter::builder().key(S3KeyFilter::builder().filter_rules(rule).build()).build()
        });
        let event = Event::from("s3:ObjectCreated:*");
        let builder = NotificationConfiguration::builder();
        let configuration = if target_arn.split(':').nth(2) == Some("sqs") {
            let queue = QueueConfiguration::builder().queue_arn(target_arn).events(event).set_filter(filter);
            builder.queue_configurations(queue.build().map_err(invalid)?)
        } else {
            let topic = TopicConfiguration::builder().topic_arn(target_arn).events(event).set_filter(filter);
            builder.topic_configurations(topic.build().map_err(invalid)?)
        };
        let configuration = configuration.build();
        at_bucket!(self, bucket, subject(), |client| client
            .put_bucket_notification_configuration()
            .bucket(bucket)
            .notification_configuration(configuration.clone()))
        .map(drop)
    }
}

/// An entry of a listing; none where it has no key.
fn listed(entry: &aws_sdk_s3::types::Object, bucket: &str, is_encoded: bool) -> Option<Object> {
    Some(Object {
        id: ObjectId::new(bucket, decode(entry.key()?, is_encoded)),
        size: ByteSize(count(entry.size().unwrap_or(0))),
        etag: bare(entry.e_tag()),
        storage_class: class_of(
            entry.storage_class().map(ObjectStorageClass::as_str),
            None,
            restoring_of(entry.restore_status()),
        ),
        arrived: entry.last_modified().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
    })
}

fn is_done(error: AwsError) -> Result<(), AwsError> {
    if error.kind == Kind::Exists { Ok(()) } else { Err(error) }
}

/// The version that was asked for, else the one that the answer names; `null` is that of a bucket without versions.
fn version(id: &ObjectId, told: Option<&str>) -> Option<String> {
    id.version.clone().or_else(|| told.filter(|version| *version != "null").map(str::to_owned))
}

/// An entity tag without its quotes.
fn bare(etag: Option<&str>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}

fn decode(text: &str, is_encoded: bool) -> String {
    if is_encoded { crate::domain::event::decode_key(text) } else { text.to_owned() }
}
