//! `scops pipeline`: what stands behind the buckets, how much waits where, and what is odd.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use super::exit::UsageError;
use super::output::{cut, show};
use super::{Context, Exit, connect, runtime};
use crate::aws::Wanted;
use crate::domain::Profile;
use crate::domain::discovery::Discovered;
use crate::domain::discovery::oddities::{Oddity, oddities};
use crate::domain::discovery::tree::{Branch, Known, leads, tree};

/// The widest that the column of names may become.
const WIDEST: usize = 60;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops pipeline                                 what is odd, each with its cure
  scops pipeline -o json")]
pub struct Arguments {
    /// How it is printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree, then what is odd
    Table,
    /// One JSON object: what was found, as AWS tells it, and what is odd; durations in seconds
    Json,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let profile = &settings.profile;
    let wanted = Wanted::of(profile);
    if wanted.buckets.as_ref().is_none_or(Vec::is_empty) && wanted.besides.is_empty() {
        return Err(UsageError {
            what: format!("profile \"{}\" names no sources and no consumers", profile.name),
            hint: Some("`scops init` finds them".into()),
        }
        .into());
    }
    let aws = connect(&settings);
    let found = runtime()?.block_on(async {
        tokio::select! {
            found = aws.discover(&wanted, |_| {}) => found.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    let Some(found) = found else { return Ok(Exit::Interrupted) };
    let found = found.with_sources(profile);
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.output {
        Format::Table => table(&found, profile, &mut out)?,
        Format::Json => {
            let odd = oddities(&found, &profile.consumers);
            serde_json::to_writer_pretty(&mut out, &json!({ "profile": profile.name, "found": found, "odd": odd }))?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    untold(&found, &mut io::stderr().lock())?;
    Ok(if found.denied.is_empty() { Exit::Done } else { Exit::Partly })
}

fn table(found: &Discovered, profile: &Profile, out: &mut impl Write) -> io::Result<()> {
    let oldest = BTreeMap::new();
    let known = Known { profile, queues: &[], oldest: &oldest, now: Timestamp::now(), unknown: "not told" };
    let (lines, odd_ones) = tree(Some(found), known);
    let leads = leads(&lines);
    let names: Vec<String> =
        lines.iter().zip(&leads).map(|(line, lead)| format!("{lead}{}", show(&line.name))).collect();
    let width = names.iter().map(|name| name.width()).max().unwrap_or(0).min(WIDEST);
    for (Branch { kind, told, odd, .. }, name) in lines.iter().zip(&names) {
        let name = cut(name, width);
        let pad = width.saturating_sub(name.width());
        let mark = if odd.is_empty() { ' ' } else { '!' };
        let line = format!("{name}{:pad$}  {:<8} {mark} {}", "", kind.name(), show(told));
        writeln!(out, "{}", line.trim_end())?;
    }
    odd(&odd_ones, out)
}

/// What is odd, with its cures.
pub fn odd(odd: &[Oddity], out: &mut impl Write) -> io::Result<()> {
    if odd.is_empty() {
        return Ok(());
    }
    writeln!(out, "odd:")?;
    for oddity in odd {
        writeln!(out, "  {}: {}", show(&oddity.place), show(&oddity.what))?;
        writeln!(out, "    {}", show(&oddity.cure))?;
    }
    Ok(())
}

/// What permissions did not allow, and what else was not told.
pub fn untold(found: &Discovered, out: &mut impl Write) -> io::Result<()> {
    let denied: Vec<String> = found.denied.iter().map(ToString::to_string).collect();
    for (title, lines) in [("not allowed:", &denied), ("not told:", &found.untold)] {
        if !lines.is_empty() {
            writeln!(out, "{title}")?;
        }
        for line in lines {
            writeln!(out, "  {}", show(line))?;
        }
    }
    Ok(())
}
