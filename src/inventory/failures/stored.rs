//! What waits as objects below the consumer's parked prefix.

use tokio::sync::mpsc;

use super::{Looked, Seen, plain};
use crate::app::request::Trouble;
use crate::domain::{Consumer, Failure, State, Trace, event};
use crate::inventory::{Inventory, stored::Stored};

/// Messages that are listed at most.
const MOST: usize = 10_000;

impl Inventory {
    /// Tells of every message below the prefix; the objects that they name are added to `seen`.
    pub(super) async fn stored_messages(
        &self,
        consumer: &Consumer,
        seen: &mut Seen,
        found: &mpsc::Sender<Vec<Failure>>,
    ) -> Result<Looked, Trouble> {
        let Some(place) = &consumer.parked_prefix else { return Ok(Looked::default()) };
        let mut looked = Looked::default();
        let mut stored = Stored::new(&self.aws, place);
        while let Some(messages) = stored.next().await? {
            looked.seen += messages.len();
            let mut failures = Vec::new();
            for message in messages {
                let read = event::decode(&message.body);
                failures.extend(self.failures_told(consumer, State::Parked, &Trace::Stored(message), read, None));
            }
            seen.extend(failures.iter().filter_map(|failure| failure.object.as_ref().map(plain)));
            if found.send(failures).await.is_err() {
                break;
            }
            if looked.seen >= MOST {
                return Err(Trouble {
                    what: format!("the list of {place} ends early"),
                    cause: format!("more than {MOST} messages wait there"),
                    hint: Some("release some of them, and look again".into()),
                });
            }
        }
        Ok(looked)
    }
}
