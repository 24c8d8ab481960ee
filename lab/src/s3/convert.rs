//! Between the store's values and the wire's.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use s3s::dto::{self, ETag, ETagCondition, TimestampFormat};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::names::ACCOUNT;
use crate::store::{Extra, StoreError, Stored};

/// Tells a refusal of the store in S3's words.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
pub(super) fn error(error: StoreError) -> S3Error {
    let code = match &error {
        StoreError::NoSuchBucket { .. } => S3ErrorCode::NoSuchBucket,
        StoreError::BucketExists { .. } => S3ErrorCode::BucketAlreadyOwnedByYou,
        StoreError::BucketNotEmpty { .. } => S3ErrorCode::BucketNotEmpty,
        StoreError::BucketName { .. } => S3ErrorCode::InvalidBucketName,
        StoreError::NoSuchKey { .. } => S3ErrorCode::NoSuchKey,
        StoreError::NoSuchVersion { .. } => S3ErrorCode::NoSuchVersion,
        StoreError::IsMarker { .. } => S3ErrorCode::MethodNotAllowed,
        StoreError::Precondition { .. } => S3ErrorCode::PreconditionFailed,
        StoreError::Range { .. } => S3ErrorCode::InvalidRange,
        StoreError::KeyLength { .. } => S3ErrorCode::KeyTooLongError,
        StoreError::Token => S3ErrorCode::InvalidArgument,
        StoreError::NoSuchUpload { .. } => S3ErrorCode::NoSuchUpload,
        StoreError::Part { .. } => S3ErrorCode::InvalidPart,
        StoreError::PartOrder => S3ErrorCode::InvalidPartOrder,
        StoreError::PartSize { .. } => S3ErrorCode::EntityTooSmall,
        StoreError::InUse { .. } | StoreError::Io { .. } | StoreError::Database(_) | StoreError::Broken(_) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the lab's store failed");
            S3ErrorCode::InternalError
        }
    };
    let mut told = S3Error::with_message(code, error.to_string());
    let marker = match &error {
        StoreError::NoSuchKey { marker, .. } => marker.as_deref(),
        StoreError::IsMarker { version, .. } => Some(version.as_str()),
        _ => None,
    };
    if let Some(version) = marker {
        told.set_headers(marker_headers(version));
    }
    told
}

/// A delete marker is told by headers, beside the error.
fn marker_headers(version: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    let version = if version.is_empty() { "null" } else { version };
    if let Ok(version) = HeaderValue::from_str(version) {
        headers.insert("x-amz-version-id", version);
    }
    headers
}

pub(super) fn time(at: Timestamp) -> dto::Timestamp {
    (SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().max(0) as u64)).into()
}

/// Whole seconds since the epoch of a header's date.
fn seconds(at: &dto::Timestamp) -> Option<i64> {
    let mut text = Vec::new();
    at.format(TimestampFormat::EpochSeconds, &mut text).ok()?;
    String::from_utf8(text).ok()?.split('.').next()?.parse().ok()
}

pub(super) fn etag(text: &str) -> ETag {
    ETag::Strong(text.to_owned())
}

/// A condition as the store takes it: an eTag without quotes, or `*`.
pub(super) fn condition(condition: Option<&ETagCondition>) -> Option<String> {
    condition.map(|condition| match condition.as_etag() {
        Some(etag) => etag.value().to_owned(),
        None => "*".to_owned(),
    })
}

/// The conditions of a GET or a HEAD.
#[derive(Clone, Copy)]
pub(super) struct Conditions<'a> {
    pub(super) matching: Option<&'a ETagCondition>,
    pub(super) not_matching: Option<&'a ETagCondition>,
    pub(super) modified_since: Option<&'a dto::Timestamp>,
    pub(super) unmodified_since: Option<&'a dto::Timestamp>,
}

impl Conditions<'_> {
    /// Checks them in the order of RFC 9110, section 13.2.2.
    pub(super) fn check(&self, stored: &Stored) -> S3Result<()> {
        let matches = |condition: &ETagCondition| match condition.as_etag() {
            Some(etag) => etag.value() == stored.etag,
            None => true,
        };
        let is_newer = |than: &dto::Timestamp| seconds(than).is_some_and(|than| stored.arrived.as_second() > than);
        match (self.matching, self.unmodified_since) {
            (Some(condition), _) if !matches(condition) => {
                return Err(s3_error!(PreconditionFailed));
            }
            (None, Some(since)) if is_newer(since) => return Err(s3_error!(PreconditionFailed)),
            _ => {}
        }
        let is_unchanged = match (self.not_matching, self.modified_since) {
            (Some(condition), _) => matches(condition),
            (None, Some(since)) => !is_newer(since),
            (None, None) => false,
        };
        if is_unchanged {
            let mut unchanged = s3_error!(NotModified);
            let mut headers = HeaderMap::new();
            if let Ok(etag) = etag(&stored.etag).to_http_header() {
                headers.insert(http::header::ETAG, etag);
            }
            unchanged.set_headers(headers);
            return Err(unchanged);
        }
        Ok(())
    }
}

/// `aws-chunked` tells how the request came, not what the object is.
pub(super) fn content_encoding(header: Option<&str>) -> Option<String> {
    let kept: Vec<&str> =
        header?.split(',').map(str::trim).filter(|coding| !coding.is_empty() && *coding != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

pub(super) fn metadata(stored: &Stored) -> Option<dto::Metadata> {
    (!stored.metadata.is_empty()).then(|| stored.metadata.clone().into_iter().collect())
}

pub(super) fn kept_metadata(metadata: Option<dto::Metadata>) -> BTreeMap<String, String> {
    metadata.unwrap_or_default().into_iter().collect()
}

/// The class as a header tells it: S3 leaves `STANDARD` out.
pub(super) fn storage_class(stored: &Stored) -> Option<dto::StorageClass> {
    (stored.storage_class != "STANDARD").then(|| dto::StorageClass::from(stored.storage_class.clone()))
}

/// The checksums that the object was put with.
pub(super) fn checksums(extra: &Extra) -> dto::Checksum {
    let value = |algorithm: &str| extra.checksums.get(algorithm).cloned();
    dto::Checksum {
        checksum_crc32: value("crc32"),
        checksum_crc32c: value("crc32c"),
        checksum_crc64nvme: value("crc64nvme"),
        checksum_sha1: value("sha1"),
        checksum_sha256: value("sha256"),
        checksum_type: (!extra.checksums.is_empty())
            .then(|| dto::ChecksumType::from_static(dto::ChecksumType::FULL_OBJECT)),
    }
}

pub(super) fn owner() -> dto::Owner {
    dto::Owner { display_name: None, id: Some(ACCOUNT.to_owned()) }
}
