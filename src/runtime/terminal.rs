//! The loop between terminal, model and world, and the guard that gives the terminal back as it was.
//!
//! What has happened is taken into the model for some milliseconds before one frame is painted, keys first, and no frame
//! is painted where nothing has. What the world tells is painted some thirty times a second at most; a key is answered at
//! once. The first frame comes before the first question. Besides what happens, one clock tick a second wakes the loop.

mod editor;
mod input;

use std::io::{self, IsTerminal, Stdout, Write, stdout};
use std::time::Duration;

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture, Event, KeyEventKind, MouseEventKind,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, execute};
use futures::FutureExt as _;
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::SIGTSTP;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, sleep_until};

use super::clipboard;
use super::history::History;
use crate::app::request::{Draft, Effect, Past, ProfileId, Request, Ticket};
use crate::app::{Clipboard, Model, Mouse, Msg, update};
use crate::domain::Usage;
use crate::theme::{Look, Theme};
use crate::view;
use input::Input;

/// How the loop reaches the world. Answers come back as messages on the channel that [`run`] is given.
pub struct World {
    /// Begins to answer a request; must return at once.
    pub ask: Box<dyn FnMut(Ticket, Request)>,
    /// Drops what answers this ticket.
    pub cancel: Box<dyn FnMut(Ticket)>,
    /// What was asked of AWS so far, for each profile of which anything was.
    pub usage: Box<dyn Fn() -> Vec<(ProfileId, Usage)>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

/// What the loop draws with and keeps.
#[derive(Debug)]
pub struct Settings {
    /// How things look at the start.
    pub look: Look,
    /// The themes that `:theme` may choose, by name.
    pub themes: Vec<Theme>,
    /// Where typed lines are kept; nowhere without.
    pub history: Option<History>,
    /// What the definition on the workbench is opened with.
    pub editor: Option<String>,
}

/// Runs the console on this terminal until the user, a signal or the terminal's end ends it. `messages` carries the
/// world's answers, whose senders are clones of `sender`.
///
/// The terminal is given back as it was on return, on error and on panic.
pub async fn run(
    model: &mut Model,
    settings: Settings,
    world: World,
    sender: UnboundedSender<Msg>,
    mut messages: UnboundedReceiver<Msg>,
) -> io::Result<()> {
    // Before anything is changed that a signal would leave behind.
    let mut signals = Signals::new()?;
    let (clipboard, has_mouse) = (model.clipboard, model.mouse != Mouse::Terminals);
    let guard = Guard::enter(has_mouse)?;
    let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    let mut console = Console { terminal, settings, world, sender, clipboard, has_mouse };
    let size = console.terminal.size()?;
    update(model, Msg::Resize(size.width, size.height));
    console.paint(model)?;

    let mut input = Input::start()?;
    let mut fingers = Fingers::default();
    let mut next_tick = Instant::now() + until_next_second(Timestamp::now());
    let mut effects = model.start();
    // Whether the model holds what no frame has shown yet, and when the last frame was painted.
    let mut is_owed = false;
    let mut painted = Instant::now();
    loop {
        // What a start, or the last round, wants done; then what that changed is seen.
        match console.carry_out(std::mem::take(&mut effects))? {
            After::Leave => break,
            After::Repaint => {
                console.paint(model)?;
                model.painted();
            }
            After::Edit(draft, text) => {
                // Its thread would take the editor's keys.
                input.stop().await;
                leave_modes();
                let edited = tokio::select! {
                    edited = editor::edit(console.settings.editor.as_deref(), draft, &text) => edited,
                    () = signals.ended() => return Ok(()),
                };
                signals.forget_interrupt();
                console.come_back()?;
                input = Input::start()?;
                fingers = Fingers::default();
                effects = update(model, Msg::Edited(edited));
                let size = console.terminal.size()?;
                effects.extend(update(model, Msg::Resize(size.width, size.height)));
                console.paint(model)?;
                model.painted();
                continue;
            }
            After::Nothing => {}
        }
        let happened = tokio::select! {
            // Whatever the world tells, and however much of it, keys go first.
            biased;
            () = signals.recv() => Happened::End,
            event = input.next() => taken(event, &mut fingers),
            () = sleep_until(next_tick) => {
                let now = Timestamp::now();
                next_tick = Instant::now() + until_next_second(now);
                // A terminal that went away without a signal is noticed here.
                for (profile, usage) in (console.world.usage)() {
                    effects.extend(update(model, Msg::Used(profile, usage)));
                }
                if stdout().is_terminal() { Happened::Message(Msg::Tick(now)) } else { Happened::End }
            }
            () = sleep_until(painted + FRAME), if is_owed => Happened::Nothing,
            message = messages.recv() => message.map_or(Happened::End, Happened::Message),
        };
        let mut happened = Some(happened);
        let mut is_urgent = false;
        let began = Instant::now();
        while let Some(one) = happened {
            match one {
                Happened::End => {
                    drop(guard);
                    return Ok(());
                }
                Happened::Message(message) => {
                    is_urgent |= !matches!(message, Msg::Reply(..) | Msg::Closed(..) | Msg::Wake(_));
                    effects.extend(update(model, message));
                    is_owed = true;
                }
                Happened::Nothing => {}
            }
            // A key that came meanwhile is in this frame, not in the next.
            let took = began.elapsed();
            let event = if took < MOST { input.try_next() } else { None };
            happened = match event {
                Some(event) => Some(taken(Some(event), &mut fingers)),
                None if took < TURN => messages.try_recv().ok().map(Happened::Message),
                None => None,
            };
        }
        if is_owed && (is_urgent || painted.elapsed() >= FRAME) {
            console.paint(model)?;
            model.painted();
            (is_owed, painted) = (false, Instant::now());
        }
    }
    drop(guard);
    Ok(())
}

/// How long what has happened is taken in before a frame may show it.
const TURN: Duration = Duration::from_millis(4);
/// How long keys that come meanwhile may put it off.
const MOST: Duration = Duration::from_millis(16);
/// How soon after another frame one shows what the world tells.
const FRAME: Duration = Duration::from_millis(30);

/// What woke the loop.
enum Happened {
    Message(Msg),
    /// An event that means nothing here.
    Nothing,
    /// Nobody is there to work for any more.
    End,
}

/// Tells keys that fingers press from text that a terminal without bracketed paste sends as keys.
#[derive(Debug, Default)]
struct Fingers {
    /// When the last key or press of the mouse came.
    last: Option<Instant>,
}

impl Fingers {
    /// Fingers press two keys no sooner after each other, and a held key comes no faster (40 a second at most).
    const APART: Duration = Duration::from_millis(20);

    /// Whether a key that comes at `now` comes too soon for fingers.
    fn are_rushed(&mut self, now: Instant) -> bool {
        self.last.replace(now).is_some_and(|last| now.duration_since(last) < Self::APART)
    }
}

/// What an event of the terminal is to the model. An error, or the end, means that the terminal is gone.
fn taken(event: Option<io::Result<Event>>, fingers: &mut Fingers) -> Happened {
    match event {
        Some(Ok(Event::Key(key))) if key.kind == KeyEventKind::Release => Happened::Message(Msg::Key(key)),
        Some(Ok(Event::Key(key))) if fingers.are_rushed(Instant::now()) => Happened::Message(Msg::Rushed(key)),
        Some(Ok(Event::Key(key))) => Happened::Message(Msg::Key(key)),
        Some(Ok(Event::Paste(text))) => Happened::Message(Msg::Paste(text)),
        // Mere movement of the mouse changes nothing.
        Some(Ok(Event::Mouse(mouse))) if mouse.kind == MouseEventKind::Moved => Happened::Nothing,
        Some(Ok(Event::Mouse(mouse)))
            if matches!(mouse.kind, MouseEventKind::Down(_)) && fingers.are_rushed(Instant::now()) =>
        {
            Happened::Message(Msg::RushedMouse(mouse))
        }
        Some(Ok(Event::Mouse(mouse))) => Happened::Message(Msg::Mouse(mouse)),
        Some(Ok(Event::Resize(width, height))) => Happened::Message(Msg::Resize(width, height)),
        Some(Ok(Event::FocusGained)) => Happened::Message(Msg::Focus(true)),
        Some(Ok(Event::FocusLost)) => Happened::Message(Msg::Focus(false)),
        Some(Err(_)) | None => Happened::End,
    }
}

/// The time until the clock on the screen changes.
fn until_next_second(now: Timestamp) -> Duration {
    let nanos = now.subsec_nanosecond().rem_euclid(1_000_000_000);
    Duration::from_nanos(1_000_000_000 - u64::from(nanos.unsigned_abs()))
}

/// What is left to do once effects were carried out.
#[derive(PartialEq, Eq)]
enum After {
    Nothing,
    Repaint,
    /// The user's editor is to be run on this text.
    Edit(Draft, String),
    Leave,
}

/// The terminal, how it looks, and the ways out of the loop.
struct Console {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    settings: Settings,
    world: World,
    sender: UnboundedSender<Msg>,
    clipboard: Clipboard,
    has_mouse: bool,
}

impl Console {
    /// Takes the terminal again after it was given away; what is on it is nobody's. `Terminal::clear` would ask it where
    /// its cursor is, and take the answer from the keys.
    fn come_back(&mut self) -> io::Result<()> {
        enter_modes(self.has_mouse)?;
        execute!(stdout(), Clear(ClearType::All))?;
        self.terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(())
    }

    /// Paints one frame, as one update where the terminal can.
    fn paint(&mut self, model: &Model) -> io::Result<()> {
        execute_quietly(&BeginSynchronizedUpdate);
        let painted = self.terminal.draw(|frame| view::draw(model, &self.settings.look, frame)).map(|_| ());
        execute_quietly(&EndSynchronizedUpdate);
        painted
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<After> {
        let mut after = After::Nothing;
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => (self.world.ask)(ticket, request),
                Effect::Cancel(ticket) => (self.world.cancel)(ticket),
                Effect::Wake(ticket, delay) => {
                    let sender = self.sender.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(delay).await;
                        // The loop may have ended meanwhile, and then nobody waits.
                        let _ = sender.send(Msg::Wake(ticket));
                    });
                }
                Effect::Theme(name) => {
                    let settings = &mut self.settings;
                    if let Some(theme) = settings.themes.iter().find(|theme| theme.name == name) {
                        settings.look = Look::new(theme.clone(), settings.look.color, settings.look.glyphs);
                        after = After::Repaint;
                    }
                }
                Effect::Copy(text) => {
                    let mut out = stdout();
                    out.write_all(clipboard::sequence(&text, self.clipboard).as_bytes()).and_then(|()| out.flush())?;
                }
                Effect::Remember(past, line) => self.remember(past, &line),
                Effect::Mouse(is_ours) => {
                    self.has_mouse = is_ours;
                    if is_ours { execute_quietly(&EnableMouseCapture) } else { execute_quietly(&DisableMouseCapture) }
                }
                Effect::Suspend => {
                    leave_modes();
                    signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
                    // Here again after `fg`.
                    self.come_back()?;
                    after = After::Repaint;
                }
                Effect::Edit(draft, text) => after = After::Edit(draft, text),
                Effect::Quit => return Ok(After::Leave),
            }
        }
        Ok(after)
    }

    /// Keeps a line for the next session. That it cannot be kept is for the log: nothing that is done now depends on it.
    fn remember(&self, past: Past, line: &str) {
        if let Some(history) = &self.settings.history
            && let Err(error) = history.add(past, line)
        {
            tracing::warn!("cannot keep the history: {error}");
        }
    }
}

/// The signals that end the console. They are caught, so that the terminal is given back.
struct Signals {
    hangup: Signal,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal that ends the console while an editor has the terminal. An interrupt there is the editor's.
    async fn ended(&mut self) {
        let Self { hangup, interrupt, terminate } = self;
        let interrupts = async { while interrupt.recv().await.is_some() {} };
        tokio::select! {
            _ = hangup.recv() => {}
            _ = terminate.recv() => {}
            () = interrupts => {}
        }
    }

    /// Forgets an interrupt that came with the editor's end.
    fn forget_interrupt(&mut self) {
        let _ = self.interrupt.recv().now_or_never();
    }

    async fn recv(&mut self) {
        tokio::select! {
            _ = self.hangup.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The terminal's modes while the console runs; dropping it gives them back.
struct Guard;

impl Guard {
    fn enter(has_mouse: bool) -> io::Result<Self> {
        let this = std::thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // A task that panics is reported where its work is awaited; the screen stays.
            if std::thread::current().id() == this {
                leave_modes();
                before(panic);
            } else {
                tracing::error!("{panic}");
            }
        }));
        enter_modes(has_mouse)?;
        Ok(Self)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave_modes();
    }
}

fn enter_modes(has_mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, Hide)?;
    if has_mouse { execute!(stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Gives the terminal back, as far as it is still there.
fn leave_modes() {
    execute_quietly(&DisableFocusChange);
    execute_quietly(&DisableMouseCapture);
    execute_quietly(&DisableBracketedPaste);
    execute_quietly(&LeaveAlternateScreen);
    execute_quietly(&Show);
    let _ = disable_raw_mode();
}

/// Sends a sequence; a terminal that cannot take it any more is noticed elsewhere.
fn execute_quietly(command: &impl Command) {
    let mut sequence = String::new();
    if command.write_ansi(&mut sequence).is_ok() {
        let mut out = stdout();
        let _ = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    }
}

#[cfg(test)]
mod tests;
