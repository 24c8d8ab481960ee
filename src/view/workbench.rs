//! ```text
//! ┌ kst-0a41.kst.gz · 412 of 420 read ──┐┌ definition · proposed · edited ────────────┐
//! │▸✓ %% 20261123 013107.412 PROC/SPAWN ││  1 name = "kestrel"                        │
//! │ │    ~ image : </usr/bin/python3.13>││  2 records = "blocks"                      │
//! └─────────────────────────────────────┘└────────────────────────────────────────────┘
//! ┌ result · recognised by its content ──────────────────────────────────────────────┐
//! │ event.action  PROC/SPAWN                                                         │
//! └──────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::{Position, Rect};

use super::canvas::{Canvas, Piece};
use super::{say, say_trouble, text};
use crate::app::workbench::{self as bench, Pane, ResultLine, Shows, Workbench};
use crate::app::{Model, Topic, geometry};
use crate::domain::{Covered, Origin, Shown, TrialReading};
use crate::theme::Role;

/// Cells of the numbers before the definition's lines.
const NUMBERS: u16 = 4;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let panes = geometry::workbench_panes(model);
    if panes.sample.height > 0 {
        sample(model, canvas, panes.sample);
    }
    if panes.definition.height > 0 {
        definition(model, canvas, panes.definition);
    }
    if panes.result.height > 0 {
        result(model, canvas, panes.result);
    }
}

/// Where the terminal's cursor stands while the definition is edited.
pub(super) fn cursor(model: &Model) -> Option<Position> {
    let workbench = &model.workbench;
    if model.screen != crate::app::Screen::Workbench || model.popup.is_some() || !workbench.is_typing() {
        return None;
    }
    let inside = text_area(geometry::workbench_panes(model).definition);
    let (row, _) = workbench.editor.cursor();
    let y = row.checked_sub(workbench.view.top).filter(|y| *y < usize::from(inside.height))?;
    let x = workbench.editor.cursor_cells() - skipped(workbench, inside);
    (inside.width > 0).then(|| Position { x: inside.x + x as u16, y: inside.y + y as u16 })
}

/// The place of the definition's text in its pane.
fn text_area(pane: Rect) -> Rect {
    let inside = geometry::inside(pane);
    let numbers = if inside.width > 24 { NUMBERS } else { 0 };
    Rect { x: inside.x + numbers, width: inside.width.saturating_sub(numbers), ..inside }
}

/// Cells at the start of each line that are out of sight, so that the cursor is in it.
fn skipped(workbench: &Workbench, area: Rect) -> usize {
    workbench.editor.cursor_cells().saturating_sub(usize::from(area.width).saturating_sub(2))
}

fn sample(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let workbench = &model.workbench;
    let has_focus = workbench.pane == Pane::Sample;
    let Some(material) = &workbench.material else {
        let inside = canvas.pane(pane, &[("workbench", Role::Title)], "", has_focus);
        return match (&workbench.trouble, &workbench.wanted) {
            (Some(trouble), _) => say_trouble(canvas, inside, trouble),
            (None, Some(id)) => say(canvas, inside, &[(format!("reading {}", Shown::new(id.to_string())), Role::Dim)]),
            (None, None) => say(
                canvas,
                inside,
                &[
                    ("nothing lies on the workbench".into(), Role::Text),
                    ("w on a failure or an object puts it here".into(), Role::Dim),
                ],
            ),
        };
    };
    let lines = workbench.lines();
    let how_much =
        if material.is_whole { String::new() } else { format!(" · first {} lines", text::counted(lines.len())) };
    let read = workbench.reading.as_ref().map_or(String::new(), told);
    let is_bad = workbench.reading.as_ref().is_some_and(|reading| reading.faults() > 0);
    let read_role = if workbench.is_stale() || is_bad { Role::Warning } else { Role::Ok };
    let room = usize::from(pane.width).saturating_sub(text::width(&how_much) + text::width(&read) + 6).max(10);
    let name = Shown::new(material.object.id.file_name()).to_string();
    let title = [(&*text::cut_start(&name, room), Role::Title), (&*how_much, Role::Dim), (&*read, read_role)];
    let note = if workbench.wanted.is_some() { "reading another…" } else { "" };
    let inside = canvas.pane(pane, &title, note, has_focus);
    if lines.is_empty() {
        return say(canvas, inside, &[("an object without any line".into(), Role::Text)]);
    }
    let window = workbench.line.window(usize::from(inside.height), lines.len());
    for (at, line) in Canvas::lines(inside, window) {
        sample_line(workbench, canvas, line, at, lines[at], has_focus);
    }
    let fault = workbench.record().and_then(|record| record.fault.clone());
    match (&workbench.trouble, fault) {
        (Some(trouble), _) => canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error),
        (None, Some(fault)) => canvas.foot(pane, &fault, Role::Failed),
        (None, None) => {
            let place = format!("line {} of {}", text::counted(workbench.line.at + 1), text::counted(lines.len()));
            canvas.foot(pane, &place, Role::Dim);
        }
    }
}

/// ` · 412 of 420 records read`
fn told(reading: &TrialReading) -> String {
    let (all, faults) = (reading.records.len(), reading.faults());
    if all == 0 {
        return " · no record".to_owned();
    }
    format!(" · {} of {} read", text::counted(all - faults), text::counted(all))
}

fn sample_line(workbench: &Workbench, canvas: &mut Canvas<'_>, line: Rect, at: usize, bytes: &[u8], has_focus: bool) {
    /// Bytes of a line that a row can show.
    const SHOWN: usize = 1_024;
    let record = workbench.reading.as_ref().and_then(|reading| Some(&reading.records[reading.record_of(at)?]));
    let is_stale = workbench.is_stale();
    let (mark, role) = match record {
        Some(record) if record.lines.start != at => (canvas.either("│", "|"), Role::Dim),
        Some(record) if record.fault.is_some() => (canvas.either("✗", "x"), Role::Failed),
        Some(_) => (canvas.either("✓", "v"), Role::Ok),
        None => (canvas.either("·", "."), Role::Dim),
    };
    let is_bad = record.is_some_and(|record| record.fault.is_some());
    let text_role = if record.is_none() || is_stale { Role::Dim } else { Role::Text };
    let shown = Shown::from_bytes(&bytes[..bytes.len().min(SHOWN)]).to_string();
    let role = if is_stale { Role::Dim } else { role };
    let row = canvas.row(line).selected(at == workbench.line.at, has_focus).glyphs([(mark, role)]);
    let reason = record.filter(|record| record.lines.start == at).and_then(|record| record.fault.as_deref());
    match reason.filter(|_| is_bad) {
        Some(reason) => {
            let cells = (text::width(&shown) as u16).min(row.left() / 2);
            row.cell(cells, &shown, text_role).rest(reason, Role::Failed);
        }
        None => row.rest(&shown, text_role),
    }
}

fn definition(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let workbench = &model.workbench;
    let Some(material) = &workbench.material else {
        canvas.pane(pane, &[("definition", Role::Title)], "", false);
        return;
    };
    let origin = match (&workbench.saved, &material.origin) {
        (Some(saved), _) => format!(" · saved as {}", Shown::new(&saved.name)),
        (None, Origin::Own(path)) => {
            let file = path.file_name().map_or(String::new(), |file| file.to_string_lossy().into_owned());
            format!(" · your own {}", Shown::new(file))
        }
        (None, Origin::Shipped) => " · the one that comes with scops".to_owned(),
        (None, Origin::Proposed) => " · proposed from the bytes".to_owned(),
        (None, Origin::Blank(reason)) => format!(" · {}", Shown::new(reason)),
    };
    let edited = if workbench.is_edited() { " · edited" } else { "" };
    let slips = match workbench.slips.len() {
        0 => String::new(),
        count => format!(" · {}", text::plural(count, "mistake")),
    };
    let title = [("definition", Role::Title), (&*slips, Role::Error), (edited, Role::Marked), (&*origin, Role::Dim)];
    let has_focus = workbench.pane == Pane::Definition;
    let inside = canvas.pane(pane, &title, "", has_focus);
    let area = text_area(pane);
    let lines = workbench.editor.lines();
    let skip = skipped(workbench, area);
    let (number_style, text_style) = (canvas.style(Role::Dim), canvas.style(Role::Text));
    let (comment_style, wrong_style) = (canvas.style(Role::Dim), canvas.style(Role::Error));
    let heading_style = canvas.style(Role::Accent);
    let window = workbench.view.window(usize::from(inside.height), lines.len());
    for (at, row) in Canvas::lines(area, window) {
        let is_wrong = workbench.slips.iter().any(|slip| slip.line == at + 1);
        if area.x > inside.x {
            let style = if is_wrong { wrong_style } else { number_style };
            canvas.put(inside.x, row.y, NUMBERS - 1, &format!("{:>3}", at + 1), style);
        }
        let line = &lines[at];
        let style = match line.trim_start().chars().next() {
            _ if is_wrong => wrong_style,
            Some('#') => comment_style,
            Some('[') => heading_style,
            _ => text_style,
        };
        canvas.put(row.x, row.y, row.width, &super::frame::skip_cells(Shown::new(line).as_str(), skip), style);
    }
    let (row, column) = workbench.editor.cursor();
    canvas.foot(pane, &format!("{}:{}", row + 1, column + 1), Role::Dim);
}

fn result(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let workbench = &model.workbench;
    let has_focus = workbench.pane == Pane::Result;
    if workbench.shows == Shows::Coverage {
        return coverage(model, canvas, pane, has_focus);
    }
    let stale = if workbench.is_stale() { " · older than the definition" } else { "" };
    let needs = workbench.needs(model);
    let recognised = match (&workbench.reading, &needs) {
        (Some(_), Some(line)) => format!(" · {}", Shown::new(line)),
        (Some(reading), None) if reading.recognised.as_deref() == Some(&reading.name) => {
            " · recognised by its content".to_owned()
        }
        _ => String::new(),
    };
    let (all, passing) = bench::counts(model);
    let waiting = match (workbench.saved.is_some(), all) {
        (_, 0) => String::new(),
        (true, _) if let Some((done, objects)) = workbench.anew => {
            format!(" · {passing} pass, {} of {} tried anew", text::counted(done), text::counted(objects))
        }
        (true, _) => format!(" · {passing} of {} that wait pass now", text::counted(all)),
        (false, _) => format!(" · {} wait", text::counted(all)),
    };
    let title: [Piece<'_>; 4] = [
        ("result", Role::Title),
        (stale, Role::Warning),
        (&waiting, if passing > 0 { Role::Ok } else { Role::Parked }),
        (&recognised, if needs.is_some() { Role::Warning } else { Role::Dim }),
    ];
    let note = if workbench.is_untried { "trying…" } else { "" };
    let inside = canvas.pane(pane, &title, note, has_focus);
    let (lines, beside) = bench::result_columns(model);
    if lines.is_empty() {
        let what = match (&workbench.reading, workbench.material.is_some()) {
            (Some(_), _) if workbench.lines().is_empty() => "nothing can be tried on it",
            (Some(_), _) => "this line is no record: a header, a comment, or blank",
            (None, true) => "trying the definition…",
            (None, false) => "",
        };
        return say(canvas, inside, &[(what.to_owned(), Role::Dim)]);
    }
    let half = if beside.is_empty() { inside.width } else { inside.width / 2 };
    let left = Rect { width: half, ..inside };
    let right = Rect { x: inside.x + half, width: inside.width - half, ..inside };
    let window = workbench.row.window(usize::from(inside.height), lines.len().max(beside.len()));
    for (column, lines) in [(left, &lines), (right, &beside)] {
        for (at, row) in Canvas::lines(column, window.clone()).take_while(|(at, _)| *at < lines.len()) {
            result_line(canvas, row, &lines[at], has_focus && at == workbench.row.at, workbench.is_stale());
        }
    }
}

fn result_line(canvas: &mut Canvas<'_>, row: Rect, line: &ResultLine, is_selected: bool, is_stale: bool) {
    let faded = |role: Role| if is_stale { Role::Dim } else { role };
    let cells = canvas.row(row).selected(is_selected, true);
    match line {
        ResultLine::Slip(place, what) => {
            cells.cell(8, place, Role::Warning).rest(Shown::new(what).as_str(), Role::Error);
        }
        ResultLine::Hint(hint) => cells.cell(8, "hint", Role::Dim).rest(Shown::new(hint).as_str(), Role::Text),
        ResultLine::Fault(fault) => cells.rest(Shown::new(fault).as_str(), faded(Role::Failed)),
        ResultLine::Heading(heading) => cells.rest(heading, Role::Heading),
        ResultLine::Value(path, value) => {
            let width = (row.width * 2 / 5).clamp(8, 24);
            cells.cell(width, path, faded(Role::Accent)).rest(value, faded(Role::Text));
        }
    }
}

fn coverage(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, has_focus: bool) {
    let workbench = &model.workbench;
    let covered = &workbench.coverage;
    let sum = |of: fn(&Covered) -> u64| covered.iter().map(of).sum::<u64>();
    let (records, faults) = (sum(|covered| covered.records), sum(|covered| covered.faults));
    let clean = covered.iter().filter(|covered| covered.faults == 0 && covered.trouble.is_none()).count();
    let told = format!(
        " · {} of {} records in {} · {} without a fault",
        text::count(records),
        text::count(records + faults),
        text::plural(covered.len(), "object"),
        text::counted(clean)
    );
    let role = if clean == covered.len() { Role::Ok } else { Role::Warning };
    let is_asking = model.is_asking(Topic::Coverage);
    let note = if is_asking { "trying…" } else { "" };
    let inside = canvas.pane(pane, &[("coverage", Role::Title), (&told, role)], note, has_focus);
    if covered.is_empty() {
        let what = if is_asking {
            "trying the definition on more objects…"
        } else {
            "c tries the definition on more objects"
        };
        return say(canvas, inside, &[(what.into(), Role::Dim)]);
    }
    let window = workbench.row.window(usize::from(inside.height), covered.len());
    for (at, row) in Canvas::lines(inside, window) {
        let Covered { object, records, faults, first_fault, is_partial, trouble } = &covered[at];
        let is_good = *faults == 0 && trouble.is_none();
        let mark = if is_good { canvas.either("✓", "v") } else { canvas.either("✗", "x") };
        let role = if is_good { Role::Ok } else { Role::Failed };
        let counts = format!("{} of {}", text::count(*records), text::count(records + faults));
        let why = match (trouble, first_fault) {
            (Some(trouble), _) => Shown::new(trouble).to_string(),
            (None, Some((line, reason))) => format!("line {}: {reason}", text::count(*line)),
            (None, None) if *is_partial => "its first MiB".to_owned(),
            (None, None) => String::new(),
        };
        let name = row.width * 2 / 5;
        canvas
            .row(row)
            .selected(at == workbench.row.at, has_focus)
            .glyphs([(mark, role)])
            .ending(name, Shown::new(object.id.file_name()).as_str(), Role::Text)
            .right(14, &counts, role)
            .rest(&why, if is_good { Role::Dim } else { Role::Failed });
    }
}
