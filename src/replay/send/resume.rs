//! Going on with a replay that stood still.

use std::collections::HashMap;
use std::time::Duration;

use super::{Item, Replayer, Report};
use crate::aws::Entry as Answer;
use crate::domain::{Consumer, MessageOrigin, PlanItemState, Progress, ReplayId};
use crate::replay::ReplayError;
use crate::replay::journal::{Event, Past, Sending};
use crate::replay::lease::Leases;
use crate::replay::plan::{is_same, make};

/// How long originals that were sent before are hidden while they are deleted.
const CLEAR: Duration = Duration::from_mins(1);

impl Replayer {
    /// Sends what the journal says was never intended, under the replay's own name, and watches it.
    ///
    /// What is unknown (intended, outcome not in the journal) is not sent: it stays in the summary as such. Originals
    /// of messages that were sent, but not deleted where they lay, are deleted first. An object that changed or went
    /// since the plan was made, or whose original is no longer where it lay, is journaled as not sent.
    pub async fn resume(&self, id: &ReplayId, tell: impl FnMut(Progress)) -> Result<Report, ReplayError> {
        let journal = self.open().await?;
        let past = journal.history().get(id).cloned().ok_or_else(|| ReplayError::Missing(id.clone()))?;
        let consumer = self.allowed(&past.began.consumer, &past.began.queue_url)?;
        let waiting: Vec<usize> = past
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.state == PlanItemState::Waiting)
            .map(|(index, _)| index)
            .collect();
        let left_behind = past.items.iter().filter(|item| item.is_left_behind()).count();
        if waiting.is_empty() && left_behind == 0 {
            return Err(ReplayError::Complete(id.clone()));
        }

        let mut events = vec![Event::Resumed { who: self.settings.who.clone() }];
        events.extend(self.clear(&consumer, &past).await?);
        let objects = waiting.iter().map(|index| past.items[*index].begun.object.clone()).collect();
        let now = (self.settings.now)();
        let plan = make(&self.aws, &self.profile, &consumer, objects, past.began.rate, None, now).await?;

        let mut states: Vec<PlanItemState> = past.items.iter().map(|item| item.state.clone()).collect();
        let mut left_out: HashMap<String, String> = plan.left_out.into_iter().collect();
        let mut candidates = plan.items;
        let mut items = Vec::new();
        let mut refused = Vec::new();
        for index in waiting {
            let begun = &past.items[index].begun;
            let place = candidates.iter().position(|item| is_same(&item.object.id, &begun.object));
            let found = place.map(|place| candidates.swap_remove(place));
            let reason = match found {
                Some(item) if item.object.etag != begun.etag => "it changed since the plan was made".to_owned(),
                Some(item) if item.origin != begun.origin || (item.message.id != begun.message) => {
                    "its message is no longer in the queue that it lay in".to_owned()
                }
                Some(item) => {
                    items.push(Item::new(index, item));
                    continue;
                }
                None => left_out
                    .remove(&begun.object.to_string())
                    .unwrap_or_else(|| "it is no longer there to be sent".to_owned()),
            };
            states[index] = PlanItemState::NotSent(reason.clone());
            refused.push((index, Sending::Refused { reason }));
        }
        if !refused.is_empty() {
            events.push(Event::Outcome { results: refused });
        }
        self.carry_out(id.clone(), consumer, past.began.rate, journal, events, states, items, tell).await
    }

    /// Deletes the originals of messages that the journal says were sent. Gives what the journal is to hear of it.
    async fn clear(&self, consumer: &Consumer, past: &Past) -> Result<Vec<Event>, ReplayError> {
        let mut events = Vec::new();
        let queues = [
            (MessageOrigin::DeadLetter, consumer.dead_letter_url.as_deref()),
            (MessageOrigin::Parked, consumer.parked_url.as_deref()),
        ];
        for (origin, url) in queues {
            let left: HashMap<&str, usize> = past
                .items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.begun.origin == origin && item.is_left_behind())
                .map(|(index, item)| (item.begun.message.as_str(), index))
                .collect();
            let Some(url) = url.filter(|_| !left.is_empty()) else { continue };
            let mut leases =
                Leases::gather(&self.aws, url, CLEAR, left.len(), 2, |message| left.contains_key(message.id.as_str()))
                    .await?;
            let held: Vec<(usize, String, String)> = leases
                .received()
                .filter_map(|received| {
                    let index = left.get(received.message.id.as_str())?;
                    Some((*index, received.message.id.clone(), received.handle.clone()))
                })
                .collect();
            let mut deleted = Vec::new();
            for batch in held.chunks(crate::aws::BATCH) {
                let handles: Vec<String> = batch.iter().map(|(.., handle)| handle.clone()).collect();
                let answers = self.aws.delete_message_batch(url, &handles).await?;
                for ((index, message, _), answer) in batch.iter().zip(answers) {
                    leases.forget(message);
                    if matches!(answer, Answer::Done(_)) {
                        deleted.push(*index);
                    }
                }
            }
            leases.release().await;
            if !deleted.is_empty() {
                events.push(Event::Deleted { indexes: deleted });
            }
        }
        Ok(events)
    }
}
