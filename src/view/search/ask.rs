//! What a search is to cost by each means, how far it is, and what it has come to.
//!
//! ```text
//! ┌ search · every source · 2026-11-22 03:00–2026-11-23 03:00Z ──────────────────────────────────┐
//! │ search 203.0.113.7                                                                           │
//! │▸ index  < $0.01    ~3s  at most 1.3 MiB of 24 index objects and 2.1 MiB of 14 objects         │
//! │  scan   < $0.01   ~12s  310 MiB of 1,204 objects                                             │
//! │ index complete up to 01:52; 14 newer objects are read directly                               │
//! │ SELECT ts, source, object, line FROM scops.terms WHERE term = '203.0.113.7'                  │
//! └──────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use std::fmt::Write as _;

use jiff::SignedDuration;
use ratatui::layout::{Rect, Rows};

use crate::app::search::{Effort, Phase, spell, statement, taken};
use crate::app::{Model, Purpose, contexts};
use crate::command::Command;
use crate::domain::limits::told_dollars;
use crate::domain::time::brief;
use crate::domain::{ByteSize, Cost, Means, Priced, Query, QueryStatus, ScanEstimate, Shown};
use crate::theme::Role;
use crate::view::canvas::Canvas;
use crate::view::text;

pub(in crate::view) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let is_typing = model.typing.as_ref().is_some_and(|typing| typing.purpose == Purpose::Search);
    let query = model.search.phase.query();
    let sources = query.map(|query| query.sources.join(", ")).filter(|names| !names.is_empty());
    let sources = sources.map_or("every source".to_owned(), |names| Shown::new(names).to_string());
    // Answers are of the range that was asked for, whatever one looks at since.
    let asked = query.filter(|_| !is_typing).map_or(model.range, |query| query.range);
    let range = format!(" · {sources} · {asked}");
    let is_priced = matches!(model.search.phase, Phase::Estimated(..)) && !is_typing;
    let note = if is_priced { "enter runs it · esc drops it" } else { "" };
    let inside = canvas.pane(pane, &[("search", Role::Title), (range.as_str(), Role::Dim)], note, is_typing);
    if inside.height == 0 {
        return;
    }
    if !is_typing {
        let value = query.map_or(String::new(), |query| Shown::new(spell(query)).to_string());
        canvas.pieces(
            inside.x + 1,
            inside.y,
            inside.width.saturating_sub(1),
            &[("search ", Role::Dim), (&value, Role::Input)],
        );
    }
    let mut lines = inside.rows();
    lines.next();
    let told = match &model.search.phase {
        Phase::Estimated(_, priced) => {
            means(model, canvas, priced, &mut lines);
            Vec::new()
        }
        _ => phase(model, is_typing),
    };
    for ((text, role), line) in told.iter().zip(lines) {
        let style = canvas.style(*role);
        canvas.put(line.x + 1, line.y, line.width.saturating_sub(1), text, style);
    }
}

/// A line a means, the one that is taken first; then how far the index goes, and the statement where there is room.
fn means(model: &Model, canvas: &mut Canvas<'_>, priced: &Priced, lines: &mut Rows) {
    let taken = taken(model, priced);
    let others = priced.plan.told().filter(|means| Some(*means) != taken);
    for means in taken.into_iter().chain(others) {
        let Some(line) = lines.next() else { return };
        let is_taken = Some(means) == taken;
        let mark = if is_taken { canvas.either("▸", ">") } else { " " };
        let role = if is_taken { Role::Accent } else { Role::Text };
        let is_wide = line.width >= 60;
        let row = canvas.row(line).cell(1, mark, Role::Accent).cell(7, means.name(), role);
        match priced.plan.cost(means) {
            Some((dollars, seconds)) => {
                row.right(7, &told_dollars(dollars), role)
                    .right(6, &about(seconds), role)
                    .rest(&format!(" {}", work(priced, means, is_wide)), role);
            }
            None => {
                row.rest(Shown::new(priced.plan.hindrance(means).unwrap_or_default()).as_str(), Role::Dim);
            }
        }
        let forbidden = Some(means).filter(|_| is_taken).and_then(|means| priced.forbidden(means));
        if let Some((cause, line)) = forbidden.and_then(|cause| Some((cause, lines.next()?))) {
            let key = key(model, Command::RunOverLimit);
            let style = canvas.style(Role::Warning);
            canvas.put(line.x + 1, line.y, line.width.saturating_sub(1), &format!("{cause} — {key} runs it"), style);
        }
    }
    let freshness = freshness(model, priced);
    let sql = Shown::new(statement(model, priced)).to_string();
    let left: Vec<Rect> = lines.collect();
    let cells = left.first().map_or(0, |line| usize::from(line.width.saturating_sub(1)));
    let sql = text::wrap(&sql, cells, left.len().saturating_sub(1));
    let told = std::iter::once(&freshness).chain(&sql).zip(left);
    for (at, (text, line)) in told.enumerate() {
        let style = canvas.style(if at == 0 { Role::Text } else { Role::Dim });
        canvas.put(line.x + 1, line.y, line.width.saturating_sub(1), text, style);
    }
}

/// What a means reads, in words.
fn work(priced: &Priced, means: Means, is_wide: bool) -> String {
    if !is_wide {
        return priced.plan.most(means).map_or(String::new(), |most| most.bytes.to_string());
    }
    let scanned = |scan: ScanEstimate| format!("{} of {}", scan.bytes, text::plural(scan.objects as usize, "object"));
    let beside = priced.plan.scanned(means).unwrap_or_default();
    match (means, &priced.plan.index) {
        (Means::Index, Ok(index)) => {
            let beside = if beside.objects > 0 { format!(" and {}", scanned(beside)) } else { String::new() };
            let files = text::plural(index.objects as usize, "index object");
            format!("at most {} of {files}{beside}", index.bytes)
        }
        (Means::Raw | Means::Minerva, _) => match priced.plan.offer(means) {
            Ok(offer) => {
                let objects = text::plural(offer.objects as usize, "object");
                format!("{} of {objects}, and those that may match once more", offer.bytes)
            }
            Err(_) => String::new(),
        },
        _ => scanned(beside),
    }
}

/// How far the index goes, in words.
fn freshness(model: &Model, priced: &Priced) -> String {
    let plan = &priced.plan;
    let told = |time| {
        let is_today = text::at(time, "%Y-%m-%d") == text::at(model.now, "%Y-%m-%d");
        text::at(time, if is_today { "%H:%M" } else { "%Y-%m-%d %H:%M" })
    };
    if let (Ok(_), Some((from, recent))) = (&plan.index, plan.recent) {
        let objects = recent.objects + plan.unindexed.map_or(0, |new| new.objects);
        let objects = text::plural(objects as usize, "object");
        return format!("index up to {}; {objects} read directly, faster than its small files", told(from));
    }
    match (&plan.index, plan.indexed_to, plan.unindexed) {
        (Err(_), ..) => String::new(),
        (Ok(_), Some(time), Some(new)) => {
            let time = told(time);
            let are = if new.objects == 1 { "is" } else { "are" };
            format!(
                "index complete up to {time}; {} {are} read directly",
                text::plural(new.objects as usize, "newer object")
            )
        }
        (Ok(_), None, Some(_)) => "the index holds all of it".into(),
        _ => "how far the index goes is not known: no consumer writes receipts".into(),
    }
}

/// `3s`, `2m10s`.
fn about(seconds: f64) -> String {
    let duration = SignedDuration::try_from_secs_f64(seconds.ceil().max(1.0)).unwrap_or(SignedDuration::MAX);
    format!("~{}", brief(duration))
}

/// The key of a command on this screen, or its name.
fn key(model: &Model, command: Command) -> String {
    model.keymap.key_of(&contexts(model), command).unwrap_or_else(|| format!(":{}", command.name()))
}

/// Where the search stands.
fn phase(model: &Model, is_typing: bool) -> Vec<(String, Role)> {
    let search = &model.search;
    match &search.phase {
        Phase::Idle if is_typing => vec![(
            "203.0.113.7, \"some text\", user.name:root, 10.0.0.0/8, -x, OR, last 6h — enter tells what it costs"
                .into(),
            Role::Dim,
        )],
        Phase::Idle => vec![("i types a search".into(), Role::Dim)],
        Phase::Estimating(_) => vec![("asking what it costs…".into(), Role::Dim)],
        // Told line by line.
        Phase::Estimated(..) => Vec::new(),
        Phase::Running { since, status, .. } => {
            let elapsed = model.now.duration_since(*since).as_secs().max(0);
            let told = match (status, search.effort.scan) {
                (Some(status), _) => format!("{} · {} read", status.phase.name(), status.scanned),
                (None, Some(_)) => "reading".to_owned(),
                (None, None) => "asking…".to_owned(),
            };
            let scan = scan(model, &search.effort);
            let told = format!("{told} · {elapsed} s — ctrl-c stops it");
            let lines = scan.into_iter().chain([told]).map(|told| (told, Role::Running));
            lines.chain(flaws(model, &search.effort)).collect()
        }
        Phase::Done(query, status) => done(model, "done", Role::Ok, query, status.as_ref()),
        Phase::Cancelled(query, status) => done(model, "stopped", Role::Warning, query, status.as_ref()),
        Phase::Failed(_, trouble) => {
            let hint = trouble.hint.as_ref().map_or(String::new(), |hint| format!("hint: {}", Shown::new(hint)));
            vec![(Shown::new(trouble.to_string()).to_string(), Role::Error), (hint, Role::Dim)]
        }
    }
}

/// `3 of 14 objects · 12 found · 4s left · 1.2 MiB of 2.1 MiB · 3.1 MiB a second`
fn scan(model: &Model, effort: &Effort) -> Option<String> {
    let scan = effort.scan?;
    let objects = text::plural(scan.of as usize, "object");
    let mut told = format!("{} of {objects} · {} found", text::count(scan.objects), text::count(scan.matches));
    let pace = effort.pace(model.now);
    if let Some((_, left)) = pace {
        let _ = write!(told, " · {} left", brief(left));
    }
    let _ = write!(told, " · {} of {}", ByteSize(scan.stored), effort.to_scan);
    if let Some((rate, _)) = pace {
        let _ = write!(told, " · {rate} a second");
    }
    Some(told)
}

/// How many objects could not be read whole, and the key that lists them.
fn flaws(model: &Model, effort: &Effort) -> Option<(String, Role)> {
    let objects = text::plural(effort.flawed as usize, "object");
    let told = format!("{objects} could not be read, or not whole — {} lists them", key(model, Command::Flaws));
    (effort.flawed > 0).then_some((told, Role::Warning))
}

/// What a search has come to.
fn done(model: &Model, word: &str, role: Role, query: &Query, status: Option<&QueryStatus>) -> Vec<(String, Role)> {
    let effort = &model.search.effort;
    let mut told = ended(word, status);
    if let Some(scan) = effort.scan {
        let stored = ByteSize(scan.stored);
        let of = if scan.objects < scan.of { format!("{} of ", text::count(scan.objects)) } else { String::new() };
        let _ = write!(told, " · {of}{}, {stored} read directly", text::plural(scan.of as usize, "object"));
    }
    if effort.has_more() {
        let _ = write!(told, " — {} asks for more", key(model, Command::More));
    }
    let mut lines = vec![(told, role)];
    lines.extend(compared(effort).map(|told| (told, Role::Dim)));
    lines.extend(flaws(model, effort));
    if query.range != model.range {
        let told = format!("the range is {} now — R asks what looking there costs", model.range);
        lines.push((told, Role::Warning));
    }
    lines
}

/// What was told before it ran, against what it took: `estimated 1.3 MiB, 2.5 s; took 0.9 MiB, 1.1 s`.
fn compared(effort: &Effort) -> Option<String> {
    let end = effort.end?;
    let told = |cost: Cost, seconds: f64| format!("{}, {seconds:.1} s", cost.bytes);
    let took = told(end.cost, end.took.as_secs_f64());
    Some(match effort.estimate {
        Some((cost, seconds)) => format!("estimated {}; took {took}", told(cost, seconds)),
        None => format!("took {took}"),
    })
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
