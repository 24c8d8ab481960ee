//! The case: what was pinned and noted, and the screen that lists it.
//!
//! Changes go to the world one after the other, each on the case as the one before left it; none is given up for a newer
//! one. What the screen shows is what is durable.

mod lines;
mod open;
mod pin;
mod screen;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::request::Request;
use super::{Cursor, Model, Purpose, Screen, Topic};
use crate::domain::case::{Change, FailuresPin, QueryPin, TimelinePin};
use crate::domain::{Case, CaseName, Node, Note, NoteId, Object, ObjectId, ReplayId};

pub use lines::{NoteLine, label_columns, lines};
pub(super) use open::headed;
pub(super) use pin::{pin, pin_view};
pub(super) use screen::{move_cursor, run, settle, step_back};

/// What is asked of the world about a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Open the case of this name, a new one where there is none.
    Open(CaseName),
    /// Add a note.
    Add {
        /// Its text.
        text: String,
        /// What is pinned.
        pin: Option<Box<Wanted>>,
    },
    /// Change what is there.
    Change(Change),
    /// Export it into a new folder below this one, or below the one that the console was started in.
    Export(Option<PathBuf>),
}

/// What is to be pinned, as the screen knows it; the world completes it.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A record.
    Record(Box<Seen>),
    /// An object.
    Object {
        /// Which.
        id: ObjectId,
        /// What was told of it, where anything was.
        known: Option<Object>,
    },
    /// A search with its hits.
    Query(Box<QueryPin>),
    /// What arrived of a source.
    Timeline(Box<TimelinePin>),
    /// What failed.
    Failures(Box<FailuresPin>),
    /// A replay of the journal.
    Replay(ReplayId),
}

/// A record as the screen shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The object that holds it.
    pub id: ObjectId,
    /// What was told of the object, where anything was.
    pub known: Option<Object>,
    /// Its line, from 1.
    pub line: u64,
    /// Its bytes in the inflated object.
    pub span: std::ops::Range<u64>,
    /// The event time.
    pub time: Option<Timestamp>,
    /// One line that tells it.
    pub message: String,
    /// Why it could not be parsed.
    pub fault: Option<String>,
    /// Its own bytes, where they were read.
    pub raw: Option<Arc<[u8]>>,
    /// Its fields, where they were read.
    pub fields: Option<Node>,
}

/// The case that is open, and what is under way with it.
#[derive(Debug, Default)]
pub struct Notes {
    /// The case, as it is durable; none where none is open.
    pub case: Option<Case>,
    /// The case to open at the start.
    pub first: Option<CaseName>,
    /// The cases that there were at the start, and those that were opened since: what a name is completed to.
    pub names: BTreeSet<CaseName>,
    /// The note that is looked at.
    pub cursor: Cursor,
    /// Whether the keys go to the note itself.
    pub is_focused: bool,
    /// The line of it that is looked at.
    pub line: Cursor,
    /// What is still to be asked, in order.
    waiting: VecDeque<Waiting>,
    /// What is being asked now.
    asked: Option<Waiting>,
    /// What takes the changes of this session back, newest last.
    undo: Vec<Change>,
    /// The object that is being opened and the entity tag that it had when it was pinned.
    expected: Option<(ObjectId, String)>,
    /// Whether to leave once nothing is under way.
    is_leaving: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Waiting {
    ask: Ask,
    /// Nobody pressed a key for it: it is not told at the foot of the screen.
    is_quiet: bool,
    /// It takes a change back, which is no change to take back.
    is_undo: bool,
}

impl Notes {
    /// The note under the cursor.
    pub fn selected(&self) -> Option<&Note> {
        self.case.as_ref()?.notes().nth(self.cursor.at)
    }

    /// Whether something is being written.
    pub fn is_busy(&self) -> bool {
        self.asked.is_some()
    }

    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.case.as_ref().map_or(0, Case::len)
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What `:case` may be followed by, each with what it does.
pub(super) fn words(model: &Model) -> Vec<(String, String)> {
    let names = model.case.names.iter().map(|name| (name.to_string(), "opens it".to_owned()));
    let words = [("export", "writes the case for others"), ("close", "leaves the case")];
    words.map(|(word, doc)| (word.to_owned(), doc.to_owned())).into_iter().chain(names).collect()
}

/// `:case`, `:case NAME`, `:case export [FOLDER]`, `:case close`.
pub(super) fn command(model: &mut Model, argument: &str) {
    let (word, rest) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    match word {
        "" if model.case.case.is_some() => model.go(Screen::Case),
        "" => super::run::start_typing(model, Purpose::Command, "case "),
        "export" => export(model, rest.trim()),
        "close" => close(model),
        _ => match argument.parse::<CaseName>() {
            Ok(name) => {
                ask(model, Ask::Open(name));
                model.go(Screen::Case);
            }
            Err(error) => model.warn("cannot open the case", error.to_string(), None),
        },
    }
}

/// Opens the case that was named at the start.
pub(super) fn start(model: &mut Model) {
    if let Some(name) = model.case.first.take() {
        ask(model, Ask::Open(name));
        model.show(Screen::Case);
    }
}

fn export(model: &mut Model, folder: &str) {
    if model.case.case.is_none() && !model.case.is_busy() {
        return no_case(model);
    }
    ask(model, Ask::Export((!folder.is_empty()).then(|| PathBuf::from(folder))));
}

fn close(model: &mut Model) {
    if model.case.is_busy() {
        return model.warn("the case stays open", "a note is being written", Some("try again in a moment"));
    }
    match model.case.case.take() {
        Some(case) => {
            model.case.undo.clear();
            model.case.cursor = Cursor::default();
            model.note(format!("case {} is closed", case.name));
        }
        None => no_case(model),
    }
}

fn no_case(model: &mut Model) {
    model.warn("no case is open", "", Some("`:case NAME` opens one; a pin opens one named after the moment"));
}

/// `:note TEXT`; without a text, a line to type it.
pub(super) fn note(model: &mut Model, text: &str) {
    if text.is_empty() {
        super::run::start_typing(model, Purpose::Note(None), "");
    } else {
        ask(model, Ask::Add { text: text.to_owned(), pin: None });
    }
}

/// The text of a note was typed.
pub(super) fn typed(model: &mut Model, id: Option<NoteId>, text: &str) {
    let text = text.trim().to_owned();
    match id {
        None if text.is_empty() => {}
        None => ask(model, Ask::Add { text, pin: None }),
        Some(note) => {
            let is_same = model.case.case.as_ref().and_then(|case| case.note(note)).is_some_and(|old| old.text == text);
            if !is_same {
                ask(model, Ask::Change(Change::Edited { note, text }));
            }
        }
    }
}

/// A replay has ended: what became of its objects goes into the case that is open.
pub(super) fn replay_ended(model: &mut Model) {
    let id = model.replays.running.as_ref().and_then(|running| running.id.clone());
    if let Some(id) = id.filter(|_| model.case.case.is_some()) {
        let ask = Ask::Add { text: String::new(), pin: Some(Box::new(Wanted::Replay(id))) };
        let is_asked = |waiting: &Waiting| waiting.ask == ask;
        if model.case.asked.iter().chain(&model.case.waiting).any(is_asked) {
            return;
        }
        model.case.waiting.push_back(Waiting { ask, is_quiet: true, is_undo: false });
        next(model);
    }
}

fn ask(model: &mut Model, ask: Ask) {
    model.case.waiting.push_back(Waiting { ask, is_quiet: false, is_undo: false });
    next(model);
}

/// Asks what waits, where nothing is under way.
fn next(model: &mut Model) {
    if model.case.is_busy() {
        return;
    }
    let Some(waiting) = model.case.waiting.pop_front() else {
        if std::mem::take(&mut model.case.is_leaving) {
            super::run::leave(model);
        }
        return;
    };
    let case = match (&waiting.ask, &model.case.case) {
        (Ask::Open(name), _) => Some(name.clone()),
        (_, open) => open.as_ref().map(|case| case.name.clone()),
    };
    let ask = Box::new(waiting.ask.clone());
    model.case.asked = Some(waiting);
    model.desk.ask(Topic::Case, Request::Case { case, ask });
}

/// Messages were saved into a case: it is the one that is open where none was.
pub(super) fn saved(model: &mut Model, case: Case, told: String) {
    let is_news = |open: &Case| open.name == case.name && open.changed <= case.changed;
    // What was noted at the same time may have overtaken it.
    if model.case.case.as_ref().is_none_or(is_news) {
        take(model, case);
    }
    model.note(told);
}

/// The world has done it: the case is this now.
pub(super) fn answered(model: &mut Model, case: Case, told: String) {
    let notes = &mut model.case;
    let asked = notes.asked.as_ref();
    if let (Some(before), Some(Waiting { ask: Ask::Change(change), is_undo: false, .. })) = (&notes.case, asked) {
        notes.undo.extend(before.inverse(change));
    }
    let is_quiet = asked.is_some_and(|asked| asked.is_quiet);
    take(model, case);
    if !is_quiet && !told.is_empty() {
        model.note(told);
    }
}

/// Takes the case for what it is now.
fn take(model: &mut Model, case: Case) {
    let notes = &mut model.case;
    let is_other = notes.case.as_ref().is_none_or(|open| open.name != case.name);
    let has_grown = !is_other && case.len() > notes.len();
    let kept = notes.selected().map(|note| note.id);
    notes.names.insert(case.name.clone());
    notes.case = Some(case);
    if is_other {
        notes.undo.clear();
    }
    // The cursor stays on its note wherever that has moved; a new one is looked at.
    let ids: Vec<NoteId> = notes.case.iter().flat_map(Case::notes).map(|note| note.id).collect();
    let place = kept.filter(|_| !is_other).and_then(|kept| ids.iter().position(|id| *id == kept));
    if is_other || (has_grown && model.screen != Screen::Case) {
        notes.cursor.at = ids.len().saturating_sub(1);
        notes.line = Cursor::default();
    } else if let Some(place) = place {
        notes.cursor.at = place;
    }
}

/// The world has nothing more to say: what waits is next.
pub(super) fn closed(model: &mut Model) {
    model.case.asked = None;
    next(model);
}

/// Whether the console may be left now. It is once what was noted is durable, or when one asks again.
pub(super) fn may_leave(model: &mut Model) -> bool {
    if !model.case.is_busy() || std::mem::replace(&mut model.case.is_leaving, true) {
        return true;
    }
    model.warn("a note is being written", "scops leaves when it is", Some("once more leaves without it"));
    false
}

/// Reads the case again: others may write it too.
pub(super) fn refresh(model: &mut Model) {
    if let Some(name) = model.case.case.as_ref().map(|case| case.name.clone()) {
        model.case.waiting.push_back(Waiting { ask: Ask::Open(name), is_quiet: true, is_undo: false });
        next(model);
    }
}
