//! The mouse: the wheel moves, a click chooses, a click on what is chosen opens it, one before a row marks it, one on a
//! key hint does what the key does, and a drag over the timeline brushes a range, which is looked at when the button is
//! let go. Nothing needs it, and the terminal can have it back.

use crossterm::event::{KeyCode, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::{
    Brush, Cursor, Model, Popup, Screen, geometry, help_rows, hints, keys, objects, pipeline, profiles, run, search,
    sheet, sources, workbench,
};
use crate::command::{Command, Invocation};

/// Whose the mouse is, and what it does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mouse {
    /// It acts here.
    #[default]
    Ours,
    /// It drags over the timeline.
    Brushes,
    /// The terminal has it, and selects text with it.
    Terminals,
}

/// Takes an event of the mouse; `is_rushed` where it came sooner than hands press.
pub(super) fn act(model: &mut Model, event: MouseEvent, is_rushed: bool) {
    if model.mouse == Mouse::Terminals || model.mfa.is_some() {
        return;
    }
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, Command::Down),
        MouseEventKind::ScrollUp => wheel(model, Command::Up),
        MouseEventKind::Down(MouseButton::Left) => click(model, event.column, event.row, is_rushed),
        MouseEventKind::Drag(MouseButton::Left) => drag(model, event.column),
        MouseEventKind::Up(MouseButton::Left) => let_go(model),
        _ => {}
    }
}

fn wheel(model: &mut Model, command: Command) {
    const LINES: usize = 3;
    if model.typing.is_none() {
        for _ in 0..LINES {
            run::run(model, &Invocation::from(command));
        }
    }
}

/// A drag that began on the timeline goes on; it ends at the timeline's edges.
fn drag(model: &mut Model, column: u16) {
    let bars = bars(model);
    let column = column.clamp(bars.x, bars.right().saturating_sub(1).max(bars.x));
    if model.mouse == Mouse::Brushes
        && let Some(at) = bin_at(model, column)
        && let Some(brush) = brush(model).as_mut()
    {
        brush.at = at;
    }
}

/// The bars that the screen is brushed over.
fn bars(model: &Model) -> Rect {
    match model.screen {
        Screen::Search => geometry::histogram_bars(model),
        Screen::Objects => geometry::timeline_bars(model),
        _ => Rect::default(),
    }
}

fn bin_at(model: &Model, column: u16) -> Option<usize> {
    match model.screen {
        Screen::Search => geometry::histogram_bin_at(model, column),
        _ => geometry::bin_at(model, column),
    }
}

fn brush(model: &mut Model) -> &mut Option<Brush> {
    if model.screen == Screen::Search { &mut model.search.shape.brush } else { &mut model.objects.brush }
}

/// The button is let go: a range that was dragged over is looked at. One column alone stays brushed, as one may have
/// meant to point at it only.
fn let_go(model: &mut Model) {
    let is_dragged = std::mem::take(&mut model.mouse) == Mouse::Brushes;
    if is_dragged && brush(model).is_some_and(|brush| brush.span().0 != brush.span().1) {
        run::run(model, &Invocation::from(Command::BrushApply));
    }
}

/// A click on a row of the help chooses or runs it; a click beside the help or the messages closes them.
fn click_popup(model: &mut Model, column: u16, row: u16) {
    let inside = geometry::inside(geometry::popup(model));
    if !geometry::popup(model).contains((column, row).into()) {
        model.popup = None;
    } else if let Some(Popup::Help(cursor)) = model.popup
        && inside.contains((column, row).into())
    {
        let at = cursor.top + usize::from(row - inside.y);
        if at == cursor.at {
            run::press_code(model, KeyCode::Enter);
        } else if at < help_rows(model).len() {
            model.popup = Some(Popup::Help(Cursor { at, ..cursor }));
        }
    }
}

/// Columns before a row in which its cursor and its mark stand.
const MARKS: u16 = 2;

/// Marks a row, or takes its mark away; the cursor stays on it.
fn mark(model: &mut Model, at: usize) {
    run::run(model, &Invocation::from(Command::Mark));
    let cursor = if model.screen == Screen::Objects { &mut model.objects.cursor } else { &mut model.failures.cursor };
    cursor.at = at;
}

#[expect(clippy::too_many_lines, reason = "one arm a screen, read as a table")]
fn click(model: &mut Model, column: u16, row: u16, is_rushed: bool) {
    model.mouse = Mouse::Ours;
    if let Some(command) = hints::hint_at(model, column, row).filter(|_| !is_rushed) {
        return keys::run(model, &Invocation::from(command));
    }
    if model.typing.is_some() {
        return;
    }
    match model.popup {
        Some(Popup::Help(_) | Popup::Messages(_) | Popup::Jobs(_)) => return click_popup(model, column, row),
        Some(Popup::Sheet(_)) => return sheet::click(model, column, row, is_rushed),
        Some(_) => return,
        None => {}
    }
    if bars(model).contains((column, row).into())
        && let Some(at) = bin_at(model, column)
    {
        *brush(model) = Some(Brush { anchor: Some(at), at });
        model.mouse = Mouse::Brushes;
        return;
    }
    if row == geometry::frame(model).tabs.y
        && let Some(screen) = geometry::tab_at(model, column)
    {
        if screen != Screen::Sources {
            profiles::enter_under_cursor(model);
        }
        return model.go(screen);
    }
    let values = geometry::facet_lines(model);
    if model.screen == Screen::Search && values.contains((column, row).into()) {
        return search::click_value(model, usize::from(row - values.y));
    }
    let list = geometry::list(model);
    let is_inside = list.contains((column, row).into());
    if !is_inside {
        return;
    }
    let line = usize::from(row - list.y);
    let (cursor, len) = match model.screen {
        Screen::Sources => {
            let len = sources::rows(model).len();
            (&mut model.sources.cursor, len)
        }
        Screen::Objects => (&mut model.objects.cursor, model.objects.shown.len()),
        Screen::Records => {
            let len = model.records.len();
            model.records.detail.is_focused = false;
            (&mut model.records.cursor, len)
        }
        Screen::Search => {
            let len = model.search.shape.len();
            model.search.shape.facets.has_focus = false;
            (&mut model.search.cursor, len)
        }
        Screen::Failures => {
            let len = model.failures.rows().len();
            (&mut model.failures.cursor, len)
        }
        Screen::Workbench => {
            model.workbench.pane = workbench::Pane::Sample;
            let len = model.workbench.lines().len();
            (&mut model.workbench.line, len)
        }
        Screen::Case => {
            model.case.is_focused = false;
            let len = model.case.len();
            (&mut model.case.cursor, len)
        }
        Screen::Replays => {
            let len = model.replays.rows().len();
            model.replays.is_open = false;
            (&mut model.replays.cursor, len)
        }
        Screen::Sql => {
            model.sql.pane = super::sql::Pane::Lower;
            model.sql.cursor()
        }
        Screen::Alerts => {
            let len = model.alerts.rows().len();
            model.alerts.is_focused = false;
            (&mut model.alerts.cursor, len)
        }
        Screen::Pipeline => {
            let len = pipeline::lines(model).0.len();
            (&mut model.pipeline.cursor, len)
        }
    };
    let at = cursor.top + line;
    if at >= len {
        return;
    }
    let is_mark = matches!(model.screen, Screen::Objects | Screen::Failures) && column < list.x + MARKS;
    if cursor.at == at && !is_mark {
        return run::press_code(model, KeyCode::Enter);
    }
    cursor.at = at;
    if is_mark {
        return mark(model, at);
    }
    if model.screen == Screen::Replays {
        model.replays.item = Cursor::default();
    }
    if model.screen == Screen::Objects {
        // Down and up again: the preview follows as it does the keys.
        let height = geometry::rows(model);
        objects::move_cursor(model, Command::Down, height);
        if model.objects.cursor.at != at {
            objects::move_cursor(model, Command::Up, height);
        }
    }
}
