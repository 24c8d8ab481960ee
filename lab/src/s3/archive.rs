//! Archived objects on the wire: they are read only once a restore has made a copy, and until that is gone again.

use http::StatusCode;
use jiff::Timestamp;
use s3s::dto::{RestoreObjectInput, RestoreObjectOutput, RestoreStatus, Tier};
use s3s::{S3Response, S3Result, s3_error};

use super::S3;
use super::convert::time;
use crate::clock::timestamp;
use crate::store::{Restored, Stored};

/// Classes whose objects must be restored before they can be read.
const ARCHIVED: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

const DAY: i64 = 86_400_000;

/// How long a restore takes, in milliseconds. S3 takes minutes to hours; nobody waits for that at a lab.
fn duration(tier: &str) -> i64 {
    match tier {
        Tier::EXPEDITED => 2_000,
        Tier::STANDARD => 20_000,
        _ => 60_000,
    }
}

/// Whether an object lies in an archive, and no copy of it can be read now.
pub(super) fn is_unreadable(stored: &Stored, now: i64) -> bool {
    let has_copy = stored.headers.restored.is_some_and(|copy| (copy.from..copy.until).contains(&now));
    ARCHIVED.contains(&stored.storage_class.as_str()) && !has_copy
}

/// `x-amz-restore`: whether a copy is being made, or until when there is one.
pub(super) fn header(restored: Option<Restored>, now: i64) -> Option<String> {
    let copy = restored.filter(|copy| now < copy.until)?;
    if now < copy.from {
        return Some("ongoing-request=\"true\"".to_owned());
    }
    let until = timestamp(copy.until).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Some(format!("ongoing-request=\"false\", expiry-date=\"{until}\""))
}

/// The same for a listing that was asked for it.
pub(super) fn status(restored: Option<Restored>, now: i64) -> Option<RestoreStatus> {
    let copy = restored.filter(|copy| now < copy.until)?;
    let is_ongoing = now < copy.from;
    Some(RestoreStatus {
        is_restore_in_progress: Some(is_ongoing),
        restore_expiry_date: (!is_ongoing).then(|| time(timestamp(copy.until))),
    })
}

impl S3 {
    pub(super) async fn restore(&self, input: RestoreObjectInput) -> S3Result<S3Response<RestoreObjectOutput>> {
        let RestoreObjectInput { bucket, key, version_id, restore_request, .. } = input;
        let request = restore_request.ok_or_else(|| s3_error!(MalformedXML))?;
        let days = request.days.filter(|days| *days > 0).ok_or_else(|| {
            s3_error!(InvalidArgument, "restoration days should be at least 1 and less than 2147483647")
        })?;
        let tier = request.glacier_job_parameters.map(|job| job.tier).or(request.tier);
        let tier = tier.unwrap_or_else(|| Tier::from_static(Tier::STANDARD));
        let stored = {
            let (bucket, key, version_id) = (bucket.clone(), key.clone(), version_id.clone());
            self.with_store(move |store| store.head(&bucket, &key, version_id.as_deref())).await?
        };
        if !ARCHIVED.contains(&stored.storage_class.as_str()) {
            return Err(s3_error!(InvalidObjectState, "Restore is not allowed for the object's current storage class"));
        }
        if stored.storage_class == "DEEP_ARCHIVE" && tier.as_str() == Tier::EXPEDITED {
            return Err(s3_error!(InvalidArgument, "Expedited retrievals are not available for DEEP_ARCHIVE"));
        }
        let now = self.store.clock().millis();
        let length = i64::from(days).saturating_mul(DAY);
        let (restored, status) = match stored.headers.restored.filter(|copy| now < copy.until) {
            Some(copy) if now < copy.from => {
                return Err(s3_error!(RestoreAlreadyInProgress, "Object restore is already in progress"));
            }
            // What can be read already is kept for longer, at once.
            Some(copy) => (Restored { until: end(now, length), ..copy }, StatusCode::OK),
            None => {
                let from = now + duration(tier.as_str());
                (Restored { from, until: end(from, length) }, StatusCode::ACCEPTED)
            }
        };
        self.with_store(move |store| store.restore(&bucket, &key, version_id.as_deref(), restored)).await?;
        Ok(S3Response::with_status(RestoreObjectOutput::default(), status))
    }
}

/// A copy lasts until the midnight (UTC) after its days are over.
fn end(from: i64, length: i64) -> i64 {
    let last = Timestamp::MAX.as_millisecond() / DAY - 1;
    (from.saturating_add(length) / DAY + 1).min(last) * DAY
}
