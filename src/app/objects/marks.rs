//! Marks: what a replay is to take, bound to objects and not to rows.

use super::{Model, ObjectId, State, geometry, preview};
use crate::command::Command;

pub(super) fn run(model: &mut Model, command: Command) {
    match command {
        Command::Mark => toggle(model),
        Command::MarkRange => range(model),
        Command::MarkAll => add(model, |_| true),
        Command::MarkFailed => add(model, |state| state == State::Failed),
        Command::ClearMarks => {
            let count = model.objects.marks.len();
            model.objects.marks.clear();
            model.objects.mark_from = None;
            if count > 0 {
                model.note(format!("{count} marks taken away"));
            }
        }
        _ => {}
    }
}

fn toggle(model: &mut Model) {
    let Some(id) = model.objects.selected().map(|row| row.object.id.clone()) else { return };
    if !model.objects.marks.remove(&id) {
        model.objects.marks.insert(id);
    }
    let (height, len) = (geometry::rows(model), model.objects.shown.len());
    model.objects.cursor.run(Command::Down, height, len);
    preview::follow(model);
}

/// The first press begins a range, the second marks everything from there to here.
fn range(model: &mut Model) {
    let Some(here) = model.objects.selected().map(|row| row.object.id.clone()) else { return };
    let Some(from) = model.objects.mark_from.take() else {
        model.objects.mark_from = Some(here);
        model.note("a range of marks begins here — the same key ends it, esc drops it");
        return;
    };
    let objects = &mut model.objects;
    let at = objects.cursor.at;
    let from = objects.position(&from).unwrap_or(at);
    let ids: Vec<ObjectId> = objects.shown[from.min(at)..=from.max(at)]
        .iter()
        .map(|index| objects.rows[*index as usize].object.id.clone())
        .collect();
    objects.marks.extend(ids);
}

fn add(model: &mut Model, wanted: impl Fn(State) -> bool) {
    let objects = &mut model.objects;
    let ids: Vec<ObjectId> = objects
        .shown
        .iter()
        .map(|index| &objects.rows[*index as usize])
        .filter(|row| wanted(row.state))
        .map(|row| row.object.id.clone())
        .collect();
    let count = ids.len();
    objects.marks.extend(ids);
    let loading = if model.is_asking(super::Topic::Objects) { " of those loaded so far" } else { "" };
    model.note(format!("{count} marked{loading}"));
}
