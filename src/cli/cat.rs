//! `scops cat`: any file or object, parsed, on standard output.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use scops_parser::{Options, Reader, Record};

use super::exit::UsageError;
use super::output::{Table, show};
use super::{Context, Exit};
use crate::domain::ObjectId;

#[derive(Debug, Args)]
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
    let format = match &arguments.format {
        Some(name) => Some(scops_parser::format(name).ok_or_else(|| unknown_format(name))?),
        None => None,
    };
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut exit = Exit::Done;
    for input in &arguments.inputs {
        let options = Options { key: Some(input.clone()), format: format.clone(), ..Options::default() };
        let reader = Reader::new(open(context, input)?, options);
        if !print(reader, input, arguments, &mut out)? {
            exit = Exit::Partly;
        }
    }
    out.flush()?;
    Ok(exit)
}

fn unknown_format(name: &str) -> UsageError {
    let known = scops_parser::Formats::built_in().names();
    let hint = crate::mistake::nearest(name, known.clone()).map_or_else(
        || format!("formats: {}", known.collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    UsageError { what: format!("unknown format \"{name}\""), hint: Some(hint) }
}

fn open(context: &Context, input: &str) -> anyhow::Result<Box<dyn Read>> {
    if input == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    if input.starts_with("s3://") {
        let object: ObjectId = input.parse()?;
        return Ok(Box::new(remote::Object::open(context, &object)?));
    }
    let file = File::open(Path::new(input)).with_context(|| format!("cannot read {input}"))?;
    Ok(Box::new(file))
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
            let columns = format.as_ref().map_or_else(Vec::new, |format| format.columns());
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
        print_report(&mut reader, input, &mut io::stderr().lock())?;
    }
    let report = reader.report();
    Ok(report.faults == 0 && report.damage.is_none())
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

fn print_report<R: Read>(reader: &mut Reader<R>, input: &str, out: &mut impl Write) -> io::Result<()> {
    let detection = reader.detection();
    let format = detection.format.as_ref().map_or("none", |format| format.name()).to_owned();
    let why = detection.reason.clone();
    let report = reader.report();
    let covered = if report.bytes == 0 { 100.0 } else { report.covered as f64 * 100.0 / report.bytes as f64 };
    writeln!(out, "{input}: format {format} ({why})")?;
    writeln!(
        out,
        "  {} records, {} faults, {} bytes inflated, {covered:.1} % covered",
        report.records, report.faults, report.bytes
    )?;
    if let (Some(first), Some(last)) = (report.first_time, report.last_time) {
        writeln!(out, "  event times {first} to {last}")?;
    }
    for group in &report.groups {
        writeln!(
            out,
            "  {} × {} (first at line {}, byte {})",
            group.count,
            show(&group.reason),
            group.first_line,
            group.first_offset
        )?;
    }
    if let Some(damage) = &report.damage {
        writeln!(out, "  damaged at byte {}: {}", damage.offset, show(&damage.reason))?;
    }
    Ok(())
}

/// Objects in S3 as a plain stream of bytes.
mod remote {
    use std::io::{self, Read};

    use super::super::{Context, connect, runtime};
    use super::ObjectId;
    use crate::aws::Body;

    pub struct Object {
        runtime: tokio::runtime::Runtime,
        body: Body,
        chunk: bytes::Bytes,
    }

    impl Object {
        pub fn open(context: &Context, object: &ObjectId) -> anyhow::Result<Self> {
            let settings = context.settings()?;
            let runtime = runtime()?;
            let aws = connect(&settings);
            let body = runtime.block_on(aws.get(object, None, None))?;
            Ok(Self { runtime, body, chunk: bytes::Bytes::new() })
        }
    }

    impl Read for Object {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            while self.chunk.is_empty() {
                match self.runtime.block_on(self.body.next()).map_err(io::Error::other)? {
                    Some(chunk) => self.chunk = chunk,
                    None => return Ok(0),
                }
            }
            let length = buffer.len().min(self.chunk.len());
            buffer[..length].copy_from_slice(&self.chunk.split_to(length));
            Ok(length)
        }
    }
}
