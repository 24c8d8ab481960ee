//! `scops alerts`: what the rules of detection found, for scripts.

use std::io::{self, BufWriter, Write as _};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::exit::UsageError;
use super::look::Look;
use super::output::show;
use super::rows::{self, Rows, fields};
use super::sources::{interruptible, note};
use super::{Context, Exit, failures};
use crate::detect::Level;
use crate::domain::Alert;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops alerts                                            what was found in the last 24 hours, the gravest first
  scops alerts --level high --range 7d
  scops alerts -o ndjson | jq -r '[.source.ip, .rule.name] | @tsv' | sort | uniq -c

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 3 there are more than are told, 130 interrupted.")]
pub struct Arguments {
    /// Only what was found in this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// The events' own times: 6h, 3d, 2026-11-23, or two moments; left out, the last 24 hours
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Only what is as grave as this, or graver
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    level: Option<Level>,
    /// Only what this rule found, by its id or title
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// How they are printed; JSON is the alerts' documents, in ECS (docs/schema/alerts.json)
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

/// The documents' fields are not the same for each, so that they are no CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
}

fn level(text: &str) -> Result<Level, String> {
    text.parse().map_err(|()| format!("one of {}", Level::ALL.map(Level::name).join(", ")))
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let look = Look::new(context)?;
    if let Some(name) = &arguments.source {
        failures::known_source(&look.profile, name)?;
    }
    if look.profile.consumers.iter().all(|consumer| consumer.alerts.is_none()) {
        return Err(UsageError {
            what: format!("no consumer of profile \"{}\" detects anything", look.profile.name),
            hint: Some("add alerts = \"s3://bucket/alerts/NAME/\" to a consumer that `scops worker` runs".into()),
        }
        .into());
    }
    let range = look.range(arguments.range.as_deref())?;
    interruptible(async {
        let found = look.inventory.alerts(arguments.source.as_deref(), range).await?;
        let format = match arguments.output {
            Format::Table => rows::Format::Table,
            Format::Json => rows::Format::Json,
            Format::Ndjson => rows::Format::Ndjson,
        };
        let head = ["level", "time", "rule", "source", "who", "from", "record", "object"];
        let mut rows = Rows::new(format, &head, BufWriter::new(io::stdout().lock()));
        let is_wanted = |alert: &&Alert| {
            let rule = arguments.rule.as_ref();
            arguments.level.is_none_or(|level| alert.level >= level)
                && rule.is_none_or(|rule| alert.rule == *rule || alert.title == *rule)
        };
        for alert in found.all.iter().filter(is_wanted) {
            let document: Value = serde_json::from_str(&alert.document)?;
            rows.row(&fields(document), || cells(alert))?;
        }
        if rows.finish()? == 0 && arguments.output == Format::Table {
            note(&format!("the rules found nothing in {range}"))?;
        }
        if !found.is_whole {
            writeln!(io::stderr(), "error: not every alert is told\nhint: narrow --range, or name a --source")?;
            return Ok(Exit::Partly);
        }
        Ok(Exit::Done)
    })
}

fn cells(alert: &Alert) -> Vec<String> {
    let text = |text: Option<&str>| text.map_or_else(|| "–".to_owned(), show);
    let further = if alert.further > 0 { format!(" (+{})", alert.further) } else { String::new() };
    vec![
        alert.level.name().to_owned(),
        alert.time.map_or_else(|| "–".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()),
        format!("{}{further}", show(&alert.title)),
        show(&alert.source),
        text(alert.who.as_deref()),
        text(alert.address.as_deref()),
        show(&alert.message),
        show(&format!("{}:{}", alert.object, alert.line)),
    ]
}
