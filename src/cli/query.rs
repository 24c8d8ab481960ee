//! `scops query`: SQL through Athena.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use super::exit::UsageError;
use super::{Context, Exit, connect, paths, runtime};
use crate::aws::{Aws, AwsError};
use crate::config::Settings;
use crate::domain::statement::{Parameters, StatementKind};
use crate::domain::{Execution, PastStatement, Place, QueryStatus, ResultTable, Shown, Statement, TimeRange};
use crate::search::kept::{Kept, KeptError};
use crate::search::past::Past;
use crate::search::{self, run, statement, tables};

#[derive(Debug, Args)]
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
    /// How rows are printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
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

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let name = name.trim().trim_start_matches(':');
    if name.is_empty() { Err("write NAME=VALUE".to_owned()) } else { Ok((name.to_owned(), value.to_owned())) }
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    if arguments.what.history {
        return history(context, &settings, arguments);
    }
    let place = place(&settings, arguments)?;
    let aws = connect(&settings);
    if let Some(source) = &arguments.what.ddl {
        return ddl(&aws, &settings, &place, source);
    }
    if let Some(id) = &arguments.what.result {
        let done = async {
            let execution = aws.execution(id).await?;
            if !statement::has_rows(&execution) {
                return Err(run::SearchError::Ended(execution.status).into());
            }
            Ok((run::rows(&aws, id).await?, execution.status))
        };
        return answer(arguments, done);
    }
    let text = match (&arguments.what.saved, &arguments.what.sql) {
        (Some(name), _) => Kept::below(&context.paths.config).read(name).map_err(|error| not_kept(&error))?.sql,
        (None, sql) => sql.clone().unwrap_or_default(),
    };
    let kind = StatementKind::of(&text);
    if let StatementKind::Writes(words) = &kind {
        if settings.profile.is_read_only {
            let hint = Some("open the profile without --read-only, or run it elsewhere".into());
            return Err(UsageError { what: format!("{words} was not run: the profile is read-only"), hint }.into());
        }
        if !arguments.write {
            let hint = Some("--write runs it".into());
            return Err(UsageError { what: format!("{words} changes what is stored, and was not run"), hint }.into());
        }
    }
    let asked = bound(&text, arguments, place)?;
    let past = Past::below(&paths(context, &settings).state);
    let profile = settings.profile.name.clone();
    let done = async {
        let mut is_noted = false;
        let execution = statement::run(&aws, &asked, |execution| {
            if !std::mem::replace(&mut is_noted, true) {
                note(&past, &profile, &text, execution, &asked);
            }
        })
        .await?;
        let table = run::rows(&aws, execution.id()).await?;
        Ok::<_, anyhow::Error>((table, execution.status))
    };
    answer(arguments, done)
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

/// Waits for rows, or for ctrl-c, and prints them.
fn answer(
    arguments: &Arguments,
    done: impl Future<Output = anyhow::Result<(ResultTable, QueryStatus)>>,
) -> anyhow::Result<Exit> {
    let done = runtime()?.block_on(async {
        tokio::select! {
            done = done => done.map(Some).map_err(told),
            // Dropping the query stops it on the server.
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    let Some((table, status)) = done else { return Ok(Exit::Interrupted) };
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

/// A failure of Athena as one of AWS, which the exit code is told by.
fn told(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<run::SearchError>() {
        Ok(error) => AwsError::from(error).into(),
        Err(error) => error,
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

fn history(context: &Context, settings: &Settings, arguments: &Arguments) -> anyhow::Result<Exit> {
    const LISTED: usize = 1_000;
    let past = Past::below(&paths(context, settings).state).read(&settings.profile.name, LISTED)?;
    let cell = |text: &str| Some(text.to_owned());
    let table = ResultTable {
        columns: ["at", "id", "workgroup", "sql"].map(str::to_owned).to_vec(),
        types: vec!["varchar".to_owned(); 4],
        rows: past
            .iter()
            .map(|past| vec![Some(past.at.to_string()), cell(&past.id), cell(&past.workgroup), cell(&past.sql)])
            .collect(),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.output {
        Format::Table => search::render::table(&table, &mut out)?,
        Format::Json => search::render::json(&table, &mut out)?,
        Format::Csv => search::render::csv(&table, &mut out)?,
    }
    out.flush()?;
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
