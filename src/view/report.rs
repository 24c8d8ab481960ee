//! What reading an object through came to.
//!
//! ```text
//! ┌ parse report · …T0131Z_kP2x.json.gz ───────────────────────────────────────────────┐
//! │ codec    gzip of 3 members, utf-8 · 41 KiB stored, 1.2 MiB inflated                 │
//! │ records  212 good, 1 bad, 2 without a time · 99.8 % of the bytes covered            │
//! │                                                                                     │
//! │▸✗ line 118  byte 40,221  expected a value, found `}` (byte 40,238)                  │
//! │ ! line 120  byte 41,007  it tells no time                                           │
//! └─ 1 of 3 ────────────────────────────────────────────────────────────────────────────┘
//! ```

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::records::Reporting;
use crate::app::{Model, Topic, geometry};
use crate::domain::Shown;
use crate::theme::Role;

pub(super) fn draw(model: &Model, reporting: &Reporting, canvas: &mut Canvas<'_>) {
    let (area, told, list) = geometry::report(model);
    canvas.clear(area);
    let name = Shown::new(reporting.object.id.file_name());
    let name = text::cut_start(name.as_str(), usize::from(area.width).saturating_sub(50).max(16));
    let is_reading = model.is_asking(Topic::Report);
    let note = match (&reporting.report, is_reading) {
        (Some(report), true) => format!("{} of {} · esc stops", report.stored, report.object.size),
        (None, true) => "reading · esc stops".to_owned(),
        _ => "enter goes there · esc closes".to_owned(),
    };
    let title = [("parse report · ", Role::Title), (&*name, Role::Accent)];
    let inside = canvas.pane(area, &title, &note, true);
    let Some(report) = &reporting.report else {
        return match &reporting.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None => say(canvas, inside, &[("reading…".into(), Role::Dim)]),
        };
    };
    for ((label, words), line) in reporting.facts().iter().zip(told.rows()) {
        let role = if matches!(*label, "damage" | "reason") { Role::Failed } else { Role::Text };
        canvas.row(line).glyphs([]).cell(8, label, Role::Field).rest(Shown::new(words).as_str(), role);
    }
    if reporting.is_empty() {
        let words = match (&reporting.trouble, report.is_end) {
            (Some(trouble), _) => (Shown::new(trouble.to_string()).to_string(), Role::Error),
            (None, true) => ("every record could be read, and none is odd".to_owned(), Role::Ok),
            (None, false) => ("nothing is bad so far".to_owned(), Role::Dim),
        };
        return say(canvas, list, &[words]);
    }
    let places = report.entries.iter().map(|entry| (text::count(entry.place.line), text::count(entry.place.start)));
    let places: Vec<(String, String)> = places.collect();
    let lines = places.iter().map(|(line, _)| line.len()).max().unwrap_or(0) as u16;
    let bytes = places.iter().map(|(_, byte)| byte.len()).max().unwrap_or(0) as u16;
    let window = reporting.cursor.window(usize::from(list.height), report.entries.len());
    for (at, line) in Canvas::lines(list, window) {
        let entry = &report.entries[at];
        let mark = if entry.is_bad { canvas.either("✗", "x") } else { "!" };
        let role = if entry.is_bad { Role::Failed } else { Role::Warning };
        let row = canvas.row(line).selected(at == reporting.cursor.at, true).glyphs([(mark, role)]);
        let row = row.cell(lines + 5, &format!("line {}", places[at].0), Role::Text);
        let row =
            if line.width >= 60 { row.cell(bytes + 5, &format!("byte {}", places[at].1), Role::Dim) } else { row };
        row.rest(Shown::new(&entry.why).as_str(), role);
    }
    let more = if report.flagged() > report.entries.len() as u64 { " that are kept" } else { "" };
    let of = text::counted(report.entries.len());
    canvas.foot(area, &format!("{} of {of}{more}", reporting.cursor.at + 1), Role::Dim);
}
