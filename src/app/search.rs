//! The search screen: one expression, everywhere in the range; what it costs is told before it runs.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::request::{Effect, Past, Request, Trouble};
use super::{Cursor, Model, Purpose, Screen, Topic, export, records, run};
use crate::command::Command;
use crate::domain::expression;
use crate::domain::{Estimate, Expression, Hit, Query, QueryStatus, Sought};
use crate::mistake::nearest;

/// The most hits that are asked for.
const HITS: u32 = 1_000;

/// Where a search stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Phase {
    /// Nothing was searched for yet.
    #[default]
    Idle,
    /// Its cost is being asked for.
    Estimating(Query),
    /// Its cost is known; it waits for a yes.
    Estimated(Query, Estimate),
    /// It runs.
    Running {
        /// What runs.
        query: Query,
        /// Since when, as far as the clock tells.
        since: Timestamp,
        /// What Athena tells of it.
        status: Option<QueryStatus>,
    },
    /// It has ended, with these last words of Athena.
    Done(Query, Option<QueryStatus>),
    /// It was stopped.
    Cancelled(Query, Option<QueryStatus>),
    /// It failed.
    Failed(Query, Trouble),
}

impl Phase {
    /// What was searched for.
    pub fn query(&self) -> Option<&Query> {
        match self {
            Self::Idle => None,
            Self::Estimating(query)
            | Self::Estimated(query, _)
            | Self::Running { query, .. }
            | Self::Done(query, _)
            | Self::Cancelled(query, _)
            | Self::Failed(query, _) => Some(query),
        }
    }
}

/// The search screen.
#[derive(Debug, Default)]
pub struct Search {
    /// Where the search stands.
    pub phase: Phase,
    /// Athena's ids of the statements that ran, in their order.
    pub ids: Vec<String>,
    /// What was found, by event time.
    pub hits: Vec<Hit>,
    /// The hit that is looked at.
    pub cursor: Cursor,
    /// Values that were searched for, oldest first.
    pub history: Vec<String>,
}

/// The screen is shown.
pub(super) fn enter(model: &mut Model) {
    if model.search.phase == Phase::Idle {
        edit(model);
    }
}

/// Opens the box for typing.
pub(super) fn edit(model: &mut Model) {
    if model.screen != Screen::Search {
        model.go(Screen::Search);
    }
    // What was searched for last is one step up in the history.
    run::start_typing(model, Purpose::Search, "");
}

/// Searches for a value from another screen: what it costs is told first.
pub(super) fn look_for(model: &mut Model, value: &str) {
    search_for(model, &Expression::term(value).to_string());
}

/// Searches as it was typed elsewhere: what it costs is told first.
pub(super) fn search_for(model: &mut Model, typed: &str) {
    if model.screen != Screen::Search {
        model.remember();
        model.screen = Screen::Search;
    }
    submit(model, typed);
}

/// The search was typed: asks what it costs.
pub(super) fn submit(model: &mut Model, typed: &str) {
    let typed = typed.trim();
    if typed.is_empty() {
        return;
    }
    let sought = match expression::parse(typed, model.now, &TimeZone::UTC) {
        Ok(sought) => sought,
        Err(error) => {
            return model.warn("cannot search", format!("{error}: {}", error.marked(typed)), error.hint.as_deref());
        }
    };
    if let Some(unknown) = sought.sources.iter().find(|name| model.profile.source(name).is_none()) {
        let known = model.profile.sources.iter().map(|source| source.name.as_str());
        let hint = nearest(unknown, known).map(|near| format!("did you mean \"{near}\"?"));
        return model.warn(format!("no source is named \"{unknown}\""), "", hint.as_deref());
    }
    if model.profile.index.is_none() {
        let cause = "this profile names no index";
        model.warn("cannot search", cause, Some("add [profile.index] to the configuration"));
        return;
    }
    if model.search.history.last().is_none_or(|last| last != typed) {
        model.search.history.push(typed.to_owned());
        model.desk.push(Effect::Remember(Past::Search, typed.to_owned()));
    }
    if let Some(range) = sought.range {
        model.set_range(range);
    }
    let Sought { expression, sources, .. } = sought;
    estimate(model, Query { expression, sources, range: model.range, limit: HITS });
}

/// A query as it is typed.
pub fn spell(query: &Query) -> String {
    let sources = (!query.sources.is_empty()).then(|| Expression::Source(query.sources.clone()).to_string());
    let expression = query.expression.to_string();
    sources.into_iter().chain(Some(expression).filter(|text| !text.is_empty())).collect::<Vec<_>>().join(" ")
}

fn estimate(model: &mut Model, query: Query) {
    model.desk.cancel(Topic::Search);
    model.search.phase = Phase::Estimating(query.clone());
    model.search.hits.clear();
    model.search.cursor = Cursor::default();
    model.desk.ask(Topic::Estimate, Request::Estimate(query));
}

/// The range has changed: a cost that was told is no longer true.
pub(super) fn range_changed(model: &mut Model) {
    if let Phase::Estimating(query) | Phase::Estimated(query, _) = &model.search.phase {
        let query = Query { range: model.range, ..query.clone() };
        estimate(model, query);
    }
}

pub(super) fn estimated(model: &mut Model, estimate: Estimate) {
    if let Phase::Estimating(query) = &model.search.phase {
        model.search.phase = Phase::Estimated(query.clone(), estimate);
    }
}

fn start(model: &mut Model, query: Query) {
    model.search.ids.clear();
    model.search.hits.clear();
    model.search.cursor = Cursor::default();
    model.search.phase = Phase::Running { query: query.clone(), since: model.now, status: None };
    model.desk.ask(Topic::Search, Request::Search(query));
}

pub(super) fn progressed(model: &mut Model, news: QueryStatus) {
    if !model.search.ids.contains(&news.id) {
        model.search.ids.push(news.id.clone());
    }
    if let Phase::Running { status, .. } = &mut model.search.phase {
        *status = Some(news);
    }
}

pub(super) fn answered(model: &mut Model, hits: Vec<Hit>) {
    model.search.hits.extend(hits);
}

/// The estimate or the search has ended.
pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    model.search.phase = match (std::mem::take(&mut model.search.phase), trouble) {
        (Phase::Estimating(query) | Phase::Running { query, .. }, Some(trouble)) => Phase::Failed(query, trouble),
        (Phase::Running { query, status, .. }, None) => Phase::Done(query, status),
        (phase, _) => phase,
    };
}

/// Runs the same search again.
pub(super) fn rerun(model: &mut Model) {
    if let Some(query) = model.search.phase.query() {
        let query = Query { range: model.range, ..query.clone() };
        estimate(model, query);
    }
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::Open => match model.search.phase.clone() {
            Phase::Estimated(query, _) => start(model, query),
            Phase::Idle => edit(model),
            _ => {
                if let Some(hit) = model.search.hits.get(model.search.cursor.at).cloned() {
                    records::open_hit(model, &hit);
                }
            }
        },
        Command::Export => export::begin(model, argument),
        Command::Surroundings => records::merged::open_around(model, argument),
        Command::Copy => {
            if let Some(hit) = model.search.hits.get(model.search.cursor.at) {
                let text = hit.message.clone();
                run::copy(model, text);
            }
        }
        Command::CopyUri => {
            if let Some(hit) = model.search.hits.get(model.search.cursor.at) {
                let text = hit.object.to_string();
                run::copy(model, text);
            }
        }
        _ => {}
    }
}

/// Drops a cost that waits for a yes.
pub(super) fn step_back(model: &mut Model) -> bool {
    if matches!(model.search.phase, Phase::Estimated(..) | Phase::Estimating(_)) {
        model.desk.cancel(Topic::Estimate);
        model.search.phase = Phase::Idle;
        return true;
    }
    false
}

/// Stops the search; the world stops its query.
pub(super) fn interrupt(model: &mut Model) -> bool {
    let stopped = model.desk.cancel(Topic::Search) || model.desk.cancel(Topic::Estimate);
    if stopped {
        model.search.phase = match std::mem::take(&mut model.search.phase) {
            Phase::Running { query, status, .. } => Phase::Cancelled(query, status),
            Phase::Estimating(query) => Phase::Cancelled(query, None),
            phase => phase,
        };
    }
    stopped
}
