//! Sparklines of one row, and the timeline's bars of several. What failed is told by its glyph, not by colour alone.

mod bar;

pub(super) use bar::{Stacked, stack};

use jiff::SignedDuration;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::text;
use crate::app::{Brush, Timeline};
use crate::domain::{SourceSurvey, TimeRange};
use crate::theme::Role;

/// One glyph a column, so many columns a bin as fit: the height tells the objects of at most `max`, `▒` a bin with
/// failures, `!` one in which the rules found something, `░` one with parked objects, `·` a bin inside a gap.
pub(super) fn spark(
    survey: &SourceSurvey,
    alerts: &[u32],
    max: u32,
    cells: u16,
    canvas: &Canvas<'_>,
) -> Vec<(&'static str, Role)> {
    let (levels, is_ascii) = (canvas.levels(), canvas.is_ascii());
    let columns = usize::from(cells);
    let stretches: Vec<_> = survey.range.bins(survey.bins.len()).collect();
    (0..columns)
        .map(|column| {
            let index = column * survey.bins.len() / columns.max(1);
            let Some(bin) = survey.bins.get(index) else { return (" ", Role::Bar) };
            let is_gap = survey.gaps.iter().any(|gap| gap.range.overlaps(stretches[index]));
            if bin.failed > 0 {
                (if is_ascii { "X" } else { "▒" }, Role::BarFailed)
            } else if alerts.get(index).is_some_and(|count| *count > 0) {
                ("!", Role::Alert)
            } else if bin.parked > 0 {
                (if is_ascii { "o" } else { "░" }, Role::BarParked)
            } else if bin.objects == 0 {
                if is_gap { (if is_ascii { "_" } else { "·" }, Role::Late) } else { (" ", Role::Bar) }
            } else {
                let level = (u64::from(bin.objects) * 8).div_ceil(u64::from(max.max(1))).clamp(1, 8) as usize;
                (levels[level - 1], Role::Bar)
            }
        })
        .collect()
}

/// Draws a timeline: bars, and over the lower edge of its pane the times and the place of the cursor.
pub(super) fn timeline(
    timeline: &Timeline,
    before: Option<&Timeline>,
    brush: Option<Brush>,
    cursor: Option<usize>,
    canvas: &mut Canvas<'_>,
    pane: Rect,
    inside: Rect,
) {
    if inside.width == 0 || inside.height == 0 {
        return;
    }
    let cells = timeline.cells(inside.width);
    let max = timeline.max().max(before.map_or(0, Timeline::max));
    for (index, bin) in timeline.bins.iter().enumerate() {
        let x = inside.x + index as u16 * cells;
        if x + cells > inside.right() {
            break;
        }
        let area = Rect { x, width: cells, ..inside };
        bar::draw(*bin, timeline.overlays.get(index).copied().unwrap_or_default(), max, canvas, area);
        if let Some(earlier) = before.and_then(|before| before.bins.get(index)) {
            mark(earlier.objects, max, canvas, area);
        }
    }
    if let Some(brush) = brush {
        let (first, last) = brush.span();
        let x = inside.x + (first as u16).saturating_mul(cells);
        let width = ((last - first + 1) as u16).saturating_mul(cells).min(inside.right().saturating_sub(x));
        canvas.tint(Rect { x, width, ..inside }, Role::Brush);
    }
    axis(timeline.range, timeline.bins.len(), cells, canvas, pane, inside);
    let mark = brush.map(|brush| brush.at).or(cursor);
    if let Some(index) = mark {
        point(inside.x + (index as u16).saturating_mul(cells), canvas, pane, inside);
    }
}

/// Marks the bins in which the rules found something, over the bars.
pub(super) fn flags(alerts: &[u32], timeline: &Timeline, canvas: &mut Canvas<'_>, inside: Rect) {
    let (cells, style) = (timeline.cells(inside.width), canvas.style(Role::Alert));
    for (index, _) in alerts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let x = inside.x.saturating_add((index as u16).saturating_mul(cells));
        if x < inside.right() && inside.height > 0 {
            canvas.put(x, inside.y, 1, "!", style);
        }
    }
}

/// Marks a column below the bars.
pub(super) fn point(x: u16, canvas: &mut Canvas<'_>, pane: Rect, inside: Rect) {
    if x < inside.right() {
        let place = Rect { x, y: pane.bottom() - 1, width: 1, height: 1 };
        if canvas.is_edge(place) {
            let (mark, style) = (canvas.either("▲", "^"), canvas.style(Role::Accent));
            canvas.put(place.x, place.y, 1, mark, style);
        } else {
            // A time stands there, and stays readable.
            canvas.tint(place, Role::Selected);
        }
    }
}

/// The height of a count in eighths of a row.
fn eighths(count: u32, max: u32, rows: u16) -> u64 {
    (u64::from(count) * u64::from(rows) * 8).div_ceil(u64::from(max.max(1)))
}

/// The height that a bar had before: a line across it.
fn mark(count: u32, max: u32, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(row) = eighths(count, max, area.height).checked_sub(1).map(|eighths| (eighths / 8) as u16) else { return };
    let (glyph, style) = (canvas.either("─", "~"), canvas.style(Role::Accent));
    for x in area.x..area.right() {
        canvas.put(x, area.bottom().saturating_sub(1 + row), 1, glyph, style);
    }
}

/// Times below the bars, as many as have room.
pub(super) fn axis(range: TimeRange, bins: usize, cells: u16, canvas: &mut Canvas<'_>, pane: Rect, inside: Rect) {
    let length = range.length();
    let format = if length > SignedDuration::from_hours(48) {
        "%m-%d %H:%M"
    } else if length <= SignedDuration::from_mins(20) {
        "%H:%M:%S"
    } else {
        "%H:%M"
    };
    let label = text::width(&text::at(range.start, format)) as u16 + 1;
    let every = (label + 5).div_ceil(cells).max(1);
    // Labels at even distances read as a ruler.
    let every =
        [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 60].into_iter().find(|even| *even >= every).unwrap_or(every);
    let style = canvas.style(Role::Dim);
    for (index, bin) in range.bins(bins).enumerate().step_by(usize::from(every)) {
        let x = inside.x + index as u16 * cells;
        if x + label <= inside.right() {
            canvas.put(x, pane.bottom() - 1, label, &format!("{} ", text::at(bin.start, format)), style);
        }
    }
}
