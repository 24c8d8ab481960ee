//! `scops search`: one expression over all sources, by the index or by the objects themselves, whichever is cheaper.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use futures::FutureExt as _;

use super::exit::UsageError;
use super::form::{self, Form, Goal};
use super::{Context, Exit, connect, grep, runtime};
use crate::domain::{Hit, Means, Query, ScanEstimate, SearchPlan, Shown, TimeRange, time};
use crate::inventory::Inventory;
use crate::mistake::nearest;
use crate::search::export::{self, Writer};
use crate::search::plan::{self, Ended, News, Prospect};

/// The range of a search that names none.
const RANGE: &str = "24h";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops search 203.0.113.7                              everywhere in the last 24 hours
  scops search 'user.name:root -eventName:Get* last 7d' in one field; NOT; its own range
  scops search --explain 'source:alb 10.0.0.0/8'        what it would cost, by each means
  scops search 10.0.0.0/8 --limit 50000 --to hits.csv    into a file

Exit codes: 0 searched, 1 it failed, 2 usage or configuration, 3 some objects could not be read, 130 interrupted.")]
pub struct Arguments {
    /// What is looked for (see docs/search.md)
    #[arg(value_name = "EXPRESSION")]
    expression: String,
    /// Only event times of this range: 6h, "last 3d", "2026-11-23 01:00..02:00"; left out, the last 24 hours
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// How it is done; left out, the cheapest means that finds all
    #[arg(long, value_enum, value_name = "MEANS")]
    by: Option<By>,
    /// Stop after so many records, the newest first
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Only tell how it would be done and what that costs
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The index, through Athena; what is not in it yet is read as it lies
    Index,
    /// Every object of the range
    Scan,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let goal = arguments.form.goal()?;
    let sought = grep::read(&arguments.expression)?;
    let range = match (&arguments.range, sought.range) {
        (Some(text), _) => grep::range(text)?,
        (None, Some(range)) => range,
        (None, None) => grep::range(RANGE)?,
    };
    let settings = context.settings()?;
    let names = settings.profile.sources.iter().map(|source| source.name.as_str());
    if let Some(unknown) = sought.sources.iter().find(|name| settings.profile.source(name).is_none()) {
        let hint = nearest(unknown, names).map(|near| format!("did you mean \"{near}\"?"));
        return Err(UsageError { what: format!("there is no source \"{unknown}\""), hint }.into());
    }
    let query = Query { expression: sought.expression, sources: sought.sources, range, limit: arguments.limit };
    let aws = connect(&settings);
    let inventory = Inventory::new(aws.clone(), Arc::new(settings.profile));
    runtime()?.block_on(async {
        let work = async {
            let prospect = plan::plan(&aws, &inventory, &query).await?;
            let means = match arguments.by {
                Some(By::Index) => Some(Means::Index),
                Some(By::Scan) => Some(Means::Scan),
                None => prospect.plan.means,
            };
            if arguments.explain {
                explain(&query, &prospect.plan, means, &mut io::stdout().lock())?;
                return Ok(Exit::Done);
            }
            let means = possible(&prospect.plan, means)?;
            search(&aws, &inventory, prospect, means, &query, goal).boxed().await
        };
        tokio::select! {
            exit = work => exit,
            // Dropping the search stops it on the server.
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        }
    })
}

/// The means, if it is one that can be taken.
fn possible(plan: &SearchPlan, means: Option<Means>) -> Result<Means, UsageError> {
    let cause = |means| match means {
        Means::Index => plan.index.as_ref().err(),
        Means::Scan => plan.scan.as_ref().err(),
    };
    match means {
        Some(means) if cause(means).is_none() => Ok(means),
        Some(means) => Err(UsageError {
            what: format!("cannot search by {}: {}", means.name(), cause(means).map_or("", String::as_str)),
            hint: plan.means.map(|means| format!("search by {}", means.name())),
        }),
        None => {
            let causes = [Means::Index, Means::Scan].into_iter().filter_map(cause).map(String::as_str);
            let what = format!("nothing can search this: {}", causes.collect::<Vec<_>>().join("; "));
            Err(UsageError { what, hint: Some("narrow the range or name sources".into()) })
        }
    }
}

async fn search(
    aws: &crate::aws::Aws,
    inventory: &Inventory,
    prospect: Prospect,
    means: Means,
    query: &Query,
    goal: Goal<'_>,
) -> anyhow::Result<Exit> {
    let mut hits = Vec::new();
    let mut flaws = 0;
    let (indexed_to, unindexed) = (prospect.plan.indexed_to, prospect.plan.unindexed);
    let ended = plan::carry_out(aws, inventory, prospect, means, |news| match news {
        News::Hits(more) => hits.extend(more),
        News::Flaw(object, cause) => {
            flaws += 1;
            // There is nobody left to tell when standard error is gone.
            let _ = writeln!(io::stderr(), "error: {}: {}", Shown::new(object), Shown::new(cause));
        }
        News::Athena(_) | News::Scan(_) => {}
    })
    .await?;
    hits.sort_by(|a: &Hit, b| (a.time, &a.object, a.span.start).cmp(&(b.time, &b.object, b.span.start)));
    let older = hits.len().saturating_sub(query.limit as usize);
    hits.drain(..older);
    match goal {
        Goal::Table => table(&hits)?,
        Goal::Output(style) => {
            let mut writer = Writer::new(style, &export::hit_fields(), form::out())?;
            hits.iter().try_for_each(|hit| writer.hit(hit))?;
            writer.finish()?;
        }
        Goal::File(style, to) => {
            let export = export::hits(&hits, style, to).map_err(form::failed)?;
            writeln!(io::stderr(), "{}", form::written(&export))?;
        }
    }
    let is_cut = ended.is_cut || older > 0;
    writeln!(io::stderr(), "{}", told(hits.len(), query.range, &ended, is_cut))?;
    if let (Means::Index, Some(time), Some(new)) = (means, indexed_to, unindexed) {
        writeln!(io::stderr(), "the index is complete up to {time}; {} objects were read directly", new.objects)?;
    }
    Ok(if flaws > 0 { Exit::Partly } else { Exit::Done })
}

/// A line a record: time, source, object:line, message.
fn table(hits: &[Hit]) -> io::Result<()> {
    let mut out = form::out();
    for hit in hits {
        let time = hit.time.map_or_else(|| "-".to_owned(), |time| format!("{time:.3}"));
        let place = Shown::new(format!("{}:{}", hit.object, hit.line));
        writeln!(out, "{time} {} {place} {}", Shown::new(&hit.source), Shown::new(&hit.message))?;
    }
    out.flush()
}

/// What was found and what it took, in a line.
fn told(hits: usize, range: TimeRange, ended: &Ended, is_cut: bool) -> String {
    let more = if is_cut { ", and there may be more" } else { "" };
    let mut told = format!("{hits} {} in {range}{more}", if hits == 1 { "record" } else { "records" });
    if let Some(status) = &ended.status {
        let _ = write!(told, "; {} scanned by Athena in {:.1} s", status.scanned, status.total_ms as f64 / 1_000.0);
    }
    if let Some(scan) = &ended.scanned {
        let stored = crate::domain::ByteSize(scan.stored);
        let _ = write!(told, "; {} objects read, {stored}", scan.objects);
    }
    told
}

/// How the search is read, and what it costs by each means.
fn explain(query: &Query, plan: &SearchPlan, means: Option<Means>, out: &mut impl Write) -> io::Result<()> {
    let expression = query.expression.to_string();
    writeln!(out, "search   {}", if expression.is_empty() { "every record" } else { &expression })?;
    let sources = if query.sources.is_empty() { "all".to_owned() } else { query.sources.join(", ") };
    writeln!(out, "sources  {sources}")?;
    writeln!(out, "range    {}", query.range)?;
    let mark = |of| if means == Some(of) { "▸" } else { " " };
    let cost = |of| {
        let (dollars, seconds) = plan.cost(of)?;
        Some(format!("~{}, ~{}", dollars_told(dollars), seconds_told(seconds)))
    };
    match &plan.index {
        Err(cause) => writeln!(out, "{} index  {cause}", mark(Means::Index))?,
        Ok(index) => {
            let files = format!("at most {} of {} files", index.bytes, index.objects);
            writeln!(out, "{} index  {files}, {}", mark(Means::Index), cost(Means::Index).unwrap_or_default())?;
            match (plan.indexed_to, plan.unindexed) {
                (Some(time), Some(new)) => {
                    writeln!(out, "         complete up to {time}; {} read directly", objects(new))?;
                }
                (None, Some(_)) => writeln!(out, "         holds all of it")?,
                _ => writeln!(out, "         how far it goes is not known: no consumer writes receipts")?,
            }
        }
    }
    match &plan.scan {
        Err(cause) => writeln!(out, "{} scan   {cause}", mark(Means::Scan))?,
        Ok(scan) => {
            writeln!(
                out,
                "{} scan   {}, {}",
                mark(Means::Scan),
                objects(*scan),
                cost(Means::Scan).unwrap_or_default()
            )?;
        }
    }
    if let Ok(index) = &plan.index {
        writeln!(out, "\n{}", index.sql)?;
    }
    Ok(())
}

fn objects(scan: ScanEstimate) -> String {
    format!("{} objects, {}", scan.objects, scan.bytes)
}

fn dollars_told(dollars: f64) -> String {
    if dollars < 0.01 { "< $0.01".to_owned() } else { format!("${dollars:.2}") }
}

fn seconds_told(seconds: f64) -> String {
    if seconds < 1.0 { "1s".to_owned() } else { time::brief(jiff::SignedDuration::from_secs(seconds.ceil() as i64)) }
}
