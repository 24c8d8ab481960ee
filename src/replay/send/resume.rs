//! Going on with a replay that stood still.

use std::collections::HashMap;
use std::time::Duration;

use super::{Begun, Item, Replayer, stored};
use crate::aws::Entry as Answer;
use crate::domain::{Consumer, MessageOrigin, ObjectId, Plan, PlanItem, PlanItemState, ReplayId};
use crate::replay::ReplayError;
use crate::replay::journal::{self, BegunItem, Event, Journal, Past, PastItem, Sending};
use crate::replay::lease::Leases;
use crate::replay::plan::{Aid, make};

/// Why an object is left out of a resumption for now: it stays to be sent.
const HIDDEN: &str = "its message is hidden, perhaps still by the replay that died: resume again once it shows";

/// How long originals that were sent before are hidden while they are deleted.
const CLEAR: Duration = Duration::from_mins(1);

impl Replayer {
    /// The plan of what is left of a replay that stood still: what the journal says was never intended. Nothing
    /// happens yet.
    ///
    /// What is unknown (intended, outcome not in the journal) is not in it. An object that changed or went since the
    /// replay began, or whose original is no longer where it lay, is left out and named; once the plan is run, it is
    /// journaled as not sent.
    pub async fn resumption<'a>(&self, id: &ReplayId, aid: impl Into<Aid<'a>>) -> Result<Plan, ReplayError> {
        let folder = self.settings.folder.clone();
        let read = tokio::task::spawn_blocking(move || journal::read(&folder));
        let history = read.await.map_err(|error| ReplayError::Broken(error.to_string()))??;
        let past = history.get(id).ok_or_else(|| ReplayError::Missing(id.clone()))?;
        let consumer = self.allowed(&past.began.consumer, &past.began.destination)?;
        if !past.has_waiting() && !past.items.iter().any(PastItem::is_left_behind) {
            return Err(ReplayError::Complete(id.clone()));
        }
        let objects: Vec<ObjectId> = past.waiting().map(|(_, begun)| begun.object).collect();
        let now = (self.settings.now)();
        let mut plan = make(&self.aws, &self.profile, &consumer, objects, past.began.rate, aid, now).await?;
        let mut waiting: HashMap<ObjectId, BegunItem> =
            past.waiting().map(|(_, begun)| (begun.object.clone(), begun)).collect();
        let hidden = self.hidden(&consumer).await?;
        let mut items = Vec::with_capacity(plan.items.len());
        for item in plan.items {
            let object = &item.object.id;
            let Some(begun) = waiting.remove(object) else { continue };
            if item.object.etag != begun.etag {
                plan.left_out.push((object.to_string(), "it changed since the replay began".to_owned()));
            } else if begun.origin == MessageOrigin::Saved {
                // The journal keeps no bodies; the file has it.
                let reason = "its message was a saved one: replay the saved file again".to_owned();
                plan.left_out.push((object.to_string(), reason));
            } else if item.origin != begun.origin || item.message.id() != begun.message {
                let is_hidden = hidden.contains(&begun.origin);
                let reason = if is_hidden { HIDDEN } else { "its message is no longer in the queue that it lay in" };
                plan.left_out.push((object.to_string(), reason.to_owned()));
            } else {
                items.push(item);
            }
        }
        plan.items = items;
        plan.resumes = Some(id.clone());
        Ok(plan.sealed())
    }

    /// The origins whose queue hides messages from us now: what is not found there may be there all the same.
    async fn hidden(&self, consumer: &Consumer) -> Result<Vec<MessageOrigin>, ReplayError> {
        let queues = [
            (MessageOrigin::DeadLetter, consumer.dead_letter_url.as_deref()),
            (MessageOrigin::Parked, consumer.parked_url.as_deref()),
        ];
        let mut hidden = Vec::new();
        for (origin, url) in queues {
            if let Some(url) = url
                && self.aws.queue_state(url).await?.in_flight > 0
            {
                hidden.push(origin);
            }
        }
        Ok(hidden)
    }

    /// Goes on with a replay by a resumption of it. Originals of messages that were sent, but not deleted where they
    /// lay, are deleted now.
    pub(super) async fn again(
        &self,
        id: ReplayId,
        plan: Plan,
        consumer: &Consumer,
        journal: &Journal,
    ) -> Result<Begun, ReplayError> {
        let past = journal.history().get(&id).ok_or_else(|| ReplayError::Missing(id.clone()))?;
        let mut states: Vec<PlanItemState> = past.items.iter().map(|item| item.state.clone()).collect();
        let mut left_out: HashMap<String, String> = plan.left_out.into_iter().collect();
        let mut planned: HashMap<ObjectId, PlanItem> =
            plan.items.into_iter().map(|item| (item.object.id.clone(), item)).collect();
        let mut items = Vec::new();
        let mut refused = Vec::new();
        for (index, BegunItem { object, .. }) in past.waiting() {
            if let Some(planned) = planned.remove(&object) {
                items.push(Item::new(index, planned));
                continue;
            }
            let reason = left_out.remove(&object.to_string());
            if reason.as_deref() == Some(HIDDEN) {
                continue;
            }
            let reason = reason.unwrap_or_else(|| "it is no longer there to be sent".to_owned());
            states[index] = PlanItemState::NotSent(reason.clone());
            refused.push((index, Sending::Refused { reason }));
        }
        if !planned.is_empty() {
            // Something of the plan was sent since it was made.
            return Err(ReplayError::Changed(plan.hash));
        }
        let mut events = vec![Event::Resumed { who: self.settings.who.clone() }];
        events.extend(self.clear(consumer, past).await?);
        if !refused.is_empty() {
            events.push(Event::Outcome { results: refused });
        }
        Ok(Begun { id, events, states, items })
    }

    /// Deletes the originals of messages that the journal says were sent. Gives what the journal is to hear of it.
    async fn clear(&self, consumer: &Consumer, past: &Past) -> Result<Vec<Event>, ReplayError> {
        let left = |origin| {
            let is_left = move |item: &PastItem| item.origin == origin && item.is_left_behind();
            let each = past.each().enumerate().filter(move |(_, (_, item))| is_left(item));
            each.map(|(index, (begun, _))| (begun.message, index))
        };
        let stored: Vec<(String, usize)> = left(MessageOrigin::Stored).collect();
        let stored: Vec<(usize, &str)> = stored.iter().map(|(message, index)| (*index, message.as_str())).collect();
        let mut events = stored::delete_all(&self.aws, &stored).await;
        let queues = [
            (MessageOrigin::DeadLetter, consumer.dead_letter_url.as_deref()),
            (MessageOrigin::Parked, consumer.parked_url.as_deref()),
        ];
        for (origin, url) in queues {
            let left: HashMap<String, usize> = left(origin).collect();
            let Some(url) = url.filter(|_| !left.is_empty()) else { continue };
            let mut leases =
                Leases::gather(&self.aws, url, CLEAR, left.len(), 2, |message| left.contains_key(message.id.as_str()))
                    .await?;
            let held: Vec<(usize, String, String)> = leases
                .held()
                .filter_map(|(message, handle)| Some((*left.get(message)?, message.to_owned(), handle.to_owned())))
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
