//! `scops theme`: which themes there are, how they look here, and what is wrong with one of one's own; and the theme of
//! the console.

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use crossterm::style::ContentStyle;
use ratatui::backend::IntoCrossterm as _;

use super::exit::{UsageError, report};
use super::output::{Table, show};
use super::{Context, Exit, console};
use crate::config::{ConfigError, Paths};
use crate::mistake::nearest;
use crate::theme::{self, ColorDepth, Look, Role, Theme};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops theme list
  scops theme preview light                      every role, as this terminal shows it
  scops theme check mine.toml                    what is wrong with one of your own
  scops --theme mine.toml                        the console with it")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The themes that ship with scops, and your own
    List,
    /// Check theme files: their roles and colours, and whether every text can be read on its background
    Check {
        /// The files; left out, your own theme.toml and themes/
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show every role in a theme, as this terminal shows it
    Preview {
        /// The theme, or a file; left out, the one in use
        #[arg(value_name = "NAME|FILE")]
        name: Option<String>,
    },
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::List => list(context),
        Command::Check { files } => check(context, files),
        Command::Preview { name } => preview(context, name.as_deref()),
    }
}

fn list(context: &Context) -> anyhow::Result<Exit> {
    let (used, themes) = load(context)?;
    let mut out = io::stdout().lock();
    let mut table = Table::new(["theme", "colours", "in use", "what it is"].into_iter());
    for theme in &themes {
        let shipped = theme::SHIPPED.iter().find(|(name, _)| *name == theme.name);
        let about = shipped.filter(|_| Theme::shipped(&theme.name).as_ref() == Some(theme));
        let about = about.map_or("your own", |(_, text)| theme::about(text));
        let colors = match theme.depth() {
            ColorDepth::None => "none",
            ColorDepth::Ansi16 => "16, the terminal's own",
            ColorDepth::Ansi256 => "256",
            ColorDepth::True => "any",
        };
        let mark = if theme.name == used.name { "yes" } else { "" };
        table.row([&show(&theme.name), colors, mark, about].map(str::to_owned).to_vec(), &mut out)?;
    }
    table.finish(&mut out)?;
    Ok(Exit::Done)
}

fn check(context: &Context, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let files = if files.is_empty() { own_files(&context.paths) } else { files.to_vec() };
    let mut out = io::stdout().lock();
    if files.is_empty() {
        writeln!(out, "you have no theme of your own: the theme dark is in use")?;
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    for path in &files {
        match read(path) {
            Ok(theme) => {
                let name = show(&path.display().to_string());
                let faint: Vec<_> = Role::ALL
                    .iter()
                    .filter_map(|role| Some((role, theme.contrast(*role)?)))
                    .filter(|(role, contrast)| *contrast < role.wanted_contrast())
                    .collect();
                for (role, contrast) in &faint {
                    let (role, wanted) = (role.name(), role.wanted_contrast());
                    writeln!(out, "{name}: \"{role}\" has a contrast of {contrast:.1} to 1; {wanted} are wanted")?;
                }
                let told = if faint.is_empty() { "no mistake" } else { "no mistake, but faint" };
                writeln!(out, "{name}: {told}")?;
            }
            Err(error) => exit = report(&error.into()),
        }
    }
    Ok(exit)
}

/// Every role in its style, where this is a terminal with colours; its name, what it is for, and its contrast.
fn preview(context: &Context, name: Option<&str>) -> anyhow::Result<Exit> {
    let (used, themes) = load(context)?;
    let theme = match name {
        None => used,
        Some(file) if is_file(file) => read(Path::new(file))?,
        Some(name) => named(&themes, name)?.clone(),
    };
    let depth = if io::stdout().is_terminal() { context.environment.color_depth() } else { ColorDepth::None };
    let look = Look::new(theme.clone(), depth, context.glyphs()?);
    let is_plain = !io::stdout().is_terminal();
    let mut out = io::stdout().lock();
    let styled = |role: Role, text: String| {
        if is_plain {
            return text;
        }
        let style: ContentStyle = look.style(role).into_crossterm();
        style.apply(text).to_string()
    };
    writeln!(out, "{}", show(&theme.name))?;
    for role in Role::ALL {
        let contrast = theme.contrast(*role).map_or("terminal's".to_owned(), |contrast| format!("{contrast:.1} to 1"));
        let sample = styled(*role, format!(" {:<14} {:<58}", role.name(), role.doc()));
        writeln!(out, "{sample}  {contrast:>10}")?;
    }
    Ok(Exit::Done)
}

/// The theme to begin with, and all that `:theme` may choose: the shipped ones and those in `themes/` of the
/// configuration folder.
pub fn load(context: &Context) -> anyhow::Result<(Theme, Vec<Theme>)> {
    let mut themes: Vec<Theme> = theme::SHIPPED.iter().filter_map(|(name, _)| Theme::shipped(name)).collect();
    let single = context.paths.config.join("theme.toml");
    for path in own_files(&context.paths).iter().filter(|path| **path != single) {
        add(path, &mut themes)?;
    }
    let wanted = match &context.global.theme {
        Some(file) if is_file(file) => add(Path::new(file), &mut themes)?,
        Some(name) => name.clone(),
        None if single.is_file() => add(&single, &mut themes)?,
        None => "dark".into(),
    };
    let theme = named(&themes, &wanted)?.clone();
    Ok((theme, themes))
}

/// The user's own theme files, in the order of their names.
pub fn own_files(paths: &Paths) -> Vec<PathBuf> {
    let folder = fs::read_dir(paths.config.join("themes")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.path()).filter(|path| is_toml(path)).collect();
    files.sort();
    let single = paths.config.join("theme.toml");
    files.extend(single.is_file().then_some(single));
    files
}

fn named<'a>(themes: &'a [Theme], name: &str) -> Result<&'a Theme, UsageError> {
    let names = || themes.iter().map(|theme| theme.name.as_str());
    themes.iter().find(|theme| theme.name == name).ok_or_else(|| UsageError {
        what: format!("no theme \"{name}\""),
        hint: Some(match nearest(name, names()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("themes: {}", names().collect::<Vec<_>>().join(", ")),
        }),
    })
}

/// Reads a theme, in the place of one that has its name.
fn add(path: &Path, themes: &mut Vec<Theme>) -> Result<String, ConfigError> {
    let theme = read(path)?;
    let name = theme.name.clone();
    themes.retain(|other| other.name != name);
    themes.push(theme);
    Ok(name)
}

/// Reads a theme file; its name is the file's.
fn read(path: &Path) -> Result<Theme, ConfigError> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text = console::read(path, true)?.unwrap_or_default();
    Theme::read(&name, &path.display().to_string(), &text).map_err(ConfigError::Mistakes)
}

fn is_file(name: &str) -> bool {
    is_toml(Path::new(name))
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}
