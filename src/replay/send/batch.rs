//! What goes into one SendMessageBatch, and what its answer means.

use crate::aws::{AwsError, BATCH, Entry};
use crate::domain::{PackedMessage, QueuedMessage, REPLAY_ATTRIBUTE, ReplayId};
use crate::replay::journal::Sending;

/// Bytes of a batch at most. SQS takes 1 MiB since 2025; what stands in for it often still takes the former limit.
const BYTES: usize = 256 * 1024;

/// Attributes that SQS takes with a message ("Message metadata" in the SQS developer guide).
const ATTRIBUTES: usize = 10;

/// Bytes that the mark of the replay adds to a message.
const MARK: usize = 64;

/// How many of `messages` go into one batch: at most `limit` (and 10), and no more bytes than SQS takes. At least one.
pub(super) fn cut<'a>(messages: impl IntoIterator<Item = &'a PackedMessage>, limit: usize) -> usize {
    let mut bytes = 0;
    let mut count = 0;
    for message in messages {
        bytes += message.size() + MARK;
        if count == limit.min(BATCH) || (count > 0 && bytes > BYTES) {
            break;
        }
        count += 1;
    }
    count
}

/// The message as it is sent: its body as it is, its attributes, and the mark of the replay beside them where there
/// is room.
pub(super) fn marked(mut message: QueuedMessage, id: &ReplayId) -> QueuedMessage {
    if message.attributes.len() < ATTRIBUTES || message.attributes.contains_key(REPLAY_ATTRIBUTE) {
        message.attributes.insert(REPLAY_ATTRIBUTE.to_owned(), ("String".to_owned(), id.0.clone()));
    }
    message
}

/// What an answer to a batch of `count` messages says of each.
pub(super) fn outcomes(count: usize, answer: Result<Vec<Entry>, AwsError>) -> Vec<Sending> {
    match answer {
        Ok(entries) => {
            let mut outcomes: Vec<Sending> = entries.into_iter().take(count).map(outcome).collect();
            outcomes.resize(count, outcome(Entry::Unknown));
            outcomes
        }
        Err(error) if error.is_without_effect() => vec![Sending::Refused { reason: error.cause }; count],
        Err(error) => vec![Sending::Unknown { reason: error.cause }; count],
    }
}

fn outcome(entry: Entry) -> Sending {
    match entry {
        Entry::Done(message) => Sending::Sent { message },
        Entry::Refused(reason) => Sending::Refused { reason },
        Entry::Unknown => Sending::Unknown { reason: "the answer names it neither as sent nor as refused".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    fn message(bytes: usize) -> QueuedMessage {
        QueuedMessage { id: "m".into(), body: "x".repeat(bytes), ..QueuedMessage::default() }
    }

    #[test]
    fn a_batch_ends_at_its_limit_at_ten_or_where_the_bytes_end() {
        let small = message(100).into();
        assert_eq!(cut(iter::repeat_n(&small, 30), 1), 1);
        assert_eq!(cut(iter::repeat_n(&small, 30), 7), 7);
        assert_eq!(cut(iter::repeat_n(&small, 30), 30), 10);
        assert_eq!(cut(iter::repeat_n(&small, 3), 10), 3);
        let large = message(100 * 1024).into();
        assert_eq!(cut(iter::repeat_n(&large, 30), 10), 2);
        let huge = message(1 << 20).into();
        assert_eq!(cut([&huge, &small], 10), 1, "a message that fills a batch goes alone");
    }

    #[test]
    fn the_mark_is_an_attribute_and_leaves_the_body_and_the_others_alone() {
        let id = ReplayId("r-1".into());
        let mut original = message(5);
        original.attributes.insert("trace".into(), ("Number".into(), "7".into()));
        let sent = marked(original.clone(), &id);
        assert_eq!(sent.body, original.body);
        assert_eq!(sent.attributes["trace"], ("Number".into(), "7".into()));
        assert_eq!(sent.attributes[REPLAY_ATTRIBUTE], ("String".into(), "r-1".into()));
        let again = marked(sent, &ReplayId("r-2".into()));
        assert_eq!((again.attributes.len(), again.attributes[REPLAY_ATTRIBUTE].1.as_str()), (2, "r-2"));

        original.attributes = (0..10).map(|n| (n.to_string(), ("String".into(), "v".into()))).collect();
        assert_eq!(
            marked(original.clone(), &id).attributes,
            original.attributes,
            "an eleventh would have SQS refuse it"
        );
    }

    #[test]
    fn r10_what_an_answer_does_not_name_is_unknown() {
        let outcomes = outcomes(3, Ok(vec![Entry::Done("n".into()), Entry::Unknown]));
        assert_eq!(outcomes[0], Sending::Sent { message: "n".into() });
        assert!(matches!(outcomes[1], Sending::Unknown { .. }));
        assert!(matches!(outcomes[2], Sending::Unknown { .. }));
    }
}
