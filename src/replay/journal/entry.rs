//! What the journal remembers.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ByteSize, Indexed, MessageOrigin, ObjectId, Packed, PlanItem, PlanItemState, ReplayId};

/// One entry: which replay, when, and what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which replay.
    pub id: ReplayId,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened in a replay. Indexes count the plan's items from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A plan was confirmed. Its items follow in [`Event::Items`], in the same durable write.
    Began(Began),
    /// Items of the plan from `first` on.
    Items {
        /// The index of the first of them.
        first: usize,
        /// The items, in the plan's order.
        items: BegunItems,
    },
    /// A replay that stood still goes on.
    Resumed {
        /// Who does it.
        who: String,
    },
    /// These are about to be sent. Without an outcome after it, whether they were is unknown.
    Intent {
        /// Which items.
        indexes: Vec<usize>,
    },
    /// What the queue answered.
    Outcome {
        /// One result an item.
        results: Vec<(usize, Sending)>,
    },
    /// The originals of these were deleted from the queue they lay in.
    Deleted {
        /// Which items.
        indexes: Vec<usize>,
    },
    /// The originals of these are still in the queue they lay in, though they were sent.
    Kept {
        /// Which items.
        indexes: Vec<usize>,
        /// Why the deletion failed.
        reason: String,
    },
    /// What became of items that were sent.
    Verified {
        /// One verdict an item.
        results: Vec<(usize, Verdict)>,
    },
    /// What the index held of what recovered.
    Indexed(Indexed),
    /// Nothing more will be sent or looked for.
    Finished {
        /// Why it stopped before its end, where it did.
        stopped: Option<String>,
    },
}

/// The head of a confirmed plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Began {
    /// The plan's hash.
    pub plan: String,
    /// The configuration's profile.
    pub profile: String,
    /// The consumer's name.
    pub consumer: String,
    /// Where the messages go: a queue's URL, a topic's ARN, a function's name.
    #[serde(alias = "queue_url")]
    pub destination: String,
    /// How many items the plan has.
    pub total: usize,
    /// Messages a second at most.
    pub rate: u32,
    /// Who confirmed it.
    pub who: String,
}

/// One item of a confirmed plan. The body itself is not kept: it lies in its queue, or is made again from the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunItem {
    /// Which object, and which version of it.
    #[serde(flatten)]
    pub object: ObjectId,
    /// Its entity tag.
    pub etag: String,
    /// Its size.
    pub size: ByteSize,
    /// The id of the original message; empty where the message was made by us.
    pub message: String,
    /// Where the message comes from.
    pub origin: MessageOrigin,
    /// SHA-256 of the message's body, in hexadecimal.
    pub body_sha256: String,
}

impl From<&PlanItem> for BegunItem {
    fn from(item: &PlanItem) -> Self {
        Self {
            object: item.object.id.clone(),
            etag: item.object.etag.clone(),
            size: item.object.size,
            message: item.message.id().to_owned(),
            origin: item.origin,
            body_sha256: item.message.body_sha256(),
        }
    }
}

/// Items of a plan, deflated: a replay may have a hundred thousand, and the journal tells of many replays.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<BegunItem>", into = "Vec<BegunItem>")]
pub struct BegunItems(Packed);

impl BegunItems {
    /// The items, as they were.
    pub fn unpack(&self) -> Vec<BegunItem> {
        self.0.unpack()
    }
}

impl From<Vec<BegunItem>> for BegunItems {
    fn from(items: Vec<BegunItem>) -> Self {
        Self(Packed::of(&items))
    }
}

impl From<BegunItems> for Vec<BegunItem> {
    fn from(items: BegunItems) -> Self {
        items.unpack()
    }
}

impl FromIterator<BegunItem> for BegunItems {
    fn from_iter<T: IntoIterator<Item = BegunItem>>(items: T) -> Self {
        items.into_iter().collect::<Vec<_>>().into()
    }
}

impl fmt::Debug for BegunItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

/// What became of sending one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sending {
    /// The queue acknowledged it.
    Sent {
        /// The new message's id.
        message: String,
    },
    /// It was certainly not sent.
    Refused {
        /// Why.
        reason: String,
    },
    /// Nobody can tell: no answer came, or one that names the message neither as sent nor as refused.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// What became of an object after its message was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A receipt newer than the sending proves that it was processed.
    Recovered,
    /// It failed again.
    FailedAgain {
        /// Why, as the consumer or its failure queue tells.
        reason: String,
    },
    /// No outcome within the time limit.
    Unconfirmed,
}

impl From<Verdict> for PlanItemState {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Recovered => Self::Recovered,
            Verdict::FailedAgain { reason } => Self::FailedAgain(reason),
            Verdict::Unconfirmed => Self::Unconfirmed,
        }
    }
}
