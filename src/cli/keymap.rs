//! `scops keymap`: what every key does, and what is wrong with a file of one's own; and the keymap of the console.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::exit::{UsageError, report};
use super::output::{Table, show};
use super::{Context, Exit, console};
use crate::config::ConfigError;
use crate::domain::size::plural;
use crate::keymap::{Keymap, SHIPPED, base_of};
use crate::mistake::nearest;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops keymap list --keymap vim                 every key of a keymap
  scops keymap check mine.toml                   what is wrong with one of your own
  scops --keymap mine.toml                       the console with it")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What every key does, with your own keymap.toml and --keymap
    List {
        /// How it is printed
        #[arg(short, long, value_enum, default_value_t = Output::Table)]
        output: Output,
    },
    /// Check keymap files: their keys, commands and conflicts
    Check {
        /// The files; left out, your own keymap.toml
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// One JSON document
    Json,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::List { output } => list(&load(context)?, *output),
        Command::Check { files } => check(context, files),
    }
}

fn list(keymap: &Keymap, output: Output) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    if output == Output::Json {
        let all: Vec<_> = keymap
            .all()
            .map(|(context, binding)| {
                serde_json::json!({
                    "context": context.name(),
                    "keys": binding.label(),
                    "command": binding.runs.to_string(),
                    "does": binding.runs.command.doc(),
                    "file": *binding.file,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(Exit::Done);
    }
    let mut table = Table::new(["context", "keys", "command", "does"].into_iter());
    for (context, binding) in keymap.all() {
        let row = [context.name(), &binding.label(), &show(&binding.runs.to_string()), binding.runs.command.doc()];
        table.row(row.map(str::to_owned).to_vec(), &mut out)?;
    }
    table.finish(&mut out)?;
    Ok(Exit::Done)
}

fn check(context: &Context, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let own = context.paths.config.join("keymap.toml");
    let own = own.is_file().then_some(own);
    let files: Vec<PathBuf> = if files.is_empty() { own.into_iter().collect() } else { files.to_vec() };
    let mut out = io::stdout().lock();
    if files.is_empty() {
        writeln!(out, "you have no keymap.toml: the default keymap is in use")?;
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    for path in &files {
        match over(None, &[(path, true)]) {
            Ok(keymap) => {
                let name = path.display().to_string();
                let own = keymap.all().filter(|(_, binding)| *binding.file == *name).count();
                writeln!(out, "{}: {} of its own, {} in all", show(&name), plural(own, "key"), keymap.all().count())?;
            }
            Err(error) => exit = report(&error.into()),
        }
    }
    Ok(exit)
}

/// The keymap of the console: the shipped one that is named, with the user's own laid over it, and over that the file
/// that `--keymap` names.
pub fn load(context: &Context) -> anyhow::Result<Keymap> {
    let own = context.paths.config.join("keymap.toml");
    let named = context.global.keymap.as_deref();
    let base = named.and_then(|name| SHIPPED.iter().find(|(shipped, _)| *shipped == name)).map(|(name, _)| *name);
    if let Some(name) = named.filter(|name| base.is_none() && !Path::new(name).exists()) {
        return Err(unknown(name).into());
    }
    let mut files = vec![(own.as_path(), false)];
    files.extend(named.filter(|_| base.is_none()).map(|file| (Path::new(file), true)));
    Ok(over(base, &files)?)
}

/// There is neither a shipped keymap nor a file of that name.
fn unknown(name: &str) -> UsageError {
    let names = || SHIPPED.iter().map(|(name, _)| *name);
    UsageError {
        what: format!("no keymap \"{name}\" ships with scops, and no file has that name"),
        hint: Some(match nearest(name, names()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("keymaps: {}", names().collect::<Vec<_>>().join(", ")),
        }),
    }
}

/// Lays files, each of which must exist or need not, over the base that was named, else over that of the last file that
/// names one, else over the default.
fn over(base: Option<&'static str>, files: &[(&Path, bool)]) -> Result<Keymap, ConfigError> {
    let mut texts = Vec::new();
    let mut told = None;
    for (path, must_exist) in files {
        let Some(text) = console::read(path, *must_exist)? else { continue };
        let name = path.display().to_string();
        let own = base_of(&name, &text).map_err(ConfigError::Mistakes)?;
        told = own.or(told);
        texts.push((name, text));
    }
    let mut keymap = base.or(told).and_then(Keymap::named).unwrap_or_else(Keymap::shipped);
    for (name, text) in &texts {
        keymap.merge(name, text).map_err(ConfigError::Mistakes)?;
    }
    Ok(keymap)
}
