//! `scops query`: SQL through Athena.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::Args;
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};

mod rows;

use super::exit::UsageError;
use super::form::{Form, Goal};
use super::{Context, Exit, connect, paths, runtime};
use crate::aws::{Aws, AwsError, Kind};
use crate::config::Settings;
use crate::domain::statement::{Parameters, StatementKind, read_whole, tables_read, told_whole};
use crate::domain::table::Table;
use crate::domain::{Execution, PastStatement, Place, QueryPhase, QueryStatus, Shown, Statement, TimeRange};
use crate::search::kept::{Kept, KeptError};
use crate::search::past::Past;
use crate::search::results::Field;
use crate::search::{SearchError, orphans, statement, tables};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops query \"SELECT 1\" -o json
  scops query --param ip=203.0.113.7 \"SELECT * FROM terms WHERE dt > '2026-11-23' AND term = :ip\"
  scops query \"SELECT * FROM records\" --all-partitions --to records.parquet   any number of rows
  scops query --result 0f3c… --to records.csv                  what ran before

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 130 interrupted.")]
pub struct Arguments {
    #[command(flatten)]
    what: What,
    /// The value of a parameter, `:name` or the number of a `?`: a text, unless it is written as another literal
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// Run in this workgroup, not in the profile's
    #[arg(long, value_name = "NAME")]
    workgroup: Option<String>,
    /// Look for tables in this database, not in the profile's
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    /// Let Athena give a result of the same statement that is not older than so many minutes
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..=10_080))]
    reuse: Option<u16>,
    /// Run a statement that changes what is stored
    #[arg(long)]
    write: bool,
    /// Run a statement that chooses no partition of a table, and reads all of it
    #[arg(long)]
    all_partitions: bool,
    #[command(flatten)]
    form: Form,
}

/// What is run or shown: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The statement, as Athena takes it
    #[arg(value_name = "SQL")]
    sql: Option<String>,
    /// The query that is kept under this name: `queries/NAME.sql` in the configuration folder
    #[arg(long, value_name = "NAME")]
    saved: Option<String>,
    /// The statements that were run from here, newest first
    #[arg(long)]
    history: bool,
    /// The rows of a statement that ran before; nothing runs again
    #[arg(long, value_name = "ID")]
    result: Option<String>,
    /// The statement that makes a table over a source's objects; nothing runs
    #[arg(long, value_name = "SOURCE")]
    ddl: Option<String>,
    /// Stop what an earlier run left running, and ask nothing
    #[arg(long)]
    stop_orphans: bool,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let name = name.trim().trim_start_matches(':');
    if name.is_empty() { Err("write NAME=VALUE".to_owned()) } else { Ok((name.to_owned(), value.to_owned())) }
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let goal = arguments.form.goal()?;
    let settings = context.settings()?;
    let what = &arguments.what;
    if what.history {
        return history(context, &settings, goal);
    }
    let place = place(&settings, arguments)?;
    let aws = connect(&settings).keeping(&paths(context, &settings).state, &settings.profile.name);
    if let Some(source) = &what.ddl {
        return ddl(&aws, &settings, &place, source);
    }
    let runtime = runtime()?;
    if what.stop_orphans {
        for orphan in runtime.block_on(orphans::stop(&aws))? {
            writeln!(io::stderr(), "stopped query {}", Shown::new(orphan.to_string()))?;
        }
        return Ok(Exit::Done);
    }
    let statement = if what.result.is_some() { None } else { Some(asked(context, &settings, arguments, place)?) };
    runtime.block_on(async {
        let work = async {
            tell_orphans(&aws).await;
            if let Some((text, statement)) = statement.as_ref().filter(|_| !arguments.all_partitions) {
                chooses(&aws, text, &statement.place).await?;
            }
            let status = match (&statement, &what.result) {
                (Some((text, statement)), _) => ran(context, &settings, &aws, text, statement).boxed().await,
                (None, id) => over(&aws, id.as_deref().unwrap_or_default()).await,
            };
            let status = status.map_err(AwsError::from)?;
            match rows::write(&aws, &status, goal).boxed().await {
                Err(error) if statement.is_some() && error.downcast_ref::<io::Error>().is_none() => {
                    let hint = format!("its rows are kept: `scops query --result {}`", status.id);
                    // There is nobody left to tell when standard error is gone.
                    let _ = writeln!(io::stderr(), "{hint}");
                    Err(error)
                }
                other => other.map(|()| Exit::Done),
            }
        };
        let exit = tokio::select! {
            exit = work => exit,
            // Dropping the query stops it on the server.
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        };
        aws.settled().await;
        exit
    })
}

/// The statement as it was written, and as it is sent; what writes is refused where that was not asked for.
fn asked(
    context: &Context,
    settings: &Settings,
    arguments: &Arguments,
    place: Place,
) -> Result<(String, Statement), UsageError> {
    let text = match (&arguments.what.saved, &arguments.what.sql) {
        (Some(name), _) => Kept::below(&context.paths.config).read(name).map_err(|error| not_kept(&error))?.sql,
        (None, sql) => sql.clone().unwrap_or_default(),
    };
    if let StatementKind::Writes(words) = StatementKind::of(&text) {
        if settings.profile.is_read_only {
            let hint = Some("open the profile without --read-only, or run it elsewhere".into());
            return Err(UsageError { what: format!("{words} was not run: the profile is read-only"), hint });
        }
        if !arguments.write {
            let hint = Some("--write runs it".into());
            return Err(UsageError { what: format!("{words} changes what is stored, and was not run"), hint });
        }
    }
    let statement = bound(&text, arguments, place)?;
    Ok((text, statement))
}

/// Whether a statement says which partitions it reads; one that does not is refused.
async fn chooses(aws: &Aws, text: &str, place: &Place) -> anyhow::Result<()> {
    if StatementKind::of(text).writes() {
        return Ok(());
    }
    let usual = place.database.as_deref().unwrap_or("default");
    let named = tables::named(aws, tables_read(text, usual)).await.map_err(|error| AwsError {
        hint: error.hint.or_else(|| Some("--all-partitions runs it without a look at its tables".into())),
        ..error
    })?;
    let known: Vec<Table> = named.into_iter().filter_map(|(_, table)| table).collect();
    let read = read_whole(text, usual, &known);
    if read.is_empty() {
        return Ok(());
    }
    let what = told_whole(&read);
    // How much it is helps to decide, and is not needed to refuse.
    let weight = tables::weigh(aws, &read.into_iter().cloned().collect::<Vec<_>>()).await.ok();
    let weight = weight.map_or(String::new(), |weight| format!(": {}", weight.told()));
    Err(UsageError { what: format!("{what}{weight}"), hint: Some("--all-partitions runs it".into()) }.into())
}

/// Runs a statement to its end, and keeps it for the history.
async fn ran(
    context: &Context,
    settings: &Settings,
    aws: &Aws,
    text: &str,
    statement: &Statement,
) -> Result<QueryStatus, SearchError> {
    let past = Past::below(&paths(context, settings).state);
    let mut is_noted = false;
    let execution = statement::run(aws, statement, |execution| {
        if !std::mem::replace(&mut is_noted, true) {
            note(&past, &settings.profile.name, text, execution, statement);
        }
    });
    Ok(execution.await?.status)
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

/// Where statements run: as the profile says, or the arguments.
fn place(settings: &Settings, arguments: &Arguments) -> Result<Place, UsageError> {
    let index = settings.profile.index.as_ref();
    let workgroup = arguments.workgroup.clone().or_else(|| index.map(|index| index.workgroup.clone()));
    let workgroup = workgroup.ok_or_else(|| UsageError {
        what: format!("profile \"{}\" has no index, so no workgroup and database to query in", settings.profile.name),
        hint: Some("add [profiles.NAME.index] with location, database and workgroup, or give --workgroup".into()),
    })?;
    Ok(Place {
        workgroup,
        database: arguments.database.clone().or_else(|| index.map(|index| index.database.clone())),
        output: index.and_then(|index| index.output.clone()),
    })
}

/// The statement with the values of its parameters.
fn bound(text: &str, arguments: &Arguments, place: Place) -> Result<Statement, UsageError> {
    let typed: BTreeMap<String, String> = arguments.parameters.iter().cloned().collect();
    let names = Parameters::of(text);
    let told = |what: String| UsageError {
        what,
        hint: (!names.names().is_empty())
            .then(|| format!("the statement asks for {}: --param NAME=VALUE", names.names().join(", "))),
    };
    if let Some(unknown) = typed.keys().find(|name| !names.names().contains(name)) {
        return Err(told(format!("the statement has no parameter \"{unknown}\"")));
    }
    let bound = Parameters::bind(text, &typed).map_err(|error| told(error.to_string()))?;
    // Athena takes no semicolon after a statement of DDL.
    let sql = bound.sql.trim_end().trim_end_matches(';').to_owned();
    let values = bound.values.iter().map(ToString::to_string).collect();
    Ok(Statement { sql, values, place, reuse_minutes: arguments.reuse })
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

fn ddl(aws: &Aws, settings: &Settings, place: &Place, name: &str) -> anyhow::Result<Exit> {
    let source = settings.profile.source(name).ok_or_else(|| {
        let known: Vec<&str> = settings.profile.sources.iter().map(|source| source.name.as_str()).collect();
        UsageError {
            what: format!("no source is named \"{name}\""),
            hint: Some(format!("the profile has {}", known.join(", "))),
        }
    })?;
    let now = Timestamp::now();
    let range = TimeRange::new(now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(now), now);
    let database = place.database.as_deref().unwrap_or("default");
    let statement = runtime()?.block_on(tables::create(aws, source, database, range))?;
    write!(io::stdout().lock(), "{statement}")?;
    Ok(Exit::Done)
}

fn history(context: &Context, settings: &Settings, goal: Goal<'_>) -> anyhow::Result<Exit> {
    const LISTED: usize = 1_000;
    let past = Past::below(&paths(context, settings).state).read(&settings.profile.name, LISTED)?;
    let cell = |text: &str| Some(text.to_owned());
    let rows: Vec<_> = past
        .iter()
        .map(|past| vec![cell(&past.at.to_string()), cell(&past.id), cell(&past.workgroup), cell(&past.sql)])
        .collect();
    rows::print(&["at", "id", "workgroup", "sql"].map(Field::text), &rows, goal)?;
    Ok(Exit::Done)
}

/// Keeps a statement for the history. That it cannot be kept is told, and hinders nothing.
fn note(past: &Past, profile: &str, text: &str, execution: &Execution, asked: &Statement) {
    let statement = PastStatement {
        at: Timestamp::now(),
        profile: profile.to_owned(),
        id: execution.id().to_owned(),
        sql: text.to_owned(),
        workgroup: asked.place.workgroup.clone(),
    };
    if let Err(error) = past.add(&statement) {
        let _ = writeln!(io::stderr(), "warning: the statement is not kept for --history: {error}");
    }
}

fn not_kept(error: &KeptError) -> UsageError {
    UsageError { what: Shown::new(error.to_string()).to_string(), hint: None }
}
