//! A cursor over rows, and the part of them that is in sight.

use std::ops::Range;

use crate::command::Command;

/// A cursor over rows. `top` is the first row in sight when the model was last settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row that it is on.
    pub at: usize,
    /// The first row in sight.
    pub top: usize,
}

impl Cursor {
    /// The rows in sight of `len` in a pane of `height`, the cursor among them.
    pub fn window(self, height: usize, len: usize) -> Range<usize> {
        let at = self.at.min(len.saturating_sub(1));
        let height = height.max(1);
        // Not more empty space at the end than needed, and the cursor in sight.
        let top = self.top.min(len.saturating_sub(height)).clamp((at + 1).saturating_sub(height), at);
        top..(top + height).min(len)
    }

    /// Brings the cursor into the rows and its window around it.
    pub fn settle(&mut self, height: usize, len: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        self.top = self.window(height, len).start;
    }

    /// Moves as `command` says, over `len` rows with `height` in sight. Returns whether it is a movement.
    pub fn run(&mut self, command: Command, height: usize, len: usize) -> bool {
        let last = len.saturating_sub(1);
        let page = height.max(1);
        let half = (page / 2).max(1);
        self.at = match command {
            Command::Down => self.at.saturating_add(1),
            Command::Up => self.at.saturating_sub(1),
            Command::PageDown => self.at.saturating_add(page),
            Command::PageUp => self.at.saturating_sub(page),
            Command::HalfDown => self.at.saturating_add(half),
            Command::HalfUp => self.at.saturating_sub(half),
            Command::Top => 0,
            Command::Bottom => last,
            _ => return false,
        }
        .min(last);
        true
    }

    /// Goes to a row and puts it in the middle of the pane.
    pub fn jump(&mut self, at: usize, height: usize) {
        self.at = at;
        self.top = at.saturating_sub(height / 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_cursor_and_wastes_no_row() {
        for len in 0..12 {
            for at in 0..12 {
                for top in 0..12 {
                    for height in 0..12 {
                        let window = Cursor { at, top }.window(height, len);
                        assert!(len == 0 || window.contains(&at.min(len - 1)));
                        assert_eq!(window.len(), height.max(1).min(len));
                    }
                }
            }
        }
    }
}
