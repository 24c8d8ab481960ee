//! `scops ls`: the objects of a source or of a place in S3, with what is known of each.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::exit::UsageError;
use super::look::Look;
use super::output::show;
use super::rows::{self, Rows, fields};
use super::sources::interruptible;
use super::{Context, Exit, failures, progress, without_sources};
use crate::app::Screen;
use crate::app::filter::{Filter, FilterError};
use crate::app::request::Trouble;
use crate::aws::ListFrom;
use crate::domain::size::plural;
use crate::domain::time::brief;
use crate::domain::{Location, Object, ObjectRow, Profile, Source, State, TimeRange};
use crate::inventory::Known;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops ls                                              the sources and where they lie
  scops ls cloudtrail --filter 'state:failed size:>1M'  as the objects screen filters them
  scops ls s3://logs/AWSLogs/                           one level, as `aws s3 ls`
  scops ls s3://logs/AWSLogs/ --recursive -o csv        all below it
  scops ls alb -o ndjson | jq -c 'select(.lag_seconds > 300)' | scops replay --from - --dry-run
  scops ls vpcflow --filter state:failed -o raw | xargs scops get

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 3 not all is known, 130 interrupted.")]
pub struct Arguments {
    /// A source, or s3://BUCKET/PREFIX; left out, the sources are listed
    #[arg(value_name = "SOURCE|URI")]
    place: Option<String>,
    /// The times that keys tell (arrivals, where they tell none): 6h, 3d, 2026-11-23, or two moments; of a source, left
    /// out, the last 24 hours
    #[arg(long, value_name = "RANGE")]
    range: Option<String>,
    /// Only objects that pass, in the language of the objects screen: state:failed size:>1M lag:>5m key:~T01
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// Of a URI: everything below it, not one level
    #[arg(long)]
    recursive: bool,
    /// Do not look into failure queues, which hides their messages for a moment: what failed is not told then
    #[arg(long)]
    no_queues: bool,
    /// Stop after so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// How they are printed (docs/schema/ls.json); NDJSON and raw may be given to `scops replay --from`
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// RFC 4180, with a line of names
    Csv,
    /// One URI a line, as it is
    Raw,
}

impl Format {
    fn rows(self) -> Option<rows::Format> {
        Some(match self {
            Self::Table => rows::Format::Table,
            Self::Json => rows::Format::Json,
            Self::Ndjson => rows::Format::Ndjson,
            Self::Csv => rows::Format::Csv,
            Self::Raw => return None,
        })
    }
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let look = Look::new(context)?;
    let names = || look.profile.consumers.iter().map(|consumer| consumer.name.as_str());
    let filter = arguments.filter.as_deref().map(|text| Filter::parse(text, Screen::Objects)).transpose();
    let filter = filter.map_err(|error| wrong(&error))?.flatten().map(|filter| filter.over(names()));
    let Some(place) = &arguments.place else {
        return sources(&look.profile, arguments.output);
    };
    let mut print = Print::new(arguments, filter);
    if place.starts_with("s3://") {
        let location: Location = place.parse()?;
        let range = arguments.range.as_deref().map(|text| look.range(Some(text))).transpose()?;
        return interruptible(async {
            below(&look, &location, range, arguments.recursive, &mut print).await?;
            print.finish(None)
        });
    }
    if arguments.recursive {
        let hint = Some("leave it out: a source is listed with all that lies below it".into());
        return Err(UsageError { what: "--recursive is for s3://BUCKET/PREFIX".into(), hint }.into());
    }
    let source = failures::known_source(&look.profile, place)?.clone();
    let range = look.range(arguments.range.as_deref())?;
    interruptible(async {
        let (known, trouble) = if arguments.no_queues { (Known::default(), None) } else { look.known().await? };
        let mut written = Ok(());
        let sink = |rows: Vec<ObjectRow>| {
            written = rows.iter().try_for_each(|row| print.object(row, Some(&source), &look.profile));
            written.is_ok() && !print.is_full()
        };
        look.inventory.objects(&source, range, &known, sink).await?;
        written?;
        print.finish(trouble.as_ref())
    })
}

fn wrong(error: &FilterError) -> UsageError {
    UsageError { what: format!("--filter: {error}"), hint: error.hint.clone() }
}

/// Where each source lies; nothing is asked of AWS.
fn sources(profile: &Profile, output: Format) -> anyhow::Result<Exit> {
    if profile.sources.is_empty() {
        return Err(without_sources(&[&profile.name]).into());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let Some(format) = output.rows() else {
        for source in &profile.sources {
            writeln!(out, "s3://{}/{}", source.bucket, source.layout.root())?;
        }
        out.flush()?;
        return Ok(Exit::Done);
    };
    let mut rows = Rows::new(format, &["source", "format", "place"], out);
    for source in &profile.sources {
        let place = format!("s3://{}/{}", source.bucket, source.layout);
        let row = json!({
            "source": source.name,
            "bucket": source.bucket,
            "layout": source.layout.template(),
            "format": source.format,
        });
        let kind = source.format.as_deref().unwrap_or("–");
        rows.row(&fields(row), || vec![show(&source.name), show(kind), show(&place)])?;
    }
    rows.finish()?;
    Ok(Exit::Done)
}

/// Lists what lies below a place: one level, or everything.
async fn below(
    look: &Look,
    location: &Location,
    range: Option<TimeRange>,
    is_recursive: bool,
    print: &mut Print,
) -> anyhow::Result<()> {
    let add = |print: &mut Print, objects: Vec<Object>| -> io::Result<()> {
        for object in objects {
            let source = look.profile.source_of(&object.id.bucket, &object.id.key);
            let told = source.and_then(|source| source.layout.time_of(&object.id.key));
            let row = ObjectRow::new(object, told, State::Unobserved, None);
            let moment = row.time.unwrap_or(row.object.arrived);
            if range.is_none_or(|range| range.contains(moment)) {
                print.object(&row, source, &look.profile)?;
            }
        }
        Ok(())
    };
    if is_recursive {
        let mut from = Some(ListFrom::Start);
        while let Some(start) = from.filter(|_| !print.is_full()) {
            let page = look.aws.list(location, &start, 1_000).await?;
            add(print, page.objects)?;
            from = page.next;
        }
        return Ok(());
    }
    let mut token = None;
    loop {
        let level = look.aws.level(location, token.as_deref()).await?;
        for prefix in &level.prefixes {
            print.prefix(&location.bucket, prefix)?;
        }
        add(print, level.objects)?;
        token = level.next;
        if token.is_none() || print.is_full() {
            return Ok(());
        }
    }
}

/// Prints objects as they come.
struct Print {
    out: Option<BufWriter<io::StdoutLock<'static>>>,
    rows: Option<Rows<BufWriter<io::StdoutLock<'static>>>>,
    filter: Option<Filter>,
    limit: u64,
    count: u64,
    /// How far it has come, where the rows themselves are not seen.
    line: Option<progress::Line>,
}

impl Print {
    fn new(arguments: &Arguments, filter: Option<Filter>) -> Self {
        let out = BufWriter::new(io::stdout().lock());
        let head = ["state", "arrived", "size", "lag", "class", "object"];
        let (out, rows) = match arguments.output.rows() {
            Some(format) => (None, Some(Rows::new(format, &head, out))),
            None => (Some(out), None),
        };
        let limit = arguments.limit.unwrap_or(u64::MAX);
        let line = (!io::stdout().is_terminal()).then(progress::Line::default);
        Self { out, rows, filter, limit, count: 0, line }
    }

    fn is_full(&self) -> bool {
        self.count >= self.limit
    }

    fn object(&mut self, row: &ObjectRow, source: Option<&Source>, profile: &Profile) -> io::Result<()> {
        if self.is_full() || self.filter.as_ref().is_some_and(|filter| !filter.passes_object(row)) {
            return Ok(());
        }
        self.count += 1;
        if let Some(out) = &mut self.out {
            return writeln!(out, "{}", row.object.id);
        }
        if let Some(rows) = &mut self.rows {
            rows.row(&fields(line(row, source, profile)), || cells(row))?;
        }
        let count = self.count;
        if let Some(line) = &mut self.line {
            line.tell(|| format!("{} …", plural(count, "object")));
        }
        Ok(())
    }

    /// A prefix one level further below, which names no object.
    fn prefix(&mut self, bucket: &str, prefix: &str) -> io::Result<()> {
        // Filters and limits are of objects.
        if self.filter.is_some() {
            return Ok(());
        }
        let place = format!("s3://{bucket}/{prefix}");
        if let Some(out) = &mut self.out {
            return writeln!(out, "{place}");
        }
        let Some(rows) = &mut self.rows else { return Ok(()) };
        let dash = || "–".to_owned();
        let mut row = fields(nothing());
        row.insert("prefix".into(), place.clone().into());
        rows.row(&row, || vec![dash(), dash(), dash(), dash(), "PRE".into(), show(&place)])
    }

    /// Writes what is left, and names what could not be read.
    fn finish(self, trouble: Option<&Trouble>) -> anyhow::Result<Exit> {
        if let Some(mut out) = self.out {
            out.flush()?;
        }
        if let Some(rows) = self.rows {
            rows.finish()?;
        }
        failures::tell(trouble)
    }
}

/// The fields of a line without values, in their order.
fn nothing() -> Value {
    json!({
        "object": null, "prefix": null, "bucket": null, "key": null, "size": null, "etag": null, "class": null,
        "arrived": null, "time": null, "lag_seconds": null, "state": null, "states": null, "source": null, "reason": null,
    })
}

/// An object as a line for programs.
fn line(row: &ObjectRow, source: Option<&Source>, profile: &Profile) -> Value {
    let object = &row.object;
    let states: serde_json::Map<String, Value> = profile
        .consumers
        .iter()
        .zip(row.states.iter())
        .map(|(consumer, state)| (consumer.name.clone(), state.name().into()))
        .collect();
    json!({
        "object": object.id.to_string(),
        "prefix": null,
        "bucket": object.id.bucket,
        "key": object.id.key,
        "size": object.size.bytes(),
        "etag": object.etag,
        "class": object.storage_class,
        "arrived": object.arrived,
        "time": row.time,
        "lag_seconds": row.lag.map(|lag| lag.as_secs()),
        "state": row.state.name(),
        "states": states,
        "source": source.map(|source| &source.name),
        "reason": row.reason,
    })
}

fn cells(row: &ObjectRow) -> Vec<String> {
    let object = &row.object;
    vec![
        format!("{} {}", row.state.glyph(), row.state.name()),
        object.arrived.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        object.size.to_string(),
        row.lag.map_or_else(|| "–".to_owned(), brief),
        show(&object.storage_class),
        show(&object.id.to_string()),
    ]
}
