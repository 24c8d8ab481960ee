//! ```text
//! ┌ case INC-4711 · 5 notes ── opened 11-23 02:14Z by aya ┐┌ 2 record ── pinned 02:15:31Z by aya ────────────────┐
//! │   1 02:14:31 note      the pager rang: 37 failed     ││ the first sign-in from there                        │
//! │ ▸ 2 02:15:31 record    ConsoleLogin root 203.0.113.7 ││ event time      2026-11-23T01:30:58Z                │
//! │   3 02:17:02 query     203.0.113.7: 30 hits          ││ object          s3://logs/AWSLogs/…T0131Z.json.gz   │
//! └──────────────────────────────────────────────────────┘└─────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, text};
use crate::app::case::{NoteLine, label_columns, lines};
use crate::app::{Model, Topic, geometry};
use crate::domain::{Note, Shown};
use crate::theme::Role;

/// The case and how many notes it has, for the header, where there is room: ` case INC-4711 5`.
pub(super) fn header(model: &Model) -> String {
    let Some(case) = model.case.case.as_ref().filter(|_| model.size.0 >= 60) else { return String::new() };
    let busy = if model.case.is_busy() { "…" } else { "" };
    format!(" case {} {}{busy}", case.name, text::counted(case.len()))
}

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (list, note) = geometry::case_panes(model);
    if list.height > 0 {
        notes(model, canvas, list);
    }
    if note.height > 0
        && let Some(selected) = model.case.selected()
    {
        self::note(model, canvas, note, selected);
    }
}

fn notes(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let Some(case) = &model.case.case else {
        let inside = canvas.pane(pane, &[("case", Role::Title)], "", true);
        let words = if model.is_asking(Topic::Case) { "opening the case…" } else { "no case is open" };
        let lines = [
            (words.to_owned(), Role::Text),
            (":case NAME opens one, or begins it".to_owned(), Role::Dim),
            ("P pins what is under the cursor, a notes a text".to_owned(), Role::Dim),
        ];
        return say(canvas, inside, &lines);
    };
    let name = format!(" {}", case.name);
    let count = format!(" · {}", text::plural(case.len(), "note"));
    let title = [("case", Role::Title), (name.as_str(), Role::Accent), (count.as_str(), Role::Text)];
    let about = format!("opened {} by {}", text::at(case.opened, "%m-%d %H:%MZ"), Shown::new(&case.who));
    let inside = canvas.pane(pane, &title, &about, !model.case.is_focused);
    if case.is_empty() {
        let lines = [
            ("nothing is noted yet".to_owned(), Role::Text),
            ("P pins what is under the cursor, alt-p what the screen shows, a notes a text".to_owned(), Role::Dim),
        ];
        return say(canvas, inside, &lines);
    }
    let list = geometry::list(model);
    let window = model.case.cursor.window(usize::from(list.height), case.len());
    let notes: Vec<&Note> = case.notes().skip(window.start).take(window.len()).collect();
    for ((at, line), note) in Canvas::lines(list, window).zip(notes) {
        let is_wide = line.width >= 60;
        // What somebody wrote tells more than what was pinned with it.
        let words = if note.text.is_empty() { note.title() } else { note.text.clone() };
        canvas
            .row(line)
            .selected(at == model.case.cursor.at, !model.case.is_focused)
            .right(3, &(at + 1).to_string(), Role::Dim)
            .cell(if is_wide { 8 } else { 0 }, &text::at(note.at, "%H:%M:%S"), Role::Dim)
            .cell(9, note.kind(), role(note))
            .rest(Shown::new(words).as_str(), Role::Text);
    }
    if case.len() > usize::from(list.height) {
        canvas.foot(pane, &format!("{} of {}", model.case.cursor.at + 1, case.len()), Role::Dim);
    }
}

fn role(note: &Note) -> Role {
    match note.kind() {
        "failures" => Role::Failed,
        "replay" => Role::Recovered,
        "note" => Role::Dim,
        _ => Role::Accent,
    }
}

fn note(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, note: &Note) {
    let number = format!("{} ", model.case.cursor.at + 1);
    let title = [(number.as_str(), Role::Text), (note.kind(), Role::Title)];
    let profile = note.profile.as_ref().map(|profile| format!(" · {}", Shown::new(profile))).unwrap_or_default();
    let about = format!("{} by {}{profile}", text::at(note.at, "%m-%d %H:%M:%SZ"), Shown::new(&note.who));
    let inside = canvas.pane(pane, &title, &about, model.case.is_focused);
    let lines = lines(model);
    let window = model.case.line.window(usize::from(inside.height), lines.len());
    for (at, line) in Canvas::lines(inside, window) {
        let row = canvas.row(line).selected(model.case.is_focused && at == model.case.line.at, true);
        match &lines[at] {
            NoteLine::Text(words) | NoteLine::Row(words) => row.rest(words.as_str(), Role::Text),
            NoteLine::Heading(words) => row.rest(words.as_str(), Role::Heading),
            NoteLine::Fact(name, value) if value.as_str().is_empty() => row.rest(name.as_str(), Role::Dim),
            NoteLine::Fact(name, value) => {
                let label = label_columns(usize::from(inside.width.saturating_sub(1))) as u16;
                row.cell(label, name.as_str(), Role::Dim).rest(value.as_str(), Role::Text);
            }
        }
    }
    if lines.len() > usize::from(inside.height) {
        canvas.foot(pane, &format!("{} of {}", model.case.line.at + 1, lines.len()), Role::Dim);
    }
}
