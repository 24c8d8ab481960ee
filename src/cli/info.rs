//! `scops info`: where files lie, and what the environment sets.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

use super::output::show;
use super::{Context, Exit, named, paths};
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops info                                     for a question to others: secrets are not in it
  scops info -o json")]
pub struct Arguments {
    /// How it is printed
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    // Where the profile names folders of its own, they are those; a broken configuration is told of by `scops config check`.
    let paths = context.settings().map_or_else(|_| context.paths.clone(), |settings| paths(context, &settings));
    let file = config::file(named(&context.global, &context.environment).as_deref(), &paths);
    let places = [
        ("config", file),
        ("keymap", paths.config.join("keymap.toml")),
        ("theme", paths.config.join("theme.toml")),
        ("themes", paths.config.join("themes")),
        ("formats", paths.formats.clone()),
        ("state", paths.state.clone()),
        ("journal", paths.state.join("journal")),
        ("log", paths.state.join("scops.log")),
        ("cases", paths.cases.clone()),
        ("cache", paths.cache.clone()),
    ];
    let mut out = io::stdout().lock();
    let lab = if cfg!(feature = "lab") { "with the embedded platform" } else { "without the embedded platform" };
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    if arguments.output == Format::Json {
        let places = places.iter().map(|(name, path)| {
            ((*name).to_owned(), json!({ "path": path.display().to_string(), "exists": path.exists() }))
        });
        let set = context.environment.set.iter();
        let set = set.map(|(name, value)| ((*name).to_owned(), value.clone().map_or(Value::Null, Value::String)));
        let told = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "target": target,
            "lab": cfg!(feature = "lab"),
            "paths": places.collect::<Map<_, _>>(),
            "environment": set.collect::<Map<_, _>>(),
        });
        serde_json::to_writer_pretty(&mut out, &told)?;
        out.write_all(b"\n")?;
        return Ok(Exit::Done);
    }
    writeln!(out, "scops {} ({target}, {lab})\n", env!("CARGO_PKG_VERSION"))?;
    for (name, path) in &places {
        let note = if path.exists() { "" } else { "  (not there)" };
        writeln!(out, "{name:<8} {}{note}", show(&path.display().to_string()))?;
    }
    writeln!(out, "\nThe environment sets, of what scops and the AWS SDK read:")?;
    if context.environment.set.is_empty() {
        writeln!(out, "  nothing")?;
    }
    for (name, value) in &context.environment.set {
        writeln!(out, "  {name}={}", value.as_deref().map_or_else(|| "(hidden)".to_owned(), show))?;
    }
    Ok(Exit::Done)
}
