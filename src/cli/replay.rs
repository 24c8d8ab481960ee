//! `scops replay`: send the events of objects again, after saying what that will do; go on with a replay that stood
//! still; tell what was sent.

mod detach;
mod manifest;
mod moving;
mod noting;
mod past;
mod planning;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};

use super::exit::UsageError;
use super::{Context, Exit, connect, paths, runtime};
use crate::domain::{CaseName, Plan, Profile, Progress, ReplayId, Steer};
use crate::inventory::Inventory;
use crate::replay::{self, Aid, Control, Replayer};
use crate::runtime::world;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  scops replay --from night.ndjson --dry-run             the plan and its hash; nothing is sent
  scops replay --from night.ndjson --confirm HASH        sends what has that hash
  scops failures -o ndjson | scops replay --from - --dry-run
  scops replay show --state failed-again -o ndjson       what became of each object
  scops replay resume --dry-run                          what a replay that died has left to send")]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The objects: lines of s3:// URIs, NDJSON with an "object" or "uri" field, or messages that `scops failures save`
    /// wrote; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The consumer to replay to; needed where the profile has several
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Messages a second at most; left out, as the profile says
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=i64::from(Plan::FASTEST)))]
    rate: Option<u32>,
    #[command(flatten)]
    sending: Sending,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Go on with a replay that stood still: what it never began to send
    Resume {
        /// The replay; left out, the newest that has something left to send
        id: Option<String>,
        #[command(flatten)]
        sending: Sending,
    },
    /// Have SQS move a consumer's whole failure queue back, without a choice of objects
    Move(moving::Arguments),
    /// Write a job of S3 Batch Operations instead, for millions of objects
    Manifest(manifest::Arguments),
    /// The replays that the journal remembers, newest first
    List {
        /// How they are printed
        #[arg(short, long, value_enum, default_value_t = past::Format::Table)]
        output: past::Format,
    },
    /// One replay and what became of each of its objects
    Show {
        /// The replay; left out, the newest
        id: Option<String>,
        /// How it is printed; NDJSON lines of objects may be given to `scops replay --from`
        #[arg(short, long, value_enum, default_value_t = past::Format::Table)]
        output: past::Format,
        /// Only objects in this state: recovered, failed-again, unconfirmed, sent, unknown, refused, waiting
        #[arg(long, value_name = "STATE", value_parser = past::state)]
        state: Option<&'static str>,
    },
}

/// How a plan is confirmed and carried out.
#[derive(Debug, Args)]
struct Sending {
    /// Say what would be done, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave out what would fail again
    #[arg(long)]
    only_passing: bool,
    /// Send without asking: the hash of the plan that a dry run printed
    #[arg(long, value_name = "HASH")]
    confirm: Option<String>,
    /// The profile's name, where its configuration wants it confirmed
    #[arg(long, value_name = "NAME", requires = "confirm")]
    confirm_name: Option<String>,
    /// Send in a process of its own, which goes on when this terminal goes away
    #[arg(long, requires = "confirm")]
    detach: bool,
    /// Note in this case what became of each object
    #[arg(long, value_name = "NAME")]
    case: Option<CaseName>,
    /// How the plan is printed
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object, with the exact messages
    Json,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.action {
        None => anew(context, arguments),
        Some(Action::Resume { id, sending }) => resume(context, id.as_deref(), sending),
        Some(Action::Manifest(arguments)) => manifest::run(context, arguments),
        Some(Action::Move(arguments)) => moving::run(context, arguments),
        Some(Action::List { output }) => past::list(&state(context)?, *output),
        Some(Action::Show { id, output, state: only }) => past::show(&state(context)?, id.as_deref(), *output, *only),
    }
}

fn state(context: &Context) -> anyhow::Result<PathBuf> {
    Ok(paths(context, &context.settings()?).state)
}

fn anew(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let from = arguments.from.as_deref().ok_or_else(|| UsageError {
        what: "replay what? no objects are named".into(),
        hint: Some("--from FILE lists them; `scops replay resume` goes on with a replay that stood still".into()),
    })?;
    let is_stdin = from.as_os_str() == "-";
    if arguments.sending.detach {
        if is_stdin {
            let hint = Some("write the objects to a file, and name it with --from".into());
            let what = "standard input cannot be read by a process that outlives this one".into();
            return Err(UsageError { what, hint }.into());
        }
        return detach::again(&state(context)?);
    }
    // What is to be replayed is the first thing that whoever asked wants to know of.
    let input = input(from)?;
    let settings = context.settings()?;
    let profile = Arc::new(settings.profile.clone());
    let consumer = super::consumer(&profile, arguments.consumer.as_deref())?;
    let asked = replay::from_lines(input)?;
    let aws = connect(&settings);
    runtime()?.block_on(async {
        let inventory = Inventory::new(aws.clone(), Arc::clone(&profile));
        let preflight = world::preflight(&inventory, &consumer.name);
        let rate = arguments.rate.unwrap_or(profile.replay.rate);
        let plan = async |aid: Aid<'_>| replay::plan(&aws, &profile, &consumer.name, asked, rate, aid).await;
        let Some(plan) = planning::made(&preflight, plan).await? else { return interrupted() };
        let who = context.environment.who();
        let replayer = replay::replayer(&aws, &profile, &paths(context, &settings).state, &who);
        carry_out(context, &replayer, &profile, plan, &arguments.sending).await
    })
}

fn input(from: &Path) -> anyhow::Result<Box<dyn BufRead>> {
    if from.as_os_str() == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(from).with_context(|| format!("cannot read {}", from.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

fn resume(context: &Context, id: Option<&str>, sending: &Sending) -> anyhow::Result<Exit> {
    let state = state(context)?;
    if sending.detach {
        return detach::again(&state);
    }
    let history = replay::history(&state)?;
    let id = match id {
        Some(id) => ReplayId(id.to_owned()),
        None => past::resumable(&history).cloned().ok_or_else(|| UsageError {
            what: "no replay of the journal has anything left to send".into(),
            hint: Some("`scops replay list` shows them".into()),
        })?,
    };
    if history.get(&id).is_none() {
        return Err(past::unknown(&id.0, history.iter().map(|(id, _)| id)).into());
    }
    let settings = context.settings()?;
    let profile = Arc::new(settings.profile.clone());
    let aws = connect(&settings);
    runtime()?.block_on(async {
        let inventory = Inventory::new(aws.clone(), Arc::clone(&profile));
        let consumer = history.get(&id).map(|past| past.began.consumer.clone()).unwrap_or_default();
        let preflight = world::preflight(&inventory, &consumer);
        let replayer = replay::replayer(&aws, &profile, &state, &context.environment.who());
        let plan = async |aid: Aid<'_>| replayer.resumption(&id, aid).await;
        let Some(plan) = planning::made(&preflight, plan).await? else { return interrupted() };
        carry_out(context, &replayer, &profile, plan, sending).await
    })
}

/// The plan was given up while it was made.
fn interrupted() -> anyhow::Result<Exit> {
    writeln!(io::stderr(), "the plan was given up; nothing was sent")?;
    Ok(Exit::Interrupted)
}

/// Prints the plan, and sends it where its hash was confirmed.
async fn carry_out(
    context: &Context,
    replayer: &Replayer,
    profile: &Profile,
    plan: Plan,
    sending: &Sending,
) -> anyhow::Result<Exit> {
    let plan = if sending.only_passing { plan.without_failing() } else { plan };
    {
        let mut out = BufWriter::new(io::stdout().lock());
        match sending.output {
            Format::Text => replay::render::text(&plan, &mut out)?,
            Format::Json => replay::render::json(&plan, &mut out)?,
        }
        out.flush()?;
    }
    if sending.dry_run {
        return Ok(Exit::Done);
    }
    match &sending.confirm {
        Some(hash) if *hash == plan.hash => {}
        Some(_) => {
            return Err(UsageError {
                what: "the plan is not the one that was confirmed: its hash differs".into(),
                hint: Some("something changed since the dry run; look at the plan above and confirm its hash".into()),
            }
            .into());
        }
        None => {
            return Err(UsageError {
                what: "nothing was sent: the plan is not confirmed".into(),
                hint: Some(format!("to send exactly this: --confirm {}", plan.hash)),
            }
            .into());
        }
    }
    if profile.replay.confirms_name && sending.confirm_name.as_ref() != Some(&profile.name) {
        return Err(UsageError {
            what: format!("nothing was sent: profile \"{}\" wants its name confirmed as well", profile.name),
            hint: Some(format!("add --confirm-name {}", profile.name)),
        }
        .into());
    }
    let noting = sending.case.as_ref().map(|case| noting::Noting::new(context, case)).transpose()?;
    send(replayer, plan, noting).await
}

/// Sends the plan. The first interrupt has nothing more sent, and what was sent watched; a second one leaves.
async fn send(replayer: &Replayer, plan: Plan, noting: Option<noting::Noting>) -> anyhow::Result<Exit> {
    let control = Control::default();
    let interrupts = async {
        tokio::signal::ctrl_c().await?;
        control.steer(Steer::Abort);
        writeln!(io::stderr(), "nothing more is sent; what was sent is watched (ctrl-c again leaves)")?;
        tokio::signal::ctrl_c().await
    };
    let mut err = io::stderr();
    let report = tokio::select! {
        report = replayer.run(plan, &control, |progress| show_progress(&progress)) => report?,
        // Dropping the replay ends the batch under way, and journals it.
        interrupted = interrupts => {
            interrupted?;
            writeln!(err, "left; `scops replay show` tells what was sent, `scops replay resume` sends the rest")?;
            return Ok(Exit::Interrupted);
        }
    };
    replay::render::summary(&report.summary, &mut err)?;
    if let Some(cause) = &report.stopped {
        writeln!(err, "stopped: {cause}")?;
    }
    if let Some(cause) = &report.uncopied {
        writeln!(err, "the audit log was not copied: {cause}\nhint: `scops audit export` copies it")?;
    }
    let is_noted = noting.is_none_or(|noting| noting.note(&report.summary.id));
    Ok(if report.is_complete() && is_noted { Exit::Done } else { Exit::Partly })
}

fn show_progress(progress: &Progress) {
    // Progress that cannot be shown is no reason to stop.
    let _ = writeln!(
        io::stderr(),
        "{}: {} of {} sent, {} refused, {} recovered",
        progress.id,
        progress.sent,
        progress.total,
        progress.refused,
        progress.recovered
    );
}
