//! `scops iam-policy`: the least IAM policy that the configuration needs.

use std::io::{self, Write};

use clap::Args;

use super::exit::UsageError;
use super::{Context, Exit, failures};
use crate::domain::permission::permissions;
use crate::domain::policy::{Home, INLINE, MANAGED, policy, size};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops iam-policy --profile prod > policy.json
  scops iam-policy --read-only --source cloudtrail     for somebody who only looks

It is for whoever works with the console and these commands; a consumer such as `scops worker` needs its own.")]
pub struct Arguments {
    /// Only what these sources need, and what consumers and the index do
    #[arg(long = "source", value_name = "NAME")]
    sources: Vec<String>,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let profile = context.settings()?.profile;
    for name in &arguments.sources {
        failures::known_source(&profile, name)?;
    }
    let wanted = permissions(&profile, &arguments.sources, profile.is_read_only);
    if wanted.is_empty() {
        let hint = Some("name sources in the configuration: `scops config template` shows how".into());
        return Err(UsageError { what: format!("profile \"{}\" needs no rights", profile.name), hint }.into());
    }
    let policy = policy(&wanted, &Home::of(&profile));
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &policy)?;
    out.write_all(b"\n")?;
    out.flush()?;
    let mut err = io::stderr();
    let size = size(&policy);
    writeln!(err, "{size} of the {MANAGED} characters that a managed policy may have")?;
    if size > MANAGED {
        let place = if size > INLINE { "nor inline in a role" } else { "it fits inline in a role" };
        writeln!(err, "warning: too long for a managed policy, {place}\nhint: split it, by --source or by statement")?;
    }
    if policy.to_string().contains(":*:") {
        writeln!(err, "note: the account is not known and stands as *; `account` of the profile names it")?;
    }
    writeln!(
        err,
        "note: objects and queues under keys of your own (KMS) also need kms:Decrypt on those keys, and kms:GenerateDataKey \
         where something is written or sent"
    )?;
    if profile.index.as_ref().is_some_and(|index| index.output.is_none()) {
        writeln!(
            err,
            "note: where the workgroup names the place of its results, s3:GetObject, s3:PutObject, s3:ListBucket and \
             s3:GetBucketLocation are needed there, too; `output` of the index names it"
        )?;
    }
    Ok(Exit::Done)
}
