//! The console itself.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use super::exit::UsageError;
use super::{Context, Exit, keymap, paths, theme, way};
use crate::app::{Address, Clipboard, Model, Mouse};
use crate::case::Cases;
use crate::config::{ConfigError, Environment, Others, Paths, Settings};
#[cfg(feature = "lab")]
use crate::domain::TimeRange;
use crate::runtime::history::History;
use crate::runtime::terminal;
use crate::runtime::world::{World, Worlds};
use crate::theme::Look;

/// Opens the console on the chosen profiles, at an address where one is given.
pub fn run(context: &Context, at: Option<Address>) -> anyhow::Result<Exit> {
    prepare(context)?;
    let opened = context.profiles()?;
    let others = context.others(&opened)?;
    let names: Vec<&str> = opened.iter().map(|settings| settings.profile.name.as_str()).collect();
    if opened.iter().all(|settings| settings.profile.sources.is_empty()) {
        return Err(UsageError {
            what: format!("profile \"{}\" has no source to show", names.join("\", \"")),
            hint: Some(format!(
                "`scops init` finds them, or name them in {} (the README shows how); without AWS: `scops demo`",
                context.paths.config.join("config.toml").display()
            )),
        }
        .into());
    }
    let reopens = reopens(context, &names.join(","), named(context).as_deref());
    let place = |settings: Settings| (paths(context, &settings), settings);
    let opened = opened.into_iter().map(place).collect();
    open(context, Profiles { opened, others }, &runtime()?, First { range: FirstRange::Day, at, reopens })
}

/// The profiles that the console knows.
#[derive(Debug)]
pub struct Profiles {
    /// Those that it opens with, the first of them in front, and where the state of each goes.
    pub opened: Vec<(Paths, Settings)>,
    /// Those that it can enter.
    pub others: Others,
}

impl Profiles {
    /// One alone.
    #[cfg(feature = "lab")]
    pub fn only(settings: &Settings, paths: &Paths) -> Self {
        Self { opened: vec![(paths.clone(), settings.clone())], others: Vec::new() }
    }
}

/// The configuration file that was named for this console.
fn named(context: &Context) -> Option<PathBuf> {
    super::named(&context.global, &context.environment)
}

/// The command line that opens a console as this one, without an address.
pub fn reopens(context: &Context, profile: &str, config: Option<&Path>) -> String {
    let global = &context.global;
    let config = config.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let config = config.map(|path| path.display().to_string());
    let profile = Some(profile.to_owned());
    let options = [
        ("--config", &config),
        ("--profile", &profile),
        ("--region", &global.region),
        ("--endpoint-url", &global.endpoint_url),
    ];
    let mut words = vec!["scops".to_owned()];
    for (name, value) in options {
        if let Some(value) = value {
            words.extend([name.to_owned(), value.clone()]);
        }
    }
    words.extend(global.network.words());
    words.extend(global.read_only.then(|| "--read-only".to_owned()));
    quoted(&words)
}

/// Words as a shell takes them.
pub fn quoted(words: &[String]) -> String {
    let words = words.iter().map(String::as_str);
    // Only a NUL cannot be quoted, and no argument of a process has one.
    shlex::Quoter::new().allow_nul(true).join(words).unwrap_or_default()
}

/// Refuses what would end the console at once, before anything is made for it: a pipe for a screen, a keymap or a theme
/// with mistakes.
pub fn prepare(context: &Context) -> anyhow::Result<()> {
    keymap::load(context)?;
    theme::load(context)?;
    context.glyphs()?;
    require_terminal()?;
    Ok(())
}

fn require_terminal() -> Result<(), UsageError> {
    if io::stdout().is_terminal() && io::stdin().is_terminal() {
        return Ok(());
    }
    Err(UsageError {
        what: "the console needs a terminal on standard input and output".into(),
        hint: Some("scripts use `scops cat`, `scops query` and `scops replay`".into()),
    })
}

/// The range of time that the console opens at.
#[derive(Debug, Clone, Copy)]
pub enum FirstRange {
    /// The last day.
    Day,
    /// This one, which moves on with the clock where it ends now.
    #[cfg(feature = "lab")]
    Current(TimeRange),
    /// This one, which stays: nothing new will come.
    #[cfg(feature = "lab")]
    Past(TimeRange),
}

/// What the console begins with.
#[derive(Debug)]
pub struct First {
    /// The range of time, where the address names none.
    pub range: FirstRange,
    /// The view.
    pub at: Option<Address>,
    /// The command line that opens this console again, to which an address is added.
    pub reopens: String,
}

/// Runs the console on these profiles until it is left; log and typed lines go below the first one's state.
pub fn open(context: &Context, profiles: Profiles, runtime: &Runtime, first: First) -> anyhow::Result<Exit> {
    let Profiles { opened, others } = profiles;
    let Some((paths, _)) = opened.first() else { return Ok(Exit::Done) };
    log_to_file(context, paths)?;
    let keymap = keymap::load(context)?;
    let (theme, themes) = theme::load(context)?;
    let look = Look::new(theme, context.environment.color_depth(), context.glyphs()?);
    let history = History::below(&paths.state);
    let count = opened.len();
    let mut places = opened;
    let mut unusable = Vec::new();
    for (name, other) in others {
        match other {
            Ok(settings) => places.push((super::paths(context, &settings), settings)),
            Err(error) => unusable.push((name, error)),
        }
    }
    let now = Timestamp::now();
    let mut models = places.iter().enumerate().map(|(place, (paths, settings))| {
        let mut model = Model::new(settings.profile.clone(), keymap.clone(), now, (80, 24));
        model.is_open = place < count;
        model.tint = settings.tint;
        model.workbench.runs_consumer = settings.runs_consumer;
        model.live.requests_per_minute = settings.requests_per_minute;
        let orphans = way(settings).keeping(&paths.state, &settings.profile.name).orphans(now);
        // A folder that cannot be read is no reason not to start.
        model.search.has_orphans = orphans.is_ok_and(|orphans| !orphans.is_empty());
        // Names to complete are no reason not to start.
        model.case.names.extend(Cases::new(&paths.cases).names().unwrap_or_default());
        model.zone = Environment::zone();
        model.themes = themes.iter().map(|theme| theme.name.clone()).collect();
        model
    });
    let Some(mut model) = models.next() else { return Ok(Exit::Done) };
    models.for_each(|other| model.add(other));
    model.case.first.clone_from(&context.case);
    for (name, error) in unusable {
        model.warn(format!("profile {name} cannot be entered"), error.to_string(), error.hint().as_deref());
    }
    if context.global.no_mouse || context.environment.leaves_mouse {
        model.mouse = Mouse::Terminals;
    }
    if context.environment.is_in_tmux {
        model.clipboard = Clipboard::Tmux;
    }
    match history.read() {
        Ok(read) => {
            model.columns = read.chosen();
            (model.command_history, model.search.history) = (read.commands, read.searches);
        }
        Err(error) => tracing::warn!("cannot read the history: {error}"),
    }
    model.reopens = first.reopens;
    model.at = first.at;
    match first.range {
        FirstRange::Day => {}
        #[cfg(feature = "lab")]
        FirstRange::Current(range) => model.range = range,
        #[cfg(feature = "lab")]
        FirstRange::Past(range) => {
            model.range = range;
            model.follows_clock = false;
        }
    }
    runtime.block_on(async {
        let (sender, messages) = mpsc::unbounded_channel();
        let editor = context.environment.editor.clone();
        let settings = terminal::Settings { look, themes, history: Some(history), editor };
        let (who, answers) = (context.environment.who(), sender.clone());
        let worlds = Worlds::new(move |profile| {
            let (paths, settings) = places.get(profile.0)?;
            let aws = way(settings).keeping(&paths.state, &settings.profile.name);
            let profile = Arc::new(settings.profile.clone());
            Some(World::new(aws, profile, settings.limits, paths, who.clone(), answers.clone()))
        });
        let left = terminal::run(&mut model, settings, worlds.hooks(), sender, messages).await;
        worlds.settled().await;
        left
    })?;
    Ok(Exit::Done)
}

/// The runtime below a console: what it works on goes behind what the user types, where the machine has not the cores for
/// both.
pub fn runtime() -> anyhow::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().on_thread_start(|| {
        // Linux counts the niceness of each thread of its own (setpriority(2), "C library/kernel differences").
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::setpriority_process(None, BEHIND_KEYS) {
            tracing::debug!(%error, "the threads that work are as urgent as the one that draws");
        }
    });
    builder.build().context("cannot start the async runtime")
}

/// The niceness of threads that nobody looks at: they get about a third of a core that is asked for by both.
#[cfg(target_os = "linux")]
const BEHIND_KEYS: i32 = 5;

/// The text of a file; `None` where it does not exist and nobody named it.
pub fn read(path: &Path, is_named: bool) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => Ok(None),
        Err(source) => Err(ConfigError::Read { path: path.to_owned(), source }),
    }
}

/// The log goes to a file in the state folder, never to the screen.
fn log_to_file(context: &Context, paths: &Paths) -> anyhow::Result<()> {
    fs::create_dir_all(&paths.state).with_context(|| format!("cannot make {}", paths.state.display()))?;
    let path = paths.state.join("scops.log");
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    let file = file.with_context(|| format!("cannot write {}", path.display()))?;
    let filter = context.environment.scops_log.as_deref().unwrap_or("warn");
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|error| UsageError {
        what: format!("SCOPS_LOG: {error}"),
        hint: Some("for example SCOPS_LOG=scops=debug,warn".into()),
    })?;
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(Arc::new(file)).with_ansi(false).finish();
    // A subscriber that is set already is a test's.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}
