//! A message of a failure queue as it is kept in a file, so that retention does not have the last word.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{MessageOrigin, QueuedMessage};

/// One message with where it lay. As a line of JSON it keeps every byte of body and attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMessage {
    /// The name of the consumer that failed on it or parked it.
    pub consumer: String,
    /// The URL of the queue that it lay in.
    pub queue: String,
    /// Which of the consumer's queues that was.
    pub origin: MessageOrigin,
    /// When it was saved.
    pub saved: Timestamp,
    /// SHA-256 of its body, in hexadecimal.
    pub body_sha256: String,
    /// The message.
    pub message: QueuedMessage,
}

impl SavedMessage {
    /// The message as it lies in a queue of a consumer now.
    pub fn new(consumer: &str, queue: &str, origin: MessageOrigin, message: QueuedMessage, saved: Timestamp) -> Self {
        let body_sha256 = message.body_sha256();
        Self { consumer: consumer.to_owned(), queue: queue.to_owned(), origin, saved, body_sha256, message }
    }

    /// Whether the body is the one that was saved.
    pub fn is_intact(&self) -> bool {
        self.message.body_sha256() == self.body_sha256
    }
}
