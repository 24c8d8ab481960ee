//! What processes objects, and how far an object has come with it.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Location;

/// Something that processes objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The name that screens and commands use.
    pub name: String,
    /// Where its events arrive.
    pub input: Input,
    /// In what an event is wrapped that is made for it.
    pub envelope: Envelope,
    /// Where events go that failed too often.
    pub dead_letter_url: Option<String>,
    /// Where events wait whose source has no parser yet.
    pub parked_url: Option<String>,
    /// Where they wait as objects instead, for longer than the 14 days of SQS.
    pub parked_prefix: Option<Location>,
    /// Where it writes what its rules found in an object: an object with the same key below this place.
    pub alerts: Option<Location>,
    /// Where it proves what it processed: an object with the same key below this place.
    pub receipts: Option<Location>,
    /// Where it says why it failed: an object with the same key below this place.
    pub failures: Option<Location>,
    /// Where Lambda says why it failed (an on-failure destination in S3): the bucket, with nothing behind it but what
    /// stands before Lambda's own `aws/lambda/async/`.
    pub destination: Option<Location>,
    /// Whether processing an object twice has the effect of processing it once.
    pub idempotent: bool,
    /// How long an alert about an object is taken for the same one: after that, processing it again pages again.
    pub alert_window: Option<SignedDuration>,
    /// How long it drops an event whose sequencer it has seen.
    pub remembers: Option<SignedDuration>,
}

/// Where a consumer's events arrive, and where a replay sends them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// An SQS queue, by its URL.
    Queue(String),
    /// An SNS topic, by its ARN: what is published there reaches every subscriber.
    Topic(String),
    /// A Lambda function, by its name or ARN: it is invoked asynchronously, once an event.
    Function(String),
}

impl Input {
    /// Its URL, ARN or name.
    pub fn place(&self) -> &str {
        match self {
            Self::Queue(place) | Self::Topic(place) | Self::Function(place) => place,
        }
    }

    /// The queue's URL, where it is one.
    pub fn queue_url(&self) -> Option<&str> {
        match self {
            Self::Queue(url) => Some(url),
            Self::Topic(_) | Self::Function(_) => None,
        }
    }

    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Queue(_) => "queue",
            Self::Topic(_) => "topic",
            Self::Function(_) => "function",
        }
    }

    /// The last part of its URL or ARN.
    pub fn short(&self) -> &str {
        let place = self.place();
        place.rsplit(['/', ':']).next().filter(|part| !part.is_empty()).unwrap_or(place)
    }
}

/// In what an object's event is wrapped where a consumer gets it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Envelope {
    /// In nothing: the event as S3 sends it; also what raw delivery leaves of a notification.
    #[default]
    S3,
    /// In SNS's notification.
    Sns,
    /// As EventBridge's `Object Created`.
    EventBridge,
}

/// The newest version of a record's shape that a consumer takes: a field of the record and its highest value.
/// Versions are compared number by number (`1.9` before `1.10`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// The record's field, as a dotted path: `eventVersion`.
    pub field: String,
    /// The highest value taken: `1.11`.
    pub up_to: String,
}

impl Accept {
    /// Whether a record with `version` in the field is taken.
    pub fn takes(&self, version: &str) -> bool {
        let numbers =
            |text: &str| -> Vec<u64> { text.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect() };
        numbers(version) <= numbers(&self.up_to)
    }
}

/// How far an object has come with a consumer. `Unobserved` where the consumer leaves no proof: never a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is in S3, and no trace of its processing exists.
    Arrived,
    /// Its event waits in the consumer's queue.
    Queued,
    /// A receipt proves that it was processed.
    Processed,
    /// Its event lies in a failure queue.
    Failed,
    /// Its event waits for a parser.
    Parked,
    /// Its event has been sent again, and no outcome is known yet.
    Replaying,
    /// It failed, was replayed, and a newer receipt proves that it was processed.
    Recovered,
    /// Sending was begun, and whether the event arrived is not known.
    Unknown,
    /// The consumer leaves no proof.
    Unobserved,
}

impl State {
    /// Every state, in the order of an object's life.
    pub const ALL: [Self; 9] = [
        Self::Arrived,
        Self::Queued,
        Self::Processed,
        Self::Failed,
        Self::Parked,
        Self::Replaying,
        Self::Recovered,
        Self::Unknown,
        Self::Unobserved,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Queued => "queued",
            Self::Processed => "processed",
            Self::Failed => "failed",
            Self::Parked => "parked",
            Self::Replaying => "replaying",
            Self::Recovered => "recovered",
            Self::Unknown => "unknown",
            Self::Unobserved => "unobserved",
        }
    }

    /// One cell that tells it without colour.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Arrived => "·",
            Self::Queued => "…",
            Self::Processed => "✓",
            Self::Failed => "✗",
            Self::Parked => "◌",
            Self::Replaying => "↻",
            Self::Recovered => "✚",
            Self::Unknown => "?",
            Self::Unobserved => "–",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let accept = Accept { field: "eventVersion".into(), up_to: "1.11".into() };
        assert!(accept.takes("1.9") && accept.takes("1.11") && accept.takes("1"));
        assert!(!accept.takes("1.12") && !accept.takes("2.0") && !accept.takes("next"));
    }
}
