//! ```text
//!        00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23
//!  11-21 ░░ ░░ ·· ▒▒ ▒▒ ██ ██ ██ ▓▓ ▓▓ ▒▒ ▒▒ ░░ ░░ ░░ ·· ·· ·· ░░ ▒▒ ▒▒ ✗▓ ✗▓ ░░
//!  11-22 ░░ ░░ ·· ▒▒
//! ```
//!
//! A row a day, a column an hour (UTC): the darker, the more objects. `✗` stands where some failed, `◌` where some are
//! parked, `·` where an hour of the range has none.

use jiff::SignedDuration;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::text;
use crate::app::Timeline;
use crate::domain::Bin;
use crate::theme::Role;

/// Cells before the first hour: the day, and a space.
const LABEL: u16 = 6;

/// Draws the hours of the days, the newest at the foot; where not all days have room, the newest have.
pub(super) fn draw(timeline: &Timeline, canvas: &mut Canvas<'_>, inside: Rect) {
    let cells = inside.width.saturating_sub(LABEL) / 24;
    if cells == 0 || inside.height < 2 {
        return;
    }
    let dim = canvas.style(Role::Dim);
    let x_of = |hour: usize| inside.x + LABEL + hour as u16 * cells;
    // Each label has three cells.
    for hour in (0..24).step_by(usize::from(3_u16.div_ceil(cells))) {
        canvas.put(x_of(hour), inside.y, 2, &format!("{hour:02}"), dim);
    }
    let max = timeline.hours.iter().map(|hour| hour.objects).max().unwrap_or(0);
    let rows = usize::from(inside.height - 1);
    let days = timeline.days();
    let skipped = days.len().saturating_sub(rows);
    for ((start, hours), y) in days.skip(skipped).zip(inside.y + 1..inside.bottom()) {
        canvas.put(inside.x, y, LABEL, &text::at(start, "%m-%d"), dim);
        for (hour, bin) in hours.iter().enumerate() {
            let begins = start + SignedDuration::from_hours(hour as i64);
            if begins + SignedDuration::from_hours(1) <= timeline.range.start || begins >= timeline.range.end {
                continue;
            }
            let glyphs = Glyphs::of(*bin, max, canvas);
            // A space between the hours, where there is room.
            let width = if cells > 2 { cells - 1 } else { cells };
            for cell in 0..width {
                let (glyph, role) = if cell == 0 { glyphs.first } else { glyphs.rest };
                let style = canvas.style(role);
                canvas.put(x_of(hour) + cell, y, 1, glyph, style);
            }
        }
    }
}

/// What an hour is drawn with.
struct Glyphs {
    first: (&'static str, Role),
    rest: (&'static str, Role),
}

impl Glyphs {
    fn of(bin: Bin, max: u32, canvas: &Canvas<'_>) -> Self {
        let shades = ["░", "▒", "▓", "█"];
        let ascii = [".", ":", "*", "#"];
        let level = (u64::from(bin.objects) * 4).div_ceil(u64::from(max.max(1))).clamp(1, 4) as usize - 1;
        let rest = if bin.objects == 0 {
            (canvas.either("·", "_"), Role::Dim)
        } else {
            (canvas.either(shades[level], ascii[level]), Role::Bar)
        };
        let first = if bin.failed > 0 {
            (canvas.either("✗", "X"), Role::BarFailed)
        } else if bin.parked > 0 {
            (canvas.either("◌", "o"), Role::BarParked)
        } else {
            rest
        };
        Self { first, rest }
    }
}
