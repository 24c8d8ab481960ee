//! What runs, and what this session costs.

use std::fmt::Write as _;

use super::canvas::Canvas;
use super::text;
use crate::app::jobs::{self, Job};
use crate::app::{Cursor, Model, geometry, profiles};
use crate::domain::time::brief;
use crate::domain::{RequestKind, Usage};
use crate::theme::Role;

/// Lines below the list: a blank one, what was asked, what the console asks by itself.
const FOOT: u16 = 3;
/// The width of a profile's name, where there are several.
const PROFILE: u16 = 10;

pub(super) fn draw(model: &Model, cursor: Cursor, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let (jobs, all) = (jobs::jobs(model), profiles::known(model));
    let count = format!(" {}", text::counted(jobs.len()));
    let inside = canvas.pane(area, &[("jobs", Role::Title), (&count, Role::Text)], "x cancels · esc closes", true);
    let foot = if inside.height > FOOT + 1 { FOOT } else { 0 };
    let list = ratatui::layout::Rect { height: inside.height - foot, ..inside };
    if jobs.is_empty() {
        super::say(canvas, list, &[("nothing runs".into(), Role::Dim)]);
    }
    for (at, line) in Canvas::lines(list, cursor.window(usize::from(list.height), jobs.len())) {
        let job = &jobs[at];
        let what = if line.width >= 70 { 36 } else { line.width / 2 };
        let row = canvas.row(line).selected(at == cursor.at, true);
        let row = match all.iter().find(|console| console.id() == job.profile) {
            Some(console) if all.len() > 1 => row.cell(PROFILE, &console.profile.name, Role::Dim),
            _ => row,
        };
        row.cell(what, job.what, Role::Text)
            .right(6, &brief(job.elapsed), Role::Dim)
            .rest(&told(job), if job.can_cancel { Role::Running } else { Role::Dim });
    }
    let lines = [asked(&model.live.usage), live(model)];
    for (line, y) in lines.iter().zip(inside.bottom().saturating_sub(foot.saturating_sub(1))..inside.bottom()) {
        let style = canvas.style(Role::Dim);
        canvas.put(inside.x + 1, y, inside.width.saturating_sub(2), line, style);
    }
}

/// `3 of 4 sources · 1.5 a second · 2s left`
fn told(job: &Job) -> String {
    let Some(progress) = job.progress else { return "–".into() };
    let mut told = text::count(progress.done);
    if let Some(of) = progress.of {
        let _ = write!(told, " of {}", text::count(of));
    }
    let _ = write!(told, " {}", progress.unit);
    if let Some(rate) = job.rate() {
        let rate = if rate < 10.0 { format!("{rate:.1}") } else { text::count(rate as u64) };
        let _ = write!(told, " · {rate} a second");
    }
    if let Some(left) = job.left() {
        let _ = write!(told, " · {} left", brief(left));
    }
    told
}

/// `1,204 requests (S3 list, put 300 · SQS 904), about $0.0019`
fn asked(usage: &Usage) -> String {
    let kinds = RequestKind::ALL.into_iter().filter(|kind| usage.session.of(*kind) > 0);
    let kinds: Vec<String> =
        kinds.map(|kind| format!("{} {}", kind.name(), text::count(usage.session.of(kind)))).collect();
    if kinds.is_empty() {
        return "nothing was asked of AWS yet".into();
    }
    let dollars = usage.session.told_dollars();
    format!("{}, about {dollars}: {}", text::plural(usage.session.total(), "request"), kinds.join(" · "))
}

/// How much the console asks by itself.
fn live(model: &Model) -> String {
    let minute = text::plural(model.live.usage.minute.total(), "request");
    match model.live.requests_per_minute {
        _ if model.live.is_unfocused => "live: paused, as another window has the keys".into(),
        None => format!("live: {minute} in the last minute"),
        Some(0) => "live: off, by the configuration".into(),
        Some(limit) => format!("live: {minute} in the last minute, looks by itself below {limit}"),
    }
}
