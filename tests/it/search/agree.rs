//! One expression, by SQL over the index and by the parsed records themselves: the same records.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scops::domain::expression::Subject;
use scops::domain::{ByteSize, Expression, ObjectId, Query};
use scops::search;
use scops_parser::{Formats, Options, Reader};

use super::{APP, Platform, TRAIL, query};

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
    for (source, key, format) in [("cloudtrail", TRAIL, "cloudtrail"), ("app", APP, "json")] {
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
