//! Records of several objects by event time.
//!
//! ```text
//! ┌ 3 objects by event time · 1,204+ records · 3 bad · 2 behind their time ──────────────────────────┐
//! │  time          object        event.action   user.name                                            │
//! │▸ 01:30:58.000  T0131Z_kP2x   ConsoleLogin   root                                                  │
//! │~ 01:30:12.000  T0126Z_9aQz   AssumeRole     ci                                                    │
//! └──────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use std::ops::Range;

use ratatui::layout::Rect;

use super::{Canvas, body, going, narrowed};
use crate::app::records::{Merged, Way};
use crate::app::{Model, Topic};
use crate::domain::{ByteSize, Shown};
use crate::theme::Role;
use crate::view::{say, say_trouble, text};

pub(super) fn list(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, merged: &Merged) {
    let records = &model.records;
    let narrowed = narrowed(model);
    let (told, bad) = told(merged);
    let told = if narrowed.is_some() { String::new() } else { told };
    let narrowed = narrowed.unwrap_or_default();
    let find = records.find.as_ref().map_or(String::new(), |find| format!(" · /{}", Shown::new(find)));
    let title = [
        (what(model, merged), Role::Title),
        (told, Role::Dim),
        (bad, Role::Failed),
        (narrowed, Role::Accent),
        (find, Role::Accent),
    ];
    let title: Vec<(&str, Role)> = title.iter().map(|(words, role)| (words.as_str(), *role)).collect();
    let is_loading = model.is_asking(Topic::Records) || model.is_asking(Topic::Fields);
    let (fetched, size) = (sum(merged, |part| part.fetched), sum(merged, |part| part.object.size));
    let note = going(model, fetched, size);
    let note = note.unwrap_or_else(|| if is_loading { "loading…".to_owned() } else { String::new() });
    let inside = canvas.pane(pane, &title, &note, !records.detail.has_focus());
    if merged.rows.is_empty() {
        return match &merged.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None if matches!(merged.way, Way::Newest { .. }) && merged.is_begun => {
                say(
                    canvas,
                    inside,
                    &[("no object in this range yet; looked for every ten seconds".into(), Role::Text)],
                );
            }
            None if !merged.is_end => say(canvas, inside, &[("reading…".into(), Role::Dim)]),
            None => say(canvas, inside, &[("no records".into(), Role::Text)]),
        };
    }
    body(model, canvas, merged.columns(), inside);
    let (foot, role) = match &merged.trouble {
        Some(trouble) => (Shown::new(trouble.to_string()).to_string(), Role::Error),
        None => (place(model, merged), Role::Dim),
    };
    canvas.foot(pane, &foot, role);
}

fn sum(merged: &Merged, size: impl Fn(&crate::domain::Part) -> ByteSize) -> ByteSize {
    ByteSize(merged.parts.iter().map(|part| size(part).bytes()).sum())
}

fn what(model: &Model, merged: &Merged) -> String {
    match &merged.way {
        Way::Marked(objects) => format!("{} by event time", text::plural(objects.len(), "object")),
        // A cursor at the end goes along with what arrives.
        Way::Newest { source } => match model.records.len().saturating_sub(model.records.cursor.at + 1) {
            0 => format!("following {}", Shown::new(source)),
            below => format!("{} held, {} below", Shown::new(source), text::counted(below)),
        },
        Way::Around { object, center, .. } => {
            let name = Shown::new(object.file_name());
            format!("around {} of {}", center.told(), text::cut_start(name.as_str(), 24))
        }
    }
}

/// How many records there are, and what is bad about them.
fn told(merged: &Merged) -> (String, String) {
    if !merged.is_begun {
        return (String::new(), String::new());
    }
    let told = match merged.way {
        Way::Newest { .. } => {
            let (objects, rows) = (merged.parts.len(), merged.rows.len());
            format!(" · {}, {}", text::plural(objects, "object"), text::plural(rows, "record"))
        }
        Way::Marked(_) if merged.is_end => format!(" · {}", text::plural(merged.rows.len(), "record")),
        Way::Marked(_) => format!(" · {}+ records", text::counted(merged.rows.len())),
        Way::Around { .. } => {
            let center = (0..merged.rows.len()).find(|at| merged.is_center(*at)).unwrap_or(0);
            let objects = merged.numbers().iter().filter(|numbers| !numbers.is_empty()).count();
            let objects = text::plural(objects, "object");
            let (before, after) = (text::counted(center), text::counted(merged.rows.len().saturating_sub(center + 1)));
            format!(" · {before} before, {after} after · {objects}")
        }
    };
    let late: u64 = merged.parts.iter().map(|part| part.late).sum();
    let unread = merged.parts.iter().filter(|part| part.trouble.is_some()).count();
    let words = [
        (merged.faults as u64, "bad"),
        (late, "behind their time"),
        (unread as u64, if unread == 1 { "object not read whole" } else { "objects not read whole" }),
    ];
    let told_bad = words.iter().filter(|(count, _)| *count > 0);
    let told_bad: Vec<String> = told_bad.map(|(count, word)| format!(" · {} {word}", text::count(*count))).collect();
    (told, told_bad.concat())
}

/// Where the record under the cursor lies, and how far it was looked.
fn place(model: &Model, merged: &Merged) -> String {
    let Some((row, object)) = model.records.selected().zip(model.records.object()) else { return String::new() };
    let name = Shown::new(object.id.file_name());
    let name = text::cut_start(name.as_str(), 28);
    let told = if merged.told.is_empty() { String::new() } else { format!(" · {}", merged.told) };
    format!("{name} · record {} · line {}{told}", text::count(row.number + 1), text::count(row.line))
}

/// The cells of the column that tells the object; none where one object alone is shown.
pub(super) fn width(model: &Model, window: &Range<usize>, room: u16) -> u16 {
    const WIDEST: u16 = 24;
    if model.records.merged.is_none() {
        return 0;
    }
    let widest = window.clone().map(|at| text::width(&name(model, at, WIDEST))).max().unwrap_or(0);
    u16::try_from(widest).unwrap_or(u16::MAX).clamp(6, WIDEST.min((room / 5).max(6)))
}

/// What tells the object of the record at a place from the others, in so many cells.
pub(super) fn name(model: &Model, at: usize, cells: u16) -> String {
    let records = &model.records;
    let name = || {
        let merged = records.merged.as_ref()?;
        let placed = merged.rows.get(records.place(at)?)?;
        merged.names.get(placed.part as usize)
    };
    name().map_or(String::new(), |name| text::cut_start(Shown::new(name).as_str(), usize::from(cells)).into_owned())
}

/// The middle of the surroundings, and what is told late.
pub(super) fn mark(canvas: &Canvas<'_>, model: &Model, at: usize) -> (&'static str, Role) {
    let records = &model.records;
    let Some((merged, at)) = records.merged.as_ref().zip(records.place(at)) else { return (" ", Role::Dim) };
    if merged.is_center(at) {
        return (canvas.either("◆", "*"), Role::Accent);
    }
    let is_late = merged.rows.get(at).is_some_and(|placed| placed.is_late);
    (if is_late { "~" } else { " " }, Role::Warning)
}
