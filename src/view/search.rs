//! ```text
//! ┌ search ─ 2026-11-22 03:00–2026-11-23 03:00Z ─────────────────────────────────────────────┐
//! │ search 203.0.113.7                                                                       │
//! │ at most 1.3 MiB of 24 index objects, < $0.01 — enter runs it, esc drops it               │
//! └──────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, text};
use crate::app::search::{Phase, Why, spell};
use crate::app::{Model, Purpose, geometry};
use crate::domain::{Estimate, Query, QueryStatus, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (top, bottom) = geometry::search_panes(model);
    ask(model, canvas, top);
    hits(model, canvas, bottom);
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

/// Why nothing was found, as far as it was asked.
fn why(why: &Why) -> Vec<(String, Role)> {
    match why {
        Why::Unasked => vec![("- looks at a wider range, [ earlier, w tells why".to_owned(), Role::Dim)],
        Why::Asking => vec![("asking why…".to_owned(), Role::Dim)],
        Why::Failed(trouble) => vec![(Shown::new(trouble.to_string()).to_string(), Role::Error)],
        Why::Told(causes) if causes.is_empty() => {
            let more = "nothing that is known speaks against it — scops search --why --probe asks the index for more";
            vec![(more.to_owned(), Role::Dim)]
        }
        Why::Told(causes) => {
            let lines = causes.iter().flat_map(|cause| {
                let cure = cause.cure.as_ref().map(|cure| (Shown::new(cure).to_string(), Role::Accent));
                std::iter::once((Shown::new(&cause.what).to_string(), Role::Warning)).chain(cure)
            });
            lines.collect()
        }
    }
}

fn hits(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let search = &model.search;
    let count = format!(" {}", text::counted(search.hits.len()));
    let limit = search.phase.query().map_or(0, |query| query.limit as usize);
    let cut = if limit > 0 && search.hits.len() >= limit { " · more were not asked for" } else { "" };
    let is_typing = model.typing.is_some();
    let title = [("hits", Role::Title), (count.as_str(), Role::Text), (cut, Role::Warning)];
    let inside = canvas.pane(pane, &title, "by event time", !is_typing);
    if search.hits.is_empty() {
        if let Phase::Done(query, _) = &search.phase {
            let sought = Shown::new(query.expression.to_string());
            let mut lines = vec![(format!("no record of {} is {sought}", query.range), Role::Text)];
            // Where there is little room, the reasons are what was asked for.
            lines.retain(|_| inside.height > 3 || search.why == Why::Unasked);
            lines.extend(why(&search.why));
            say(canvas, inside, &lines);
        }
        return;
    }
    let list = geometry::list(model);
    let is_wide = inside.width >= 100;
    let source = search.hits.iter().map(|hit| hit.source.len()).max().unwrap_or(6).clamp(6, 14) as u16;
    let widest = search.hits.iter().map(|hit| hit.fields.iter().map(|field| field.len() + 1).sum::<usize>()).max();
    let fields = if inside.width >= 70 { widest.unwrap_or(0).clamp(8, 24) as u16 } else { 0 };
    let file = if is_wide { 28 } else { 0 };
    // One hit of another year has all of them tell theirs.
    let year = text::at(model.now, "%Y");
    let is_old = search.hits.iter().filter_map(|hit| hit.time).any(|time| text::at(time, "%Y") != year);
    let (time_format, time_cells) = if is_old { ("%Y-%m-%d %H:%M:%S", 19) } else { ("%m-%d %H:%M:%S", 14) };
    let message = inside
        .width
        .saturating_sub(2 + time_cells + 1 + source + 1 + fields + u16::from(fields > 0) + file + u16::from(file > 0));
    let heading = Rect { height: list.y - inside.y, ..inside };
    if heading.height > 0 {
        canvas
            .row(heading)
            .cell(1, "", Role::Heading)
            .cell(time_cells, "time", Role::Heading)
            .cell(source, "source", Role::Heading)
            .cell(fields, "in", Role::Heading)
            .cell(message.saturating_sub(1), "record", Role::Heading)
            .rest(if is_wide { "object" } else { "" }, Role::Heading);
    }
    let window = search.cursor.window(usize::from(list.height), search.hits.len());
    for (at, line) in Canvas::lines(list, window) {
        let hit = &search.hits[at];
        let time = hit.time.map_or("–".to_owned(), |time| text::at(time, time_format));
        canvas
            .row(line)
            .selected(at == search.cursor.at, !is_typing)
            .glyphs([])
            .cell(time_cells, &time, Role::Dim)
            .cell(source, Shown::new(&hit.source).as_str(), Role::Accent)
            .cell(fields, Shown::new(hit.fields.join(" ")).as_str(), Role::Field)
            .cell(message.saturating_sub(1), Shown::new(&hit.message).as_str(), Role::Text)
            .ending(file, Shown::new(hit.object.file_name()).as_str(), Role::Dim);
    }
    if let Some(hit) = search.hits.get(search.cursor.at) {
        canvas.foot(pane, &format!("{} line {}", Shown::new(hit.object.to_string()), text::count(hit.line)), Role::Dim);
    }
}
