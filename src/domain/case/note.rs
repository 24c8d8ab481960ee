//! What a note holds: text, and what was pinned with it as it was at that moment.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Bin, ByteSize, Gap, Hit, ObjectId, QueryPhase, ReasonOrigin, ReplayId, State, TimeRange};

/// The number of a note in its case, from 1; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoteId(pub u64);

impl fmt::Display for NoteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// One note of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its number.
    pub id: NoteId,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// The profile that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What was written; empty where something was pinned without a word.
    pub text: String,
    /// What was pinned; none for text alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<Pin>,
}

/// Something that was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pin {
    /// One record of an object.
    Record(Box<RecordPin>),
    /// An object.
    Object(Witness),
    /// A search and what it found.
    Query(Box<QueryPin>),
    /// What arrived of a source over a range.
    Timeline(Box<TimelinePin>),
    /// What failed for one reason.
    Failures(Box<FailuresPin>),
    /// A replay and what became of each of its objects.
    Replay(Box<ReplayPin>),
    /// Messages of failure queues that were saved into the case's folder.
    Messages(MessagesPin),
}

/// An object as S3 told it when it was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// Which bytes.
    pub object: ObjectId,
    /// How many, as they are stored.
    pub size: ByteSize,
    /// The entity tag.
    pub etag: String,
    /// When it arrived in S3.
    pub arrived: Timestamp,
    /// Its storage class.
    pub storage_class: String,
    /// SHA-256 of its bytes as they are stored, in hexadecimal, where all of them were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Why there is no SHA-256, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// One field of a record: its dotted path, and its value as the log spells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `userIdentity.type`, `resources[0].ARN`.
    pub path: String,
    /// Text without its quotes; numbers to the last digit.
    pub value: String,
}

/// One record of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordPin {
    /// The object that holds it.
    pub witness: Witness,
    /// Its line in the inflated object, from 1.
    pub line: u64,
    /// Its bytes in the inflated object.
    pub span: Range<u64>,
    /// The event time, where the record tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// One line that tells the record.
    pub message: String,
    /// Why it could not be parsed, where it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// SHA-256 of the record's own bytes, in hexadecimal, where they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The record's own bytes, where they are UTF-8 and few enough to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Its fields, named as in the log, in their order.
    pub fields: Vec<Field>,
    /// How many further fields are left out; the object holds them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fields_left_out: u64,
}

/// A search and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryPin {
    /// What was looked for, as it is typed.
    pub value: String,
    /// The sources that were looked in; all where empty.
    pub sources: Vec<String>,
    /// The event times that were looked at.
    pub range: TimeRange,
    /// At most so many hits were asked for.
    pub limit: u32,
    /// Athena's QueryExecutionIds, in their order.
    pub ids: Vec<String>,
    /// The first statement that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// How it ended.
    pub phase: QueryPhase,
    /// Bytes scanned in all.
    pub scanned: ByteSize,
    /// Milliseconds taken in all.
    pub total_ms: u64,
    /// What that costs at Athena's list price, in millionths of a US dollar.
    pub micro_dollars: u64,
    /// What was found, by event time.
    pub hits: Vec<Hit>,
}

/// What arrived of a source over a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimelinePin {
    /// The source's name.
    pub source: String,
    /// The range.
    pub range: TimeRange,
    /// Equal bins of the range, oldest first, by the time that keys tell.
    pub bins: Vec<Bin>,
    /// Stretches without what should be there.
    pub gaps: Vec<Gap>,
}

/// What failed for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailuresPin {
    /// The consumer's name.
    pub consumer: String,
    /// Failed or parked.
    pub state: State,
    /// Why, with its numbers folded; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Each of them.
    pub objects: Vec<FailedObject>,
}

/// One object that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedObject {
    /// The object; none where its message names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_from: Option<ReasonOrigin>,
    /// By what it was found.
    pub found_by: String,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When its message is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Its message's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// SHA-256 of its message's body, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<String>,
}

/// A replay and what became of each of its objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplayPin {
    /// Which replay.
    pub id: ReplayId,
    /// The hash of the plan that was confirmed.
    pub plan: String,
    /// Who confirmed it.
    pub who: String,
    /// The consumer's name.
    pub consumer: String,
    /// Where its messages went.
    pub destination: String,
    /// When it began.
    pub began: Timestamp,
    /// Whether its end was in the journal.
    pub finished: bool,
    /// Why it stopped before its end, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// Its objects by what became of them; together they are the plan's.
    pub sets: Vec<ReplaySet>,
}

/// The objects of a replay of which the same became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaySet {
    /// What: `recovered`, `failed-again`, `unconfirmed`, `sent`, `unknown`, `refused` or `waiting`.
    pub outcome: String,
    /// Which, in the plan's order.
    pub objects: Vec<ReplayedObject>,
}

/// One object of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplayedObject {
    /// The object, and which version of it was meant.
    pub object: ObjectId,
    /// The entity tag that was meant.
    pub etag: String,
    /// Why it failed again or was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Messages of failure queues that were saved into the case's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagesPin {
    /// The file's name, in the folder of the case and beside its bundle.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many it holds.
    pub messages: u64,
    /// Messages that the queues told of and that are not in it: other readers held them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unseen: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
