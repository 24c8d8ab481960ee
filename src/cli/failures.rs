//! `scops failures`: what failed, wherever it hides, and the saving of what a queue's retention would destroy.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::mpsc;

use super::exit::UsageError;
use super::output::{Table, show};
use super::{Context, Exit, connect, paths, runtime};
use crate::app::range;
use crate::app::request::Trouble;
use crate::case::{self, Cases};
use crate::domain::time::brief;
use crate::domain::{CaseName, Failure, Finding, Profile, Prospect, Source, State, TimeRange, Trace};
use crate::inventory::{Diagnosis, Inventory, Known, Reconciled};
use crate::mistake::nearest;
use crate::replay;
use crate::runtime::world;

/// Objects that are tried here.
const TRIED: usize = 1_000;

/// The range that is compared where none is named.
const LENGTH: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  scops failures                                          by reason, what is destroyed first on top
  scops failures --source cloudtrail -o ndjson > night.ndjson
  scops failures --reconcile --range 12h                  what was never processed, or is not found
  scops failures save --case INC-4711                     all messages, before they expire")]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only objects of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only objects whose keys tell a time in this range (else, what failed in it): 6h, 3d, 2026-11-23, or two moments
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Compare listing, receipts and index of the range (left out, the last 24 hours) as well: never processed, not
    /// searchable, searchable twice. Runs a query of the index for each source
    #[arg(long)]
    reconcile: bool,
    /// How they are printed; NDJSON lines may be given to `scops replay --from`
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Save every message of the failure and parked queues to a file; nothing is deleted. The file may be given to
    /// `scops replay --from`, also when the queues hold the messages no longer
    Save {
        /// The case that they are saved into, a new one where there is none of this name; left out, one named after the
        /// moment
        #[arg(long, value_name = "NAME")]
        case: Option<CaseName>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops parked                                   what waits for a parser, by source
  scops parked --source kestrel -o ndjson        its objects, for `scops replay --from`")]
pub struct ParkedArguments {
    /// Only objects of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only objects whose keys tell a time in this range: 6h, 3d, 2026-11-23, or two moments
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// How they are printed; NDJSON lines may be given to `scops replay --from`
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

/// `scops parked`: what waits for a parser.
pub fn parked(context: &Context, arguments: &ParkedArguments) -> anyhow::Result<Exit> {
    let ParkedArguments { source, range, output } = arguments;
    let (source, range) = (source.clone(), range.clone());
    list(context, &Arguments { action: None, source, range, reconcile: false, output: *output }, Some(State::Parked))
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.action {
        None => list(context, arguments, None),
        Some(Action::Save { case }) => save(context, case.as_ref()),
    }
}

/// Lists what failed; only what is in one state, where one is named.
fn list(context: &Context, arguments: &Arguments, only: Option<State>) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let profile = Arc::new(settings.profile.clone());
    has_consumer(&profile)?;
    let now = Timestamp::now();
    if let Some(name) = &arguments.source {
        known_source(&profile, name)?;
    }
    let range = arguments.range.as_deref().map(|text| range::parse(text, now));
    let range = range.transpose().map_err(|what| UsageError { what, hint: None })?;
    let state = paths(context, &settings).state;
    let inventory = Inventory::new(connect(&settings), Arc::clone(&profile));
    runtime()?.block_on(async {
        let (all, mut trouble) = collect(&inventory).await;
        let history = replay::history(&state)?;
        let known = world::known(&all, &history);
        let is_wanted = |failure: &Failure| {
            let of_source = arguments.source.is_none() || failure.source == arguments.source;
            let is_of_state = only.is_none_or(|state| failure.state == state);
            is_of_state
                && of_source
                && range.is_none_or(|range| is_within(&profile, failure, range))
                && !known.has_moved_on(failure)
        };
        let mut wanted: Vec<Failure> = all.into_iter().filter(is_wanted).collect();
        if arguments.reconcile {
            let range = range.unwrap_or_else(|| range::ending_now(now, LENGTH));
            match reconcile(&inventory, &profile, arguments.source.as_deref(), range, &known).await {
                Ok(reconciled) => {
                    writeln!(io::stderr(), "{range}: {}", reconciled.told())?;
                    wanted.extend(reconciled.found);
                }
                Err(error) => trouble = trouble.or(Some(error)),
            }
        }
        diagnose(&inventory, &mut wanted).await;
        // Where not everything could be read, an empty list says nothing.
        if !wanted.is_empty() || trouble.is_none() {
            print(&wanted, arguments.output, only, now)?;
        }
        tell(trouble.as_ref())
    })
}

/// Nothing fails with a profile that names no consumer, which is no news to rely on.
fn has_consumer(profile: &Profile) -> Result<(), UsageError> {
    if profile.consumers.is_empty() {
        return Err(UsageError {
            what: format!("profile \"{}\" has no consumer", profile.name),
            hint: Some("add [[profiles.NAME.consumers]] to the configuration".into()),
        });
    }
    Ok(())
}

pub(super) fn known_source<'p>(profile: &'p Profile, name: &str) -> Result<&'p Source, UsageError> {
    profile.source(name).ok_or_else(|| UsageError {
        what: format!("profile \"{}\" has no source \"{name}\"", profile.name),
        hint: nearest(name, profile.sources.iter().map(|source| source.name.as_str()))
            .map(|near| format!("did you mean \"{near}\"?")),
    })
}

/// All failures, and why the list is not whole, where it is not.
pub(super) async fn collect(inventory: &Inventory) -> (Vec<Failure>, Option<Trouble>) {
    let (sender, mut receiver) = mpsc::channel(16);
    let collecting = async {
        let mut all = Vec::new();
        while let Some(found) = receiver.recv().await {
            all.extend(found);
        }
        all
    };
    let (read, all) = tokio::join!(inventory.failures(sender), collecting);
    let unseen = read.as_ref().map_or(0, |looked| looked.unseen);
    let held = (unseen > 0).then(|| Trouble {
        what: "the list is not whole".into(),
        cause: format!("{unseen} more messages of the failure queues are held by another reader"),
        hint: Some("list them again when it has given them back".into()),
    });
    (all, read.err().or(held))
}

/// Whether the time that the object's key tells, else that of the failure, lies in the range. What tells neither is not
/// left out.
fn is_within(profile: &Profile, failure: &Failure, range: TimeRange) -> bool {
    let told = failure.object.as_ref().and_then(|object| {
        let source = profile.source_of(&object.bucket, &object.key)?;
        source.layout.time_of(&object.key).map(|told| told.start)
    });
    told.or_else(|| failure.since()).is_none_or(|moment| range.contains(moment))
}

async fn reconcile(
    inventory: &Inventory,
    profile: &Profile,
    only: Option<&str>,
    range: TimeRange,
    known: &Known,
) -> Result<Reconciled, Trouble> {
    let mut all = Reconciled::default();
    for source in profile.sources.iter().filter(|source| only.is_none_or(|only| source.name == only)) {
        all.add(inventory.reconcile(source, range, known, Timestamp::now()).await?);
    }
    Ok(all)
}

/// Finds reasons and prospects of those that nobody knows yet.
async fn diagnose(inventory: &Inventory, failures: &mut [Failure]) {
    let is_open = |failure: &&Failure| {
        !matches!(failure.trace, Trace::Reconciled(Finding::Unsearchable | Finding::Twice)) && failure.object.is_some()
    };
    let open: Vec<Failure> = failures.iter().filter(is_open).take(TRIED).cloned().collect();
    let (sender, mut receiver) = mpsc::channel::<Diagnosis>(64);
    let mut diagnoses = std::collections::HashMap::new();
    let taking = async {
        while let Some(found) = receiver.recv().await {
            diagnoses.insert((found.consumer, found.object), (found.reason, found.prospect));
        }
    };
    tokio::join!(inventory.diagnose(open, sender), taking);
    for failure in failures {
        let Some(object) = &failure.object else { continue };
        if let Some((reason, prospect)) = diagnoses.get(&(failure.consumer.clone(), object.clone())) {
            if !matches!(failure.trace, Trace::Reconciled(_)) {
                failure.reason.clone_from(reason);
            }
            failure.prospect = prospect.clone();
        }
    }
}

fn print(failures: &[Failure], output: Format, only: Option<State>, now: Timestamp) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match output {
        Format::Table if failures.is_empty() => match only {
            Some(state) => writeln!(out, "nothing is {}", state.name())?,
            None => writeln!(out, "nothing failed, nothing is parked")?,
        },
        Format::Table => table(failures, now, &mut out)?,
        Format::Json => {
            let lines: Vec<_> = failures.iter().map(line).collect();
            serde_json::to_writer(&mut out, &lines)?;
            out.write_all(b"\n")?;
        }
        Format::Ndjson => {
            for failure in failures {
                serde_json::to_writer(&mut out, &line(failure))?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()
}

fn table(failures: &[Failure], now: Timestamp, out: &mut impl Write) -> io::Result<()> {
    let head = ["state", "consumer", "source", "found by", "expires in", "now", "object", "reason"];
    let mut table = Table::new(head.into_iter());
    for failure in failures {
        let expires = failure.expires().map_or_else(|| "–".to_owned(), |expires| brief(expires.duration_since(now)));
        let again = failure.replay().map(|replay| format!("failed again after {replay}: ")).unwrap_or_default();
        let reason = failure.reason.as_ref().map_or("not known", |reason| reason.text.as_str());
        let cells = [
            failure.state.name().to_owned(),
            show(&failure.consumer),
            show(failure.source.as_deref().unwrap_or("–")),
            failure.trace.name().to_owned(),
            expires,
            prospect(&failure.prospect).to_owned(),
            failure.object.as_ref().map_or_else(|| "–".to_owned(), |object| show(object.file_name())),
            show(&format!("{again}{reason}")),
        ];
        table.row(cells.to_vec(), out)?;
    }
    table.finish(out)
}

fn prospect(prospect: &Prospect) -> &'static str {
    match prospect {
        Prospect::Untried => "not tried",
        Prospect::Passes { .. } => "passes",
        Prospect::FailsAgain(_) => "fails again",
        Prospect::NoParser => "no parser",
        Prospect::Gone => "gone",
        Prospect::Untriable(_) => "not readable",
    }
}

/// A failure as a line for programs. Where no object is named, `object` is null.
fn line(failure: &Failure) -> serde_json::Value {
    let message = failure.message();
    let record = match &failure.trace {
        Trace::Destination { record, .. } => Some(record.to_string()),
        _ => None,
    };
    let finding = match &failure.trace {
        Trace::Reconciled(finding) => Some(*finding),
        _ => None,
    };
    json!({
        "object": failure.object.as_ref().map(ToString::to_string),
        "version": failure.object.as_ref().and_then(|object| object.version.as_deref()),
        "consumer": failure.consumer,
        "source": failure.source,
        "state": failure.state,
        "reason": failure.reason.as_ref().map(|reason| &reason.text),
        "reason_from": failure.reason.as_ref().map(|reason| reason.origin),
        "found_by": failure.trace.name(),
        "finding": finding,
        "record": record,
        "message_id": message.map(|message| &message.id),
        "receives": message.map(|message| message.receive_count),
        "since": failure.since(),
        "expires": failure.expires(),
        "replay": failure.replay(),
        "now": prospect(&failure.prospect),
    })
}

fn save(context: &Context, case: Option<&CaseName>) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    has_consumer(&settings.profile)?;
    let cases = Cases::new(paths(context, &settings).cases);
    let inventory = Inventory::new(connect(&settings), Arc::new(settings.profile.clone()));
    let who = context.environment.who();
    runtime()?.block_on(async {
        let saved = case::save(&inventory, &cases, case, &who, Timestamp::now()).await?;
        // Standard output is the file's name alone, for the next command.
        writeln!(io::stdout(), "{}", saved.path.display())?;
        writeln!(io::stderr(), "{}", show(&saved.told()))?;
        let exit = tell(saved.trouble.as_ref())?;
        Ok(if saved.is_complete() { exit } else { Exit::Partly })
    })
}

/// Names what could not be read; the rest is done.
pub(super) fn tell(trouble: Option<&Trouble>) -> anyhow::Result<Exit> {
    let Some(trouble) = trouble else { return Ok(Exit::Done) };
    writeln!(io::stderr(), "error: {}", show(&trouble.to_string()))?;
    if let Some(hint) = &trouble.hint {
        writeln!(io::stderr(), "hint: {}", show(hint))?;
    }
    Ok(Exit::Partly)
}
