//! Why a replay does not begin, or stopped.

use crate::app::request::Trouble;
use crate::aws::AwsError;
use crate::domain::ReplayId;

use super::audit::AuditError;
use super::journal::JournalError;

/// Why a replay did not begin, or stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The profile allows no sending.
    #[error("profile {0} is read-only: nothing is sent")]
    ReadOnly(String),
    /// The profile has no such consumer.
    #[error("profile {profile} has no consumer \"{consumer}\"")]
    NoConsumer {
        /// What was asked for.
        consumer: String,
        /// The profile's name.
        profile: String,
    },
    /// The profile has no such consumer any more, or its queue is another one now.
    #[error(
        "the plan is for consumer {consumer} and its destination {destination}, which profile {profile} does not have"
    )]
    Consumer {
        /// The plan's consumer.
        consumer: String,
        /// Where the plan goes.
        destination: String,
        /// The profile's name.
        profile: String,
    },
    /// A FIFO queue or topic wants group and deduplication ids, which no S3 event has.
    #[error("{0} is FIFO, which takes no S3 events")]
    Fifo(String),
    /// The consumer has no failure queue that could be moved.
    #[error("consumer \"{0}\" has no failure queue")]
    NoFailureQueue(String),
    /// SQS takes one move task a queue at a time.
    #[error("a task moves messages of {queue} already ({moved} so far): task {task}")]
    Moving {
        /// The failure queue's ARN.
        queue: String,
        /// The task's handle.
        task: String,
        /// Messages moved so far.
        moved: u64,
    },
    /// The plan is older than it may be.
    #[error("the plan is older than 10 minutes: make it again, the objects may have changed")]
    Expired,
    /// The plan holds something else than was hashed.
    #[error("the plan is not the one that its hash {0} was made for")]
    Changed(String),
    /// The profile allows fewer objects at once.
    #[error("the plan has {items} objects, and profile {profile} allows {limit} at once")]
    TooMany {
        /// How many it has.
        items: usize,
        /// How many are allowed.
        limit: usize,
        /// The profile's name.
        profile: String,
    },
    /// There is nothing to send.
    #[error("the plan sends nothing")]
    Empty,
    /// Whoever wanted the plan wants it no more.
    #[error("the plan was given up; nothing was sent")]
    GivenUp,
    /// This very plan was confirmed before.
    #[error("this plan was sent already, as {0}")]
    Sent(ReplayId),
    /// The journal knows no such replay.
    #[error("the journal knows no replay {0}")]
    Missing(ReplayId),
    /// Everything of it was intended, at least.
    #[error("nothing of {0} is left to send")]
    Complete(ReplayId),
    /// The journal cannot be used: nothing was begun.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What was confirmed could not be written down: nothing was begun.
    #[error("{0}; nothing was sent")]
    Unaudited(#[from] AuditError),
    /// The journal failed before a batch.
    #[error("{0}; nothing of this batch was sent")]
    Unjournaled(#[source] JournalError),
    /// The journal failed after a batch, so that its outcome is not in it.
    #[error("{source}; the last batch of {sent} was sent, and will be shown as unknown")]
    OutcomeLost {
        /// How many messages that batch had.
        sent: usize,
        /// Why.
        source: JournalError,
    },
    /// The queues cannot be used.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The task that sends ended without a word.
    #[error("the replay broke off: {0}")]
    Broken(String),
}

impl ReplayError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::ReadOnly(_) => "start scops with a profile that is not read-only".into(),
            Self::Expired | Self::Changed(_) => "make the plan again".into(),
            Self::Unjournaled(_) | Self::OutcomeLost { .. } | Self::Journal(JournalError::Write { .. }) => {
                "free space on the disk; what was sent is in the journal, what was not is planned anew".into()
            }
            Self::Journal(JournalError::Busy { .. }) => "wait for it to end, or stop it".into(),
            Self::Unaudited(error) => return error.hint(),
            Self::Moving { .. } => "wait for its end, or stop it: `scops replay move --cancel`".into(),
            Self::TooMany { .. } => {
                "replay them in parts, or raise max_objects in [profiles.NAME.replay] of config.toml".into()
            }
            Self::NoFailureQueue(_) => "name it as dead_letter_url of the consumer".into(),
            Self::Aws(error) => return error.hint.clone(),
            _ => return None,
        })
    }
}

impl From<ReplayError> for Trouble {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Aws(error) => error.into(),
            other => Self { what: "the replay stopped".into(), hint: other.hint(), cause: other.to_string() },
        }
    }
}
