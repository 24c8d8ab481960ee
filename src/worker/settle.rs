//! Rows of objects that were processed again leave the compacted files, for as many objects at once as there are.
//!
//! A compacted file is replaced as a whole. Where many objects of an hour are processed again, as by a newer parser,
//! those that come while it is being replaced wait, and go all together in the next turn.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::Inner;
use super::compact::part::Partition;
use super::compact::{self, Replaced};
use crate::aws::{AwsError, Kind};
use crate::domain::Index;

/// The partitions whose compacted files are being replaced, or are about to be.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<Partition, Arc<Turn>>>);

/// One turn at a time.
#[derive(Debug, Default)]
struct Turn {
    running: tokio::sync::Mutex<()>,
    waiting: Mutex<Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    replaced: Replaced,
    done: oneshot::Sender<Result<(), AwsError>>,
}

impl Turns {
    fn of(&self, partition: &Partition) -> Arc<Turn> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Who has a turn holds it too.
        all.retain(|known, turn| known == partition || Arc::strong_count(turn) > 1);
        Arc::clone(all.entry(partition.clone()).or_default())
    }
}

/// Takes out of a partition's compacted files what a new version of an object replaces.
pub(super) async fn settle(
    worker: &Inner,
    index: &Index,
    partition: &Partition,
    replaced: Replaced,
) -> Result<(), AwsError> {
    let turn = worker.turns.of(partition);
    let (done, mut told) = oneshot::channel();
    turn.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Waiting { replaced, done });
    let _running = turn.running.lock().await;
    // Whoever was before may have done it along with its own.
    if let Ok(result) = told.try_recv() {
        return result;
    }
    let all = std::mem::take(&mut *turn.waiting.lock().unwrap_or_else(PoisonError::into_inner));
    // What somebody gave up may not be true any more.
    let wanted = all.into_iter().filter(|one| !one.done.is_closed());
    let (replaced, waiting): (Vec<_>, Vec<_>) = wanted.map(|one| (one.replaced, one.done)).unzip();
    let result = compact::settle(&worker.aws, index, partition, &replaced).await.map_err(AwsError::from);
    for one in waiting {
        let _ = one.send(result.clone());
    }
    told.try_recv().unwrap_or_else(|_| Err(given_up()))
}

/// Whoever had the turn was stopped in it.
fn given_up() -> AwsError {
    AwsError {
        kind: Kind::Other,
        subject: "cannot take old records out of the index".to_owned(),
        cause: "the worker was stopped".to_owned(),
        hint: None,
        region: None,
        status: None,
    }
}
