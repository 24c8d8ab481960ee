//! ```text
//! ┌ pipeline · as of 02:14:07Z · 3 odd ───────────────────────────────────────────────────────┐
//! │▸acme-security-logs      bucket    ap-northeast-1 · alb, cloudtrail                        │
//! │ └ AWSLogs/…             keys      ObjectCreated:*                                         │
//! │   └ object-created      topic     2 subscribers                                           │
//! │     ├ indexer           queue     wrapped · 2 wait, 1 taken · kept 4d00h                  │
//! │     │ └ indexer-failed  failed    37 wait, 0 taken · destroyed after 14d00h · oldest 3h    │
//! │     └ detect-alerts     function ! nowhere for what fails: an event is lost after …       │
//! └───────────────────────────────────────────────────────────────────────────────────────────┘
//! ┌ detect-alerts ────────────────────────────────────────────────────────────────────────────┐
//! │! nowhere for what fails: an event is lost after Lambda's retries                          │
//! │  give it an on-failure destination …                                                      │
//! └───────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::pipeline::lines;
use crate::app::{Model, Topic, geometry};
use crate::domain::Shown;
use crate::domain::discovery::oddities::Oddity;
use crate::domain::discovery::tree::{Branch, BranchKind, leads};
use crate::theme::Role;

/// Cells of the word that tells what a line stands for.
const KIND: u16 = 8;
/// From this width on, that word is told.
const WIDE: u16 = 64;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (pane, detail) = geometry::pipeline_panes(model);
    let (lines, odd) = lines(model);
    let queues = &model.pipeline;
    let at = queues.queues.iter().map(|queue| queue.at).chain(queues.found_at).max();
    let at = at.map_or(String::new(), |at| format!(" · as of {}", text::at(at, "%H:%M:%SZ")));
    let count = if odd.is_empty() { String::new() } else { format!(" · {} odd", odd.len()) };
    let title = [("pipeline", Role::Title), (at.as_str(), Role::Dim), (count.as_str(), Role::Warning)];
    let is_loading = model.is_asking(Topic::Queues) || model.is_asking(Topic::Discovery);
    let inside = canvas.pane(pane, &title, if is_loading { "asking…" } else { "depths are SQS's estimates" }, true);
    if let Some(detail) = detail {
        draw_detail(model, canvas, detail, &lines, &odd);
    }
    let trouble = queues.trouble.as_ref().or(queues.undiscovered.as_ref());
    let is_known = queues.found.is_some() || !queues.queues.is_empty();
    match trouble {
        Some(trouble) if !is_known => return say_trouble(canvas, inside, trouble),
        _ if lines.is_empty() => {
            let (what, cure) = if is_loading {
                ("looking at whom the buckets tell", "")
            } else {
                (
                    "this profile names no consumers",
                    "config.toml names them, as the README shows; `scops init` finds them",
                )
            };
            return say(canvas, inside, &[(what.to_owned(), Role::Text), (cure.to_owned(), Role::Dim)]);
        }
        _ => {}
    }
    let leads = leads(&lines);
    let widest =
        lines.iter().zip(&leads).map(|(line, lead)| text::width(lead) + text::width(Shown::new(&line.name).as_str()));
    let name = (widest.max().unwrap_or(0) as u16).min(inside.width * 2 / 5);
    let window = model.pipeline.cursor.window(geometry::rows(model).max(1), lines.len());
    for (index, row) in Canvas::lines(inside, window) {
        let is_selected = index == model.pipeline.cursor.at;
        draw_line(canvas, row, (&lines[index], &leads[index]), &odd, name, is_selected);
    }
    let first = lines.get(model.pipeline.cursor.at).and_then(|line| odd.get(*line.odd.first()?));
    if let Some(trouble) = trouble {
        canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error);
    } else if let Some(first) = first.filter(|_| detail.is_none()) {
        canvas.foot(pane, Shown::new(&first.cure).as_str(), Role::Warning);
    } else if let Some(found) = queues.found.as_ref().filter(|found| !found.denied.is_empty()) {
        let others = found.denied.len() - 1;
        let more = if others > 0 { format!(" and {}", text::plural(others, "other")) } else { String::new() };
        canvas.foot(pane, &format!("not allowed: {}{more}", Shown::new(found.denied[0].to_string())), Role::Warning);
    }
}

fn draw_line(
    canvas: &mut Canvas<'_>,
    row: Rect,
    (line, lead): (&Branch, &str),
    odd: &[Oddity],
    name: u16,
    is_selected: bool,
) {
    let lead = if canvas.is_ascii() {
        lead.replace('├', "+").replace('└', "`").replace('│', "|")
    } else {
        lead.to_owned()
    };
    let role = match line.kind {
        BranchKind::Bucket | BranchKind::Consumer => Role::Title,
        BranchKind::Failed if line.has_failures => Role::Failed,
        BranchKind::Parked if line.has_failures => Role::Parked,
        BranchKind::Untold => Role::Warning,
        _ => Role::Text,
    };
    let shown = format!("{lead}{}", Shown::new(&line.name));
    let mut cells = canvas.row(row).selected(is_selected, true).cell(name, &shown, role);
    if row.width >= WIDE {
        cells = cells.cell(KIND, line.kind.name(), Role::Dim);
    }
    let Some(first) = line.odd.first().and_then(|index| odd.get(*index)) else {
        return cells
            .cell(1, " ", Role::Text)
            .rest(Shown::new(&line.told).as_str(), if line.has_failures { role } else { Role::Dim });
    };
    let others = line.odd.len() - 1;
    let more = if others > 0 { format!(" (+{others})") } else { String::new() };
    let depth = line.told.split(" · ").find(|part| part.contains(" wait, ")).map(|part| format!("{part} · "));
    let what = format!("{}{}{more}", depth.unwrap_or_default(), first.what);
    cells.cell(1, "!", Role::Warning).rest(Shown::new(what).as_str(), Role::Warning);
}

/// What the line under the cursor is, what is odd about it, and what cures that.
fn draw_detail(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, lines: &[Branch], odd: &[Oddity]) {
    let Some(line) = lines.get(model.pipeline.cursor.at) else {
        canvas.pane(pane, &[], "", false);
        return;
    };
    let title = format!("{} {}", line.kind.name(), Shown::new(&line.name));
    let inside = canvas.pane(pane, &[(title.trim(), Role::Title)], "", false);
    let mut texts = vec![(Shown::new(&line.told).to_string(), Role::Text)];
    for oddity in line.odd.iter().filter_map(|index| odd.get(*index)) {
        texts.push((format!("! {}", Shown::new(&oddity.what)), Role::Warning));
        texts.push((format!("  {}", Shown::new(&oddity.cure)), Role::Text));
    }
    if !line.place.is_empty() {
        texts.push((Shown::new(&line.place).to_string(), Role::Dim));
    }
    let wrapped = texts.iter().filter(|(text, _)| !text.is_empty()).flat_map(|(text, role)| {
        text::wrap_words(text, usize::from(inside.width.saturating_sub(2)), 3).into_iter().map(|text| (text, *role))
    });
    for ((text, role), row) in wrapped.zip(inside.rows()) {
        let style = canvas.style(role);
        canvas.put(row.x + 1, row.y, row.width.saturating_sub(1), &text, style);
    }
}
