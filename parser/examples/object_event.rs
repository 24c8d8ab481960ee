//! What a Lambda function behind S3's object-created events does: for each object that the event names, parse the byte
//! stream and hand the records on. Here the objects lie in a folder (`<folder>/<bucket>/<key>`) and the records go to
//! standard output as ECS documents; with the AWS SDK, `object` would return the body of GetObject (see `Chunks`).
//!
//! `cargo run -p scops-parser --example object_event -- FOLDER < event.json`
#![allow(clippy::print_stderr, reason = "a function's log is its standard error")]

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use scops_parser::{Options, Reader};
use serde_json::Value as Json;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: object_event FOLDER < event.json")?);
    let event: Json = serde_json::from_reader(io::stdin())?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (bucket, key) in objects(&event) {
        let counts = parse(object(&folder, &bucket, &key)?, &key, &mut out)?;
        eprintln!("s3://{bucket}/{key}: {counts}");
    }
    out.flush()?;
    Ok(())
}

/// The objects of an event, with their keys decoded: S3 writes them as HTML forms do, a space as `+`.
fn objects(event: &Json) -> Vec<(String, String)> {
    let records = event["Records"].as_array().into_iter().flatten();
    let created =
        records.filter(|record| record["eventName"].as_str().is_some_and(|name| name.starts_with("ObjectCreated:")));
    created
        .filter_map(|record| {
            let bucket = record["s3"]["bucket"]["name"].as_str()?;
            Some((bucket.to_owned(), decoded(record["s3"]["object"]["key"].as_str()?)))
        })
        .collect()
}

fn decoded(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).unwrap_or_default() as u8;
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()) << 4 | hex(rest.next()),
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn object(folder: &Path, bucket: &str, key: &str) -> io::Result<impl Read + use<>> {
    File::open(folder.join(bucket).join(key))
}

/// Writes the ECS document of each record of an object; a record that cannot be read is counted, and the rest goes on.
fn parse(object: impl Read, key: &str, out: &mut impl Write) -> io::Result<String> {
    let mut reader = Reader::new(object, Options { key: Some(key.to_owned()), ..Options::default() });
    while let Some(record) = reader.next_record() {
        match &record.outcome {
            Ok(event) => writeln!(out, "{}", event.ecs().to_json())?,
            Err(fault) => eprintln!("{key}, line {}: {fault}", record.line),
        }
    }
    let reason = reader.detection().reason.clone();
    let report = reader.report();
    Ok(format!("{} records, {} bad ({reason})", report.records, report.faults))
}
