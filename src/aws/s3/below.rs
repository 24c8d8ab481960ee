//! What lies directly below a prefix.

use aws_sdk_s3::types::{EncodingType, ObjectStorageClass};
use jiff::Timestamp;

use super::{Aws, AwsError, Kind, bare, count, decode, timestamp};
use crate::domain::{ByteSize, Object, ObjectId};

/// One page of what lies directly below a prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::aws) struct Below {
    /// The prefixes one `/` further, in order.
    pub(in crate::aws) prefixes: Vec<String>,
    /// The objects beside them.
    pub(in crate::aws) objects: Vec<Object>,
    /// Whether there is more.
    pub(in crate::aws) is_cut: bool,
}

impl Aws {
    /// What lies directly below a prefix, by one request: at most 1,000 prefixes and objects.
    pub(in crate::aws) async fn below(&self, bucket: &str, prefix: &str) -> Result<Below, AwsError> {
        let subject = || format!("cannot list s3://{bucket}/{prefix}");
        let output = at_bucket!(self, bucket, subject(), |client| client
            .list_objects_v2()
            .bucket(bucket)
            .prefix(prefix)
            .delimiter("/")
            .encoding_type(EncodingType::Url))?;
        let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
        let prefixes = output.common_prefixes().iter().filter_map(|common| common.prefix());
        let objects = output.contents().iter().filter_map(|entry| {
            Some(Object {
                id: ObjectId::new(bucket, decode(entry.key()?, is_encoded)),
                size: ByteSize(count(entry.size().unwrap_or(0))),
                etag: bare(entry.e_tag()),
                storage_class: entry.storage_class().map_or("STANDARD", ObjectStorageClass::as_str).to_owned(),
                arrived: entry.last_modified().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
            })
        });
        Ok(Below {
            prefixes: prefixes.map(|prefix| decode(prefix, is_encoded)).collect(),
            objects: objects.collect(),
            is_cut: output.is_truncated() == Some(true),
        })
    }
}
