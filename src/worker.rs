//! The consumer behind the bucket: takes object events from its queue, parses each object with the shared parser,
//! writes the search index, what its rules found and a receipt, and lets the queue know.
//!
//! What it does for an object depends on the object alone, so that an event may come any number of times. What fails
//! is written down and left to the queue, whose redrive policy moves it to the failure queue after its retries; what
//! has no parser yet is parked.

mod acknowledge;
mod alerts;
pub mod columns;
pub mod compact;
pub mod ddl;
pub mod digest;
pub mod index;
mod park;
mod process;
mod settle;
pub mod stream;
pub mod tables;
mod upkeep;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::process::Outcome;
use crate::aws::{Aws, AwsError, BATCH, Kind, Received};
use crate::domain::{Consumer, Profile};

pub use ddl::ddl;
pub use upkeep::Upkeep;

/// How long to wait before asking a queue again that could not be reached.
const RECONNECT: Duration = Duration::from_secs(2);
/// How long a queue that is being asked may take to answer once the worker is told to stop.
const LAST: Duration = Duration::from_secs(1);
/// How long messages in hand may take to be finished after that: a container is killed 10 s after it is told to stop.
const FAREWELL: Duration = Duration::from_secs(6);
/// How long giving messages back may take after that.
const RELEASE: Duration = Duration::from_secs(2);

/// How a worker works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerOptions {
    /// Messages processed at the same time.
    pub concurrency: usize,
    /// Messages in hand at most: processed, or waiting for it.
    pub in_flight: usize,
    /// How long a message stays hidden while it is worked on; renewed while that takes longer.
    pub visibility: SignedDuration,
    /// How long a failed message stays hidden before its first retry; twice as long before each further one. Zero
    /// retries at once.
    pub retry_after: SignedDuration,
    /// How long one request waits for messages, at most 20 s.
    pub wait: SignedDuration,
    /// When it merges the index's files of hours that are over; nothing where others do.
    pub upkeep: Option<Upkeep>,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            in_flight: 64,
            visibility: SignedDuration::from_secs(120),
            retry_after: SignedDuration::from_secs(10),
            wait: SignedDuration::from_secs(20),
            upkeep: None,
        }
    }
}

impl WorkerOptions {
    /// For objects that have lain there for long: what fails now fails a minute later as well.
    pub fn retrying_at_once() -> Self {
        Self { retry_after: SignedDuration::ZERO, ..Self::default() }
    }
}

/// What a worker has done since it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages taken from the queue.
    pub received: u64,
    /// Objects with a receipt.
    pub processed: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Messages parked.
    pub parked: u64,
    /// Good records.
    pub records: u64,
    /// Messages done with, whichever way.
    pub finished: u64,
}

#[derive(Debug, Default)]
struct Counters {
    received: AtomicU64,
    processed: AtomicU64,
    failed: AtomicU64,
    parked: AtomicU64,
    records: AtomicU64,
    finished: AtomicU64,
}

impl Counters {
    fn add(counter: &AtomicU64, number: u64) {
        counter.fetch_add(number, Ordering::Relaxed);
    }
}

/// A consumer's worker. Cheap to clone; the clones share their tally.
#[derive(Debug, Clone)]
pub struct Worker {
    inner: Arc<Inner>,
}

/// How a worker is told to end.
#[derive(Debug, Clone)]
struct Leaving {
    /// Nothing new is begun from now on.
    told: CancellationToken,
    /// What is begun is given up, too.
    is_late: CancellationToken,
}

#[derive(Debug)]
struct Inner {
    aws: Aws,
    profile: Arc<Profile>,
    consumer: Consumer,
    options: WorkerOptions,
    counters: Counters,
    written: upkeep::Written,
    turns: settle::Turns,
}

impl Worker {
    /// A worker for one consumer of a profile. Does nothing until it is run.
    pub fn new(aws: Aws, profile: Arc<Profile>, consumer: Consumer, options: WorkerOptions) -> Self {
        let inner = Inner {
            aws,
            profile,
            consumer,
            options,
            counters: Counters::default(),
            written: upkeep::Written::default(),
            turns: settle::Turns::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// What it has done so far.
    pub fn tally(&self) -> Tally {
        let counters = &self.inner.counters;
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            received: load(&counters.received),
            processed: load(&counters.processed),
            failed: load(&counters.failed),
            parked: load(&counters.parked),
            records: load(&counters.records),
            finished: load(&counters.finished),
        }
    }

    /// Works until `shutdown` is cancelled; then finishes what it has begun, gives the rest back to the queue, and
    /// returns. An error is one that waiting does not mend: no such queue, no credentials, no right.
    pub async fn run(&self, shutdown: CancellationToken) -> Result<(), AwsError> {
        let options = &self.inner.options;
        let (finished, handles) = mpsc::channel(options.in_flight.max(BATCH));
        let url = self.inner.consumer.input.place().to_owned();
        let acknowledging = tokio::spawn(acknowledge::run(self.inner.aws.clone(), url, handles));
        let hands = Arc::new(Semaphore::new(options.concurrency.max(1)));
        let room = Arc::new(Semaphore::new(options.in_flight.max(BATCH)));
        let mut tasks = JoinSet::new();
        let leaving = Leaving { told: shutdown.child_token(), is_late: CancellationToken::new() };
        let over = shutdown.child_token();
        let keeping = options.upkeep.map(|upkeep| {
            let (inner, over) = (Arc::clone(&self.inner), over.clone());
            // On its own: whatever becomes of it, events are processed.
            tokio::spawn(async move { upkeep::run(&inner, upkeep, over).await })
        });
        let ended = loop {
            while tasks.try_join_next().is_some() {}
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break Ok(()),
                () = Self::wait_for_room(&room) => {}
            }
            let mut receiving = pin!(self.receive());
            let received = tokio::select! {
                received = &mut receiving => received,
                // What the queue hands out at this moment would stay hidden: it is taken, and given back.
                () = shutdown.cancelled() => match tokio::time::timeout(LAST, receiving).await {
                    Ok(received) => received,
                    Err(_) => break Ok(()),
                },
            };
            let messages = match received {
                Ok(messages) => messages,
                Err(error) if error.kind.is_passing() || error.kind == Kind::Other => {
                    tracing::warn!(%error, "the queue does not answer");
                    tokio::select! {
                        () = shutdown.cancelled() => break Ok(()),
                        () = tokio::time::sleep(RECONNECT) => continue,
                    }
                }
                Err(error) => break Err(error),
            };
            for message in messages {
                let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
                let (worker, hands, finished) = (self.clone(), Arc::clone(&hands), finished.clone());
                let leaving = leaving.clone();
                tasks.spawn(async move {
                    let _place = place;
                    worker.handle(message, &hands, &finished, &leaving).await;
                });
            }
        };
        drop(finished);
        // What was received while the queue failed is not begun either.
        leaving.told.cancel();
        for limit in [FAREWELL, RELEASE] {
            let last = async { while tasks.join_next().await.is_some() {} };
            if tokio::time::timeout(limit, last).await.is_ok() {
                break;
            }
            leaving.is_late.cancel();
        }
        // What could not even be given back comes back when its visibility ends.
        tasks.shutdown().await;
        let _ = acknowledging.await;
        over.cancel();
        if let Some(keeping) = keeping
            && let Err(error) = keeping.await
        {
            tracing::error!(%error, "merging the index's files ended before its time");
        }
        ended
    }

    /// Waits until there is room for a whole batch, so that no message waits hidden for long.
    async fn wait_for_room(room: &Semaphore) {
        if let Ok(permits) = room.acquire_many(BATCH as u32).await {
            drop(permits);
        }
    }

    /// Waits for messages.
    async fn receive(&self) -> Result<Vec<Received>, AwsError> {
        let options = &self.inner.options;
        let url = self.inner.consumer.input.place();
        let messages = self.inner.aws.receive(url, BATCH, options.visibility, options.wait).await?;
        Counters::add(&self.inner.counters.received, messages.len() as u64);
        Ok(messages)
    }

    /// Processes one message and tells the queue.
    async fn handle(&self, received: Received, hands: &Semaphore, finished: &mpsc::Sender<String>, leaving: &Leaving) {
        let inner = &self.inner;
        let outcome = {
            let work = async {
                let _hand = tokio::select! {
                    biased;
                    () = leaving.told.cancelled() => return None,
                    hand = hands.acquire() => hand,
                };
                tokio::select! {
                    outcome = Box::pin(process::message(inner, &received.message)) => Some(outcome),
                    () = leaving.is_late.cancelled() => None,
                }
            };
            self.keep_hidden(&received.handle, work).await
        };
        let Some(outcome) = outcome else { return self.give_back(&received.handle).await };
        match outcome {
            Outcome::Done => {
                let _ = finished.send(received.handle).await;
            }
            Outcome::Parked => {
                Counters::add(&inner.counters.parked, 1);
                let _ = finished.send(received.handle).await;
            }
            Outcome::Failed => {
                Counters::add(&inner.counters.failed, 1);
                let delay = self.backoff(received.message.receive_count);
                let hidden = inner.aws.change_visibility(inner.consumer.input.place(), &received.handle, delay).await;
                if let Err(error) = hidden {
                    // It comes back all the same, when the visibility of its receipt ends.
                    tracing::warn!(%error, "a failed message waits longer than meant");
                }
            }
        }
        Counters::add(&inner.counters.finished, 1);
    }

    /// Lets another worker have a message at once.
    async fn give_back(&self, handle: &str) {
        let input = self.inner.consumer.input.place();
        if let Err(error) = self.inner.aws.change_visibility(input, handle, SignedDuration::ZERO).await {
            tracing::warn!(%error, "a message that was not finished comes back when its visibility ends");
        }
    }

    /// Renews the message's visibility for as long as the work takes.
    async fn keep_hidden<T>(&self, handle: &str, work: impl Future<Output = T>) -> T {
        let inner = &self.inner;
        let visibility = inner.options.visibility;
        let half = Duration::try_from(visibility / 2).unwrap_or_default().max(Duration::from_secs(1));
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(half) => {
                    if let Err(error) = inner.aws.change_visibility(inner.consumer.input.place(), handle, visibility).await {
                        tracing::warn!(%error, "a message in work may be given to another worker");
                    }
                }
            }
        }
    }

    fn backoff(&self, receives: u32) -> SignedDuration {
        /// SQS hides a message for 12 hours at most; nobody wants to wait that long.
        const LONGEST: SignedDuration = SignedDuration::from_mins(15);
        let doubled = receives.saturating_sub(1).min(16);
        self.inner.options.retry_after.checked_mul(1 << doubled).map_or(LONGEST, |delay| delay.min(LONGEST))
    }
}

/// The present, for what is written down.
fn now() -> Timestamp {
    Timestamp::now()
}
