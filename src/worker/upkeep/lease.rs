//! Who merges now: a small object beside the lists of compacted files, replaced only by whoever has seen it.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, AwsError, Kind, Put};
use crate::domain::{ByteSize, Index, ObjectId};

/// How long a lease holds that nobody renews. Whoever loses it while it merges does no harm.
const TERM: SignedDuration = SignedDuration::from_mins(5);
/// The longest lease that is read.
const LONGEST: ByteSize = ByteSize::kib(1);

/// A lease, held or not.
#[derive(Debug)]
pub(super) struct Lease {
    place: ObjectId,
    /// Until when it is held, and the eTag that it has then.
    held: Option<(Timestamp, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Told {
    until: Timestamp,
    by: String,
}

impl Lease {
    /// The one of an index; not held yet.
    pub(super) fn new(index: &Index) -> Self {
        Self { place: index.location.object("compacted/lease.json"), held: None }
    }

    /// Takes it, or renews it once half of it is over. False where somebody else holds it.
    pub(super) async fn take(&mut self, aws: &Aws, now: Timestamp) -> Result<bool, AwsError> {
        let half = now.saturating_add(TERM / 2).unwrap_or(now);
        let held = self.held.clone();
        match held {
            Some((until, _)) if until > half => {}
            held => self.put(aws, now, held.map(|(_, etag)| etag)).await?,
        }
        if self.held.is_none() {
            match aws.get_all(&self.place, LONGEST).await {
                Ok((object, bytes)) => {
                    // What cannot be read is nobody's.
                    let is_held = serde_json::from_slice(&bytes).is_ok_and(|told: Told| told.until > now);
                    if !is_held {
                        self.put(aws, now, Some(object.etag)).await?;
                    }
                }
                Err(error) if error.kind == Kind::NoSuchKey => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.held.is_some())
    }

    /// Gives it back, if it is held.
    pub(super) async fn give_back(&mut self, aws: &Aws) -> Result<(), AwsError> {
        let Some((_, etag)) = self.held.take() else { return Ok(()) };
        match aws.delete_unchanged(&self.place, &etag).await {
            Err(error) if error.kind == Kind::Changed => Ok(()),
            other => other,
        }
    }

    /// Holds it where nobody was faster.
    async fn put(&mut self, aws: &Aws, now: Timestamp, over: Option<String>) -> Result<(), AwsError> {
        let until = now.saturating_add(TERM).unwrap_or(now);
        let by = format!("{} {}", gethostname::gethostname().to_string_lossy(), std::process::id());
        let bytes = Bytes::from(serde_json::to_vec(&Told { until, by }).unwrap_or_default());
        let with = Put {
            content_type: Some("application/json".into()),
            only_new: over.is_none(),
            only_over: over,
            ..Put::default()
        };
        match aws.put(&self.place, bytes, with).await {
            Ok(etag) => self.held = Some((until, etag)),
            Err(error) if matches!(error.kind, Kind::Changed | Kind::NoSuchKey) => self.held = None,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
