//! ```text
//! ┌ pipeline ─ as of 02:14:07Z ───────────────────────────────────────────────────────────────┐
//! │ indexer                                                                                   │
//! │   buckets ──▶ events ──▶ indexer ──┬──▶ ✓ receipts  s3://lake/receipts/indexer/           │
//! │               2 waiting, 1 taken   ├──▶ ✗ failed    37 wait · destroyed after 4d · 3 tries│
//! │                                    └──▶ ◌ parked    12 wait · destroyed after 14d         │
//! └───────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::pipeline::{Chain, chains};
use crate::app::{Model, Topic, geometry};
use crate::domain::time::brief;
use crate::domain::{MoveTask, QueueStatus, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let chains = chains(model);
    let at = model.pipeline.queues.iter().map(|queue| queue.at).max();
    let at = at.map_or(String::new(), |at| format!(" · as of {}", text::at(at, "%H:%M:%SZ")));
    let is_loading = model.is_asking(Topic::Queues);
    let title = [("pipeline", Role::Title), (at.as_str(), Role::Dim)];
    let inside = canvas.pane(pane, &title, if is_loading { "asking…" } else { "depths are SQS's estimates" }, true);
    if chains.is_empty() {
        let lines = [
            ("this profile names no consumers".to_owned(), Role::Text),
            ("config.toml names them, as the README shows".to_owned(), Role::Dim),
        ];
        return say(canvas, inside, &lines);
    }
    if let Some(trouble) = model.pipeline.trouble.as_ref().filter(|_| model.pipeline.queues.is_empty()) {
        return say_trouble(canvas, inside, trouble);
    }
    let window = model.pipeline.cursor.window(geometry::rows(model).max(1), chains.len());
    for (index, top) in window.zip((inside.y..).step_by(geometry::PIPELINE_ROWS)) {
        let height = (geometry::PIPELINE_ROWS as u16).min(inside.bottom().saturating_sub(top));
        let area = Rect { y: top, height, ..inside };
        chain(model, canvas, area, &chains[index], index == model.pipeline.cursor.at);
    }
    if let Some(trouble) = &model.pipeline.trouble {
        canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error);
    }
}

fn chain(model: &Model, canvas: &mut Canvas<'_>, area: Rect, chain: &Chain<'_>, is_selected: bool) {
    let consumer = chain.consumer;
    let mut lines = area.rows();
    let safe = if consumer.idempotent { "safe to send twice" } else { "not safe to send twice" };
    let role = if consumer.idempotent { Role::Dim } else { Role::Warning };
    if let Some(line) = lines.next() {
        canvas
            .row(line)
            .selected(is_selected, true)
            .cell(
                text::width(Shown::new(&consumer.name).as_str()) as u16 + 1,
                Shown::new(&consumer.name).as_str(),
                Role::Title,
            )
            .rest(safe, role);
    }
    let branches = branches(model, chain);
    let [arrow, first, middle, last] = if canvas.is_ascii() {
        ["-->", "-+->", " +->", " +->"]
    } else {
        ["──▶", "─┬─▶", " ├─▶", " └─▶"]
    };
    // Where there is little room, the left part is left out.
    let left = if area.width >= 72 {
        format!("  buckets {arrow} events {arrow} {} ", Shown::new(&consumer.name))
    } else {
        "  ".to_owned()
    };
    let depth = chain.events.map_or_else(|| asked(model).to_owned(), waiting);
    let left_cells = text::width(&left) as u16;
    for (index, ((glyph, word, told, role), line)) in branches.iter().zip(lines.by_ref()).enumerate() {
        let fork = match index {
            0 => first,
            _ if index + 1 == branches.len() => last,
            _ => middle,
        };
        let before = match index {
            0 => left.clone(),
            // Under the queue of events, what waits in it.
            1 if area.width >= 72 => {
                format!("{:<width$}", format!("              {depth}"), width = usize::from(left_cells))
            }
            _ => " ".repeat(usize::from(left_cells)),
        };
        let before = text::cut(&before, usize::from(left_cells)).into_owned();
        let word = format!(" {glyph} {word:<10}");
        canvas.pieces(
            line.x,
            line.y,
            line.width,
            &[(&before, Role::Text), (fork, Role::Border), (&word, *role), (told, Role::Text)],
        );
    }
    if let Some(line) = lines.next() {
        let events = chain.events.map_or_else(|| asked(model).to_owned(), |queue| describe(queue, false));
        let text = format!("  events: {events} · {}", Shown::new(consumer.input.place()));
        let style = canvas.style(Role::Dim);
        canvas.put(line.x, line.y, line.width, &text, style);
    }
}

/// The word for a queue that nothing is known of.
fn asked(model: &Model) -> &'static str {
    if model.is_asking(Topic::Queues) { "…" } else { "not known" }
}

/// What comes out of a consumer: glyph, word, what is told of it, role.
fn branches(model: &Model, chain: &Chain<'_>) -> Vec<(&'static str, &'static str, String, Role)> {
    let consumer = chain.consumer;
    let asked = asked(model);
    let queue = |status: Option<&QueueStatus>| status.map_or_else(|| asked.to_owned(), |status| describe(status, true));
    let mut branches = Vec::with_capacity(3);
    let receipts = consumer.receipts.as_ref();
    branches.push((
        "✓",
        "processed",
        receipts.map_or_else(
            || "leaves no receipts: its work is not observed".to_owned(),
            |place| Shown::new(place.to_string()).to_string(),
        ),
        Role::Ok,
    ));
    if consumer.dead_letter_url.is_some() {
        let role = if chain.failed.is_some_and(|queue| queue.visible > 0) { Role::Failed } else { Role::Dim };
        branches.push(("✗", "failed", queue(chain.failed), role));
    }
    if consumer.parked_url.is_some() {
        let role = if chain.parked.is_some_and(|queue| queue.visible > 0) { Role::Parked } else { Role::Dim };
        branches.push(("◌", "parked", queue(chain.parked), role));
    }
    branches
}

fn waiting(queue: &QueueStatus) -> String {
    format!("{} wait, {} taken", text::count(queue.visible), text::count(queue.in_flight))
}

fn describe(queue: &QueueStatus, is_failure_queue: bool) -> String {
    let delayed = if queue.delayed > 0 { format!(", {} delayed", text::count(queue.delayed)) } else { String::new() };
    let tries = match queue.max_receive_count {
        Some(tries) if !is_failure_queue => format!(" · fails after {tries} tries"),
        _ => String::new(),
    };
    let moving = queue.move_task.as_ref().map(moving).unwrap_or_default();
    format!("{moving}{}{delayed} · destroyed after {}{tries}", waiting(queue), brief(queue.retention))
}

/// What a move task does to a failure queue: all of it goes, without a choice.
fn moving(task: &MoveTask) -> String {
    let total = task.total.map_or_else(String::new, |total| format!(" of {}", text::count(total)));
    let what = match (&task.destination, task.is_ending()) {
        (_, true) => "a move is being cancelled".to_owned(),
        (Some(queue), false) => format!("being moved to {}", Shown::new(queue)),
        (None, false) => "being moved back".to_owned(),
    };
    format!("{what}, {}{total} · ", text::count(task.moved))
}
