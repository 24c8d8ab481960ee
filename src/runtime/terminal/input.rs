//! What the terminal sends, read by a thread of its own.
//!
//! crossterm reads a terminal that went away without end: its source loops on a read that gives nothing (0.29,
//! `event/source/unix/mio.rs`), inside of whoever polls it. So the loop does not poll it. The thread spins until the loop,
//! which a hangup or the next tick tells, has ended the process.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures::StreamExt as _;
use tokio::sync::{mpsc, oneshot};

/// Events that wait for the loop; what comes beyond stays in the terminal.
const WAITING: usize = 4_096;
/// How long the thread is waited for when it is to stop: a terminal that is there wakes it at once.
const PATIENCE: Duration = Duration::from_secs(1);

/// The terminal's events. Dropping it stops the reading.
#[derive(Debug)]
pub(super) struct Input {
    events: mpsc::Receiver<io::Result<Event>>,
    stop: oneshot::Sender<()>,
    stopped: oneshot::Receiver<()>,
}

impl Input {
    /// Begins to read.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, events) = mpsc::channel(WAITING);
        let (stop, mut is_over) = oneshot::channel();
        let (has_stopped, stopped) = oneshot::channel();
        let reading = async move {
            let mut events = EventStream::new();
            loop {
                let event = tokio::select! {
                    biased;
                    _ = &mut is_over => break,
                    event = events.next() => event,
                };
                let Some(event) = event else { break };
                tokio::select! {
                    _ = &mut is_over => break,
                    sent = sender.send(event) => if sent.is_err() { break },
                }
            }
            drop(events);
            // Whoever stopped it may not wait.
            let _ = has_stopped.send(());
        };
        thread::Builder::new().name("terminal".into()).spawn(move || futures::executor::block_on(reading))?;
        Ok(Self { events, stop, stopped })
    }

    /// The next event; none once the terminal has no more.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        self.events.recv().await
    }

    /// The next event, where one waits already.
    pub(super) fn try_next(&mut self) -> Option<io::Result<Event>> {
        self.events.try_recv().ok()
    }

    /// Stops reading; what is typed from then on is somebody else's.
    pub(super) async fn stop(self) {
        let Self { events, stop, stopped } = self;
        drop((events, stop));
        if tokio::time::timeout(PATIENCE, stopped).await.is_err() {
            tracing::warn!("the thread that reads the terminal does not stop");
        }
    }
}
