//! S3 objects as scops names them.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ByteSize;

/// Which bytes: bucket, key and, in a versioned bucket, the version. Shown as an S3 URI.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId {
    /// The bucket's name.
    pub bucket: String,
    /// The key as S3 stores it, never encoded.
    pub key: String,
    /// The version id; `None` where the bucket keeps no versions or the newest is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl ObjectId {
    /// The newest version of a key.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), key: key.into(), version: None }
    }

    /// The last part of the key.
    pub fn file_name(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or(&self.key)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// A place in S3: a bucket and a key prefix, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Location {
    /// The bucket's name.
    pub bucket: String,
    /// The prefix, without a leading `/`.
    pub prefix: String,
}

impl Location {
    /// The object below this place whose key is the prefix followed by `rest`.
    pub fn object(&self, rest: &str) -> ObjectId {
        ObjectId::new(&self.bucket, format!("{}{rest}", self.prefix))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// A text that is no `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an S3 URI (expected s3://bucket/key)")]
pub struct NotAnS3Uri(pub String);

impl FromStr for Location {
    type Err = NotAnS3Uri;

    fn from_str(text: &str) -> Result<Self, NotAnS3Uri> {
        let rest = text.strip_prefix("s3://").ok_or_else(|| NotAnS3Uri(text.to_owned()))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(NotAnS3Uri(text.to_owned()));
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

impl FromStr for ObjectId {
    type Err = NotAnS3Uri;

    fn from_str(text: &str) -> Result<Self, NotAnS3Uri> {
        let Location { bucket, prefix: key } = text.parse()?;
        if key.is_empty() {
            return Err(NotAnS3Uri(text.to_owned()));
        }
        Ok(Self::new(bucket, key))
    }
}

impl TryFrom<String> for Location {
    type Error = NotAnS3Uri;
    fn try_from(text: String) -> Result<Self, NotAnS3Uri> {
        text.parse()
    }
}

impl From<Location> for String {
    fn from(location: Location) -> String {
        location.to_string()
    }
}

/// What a listing or a HEAD tells of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Which bytes.
    pub id: ObjectId,
    /// How many.
    pub size: ByteSize,
    /// The entity tag, without its quotes.
    pub etag: String,
    /// `STANDARD` where S3 names none; behind a comma what more is known of it: `GLACIER, restored`, `GLACIER, being
    /// restored`, `INTELLIGENT_TIERING, ARCHIVE_ACCESS`.
    pub storage_class: String,
    /// When it arrived in S3 (LastModified).
    pub arrived: Timestamp,
}

/// One version of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// The object, with its version; without bytes where it is a delete marker.
    pub object: Object,
    /// Whether it is the newest.
    pub is_latest: bool,
    /// Whether it is a delete marker: the key was deleted then.
    pub is_marker: bool,
}

impl Object {
    /// Whether it lies in the class, or the tier, that takes longest.
    pub fn is_deep(&self) -> bool {
        self.class_parts().any(|part| matches!(part, "DEEP_ARCHIVE" | "DEEP_ARCHIVE_ACCESS"))
    }

    /// Whether S3 moves it between tiers by itself: then a restore moves it back, and makes no copy for some days.
    pub fn is_tiered(&self) -> bool {
        self.class_parts().next() == Some("INTELLIGENT_TIERING")
    }

    /// Whether its bytes cannot be read before a restore is done. Of an object in INTELLIGENT_TIERING a listing does not
    /// tell it, only a HEAD.
    pub fn is_archived(&self) -> bool {
        const ARCHIVES: [&str; 4] = ["GLACIER", "DEEP_ARCHIVE", "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"];
        let is_archive = self.class_parts().any(|part| ARCHIVES.contains(&part));
        is_archive && self.class_parts().all(|part| part != "restored")
    }

    fn class_parts(&self) -> impl Iterator<Item = &str> {
        self.storage_class.split(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uri_round_trips() {
        let id: ObjectId = "s3://logs/a b/c+d=é//e".parse().expect("an S3 URI");
        assert_eq!((id.bucket.as_str(), id.key.as_str()), ("logs", "a b/c+d=é//e"));
        assert_eq!(id.to_string(), "s3://logs/a b/c+d=é//e");
        assert_eq!(id.file_name(), "e");
    }

    #[test]
    fn what_is_archived_is_told_by_class_tier_and_restore() {
        for (class, [is_archived, is_deep, is_tiered]) in [
            ("STANDARD", [false, false, false]),
            ("GLACIER_IR", [false, false, false]),
            ("GLACIER", [true, false, false]),
            ("GLACIER, being restored", [true, false, false]),
            ("GLACIER, restored", [false, false, false]),
            ("DEEP_ARCHIVE, restored", [false, true, false]),
            ("INTELLIGENT_TIERING", [false, false, true]),
            ("INTELLIGENT_TIERING, ARCHIVE_ACCESS", [true, false, true]),
            ("INTELLIGENT_TIERING, DEEP_ARCHIVE_ACCESS", [true, true, true]),
        ] {
            let object = Object {
                id: ObjectId::new("logs", "k"),
                size: ByteSize(1),
                etag: String::new(),
                storage_class: class.into(),
                arrived: Timestamp::UNIX_EPOCH,
            };
            let told = [object.is_archived(), object.is_deep(), object.is_tiered()];
            assert_eq!(told, [is_archived, is_deep, is_tiered], "{class}");
        }
    }

    #[test]
    fn what_is_no_uri_is_refused_with_the_text() {
        for text in ["logs/a", "s3://", "s3:///a", "s3://logs", "s3://logs/"] {
            let error = text.parse::<ObjectId>().expect_err("not an object");
            assert!(error.to_string().contains("expected s3://bucket/key"), "{error}");
        }
    }
}
