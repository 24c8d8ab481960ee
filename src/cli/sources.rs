//! `scops sources` and `scops timeline`: what the sources screen tells, for scripts.

use std::io::{self, BufWriter, Write};

use clap::Args;
use futures::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};

use super::look::Look;
use super::output::show;
use super::rows::{Format, Rows, fields};
use super::{Context, Exit, failures, progress, runtime, without_sources};
use crate::app::range;
use crate::app::request::Trouble;
use crate::domain::size::count;
use crate::domain::time::brief;
use crate::domain::{Bin, Source, SourceSurvey, TimeRange};
use crate::theme::Glyphs;

/// Sources that are listed at a time.
const PARALLEL: usize = 4;
/// Columns of a survey whose columns are not printed.
const COLUMNS: usize = 24;
/// Cells of the longest bar.
const BAR: u64 = 30;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops sources                                            as the first screen tells it
  scops sources -o ndjson | jq -r 'select(.failed > 0).source'
  scops sources alb vpcflow --range 6h -o csv
  scops sources --profile prod-eu,prod-us                  of several profiles, or of a group of them

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 3 some could not be looked at, 130 interrupted.")]
pub struct Arguments {
    /// The sources; left out, all
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// The times that keys tell: 6h, 3d, 2026-11-23, or two moments; left out, the last 24 hours
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Judge silences by the hours of the week before, as the screen does: this lists that week as well
    #[arg(long)]
    week: bool,
    /// How they are printed (docs/schema/sources.json)
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops timeline cloudtrail                                objects an hour, and which of them failed
  scops timeline alb --range '2026-11-23T01:00 2h' --columns 120 -o csv")]
pub struct TimelineArguments {
    /// The source
    #[arg(value_name = "SOURCE")]
    source: String,
    /// The times that keys tell: 6h, 3d, 2026-11-23, or two moments; left out, the last 24 hours
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// How many columns the range has at most: each is an even step
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..=2_000))]
    columns: u16,
    /// How they are printed (docs/schema/timeline.json)
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let looks: Vec<Look> = context.profiles()?.iter().map(|settings| Look::of(context, settings)).collect();
    let are_several = looks.len() > 1;
    let Some(first) = looks.first() else { return Ok(Exit::Done) };
    for name in &arguments.sources {
        if looks.iter().all(|look| look.profile.source(name).is_none()) {
            failures::known_source(&first.profile, name)?;
        }
    }
    let is_wanted = |source: &&Source| arguments.sources.is_empty() || arguments.sources.contains(&source.name);
    let wanted = |look: &Look| -> Vec<Source> { look.profile.sources.iter().filter(is_wanted).cloned().collect() };
    if looks.iter().all(|look| wanted(look).is_empty()) {
        let names: Vec<&str> = looks.iter().map(|look| look.profile.name.as_str()).collect();
        return Err(without_sources(&names).into());
    }
    let range = first.range(arguments.range.as_deref())?;
    let work = async {
        let head = ["profile", "source", "objects", "size", "lag p95", "failed", "parked", "late", "status"];
        let head = if are_several { &head[..] } else { &head[1..] };
        let mut rows = Rows::new(arguments.output, head, BufWriter::new(io::stdout().lock()));
        let (mut none, mut exit) = (true, Exit::Done);
        for look in &looks {
            let name = &look.profile.name;
            let (surveys, trouble) = surveys(look, &wanted(look), range, COLUMNS, arguments.week).await?;
            none &= surveys.is_empty();
            for survey in surveys {
                let profile = are_several.then(|| show(name));
                rows.row(&fields(json(name, &survey)), || profile.into_iter().chain(cells(&survey)).collect())?;
            }
            // One profile that cannot be looked at leaves the others whole.
            let trouble = trouble.map(|trouble| {
                let what = if are_several { format!("{name}: {}", trouble.what) } else { trouble.what.clone() };
                Trouble { what, ..trouble }
            });
            if failures::tell(trouble.as_ref())? == Exit::Partly {
                exit = Exit::Partly;
            }
        }
        // Where nothing could be looked at, an empty list says nothing.
        if !none || exit == Exit::Done {
            rows.finish()?;
        }
        Ok(if none && exit == Exit::Partly { Exit::Failed } else { exit })
    };
    interruptible(work)
}

pub fn timeline(context: &Context, arguments: &TimelineArguments) -> anyhow::Result<Exit> {
    let look = Look::new(context)?;
    let source = failures::known_source(&look.profile, &arguments.source)?.clone();
    let range = range::widened(look.range(arguments.range.as_deref())?);
    let count = range::bins(range, usize::from(arguments.columns));
    let glyphs = context.glyphs()?;
    let work = async {
        let (surveys, trouble) = surveys(&look, std::slice::from_ref(&source), range, count, false).await?;
        let Some(survey) = surveys.first() else {
            failures::tell(trouble.as_ref())?;
            return Ok(Exit::Failed);
        };
        let head = ["from", "objects", "size", "failed", "parked", "late", ""];
        let mut rows = Rows::new(arguments.output, &head, BufWriter::new(io::stdout().lock()));
        let most = survey.bins.iter().map(|bin| bin.objects).max().unwrap_or(0);
        for (bin, column) in survey.bins.iter().zip(range.bins(survey.bins.len())) {
            let row = json!({
                "source": survey.source,
                "start": column.start,
                "end": column.end,
                "objects": bin.objects,
                "bytes": bin.bytes.bytes(),
                "failed": bin.failed,
                "parked": bin.parked,
                "late": bin.late,
            });
            rows.row(&fields(row), || column_cells(bin, column, most, glyphs))?;
        }
        rows.finish()?;
        failures::tell(trouble.as_ref())
    };
    interruptible(work)
}

/// Runs it to its end, or to an interrupt.
pub fn interruptible(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    runtime()?.block_on(async {
        tokio::select! {
            exit = work => exit,
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

/// The survey of each source, in their order, and why one is missing or not all is known.
async fn surveys(
    look: &Look,
    sources: &[Source],
    range: TimeRange,
    columns: usize,
    by_week: bool,
) -> anyhow::Result<(Vec<SourceSurvey>, Option<Trouble>)> {
    let mut line = progress::Line::default();
    line.tell(|| "looking into failure queues …".to_owned());
    let (known, mut trouble) = look.known().await?;
    let asked = sources.iter().map(|source| {
        let known = &known;
        async move {
            let mut surveyor = look.inventory.survey(source, range, columns, known, look.now).await?;
            let cadence = if by_week { look.inventory.learn(source, range).await? } else { None };
            Ok(surveyor.survey(cadence.as_deref()))
        }
        .boxed()
    });
    let mut asked = futures::stream::iter(asked.collect::<Vec<_>>()).buffered(PARALLEL);
    let mut done = Vec::new();
    while let Some(answer) = asked.next().await {
        let answer: Result<SourceSurvey, crate::aws::AwsError> = answer;
        match answer {
            Ok(survey) => done.push(survey),
            Err(error) => trouble = trouble.or(Some(error.into())),
        }
        line.tell(|| format!("{} of {} sources", done.len(), sources.len()));
    }
    Ok((done, trouble))
}

/// A survey for programs.
fn json(profile: &str, survey: &SourceSurvey) -> Value {
    let gaps: Vec<Value> = survey
        .gaps
        .iter()
        .map(|gap| json!({ "start": gap.range.start, "end": gap.range.end, "kind": gap.kind }))
        .collect();
    let classes: serde_json::Map<String, Value> =
        survey.classes.iter().map(|(class, count)| (class.clone(), (*count).into())).collect();
    json!({
        "profile": profile,
        "source": survey.source,
        "start": survey.range.start,
        "end": survey.range.end,
        "objects": survey.objects,
        "bytes": survey.bytes.bytes(),
        "lag_p50_seconds": survey.lag_p50.map(|lag| lag.as_secs()),
        "lag_p95_seconds": survey.lag_p95.map(|lag| lag.as_secs()),
        "late": survey.late,
        "failed": survey.failed,
        "parked": survey.parked,
        "newest": survey.newest,
        "complete": survey.complete,
        "gaps": gaps,
        "classes": classes,
    })
}

fn cells(survey: &SourceSurvey) -> Vec<String> {
    vec![
        show(&survey.source),
        format!("{}{}", count(survey.objects), if survey.complete { "" } else { "+" }),
        survey.bytes.to_string(),
        survey.lag_p95.map_or_else(|| "–".to_owned(), brief),
        count(survey.failed),
        count(survey.parked),
        count(survey.late),
        status(survey),
    ]
}

/// What is to be said of a source, the gravest first.
fn status(survey: &SourceSurvey) -> String {
    let mut parts = Vec::new();
    if survey.failed > 0 {
        parts.push("failed".to_owned());
    }
    if let Some(gap) = survey.gaps.last() {
        let more = survey.gaps.len() - 1;
        let more = if more > 0 { format!(" (+{more})") } else { String::new() };
        parts.push(format!("gap {}{more}, {}", gap.range, gap.kind.name()));
    }
    if survey.parked > 0 {
        parts.push("parked".to_owned());
    }
    if survey.late > 0 {
        parts.push("late".to_owned());
    }
    if !survey.complete {
        parts.push("listing cut short".to_owned());
    }
    match (parts.is_empty(), survey.objects) {
        (true, 0) => "nothing in this range".to_owned(),
        (true, _) => "ok".to_owned(),
        (false, _) => parts.join("; "),
    }
}

fn column_cells(bin: &Bin, column: TimeRange, most: u32, glyphs: Glyphs) -> Vec<String> {
    let block = if glyphs == Glyphs::Ascii { "#" } else { "█" };
    let length = if most == 0 { 0 } else { (u64::from(bin.objects) * BAR).div_ceil(u64::from(most)) };
    vec![
        column.start.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        count(bin.objects),
        bin.bytes.to_string(),
        count(bin.failed),
        count(bin.parked),
        count(bin.late),
        block.repeat(usize::try_from(length).unwrap_or(0)),
    ]
}

/// A hint on standard error, where there is nothing to print.
pub fn note(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{text}")
}
