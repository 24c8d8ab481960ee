//! The means of a search: which is taken, how many lines tell of them; and what an earlier session left running.

use super::Phase;
use crate::app::request::Request;
use crate::app::{Model, Topic, profiles};
use crate::domain::size::plural;
use crate::domain::{Means, Orphan, Priced};
use crate::mistake::nearest;

/// The means that a priced search runs by: the one that is wanted where it can be taken, otherwise the cheapest.
pub fn taken(model: &Model, priced: &Priced) -> Option<Means> {
    priced.plan.taking(model.search.wanted)
}

/// Takes the next means that is possible, or the one that is named. It is kept for the searches to come.
pub(super) fn choose(model: &mut Model, name: &str) {
    let priced = match &model.search.phase {
        Phase::Estimated(_, priced) => Some(priced),
        _ => None,
    };
    if !name.is_empty() {
        let Some(means) = Means::named(name) else {
            let known = Means::ALL.map(Means::name);
            let hint = nearest(name, known).map(|near| format!("did you mean \"{near}\"?"));
            let hint = hint.unwrap_or_else(|| format!("one of {}", known.join(", ")));
            return model.warn(format!("\"{name}\" is no means of a search"), "", Some(&hint));
        };
        if let Some(cause) = priced.and_then(|priced| priced.plan.hindrance(means)) {
            return model.warn(format!("cannot search by {name}"), cause.to_owned(), None);
        }
        model.search.wanted = Some(means);
        return;
    }
    let Some(priced) = priced else {
        return model.warn("no means to choose", "no search is priced", Some("type one: its cost is told first"));
    };
    let possible: Vec<Means> = Means::ALL.into_iter().filter(|means| priced.plan.hindrance(*means).is_none()).collect();
    let at = taken(model, priced).and_then(|taken| possible.iter().position(|means| *means == taken));
    match (at, possible.len()) {
        (_, 0 | 1) => model.note("there is no other means for this search"),
        (at, count) => model.search.wanted = Some(possible[at.map_or(0, |at| at + 1) % count]),
    }
}

/// The statement that the search begins with, in one line: of the means that is taken, where it has one.
pub fn statement(model: &Model, priced: &Priced) -> String {
    let plan = &priced.plan;
    let mut means = taken(model, priced).into_iter().chain(Means::ALL);
    let sql = means.find_map(|means| plan.offer(means).ok()?.sql).unwrap_or_default();
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines below the search itself that tell where it stands, in a body of so many rows.
pub fn ask_lines(model: &Model, body: u16) -> u16 {
    match &model.search.phase {
        Phase::Estimated(_, priced) => {
            let is_forbidden = taken(model, priced).is_some_and(|means| priced.forbidden(means).is_some());
            let most = if body < 30 { 2 } else { 6 };
            let cells = usize::from(model.size.0.saturating_sub(3)).max(1);
            let sql = statement(model, priced).chars().count().div_ceil(cells).min(most);
            (priced.plan.told().count() + 1 + usize::from(is_forbidden) + sql) as u16
        }
        Phase::Running { .. } if model.search.effort.scan.is_some() => 2 + u16::from(model.search.effort.flawed > 0),
        Phase::Done(query, _) | Phase::Cancelled(query, _) => {
            let effort = &model.search.effort;
            let is_elsewhere = query.range != model.range;
            (1 + u16::from(effort.end.is_some()) + u16::from(effort.flawed > 0) + u16::from(is_elsewhere)).max(2)
        }
        _ => 2,
    }
}

/// Looks for what an earlier session left running, where it left something with a profile that is open.
pub(in crate::app) fn start_up(model: &mut Model) {
    profiles::each_opened(model, |console| {
        if console.search.has_orphans {
            console.desk.ask(Topic::Orphans, Request::Orphans { stops: false });
        }
    });
}

/// Stops what an earlier session left running with any profile that is open.
pub(in crate::app) fn stop_orphans(model: &mut Model) {
    profiles::each_opened(model, |console| {
        console.desk.ask(Topic::Orphans, Request::Orphans { stops: true });
    });
}

/// What an earlier session left running, in one message.
pub(in crate::app) fn orphans(model: &mut Model, orphans: &[Orphan], are_stopped: bool) {
    let named: Vec<String> = orphans.iter().map(ToString::to_string).collect();
    let queries = plural(orphans.len(), "query");
    match (orphans, are_stopped) {
        ([], true) => model.note("no query of an earlier session runs"),
        ([], false) => {}
        (_, true) => model.note(format!("{queries} of an earlier session stopped: {}", named.join("; "))),
        (_, false) => {
            let what = format!("{queries} of an earlier session may still run, and cost");
            model.warn(what, named.join("; "), Some(":stop-orphans stops them"));
        }
    }
}
