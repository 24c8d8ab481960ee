//! Records and bytes a second and core, step by step: inflate, frame, parse, ECS.
//!
//! `cargo bench -p scops-parser`. Beside other programs on the same bytes: `benches/peers`.
#![allow(missing_docs, reason = "criterion's macro makes an undocumented function")]

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scops_parser::{Definition, Format, Options, Reader};

mod data;

const SIZE: usize = 32 << 20;

/// What a list of events shows.
const SIX: [&str; 6] = ["eventTime", "eventSource", "eventName", "sourceIPAddress", "userIdentity.arn", "errorCode"];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Reads all records; what is done with each is told by `each`.
fn read(bytes: &[u8], options: Options, mut each: impl FnMut(&scops_parser::Event<'_>)) -> u64 {
    let mut reader = Reader::new(bytes, options);
    while let Some(record) = reader.next_record() {
        match &record.outcome {
            Ok(event) => each(event),
            Err(fault) => panic!("{fault}"),
        }
    }
    reader.report().records
}

fn speed(criterion: &mut Criterion) {
    for (name, bytes) in [
        ("vpcflow", data::vpcflow(SIZE)),
        ("alb", data::alb(SIZE)),
        ("cloudtrail-lines", data::cloudtrail_lines(SIZE)),
        ("cloudtrail-records", data::cloudtrail_object(SIZE)),
    ] {
        let mut group = criterion.benchmark_group(name);
        group
            .throughput(Throughput::Bytes(bytes.len() as u64))
            .sample_size(10)
            .measurement_time(Duration::from_secs(3));
        // Any format that reads lines and looks at none of their bytes.
        let frame = Options { format: scops_parser::format("text"), ..Options::default() };
        if name != "cloudtrail-records" {
            group.bench_function("frame", |bencher| bencher.iter(|| read(&bytes, frame.clone(), |_| {})));
        }
        group.bench_function("parse", |bencher| {
            bencher.iter(|| {
                read(&bytes, Options::default(), |event| {
                    black_box(event);
                })
            });
        });
        group.bench_function("ecs", |bencher| {
            bencher.iter(|| {
                read(&bytes, Options::default(), |event| {
                    black_box(event.ecs());
                })
            });
        });
        if name.starts_with("cloudtrail") {
            let six = Options { fields: Some(SIX.map(str::to_owned).to_vec()), ..Options::default() };
            let stored = gzip(&bytes);
            for (step, bytes) in [("six fields", &bytes), ("gzip+six fields", &stored)] {
                group.bench_function(step, |bencher| {
                    bencher.iter(|| {
                        read(bytes, six.clone(), |event| {
                            black_box(event);
                        })
                    });
                });
            }
        }
        let stored = gzip(&bytes);
        group.bench_function("gzip+parse", |bencher| {
            bencher.iter(|| {
                read(&stored, Options::default(), |event| {
                    black_box(event);
                })
            });
        });
        group.finish();
    }
}

/// The Combined Log Format in each notation of definitions.
const NOTATIONS: [(&str, &str); 3] = [
    (
        "regex",
        r#"(?<host>\S+) (?<identity>\S+) (?<user>\S+) \[(?<time>[^\]]+)\] "(?<method>\S+) (?<path>\S+) (?<protocol>[^"]+)" (?<status>\d+) (?<size>\d+) "(?<referrer>[^"]*)" "(?<agent>[^"]*)""#,
    ),
    (
        "grok",
        r#"%{IPORHOST:host} %{NOTSPACE:identity} %{NOTSPACE:user} \[%{HTTPDATE:time}\] "%{WORD:method} %{NOTSPACE:path} %{NOTSPACE:protocol}" %{INT:status} %{INT:size} "%{DATA:referrer}" "%{DATA:agent}""#,
    ),
    (
        "dissect",
        r#"%{host} %{identity} %{user} [%{time}] "%{method} %{path} %{protocol}" %{status} %{size} "%{referrer}" "%{agent}""#,
    ),
];

fn definition(notation: &str, pattern: &str) -> Definition {
    let text = format!(
        "name = \"combined-{notation}\"
[[line]]
{notation} = '{pattern}'
[types]
status = \"int\"
size = \"int\"
[time]
field = \"time\"
format = \"common_log\"
[[sample]]
line = '203.0.113.7 - - [23/Nov/2026:02:14:07 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl/8\"'"
    );
    Definition::parse(&text, notation).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]))
}

/// The same lines by a definition in each notation, and by the format that is compiled in.
fn definitions(criterion: &mut Criterion) {
    let bytes = data::combined(SIZE);
    let mut group = criterion.benchmark_group("definitions");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(10).measurement_time(Duration::from_secs(3));
    let mut formats: Vec<(&str, Option<Arc<dyn Format>>)> = vec![("compiled", scops_parser::format("combined"))];
    for (notation, pattern) in NOTATIONS {
        formats.push((notation, Some(Arc::new(definition(notation, pattern)))));
    }
    for (name, format) in formats {
        let options = Options { format, ..Options::default() };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                read(&bytes, options.clone(), |event| {
                    black_box(event);
                })
            });
        });
    }
    group.finish();
    // All of the work before a definition can be used, samples included.
    let text = include_str!("../formats/okta.toml");
    criterion.bench_function("definitions/load okta", |bencher| bencher.iter(|| Definition::parse(text, "okta.toml")));
}

criterion_group!(benches, speed, definitions);
criterion_main!(benches);
