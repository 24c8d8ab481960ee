//! `scops config`: what the configuration says, where from, and what is wrong with it.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::{Table, show};
use super::{Context, Exit, named};
use crate::config::origin::origins;
use crate::config::{self, File, ProfileTable};
use crate::domain::size::plural;

/// Every key, with what it means.
const TEMPLATE: &str = include_str!("../config/template.toml");
/// The JSON Schema of config.toml.
const SCHEMA: &str = include_str!("../../docs/schema/config.json");

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops config check                             what is wrong, with place, cause and cure
  scops config show --origin                     which file, variable or flag says each value
  scops config template > config.toml            every key with what it means, to start from")]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Tell what is wrong with the file, with place, cause and cure
    Check,
    /// The configuration in force, secrets hidden
    Show {
        /// Each value with what says it: the file's line, a variable, a flag, or the default
        #[arg(long)]
        origin: bool,
    },
    /// The JSON Schema of config.toml, for editors
    Schema,
    /// A configuration with every key and what it means, to start from
    Template,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match arguments.action {
        Action::Check => check(context),
        Action::Show { origin } => print(context, origin),
        Action::Schema => text(SCHEMA),
        Action::Template => template(),
    }
}

/// Prints a configuration with every key, to start from.
pub fn template() -> anyhow::Result<Exit> {
    text(TEMPLATE)
}

fn text(text: &str) -> anyhow::Result<Exit> {
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

/// The file that is read, and what it says.
fn read(context: &Context) -> anyhow::Result<(PathBuf, File)> {
    let named = named(&context.global, &context.environment);
    Ok((config::file(named.as_deref(), &context.paths), config::load(named.as_deref(), &context.paths)?))
}

fn check(context: &Context) -> anyhow::Result<Exit> {
    let (path, file) = read(context)?;
    context.profiles()?;
    let shown = show(&path.display().to_string());
    let mut out = io::stdout().lock();
    if !path.exists() {
        writeln!(
            out,
            "{shown}: not there; everything is as its default (`scops config template` writes one to start from)"
        )?;
        return Ok(Exit::Done);
    }
    let count = |of: fn(&ProfileTable) -> usize| file.profiles.values().map(of).sum::<usize>();
    let told = [
        (file.profiles.len(), "profile"),
        (count(|profile| profile.sources.len()), "source"),
        (count(|profile| profile.consumers.len()), "consumer"),
    ];
    let told = told.map(|(count, noun)| plural(count, noun));
    writeln!(out, "{shown}: ok, {}", told.join(", "))?;
    Ok(Exit::Done)
}

fn print(context: &Context, with_origin: bool) -> anyhow::Result<Exit> {
    let (path, mut file) = read(context)?;
    let settings = context.settings()?;
    let name = settings.profile.name.clone();
    let mut out = BufWriter::new(io::stdout().lock());
    if with_origin {
        let source = if path.exists() { std::fs::read_to_string(&path)? } else { String::new() };
        let found = origins(&file, &source, &path, &name, &context.overrides(), &context.environment)?;
        let mut table = Table::new(["from", "key", "value"].into_iter());
        for origin in found {
            table.row(vec![show(&origin.from), show(&origin.key), show(&origin.value)], &mut out)?;
        }
        table.finish(&mut out)?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    // The profile in force, with what flags and environment lay over it.
    let mut profile = file.profiles.get(&name).cloned().unwrap_or_default();
    profile.region = Some(settings.profile.region.clone());
    profile.endpoint_url.clone_from(&settings.profile.endpoint);
    profile.aws_profile.clone_from(&settings.aws_profile);
    profile.read_only = settings.profile.is_read_only;
    let network = context.global.network.table().over(profile.network.take().unwrap_or_default());
    profile.network = (network != config::NetworkTable::default()).then_some(network);
    if let Some(credentials) = &mut profile.credentials {
        "(hidden)".clone_into(&mut credentials.secret_access_key);
    }
    file.default_profile = Some(name.clone());
    file.groups.clear();
    file.profiles = [(name, profile)].into();
    out.write_all(toml::to_string(&file)?.as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}
