//! The last check of a replay: what its receipts prove is looked for in the index.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::engine::Engine;
use crate::domain::{Indexed, ObjectId, PlanItemState};
use crate::inventory::Inventory;

/// How long the index is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

impl Engine {
    /// What the index holds of all objects of the replay that recovered; none where it is not known.
    pub(super) async fn indexed(&self) -> Option<Indexed> {
        let recovered: Vec<(usize, ObjectId)> = {
            let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
            let items = journal.history().get(&self.id)?.each().enumerate();
            let recovered = items.filter(|(_, (_, item))| item.state == PlanItemState::Recovered);
            recovered.map(|(index, (begun, _))| (index, begun.object)).collect()
        };
        let inventory = Inventory::new(self.aws.clone(), Arc::clone(&self.profile));
        let looking = tokio::time::timeout(PATIENCE, Box::pin(inventory.indexed(&self.consumer, &recovered)));
        tokio::select! {
            indexed = looking => indexed.unwrap_or_else(|_| {
                let trouble = Some(format!("no answer within {} s", PATIENCE.as_secs()));
                Some(Indexed { unlooked: recovered.len(), trouble, ..Indexed::default() })
            }),
            () = self.cancel.cancelled() => None,
        }
    }
}
