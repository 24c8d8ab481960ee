//! scops-parser beside other parsers on the same bytes, one thread each, in one run; the best of three.
//!
//! `cargo run --release --manifest-path parser/benches/peers/Cargo.toml [MiB]` (200 where none is given). VRL is linked
//! in; jq and DuckDB are run where they are installed (`apt install jq`, `pip install duckdb`).

use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use scops_parser::{Options, Reader};
use vrl::compiler::state::RuntimeState;
use vrl::compiler::{Context, Program, TargetValue, TimeZone};
use vrl::value::{Secrets, Value};

#[path = "../../data/mod.rs"]
mod data;

const RUNS: usize = 3;

fn main() {
    let size = std::env::args().nth(1).map_or(200, |text| text.parse().expect("a number of MiB")) << 20;
    let folder = tempfile::tempdir().expect("a folder");
    let table = Table::default();
    println!("{:<22} {:<34} {:>9} {:>9} {:>7}", "bytes", "program", "MiB/s", "records/s", "ratio");
    for (name, bytes, function) in [
        ("vpcflow", data::vpcflow(size), "parse_aws_vpc_flow_log"),
        ("alb", data::alb(size), "parse_aws_alb_log"),
        ("cloudtrail", data::cloudtrail_lines(size), "parse_json"),
    ] {
        let mut table = table.of(name, bytes.len());
        let file = write(folder.path(), name, &bytes);
        table.add("scops: every field", || scops(&file, |event| drop(black_box(&event.fields))));
        table.add("scops: every field, and ECS", || scops(&file, |event| drop(black_box(event.ecs()))));
        table.add(&format!("VRL: {function}"), || vrl(function, &bytes));
        match name {
            "cloudtrail" => cloudtrail(&mut table, folder.path(), &file, &bytes),
            _ => {
                let header = if name == "vpcflow" { "true" } else { "false" };
                table.add_command("DuckDB: read_csv", &["python3", "-c", DUCKDB, &format!(
                    "SELECT count(*), min(columns(*)) FROM read_csv('{}', delim=' ', quote='\"', header={header})", file.display()
                )]);
            }
        }
    }
}

/// Six fields of each event, from gzip and plain.
fn cloudtrail(table: &mut Rows, folder: &Path, file: &Path, bytes: &[u8]) {
    let stored = folder.join("cloudtrail.json.gz");
    let mut encoder = flate2::write::GzEncoder::new(File::create(&stored).expect("a file"), flate2::Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish().map(drop)).expect("a file");
    table.add("scops: every field, from gzip", || scops(&stored, |event| drop(black_box(&event.fields))));
    for (name, path) in [("scops: six fields", file), ("scops: six fields, from gzip", &stored)] {
        let options = Options { fields: Some(SIX.map(str::to_owned).to_vec()), ..Options::default() };
        table.add(name, || read(path, options.clone(), |event| drop(black_box(&event.fields))));
    }
    table.add_command("jq: six fields", &["jq", "-c", JQ, &file.display().to_string()]);
    for (name, path) in [("DuckDB: six fields", file), ("DuckDB: six fields, from gzip", &stored)] {
        let query = format!("{DUCKDB_SIX} FROM read_json('{}', format='newline_delimited', columns={DUCKDB_COLUMNS})", path.display());
        table.add_command(name, &["python3", "-c", DUCKDB, &query]);
    }
}

const SIX: [&str; 6] = ["eventTime", "eventSource", "eventName", "sourceIPAddress", "userIdentity.arn", "errorCode"];
const JQ: &str = "[.eventTime, .eventSource, .eventName, .sourceIPAddress, .userIdentity.arn, .errorCode]";
const DUCKDB: &str = "import duckdb, sys; c = duckdb.connect(); c.execute('SET threads=1'); print(len(c.execute(sys.argv[1]).fetchall()))";
const DUCKDB_SIX: &str = "SELECT min(eventTime), min(eventSource), min(eventName), min(sourceIPAddress), min(userIdentity.arn), min(errorCode)";
const DUCKDB_COLUMNS: &str = "{eventTime: 'TIMESTAMP', eventSource: 'VARCHAR', eventName: 'VARCHAR', sourceIPAddress: 'VARCHAR', \
    userIdentity: 'STRUCT(arn VARCHAR)', errorCode: 'VARCHAR'}";

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("room for the file");
    path
}

/// Reads a file to its end; answers the records.
fn scops(path: &Path, each: impl FnMut(&scops_parser::Event<'_>)) -> u64 {
    read(path, Options::default(), each)
}

fn read(path: &Path, options: Options, mut each: impl FnMut(&scops_parser::Event<'_>)) -> u64 {
    let mut reader = Reader::new(BufReader::new(File::open(path).expect("the file")), options);
    while let Some(record) = reader.next_record() {
        each(record.outcome.as_ref().expect("generated records are good"));
    }
    reader.report().records
}

/// Calls a function of VRL on every line.
fn vrl(function: &str, bytes: &[u8]) -> u64 {
    let source = format!("{function}!(string!(.message))");
    let compiled = vrl::compiler::compile(&source, &vrl::stdlib::all()).expect("the program compiles");
    let mut records = 0;
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        records += u64::from(resolve(&compiled.program, line));
    }
    records
}

fn resolve(program: &Program, line: &[u8]) -> bool {
    let mut target = TargetValue {
        value: Value::Object(std::iter::once(("message".into(), Value::Bytes(line.to_vec().into()))).collect()),
        metadata: Value::Object(std::collections::BTreeMap::new()),
        secrets: Secrets::default(),
    };
    let mut state = RuntimeState::default();
    let timezone = TimeZone::default();
    let mut context = Context::new(&mut target, &mut state, &timezone);
    black_box(program.resolve(&mut context)).is_ok()
}

#[derive(Default)]
struct Table;

impl Table {
    fn of(&self, name: &'static str, bytes: usize) -> Rows {
        Rows { name, bytes, first: None }
    }
}

/// The programs that read the same bytes; the first is what the others are set against.
struct Rows {
    name: &'static str,
    bytes: usize,
    first: Option<f64>,
}

impl Rows {
    fn add(&mut self, program: &str, mut run: impl FnMut() -> u64) {
        let mut best = f64::INFINITY;
        let mut records = 0;
        for _ in 0..RUNS {
            let begun = Instant::now();
            records = run();
            best = best.min(begun.elapsed().as_secs_f64());
        }
        let first = *self.first.get_or_insert(best);
        println!(
            "{:<22} {program:<34} {:>9.0} {:>9} {:>6.2}x",
            self.name,
            self.bytes as f64 / best / f64::from(1 << 20),
            if records == 0 { "-".to_owned() } else { format!("{:.0}", records as f64 / best) },
            first / best,
        );
    }

    fn add_command(&mut self, program: &str, command: &[&str]) {
        let run = || Command::new(command[0]).args(&command[1..]).stdout(Stdio::null()).stderr(Stdio::piped()).output();
        match run() {
            Ok(output) if output.status.success() => self.add(program, || {
                run().expect("it ran before");
                0
            }),
            Ok(output) => {
                let error = String::from_utf8_lossy(&output.stderr);
                println!("{:<22} {program:<34} {}", self.name, error.lines().last().unwrap_or("failed"));
            }
            Err(_) => println!("{:<22} {program:<34} {} is not installed", self.name, command[0]),
        }
    }
}
