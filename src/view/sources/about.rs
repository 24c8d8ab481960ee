//! What is known of the source under the cursor: its timeline, larger, and its facts.

use std::collections::VecDeque;

use ratatui::layout::Rect;

use super::super::canvas::Canvas;
use super::super::{chart, text};
use super::{gap_words, profile, troubles};
use crate::app::{Model, Timeline, geometry, range, sources};
use crate::domain::time::brief;
use crate::domain::{Shown, Source, SourceSurvey};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, upper: Rect, lower: Rect) {
    let rows = sources::rows(model);
    let Some(row) = rows.get(model.sources.cursor.at) else {
        canvas.pane(upper, &[], "", false);
        canvas.pane(lower, &[], "", false);
        return;
    };
    let Some(name) = row.source else { return profile::about(row.console, canvas, upper, lower) };
    bars(row.console, canvas, upper, name, row.survey);
    facts(row.console, canvas, lower, name, row.survey);
}

fn bars(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, name: &str, survey: Option<&SourceSurvey>) {
    // Until the columns of a new width have come, the old ones are shown as what they are.
    let columns = survey.map_or_else(|| geometry::spark_columns(model), |survey| survey.bins.len());
    let step = range::words(range::step(model.range.length(), columns));
    let step = format!(" · objects per {}", step.strip_prefix("1 ").unwrap_or(&step));
    let max = survey.and_then(|survey| survey.bins.iter().map(|bin| bin.objects).max()).unwrap_or(0);
    let part = sources::part(survey).map_or(String::new(), |part| format!(" {}", Shown::new(part)));
    let title = [(Shown::new(name).to_string(), Role::Title), (part, Role::Title), (step, Role::Dim)];
    let title: Vec<(&str, Role)> = title.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    let inside = canvas.pane(pane, &title, &format!("max {}", text::count(max)), false);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    if let Some(survey) = survey {
        let timeline = Timeline::of(survey.range, survey.bins.clone());
        chart::timeline(&timeline, None, None, None, canvas, pane, inside);
        chart::flags(&model.alerts.per_bin(name, survey.range, survey.bins.len()), &timeline, canvas, inside);
    }
}

/// What the lifecycle rules of its bucket do with the objects of a source; nothing before they are known.
fn lifecycle(model: &Model, source: &Source) -> Vec<(String, Role)> {
    let rules = match model.sources.lifecycles.get(&source.bucket) {
        None => return Vec::new(),
        Some(Ok(rules)) => rules.iter().filter(|rule| rule.applies_to(&source.layout)),
        Some(Err(cause)) => {
            return vec![(format!("lifecycle not known: {}", Shown::new(cause)), Role::Warning)];
        }
    };
    let told: Vec<_> = rules.filter_map(|rule| rule.told(&source.layout)).collect();
    if told.is_empty() {
        return vec![("no lifecycle rule moves or deletes them".to_owned(), Role::Text)];
    }
    told.into_iter().map(|told| (Shown::new(told).to_string(), Role::Text)).collect()
}

fn facts(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, name: &str, survey: Option<&SourceSurvey>) {
    let inside = canvas.pane(pane, &[("about", Role::Title)], "", false);
    let Some(source) = model.profile.source(name) else { return };
    let mut lines: Vec<(&str, String, Role)> = Vec::new();
    if let Some(survey) = survey {
        for (index, (trouble, role)) in troubles(model, survey).into_iter().enumerate() {
            lines.push((if index == 0 { "now" } else { "" }, trouble, role));
        }
        let times = [("p50", survey.lag_p50), ("p95", survey.lag_p95)];
        let told: Vec<String> =
            times.iter().filter_map(|(word, lag)| lag.map(|lag| format!("{word} {}", brief(lag)))).collect();
        lines.push(("lag", format!("{} · late after {}", told.join(" · "), brief(source.late_after)), Role::Text));
        if let Some(newest) = survey.newest {
            let ago = model.now.duration_since(newest);
            // Amazon's clock and this one differ.
            let ago = if ago.is_negative() {
                format!("{} ahead of this clock", brief(-ago))
            } else {
                format!("{} ago", brief(ago))
            };
            lines.push(("newest", format!("{}, {ago}", text::at(newest, "%m-%d %H:%M:%SZ")), Role::Text));
        }
    }
    if let Some(survey) = survey {
        let habit = match survey.learnt_days {
            Some(1) => "what the day before had, hour by hour".to_owned(),
            Some(days) => format!("what the {days} days before had, hour by hour"),
            None => "the usual spacing of these objects".to_owned(),
        };
        let windows: Vec<String> = source.maintenance.iter().map(ToString::to_string).collect();
        let except = if windows.is_empty() { String::new() } else { format!(", but {}", windows.join(", ")) };
        lines.push(("expects", format!("{habit}{except}"), Role::Text));
    }
    if let Some(holding) = model.sources.holdings.get(name) {
        let when = if holding.range == model.range { String::new() } else { format!(", {}", holding.range) };
        lines.push(("records", format!("{} in the index{when}", text::count(holding.records)), Role::Text));
    }
    let format = source.format.as_deref().unwrap_or("as the content tells");
    lines.push(("format", Shown::new(format).to_string(), Role::Text));
    lines.push(("keys", Shown::new(format!("s3://{}/{}", source.bucket, source.layout)).to_string(), Role::Dim));
    if let Some(accept) = &source.accept {
        lines.push(("accepts", Shown::new(format!("{} up to {}", accept.field, accept.up_to)).to_string(), Role::Text));
    }
    let consumers: Vec<&str> = model.profile.consumers.iter().map(|consumer| consumer.name.as_str()).collect();
    if !consumers.is_empty() {
        lines.push(("read by", Shown::new(consumers.join(", ")).to_string(), Role::Text));
    }
    if let Some(index) = &model.profile.index {
        lines.push((
            "table",
            Shown::new(format!("{}.records, source = {name}", index.database)).to_string(),
            Role::Text,
        ));
    }
    if let Some(survey) = survey.filter(|survey| !survey.classes.is_empty()) {
        let told = survey.classes.iter().map(|(class, count)| format!("{} {class}", text::count(*count)));
        lines.push(("stored", Shown::new(told.collect::<Vec<_>>().join(" · ")).to_string(), Role::Text));
    }
    for (index, (told, role)) in lifecycle(model, source).into_iter().enumerate() {
        lines.push((if index == 0 { "kept" } else { "" }, told, role));
    }
    // The newest gap stands above; here are those before it.
    for gap in survey.into_iter().flat_map(|survey| survey.gaps.iter().rev().skip(1)).take(4) {
        lines.push(("gap", gap_words(gap, model.range), Role::Late));
    }
    self::lines(canvas, inside, lines);
}

/// Facts, each with its word before it.
pub(super) fn lines(canvas: &mut Canvas<'_>, inside: Rect, lines: Vec<(&str, String, Role)>) {
    let cells = usize::from(inside.width.saturating_sub(10)).max(1);
    let mut rows: VecDeque<Rect> = inside.rows().collect();
    for (word, told, role) in lines {
        // What finds no room is cut with a mark, not dropped in the middle.
        let room = rows.len().min(3);
        if room == 0 {
            break;
        }
        for (part, told) in text::wrap_words(&told, cells, room).iter().enumerate() {
            let Some(line) = rows.pop_front() else { break };
            let word = format!("{:<8}", if part == 0 { word } else { "" });
            canvas.pieces(line.x + 1, line.y, line.width.saturating_sub(1), &[(&word, Role::Heading), (told, role)]);
        }
    }
}
