//! `scops query`: SQL through Athena.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};

use super::exit::UsageError;
use super::{Context, Exit, connect, paths, runtime};
use crate::aws::{Aws, AwsError};
use crate::domain::Shown;
use crate::search::{self, orphans};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The statement, as Athena takes it
    #[arg(value_name = "SQL", required_unless_present = "stop_orphans")]
    sql: Option<String>,
    /// Stop what an earlier run left running, and ask nothing
    #[arg(long, conflicts_with = "sql")]
    stop_orphans: bool,
    /// How rows are printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON object a row
    Json,
    /// RFC 4180
    Csv,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let index = settings.profile.index.clone().ok_or_else(|| UsageError {
        what: format!("profile \"{}\" has no index, so no workgroup and database to query in", settings.profile.name),
        hint: Some("add [profiles.NAME.index] with location, database and workgroup".into()),
    })?;
    let aws = connect(&settings).keeping(&paths(context, &settings).state);
    let runtime = runtime()?;
    let Some(sql) = &arguments.sql else {
        for orphan in runtime.block_on(orphans::stop(&aws))? {
            writeln!(io::stderr(), "stopped query {}", Shown::new(orphan.to_string()))?;
        }
        return Ok(Exit::Done);
    };
    let (table, status) = runtime
        .block_on(async {
            tell_orphans(&aws).await;
            tokio::select! {
                result = search::query(&aws, &index, sql) => result.map(Some).map_err(|error| anyhow::Error::from(AwsError::from(error))),
                // Dropping the query stops it on the server.
                _ = tokio::signal::ctrl_c() => Ok(None),
            }
        })?
        .unzip();
    let (Some(table), Some(status)) = (table, status) else { return Ok(Exit::Interrupted) };
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.output {
        Format::Table => search::render::table(&table, &mut out)?,
        Format::Json => search::render::json(&table, &mut out)?,
        Format::Csv => search::render::csv(&table, &mut out)?,
    }
    out.flush()?;
    let rows = table.rows.len();
    writeln!(io::stderr(), "{rows} rows, {} scanned, {} ms (query {})", status.scanned, status.total_ms, status.id)?;
    Ok(Exit::Done)
}

/// Names what an earlier run left running; where Athena cannot tell now, a later run does.
pub async fn tell_orphans(aws: &Aws) {
    for orphan in orphans::look(aws).await.unwrap_or_default() {
        // There is nobody left to tell when standard error is gone.
        let _ = writeln!(
            io::stderr(),
            "warning: a query of an earlier run may still run: {}\nhint: `scops query --stop-orphans` stops it",
            Shown::new(orphan.to_string())
        );
    }
}
