//! `scops get`: objects as files.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use futures::{FutureExt as _, StreamExt as _};

use super::exit::UsageError;
use super::{Context, Exit, connect, runtime};
use crate::domain::{ObjectId, Shown};
use crate::download::{self, DownloadError};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops get s3://acme-logs/AWSLogs/a.json.gz               into this folder
  scops get --to evidence/ s3://acme-logs/a s3://acme-logs/b
  scops ls cloudtrail --range 1h -o raw | xargs scops get")]
pub struct Arguments {
    /// The objects: s3://BUCKET/KEY
    #[arg(value_name = "URI", required = true)]
    objects: Vec<ObjectId>,
    /// The folder that the files go into; it is made where it is not there
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    to: PathBuf,
    /// This version of the object
    #[arg(long, value_name = "ID")]
    version_id: Option<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    if arguments.version_id.is_some() && arguments.objects.len() > 1 {
        return Err(UsageError {
            what: "--version-id names the version of one object".into(),
            hint: Some("get them one by one".into()),
        }
        .into());
    }
    let aws = connect(&context.settings()?);
    let folder = download::folder(&arguments.to)?;
    let runtime = runtime()?;
    let (mut out, mut done) = (io::stdout().lock(), 0);
    let objects: Vec<ObjectId> = arguments
        .objects
        .iter()
        .map(|object| ObjectId { version: arguments.version_id.clone(), ..object.clone() })
        .collect();
    let downloads = objects.iter().map(|object| download::download(&aws, object, None, &folder, |_| {}).boxed());
    let mut downloads = futures::stream::iter(downloads.collect::<Vec<_>>()).buffered(download::PARALLEL);
    loop {
        let next = async {
            tokio::select! {
                fetched = downloads.next() => Some(fetched),
                _ = tokio::signal::ctrl_c() => None,
            }
        };
        match runtime.block_on(next) {
            Some(Some(Ok(path))) => {
                writeln!(out, "{}", Shown::new(path.display().to_string()))?;
                done += 1;
            }
            Some(Some(Err(error))) if arguments.objects.len() > 1 => told(&error)?,
            Some(Some(Err(error))) => return Err(error.into()),
            Some(None) => break,
            None => return Ok(Exit::Interrupted),
        }
    }
    Ok(match done {
        0 => Exit::Failed,
        _ if done == arguments.objects.len() => Exit::Done,
        _ => Exit::Partly,
    })
}

/// Tells of one object that failed among others.
fn told(error: &DownloadError) -> io::Result<()> {
    let trouble = match error {
        DownloadError::Write { error: cause, .. } => format!("{error}: {cause}"),
        _ => error.to_string(),
    };
    writeln!(io::stderr(), "error: {}", Shown::new(trouble))
}
