//! The queue service: standard queues over SQLite, spoken in SQS's JSON protocol.
//!
//! FIFO queues are refused. Behaviour follows the Amazon SQS API reference and developer guide.

mod api;
mod attributes;
mod messages;
mod moves;
mod queues;
mod receipts;

#[cfg(test)]
mod tests;

pub(crate) use self::attributes::{
    Attribute, AttributeValue, Attributes, check as check_attributes, size as attributes_size,
};
pub(crate) use self::messages::{EnqueueError, Outgoing, enqueue};
pub(crate) use self::queues::Queue;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::database::Database;

/// A message with its attributes has at most this many bytes, and so has a batch.
pub(crate) const MESSAGE_LIMIT: usize = 1024 * 1024;
/// Entries in a batch, and messages in a receive.
pub(crate) const BATCH_LIMIT: usize = 10;

/// The queues of a lab; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Queues {
    database: Database,
    clock: Clock,
    /// Counts commits that may have made messages visible: long polls wait on it.
    arrivals: watch::Sender<u64>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Queues {
    pub(crate) fn new(database: Database, clock: Clock) -> Queues {
        Queues {
            database,
            clock,
            arrivals: watch::Sender::new(0),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Wakes the long polls: something was committed that they may want to see.
    pub(crate) fn wake(&self) {
        self.arrivals.send_modify(|count| *count += 1);
    }

    /// Ends long polls and pauses move tasks, which go on after a restart.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until nothing runs any more; only after [`Queues::stop`].
    pub(crate) async fn stopped(&self) {
        self.tasks.wait().await;
    }
}
