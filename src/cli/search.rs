//! `scops search`: one expression over all sources, by the index or by the objects themselves, whichever is cheaper.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Instant;

use clap::{Args, ValueEnum};
use futures::FutureExt as _;
use jiff::Timestamp;

use super::exit::UsageError;
use super::form::{self, Form, Goal};
use super::{Context, Exit, connect, grep, paths, runtime, without_sources};
use crate::domain::limits::told_dollars;
use crate::domain::size::plural;
use crate::domain::why::Cause;
use crate::domain::{ByteSize, Cost, Hit, Means, Offer, Pace, Query, ScanEstimate, SearchPlan, Shown, TimeRange, time};
use crate::inventory::Inventory;
use crate::mistake::nearest;
use crate::search::export::{self, Writer};
use crate::search::ledger::Ledger;
use crate::search::meter::Meter;
use crate::search::pace::Runs;
use crate::search::plan::{self, Ended, Left, News, Prospect};
use crate::search::why;

/// The range of a search that names none.
const RANGE: &str = "24h";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops search 203.0.113.7                              everywhere in the last 24 hours
  scops search 'user.name:root -eventName:Get* last 7d'  in one field; NOT; its own range
  scops search --why --probe Root                       nothing found? what stands against it
  scops search --explain 'source:alb 10.0.0.0/8'        what it would cost, by each means
  scops search 10.0.0.0/8 --limit 50000 --to hits.csv    into a file

Exit codes: 0 searched, 1 it failed, 2 usage or configuration, 3 some objects could not be read, 130 interrupted.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
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
    /// Search although it is over a limit of the profile
    #[arg(long)]
    over_limit: bool,
    /// Only tell how it would be done and what that costs
    #[arg(long)]
    explain: bool,
    /// Tell why nothing may be found, and what to do about it, instead of searching
    #[arg(long, conflicts_with = "explain")]
    why: bool,
    /// For that, ask the index for terms that are nearly the same, and for the value 30 days around the range
    #[arg(long, requires = "why")]
    probe: bool,
    #[command(flatten)]
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The index, through Athena; what is not in it yet is read as it lies
    Index,
    /// The sources' tables in Athena, and the objects of rows that may match
    Raw,
    /// A minerva database, and the objects around the records that it finds
    Minerva,
    /// Every object of the range
    Scan,
}

impl From<By> for Means {
    fn from(by: By) -> Self {
        match by {
            By::Index => Self::Index,
            By::Raw => Self::Raw,
            By::Minerva => Self::Minerva,
            By::Scan => Self::Scan,
        }
    }
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
    if settings.profile.sources.is_empty() {
        return Err(without_sources(&[&settings.profile.name]).into());
    }
    let names = settings.profile.sources.iter().map(|source| source.name.as_str());
    if let Some(unknown) = sought.sources.iter().find(|name| settings.profile.source(name).is_none()) {
        let hint = nearest(unknown, names).map(|near| format!("did you mean \"{near}\"?"));
        return Err(UsageError { what: format!("there is no source \"{unknown}\""), hint }.into());
    }
    let query = Query { expression: sought.expression, sources: sought.sources, range, limit: arguments.limit };
    let state = paths(context, &settings).state;
    let aws = connect(&settings).keeping(&state, &settings.profile.name);
    let ledger = Ledger::below(&state, settings.limits);
    let runs = Runs::below(&state, &settings.profile.name);
    let inventory = Inventory::new(aws.clone(), Arc::new(settings.profile));
    runtime()?.block_on(async {
        let meter = Meter::default();
        let entered = Cell::new(None);
        let work = async {
            if arguments.why {
                let causes = Box::pin(why::why(&aws, &inventory, &query, arguments.probe, Timestamp::now())).await?;
                tell_why(&causes, arguments.probe, &mut io::stdout().lock())?;
                return Ok(Exit::Done);
            }
            let prospect = Box::pin(plan::plan(&aws, &inventory, &query, runs.pace())).await?;
            let means = arguments.by.map(Means::from).or(prospect.plan.means);
            if arguments.explain {
                explain(&query, &prospect.plan, means, &mut io::stdout().lock())?;
                return Ok(Exit::Done);
            }
            let means = possible(&prospect.plan, means)?;
            super::query::tell_orphans(&aws).await;
            let most = prospect.plan.most(means).unwrap_or_default();
            entered.set(Some(ledger.enter(most, arguments.over_limit, Timestamp::now())?));
            let settle = |ended: &Ended, cost| {
                runs.add(&ended.runs);
                entered.take().into_iter().for_each(|entered| ledger.settle(entered, cost));
            };
            search(&aws, &inventory, prospect, means, &query, goal, &meter, settle).boxed_local().await
        };
        let exit = tokio::select! {
            exit = work => exit,
            // Dropping the search stops it on the server.
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        };
        aws.settled().await;
        // It failed or was stopped.
        if let Some(entered) = entered.take()
            && let Some(cost) = meter.cost(&aws).await
        {
            ledger.settle(entered, cost);
        }
        exit
    })
}

/// The means, if it is one that can be taken.
fn possible(plan: &SearchPlan, means: Option<Means>) -> Result<Means, UsageError> {
    match means.map(|means| (means, plan.hindrance(means))) {
        Some((means, None)) => Ok(means),
        Some((means, Some(cause))) => Err(UsageError {
            what: format!("cannot search by {}: {cause}", means.name()),
            hint: plan.means.map(|means| format!("search by {}", means.name())),
        }),
        None => {
            let causes = Means::ALL.into_iter().filter_map(|means| plan.hindrance(means));
            let what = format!("nothing can search this: {}", causes.collect::<Vec<_>>().join("; "));
            Err(UsageError { what, hint: Some("narrow the range or name sources".into()) })
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "what the command line says, each its own")]
async fn search(
    aws: &crate::aws::Aws,
    inventory: &Inventory,
    prospect: Prospect,
    means: Means,
    query: &Query,
    goal: Goal<'_>,
    meter: &Meter,
    settle: impl FnOnce(&Ended, Cost),
) -> anyhow::Result<Exit> {
    let mut hits = Vec::new();
    let mut flaws = 0;
    let began = Instant::now();
    let estimate = prospect.plan.most(means).zip(prospect.plan.cost(means));
    let has_beside = prospect.plan.indexed_to.is_some() || prospect.plan.recent.is_some();
    let reach = reach(&prospect.plan);
    let ended = plan::carry_out(aws, inventory, prospect, means, &Left::default(), |news| {
        meter.hear(&news);
        match news {
            News::Hits(more) => hits.extend(more),
            News::Flaw(object, cause) => {
                flaws += 1;
                // There is nobody left to tell when standard error is gone.
                let _ = writeln!(io::stderr(), "error: {}: {}", Shown::new(object), Shown::new(cause));
            }
            News::Athena(_) | News::Scan(_) => {}
        }
    })
    .boxed()
    .await?;
    let end = ended.told(began.elapsed());
    settle(&ended, end.cost);
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
    if let Some((most, (_, seconds))) = estimate {
        let took = end.took.as_secs_f64();
        writeln!(io::stderr(), "estimated {}, {seconds:.1} s; took {}, {took:.1} s", most.bytes, end.cost.bytes)?;
    }
    if means == Means::Index && has_beside {
        writeln!(io::stderr(), "the index {reach}")?;
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
    let mut told = format!("{} in {range}{more}", plural(hits, "record"));
    if let Some(status) = &ended.status {
        let _ = write!(told, "; {} scanned by Athena in {:.1} s", status.scanned, status.total_ms as f64 / 1_000.0);
    }
    if let Some(scan) = &ended.scanned {
        let stored = ByteSize(scan.stored);
        let _ = write!(told, "; {} read, {stored}", plural(scan.objects, "object"));
    }
    told
}

/// Each reason, and the line that may cure it.
fn tell_why(causes: &[Cause], is_probed: bool, out: &mut impl Write) -> io::Result<()> {
    for cause in causes {
        writeln!(out, "{}", Shown::new(&cause.what))?;
        if let Some(cure) = &cause.cure {
            writeln!(out, "  {}", Shown::new(cure))?;
        }
    }
    if causes.is_empty() {
        let more = if is_probed { "" } else { "; --probe asks the index for what is nearly the same" };
        writeln!(out, "nothing that is known speaks against it: no record of the range is such{more}")?;
    }
    Ok(())
}

/// How the search is read, and what it costs by each means.
fn explain(query: &Query, plan: &SearchPlan, means: Option<Means>, out: &mut impl Write) -> io::Result<()> {
    let expression = query.expression.to_string();
    writeln!(out, "search    {}", if expression.is_empty() { "every record" } else { &expression })?;
    let sources = if query.sources.is_empty() { "all".to_owned() } else { query.sources.join(", ") };
    writeln!(out, "sources   {sources}")?;
    writeln!(out, "range     {}", query.range)?;
    for of in Means::ALL {
        let told = match plan.offer(of) {
            Err(cause) => cause.to_owned(),
            Ok(offer) => {
                let read = read_by(plan, of, &offer);
                format!("{read}, ~{}, ~{}", told_dollars(offer.dollars), seconds_told(offer.seconds))
            }
        };
        let mark = if means == Some(of) { "▸" } else { " " };
        writeln!(out, "{mark} {:<8}{told}", of.name())?;
        if of == Means::Index && plan.index.is_ok() {
            writeln!(out, "          {}", reach(plan))?;
        }
    }
    writeln!(out, "seconds   {}", pace(&plan.pace))?;
    // Without a choice, the statement of what would be the first.
    let of = means.into_iter().chain(Means::ALL).find_map(|of| plan.offer(of).ok()?.sql);
    if let Some(sql) = of {
        writeln!(out, "\n{sql}")?;
    }
    Ok(())
}

/// What a means reads.
fn read_by(plan: &SearchPlan, means: Means, offer: &Offer<'_>) -> String {
    match (means, &plan.index) {
        (Means::Index, Ok(index)) => format!("at most {} of {}", index.bytes, plural(index.objects, "file")),
        (Means::Scan, _) => format!("{}, {}", plural(offer.objects, "object"), offer.bytes),
        _ => format!("{} of {} objects, and those of rows that may match once more", offer.bytes, offer.objects),
    }
}

/// How far the index goes.
fn reach(plan: &SearchPlan) -> String {
    let mut told = match (plan.indexed_to, plan.unindexed) {
        (Some(time), Some(new)) => {
            format!("is complete up to {time}; {}, {} read directly", plural(new.objects, "object"), new.bytes)
        }
        (None, Some(_)) => "holds all of it".to_owned(),
        _ => "does not tell how far it goes: no consumer writes receipts".to_owned(),
    };
    if let Some((from, recent)) = plan.recent {
        let ScanEstimate { objects, bytes, .. } = recent;
        let _ = write!(told, "; from {from} on it is many small files: {objects} objects, {bytes} read directly");
    }
    told
}

/// By what the seconds are told.
fn pace(pace: &Pace) -> String {
    let Pace { runs: (statements, scans), start, opened, read, request, scanned } = *pace;
    let by = |runs, of| if runs > 0 { format!("learnt from {runs} {of}") } else { "a guess".to_owned() };
    let rate = |seconds: f64| ByteSize((1.0 / seconds) as u64);
    format!(
        "index: {start:.1} s, {:.2} ms a file, {} a second ({}); scan: {:.2} ms an object, {} a second ({})",
        opened * 1e3,
        rate(read),
        by(statements, "searches"),
        request * 1e3,
        rate(scanned),
        by(scans, "scans"),
    )
}

fn seconds_told(seconds: f64) -> String {
    if seconds < 1.0 { "1s".to_owned() } else { time::brief(jiff::SignedDuration::from_secs(seconds.ceil() as i64)) }
}
