//! A case: what an investigation has found, note by note, in the order that tells it best.
//!
//! A case is the sum of its [entries](Entry): what was opened, pinned, edited, moved and taken away, each with its
//! moment and who did it. Nothing that was pinned is ever forgotten; what was removed can be brought back.

mod facts;
mod lists;
mod note;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

pub use facts::Fact;
pub use lists::List;
pub use note::{
    FailedObject, FailuresPin, Field, MessagesPin, Note, NoteId, Pin, QueryPin, RecordPin, ReplayPin, ReplaySet,
    ReplayedObject, TimelinePin, Witness,
};

/// The longest name of a case.
const NAME: usize = 100;

/// Words that say something else after `:case`.
const TAKEN: [&str; 2] = ["export", "close"];

/// The name of a case, which is also its folder's: letters, digits, `-`, `_` and `.`, not beginning with `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseName(String);

impl CaseName {
    /// The name of a case that nobody has named: the moment.
    pub fn of_moment(moment: Timestamp) -> Self {
        Self(moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same name with a number, for where it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let room = NAME.saturating_sub(suffix.len()).min(self.0.len());
        Self(format!("{}{suffix}", &self.0[..room]))
    }
}

/// A text that is no name of a case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// It would be no name of a folder.
    #[error("\"{0}\" is no name for a case: letters, digits, `-`, `_` and `.`, not beginning with `.`, {NAME} at most")]
    Spelling(String),
    /// It says something else.
    #[error("\"{0}\" is no name for a case: it is what one does with a case")]
    Taken(String),
}

impl FromStr for CaseName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > NAME || text.starts_with('.') || !text.bytes().all(is_plain) {
            return Err(NotAName::Spelling(text.to_owned()));
        }
        if TAKEN.contains(&text) {
            return Err(NotAName::Taken(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for CaseName {
    type Error = NotAName;
    fn try_from(text: String) -> Result<Self, NotAName> {
        text.parse()
    }
}

impl From<CaseName> for String {
    fn from(name: CaseName) -> Self {
        name.0
    }
}

impl fmt::Display for CaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One thing that was done to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by the clock of who did it.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The case was opened; always its first entry.
    Opened {
        /// The version of the entries that follow: 1.
        version: u32,
        /// The case's name.
        name: CaseName,
        /// SHA-256 of the bundle that it came from, where it came from one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bundle: Option<String>,
    },
    /// A note was added at the end.
    Added {
        /// The note.
        note: Box<Note>,
    },
    /// The text of a note was changed.
    Edited {
        /// Which.
        note: NoteId,
        /// Its text now.
        text: String,
    },
    /// A note was taken away.
    Removed {
        /// Which.
        note: NoteId,
    },
    /// A note that was taken away is back where it was.
    Restored {
        /// Which.
        note: NoteId,
    },
    /// A note was moved.
    Moved {
        /// Which.
        note: NoteId,
        /// To before this one; to the end where it is none.
        before: Option<NoteId>,
    },
}

/// The version of entries that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// A case as its entries add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: CaseName,
    /// When it was opened.
    pub opened: Timestamp,
    /// By whom.
    pub who: String,
    /// SHA-256 of the bundle that it came from, where it came from one.
    pub bundle: Option<String>,
    /// When it was changed last.
    pub changed: Timestamp,
    /// Every note in order, also those that were taken away.
    notes: Vec<Kept>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    note: Note,
    is_removed: bool,
}

/// An entry that does not fit what came before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The first entry opens no case.
    #[error("it does not begin with a case that is opened")]
    Unopened,
    /// A case is opened once.
    #[error("the case is opened a second time")]
    Reopened,
    /// It was written by a newer scops.
    #[error("its version is {0}, and this scops knows {VERSION}")]
    Version(u32),
    /// There is no such note.
    #[error("there is no note {0}")]
    Note(NoteId),
    /// A note has this number already.
    #[error("note {0} is added a second time")]
    Twice(NoteId),
}

impl Case {
    /// The case that a first entry opens.
    pub fn open(entry: Entry) -> Result<Self, Misfit> {
        let Change::Opened { version, name, bundle } = entry.change else { return Err(Misfit::Unopened) };
        if version > VERSION {
            return Err(Misfit::Version(version));
        }
        Ok(Self { name, opened: entry.at, who: entry.who, bundle, changed: entry.at, notes: Vec::new() })
    }

    /// Takes up the next entry.
    pub fn apply(&mut self, entry: Entry) -> Result<(), Misfit> {
        match entry.change {
            Change::Opened { .. } => return Err(Misfit::Reopened),
            Change::Added { note } => {
                if self.notes.iter().any(|kept| kept.note.id == note.id) {
                    return Err(Misfit::Twice(note.id));
                }
                self.notes.push(Kept { note: *note, is_removed: false });
            }
            Change::Edited { note, text } => self.kept(note)?.note.text = text,
            Change::Removed { note } => self.kept(note)?.is_removed = true,
            Change::Restored { note } => self.kept(note)?.is_removed = false,
            Change::Moved { note, before } => {
                let from = self.place(note)?;
                let to = before.map(|before| self.place(before)).transpose()?;
                let kept = self.notes.remove(from);
                let to = to.map_or(self.notes.len(), |to| if to > from { to - 1 } else { to });
                self.notes.insert(to, kept);
            }
        }
        self.changed = entry.at;
        Ok(())
    }

    /// The notes that are there, in order.
    pub fn notes(&self) -> impl DoubleEndedIterator<Item = &Note> {
        self.notes.iter().filter(|kept| !kept.is_removed).map(|kept| &kept.note)
    }

    /// How many are there.
    pub fn len(&self) -> usize {
        self.notes().count()
    }

    /// Whether none is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The note of this number, where it is there.
    pub fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes().find(|note| note.id == id)
    }

    /// The number that the next note gets.
    pub fn next_id(&self) -> NoteId {
        NoteId(self.notes.iter().map(|kept| kept.note.id.0).max().unwrap_or(0).saturating_add(1))
    }

    /// The change that takes `change` back, as the case is before it; none for what changes nothing or cannot be
    /// taken back.
    pub fn inverse(&self, change: &Change) -> Option<Change> {
        match change {
            Change::Edited { note, .. } => {
                let text = self.note(*note)?.text.clone();
                Some(Change::Edited { note: *note, text })
            }
            Change::Removed { note } => self.note(*note).map(|note| Change::Restored { note: note.id }),
            Change::Restored { note } if self.note(*note).is_some() => None,
            Change::Restored { note } => Some(Change::Removed { note: *note }),
            Change::Moved { note, .. } => {
                let after = self.notes.iter().skip_while(|kept| kept.note.id != *note).nth(1);
                Some(Change::Moved { note: *note, before: after.map(|kept| kept.note.id) })
            }
            Change::Opened { .. } | Change::Added { .. } => None,
        }
    }

    fn place(&self, id: NoteId) -> Result<usize, Misfit> {
        self.notes.iter().position(|kept| kept.note.id == id).ok_or(Misfit::Note(id))
    }

    fn kept(&mut self, id: NoteId) -> Result<&mut Kept, Misfit> {
        let place = self.place(id)?;
        Ok(&mut self.notes[place])
    }
}
