//! `scops worker`: consume object events until told to stop.

use std::io::{self, Write};
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::exit::UsageError;
use super::index::create;
use super::output::show;
use super::{Context, Exit, connect, runtime};
use crate::aws::Aws;
use crate::domain::Profile;
use crate::worker::{Upkeep, Worker, WorkerOptions, tables};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops worker --profile prod                     any number may run at once
  scops worker --profile prod --consumer indexer  where the profile has several")]
pub struct Arguments {
    /// The consumer of the profile to be; needed where it has several
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
    /// Leave the small files of the index to `scops index compact`
    #[arg(long)]
    no_compact: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let profile = &settings.profile;
    let consumer = super::consumer(profile, arguments.consumer.as_deref())?.clone();
    if profile.is_read_only {
        return Err(UsageError {
            what: format!("profile \"{}\" is read-only, and a worker writes", profile.name),
            hint: None,
        }
        .into());
    }
    runtime()?.block_on(async {
        let (name, consumer_detects) = (consumer.name.clone(), consumer.alerts.is_some());
        if consumer.input.queue_url().is_none() {
            return Err(UsageError {
                what: format!(
                    "consumer \"{}\" is a {}, and a worker takes its events from a queue",
                    consumer.name,
                    consumer.input.kind()
                ),
                hint: Some("subscribe a queue to it, and name that as queue_url of a consumer".into()),
            }
            .into());
        }
        let aws = connect(&settings);
        let upkeep = (!arguments.no_compact).then(Upkeep::default);
        let options = WorkerOptions { upkeep, ..WorkerOptions::default() };
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        // Asked to stop before the first event, it stops too.
        let told = told_to_stop()?;
        tokio::spawn(async move {
            told.await;
            stop.cancel();
        });
        if consumer_detects {
            // The others are matched all the same.
            for mistake in profile.rules.get().mistakes() {
                writeln!(io::stderr(), "warning: {}", show(&mistake.to_string()))?;
            }
        }
        tokio::spawn(look_at_tables(aws.clone(), profile.clone()));
        let worker = Worker::new(aws, Arc::new(profile.clone()), consumer, options);
        writeln!(io::stderr(), "{name}: waiting for events; ctrl-c or SIGTERM finishes what is begun and ends")?;
        worker.run(shutdown).await?;
        let done = worker.tally();
        writeln!(io::stderr(), "{name}: ended, {} messages finished of {} received", done.finished, done.received)?;
        Ok(Exit::Done)
    })
}

/// Says so where what the worker writes cannot be searched yet. A worker needs no right to Athena: where it may not
/// look, it says nothing.
async fn look_at_tables(aws: Aws, profile: Profile) {
    let Some(index) = &profile.index else { return };
    match tables::standing(&aws, index, &profile.sources).await {
        Ok(standing) if standing.is_whole() => {}
        Ok(_) => {
            let database = show(&index.database);
            let _ = writeln!(
                io::stderr(),
                "the tables of {database} are not as they should be: what is written cannot all be searched\nhint: {}",
                create::COMMAND
            );
        }
        Err(error) => tracing::debug!(%error, "the tables could not be looked at"),
    }
}

/// Ends when somebody asks this process to: ctrl-c, or SIGTERM, which supervisors and containers send.
#[cfg(unix)]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when somebody asks this process to: ctrl-c.
#[cfg(not(unix))]
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
