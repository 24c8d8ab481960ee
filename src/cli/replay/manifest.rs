//! `scops replay manifest`: a job of S3 Batch Operations for more objects than one would send from here.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::input;
use crate::aws::Put;
use crate::cli::exit::UsageError;
use crate::cli::{Context, Exit, connect, runtime};
use crate::domain::size::plural;
use crate::domain::{Location, ObjectId, Shown};
use crate::replay::ReplayError;
use crate::replay::manifest::{self, Job};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The objects: lines of s3:// URIs, or NDJSON with an "object" or "uri" field; - is standard input
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Where the manifest is put, and the job's report
    #[arg(long, value_name = "s3://BUCKET/PREFIX/")]
    to: Location,
    /// The function that the job calls for each object, by ARN
    #[arg(long, value_name = "ARN")]
    function: String,
    /// The role that the job acts in, by ARN
    #[arg(long, value_name = "ARN")]
    role: String,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    if settings.profile.is_read_only {
        return Err(ReplayError::ReadOnly(settings.profile.name).into());
    }
    // Nothing is written for a job that would be refused.
    let account = account_of(&arguments.function, "lambda").ok_or_else(|| UsageError {
        what: format!("\"{}\" is not the ARN of a function", arguments.function),
        hint: Some("arn:aws:lambda:REGION:ACCOUNT:function:NAME".into()),
    })?;
    account_of(&arguments.role, "iam").ok_or_else(|| UsageError {
        what: format!("\"{}\" is not the ARN of a role", arguments.role),
        hint: Some("arn:aws:iam::ACCOUNT:role/NAME".into()),
    })?;
    let mut file = tempfile::NamedTempFile::new().context("cannot write the manifest")?;
    let mut out = BufWriter::new(&mut file);
    let manifest = manifest::write(input(&arguments.from)?, &mut out)?;
    out.flush().context("cannot write the manifest")?;
    drop(out);
    if manifest.objects == 0 {
        return Err(ReplayError::Empty.into());
    }
    let prefix = &arguments.to.prefix;
    let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
    let object =
        ObjectId::new(arguments.to.bucket.clone(), format!("{prefix}{slash}scops-replay-{}.csv", &manifest.hash[..16]));
    let aws = connect(&settings);
    let etag = runtime()?.block_on(aws.put_file(&object, file.path(), Put::default()))?;
    let report = Location { bucket: arguments.to.bucket.clone(), prefix: format!("{prefix}{slash}report/") };
    let job = Job {
        account: &account,
        function: &arguments.function,
        role: &arguments.role,
        manifest: &object,
        etag: &etag,
        report: &report,
    };
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &manifest::job(&job, &manifest))?;
    writeln!(out)?;
    let mut err = io::stderr();
    writeln!(err, "{} listed in {}", plural(manifest.objects, "object"), Shown::new(object.to_string()))?;
    writeln!(
        err,
        "create the job with: aws s3control create-job --cli-input-json file://JOB.json (it waits for confirmation)"
    )?;
    writeln!(
        err,
        "the function gets events of S3 Batch Operations (schema 2.0: tasks[].s3Bucket and .s3Key, the key form-encoded), \
         not S3's own, and answers with a result for each task"
    )?;
    Ok(Exit::Done)
}

/// The account in an ARN of this service.
fn account_of(arn: &str, service: &str) -> Option<String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, named, _, account, _] = parts[..] else { return None };
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (named == service && is_account).then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_arn_of_its_service_names_the_account() {
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:again";
        assert_eq!(account_of(function, "lambda").as_deref(), Some("111122223333"));
        assert_eq!(account_of("arn:aws:iam::111122223333:role/batch", "iam").as_deref(), Some("111122223333"));
        for wrong in ["again", "arn:aws:lambda:eu-west-1:1111:function:again", function] {
            assert_eq!(account_of(wrong, "iam"), None, "{wrong}");
        }
    }
}
