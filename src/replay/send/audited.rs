//! What the audit log hears of a running replay.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::Report;
use crate::aws::Aws;
use crate::domain::{Profile, ReplayId, Steer};
use crate::replay::ReplayError;
use crate::replay::audit::{AuditError, Auditor, Event, copy};
use crate::replay::control::{Control, Orders};
use crate::replay::journal::Journal;

/// Writes down what a running replay is told, until it has `ended`. Where that fails, nothing more is sent.
pub(super) async fn follow(control: Control, auditor: Auditor, ended: CancellationToken) {
    let mut orders = control.orders();
    let mut before = Orders::default();
    loop {
        // Asked first: what was ordered up to the end is told below.
        let has_ended = ended.is_cancelled();
        let now = *orders.borrow_and_update();
        if let Err(error) = tell(&auditor, before, now).await {
            tracing::warn!(%error, "a replay is aborted");
            return control.steer(Steer::Abort);
        }
        before = now;
        if has_ended {
            return;
        }
        tokio::select! {
            () = ended.cancelled() => {}
            // It never closes while this hand lives.
            _ = orders.changed() => {}
        }
    }
}

async fn tell(auditor: &Auditor, before: Orders, now: Orders) -> Result<(), AuditError> {
    if let Some(rate) = now.rate.filter(|_| now.rate != before.rate) {
        auditor.record(Event::Rate { rate }).await?;
    }
    if now.is_paused != before.is_paused {
        auditor.record(if now.is_paused { Event::Paused } else { Event::WentOn }).await?;
    }
    if now.is_aborted && !before.is_aborted {
        auditor.record(Event::Aborted).await?;
    }
    Ok(())
}

/// What a replay's end is told with.
pub(super) struct End {
    pub(super) aws: Aws,
    pub(super) profile: Arc<Profile>,
    pub(super) auditor: Auditor,
    pub(super) journal: Arc<Mutex<Journal>>,
    pub(super) id: ReplayId,
}

impl End {
    /// Writes the end down, and copies the log where the profile wants it.
    pub(super) async fn report(self, stopped: Option<String>) -> Result<Report, ReplayError> {
        let (summary, ended) = {
            let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
            let past = journal.history().get(&self.id).ok_or_else(|| ReplayError::Missing(self.id.clone()))?;
            (past.summary(&self.id), Event::ended(past, stopped.clone()))
        };
        let unaudited = self.auditor.record(ended).await.err().map(|error| format!("its end is not audited: {error}"));
        let uncopied = match &self.profile.audit {
            Some(to) => copy::copy(&self.aws, self.auditor.folder(), to, self.auditor.host()).await.err(),
            None => None,
        };
        Ok(Report { summary, stopped: stopped.or(unaudited), uncopied: uncopied.map(|error| error.to_string()) })
    }
}
