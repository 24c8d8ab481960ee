//! How far a plan has come, on standard error.

use std::io;
use std::time::Duration;

use tokio::sync::watch;

use crate::cli::progress::{Line, show};
use crate::domain::{Plan, Planning};
use crate::replay::{Aid, Preflight, ReplayError, Teller};

/// The pause between two lines.
const PAUSE: Duration = Duration::from_millis(200);

/// Has a plan made; where standard error is a terminal, one line of it tells how far it has come. None where it was
/// interrupted: then the messages that it hid are shown again.
pub async fn made(
    preflight: &Preflight,
    make: impl AsyncFnOnce(Aid<'_>) -> Result<Plan, ReplayError>,
) -> anyhow::Result<Option<Plan>> {
    let (teller, progress) = Teller::new();
    let aid = Aid { preflight: Some(preflight), teller: Some(&teller) };
    let mut making = std::pin::pin!(make(aid));
    let interrupted = tokio::select! {
        plan = &mut making => return Ok(Some(plan?)),
        interrupted = watched(progress) => interrupted,
    };
    interrupted?;
    match making.await {
        // It was done just before it heard of it.
        Ok(_) | Err(ReplayError::GivenUp) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Shows what is told until an interrupt; once this is dropped, the line is gone.
async fn watched(mut progress: watch::Receiver<Planning>) -> io::Result<()> {
    let _cleared = Line::default();
    let telling = async {
        while progress.changed().await.is_ok() {
            let planning = *progress.borrow_and_update();
            show(&planning.told());
            tokio::time::sleep(PAUSE).await;
        }
        std::future::pending().await
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        never = telling => never,
    }
}
