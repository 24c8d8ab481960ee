//! Platforms on loopback, for `scops demo` and `scops open`: a lab, a worker behind it, and the profile that
//! describes them. What runs here takes the same path as on AWS; only the endpoint differs.

mod build;
pub mod demo;
pub mod folder;

use std::io;
use std::path::Path;
use std::sync::Arc;

use scops_lab::Lab;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::aws::{Aws, Connection};
use crate::config::{self, Credentials, Environment, File, Overrides, Settings};
use crate::worker::{Worker, WorkerOptions};

/// A lab with a worker behind it; both end with it.
pub struct Embedded {
    /// The profile, and how the platform is reached.
    pub settings: Settings,
    lab: Lab,
    worker: Running,
}

impl Embedded {
    /// Writes the variables that point any AWS client at the platform, as a shell reads them.
    pub fn write_environment(&self, out: &mut impl io::Write) -> io::Result<()> {
        self.lab.write_environment(out)
    }

    /// Ends the worker, then the platform.
    pub async fn stop(self) {
        self.worker.stop().await;
        self.lab.stop().await;
    }
}

/// A worker in the background.
struct Running {
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Runs the first consumer of the profile.
    fn start(aws: &Aws, settings: &Settings, options: WorkerOptions) -> Self {
        let consumer = settings.profile.consumers[0].clone();
        let worker = Worker::new(aws.clone(), Arc::new(settings.profile.clone()), consumer, options);
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = worker.run(stop).await {
                tracing::error!(%error, "the worker stopped");
            }
        });
        Self { shutdown, task }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        // A worker that has panicked has said so in the log; the platform is stopped all the same.
        let _ = self.task.await;
    }
}

/// The way to a lab.
fn connection(lab: &Lab) -> Connection {
    Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
    }
}

fn credentials(lab: &Lab) -> Credentials {
    Credentials { access_key_id: lab.access_key_id().to_owned(), secret_access_key: lab.secret_access_key().to_owned() }
}

/// Settings as they would be read from this configuration.
fn settings(file: &File) -> Result<Settings, config::ConfigError> {
    let settings = config::resolve(file, &Overrides::default(), &Environment::default())?;
    Ok(Settings { runs_consumer: true, requests_per_minute: None, ..settings })
}

/// Keeps the configuration beside the platform, so that other commands find it with `--config`.
fn write_config(folder: &Path, file: &File) -> anyhow::Result<()> {
    std::fs::write(folder.join("config.toml"), toml::to_string(file)?)?;
    Ok(())
}
