//! Where an event waits whose format no parser knows.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{Inner, now};
use crate::aws::{AwsError, Put};
use crate::domain::{MessageOrigin, QueuedMessage, SavedMessage};

/// Keeps a message whose first parked object is of `source`: as an object where the consumer has a place for them, else
/// in its parked queue. Only once that is done, its event may be deleted.
pub(super) async fn park(worker: &Inner, message: &QueuedMessage, source: Option<&str>) -> Result<(), AwsError> {
    let consumer = &worker.consumer;
    if let Some(place) = &consumer.parked_prefix {
        let origin = MessageOrigin::Stored;
        let saved = SavedMessage::new(&consumer.name, consumer.input.place(), origin, message.clone(), now());
        let bytes = Bytes::from(serde_json::to_vec(&saved).unwrap_or_default());
        let with = Put { content_type: Some("application/json".into()), ..Put::default() };
        return worker.aws.put(&place.object(&name(message, source)), bytes, with).await.map(drop);
    }
    match &consumer.parked_url {
        Some(url) => worker.aws.send(url, message).await.map(drop),
        None => Ok(()),
    }
}

/// The name of a message's object: its source, when it was sent, and its id. A message that comes once more is written
/// to the same object; one that was sent again, and so has another id, to another: releasing the old one never deletes
/// the new one.
fn name(message: &QueuedMessage, source: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update((message.id.len() as u64).to_be_bytes());
    hash.update(&message.id);
    hash.update(&message.body);
    let sent = message.sent.map_or_else(|| "undated".to_owned(), |sent| sent.strftime("%Y%m%dT%H%M%SZ").to_string());
    let digest = format!("{:x}", hash.finalize());
    format!("{}/{sent}-{}.json", source.unwrap_or("no-source"), &digest[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_object_and_its_next_sending_another() {
        let message = QueuedMessage {
            id: "m-1".into(),
            body: "b".into(),
            sent: Some("2026-11-23T01:02:03.9Z".parse().expect("a timestamp")),
            ..QueuedMessage::default()
        };
        let first = name(&message, Some("falcon"));
        assert!(first.starts_with("falcon/20261123T010203Z-") && first.ends_with(".json"), "{first}");
        let again = QueuedMessage { receive_count: 3, ..message.clone() };
        assert_eq!(name(&again, Some("falcon")), first);
        assert_ne!(name(&QueuedMessage { id: "m-2".into(), ..message.clone() }, Some("falcon")), first);
        let undated = QueuedMessage { sent: None, ..message };
        assert!(name(&undated, None).starts_with("no-source/undated-"));
    }
}
