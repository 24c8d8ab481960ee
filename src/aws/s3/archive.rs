//! What lies behind the newest version: older ones, delete markers, and archives.

use aws_sdk_s3::types::{EncodingType, GlacierJobParameters, RestoreRequest};
use jiff::Timestamp;

use super::{Aws, AwsError, bare, count, decode, timestamp};
use crate::aws::Kind;
use crate::domain::restore::{Candidate, Restoring, Tier};
use crate::domain::{ByteSize, Object, ObjectId, ObjectVersion};

impl Aws {
    /// The versions and delete markers of a key, newest first, at most `limit`; `false` beside them where there are
    /// more. In a bucket without versions that is the object alone.
    pub async fn versions(&self, id: &ObjectId, limit: usize) -> Result<(Vec<ObjectVersion>, bool), AwsError> {
        let subject = || format!("cannot list the versions of {id}");
        let mut found: Vec<ObjectVersion> = Vec::new();
        let mut from: Option<(String, Option<String>)> = None;
        loop {
            let (key, version) = from.clone().unzip();
            let output = at_bucket!(self, &id.bucket, subject(), |client| client
                .list_object_versions()
                .bucket(&id.bucket)
                .prefix(&id.key)
                .set_key_marker(key.clone())
                .set_version_id_marker(version.clone().flatten())
                .encoding_type(EncodingType::Url))?;
            let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
            let is_ours = |key: Option<&str>| key.is_some_and(|key| decode(key, is_encoded) == id.key);
            let named = |version: Option<&str>| ObjectId { version: version.map(str::to_owned), ..id.clone() };
            let arrived = |at: Option<&_>| at.and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH);
            found.extend(output.versions().iter().filter(|version| is_ours(version.key())).map(|version| {
                ObjectVersion {
                    object: Object {
                        id: named(version.version_id()),
                        size: ByteSize(count(version.size().unwrap_or(0))),
                        etag: bare(version.e_tag()),
                        storage_class: version.storage_class().map_or("STANDARD", |class| class.as_str()).to_owned(),
                        arrived: arrived(version.last_modified()),
                    },
                    is_latest: version.is_latest().unwrap_or(false),
                    is_marker: false,
                }
            }));
            found.extend(output.delete_markers().iter().filter(|marker| is_ours(marker.key())).map(|marker| {
                ObjectVersion {
                    object: Object {
                        id: named(marker.version_id()),
                        size: ByteSize(0),
                        etag: String::new(),
                        storage_class: String::new(),
                        arrived: arrived(marker.last_modified()),
                    },
                    is_latest: marker.is_latest().unwrap_or(false),
                    is_marker: true,
                }
            }));
            let next = output.next_key_marker().map(|key| decode(key, is_encoded));
            // The key itself comes before all that only begins with it.
            let is_over = next.as_deref().is_none_or(|next| next != id.key);
            let next = next.map(|key| (key, output.next_version_id_marker().map(str::to_owned)));
            let is_truncated = output.is_truncated() == Some(true) && !is_over;
            if is_truncated && next == from {
                let cause = "the listing is cut short and does not say where it goes on";
                return Err(AwsError::malformed(subject(), cause));
            }
            if !is_truncated || found.len() >= limit {
                // Versions and markers come apart; of one second, the latest goes first.
                found.sort_by_key(|version| (std::cmp::Reverse(version.object.arrived), !version.is_latest));
                let is_whole = !is_truncated && found.len() <= limit;
                found.truncate(limit);
                return Ok((found, is_whole));
            }
            from = next;
        }
    }

    /// What a restore of an object would be about, and how far one is.
    pub async fn restoring(&self, id: &ObjectId) -> Result<Candidate, AwsError> {
        let (object, _, header) = self.head_with(id).await?;
        // Of a tier it is told as long as the object is there, also while it is brought back.
        let is_ours = object.is_archived() || object.storage_class.ends_with(", restored");
        let restoring = is_ours.then(|| Restoring::of_header(header.as_deref()));
        Ok(Candidate { object, restoring })
    }

    /// Asks S3 for a readable copy of an archived object for so many days, or without days for an object of
    /// INTELLIGENT_TIERING back; one that is asked for already is no error.
    pub async fn restore(&self, id: &ObjectId, tier: Tier, days: impl Into<Option<u16>>) -> Result<(), AwsError> {
        let subject = || format!("cannot restore {id}");
        let tier = match tier {
            Tier::Bulk => aws_sdk_s3::types::Tier::Bulk,
            Tier::Standard => aws_sdk_s3::types::Tier::Standard,
            Tier::Expedited => aws_sdk_s3::types::Tier::Expedited,
        };
        let job = GlacierJobParameters::builder().tier(tier).build();
        let job = job.map_err(|error| AwsError::new(Kind::Other, subject(), error.to_string()))?;
        let days = days.into().map(i32::from);
        let request = RestoreRequest::builder().set_days(days).glacier_job_parameters(job).build();
        let answer = at_bucket!(self, &id.bucket, subject(), |client| client
            .restore_object()
            .bucket(&id.bucket)
            .key(&id.key)
            .set_version_id(id.version.clone())
            .restore_request(request.clone()));
        match answer {
            Err(error) if !error.cause.starts_with("RestoreAlreadyInProgress") => Err(error),
            _ => Ok(()),
        }
    }
}
