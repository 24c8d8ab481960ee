//! Messages held while they are looked at or sent again.
//!
//! Receiving is no reading: it hides a message and raises its receive count. So what is received is given back at
//! once when it is not wanted, and in the end whatever happens.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::mem;
use std::time::{Duration, Instant};

use jiff::SignedDuration;

use crate::aws::{Aws, AwsError, BATCH, Entry};
use crate::domain::QueuedMessage;

/// How long one receive waits for a message. Any waiting at all has SQS ask all of its servers, so that an empty answer
/// means an empty queue.
const WAIT: SignedDuration = SignedDuration::from_secs(1);

/// The longest time that SQS hides a message.
const LONGEST: Duration = Duration::from_hours(12);

/// Messages of one queue, hidden from others. What is still held when this is dropped is given back.
#[derive(Debug)]
pub struct Leases {
    aws: Aws,
    url: String,
    until: Instant,
    visibility: Duration,
    /// Receipt handles by message id. The messages themselves are not kept: there may be a hundred thousand.
    held: HashMap<Box<str>, Box<str>>,
    /// Handles of messages that were received and are not wanted.
    others: Vec<String>,
}

impl Leases {
    /// Holds nothing yet; what it will hold stays hidden for `visibility`.
    pub fn new(aws: &Aws, url: &str, visibility: Duration) -> Self {
        let visibility = visibility.min(LONGEST);
        Self {
            aws: aws.clone(),
            url: url.to_owned(),
            until: Instant::now() + visibility,
            visibility,
            held: HashMap::new(),
            others: Vec::new(),
        }
    }

    /// Receives until every message is found that `wanted` names (`wanted` answers true for one of them, and there
    /// are `count`), or the queue gives nothing `patience` times in a row, or nothing new for as long as all that was
    /// seen takes to come round. They stay hidden for `visibility`, the others only until this ends. `wanted` is asked
    /// once of each message.
    pub async fn gather(
        aws: &Aws,
        url: &str,
        visibility: Duration,
        count: usize,
        patience: u32,
        wanted: impl FnMut(&QueuedMessage) -> bool,
    ) -> Result<Self, AwsError> {
        let mut leases = Self::new(aws, url, visibility);
        leases.receive_until(patience, |held| held >= count, wanted).await?;
        leases.give_back_others().await;
        Ok(leases)
    }

    /// Receives as [`Leases::gather`] does, however many messages are held, until `is_over` says so.
    pub async fn gather_until(
        aws: &Aws,
        url: &str,
        visibility: Duration,
        patience: u32,
        is_over: impl Fn() -> bool,
        wanted: impl FnMut(&QueuedMessage) -> bool,
    ) -> Result<Self, AwsError> {
        let mut leases = Self::new(aws, url, visibility);
        leases.receive_until(patience, |_| is_over(), wanted).await?;
        leases.give_back_others().await;
        Ok(leases)
    }

    /// Receives as [`Leases::gather`] does until `count` are held. The others stay hidden too, so that the next time
    /// does not receive them again, until [they are given back](Self::give_back_others).
    pub async fn fill(
        &mut self,
        count: usize,
        patience: u32,
        wanted: impl FnMut(&QueuedMessage) -> bool,
    ) -> Result<(), AwsError> {
        if self.held.is_empty() {
            self.until = Instant::now() + self.visibility;
        }
        self.receive_until(patience, |held| held >= count, wanted).await
    }

    async fn receive_until(
        &mut self,
        patience: u32,
        is_over: impl Fn(usize) -> bool,
        mut wanted: impl FnMut(&QueuedMessage) -> bool,
    ) -> Result<(), AwsError> {
        let hide = SignedDuration::from_secs(self.visibility.as_secs() as i64);
        // Their hashes: of a hundred thousand the ids themselves would take their room.
        let mut seen = HashSet::new();
        let ids = RandomState::new();
        let (mut empty, mut stale) = (0, 0);
        while !is_over(self.held.len()) && empty < patience && stale <= seen.len() / BATCH {
            let received = self.aws.receive(&self.url, BATCH, hide, WAIT).await?;
            // A message that comes back while we look was hidden too briefly; it is no news.
            let mut has_news = false;
            empty = if received.is_empty() { empty + 1 } else { 0 };
            for received in received {
                let is_new = seen.insert(ids.hash_one(&received.message.id));
                has_news |= is_new;
                let is_held = self.held.contains_key(received.message.id.as_str());
                if is_held || (is_new && wanted(&received.message)) {
                    self.held.insert(received.message.id.into(), received.handle.into());
                } else {
                    self.others.push(received.handle);
                }
            }
            stale = if has_news || empty > 0 { 0 } else { stale + 1 };
        }
        Ok(())
    }

    /// Gives back what was received and is not wanted.
    pub async fn give_back_others(&mut self) {
        let others = mem::take(&mut self.others);
        give_back(&self.aws, &self.url, &others).await;
    }

    /// Gives back what is held and was not [forgotten](Self::forget).
    pub async fn give_back_held(&mut self) {
        let handles: Vec<String> = self.held.drain().map(|(_, handle)| handle.into_string()).collect();
        give_back(&self.aws, &self.url, &handles).await;
    }

    /// The ids of the messages held, and their receipt handles.
    pub fn held(&self) -> impl Iterator<Item = (&str, &str)> {
        self.held.iter().map(|(id, handle)| (&**id, &**handle))
    }

    /// The receipt handle of a message, if it is held and stays so for `margin` more.
    pub fn get(&self, message: &str, margin: Duration) -> Option<&str> {
        (Instant::now() + margin < self.until).then(|| self.held.get(message).map(|handle| &**handle)).flatten()
    }

    /// Hides what is held for its whole time anew, where less than `margin` and a third of that is left.
    ///
    /// A message hidden twelve hours in all comes back whatever is asked for (ChangeMessageVisibility in the SQS API
    /// reference); what cannot be hidden longer is found out when it is wanted.
    pub async fn keep(&mut self, margin: Duration) {
        let now = Instant::now();
        if self.held.is_empty() || now + margin + self.visibility / 3 < self.until {
            return;
        }
        let held: Vec<Box<str>> = self.held.keys().cloned().collect();
        let hide = SignedDuration::from_secs(self.visibility.as_secs() as i64);
        for batch in held.chunks(BATCH) {
            let handles: Vec<String> = batch.iter().filter_map(|id| Some(self.held.get(id)?.to_string())).collect();
            match self.aws.change_visibility_batch(&self.url, &handles, hide).await {
                Ok(answers) => {
                    let lost = batch.iter().zip(answers).filter(|(_, answer)| !matches!(answer, Entry::Done(_)));
                    for (id, _) in lost {
                        self.held.remove(id);
                    }
                }
                Err(error) => {
                    tracing::warn!(url = %self.url, %error, "held messages come back before they are sent");
                    return;
                }
            }
        }
        self.until = now + self.visibility;
    }

    /// The message is no longer ours to give back: it was deleted, or must stay hidden.
    pub fn forget(&mut self, message: &str) {
        self.held.remove(message);
    }

    /// The queue.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Gives everything back now.
    pub async fn release(mut self) {
        self.give_back_held().await;
        self.give_back_others().await;
    }

    fn handles(&mut self) -> Vec<String> {
        let held = self.held.drain().map(|(_, handle)| handle.into_string());
        held.chain(self.others.drain(..)).collect()
    }
}

impl Drop for Leases {
    fn drop(&mut self) {
        let handles = self.handles();
        // Without a runtime the queue itself gives them back when their time ends.
        if let (false, Ok(runtime)) = (handles.is_empty(), tokio::runtime::Handle::try_current()) {
            let (aws, url) = (self.aws.clone(), mem::take(&mut self.url));
            runtime.spawn(async move { give_back(&aws, &url, &handles).await });
        }
    }
}

async fn give_back(aws: &Aws, url: &str, handles: &[String]) {
    for batch in handles.chunks(BATCH) {
        // What cannot be given back appears again by itself; nothing is lost.
        if let Err(error) = aws.change_visibility_batch(url, batch, SignedDuration::ZERO).await {
            tracing::warn!(%url, %error, "messages stay hidden until their time ends");
        }
    }
}
