use super::*;
use crate::domain::Layout;

fn source(name: &str, format: Option<&str>, layout: &str) -> Source {
    Source {
        name: name.into(),
        bucket: "logs".into(),
        layout: layout.parse().expect("a layout"),
        format: format.map(str::to_owned),
        late_after: jiff::SignedDuration::from_mins(5),
        accept: None,
        maintenance: Vec::new(),
    }
}

fn values(all: &[&[&str]]) -> Vec<Vec<String>> {
    all.iter().map(|values| values.iter().map(|value| (*value).to_owned()).collect()).collect()
}

fn keys(layout: &str, taken: &[&str]) -> Vec<String> {
    let layout: Layout = layout.parse().expect("a layout");
    Partitioning::of(&layout, taken).keys.into_iter().map(|key| key.name).collect()
}

#[test]
fn the_layout_of_a_service_becomes_a_projection() {
    let source = source("trail", Some("cloudtrail"), "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/");
    let found = values(&[&["111122223333", "us-east-1"], &["111122223333", "eu-west-1"]]);
    let sql = create(&source, "sc`ops", "trail", &found);
    for part in [
        "-- trail: CloudTrail logs\nCREATE EXTERNAL TABLE IF NOT EXISTS `sc``ops`.`trail` (\n  `eventversion` string,\n",
        "PARTITIONED BY (`account` string, `region` string, `day` string)\nROW FORMAT SERDE",
        "LOCATION 's3://logs/AWSLogs/'\nTBLPROPERTIES (\n  'projection.enabled' = 'true',\n",
        "'projection.account.values' = '111122223333',",
        "'projection.region.values' = 'eu-west-1,us-east-1',",
        "'projection.day.format' = 'yyyy/MM/dd',\n  'projection.day.range' = '2020/01/01,NOW',",
        "'projection.day.interval.unit' = 'DAYS',",
        "'s3://logs/AWSLogs/${account}/CloudTrail/${region}/${day}/'\n);\n",
    ] {
        assert!(sql.contains(part), "{part}\n{sql}");
    }
}

#[test]
fn names_of_folders_are_kept_and_columns_are_not_doubled() {
    assert_eq!(keys("falcon/dt={yyyy}-{MM}-{dd}-{HH}/", &[]), ["dt"]);
    assert_eq!(
        keys("a/year={yyyy}/month={MM}/{region}/{dd}/", &["region"]),
        ["year", "month", "partition_region", "day"]
    );
    assert_eq!(keys("waf/{acl}/{yyyy}/{MM}/{dd}/{HH}/{mm}/", &["timestamp"]), ["acl", "minute"]);
    assert_eq!(keys("flat/", &[]), [] as [&str; 0]);
    assert_eq!(keys("cf/E1.{yyyy}-{MM}-{dd}-{HH}.", &[]), [] as [&str; 0], "what is in a file's name is no partition");
}

#[test]
fn a_source_without_partitions_is_a_plain_table_of_lines() {
    let sql = create(&source("app logs", None, "app/"), "scops", &name_of("App logs"), &[]);
    assert!(sql.contains("`scops`.`app_logs` (\n  `line` string\n)\nROW FORMAT SERDE"), "{sql}");
    assert!(sql.ends_with("LOCATION 's3://logs/app/';\n"), "{sql}");
    let hostile = create(&source("x\n; DROP", None, "a'b/{c}/"), "d", "t", &values(&[&["v'1"], &["v,2"]]));
    assert!(hostile.starts_with("-- x ; DROP: "), "{hostile}");
    assert!(hostile.contains(r"LOCATION 's3://logs/a\'b/'"), "{hostile}");
    assert!(hostile.contains("'projection.c.type' = 'injected'"), "{hostile}");
}

#[test]
fn every_documented_format_has_its_columns() {
    for (format, columns) in [
        ("cloudtrail", 29),
        ("vpcflow", 28),
        ("alb", 34),
        ("waf", 22),
        ("s3access", 26),
        ("cloudfront", 33),
        ("json", 1),
    ] {
        assert_eq!(Shape::of(&source("x", Some(format), "x/")).columns.len(), columns, "{format}");
    }
}

#[test]
fn partitions_that_a_table_lacks_are_added() {
    let column = |name: &str| TableColumn { name: name.into(), kind: "string".into() };
    let add = |keys: &[&str], layout: &str, prefixes: &[&str], known: &[&str]| {
        let keys: Vec<_> = keys.iter().map(|name| column(name)).collect();
        let prefixes: Vec<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let known = known.iter().map(|known| (*known).to_owned()).collect();
        add_partitions("t", &keys, &layout.parse().expect("a layout"), "logs", &prefixes, &known)
    };
    let trail = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/";
    let prefixes = ["AWSLogs/1/CloudTrail/eu/2026/11/22/", "AWSLogs/1/CloudTrail/eu/2026/11/23/"];
    let added = add(&["region", "day"], trail, &prefixes, &["region=eu/day=2026/11/22"]).expect("told");
    assert_eq!(added.count, 1);
    assert_eq!(
        added.sql,
        "ALTER TABLE t ADD IF NOT EXISTS\n  PARTITION (`region` = 'eu', `day` = '2026/11/23') \
         LOCATION 's3://logs/AWSLogs/1/CloudTrail/eu/2026/11/23/';\n"
    );
    let added = add(&["region", "year", "month", "day"], trail, &prefixes[..1], &[]).expect("told");
    assert!(added.sql.contains("(`region` = 'eu', `year` = '2026', `month` = '11', `day` = '22')"), "{}", added.sql);
    let added = add(&["dt"], "x/dt={yyyy}-{MM}-{dd}/", &["x/dt=2026-11-22/"], &["dt=2026-11-22"]).expect("told");
    assert_eq!(added, Added::default());
    assert_eq!(add(&["shard", "x"], trail, &prefixes, &[]), None, "nothing tells of a shard");
}
