//! An object that a consumer failed on or parked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{ObjectId, REPLAY_ATTRIBUTE, State};

/// Object × consumer × state × reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The object; `None` where the message names none that could be read.
    pub object: Option<ObjectId>,
    /// The source that the object belongs to, if the configuration names one.
    pub source: Option<String>,
    /// The consumer's name.
    pub consumer: String,
    /// [`State::Failed`] or [`State::Parked`]; the object's own state where only a reconciliation found it.
    pub state: State,
    /// By what it was found.
    pub trace: Trace,
    /// Why, as far as it is known yet.
    pub reason: Option<Reason>,
    /// What the current parser and configuration make of the object.
    pub prospect: Prospect,
}

impl Failure {
    /// The message, where a queue or an object holds one.
    pub fn message(&self) -> Option<&QueuedMessage> {
        match &self.trace {
            Trace::DeadLetter(message) | Trace::Parked(message) | Trace::Stored(message) => Some(message),
            Trace::Record { .. } | Trace::Destination { .. } | Trace::Reconciled(_) => None,
        }
    }

    /// Since when: the message was sent, the record was written.
    pub fn since(&self) -> Option<Timestamp> {
        match &self.trace {
            Trace::DeadLetter(message) | Trace::Parked(message) | Trace::Stored(message) => message.sent,
            Trace::Record { at } | Trace::Destination { at, .. } => Some(*at),
            Trace::Reconciled(_) => None,
        }
    }

    /// When a queue's retention destroys its message.
    pub fn expires(&self) -> Option<Timestamp> {
        self.message()?.expires
    }

    /// The replay whose mark its message carries: it failed again after that.
    pub fn replay(&self) -> Option<&str> {
        let (_, id) = self.message()?.attributes.get(REPLAY_ATTRIBUTE)?;
        Some(id)
    }
}

/// By what a failure was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// Its message in the consumer's failure queue.
    DeadLetter(QueuedMessage),
    /// Its message in the consumer's parked queue.
    Parked(QueuedMessage),
    /// Its message as an object below the consumer's parked prefix; the message's id is the object's URI.
    Stored(QueuedMessage),
    /// The consumer's own failure record; no queue was seen to hold a message.
    Record {
        /// When it was written.
        at: Timestamp,
    },
    /// The record that Lambda wrote to the consumer's destination in S3.
    Destination {
        /// The record.
        record: ObjectId,
        /// When it was written.
        at: Timestamp,
    },
    /// Listing, receipts and index do not agree, and no failure tells why.
    Reconciled(Finding),
}

impl Trace {
    /// Its word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DeadLetter(_) => "failure-queue",
            Self::Parked(_) => "parked-queue",
            Self::Stored(_) => "parked-prefix",
            Self::Record { .. } => "failure-record",
            Self::Destination { .. } => "s3-destination",
            Self::Reconciled(_) => "reconciliation",
        }
    }

    /// The same for people.
    pub fn told(&self) -> &'static str {
        match self {
            Self::DeadLetter(_) => "a message in the failure queue",
            Self::Parked(_) => "a message in the parked queue",
            Self::Stored(_) => "a message kept as an object",
            Self::Record { .. } => "the consumer's failure record, no message was seen",
            Self::Destination { .. } => "Lambda's record in S3",
            Self::Reconciled(_) => "reconciliation",
        }
    }
}

/// What a reconciliation found out about an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It arrived, was never processed, and no failure tells why.
    Unprocessed,
    /// Its receipt tells of records, and the index has none of them.
    Unsearchable,
    /// The index holds records of it more than once.
    Twice,
}

/// Why a consumer failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// One sentence; volatile parts (numbers, keys) are kept here and folded in [`Reason::signature`].
    pub text: String,
    /// Where it comes from.
    pub origin: ReasonOrigin,
}

/// Where a reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonOrigin {
    /// The consumer wrote it down when it failed.
    Recorded,
    /// The message in the failure queue says so, as Lambda and EventBridge write it.
    Told,
    /// Found by parsing the object here and now.
    ParsedHere,
    /// Found by comparing listing, receipts and index.
    Compared,
}

impl ReasonOrigin {
    /// Who says so.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "the consumer's record",
            Self::Told => "the message",
            Self::ParsedHere => "parsed here",
            Self::Compared => "compared here",
        }
    }
}

impl Reason {
    /// The text with its numbers, timestamps and ids folded to `#`, by which failures are grouped; version numbers
    /// (`1.12`) stay.
    pub fn signature(&self) -> String {
        let mut signature = String::with_capacity(self.text.len());
        for word in self.text.split_inclusive(' ') {
            let core = word.trim_end().trim_end_matches([',', ';', ':', ')']);
            if is_volatile(core) {
                signature.push('#');
                signature.push_str(&word[core.len()..]);
            } else {
                signature.push_str(word);
            }
        }
        signature
    }
}

/// Whether a word is a number, a moment or a UUID, which differ from one failure of a kind to the next.
fn is_volatile(word: &str) -> bool {
    let is_number = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_uuid = word.len() == 36
        && word.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_number || is_uuid || (word.len() >= 20 && word.parse::<Timestamp>().is_ok())
}

/// What would become of an object if it were processed now, as far as parsing it here can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prospect {
    /// Not tried yet.
    Untried,
    /// It parses, and every record is of an accepted shape.
    Passes {
        /// How many records.
        records: u64,
    },
    /// It would fail again, with this reason.
    FailsAgain(String),
    /// No parser knows its format.
    NoParser,
    /// The object is gone.
    Gone,
    /// It could not be tried, with the cause.
    Untriable(String),
}

impl Prospect {
    /// Whether a replay makes sense.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Passes { .. })
    }
}

/// A message as it lies in a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedMessage {
    /// The queue's own id.
    pub id: String,
    /// The body, byte for byte.
    pub body: String,
    /// The message attributes: name to (data type, value). The value of a `Binary` one is in base64.
    pub attributes: BTreeMap<String, (String, String)>,
    /// When it was first sent.
    pub sent: Option<Timestamp>,
    /// How often it has been received.
    pub receive_count: u32,
    /// When the queue's retention destroys it.
    pub expires: Option<Timestamp>,
}

impl QueuedMessage {
    /// SHA-256 of the body, in hexadecimal.
    pub fn body_sha256(&self) -> String {
        format!("{:x}", Sha256::digest(self.body.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_folds_numbers_and_keeps_versions() {
        let reason = |text: &str| Reason { text: text.into(), origin: ReasonOrigin::Recorded };
        assert_eq!(
            reason("gzip stream is cut at byte 18432 of 20000").signature(),
            "gzip stream is cut at byte # of #"
        );
        assert_eq!(reason("eventVersion 1.12 is newer than 1.11").signature(), "eventVersion 1.12 is newer than 1.11");
        assert_eq!(
            reason("2019-11-14T18:16:05.568Z e4b46cbf-b738-4d14-8880-a18cdf61200e Task timed out").signature(),
            "# # Task timed out"
        );
    }
}
