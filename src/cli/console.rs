//! The console itself.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::exit::UsageError;
use super::{Context, Exit, keymap, paths, runtime, theme, way};
use crate::app::{Address, Clipboard, Model, Mouse};
use crate::case::Cases;
use crate::config::{ConfigError, Environment, Paths, Settings};
#[cfg(feature = "lab")]
use crate::domain::TimeRange;
use crate::runtime::history::History;
use crate::runtime::terminal;
use crate::runtime::world::World;
use crate::theme::Look;

/// Opens the console on the chosen profile, at an address where one is given.
pub fn run(context: &Context, at: Option<Address>) -> anyhow::Result<Exit> {
    prepare(context)?;
    let settings = context.settings()?;
    if settings.profile.sources.is_empty() {
        return Err(UsageError {
            what: format!("profile \"{}\" has no source to show", settings.profile.name),
            hint: Some(format!(
                "`scops init` finds them, or name them in {} (the README shows how); without AWS: `scops demo`",
                context.paths.config.join("config.toml").display()
            )),
        }
        .into());
    }
    let first = First { range: FirstRange::Day, at, reopens: reopens(context, &settings, named(context).as_deref()) };
    open(context, &settings, &paths(context, &settings), &runtime()?, first)
}

/// The configuration file that was named for this console.
fn named(context: &Context) -> Option<PathBuf> {
    super::named(&context.global, &context.environment)
}

/// The command line that opens a console as this one, without an address.
pub fn reopens(context: &Context, settings: &Settings, config: Option<&Path>) -> String {
    let global = &context.global;
    let config = config.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let config = config.map(|path| path.display().to_string());
    let profile = Some(settings.profile.name.clone());
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

/// Runs the console on these settings until it is left; state goes below `paths`.
pub fn open(
    context: &Context,
    settings: &Settings,
    paths: &Paths,
    runtime: &Runtime,
    first: First,
) -> anyhow::Result<Exit> {
    log_to_file(context, paths)?;
    let keymap = keymap::load(context)?;
    let (theme, themes) = theme::load(context)?;
    let look = Look::new(theme, context.environment.color_depth(), context.glyphs()?);
    let history = History::below(&paths.state);
    let profile = Arc::new(settings.profile.clone());
    let mut model = Model::new(settings.profile.clone(), keymap, Timestamp::now(), (80, 24));
    model.workbench.runs_consumer = settings.runs_consumer;
    model.live.requests_per_minute = settings.requests_per_minute;
    model.case.first.clone_from(&context.case);
    // Names to complete are no reason not to start.
    model.case.names.extend(Cases::new(&paths.cases).names().unwrap_or_default());
    model.zone = Environment::zone();
    model.themes = themes.iter().map(|theme| theme.name.clone()).collect();
    if context.global.no_mouse || context.environment.leaves_mouse {
        model.mouse = Mouse::Terminals;
    }
    if context.environment.is_in_tmux {
        model.clipboard = Clipboard::Tmux;
    }
    let aws = way(settings).keeping(&paths.state);
    // A folder that cannot be read is no reason not to start.
    model.search.has_orphans = aws.orphans(Timestamp::now()).is_ok_and(|orphans| !orphans.is_empty());
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
        let who = context.environment.who();
        let world = World::new(aws, profile, settings.limits, paths, who, sender.clone());
        let editor = context.environment.editor.clone();
        let settings = terminal::Settings { look, themes, history: Some(history), editor };
        terminal::run(&mut model, settings, world.hooks(), sender, messages).await
    })?;
    Ok(Exit::Done)
}

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
