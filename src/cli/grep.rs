//! `scops grep`: the records of files and objects that a search finds, as they lie, without an index.

mod print;
mod targets;

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::exit::{self, UsageError};
use super::{Context, Exit, input, runtime};
use crate::config::Environment;
use crate::domain::expression::{self, Expression, ExpressionError, Sought};
use crate::domain::{Shown, TimeRange, time};
use crate::search::scan::{Also, Found, Position, Scan, Take, Wanted};
use print::Printer;

/// How often the progress is told on a terminal.
const TICK: Duration = Duration::from_millis(250);

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops grep 203.0.113.7 logs/                         a whole term, in any field of any record
  scops grep 'eventName:Get* -root' trail.json.gz      in one field; NOT; words side by side: AND
  scops grep '10.0.0.0/8 last 6h' s3://logs/AWSLogs/   addresses of a network, in a range of time
  scops grep '\"failed password\"' --source syslog --range 6h -o ndjson

Exit codes: 0 found, 1 nothing found, 2 trouble, 130 interrupted.")]
pub struct Arguments {
    /// What is looked for (see docs/search.md)
    #[arg(value_name = "EXPRESSION")]
    expression: String,
    /// Files, folders, s3:// URIs and prefixes, or - for standard input; without any, the objects of --source
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// How records are printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
    /// Print only how many records of each object match
    #[arg(short, long, conflicts_with = "output")]
    count: bool,
    /// Print only the names of objects with a match
    #[arg(short = 'l', long, conflicts_with_all = ["output", "count"])]
    files_with_matches: bool,
    /// Stop after so many matches
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Only records of these sources; of a file, its format is the source
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    source: Vec<String>,
    /// Only event times of this range: 6h, "last 3d", "2026-11-23 01:00..02:00"
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Read as this format instead of the detected one
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line a record: object:line, time, message
    Table,
    /// One JSON object a record, as `scops cat` prints it, with its object and the fields that match
    Ndjson,
    /// The records' own bytes
    Raw,
}

/// Where and how records are looked at, whatever is looked for.
#[derive(Debug, Args)]
pub struct Places {
    /// Files, folders, s3:// URIs and prefixes, or - for standard input; without any, the objects of --source
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Only records of these sources; of a file, its format is the source
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    source: Vec<String>,
    /// Only event times of this range: 6h, "last 3d", "2026-11-23 01:00..02:00"
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Stop after so many matches
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// How records are printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

/// Prints the records of these places of which `also` holds, as a search prints what it finds.
pub fn matching(context: &Context, places: Places, also: Also) -> anyhow::Result<Exit> {
    let Places { paths, source, range, limit, output } = places;
    let arguments = Arguments {
        expression: String::new(),
        paths,
        output,
        count: false,
        files_with_matches: false,
        limit,
        source,
        range,
        format: None,
    };
    scan(context, &arguments, Some(also))
}

pub fn run(context: &Context, arguments: &Arguments) -> Exit {
    match look(context, arguments) {
        Ok(exit) => exit,
        // As grep does: whatever is no match and no lack of one is trouble.
        Err(error) => match exit::report(&error) {
            Exit::Failed => Exit::Usage,
            other => other,
        },
    }
}

fn look(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    scan(context, arguments, None)
}

/// Scans what the arguments name for their expression, and for what must hold beside it.
fn scan(context: &Context, arguments: &Arguments, also: Option<Also>) -> anyhow::Result<Exit> {
    let mut sought = read(&arguments.expression)?;
    sought.sources.extend(arguments.source.iter().cloned());
    if let Some(range) = &arguments.range {
        sought.range = Some(self::range(range)?);
    }
    let formats = context.formats()?;
    let format = arguments.format.as_deref().map(|name| input::format(&formats, name)).transpose()?;
    let runtime = runtime()?;
    let work = async {
        let targets = targets::of(context, &arguments.paths, &sought, &formats).await?;
        let take = match arguments.output {
            _ if arguments.count || arguments.files_with_matches => Take::Count,
            Format::Table => Take::Message,
            Format::Ndjson => Take::Ndjson,
            Format::Raw => Take::Raw,
        };
        let wanted = Wanted {
            sources: sought.sources,
            range: sought.range,
            formats,
            format,
            take,
            also,
            is_first_only: arguments.files_with_matches,
            ..Wanted::new(sought.expression)
        };
        let mut scan = Scan::start(wanted, targets.list, targets.aws, arguments.limit, Position::default())?;
        let told = tokio::select! {
            told = tell(&mut scan, arguments) => told.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        };
        scan.stop().await;
        let Some((is_found, is_flawed)) = told? else { return Ok(Exit::Interrupted) };
        Ok(match (is_found, is_flawed || targets.is_flawed) {
            (_, true) => Exit::Usage,
            (true, false) => Exit::Done,
            (false, false) => Exit::Failed,
        })
    };
    runtime.block_on(work)
}

/// Prints what a scan finds, and what it could not read; whether there was any of either.
async fn tell(scan: &mut Scan, arguments: &Arguments) -> anyhow::Result<(bool, bool)> {
    let mut printer = Printer::new(arguments);
    let is_watched = io::stderr().is_terminal();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let (mut is_found, mut is_flawed) = (false, false);
    loop {
        let batch = tokio::select! {
            biased;
            batch = scan.next() => batch,
            _ = tick.tick(), if is_watched => {
                printer.progress(scan.progress());
                continue;
            }
        };
        let Some(batch) = batch else { break };
        for found in &batch {
            is_found |= matches!(found, Found::Match(_));
            is_flawed |= matches!(found, Found::Flaw(..));
            printer.print(found)?;
        }
        printer.flush()?;
    }
    printer.end()?;
    Ok((is_found, is_flawed))
}

pub(super) fn read(text: &str) -> Result<Sought, UsageError> {
    expression::parse(text, Timestamp::now(), &Environment::zone()).map_err(|error| mistake(text, &error))
}

fn mistake(text: &str, error: &ExpressionError) -> UsageError {
    let what = format!("the search cannot be read: {error}: {}", error.marked(text));
    UsageError { what, hint: error.hint.clone() }
}

/// Reads `6h` or what an expression may say of time.
pub(super) fn range(text: &str) -> Result<TimeRange, UsageError> {
    let text = if time::length(text).is_some() { format!("last {text}") } else { text.to_owned() };
    match read(&text)? {
        Sought { expression: Expression::All, range: Some(range), .. } => Ok(range),
        _ => Err(UsageError {
            what: format!("\"{text}\" is no range of time"),
            hint: Some("write 6h, \"last 3d\" or \"2026-11-23 01:00..02:00\"".into()),
        }),
    }
}

/// Tells of one thing that could not be read.
fn trouble(subject: &str, cause: &str) {
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "error: {}: {}", Shown::new(subject), Shown::new(cause));
}
