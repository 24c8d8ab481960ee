//! What the audit log says, and the bytes that say it.
//!
//! A line is one JSON object whose last two members are `previous`, the hash of the entry before it (64 zeros for the
//! first), and `hash`: SHA-256, in hexadecimal, over the text of `previous` followed by the line without its member
//! `hash`. So whoever has a line's bytes can check it without this program.

use std::borrow::Borrow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{ByteSize, ObjectId, Plan, PlanItemState, Profile, ReplayId};
use crate::replay::journal::Past;

/// What stands for the hash before the first entry.
pub const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Objects that a set lists by name; longer ones are told by their hash, and lie in the journal.
const LISTED: usize = 1_000;

/// What goes before the hash in a line.
const HASH: &str = ",\"hash\":\"";

/// One entry. Its members are written in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From 1, without a gap.
    pub seq: u64,
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Who, and at what.
    #[serde(flatten)]
    pub subject: Subject,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The hash of the entry before it.
    pub previous: String,
}

/// Who does what with what: the same in every entry of one replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Who: `aya`.
    pub who: String,
    /// On which machine, as it calls itself.
    pub host: String,
    /// In which process.
    pub pid: u32,
    /// The configuration's profile.
    pub profile: String,
    /// The account, where the profile tells it.
    pub account: Option<String>,
    /// The region.
    pub region: String,
    /// The consumer that the messages are for; empty where none are sent.
    pub consumer: String,
    /// The replay; none where SQS itself moves a queue, or S3 restores objects.
    pub replay: Option<ReplayId>,
    /// The hash of the plan that was confirmed; empty where there was none.
    pub plan: String,
}

impl Subject {
    /// This process, on this machine, in this profile.
    pub fn new(who: &str, profile: &Profile, consumer: &str, plan: &str, replay: Option<ReplayId>) -> Self {
        Self {
            who: who.to_owned(),
            host: gethostname::gethostname().to_string_lossy().into_owned(),
            pid: std::process::id(),
            profile: profile.name.clone(),
            account: profile.account.clone(),
            region: profile.region.clone(),
            consumer: consumer.to_owned(),
            replay,
            plan: plan.to_owned(),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A plan was confirmed. Nothing has been sent.
    Confirmed {
        /// What may be sent.
        set: Set,
        /// Its bytes in S3.
        bytes: u64,
        /// Messages a second at most.
        rate: u32,
    },
    /// It stands in the journal; from now on messages go.
    Began,
    /// A replay that stood still goes on; from now on messages go.
    Resumed,
    /// Nothing is sent for now.
    Paused,
    /// A pause is over.
    WentOn,
    /// The rate was changed.
    Rate {
        /// Messages a second at most.
        rate: u32,
    },
    /// It was ordered that nothing more is sent.
    Aborted,
    /// It stopped before its end.
    Stopped {
        /// Why.
        cause: String,
        /// What became of the objects; empty where nothing was begun.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// It came to its end.
    Finished {
        /// What became of the objects.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A whole failure queue is to be moved by SQS. Nothing has been moved.
    MoveConfirmed {
        /// The failure queue's ARN.
        queue: String,
        /// Messages that lay there, approximately.
        messages: u64,
        /// Messages a second at most.
        rate: u32,
    },
    /// SQS moves it.
    MoveBegan {
        /// The task's handle.
        task: String,
    },
    /// The task was stopped; what was moved stays so.
    MoveStopped {
        /// The failure queue's ARN.
        queue: String,
        /// Messages that had been moved, approximately.
        moved: u64,
    },
    /// Readable copies of archived objects are to be asked for. Nothing has been asked.
    RestoreConfirmed {
        /// What is asked for.
        set: Set,
        /// How fast, and at what price: `bulk`.
        tier: String,
        /// How many days the copies stay.
        days: u16,
    },
    /// S3 was asked for each.
    RestoreAsked {
        /// How many it accepted.
        accepted: usize,
        /// How many it refused.
        refused: usize,
    },
    /// Bytes before this entry are none: a write was cut short. They are left where they are.
    Torn {
        /// Where they begin in the log.
        offset: u64,
        /// How many, up to this entry.
        length: u64,
        /// SHA-256 over them.
        sha256: String,
    },
    /// There was no head file beside the log, so that nothing proved that its end was still there.
    Unproven,
}

impl Event {
    /// Its word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Confirmed { .. } => "confirmed",
            Self::Began => "began",
            Self::Resumed => "resumed",
            Self::Paused => "paused",
            Self::WentOn => "went on",
            Self::Rate { .. } => "rate",
            Self::Aborted => "aborted",
            Self::Stopped { .. } => "stopped",
            Self::Finished { .. } => "finished",
            Self::MoveConfirmed { .. } => "move confirmed",
            Self::MoveBegan { .. } => "move began",
            Self::MoveStopped { .. } => "move stopped",
            Self::RestoreConfirmed { .. } => "restore confirmed",
            Self::RestoreAsked { .. } => "restore asked",
            Self::Torn { .. } => "torn",
            Self::Unproven => "unproven",
        }
    }

    /// What may be sent under this plan.
    pub fn confirmed(plan: &Plan) -> Self {
        Self::Confirmed {
            set: Set::of(plan.items.iter().map(|item| &item.object.id)),
            bytes: plan.items.iter().map(|item| item.object.size).sum::<ByteSize>().bytes(),
            rate: plan.rate,
        }
    }

    /// How a replay ended that the journal tells of.
    pub fn ended(past: &Past, stopped: Option<String>) -> Self {
        let outcome = Outcome::of(past);
        match stopped {
            Some(cause) => Self::Stopped { cause, outcome },
            None => Self::Finished { outcome },
        }
    }
}

/// A set of objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// How many.
    pub count: usize,
    /// SHA-256 over one line an object, `["s3://bucket/key","version"]`, sorted by their bytes.
    pub sha256: String,
    /// The objects in that order, without their versions, where they are not too many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<String>,
}

impl Set {
    /// Of these objects, in any order.
    pub fn of(objects: impl Iterator<Item = impl Borrow<ObjectId>>) -> Self {
        Self::of_lines(objects.map(|object| Self::line(object.borrow())).collect())
    }

    fn line(object: &ObjectId) -> Box<str> {
        let version = object.version.as_deref().unwrap_or_default();
        serde_json::json!([object.to_string(), version]).to_string().into()
    }

    fn of_lines(mut lines: Vec<Box<str>>) -> Self {
        lines.sort_unstable();
        let mut hash = Sha256::new();
        for line in &lines {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        let uri = |line: &str| serde_json::from_str::<(String, String)>(line).ok().map(|(uri, _)| uri);
        let objects =
            if lines.len() > LISTED { Vec::new() } else { lines.iter().filter_map(|line| uri(line)).collect() };
        Self { count: lines.len(), sha256: format!("{:x}", hash.finalize()), objects }
    }
}

/// What became of the objects of a replay; those of an empty set are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// A receipt proves that they were processed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Set>,
    /// They failed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_again: Option<Set>,
    /// Sent, without an outcome within the time limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unconfirmed: Option<Set>,
    /// Sent, and not watched to an outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unwatched: Option<Set>,
    /// Refused: certainly not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Set>,
    /// Whether they were sent is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Set>,
    /// Never begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_sent: Option<Set>,
}

impl Outcome {
    fn of(past: &Past) -> Self {
        use PlanItemState::{FailedAgain, Intended, NotSent, Recovered, Sent, Unconfirmed, Waiting};
        let mut sets: [Vec<Box<str>>; 7] = Default::default();
        for (begun, item) in past.each() {
            let set = match item.state {
                Recovered => 0,
                FailedAgain(_) => 1,
                Unconfirmed => 2,
                Sent => 3,
                NotSent(_) => 4,
                Intended => 5,
                Waiting => 6,
            };
            sets[set].push(Set::line(&begun.object));
        }
        let [recovered, failed_again, unconfirmed, unwatched, refused, unknown, not_sent] =
            sets.map(|lines| (!lines.is_empty()).then(|| Set::of_lines(lines)));
        Self { recovered, failed_again, unconfirmed, unwatched, refused, unknown, not_sent }
    }

    /// Every set that is not empty, with its name.
    pub fn sets(&self) -> impl Iterator<Item = (&'static str, &Set)> {
        [
            ("recovered", &self.recovered),
            ("failed again", &self.failed_again),
            ("unconfirmed", &self.unconfirmed),
            ("unwatched", &self.unwatched),
            ("refused", &self.refused),
            ("unknown", &self.unknown),
            ("not sent", &self.not_sent),
        ]
        .into_iter()
        .filter_map(|(name, set)| Some((name, set.as_ref()?)))
    }
}

/// Why a line is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It does not end as an entry does.
    #[error("it is no whole entry")]
    Cut,
    /// Its bytes are not those that were hashed.
    #[error("its bytes hash to {found}, not to the {told} that it tells")]
    Hash {
        /// What it tells.
        told: String,
        /// What its bytes come to.
        found: String,
    },
    /// Its hash is right, and what it says is not an entry's.
    #[error("it is no entry of this log: {0}")]
    Foreign(String),
}

impl Entry {
    /// The line without its line feed, and its hash.
    pub fn line(&self) -> serde_json::Result<(String, String)> {
        let body = serde_json::to_string(self)?;
        let hash = hash(&self.previous, &body);
        let open = body.strip_suffix('}').unwrap_or(&body);
        Ok((format!("{open}{HASH}{hash}\"}}"), hash))
    }

    /// Reads a line without its line feed; gives its hash too.
    pub fn read(line: &[u8]) -> Result<(Self, String), LineError> {
        let line = std::str::from_utf8(line).map_err(|_| LineError::Cut)?;
        let (open, told) = line.rsplit_once(HASH).ok_or(LineError::Cut)?;
        let told = told.strip_suffix("\"}").filter(|told| told.len() == FIRST.len()).ok_or(LineError::Cut)?;
        let body = format!("{open}}}");
        let Link { previous } = serde_json::from_str(&body).map_err(|_| LineError::Cut)?;
        let found = hash(&previous, &body);
        if found != told {
            return Err(LineError::Hash { told: told.to_owned(), found });
        }
        let entry = serde_json::from_str(&body).map_err(|error| LineError::Foreign(error.to_string()))?;
        Ok((entry, found))
    }
}

/// What ties an entry to the one before it, whatever else it says.
#[derive(Deserialize)]
struct Link {
    previous: String,
}

fn hash(previous: &str, body: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(body.as_bytes());
    format!("{:x}", hash.finalize())
}
