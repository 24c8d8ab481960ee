//! What a queue tells of itself.

use jiff::{SignedDuration, Timestamp};

/// A queue of a consumer, with its depths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueStatus {
    /// The consumer's name.
    pub consumer: String,
    /// The queue's part: its events, its failures, or what it parked.
    pub role: QueueRole,
    /// The queue's URL.
    pub url: String,
    /// ApproximateNumberOfMessages.
    pub visible: u64,
    /// ApproximateNumberOfMessagesNotVisible.
    pub in_flight: u64,
    /// ApproximateNumberOfMessagesDelayed.
    pub delayed: u64,
    /// MessageRetentionPeriod.
    pub retention: SignedDuration,
    /// maxReceiveCount of its redrive policy.
    pub max_receive_count: Option<u32>,
    /// The task that moves its messages away now, where the credentials allow to ask.
    pub move_task: Option<MoveTask>,
    /// When this was read.
    pub at: Timestamp,
}

/// A message move task (StartMessageMoveTask): the messages of a failure queue go elsewhere, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveTask {
    /// By what it is cancelled; told while it runs.
    pub handle: Option<String>,
    /// RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED.
    pub status: String,
    /// How many messages it has moved (ApproximateNumberOfMessagesMoved).
    pub moved: u64,
    /// How many there were as it began (ApproximateNumberOfMessagesToMove).
    pub total: Option<u64>,
    /// The name of the queue that they go to; none where each goes back to where it came from.
    pub destination: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
}

impl MoveTask {
    /// Whether it still moves messages.
    pub fn is_active(&self) -> bool {
        self.status == "RUNNING" || self.is_ending()
    }

    /// Whether it is being cancelled; what was moved stays moved.
    pub fn is_ending(&self) -> bool {
        self.status == "CANCELLING"
    }
}

/// A queue's part in a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueueRole {
    /// Events to process.
    Events,
    /// Events that failed too often.
    DeadLetter,
    /// Events that wait for a parser.
    Parked,
}

impl QueueRole {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::DeadLetter => "failed",
            Self::Parked => "parked",
        }
    }
}
