//! Several profiles in one console. Each is a console of its own, a [`Model`] with its own questions, budget, marks and
//! plans; the one that is shown holds the others. An answer goes to the console that asked, so that none lands in
//! another's view. Only the sources screen shows those that are open together.

use super::request::{Effect, ProfileId, Trouble};
use super::{
    Model, Msg, Popup, Screen, Topic, answer, failures, fuzzy, jobs, objects, records, refresh, run, search, sources,
    step,
};
use crate::command::Command;
use crate::mistake::nearest;

impl Model {
    /// Its profile among those that the console knows.
    pub fn id(&self) -> ProfileId {
        self.desk.profile()
    }

    /// Takes the console of another profile beside this one.
    pub fn add(&mut self, mut other: Self) {
        other.desk = super::desk::Desk::of(ProfileId(self.beside.len() + 1));
        self.beside.push(other);
    }
}

/// The consoles of all profiles, in their order.
pub fn known(model: &Model) -> Vec<&Model> {
    let mut all: Vec<&Model> = model.beside.iter().chain([model]).collect();
    all.sort_by_key(|console| console.id());
    all
}

/// Those whose sources are shown.
pub fn opened(model: &Model) -> Vec<&Model> {
    known(model).into_iter().filter(|console| console.is_open).collect()
}

/// Does something to this console and to the others that are open.
pub(super) fn each_opened(model: &mut Model, act: impl Fn(&mut Model)) {
    act(model);
    model.beside.iter_mut().filter(|other| other.is_open).for_each(act);
}

/// Whether the sources of several profiles are shown.
pub fn are_several(model: &Model) -> bool {
    model.is_open && model.beside.iter().any(|console| console.is_open)
}

/// The console that the header tells of: that of the source under the cursor, or of the view that one is in.
pub fn looked_at(model: &Model) -> &Model {
    if model.screen != Screen::Sources || !are_several(model) {
        return model;
    }
    sources::rows(model).get(model.sources.cursor.at).map_or(model, |row| row.console)
}

/// The console in which a replay is under way, this one before the others.
pub fn replaying(model: &Model) -> Option<&Model> {
    [model].into_iter().chain(&model.beside).find(|console| console.replays.is_running())
}

/// The profile that a message is for; none where it is for whichever is shown.
pub(super) fn owner(msg: &Msg) -> Option<ProfileId> {
    match msg {
        Msg::Reply(ticket, _) | Msg::Closed(ticket, _) | Msg::Wake(ticket) => Some(ticket.profile),
        Msg::Used(id, _) => Some(*id),
        _ => None,
    }
}

/// The world of a profile that is not shown has told something.
pub(super) fn told(model: &mut Model, id: ProfileId, msg: Msg) {
    let kept = sources::under_cursor(model);
    let Some(at) = model.beside.iter().position(|console| console.id() == id) else { return };
    step(&mut model.beside[at], msg);
    tell_on(model, at);
    sources::keep_cursor(model, kept);
    if model.popup == Some(Popup::LeaveRunning) && replaying(model).is_none() {
        run::leave(model);
    }
}

/// Begins on the first source rather than on the line of its profile, and asks for what else is shown.
pub(super) fn start(model: &mut Model) {
    if model.sources.cursor.at == 0 {
        sources::go_to_profile(model);
    }
    follow(model, false);
}

/// Has those that are not shown look where this one looks, and ask for what the sources screen shows of them.
pub(super) fn follow(model: &mut Model, is_due: bool) {
    let is_shown = model.screen == Screen::Sources && model.sources.asked.is_some();
    for other in &mut model.beside {
        (other.now, other.size) = (model.now, model.size);
        if !is_shown || !other.is_open {
            continue;
        }
        (other.range, other.follows_clock) = (model.range, model.follows_clock);
        other.live.is_unfocused = model.live.is_unfocused;
        sources::ask_if_stale(other);
        failures::ask_if_never(other);
        if is_due {
            refresh::tick(other);
        }
        jobs::note(other);
    }
}

/// Does something to the console of a profile, and says here what that has to say of it.
pub(super) fn at(model: &mut Model, id: ProfileId, act: impl FnOnce(&mut Model)) {
    let Some(at) = model.beside.iter().position(|other| other.id() == id) else { return act(model) };
    act(&mut model.beside[at]);
    jobs::note(&mut model.beside[at]);
    tell_on(model, at);
}

/// Whether none of the others is in the way of leaving; the first that is says why.
pub(super) fn may_leave(model: &mut Model, may_leave: fn(&mut Model) -> bool) -> bool {
    let Some(at) = model.beside.iter_mut().position(|other| !may_leave(other)) else { return true };
    tell_on(model, at);
    false
}

/// Says here what another one has to say.
fn tell_on(model: &mut Model, at: usize) {
    let other = &mut model.beside[at];
    let name = other.profile.name.clone();
    for told in other.messages.take() {
        let what = format!("{name}: {}", told.trouble.what);
        model.messages.tell(told.at, told.level, Trouble { what, ..told.trouble });
    }
}

/// What all of them want done.
pub(super) fn take_effects(model: &mut Model) -> Vec<Effect> {
    let mut effects = model.desk.take_effects();
    effects.extend(model.beside.iter_mut().flat_map(|other| other.desk.take_effects()));
    effects
}

/// Asks for the sources of those that are shown beside this one.
pub(super) fn refresh(model: &mut Model) {
    for other in model.beside.iter_mut().filter(|other| other.is_open) {
        sources::ask(other);
        failures::ask(other);
    }
}

/// Enters the profile of the row under the cursor, where a command is about to act on that.
pub(super) fn act(model: &mut Model, command: Command) {
    let is_fold = command == Command::Open && sources::is_on_profile(model);
    if !is_fold && !is_of_all(command) {
        enter_under_cursor(model);
    }
}

/// Enters the profile of the source under the cursor.
pub(super) fn enter_under_cursor(model: &mut Model) {
    enter(model, looked_at(model).id());
}

/// Commands that act on no profile, or on all that are shown.
fn is_of_all(command: Command) -> bool {
    use Command as C;
    matches!(
        command,
        C::Down
            | C::Up
            | C::PageDown
            | C::PageUp
            | C::HalfDown
            | C::HalfUp
            | C::Top
            | C::Bottom
            | C::Back
            | C::Forward
            | C::Close
            | C::Quit
            | C::Interrupt
            | C::Suspend
            | C::Help
            | C::CommandLine
            | C::Palette
            | C::Profile
            | C::Go
            | C::CopyView
            | C::Copy
            | C::Mouse
            | C::Messages
            | C::Theme
            | C::Refresh
            | C::StopOrphans
            | C::ShowSources
            | C::Range
            | C::Earlier
            | C::Later
            | C::PanEarlier
            | C::PanLater
            | C::Narrower
            | C::Wider
            | C::Filter
            | C::Sort
            | C::Scale
            | C::Group
            | C::NextMatch
            | C::PreviousMatch
    )
}

/// Shows another profile from here on. Marks, plans and rows of the one that is left do not come along.
pub(super) fn enter(model: &mut Model, id: ProfileId) {
    let Some(at) = model.beside.iter().position(|other| other.id() == id) else { return };
    let kept = sources::under_cursor(model);
    let left = leave(model);
    let mut entered = model.beside.swap_remove(at);
    hand_over(model, &mut entered);
    std::mem::swap(model, &mut entered);
    model.is_open = true;
    model.beside.push(entered);
    sources::keep_cursor(model, kept);
    if let Some(left) = left {
        model.note(left);
    }
}

/// What a profile that is left keeps: its sources, failures, replays, workbench, statements and case, and what writes
/// or is sent. All else is given up. Returns what is to be said of it.
fn leave(model: &mut Model) -> Option<String> {
    let marks = model.objects.marks.len() + model.failures.marks.len();
    let had_plan = matches!(model.popup, Some(Popup::Sheet(_)));
    (model.popup, model.typing, model.arriving) = (None, None, None);
    model.failures.marks.clear();
    model.objects = objects::Objects::default();
    model.records = records::Records::default();
    model.search = search::Search {
        history: std::mem::take(&mut model.search.history),
        has_orphans: model.search.has_orphans,
        ..search::Search::default()
    };
    let given_up: Vec<Topic> = model.desk.open().map(|(topic, _)| topic).filter(|topic| !stays(*topic)).collect();
    for topic in given_up {
        model.desk.cancel(topic);
        let trouble = Trouble {
            what: "this was given up".into(),
            cause: "another profile was entered".into(),
            hint: Some("R asks again".into()),
        };
        answer::ended(model, topic, Some(trouble));
    }
    jobs::note(model);
    let name = &model.profile.name;
    match (marks, had_plan) {
        (0, false) => None,
        (0, true) => Some(format!("the plan of {name} is dropped: nothing was sent")),
        (1, _) => Some(format!("1 mark of {name} is taken away")),
        (marks, _) => Some(format!("{marks} marks of {name} are taken away")),
    }
}

/// Whether a question is answered to its end although its profile is left.
fn stays(topic: Topic) -> bool {
    matches!(
        topic,
        Topic::Survey
            | Topic::Lifecycle
            | Topic::Failures
            | Topic::Reconcile
            | Topic::Queues
            | Topic::Replay
            | Topic::Steer
            | Topic::Save
            | Topic::SaveFormat
            | Topic::Case
            | Topic::KeepQuery
            | Topic::Download
            | Topic::Export
    )
}

/// Gives the profile that is entered what is of no profile: where one looks, where one was, what was said and typed.
fn hand_over(from: &mut Model, to: &mut Model) {
    use std::mem::{swap, take};
    (to.size, to.now) = (from.size, from.now);
    (to.range, to.follows_clock, to.chart) = (from.range, from.follows_clock, from.chart);
    (to.clipboard, to.mouse) = (from.clipboard, from.mouse);
    (to.has_interrupted, to.is_leaving) = (from.has_interrupted, from.is_leaving);
    to.live.is_unfocused = from.live.is_unfocused;
    to.beside = take(&mut from.beside);
    swap(&mut to.screen, &mut from.screen);
    swap(&mut to.history, &mut from.history);
    swap(&mut to.future, &mut from.future);
    swap(&mut to.messages, &mut from.messages);
    swap(&mut to.pressed, &mut from.pressed);
    swap(&mut to.command_history, &mut from.command_history);
    swap(&mut to.search.history, &mut from.search.history);
    swap(&mut to.columns, &mut from.columns);
    swap(&mut to.reopens, &mut from.reopens);
    swap(&mut to.help_find, &mut from.help_find);
    sources::hand_over(&mut from.sources, &mut to.sources);
}

/// `:profile NAME`, and the choice of one of the list.
pub(super) fn choose(model: &mut Model, name: &str) {
    let Some(id) = named(model, name) else { return };
    if id != model.id() {
        model.remember();
        enter(model, id);
    }
    // What these show is of the profile, not of one of its sources.
    let stays = [Screen::Failures, Screen::Replays, Screen::Pipeline, Screen::Search, Screen::Sql];
    if stays.contains(&model.screen) {
        model.show(model.screen);
    } else {
        model.show(Screen::Sources);
        sources::go_to_profile(model);
    }
}

/// The profile of that name; where there is none, says so.
pub(super) fn named(model: &mut Model, name: &str) -> Option<ProfileId> {
    let known = known(model);
    if let Some(found) = known.iter().find(|console| console.profile.name == name) {
        return Some(found.id());
    }
    let names: Vec<&str> = known.iter().map(|console| console.profile.name.as_str()).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("it has {}", names.join(", ")),
    };
    model.warn(format!("no profile \"{name}\" in the configuration"), "", Some(&hint));
    None
}

/// The profiles that `typed` may mean, the likeliest first.
pub fn profile_rows<'m>(model: &'m Model, typed: &str) -> Vec<&'m Model> {
    fuzzy::rank(typed.trim(), known(model), |console| (console.profile.name.clone(), about(console)))
}

/// What a profile says of itself: `123456789012 ap-northeast-1`.
pub fn about(console: &Model) -> String {
    let profile = &console.profile;
    let account = profile.account.as_deref().map_or(String::new(), |account| format!("{account} "));
    format!("{account}{}", profile.region)
}

/// Enters the one that is chosen.
pub(super) fn submit(model: &mut Model, typed: &str, chosen: usize) {
    match profile_rows(model, typed).get(chosen).map(|console| console.profile.name.clone()) {
        Some(name) => choose(model, &name),
        None => model.warn(format!("no profile is like \"{}\"", typed.trim()), "", None),
    }
}

#[cfg(test)]
mod tests;
