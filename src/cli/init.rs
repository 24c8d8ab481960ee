//! `scops init`: a configuration from what the account already knows.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::exit::UsageError;
use super::output::show;
use super::{Context, Exit, connect, console, named, runtime};
use crate::aws::Wanted;
use crate::config::draft::{Draft, Drafted, draft, name_of};
use crate::config::{self, File, Overrides, ProfileTable, Settings, Written};
use crate::domain::discovery::Discovered;
use crate::domain::discovery::oddities::oddities;
use crate::domain::size::plural;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops init --aws-profile acme-prod                what that profile may see, into config.toml
  scops init --bucket acme-logs --dry-run           the same of one bucket, printed and not written
  scops init --region eu-west-1 --output eu.toml    into another file

Everything is asked by requests that only read: at most 60 listings a bucket, and one ranged GET of 256 KiB for each layout that its keys have. What permissions do not allow is named, and the rest is written all the same.")]
pub struct Arguments {
    /// Only this bucket; may be given several times. Left out, every bucket of the account
    #[arg(long = "bucket", value_name = "BUCKET")]
    buckets: Vec<String>,
    /// The file to write; left out, config.toml in the configuration folder, or what --config names
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that is there already; its text is kept beside it
    #[arg(long)]
    force: bool,
    /// Print the configuration, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let configured = named(&context.global, &context.environment);
    let default = context.paths.config.join("config.toml");
    let path = arguments.output.clone().or_else(|| configured.clone()).unwrap_or_else(|| default.clone());
    if !arguments.dry_run && !arguments.force && path.exists() {
        return Err(exists(&path).into());
    }
    let (name, settings) = settings(context, configured.as_deref().unwrap_or(&default))?;
    let formats = context.formats()?;
    let wanted = Wanted {
        buckets: (!arguments.buckets.is_empty()).then(|| arguments.buckets.clone()),
        formats: Some(formats.clone()),
        tables: true,
        besides: Vec::new(),
    };
    let aws = connect(&settings);
    let progress = |what: &str| {
        // Whoever reads a file of it later does not want to know.
        if io::stderr().is_terminal() {
            let _ = writeln!(io::stderr(), "looking at {}", show(what));
        }
    };
    let found = runtime()?.block_on(async {
        tokio::select! {
            found = aws.discover(&wanted, progress) => found.map(Some),
            _ = tokio::signal::ctrl_c() => Ok(None),
        }
    })?;
    let Some(found) = found else { return Ok(Exit::Interrupted) };
    let drafted = draft(&Draft {
        name: &name,
        aws_profile: settings.aws_profile.as_deref(),
        endpoint: settings.profile.endpoint.as_deref(),
        credentials: settings.credentials.as_ref(),
        found: &found,
    })?;
    File::parse(&drafted.text, &path, formats).context("the drafted configuration does not load")?;
    if drafted.sources.is_empty() {
        report(&found, &drafted)?;
        return Err(UsageError {
            what: "nothing was found that looks like logs, and nothing was written".into(),
            hint: Some(if found.denied.is_empty() {
                "name a bucket with --bucket, another account with --aws-profile, or try `scops demo`".into()
            } else {
                "allow the actions above, or name a bucket that you may list with --bucket".into()
            }),
        }
        .into());
    }
    if arguments.dry_run {
        io::stdout().write_all(drafted.text.as_bytes())?;
        report(&found, &drafted)?;
    } else {
        let written = config::write(&path, &drafted.text, arguments.force);
        let written = written.with_context(|| format!("cannot write {}", path.display()))?;
        if written == Written::Exists {
            return Err(exists(&path).into());
        }
        report(&found, &drafted)?;
        if let Written::Replaced(former) = written {
            writeln!(io::stderr(), "the former text is in {}", former.display())?;
        }
        // Standard output is the file's name alone, for the next command.
        writeln!(io::stdout(), "{}", path.display())?;
        next(&path, (path != default).then_some(&path), &name)?;
    }
    Ok(if found.denied.is_empty() { Exit::Done } else { Exit::Partly })
}

fn exists(path: &Path) -> UsageError {
    UsageError {
        what: format!("{} exists already", path.display()),
        hint: Some(
            "--force replaces it and keeps its text, --output FILE writes another, --dry-run only prints".into(),
        ),
    }
}

/// The profile's name, and how AWS is reached: as the profile of that name in a configuration that is there already says,
/// else as AWS's own configuration does.
fn settings(context: &Context, configured: &Path) -> anyhow::Result<(String, Settings)> {
    let global = &context.global;
    let aws_profile = global.network.aws_profile.as_deref();
    let file = if configured.exists() { config::load(Some(configured), &context.paths)? } else { File::default() };
    let wanted = global.profile.clone().or_else(|| context.environment.scops_profile.clone());
    let known = wanted.clone().or_else(|| file.default_profile.clone()).filter(|name| file.profiles.contains_key(name));
    let name = match (&wanted, &known) {
        (Some(name), _) => name.clone(),
        // Whoever names another account does not mean the one that is there.
        (None, Some(name)) if aws_profile.is_none() => name.clone(),
        _ => name_of(aws_profile),
    };
    let mut table = file.profiles.get(&name).cloned().unwrap_or_default();
    if let Some(aws_profile) = aws_profile {
        table.aws_profile = Some(aws_profile.to_owned());
    }
    let overrides = Overrides {
        profile: Some(name.clone()),
        region: global.region.clone(),
        endpoint_url: global.endpoint_url.clone(),
        is_read_only: false,
        aws_profile: None,
        network: global.network.table(),
    };
    let told =
        table.region.clone().or_else(|| overrides.region.clone()).or_else(|| context.environment.aws_region.clone());
    let table = ProfileTable { region: told.clone(), ..table };
    let file = File { profiles: [(name.clone(), table)].into(), ..File::default() };
    let mut settings = config::resolve(&file, &overrides, &context.environment)?;
    if told.is_none() {
        // AWS's own profile may name one.
        settings.profile.region.clear();
    }
    Ok((name, settings))
}

/// What was found, and what was not told: on standard error, beside the file.
fn report(found: &Discovered, drafted: &Drafted) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let account = found.account.as_ref().map(|account| format!("account {account}, ")).unwrap_or_default();
    writeln!(out, "{account}{}: {}", show(&found.region), plural(found.requests, "request"))?;
    let counts = [
        (found.buckets.len(), "bucket"),
        (found.topics.len(), "topic"),
        (found.queues.len(), "queue"),
        (found.functions.len(), "function"),
        (found.tables.len(), "table"),
    ];
    let counts: Vec<String> = counts.iter().map(|(count, what)| plural(*count, what)).collect();
    writeln!(out, "  {}", counts.join(", "))?;
    for (name, place, format) in &drafted.sources {
        let format = format.as_deref().unwrap_or("no format");
        writeln!(out, "  source    {} · {} · {}", show(name), show(place), show(format))?;
    }
    for (name, place) in &drafted.consumers {
        writeln!(out, "  consumer  {} · {}", show(name), show(place))?;
    }
    if !drafted.has_index {
        writeln!(out, "  no index: searches read the objects themselves until `scops worker` has filled one")?;
    }
    super::pipeline::odd(&oddities(found, &[]), &mut out)?;
    super::pipeline::untold(found, &mut out)
}

fn next(path: &Path, named: Option<&PathBuf>, name: &str) -> io::Result<()> {
    let config = named.map(|path| ["--config".to_owned(), path.display().to_string()]);
    let words = |more: &[&str]| -> Vec<String> {
        let config = config.iter().flatten().cloned();
        ["scops".to_owned()].into_iter().chain(config).chain(more.iter().map(|word| (*word).to_owned())).collect()
    };
    let mut out = io::stderr().lock();
    writeln!(out, "next: {}", console::quoted(&words(&["--profile", name])))?;
    writeln!(out, "      {}", console::quoted(&words(&["pipeline", "--profile", name])))?;
    writeln!(out, "      look through {}: what is unsure stands there as comments", path.display())
}
