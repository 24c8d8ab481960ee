//! ```text
//! ┌ failures 37 failed · 12 parked · first destroyed in 3d04h · by reason ────────────────────┐
//! │  objects reason                              consumer  source      now          expires in │
//! │▸▸✗    37 eventVersion 1.12 is newer than 1.11 indexer  cloudtrail  37 would pass     3d04h │
//! └───────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;

use super::canvas::{Canvas, role_of};
use super::{say, say_trouble, text};
use crate::app::failures::{self as app_failures, FailureRow, Group};
use crate::app::{Model, Topic, geometry};
use crate::domain::time::brief;
use crate::domain::{Failure, Prospect, Shown};
use crate::theme::Role;

/// The widths of the columns; those on the right go first where there is no room.
struct Columns {
    reason: u16,
    consumer: u16,
    source: u16,
    prospect: u16,
    oldest: u16,
    expires: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let consumer = if width >= 76 { 10 } else { 0 };
        let source = if width >= 60 { 11 } else { 0 };
        let prospect = match width {
            0..50 => 0,
            50..100 => 15,
            _ => 19,
        };
        let oldest = if width >= 110 { 8 } else { 0 };
        let expires = if width >= 40 { 7 } else { 0 };
        let used =
            [consumer, source, prospect, oldest, expires].into_iter().filter(|cells| *cells > 0).map(|cells| cells + 1);
        let reason = width.saturating_sub(11 + used.sum::<u16>());
        Self { reason: reason.saturating_sub(1), consumer, source, prospect, oldest, expires }
    }
}

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let failures = &model.failures;
    let count = |count: usize| if failures.is_known { text::counted(count) } else { "–".to_owned() };
    let failed = format!(" {} failed", count(failures.failed()));
    let parked = format!(" · {} parked", count(failures.parked()));
    let marked = if failures.marks.is_empty() {
        String::new()
    } else {
        format!(" · {} marked", text::counted(failures.marks.len()))
    };
    let taken = match app_failures::taken(model) {
        0 => String::new(),
        taken => format!(" · {} more held by another reader", text::counted(taken as usize)),
    };
    let (left, left_role) = remaining(failures.expires(), model.now);
    let first = match failures.expires() {
        Some(_) if left == "gone" => " · the first message is past its retention".to_owned(),
        Some(_) => format!(" · first destroyed in {left}"),
        None => String::new(),
    };
    let is_moving = model.pipeline.queues.iter().any(|queue| queue.move_task.is_some());
    let moving = if is_moving { " · a move task takes messages away" } else { "" };
    let filter = failures.filter.as_ref().map_or(String::new(), |filter| format!(" · /{}", Shown::new(filter.text())));
    let title = [
        ("failures", Role::Title),
        (failed.as_str(), if failures.failed() > 0 { Role::Failed } else { Role::Dim }),
        (parked.as_str(), if failures.parked() > 0 { Role::Parked } else { Role::Dim }),
        (moving, Role::Warning),
        (taken.as_str(), Role::Warning),
        (marked.as_str(), Role::Marked),
        (filter.as_str(), Role::Accent),
        (first.as_str(), left_role),
        (" · by reason", Role::Dim),
    ];
    let is_loading = model.is_asking(Topic::Failures);
    let doing = [
        (is_loading, "looking…"),
        (model.is_asking(Topic::Reconcile), "comparing…"),
        (model.is_asking(Topic::Save), "saving…"),
    ];
    let doing = doing.iter().find(|(is_doing, _)| *is_doing).map_or("", |(_, word)| word);
    let inside = canvas.pane(pane, &title, doing, true);
    let rows = failures.rows();
    if rows.is_empty() {
        return match &failures.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None if is_loading => say(canvas, inside, &[("looking into the failure queues…".into(), Role::Dim)]),
            None if failures.filter.is_some() => {
                say(canvas, inside, &[("nothing passes the filter".into(), Role::Text)]);
            }
            None if !taken.is_empty() => {
                say(canvas, inside, &[("what failed is held by another reader for now".into(), Role::Warning)]);
            }
            None => say(canvas, inside, &[("nothing failed, nothing is parked".into(), Role::Ok)]),
        };
    }
    let columns = Columns::of(inside.width);
    heading(canvas, Rect { height: 1.min(inside.height), ..inside }, &columns);
    let list = geometry::list(model);
    let window = failures.cursor.window(usize::from(list.height), rows.len());
    for (at, line) in Canvas::lines(list, window) {
        let is_selected = at == failures.cursor.at;
        match &rows[at] {
            FailureRow::Group(group) => draw_group(model, canvas, line, group, &columns, is_selected),
            FailureRow::Item(index) => draw_item(model, canvas, line, &failures.all[*index], &columns, is_selected),
        }
    }
    match (&failures.trouble, rows.get(failures.cursor.at)) {
        (Some(trouble), _) => canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error),
        (None, Some(FailureRow::Group(group))) => {
            let age = format!("{} · oldest {}", reason_of(group), ago(group.oldest, model.now));
            canvas.foot(pane, Shown::new(age).as_str(), role_of(group.key.state));
        }
        (None, Some(FailureRow::Item(index))) => {
            let failure = &failures.all[*index];
            canvas.foot(pane, Shown::new(story(failure)).as_str(), role_of(failure.state));
        }
        (None, None) => {}
    }
}

fn heading(canvas: &mut Canvas<'_>, line: Rect, columns: &Columns) {
    if line.height == 0 {
        return;
    }
    canvas
        .row(line)
        .cell(4, "", Role::Heading)
        .right(5, "count", Role::Heading)
        .cell(columns.reason, "reason", Role::Heading)
        .cell(columns.consumer, "consumer", Role::Heading)
        .cell(columns.source, "source", Role::Heading)
        .cell(columns.prospect, "now", Role::Heading)
        .right(columns.oldest, "oldest", Role::Heading)
        .right(columns.expires, "expires", Role::Heading);
}

fn reason_of(group: &Group) -> String {
    let reason = group.key.signature.as_deref().unwrap_or("reason not known yet");
    match &group.key.replay {
        Some(replay) => format!("failed again after {replay}: {reason}"),
        None => reason.to_owned(),
    }
}

/// Why it failed, who says so, by what it was found, and how often its message was received.
fn story(failure: &Failure) -> String {
    let reason = match &failure.reason {
        Some(reason) => format!("{} ({})", reason.text, reason.origin.name()),
        None => "reason not known yet".to_owned(),
    };
    let receives = match failure.message().map_or(0, |message| message.receive_count) {
        0 => String::new(),
        1 => ", received once".to_owned(),
        receives => format!(", received {receives} times"),
    };
    format!("{reason} · {}{receives}", failure.trace.told())
}

fn draw_group(model: &Model, canvas: &mut Canvas<'_>, line: Rect, group: &Group, columns: &Columns, is_selected: bool) {
    let failures = &model.failures;
    let role = role_of(group.key.state);
    let fold = if failures.open.contains(&group.key) { canvas.either("−", "-") } else { "+" };
    let marked = failures.marked_of(&group.members);
    let mark = match marked {
        0 => " ",
        _ if marked == group.members.len() => canvas.either("●", "*"),
        _ => canvas.either("◐", "/"),
    };
    let (prospect, prospect_role) = prospect_of_group(group);
    let glyph = canvas.glyph(group.key.state);
    canvas
        .row(line)
        .selected(is_selected, true)
        .glyphs([(mark, if mark == " " { Role::Text } else { Role::Marked }), (fold, Role::Dim), (glyph, role)])
        .right(5, &text::counted(group.members.len()), role)
        .cell(columns.reason, Shown::new(reason_of(group)).as_str(), Role::Text)
        .cell(columns.consumer, Shown::new(&group.key.consumer).as_str(), Role::Dim)
        .cell(columns.source, Shown::new(group.sources.join(" ")).as_str(), Role::Accent)
        .cell(columns.prospect, &prospect, prospect_role)
        .right(columns.oldest, &ago(group.oldest, model.now), Role::Dim)
        .right(columns.expires, &remaining(group.expires, model.now).0, remaining(group.expires, model.now).1);
}

fn prospect_of_group(group: &Group) -> (String, Role) {
    let untried = group.members.len() - group.passing - group.failing;
    match (group.passing, group.failing) {
        (0, 0) => ("not tried yet".to_owned(), Role::Dim),
        (passing, 0) if untried == 0 => {
            (if passing == 1 { "passes now".into() } else { "all pass now".to_owned() }, Role::Ok)
        }
        (0, _) if untried == 0 && group.unparsed == group.failing => ("no parser".to_owned(), Role::Parked),
        (0, _) if untried == 0 => ("fails again".to_owned(), Role::Failed),
        (passing, _) => (format!("{passing} pass now"), Role::Warning),
    }
}

fn draw_item(
    model: &Model,
    canvas: &mut Canvas<'_>,
    line: Rect,
    failure: &Failure,
    columns: &Columns,
    is_selected: bool,
) {
    let role = role_of(failure.state);
    let is_marked = failure
        .object
        .as_ref()
        .is_some_and(|object| model.failures.marks.contains(&(failure.consumer.clone(), object.clone())));
    let mark = if is_marked { canvas.either("●", "*") } else { " " };
    let glyph = canvas.glyph(failure.state);
    let name = failure.object.as_ref().map_or("no object is named", |object| object.file_name());
    let prospect = match &failure.prospect {
        Prospect::Untried => ("not tried yet".to_owned(), Role::Dim),
        Prospect::Passes { records } if columns.prospect > 15 => {
            (format!("passes, {}", text::plural(*records, "record")), Role::Ok)
        }
        Prospect::Passes { records } => (format!("passes, {}", text::count(*records)), Role::Ok),
        Prospect::FailsAgain(_) => ("fails again".to_owned(), Role::Failed),
        Prospect::NoParser => ("no parser".to_owned(), Role::Parked),
        Prospect::Gone => ("object is gone".to_owned(), Role::Failed),
        Prospect::Untriable(_) => ("not readable".to_owned(), Role::Warning),
    };
    let expires = remaining(failure.expires(), model.now);
    canvas
        .row(line)
        .selected(is_selected, true)
        .glyphs([(mark, if mark == " " { Role::Text } else { Role::Marked }), (" ", Role::Dim), (" ", Role::Dim)])
        .right(5, glyph, role)
        .ending(columns.reason, Shown::new(name).as_str(), Role::Text)
        .cell(columns.consumer, "", Role::Dim)
        .cell(columns.source, Shown::new(failure.source.as_deref().unwrap_or("–")).as_str(), Role::Dim)
        .cell(columns.prospect, &prospect.0, prospect.1)
        .right(columns.oldest, &ago(failure.since(), model.now), Role::Dim)
        .right(columns.expires, &expires.0, expires.1);
}

fn ago(moment: Option<Timestamp>, now: Timestamp) -> String {
    moment.map_or("–".to_owned(), |moment| brief(now.duration_since(moment)))
}

/// The time until a message is destroyed; under a day it is said louder.
fn remaining(expires: Option<Timestamp>, now: Timestamp) -> (String, Role) {
    let Some(expires) = expires else { return ("–".to_owned(), Role::Dim) };
    let left = expires.duration_since(now);
    if left <= SignedDuration::ZERO {
        ("gone".to_owned(), Role::Failed)
    } else if left < SignedDuration::from_hours(24) {
        (brief(left), Role::Warning)
    } else {
        (brief(left), Role::Dim)
    }
}
