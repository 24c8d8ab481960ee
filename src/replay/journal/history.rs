//! What a journal's entries add up to.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::entry::{Began, BegunItem, BegunItems, Entry, Event, Sending};
use crate::domain::{Indexed, MessageOrigin, PlanItemState, ReplayId, ReplaySummary};

/// Every replay of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    replays: BTreeMap<ReplayId, Past>,
}

/// One replay of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its plan's head.
    pub began: Began,
    /// When it began.
    pub at: Timestamp,
    /// What was to be sent, in the plan's order, as the journal's entries brought it.
    begun: Vec<BegunItems>,
    /// How far each item came, in the plan's order.
    pub items: Vec<PastItem>,
    /// What the index held of what recovered, where it was asked.
    pub indexed: Option<Indexed>,
    /// Its end: `None` where it was cut short, else the reason that it stopped for, if it did.
    pub finished: Option<Option<String>>,
}

/// How far one item of a past replay came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastItem {
    /// Where its message came from.
    pub origin: MessageOrigin,
    /// How far it came.
    pub state: PlanItemState,
    /// When it was acknowledged.
    pub sent: Option<Timestamp>,
    /// Whether its original was deleted from the queue it lay in.
    pub is_deleted: bool,
}

impl PastItem {
    /// Whether its original still lies in a failure or parked queue, or as an object, although it was sent.
    pub fn is_left_behind(&self) -> bool {
        use MessageOrigin::{DeadLetter, Parked, Stored};
        self.sent.is_some() && !self.is_deleted && matches!(self.origin, DeadLetter | Parked | Stored)
    }
}

/// An entry that does not fit what came before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// No such replay was begun.
    #[error("replay {0} was never begun")]
    Replay(ReplayId),
    /// The replay was begun before.
    #[error("replay {0} began twice")]
    Twice(ReplayId),
    /// The replay has no such item.
    #[error("replay {id} has no item {index}")]
    Item {
        /// Which replay.
        id: ReplayId,
        /// The index.
        index: usize,
    },
}

impl History {
    /// Takes up the next entry.
    pub fn apply(&mut self, entry: Entry) -> Result<(), Misfit> {
        let Entry { id, at, event } = entry;
        if let Event::Began(began) = event {
            if self.replays.contains_key(&id) {
                return Err(Misfit::Twice(id));
            }
            self.replays
                .insert(id, Past { began, at, begun: Vec::new(), items: Vec::new(), indexed: None, finished: None });
            return Ok(());
        }
        let past = self.replays.get_mut(&id).ok_or_else(|| Misfit::Replay(id.clone()))?;
        past.apply(&id, at, event)
    }

    /// Forgets replays whose writing was cut short before all of their items were there: nothing of them was sent.
    pub(super) fn drop_unbegun(&mut self) {
        self.replays.retain(|_, past| past.items.len() >= past.began.total);
    }

    /// The replay of this name.
    pub fn get(&self, id: &ReplayId) -> Option<&Past> {
        self.replays.get(id)
    }

    /// Every replay, newest first.
    pub fn iter(&self) -> impl Iterator<Item = (&ReplayId, &Past)> {
        let mut replays: Vec<_> = self.replays.iter().collect();
        replays.sort_by(|a, b| (b.1.at, b.0).cmp(&(a.1.at, a.0)));
        replays.into_iter()
    }

    /// Every replay in short, newest first.
    pub fn summaries(&self) -> Vec<ReplaySummary> {
        self.iter().map(|(id, past)| past.summary(id)).collect()
    }
}

impl Past {
    /// The name of the consumer that it was sent to.
    pub fn consumer(&self) -> &str {
        &self.began.consumer
    }

    fn apply(&mut self, id: &ReplayId, at: Timestamp, event: Event) -> Result<(), Misfit> {
        match event {
            Event::Began(_) => unreachable!("handled by the history"),
            Event::Items { first, items } => {
                if first != self.items.len() {
                    return Err(Misfit::Item { id: id.clone(), index: first });
                }
                self.items.extend(items.unpack().into_iter().map(|begun| PastItem {
                    origin: begun.origin,
                    state: PlanItemState::Waiting,
                    sent: None,
                    is_deleted: false,
                }));
                self.begun.push(items);
            }
            Event::Resumed { .. } => {
                self.finished = None;
                self.indexed = None;
            }
            Event::Intent { indexes } => {
                for index in indexes {
                    self.item(id, index)?.state = PlanItemState::Intended;
                }
            }
            Event::Outcome { results } => {
                for (index, sending) in results {
                    let item = self.item(id, index)?;
                    match sending {
                        Sending::Sent { .. } => {
                            item.state = PlanItemState::Sent;
                            item.sent = Some(at);
                        }
                        Sending::Refused { reason } => item.state = PlanItemState::NotSent(reason),
                        Sending::Unknown { .. } => item.state = PlanItemState::Intended,
                    }
                }
            }
            Event::Deleted { indexes } => {
                for index in indexes {
                    self.item(id, index)?.is_deleted = true;
                }
            }
            Event::Kept { indexes, .. } => {
                for index in indexes {
                    self.item(id, index)?.is_deleted = false;
                }
            }
            Event::Verified { results } => {
                for (index, verdict) in results {
                    self.item(id, index)?.state = verdict.into();
                }
            }
            Event::Indexed(indexed) => self.indexed = Some(indexed),
            Event::Finished { stopped } => self.finished = Some(stopped),
        }
        Ok(())
    }

    /// What was to be sent, in the plan's order, and how far each came.
    pub fn each(&self) -> impl Iterator<Item = (BegunItem, &PastItem)> {
        self.begun.iter().flat_map(BegunItems::unpack).zip(&self.items)
    }

    /// Whether anything was never intended.
    pub fn has_waiting(&self) -> bool {
        self.items.iter().any(|item| item.state == PlanItemState::Waiting)
    }

    /// What was never intended, with the indexes.
    pub fn waiting(&self) -> impl Iterator<Item = (usize, BegunItem)> {
        let is_waiting = |item: &PastItem| item.state == PlanItemState::Waiting;
        self.each().enumerate().filter(move |(_, (_, item))| is_waiting(item)).map(|(index, (begun, _))| (index, begun))
    }

    fn item(&mut self, id: &ReplayId, index: usize) -> Result<&mut PastItem, Misfit> {
        self.items.get_mut(index).ok_or_else(|| Misfit::Item { id: id.clone(), index })
    }

    /// The replay in short.
    pub fn summary(&self, id: &ReplayId) -> ReplaySummary {
        let count = |wanted: fn(&PlanItemState) -> bool| self.items.iter().filter(|item| wanted(&item.state)).count();
        ReplaySummary {
            id: id.clone(),
            consumer: self.began.consumer.clone(),
            began: self.at,
            total: self.began.total,
            sent: self.items.iter().filter(|item| item.sent.is_some()).count(),
            refused: count(|state| matches!(state, PlanItemState::NotSent(_))),
            unknown: count(|state| matches!(state, PlanItemState::Intended)),
            recovered: count(|state| matches!(state, PlanItemState::Recovered)),
            indexed: self.indexed.clone(),
            finished: self.finished.is_some(),
            stopped: self.finished.clone().flatten(),
            items: self.each().map(|(begun, item)| (begun.object, item.state.clone())).collect(),
        }
    }
}
