//! What failed, wherever it hides: messages in failure and parked queues, failure records whose message is gone, and
//! the records of Lambda's destinations in S3. Nothing is lost by looking, nothing is taken.

mod destination;
mod diagnose;
mod queue;
mod records;
mod stored;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use futures::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::Inventory;
use crate::app::request::Trouble;
use crate::aws::{AwsError, QueueState};
use crate::domain::{
    Consumer, EventKind, Failure, Location, Message, MessageOrigin, ObjectEvent, ObjectId, Prospect, QueuedMessage,
    Reason, ReasonOrigin, SavedMessage, State, Trace, event,
};

pub use diagnose::Diagnosis;
pub use queue::{Look, Looked};

/// Queues read, and objects tried, at the same time.
const PARALLEL: usize = 4;

/// Objects, without their versions, that something found so far names.
type Seen = HashSet<ObjectId>;

impl Inventory {
    /// Lists what failed or is parked with every consumer; what is found goes to `found` as it comes, each message
    /// once. What a queue holds a message of is not told again for its record. Gives what was seen of the queues. An
    /// error names the first place that could not be read; the others are told nevertheless.
    pub async fn failures(&self, found: mpsc::Sender<Vec<Failure>>) -> Result<Looked, Trouble> {
        let consumers: Vec<_> =
            self.profile.consumers.iter().map(|consumer| self.failures_with(consumer, &found)).collect();
        let read: Vec<_> = futures::stream::iter(consumers).buffer_unordered(PARALLEL).collect().await;
        read.into_iter().try_fold(Looked::default(), |all, one| Ok(all + one?))
    }

    /// Hands every message of the failure and parked queues to `found`, as it lies there. Gives what was seen, and why a
    /// queue could not be read to its end, where one could not; the others are told nevertheless.
    pub async fn messages(&self, now: Timestamp, found: mpsc::Sender<Vec<SavedMessage>>) -> (Looked, Option<Trouble>) {
        let mut all = Looked::default();
        let mut trouble = None;
        for consumer in &self.profile.consumers {
            let queues =
                [(&consumer.dead_letter_url, MessageOrigin::DeadLetter), (&consumer.parked_url, MessageOrigin::Parked)];
            for (url, origin) in queues {
                let Some(url) = url else { continue };
                let turn = |message| vec![SavedMessage::new(&consumer.name, url, origin, message, now)];
                match Box::pin(queue::read(&self.aws, url, Look::TO_THE_END, turn, &found)).await {
                    Ok(looked) => all = all + looked,
                    Err(error) => trouble = trouble.or(Some(error)),
                }
            }
        }
        (all, trouble)
    }

    async fn failures_with(&self, consumer: &Consumer, found: &mpsc::Sender<Vec<Failure>>) -> Result<Looked, Trouble> {
        let seen = Mutex::new(Seen::new());
        let read = async |url: &Option<String>, state: State| {
            let Some(url) = url else { return Ok(Looked::default()) };
            let turn = |message| {
                let failures = self.failures_of(consumer, state, message);
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.extend(failures.iter().filter_map(|failure| failure.object.as_ref().map(plain)));
                failures
            };
            queue::read(&self.aws, url, Look::AT_A_GLANCE, turn, found).await
        };
        let failed = Box::pin(read(&consumer.dead_letter_url, State::Failed));
        let parked = Box::pin(read(&consumer.parked_url, State::Parked));
        let (failed, parked) = tokio::join!(failed, parked);
        let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let stored = Box::pin(self.stored_messages(consumer, &mut seen, found)).await;
        let destination = Box::pin(self.destination_records(consumer, &mut seen, found)).await;
        let records = Box::pin(self.failure_records(consumer, &seen, found)).await;
        let looked = failed? + parked? + stored?;
        destination.and(records).map(|()| looked)
    }

    /// What a message of a failure queue tells: one failure for each object that came, and one for what tells of none.
    fn failures_of(&self, consumer: &Consumer, state: State, message: QueuedMessage) -> Vec<Failure> {
        let reason = event::reason::told(&message.body, &message.attributes);
        let read = event::decode(&message.body);
        let trace = if state == State::Parked { Trace::Parked(message) } else { Trace::DeadLetter(message) };
        self.failures_told(consumer, state, &trace, read, reason)
    }

    /// What an event in whichever envelope tells of failures.
    fn failures_told(
        &self,
        consumer: &Consumer,
        state: State,
        trace: &Trace,
        read: Message,
        reason: Option<String>,
    ) -> Vec<Failure> {
        let reason = reason.map(|text| Reason { text, origin: ReasonOrigin::Told });
        let of_object =
            |event: ObjectEvent| self.failure_of(consumer, state, event.object, reason.clone(), trace.clone());
        let of_none = |what: String| Failure {
            object: None,
            source: None,
            consumer: consumer.name.clone(),
            state,
            trace: trace.clone(),
            reason: Some(Reason { text: what.clone(), origin: ReasonOrigin::ParsedHere }),
            prospect: Prospect::Untriable(what),
        };
        match read {
            Message::Objects(events) => {
                let failures: Vec<Failure> = came(events).map(of_object).collect();
                if failures.is_empty() {
                    return vec![of_none("the message tells of no object that came".into())];
                }
                failures
            }
            Message::Mixed { events, unread } => {
                let bad = unread.into_iter().map(|cause| of_none(format!("a part of it cannot be read: {cause}")));
                came(events).map(of_object).chain(bad).collect()
            }
            Message::Test => vec![of_none("S3's test event, which tells of no object".into())],
            Message::Unreadable(cause) => vec![of_none(format!("the message cannot be read: {cause}"))],
        }
    }

    pub(super) fn failure_of(
        &self,
        consumer: &Consumer,
        state: State,
        object: ObjectId,
        reason: Option<Reason>,
        trace: Trace,
    ) -> Failure {
        let source = self.profile.source_of(&object.bucket, &object.key);
        Failure {
            source: source.map(|source| source.name.clone()),
            object: Some(object),
            consumer: consumer.name.clone(),
            state,
            trace,
            reason,
            prospect: Prospect::Untried,
        }
    }

    /// What the queue of a consumer tells; of one that has none, that nothing waits.
    pub(super) async fn queue_of(&self, consumer: &Consumer) -> Result<QueueState, AwsError> {
        match consumer.input.queue_url() {
            Some(url) => self.aws.queue_state(url).await,
            None => Ok(QueueState::default()),
        }
    }

    /// Whether the consumer has processed the object of this key since `at`. S3 tells whole seconds.
    async fn is_processed_since(&self, receipts: Option<&Location>, key: &str, at: Timestamp) -> bool {
        let Some(receipts) = receipts else { return false };
        let receipt = self.aws.head(&receipts.object(key)).await;
        receipt.is_ok_and(|(receipt, _)| receipt.arrived.as_second() >= at.as_second())
    }
}

/// The objects that came, by their events.
fn came(events: Vec<ObjectEvent>) -> impl Iterator<Item = ObjectEvent> {
    events.into_iter().filter(|event| event.kind == EventKind::Created)
}

/// An object without its version, as records name it.
pub(super) fn plain(id: &ObjectId) -> ObjectId {
    ObjectId { version: None, ..id.clone() }
}
