//! `scops replay`: send the events of objects again, after saying what that will do.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::exit::UsageError;
use super::{Context, Exit, connect, paths, runtime};
use crate::domain::Progress;
use crate::inventory::Inventory;
use crate::replay;
use crate::runtime::world;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The objects: lines of s3:// URIs, or NDJSON with an "object" or "uri" field; - is standard input
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The consumer to replay to; needed where the profile has several
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Say what would be done, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave out what would fail again
    #[arg(long)]
    only_passing: bool,
    /// Send without asking: the hash of the plan that a dry run printed
    #[arg(long, value_name = "HASH")]
    confirm: Option<String>,
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
    let settings = context.settings()?;
    let profile = Arc::new(settings.profile.clone());
    let consumer = super::consumer(&profile, arguments.consumer.as_deref())?;
    let input: Box<dyn BufRead> = if arguments.from.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(&arguments.from).with_context(|| format!("cannot read {}", arguments.from.display()))?;
        Box::new(BufReader::new(file))
    };
    let objects = replay::from_lines(input)?;
    let aws = connect(&settings);
    runtime()?.block_on(async {
        let inventory = Inventory::new(aws.clone(), Arc::clone(&profile));
        let preflight = world::preflight(&inventory, &consumer.name);
        let mut plan = replay::plan(&aws, &profile, &consumer.name, objects, Some(&preflight)).await?;
        if arguments.only_passing {
            plan = plan.without_failing();
        }
        {
            let mut out = BufWriter::new(io::stdout().lock());
            match arguments.output {
                Format::Text => replay::render::text(&plan, &mut out)?,
                Format::Json => replay::render::json(&plan, &mut out)?,
            }
            out.flush()?;
        }
        if arguments.dry_run {
            return Ok(Exit::Done);
        }
        match &arguments.confirm {
            Some(hash) if *hash == plan.hash => {}
            Some(_) => {
                return Err(UsageError {
                    what: "the plan is not the one that was confirmed: its hash differs".into(),
                    hint: Some(
                        "something changed since the dry run; look at the plan above and confirm its hash".into(),
                    ),
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
        let who = context.environment.who();
        let state = paths(context, &settings).state;
        let sending = replay::run(&aws, &profile, plan, &state, &who, |progress| show_progress(&progress));
        let report = tokio::select! {
            report = sending => Some(report?),
            // Dropping the replay ends the batch under way, and journals it.
            _ = tokio::signal::ctrl_c() => None,
        };
        let mut err = io::stderr().lock();
        let Some(report) = report else {
            writeln!(err, "interrupted; the journal tells what was sent: the console shows it on 6")?;
            return Ok(Exit::Interrupted);
        };
        replay::render::summary(&report.summary, &mut err)?;
        if let Some(cause) = &report.stopped {
            writeln!(err, "stopped: {cause}")?;
        }
        Ok(if report.is_complete() { Exit::Done } else { Exit::Partly })
    })
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
