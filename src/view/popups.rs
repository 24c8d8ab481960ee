//! What lies over the screen: the keys, the messages, a question.

use super::canvas::Canvas;
use super::text;
use crate::app::{Cursor, HelpRow, Level, Model, Screen, geometry, help_rows};
use crate::domain::Shown;
use crate::theme::Role;

/// The keys that work on the screen below, from the live keymap.
pub(super) fn help(model: &Model, cursor: Cursor, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let title = format!("keys of {}", model.screen.name());
    let find =
        if model.help_find.is_empty() { String::new() } else { format!(" · /{}", Shown::new(&model.help_find)) };
    let title = [(title.as_str(), Role::Title), (find.as_str(), Role::Accent)];
    let inside = canvas.pane(area, &title, "enter runs · / finds · esc closes", true);
    let rows = help_rows(model);
    if rows.is_empty() {
        return super::say(canvas, inside, &[("no key here does that".into(), Role::Dim)]);
    }
    let keys = rows.iter().map(|row| match row {
        HelpRow::Key { keys, .. } => text::width(keys),
        HelpRow::Heading(_) => 0,
    });
    let keys = (keys.max().unwrap_or(0).min(usize::from(inside.width) / 3)) as u16;
    let window = cursor.window(usize::from(inside.height), rows.len());
    if rows.len() > usize::from(inside.height) {
        canvas.foot(area, &format!("{} of {}", cursor.at + 1, rows.len()), Role::Dim);
    }
    for (at, line) in Canvas::lines(inside, window) {
        match &rows[at] {
            HelpRow::Heading(context) => {
                canvas.row(line).selected(at == cursor.at, true).rest(context.name(), Role::Heading);
            }
            HelpRow::Key { keys: label, runs } => {
                let name = Shown::new(runs.to_string());
                let name_cells = if inside.width >= 70 { 18 } else { 0 };
                canvas
                    .row(line)
                    .selected(at == cursor.at, true)
                    .cell(keys, label, Role::Key)
                    .cell(name_cells, name.as_str(), Role::Dim)
                    .rest(runs.command.doc(), Role::Text);
            }
        }
    }
}

/// What went wrong so far, newest first, each in full.
pub(super) fn messages(model: &Model, cursor: Cursor, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let all = model.messages.all();
    let count = format!(" {}", text::counted(all.len()));
    let inside = canvas.pane(area, &[("messages", Role::Title), (&count, Role::Text)], "esc closes", true);
    if all.len() == 0 {
        return super::say(canvas, inside, &[("nothing went wrong".into(), Role::Dim)]);
    }
    let mut y = inside.y;
    let mut write = |canvas: &mut Canvas<'_>, indent: u16, text: &str, role: Role| {
        let cells = usize::from(inside.width.saturating_sub(indent + 1)).max(1);
        for line in text::wrap_words(Shown::new(text).as_str(), cells, 6) {
            if y < inside.bottom() {
                let style = canvas.style(role);
                canvas.put(inside.x + indent, y, inside.width.saturating_sub(indent), &line, style);
                y += 1;
            }
        }
    };
    for told in model.messages.all().skip(cursor.at) {
        let role = match told.level {
            Level::Note => Role::Accent,
            Level::Warning => Role::Warning,
            Level::Error => Role::Error,
        };
        let times = if told.times > 1 { format!(" ({} times)", told.times) } else { String::new() };
        write(canvas, 1, &format!("{} {}{times}", text::at(told.at, "%H:%M:%S"), told.trouble.what), role);
        if !told.trouble.cause.is_empty() {
            write(canvas, 10, &told.trouble.cause, Role::Text);
        }
        if let Some(hint) = &told.trouble.hint {
            write(canvas, 10, &format!("hint: {hint}"), Role::Dim);
        }
    }
}

/// A replay runs: is it left to itself?
pub(super) fn leave_running(model: &Model, canvas: &mut Canvas<'_>) {
    let area = geometry::centered(model, 58, 5);
    canvas.clear(area);
    let inside = canvas.pane(area, &[("leave?", Role::Title)], "", true);
    let lines = [
        ("a replay runs: leaving stops it after its batch".to_owned(), Role::Text),
        (format!("the journal keeps the rest · {} shows it", Screen::Replays.name()), Role::Dim),
        ("y leaves   esc stays".to_owned(), Role::Key),
    ];
    for ((line, role), row) in lines.iter().zip(inside.rows()) {
        let style = canvas.style(*role);
        canvas.put(row.x + 1, row.y, row.width.saturating_sub(1), line, style);
    }
}
