//! `scops audit`: who sent what, whether that can be trusted, and a copy of it elsewhere.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};

use super::exit::UsageError;
use super::output::{Table, show};
use super::{Context, Exit, connect, paths, runtime};
use crate::config::Settings;
use crate::domain::Location;
use crate::domain::size::plural;
use crate::replay::audit::copy::{self, Copied};
use crate::replay::audit::{self, AuditError, End, Entry, Event};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops audit show --since 24h                   who sent what in the last day
  scops audit verify                             whether the log is whole
  scops audit export --to s3://acme-evidence/    a copy that is never overwritten")]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print what was done, oldest first
    Show {
        /// How it is printed
        #[arg(short, long, value_enum, default_value_t = Format::Table)]
        output: Format,
        /// Only what happened since: 24h, 2026-11-23T02:00:00Z
        #[arg(long, value_name = "WHEN", value_parser = since)]
        since: Option<Timestamp>,
    },
    /// Check that nothing was changed, left out or put in; exit code 1 where something was
    Verify,
    /// Write all entries to a file or into S3, where nothing is overwritten
    Export {
        /// A file, - for standard output, or s3://bucket/prefix/; left out, what the profile's `audit` does not hold yet goes there
        #[arg(long, value_name = "FILE|S3-URI")]
        to: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns
    Table,
    /// The log's own lines, one JSON object each
    Ndjson,
}

/// A moment, or how long ago it was.
fn since(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let length: SignedDuration = text
        .parse()
        .map_err(|_| format!("\"{text}\" is neither a length (24h) nor a moment (2026-11-23T02:00:00Z)"))?;
    Timestamp::now().checked_sub(length).map_err(|error| error.to_string())
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let settings = context.settings()?;
    let folder = paths(context, &settings).state.join("audit");
    match &arguments.action {
        Action::Show { output, since } => print(&folder, *output, *since),
        Action::Verify => verify(&folder, settings.profile.audit.as_ref()),
        Action::Export { to } => export(&settings, &folder, to.as_deref()),
    }
}

/// Prints the entries. What is broken is told after those that are not.
fn print(folder: &Path, output: Format, since: Option<Timestamp>) -> anyhow::Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut table = Table::new(["seq", "at", "who", "host", "profile", "consumer", "replay", "event"].into_iter());
    let mut written = Ok(());
    let checked = audit::check(folder, |entry, line| {
        if written.is_err() || since.is_some_and(|since| entry.at < since) {
            return;
        }
        written = match output {
            Format::Table => table.row(row(&entry), &mut out),
            Format::Ndjson => out.write_all(line).and_then(|()| out.write_all(b"\n")),
        };
    });
    written?;
    if output == Format::Table {
        table.finish(&mut out)?;
    }
    out.flush()?;
    checked?;
    Ok(Exit::Done)
}

fn row(entry: &Entry) -> Vec<String> {
    let subject = &entry.subject;
    let replay = subject.replay.as_ref().map_or("–", |replay| &replay.0);
    let who: [&str; 5] = [&subject.who, &subject.host, &subject.profile, &subject.consumer, replay];
    let mut cells = vec![entry.seq.to_string(), format!("{:.0}", entry.at)];
    cells.extend(who.map(show));
    cells.push(show(&words(&entry.event)));
    cells
}

/// What happened, in words.
fn words(event: &Event) -> String {
    let name = event.name();
    let sets = |outcome: &audit::Outcome| {
        let sets: Vec<_> = outcome.sets().map(|(name, set)| format!("{} {name}", set.count)).collect();
        sets.join(" · ")
    };
    match event {
        Event::Confirmed { set, rate, .. } => format!("{name}: {} at {rate} a second", plural(set.count, "object")),
        Event::Rate { rate } => format!("{name}: {rate} a second"),
        Event::Stopped { cause, outcome } => format!("{name}: {cause} · {}", sets(outcome)),
        Event::Finished { outcome } => format!("{name}: {}", sets(outcome)),
        Event::MoveConfirmed { queue, messages, rate } => {
            format!("{name}: all of {queue}, about {} at {rate} a second", plural(*messages, "message"))
        }
        Event::MoveBegan { task } => format!("{name}: task {task}"),
        Event::MoveStopped { queue, moved } => format!("{name}: {queue}, after about {}", plural(*moved, "message")),
        Event::RestoreConfirmed { set, tier, days } => {
            format!("{name}: {}, {tier}, copies for {}", plural(set.count, "object"), plural(*days, "day"))
        }
        Event::RestoreAsked { accepted, refused } => format!("{name}: {accepted} accepted, {refused} refused"),
        Event::Torn { offset, length, .. } => {
            format!("{name}: {length} bytes at byte {offset} are a write that was cut short")
        }
        Event::Unproven => format!("{name}: no head file told where the log had ended"),
        Event::Began | Event::Resumed | Event::Paused | Event::WentOn | Event::Aborted => name.to_owned(),
    }
}

fn verify(folder: &Path, place: Option<&Location>) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    let end = match audit::check(folder, |_, _| {}) {
        Ok(end) => end,
        Err(AuditError::Broken { path, source }) => {
            writeln!(out, "broken: {}", path.display())?;
            writeln!(out, "  {}", show(&source.to_string()))?;
            return Ok(Exit::Failed);
        }
        Err(error) => return Err(error.into()),
    };
    let path = folder.join(audit::LOG);
    if let Some(loose) = &end.loose {
        writeln!(out, "broken: {}", path.display())?;
        writeln!(
            out,
            "  line {}, byte {}: {} bytes are no entry: {}. A write was cut short there, or the end was cut off; \
             the next replay keeps them and tells of them",
            loose.line, loose.offset, loose.length, loose.why
        )?;
        return Ok(Exit::Failed);
    }
    let Some(last) = &end.last else {
        writeln!(out, "empty: {}", path.display())?;
        return Ok(Exit::Done);
    };
    writeln!(out, "whole: {}, the last one {} ({})", plural(last.seq, "entry"), last.hash, path.display())?;
    tell_end(&mut out, folder, &end, last.seq, place)?;
    Ok(Exit::Done)
}

/// What else is known of a whole log's end.
fn tell_end(out: &mut impl Write, folder: &Path, end: &End, last: u64, place: Option<&Location>) -> io::Result<()> {
    if end.torn > 0 {
        writeln!(
            out,
            "  {} times a write was cut short; what it left is kept, and told by the entry after it",
            end.torn
        )?;
    }
    if !end.is_proven {
        writeln!(out, "  there is no head file: that entries are missing at the end cannot be told")?;
    }
    match (place, Copied::read(folder)) {
        (None, _) => writeln!(out, "  no copy: whoever may write this folder may have written it anew as a whole")?,
        (Some(to), Some(copied)) if copied.to == *to && copied.seq == last => {
            writeln!(out, "  copied to {to}: compare the last hash with the copy's")?;
        }
        (Some(to), copied) => {
            let seq = copied.filter(|copied| copied.to == *to).map_or(0, |copied| copied.seq);
            writeln!(out, "  {to} holds {seq} of {last} entries: `scops audit export` copies the others")?;
        }
    }
    Ok(())
}

/// All entries to a place that is named; else those that the profile's own place does not hold yet.
fn export(settings: &Settings, folder: &Path, to: Option<&str>) -> anyhow::Result<Exit> {
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    match (to, &settings.profile.audit) {
        (Some(to), _) if to.starts_with("s3://") => {
            let to: Location = to.parse()?;
            let Some(part) = copy::part(folder, 0)? else { return nothing() };
            let object = copy::object(&to, &host, &part.name);
            runtime()?.block_on(copy::put(&connect(settings), &object, part.lines))?;
            exported(&object.to_string())
        }
        (Some(to), _) => write(folder, to),
        (None, Some(to)) => {
            let object = runtime()?.block_on(copy::copy(&connect(settings), folder, to, &host))?;
            object.map_or_else(nothing, |object| exported(&object.to_string()))
        }
        (None, None) => Err(UsageError {
            what: "export where to?".into(),
            hint: Some("--to FILE, --to s3://bucket/prefix/, or audit = \"s3://bucket/prefix/\" in the profile".into()),
        }
        .into()),
    }
}

fn write(folder: &Path, to: &str) -> anyhow::Result<Exit> {
    let Some(part) = copy::part(folder, 0)? else { return nothing() };
    if to == "-" {
        io::stdout().lock().write_all(&part.lines)?;
        return Ok(Exit::Done);
    }
    let mut file = File::create_new(to).with_context(|| format!("cannot write {to}"))?;
    file.write_all(&part.lines).and_then(|()| file.sync_all()).with_context(|| format!("cannot write {to}"))?;
    exported(to)
}

fn exported(to: &str) -> anyhow::Result<Exit> {
    writeln!(io::stdout(), "exported to {}", show(to))?;
    Ok(Exit::Done)
}

fn nothing() -> anyhow::Result<Exit> {
    writeln!(io::stderr(), "nothing to export")?;
    Ok(Exit::Done)
}
