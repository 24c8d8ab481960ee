//! One value, and the values of one field, over the screen.
//!
//! ```text
//! ┌ sourceIPAddress ── ip ──────────────────────────────┐
//! │ 203.0.113.7                                         │
//! │ is     documentation (TEST-NET-3)          RFC 5737 │
//! │ range  203.0.113.0/24                      RFC 5737 │
//! │                                                     │
//! │▸ search every source in this range                  │
//! │  show only the records that hold it here            │
//! └─────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, text};
use crate::app::pivot::Pivot;
use crate::app::records::{Counting, Reading, time_told};
use crate::app::{Model, Topic, geometry};
use crate::domain::{Shown, Statistics};
use crate::theme::Role;

pub(super) fn draw(model: &Model, pivot: &Pivot, canvas: &mut Canvas<'_>) {
    let (area, told, list) = geometry::pivot(model);
    canvas.clear(area);
    let path = if pivot.path.is_empty() { "value".to_owned() } else { Shown::new(&pivot.path).to_string() };
    let kind = format!(" · {}", pivot.explained.kind);
    canvas.pane(area, &[(&path, Role::Title), (&kind, Role::Accent)], "esc closes", true);
    let mut lines = told.rows();
    if let Some(line) = lines.next() {
        canvas.row(line).glyphs([]).rest(Shown::new(&pivot.value).as_str(), Role::String);
    }
    let labels = pivot.explained.facts.iter().map(|fact| fact.label.len()).max().unwrap_or(0) as u16;
    for (fact, line) in pivot.explained.facts.iter().zip(lines) {
        let words = Shown::new(&fact.text).to_string();
        let used = labels + 3 + text::width(&words) as u16;
        let source = if used + 12 < line.width { fact.source } else { "" };
        let role = if fact.is_part { Role::String } else { Role::Text };
        let left = line.width.saturating_sub(labels + 3);
        let room = if source.is_empty() { left } else { text::width(&words) as u16 };
        canvas
            .row(line)
            .glyphs([])
            .cell(labels, fact.label, Role::Field)
            .cell(room, &words, role)
            .rest(&if source.is_empty() { String::new() } else { format!(" {source}") }, Role::Dim);
    }
    let actions = pivot.actions();
    let window = pivot.cursor.window(usize::from(list.height), actions.len());
    for (at, line) in Canvas::lines(list, window) {
        let words = Shown::new(&actions[at].1);
        canvas.row(line).selected(at == pivot.cursor.at, true).rest(words.as_str(), Role::Text);
    }
    if actions.len() > usize::from(list.height) {
        canvas.foot(area, &format!("{} of {}", pivot.cursor.at + 1, actions.len()), Role::Dim);
    }
}

/// The values of one field, the most frequent first.
pub(super) fn statistics(model: &Model, counting: &Counting, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let path = Shown::new(&counting.path).to_string();
    let note = if model.is_asking(Topic::Fields) { "counting…" } else { "enter pivots · esc closes" };
    let inside = canvas.pane(area, &[("values of ", Role::Title), (&path, Role::Accent)], note, true);
    let Some(statistics) = &counting.statistics else {
        let words = if model.is_asking(Topic::Fields) { "counting…" } else { "nothing is counted" };
        return say(canvas, inside, &[(words.into(), Role::Dim)]);
    };
    let of = |number: u16| Rect { y: inside.y + number, height: u16::from(number < inside.height), ..inside };
    let (whole, types) = summary(model, statistics);
    canvas.row(of(0)).glyphs([]).rest(&whole, Role::Text);
    canvas.row(of(1)).glyphs([]).rest(&types, Role::Dim);
    let list = Rect {
        y: inside.y + geometry::COUNTING_FIXED.min(inside.height),
        height: inside.height.saturating_sub(geometry::COUNTING_FIXED),
        ..inside
    };
    if statistics.values.is_empty() {
        return say(canvas, list, &[("no record that is loaded has a value there".into(), Role::Dim)]);
    }
    let window = counting.cursor.window(usize::from(list.height), statistics.values.len());
    let most = statistics.values.first().map_or(1, |value| value.count);
    let widest = statistics.values[window.clone()].iter().map(|value| text::width(Shown::new(&value.text).as_str()));
    let name = widest.max().unwrap_or(0).min(usize::from(inside.width) / 2) as u16;
    for (at, line) in Canvas::lines(list, window) {
        let value = &statistics.values[at];
        let row = canvas.row(line).selected(at == counting.cursor.at, true);
        let row = row.cell(name, Shown::new(&value.text).as_str(), Role::String);
        let share = format!("{} %", value.count * 100 / statistics.holding.max(1));
        let row = row.right(7, &text::counted(value.count), Role::Number).right(5, &share, Role::Dim);
        let row = if inside.width >= 70 { row.cell(17, &spread(model, value.times), Role::Dim) } else { row };
        let bar = usize::from(row.left()) * value.count / most.max(1);
        let block = row.either("▆", "#");
        row.rest(&block.repeat(bar.max(1)), Role::Accent);
    }
    if statistics.distinct > usize::from(list.height) {
        let place = format!("{} of {}", counting.cursor.at + 1, text::counted(statistics.distinct));
        canvas.foot(area, &place, Role::Dim);
    }
}

/// Of how many records, and what their values are.
fn summary(model: &Model, statistics: &Statistics) -> (String, String) {
    let reading = model.records.reading.as_ref();
    let is_end = reading.is_some_and(Reading::is_end);
    let loaded = if is_end { "" } else { " loaded so far" };
    let narrowed = if model.records.narrowed.is_empty() { "" } else { ", narrowed" };
    let whole = format!(
        "{} distinct in {} of {} records{loaded}{narrowed}",
        text::counted(statistics.distinct),
        text::counted(statistics.holding),
        text::counted(statistics.records),
    );
    let mut parts: Vec<String> =
        statistics.kinds.iter().map(|(kind, count)| format!("{} {}", kind.name(), text::counted(*count))).collect();
    if statistics.times.is_some() {
        parts.push(spread(model, statistics.times));
    }
    (whole, parts.join(" · "))
}

/// `01:30:58–01:31:07`
fn spread(model: &Model, times: Option<(jiff::Timestamp, jiff::Timestamp)>) -> String {
    let Some((first, last)) = times else { return String::new() };
    let told = |time| {
        let told = time_told(time, model.records.times, &model.zone, model.now);
        told.split('.').next().unwrap_or_default().to_owned()
    };
    let (first, last) = (told(first), told(last));
    if first == last { first } else { format!("{first}–{last}") }
}
