//! One line of standard error that tells how far something has come, where that is a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// The pause between two texts of the line.
const PAUSE: Duration = Duration::from_millis(200);

/// Rewrites the line.
pub fn show(text: &str) {
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

/// The line while it is needed: it is gone when this is dropped.
#[derive(Debug, Default)]
pub struct Line {
    shown: Option<Instant>,
}

impl Line {
    /// Shows a text, unless another one was shown a moment ago.
    pub fn tell(&mut self, text: impl FnOnce() -> String) {
        if self.shown.is_none_or(|shown| shown.elapsed() >= PAUSE) {
            self.shown = Some(Instant::now());
            show(&text());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        show("");
    }
}
