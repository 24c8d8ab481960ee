//! ```text
//! ┌ replays ─────────────────────────────────────────────────────────────────────────────────┐
//! │▸ r-20261123T021407Z-9a3f  indexer  ███████████████▒▒░░░░░  29 of 37 recovered  2 failed  │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ┌ objects ─ r-20261123T021407Z-9a3f ───────────────────────────────────────────────────────┐
//! │ ✚ recovered  s3://logs/AWSLogs/…T0131Z_kP2x.json.gz                                      │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::replays::{Counts, ReplayRow};
use crate::app::{Model, Topic, geometry};
use crate::domain::{InIndex, PlanItemState, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (top, bottom) = geometry::replays_panes(model);
    if top.height > 0 {
        list(model, canvas, top);
    }
    if bottom.height > 0 {
        items(model, canvas, bottom);
    }
}

fn list(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let replays = &model.replays;
    let rows = replays.rows();
    let count = format!(" {}", text::counted(rows.len()));
    let is_loading = model.is_asking(Topic::Replays);
    let title = [("replays", Role::Title), (count.as_str(), Role::Text)];
    let note = match &replays.running {
        Some(running) if running.is_done => "newest first".to_owned(),
        Some(running) if running.is_aborted => "stopping".to_owned(),
        Some(running) if running.is_paused => "paused".to_owned(),
        Some(running) => format!("at most {} a second", text::count(u64::from(running.rate))),
        None if is_loading => "reading the journal…".to_owned(),
        None => "newest first".to_owned(),
    };
    let inside = canvas.pane(pane, &title, &note, !replays.is_open);
    if rows.is_empty() {
        return match &replays.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None if is_loading => say(canvas, inside, &[("reading the journal…".into(), Role::Dim)]),
            None => say(
                canvas,
                inside,
                &[
                    ("nothing has been replayed".into(), Role::Text),
                    ("mark objects on 2 or 5, then r plans a replay".into(), Role::Dim),
                ],
            ),
        };
    }
    let list = geometry::list(model);
    let window = replays.cursor.window(usize::from(list.height), rows.len());
    for (at, line) in Canvas::lines(list, window) {
        row(model, canvas, line, &rows[at], at == replays.cursor.at);
    }
    match (&replays.trouble, rows.get(replays.cursor.at)) {
        (Some(trouble), _) => canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error),
        (None, Some(replay)) => canvas.foot(pane, &words(replay), Role::Dim),
        (None, None) => {}
    }
}

fn row(model: &Model, canvas: &mut Canvas<'_>, line: Rect, replay: &ReplayRow<'_>, is_selected: bool) {
    let counts = replay.counts();
    let (id, began) = match replay {
        ReplayRow::Running(running) => (
            match &running.id {
                Some(id) => id.to_string(),
                None if running.is_done => "not begun".to_owned(),
                None => "starting…".to_owned(),
            },
            running.began,
        ),
        ReplayRow::Past(past) => (past.id.to_string(), past.began),
    };
    let (glyph, role) = match replay {
        ReplayRow::Running(running) if !running.is_done => (canvas.either("↻", ">"), Role::Running),
        ReplayRow::Running(running) if running.stopped.is_some() => ("!", Role::Warning),
        ReplayRow::Past(past) if !past.finished => ("?", Role::Warning),
        _ if replay.indexed().is_some_and(|indexed| !indexed.agrees()) => ("!", Role::Warning),
        _ if counts.recovered == counts.total => (canvas.either("✚", "+"), Role::Recovered),
        _ if counts.failed + counts.refused > 0 => (canvas.either("✗", "x"), Role::Failed),
        _ if counts.unknown + counts.unconfirmed > 0 => ("?", Role::Warning),
        _ => (canvas.either("✓", "v"), Role::Ok),
    };
    let is_wide = line.width >= 96;
    let bar_cells = if is_wide { 24 } else { 12 };
    let bar = bar(&counts, bar_cells, canvas.is_ascii());
    let id_cells = if line.width >= 70 { 24 } else { 0 };
    // The pane's foot says the rest of the one that is looked at.
    let words = if is_wide { words(replay) } else { recovered(&counts) };
    let format = if model.now.duration_since(began).as_hours() < 20 { "%H:%M:%S" } else { "%m-%d %H:%M" };
    let row = canvas
        .row(line)
        .selected(is_selected, !model.replays.is_open)
        .glyphs([(glyph, role)])
        .cell(11, &text::at(began, format), Role::Dim)
        .cell(id_cells, Shown::new(id).as_str(), Role::Text)
        .cell(if is_wide { 12 } else { 8 }, Shown::new(replay.consumer()).as_str(), Role::Accent);
    row.glyphs(bar).rest(&words, role);
}

/// A bar of the replay's objects: recovered, failed, sent, waiting.
fn bar(counts: &Counts, cells: usize, is_ascii: bool) -> Vec<(&'static str, Role)> {
    let glyphs = if is_ascii { ["#", "X", "=", "?", "."] } else { ["█", "▒", "▓", "?", "░"] };
    let total = counts.total.max(1);
    let parts = [
        (counts.recovered, glyphs[0], Role::Recovered),
        (counts.failed + counts.refused, glyphs[1], Role::Failed),
        (counts.sent, glyphs[2], Role::Running),
        (counts.unknown + counts.unconfirmed, glyphs[3], Role::Warning),
    ];
    let mut bar = Vec::with_capacity(cells);
    let mut done = 0;
    for (count, glyph, role) in parts {
        done += count;
        // What is there is seen, however little it is.
        let end = (done * cells / total).max(bar.len() + usize::from(count > 0)).min(cells);
        bar.resize(end.max(bar.len()), (glyph, role));
    }
    bar.resize(cells, (glyphs[4], Role::Dim));
    bar
}

fn recovered(counts: &Counts) -> String {
    format!("{} of {}", text::counted(counts.recovered), text::counted(counts.total))
}

fn words(replay: &ReplayRow<'_>) -> String {
    let counts = replay.counts();
    let is_under_way = replay.is_under_way();
    let mut words = format!("{} recovered", recovered(&counts));
    for (count, word) in [
        (counts.failed, "failed again"),
        (counts.refused, "refused"),
        (counts.unknown + counts.unconfirmed, "unknown"),
        (counts.sent, if is_under_way { "on their way" } else { "sent, not watched" }),
        (counts.waiting, if is_under_way { "waiting" } else { "not sent" }),
    ] {
        if count > 0 {
            words.extend([" · ", &text::counted(count), " ", word]);
        }
    }
    if let Some(indexed) = replay.indexed() {
        for (set, found) in [(&indexed.missing, InIndex::Missing), (&indexed.twice, InIndex::Twice)] {
            if !set.is_empty() {
                words.extend([" · ", &text::counted(set.len()), " ", found.told()]);
            }
        }
    }
    words
}

fn items(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let replays = &model.replays;
    let rows = replays.rows();
    let Some(replay) = rows.get(replays.cursor.at) else { return };
    let items = replay.items();
    let count = format!(" {}", text::counted(items.len()));
    let inside = canvas.pane(pane, &[("objects", Role::Title), (count.as_str(), Role::Text)], "", replays.is_open);
    let window = replays.item.window(usize::from(inside.height), items.len());
    for (at, line) in Canvas::lines(inside, window) {
        let (object, state) = &items[at];
        let (mut glyph, word, mut role, mut told) = told(state, replay.is_under_way(), canvas);
        if let (PlanItemState::Recovered, Some(found)) = (state, replay.indexed().and_then(|indexed| indexed.of(at))) {
            told = found.told();
            if found != InIndex::Searchable {
                (glyph, role) = ("!", Role::Warning);
            }
        }
        let reason_cells = if told.is_empty() { 0 } else { (line.width / 3).min(44) };
        let uri_cells = line.width.saturating_sub(18 + reason_cells);
        canvas
            .row(line)
            .selected(replays.is_open && at == replays.item.at, true)
            .glyphs([(glyph, role)])
            .cell(13, word, role)
            .ending(uri_cells, Shown::new(object.to_string()).as_str(), Role::Text)
            .rest(Shown::new(told).as_str(), role);
    }
    if let Some(stopped) = replay.stopped() {
        canvas.foot(pane, Shown::new(stopped).as_str(), Role::Error);
    } else if let Some(indexed) = replay.indexed() {
        let role = if indexed.agrees() { Role::Dim } else { Role::Warning };
        canvas.foot(pane, Shown::new(format!("in the index: {}", indexed.told())).as_str(), role);
    } else if items.len() > usize::from(inside.height) {
        canvas.foot(pane, &format!("{} of {}", replays.item.at + 1, items.len()), Role::Dim);
    }
}

/// Glyph, word, role and cause of an object's state. What waits in a replay that stands still was not sent.
fn told<'s>(
    state: &'s PlanItemState,
    is_under_way: bool,
    canvas: &Canvas<'_>,
) -> (&'static str, &'static str, Role, &'s str) {
    match state {
        PlanItemState::Waiting if is_under_way => (canvas.either("·", "."), "waiting", Role::Dim, ""),
        PlanItemState::Waiting => (canvas.either("·", "."), "not sent", Role::Warning, ""),
        PlanItemState::Intended => ("?", "unknown", Role::Warning, ""),
        PlanItemState::Sent => (canvas.either("↻", ">"), "sent", Role::Running, ""),
        PlanItemState::NotSent(cause) => ("!", "not sent", Role::Error, cause),
        PlanItemState::Recovered => (canvas.either("✚", "+"), "recovered", Role::Recovered, ""),
        PlanItemState::FailedAgain(cause) => (canvas.either("✗", "x"), "failed again", Role::Failed, cause),
        PlanItemState::Unconfirmed => ("?", "unconfirmed", Role::Warning, "no receipt within the time limit"),
    }
}
