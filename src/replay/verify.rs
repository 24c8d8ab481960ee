//! What became of objects whose messages were sent: watched until a receipt or a failure tells.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::journal::Verdict;
use super::lease::Leases;
use crate::aws::Aws;
use crate::domain::event::{self, Message};
use crate::domain::{ByteSize, Consumer, FailureRecord, Location, ObjectId, QueuedMessage, REPLAY_ATTRIBUTE, ReplayId};
use crate::inventory::stored::Stored;

/// HEAD requests at a time.
const HEADS: usize = 16;
/// The first pause between two looks, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));
/// Objects looked at in one round, so that the newly sent are not kept waiting by a long tail.
const ROUND: usize = 256;
/// How long messages of the failure queue are hidden while they are looked through.
const LOOK: Duration = Duration::from_secs(30);
/// How far S3's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// Why a message lies in the parked queue or below the parked prefix.
const PARKED: &str = "it was parked: no parser knows its format";
/// Bytes of a failure record that are read.
const RECORD: ByteSize = ByteSize::kib(64);

/// An object whose message was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its index in the plan.
    pub index: usize,
    /// The object.
    pub object: ObjectId,
    /// When the queue acknowledged the message, by this machine's clock.
    pub sent: Timestamp,
}

/// What a consumer's mark of an object (a receipt or a failure record) says of this replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// When it was written, by S3's clock.
    written: Timestamp,
    /// Whether it names a replay, and whether it is this one.
    is_ours: Option<bool>,
}

impl Mark {
    /// Whether it was left by this replay's message. The replay's id proves it; a mark without one counts where it is
    /// newer than the sending. S3 tells whole seconds, so the second of the sending counts as after it.
    fn answers(self, sent: Timestamp) -> bool {
        self.is_ours.unwrap_or(self.written.as_second() >= sent.as_second())
    }
}

/// Watches objects while others of the same replay are still being sent.
///
/// Dropping it stops the watching.
#[derive(Debug)]
pub struct Watcher {
    /// Where targets go; none once nothing more will be sent.
    targets: Option<UnboundedSender<Target>>,
    verdicts: UnboundedReceiver<Vec<(usize, Verdict)>>,
    _stopped_when_dropped: DropGuard,
}

impl Watcher {
    /// Begins to watch, for `limit` after the last target. What has no verdict by then is `Unconfirmed`.
    ///
    /// A consumer that leaves no receipts is not waited for: its objects are unconfirmed once all are sent.
    pub fn start(aws: Aws, consumer: Consumer, id: ReplayId, limit: Duration) -> Self {
        let (targets, taken) = mpsc::unbounded_channel();
        let (found, verdicts) = mpsc::unbounded_channel();
        let cancel = CancellationToken::new();
        let watch = Watch { aws, consumer, id, open: VecDeque::new(), until: None, found };
        let run = cancel.clone();
        tokio::spawn(async move { run.run_until_cancelled(Box::pin(watch.run(taken, limit))).await });
        Self { targets: Some(targets), verdicts, _stopped_when_dropped: cancel.drop_guard() }
    }

    /// One more object, whose message has just been acknowledged.
    pub fn add(&self, target: Target) {
        if let Some(targets) = &self.targets {
            // The watching only ends once this sender is gone.
            let _ = targets.send(target);
        }
    }

    /// Nothing more will be sent: the limit counts from now.
    pub fn close(&mut self) {
        self.targets = None;
    }

    /// The next verdicts; none once every target has one.
    pub async fn next(&mut self) -> Option<Vec<(usize, Verdict)>> {
        self.verdicts.recv().await
    }
}

struct Watch {
    aws: Aws,
    consumer: Consumer,
    id: ReplayId,
    /// What has no verdict yet; what was looked at longest ago comes first.
    open: VecDeque<Target>,
    /// When to give up, once nothing more is sent.
    until: Option<Instant>,
    found: UnboundedSender<Vec<(usize, Verdict)>>,
}

impl Watch {
    async fn run(mut self, mut targets: UnboundedReceiver<Target>, limit: Duration) {
        let mut pause = PAUSE.0;
        // How many were looked at since the last verdict.
        let mut fruitless = 0;
        loop {
            self.take(&mut targets, limit).await;
            let is_late = self.until.is_some_and(|until| Instant::now() + pause >= until);
            if self.open.is_empty() || is_late || self.consumer.receipts.is_none() {
                break;
            }
            let round: Vec<Target> = self.open.drain(..self.open.len().min(ROUND)).collect();
            fruitless += round.len();
            let verdicts = look(&self.aws, &self.consumer, &self.id, &round).await;
            let has_verdict: HashSet<usize> = verdicts.iter().map(|(index, _)| *index).collect();
            self.open.extend(round.into_iter().filter(|target| !has_verdict.contains(&target.index)));
            if !verdicts.is_empty() {
                fruitless = 0;
                pause = PAUSE.0;
                self.tell(verdicts);
            }
            if !self.open.is_empty() && fruitless >= self.open.len() {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE.1);
                fruitless = 0;
            }
        }
        if self.open.is_empty() {
            return;
        }
        let open = Vec::from(std::mem::take(&mut self.open));
        let returned = returned(&self.aws, &self.consumer, &self.id, &open).await;
        let last = open.into_iter().map(|target| {
            let reason = returned.get(&target.index).cloned();
            (target.index, reason.map_or(Verdict::Unconfirmed, |reason| Verdict::FailedAgain { reason }))
        });
        let last: Vec<(usize, Verdict)> = last.collect();
        for part in last.chunks(ROUND) {
            self.tell(part.to_vec());
        }
    }

    /// Takes what has been sent meanwhile; with nothing to look at, waits for it.
    async fn take(&mut self, targets: &mut UnboundedReceiver<Target>, limit: Duration) {
        while self.until.is_none() {
            let target = match targets.try_recv() {
                Ok(target) => Some(target),
                // Without receipts there is nothing to look at before the end.
                Err(TryRecvError::Empty) if !self.open.is_empty() && self.consumer.receipts.is_some() => return,
                Err(TryRecvError::Empty) => targets.recv().await,
                Err(TryRecvError::Disconnected) => None,
            };
            match target {
                Some(target) => self.open.push_back(target),
                None => self.until = Some(Instant::now() + limit),
            }
        }
    }

    fn tell(&self, verdicts: Vec<(usize, Verdict)>) {
        // Whoever asked may have gone.
        let _ = self.found.send(verdicts);
    }
}

/// One look at the receipts and failure records of all targets.
async fn look(aws: &Aws, consumer: &Consumer, id: &ReplayId, targets: &[Target]) -> Vec<(usize, Verdict)> {
    stream::iter(targets.to_vec())
        .map(|target| async move { verdict(aws, consumer, id, &target).await.map(|verdict| (target.index, verdict)) })
        .buffer_unordered(HEADS)
        .filter_map(std::future::ready)
        .collect()
        .await
}

async fn verdict(aws: &Aws, consumer: &Consumer, id: &ReplayId, target: &Target) -> Option<Verdict> {
    let receipt = mark(aws, consumer.receipts.as_ref(), id, target).await;
    if receipt.is_some_and(|mark| mark.answers(target.sent)) {
        return Some(Verdict::Recovered);
    }
    let record = mark(aws, consumer.failures.as_ref(), id, target).await;
    if record.is_some_and(|mark| mark.answers(target.sent)) {
        let reason = reason(aws, consumer, target).await;
        return Some(Verdict::FailedAgain { reason });
    }
    None
}

async fn mark(aws: &Aws, place: Option<&Location>, id: &ReplayId, target: &Target) -> Option<Mark> {
    // What cannot be looked at now is looked at again; at the limit it is unconfirmed, never guessed.
    let (object, metadata) = aws.head(&place?.object(&target.object.key)).await.ok()?;
    let is_ours = metadata.get("replay").map(|replay| *replay == id.0);
    Some(Mark { written: object.arrived, is_ours })
}

/// The reason that the failure record gives.
async fn reason(aws: &Aws, consumer: &Consumer, target: &Target) -> String {
    let unread = || "its failure record cannot be read".to_owned();
    let Some(place) = &consumer.failures else { return unread() };
    let Ok((_, bytes)) = aws.get_all(&place.object(&target.object.key), RECORD).await else { return unread() };
    serde_json::from_slice::<FailureRecord>(&bytes).map_or_else(|_| unread(), |record| record.reason)
}

/// The targets whose message lies in the failure or parked queue, or below the parked prefix, with this replay's mark.
async fn returned(aws: &Aws, consumer: &Consumer, id: &ReplayId, targets: &[Target]) -> HashMap<usize, String> {
    let mut returned = HashMap::new();
    let queues = [(&consumer.dead_letter_url, "it came back to the failure queue"), (&consumer.parked_url, PARKED)];
    for (url, reason) in queues {
        let Some(url) = url else { continue };
        // An empty queue is not received from: that would hide what arrives meanwhile.
        if aws.queue_state(url).await.is_ok_and(|state| state.visible == 0) {
            continue;
        }
        let gathered = Leases::gather(aws, url, LOOK, usize::MAX, 1, |message| {
            if let (true, Message::Objects(events)) = (is_marked(message, id), event::decode(&message.body)) {
                for target in targets {
                    if events.iter().any(|event| super::plan::is_same(&event.object, &target.object)) {
                        returned.insert(target.index, reason.to_owned());
                    }
                }
            }
            false
        });
        match gathered.await {
            Ok(leases) => leases.release().await,
            Err(error) => tracing::warn!(%error, "a queue could not be looked through"),
        }
    }
    if let Some(place) = &consumer.parked_prefix {
        returned.extend(stored_again(aws, place, id, targets).await);
    }
    returned
}

/// The targets whose message was parked as an object with this replay's mark.
async fn stored_again(aws: &Aws, place: &Location, id: &ReplayId, targets: &[Target]) -> HashMap<usize, String> {
    let mut again = HashMap::new();
    let first = targets.iter().map(|target| target.sent).min().unwrap_or_default();
    let mut stored = Stored::new(aws, place).newer_than(first.checked_sub(SKEW).unwrap_or(first));
    loop {
        let messages = match stored.next().await {
            Ok(Some(messages)) => messages,
            Ok(None) => return again,
            Err(error) => {
                tracing::warn!(%error, "the parked prefix could not be looked through");
                return again;
            }
        };
        for message in messages.iter().filter(|message| is_marked(message, id)) {
            let Message::Objects(events) = event::decode(&message.body) else { continue };
            for target in targets {
                if events.iter().any(|event| super::plan::is_same(&event.object, &target.object)) {
                    again.insert(target.index, PARKED.to_owned());
                }
            }
        }
    }
}

/// Whether a message carries the mark of this replay.
fn is_marked(message: &QueuedMessage, id: &ReplayId) -> bool {
    message.attributes.get(REPLAY_ATTRIBUTE).is_some_and(|(_, value)| *value == id.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_of_this_replay_counts_whatever_the_clocks_say_and_one_of_another_never() {
        let sent: Timestamp = "2026-11-23T02:14:07.8Z".parse().expect("a timestamp");
        let mark = |text: &str, is_ours| Mark { written: text.parse().expect("a timestamp"), is_ours };
        assert!(mark("2026-11-23T01:00:00Z", Some(true)).answers(sent));
        assert!(!mark("2026-11-23T03:00:00Z", Some(false)).answers(sent));
        assert!(mark("2026-11-23T02:14:07Z", None).answers(sent));
        assert!(!mark("2026-11-23T02:14:06Z", None).answers(sent));
    }
}
