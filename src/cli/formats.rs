//! `scops formats`: what can be parsed, why an object is read as it is, and formats of one's own.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use scops_parser::{Change, Definition, Detection, Format as _, Options, Outline, Reader, Report};

use super::exit::UsageError;
use super::input::{self, open};
use super::output::{Table, show};
use super::{Context, Exit, report};
use crate::config::ConfigError;
use crate::mistake::Mistake;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops formats list                             all that can be parsed
  scops formats propose door.log > door.toml     a definition from sample bytes, to edit
  scops formats check door.toml                  what is wrong with it
  scops formats explain door.log                 why it is read as it is")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All formats: those compiled in, those shipped as definitions, and one's own
    List {
        /// How they are printed
        #[arg(short, long, value_enum, default_value_t = Output::Table)]
        output: Output,
    },
    /// One format: its name, columns and definition
    Show {
        /// Its name
        #[arg(value_name = "FORMAT")]
        name: String,
    },
    /// Check definitions of formats: their keys, their patterns, and that their samples match
    Check {
        /// The definitions
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Propose a definition from sample bytes, as a start to edit
    Propose {
        /// A file, an s3:// URI, or - for standard input; its first MiB is looked at
        #[arg(value_name = "PATH|URI")]
        input: String,
        /// The name that the format is to have; left out, the file's own
        #[arg(long)]
        name: Option<String>,
    },
    /// Why a file or object is read as it is: codec, framing, winner, runners-up, report
    Explain {
        /// Files, s3:// URIs, or - for standard input
        #[arg(value_name = "PATH|URI", required = true)]
        inputs: Vec<String>,
        /// Another object of the same log: tell what changed in shape since
        #[arg(long, value_name = "PATH|URI")]
        against: Option<String>,
        /// How it is printed
        #[arg(short, long, value_enum, default_value_t = Output::Table)]
        output: Output,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// One JSON document
    Json,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::List { output } => list(context, *output),
        Command::Show { name } => show_one(context, name),
        Command::Check { files } => check(files),
        Command::Propose { input, name } => propose(context, input, name.as_deref()),
        Command::Explain { inputs, against, output } => explain(context, inputs, against.as_deref(), *output),
    }
}

fn list(context: &Context, output: Output) -> anyhow::Result<Exit> {
    let formats = context.formats()?;
    let mut out = io::stdout().lock();
    match output {
        Output::Table => {
            let mut table = Table::new(["format", "records", "title"].into_iter());
            for format in &formats {
                let row = [format.name(), format.shape().name(), format.title()];
                table.row(row.map(str::to_owned).to_vec(), &mut out)?;
            }
            table.finish(&mut out)?;
        }
        Output::Json => {
            let all: Vec<_> = formats
                .iter()
                .map(|format| {
                    serde_json::json!({
                        "name": format.name(),
                        "title": format.title(),
                        "shape": format.shape().name(),
                        "columns": format.columns(),
                    })
                })
                .collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        }
    }
    Ok(Exit::Done)
}

fn show_one(context: &Context, name: &str) -> anyhow::Result<Exit> {
    let format = input::format(&context.formats()?, name)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}: {}", format.name(), format.title())?;
    writeln!(out, "  columns    {}", format.columns().join(", "))?;
    let envelopes = format.envelopes();
    if !envelopes.is_empty() {
        writeln!(out, "  records    in the lists {}", envelopes.join(", "))?;
    }
    if let Some(text) = Definition::shipped(name) {
        writeln!(out, "\n{}", text.trim_end())?;
    }
    Ok(Exit::Done)
}

fn check(files: &[PathBuf]) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    let mut mistakes = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        match Definition::parse(&text, &name) {
            Ok(format) => {
                writeln!(out, "{}: fine: format {}, {}", show(&name), show(format.name()), show(format.title()))?;
            }
            Err(found) => mistakes.extend(found.into_iter().map(Mistake::from)),
        }
    }
    if mistakes.is_empty() { Ok(Exit::Done) } else { Err(ConfigError::Mistakes(mistakes).into()) }
}

/// Bytes of an object that a proposal is made from.
const PROPOSED_FROM: usize = 1 << 20;

fn propose(context: &Context, input: &str, name: Option<&str>) -> anyhow::Result<Exit> {
    let stem = input.rsplit('/').next().unwrap_or(input).split('.').next().unwrap_or_default();
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    let plain: String =
        stem.chars().map(|letter| if is_plain(&letter) { letter.to_ascii_lowercase() } else { '_' }).collect();
    let name = name.unwrap_or(if plain.trim_matches('_').is_empty() { "new" } else { plain.as_str() });
    // Read as plain text, so that compression is undone and nothing else is.
    let text = Options { key: Some(input.to_owned()), format: scops_parser::format("text"), ..Options::default() };
    let mut reader = Reader::new(open(context, input)?, text);
    let mut samples = Vec::new();
    while let Some(record) = reader.next_record().filter(|_| samples.len() < PROPOSED_FROM) {
        samples.extend_from_slice(record.raw);
        samples.push(b'\n');
    }
    let proposal = scops_parser::propose(&samples, name).map_err(|reason| UsageError {
        what: format!("nothing can be proposed from {}: {reason}", show(input)),
        hint: Some("docs/formats-as-data.md tells how a definition is written by hand".into()),
    })?;
    io::stdout().lock().write_all(proposal.as_bytes())?;
    Ok(Exit::Done)
}

/// What reading an object told.
struct Explanation {
    input: String,
    detection: Detection,
    report: Report,
    outline: Outline,
}

impl Explanation {
    fn of(context: &Context, input: &str) -> anyhow::Result<Self> {
        let options = Options { key: Some(input.to_owned()), formats: context.formats()?, ..Options::default() };
        let mut reader = Reader::new(open(context, input)?, options);
        let mut outline = Outline::default();
        while let Some(record) = reader.next_record() {
            if let Ok(event) = &record.outcome {
                outline.add(event);
            }
        }
        let detection = reader.detection().clone();
        Ok(Self { input: input.to_owned(), detection, report: reader.report().clone(), outline })
    }

    fn is_clean(&self) -> bool {
        self.report.is_clean()
    }

    fn to_json(&self, changes: Option<&[Change]>) -> serde_json::Value {
        let Self { detection, report, .. } = self;
        let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
        serde_json::json!({
            "input": self.input,
            "codec": report.compression(),
            "codec_note": detection.codec_note,
            "container": report.container.map(scops_parser::Container::name),
            "encoding": report.encoding.name(),
            "members": report.members,
            "framing": detection.framing.to_string(),
            "format": detection.format.as_ref().map(|format| format.name()),
            "because": detection.reason,
            "candidates": detection.candidates.iter().map(|candidate| serde_json::json!({
                "format": candidate.format.name(),
                "matched": candidate.matched,
                "sampled": candidate.sampled,
            })).collect::<Vec<_>>(),
            "expected_by_key": detection.expected_by_key,
            "records": report.records,
            "faults": report.faults,
            "untimed": report.untimed,
            "stored_bytes": report.stored,
            "bytes": report.bytes,
            "covered_bytes": report.covered,
            "first_time": time(report.first_time),
            "last_time": time(report.last_time),
            "errors": report.groups.iter().map(|group| serde_json::json!({
                "reason": group.reason,
                "count": group.count,
                "first_line": group.first_line,
                "first_offset": group.first_offset,
            })).collect::<Vec<_>>(),
            "damage": report.damage.as_ref().map(|damage| serde_json::json!({
                "reason": damage.reason,
                "offset": damage.offset,
            })),
            "changes": changes.map(|changes| changes.iter().map(ToString::to_string).collect::<Vec<_>>()),
        })
    }
}

fn explain(context: &Context, inputs: &[String], against: Option<&str>, output: Output) -> anyhow::Result<Exit> {
    let before = against.map(|against| Explanation::of(context, against)).transpose()?;
    let mut exit = Exit::Done;
    let mut documents = Vec::new();
    let mut out = io::stdout().lock();
    for input in inputs {
        let explanation = Explanation::of(context, input)?;
        let changes = before.as_ref().map(|before| explanation.outline.changes(&before.outline));
        match output {
            Output::Table => {
                let Explanation { input, detection, report, .. } = &explanation;
                report::print(input, detection, report, changes.as_deref(), &mut out)?;
            }
            Output::Json => documents.push(explanation.to_json(changes.as_deref())),
        }
        if !explanation.is_clean() {
            exit = Exit::Partly;
        }
    }
    if output == Output::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&documents)?)?;
    }
    Ok(exit)
}
