//! Events that wait as objects below a consumer's parked prefix, where they outlast the 14 days of SQS.

use std::collections::VecDeque;

use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;

use crate::aws::{Aws, AwsError, Kind, ListFrom};
use crate::domain::{ByteSize, Location, Object, ObjectId, QueuedMessage, SavedMessage};

/// Requests at a time.
const PARALLEL: usize = 16;
/// Messages that are read at once, so that a caller hears of them early.
const PART: usize = 100;
/// The longest one that is read: a message is 1 MiB at most, and its JSON may be escaped.
const LONGEST: ByteSize = ByteSize::mib(8);

/// The messages below a place, by their keys. The id of each is the URI of its object.
pub struct Stored {
    aws: Aws,
    place: Location,
    newer_than: Option<Timestamp>,
    next: Option<ListFrom>,
    listed: VecDeque<Object>,
}

impl Stored {
    /// All messages below `place`.
    pub fn new(aws: &Aws, place: &Location) -> Self {
        Self {
            aws: aws.clone(),
            place: place.clone(),
            newer_than: None,
            next: Some(ListFrom::Start),
            listed: VecDeque::new(),
        }
    }

    /// Only those that were written after `moment`, by S3's clock.
    #[must_use]
    pub fn newer_than(self, moment: Timestamp) -> Self {
        Self { newer_than: Some(moment), ..self }
    }

    /// Further messages; none at the end. What was released since it was listed is passed over.
    pub async fn next(&mut self) -> Result<Option<Vec<QueuedMessage>>, AwsError> {
        while self.listed.is_empty() {
            let Some(from) = self.next.take() else { return Ok(None) };
            let page = self.aws.list(&self.place, &from, 1_000).await?;
            self.next = page.next;
            let is_wanted = |object: &Object| {
                !object.id.key.ends_with('/') && self.newer_than.is_none_or(|moment| object.arrived > moment)
            };
            self.listed.extend(page.objects.into_iter().filter(is_wanted));
        }
        let part = self.listed.drain(..self.listed.len().min(PART)).collect::<Vec<_>>();
        let reads: Vec<_> = part.into_iter().map(|object| read(&self.aws, object).boxed()).collect();
        let read: Vec<Result<Option<QueuedMessage>, AwsError>> =
            futures::stream::iter(reads).buffered(PARALLEL).collect().await;
        Ok(Some(read.into_iter().filter_map(Result::transpose).collect::<Result<_, _>>()?))
    }
}

async fn read(aws: &Aws, object: Object) -> Result<Option<QueuedMessage>, AwsError> {
    match aws.get_all(&object.id, LONGEST).await {
        Ok((_, bytes)) => Ok(Some(message(&object, &bytes))),
        Err(error) if error.kind == Kind::NoSuchKey => Ok(None),
        Err(error) => Err(error),
    }
}

/// The message of an object: as our worker keeps it, with its attributes; else the object's content is its body.
fn message(object: &Object, bytes: &[u8]) -> QueuedMessage {
    let id = object.id.to_string();
    match serde_json::from_slice::<SavedMessage>(bytes) {
        Ok(saved) if saved.is_intact() => QueuedMessage { id, expires: None, ..saved.message },
        // One that was altered is no message, and neither is what is no text: it is told as one that cannot be read.
        _ => QueuedMessage {
            id,
            body: std::str::from_utf8(bytes).unwrap_or_default().to_owned(),
            sent: Some(object.arrived),
            ..QueuedMessage::default()
        },
    }
}

/// The object of a message that [`Stored`] gave.
pub fn object_of(message: &str) -> Option<ObjectId> {
    message.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MessageOrigin;

    fn object() -> Object {
        Object {
            id: ObjectId::new("platform", "parked/indexer/falcon/x.json"),
            size: ByteSize(9),
            etag: "e".into(),
            storage_class: "STANDARD".into(),
            arrived: "2026-11-23T02:00:00Z".parse().expect("a timestamp"),
        }
    }

    #[test]
    fn a_message_is_read_as_it_was_kept_and_is_named_by_its_object() {
        let kept = QueuedMessage {
            id: "m-1".into(),
            body: "{\"Records\":[]}".into(),
            attributes: [("trace".to_owned(), ("String".to_owned(), "7".to_owned()))].into(),
            sent: Some("2026-11-23T01:00:00Z".parse().expect("a timestamp")),
            receive_count: 1,
            expires: Some("2026-12-07T01:00:00Z".parse().expect("a timestamp")),
        };
        let saved =
            SavedMessage::new("indexer", "http://q", MessageOrigin::Stored, kept.clone(), Timestamp::UNIX_EPOCH);
        let read = message(&object(), &serde_json::to_vec(&saved).expect("JSON"));
        let id = "s3://platform/parked/indexer/falcon/x.json".to_owned();
        assert_eq!(read, QueuedMessage { id, expires: None, ..kept });
        assert_eq!(object_of(&read.id), Some(object().id));
    }

    #[test]
    fn other_content_is_the_body_and_an_altered_message_is_none() {
        let plain = message(&object(), b"{\"Records\":[]}");
        assert_eq!((plain.body.as_str(), plain.sent), ("{\"Records\":[]}", Some(object().arrived)));
        let kept = QueuedMessage { body: "a".into(), ..QueuedMessage::default() };
        let saved = SavedMessage::new("indexer", "http://q", MessageOrigin::Stored, kept, Timestamp::UNIX_EPOCH);
        let altered = serde_json::to_string(&saved).expect("JSON").replace("\"body\":\"a\"", "\"body\":\"b\"");
        assert_eq!(message(&object(), altered.as_bytes()).body, altered);
        assert_eq!(message(&object(), b"\xff\xfe").body, "");
    }
}
