//! The failures screen: what failed or is parked, wherever that was found, grouped by why.

mod wanted;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::filter::Facts;
use super::request::{Request, Trouble};
use super::{Cursor, Filter, Model, Screen, Topic, geometry, records, sheet};
use crate::command::Command;
use crate::domain::{Failure, ObjectId, Prospect, QueueRole, Reason, State, Trace};
pub(super) use wanted::Wanted;

/// What is destroyed sooner is urgent.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The failures screen.
#[derive(Debug, Default)]
pub struct Failures {
    /// What lies in the queues.
    pub all: Vec<Failure>,
    /// Whether it was asked for.
    pub was_asked: bool,
    /// Whether the queues have been read: before, no failure means that nobody has looked.
    pub is_known: bool,
    /// The groups that are unfolded.
    pub open: BTreeSet<GroupKey>,
    /// What is marked: consumer and object.
    pub marks: BTreeSet<(String, ObjectId)>,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// Which groups are shown.
    pub filter: Option<Filter>,
    /// Why the queues could not be read.
    pub trouble: Option<Trouble>,
    /// When they were read last.
    read: Option<Timestamp>,
    /// The moment by which groups are urgent or not: it stands still while the rows do.
    as_of: Option<Timestamp>,
    stale: bool,
    /// What the cursor was on before the rows changed; it is there again once they are settled.
    held: Option<RowKey>,
    /// What an address names, until it is there.
    wanted: Option<Wanted>,
}

/// What a row stands for, wherever it moves: a group, or one message of it.
#[derive(Debug, PartialEq)]
struct RowKey {
    group: GroupKey,
    message: Option<String>,
}

/// What failures are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    /// The consumer.
    pub consumer: String,
    /// Failed or parked.
    pub state: State,
    /// The replay after which they failed again. They are no first failures, and are not sent with such by themselves.
    pub replay: Option<String>,
    /// The reason with its numbers folded; none where it is not known yet.
    pub signature: Option<String>,
    /// The source, of what is parked: it waits for a parser of its own.
    pub source: Option<String>,
}

impl GroupKey {
    fn of(failure: &Failure) -> Self {
        Self {
            consumer: failure.consumer.clone(),
            state: failure.state,
            replay: failure.replay().map(str::to_owned),
            signature: failure.reason.as_ref().map(Reason::signature),
            source: failure.source.clone().filter(|_| failure.state == State::Parked),
        }
    }
}

/// Failures for one reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What they have in common.
    pub key: GroupKey,
    /// Indices into [`Failures::all`], oldest message first.
    pub members: Vec<usize>,
    /// How many would pass now.
    pub passing: usize,
    /// How many would fail again, lack a parser, or are gone.
    pub failing: usize,
    /// How many of those lack a parser.
    pub unparsed: usize,
    /// The names of their sources.
    pub sources: Vec<String>,
    /// When the oldest was sent.
    pub oldest: Option<Timestamp>,
    /// When the queue's retention destroys the first.
    pub expires: Option<Timestamp>,
}

/// A row of the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum FailureRow {
    /// A group.
    Group(Box<Group>),
    /// One failure of an unfolded group, as an index into [`Failures::all`].
    Item(usize),
}

impl Failures {
    /// Forgets what the queues told before; a reconciliation stands until the next.
    fn forget(&mut self) {
        self.all.retain(is_reconciled);
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.all.iter().filter(|failure| failure.state == State::Failed).count()
    }

    /// How many are parked.
    pub fn parked(&self) -> usize {
        self.all.iter().filter(|failure| failure.state == State::Parked).count()
    }

    /// When the first message of all is destroyed.
    pub fn expires(&self) -> Option<Timestamp> {
        self.all.iter().filter_map(Failure::expires).min()
    }

    /// How many messages are listed; one may tell of several failures.
    fn messages(&self) -> usize {
        let ids: BTreeSet<&str> = self.all.iter().filter_map(|failure| Some(failure.message()?.id.as_str())).collect();
        ids.len()
    }

    /// The groups: those whose first message is destroyed within a day, the most urgent first; then failed before
    /// parked before what only a reconciliation tells, the largest first.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (index, failure) in self.all.iter().enumerate() {
            let key = GroupKey::of(failure);
            if self.filter.as_ref().is_some_and(|filter| !passes(filter, failure)) {
                continue;
            }
            let at = groups.iter().position(|group| group.key == key).unwrap_or_else(|| {
                groups.push(Group {
                    key,
                    members: Vec::new(),
                    passing: 0,
                    failing: 0,
                    unparsed: 0,
                    sources: Vec::new(),
                    oldest: None,
                    expires: None,
                });
                groups.len() - 1
            });
            let group = &mut groups[at];
            group.members.push(index);
            group.unparsed += usize::from(failure.prospect == Prospect::NoParser);
            match failure.prospect {
                Prospect::Passes { .. } => group.passing += 1,
                Prospect::FailsAgain(_) | Prospect::NoParser | Prospect::Gone => group.failing += 1,
                Prospect::Untried | Prospect::Untriable(_) => {}
            }
            if let Some(source) = failure.source.as_ref().filter(|source| !group.sources.contains(source)) {
                group.sources.push(source.clone());
            }
            group.oldest = earliest(group.oldest, failure.since());
            group.expires = earliest(group.expires, failure.expires());
        }
        for group in &mut groups {
            group.members.sort_by_key(|index| (self.all[*index].since(), *index));
        }
        let order = |group: &Group| {
            let urgent =
                group.expires.filter(|expires| self.as_of.is_some_and(|now| expires.duration_since(now) < DAY));
            (urgent.is_none(), urgent, rank(group.key.state), std::cmp::Reverse(group.members.len()))
        };
        groups.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.key.cmp(&b.key)));
        groups
    }

    /// The rows of the screen: groups, and the failures of those that are unfolded.
    pub fn rows(&self) -> Vec<FailureRow> {
        let mut rows = Vec::new();
        for group in self.groups() {
            let is_open = self.open.contains(&group.key);
            let members = group.members.clone();
            rows.push(FailureRow::Group(Box::new(group)));
            if is_open {
                rows.extend(members.into_iter().map(FailureRow::Item));
            }
        }
        rows
    }

    /// Remembers what the cursor is on, before the rows change: the group that `r` would send must not be another one
    /// because an answer came meanwhile.
    fn hold(&mut self) {
        // On the first row nobody has chosen: it is the worst group, whichever that becomes.
        if self.cursor.at > 0 && self.held.is_none() {
            let rows = self.rows();
            self.held = rows.get(self.cursor.at).map(|row| self.key_of(row));
        }
    }

    fn key_of(&self, row: &FailureRow) -> RowKey {
        match row {
            FailureRow::Group(group) => RowKey { group: group.key.clone(), message: None },
            FailureRow::Item(index) => {
                let failure = &self.all[*index];
                RowKey { group: GroupKey::of(failure), message: Some(name(failure)) }
            }
        }
    }

    /// Puts the cursor where what it was on is now: the message, else its group, else where it was.
    pub(super) fn settle(&mut self, height: usize) {
        self.hold_wanted();
        let rows = self.rows();
        if let Some(held) = &self.held {
            let is_held = |row: &FailureRow| self.key_of(row) == *held;
            let is_its_group = |row: &FailureRow| matches!(row, FailureRow::Group(group) if group.key == held.group);
            if let Some(at) = rows.iter().position(is_held).or_else(|| rows.iter().position(is_its_group)) {
                self.cursor.at = at;
                self.held = None;
            }
        }
        self.cursor.settle(height, rows.len());
    }

    pub(super) fn move_cursor(&mut self, command: Command, height: usize) -> bool {
        let has_moved = self.cursor.run(command, height, self.rows().len());
        if has_moved {
            (self.held, self.wanted) = (None, None);
        }
        has_moved
    }

    /// The consumer that failed on all of these objects.
    pub(super) fn consumer_of(&self, objects: &[ObjectId]) -> Option<&str> {
        let first = self.all.iter().find(|failure| failure.object.as_ref() == objects.first())?;
        Some(first.consumer.as_str())
    }

    /// Takes an object out that has recovered.
    pub(super) fn recovered(&mut self, consumer: &str, object: &ObjectId) {
        self.hold();
        self.all.retain(|failure| failure.consumer != consumer || failure.object.as_ref() != Some(object));
        self.marks.remove(&(consumer.to_owned(), object.clone()));
    }

    fn keys_of(&self, members: &[usize]) -> Vec<(String, ObjectId)> {
        members
            .iter()
            .map(|index| &self.all[*index])
            .filter_map(|failure| failure.object.clone().map(|object| (failure.consumer.clone(), object)))
            .collect()
    }

    /// How many of these failures are marked.
    pub fn marked_of(&self, members: &[usize]) -> usize {
        self.keys_of(members).iter().filter(|key| self.marks.contains(key)).count()
    }
}

/// What tells a failure from the others of its group.
fn name(failure: &Failure) -> String {
    let object = failure.object.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {object}", failure.message().map_or(failure.trace.name(), |message| message.id.as_str()))
}

/// Failed comes first, and last what nobody has failed on.
fn rank(state: State) -> u8 {
    match state {
        State::Failed => 0,
        State::Parked => 1,
        _ => 2,
    }
}

fn passes(filter: &Filter, failure: &Failure) -> bool {
    let (state, trace) = (failure.state.name(), failure.trace.name());
    filter.passes(&Facts {
        states: &[failure.state],
        key: failure.object.as_ref().map_or("", |object| object.key.as_str()),
        reason: failure.reason.as_ref().map_or("", |reason| reason.text.as_str()),
        source: failure.source.as_deref().unwrap_or_default(),
        consumer: &failure.consumer,
        more: &format!("{state} {trace} {}", failure.replay().unwrap_or_default()),
        ..Facts::default()
    })
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

pub(super) fn ask(model: &mut Model) {
    model.failures.was_asked = true;
    model.failures.trouble = None;
    model.failures.stale = true;
    model.desk.ask(Topic::Failures, Request::Failures);
}

pub(super) fn ask_if_never(model: &mut Model) {
    if !model.failures.was_asked {
        ask(model);
    }
}

/// Messages have come; the first replace those of an older look. What was found about an object stays with it.
pub(super) fn answered(model: &mut Model, mut new: Vec<Failure>) {
    if new.is_empty() {
        // That nothing came is no news before the end tells whether the queues could be read.
        return;
    }
    let is_seen = model.screen == Screen::Failures;
    let failures = &mut model.failures;
    failures.is_known = true;
    if is_seen {
        failures.hold();
    }
    for failure in &mut new {
        let mut known = failures.all.iter().filter(|old| !is_reconciled(old));
        let known = known.find(|old| old.object == failure.object && old.consumer == failure.consumer);
        if let Some(known) = known {
            failure.reason = failure.reason.take().or_else(|| known.reason.clone());
            if failure.prospect == Prospect::Untried {
                failure.prospect = known.prospect.clone();
            }
        }
    }
    if std::mem::take(&mut failures.stale) {
        failures.forget();
    }
    failures.as_of = Some(model.now);
    failures.all.extend(new);
}

/// A reconciliation has an answer: it replaces the one before.
/// Compares what arrived in the range with receipts and index.
pub(super) fn reconcile(model: &mut Model) {
    model.note(format!("comparing {} with receipts and index…", model.range));
    model.desk.ask(Topic::Reconcile, Request::Reconcile { range: model.range });
}

pub(super) fn reconciled(model: &mut Model, new: Vec<Failure>, told: String) {
    let is_seen = model.screen == Screen::Failures;
    let failures = &mut model.failures;
    if is_seen {
        failures.hold();
    }
    failures.all.retain(|failure| !is_reconciled(failure));
    failures.all.extend(new);
    model.note(told);
}

fn is_reconciled(failure: &Failure) -> bool {
    matches!(failure.trace, Trace::Reconciled(_))
}

pub(super) fn diagnosed(
    model: &mut Model,
    object: &ObjectId,
    consumer: &str,
    reason: Option<&Reason>,
    prospect: &Prospect,
) {
    if model.screen == Screen::Failures {
        model.failures.hold();
    }
    let all = model.failures.all.iter_mut();
    for failure in all.filter(|known| known.consumer == consumer && known.object.as_ref() == Some(object)) {
        // What a reconciliation found out stays its reason.
        if !is_reconciled(failure) {
            failure.reason = reason.cloned().or_else(|| failure.reason.take());
        }
        failure.prospect = prospect.clone();
    }
}

pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    model.failures.is_known |= trouble.is_none();
    if trouble.is_none() && std::mem::take(&mut model.failures.stale) {
        model.failures.forget();
    }
    model.failures.held = None;
    if trouble.is_none() {
        model.failures.read = Some(model.now);
        wanted::listed(model);
    }
    model.failures.trouble = trouble;
}

/// Messages of the failure and parked queues that another reader holds, so that they are in no list: a replay that was
/// killed holds its own until their time ends.
pub fn taken(model: &Model) -> u64 {
    let Some(read) = model.failures.read.filter(|_| !model.is_asking(Topic::Failures)) else { return 0 };
    let queues = model.pipeline.queues.iter();
    // Depths of before the list was read would count what it holds itself.
    let queues = queues.filter(|queue| queue.role != QueueRole::Events && queue.at > read);
    let (there, taken) = queues.fold((0, 0), |(there, taken), queue| {
        (there + queue.visible + queue.in_flight + queue.delayed, taken + queue.in_flight)
    });
    taken.min(there.saturating_sub(model.failures.messages() as u64))
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    let rows = model.failures.rows();
    let row = rows.get(model.failures.cursor.at);
    match (command, row) {
        (Command::Open, Some(FailureRow::Group(group))) => {
            let key = group.key.clone();
            if !model.failures.open.remove(&key) {
                model.failures.open.insert(key);
            }
        }
        (Command::Open, Some(FailureRow::Item(index))) => {
            if let Some(object) = model.failures.all[*index].object.clone() {
                records::open_uri(model, &object.to_string());
            } else {
                model.warn("cannot open", "the message names no object", None);
            }
        }
        (Command::Mark, Some(row)) => mark(model, row),
        (Command::MarkAll, _) => {
            let all: Vec<usize> = (0..model.failures.all.len()).collect();
            let keys = model.failures.keys_of(&all);
            model.failures.marks.extend(keys);
        }
        (Command::ClearMarks, _) => model.failures.marks.clear(),
        (Command::Replay, row) => replay(model, row),
        (Command::Reconcile, _) => {
            reconcile(model);
        }
        (Command::Save, _) => {
            let open = model.case.case.as_ref().map(|case| case.name.to_string());
            let case = if argument.is_empty() { open } else { Some(argument.to_owned()) };
            model.desk.ask(Topic::Save, Request::Save { case });
        }
        (Command::Copy, Some(FailureRow::Group(group))) => {
            let text = group.key.signature.clone().unwrap_or_default();
            super::run::copy(model, text);
        }
        (Command::Copy, Some(FailureRow::Item(index))) => {
            let failure = &model.failures.all[*index];
            let text = match (failure.message(), &failure.object) {
                (Some(message), _) => message.body.clone(),
                (None, Some(object)) => object.to_string(),
                (None, None) => String::new(),
            };
            super::run::copy(model, text);
        }
        (Command::CopyUri, Some(FailureRow::Item(index))) => {
            if let Some(uri) = model.failures.all[*index].object.as_ref().map(ToString::to_string) {
                super::run::copy(model, uri);
            }
        }
        (Command::NextMatch | Command::PreviousMatch, _) => {
            let groups: Vec<usize> = (0..rows.len()).filter(|at| matches!(rows[*at], FailureRow::Group(_))).collect();
            let at = model.failures.cursor.at;
            let found = if command == Command::NextMatch {
                groups.into_iter().find(|group| *group > at)
            } else {
                groups.into_iter().rev().find(|group| *group < at)
            };
            if let Some(found) = found {
                model.failures.cursor.at = found;
            }
        }
        _ => {}
    }
}

/// Marks a failure, or a whole group; takes the marks away where all are there.
fn mark(model: &mut Model, row: &FailureRow) {
    let failures = &mut model.failures;
    let keys = match row {
        FailureRow::Group(group) => failures.keys_of(&group.members),
        FailureRow::Item(index) => failures.keys_of(&[*index]),
    };
    if keys.iter().all(|key| failures.marks.contains(key)) {
        for key in keys {
            failures.marks.remove(&key);
        }
    } else {
        failures.marks.extend(keys);
    }
    let (height, len) = (geometry::rows(model), model.failures.rows().len());
    model.failures.cursor.run(Command::Down, height, len);
}

/// Plans a replay of what is marked, else of the group or failure under the cursor.
fn replay(model: &mut Model, row: Option<&FailureRow>) {
    let keys: Vec<(String, ObjectId)> = if model.failures.marks.is_empty() {
        match row {
            Some(FailureRow::Group(group)) => model.failures.keys_of(&group.members),
            Some(FailureRow::Item(index)) => model.failures.keys_of(&[*index]),
            None => Vec::new(),
        }
    } else {
        model.failures.marks.iter().cloned().collect()
    };
    let Some((consumer, _)) = keys.first().cloned() else {
        return model.warn("nothing to replay", "no message here names an object", None);
    };
    if keys.iter().any(|(other, _)| *other != consumer) {
        let hint = Some("mark the objects of one consumer; u takes all marks away");
        return model.warn("cannot plan one replay", "the marks span several consumers", hint);
    }
    sheet::plan(model, consumer, keys.into_iter().map(|(_, object)| object).collect());
}

/// Gives up a reconciliation; the query that runs for it is stopped.
pub(super) fn interrupt(model: &mut Model) -> bool {
    matches!(model.screen, Screen::Failures | Screen::Sources) && model.desk.cancel(Topic::Reconcile)
}

/// The object under the cursor and its consumer; of a group, the first that it has.
pub(super) fn selected(model: &Model) -> Option<(ObjectId, Option<String>)> {
    let rows = model.failures.rows();
    let members = match rows.get(model.failures.cursor.at)? {
        FailureRow::Group(group) => group.members.clone(),
        FailureRow::Item(index) => vec![*index],
    };
    let (consumer, object) = model.failures.keys_of(&members).into_iter().next()?;
    Some((object, Some(consumer)))
}

pub(super) fn set_filter(model: &mut Model, filter: Option<Filter>) {
    model.failures.filter = filter;
}

pub(super) fn step_back(model: &mut Model) -> bool {
    model.failures.filter.take().is_some()
}
