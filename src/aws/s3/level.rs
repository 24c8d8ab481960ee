//! One level of a bucket, as a file system lists a folder; and where a bucket lives.

use aws_sdk_s3::types::EncodingType;

use super::{Aws, AwsError, Kind, Location, Object, OptionalObjectAttributes, decode, listed};

/// A page of one level: what lies at it, and the prefixes one `/` further below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Level {
    /// The prefixes, each with its `/`.
    pub prefixes: Vec<String>,
    /// The objects.
    pub objects: Vec<Object>,
    /// The token of the next page.
    pub next: Option<String>,
}

impl Aws {
    /// A page of the level at `location`.
    pub async fn level(&self, location: &Location, token: Option<&str>) -> Result<Level, AwsError> {
        let subject = || format!("cannot list {location}");
        let output = at_bucket!(self, &location.bucket, subject(), |client| client
            .list_objects_v2()
            .bucket(&location.bucket)
            .prefix(&location.prefix)
            .delimiter("/")
            .set_continuation_token(token.map(str::to_owned))
            .optional_object_attributes(OptionalObjectAttributes::RestoreStatus)
            .encoding_type(EncodingType::Url))?;
        let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
        let prefixes = output.common_prefixes().iter().filter_map(|common| common.prefix());
        let objects = output.contents().iter().map(|entry| listed(entry, &location.bucket, is_encoded));
        let next = match (output.is_truncated(), output.next_continuation_token()) {
            (Some(true), Some(next)) if token != Some(next) => Some(next.to_owned()),
            (Some(true), _) => {
                let cause = "the listing is cut short and does not say where it goes on";
                return Err(AwsError::malformed(subject(), cause));
            }
            _ => None,
        };
        Ok(Level {
            prefixes: prefixes.map(|prefix| decode(prefix, is_encoded)).collect(),
            objects: objects
                .collect::<Option<_>>()
                .ok_or_else(|| AwsError::malformed(subject(), "an entry has no key"))?,
            next,
        })
    }

    /// The region that a bucket lives in (HeadBucket): S3 tells it also to those whom it refuses the rest.
    pub async fn bucket_region(&self, bucket: &str) -> Result<Option<String>, AwsError> {
        let client = self.s3(bucket).await;
        match client.head_bucket().bucket(bucket).send().await {
            Ok(output) => Ok(output.bucket_region().map(str::to_owned)),
            Err(error) => {
                let error = AwsError::from_sdk(format!("cannot look at the bucket {bucket}"), &error);
                // A HEAD's answer has no body, so it is the bucket that is not there.
                let error = if error.kind == Kind::NoSuchKey {
                    AwsError::new(Kind::NoSuchBucket, error.subject, error.cause)
                } else {
                    error
                };
                match &error.region {
                    Some(region) if error.kind != Kind::NoSuchBucket => Ok(Some(region.clone())),
                    _ => Err(error),
                }
            }
        }
    }
}
