//! `scops cat`: any file or object, parsed, on standard output.

use std::io::{self, BufWriter, Read, Write};

use clap::{Args, ValueEnum};
use scops_parser::{Options, Reader, Record};

use super::input::{self, open};
use super::output::{Table, show};
use super::{Context, Exit, report};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scops cat trail.json.gz                                 a table of its records
  scops cat s3://acme-logs/alb/x.log.gz -o ndjson | jq .  an object, a JSON object a record
  scops cat broken.json.gz --report                       what could not be read, and where
  zcat door.log.gz | scops cat -f door -                  standard input, by a format that is named

Exit codes: 0 done, 1 it failed, 2 usage or configuration, 3 some of it could not be read, 130 interrupted.")]
pub struct Arguments {
    /// A file, an s3:// URI, or - for standard input
    #[arg(value_name = "PATH|URI", required = true)]
    inputs: Vec<String>,
    /// How records are printed
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    output: Format,
    /// Read as this format instead of the detected one
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// After the records, tell on standard error what was read: format and why, coverage, errors by reason
    #[arg(long)]
    report: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Aligned columns of the format's main fields
    Table,
    /// One JSON object a record: format, line, span, time, fields, ecs
    Ndjson,
    /// The records' own bytes, decompressed
    Raw,
}

pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<Exit> {
    let formats = context.formats()?;
    let format = match &arguments.format {
        Some(name) => Some(input::format(&formats, name)?),
        None => None,
    };
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut exit = Exit::Done;
    for input in &arguments.inputs {
        let options = Options {
            key: Some(input.clone()),
            format: format.clone(),
            formats: formats.clone(),
            ..Options::default()
        };
        let reader = Reader::new(open(context, input)?, options);
        if !print(reader, input, arguments, &mut out)? {
            exit = Exit::Partly;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// Prints every record; false where the stream is damaged or a record could not be parsed.
fn print<R: Read>(
    mut reader: Reader<R>,
    input: &str,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    match arguments.output {
        Format::Table => {
            let format = reader.detection().format.clone();
            let mut columns = format.as_ref().map_or_else(Vec::new, |format| format.columns());
            // It is the last column of every table.
            columns.retain(|column| *column != "message");
            let mut table = Table::new(["time"].into_iter().chain(columns.iter().copied()).chain(["message"]));
            while let Some(record) = reader.next_record() {
                table.row(cells(&record, &columns), out)?;
            }
            table.finish(out)?;
        }
        Format::Ndjson => {
            while let Some(record) = reader.next_record() {
                record.write_ndjson(out)?;
            }
        }
        Format::Raw => {
            while let Some(record) = reader.next_record() {
                out.write_all(record.raw)?;
                if !record.raw.ends_with(b"\n") {
                    out.write_all(b"\n")?;
                }
            }
        }
    }
    if arguments.report {
        out.flush()?;
        let detection = reader.detection().clone();
        report::print(input, &detection, reader.report(), None, &mut io::stderr().lock())?;
    }
    Ok(reader.report().is_clean())
}

fn cells(record: &Record<'_>, columns: &[&str]) -> Vec<String> {
    match &record.outcome {
        Ok(event) => {
            let time = event.time.as_ref().map_or_else(|| "-".to_owned(), |time| format!("{:.3}", time.at));
            let ecs = event.ecs();
            let values = columns.iter().map(|path| {
                ecs.get(path).map_or_else(
                    || "-".to_owned(),
                    |value| match value.as_str() {
                        Some(text) => show(text),
                        None => show(&value.to_json()),
                    },
                )
            });
            [time].into_iter().chain(values).chain([show(&event.message())]).collect()
        }
        Err(fault) => {
            let blanks = columns.iter().map(|_| "-".to_owned());
            let words = format!("✗ line {}, byte {}: {}", record.line, fault.offset, show(&fault.reason));
            ["-".to_owned()].into_iter().chain(blanks).chain([words]).collect()
        }
    }
}
