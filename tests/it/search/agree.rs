//! One expression, by SQL over the index and by the parsed records themselves: the same records.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scops::domain::expression::Subject;
use scops::domain::{ByteSize, Expression, Index, Location, Means, ObjectId, Pace, Query, RawTable, Tables};
use scops::search;
use scops_parser::{Formats, Options, Reader};

use super::{APP, Platform, TRAIL, carried_out, query};

/// Tests of every kind, of what the records hold and of what they do not.
const TESTS: [&str; 34] = [
    "203.0.113.7",
    "198.51.100.1",
    "203.0.113.0/24",
    "0.0.0.0/0",
    "ConsoleLogin",
    "eventName:ConsoleLogin",
    "eventName:Console*",
    "eventName:~^Con.*in$~",
    "event.action:ConsoleLogin",
    "event.action:*",
    "event.outcome:success",
    "source.ip:203.0.113.7",
    "source.ip:203.0.113.0/24",
    "sourceIPAddress:198.51.100.0/24",
    "user.name:\"o'neill\"",
    "\"o'neill\"",
    "o'neill",
    "\"50%_off\"",
    "50%_off",
    "50?_off",
    "*%*",
    "*off",
    "msg:*",
    "msg:in",
    "\"eventName\"",
    "peer:10.0.0.0/8",
    "client:10.0.0.0/8",
    "eventVersion:>1.1",
    "eventVersion:1..2",
    "eventVersion:<1",
    "source:app",
    "source:app,cloudtrail",
    "source:none",
    "nothing",
];

/// Source, key and format of what the platform holds.
const OBJECTS: [(&str, &str, &str); 2] = [("cloudtrail", TRAIL, "cloudtrail"), ("app", APP, "json")];

fn searches() -> impl Strategy<Value = String> {
    prop::sample::select(TESTS.as_slice()).prop_map(str::to_owned).prop_recursive(3, 8, 3, |inner| {
        let joined = |word: &'static str| move |all: Vec<String>| format!("({})", all.join(word));
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(joined(" AND ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(joined(" OR ")),
            inner.prop_map(|inner| format!("NOT {inner}")),
        ]
    })
}

/// Object and place of each record that the expression holds of, by reading the objects.
async fn scanned(platform: &Platform, query: &Query) -> BTreeSet<(String, u64)> {
    let mut found = BTreeSet::new();
    for (source, key, format) in OBJECTS {
        let (_, bytes) = platform.aws.get_all(&ObjectId::new("logs", key), ByteSize::mib(1)).await.expect("is read");
        let formats = Formats::default();
        let options = Options { key: Some(key.to_owned()), format: formats.get(format), formats, ..Options::default() };
        let mut reader = Reader::new(&bytes[..], options);
        while let Some(record) = reader.next_record() {
            let event = record.outcome.as_ref().expect("is parsed");
            if Subject::new(source, event).satisfies(&query.expression) {
                found.insert((key.to_owned(), record.span.start));
            }
        }
    }
    found
}

#[test]
fn sql_over_the_index_and_a_scan_of_the_objects_find_the_same_records() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let platform = runtime.block_on(Platform::start());
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let agree = |text: String| {
        let query = Query { expression: Expression::read(&text), ..query("") };
        let (found, scanned) = runtime.block_on(async {
            let found = search::search(&platform.aws, &platform.index, &query, |_| {}).await;
            (found, scanned(&platform, &query).await)
        });
        let found = found.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        let hits = found.hits.iter().map(|hit| (hit.object.key.clone(), hit.span.start)).collect::<BTreeSet<_>>();
        prop_assert_eq!(hits, scanned, "{}", text);
        prop_assert!(!found.is_cut);
        Ok(())
    };
    for text in TESTS {
        agree(text.to_owned()).unwrap_or_else(|error| panic!("{error}"));
    }
    runner.run(&searches(), agree).unwrap_or_else(|error| panic!("{error}"));
}

/// The tables that a profile of these tests names; [`make_tables`] makes them.
pub fn tables() -> Tables {
    let raw = |name: &str| RawTable { name: name.parse().expect("a name"), partitions: [].into() };
    let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
    Tables {
        raw: [("cloudtrail".into(), raw("scops.trail_raw")), ("app".into(), raw("scops.app_raw"))].into(),
        minerva: Some(Index {
            location: below("minerva/"),
            database: "minerva".into(),
            workgroup: "primary".into(),
            output: Some(below("results/")),
            retention_days: None,
        }),
    }
}

/// As the Athena User Guide makes a table of CloudTrail, cut to what the records hold; and one of lines of JSON.
const RAW: [&str; 2] = [
    "CREATE EXTERNAL TABLE trail_raw (eventversion STRING, useridentity STRUCT<type: STRING, username: STRING>,
       eventtime STRING, eventsource STRING, eventname STRING, sourceipaddress STRING)
     PARTITIONED BY (`timestamp` string)
     ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
     STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
     OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
     LOCATION 's3://logs/AWSLogs/111122223333/CloudTrail/us-east-1'
     TBLPROPERTIES ('projection.enabled'='true', 'projection.timestamp.format'='yyyy/MM/dd',
       'projection.timestamp.interval'='1', 'projection.timestamp.interval.unit'='DAYS',
       'projection.timestamp.range'='2026/01/01,2027/01/01', 'projection.timestamp.type'='date',
       'storage.location.template'='s3://logs/AWSLogs/111122223333/CloudTrail/us-east-1/${timestamp}')",
    "CREATE EXTERNAL TABLE app_raw (time string, client string, peer string, msg string)
     PARTITIONED BY (dt string)
     ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
     LOCATION 's3://logs/app/'
     TBLPROPERTIES ('projection.enabled'='true', 'projection.dt.format'='yyyy-MM-dd-HH', 'projection.dt.interval'='1',
       'projection.dt.interval.unit'='HOURS', 'projection.dt.range'='2026-01-01-00,2027-01-01-00',
       'projection.dt.type'='date', 'storage.location.template'='s3://logs/app/dt=${dt}/')",
];

const MINERVA: [&str; 3] = [
    "CREATE DATABASE minerva",
    "CREATE EXTERNAL TABLE minerva.indices (tag string, `timestamp` bigint, field string, term string, object_id bigint, seq int)
     PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://index/minerva/indices/'",
    "CREATE EXTERNAL TABLE minerva.messages (`timestamp` bigint, object_id bigint, seq int, message string)
     PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://index/minerva/messages/'",
];

/// The terms of a value, as minerva splits it.
fn terms_of(value: &str) -> Vec<String> {
    if value.parse::<std::net::Ipv4Addr>().is_ok() {
        return vec![value.to_owned()];
    }
    let is_delimiter = |character: char| " \t!,:;[]{}()<>=|\\*\"'/.@".contains(character);
    value.split(is_delimiter).filter(|term| !term.is_empty()).map(str::to_owned).collect()
}

/// Makes the tables over the objects, and a minerva database of the records.
async fn make_tables(platform: &Platform) {
    let (mut indices, mut messages) = (Vec::new(), Vec::new());
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    for (number, (source, key, format)) in OBJECTS.into_iter().enumerate() {
        let bytes = platform.aws.get_all(&ObjectId::new("logs", key), ByteSize::mib(1)).await.expect("is read").1;
        let formats = Formats::default();
        let options = Options { key: Some(key.to_owned()), format: formats.get(format), formats, ..Options::default() };
        let mut reader = Reader::new(&bytes[..], options);
        while let Some(record) = reader.next_record() {
            let event = record.outcome.as_ref().expect("is parsed");
            let at = event.time.as_ref().expect("tells its time").at;
            let (seconds, hour) = (at.as_second(), at.strftime("%Y-%m-%d-%H").to_string());
            // Go's encoding/json escapes these.
            let json = event.fields.to_json().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
            let seq = record.number;
            messages.push(format!("({seconds}, {number}, {seq}, {}, '{hour}')", quoted(&json)));
            event.fields.scalars(&mut |path, value| {
                for term in value.scalar().map(terms_of).unwrap_or_default() {
                    let (path, term) = (quoted(path), quoted(&term));
                    indices.push(format!("('{source}', {seconds}, {path}, {term}, {number}, {seq}, '{hour}')"));
                }
            });
        }
    }
    let rows = [("indices", indices), ("messages", messages)];
    let rows = rows.map(|(table, rows)| format!("INSERT INTO minerva.{table} VALUES {}", rows.join(", ")));
    let made = RAW.into_iter().chain(MINERVA).map(str::to_owned).chain(rows);
    for statement in made {
        search::run_to_end(&platform.aws, &platform.index, &statement).await.expect(&statement);
    }
}

#[test]
fn every_means_finds_the_records_that_a_scan_finds_or_says_why_not() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let platform = runtime.block_on(Platform::start());
    runtime.block_on(make_tables(&platform));
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    let asked = std::cell::RefCell::new(std::collections::BTreeMap::<&str, u32>::new());
    let agree = |text: String| {
        let query = Query { expression: Expression::read(&text), ..query("") };
        let plan = runtime
            .block_on(search::plan::plan(&platform.aws, &platform.inventory, &query, Pace::default()))
            .expect("a plan")
            .plan;
        let wanted = runtime.block_on(scanned(&platform, &query));
        // What the index finds is held above.
        for means in Means::ALL.into_iter().filter(|means| *means != Means::Index) {
            if let Some(cause) = plan.hindrance(means) {
                prop_assert!(is_known(cause), "{}: {}: {}", means.name(), text, cause);
                continue;
            }
            *asked.borrow_mut().entry(means.name()).or_default() += 1;
            let (found, _) = runtime.block_on(carried_out(&platform, &query, means));
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted.clone(), "{}: {}", means.name(), text);
        }
        Ok(())
    };
    for text in TESTS {
        agree(text.to_owned()).unwrap_or_else(|error| panic!("{error}"));
    }
    runner.run(&searches(), agree).unwrap_or_else(|error| panic!("{error}"));
    let asked = asked.into_inner();
    assert!(asked.len() == Means::ALL.len() - 1 && asked.values().all(|times| *times > 15), "{asked:?}");
}

/// Whether a means may be refused for this.
fn is_known(cause: &str) -> bool {
    ["every row of", "every record of", "no object of the range", "the index does not keep"]
        .into_iter()
        .any(|known| cause.starts_with(known))
}
