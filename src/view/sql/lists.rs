//! Statements that ran, and queries that are kept.

use ratatui::layout::Rect;

use crate::app::sql::{Listed, Listing, place};
use crate::app::{Model, geometry};
use crate::domain::{QueryPhase, Shown};
use crate::theme::Role;
use crate::view::canvas::Canvas;
use crate::view::{say, text};

pub(super) fn draw(model: &Model, listing: &Listing, canvas: &mut Canvas<'_>, pane: Rect) {
    let has_focus = !model.sql.is_typing();
    let (title, about) = match &listing.what {
        Listed::Mine(_) => ("statements", " · run from here".to_owned()),
        Listed::Workgroup(_) => ("statements", format!(" · of workgroup {}", Shown::new(place(model).workgroup))),
        Listed::Kept(_) => ("kept queries", String::new()),
    };
    let count = format!(" {}", text::counted(listing.len()));
    let title = [(title, Role::Title), (about.as_str(), Role::Dim), (count.as_str(), Role::Text)];
    let note = if listing.is_waiting { "asking…" } else { "" };
    let inside = canvas.pane(pane, &title, note, has_focus);
    if listing.is_empty() {
        let what = match (&listing.what, listing.is_waiting) {
            (_, true) => "asking…",
            (Listed::Mine(_), _) => "nothing was run from here yet; the same key lists the workgroup's",
            (Listed::Workgroup(_), _) => "nothing was run in this workgroup",
            (Listed::Kept(_), _) => "no query is kept yet: S keeps what stands in the editor",
        };
        return say(canvas, inside, &[(what.into(), Role::Dim)]);
    }
    let list = geometry::list(model);
    let window = listing.cursor.window(usize::from(list.height), listing.len());
    for (at, line) in Canvas::lines(list, window) {
        let row = canvas.row(line).selected(at == listing.cursor.at, has_focus);
        match &listing.what {
            Listed::Mine(past) => {
                let time = text::at(past[at].at, "%m-%d %H:%M:%S");
                row.cell(14, &time, Role::Dim).rest(&one_line(&past[at].sql), Role::Text);
            }
            Listed::Workgroup(executions) => {
                let execution = &executions[at];
                let time = execution.submitted.map_or("–".to_owned(), |at| text::at(at, "%m-%d %H:%M:%S"));
                let role = match execution.status.phase {
                    QueryPhase::Succeeded => Role::Ok,
                    QueryPhase::Failed => Role::Failed,
                    QueryPhase::Cancelled => Role::Warning,
                    QueryPhase::Queued | QueryPhase::Running => Role::Running,
                };
                row.cell(14, &time, Role::Dim)
                    .cell(9, execution.status.phase.name(), role)
                    .right(10, &execution.status.scanned.to_string(), Role::Dim)
                    .rest(&one_line(&execution.sql), Role::Text);
            }
            Listed::Kept(kept) => {
                let query = &kept[at];
                let about =
                    if query.about.is_empty() { one_line(&query.sql) } else { Shown::new(&query.about).to_string() };
                row.cell(20, Shown::new(&query.name).as_str(), Role::Accent).rest(&about, Role::Text);
            }
        }
    }
    canvas.foot(pane, "enter opens it", Role::Dim);
}

/// The beginning of a statement, in one line.
fn one_line(sql: &str) -> String {
    let start: String = sql.chars().take(512).collect();
    Shown::new(start.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}
