//! The console's model and its one pure step: `update(&mut Model, Msg) -> Vec<Effect>`.
//!
//! ```text
//!       key / resize ─► keymap ─► Msg ─┐
//! world ◄─ Request ─ runtime ◄─ Effect ─ update ─► Model ─► view::draw ─► frame
//!   └──── Reply ────────────────► Msg ──┘
//! ```
//!
//! Nothing here awaits, spawns, or reads a clock, a file or the environment: the time comes in as [`Msg::Tick`].

pub mod address;
mod answer;
pub mod case;
mod clipboard;
mod command_line;
mod cursor;
mod desk;
mod editor;
mod export;
pub mod failures;
pub mod filter;
mod fuzzy;
pub mod geometry;
mod help;
mod hints;
pub mod jobs;
mod keys;
mod messages;
mod mouse;
pub mod objects;
mod palette;
pub mod pipeline;
pub mod pivot;
pub mod range;
pub mod records;
mod refresh;
pub mod replays;
pub mod request;
mod run;
pub mod search;
pub mod sheet;
pub mod sources;
pub mod sql;
pub mod timeline;
pub mod tree;
mod typing;
mod visit;
pub mod workbench;

#[cfg(test)]
pub mod fixture;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crossterm::event::{KeyEvent, MouseEvent};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use address::Address;
pub use clipboard::Clipboard;
pub use command_line::{Completion, completions};
pub use cursor::Cursor;
pub use desk::Topic;
pub use filter::Filter;
pub use help::{HelpRow, help_rows};
pub use hints::{Hint, hints, meter};
pub use keys::contexts;
pub use messages::{Level, Messages, Told};
pub use mouse::Mouse;
pub use palette::palette_rows;
pub use refresh::Live;
use request::{Closed, Effect, Reply, Ticket, Trouble};
pub use timeline::{Brush, Chart, Timeline};
pub use typing::{Line, Purpose, Typing};

use crate::command::Context;
use crate::domain::{Profile, TimeRange, Usage};
use crate::keymap::{Chord, Keymap};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// A key came sooner after the one before it than fingers press: a terminal without bracketed paste sends pasted
    /// text so.
    Rushed(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse was moved, pressed or turned.
    Mouse(MouseEvent),
    /// The mouse was pressed sooner after a key or a press before it than hands do: pasted text may spell such presses.
    RushedMouse(MouseEvent),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The terminal came to the front, or went.
    Focus(bool),
    /// It is this late.
    Tick(Timestamp),
    /// So much was asked of AWS so far.
    Used(Usage),
    /// A while that [`Effect::Wake`] asked for is over.
    Wake(Ticket),
    /// The user's editor has ended, and left this text; or nothing, and why.
    Edited(Result<String, Trouble>),
    /// The world answers.
    Reply(Ticket, Reply),
    /// The world has nothing more to answer.
    Closed(Ticket, Closed),
}

/// A screen; all but the workbench and the case are tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Screen {
    /// What arrives, by source.
    Sources,
    /// The objects of one source.
    Objects,
    /// The records of one object.
    Records,
    /// One value, everywhere.
    Search,
    /// What failed, by reason.
    Failures,
    /// The running replay and those before.
    Replays,
    /// Queues and their depths.
    Pipeline,
    /// One object and the definition of its format; no tab, as it is reached from an object.
    Workbench,
    /// The notes of the case; no tab, as it goes along with every screen.
    Case,
    /// Statements of SQL; no tab, as it is opened from anywhere.
    Sql,
}

impl Screen {
    /// Every screen that is a tab, in their order.
    pub const ALL: [Self; 7] =
        [Self::Sources, Self::Objects, Self::Records, Self::Search, Self::Failures, Self::Replays, Self::Pipeline];

    /// Its name, which is also its command's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Objects => "objects",
            Self::Records => "records",
            Self::Search => "search",
            Self::Failures => "failures",
            Self::Replays => "replays",
            Self::Pipeline => "pipeline",
            Self::Workbench => "workbench",
            Self::Case => "case",
            Self::Sql => "sql",
        }
    }

    /// Its section of the keymap.
    pub fn context(self) -> Context {
        match self {
            Self::Sources => Context::Sources,
            Self::Objects => Context::Objects,
            Self::Records => Context::Records,
            Self::Search => Context::Search,
            Self::Failures => Context::Failures,
            Self::Replays => Context::Replays,
            Self::Pipeline => Context::Pipeline,
            Self::Workbench => Context::Workbench,
            Self::Case => Context::Case,
            Self::Sql => Context::Sql,
        }
    }
}

/// What lies over the screen and has the keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Popup {
    /// The keys that work on the screen below.
    Help(Cursor),
    /// What went wrong so far.
    Messages(Cursor),
    /// What runs.
    Jobs(Cursor),
    /// What a search could not read.
    Flaws(Cursor),
    /// The plan of a replay, before it is confirmed.
    Sheet(Box<sheet::Sheet>),
    /// Forms of an object's name.
    Copies(objects::Copies),
    /// The versions of a key.
    Versions(Box<objects::Versions>),
    /// A restore, before it is asked for.
    Restore(Box<objects::Restore>),
    /// What a value tells, and what can be done with it.
    Pivot(Box<pivot::Pivot>),
    /// The values of one field.
    Statistics(Box<records::Counting>),
    /// What reading an object through came to.
    Report(Box<records::Reporting>),
    /// Whether to leave although a replay runs.
    LeaveRunning,
}

/// Everything that the screen shows and the keys change.
#[derive(Debug)]
pub struct Model {
    /// Where we are connected to.
    pub profile: Profile,
    /// What the keys mean.
    pub keymap: Keymap,
    /// The themes that `:theme` may choose.
    pub themes: Vec<String>,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The time of the last tick.
    pub now: Timestamp,
    /// The range of time that is looked at.
    pub range: TimeRange,
    /// Whether the range moves on with the clock: "the last 24 hours".
    pub follows_clock: bool,
    /// How timelines are shown.
    pub chart: Chart,
    /// The screen that is shown.
    pub screen: Screen,
    /// Where going back leads.
    pub history: Vec<Address>,
    /// Where going forward leads.
    pub future: Vec<Address>,
    /// What lies over the screen.
    pub popup: Option<Popup>,
    /// A line that is being typed.
    pub typing: Option<Typing>,
    /// Keys that may begin a longer sequence.
    pub pressed: Vec<Chord>,
    /// What went wrong, and notes.
    pub messages: Messages,
    /// The sources screen.
    pub sources: sources::Sources,
    /// The objects screen.
    pub objects: objects::Objects,
    /// The records screen.
    pub records: records::Records,
    /// The search screen.
    pub search: search::Search,
    /// The failures screen.
    pub failures: failures::Failures,
    /// The replays screen.
    pub replays: replays::Replays,
    /// The pipeline screen.
    pub pipeline: pipeline::Pipeline,
    /// The workbench.
    pub workbench: workbench::Workbench,
    /// The SQL screen.
    pub sql: sql::Sql,
    /// The case that is open.
    pub case: case::Notes,
    /// The export that runs.
    pub export: Option<crate::domain::export::Export>,
    /// The columns that were chosen before, by source, and those of hits by their kind.
    pub columns: BTreeMap<String, Vec<String>>,
    /// The zone of this machine, for times that are told in it.
    pub zone: TimeZone,
    /// Lines that were run before, oldest first.
    pub command_history: Vec<String>,
    /// The command line that opens this console, to which an address is added.
    pub reopens: String,
    /// Where to begin.
    pub at: Option<Address>,
    /// What is looked for in the help.
    pub help_find: String,
    /// What stands between us and the terminal's clipboard.
    pub clipboard: Clipboard,
    /// Whose the mouse is, and what it does.
    pub mouse: Mouse,
    /// What is asked of AWS, and how much of it by the console itself.
    pub live: Live,
    desk: desk::Desk,
    /// Since when each question is open.
    jobs: jobs::Jobs,
    refresh: refresh::Refresh,
    /// The address that was gone to, until its object is there.
    arriving: Option<Address>,
    has_interrupted: bool,
    is_leaving: bool,
}

impl Model {
    /// The console at its start: the last 24 hours of a profile's sources.
    pub fn new(profile: Profile, keymap: Keymap, now: Timestamp, size: (u16, u16)) -> Self {
        Self {
            range: range::ending_now(now, SignedDuration::from_hours(24)),
            themes: crate::theme::SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect(),
            follows_clock: true,
            profile,
            keymap,
            size,
            now,
            chart: Chart::default(),
            screen: Screen::Sources,
            history: Vec::new(),
            future: Vec::new(),
            popup: None,
            typing: None,
            pressed: Vec::new(),
            messages: Messages::default(),
            sources: sources::Sources::default(),
            objects: objects::Objects::default(),
            records: records::Records::default(),
            search: search::Search::default(),
            failures: failures::Failures::default(),
            replays: replays::Replays::default(),
            pipeline: pipeline::Pipeline::default(),
            workbench: workbench::Workbench::default(),
            sql: sql::Sql::default(),
            case: case::Notes::default(),
            export: None,
            columns: BTreeMap::new(),
            zone: TimeZone::UTC,
            command_history: Vec::new(),
            reopens: "scops".to_owned(),
            at: None,
            arriving: None,
            help_find: String::new(),
            clipboard: Clipboard::default(),
            mouse: Mouse::default(),
            live: Live::default(),
            desk: desk::Desk::default(),
            jobs: jobs::Jobs::default(),
            refresh: refresh::Refresh::default(),
            has_interrupted: false,
            is_leaving: false,
        }
    }

    /// A frame has shown what the model holds.
    pub fn painted(&mut self) {
        sheet::painted(self);
        objects::restore::painted(self);
    }

    /// Whether a question of this topic is open.
    pub fn is_asking(&self, topic: Topic) -> bool {
        self.desk.ticket(topic).is_some()
    }

    /// What the first screen wants to know. The runtime asks it after the first frame.
    pub fn start(&mut self) -> Vec<Effect> {
        self.follows_clock &= self.range == range::ending_now(self.now, self.range.length());
        let at = self.at.take();
        if let Some(address) = &at {
            visit::take_range(self, address);
        }
        if at.as_ref().is_none_or(|address| address.screen == Screen::Sources) {
            // Elsewhere they are asked for once they are shown: the same listing twice would take twice as long.
            sources::ask(self);
        }
        failures::ask(self);
        case::start(self);
        search::start_up(self);
        if let Some(address) = at {
            visit::visit(self, address);
        }
        jobs::note(self);
        self.desk.take_effects()
    }

    /// Shows a screen, and remembers where one was.
    pub(crate) fn go(&mut self, screen: Screen) {
        if screen != self.screen {
            self.remember();
        }
        self.show(screen);
    }

    /// Remembers the place that is about to be left.
    fn remember(&mut self) {
        const DEPTH: usize = 100;
        self.history.push(self.address());
        if self.history.len() > DEPTH {
            self.history.remove(0);
        }
        self.future.clear();
    }

    fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.popup = None;
        self.objects.brush = None;
        match screen {
            Screen::Sources => sources::ask_if_stale(self),
            Screen::Objects => objects::enter(self),
            Screen::Records => records::enter(self),
            Screen::Search => search::enter(self),
            Screen::Failures => failures::ask_if_never(self),
            Screen::Replays => replays::ask(self),
            Screen::Pipeline => pipeline::enter(self),
            Screen::Sql => sql::enter(self),
            Screen::Workbench | Screen::Case => {}
        }
    }

    /// Looks at another range of time; what is shown is asked for again. A range that ends now follows the clock.
    pub(crate) fn look_at(&mut self, range: TimeRange) {
        if range == self.range {
            return;
        }
        self.remember();
        self.set_range(range);
    }

    /// Moves a range that follows the clock on, where its end has come. Returns whether it moved.
    fn follow_clock(&mut self) -> bool {
        if !self.follows_clock || self.now < self.range.end || !refresh::may_move_on(self) {
            return false;
        }
        self.set_range(range::ending_now(self.now, self.range.length()));
        true
    }

    fn set_range(&mut self, range: TimeRange) {
        self.range = range;
        self.follows_clock = range == range::ending_now(self.now, range.length());
        self.objects.brush = None;
        match self.screen {
            Screen::Sources => sources::ask_if_stale(self),
            Screen::Objects => objects::enter(self),
            Screen::Search => search::range_changed(self),
            _ => {}
        }
    }

    fn restore(&mut self, place: Address) {
        visit::visit(self, place);
        self.follow_clock();
    }
}

/// Takes one thing that happened into the model, and returns what is to be done about it.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => keys::press(model, key, false),
        Msg::Rushed(key) => keys::press(model, key, true),
        Msg::Paste(text) => keys::paste(model, &text),
        Msg::Mouse(event) => mouse::act(model, event, false),
        Msg::RushedMouse(event) => mouse::act(model, event, true),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            sources::resized(model);
            objects::resized(model);
        }
        Msg::Focus(has_focus) => {
            model.live.is_unfocused = !has_focus;
            if has_focus {
                refresh::tick(model);
            }
        }
        Msg::Used(usage) => model.live.usage = usage,
        Msg::Tick(now) => {
            model.now = now;
            model.follow_clock();
            refresh::tick(model);
        }
        Msg::Wake(ticket) => {
            objects::wake(model, ticket);
            workbench::wake(model, ticket);
        }
        Msg::Edited(text) if model.screen == Screen::Sql => sql::edited(model, text),
        Msg::Edited(text) => workbench::edited(model, text),
        Msg::Reply(ticket, reply) => answer::reply(model, ticket, reply),
        Msg::Closed(ticket, closed) => answer::closed(model, ticket, closed),
    }
    jobs::note(model);
    geometry::settle(model);
    model.desk.take_effects()
}
