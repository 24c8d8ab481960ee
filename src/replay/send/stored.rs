//! Originals that wait as objects: nothing hides them, so each is looked for just before it is sent, and deleted once
//! its re-send was acknowledged and journaled.

use std::collections::HashMap;

use futures::future::join_all;

use super::Item;
use crate::aws::{Aws, Kind};
use crate::domain::MessageOrigin;
use crate::inventory::stored::object_of;
use crate::replay::journal::{Event, Sending};

/// Why stored originals of these items cannot be sent: they are gone, or it cannot be told. By the items' indexes.
pub(super) async fn missing(aws: &Aws, items: &[Item]) -> HashMap<usize, String> {
    let looks = items.iter().filter(|item| item.origin == MessageOrigin::Stored).map(|item| async move {
        let reason = match object_of(item.message.id()) {
            None => Some("its message is no object".to_owned()),
            Some(object) => match aws.head(&object).await {
                Ok(_) => None,
                Err(error) if error.kind == Kind::NoSuchKey => {
                    Some("its message is no longer below the parked prefix".to_owned())
                }
                Err(error) => Some(format!("whether its message is still there cannot be told: {}", error.cause)),
            },
        };
        reason.map(|reason| (item.index, reason))
    });
    join_all(looks).await.into_iter().flatten().collect()
}

/// Deletes the stored originals of what was acknowledged and journaled. Gives what the journal is to hear of it.
pub(super) async fn delete(aws: &Aws, batch: &[Item], answers: &[Sending]) -> Vec<Event> {
    let sent = batch
        .iter()
        .zip(answers)
        .filter(|(item, answer)| item.origin == MessageOrigin::Stored && matches!(answer, Sending::Sent { .. }));
    let originals: Vec<(usize, &str)> = sent.map(|(item, _)| (item.index, item.message.id())).collect();
    delete_all(aws, &originals).await
}

/// Deletes objects that hold the originals of items. Gives what the journal is to hear of it.
pub(super) async fn delete_all(aws: &Aws, originals: &[(usize, &str)]) -> Vec<Event> {
    let deletions = originals.iter().map(|(index, message)| async move {
        let object = object_of(message).ok_or_else(|| "its message is no object".to_owned());
        let done = match object {
            Ok(object) => aws.delete(&object).await.map_err(|error| error.to_string()),
            Err(reason) => Err(reason),
        };
        (*index, done)
    });
    let mut events = Vec::new();
    let mut deleted = Vec::new();
    for (index, done) in join_all(deletions).await {
        match done {
            Ok(()) => deleted.push(index),
            Err(reason) => events.push(Event::Kept { indexes: vec![index], reason }),
        }
    }
    if !deleted.is_empty() {
        events.push(Event::Deleted { indexes: deleted });
    }
    events
}
