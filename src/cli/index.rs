//! `scops index`: its tables made, and an index that stays good: its small files merged, its content verified, its age
//! bounded.

pub mod create;

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use super::exit::UsageError;
use super::output::{Table, show};
use super::{Context, Exit, connect, grep, runtime};
use crate::aws::Aws;
use crate::config::Settings;
use crate::domain::size::plural;
use crate::domain::time::length;
use crate::domain::{Index, LifecycleRule, Source, TimeRange, When};
use crate::inventory::Inventory;
use crate::inventory::verify::Verified;
use crate::mistake::nearest;
use crate::search::sql;
use crate::worker::compact::{self, Compacted, Options};

/// The range that is verified where none is named.
const RANGE: &str = "24h";
/// Days that lists outlive the files that they are of.
const LISTS_OUTLIVE: i32 = 2;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops index compact --dry-run                  what would be merged
  scops index compact                            by a timer, once an hour
  scops index verify --range 24h                 whether receipts, files and both tables agree
  scops index retention --put                    keep it as long as the configuration says")]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make the index's database and tables in Athena, or give them what they lack; nothing where all is there
    Create(create::CreateArguments),
    /// Merge the small files of closed hours into sorted ones of a good size
    Compact(CompactArguments),
    /// Whether every processed object's records are in the index once, and nothing else is
    Verify(VerifyArguments),
    /// How long the bucket keeps the index, and with --put, to have it kept as long as the configuration says
    Retention(RetentionArguments),
}

#[derive(Debug, Args)]
struct CompactArguments {
    /// Only `records` of this source; left out, those of all, and `terms`
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only hours of this range: 6h, 3d, 2026-11-23, or two moments; left out, all
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// How long an hour is over, and its files are old, before they are merged
    #[arg(long, value_name = "AGE", default_value = "2h", value_parser = age)]
    older_than: SignedDuration,
    /// Tell what would be merged, at most; nothing is written
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
struct VerifyArguments {
    /// Only this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Objects whose keys tell a time in this range; left out, the last 24 hours
    #[arg(long, value_name = "RANGE", default_value = RANGE)]
    range: String,
    /// How what is wrong is printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Args)]
struct RetentionArguments {
    /// Put the rules; others of the bucket stay as they are
    #[arg(long)]
    put: bool,
    /// Days instead of the configuration's `retention_days`
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON object, whole
    Json,
}

fn age(text: &str) -> Result<SignedDuration, String> {
    match text {
        "0" => Ok(SignedDuration::ZERO),
        _ => length(text).ok_or_else(|| "write an age as 90m, 2h or 3d".to_owned()),
    }
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let index = settings.profile.index.clone().ok_or_else(|| UsageError {
        what: format!("profile \"{}\" has no index", settings.profile.name),
        hint: Some("add [profiles.NAME.index] with location, database and workgroup".into()),
    })?;
    let aws = connect(&settings);
    runtime()?.block_on(async {
        let work = async {
            match &arguments.action {
                Action::Create(arguments) => create::create(&settings, &aws, &index, arguments).await,
                Action::Compact(arguments) => Box::pin(compact(&settings, &aws, &index, arguments)).await,
                Action::Verify(arguments) => verify(&settings, &aws, &index, arguments).await,
                Action::Retention(arguments) => retention(&settings, &aws, &index, arguments).await,
            }
        };
        tokio::select! {
            exit = work => exit,
            // Where a compaction is cut short the next one goes on.
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

fn sources<'s>(settings: &'s Settings, only: Option<&str>) -> Result<Vec<&'s Source>, UsageError> {
    let all = settings.profile.sources.iter();
    let Some(name) = only else { return Ok(all.collect()) };
    let found = settings.profile.source(name).ok_or_else(|| UsageError {
        what: format!("there is no source \"{name}\""),
        hint: nearest(name, all.map(|source| source.name.as_str())).map(|near| format!("did you mean \"{near}\"?")),
    })?;
    Ok(vec![found])
}

/// A profile that writes nothing compacts nothing and sets no rules.
fn may_write(settings: &Settings, what: &str) -> Result<(), UsageError> {
    if settings.profile.is_read_only {
        let what = format!("profile \"{}\" is read-only, and {what}", settings.profile.name);
        return Err(UsageError { what, hint: None });
    }
    Ok(())
}

async fn compact(settings: &Settings, aws: &Aws, index: &Index, arguments: &CompactArguments) -> anyhow::Result<Exit> {
    if !arguments.dry_run {
        may_write(settings, "compaction writes; --dry-run does not")?;
    }
    if settings.profile.consumers.iter().all(|consumer| consumer.receipts.is_none()) {
        return Err(UsageError {
            what: "no consumer of the profile leaves receipts, and only what a receipt names is merged".into(),
            hint: Some("name their place as `receipts` of a consumer".into()),
        }
        .into());
    }
    sources(settings, arguments.source.as_deref())?;
    let range = arguments.range.as_deref().map(grep::range).transpose()?.map(sql::partitions);
    let options = Options { older_than: arguments.older_than, now: Timestamp::now(), is_dry_run: arguments.dry_run };
    let is_wanted = |hour: &str| {
        let is_inside = range.as_ref().is_none_or(|(first, last)| first.as_str() <= hour && hour <= last.as_str());
        is_inside && compact::is_closed(hour, &options)
    };
    let partitions = compact::partitions(aws, index, arguments.source.as_deref(), is_wanted).await?;
    let (mut all, mut touched, mut failed) = (Compacted::default(), 0, 0);
    let mut out = io::stdout().lock();
    for partition in &partitions {
        match compact::compact(aws, &settings.profile, index, partition, &options).await {
            Ok(told) => {
                if told.merged > 0 {
                    touched += 1;
                    let name = show(partition.path().trim_end_matches('/'));
                    let into = if options.is_dry_run { String::new() } else { format!(" -> {}", told.after) };
                    writeln!(out, "{name}: {}, {}{into}", plural(told.merged, "file"), told.before)?;
                }
                all.merged += told.merged;
                all.before += told.before;
                all.leftovers += told.leftovers;
                all.unproven += told.unproven;
                all.foreign += told.foreign;
            }
            Err(error) => {
                failed += 1;
                writeln!(io::stderr(), "error: {}: {}", show(partition.path()), show(&error.to_string()))?;
            }
        }
    }
    let verb = if options.is_dry_run { "would be merged at most" } else { "merged" };
    let mut told = format!(
        "{} of {touched} of {} {verb}, {}",
        plural(all.merged, "file"),
        plural(partitions.len(), "partition"),
        all.before
    );
    for (count, words) in [
        (all.leftovers, "left by an earlier run deleted"),
        (all.unproven, "left alone: no receipt names them"),
        (all.foreign, "left alone: not of this version's columns"),
    ] {
        if count > 0 {
            let _ = write!(told, "; {count} {words}");
        }
    }
    writeln!(io::stderr(), "{told}")?;
    Ok(if failed > 0 { Exit::Partly } else { Exit::Done })
}

async fn verify(settings: &Settings, aws: &Aws, index: &Index, arguments: &VerifyArguments) -> anyhow::Result<Exit> {
    let (range, now) = (grep::range(&arguments.range)?, Timestamp::now());
    let inventory = Inventory::new(aws.clone(), Arc::new(settings.profile.clone()));
    let mut all = Verified::default();
    for source in sources(settings, arguments.source.as_deref())? {
        let told = inventory.verify(index, source, range, now).await?;
        all.objects += told.objects;
        all.files += told.files;
        all.expired += told.expired;
        all.scanned += told.scanned;
        all.wrong.extend(told.wrong);
        all.is_incomplete |= told.is_incomplete;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.output {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?,
        Format::Table if all.wrong.is_empty() => {}
        Format::Table => {
            let mut table = Table::new(["fault", "cure", "object", "what was found"].into_iter());
            for wrong in &all.wrong {
                let cells =
                    [wrong.fault.name().into(), wrong.fault.cure().into(), show(&wrong.object), show(&wrong.detail)];
                table.row(cells.to_vec(), &mut out)?;
            }
            table.finish(&mut out)?;
        }
    }
    out.flush()?;
    writeln!(io::stderr(), "{}", told(&all, range, index, now))?;
    Ok(match (all.wrong.is_empty(), all.is_incomplete) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Partly,
        (true, false) => Exit::Done,
    })
}

fn told(all: &Verified, range: TimeRange, index: &Index, now: Timestamp) -> String {
    let mut text = format!(
        "{range}: {} with {} compared, {} wrong ({} of the index read)",
        plural(all.objects, "object"),
        plural(all.files, "file"),
        all.wrong.len(),
        all.scanned
    );
    if let Some(from) = index.kept_from(now).filter(|_| all.expired > 0) {
        let from = from.strftime("%Y-%m-%d %H:%MZ");
        let _ = write!(text, "; {} of before {from} gone by age", plural(all.expired, "file"));
    }
    if all.is_incomplete {
        text.push_str("; not all of the range was compared: choose a shorter one");
    }
    text
}

/// The rules that keep the index so many days: an id, a prefix and days.
fn rules(index: &Index, days: u32) -> Vec<(String, String, i32)> {
    let days = i32::try_from(days).unwrap_or(i32::MAX - LISTS_OUTLIVE);
    let rule = |folder: &str, days| {
        let prefix = format!("{}{folder}/", index.location.prefix);
        (format!("scops-{}", prefix.trim_end_matches('/').replace('/', "-")), prefix, days)
    };
    // Without its list a compacted file is read to learn what it holds: the lists go last.
    vec![rule("records", days), rule("terms", days), rule("compacted", days + LISTS_OUTLIVE)]
}

async fn retention(
    settings: &Settings,
    aws: &Aws,
    index: &Index,
    arguments: &RetentionArguments,
) -> anyhow::Result<Exit> {
    let days = arguments.days.or(index.retention_days);
    let bucket = &index.location.bucket;
    if arguments.put {
        may_write(settings, "a lifecycle rule deletes")?;
        let days = days.ok_or_else(|| UsageError {
            what: "how long the index is kept is nowhere said".into(),
            hint: Some("name it with --days, or as retention_days in [profiles.NAME.index]".into()),
        })?;
        aws.put_expiry(bucket, &rules(index, days)).await?;
    }
    let is_of_index = |rule: &&LifecycleRule| {
        let root = &index.location.prefix;
        rule.prefix.starts_with(root.as_str()) || root.starts_with(&rule.prefix)
    };
    let present = aws.lifecycle(bucket).await?;
    let mut out = io::stdout().lock();
    for (_, prefix, wanted) in rules(index, days.unwrap_or_default()) {
        let applying = present.iter().filter(is_of_index).filter(|rule| prefix.starts_with(&rule.prefix));
        let kept: Vec<String> = applying
            .filter_map(|rule| match rule.expires.as_ref()? {
                When::Days(days) => Some(format!("{days} d")),
                When::Date(date) => Some(format!("until {date}")),
            })
            .collect();
        let kept = if kept.is_empty() { "for ever".to_owned() } else { kept.join(", ") };
        let wanted = days.map(|_| format!("; wanted: {wanted} d")).unwrap_or_default();
        writeln!(out, "s3://{}/{}: kept {kept}{wanted}", show(bucket), show(&prefix))?;
    }
    let is_as_wanted = days.is_none_or(|days| {
        rules(index, days).iter().all(|(_, prefix, days)| {
            present.iter().any(|rule| rule.prefix == *prefix && rule.expires == Some(When::Days(*days)))
        })
    });
    if !is_as_wanted {
        writeln!(io::stderr(), "the bucket does not keep it as long as wanted\nhint: scops index retention --put")?;
    }
    Ok(if is_as_wanted { Exit::Done } else { Exit::Failed })
}
