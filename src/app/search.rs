//! The search screen: one expression, everywhere in the range; what it costs by each means is told before it runs.

mod effort;
mod means;
#[cfg(test)]
mod tests;

mod arrange;
mod complete;
mod facets;
mod groups;
mod histogram;
mod order;
mod shape;
mod table;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::request::{Effect, Past, Request, Trouble};
use super::{Cursor, Model, Popup, Purpose, Screen, Topic, export, records, run};
use crate::command::Command;
use crate::domain::expression;
use crate::domain::why::Cause;
use crate::domain::{Expression, Hit, Means, Priced, Query, QueryStatus, SearchNews, SearchOrder, Sought};
use crate::mistake::nearest;

pub use effort::Effort;
pub use means::{ask_lines, statement, taken};
pub(super) use means::{orphans, start_up, stop_orphans};

pub use arrange::columns_shown;
pub(super) use arrange::{click_value, move_cursor, set_filter, settle};
pub use complete::completions;
pub use facets::{Facet, FacetLine, Facets};
pub use groups::Group;
pub use histogram::{Histogram, PARTS};
pub use order::Order;
pub use shape::{Row, Shape};
pub use table::Table;

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
    Estimated(Query, Box<Priced>),
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
    /// The means that the user wants, where it can be taken.
    pub wanted: Option<Means>,
    /// What the search that runs, or ran last, is done by and has come to.
    pub effort: Effort,
    /// What was found, as it came.
    pub hits: Vec<Hit>,
    /// What is seen of it.
    pub shape: Shape,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// Whether the cursor was moved since the search began; until then it stands on the first hit.
    pub has_moved: bool,
    /// Whether an earlier session left statements behind, which may still run.
    pub has_orphans: bool,
    /// Values that were searched for, oldest first.
    pub history: Vec<String>,
    /// Why nothing was found, once that is asked.
    pub why: Why,
}

/// What is known of why a search found nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Why {
    /// Nobody asked.
    #[default]
    Unasked,
    /// It is asked for.
    Asking,
    /// The reasons; none where nothing that is known speaks against it.
    Told(Vec<Cause>),
    /// It cannot be found out.
    Failed(Trouble),
}

impl Search {
    /// The hit under the cursor.
    pub fn selected(&self) -> Option<&Hit> {
        match self.shape.row(self.cursor.at)? {
            Row::Hit(number) => self.hits.get(number),
            Row::Group(..) => None,
        }
    }

    /// The hits that are shown, in their order, whatever is folded.
    pub fn shown(&self) -> impl Iterator<Item = &Hit> {
        self.shape.hits().filter_map(|number| self.hits.get(number))
    }

    /// Takes in hits; a cursor that was moved stays on its row.
    pub(super) fn take(&mut self, hits: Vec<Hit>) {
        let is_chosen = self.has_moved || self.cursor.at > 0;
        let anchor = self.shape.anchor(self.cursor.at).filter(|_| is_chosen);
        self.hits.extend(hits);
        self.shape.add(&self.hits);
        self.shape.follow(anchor, &self.hits, &mut self.cursor);
    }

    /// Forgets the hits.
    pub(super) fn clear(&mut self) {
        self.hits.clear();
        self.shape.clear();
        self.cursor = Cursor::default();
        self.has_moved = false;
    }
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
    model.desk.cancel(Topic::Why);
    model.search.why = Why::Unasked;
    model.desk.cancel(Topic::Search);
    model.search.phase = Phase::Estimating(query.clone());
    model.search.clear();
    model.search.effort = Effort::default();
    model.desk.ask(Topic::Estimate, Request::Estimate(query));
}

/// The range has changed: a cost that was told is no longer true.
pub(super) fn range_changed(model: &mut Model) {
    if let Phase::Estimating(query) | Phase::Estimated(query, _) = &model.search.phase {
        let query = Query { range: model.range, ..query.clone() };
        estimate(model, query);
    }
}

pub(super) fn estimated(model: &mut Model, priced: Priced) {
    if let Phase::Estimating(query) = &model.search.phase {
        model.search.phase = Phase::Estimated(query.clone(), Box::new(priced));
    }
}

/// Runs what is priced, by the means that is marked.
fn start(model: &mut Model, query: Query, priced: &Priced, may_exceed: bool) {
    let Some(means) = taken(model, priced) else {
        let causes: Vec<&str> = Means::ALL.into_iter().filter_map(|means| priced.plan.hindrance(means)).collect();
        return model.warn("nothing can search this", causes.join("; "), Some("narrow the range or name sources"));
    };
    if let Some(cause) = priced.forbidden(means).filter(|_| !may_exceed) {
        let hint = "narrow it, take another means, or run it by name: run-over-limit";
        return model.warn("the search is over a limit of the profile", cause, Some(hint));
    }
    model.search.ids.clear();
    model.search.clear();
    model.search.effort = Effort::of(priced, means);
    order(model, SearchOrder { query, means, may_exceed, goes_on: false });
}

fn order(model: &mut Model, order: SearchOrder) {
    model.search.phase = Phase::Running { query: order.query.clone(), since: model.now, status: None };
    model.desk.ask(Topic::Search, Request::Search(Box::new(order)));
}

/// Asks for more: a scan goes on where it stands; what the index holds more of is priced anew.
fn more(model: &mut Model) {
    let (Phase::Done(query, _) | Phase::Cancelled(query, _)) = &model.search.phase else { return };
    let (query, effort) = (query.clone(), &model.search.effort);
    match effort.means {
        Some(means) if effort.can_go_on() => {
            model.search.effort = effort.resumed();
            order(model, SearchOrder { query, means, may_exceed: false, goes_on: true });
        }
        _ if effort.has_more() => {
            let limit = query.limit.saturating_mul(2);
            estimate(model, Query { limit, ..query });
        }
        _ => model.note("there are no more records to ask for"),
    }
}

pub(super) fn progressed(model: &mut Model, news: QueryStatus) {
    if !model.search.ids.contains(&news.id) {
        model.search.ids.push(news.id.clone());
    }
    if let Phase::Running { status, .. } = &mut model.search.phase {
        *status = Some(news);
    }
}

/// Further hits take their places by event time; a cursor that was moved stays on its hit.
pub(super) fn answered(model: &mut Model, hits: Vec<Hit>) {
    model.search.take(hits);
}

/// What is told of the search that runs beside its hits.
pub(super) fn told(model: &mut Model, news: SearchNews) {
    let effort = &mut model.search.effort;
    match news {
        SearchNews::Scan(progress) => {
            effort.since.get_or_insert(model.now);
            effort.scan = Some(progress);
        }
        SearchNews::Flaw(flaw) => effort.flaw(flaw),
        SearchNews::End(end) => effort.end = Some(end),
    }
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
    if arrange::run(model, command, argument) {
        return;
    }
    match command {
        Command::Open => match model.search.phase.clone() {
            Phase::Estimated(query, priced) => start(model, query, &priced, false),
            Phase::Idle => edit(model),
            _ => {
                if let Some(hit) = model.search.selected().cloned() {
                    records::open_hit(model, &hit);
                }
            }
        },
        Command::Means => means::choose(model, argument),
        Command::RunOverLimit => match model.search.phase.clone() {
            Phase::Estimated(query, priced) => start(model, query, &priced, true),
            _ => model.warn("nothing to run", "no search is priced", Some("type one: its cost is told first")),
        },
        Command::More => more(model),
        Command::Flaws if model.search.effort.flaws.is_empty() => model.note("every object could be read"),
        Command::Flaws => model.popup = Some(Popup::Flaws(Cursor::default())),
        Command::Why => ask_why(model),
        Command::Export => export::begin(model, argument),
        Command::Surroundings => records::merged::open_around(model, argument),
        Command::Copy => {
            if let Some(hit) = model.search.selected() {
                let text = hit.message.clone();
                run::copy(model, text);
            }
        }
        Command::CopyUri => {
            if let Some(hit) = model.search.selected() {
                let text = hit.object.to_string();
                run::copy(model, text);
            }
        }
        _ => {}
    }
}

/// Asks why nothing was found.
fn ask_why(model: &mut Model) {
    match &model.search.phase {
        Phase::Done(query, _) if model.search.hits.is_empty() => {
            let query = query.clone();
            model.search.why = Why::Asking;
            model.desk.ask(Topic::Why, Request::Why(query));
        }
        _ => model.warn("there is nothing to explain", "it is asked of a search that found nothing", None),
    }
}

/// It was told why, or it cannot be.
pub(super) fn why_closed(model: &mut Model, trouble: Option<Trouble>) {
    if let Some(trouble) = trouble {
        model.search.why = Why::Failed(trouble);
    }
}

/// Drops what narrows the hits, or a cost that waits for a yes.
pub(super) fn step_back(model: &mut Model) -> bool {
    if arrange::step_back(model) {
        return true;
    }
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
            Phase::Running { query, status, .. } => {
                model.search.effort.was_stopped = model.search.effort.scan.is_some();
                Phase::Cancelled(query, status)
            }
            Phase::Estimating(query) => Phase::Cancelled(query, None),
            phase => phase,
        };
    }
    stopped
}
