//! `scops index create`: the index's tables in Athena.

use std::io::{self, Write};

use clap::Args;

use super::super::Exit;
use super::super::exit::UsageError;
use super::super::output::show;
use super::may_write;
use crate::aws::Aws;
use crate::config::Settings;
use crate::domain::Index;
use crate::worker::{ddl, tables};

/// What makes the tables; named where they are missing.
pub const COMMAND: &str = "scops index create";

#[derive(Debug, Args)]
pub struct CreateArguments {
    /// Print the statements that make the tables where there are none; nothing is asked or changed
    #[arg(long)]
    print: bool,
}

/// Makes what is missing: the database, the tables, columns and sources that an older table lacks. Run again, it
/// changes nothing.
pub async fn create(
    settings: &Settings,
    aws: &Aws,
    index: &Index,
    arguments: &CreateArguments,
) -> anyhow::Result<Exit> {
    let sources = &settings.profile.sources;
    if sources.is_empty() {
        return Err(UsageError {
            what: format!(
                "profile \"{}\" has no source, and the index has a partition for each",
                settings.profile.name
            ),
            hint: Some("`scops init` finds them, or add [[profiles.NAME.sources]]".into()),
        }
        .into());
    }
    let mut out = io::stdout().lock();
    if arguments.print {
        for statement in ddl(index, sources) {
            writeln!(out, "{};\n", show_lines(&statement))?;
        }
        return Ok(Exit::Done);
    }
    may_write(settings, "tables are made; --print prints their statements")?;
    let standing = tables::standing(aws, index, sources).await?;
    tables::take(aws, index, &standing, |step| {
        // Whether anyone reads it decides nothing: the next statement runs all the same.
        let _ = writeln!(out, "{}", show(&step.told));
    })
    .await?;
    for foreign in &standing.foreign {
        writeln!(io::stderr(), "error: {}", show(foreign))?;
    }
    if !standing.foreign.is_empty() {
        let hint = "name another database in [profiles.NAME.index]; or drop the table, which deletes no object, and run this again";
        writeln!(io::stderr(), "hint: {hint}")?;
        return Ok(Exit::Failed);
    }
    if standing.is_whole() {
        writeln!(io::stderr(), "the tables of {} are as they should be", show(&index.database))?;
    }
    Ok(Exit::Done)
}

/// A statement with its lines; everything else that a terminal might obey is shown.
fn show_lines(statement: &str) -> String {
    statement.lines().map(show).collect::<Vec<_>>().join("\n")
}
