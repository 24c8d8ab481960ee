//! Timelines as SVG: the whole case, each note at the time that it is about, and what arrived of one source.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::{anchor, moment, shown};
use crate::domain::TimeRange;
use crate::domain::case::{Note, TimelinePin};
use crate::domain::size::plural;

/// The width of a drawing, in its own units.
const WIDTH: f64 = 1000.0;
/// Where its time begins and ends.
const LEFT: f64 = 10.0;
const RIGHT: f64 = WIDTH - 10.0;
/// The height of a note's row.
const ROW: usize = 18;
/// Room below the rows for the times.
const AXIS: usize = 24;
/// The height of the highest bar.
const BARS: f64 = 90.0;
/// Notes that the overview shows.
const NOTES: usize = 200;
/// Times below a drawing.
const TIMES: usize = 5;

/// The time of a drawing.
struct Scale(TimeRange);

impl Scale {
    /// Where a moment is.
    fn x(&self, moment: Timestamp) -> f64 {
        let length = self.0.length().as_secs_f64();
        let at = moment.duration_since(self.0.start).as_secs_f64();
        let share = if length > 0.0 { (at / length).clamp(0.0, 1.0) } else { 0.5 };
        LEFT + share * (RIGHT - LEFT)
    }

    /// Times at even distances, over the line at `y`.
    fn axis(&self, y: usize) -> Markup {
        let format = if self.0.length() > SignedDuration::from_hours(48) { "%Y-%m-%d %H:%M" } else { "%m-%d %H:%M:%S" };
        let edges = self.0.bins(TIMES - 1).map(|bin| bin.start).chain([self.0.end]);
        html! {
            line.axis x1=(LEFT) x2=(RIGHT) y1=(y) y2=(y) {}
            @for (number, at) in edges.enumerate() {
                @let anchor = match number { 0 => "start", 4 => "end", _ => "middle" };
                text x=(place(self.x(at))) y=(y + 16) text-anchor=(anchor) { (at.strftime(format)) }
            }
        }
    }
}

/// A place, to a tenth.
fn place(x: f64) -> String {
    format!("{x:.1}")
}

/// Each note of the case in a row of its own, at the time that it is about.
pub(super) fn overview(notes: &[Note]) -> Markup {
    let shown_notes = &notes[..notes.len().min(NOTES)];
    let about = || shown_notes.iter().map(Note::about);
    let (Some(start), Some(end)) = (about().map(|at| at.start).min(), about().map(|at| at.end).max()) else {
        return html! { p.meta { "nothing is noted" } };
    };
    let scale = Scale(TimeRange::new(start, end));
    let rows = shown_notes.len() * ROW;
    let label = format!("{} from {} to {}", plural(shown_notes.len(), "note"), moment(start), moment(end));
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", rows + AXIS)) role="img" aria-label=(label) {
            @for (index, note) in shown_notes.iter().enumerate() { (row(&scale, index, note)) }
            (scale.axis(rows + 2))
        }
        @if notes.len() > NOTES { p.meta { "the first " (NOTES) " of " (notes.len()) " notes" } }
    }
}

fn row(scale: &Scale, index: usize, note: &Note) -> Markup {
    let about = note.about();
    let (from, to) = (scale.x(about.start), scale.x(about.end));
    let middle = index * ROW + ROW / 2;
    let class = match note.kind() {
        "failures" => "failed",
        "replay" => "replay",
        _ => "mark",
    };
    let number = index + 1;
    // The number stands where there is room for it: behind the stretch, before it, in it.
    let (x, end) = match (to > WIDTH * 0.9, from < WIDTH * 0.1) {
        (false, _) => (to + 8.0, "start"),
        (true, false) => (from - 8.0, "end"),
        (true, true) => (from + 8.0, "start"),
    };
    html! {
        a href=(format!("#{}", anchor(number))) {
            title { (number) " " (note.kind()) " " (moment(about.start)) " " (shown(&note.title())) }
            @if to - from > 1.0 {
                rect.stretch x=(place(from)) y=(index * ROW + 4) width=(place(to - from)) height=(ROW - 8) {}
            }
            circle class=(class) cx=(place(from)) cy=(middle) r="4" {}
            text x=(place(x)) y=(middle + 4) text-anchor=(end) { (number) " " (note.kind()) }
        }
    }
}

/// What arrived of a source, a bar a bin: what failed at its foot, above it what is parked.
pub(super) fn bars(timeline: &TimelinePin) -> Markup {
    let scale = Scale(timeline.range);
    let most = timeline.bins.iter().map(|bin| bin.objects).max().unwrap_or(0);
    let height = |count: u32| if most == 0 { 0.0 } else { f64::from(count) / f64::from(most) * BARS };
    let label = format!("objects of {} over time, {most} at most in a bin", shown(&timeline.source));
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", BARS + AXIS as f64 + 4.0)) role="img" aria-label=(label) {
            @for gap in &timeline.gaps {
                @let (from, to) = (scale.x(gap.range.start), scale.x(gap.range.end));
                rect.gap x=(place(from)) y="0" width=(place(to - from)) height=(BARS) { title { (gap.kind.name()) } }
            }
            @for (stretch, bin) in timeline.range.bins(timeline.bins.len()).zip(&timeline.bins) {
                @let (from, to) = (scale.x(stretch.start), scale.x(stretch.end));
                @let parts = [("bar", bin.objects), ("parked", bin.failed.saturating_add(bin.parked)), ("failed", bin.failed)];
                g {
                    title { (moment(stretch.start)) ": " (bin.objects) " objects, " (bin.failed) " failed, "
                        (bin.parked) " parked, " (bin.late) " late" }
                    @for (class, count) in parts {
                        @if count > 0 {
                            @let high = height(count).max(1.0);
                            rect class=(class) x=(place(from)) y=(place(BARS - high))
                                width=(place((to - from - 1.0).max(0.5))) height=(place(high)) {}
                        }
                    }
                }
            }
            (scale.axis(BARS as usize + 2))
        }
    }
}
