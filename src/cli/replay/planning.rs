//! How far a plan has come, on standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use tokio::sync::watch;

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
    let _cleared = Line;
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

/// Rewrites the line of standard error, where that is a terminal.
fn show(text: &str) {
    let mut err = io::stderr().lock();
    if !err.is_terminal() {
        return;
    }
    // What wraps is not rewritten.
    let cells = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    let text: String = text.chars().take(cells.saturating_sub(1)).collect();
    // Progress that cannot be shown is no reason to stop.
    let _ = write!(err, "\r\x1b[K{text}").and_then(|()| err.flush());
}

/// Clears the line when it is dropped.
struct Line;

impl Drop for Line {
    fn drop(&mut self) {
        show("");
    }
}
