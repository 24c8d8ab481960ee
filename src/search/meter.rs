//! What a search has cost so far, also where it was stopped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::estimate::price;
use super::plan::{News, requests};
use crate::aws::Aws;
use crate::domain::{ByteSize, Cost, QueryStatus, ScanProgress};

/// Looks at a statement that was stopped, until it tells what it has scanned; and the pause between two.
const LOOKS: (u32, Duration) = (20, Duration::from_millis(250));

/// Hears what a search tells. Clones hear the same.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Heard>>);

#[derive(Debug, Clone, Default)]
struct Heard {
    /// What the statements before the last have scanned.
    before: ByteSize,
    /// The last statement, with the sum of all.
    last: Option<QueryStatus>,
    scan: Option<ScanProgress>,
}

impl Meter {
    /// Takes in what is told.
    pub fn hear(&self, news: &News) {
        let mut heard = self.heard();
        match news {
            News::Athena(status) => {
                let before = heard.last.replace(status.clone()).filter(|last| last.id != status.id);
                heard.before = before.map_or(heard.before, |last| last.scanned);
            }
            News::Scan(progress) => heard.scan = Some(*progress),
            News::Hits(_) | News::Flaw(..) => {}
        }
    }

    /// What it has cost, once nothing of it runs any more: Athena is asked what the last statement has scanned. Nothing
    /// where that is not known.
    pub async fn cost(&self, aws: &Aws) -> Option<Cost> {
        let Heard { before, last, scan } = self.heard().clone();
        if last.is_none() && scan.is_none() {
            return None;
        }
        let mut cost = Cost::default();
        if let Some(last) = last {
            let bytes = before + scanned(aws, &last.id).await?;
            cost += Cost { dollars: price(bytes), bytes };
        }
        if let Some(scan) = scan {
            cost += Cost { dollars: requests(scan.objects), bytes: ByteSize(scan.stored) };
        }
        Some(cost)
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a statement has scanned in the end.
async fn scanned(aws: &Aws, id: &str) -> Option<ByteSize> {
    for _ in 0..LOOKS.0 {
        match aws.execution(id).await {
            Ok(execution) if execution.status.phase.is_final() => return Some(execution.status.scanned),
            Err(error) if !error.kind.is_passing() => {
                tracing::warn!(%error, "what a stopped query has scanned is not known");
                return None;
            }
            _ => tokio::time::sleep(LOOKS.1).await,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::QueryPhase;

    fn status(id: &str, mib: u64) -> News {
        News::Athena(QueryStatus {
            id: id.into(),
            phase: QueryPhase::Running,
            reason: None,
            scanned: ByteSize::mib(mib),
            queued_ms: 0,
            total_ms: 0,
        })
    }

    #[test]
    fn what_statements_before_have_scanned_is_kept_apart() {
        let meter = Meter::default();
        for news in [status("a", 1), status("a", 3), status("b", 3), status("b", 8), status("c", 9)] {
            meter.hear(&news);
        }
        let heard = meter.heard().clone();
        assert_eq!((heard.before, heard.last.map(|last| last.id)), (ByteSize::mib(8), Some("c".into())));
    }
}
