//! What the world remembers of objects between two questions: their failures, and what the journal says was sent.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Failure, ObjectId, PlanItemState, State};
use crate::inventory::{Diagnosis, Known};
use crate::replay::journal::{self, History};

/// What is known beside listings.
#[derive(Debug, Default)]
pub struct Memory {
    known: Mutex<Known>,
    /// Whether the journal's part of `known` is up to date.
    has_journal: Mutex<bool>,
}

impl Memory {
    /// What is known now. Reads the journal where that has changed; a journal that cannot be read is told by the
    /// replays screen, and leaves its part empty here.
    pub async fn known(&self, state: &Path) -> Known {
        if !*lock(&self.has_journal) {
            let folder = state.join("journal");
            let history = tokio::task::spawn_blocking(move || journal::read(&folder)).await;
            if let Ok(Ok(history)) = history {
                let mut known = lock(&self.known);
                for told in known.consumers.values_mut() {
                    told.replayed.clear();
                    told.unknown.clear();
                }
                add(&mut known, &history);
                *lock(&self.has_journal) = true;
            }
        }
        lock(&self.known).clone()
    }

    /// Takes the content of the failure queues for what is failed and parked now.
    pub fn failures(&self, failures: &[Failure]) {
        let mut known = lock(&self.known);
        let mut reasons = HashMap::new();
        for (consumer, told) in &mut known.consumers {
            reasons.insert(consumer.clone(), std::mem::take(&mut told.failed));
            told.parked.clear();
        }
        for failure in failures {
            let Some(id) = failure.object.as_ref().map(plain) else { continue };
            let told = known.with(&failure.consumer);
            if failure.state == State::Parked {
                told.parked.insert(id);
            } else {
                let reason = failure.reason.as_ref().map(|reason| reason.text.clone());
                let before = || reasons.get(&failure.consumer)?.get(&id)?.clone();
                let reason = reason.or_else(before);
                told.failed.insert(id, reason);
            }
        }
    }

    /// Adds a reason that was found out.
    pub fn diagnosis(&self, found: &Diagnosis) {
        let mut known = lock(&self.known);
        if let Some(reason) = known.with(&found.consumer).failed.get_mut(&plain(&found.object)) {
            *reason = found.reason.as_ref().map(|reason| reason.text.clone());
        }
    }

    /// The journal has grown.
    pub fn forget_journal(&self) {
        *lock(&self.has_journal) = false;
    }
}

/// What these failures and the journal tell of objects.
pub fn known(failures: &[Failure], history: &History) -> Known {
    let memory = Memory::default();
    memory.failures(failures);
    let mut known = lock(&memory.known).clone();
    add(&mut known, history);
    known
}

fn add(known: &mut Known, history: &History) {
    for (_, past) in history.iter() {
        let known = known.with(past.consumer());
        for (begun, item) in past.each() {
            let id = plain(&begun.object);
            if let Some(sent) = item.sent {
                let newest = known.replayed.entry(id).or_insert(sent);
                *newest = (*newest).max(sent);
            } else if item.state == PlanItemState::Intended {
                known.unknown.insert(id);
            }
        }
    }
}

/// An object without its version, as listings name it.
fn plain(id: &ObjectId) -> ObjectId {
    ObjectId { version: None, ..id.clone() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
