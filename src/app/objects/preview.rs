//! The preview beside the objects: it follows the cursor once that rests, and the newest wish wins.

use std::time::Duration;

use super::{Model, Screen, Ticket, Topic, records};
use crate::app::request::Request;

/// How long the cursor rests on a row before its object is asked for.
const REST: Duration = Duration::from_millis(120);

/// The width from which there is room for a preview beside the rows.
pub(crate) const BESIDE: u16 = 110;

/// Whether the preview is shown: as the user chose, else where there is room beside the rows.
pub fn is_preview_shown(model: &Model) -> bool {
    model.objects.wants_preview.unwrap_or(model.size.0 >= BESIDE)
}

/// The cursor may be on another object now: gives up the old question, and asks to be woken when the cursor rests.
pub(super) fn follow(model: &mut Model) {
    if model.screen != Screen::Objects || !is_preview_shown(model) {
        return;
    }
    let wanted = model.objects.selected().map(|row| row.object.id);
    let shown = model.objects.preview.as_ref().map(|reading| &reading.object.id);
    let due = model.objects.due.as_ref().map(|(_, id)| id);
    if wanted.as_ref() == shown {
        model.objects.due = None;
        return;
    }
    if wanted.is_some() && wanted.as_ref() == due {
        return;
    }
    if model.desk.cancel(Topic::Preview) {
        // What was begun would never be finished.
        model.objects.preview = None;
    }
    model.objects.due = wanted.map(|id| (model.desk.wake(REST), id));
}

/// The cursor has rested: asks for its object, unless it has moved on since.
pub(super) fn wake(model: &mut Model, ticket: Ticket) {
    if model.objects.due.as_ref().is_none_or(|(due, _)| *due != ticket) {
        return;
    }
    model.objects.due = None;
    if let Some(object) = super::selected_object(model) {
        model.objects.preview = Some(records::Reading::new(object.clone()));
        model.desk.ask(Topic::Preview, Request::Preview { object });
    }
}
