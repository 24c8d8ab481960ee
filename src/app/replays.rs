//! The replays screen: the replay that runs, and those that the journal remembers.

mod replayed;

use jiff::Timestamp;

use super::request::{Request, Trouble};
use super::{Cursor, Model, Popup, Screen, Topic, case, failures, geometry, objects, records, sheet};
pub use replayed::Replayed;

use crate::command::Command;
use crate::domain::{Indexed, ObjectId, Plan, PlanItemState, Progress, ReplayId, ReplaySummary, State, Steer};

/// The replays screen.
#[derive(Debug, Default)]
pub struct Replays {
    /// The replay of this session that runs, or ran last.
    pub running: Option<Running>,
    /// What the journal remembers, newest first.
    pub history: Vec<ReplaySummary>,
    /// The objects of all of them that were sent.
    pub replayed: Replayed,
    was_asked: bool,
    /// The replay that is looked at.
    pub cursor: Cursor,
    /// Whether its objects have the keys.
    pub is_open: bool,
    /// The object that is looked at.
    pub item: Cursor,
    /// The replay that the cursor goes to once the journal has told it.
    pub sought: Option<ReplayId>,
    /// Why the journal could not be read.
    pub trouble: Option<Trouble>,
}

/// A replay of this session.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// The consumer's name.
    pub consumer: String,
    /// Its name, once the world has told it.
    pub id: Option<ReplayId>,
    /// When it was confirmed.
    pub began: Timestamp,
    /// Each object and its state, in the replay's order.
    pub items: Vec<(ObjectId, PlanItemState)>,
    /// What the index holds of what recovered, once that was looked for.
    pub indexed: Option<Box<Indexed>>,
    /// Whether nothing more will happen.
    pub is_done: bool,
    /// Why it stopped before its end.
    pub stopped: Option<String>,
    /// Messages a second at most, now.
    pub rate: u32,
    /// Whether nothing is sent for now.
    pub is_paused: bool,
    /// Whether it was told to stop.
    pub is_aborted: bool,
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
    /// The consumer's name.
    pub fn consumer(&self) -> &str {
        match self {
            Self::Running(running) => &running.consumer,
            Self::Past(past) => &past.consumer,
        }
    }

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
    pub fn items(&self) -> &[(ObjectId, PlanItemState)] {
        match self {
            Self::Running(running) => &running.items,
            Self::Past(past) => &past.items,
        }
    }

    /// What the index holds of what recovered, where it was asked.
    pub fn indexed(&self) -> Option<&Indexed> {
        match self {
            Self::Running(running) => running.indexed.as_deref(),
            Self::Past(past) => past.indexed.as_ref(),
        }
    }

    /// How many of its objects are where.
    pub fn counts(&self) -> Counts {
        Counts::of(self.items().iter().map(|(_, state)| state))
    }
}

impl Replays {
    /// Whether a replay of this session is under way.
    pub fn is_running(&self) -> bool {
        self.running.as_ref().is_some_and(|running| !running.is_done)
    }

    /// The objects of a replay of this session or of the journal, with their states.
    fn items_of(&self, id: &ReplayId) -> Option<Vec<(ObjectId, PlanItemState)>> {
        let here = self.running.as_ref().filter(|running| running.id.as_ref() == Some(id));
        let past = self.history.iter().find(|past| past.id == *id);
        here.map(|running| running.items.clone()).or_else(|| past.map(|past| past.items.clone()))
    }

    /// The replay under the cursor, where it stood still before its end.
    pub fn resumable(&self) -> Option<&ReplayId> {
        let row = *self.rows().get(self.cursor.at)?;
        let id = match row {
            ReplayRow::Running(running) if running.is_done => running.id.as_ref()?,
            ReplayRow::Past(past) => &past.id,
            ReplayRow::Running(_) => return None,
        };
        (row.counts().waiting > 0).then_some(id)
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
    let waiting = || plan.items.iter().map(|item| (item.object.id.clone(), PlanItemState::Waiting)).collect();
    let resumed = plan.resumes.as_ref().and_then(|id| model.replays.items_of(id));
    model.replays.running = Some(Running {
        consumer: plan.consumer.clone(),
        id: plan.resumes.clone(),
        began: model.now,
        items: resumed.unwrap_or_else(waiting),
        indexed: None,
        is_done: false,
        stopped: None,
        rate: plan.rate,
        is_paused: false,
        is_aborted: false,
    });
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
    running.indexed = progress.indexed;
    running.is_done |= progress.is_done;
    running.stopped = progress.stopped.or_else(|| running.stopped.take());
    running.rate = progress.rate;
    running.is_paused = progress.is_paused;
    let consumer = running.consumer.clone();
    let mut changes: Vec<(ObjectId, PlanItemState)> = Vec::new();
    for outcome in progress.outcomes {
        if let Some((object, state)) = running.items.get_mut(outcome.index) {
            changes.push((object.clone(), outcome.state.clone()));
            *state = outcome.state;
            model.replays.replayed.add([&(object.clone(), state.clone())]);
        }
    }
    let is_done = running.is_done;
    for (object, state) in changes {
        match state {
            PlanItemState::Sent => objects::set_state(model, &object, &consumer, State::Replaying),
            PlanItemState::Intended | PlanItemState::Unconfirmed => {
                objects::set_state(model, &object, &consumer, State::Unknown);
            }
            PlanItemState::FailedAgain(_) => objects::set_state(model, &object, &consumer, State::Failed),
            PlanItemState::Recovered => {
                objects::set_state(model, &object, &consumer, State::Recovered);
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
    let counts = Counts::of(running.items.iter().map(|(_, state)| state));
    let recovered = format!("{} of {} recovered", counts.recovered, counts.total);
    let disagrees = running.indexed.as_ref().filter(|indexed| !indexed.agrees()).map(|indexed| indexed.told());
    match (running.stopped.clone(), disagrees) {
        (Some(cause), _) => {
            model.warn("the replay stopped before its end", cause, Some("the journal tells what was sent"));
        }
        (None, Some(told)) => {
            model.warn(format!("{recovered}; the index does not agree"), told, Some("6, then enter names them"));
        }
        (None, None) => model.note(recovered),
    }
    look_again(model);
}

/// What was replayed is no longer where it was. Who asked to leave before the end need not ask again.
fn look_again(model: &mut Model) {
    if model.popup == Some(Popup::LeaveRunning) {
        // Leaving waits for the note.
        case::replay_ended(model);
        return super::run::leave(model);
    }
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
    case::replay_ended(model);
    if model.screen == Screen::Replays {
        ask(model);
    }
}

/// The journal is read for the first screen that tells of it.
pub(super) fn ask_if_never(model: &mut Model) {
    if !model.replays.was_asked {
        ask(model);
    }
}

pub(super) fn ask(model: &mut Model) {
    model.replays.trouble = None;
    model.replays.was_asked = true;
    model.desk.ask(Topic::Replays, Request::Replays);
}

pub(super) fn answered(model: &mut Model, history: Vec<ReplaySummary>) {
    model.replays.history = history;
    let before = model.replays.replayed.len();
    for row in &model.replays.history {
        model.replays.replayed.add(&row.items);
    }
    if model.replays.replayed.len() != before && model.objects.timeline.is_some() {
        objects::rebuild_timeline(model);
    }
    if let Some(id) = model.replays.sought.take() {
        let is_it = |row: &ReplayRow<'_>| matches!(row, ReplayRow::Past(past) if past.id == id);
        match model.replays.rows().iter().position(is_it) {
            Some(at) => model.replays.cursor.at = at,
            None => model.warn(format!("no replay {id} is known here"), "the journal is another one", None),
        }
    }
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

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    let replays = &mut model.replays;
    let uri = |replays: &Replays| {
        let rows = replays.rows();
        let items = rows.get(replays.cursor.at)?.items();
        items.get(replays.item.at).map(|(object, _)| object.to_string())
    };
    match command {
        Command::Open if replays.is_open => {
            if let Some(uri) = uri(replays) {
                records::open_uri(model, &uri);
            }
        }
        Command::Open => replays.is_open = !replays.rows().is_empty(),
        Command::ResumeReplay => resume(model),
        Command::PauseReplay => {
            let is_paused = replays.running.as_ref().is_some_and(|running| running.is_paused);
            steer(model, if is_paused { Steer::GoOn } else { Steer::Pause });
        }
        Command::Faster | Command::Slower => match (argument.is_empty(), argument.parse()) {
            (true, _) => {
                let rate = replays.running.as_ref().map_or(1, |running| running.rate);
                steer(model, Steer::Rate(step(rate, command == Command::Faster)));
            }
            (false, Ok(rate)) if (1..=Plan::FASTEST).contains(&rate) => steer(model, Steer::Rate(rate)),
            (false, _) => {
                let hint = format!("a whole number from 1 to {}, as in `faster 50`", Plan::FASTEST);
                model.warn("cannot set the rate", format!("{argument} is no rate"), Some(&hint));
            }
        },
        Command::AbortReplay => steer(model, Steer::Abort),
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

/// Has what is left of the replay under the cursor planned, and the sheet asks before it is sent.
fn resume(model: &mut Model) {
    let Some(id) = model.replays.resumable().cloned() else {
        let hint = "a replay that stood still before all was sent can be resumed";
        return model.warn("nothing to resume", "no object of this replay waits to be sent", Some(hint));
    };
    let rows = model.replays.rows();
    let Some(row) = rows.get(model.replays.cursor.at) else { return };
    let (consumer, waiting) = (row.consumer().to_owned(), row.counts().waiting);
    sheet::open(model, consumer, waiting, Request::Resume(id));
}

/// Tells the replay that runs what to do from now on; its next report shows that it does.
fn steer(model: &mut Model, steer: Steer) {
    let Some(running) = model.replays.running.as_mut().filter(|running| !running.is_done && !running.is_aborted) else {
        return model.warn("nothing to steer", "no replay is being sent", None);
    };
    match steer {
        Steer::Pause => running.is_paused = true,
        Steer::GoOn => running.is_paused = false,
        Steer::Rate(rate) => running.rate = rate,
        Steer::Abort => running.is_aborted = true,
    }
    model.desk.ask(Topic::Steer, Request::Steer(steer));
}

/// The next rate, along 1, 2, 5, 10, 20, 50 …
fn step(rate: u32, is_faster: bool) -> u32 {
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, Plan::FASTEST];
    let next = if is_faster {
        steps.into_iter().find(|step| *step > rate)
    } else {
        steps.into_iter().rev().find(|step| *step < rate)
    };
    next.unwrap_or(rate)
}

pub(super) fn step_back(model: &mut Model) -> bool {
    std::mem::take(&mut model.replays.is_open)
}
