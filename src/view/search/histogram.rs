//! The hits by time, stacked by source.

use ratatui::layout::Rect;

use super::super::canvas::Canvas;
use super::super::{chart, text};
use crate::app::search::PARTS;
use crate::app::{Model, geometry};
use crate::domain::Shown;
use crate::theme::Role;

/// How the parts of a bar look, from its foot; what the last source leaves is the others'.
const ROLES: [Role; PARTS + 1] = [Role::Bar, Role::BarSecond, Role::BarThird, Role::BarRest];

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let shape = &model.search.shape;
    let Some(histogram) = shape.histogram.as_ref().filter(|_| pane.height > 0) else { return };
    let sources = histogram.sources(shape.table());
    let glyphs = [canvas.levels()[7], canvas.either("▓", "o"), canvas.either("▒", "="), canvas.either("░", "~")];
    let mut legend: Vec<(String, Role)> = vec![("by time".to_owned(), Role::Title)];
    let brushed = shape.brush.map(|brush| {
        let (first, last) = brush.span();
        let hits = text::plural(histogram.count(first, last) as usize, "hit");
        format!(" · brush {}: {hits}", histogram.stretch(first, last))
    });
    legend.extend(brushed.map(|told| (told, Role::Accent)));
    for (part, (_, name, total)) in sources.iter().enumerate() {
        legend.push((format!("  {}", glyphs[part]), ROLES[part]));
        legend.push((format!(" {} {}", Shown::new(name), text::count(u64::from(*total))), Role::Text));
    }
    let others = histogram.sources_in_all().saturating_sub(sources.len());
    if others > 0 {
        legend.push((format!("  {}", glyphs[PARTS]), ROLES[PARTS]));
        legend.push((format!(" {others} more"), Role::Text));
    }
    if histogram.outside > 0 {
        legend.push((format!(" · {} without a time in the range", text::counted(histogram.outside)), Role::Dim));
    }
    let title: Vec<_> = legend.iter().map(|(told, role)| (told.as_str(), *role)).collect();
    canvas.pane(pane, &title, "", shape.brush.is_some());
    let bars = geometry::histogram_bars(model);
    if bars.width == 0 || bars.height == 0 {
        return;
    }
    let (cells, max) = (histogram.cells(bars.width), histogram.bins.iter().copied().max().unwrap_or(0));
    for (bin, total) in histogram.bins.iter().enumerate() {
        let x = bars.x + (bin as u16).saturating_mul(cells);
        if x + cells > bars.right() {
            break;
        }
        let mut parts: Vec<chart::Stacked> = sources
            .iter()
            .enumerate()
            .map(|(part, (code, ..))| (histogram.of(*code, bin), glyphs[part], ROLES[part]))
            .collect();
        let told: u32 = parts.iter().map(|(count, ..)| count).sum();
        parts.push((total.saturating_sub(told), glyphs[PARTS], ROLES[PARTS]));
        chart::stack(&parts, max, canvas, Rect { x, width: cells, ..bars });
    }
    let span = shape.brush.map(crate::app::Brush::span).or_else(|| {
        let window = shape.window?;
        let last = histogram.bin_of(window.end - jiff::SignedDuration::from_nanos(1))?;
        Some((histogram.bin_of(window.start)?, last))
    });
    if let Some((first, last)) = span {
        let x = bars.x + (first as u16).saturating_mul(cells);
        let width = ((last - first + 1) as u16).saturating_mul(cells).min(bars.right().saturating_sub(x));
        canvas.tint(Rect { x, width, ..bars }, Role::Brush);
    }
    chart::axis(histogram.range, histogram.bins.len(), cells, canvas, pane, bars);
    let here = model.search.selected().and_then(|hit| histogram.bin_of(hit.time?));
    if let Some(bin) = shape.brush.map(|brush| brush.at).or(here) {
        chart::point(bars.x + (bin as u16).saturating_mul(cells), canvas, pane, bars);
    }
}
