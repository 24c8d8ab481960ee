//! The sources screen: what arrived in the range, by source.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::filter::Facts;
use super::request::ProfileId;
use super::request::{Request, Trouble};
use super::{Cursor, Filter, Model, Screen, Topic, failures, geometry, objects, profiles, range};
use crate::command::Command;
use crate::domain::{Holding, LifecycleRule, SourceSurvey, State, TimeRange};

/// The order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What is in trouble first, then by name.
    #[default]
    Trouble,
    /// By name.
    Name,
    /// The most bytes first.
    Bytes,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Trouble, Self::Name, Self::Bytes];

    /// Its name in commands and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trouble => "trouble",
            Self::Name => "name",
            Self::Bytes => "size",
        }
    }

    /// Its word in the title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trouble => "trouble first",
            Self::Name => "by name",
            Self::Bytes => "by size",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Trouble => Self::Name,
            Self::Name => Self::Bytes,
            Self::Bytes => Self::Trouble,
        }
    }
}

/// The sources screen.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Sources {
    /// What is known of each source, in the order of arrival.
    pub surveys: Vec<SourceSurvey>,
    /// Range and columns that were asked for last.
    pub asked: Option<(TimeRange, usize)>,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// The order of the rows.
    pub order: Order,
    /// Whether every timeline is drawn on the scale of the largest.
    pub has_one_scale: bool,
    /// Whether a source is told apart by account and region.
    pub is_grouped: bool,
    /// Which rows are shown.
    pub filter: Option<Filter>,
    /// The lifecycle rules of the sources' buckets, or why they cannot be read.
    pub lifecycles: BTreeMap<String, Result<Vec<LifecycleRule>, String>>,
    /// What the index holds of each source, as it was compared last.
    pub holdings: BTreeMap<String, Holding>,
    has_asked_lifecycles: bool,
    /// Why the last survey failed.
    pub trouble: Option<Trouble>,
    /// Whether the sources of this profile are folded below its line.
    pub is_folded: bool,
}

/// A row of the screen.
#[derive(Debug, Clone, Copy)]
pub struct Row<'m> {
    /// The console of its profile.
    pub console: &'m Model,
    /// The source's name; none for the line that a profile's sources stand below.
    pub source: Option<&'m str>,
    /// What is known of the source, or of its part.
    pub survey: Option<&'m SourceSurvey>,
}

impl Row<'_> {
    /// What it is of.
    fn place(&self) -> RowPlace {
        (self.console.id(), self.source.map(str::to_owned), part(self.survey).map(str::to_owned))
    }
}

/// What a row is of: its profile, source, account and region.
type RowPlace = (ProfileId, Option<String>, Option<String>);

/// The rows: the sources of the profiles that are open, those of one below its line where there are several.
pub fn rows(model: &Model) -> Vec<Row<'_>> {
    let opened = profiles::opened(model);
    let are_several = opened.len() > 1;
    let mut rows = Vec::new();
    for console in opened {
        let sources = rows_of(console, &model.sources);
        if are_several && (model.sources.filter.is_none() || !sources.is_empty()) {
            rows.push(Row { console, source: None, survey: None });
        }
        if !are_several || !console.sources.is_folded {
            rows.extend(sources);
        }
    }
    rows
}

/// The configured sources of a profile in their order on the screen, each with its survey where that has come; grouped,
/// a row an account and region of each that has several, those of one together.
pub fn rows_of<'m>(console: &'m Model, shown: &Sources) -> Vec<Row<'m>> {
    // While the range moves on with the clock, what was known a moment ago stays until the new is there.
    let is_current = |range: TimeRange| {
        range == console.range || (console.follows_clock && range.length() == console.range.length())
    };
    let known = &console.sources.surveys;
    let mut rows: Vec<(&str, Option<&SourceSurvey>)> = Vec::with_capacity(console.profile.sources.len());
    for source in &console.profile.sources {
        let survey = known.iter().find(|survey| survey.source == source.name && is_current(survey.range));
        let parts = survey.filter(|_| shown.is_grouped).map_or(&[][..], |survey| &survey.parts);
        rows.extend(parts.iter().map(|part| (source.name.as_str(), Some(part))));
        if parts.is_empty() {
            rows.push((source.name.as_str(), survey));
        }
    }
    rows.retain(|(name, survey)| shown.filter.as_ref().is_none_or(|filter| passes(filter, name, *survey)));
    match shown.order {
        Order::Name => rows.sort_by_key(|(name, _)| *name),
        Order::Bytes => rows.sort_by_key(|(name, survey)| (Reverse(survey.map(|s| s.bytes)), *name)),
        Order::Trouble => rows.sort_by_key(|(name, survey)| (Reverse(survey.map(gravity)), *name)),
    }
    if shown.is_grouped {
        // What has no account of its own goes last.
        rows.sort_by_key(|(_, survey)| (part(*survey).is_none(), part(*survey)));
    }
    rows.into_iter().map(|(name, survey)| Row { console, source: Some(name), survey }).collect()
}

fn passes(filter: &Filter, name: &str, survey: Option<&SourceSurvey>) -> bool {
    let states = [(State::Failed, survey.map_or(0, |s| s.failed)), (State::Parked, survey.map_or(0, |s| s.parked))];
    let states: Vec<State> = states.into_iter().filter(|(_, count)| *count > 0).map(|(state, _)| state).collect();
    filter.passes(&Facts {
        states: &states,
        source: name,
        more: part(survey).unwrap_or_default(),
        size: survey.map(|survey| survey.bytes),
        lag: survey.and_then(|survey| survey.lag_p95),
        ..Facts::default()
    })
}

/// The account and region of a row, where it is of one.
pub fn part(survey: Option<&SourceSurvey>) -> Option<&str> {
    survey?.part.as_deref()
}

/// How much a source wants to be looked at: by what is wrong, then by how much of it.
fn gravity(survey: &SourceSurvey) -> (u8, u64) {
    if survey.failed > 0 {
        (4, survey.failed)
    } else if !survey.gaps.is_empty() {
        (3, survey.gaps.len() as u64)
    } else if survey.parked > 0 {
        (2, survey.parked)
    } else {
        (u8::from(survey.late > 0), survey.late)
    }
}

/// The source of this profile under the cursor.
pub(super) fn selected(model: &Model) -> Option<&str> {
    let row = *rows(model).get(model.sources.cursor.at)?;
    row.source.filter(|_| row.console.id() == model.id())
}

/// The source under the cursor, of whichever profile.
pub(super) fn under(model: &Model) -> Option<&str> {
    rows(model).get(model.sources.cursor.at)?.source
}

/// Puts the cursor on a source of this profile, where it has that one.
pub(super) fn go_to(model: &mut Model, source: Option<&str>) {
    let is_it = |row: &Row<'_>| row.console.id() == model.id() && row.source == source;
    if let Some(at) = rows(model).iter().position(is_it) {
        model.sources.cursor.at = at;
    }
}

/// Whether the cursor is on the line of a profile.
pub(super) fn is_on_profile(model: &Model) -> bool {
    rows(model).get(model.sources.cursor.at).is_some_and(|row| row.source.is_none())
}

/// What the cursor is on; none on the first source, where it stays, whichever that becomes.
pub(super) fn under_cursor(model: &Model) -> Option<RowPlace> {
    let first = usize::from(profiles::are_several(model));
    let row = rows(model).get(model.sources.cursor.at).map(Row::place);
    row.filter(|_| model.sources.cursor.at != first)
}

/// Puts the cursor back on what it was on, where that is still there.
pub(super) fn keep_cursor(model: &mut Model, kept: Option<RowPlace>) {
    if let Some(at) = kept.and_then(|kept| rows(model).iter().position(|row| row.place() == kept)) {
        model.sources.cursor.at = at;
    }
}

/// Puts the cursor on the first source of this profile.
pub(super) fn go_to_profile(model: &mut Model) {
    let rows = rows(model);
    let mut own = rows.iter().enumerate().filter(|(_, row)| row.console.id() == model.id());
    let line = own.next();
    let at = line.filter(|(_, row)| row.source.is_some()).or_else(|| own.next()).or(line).map(|(at, _)| at);
    model.sources.cursor.at = at.unwrap_or_default();
}

/// Gives another profile what is of the screen, not of the profile.
pub(super) fn hand_over(from: &mut Sources, to: &mut Sources) {
    (to.cursor, to.order) = (from.cursor, from.order);
    (to.has_one_scale, to.is_grouped) = (from.has_one_scale, from.is_grouped);
    to.filter = from.filter.take();
}

/// Asks for all sources over the range.
pub(super) fn ask(model: &mut Model) {
    let bins = range::bins(model.range, geometry::spark_columns(model));
    model.sources.asked = Some((model.range, bins));
    model.sources.trouble = None;
    model.desk.ask(Topic::Survey, Request::Survey { range: model.range, bins });
}

/// Asks once for the lifecycle rules of the buckets, when a survey has shown that they can be read at all.
pub(super) fn ask_lifecycles(model: &mut Model, is_surveyed: bool) {
    if is_surveyed && !std::mem::replace(&mut model.sources.has_asked_lifecycles, true) {
        let buckets: BTreeSet<_> = model.profile.sources.iter().map(|source| source.bucket.clone()).collect();
        model.desk.ask(Topic::Lifecycle, Request::Lifecycle { buckets: buckets.into_iter().collect() });
    }
}

/// Asks where the range or its columns are others than those asked for last.
pub(super) fn ask_if_stale(model: &mut Model) {
    let bins = range::bins(model.range, geometry::spark_columns(model));
    if model.sources.asked != Some((model.range, bins)) {
        ask(model);
    }
}

/// The screen has another size: its columns may be of another length.
pub(super) fn resized(model: &mut Model) {
    if model.sources.asked.is_some() && model.screen == Screen::Sources {
        ask_if_stale(model);
    }
}

pub(super) fn answered(model: &mut Model, mut survey: SourceSurvey) {
    if let Some(holding) = model.sources.holdings.get(&survey.source) {
        holding.tell(&mut survey);
    }
    // Rows move as troubles become known; the cursor stays on its source.
    let kept = under_cursor(model);
    let surveys = &mut model.sources.surveys;
    match surveys.iter_mut().find(|old| old.source == survey.source) {
        Some(old) => *old = survey,
        None => surveys.push(survey),
    }
    keep_cursor(model, kept);
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::Open => {
            let Some((place, name, part)) = rows(model).get(model.sources.cursor.at).map(Row::place) else { return };
            if let Some(name) = name {
                model.remember();
                model.screen = Screen::Objects;
                objects::choose(model, &name);
                if let Some(part) = part {
                    // Account and region stand in the keys.
                    super::run::set_filter(model, &part);
                }
            } else {
                fold(model, place);
            }
        }
        Command::Sort if argument.is_empty() => model.sources.order = model.sources.order.next(),
        Command::Sort => match Order::ALL.into_iter().find(|order| order.word() == argument) {
            Some(order) => model.sources.order = order,
            None => super::run::unknown_order(model, argument, &Order::ALL.map(Order::word)),
        },
        Command::Group => {
            let row = rows(model).get(model.sources.cursor.at).map(Row::place);
            model.sources.is_grouped = !model.sources.is_grouped;
            let is_it = |now: &RowPlace| row.as_ref().is_some_and(|row| (now.0, &now.1) == (row.0, &row.1));
            model.sources.cursor.at =
                rows(model).iter().map(Row::place).position(|now| is_it(&now)).unwrap_or_default();
        }
        Command::Reconcile => failures::reconcile(model),
        Command::Scale => model.sources.has_one_scale = !model.sources.has_one_scale,
        Command::NextMatch | Command::PreviousMatch => jump_to_trouble(model, command == Command::NextMatch),
        Command::Copy => {
            if let Some(name) = selected(model).map(str::to_owned) {
                super::run::copy(model, name);
            }
        }
        Command::CopyUri => {
            let uri = selected(model)
                .and_then(|name| model.profile.source(name))
                .map(|source| format!("s3://{}/{}", source.bucket, source.layout.root()));
            if let Some(uri) = uri {
                super::run::copy(model, uri);
            }
        }
        _ => {}
    }
}

/// The index was asked what it holds.
pub(super) fn held(model: &mut Model, holdings: Vec<Holding>) {
    let sources = &mut model.sources;
    for holding in holdings {
        sources
            .surveys
            .iter_mut()
            .filter(|survey| survey.source == holding.source)
            .for_each(|survey| holding.tell(survey));
        sources.holdings.insert(holding.source.clone(), holding);
    }
}

/// Folds the sources of a profile below its line, or unfolds them.
fn fold(model: &mut Model, place: ProfileId) {
    if model.id() == place {
        model.sources.is_folded = !model.sources.is_folded;
    } else if let Some(other) = model.beside.iter_mut().find(|other| other.id() == place) {
        other.sources.is_folded = !other.sources.is_folded;
    }
}

fn jump_to_trouble(model: &mut Model, is_forward: bool) {
    let rows = rows(model);
    let grave = |index: &usize| rows[*index].survey.is_some_and(|survey| gravity(survey).0 > 0);
    let at = model.sources.cursor.at;
    let next = if is_forward { (at + 1..rows.len()).find(grave) } else { (0..at.min(rows.len())).rev().find(grave) };
    if let Some(next) = next {
        model.sources.cursor.at = next;
    }
}

pub(super) fn step_back(model: &mut Model) -> bool {
    model.sources.filter.take().is_some()
}
