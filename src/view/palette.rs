//! The palette, and the keys that may follow those that were pressed.
//!
//! ```text
//! ┌ palette ──────────────────── 7 commands ┐
//! │ range                                   │
//! │▸ range       t  Sets the range of time… │
//! │  mark-range  V  Begins a range of marks │
//! └─────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::text;
use crate::app::{self, Cursor, Model, Typing, geometry, palette_rows, profiles};
use crate::domain::Shown;
use crate::keymap::{Binding, Lookup};
use crate::theme::Role;

/// The palette: what is typed stands in its first line, which is left to be written. Returns that line.
pub(super) fn palette(model: &Model, typing: &Typing, canvas: &mut Canvas<'_>) -> Rect {
    let rows = palette_rows(model, typing.line.text());
    let area = geometry::palette(model, rows.len());
    canvas.clear(area);
    let note = text::plural(rows.len(), "command");
    let inside = canvas.pane(area, &[("palette", Role::Title)], &note, true);
    let line = Rect { height: 1.min(inside.height), ..inside };
    let list = Rect { y: inside.y + line.height, height: inside.height - line.height, ..inside };
    if rows.is_empty() {
        super::say(canvas, list, &[("no command here is like that".into(), Role::Dim)]);
    }
    let names = rows.iter().map(|(command, _)| command.name().len()).max().unwrap_or(0) as u16;
    let keys = rows.iter().map(|(_, keys)| keys.as_deref().map_or(0, text::width)).max().unwrap_or(0) as u16;
    let (names, keys) = (names.min(inside.width / 2), keys.min(inside.width / 4));
    let cursor = Cursor { at: typing.chosen, top: 0 };
    for (at, line) in Canvas::lines(list, cursor.window(usize::from(list.height), rows.len())) {
        let (command, key) = &rows[at];
        canvas
            .row(line)
            .selected(at == typing.chosen.min(rows.len().saturating_sub(1)), true)
            .cell(names, command.name(), Role::Accent)
            .cell(keys, key.as_deref().unwrap_or_default(), Role::Key)
            .rest(command.doc(), Role::Text);
    }
    line
}

/// The profiles that can be entered, as the palette shows commands. Returns the line that is left to be written.
pub(super) fn profiles(model: &Model, typing: &Typing, canvas: &mut Canvas<'_>) -> Rect {
    let rows = profiles::profile_rows(model, typing.line.text());
    let area = geometry::palette(model, rows.len());
    canvas.clear(area);
    let inside = canvas.pane(area, &[("profiles", Role::Title)], &text::plural(rows.len(), "profile"), true);
    let line = Rect { height: 1.min(inside.height), ..inside };
    let list = Rect { y: inside.y + line.height, height: inside.height - line.height, ..inside };
    if rows.is_empty() {
        super::say(canvas, list, &[("no profile is like that".into(), Role::Dim)]);
    }
    let name = |console: &Model| Shown::new(&console.profile.name).to_string();
    let names = rows.iter().map(|console| text::width(&name(console))).max().unwrap_or(0) as u16;
    let cursor = Cursor { at: typing.chosen, top: 0 };
    for (at, line) in Canvas::lines(list, cursor.window(usize::from(list.height), rows.len())) {
        let console = rows[at];
        let state = match (console.id() == model.id(), console.is_open) {
            (true, _) => "here",
            (false, true) => "open",
            (false, false) => "",
        };
        let row = canvas.row(line).selected(at == typing.chosen.min(rows.len().saturating_sub(1)), true);
        let row = row.badge(console.tint.as_ref(), names.min(inside.width / 2), &name(console));
        let row = row.cell(4, state, Role::Dim);
        let row = row.cell(if console.profile.is_read_only { 9 } else { 0 }, "READ-ONLY", Role::Warning);
        row.rest(Shown::new(profiles::about(console)).as_str(), Role::Text);
    }
    line
}

/// The keys that may follow those that were pressed, with what they do, over the foot of the screen.
pub(super) fn which_key(model: &Model, canvas: &mut Canvas<'_>) {
    let contexts = app::contexts(model);
    if model.pressed.is_empty() {
        return;
    }
    let Lookup::Pending(next) = model.keymap.look_up(&contexts, &model.pressed) else { return };
    let body = geometry::frame(model).body;
    let rest = |binding: &Binding| {
        let keys = binding.keys.get(model.pressed.len()..).unwrap_or_default();
        keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let keys = next.iter().map(|binding| text::width(&rest(binding))).max().unwrap_or(0) as u16;
    // Columns as wide as a key and a name need; one alone has room for what the command does.
    let name = next.iter().map(|binding| binding.runs.to_string().len()).max().unwrap_or(0) as u16;
    let room = usize::from(body.height.saturating_sub(2)).max(1);
    let columns = next.len().div_ceil(room.min(10)).max(1) as u16;
    let height = (next.len().div_ceil(usize::from(columns)) as u16 + 2).min(body.height);
    let area = Rect { y: body.bottom().saturating_sub(height), height, ..body };
    canvas.clear(area);
    let pressed = model.pressed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let title = format!("{pressed} …");
    let inside = canvas.pane(area, &[(&title, Role::Key)], "esc gives up", true);
    let width = inside.width / columns;
    for (index, binding) in next.iter().enumerate() {
        let (column, row) = ((index / usize::from(inside.height.max(1))) as u16, index as u16 % inside.height.max(1));
        if column >= columns || inside.height == 0 {
            break;
        }
        let line = Rect { x: inside.x + column * width, y: inside.y + row, width, height: 1 };
        let row = canvas.row(line).selected(false, false).cell(keys, &rest(binding), Role::Key);
        let command = Shown::new(binding.runs.to_string());
        if width > keys + name + 24 {
            row.cell(name, command.as_str(), Role::Accent).rest(binding.runs.command.doc(), Role::Dim);
        } else {
            row.rest(command.as_str(), Role::Accent);
        }
    }
}
