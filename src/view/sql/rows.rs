//! The rows of a statement, and how it went.

use ratatui::layout::Rect;

use crate::app::sql::{Phase, column_widths};
use crate::app::{Model, contexts as keys, geometry};
use crate::command::Command;
use crate::domain::{Execution, QueryPhase, Shown, is_number_type};
use crate::theme::Role;
use crate::view::canvas::Canvas;
use crate::view::{say, say_trouble, text};

/// The longest URI of an object, in bytes: a bucket's name and a key.
const URI: usize = 1_100;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let sql = &model.sql;
    let rows = &sql.rows;
    let has_focus = !sql.is_typing();
    let count = if rows.table.columns.is_empty() { String::new() } else { format!(" {}", text::counted(rows.len())) };
    let more = match (rows.is_full(), rows.has_more()) {
        (true, _) => " · no more are kept",
        (false, true) => " · and more below",
        (false, false) => "",
    };
    let title = [("rows", Role::Title), (count.as_str(), Role::Text), (more, Role::Dim)];
    let inside = canvas.pane(pane, &title, "", has_focus);
    if sql.is_looking_up() {
        return say(canvas, inside, &[("looking up the partitions of its tables…".into(), Role::Running)]);
    }
    if let Some(doubt) = &sql.doubt {
        let key = model.keymap.key_of(&keys(model), Command::RunSql).unwrap_or_default();
        let lines = [
            (Shown::new(&doubt.what).to_string(), Role::Warning),
            (doubt.size.clone().unwrap_or_default(), Role::Text),
            (format!("{key} once more runs it, esc drops it"), Role::Dim),
        ];
        return say(canvas, inside, &lines);
    }
    foot(model, canvas, pane);
    match &sql.phase {
        Phase::Failed(trouble, _) => return say_trouble(canvas, inside, trouble),
        Phase::Done(Some(execution)) if is_broken(execution) => {
            // It ended long ago, and is only looked at.
            let reason = execution.status.reason.as_deref().unwrap_or("no reason is known");
            return say(canvas, inside, &[(Shown::new(reason).to_string(), Role::Error)]);
        }
        Phase::Idle => return say(canvas, inside, &[("f5 runs the statement under the cursor".into(), Role::Dim)]),
        Phase::Running { .. } if rows.is_empty() => return,
        Phase::Stopped(_) if rows.is_empty() => return say(canvas, inside, &[("stopped".into(), Role::Warning)]),
        _ if rows.table.columns.is_empty() || rows.is_empty() => {
            return say(canvas, inside, &[("done, without rows".into(), Role::Text)]);
        }
        _ => {}
    }
    table(model, canvas, inside, has_focus);
}

/// How the statement went, in the lower edge.
fn foot(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let sql = &model.sql;
    let (told, role) = match &sql.phase {
        Phase::Idle => return,
        Phase::Running { since, execution } => {
            let elapsed = model.now.duration_since(*since).as_secs().max(0);
            let told = execution.as_deref().map_or("asking…".to_owned(), went);
            (format!("{told} · {elapsed} s — ctrl-c stops it"), Role::Running)
        }
        Phase::Done(Some(execution)) if is_broken(execution) => (went(execution), Role::Error),
        Phase::Done(execution) => (execution.as_deref().map_or("done".to_owned(), went), Role::Ok),
        Phase::Stopped(execution) => (
            format!("stopped{}", execution.as_deref().map_or(String::new(), |it| format!(" · {}", went(it)))),
            Role::Warning,
        ),
        Phase::Failed(_, execution) => (execution.as_deref().map_or("failed".to_owned(), went), Role::Error),
    };
    let (told, role) = match &sql.rows.trouble {
        Some(trouble) => (Shown::new(trouble.to_string()).to_string(), Role::Error),
        None => (told, role),
    };
    canvas.foot(pane, &told, role);
}

/// Whether it has ended without a result.
fn is_broken(execution: &Execution) -> bool {
    matches!(execution.status.phase, QueryPhase::Failed | QueryPhase::Cancelled)
}

/// `SUCCEEDED · queued 0.1 s · engine 1.2 s · 1.4 MiB · $0.0001`
fn went(execution: &Execution) -> String {
    let status = &execution.status;
    let seconds = |milliseconds: u64| format!("{:.1} s", milliseconds as f64 / 1000.0);
    let mut told = vec![status.phase.name().to_owned()];
    if is_broken(execution) {
        match execution.is_retryable {
            Some(true) => told.push("can be tried again".to_owned()),
            Some(false) => told.push("would fail again as it is".to_owned()),
            None => {}
        }
    }
    told.extend([
        format!("queued {}", seconds(status.queued_ms)),
        format!("engine {}", seconds(execution.engine_ms)),
        status.scanned.to_string(),
    ]);
    if execution.is_reused {
        told.push("an earlier result, nothing was read".to_owned());
    } else if status.phase.is_final() {
        told.push(format!("${:.4}", execution.dollars()));
    }
    told.join(" · ")
}

fn table(model: &Model, canvas: &mut Canvas<'_>, inside: Rect, has_focus: bool) {
    let rows = &model.sql.rows;
    let widths = column_widths(model);
    let first = first_column(&widths, rows.column, usize::from(inside.width.saturating_sub(2)));
    let list = geometry::list(model);
    let heading = Rect { height: list.y - inside.y, ..inside };
    if heading.height > 0 {
        let mut row = canvas.row(heading).cell(0, "", Role::Heading);
        row = row.selected(false, false);
        for (at, name) in rows.table.columns.iter().enumerate().skip(first) {
            let role = if at == rows.column && has_focus { Role::Marked } else { Role::Heading };
            let (cells, name) = (widths[at] as u16, Shown::new(name));
            // A name stands over its values.
            row = if is_number(rows.table.types.get(at)) {
                row.right(cells, name.as_str(), role)
            } else {
                row.cell(cells, name.as_str(), role)
            };
        }
    }
    let window = rows.cursor.window(usize::from(list.height), rows.len());
    for (at, line) in Canvas::lines(list, window) {
        let mut row = canvas.row(line).selected(at == rows.cursor.at, has_focus);
        for (column, cell) in rows.table.rows[at].iter().enumerate().skip(first).take(widths.len() - first) {
            // The last one has what is left; numbers stay below their name.
            let has_rest = column + 1 == widths.len() && !is_number(rows.table.types.get(column));
            let cells = if has_rest { row.left() } else { widths[column] as u16 };
            row = match cell {
                Some(cell) if cell.starts_with("s3://") && cell.len() <= URI => {
                    // The beginning is the same for all of them.
                    row.ending(cells, Shown::new(cell).as_str(), Role::Text)
                }
                Some(cell) => {
                    // No more than a column shows is made safe.
                    let start: String = cell.chars().take(usize::from(cells) + 1).collect();
                    let shown = Shown::new(start);
                    if is_number(rows.table.types.get(column)) {
                        row.right(cells, shown.as_str(), Role::Number)
                    } else {
                        row.cell(cells, shown.as_str(), Role::Text)
                    }
                }
                None => row.cell(cells, "–", Role::Dim),
            };
        }
    }
}

fn is_number(kind: Option<&String>) -> bool {
    kind.is_some_and(|kind| is_number_type(kind))
}

/// The first column in sight, so that the one under the cursor is.
fn first_column(widths: &[usize], column: usize, room: usize) -> usize {
    let mut first = column.min(widths.len().saturating_sub(1));
    let mut used = widths.get(first).copied().unwrap_or(0);
    while first > 0 && used + widths[first - 1] < room {
        first -= 1;
        used += widths[first] + 1;
    }
    first
}
