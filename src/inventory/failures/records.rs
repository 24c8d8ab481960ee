//! The consumer's own failure records whose message is in no queue: it was deleted, expired, or moved away, and
//! nothing was processed since.

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;

use super::Seen;
use crate::app::request::Trouble;
use crate::aws::{AwsError, ListFrom, QueueState};
use crate::domain::{
    ByteSize, Consumer, Failure, FailureRecord, Location, Object, Prospect, Reason, ReasonOrigin, State, Trace,
};
use crate::inventory::Inventory;

/// The longest failure record that is read.
pub const LONGEST: ByteSize = ByteSize::kib(64);
/// Records without a message that are read; a consumer with more has another trouble.
const MOST: usize = 5_000;
/// Requests at a time.
const PARALLEL: usize = 16;
/// The least time that a consumer takes between two tries, as far as we wait for the next.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

impl Inventory {
    /// Tells of the objects whose failure record stands, though no message of them was seen.
    pub(super) async fn failure_records(
        &self,
        consumer: &Consumer,
        seen: &Seen,
        found: &mpsc::Sender<Vec<Failure>>,
    ) -> Result<(), Trouble> {
        let Some(place) = &consumer.failures else { return Ok(()) };
        let keys: std::collections::HashSet<&str> = seen.iter().map(|object| object.key.as_str()).collect();
        let queue = self.queue_of(consumer).await?;
        let mut next = Some(ListFrom::Start);
        let mut count = 0;
        while let Some(from) = next.take() {
            let page = self.aws.list(place, &from, 1_000).await?;
            let left = page.objects.into_iter().filter(|record| {
                let key = record.id.key.strip_prefix(&place.prefix).unwrap_or(&record.id.key);
                !key.is_empty() && !key.ends_with('/') && !keys.contains(key)
            });
            let left: Vec<Object> = left.take(MOST - count).collect();
            count += left.len();
            let failures: Vec<Option<Failure>> = futures::stream::iter(left)
                .map(|record| self.left_behind(consumer, place, &queue, record))
                .buffered(PARALLEL)
                .collect()
                .await;
            let failures: Vec<Failure> = failures.into_iter().flatten().collect();
            if !failures.is_empty() && found.send(failures).await.is_err() {
                return Ok(());
            }
            if count >= MOST && page.next.is_some() {
                return Err(Trouble {
                    what: format!("not every failure record below {place} is listed"),
                    cause: format!("more than {MOST} of them have no message"),
                    hint: Some("the consumer deletes a record when it has processed its object".into()),
                });
            }
            next = page.next;
        }
        Ok(())
    }

    /// The failure that a record tells of, unless its object was processed since or may still be tried by itself.
    async fn left_behind(
        &self,
        consumer: &Consumer,
        place: &Location,
        queue: &QueueState,
        written: Object,
    ) -> Option<Failure> {
        let key = written.id.key.strip_prefix(&place.prefix)?;
        if self.is_processed_since(consumer.receipts.as_ref(), key, written.arrived).await {
            return None;
        }
        let trace = Trace::Record { at: written.arrived };
        match self.failure_record(&written).await {
            Ok(Some(record)) => {
                if is_still_tried(&record, queue, Timestamp::now()) {
                    return None;
                }
                let reason = Reason { text: record.reason, origin: ReasonOrigin::Recorded };
                Some(self.failure_of(consumer, State::Failed, record.object, Some(reason), trace))
            }
            // It went while we looked: the object was processed.
            Ok(None) => None,
            Err(cause) => {
                let what = format!("the failure record {} cannot be read: {cause}", written.id);
                Some(Failure {
                    object: None,
                    source: None,
                    consumer: consumer.name.clone(),
                    state: State::Failed,
                    trace,
                    reason: Some(Reason { text: what.clone(), origin: ReasonOrigin::ParsedHere }),
                    prospect: Prospect::Untriable(what),
                })
            }
        }
    }

    async fn failure_record(&self, written: &Object) -> Result<Option<FailureRecord>, String> {
        let bytes = match self.aws.get_all(&written.id, LONGEST).await {
            Ok((_, bytes)) => bytes,
            Err(AwsError { kind: crate::aws::Kind::NoSuchKey, .. }) => return Ok(None),
            Err(error) => return Err(error.cause),
        };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| error.to_string())
    }
}

/// Whether the event of a failed object may come back to its consumer by itself: its queue is not empty, and the tries
/// that its redrive policy allows are not over.
fn is_still_tried(record: &FailureRecord, queue: &QueueState, now: Timestamp) -> bool {
    if queue.visible + queue.in_flight + queue.delayed == 0 {
        return false;
    }
    let time = match &queue.redrive {
        Some((limit, _)) => {
            let left = i32::try_from(limit.saturating_sub(record.attempts)).unwrap_or(i32::MAX).saturating_add(1);
            queue.visibility.max(PAUSE).checked_mul(left).unwrap_or(SignedDuration::MAX)
        }
        None => queue.retention,
    };
    now.duration_since(record.at) < time
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ObjectId;

    #[test]
    fn an_event_is_still_tried_while_its_queue_holds_it_and_tries_are_left() {
        let at: Timestamp = "2026-11-23T02:14:07Z".parse().expect("a timestamp");
        let record = |attempts| FailureRecord {
            object: ObjectId::new("logs", "k"),
            reason: "r".into(),
            offset: None,
            line: None,
            parser: String::new(),
            attempts,
            at,
        };
        let queue = |visible, redrive: Option<u32>| QueueState {
            visible,
            redrive: redrive.map(|limit| (limit, String::new())),
            visibility: SignedDuration::from_mins(5),
            retention: SignedDuration::from_hours(96),
            ..QueueState::default()
        };
        let after = |minutes| at + SignedDuration::from_mins(minutes);
        assert!(!is_still_tried(&record(1), &queue(0, Some(3)), after(1)), "nothing waits");
        assert!(is_still_tried(&record(1), &queue(9, Some(3)), after(14)));
        assert!(!is_still_tried(&record(1), &queue(9, Some(3)), after(15)));
        assert!(is_still_tried(&record(3), &queue(9, Some(3)), after(4)), "it is on its way to the failure queue");
        assert!(!is_still_tried(&record(3), &queue(9, Some(3)), after(5)));
        assert!(is_still_tried(&record(9), &queue(9, None), after(60)));
    }
}
