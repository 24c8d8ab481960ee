//! ```text
//! ┌ search ─ 2026-11-22 03:00–2026-11-23 03:00Z ─────────────────────────────────────────────┐
//! │ search 203.0.113.7                                                                       │
//! │ at most 1.3 MiB of 24 index objects, < $0.01 — enter runs it, esc drops it               │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod facets;
mod histogram;
mod hits;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::text;
use crate::app::search::{Phase, spell};
use crate::app::{Model, Purpose, geometry};
use crate::domain::{Estimate, Query, QueryStatus, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    ask(model, canvas, geometry::search_panes(model).0);
    let panes = geometry::hits_panes(model);
    histogram::draw(model, canvas, panes.histogram);
    hits::draw(model, canvas, panes.list);
    facets::draw(model, canvas, panes.facets);
}

fn ask(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let is_typing = model.typing.as_ref().is_some_and(|typing| typing.purpose == Purpose::Search);
    let sources = model.search.phase.query().map(|query| query.sources.join(", ")).filter(|names| !names.is_empty());
    let sources = sources.map_or("every source".to_owned(), |names| Shown::new(names).to_string());
    // Answers are of the range that was asked for, whatever one looks at since.
    let asked = model.search.phase.query().filter(|_| !is_typing).map_or(model.range, |query| query.range);
    let range = format!(" · {sources} · {asked}");
    let inside = canvas.pane(pane, &[("search", Role::Title), (range.as_str(), Role::Dim)], "", is_typing);
    if inside.height == 0 {
        return;
    }
    if !is_typing {
        let value = model.search.phase.query().map_or(String::new(), |query| Shown::new(spell(query)).to_string());
        canvas.pieces(
            inside.x + 1,
            inside.y,
            inside.width.saturating_sub(1),
            &[("search ", Role::Dim), (&value, Role::Input)],
        );
    }
    let lines = phase(model, is_typing);
    for ((text, role), line) in lines.iter().zip(inside.rows().skip(1)) {
        let style = canvas.style(*role);
        canvas.put(line.x + 1, line.y, line.width.saturating_sub(1), text, style);
    }
}

/// Where the search stands, in at most two lines.
fn phase(model: &Model, is_typing: bool) -> Vec<(String, Role)> {
    match &model.search.phase {
        Phase::Idle if model.profile.index.is_none() => {
            vec![("this profile names no index to search in".into(), Role::Warning)]
        }
        Phase::Idle if is_typing => vec![(
            "203.0.113.7, \"some text\", user.name:root, 10.0.0.0/8, -x, OR, last 6h — enter tells what it costs"
                .into(),
            Role::Dim,
        )],
        Phase::Idle => vec![("i types a search".into(), Role::Dim)],
        Phase::Estimating(_) => vec![("asking what it costs…".into(), Role::Dim)],
        Phase::Estimated(_, estimate) => {
            vec![(costs(estimate), Role::Accent), (sql(estimate), Role::Dim)]
        }
        Phase::Running { since, status, .. } => {
            let elapsed = model.now.duration_since(*since).as_secs().max(0);
            let told = status
                .as_ref()
                .map_or("asking…".to_owned(), |status| format!("{} · {} read", status.phase.name(), status.scanned));
            vec![(format!("{told} · {elapsed} s — ctrl-c stops it"), Role::Running)]
        }
        Phase::Done(query, status) => vec![(ended("done", status.as_ref()), Role::Ok), elsewhere(model, query)],
        Phase::Cancelled(query, status) => {
            vec![(ended("stopped", status.as_ref()), Role::Warning), elsewhere(model, query)]
        }
        Phase::Failed(_, trouble) => {
            let hint = trouble.hint.as_ref().map_or(String::new(), |hint| format!("hint: {}", Shown::new(hint)));
            vec![(Shown::new(trouble.to_string()).to_string(), Role::Error), (hint, Role::Dim)]
        }
    }
}

/// That the answer is not of the range that is looked at now, where it is not.
fn elsewhere(model: &Model, query: &Query) -> (String, Role) {
    if query.range == model.range {
        return (String::new(), Role::Dim);
    }
    (format!("the range is {} now — R asks what looking there costs", model.range), Role::Warning)
}

fn costs(estimate: &Estimate) -> String {
    let dollars = if estimate.dollars < 0.01 { "< $0.01".to_owned() } else { format!("${:.2}", estimate.dollars) };
    let objects = if estimate.objects == 1 { "object" } else { "objects" };
    format!(
        "at most {} of {} index {objects}, {dollars} — enter runs it, esc drops it",
        estimate.bytes,
        text::count(estimate.objects)
    )
}

fn sql(estimate: &Estimate) -> String {
    Shown::new(estimate.sql.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

fn ended(word: &str, status: Option<&QueryStatus>) -> String {
    match status {
        Some(status) => {
            let reason = status.reason.as_ref().map_or(String::new(), |reason| format!(" · {}", Shown::new(reason)));
            format!("{word} · {} read in {:.1} s{reason}", status.scanned, status.total_ms as f64 / 1000.0)
        }
        None => word.to_owned(),
    }
}
