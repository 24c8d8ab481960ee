//! Keeps the index good while the worker works: merges the small files of hours that are over.
//!
//! Nobody has to permit it: two that merge at once do no harm. A lease in the bucket only spares them the same work.
//! Events never wait for it: one partition is merged at a time, for a bounded share of the time, and what fails here
//! is told in the log and tried again.

mod lease;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use self::lease::Lease;
use super::compact::part::Partition;
use super::compact::{self, CompactError, Options};
use super::{Inner, now};
use crate::domain::Index;

/// When a worker merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upkeep {
    /// How long an hour is over, and its files are old, before they are merged.
    pub older_than: SignedDuration,
    /// How often it looks for such hours.
    pub every: Duration,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self { older_than: SignedDuration::from_mins(30), every: Duration::from_mins(10) }
    }
}

/// Hours that are looked at when a worker begins: what workers before it have left. What is older is left to
/// `scops index compact`.
const BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A pause after each partition is so many times as long as merging it took: at most a quarter of the time is merging.
const PAUSES: u32 = 3;
/// Partitions that are remembered; beyond, all of the last days are looked at again.
const REMEMBERED: usize = 20_000;

/// The partitions into which this worker has written since they were merged.
#[derive(Debug)]
pub(super) struct Written(Mutex<Remembered>);

#[derive(Debug)]
struct Remembered {
    partitions: BTreeSet<Partition>,
    /// Whether there may be more of them than are remembered.
    may_be_more: bool,
}

impl Default for Written {
    fn default() -> Self {
        Self(Mutex::new(Remembered { partitions: BTreeSet::new(), may_be_more: true }))
    }
}

impl Written {
    /// Remembers a partition.
    pub(super) fn note(&self, partition: Partition) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.partitions.len() >= REMEMBERED {
            known.partitions.clear();
            known.may_be_more = true;
        }
        known.partitions.insert(partition);
    }

    /// All that is remembered, which is forgotten; and whether there may be more.
    fn take(&self) -> (BTreeSet<Partition>, bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut known.partitions), std::mem::take(&mut known.may_be_more))
    }

    fn look_at_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).may_be_more = true;
    }
}

/// Merges until `over` is cancelled; what is begun then is given up, which the next that merges mends.
pub(super) async fn run(worker: &Inner, upkeep: Upkeep, over: CancellationToken) {
    let Some(index) = &worker.profile.index else { return };
    // Only what a receipt names is merged.
    if worker.consumer.receipts.is_none() {
        return;
    }
    let mut lease = Lease::new(index);
    while !over.is_cancelled() {
        let looked = over.run_until_cancelled(Box::pin(look(worker, index, &mut lease, upkeep.older_than))).await;
        if let Some(Err(error)) = looked {
            tracing::warn!(%error, "the index cannot be looked at for files to merge");
        }
        if let Err(error) = lease.give_back(&worker.aws).await {
            tracing::debug!(%error, "the lease is not given back, and ends by itself");
        }
        over.run_until_cancelled(tokio::time::sleep(upkeep.every)).await;
    }
}

/// Merges what can be merged now.
async fn look(
    worker: &Inner,
    index: &Index,
    lease: &mut Lease,
    older_than: SignedDuration,
) -> Result<(), CompactError> {
    if !lease.take(&worker.aws, now()).await? {
        return Ok(());
    }
    let (mut partitions, may_be_more) = worker.written.take();
    if may_be_more {
        match recent(worker, index, now()).await {
            Ok(more) => partitions.extend(more),
            Err(error) => {
                worker.written.look_at_all();
                for partition in partitions {
                    worker.written.note(partition);
                }
                return Err(error);
            }
        }
    }
    let mut left = partitions.into_iter();
    while let Some(partition) = left.next() {
        let since = Instant::now();
        match Box::pin(merge(worker, index, &partition, older_than)).await {
            Ok(Left::Nothing) => {}
            Ok(Left::Young) => worker.written.note(partition),
            Err(error) => {
                tracing::warn!(%error, partition = partition.path(), "the files of an hour are not merged");
                worker.written.note(partition);
            }
        }
        tokio::time::sleep(since.elapsed() * PAUSES).await;
        let is_held = lease.take(&worker.aws, now()).await;
        if !matches!(is_held, Ok(true)) {
            left.by_ref().for_each(|partition| worker.written.note(partition));
        }
        is_held?;
    }
    Ok(())
}

/// What a partition still holds after it was merged.
enum Left {
    Nothing,
    /// Files that are to be merged later.
    Young,
}

async fn merge(
    worker: &Inner,
    index: &Index,
    partition: &Partition,
    older_than: SignedDuration,
) -> Result<Left, CompactError> {
    let options = Options { older_than, now: now(), is_dry_run: false };
    if !partition.hour().is_some_and(|hour| compact::is_closed(hour, &options)) {
        return Ok(Left::Young);
    }
    let told = compact::compact(&worker.aws, &worker.profile, index, partition, &options).await?;
    if told.merged > 0 {
        let (path, files) = (partition.path(), told.merged);
        tracing::info!(path, files, before = %told.before, after = %told.after, "the files of an hour are merged");
    }
    Ok(if told.young > 0 { Left::Young } else { Left::Nothing })
}

/// The partitions of the last days.
async fn recent(worker: &Inner, index: &Index, now: Timestamp) -> Result<Vec<Partition>, CompactError> {
    let first = now.checked_sub(BEFORE).unwrap_or(now).strftime("%Y-%m-%d-%H").to_string();
    Ok(compact::partitions(&worker.aws, index, None, |hour| hour >= first.as_str()).await?)
}
