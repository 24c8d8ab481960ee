//! Where a running replay stands, told in steps.

use crate::domain::{Indexed, Outcome, PlanItemState, Progress, ReplayId};

/// The states of a replay's items, and what has changed since the last report.
#[derive(Debug)]
pub(super) struct Tally {
    id: ReplayId,
    states: Vec<PlanItemState>,
    sent: usize,
    refused: usize,
    recovered: usize,
    on_their_way: usize,
    /// Why the first object failed again that did.
    failure: Option<String>,
    changes: Vec<Outcome>,
    /// What the index holds of what recovered, once that is known.
    pub(super) indexed: Option<Indexed>,
}

impl Tally {
    /// Of a replay with these states so far.
    pub(super) fn new(id: ReplayId, states: Vec<PlanItemState>) -> Self {
        let mut tally = Self {
            id,
            states: Vec::new(),
            sent: 0,
            refused: 0,
            recovered: 0,
            on_their_way: 0,
            failure: None,
            changes: Vec::new(),
            indexed: None,
        };
        for state in &states {
            tally.count(state, 1);
        }
        Self { states, ..tally }
    }

    /// An item has come this far.
    pub(super) fn set(&mut self, index: usize, state: PlanItemState) {
        let before = std::mem::replace(&mut self.states[index], state.clone());
        self.count(&before, -1);
        self.count(&state, 1);
        if let PlanItemState::FailedAgain(reason) = &state {
            self.failure.get_or_insert_with(|| reason.clone());
        }
        self.changes.push(Outcome { index, state });
    }

    /// How many were acknowledged and have no verdict yet.
    pub(super) fn on_their_way(&self) -> usize {
        self.on_their_way
    }

    /// Why the first object failed again that did since this tally began.
    pub(super) fn first_failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The news since the last report.
    pub(super) fn report(&mut self, rate: u32, is_paused: bool, is_done: bool, stopped: Option<String>) -> Progress {
        Progress {
            rate,
            is_paused,
            id: self.id.clone(),
            sent: self.sent,
            refused: self.refused,
            recovered: self.recovered,
            total: self.states.len(),
            outcomes: std::mem::take(&mut self.changes),
            indexed: self.indexed.clone(),
            is_done,
            stopped,
        }
    }

    fn count(&mut self, state: &PlanItemState, by: isize) {
        use PlanItemState::{FailedAgain, Intended, NotSent, Recovered, Sent, Unconfirmed, Waiting};
        let add = |number: &mut usize| *number = number.saturating_add_signed(by);
        match state {
            Waiting | Intended => {}
            NotSent(_) => add(&mut self.refused),
            Sent => {
                add(&mut self.sent);
                add(&mut self.on_their_way);
            }
            FailedAgain(_) | Unconfirmed => add(&mut self.sent),
            Recovered => {
                add(&mut self.sent);
                add(&mut self.recovered);
            }
        }
    }
}
