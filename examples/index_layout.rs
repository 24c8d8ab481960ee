//! What the layout of the index costs a query, beside two others, in bytes that Athena scans:
//! `cargo run --release --example index_layout -- DIR HOURS DENSITY`; `docs/performance.md` holds what came of it.
//!
//! The night's sources of so many hours are kept in DIR as the raw gzip objects; as the worker writes the index, and
//! after it was compacted; as minerva does, a row for each term in the order of arrival, in one Parquet file an hour,
//! with its messages beside; and as one row a message with its terms as an array. Terms are the same everywhere.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use arrow::array::{ArrayRef, Int32Builder, Int64Builder, ListBuilder, RecordBatch, StringBuilder};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use scops::aws::{Aws, Connection};
use scops::domain::{
    ByteSize, Consumer, Envelope, Expression, Index, Input, Location, Object, ObjectId, Profile, Query, Receipt,
    ReplayRules, Source, TimeRange,
};
use scops::search;
use scops::worker::compact::{self, Options};
use scops::worker::ddl;
use scops::worker::digest::{Verdict, digest, options};
use scops::worker::index::{Content, IndexWriter};
use scops_lab::night::{Night, NightOptions};
use scops_lab::store::Put;
use scops_lab::{Lab, LabOptions};

/// The longest night that the generator makes, in hours; longer ranges are several nights.
const NIGHT: u32 = 168;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let usage = "usage: index_layout DIR HOURS DENSITY";
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context(usage)?);
    let hours: u32 = arguments.next().context(usage)?.parse()?;
    let density: f64 = arguments.next().context(usage)?.parse()?;
    let lab = Lab::start(LabOptions::new(folder.join("lab"))).await?;
    let aws = Aws::new(Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
    });
    let end: Timestamp = "2026-11-24T02:14:00Z".parse()?;
    let (profile, index, rare) = tokio::task::block_in_place(|| fill(&lab, end, hours, density))?;
    for statement in tables(&index, &profile) {
        search::run_to_end(&aws, &index, &statement).await.context(statement)?;
    }
    let range = TimeRange::ending(end, SignedDuration::from_hours(i64::from(hours)));
    let cases = [
        ("a rare value", rare.clone(), rare),
        ("a common value", "GetObject".into(), "GetObject".into()),
        ("a field condition", "eventName:ConsoleLogin".into(), "ConsoleLogin".into()),
    ];
    let mut out = std::io::stdout().lock();
    writeln!(out, "| asked | layout | scanned | of raw | s |\n|---|---|---:|---:|---:|")?;
    let mut raw = BTreeMap::new();
    for (name, _, value) in &cases {
        for (layout, sql) in others(value) {
            let since = Instant::now();
            let status = search::query(&aws, &index, &sql).await?.1;
            let bytes = status.scanned.bytes();
            let whole = *raw.entry(*name).or_insert(bytes);
            line(&mut out, name, layout, bytes, whole, since)?;
        }
    }
    let as_written = "scops, as the worker writes it";
    for layout in [as_written, "scops, compacted"] {
        for (name, expression, _) in &cases {
            let expression: Expression = scops::domain::expression::parse(expression, end, &TimeZone::UTC)
                .map_err(|error| anyhow::anyhow!("{error:?}"))?
                .expression;
            let query = Query { expression, sources: Vec::new(), range, limit: 1_000 };
            let since = Instant::now();
            let found = search::search(&aws, &index, &query, |_| {}).await?;
            ensure!(!found.hits.is_empty(), "{name} is found");
            line(&mut out, name, layout, found.status.scanned.bytes(), raw[name], since)?;
        }
        if layout != as_written {
            break;
        }
        let now = Timestamp::now() + SignedDuration::from_hours(1);
        let options = Options { older_than: SignedDuration::ZERO, now, is_dry_run: false };
        for partition in compact::partitions(&aws, &index, None, |_| true).await? {
            compact::compact(&aws, &profile, &index, &partition, &options).await?;
        }
    }
    lab.stop().await;
    Ok(())
}

fn line(
    out: &mut impl std::io::Write,
    name: &str,
    layout: &str,
    bytes: u64,
    raw: u64,
    since: Instant,
) -> std::io::Result<()> {
    let ratio = raw as f64 / bytes.max(1) as f64;
    writeln!(out, "| {name} | {layout} | {} | 1/{ratio:.1} | {:.1} |", ByteSize(bytes), since.elapsed().as_secs_f64())
}

/// The same question to the other layouts; raw first.
fn others(value: &str) -> [(&'static str, String); 3] {
    [
        ("raw gzip objects", format!("SELECT count(*) FROM scops.raw WHERE strpos(line, '{value}') > 0")),
        (
            "minerva: indices and messages",
            format!(
                "SELECT m.timestamp, m.message FROM scops.minerva_indices i JOIN scops.minerva_messages m \
                 ON i.dt = m.dt AND i.object_id = m.object_id AND i.seq = m.seq WHERE i.term = '{value}' LIMIT 1000"
            ),
        ),
        (
            "a row a message, terms as an array",
            format!("SELECT timestamp, message FROM scops.arrays WHERE contains(terms, '{value}') LIMIT 1000"),
        ),
    ]
}

fn tables(index: &Index, profile: &Profile) -> Vec<String> {
    let mut all = ddl(index, &profile.sources);
    let hours = "PARTITIONED BY (`dt` string) STORED AS PARQUET";
    let projected = |folder: &str| {
        format!(
            "LOCATION 's3://index/{folder}/' TBLPROPERTIES ('projection.enabled' = 'true', \
             'projection.dt.type' = 'date', 'projection.dt.format' = 'yyyy-MM-dd-HH', \
             'projection.dt.range' = '2010-01-01-00,NOW', 'projection.dt.interval' = '1', \
             'projection.dt.interval.unit' = 'HOURS', \
             'storage.location.template' = 's3://index/{folder}/dt=${{dt}}/')"
        )
    };
    for (name, columns) in [
        ("minerva_indices", "tag string, timestamp bigint, field string, term string, object_id bigint, seq int"),
        ("minerva_messages", "timestamp bigint, object_id bigint, seq int, message string"),
        ("arrays", "timestamp bigint, object_id bigint, seq int, message string, terms array<string>"),
    ] {
        let columns = columns.replace("timestamp bigint", "`timestamp` bigint");
        all.push(format!("CREATE EXTERNAL TABLE scops.{name} ({columns}) {hours} {}", projected(name)));
    }
    all.push(
        "CREATE EXTERNAL TABLE scops.raw (line string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\001' \
         LOCATION 's3://logs/'"
            .to_owned(),
    );
    all
}

/// Writes every layout; gives a value that one story leaves.
fn fill(lab: &Lab, end: Timestamp, hours: u32, density: f64) -> anyhow::Result<(Profile, Index, String)> {
    for bucket in ["logs", "index"] {
        lab.store().create_bucket(bucket)?;
    }
    let mut others: BTreeMap<String, Others> = BTreeMap::new();
    let mut left = hours;
    let (mut profile, mut rare) = (None, String::new());
    let (mut until, mut number) = (end, 0_i64);
    let mut sums = (0_u64, 0_u64);
    while left > 0 {
        let length = left.min(NIGHT);
        left -= length;
        let night = Night::new(NightOptions { seed: u64::from(left) + 1, end: until, hours: length, density });
        until -= SignedDuration::from_hours(i64::from(length));
        let profile: &Profile = profile.get_or_insert_with(|| self::profile(&night));
        if rare.is_empty() {
            rare.clone_from(&night.story.access_key_id);
        }
        for made in night.objects() {
            number += 1;
            sums = (sums.0 + 1, sums.1 + made.body.len() as u64);
            let put = Put { arrived: Some(made.arrived), ..Put::default() };
            let stored = lab.store().put("logs", &made.key, made.body.clone(), put)?;
            let object = Object {
                id: ObjectId::new("logs", &made.key),
                size: ByteSize(made.body.len() as u64),
                etag: stored.etag,
                storage_class: "STANDARD".into(),
                arrived: made.arrived,
            };
            let Some(source) = profile.source_of("logs", &made.key) else { continue };
            let told = source.layout.time_of(&made.key).map(|told| told.start);
            let mut writer = IndexWriter::new(object.clone(), &source.name, told);
            let mut rows: BTreeMap<String, Others> = BTreeMap::new();
            let mut seq = 0;
            let read = digest(&made.body[..], options(&object, profile), source, "indexer", &mut |record, event| {
                let time = event.time.map_or(object.arrived, |time| time.at);
                let hour = time.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d-%H").to_string();
                let rows = rows.entry(hour).or_default();
                rows.start(&source.name, time, number, seq);
                event.terms(&mut |field, term| rows.term(field, term));
                rows.end(&mut |out| event.fields.write_json(out).is_ok());
                seq += 1;
                writer.add(record, event)
            });
            if read.verdict != Verdict::Good {
                continue;
            }
            for (hour, more) in rows {
                others.entry(hour).or_default().add(more);
            }
            let mut files = Vec::new();
            for file in writer.finish().map_err(|complaint| anyhow::anyhow!(complaint.reason))? {
                let bytes: Bytes = match file.content {
                    Content::Memory(bytes) => bytes,
                    Content::File(path) => std::fs::read(&path)?.into(),
                };
                lab.store().put("index", &file.path, bytes, Put::default())?;
                files.push(file.path);
            }
            let receipt = Receipt {
                alerts: None,
                rules: None,
                object: object.id.clone(),
                etag: object.etag.clone(),
                size: object.size.bytes(),
                records: read.records,
                faults: read.faults,
                format: read.format,
                parser: scops_parser::VERSION.to_owned(),
                replay: None,
                at: made.arrived,
                files,
                note: None,
            };
            let key = format!("receipts/{}", made.key);
            lab.store().put("index", &key, serde_json::to_vec(&receipt)?.into(), Put::default())?;
        }
    }
    for (hour, rows) in others {
        for (folder, batch) in rows.finish()? {
            let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
            let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
            writer.write(&batch)?;
            let key = format!("{folder}/dt={hour}/merged.parquet");
            lab.store().put("index", &key, writer.into_inner()?.into(), Put::default())?;
        }
    }
    let profile = profile.context("an hour at least")?;
    let index = profile.index.clone().context("an index")?;
    writeln!(std::io::stderr(), "{} objects, {}", sums.0, ByteSize(sums.1))?;
    Ok((profile, index, rare))
}

fn profile(night: &Night) -> Profile {
    let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
    let sources = night.sources().iter().filter_map(|seed| {
        Some(Source {
            name: seed.name.into(),
            bucket: "logs".into(),
            layout: seed.layout.parse().ok()?,
            format: seed.format.map(str::to_owned),
            late_after: SignedDuration::from_mins(15),
            accept: None,
            maintenance: Vec::new(),
        })
    });
    Profile {
        formats: scops_parser::Formats::default().into(),
        rules: scops::domain::RuleBook::default(),
        name: "layout".into(),
        account: None,
        region: "us-east-1".into(),
        endpoint: None,
        is_read_only: false,
        replay: ReplayRules::default(),
        sources: sources.collect(),
        consumers: vec![Consumer {
            name: "indexer".into(),
            input: Input::Queue(String::new()),
            envelope: Envelope::default(),
            dead_letter_url: None,
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            receipts: Some(below("receipts/")),
            failures: None,
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        }],
        audit: None,
        tables: scops::domain::Tables::default(),
        index: Some(Index {
            location: below(""),
            database: "scops".into(),
            workgroup: "primary".into(),
            output: Some(below("results/")),
            retention_days: None,
        }),
    }
}

/// The rows of an hour in the other layouts.
#[derive(Default)]
struct Others {
    /// Tag, time, object and number of each message, and its JSON.
    messages: Vec<(String, i64, i64, i32, String)>,
    /// Message, field and term.
    terms: Vec<(usize, String, String)>,
}

impl Others {
    fn start(&mut self, tag: &str, time: Timestamp, object: i64, seq: i32) {
        self.messages.push((tag.to_owned(), time.as_second(), object, seq, String::new()));
    }

    fn term(&mut self, field: &str, term: &str) {
        self.terms.push((self.messages.len() - 1, field.to_owned(), term.to_owned()));
    }

    fn end(&mut self, write: &mut dyn FnMut(&mut String) -> bool) {
        if let Some(message) = self.messages.last_mut() {
            write(&mut message.4);
        }
    }

    fn add(&mut self, more: Self) {
        let before = self.messages.len();
        self.messages.extend(more.messages);
        self.terms.extend(more.terms.into_iter().map(|(at, field, term)| (at + before, field, term)));
    }

    fn finish(self) -> anyhow::Result<[(&'static str, RecordBatch); 3]> {
        let (mut tags, mut fields, mut words) = (StringBuilder::new(), StringBuilder::new(), StringBuilder::new());
        let (mut times, mut objects, mut seqs) = (Int64Builder::new(), Int64Builder::new(), Int32Builder::new());
        let mut lists = ListBuilder::new(StringBuilder::new());
        let mut next = 0;
        for (at, message) in self.messages.iter().enumerate() {
            while let Some((_, field, term)) = self.terms.get(next).filter(|(of, ..)| *of == at) {
                tags.append_value(&message.0);
                times.append_value(message.1);
                fields.append_value(field);
                words.append_value(term);
                objects.append_value(message.2);
                seqs.append_value(message.3);
                lists.values().append_value(term);
                next += 1;
            }
            lists.append(true);
        }
        let column = |name: &'static str, array: ArrayRef| (name, array);
        let indices = RecordBatch::try_from_iter([
            column("tag", Arc::new(tags.finish())),
            column("timestamp", Arc::new(times.finish())),
            column("field", Arc::new(fields.finish())),
            column("term", Arc::new(words.finish())),
            column("object_id", Arc::new(objects.finish())),
            column("seq", Arc::new(seqs.finish())),
        ])?;
        let mut texts = StringBuilder::new();
        for message in &self.messages {
            times.append_value(message.1);
            objects.append_value(message.2);
            seqs.append_value(message.3);
            texts.append_value(&message.4);
        }
        let messages = [
            column("timestamp", Arc::new(times.finish())),
            column("object_id", Arc::new(objects.finish())),
            column("seq", Arc::new(seqs.finish())),
            column("message", Arc::new(texts.finish())),
        ];
        let arrays = messages.clone().into_iter().chain([column("terms", Arc::new(lists.finish()))]);
        let arrays = RecordBatch::try_from_iter(arrays)?;
        Ok([
            ("minerva_indices", indices),
            ("minerva_messages", RecordBatch::try_from_iter(messages)?),
            ("arrays", arrays),
        ])
    }
}
