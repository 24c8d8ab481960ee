//! `scops worker`: consume object events until interrupted.

use std::io::{self, Write};
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::exit::UsageError;
use super::{Context, Exit, connect, runtime};
use crate::worker::{Upkeep, Worker, WorkerOptions};

#[derive(Debug, Args)]
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
        let name = consumer.name.clone();
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
        let upkeep = (!arguments.no_compact).then(Upkeep::default);
        let options = WorkerOptions { upkeep, ..WorkerOptions::default() };
        let worker = Worker::new(connect(&settings), Arc::new(profile.clone()), consumer, options);
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.cancel();
            }
        });
        writeln!(io::stderr(), "{name}: waiting for events; ctrl-c finishes what is begun and ends")?;
        worker.run(shutdown).await?;
        Ok(Exit::Done)
    })
}
