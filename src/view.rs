//! Draws the model. Nothing here changes it, asks or waits.

mod alerts;
mod canvas;
mod case;
mod chart;
mod failures;
mod frame;
mod heat;
mod jobs;
mod mfa;
mod objects;
mod palette;
mod pipeline;
mod pivot;
mod popups;
mod records;
mod replays;
mod report;
mod search;
mod sheet;
mod sources;
mod sql;
mod store;
mod text;
mod workbench;

#[cfg(test)]
mod tests;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::request::Trouble;
use crate::app::{Model, Popup, Screen, geometry};
use crate::domain::Shown;
use crate::theme::{Look, Role};
use canvas::Canvas;

/// Draws the whole screen.
pub fn draw(model: &Model, look: &Look, frame: &mut Frame<'_>) {
    // The model learns of a new size by a message; until then, only what is on both is drawn on.
    let mut canvas = Canvas::new(frame.buffer_mut(), look);
    canvas.tint(Rect { x: 0, y: 0, width: model.size.0, height: model.size.1 }, Role::Text);
    frame::header(model, &mut canvas);
    frame::tabs(model, &mut canvas);
    let body = geometry::frame(model).body;
    match model.screen {
        Screen::Sources => sources::draw(model, &mut canvas),
        Screen::Objects => objects::draw(model, &mut canvas),
        Screen::Records => records::draw(model, &mut canvas),
        Screen::Search => search::draw(model, &mut canvas),
        Screen::Failures => failures::draw(model, &mut canvas, body),
        Screen::Replays => replays::draw(model, &mut canvas),
        Screen::Alerts => alerts::draw(model, &mut canvas),
        Screen::Pipeline => pipeline::draw(model, &mut canvas),
        Screen::Workbench => workbench::draw(model, &mut canvas),
        Screen::Case => case::draw(model, &mut canvas),
        Screen::Sql => sql::draw(model, &mut canvas),
    }
    frame::status(model, &mut canvas);
    frame::footer(model, &mut canvas);
    match &model.popup {
        Some(Popup::Help(cursor)) => popups::help(model, *cursor, &mut canvas),
        Some(Popup::Messages(cursor)) => popups::messages(model, *cursor, &mut canvas),
        Some(Popup::Jobs(cursor)) => jobs::draw(model, *cursor, &mut canvas),
        Some(Popup::Flaws(cursor)) => search::flaws(model, *cursor, &mut canvas),
        Some(Popup::Sheet(sheet)) => sheet::draw(model, sheet, &mut canvas),
        Some(Popup::Copies(copies)) => store::copies(model, copies, &mut canvas),
        Some(Popup::Versions(versions)) => store::versions(model, versions, &mut canvas),
        Some(Popup::Restore(restore)) => store::restore(model, restore, &mut canvas),
        Some(Popup::Pivot(pivot)) => pivot::draw(model, pivot, &mut canvas),
        Some(Popup::Statistics(counting)) => pivot::statistics(model, counting, &mut canvas),
        Some(Popup::Report(reporting)) => report::draw(model, reporting, &mut canvas),
        Some(Popup::LeaveRunning) => popups::leave_running(model, &mut canvas),
        None => {}
    }
    palette::which_key(model, &mut canvas);
    if let Some(asking) = &model.mfa {
        mfa::draw(model, asking, &mut canvas);
    }
    let cursor = frame::typing(model, &mut canvas).or_else(|| workbench::cursor(model)).or_else(|| sql::cursor(model));
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// Says in the middle of an empty pane what is, or is not, going on; what is longer than the pane goes on below.
fn say(canvas: &mut Canvas<'_>, area: Rect, lines: &[(String, Role)]) {
    let most = usize::from(area.width.saturating_sub(2)).max(1);
    let lines: Vec<(String, Role)> = lines
        .iter()
        .flat_map(|(line, role)| text::wrap_words(line, most, 3).into_iter().map(|line| (line, *role)))
        .collect();
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for ((line, role), y) in lines.iter().zip(top..area.bottom()) {
        let cells = (text::width(line) as u16).min(area.width);
        let style = canvas.style(*role);
        canvas.put(area.x + (area.width - cells) / 2, y, cells, line, style);
    }
}

/// Says in the middle of a pane what went wrong.
fn say_trouble(canvas: &mut Canvas<'_>, area: Rect, trouble: &Trouble) {
    let mut lines = vec![(Shown::new(&trouble.what).to_string(), Role::Error)];
    lines.push((Shown::new(&trouble.cause).to_string(), Role::Text));
    if let Some(hint) = &trouble.hint {
        lines.push((format!("hint: {}", Shown::new(hint)), Role::Dim));
    }
    say(canvas, area, &lines);
}
