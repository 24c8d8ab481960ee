//! The replays screen: the replay that runs, and those that the journal remembers.

use jiff::Timestamp;

use super::request::{Request, Trouble};
use super::{Cursor, Model, Screen, Topic, failures, geometry, objects, records};
use crate::command::Command;
use crate::domain::{ObjectId, Plan, PlanItemState, Progress, ReplayId, ReplaySummary, State};

/// The replays screen.
#[derive(Debug, Default)]
pub struct Replays {
    /// The replay of this session that runs, or ran last.
    pub running: Option<Running>,
    /// What the journal remembers, newest first.
    pub history: Vec<ReplaySummary>,
    /// The replay that is looked at.
    pub cursor: Cursor,
    /// Whether its objects have the keys.
    pub is_open: bool,
    /// The object that is looked at.
    pub item: Cursor,
    /// Why the journal could not be read.
    pub trouble: Option<Trouble>,
}

/// A replay of this session.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// What was confirmed.
    pub plan: Plan,
    /// Its name, once the world has told it.
    pub id: Option<ReplayId>,
    /// When it was confirmed.
    pub began: Timestamp,
    /// The state of each object, in the plan's order.
    pub states: Vec<PlanItemState>,
    /// Whether nothing more will happen.
    pub is_done: bool,
    /// Why it stopped before its end.
    pub stopped: Option<String>,
}

/// How many objects of a replay are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub total: usize,
    /// Not begun.
    pub waiting: usize,
    /// Intended, outcome not known.
    pub unknown: usize,
    /// Acknowledged, no outcome yet.
    pub sent: usize,
    /// Refused.
    pub refused: usize,
    /// Recovered.
    pub recovered: usize,
    /// Failed again.
    pub failed: usize,
    /// No outcome within the time limit.
    pub unconfirmed: usize,
}

impl Counts {
    /// Counts states.
    pub fn of<'a>(states: impl IntoIterator<Item = &'a PlanItemState>) -> Self {
        let mut counts = Self::default();
        for state in states {
            counts.total += 1;
            *match state {
                PlanItemState::Waiting => &mut counts.waiting,
                PlanItemState::Intended => &mut counts.unknown,
                PlanItemState::Sent => &mut counts.sent,
                PlanItemState::NotSent(_) => &mut counts.refused,
                PlanItemState::Recovered => &mut counts.recovered,
                PlanItemState::FailedAgain(_) => &mut counts.failed,
                PlanItemState::Unconfirmed => &mut counts.unconfirmed,
            } += 1;
        }
        counts
    }
}

/// A row of the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReplayRow<'a> {
    /// The replay of this session.
    Running(&'a Running),
    /// One of the journal.
    Past(&'a ReplaySummary),
}

impl ReplayRow<'_> {
    /// Whether more is sent and looked for by this session.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Running(running) if !running.is_done)
    }

    /// That it stopped before its end, and why, as far as that is known.
    pub fn stopped(&self) -> Option<String> {
        let cause = match self {
            Self::Past(past) if !past.finished => {
                return Some("its end is not in the journal: it was cut short, or another scops sends it".into());
            }
            Self::Running(running) => running.stopped.as_ref()?,
            Self::Past(past) => past.stopped.as_ref()?,
        };
        Some(format!("stopped: {cause}"))
    }

    /// Its objects and their states.
    pub fn items(&self) -> Vec<(String, &PlanItemState)> {
        match self {
            Self::Running(running) => {
                let uris = running.plan.items.iter().map(|item| item.object.id.to_string());
                uris.zip(&running.states).collect()
            }
            Self::Past(past) => past.items.iter().map(|(uri, state)| (uri.clone(), state)).collect(),
        }
    }

    /// How many of its objects are where.
    pub fn counts(&self) -> Counts {
        match self {
            Self::Running(running) => Counts::of(&running.states),
            Self::Past(past) => Counts::of(past.items.iter().map(|(_, state)| state)),
        }
    }
}

impl Replays {
    /// Whether a replay of this session is under way.
    pub fn is_running(&self) -> bool {
        self.running.as_ref().is_some_and(|running| !running.is_done)
    }

    /// The replay of this session, then those of the journal, each once.
    pub fn rows(&self) -> Vec<ReplayRow<'_>> {
        let here = self.running.as_ref().and_then(|running| running.id.as_ref());
        let past = self.history.iter().filter(|past| Some(&past.id) != here).map(ReplayRow::Past);
        self.running.iter().map(ReplayRow::Running).chain(past).collect()
    }
}

/// Has the plan sent, and shows it.
pub(super) fn begin(model: &mut Model, plan: Box<Plan>) {
    let states = vec![PlanItemState::Waiting; plan.items.len()];
    model.replays.running =
        Some(Running { plan: (*plan).clone(), id: None, began: model.now, states, is_done: false, stopped: None });
    model.replays.cursor = Cursor::default();
    model.replays.item = Cursor::default();
    model.replays.is_open = false;
    model.desk.ask(Topic::Replay, Request::Replay(plan));
    model.go(Screen::Replays);
}

/// News of the replay that runs: the states of its objects change everywhere.
pub(super) fn progressed(model: &mut Model, progress: Progress) {
    let Some(running) = &mut model.replays.running else { return };
    running.id = Some(progress.id);
    running.is_done |= progress.is_done;
    running.stopped = progress.stopped.or_else(|| running.stopped.take());
    let consumer = running.plan.consumer.clone();
    let mut changes: Vec<(ObjectId, PlanItemState)> = Vec::new();
    for outcome in progress.outcomes {
        if let (Some(item), Some(state)) =
            (running.plan.items.get(outcome.index), running.states.get_mut(outcome.index))
        {
            changes.push((item.object.id.clone(), outcome.state.clone()));
            *state = outcome.state;
        }
    }
    let is_done = running.is_done;
    for (object, state) in changes {
        match state {
            PlanItemState::Sent => objects::set_state(model, &object, State::Replaying),
            PlanItemState::Intended | PlanItemState::Unconfirmed => objects::set_state(model, &object, State::Unknown),
            PlanItemState::FailedAgain(_) => objects::set_state(model, &object, State::Failed),
            PlanItemState::Recovered => {
                objects::set_state(model, &object, State::Recovered);
                model.failures.recovered(&consumer, &object);
            }
            PlanItemState::Waiting | PlanItemState::NotSent(_) => {}
        }
    }
    if is_done {
        finished(model);
    }
}

/// The replay has ended: says how, and looks at the queues and sources again.
fn finished(model: &mut Model) {
    let Some(running) = &model.replays.running else { return };
    let counts = Counts::of(&running.states);
    match &running.stopped {
        Some(cause) => {
            let cause = cause.clone();
            model.warn("the replay stopped before its end", cause, Some("the journal tells what was sent"));
        }
        None => model.note(format!("{} of {} recovered", counts.recovered, counts.total)),
    }
    look_again(model);
}

/// What was replayed is no longer where it was.
fn look_again(model: &mut Model) {
    failures::ask(model);
    model.sources.asked = None;
}

/// The world has nothing more to tell of the replay.
pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    let Some(running) = &mut model.replays.running else { return };
    let was_done = std::mem::replace(&mut running.is_done, true);
    match trouble {
        // It has been told with its cause and cure already.
        Some(trouble) => {
            running.stopped = Some(trouble.cause);
            look_again(model);
        }
        None if !was_done => finished(model),
        None => {}
    }
    if model.screen == Screen::Replays {
        ask(model);
    }
}

pub(super) fn ask(model: &mut Model) {
    model.replays.trouble = None;
    model.desk.ask(Topic::Replays, Request::Replays);
}

pub(super) fn answered(model: &mut Model, history: Vec<ReplaySummary>) {
    model.replays.history = history;
}

pub(super) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    let replays = &mut model.replays;
    let rows = replays.rows();
    if replays.is_open {
        let items = rows.get(replays.cursor.at).map_or(0, |row| row.items().len());
        let height = geometry::replay_items(model);
        return model.replays.item.run(command, height, items);
    }
    let len = rows.len();
    let before = replays.cursor.at;
    let moved = replays.cursor.run(command, height, len);
    if replays.cursor.at != before {
        replays.item = Cursor::default();
    }
    moved
}

pub(super) fn run(model: &mut Model, command: Command) {
    let replays = &mut model.replays;
    let uri = |replays: &Replays| {
        let rows = replays.rows();
        let items = rows.get(replays.cursor.at)?.items();
        items.get(replays.item.at).map(|(uri, _)| uri.clone())
    };
    match command {
        Command::Open if replays.is_open => {
            if let Some(uri) = uri(replays) {
                records::open_uri(model, &uri);
            }
        }
        Command::Open => replays.is_open = !replays.rows().is_empty(),
        Command::Copy | Command::CopyUri => {
            let id = replays.rows().get(replays.cursor.at).and_then(|row| match row {
                ReplayRow::Running(running) => running.id.as_ref().map(ToString::to_string),
                ReplayRow::Past(past) => Some(past.id.to_string()),
            });
            let text = if replays.is_open { uri(replays) } else { id };
            if let Some(text) = text {
                super::run::copy(model, text);
            }
        }
        _ => {}
    }
}

pub(super) fn step_back(model: &mut Model) -> bool {
    std::mem::take(&mut model.replays.is_open)
}
