//! `scops doctor`: what is wrong, and its cure.

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::json;

use super::output::show;
use super::sources::interruptible;
use super::{Context, Exit, connect, paths, progress};
use crate::doctor;
use crate::domain::Checked;
use crate::domain::checkup::Verdict;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops doctor                                   of the default profile
  scops doctor --profile prod -o json | jq -r '.findings[] | select(.verdict == \"failed\").cure'

Nothing is written, sent or hidden; each right is asked for by the cheapest request that needs it.
Exit codes: 0 nothing failed, 1 something failed, 2 usage or configuration.")]
pub struct Arguments {
    /// How it is printed (docs/schema/doctor.json)
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each, its cure below it
    Table,
    /// One JSON object
    Json,
}

/// The verdicts in the order in which they are counted.
const VERDICTS: [Verdict; 4] = [Verdict::Ok, Verdict::Warning, Verdict::Failed, Verdict::NotAsked];

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let paths = paths(context, &settings);
    let aws = connect(&settings);
    interruptible(async {
        let found = {
            let mut line = progress::Line::default();
            line.tell(|| format!("asking AWS as profile {} …", settings.profile.name));
            doctor::examine(&aws, &settings, &context.environment, &paths, Timestamp::now()).await
        };
        let mut out = BufWriter::new(io::stdout().lock());
        match arguments.output {
            Format::Table => table(&found, &mut out)?,
            Format::Json => {
                let count = |verdict: Verdict| found.iter().filter(|checked| checked.verdict == verdict).count();
                let told = json!({
                    "version": env!("CARGO_PKG_VERSION"),
                    "profile": settings.profile.name,
                    "ok": count(Verdict::Ok),
                    "warnings": count(Verdict::Warning),
                    "failed": count(Verdict::Failed),
                    "not_asked": count(Verdict::NotAsked),
                    "findings": found,
                });
                serde_json::to_writer_pretty(&mut out, &told)?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()?;
        let has_failed = found.iter().any(|checked| checked.verdict == Verdict::Failed);
        Ok(if has_failed { Exit::Failed } else { Exit::Done })
    })
}

fn table(found: &[Checked], out: &mut impl Write) -> io::Result<()> {
    for checked in found {
        let (glyph, word) = (checked.verdict.glyph(), checked.verdict.name());
        writeln!(out, "{glyph} {word:<9}  {:<11}  {}", checked.area, show(&checked.told))?;
        if let Some(cure) = checked.cure.as_ref().filter(|_| checked.verdict != Verdict::Ok) {
            writeln!(out, "{:26}cure: {}", "", show(cure))?;
        }
    }
    let count = |verdict: Verdict| found.iter().filter(|checked| checked.verdict == verdict).count();
    let counts = VERDICTS.map(|verdict| (count(verdict), verdict.name()));
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    writeln!(out, "{}", counts.join(", "))
}
