//! One replay under way.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::batch::{cut, marked, outcomes};
use super::tally::Tally;
use super::{Item, Settings, stored};
use crate::aws::{Aws, BATCH, Entry as Answer};
use crate::domain::size::plural;
use crate::domain::{Consumer, Input, MessageOrigin, PlanItemState, Profile, Progress, QueuedMessage, ReplayId};
use crate::replay::ReplayError;
use crate::replay::control::Orders;
use crate::replay::journal::{Entry, Event, Journal, JournalError, Sending, Verdict};
use crate::replay::lease::Leases;
use crate::replay::pace::Pace;
use crate::replay::verify::{Target, Watcher};

/// A message is sent only where its original stays hidden for so long still, and can be deleted in time.
const MARGIN: Duration = Duration::from_secs(20);
/// What receiving one message takes at most, ten at a time.
const RECEIVE: Duration = Duration::from_millis(20);
/// The pause before a refused message is tried again; it doubles each time.
const BACKOFF: Duration = Duration::from_millis(250);
/// The pause between two looks at what the first messages came to.
const OUTCOMES: Duration = Duration::from_millis(50);

/// How many messages go before the next ones wait for their outcomes: what fails again there would fail again
/// everywhere.
const TRIALS: [usize; 2] = [1, 4];
/// So many objects in a row that failed again stop a replay.
const FAILURES: usize = 10;
/// How often held messages are looked after while nothing is sent.
const CARE: Duration = Duration::from_secs(10);

/// The originals that are held, by the queue that they lay in.
type Held = Vec<(MessageOrigin, Leases)>;

/// What goes on from one window of originals to the next.
struct Course {
    pace: Pace,
    /// How many of the first messages still go before the next ones wait for their outcomes.
    trial: Option<usize>,
    trials: std::array::IntoIter<usize, 2>,
    /// How many batches in a row were refused whole.
    refusals: u32,
}

/// Sends the items, watches them, and journals both.
pub(super) struct Engine {
    pub(super) aws: Aws,
    pub(super) profile: Arc<Profile>,
    pub(super) consumer: Consumer,
    pub(super) id: ReplayId,
    pub(super) settings: Settings,
    /// Messages a second at most, where nothing else is ordered.
    pub(super) rate: u32,
    pub(super) orders: watch::Receiver<Orders>,
    pub(super) journal: Arc<Mutex<Journal>>,
    pub(super) tally: Tally,
    /// Whoever wanted it has gone.
    pub(super) cancel: CancellationToken,
    pub(super) tell: UnboundedSender<Progress>,
    /// Journaled with the next durable write: nothing waits for it.
    pub(super) pending: Vec<Event>,
    pub(super) watcher: Watcher,
    /// How many objects have failed again since the last one that recovered.
    pub(super) failures: usize,
}

impl Engine {
    /// Sends `items`, watches what was sent, and journals the end. Gives why it stopped before that, where it did.
    pub(super) async fn run(mut self, items: Vec<Item>) -> Option<String> {
        let mut stopped = Box::pin(self.send_all(items)).await.err();
        self.report(false, stopped.clone());
        if let Err(cause) = Box::pin(self.watch_out()).await {
            stopped.get_or_insert(cause);
        }
        let indexed = Box::pin(self.indexed()).await;
        let mut events: Vec<Event> = indexed.iter().cloned().map(Event::Indexed).collect();
        self.tally.indexed = indexed.map(Box::new);
        events.push(Event::Finished { stopped: stopped.clone() });
        if let Err(error) = self.record(events).await {
            stopped.get_or_insert(error.to_string());
        }
        self.report(true, stopped.clone());
        stopped
    }

    /// Sends the items in windows: no more originals are held at a time than [`Settings::window`]. All go in the plan's
    /// order where one window takes them; SQS gives of more what it likes.
    async fn send_all(&mut self, items: Vec<Item>) -> Result<(), String> {
        let mut leases = self.leases(&items);
        let result = Box::pin(self.send_windows(items, &mut leases)).await;
        for (_, leases) in leases {
            leases.release().await;
        }
        result
    }

    async fn send_windows(&mut self, mut left: Vec<Item>, leases: &mut Held) -> Result<(), String> {
        let mut trials = TRIALS.into_iter();
        let mut course = Course { pace: Pace::new(self.rate()), trial: trials.next(), trials, refusals: 0 };
        while !left.is_empty() {
            self.fill(&left, leases).await?;
            let mut window = Vec::new();
            if left.len() > self.settings.window {
                window.extend(left.extract_if(.., |item| is_held(leases, item, MARGIN)));
            }
            // Of what is left no message is there, or it fits.
            if window.is_empty() {
                window = std::mem::take(&mut left);
            }
            if left.is_empty() {
                for (_, leases) in leases.iter_mut() {
                    leases.give_back_others().await;
                }
            }
            Box::pin(self.send_window(window.into(), left.is_empty(), leases, &mut course)).await?;
            // What was refused for good.
            for (_, leases) in leases.iter_mut() {
                leases.give_back_held().await;
            }
        }
        Ok(())
    }

    async fn send_window(
        &mut self,
        mut waiting: VecDeque<Item>,
        is_last: bool,
        leases: &mut Held,
        course: &mut Course,
    ) -> Result<(), String> {
        let mut again = VecDeque::new();
        loop {
            // Refused messages are tried alone once the others have gone; the first one at once.
            if waiting.is_empty() {
                let Some(item) = again.pop_front() else { return Ok(()) };
                waiting.push_back(item);
            }
            let attempts = waiting.front().map_or(0, |item| item.attempts).max(course.refusals);
            let size = if attempts > 0 { 1 } else { course.trial.unwrap_or(BATCH) };
            let backoff = if attempts > 0 { BACKOFF * 2u32.pow(attempts.min(8) - 1) } else { Duration::ZERO };
            let wait = course.pace.wait(Instant::now(), size.min(waiting.len())).max(backoff);
            if !self.wait(wait, leases).await? {
                course.pace.set_rate(self.rate());
                continue;
            }
            let limit = size.min(course.pace.available(Instant::now()));
            let count = cut(waiting.iter().map(|item| &item.message), limit);
            let batch = self.leased(waiting.drain(..count).collect(), leases).await?;
            if batch.is_empty() {
                continue;
            }
            let answers = self.send(&batch, &mut course.pace).await?;
            self.delete(&batch, &answers, leases).await;
            self.report(false, None);

            let is_sent = |answer: &Sending| matches!(answer, Sending::Sent { .. });
            let sent = answers.iter().filter(|answer| is_sent(answer)).count();
            let refused = answers.iter().filter(|answer| matches!(answer, Sending::Refused { .. })).count();
            if sent == 0 && refused < batch.len() {
                let open = plural(batch.len() - refused, "message");
                return Err(format!("whether {open} went out is not known, so nothing more was sent"));
            }
            course.refusals = if refused == batch.len() { course.refusals + 1 } else { 0 };
            let mut reason = None;
            for (mut item, answer) in batch.into_iter().zip(answers) {
                if let Sending::Refused { reason: why } = answer {
                    item.attempts += 1;
                    reason = Some(why);
                    if item.attempts > self.settings.retries {
                        continue;
                    }
                    if course.trial.is_some() { waiting.push_front(item) } else { again.push_back(item) }
                }
            }
            if course.refusals > self.settings.retries {
                let reason = reason.unwrap_or_default();
                return Err(format!("the queue refused {} batches in a row: {reason}", course.refusals));
            }
            if let Some(left) = &mut course.trial {
                *left -= sent.min(*left);
                let has_more = !(is_last && waiting.is_empty() && again.is_empty());
                if *left == 0 && has_more {
                    Box::pin(self.outcomes(leases)).await?;
                    course.trial = course.trials.next();
                }
            }
        }
    }

    /// Waits as long, and while the replay is paused; takes verdicts meanwhile. False where something else was ordered,
    /// so that what to wait for must be told anew; an error where nothing more may be sent.
    async fn wait(&mut self, wait: Duration, leases: &mut Held) -> Result<bool, String> {
        let until = tokio::time::Instant::now() + wait;
        loop {
            let orders = *self.orders.borrow();
            if orders.is_aborted {
                return Err("aborted".to_owned());
            }
            for (_, leases) in leases.iter_mut() {
                leases.keep(MARGIN * 2).await;
            }
            if !orders.is_paused && tokio::time::Instant::now() >= until && !self.orders.has_changed().unwrap_or(false)
            {
                return Ok(true);
            }
            let end = if orders.is_paused { tokio::time::Instant::now() + CARE } else { until };
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err("given up".to_owned()),
                _ = self.orders.changed() => {
                    self.report(false, None);
                    if !self.orders.borrow().is_aborted {
                        return Ok(false);
                    }
                }
                Some(verdicts) = self.watcher.next() => self.take(verdicts).await?,
                () = tokio::time::sleep_until(end) => {}
            }
        }
    }

    /// Waits for the outcomes of all that has been sent, for a while.
    async fn outcomes(&mut self, leases: &mut Held) -> Result<(), String> {
        if self.settings.canary_limit.is_zero() || self.consumer.receipts.is_none() {
            return Ok(());
        }
        let until = Instant::now() + self.settings.canary_limit;
        while self.tally.on_their_way() > 0 && Instant::now() < until {
            self.wait(OUTCOMES, leases).await?;
        }
        match self.tally.first_failure() {
            Some(reason) => Err(format!("a message failed again, so nothing more was sent: {reason}")),
            None => Ok(()),
        }
    }

    /// Nothing more is sent: watches until all have their verdicts or the time is up.
    async fn watch_out(&mut self) -> Result<(), String> {
        self.watcher.close();
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err("given up while its outcomes were watched".to_owned()),
                verdicts = self.watcher.next() => match verdicts {
                    Some(verdicts) => self.journal_verdicts(verdicts).await?,
                    None => return Ok(()),
                },
            }
        }
    }

    /// Takes verdicts; an error where they tell that sending more would be no good.
    async fn take(&mut self, verdicts: Vec<(usize, Verdict)>) -> Result<(), String> {
        self.journal_verdicts(verdicts).await?;
        if self.failures >= FAILURES {
            return Err(format!("{} messages in a row failed again, so nothing more was sent", self.failures));
        }
        Ok(())
    }

    async fn journal_verdicts(&mut self, results: Vec<(usize, Verdict)>) -> Result<(), String> {
        for (index, verdict) in &results {
            self.failures = match verdict {
                Verdict::Recovered => 0,
                Verdict::FailedAgain { .. } => self.failures + 1,
                Verdict::Unconfirmed => self.failures,
            };
            self.tally.set(*index, verdict.clone().into());
        }
        self.record(vec![Event::Verified { results }]).await.map_err(|error| error.to_string())?;
        self.report(false, None);
        Ok(())
    }

    /// The queues that the items' originals lie in; nothing of them is held yet.
    fn leases(&self, items: &[Item]) -> Held {
        let most = items.len().min(self.settings.window);
        let visibility = Duration::from_secs(most as u64 * 2 / u64::from(self.rate()))
            + RECEIVE * u32::try_from(most).unwrap_or(u32::MAX)
            + self.settings.canary_limit
            + MARGIN * 3;
        let queues = [
            (MessageOrigin::DeadLetter, &self.consumer.dead_letter_url),
            (MessageOrigin::Parked, &self.consumer.parked_url),
        ];
        queues
            .into_iter()
            .filter(|(origin, _)| items.iter().any(|item| item.origin == *origin))
            .filter_map(|(origin, url)| Some((origin, Leases::new(&self.aws, url.as_deref()?, visibility))))
            .collect()
    }

    /// Receives a window of the originals from the queues that they lie in, hidden from others until they are sent.
    async fn fill(&mut self, items: &[Item], leases: &mut Held) -> Result<(), String> {
        for (origin, leases) in leases {
            let wanted: HashSet<&str> =
                items.iter().filter(|item| item.origin == *origin).map(|item| item.message.id()).collect();
            let count = wanted.len().min(self.settings.window);
            let mut filling = pin!(leases.fill(count, 2, |message| wanted.contains(message.id.as_str())));
            loop {
                tokio::select! {
                    biased;
                    () = self.cancel.cancelled() => return Err("given up".to_owned()),
                    _ = self.orders.changed() => {
                        self.report(false, None);
                        if self.orders.borrow().is_aborted {
                            return Err("aborted".to_owned());
                        }
                    }
                    Some(verdicts) = self.watcher.next() => self.take(verdicts).await?,
                    filled = &mut filling => {
                        filled.map_err(|error| error.to_string())?;
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The items whose originals are held; the others are journaled as not sent.
    async fn leased(&mut self, items: Vec<Item>, leases: &Held) -> Result<Vec<Item>, String> {
        let missing = stored::missing(&self.aws, &items).await;
        let is_there = |item: &Item| !missing.contains_key(&item.index) && is_held(leases, item, MARGIN);
        let (held, lost): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_there);
        if !lost.is_empty() {
            let reason = |item: &Item| {
                let gone = || "its message is no longer in the queue that it lay in".to_owned();
                missing.get(&item.index).cloned().unwrap_or_else(gone)
            };
            let refused = |item: &Item| (item.index, Sending::Refused { reason: reason(item) });
            let results = lost.iter().map(refused).collect();
            self.record(vec![Event::Outcome { results }]).await.map_err(|error| error.to_string())?;
            for item in lost {
                self.tally.set(item.index, PlanItemState::NotSent(reason(&item)));
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
        let messages: Vec<QueuedMessage> = batch.iter().map(|item| marked(item.message.unpack(), &self.id)).collect();
        let answers = self.post(&messages).await;
        pace.record(Instant::now(), batch.len());

        let results = indexes.iter().copied().zip(answers.iter().cloned()).collect();
        let sent = answers.iter().filter(|answer| matches!(answer, Sending::Sent { .. })).count();
        let recorded = self.record(vec![Event::Outcome { results }]).await;
        for (item, answer) in batch.iter().zip(&answers) {
            let state = match answer {
                _ if recorded.is_err() => PlanItemState::Intended,
                Sending::Sent { .. } => {
                    self.watcher.add(Target { index: item.index, object: item.object.clone(), sent: begun });
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
        let count = messages.len();
        match &self.consumer.input {
            Input::Queue(url) => outcomes(count, self.aws.send_batch(url, messages).await),
            Input::Topic(arn) => outcomes(count, self.aws.publish_batch(arn, messages).await),
            Input::Function(name) => {
                let invoked = messages.iter().map(|message| async {
                    let answer = self.aws.invoke(name, &message.body).await.map(|id| vec![Answer::Done(id)]);
                    outcomes(1, answer)
                });
                futures::future::join_all(invoked).await.into_iter().flatten().collect()
            }
        }
    }

    /// Deletes the originals of what was acknowledged and journaled.
    async fn delete(&mut self, batch: &[Item], answers: &[Sending], leases: &mut Held) {
        self.pending.extend(stored::delete(&self.aws, batch, answers).await);
        for (origin, leases) in leases {
            let sent = batch
                .iter()
                .zip(answers)
                .filter(|(item, answer)| item.origin == *origin && matches!(answer, Sending::Sent { .. }));
            let originals: Vec<(usize, &str, String)> = sent
                .filter_map(|(item, _)| {
                    let handle = leases.get(item.message.id(), Duration::ZERO)?;
                    Some((item.index, item.message.id(), handle.to_owned()))
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

    /// Journals what is pending and `events`, in one durable write.
    pub(super) async fn record(&mut self, events: Vec<Event>) -> Result<(), JournalError> {
        let at: Timestamp = (self.settings.now)();
        let events = self.pending.iter().cloned().chain(events);
        let entries: Vec<Entry> = events.map(|event| Entry { id: self.id.clone(), at, event }).collect();
        let journal = Arc::clone(&self.journal);
        let append = move || journal.lock().unwrap_or_else(PoisonError::into_inner).append(entries);
        tokio::task::spawn_blocking(append).await.unwrap_or_else(|error| {
            Err(JournalError::Write { path: self.settings.folder.clone(), source: io::Error::other(error) })
        })?;
        self.pending.clear();
        Ok(())
    }

    /// Messages a second at most, now.
    fn rate(&self) -> u32 {
        self.orders.borrow().rate.unwrap_or(self.rate).max(1)
    }

    fn report(&mut self, is_done: bool, stopped: Option<String>) {
        // Nobody listens any more where the caller has gone; the work is ended in order all the same.
        let _ = self.tell.send(self.tally.report(self.rate(), self.orders.borrow().is_paused, is_done, stopped));
    }
}

/// Whether the item's original is held for `margin` more, or needs not be.
fn is_held(leases: &Held, item: &Item, margin: Duration) -> bool {
    match item.origin {
        MessageOrigin::Synthesised | MessageOrigin::Saved | MessageOrigin::Stored => true,
        MessageOrigin::DeadLetter | MessageOrigin::Parked => leases
            .iter()
            .any(|(origin, leases)| *origin == item.origin && leases.get(item.message.id(), margin).is_some()),
    }
}
