//! What lies in the failure and parked queues, read as a list: nothing is lost, nothing is taken.
//!
//! ReceiveMessage is no read: it hides a message and raises its receive count. Messages are therefore hidden for a
//! short time only, shown again at once when the list is complete, and a queue whose own redrive policy might move
//! them on is not read at all.

use std::collections::HashSet;

use futures::{FutureExt as _, StreamExt as _};
use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::Inventory;
use crate::app::request::Trouble;
use crate::aws::{AwsError, BATCH, Kind, QueueState, Received};
use crate::domain::{
    ByteSize, Consumer, EventKind, Failure, FailureRecord, Message, Object, ObjectEvent, ObjectId, Prospect,
    QueuedMessage, Reason, ReasonOrigin, Source, State, event,
};
use crate::worker::digest::{Digest, Verdict, digest, options};
use crate::worker::stream::{self, Broken};

/// Messages of one queue that are listed.
const MESSAGES: usize = 10_000;
/// How long messages are hidden while the list is read, should we be unable to show them again.
const HIDDEN: SignedDuration = SignedDuration::from_secs(20);
/// Receives without anything new before a queue counts as read: a short poll asks some of its servers only.
const EMPTY: usize = 2;
/// A redrive policy that allows this many receives is not brought to its limit by looking.
const RECEIVES: u32 = 100;
/// Objects tried at the same time.
const PARALLEL: usize = 4;
/// The longest object that is tried.
const TRIED: ByteSize = ByteSize::mib(64);
/// The longest failure record that is read.
const RECORD: ByteSize = ByteSize::kib(64);

/// What was found out about one failed object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The object.
    pub object: ObjectId,
    /// The consumer's name.
    pub consumer: String,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// What would become of it now.
    pub prospect: Prospect,
}

impl Inventory {
    /// Lists the failure and parked queues of all consumers; what is found goes to `found` as it comes, each message
    /// once. An error names the first queue that could not be read; the others are told nevertheless.
    pub async fn failures(&self, found: mpsc::Sender<Vec<Failure>>) -> Result<(), Trouble> {
        let queues = self.profile.consumers.iter().flat_map(|consumer| {
            let urls = [(&consumer.dead_letter_url, State::Failed), (&consumer.parked_url, State::Parked)];
            urls.into_iter().filter_map(move |(url, state)| Some((consumer, url.as_deref()?, state)))
        });
        let reads: Vec<_> = queues.map(|(consumer, url, state)| self.read(consumer, url, state, &found)).collect();
        let read: Vec<_> = futures::stream::iter(reads).buffer_unordered(PARALLEL).collect().await;
        read.into_iter().collect()
    }

    async fn read(
        &self,
        consumer: &Consumer,
        url: &str,
        state: State,
        found: &mpsc::Sender<Vec<Failure>>,
    ) -> Result<(), Trouble> {
        let queue = self.aws.queue_state(url).await?;
        if let Some((receives, _)) = queue.redrive.as_ref().filter(|(receives, _)| *receives < RECEIVES) {
            return Err(Trouble {
                what: format!("cannot list {url}"),
                cause: format!("its redrive policy moves a message on after {receives} receives, and looking is one"),
                hint: Some("a failure queue should have no redrive policy of its own".into()),
            });
        }
        let mut handles = Vec::new();
        let listed = self.receive_all(consumer, url, state, &queue, found, &mut handles).await;
        self.show_again(url, handles).await;
        listed.map_err(Trouble::from)
    }

    async fn receive_all(
        &self,
        consumer: &Consumer,
        url: &str,
        state: State,
        queue: &QueueState,
        found: &mpsc::Sender<Vec<Failure>>,
        handles: &mut Vec<String>,
    ) -> Result<(), AwsError> {
        let mut seen = HashSet::new();
        let mut empty = 0;
        while empty < EMPTY && seen.len() < MESSAGES {
            // The count is approximate: beyond it, a moment's wait makes a queue ask all of its servers.
            let is_short = (seen.len() as u64) < queue.visible;
            let wait = SignedDuration::from_secs(i64::from(!is_short && empty > 0));
            let received = self.aws.receive(url, BATCH, HIDDEN, wait).await?;
            let mut failures = Vec::new();
            for Received { mut message, handle } in received {
                handles.push(handle);
                if seen.insert(message.id.clone()) {
                    message.expires = message.sent.and_then(|sent| sent.checked_add(queue.retention).ok());
                    failures.extend(self.failures_of(consumer, state, message));
                }
            }
            empty = if failures.is_empty() { empty + 1 } else { 0 };
            if !failures.is_empty() && found.send(failures).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Ends the hiding of what was listed. What cannot be shown again now shows itself when its time is up.
    async fn show_again(&self, url: &str, handles: Vec<String>) {
        let batches: Vec<Vec<String>> = handles.chunks(BATCH).map(<[String]>::to_vec).collect();
        let shown = futures::stream::iter(batches).map(|batch| self.show_batch(url, batch));
        shown.buffer_unordered(PARALLEL).collect::<()>().await;
    }

    async fn show_batch(&self, url: &str, batch: Vec<String>) {
        if let Err(error) = self.aws.change_visibility_batch(url, &batch, SignedDuration::ZERO).await {
            tracing::warn!(%error, "listed messages stay hidden for up to {} s", HIDDEN.as_secs());
        }
    }

    /// What a message of a failure queue tells: one failure for each object that came, and one for what tells of none.
    fn failures_of(&self, consumer: &Consumer, state: State, message: QueuedMessage) -> Vec<Failure> {
        let told = event::reason::told(&message.body, &message.attributes);
        let told = told.map(|text| Reason { text, origin: ReasonOrigin::Told });
        let of_object = |event: ObjectEvent| self.failure_of(consumer, state, event.object, told.clone(), &message);
        let of_none = |what: String| Failure {
            object: None,
            source: None,
            consumer: consumer.name.clone(),
            state,
            message: message.clone(),
            reason: Some(Reason { text: what.clone(), origin: ReasonOrigin::ParsedHere }),
            prospect: Prospect::Untriable(what),
        };
        match event::decode(&message.body) {
            Message::Objects(events) => {
                let failures: Vec<Failure> = came(events).map(of_object).collect();
                if failures.is_empty() {
                    return vec![of_none("the message tells of no object that came".into())];
                }
                failures
            }
            Message::Mixed { events, unread } => {
                let bad =
                    unread.into_iter().map(|reason| of_none(format!("a part of the message cannot be read: {reason}")));
                came(events).map(of_object).chain(bad).collect()
            }
            Message::Test => vec![of_none("S3's test event, which tells of no object".into())],
            Message::Unreadable(reason) => vec![of_none(format!("the message cannot be read: {reason}"))],
        }
    }

    fn failure_of(
        &self,
        consumer: &Consumer,
        state: State,
        object: ObjectId,
        reason: Option<Reason>,
        message: &QueuedMessage,
    ) -> Failure {
        let source = self.profile.source_of(&object.bucket, &object.key);
        Failure {
            source: source.map(|source| source.name.clone()),
            object: Some(object),
            consumer: consumer.name.clone(),
            state,
            message: message.clone(),
            reason,
            prospect: Prospect::Untried,
        }
    }

    /// Finds out why each failure's object failed and what would become of it now, by the consumer's own record and by
    /// parsing the object here; each goes to `found` as it is done.
    pub async fn diagnose(&self, failures: Vec<Failure>, found: mpsc::Sender<Diagnosis>) {
        let mut seen = HashSet::new();
        let objects = failures
            .into_iter()
            .filter_map(|failure| Some((failure.object?, failure.consumer, failure.reason)))
            .filter(|(object, consumer, _)| seen.insert((object.clone(), consumer.clone())));
        let mut diagnoses = futures::stream::iter(objects)
            .map(|(object, consumer, known)| self.diagnose_one(object, consumer, known).boxed())
            .buffer_unordered(PARALLEL);
        while let Some(diagnosis) = diagnoses.next().await {
            if found.send(diagnosis).await.is_err() {
                return;
            }
        }
    }

    /// What the consumer wrote down counts most, then what the message says, then what is found here.
    async fn diagnose_one(&self, object: ObjectId, consumer: String, known: Option<Reason>) -> Diagnosis {
        let known = known.filter(|reason| reason.origin != ReasonOrigin::ParsedHere);
        let recorded = match &known {
            Some(Reason { origin: ReasonOrigin::Recorded, .. }) => None,
            _ => self.recorded(&object, &consumer).await,
        };
        let (prospect, complaint) = self.try_here(&object, &consumer).await;
        let reason = recorded
            .map(|text| Reason { text, origin: ReasonOrigin::Recorded })
            .or(known)
            .or_else(|| complaint.map(|text| Reason { text, origin: ReasonOrigin::ParsedHere }));
        Diagnosis { object, consumer, reason, prospect }
    }

    /// What the consumer wrote down when it failed.
    async fn recorded(&self, object: &ObjectId, consumer: &str) -> Option<String> {
        let place = self.profile.consumer(consumer)?.failures.as_ref()?;
        let (_, bytes) = self.aws.get_all(&place.object(&object.key), RECORD).await.ok()?;
        let record: FailureRecord = serde_json::from_slice(&bytes).ok()?;
        // Two buckets may hold the same key; the record is of one of them.
        (record.object.bucket == object.bucket).then_some(record.reason)
    }

    /// What parsing the object here makes of it: the prospect, and what is wrong with it.
    pub async fn try_here(&self, object: &ObjectId, consumer: &str) -> (Prospect, Option<String>) {
        let Some(source) = self.profile.source_of(&object.bucket, &object.key).cloned() else {
            return (Prospect::NoParser, Some("no source of the configuration has its key".into()));
        };
        match self.digest(object, source, consumer).await {
            Ok(digest) => {
                let complaint = match &digest.verdict {
                    Verdict::Refused(complaint) => Some(complaint.reason.clone()),
                    Verdict::NoParser => Some("no parser knows its format".into()),
                    Verdict::Good | Verdict::Empty => None,
                };
                (digest.prospect(), complaint)
            }
            Err(Untriable::Gone) => (Prospect::Gone, Some("the object is gone".into())),
            Err(Untriable::Because(cause)) => (Prospect::Untriable(cause), None),
        }
    }

    async fn digest(&self, id: &ObjectId, source: Source, consumer: &str) -> Result<Digest, Untriable> {
        let body = self.aws.get(id, None, None).await?;
        if body.object.size > TRIED {
            let (size, limit) = (body.object.size, TRIED);
            return Err(Untriable::Because(format!("it is {size} long; objects up to {limit} are tried here")));
        }
        let object = Object { id: id.clone(), ..body.object.clone() };
        let (consumer, options) = (consumer.to_owned(), options(&object, &self.profile));
        let work = move |input| digest(input, options, &source, &consumer, &mut |_, _| Ok(()));
        stream::read(body, work).await.map_err(|broken| match broken {
            Broken::Transfer(error) => error.into(),
            Broken::Work => Untriable::Because("the parser gave up on it".into()),
        })
    }
}

/// The objects that came, by their events.
fn came(events: Vec<ObjectEvent>) -> impl Iterator<Item = ObjectEvent> {
    events.into_iter().filter(|event| event.kind == EventKind::Created)
}

enum Untriable {
    Gone,
    Because(String),
}

impl From<AwsError> for Untriable {
    fn from(error: AwsError) -> Self {
        if error.kind == Kind::NoSuchKey { Self::Gone } else { Self::Because(error.to_string()) }
    }
}
