//! One replay under way.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use super::batch::{cut, marked, outcomes};
use super::tally::Tally;
use super::{Item, Settings};
use crate::aws::{Aws, BATCH, Entry as Answer};
use crate::domain::{Consumer, MessageOrigin, PlanItemState, Profile, Progress, QueuedMessage, ReplayId};
use crate::replay::ReplayError;
use crate::replay::journal::{Entry, Event, Journal, JournalError, Sending, Verdict};
use crate::replay::lease::Leases;
use crate::replay::pace::Pace;
use crate::replay::verify::{Target, watch};

/// A message is sent only where its original stays hidden for so long still, and can be deleted in time.
const MARGIN: Duration = Duration::from_secs(20);
/// The pause before a refused message is tried again; it doubles each time.
const BACKOFF: Duration = Duration::from_millis(250);

/// Sends the items, watches them, and journals both.
pub(super) struct Engine {
    pub(super) aws: Aws,
    pub(super) profile: Arc<Profile>,
    pub(super) consumer: Consumer,
    pub(super) id: ReplayId,
    pub(super) settings: Settings,
    pub(super) rate: u32,
    pub(super) journal: Arc<Mutex<Journal>>,
    pub(super) tally: Tally,
    pub(super) cancel: CancellationToken,
    pub(super) tell: UnboundedSender<Progress>,
    /// Journaled with the next durable write: nothing waits for it.
    pub(super) pending: Vec<Event>,
    /// What was sent by this engine, to be watched.
    pub(super) sent: Vec<Target>,
}

impl Engine {
    /// Sends `items`, watches what was sent, and journals the end. Gives why it stopped before that, where it did.
    pub(super) async fn run(mut self, items: Vec<Item>) -> Option<String> {
        let mut stopped = Box::pin(self.send_all(items)).await.err();
        if !self.cancel.is_cancelled() {
            self.report(false, stopped.clone());
            if let Err(error) = Box::pin(self.watch(self.settings.verify_limit, true)).await {
                stopped.get_or_insert(error);
            }
            if self.cancel.is_cancelled() {
                stopped.get_or_insert_with(|| "given up while its outcomes were watched".to_owned());
            }
        }
        let finished = Event::Finished { stopped: stopped.clone() };
        if let Err(error) = self.record(vec![finished]).await {
            stopped.get_or_insert(error.to_string());
        }
        self.report(true, stopped.clone());
        stopped
    }

    async fn send_all(&mut self, items: Vec<Item>) -> Result<(), String> {
        let mut leases = self.lease(&items).await?;
        let mut waiting: VecDeque<Item> = items.into();
        let mut again = VecDeque::new();
        let mut pace = Pace::new(self.rate);
        let mut is_canary = true;
        let mut refusals = 0;
        let result = loop {
            // Refused messages are tried alone once the others have gone; the canary at once.
            if waiting.is_empty() {
                let Some(item) = again.pop_front() else { break Ok(()) };
                waiting.push_back(item);
            }
            let attempts = waiting.front().map_or(0, |item| item.attempts).max(refusals);
            let size = if is_canary || attempts > 0 { 1 } else { BATCH };
            let backoff = if attempts > 0 { BACKOFF * 2u32.pow(attempts.min(8) - 1) } else { Duration::ZERO };
            let wait = pace.wait(Instant::now(), size.min(waiting.len())).max(backoff);
            if !self.pause(wait).await {
                break Err("aborted".to_owned());
            }
            let limit = size.min(pace.available(Instant::now()));
            let count = cut(waiting.iter().map(|item| &item.message), limit);
            let batch = match self.leased(waiting.drain(..count).collect(), &leases).await {
                Ok(batch) if batch.is_empty() => continue,
                Ok(batch) => batch,
                Err(error) => break Err(error),
            };
            let answers = match self.send(&batch, &mut pace).await {
                Ok(answers) => answers,
                Err(error) => break Err(error),
            };
            self.delete(&batch, &answers, &mut leases).await;
            self.report(false, None);

            let is_sent = |answer: &Sending| matches!(answer, Sending::Sent { .. });
            let refused = answers.iter().filter(|answer| matches!(answer, Sending::Refused { .. })).count();
            if !answers.iter().any(is_sent) && refused < batch.len() {
                let open = batch.len() - refused;
                break Err(format!("whether {open} messages were sent is not known, so nothing more was sent"));
            }
            refusals = if refused == batch.len() { refusals + 1 } else { 0 };
            let mut reason = None;
            for (mut item, answer) in batch.into_iter().zip(answers) {
                if let Sending::Refused { reason: why } = answer {
                    item.attempts += 1;
                    reason = Some(why);
                    if item.attempts > self.settings.retries {
                        continue;
                    }
                    if is_canary { waiting.push_front(item) } else { again.push_back(item) }
                }
            }
            if refusals > self.settings.retries {
                let reason = reason.unwrap_or_default();
                break Err(format!("the queue refused {refusals} batches in a row: {reason}"));
            }
            if is_canary && refused == 0 {
                is_canary = false;
                let has_more = !(waiting.is_empty() && again.is_empty());
                if has_more && let Err(error) = Box::pin(self.canary()).await {
                    break Err(error);
                }
            }
        };
        for (_, leases) in leases {
            leases.release().await;
        }
        result
    }

    /// Waits; false where the replay is given up meanwhile.
    async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => false,
            () = tokio::time::sleep(wait) => true,
        }
    }

    /// Receives the originals from the queues that they lie in, hidden from others until they are sent.
    async fn lease(&mut self, items: &[Item]) -> Result<Vec<(MessageOrigin, Leases)>, String> {
        let visibility = Duration::from_secs(items.len() as u64 * 2 / u64::from(self.rate.max(1)))
            + self.settings.canary_limit
            + MARGIN * 3;
        let queues = [
            (MessageOrigin::DeadLetter, self.consumer.dead_letter_url.clone()),
            (MessageOrigin::Parked, self.consumer.parked_url.clone()),
        ];
        let mut leases = Vec::new();
        for (origin, url) in queues {
            let wanted: std::collections::HashSet<&str> =
                items.iter().filter(|item| item.origin == origin).map(|item| item.message.id.as_str()).collect();
            let Some(url) = url.filter(|_| !wanted.is_empty()) else { continue };
            let gathered = Leases::gather(&self.aws, &url, visibility, wanted.len(), 2, |message| {
                wanted.contains(message.id.as_str())
            });
            tokio::select! {
                gathered = gathered => leases.push((origin, gathered.map_err(|error| error.to_string())?)),
                () = self.cancel.cancelled() => return Err("aborted".to_owned()),
            }
        }
        Ok(leases)
    }

    /// The items whose originals are held; the others are journaled as not sent.
    async fn leased(&mut self, items: Vec<Item>, leases: &[(MessageOrigin, Leases)]) -> Result<Vec<Item>, String> {
        let is_held = |item: &Item| {
            item.origin == MessageOrigin::Synthesised
                || leases
                    .iter()
                    .any(|(origin, leases)| *origin == item.origin && leases.get(&item.message.id, MARGIN).is_some())
        };
        let (held, lost): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_held);
        if !lost.is_empty() {
            let reason = "its message is no longer in the queue that it lay in".to_owned();
            let refused = |item: &Item| (item.index, Sending::Refused { reason: reason.clone() });
            let results = lost.iter().map(refused).collect();
            self.record(vec![Event::Outcome { results }]).await.map_err(|error| error.to_string())?;
            for item in lost {
                self.tally.set(item.index, PlanItemState::NotSent(reason.clone()));
            }
            self.report(false, None);
        }
        Ok(held)
    }

    /// Intent (durable), send, outcome (durable).
    async fn send(&mut self, batch: &[Item], pace: &mut Pace) -> Result<Vec<Sending>, String> {
        let indexes: Vec<usize> = batch.iter().map(|item| item.index).collect();
        let begun = (self.settings.now)();
        let intent = Event::Intent { indexes: indexes.clone() };
        self.record(vec![intent]).await.map_err(|error| ReplayError::Unjournaled(error).to_string())?;
        let messages: Vec<QueuedMessage> = batch.iter().map(|item| marked(&item.message, &self.id)).collect();
        let answers = self.post(&messages).await;
        pace.record(Instant::now(), batch.len());

        let results = indexes.iter().copied().zip(answers.iter().cloned()).collect();
        let sent = answers.iter().filter(|answer| matches!(answer, Sending::Sent { .. })).count();
        let recorded = self.record(vec![Event::Outcome { results }]).await;
        for (item, answer) in batch.iter().zip(&answers) {
            let state = match answer {
                _ if recorded.is_err() => PlanItemState::Intended,
                Sending::Sent { .. } => {
                    self.sent.push(Target { index: item.index, object: item.object.clone(), sent: begun });
                    PlanItemState::Sent
                }
                Sending::Refused { reason } => PlanItemState::NotSent(reason.clone()),
                Sending::Unknown { .. } => PlanItemState::Intended,
            };
            self.tally.set(item.index, state);
        }
        recorded.map_err(|source| ReplayError::OutcomeLost { sent, source }.to_string())?;
        Ok(answers)
    }

    /// The one place where a message leaves.
    async fn post(&self, messages: &[QueuedMessage]) -> Vec<Sending> {
        if self.profile.is_read_only {
            let reason = ReplayError::ReadOnly(self.profile.name.clone()).to_string();
            return vec![Sending::Refused { reason }; messages.len()];
        }
        outcomes(messages.len(), self.aws.send_batch(&self.consumer.queue_url, messages).await)
    }

    /// Deletes the originals of what was acknowledged and journaled.
    async fn delete(&mut self, batch: &[Item], answers: &[Sending], leases: &mut [(MessageOrigin, Leases)]) {
        for (origin, leases) in leases {
            let sent = batch
                .iter()
                .zip(answers)
                .filter(|(item, answer)| item.origin == *origin && matches!(answer, Sending::Sent { .. }));
            let originals: Vec<(usize, &str, String)> = sent
                .filter_map(|(item, _)| {
                    let received = leases.get(&item.message.id, Duration::ZERO)?;
                    Some((item.index, item.message.id.as_str(), received.handle.clone()))
                })
                .collect();
            if originals.is_empty() {
                continue;
            }
            let handles: Vec<String> = originals.iter().map(|(.., handle)| handle.clone()).collect();
            let answers = match self.aws.delete_message_batch(leases.url(), &handles).await {
                Ok(answers) => answers,
                Err(error) => vec![Answer::Refused(error.to_string()); handles.len()],
            };
            let mut deleted = Vec::new();
            for ((index, message, _), answer) in originals.iter().zip(answers) {
                // Sent and still there: it must not be seen as failed again, so it is left hidden, not given back.
                leases.forget(message);
                match answer {
                    Answer::Done(_) => deleted.push(*index),
                    Answer::Refused(reason) => self.pending.push(Event::Kept { indexes: vec![*index], reason }),
                    Answer::Unknown => {
                        let reason = "the answer does not name it".to_owned();
                        self.pending.push(Event::Kept { indexes: vec![*index], reason });
                    }
                }
            }
            if !deleted.is_empty() {
                self.pending.push(Event::Deleted { indexes: deleted });
            }
        }
    }

    /// Waits for the first message's outcome: what fails again there would fail again everywhere.
    async fn canary(&mut self) -> Result<(), String> {
        let limit = self.settings.canary_limit;
        if limit.is_zero() || self.consumer.receipts.is_none() {
            return Ok(());
        }
        Box::pin(self.watch(limit, false)).await?;
        let failed = self.sent.first().map(|target| self.tally.state(target.index));
        match failed {
            Some(PlanItemState::FailedAgain(reason)) => {
                Err(format!("the first message failed again, so nothing more was sent: {reason}"))
            }
            _ => Ok(()),
        }
    }

    /// Watches what was sent and has no verdict yet. Only where `is_last`, what has none by then is unconfirmed.
    async fn watch(&mut self, limit: Duration, is_last: bool) -> Result<(), String> {
        let is_open = |target: &&Target| *self.tally.state(target.index) == PlanItemState::Sent;
        let targets: Vec<Target> = self.sent.iter().filter(is_open).cloned().collect();
        if targets.is_empty() {
            return Ok(());
        }
        let (aws, consumer, id, cancel) =
            (self.aws.clone(), self.consumer.clone(), self.id.clone(), self.cancel.clone());
        let (found, mut verdicts) = tokio::sync::mpsc::unbounded_channel();
        let watching = watch(&aws, &consumer, &id, targets, limit, &cancel, move |verdicts| {
            // The receiver lives as long as the watching.
            let _ = found.send(verdicts);
        });
        let taking = async {
            while let Some(mut results) = verdicts.recv().await {
                results.retain(|(_, verdict)| is_last || *verdict != Verdict::Unconfirmed);
                if results.is_empty() {
                    continue;
                }
                for (index, verdict) in &results {
                    self.tally.set(*index, verdict.clone().into());
                }
                self.record(vec![Event::Verified { results }]).await.map_err(|error| error.to_string())?;
                self.report(false, None);
            }
            Ok(())
        };
        let watching = async {
            watching.await;
            Ok(())
        };
        tokio::try_join!(watching, taking).map(drop)
    }

    /// Journals what is pending and `events`, in one durable write.
    pub(super) async fn record(&mut self, events: Vec<Event>) -> Result<(), JournalError> {
        let at: Timestamp = (self.settings.now)();
        let events = self.pending.iter().cloned().chain(events);
        let entries: Vec<Entry> = events.map(|event| Entry { id: self.id.clone(), at, event }).collect();
        let journal = Arc::clone(&self.journal);
        let append = move || journal.lock().unwrap_or_else(PoisonError::into_inner).append(&entries);
        tokio::task::spawn_blocking(append).await.unwrap_or_else(|error| {
            Err(JournalError::Write { path: self.settings.folder.clone(), source: io::Error::other(error) })
        })?;
        self.pending.clear();
        Ok(())
    }

    fn report(&mut self, is_done: bool, stopped: Option<String>) {
        // Nobody listens any more where the caller has gone; the work is ended in order all the same.
        let _ = self.tell.send(self.tally.report(is_done, stopped));
    }
}
