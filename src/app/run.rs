//! Runs a command: the one place where a name becomes a change of the model.

use crossterm::event::{KeyCode, KeyEvent};

use super::filter::FilterError;
use super::request::Effect;
use super::{
    Cursor, Filter, Model, Mouse, Popup, Purpose, Screen, Typing, alerts, case, command_line, export, failures,
    geometry, help, jobs, keys, mfa, objects, palette, palette_rows, pipeline, pivot, profiles, range, records,
    replays, search, sheet, sources, sql, visit, workbench,
};
use crate::command::{Command, Context, Invocation};

pub(super) use super::clipboard::copy;

pub(super) fn run(model: &mut Model, invocation: &Invocation) {
    let argument = invocation.argument.as_str();
    let command = invocation.command;
    if model.typing.is_some() {
        return typing(model, command);
    }
    if taken_by_popup(model, command) {
        return;
    }
    profiles::act(model, command);
    match command {
        Command::Back => back(model),
        Command::Forward => forward(model),
        Command::Close => close(model),
        Command::Quit => leave_or_ask(model),
        Command::Interrupt => interrupt(model),
        Command::Suspend => model.desk.push(Effect::Suspend),
        Command::Help => help::open(model),
        Command::CommandLine => start_typing(model, Purpose::Command, argument),
        Command::Go if argument.is_empty() => start_typing(model, Purpose::Command, "go "),
        Command::Go => visit::go(model, argument),
        Command::CopyView => visit::copy(model),
        Command::Palette => start_typing(model, Purpose::Palette, argument),
        Command::Profile if argument.is_empty() => start_typing(model, Purpose::Profile, ""),
        Command::Profile => profiles::choose(model, argument),
        Command::Mouse => give_mouse(model),
        Command::Messages => open_messages(model),
        Command::Jobs => model.popup = Some(Popup::Jobs(Cursor::default())),
        Command::Refresh => refresh(model),
        Command::ShowSources => model.go(Screen::Sources),
        Command::ShowObjects if !argument.is_empty() => objects::open_source(model, argument),
        Command::ShowObjects => model.go(Screen::Objects),
        Command::ShowRecords => model.go(Screen::Records),
        Command::Search if !argument.is_empty() => search::search_for(model, argument),
        Command::Search => {
            model.go(Screen::Search);
            search::edit(model);
        }
        Command::ShowFailures => model.go(Screen::Failures),
        Command::ShowReplays => model.go(Screen::Replays),
        Command::ShowAlerts => model.go(Screen::Alerts),
        Command::ShowPipeline => model.go(Screen::Pipeline),
        Command::NextScreen => step_screen(model, 1),
        Command::PreviousScreen => step_screen(model, -1),
        Command::Range if argument.is_empty() => start_typing(model, Purpose::Command, "range "),
        Command::Range => match range::parse(argument, model.now) {
            Ok(range) => model.look_at(range),
            Err(what) => model.warn(what, "", None),
        },
        Command::Earlier => model.look_at(range::shift(model.range, -1, model.now)),
        Command::Later => model.look_at(range::shift(model.range, 1, model.now)),
        Command::PanEarlier => model.look_at(range::pan(model.range, -1, model.now)),
        Command::PanLater => model.look_at(range::pan(model.range, 1, model.now)),
        Command::Narrower => zoom(model, 0.5),
        Command::Wider => zoom(model, 2.0),
        Command::Theme => theme(model, argument),
        Command::Filter if !argument.is_empty() => set_filter(model, argument),
        Command::Filter => filter(model),
        Command::Open if !argument.is_empty() => records::open_uri(model, argument),
        Command::EditSearch => search::edit(model),
        Command::StopOrphans => search::stop_orphans(model),
        Command::SignIn => mfa::sign_in(model),
        Command::ShowSql => sql::open(model, argument),
        Command::Workbench => open_workbench(model),
        Command::Case => case::command(model, argument),
        Command::Note => case::note(model, argument),
        Command::Pivot if argument.is_empty() && records::is_on_branch(model) => records::run(model, Command::Fold, ""),
        Command::Pivot => pivot::open(model, argument),
        Command::Pin => case::pin(model, argument),
        Command::PinView => case::pin_view(model, argument),
        _ if !works_on(model.screen, command) => elsewhere(model, command),
        _ if move_cursor(model, command) => {}
        _ => match model.screen {
            Screen::Sources => sources::run(model, command, argument),
            Screen::Objects => objects::run(model, command, argument),
            Screen::Records => records::run(model, command, argument),
            Screen::Search => search::run(model, command, argument),
            Screen::Failures => failures::run(model, command, argument),
            Screen::Replays => replays::run(model, command, argument),
            Screen::Alerts => alerts::run(model, command),
            Screen::Pipeline => pipeline::run(model, command),
            Screen::Workbench => workbench::run(model, command, argument),
            Screen::Case => case::run(model, command),
            Screen::Sql => sql::run(model, command, argument),
        },
    }
}

/// Whether the box in front of the screen did what a command says.
fn taken_by_popup(model: &mut Model, command: Command) -> bool {
    match model.popup {
        Some(Popup::Sheet(_)) => sheet::run(model, command),
        Some(Popup::LeaveRunning) => leave_running(model, command),
        Some(Popup::Restore(_)) => objects::restore::decide(model, command),
        Some(
            Popup::Help(_)
            | Popup::Messages(_)
            | Popup::Jobs(_)
            | Popup::Copies(_)
            | Popup::Versions(_)
            | Popup::Flaws(_),
        ) => return popup(model, command),
        Some(Popup::Pivot(_) | Popup::Statistics(_)) => return pivot::run(model, command),
        Some(Popup::Report(_)) => return records::report::run(model, command),
        None => return false,
    }
    true
}

/// Whether a command means something on a screen, whatever part of it has the keys.
fn works_on(screen: Screen, command: Command) -> bool {
    let parts: &[Context] = match screen {
        Screen::Objects => &[Context::Brush],
        Screen::Records => &[Context::Detail],
        Screen::Search => &[Context::Facets, Context::Brush],
        Screen::Workbench => &[Context::Editor],
        Screen::Sql => &[Context::SqlEditor],
        _ => &[],
    };
    command.works_in(screen.context()) || parts.iter().any(|part| command.works_in(*part))
}

/// A command was typed where it means nothing.
fn elsewhere(model: &mut Model, command: Command) {
    let what = format!("{} does nothing on {}", command.name(), model.screen.name());
    // The parts of screens go with them.
    let is_part = |context: &&Context| {
        matches!(context, Context::Brush | Context::Detail | Context::Facets | Context::Editor | Context::SqlEditor)
    };
    let places = command.contexts().iter().filter(|context| !is_part(context));
    let places: Vec<&str> = places.map(|context| context.name()).collect();
    let hint = (!places.is_empty()).then(|| format!("it is for {}", places.join(", ")));
    model.warn(what, "", hint.as_deref());
}

/// Commands of a line that is being typed.
fn typing(model: &mut Model, command: Command) {
    let Some(mut typing) = model.typing.take() else { return };
    match command {
        Command::Accept => accept(model, &typing),
        Command::Dismiss | Command::Back | Command::Interrupt => match typing.purpose {
            Purpose::Filter => set_filter(model, ""),
            Purpose::Help => help::find(model, ""),
            Purpose::Parameter => sql::drop_asking(model),
            Purpose::Command
            | Purpose::Find
            | Purpose::Search
            | Purpose::Palette
            | Purpose::Profile
            | Purpose::Note(_)
            | Purpose::QueryName
            | Purpose::Export => {}
        },
        Command::Complete | Command::CompleteBack
            if matches!(typing.purpose, Purpose::Command | Purpose::Filter | Purpose::Search) =>
        {
            command_line::complete(model, &mut typing, command == Command::Complete);
            model.typing = Some(typing);
            keys::typed(model);
        }
        Command::HistoryUp | Command::HistoryDown | Command::Complete | Command::CompleteBack
            if matches!(typing.purpose, Purpose::Palette | Purpose::Profile) =>
        {
            let rows = match typing.purpose {
                Purpose::Profile => profiles::profile_rows(model, typing.line.text()).len(),
                _ => palette_rows(model, typing.line.text()).len(),
            };
            let last = rows.saturating_sub(1);
            typing.chosen = if matches!(command, Command::HistoryUp | Command::CompleteBack) {
                typing.chosen.saturating_sub(1)
            } else {
                (typing.chosen + 1).min(last)
            };
            model.typing = Some(typing);
        }
        Command::HistoryUp | Command::HistoryDown => {
            recall(model, &mut typing, command == Command::HistoryUp);
            model.typing = Some(typing);
        }
        _ => {
            model.typing = Some(typing);
        }
    }
}

fn accept(model: &mut Model, typing: &Typing) {
    let text = typing.line.text();
    match typing.purpose {
        Purpose::Command => command_line::submit(model, text),
        // A filter with a mistake stays to be mended; the line tells the mistake.
        Purpose::Filter if Filter::parse(text, model.screen).is_err() => model.typing = Some(typing.clone()),
        Purpose::Filter => set_filter(model, text),
        Purpose::Find => records::find(model, text),
        Purpose::Search => search::submit(model, text),
        Purpose::Palette => palette::submit(model, text, typing.chosen),
        Purpose::Profile => profiles::submit(model, text, typing.chosen),
        Purpose::Parameter => sql::parameter_typed(model, text),
        Purpose::QueryName => sql::keep(model, text),
        Purpose::Help => {}
        Purpose::Note(id) => case::typed(model, id, text),
        Purpose::Export => export::submit(model, text),
    }
}

fn recall(model: &Model, typing: &mut Typing, is_older: bool) {
    let lines = match typing.purpose {
        Purpose::Command => &model.command_history,
        Purpose::Search => &model.search.history,
        Purpose::Filter
        | Purpose::Find
        | Purpose::Palette
        | Purpose::Profile
        | Purpose::Help
        | Purpose::Note(_)
        | Purpose::Parameter
        | Purpose::QueryName
        | Purpose::Export => return,
    };
    let index = match (typing.recalled, is_older) {
        (None, true) => Some(0),
        (Some(index), true) => Some((index + 1).min(lines.len().saturating_sub(1))),
        (Some(0) | None, false) => None,
        (Some(index), false) => Some(index - 1),
    };
    let line = index.and_then(|index| lines.iter().rev().nth(index)).cloned().unwrap_or_default();
    *typing = Typing { recalled: index, ..Typing::new(typing.purpose, line) };
}

/// Commands of the help and the messages. Returns whether it was one.
fn popup(model: &mut Model, command: Command) -> bool {
    let height = geometry::popup_rows(model);
    if objects::copies::choose(model, command) || objects::versions::choose(model, command, height) {
        return true;
    }
    let help_len = help::help_rows(model).len();
    let messages = model.messages.all().len();
    let running = jobs::count(model);
    let flaws = model.search.effort.flaws.len();
    let has_moved = match &mut model.popup {
        Some(Popup::Help(cursor)) => cursor.run(command, height, help_len),
        Some(Popup::Messages(cursor)) => cursor.run(command, 1, messages),
        Some(Popup::Jobs(cursor)) => cursor.run(command, height, running),
        Some(Popup::Flaws(cursor)) => cursor.run(command, 1, flaws),
        _ => false,
    };
    if has_moved {
        return true;
    }
    if let Some(Popup::Help(cursor)) = model.popup {
        match command {
            Command::Filter => {
                let text = model.help_find.clone();
                start_typing(model, Purpose::Help, &text);
                model.popup = Some(Popup::Help(cursor));
                return true;
            }
            Command::Back if !model.help_find.is_empty() => {
                help::find(model, "");
                return true;
            }
            _ => {}
        }
    }
    if let (Some(Popup::Jobs(cursor)), Command::CancelJob) = (&model.popup, command) {
        jobs::cancel(model, cursor.at);
        return true;
    }
    let popup = model.popup.take();
    match (popup, command) {
        (Some(Popup::Help(cursor)), Command::Open) => {
            help::run_row(model, cursor.at);
            true
        }
        (Some(Popup::Help(_)), Command::Help)
        | (Some(Popup::Messages(_)), Command::Messages | Command::Open)
        | (Some(Popup::Jobs(_)), Command::Jobs | Command::Open)
        | (Some(Popup::Flaws(_)), Command::Flaws | Command::Open)
        | (_, Command::Back | Command::Close | Command::Interrupt) => true,
        // Any other command closes the popup, and runs.
        _ => false,
    }
}

fn leave_running(model: &mut Model, command: Command) {
    match command {
        Command::Confirm => leave(model),
        Command::Cancel | Command::Accept => model.popup = None,
        _ => {}
    }
}

/// Closes what is open, then drops the filter, then leaves the view. Returns whether there was anything to do.
fn step_back(model: &mut Model) -> bool {
    if model.popup.take().is_some() || model.objects.brush.take().is_some() {
        return true;
    }
    let closed = match model.screen {
        Screen::Objects => objects::step_back(model),
        Screen::Records => records::step_back(model),
        Screen::Search => search::step_back(model),
        Screen::Sources => sources::step_back(model),
        Screen::Failures => failures::step_back(model),
        Screen::Replays => replays::step_back(model),
        Screen::Alerts => alerts::step_back(model),
        Screen::Pipeline => false,
        Screen::Workbench => workbench::step_back(model),
        Screen::Case => case::step_back(model),
        Screen::Sql => sql::step_back(model),
    };
    if closed {
        return true;
    }
    let here = model.address();
    if let Some(place) = model.history.pop() {
        model.future.push(here);
        model.restore(place);
        return true;
    }
    if model.screen != Screen::Sources {
        model.future.push(here);
        model.show(Screen::Sources);
        return true;
    }
    false
}

fn back(model: &mut Model) {
    step_back(model);
}

fn forward(model: &mut Model) {
    if let Some(place) = model.future.pop() {
        let here = model.address();
        model.history.push(here);
        model.restore(place);
    }
}

fn close(model: &mut Model) {
    if model.screen == Screen::Sources {
        // The first view is the root, however one came here.
        model.history.clear();
    }
    if !step_back(model) {
        leave_or_ask(model);
    }
}

fn leave_or_ask(model: &mut Model) {
    if profiles::replaying(model).is_some() && model.popup != Some(Popup::LeaveRunning) {
        model.popup = Some(Popup::LeaveRunning);
    } else if workbench::may_leave(model) && profiles::may_leave(model, workbench::may_leave) {
        leave(model);
    }
}

pub(super) fn leave(model: &mut Model) {
    if !model.is_leaving && case::may_leave(model) && profiles::may_leave(model, case::may_leave) {
        model.is_leaving = true;
        model.desk.push(Effect::Quit);
    }
}

/// Stops what runs on this screen, else anything that loads; pressed again, leaves.
fn interrupt(model: &mut Model) {
    if model.has_interrupted {
        return leave_or_ask(model);
    }
    model.has_interrupted = true;
    let stopped = sql::interrupt(model)
        || search::interrupt(model)
        || objects::interrupt(model)
        || records::interrupt(model)
        || failures::interrupt(model)
        || workbench::interrupt(model);
    let what = if stopped { "stopped" } else { "nothing runs here" };
    model.note(format!("{what} — once more leaves"));
}

fn open_messages(model: &mut Model) {
    model.popup = Some(Popup::Messages(Cursor::default()));
}

pub(super) fn refresh(model: &mut Model) {
    match model.screen {
        Screen::Sources => {
            sources::ask(model);
            failures::ask(model);
            profiles::refresh(model);
            alerts::ask(model);
        }
        Screen::Objects => objects::ask(model),
        Screen::Records => records::ask(model),
        Screen::Search => search::rerun(model),
        Screen::Failures => failures::ask(model),
        Screen::Replays => replays::ask(model),
        Screen::Alerts => alerts::ask(model),
        Screen::Pipeline => pipeline::refresh(model),
        Screen::Workbench => workbench::refresh(model),
        Screen::Case => case::refresh(model),
        Screen::Sql => sql::refresh(model),
    }
}

fn step_screen(model: &mut Model, by: isize) {
    profiles::enter_under_cursor(model);
    let count = Screen::ALL.len() as isize;
    let here = Screen::ALL.iter().position(|screen| *screen == model.screen).unwrap_or(0) as isize;
    model.go(Screen::ALL[(here + by).rem_euclid(count) as usize]);
}

fn zoom(model: &mut Model, factor: f64) {
    let center = objects::cursor_time(model).unwrap_or(model.range.end);
    model.look_at(range::zoom(model.range, factor, center));
}

fn theme(model: &mut Model, name: &str) {
    if model.themes.iter().any(|theme| theme == name) {
        model.desk.push(Effect::Theme(name.to_owned()));
    } else if name.is_empty() {
        start_typing(model, Purpose::Command, "theme ");
    } else {
        let known = format!("one of {}", model.themes.join(", "));
        model.warn(format!("\"{name}\" is no theme"), "", Some(&known));
    }
}

/// Says which orders there are.
pub(super) fn unknown_order(model: &mut Model, name: &str, known: &[&str]) {
    let hint = format!("one of {}", known.join(", "));
    model.warn(format!("\"{name}\" is no order of these rows"), "", Some(&hint));
}

/// Gives the mouse to the terminal, which then selects text with it, or takes it again.
fn give_mouse(model: &mut Model) {
    let is_ours = model.mouse == Mouse::Terminals;
    model.mouse = if is_ours { Mouse::Ours } else { Mouse::Terminals };
    model.desk.push(Effect::Mouse(is_ours));
    let whose = if is_ours { "acts here again" } else { "is the terminal's: it selects text" };
    model.note(format!("the mouse {whose}"));
}

pub(super) fn start_typing(model: &mut Model, purpose: Purpose, text: &str) {
    model.popup = None;
    model.typing = Some(Typing::new(purpose, text));
}

fn filter(model: &mut Model) {
    match model.screen {
        Screen::Records => start_typing(model, Purpose::Find, ""),
        Screen::Search if model.search.hits.is_empty() => search::edit(model),
        Screen::Sources | Screen::Objects | Screen::Search | Screen::Failures | Screen::Alerts => {
            let text = filter_of(model).map_or(String::new(), |filter| filter.text().to_owned());
            start_typing(model, Purpose::Filter, &text);
        }
        Screen::Replays | Screen::Pipeline | Screen::Workbench | Screen::Case | Screen::Sql => {}
    }
}

/// The filter of the screen that is shown.
fn filter_of(model: &Model) -> Option<&Filter> {
    match model.screen {
        Screen::Sources => model.sources.filter.as_ref(),
        Screen::Objects => model.objects.filter.as_ref(),
        Screen::Failures => model.failures.filter.as_ref(),
        Screen::Alerts => model.alerts.filter.as_ref(),
        Screen::Search => model.search.shape.filter.as_ref(),
        _ => None,
    }
}

/// Filters the rows of the screen that is shown; a blank text takes the filter away.
pub(super) fn set_filter(model: &mut Model, text: &str) {
    if let Err(error) = try_filter(model, text) {
        warn_filter(model, &error);
    }
}

/// Tells what is wrong with a filter.
pub(super) fn warn_filter(model: &mut Model, error: &FilterError) {
    model.warn("the filter cannot be read", error.to_string(), error.hint.as_deref());
}

/// Filters the rows, where the text can be read.
pub(super) fn try_filter(model: &mut Model, text: &str) -> Result<(), FilterError> {
    let filter = Filter::parse(text, model.screen)?;
    match model.screen {
        Screen::Sources => model.sources.filter = filter,
        Screen::Objects => objects::set_filter(model, filter),
        Screen::Failures => failures::set_filter(model, filter),
        Screen::Alerts => model.alerts.filter = filter,
        Screen::Search => search::set_filter(model, filter),
        _ => {}
    }
    Ok(())
}

/// Moves the cursor of the screen that is shown, where the command is a movement.
fn move_cursor(model: &mut Model, command: Command) -> bool {
    let height = geometry::rows(model);
    match model.screen {
        Screen::Sources => {
            let len = sources::rows(model).len();
            model.sources.cursor.run(command, height, len)
        }
        Screen::Objects => objects::move_cursor(model, command, height),
        Screen::Records => records::move_cursor(model, command, height),
        Screen::Search => search::move_cursor(model, command, height),
        Screen::Failures => model.failures.move_cursor(command, height),
        Screen::Alerts => alerts::move_cursor(model, command, height),
        Screen::Replays => replays::move_cursor(model, command, height),
        Screen::Pipeline => {
            let len = pipeline::lines(model).0.len();
            model.pipeline.cursor.run(command, height, len)
        }
        Screen::Workbench => workbench::move_cursor(model, command),
        Screen::Case => case::move_cursor(model, command, height),
        Screen::Sql => sql::move_cursor(model, command),
    }
}

/// Opens the workbench on what is under the cursor; from elsewhere, shows what lies on it.
fn open_workbench(model: &mut Model) {
    let found = match model.screen {
        Screen::Failures => failures::selected(model),
        Screen::Objects => objects::selected_object(model).map(|object| (object.id, None)),
        Screen::Records => records::opened(model).map(|id| (id, None)),
        Screen::Alerts => model.alerts.selected().map(|alert| (alert.object.clone(), None)),
        _ if model.workbench.material.is_some() => return model.go(Screen::Workbench),
        _ => None,
    };
    match found {
        Some((id, consumer)) => workbench::open(model, id, consumer),
        None => model.warn("nothing to put on the workbench", "no object is under the cursor", None),
    }
}

/// Presses a key by its code: for the mouse, which acts through the same commands.
pub(super) fn press_code(model: &mut Model, code: KeyCode) {
    keys::press(model, KeyEvent::from(code), false);
}
