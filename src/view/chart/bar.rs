//! One bar of a timeline: from its foot what failed, what is parked, what was replayed, what came late, and the rest,
//! each as high as it is many. Where the terminal has colours an eighth of a row is told; without, whole rows are.

use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::super::canvas::Canvas;
use super::eighths;
use crate::app::timeline::Overlay;
use crate::domain::Bin;
use crate::theme::Role;

/// A part of a bar: up to which eighth of a row it goes, and how it looks.
#[derive(Debug, Clone, Copy)]
struct Part {
    end: u64,
    glyph: &'static str,
    role: Role,
}

/// Draws the bar of a bin on a scale of `max` objects.
pub(super) fn draw(bin: Bin, overlay: Overlay, max: u32, canvas: &mut Canvas<'_>, area: Rect) {
    if bin.objects == 0 || max == 0 {
        return;
    }
    let total = eighths(bin.objects, max, area.height).max(1);
    let is_fine = is_fine(canvas);
    let parts = parts(bin, overlay, total, is_fine, canvas);
    for row in 0..total.div_ceil(8).min(u64::from(area.height)) {
        let (glyph, style) = cell(&parts, row * 8, total, is_fine, canvas);
        for x in area.x..area.right() {
            canvas.put(x, area.bottom() - 1 - row as u16, 1, glyph, style);
        }
    }
}

/// A part of a stacked bar: how many, and how it looks.
pub(in crate::view) type Stacked = (u32, &'static str, Role);

/// Draws parts on each other, the first at the foot, on a scale of `max`.
pub(in crate::view) fn stack(stacked: &[Stacked], max: u32, canvas: &mut Canvas<'_>, area: Rect) {
    let all = stacked.iter().map(|(count, ..)| *count).fold(0, u32::saturating_add);
    if all == 0 || max == 0 {
        return;
    }
    let total = eighths(all, max, area.height).max(1);
    let is_fine = is_fine(canvas);
    let (mut sum, mut parts) = (0_u64, Vec::with_capacity(stacked.len()));
    for (count, glyph, role) in stacked {
        sum += u64::from(*count);
        let end = sum * total / u64::from(all);
        // Without colours a row is of one part; the last one ends where the bar does.
        let end = if is_fine || sum == u64::from(all) { end } else { (end + 4) / 8 * 8 };
        parts.push(Part { end: end.min(total), glyph, role: *role });
    }
    for row in 0..total.div_ceil(8).min(u64::from(area.height)) {
        let (glyph, style) = cell(&parts, row * 8, total, is_fine, canvas);
        for x in area.x..area.right() {
            canvas.put(x, area.bottom() - 1 - row as u16, 1, glyph, style);
        }
    }
}

/// Whether a cell can show two parts: by the colours of its glyph and of what lies behind.
fn is_fine(canvas: &Canvas<'_>) -> bool {
    canvas.levels()[0] == "▁" && color(canvas, Role::Bar).is_some() && color(canvas, Role::BarFailed).is_some()
}

fn color(canvas: &Canvas<'_>, role: Role) -> Option<Color> {
    canvas.style(role).fg.filter(|color| *color != Color::Reset)
}

fn parts(bin: Bin, overlay: Overlay, total: u64, is_fine: bool, canvas: &Canvas<'_>) -> Vec<Part> {
    // What failed or is parked is seen however little it is: a quarter of a row, or all of one; the others are not
    // louder than they are many.
    let (grave, light) = if is_fine { (2, 1) } else { (8, 0) };
    let kinds = [
        (bin.failed, grave, canvas.either("▒", "X"), Role::BarFailed),
        (bin.parked, grave, canvas.either("░", "o"), Role::BarParked),
        (overlay.replayed, light, canvas.either("▚", "R"), Role::Recovered),
        (overlay.late, light, canvas.either("▓", "L"), Role::Late),
    ];
    let mut parts = Vec::with_capacity(kinds.len() + 1);
    let mut end = 0;
    for (count, least, glyph, role) in kinds {
        let share = u64::from(count) * total / u64::from(bin.objects);
        let share = if is_fine { share } else { (share + 4) / 8 * 8 };
        end += if count == 0 { 0 } else { share.max(least) };
        parts.push(Part { end: end.min(total), glyph, role });
    }
    parts.push(Part { end: total, glyph: canvas.levels()[7], role: Role::Bar });
    parts
}

/// The glyph and colours of the row that begins at an eighth.
fn cell(parts: &[Part], begin: u64, total: u64, is_fine: bool, canvas: &Canvas<'_>) -> (&'static str, Style) {
    let (end, top) = (begin + 8, total.min(begin + 8));
    let levels = canvas.levels();
    let mut there = parts.iter().scan(0, |from, part| Some((std::mem::replace(from, part.end), part)));
    // The first is the gravest: a bar's parts stand in that order.
    let mut there = there.by_ref().filter(|(from, part)| *from < top && part.end > begin && part.end > *from);
    let Some((_, lower)) = there.next() else { return (" ", Style::default()) };
    let style = canvas.style(lower.role);
    let is_rest = lower.role == Role::Bar;
    match there.next() {
        // A level between two parts, where nothing of the cell is empty.
        Some((_, upper)) if is_fine && top == end => {
            let level = levels[(lower.end - begin).clamp(1, 8) as usize - 1];
            (level, color(canvas, upper.role).map_or(style, |color| style.bg(color)))
        }
        _ if top < end && (is_fine || is_rest) => (levels[(top - begin).clamp(1, 8) as usize - 1], style),
        _ => (lower.glyph, style),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::theme::{ColorDepth, Glyphs, Look, Theme};

    /// The glyphs of a bar of five rows from its foot, each with what is behind it.
    fn drawn(theme: &str, bin: Bin, overlay: Overlay) -> Vec<(String, Color)> {
        let look = Look::new(Theme::shipped(theme).expect("shipped"), ColorDepth::Ansi16, Glyphs::Unicode);
        let area = Rect::new(0, 0, 1, 5);
        let mut buffer = Buffer::empty(area);
        draw(bin, overlay, 100, &mut Canvas::new(&mut buffer, &look), area);
        (0..5).rev().map(|y| (buffer[(0, y)].symbol().to_owned(), buffer[(0, y)].bg)).collect()
    }

    fn glyphs(theme: &str, bin: Bin, overlay: Overlay) -> String {
        drawn(theme, bin, overlay).into_iter().map(|(glyph, _)| glyph).collect()
    }

    fn objects(objects: u32) -> Bin {
        Bin { objects, ..Bin::default() }
    }

    #[test]
    fn a_part_is_as_high_as_it_is_many() {
        let late = |late| Overlay { late, replayed: 0 };
        let replayed = |replayed| Overlay { late: 0, replayed };
        for (bin, overlay, dark, mono) in [
            (objects(100), late(0), "█████", "█████"),
            (objects(100), late(1), "▁████", "█████"),
            (objects(100), late(20), "▓████", "▓████"),
            (objects(100), replayed(50), "▚▚▄██", "▚▚▚██"),
            (objects(100), Overlay { late: 30, replayed: 30 }, "▚▄▓██", "▚▚▓▓█"),
            (objects(50), late(50), "▓▓▄  ", "▓▓▓  "),
            (objects(1), late(1), "▁    ", "▁    "),
            (Bin { failed: 1, ..objects(100) }, late(0), "▂████", "▒████"),
            (Bin { failed: 1, ..objects(1) }, late(0), "▁    ", "▒    "),
            (Bin { failed: 60, parked: 40, ..objects(100) }, late(0), "▒▒▒░░", "▒▒▒░░"),
            (Bin { failed: u32::MAX, parked: u32::MAX, ..objects(100) }, late(u32::MAX), "▒▒▒▒▒", "▒▒▒▒▒"),
        ] {
            assert_eq!(glyphs("dark", bin, overlay), dark, "{bin:?} {overlay:?}");
            assert_eq!(glyphs("mono", bin, overlay), mono, "{bin:?} {overlay:?}");
        }
    }

    #[test]
    fn behind_a_level_is_the_part_above_it() {
        let cells = drawn("dark", objects(100), Overlay { late: 1, replayed: 0 });
        assert_eq!(cells[0], ("▁".to_owned(), Color::Blue));
        assert_eq!(cells[1].1, Color::Reset);
    }
}
