use jiff::{Timestamp, tz::TimeZone};

use super::*;
use crate::domain::expression;

const KEYS: [&str; 3] = [
    "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/a.json.gz",
    "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/b.json.gz",
    "AWSLogs/111122223333/CloudTrail/us-east-1/2026/12/01/c.json.gz",
];

fn source(layout: &str) -> Source {
    Source {
        name: "trail".into(),
        bucket: "logs".into(),
        layout: layout.parse().expect("a layout"),
        format: None,
        late_after: SignedDuration::from_mins(15),
        accept: None,
        maintenance: Vec::new(),
    }
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| pair.split_once(' ').map(|(name, kind)| (name.to_owned(), kind.to_owned()));
    text.split("; ").filter_map(pair).collect()
}

fn shape(columns: &str, partitions: &str, properties: &[(&str, &str)]) -> TableShape {
    let properties = properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    TableShape { columns: pairs(columns), partitions: pairs(partitions), properties }
}

fn asked(text: &str, shape: &TableShape, partitions: &[(&str, &str)]) -> Result<Option<String>, Unaskable> {
    let sought = expression::parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).expect("a search");
    let at = |text: &str| text.parse().expect("a time");
    let range = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-12-01T03:00:00Z"));
    let query = Query { expression: sought.expression, sources: sought.sources, range, limit: 100 };
    let partitions = partitions.iter().map(|(name, value)| ((*name).to_owned(), value.parse().expect("a value")));
    let table = RawTable { name: "logs.\"trail".parse().expect("a name"), partitions: partitions.collect() };
    let source = source("AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/");
    statement(&table, shape, &source, &query, &scops_parser::Formats::default(), KEYS.into_iter())
}

const COLUMNS: &str =
    "eventname string; useridentity struct<username:string,creationdate:string>; sourceipaddress string; port int";

fn trail() -> TableShape {
    shape(COLUMNS, "region string; year int; month int; day int", &[("location", "s3://logs/AWSLogs/")])
}

fn condition(text: &str, columns: &str) -> String {
    match asked(text, &shape(columns, "day date", &[]), &[("day", "{yyyy}-{MM}-{dd}")]) {
        Ok(Some(sql)) => {
            sql.split("\n  AND (").nth(1).unwrap_or_default().split("\n    OR").next().unwrap_or_default().to_owned()
        }
        Ok(None) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn partitions_follow_from_the_keys() {
    let sql = asked("203.0.113.7", &trail(), &[]).expect("can be asked").expect("a statement");
    let text = "concat_ws(chr(31), \"eventname\", json_format(CAST(\"useridentity\" AS JSON)), \"sourceipaddress\", \
                CAST(\"port\" AS VARCHAR))";
    let wanted = format!(
        "SELECT DISTINCT \"$path\" AS \"path\"\nFROM \"logs\".\"\"\"trail\"\n\
         WHERE ((\"year\" = 2026 AND \"month\" = 11 AND \"day\" IN (23))\n    OR (\"year\" = 2026 AND \"month\" = 12 AND \"day\" IN (1)))\n  \
         AND \"region\" IN ('eu-west-1', 'us-east-1')\n  AND (strpos({text}, '203.0.113.7') > 0\n    OR {text} = ''\n    OR {})",
        narrow::hides(text),
    );
    assert_eq!(sql, wanted);
}

#[test]
fn partitions_are_told_by_projection_folder_and_configuration() {
    let first = |shape: &TableShape, partitions: &[(&str, &str)]| match asked("rclone", shape, partitions) {
        Ok(sql) => sql.unwrap_or_default().lines().nth(2).unwrap_or_default().to_owned(),
        Err(error) => error.to_string(),
    };
    let projected = shape("a string", "timestamp string", &[("projection.timestamp.format", "yyyy/MM/dd")]);
    assert_eq!(first(&projected, &[]), "WHERE \"timestamp\" IN ('2026/11/23', '2026/12/01')");
    let dated = shape("a string", "d date", &[]);
    assert_eq!(first(&dated, &[("D", "{yyyy}-{MM}-{dd}")]), "WHERE \"d\" IN (DATE '2026-11-23', DATE '2026-12-01')");
    assert!(first(&dated, &[]).contains("no partition of the table logs.\"trail tells of time"));
    assert_eq!(first(&dated, &[("d", "{yyyy}")]), "the partition d is date, and cannot be \"2026\"");
    let injected = shape("a string", "org string; day string", &[("projection.org.type", "injected")]);
    assert!(first(&injected, &[("day", "{dd}")]).contains("wants a value: name it"));
    let elsewhere = shape("a string", "day string", &[("location", "s3://others/x/")]);
    assert!(first(&elsewhere, &[("day", "{dd}")]).contains("reads s3://others/x/"));
}

#[test]
fn a_test_is_asked_of_its_column_or_of_the_row() {
    let columns = "eventname string; useridentity struct<username:string>; port int";
    assert_eq!(condition("eventName:Get*", columns), "strpos(concat_ws(chr(31), \"eventname\"), 'Get') > 0");
    assert!(
        condition("userIdentity.userName:anna", columns).starts_with("strpos(concat_ws(chr(31), json_format(CAST(")
    );
    assert_eq!(condition("port:>=443", columns), "\"port\" IS NOT NULL AND CAST(\"port\" AS DOUBLE) >= 4.43E2");
    assert_eq!(condition("port:*", columns), "\"port\" IS NOT NULL");
    assert!(condition("10.0.0.0/8 rclone", columns).contains("'10.') > 0) AND (strpos("));
    assert_eq!(condition("rclone AND -source:trail", columns), "nothing");
}

#[test]
fn what_narrows_nothing_is_refused() {
    for text in ["-root", "other:*", "event.outcome:failure", "root OR -x", "source:trail"] {
        assert!(condition(text, "a string").starts_with("every row of the table"), "{text}");
    }
    // A number may be printed in another way than the log has it, and so may a time.
    assert!(condition("1.50", "a double; b string").starts_with("every row"));
    assert!(condition("0017", "a int; b string").starts_with("every row"));
    assert!(condition("2026-11-23", "a struct<at:timestamp>").starts_with("every row"));
    assert!(condition("203.0.113.7", "a struct<creationdate:string,port:int>").starts_with("strpos("));
    assert!(condition("v1.50", "a double; b string").starts_with("strpos("));
}
