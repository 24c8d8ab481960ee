//! `scops worker`: consume object events until interrupted.

use std::io::{self, Write};
use std::sync::Arc;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::exit::UsageError;
use super::output::show;
use super::{Context, Exit, connect, runtime};
use crate::worker::{Worker, WorkerOptions};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The consumer of the profile to be; needed where it has several
    #[arg(long, value_name = "NAME")]
    consumer: Option<String>,
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
        let worker = Worker::new(connect(&settings), Arc::new(profile.clone()), consumer, WorkerOptions::default());
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.cancel();
            }
        });
        if consumer_detects {
            // The others are matched all the same.
            for mistake in profile.rules.get().mistakes() {
                writeln!(io::stderr(), "warning: {}", show(&mistake.to_string()))?;
            }
        }
        writeln!(io::stderr(), "{name}: waiting for events; ctrl-c finishes what is begun and ends")?;
        worker.run(shutdown).await?;
        Ok(Exit::Done)
    })
}
