//! `scops replay move`: a whole failure queue goes back by itself.

use std::io::{self, Write as _};
use std::time::Duration;

use clap::Args;

use crate::aws::Aws;
use crate::cli::exit::UsageError;
use crate::cli::{self, Context, Exit, connect, runtime};
use crate::domain::Shown;
use crate::domain::size::plural;
use crate::replay::audit::Event;
use crate::replay::{self, moving};

/// The pause between two looks at a task.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub struct Arguments {
    /// The consumer whose failure queue is moved; needed where the profile has several
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Messages a second at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(moving::FASTEST)))]
    rate: u32,
    /// Start what a run without this printed, by its hash
    #[arg(long, value_name = "HASH", conflicts_with = "cancel")]
    confirm: Option<String>,
    /// Stop the task that runs
    #[arg(long)]
    cancel: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let consumer = cli::consumer(&settings.profile, arguments.consumer.as_deref())?;
    let aws = connect(&settings);
    runtime()?.block_on(async {
        if arguments.cancel {
            let (queue, moved) = cancel(&aws, consumer.dead_letter_url.as_deref(), &consumer.name).await?;
            let state = cli::paths(context, &settings).state;
            let who = context.environment.who();
            let auditor = replay::auditor(&settings.profile, &state, &who, &consumer.name, "").await?;
            auditor.record(Event::MoveStopped { queue, moved }).await?;
            return Ok(Exit::Done);
        }
        let plan = moving::plan(&aws, &settings.profile, consumer, arguments.rate).await?;
        let mut out = io::stdout();
        writeln!(out, "move {}", plan.hash)?;
        for effect in &plan.effects {
            writeln!(out, "  {}", Shown::new(effect))?;
        }
        match &arguments.confirm {
            None => {
                writeln!(out, "nothing was moved; to do exactly this: --confirm {}", plan.hash)?;
                return Ok(Exit::Done);
            }
            Some(hash) if *hash != plan.hash => {
                return Err(UsageError {
                    what: "this move is not the one that was confirmed: its hash differs".into(),
                    hint: Some("look at it above, and confirm its hash".into()),
                }
                .into());
            }
            Some(_) => {}
        }
        let state = cli::paths(context, &settings).state;
        let who = context.environment.who();
        let auditor = replay::auditor(&settings.profile, &state, &who, &plan.consumer, &plan.hash).await?;
        let confirmed =
            Event::MoveConfirmed { queue: plan.dead_letter_arn.clone(), messages: plan.messages, rate: plan.rate };
        auditor.record(confirmed).await?;
        let handle = aws.start_move(&plan.dead_letter_arn, plan.rate).await?;
        auditor.record(Event::MoveBegan { task: handle.clone() }).await?;
        // Others may write while SQS works.
        drop(auditor);
        writeln!(io::stderr(), "task {}", Shown::new(handle))?;
        tokio::select! {
            ended = watch(&aws, &plan.dead_letter_arn) => ended,
            _ = tokio::signal::ctrl_c() => {
                writeln!(io::stderr(), "SQS goes on without us; `scops replay move --cancel` stops it")?;
                Ok(Exit::Interrupted)
            }
        }
    })
}

async fn watch(aws: &Aws, arn: &str) -> anyhow::Result<Exit> {
    let mut told = None;
    loop {
        let tasks = aws.moves(arn).await?;
        let Some(task) = tasks.into_iter().next() else { return Ok(Exit::Partly) };
        let now = (task.moved, task.status.clone());
        if told.as_ref() != Some(&now) {
            let total = task.total.map_or_else(String::new, |total| format!(" of about {total}"));
            writeln!(io::stderr(), "{}{total} moved, {}", task.moved, task.status.to_lowercase())?;
            told = Some(now);
        }
        if !task.is_active() {
            if let Some(cause) = &task.failure {
                writeln!(io::stderr(), "it failed: {}", Shown::new(cause))?;
            }
            return Ok(if task.status == "COMPLETED" { Exit::Done } else { Exit::Partly });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Gives the failure queue's ARN, and how many messages had been moved.
async fn cancel(aws: &Aws, url: Option<&str>, consumer: &str) -> anyhow::Result<(String, u64)> {
    let no_task = |what: String| UsageError { what, hint: None };
    let url = url.ok_or_else(|| no_task(format!("consumer \"{consumer}\" has no failure queue")))?;
    let arn = aws.queue_arn(url).await?;
    let handle = moving::active(aws, &arn).await?.and_then(|task| task.handle);
    let handle = handle.ok_or_else(|| no_task(format!("no task moves messages of {arn}")))?;
    let moved = aws.cancel_move(&handle).await?;
    writeln!(io::stderr(), "stopped; about {} had been moved, and stay so", plural(moved, "message"))?;
    Ok((arn, moved))
}
