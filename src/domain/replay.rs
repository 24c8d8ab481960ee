//! What a replay will do, does and did.

mod effects;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ByteSize, Indexed, Input, Object, ObjectId, PackedMessage, Prospect};

/// The name of one replay: `r-` and its start in UTC and four characters of its plan's hash. It travels with each
/// message as the attribute `scops-replay-id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReplayId(pub String);

impl ReplayId {
    /// The name of the replay of a plan with this hash that begins at `moment`: `r-20261123T021407Z-a1b2`.
    pub fn new(moment: Timestamp, plan_hash: &str) -> Self {
        let start = moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
        Self(format!("r-{start}-{}", plan_hash.get(..4).unwrap_or(plan_hash)))
    }
}

impl fmt::Display for ReplayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Exactly what will be sent, and to whom. Only what has the confirmed hash is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// SHA-256 over consumer, destination, items and rate, in hexadecimal.
    pub hash: String,
    /// The consumer's name.
    pub consumer: String,
    /// Whether the consumer's processing an object twice has the effect of processing it once.
    pub is_idempotent: bool,
    /// How long its alerts about an object are taken for the same one.
    pub alert_window: Option<SignedDuration>,
    /// How long it drops an event whose sequencer it has seen.
    pub remembers: Option<SignedDuration>,
    /// Where the messages are sent.
    pub input: Input,
    /// Who gets what is sent there, where it is a topic: in words, one a subscription.
    pub reaches: Vec<String>,
    /// What is sent, in this order, each object once.
    pub items: Vec<PlanItem>,
    /// About how many messages of the queues of originals were hidden by others when it was made. SQS tells it roughly
    /// and late, so it is no part of the hash.
    pub hidden: u64,
    /// What was asked for and is left out, with the cause.
    pub left_out: Vec<(String, String)>,
    /// The effects in words.
    pub effects: Vec<String>,
    /// Messages a second at most.
    pub rate: u32,
    /// When it was made; it expires.
    pub made: Timestamp,
    /// The replay that it goes on with, where it is no new one.
    pub resumes: Option<ReplayId>,
}

impl Plan {
    /// The size of its objects.
    pub fn bytes(&self) -> ByteSize {
        self.items.iter().map(|item| item.object.size).sum()
    }

    /// How many items parse now.
    pub fn passing(&self) -> usize {
        self.items.iter().filter(|item| item.prospect.passes()).count()
    }

    /// How long a plan may be confirmed after it was made; the world it describes moves on.
    pub const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

    /// Messages a second that a replay may be set to at most. SQS itself moves no more than 500 (StartMessageMoveTask).
    pub const FASTEST: u32 = 1_000;

    /// Whether it is too old to be sent.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.made) > Self::LIFETIME
    }

    /// The plan with its effects and its hash told anew from what it holds.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.effects = effects::of(&self);
        self.hash = self.digest();
        self
    }

    /// Whether the hash is that of what the plan holds.
    pub fn is_sealed(&self) -> bool {
        self.hash == self.digest()
    }

    /// The smaller plan, under its own hash, that sends nothing of which the preflight says that it fails again.
    #[must_use]
    pub fn without_failing(&self) -> Self {
        let mut plan = self.clone();
        plan.items.retain(|item| {
            let cause = item.failing();
            if let Some(cause) = &cause {
                plan.left_out.push((item.object.id.to_string(), cause.clone()));
            }
            cause.is_none()
        });
        plan.sealed()
    }

    /// Every part is preceded by its length, so that no two plans read alike.
    fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(b"scops plan 2");
        part(self.consumer.as_bytes());
        part(self.input.kind().as_bytes());
        part(self.input.place().as_bytes());
        part(&self.rate.to_be_bytes());
        for reached in &self.reaches {
            part(reached.as_bytes());
        }
        if let Some(id) = &self.resumes {
            part(id.0.as_bytes());
        }
        for item in &self.items {
            part(item.object.id.to_string().as_bytes());
            part(item.object.id.version.as_deref().unwrap_or_default().as_bytes());
            part(item.object.etag.as_bytes());
            part(item.message.id().as_bytes());
            if item.is_made() {
                // Made from the object, which is hashed; its sequencer is the moment when it is made, and would have
                // every dry run show another hash.
                part(b"synthesised");
            } else {
                part(item.message.body_sha256().as_bytes());
            }
            if matches!(item.origin, MessageOrigin::Saved | MessageOrigin::Stored) {
                // A file or object may be edited: its attributes are confirmed as well.
                for (name, (kind, value)) in &item.message.unpack().attributes {
                    for text in [name, kind, value] {
                        part(text.as_bytes());
                    }
                }
            }
        }
        format!("{:x}", hash.finalize())
    }
}

/// One object of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItem {
    /// The object, as a HEAD told it while the plan was made.
    pub object: Object,
    /// The message that will be sent: the original one where it is at hand.
    pub message: PackedMessage,
    /// Whether the message lies in the consumer's failure queue (and is deleted there once it was sent again),
    /// in its parked queue, in an object, in a saved file, or was made by us.
    pub origin: MessageOrigin,
    /// Whether an original lies there, but what the consumer got cannot be told from it, so that it is made anew.
    pub is_remade: bool,
    /// What the preflight made of the object.
    pub prospect: Prospect,
    /// Whether a receipt says that the consumer processed the object before.
    pub was_processed: bool,
    /// Other objects that the same message names: the consumer gets them too.
    pub companions: Vec<ObjectId>,
    /// How many further messages about the object stay where they lie.
    pub duplicates: usize,
}

impl PlanItem {
    /// Whether its message was made by us.
    pub fn is_made(&self) -> bool {
        self.is_remade || self.origin == MessageOrigin::Synthesised
    }

    /// Why sending it would only fail again, where the preflight tells so.
    pub fn failing(&self) -> Option<String> {
        match &self.prospect {
            Prospect::FailsAgain(reason) => Some(format!("would fail again: {reason}")),
            Prospect::NoParser => Some("no parser knows its format".to_owned()),
            Prospect::Gone => Some("the object is gone".to_owned()),
            Prospect::Untried | Prospect::Untriable(_) | Prospect::Passes { .. } => None,
        }
    }
}

/// Where a plan's message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageOrigin {
    /// The original, from the failure queue.
    DeadLetter,
    /// The original, from the parked queue.
    Parked,
    /// The original, from an object below the parked prefix.
    Stored,
    /// The original, as it was saved to a file; no queue holds it any more, or not for us.
    Saved,
    /// Made by us, encoded as S3 does.
    Synthesised,
}

/// How far one item of a replay has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanItemState {
    /// Not begun.
    Waiting,
    /// Intended (durably), outcome not known: shown as unknown after a crash.
    Intended,
    /// Acknowledged by the queue.
    Sent,
    /// Refused by the queue.
    NotSent(String),
    /// A receipt newer than the sending exists.
    Recovered,
    /// It came back to the failure queue.
    FailedAgain(String),
    /// No outcome within the time limit.
    Unconfirmed,
}

impl PlanItemState {
    /// Its word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::FailedAgain(_) => "failed-again",
            Self::Unconfirmed => "unconfirmed",
            Self::Sent => "sent",
            Self::Intended => "unknown",
            Self::NotSent(_) => "refused",
            Self::Waiting => "waiting",
        }
    }

    /// Why it failed again or was refused.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::FailedAgain(reason) | Self::NotSent(reason) => Some(reason),
            _ => None,
        }
    }
}

/// How one item ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The item's index in the plan.
    pub index: usize,
    /// Its new state.
    pub state: PlanItemState,
}

/// What a running replay may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steer {
    /// Send nothing for now.
    Pause,
    /// Send again.
    GoOn,
    /// Send so many messages a second at most.
    Rate(u32),
    /// Send nothing more; what was sent is watched to its end.
    Abort,
}

/// Where a running replay stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which replay.
    pub id: ReplayId,
    /// Messages a second at most, now.
    pub rate: u32,
    /// Whether nothing is sent for now.
    pub is_paused: bool,
    /// Changes since the last report.
    pub outcomes: Vec<Outcome>,
    /// Acknowledged so far.
    pub sent: usize,
    /// Refused so far.
    pub refused: usize,
    /// Recovered so far.
    pub recovered: usize,
    /// Of so many.
    pub total: usize,
    /// What the index holds of what recovered, once that was looked for.
    pub indexed: Option<Box<Indexed>>,
    /// Whether nothing more will happen.
    pub is_done: bool,
    /// Why it stopped before its end, where it did.
    pub stopped: Option<String>,
}

impl Progress {
    /// The same news in parts of so many outcomes; what ends the replay is in the last.
    pub fn in_parts(mut self, most: usize) -> impl Iterator<Item = Self> {
        let mut parts = Vec::new();
        let mut outcomes = std::mem::take(&mut self.outcomes);
        while outcomes.len() > most {
            let rest = outcomes.split_off(most);
            let part = Self { outcomes, indexed: None, is_done: false, stopped: None, ..self.clone() };
            parts.push(part);
            outcomes = rest;
        }
        parts.push(Self { outcomes, ..self });
        parts.into_iter()
    }
}

/// A replay as the journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaySummary {
    /// Which replay.
    pub id: ReplayId,
    /// The consumer's name.
    pub consumer: String,
    /// When it began.
    pub began: Timestamp,
    /// How many objects its plan had.
    pub total: usize,
    /// Acknowledged.
    pub sent: usize,
    /// Refused.
    pub refused: usize,
    /// Intended, outcome not known.
    pub unknown: usize,
    /// Proven recovered.
    pub recovered: usize,
    /// What the index held of them, where it was asked.
    pub indexed: Option<Indexed>,
    /// Whether its end is in the journal.
    pub finished: bool,
    /// Why it stopped before its end, where it did.
    pub stopped: Option<String>,
    /// Each object and its state, in the plan's order.
    pub items: Vec<(ObjectId, PlanItemState)>,
}
