//! The console itself.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::exit::UsageError;
use super::{Context, Exit, connect, paths, runtime};
use crate::app::Model;
use crate::case::Cases;
use crate::config::{ConfigError, Paths, Settings};
#[cfg(feature = "lab")]
use crate::domain::TimeRange;
use crate::keymap::Keymap;
use crate::runtime::terminal;
use crate::runtime::world::World;
use crate::theme::{self, Look, Theme};

/// Opens the console on the chosen profile.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    require_terminal()?;
    let settings = context.settings()?;
    if settings.profile.sources.is_empty() {
        return Err(UsageError {
            what: format!("profile \"{}\" has no source to show", settings.profile.name),
            hint: Some(format!(
                "name sources in {} (the README shows how), or try `scops demo`",
                context.paths.config.join("config.toml").display()
            )),
        }
        .into());
    }
    open(context, &settings, &paths(context, &settings), &runtime()?, FirstRange::Day)
}

/// Refuses to write a screen into a pipe.
pub fn require_terminal() -> Result<(), UsageError> {
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

/// Runs the console on these settings until it is left; state goes below `paths`.
pub fn open(
    context: &Context,
    settings: &Settings,
    paths: &Paths,
    runtime: &Runtime,
    range: FirstRange,
) -> anyhow::Result<Exit> {
    log_to_file(context, paths)?;
    let keymap = keymap(context)?;
    let (theme, themes) = themes(context)?;
    let look = Look::new(theme, context.environment.color_depth(), context.environment.glyphs());
    let profile = Arc::new(settings.profile.clone());
    let mut model = Model::new(settings.profile.clone(), keymap, Timestamp::now(), (80, 24));
    model.workbench.runs_consumer = settings.runs_consumer;
    model.case.first.clone_from(&context.case);
    // Names to complete are no reason not to start.
    model.case.names.extend(Cases::new(&paths.cases).names().unwrap_or_default());
    model.themes = themes.iter().map(|theme| theme.name.clone()).collect();
    match range {
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
        let world = World::new(connect(settings), profile, paths, who, sender.clone());
        terminal::run(&mut model, look, themes, world.hooks(), sender, messages).await
    })?;
    Ok(Exit::Done)
}

/// The shipped keymap with the user's laid over it.
fn keymap(context: &Context) -> anyhow::Result<Keymap> {
    let mut keymap = Keymap::shipped();
    let own = context.paths.config.join("keymap.toml");
    for (path, is_named) in [(Some(&own), false), (context.global.keymap.as_ref(), true)] {
        let Some(path) = path else { continue };
        if let Some(text) = read(path, is_named)? {
            keymap.merge(&path.display().to_string(), &text).map_err(ConfigError::Mistakes)?;
        }
    }
    Ok(keymap)
}

/// The theme to begin with, and all that `:theme` may choose: the shipped ones and those in `themes/` of the
/// configuration folder.
fn themes(context: &Context) -> anyhow::Result<(Theme, Vec<Theme>)> {
    let mut themes: Vec<Theme> = theme::SHIPPED.iter().filter_map(|(name, _)| Theme::shipped(name)).collect();
    if let Ok(folder) = fs::read_dir(context.paths.config.join("themes")) {
        for entry in folder.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                add_theme(&path, &mut themes)?;
            }
        }
    }
    let own = context.paths.config.join("theme.toml");
    let wanted = match &context.global.theme {
        Some(name) if Path::new(name).extension().is_some_and(|extension| extension == "toml") => {
            add_theme(Path::new(name), &mut themes)?
        }
        Some(name) => name.clone(),
        None if own.is_file() => add_theme(&own, &mut themes)?,
        None => "dark".into(),
    };
    let chosen = themes.iter().find(|theme| theme.name == wanted).cloned();
    let theme = chosen.ok_or_else(|| UsageError {
        what: format!("no theme \"{wanted}\""),
        hint: Some(format!(
            "themes: {}",
            themes.iter().map(|theme| theme.name.as_str()).collect::<Vec<_>>().join(", ")
        )),
    })?;
    Ok((theme, themes))
}

fn add_theme(path: &Path, themes: &mut Vec<Theme>) -> anyhow::Result<String> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = read(path, true)?.unwrap_or_default();
    let theme = Theme::read(&name, &path.display().to_string(), &text).map_err(ConfigError::Mistakes)?;
    themes.retain(|other| other.name != name);
    themes.push(theme);
    Ok(name)
}

/// The text of a file; `None` where it does not exist and nobody named it.
fn read(path: &Path, is_named: bool) -> Result<Option<String>, ConfigError> {
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
