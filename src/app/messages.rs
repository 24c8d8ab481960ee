//! What went wrong, and notes: the newest one shortly at the foot of the screen, all of them in a list.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::Model;
use super::request::Trouble;

/// How grave a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Something was done.
    Note,
    /// Something was not done, for a reason that is yours.
    Warning,
    /// Something failed.
    Error,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// How grave.
    pub level: Level,
    /// What happened, why, and what to do about it.
    pub trouble: Trouble,
    /// How often it was told in a row.
    pub times: u32,
}

/// The newest messages.
#[derive(Debug, Default)]
pub struct Messages {
    told: VecDeque<Told>,
    dismissed: bool,
}

impl Messages {
    const LIMIT: usize = 200;

    /// All that are remembered, newest first.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Told> {
        self.told.iter()
    }

    /// The message to show at the foot of the screen at `now`.
    pub fn toast(&self, now: Timestamp) -> Option<&Told> {
        let newest = self.told.front().filter(|_| !self.dismissed)?;
        let seconds = match newest.level {
            Level::Note => 5,
            Level::Warning => 10,
            Level::Error => 60,
        };
        (now.duration_since(newest.at) < SignedDuration::from_secs(seconds)).then_some(newest)
    }

    pub(super) fn dismiss(&mut self) {
        self.dismissed = true;
    }

    /// Takes out all that was told, oldest first.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Told> + use<> {
        std::mem::take(&mut self.told).into_iter().rev()
    }

    pub(super) fn tell(&mut self, at: Timestamp, level: Level, trouble: Trouble) {
        self.dismissed = false;
        if let Some(newest) = self.told.front_mut().filter(|newest| newest.trouble == trouble) {
            newest.times += 1;
            newest.at = at;
            return;
        }
        self.told.push_front(Told { at, level, trouble, times: 1 });
        self.told.truncate(Self::LIMIT);
    }
}

impl Model {
    /// Tells that something was done.
    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.tell(Level::Note, what.into(), String::new(), None);
    }

    /// Tells that something was done, and what else is to be known of it.
    pub(super) fn note_with(&mut self, what: impl Into<String>, hint: &str) {
        self.tell(Level::Note, what.into(), String::new(), Some(hint.to_owned()));
    }

    /// Tells why something was not done.
    pub fn warn(&mut self, what: impl Into<String>, cause: impl Into<String>, hint: Option<&str>) {
        self.tell(Level::Warning, what.into(), cause.into(), hint.map(str::to_owned));
    }

    /// Tells that something failed.
    pub(super) fn fail(&mut self, trouble: Trouble) {
        self.messages.tell(self.now, Level::Error, trouble);
    }

    fn tell(&mut self, level: Level, what: String, cause: String, hint: Option<String>) {
        self.messages.tell(self.now, level, Trouble { what, cause, hint });
    }
}
