//! Marks: what a replay is to take, bound to objects and not to rows.

use super::{Model, ObjectId, Objects, State, geometry, preview};
use crate::command::Command;

pub(super) fn run(model: &mut Model, command: Command) {
    match command {
        Command::Mark => toggle(model),
        Command::MarkRange => range(model),
        Command::MarkAll => add(model, |_| true),
        Command::MarkFailed => add(model, |state| state == State::Failed),
        Command::ClearMarks => {
            let count = model.objects.marks.len();
            model.objects.clear_marks();
            model.objects.mark_from = None;
            if count > 0 {
                model.note(format!("{count} marks taken away"));
            }
        }
        _ => {}
    }
}

fn toggle(model: &mut Model) {
    let Some(id) = model.objects.selected().map(|row| row.object.id) else { return };
    let objects = &mut model.objects;
    if objects.marks.remove(&id) {
        objects.marked_in_sight = objects.marked_in_sight.saturating_sub(1);
    } else {
        objects.mark([id]);
    }
    let (height, len) = (geometry::rows(model), model.objects.shown.len());
    model.objects.cursor.run(Command::Down, height, len);
    preview::follow(model);
}

/// The first press begins a range, the second marks everything from there to here.
fn range(model: &mut Model) {
    let Some(here) = model.objects.selected().map(|row| row.object.id) else { return };
    let Some(from) = model.objects.mark_from.take() else {
        model.objects.mark_from = Some(here);
        model.note("a range of marks begins here — the same key ends it, esc drops it");
        return;
    };
    let objects = &mut model.objects;
    let at = objects.cursor.at;
    let from = objects.position(&from).unwrap_or(at);
    let ids: Vec<ObjectId> =
        (from.min(at)..=from.max(at)).filter_map(|at| objects.row_at(at)).map(|row| row.object.id).collect();
    objects.mark(ids);
}

fn add(model: &mut Model, wanted: impl Fn(State) -> bool) {
    let objects = &mut model.objects;
    // All are meant, not those that have their place already.
    objects.arrange_all();
    let places = objects.shown.iter().map(|index| *index as usize).filter(|index| wanted(objects.rows.state(*index)));
    let ids: Vec<ObjectId> = places.map(|index| objects.rows.get(index).object.id).collect();
    let count = ids.len();
    objects.mark(ids);
    let loading = if model.is_asking(super::Topic::Objects) { " of those loaded so far" } else { "" };
    model.note(format!("{count} marked{loading}"));
}

impl Objects {
    /// Marks objects whose rows are shown.
    fn mark(&mut self, ids: impl IntoIterator<Item = ObjectId>) {
        for id in ids {
            self.marked_in_sight += usize::from(self.marks.insert(id));
        }
    }

    pub(in crate::app) fn clear_marks(&mut self) {
        self.marks.clear();
        self.marked_in_sight = 0;
    }
}
