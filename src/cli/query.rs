//! `scops query`: SQL through Athena.

use std::io::{self, Write};

use clap::Args;

use super::exit::UsageError;
use super::form::{self, Form, Goal, Watch};
use super::{Context, Exit, connect, paths, runtime};
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{QueryPhase, QueryStatus, Shown};
use crate::search::export::{self, Writer};
use crate::search::render::Table;
use crate::search::results::Rows;
use crate::search::{self, SearchError, orphans};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops query \"SELECT 1\" -o json
  scops query \"SELECT * FROM records\" --to records.parquet   any number of rows
  scops query --id 0f3c… --to records.csv                      what ran before; an export that broke off goes on

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 130 interrupted.")]
pub struct Arguments {
    /// The statement, as Athena takes it
    #[arg(value_name = "SQL", required_unless_present_any = ["id", "stop_orphans"])]
    sql: Option<String>,
    /// Read the rows of a statement that ran before, by its id
    #[arg(long, value_name = "ID", conflicts_with = "sql")]
    id: Option<String>,
    /// Stop what an earlier run left running, and ask nothing
    #[arg(long, conflicts_with_all = ["sql", "id"])]
    stop_orphans: bool,
    #[command(flatten)]
    form: Form,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let goal = arguments.form.goal()?;
    let settings = context.settings()?;
    let index = settings.profile.index.clone().ok_or_else(|| UsageError {
        what: format!("profile \"{}\" has no index, so no workgroup and database to query in", settings.profile.name),
        hint: Some("add [profiles.NAME.index] with location, database and workgroup".into()),
    })?;
    let aws = connect(&settings).keeping(&paths(context, &settings).state);
    let runtime = runtime()?;
    if arguments.stop_orphans {
        for orphan in runtime.block_on(orphans::stop(&aws))? {
            writeln!(io::stderr(), "stopped query {}", Shown::new(orphan.to_string()))?;
        }
        return Ok(Exit::Done);
    }
    runtime.block_on(async {
        let work = async {
            tell_orphans(&aws).await;
            let (status, is_over) = match (&arguments.sql, &arguments.id) {
                (Some(sql), _) => (search::run::finish(&aws, &index, sql, |_| {}).await, false),
                (None, id) => (over(&aws, id.as_deref().unwrap_or_default()).await, true),
            };
            let status = status.map_err(AwsError::from)?;
            match write(&aws, &status, goal).await {
                Err(error) if !is_over && error.downcast_ref::<io::Error>().is_none() => {
                    let hint = format!("its rows are kept: `scops query --id {}`", status.id);
                    // There is nobody left to tell when standard error is gone.
                    let _ = writeln!(io::stderr(), "{hint}");
                    Err(error)
                }
                other => other,
            }
        };
        tokio::select! {
            exit = work => exit,
            // Dropping the query stops it on the server.
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

/// A statement that has succeeded before.
async fn over(aws: &Aws, id: &str) -> Result<QueryStatus, SearchError> {
    let status = aws.query_status(id).await?;
    if status.phase == QueryPhase::Succeeded {
        return Ok(status);
    }
    if status.phase.is_final() {
        return Err(SearchError::Ended(status));
    }
    let (subject, cause) =
        (format!("cannot read the rows of query {id}"), format!("it is {} yet", status.phase.name()));
    Err(AwsError { kind: Kind::Other, subject, cause, hint: None, region: None, status: None }.into())
}

/// Writes the rows as they come, however many they are.
async fn write(aws: &Aws, status: &QueryStatus, goal: Goal<'_>) -> anyhow::Result<Exit> {
    let told = match goal {
        Goal::Table => {
            let mut rows = Rows::open(aws, &status.id).await?;
            let mut table = Table::new(rows.fields(), form::out());
            while let Some(batch) = rows.next().await.map_err(AwsError::from)? {
                batch.iter().try_for_each(|row| table.row(row))?;
            }
            let count = table.rows();
            table.finish()?;
            format!("{count} rows")
        }
        Goal::Output(style) => {
            let mut rows = Rows::open(aws, &status.id).await?;
            let mut writer = Writer::new(style, rows.fields(), form::out())?;
            while let Some(batch) = rows.next().await.map_err(AwsError::from)? {
                batch.iter().try_for_each(|row| writer.row(row))?;
            }
            let count = writer.rows();
            writer.finish()?;
            format!("{count} rows")
        }
        Goal::File(style, to) => {
            let mut watch = Watch::new();
            let export = export::query(aws, &status.id, style, to, |export| watch.tell(export)).await;
            watch.clear();
            form::written(&export.map_err(form::failed)?)
        }
    };
    writeln!(io::stderr(), "{told}, {} scanned, {} ms (query {})", status.scanned, status.total_ms, status.id)?;
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
