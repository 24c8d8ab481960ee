//! What the store takes and gives.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A bucket, as ListBuckets tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// Whether it keeps versions.
    pub versioning: Versioning,
}

/// Whether a bucket keeps what is overwritten and deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versioning {
    /// Never enabled: an overwritten object is gone.
    #[default]
    Off,
    /// Every put makes a version, every delete a marker.
    Enabled,
    /// Versions are kept; new objects replace the null version.
    Suspended,
}

/// How an object is put. The default puts unconditionally, arriving now.
#[derive(Clone, Debug, Default)]
pub struct Put {
    /// User metadata, without the `x-amz-meta-` prefix.
    pub metadata: BTreeMap<String, String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// S3's name of the class; none is `STANDARD`.
    pub storage_class: Option<String>,
    /// The arrival to record instead of now.
    pub arrived: Option<Timestamp>,
    /// Put only over an object of this eTag.
    pub if_match: Option<String>,
    /// `*`: put only where there is no object.
    pub if_none_match: Option<String>,
    /// Further headers that are kept and given back.
    pub headers: Extra,
}

/// Headers that are kept with an object but mean nothing to the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// `Cache-Control`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// `Content-Language`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// Algorithm in lower case (`crc32`) and base64 value, as the client sent and the server checked it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub checksums: BTreeMap<String, String>,
    /// Sizes of the parts in bytes, where the object was put in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<u64>,
    /// The copy that a restore of an archived object makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
}

/// The copy that a restore makes, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When it can be read.
    pub from: i64,
    /// When it is gone again.
    pub until: i64,
}

/// An object as it is stored. In a listing the headers and the metadata may be left empty, as S3
/// leaves them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its bucket.
    pub bucket: String,
    /// Its key, decoded.
    pub key: String,
    /// Its version; none in a bucket that never had versions, and for the null version.
    pub version: Option<String>,
    /// Bytes of the body.
    pub size: u64,
    /// Hex MD5 of the body, or `<hex>-<parts>`; without quotes.
    pub etag: String,
    /// When it arrived: `LastModified`, in whole seconds.
    pub arrived: Timestamp,
    /// S3's name of the class, `STANDARD` unless put otherwise.
    pub storage_class: String,
    /// User metadata.
    pub metadata: BTreeMap<String, String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// Further headers.
    pub headers: Extra,
}

/// What [`Store::list`](super::Store::list) lists: the current objects of a bucket, ordered by their keys' bytes.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Only keys that start with this.
    pub prefix: String,
    /// Keys that hold this after the prefix are rolled up into a common prefix.
    pub delimiter: Option<String>,
    /// Only keys after this one.
    pub start_after: Option<String>,
    /// Where the previous page ended; it wins over `start_after`.
    pub token: Option<String>,
    /// Objects and prefixes together, at most.
    pub limit: usize,
}

impl Default for ListQuery {
    fn default() -> Self {
        ListQuery { prefix: String::new(), delimiter: None, start_after: None, token: None, limit: 1_000 }
    }
}

/// One page of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The objects, in order.
    pub objects: Vec<Stored>,
    /// The common prefixes, in order, each with its delimiter.
    pub prefixes: Vec<String>,
    /// The token of the next page; none when this is the last.
    pub next: Option<String>,
}

/// A version of a key, as ListObjectVersions tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionEntry {
    /// The object; of a marker only key, version and arrival mean something.
    pub object: Stored,
    /// Whether it is a delete marker.
    pub is_marker: bool,
    /// Whether it is what a plain GET sees.
    pub is_latest: bool,
}

/// What ListObjectVersions lists.
#[derive(Clone, Debug)]
pub struct VersionsQuery {
    /// Only keys that start with this.
    pub prefix: String,
    /// As in [`ListQuery::delimiter`].
    pub delimiter: Option<String>,
    /// The key where the previous page ended.
    pub key_marker: Option<String>,
    /// The version of that key where the previous page ended; none skips the whole key.
    pub version_marker: Option<String>,
    /// Versions, markers and prefixes together, at most.
    pub limit: usize,
}

/// One page of ListObjectVersions.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// Versions and markers: by key, newest first.
    pub entries: Vec<VersionEntry>,
    /// The common prefixes.
    pub prefixes: Vec<String>,
    /// Key and version where the next page starts; none when this is the last.
    pub next: Option<(String, Option<String>)>,
}

/// What a delete did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// The version that was removed, or of the marker that was made.
    pub version: Option<String>,
    /// Whether a delete marker was made or removed.
    pub is_marker: bool,
}

/// Why the store refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The bucket does not exist.
    #[error("no bucket {bucket:?}")]
    NoSuchBucket {
        /// Its name.
        bucket: String,
    },
    /// The bucket exists already.
    #[error("bucket {bucket:?} exists already")]
    BucketExists {
        /// Its name.
        bucket: String,
    },
    /// The bucket still holds objects or versions.
    #[error("bucket {bucket:?} is not empty")]
    BucketNotEmpty {
        /// Its name.
        bucket: String,
    },
    /// The name is none that S3 accepts.
    #[error("{bucket:?} is no bucket name: 3 to 63 of a-z, 0-9, `-` and `.`, ends alphanumeric")]
    BucketName {
        /// The name.
        bucket: String,
    },
    /// There is no such object, or its latest version is a delete marker.
    #[error("no object s3://{bucket}/{key}")]
    NoSuchKey {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// The version of the delete marker that hides it, where one does.
        marker: Option<String>,
    },
    /// There is no such version of the object.
    #[error("no version {version:?} of s3://{bucket}/{key}")]
    NoSuchVersion {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// The version asked for.
        version: String,
    },
    /// The version asked for is a delete marker.
    #[error("version {version:?} of s3://{bucket}/{key} is a delete marker")]
    IsMarker {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// The version asked for.
        version: String,
    },
    /// A condition on the eTag does not hold.
    #[error("a condition on s3://{bucket}/{key} does not hold: {condition}")]
    Precondition {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// The condition's header.
        condition: &'static str,
    },
    /// The range starts beyond the object's end.
    #[error("bytes {range:?} are outside of s3://{bucket}/{key}, which has {size}")]
    Range {
        /// Its bucket.
        bucket: String,
        /// Its key.
        key: String,
        /// The range asked for.
        range: Range<u64>,
        /// Bytes of the object.
        size: u64,
    },
    /// The key is empty or over 1,024 bytes.
    #[error("a key has 1 to 1,024 bytes, this one {length}")]
    KeyLength {
        /// Its length in bytes.
        length: usize,
    },
    /// The continuation token was not made by this store.
    #[error("the continuation token is not valid")]
    Token,
    /// There is no such multipart upload.
    #[error("no multipart upload {upload:?}")]
    NoSuchUpload {
        /// Its id.
        upload: String,
    },
    /// A part named in the completion does not exist or has another eTag.
    #[error("part {number} of the upload is missing or has another eTag")]
    Part {
        /// Its number.
        number: u32,
    },
    /// The parts of the completion are not in ascending order.
    #[error("the parts are not in ascending order")]
    PartOrder,
    /// A part other than the last is under 5 MiB.
    #[error("part {number} has {size} bytes: all but the last need 5 MiB")]
    PartSize {
        /// Its number.
        number: u32,
        /// Its bytes.
        size: u64,
    },
    /// Another process has the folder open.
    #[error("{} is in use by another process", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// A file could not be read or written.
    #[error("cannot use {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database failed.
    #[error("the lab's database failed")]
    Database(#[from] rusqlite::Error),
    /// What the database holds is not what was written.
    #[error("the lab's database holds a broken value")]
    Broken(#[from] serde_json::Error),
}
