//! The mouse: the wheel moves, a click chooses, a click on what is chosen opens it.

use crossterm::event::{KeyCode, MouseButton, MouseEvent, MouseEventKind};

use super::{Model, Screen, geometry, objects, run, workbench};
use crate::command::{Command, Invocation};

pub(super) fn act(model: &mut Model, event: MouseEvent) {
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, Command::Down),
        MouseEventKind::ScrollUp => wheel(model, Command::Up),
        MouseEventKind::Down(MouseButton::Left) => click(model, event.column, event.row),
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

fn click(model: &mut Model, column: u16, row: u16) {
    if model.popup.is_some() || model.typing.is_some() {
        return;
    }
    if row == geometry::frame(model).tabs.y
        && let Some(screen) = geometry::tab_at(model, column)
    {
        return model.go(screen);
    }
    let list = geometry::list(model);
    let is_inside = list.contains((column, row).into());
    if !is_inside {
        return;
    }
    let line = usize::from(row - list.y);
    let (cursor, len) = match model.screen {
        Screen::Sources => (&mut model.sources.cursor, model.profile.sources.len()),
        Screen::Objects => (&mut model.objects.cursor, model.objects.shown.len()),
        Screen::Records => {
            let len = model.records.reading.as_ref().map_or(0, |reading| reading.rows().len());
            model.records.detail.is_focused = false;
            (&mut model.records.cursor, len)
        }
        Screen::Search => (&mut model.search.cursor, model.search.hits.len()),
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
        Screen::Replays | Screen::Pipeline => return,
    };
    let at = cursor.top + line;
    if at >= len {
        return;
    }
    if cursor.at == at {
        return run::press_code(model, KeyCode::Enter);
    }
    cursor.at = at;
    if model.screen == Screen::Objects {
        // Down and up again: the preview follows as it does the keys.
        let height = geometry::rows(model);
        objects::move_cursor(model, Command::Down, height);
        if model.objects.cursor.at != at {
            objects::move_cursor(model, Command::Up, height);
        }
    }
}
