//! The screen that lists the notes of the case.

use super::{Ask, Waiting, ask, lines, next};
use crate::app::{Cursor, Model, Purpose, Typing, geometry};
use crate::command::Command;
use crate::domain::case::Change;
use crate::domain::{Case, NoteId, Pin};

pub(in crate::app) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    if model.case.is_focused {
        let (height, len) = (geometry::note_rows(model), lines(model).len());
        return model.case.line.run(command, height, len);
    }
    let len = model.case.len();
    let moved = model.case.cursor.run(command, height, len);
    if moved {
        model.case.line = Cursor::default();
    }
    moved
}

pub(in crate::app) fn settle(model: &mut Model, height: usize) {
    let (len, line_height, lines) = (model.case.len(), geometry::note_rows(model), lines(model).len());
    model.case.cursor.settle(height, len);
    model.case.line.settle(line_height, lines);
}

pub(in crate::app) fn run(model: &mut Model, command: Command) {
    match command {
        Command::SwitchPane => model.case.is_focused = !model.case.is_focused && model.case.selected().is_some(),
        Command::Undo => match model.case.undo.pop() {
            Some(change) => {
                let waiting = Waiting { ask: Ask::Change(change), is_quiet: false, is_undo: true };
                model.case.waiting.push_back(waiting);
                next(model);
            }
            None => model.note("nothing to take back"),
        },
        Command::Open => super::open::open(model),
        Command::EditNote => edit(model),
        Command::RemoveNote => {
            if let Some(note) = model.case.selected().map(|note| note.id) {
                ask(model, Ask::Change(Change::Removed { note }));
            }
        }
        Command::MoveNoteUp | Command::MoveNoteDown => shift(model, command == Command::MoveNoteUp),
        Command::Copy | Command::CopyUri => copy(model, command == Command::CopyUri),
        _ => {}
    }
}

pub(super) fn edit(model: &mut Model) {
    if let Some((id, text)) = model.case.selected().map(|note| (note.id, note.text.clone())) {
        model.typing = Some(Typing::new(Purpose::Note(Some(id)), text));
    }
}

/// Moves the note under the cursor one place.
fn shift(model: &mut Model, is_up: bool) {
    let Some(note) = model.case.selected().map(|note| note.id) else { return };
    let at = model.case.cursor.at;
    let ids: Vec<NoteId> = model.case.case.iter().flat_map(Case::notes).map(|note| note.id).collect();
    let before = match is_up {
        true if at == 0 => return,
        true => Some(ids[at - 1]),
        false if at + 1 >= ids.len() => return,
        false => ids.get(at + 2).copied(),
    };
    ask(model, Ask::Change(Change::Moved { note, before }));
}

fn copy(model: &mut Model, is_uri: bool) {
    let Some(note) = model.case.selected() else { return };
    let object = match &note.pin {
        Some(Pin::Record(record)) => Some(record.witness.object.to_string()),
        Some(Pin::Object(witness)) => Some(witness.object.to_string()),
        _ => None,
    };
    let text = if is_uri { object } else { Some(note.title()) };
    if let Some(text) = text {
        crate::app::run::copy(model, text);
    }
}

/// The pane that has the keys is the list again.
pub(in crate::app) fn step_back(model: &mut Model) -> bool {
    std::mem::take(&mut model.case.is_focused)
}
