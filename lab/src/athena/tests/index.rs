//! The console's index: `records` and `terms`.

use super::*;

/// 2026-11-23T00:00:00Z in microseconds.
const DAY: i64 = 1_795_392_000_000_000;
const HOUR: i64 = 3_600_000_000;

const RECORDS: &str = "CREATE EXTERNAL TABLE scops.records (
    ts timestamp, object string, version string, line bigint, span_start bigint, span_end bigint, message string,
    event_action string, user_name string, source_ip string, fields string)
  PARTITIONED BY (source string, dt string) STORED AS PARQUET LOCATION 's3://index/records/'
  TBLPROPERTIES ('projection.enabled'='true', 'projection.dt.type'='date', 'projection.dt.format'='yyyy-MM-dd-HH',
    'projection.dt.interval'='1', 'projection.dt.interval.unit'='HOURS', 'projection.dt.range'='2020-01-01-00,NOW',
    'projection.source.type'='injected')";

const TERMS: &str = "CREATE EXTERNAL TABLE scops.terms (
    term string, field string, source string, ts timestamp, object string, line bigint)
  PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://index/terms/'
  TBLPROPERTIES ('projection.enabled'='true', 'projection.dt.type'='date', 'projection.dt.format'='yyyy-MM-dd-HH',
    'projection.dt.interval'='1', 'projection.dt.interval.unit'='HOURS', 'projection.dt.range'='2020-01-01-00,NOW')";

fn strings(count: i64, text: impl Fn(i64) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..count).map(text)))
}

fn numbers(count: i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(0..count))
}

fn times(count: i64, hour: i64) -> ArrayRef {
    let values: Vec<i64> = (0..count).map(|row| DAY + hour * HOUR + row * 1_000_000).collect();
    Arc::new(TimestampMicrosecondArray::from(values))
}

fn records(source: &str, hour: i64, count: i64) -> Bytes {
    parquet(vec![
        ("ts", times(count, hour)),
        ("object", strings(count, |_| format!("s3://logs/{source}/{hour:02}.gz"))),
        ("line", numbers(count)),
        ("message", strings(count, |row| format!("{source} event {row}"))),
        ("event_action", strings(count, |row| ["ConsoleLogin", "AssumeRole"][row as usize % 2].to_owned())),
        (
            "user_name",
            Arc::new((0..count).map(|row| (row % 3 != 0).then(|| format!("user{row}"))).collect::<StringArray>()),
        ),
        ("fields", strings(count, |row| format!(r#"{{"n":{row},"userIdentity":{{"arn":"a\"{row}"}}}}"#))),
    ])
}

fn terms(hour: i64, count: i64) -> Bytes {
    parquet(vec![
        ("term", strings(count, |row| format!("term-{row:06}"))),
        ("field", strings(count, |row| format!("field.{}", row % 7))),
        ("source", strings(count, |_| "cloudtrail".to_owned())),
        ("ts", times(count, hour)),
        ("object", strings(count, |row| format!("s3://logs/AWSLogs/{row:032}.json.gz"))),
        ("line", numbers(count)),
    ])
}

async fn lab() -> Lab {
    let lab = Lab::new();
    for hour in 0..3 {
        for source in ["alb", "cloudtrail"] {
            lab.put(
                "index",
                &format!("records/source={source}/dt=2026-11-23-{hour:02}/a.parquet"),
                records(source, hour, 6),
            );
        }
        lab.put("index", &format!("terms/dt=2026-11-23-{hour:02}/a.parquet"), terms(hour, 5_000));
    }
    lab.run("CREATE DATABASE scops", &[]).await;
    lab.run(RECORDS, &[]).await;
    lab.run(TERMS, &[]).await;
    lab
}

#[tokio::test]
async fn a_rare_term_is_found_with_few_bytes() {
    let lab = lab().await;
    let sql = "SELECT ts, source, object, line, field FROM scops.terms \
               WHERE dt BETWEEN '2026-11-23-00' AND '2026-11-23-12' AND term = ? ORDER BY ts LIMIT 1000";
    let (rows, pruned) = lab.run(sql, &["'term-001234'"]).await;
    assert_eq!(joined(&rows[0]), "ts|source|object|line|field");
    assert_eq!(rows.len(), 4);
    assert_eq!(
        joined(&rows[1]),
        format!("2026-11-23 00:20:34.000|cloudtrail|s3://logs/AWSLogs/{:032}.json.gz|1234|field.2", 1234)
    );
    let (_, full) = lab.run("SELECT * FROM terms", &[]).await;
    assert!(scanned(&full) > scanned(&pruned), "{} {}", scanned(&full), scanned(&pruned));
}

#[tokio::test]
async fn fewer_partitions_and_columns_are_fewer_bytes() {
    let lab = lab().await;
    let mut bytes = Vec::new();
    for sql in [
        "SELECT * FROM terms WHERE dt >= '2026-11-23-00'",
        "SELECT * FROM terms WHERE dt IN ('2026-11-23-00', '2026-11-23-01')",
        "SELECT * FROM terms WHERE dt = '2026-11-23-01'",
        "SELECT line FROM terms WHERE dt = '2026-11-23-01'",
        "SELECT line FROM terms WHERE dt = '2026-11-23-07'",
    ] {
        bytes.push(scanned(&lab.run(sql, &[]).await.1));
    }
    assert!(bytes.is_sorted_by(|a, b| a > b), "{bytes:?}");
    assert_eq!(bytes[4], 0);
}

#[tokio::test]
async fn projection_finds_the_same_rows_by_folders_and_by_one_walk() {
    let lab = lab().await;
    let count = |sql: &'static str| async { lab.rows(sql).await.concat() };
    assert_eq!(count("SELECT count(*) FROM terms").await, "15000");
    assert_eq!(count("SELECT count(*) FROM terms WHERE dt > '2026-11-23-00'").await, "10000");
    assert_eq!(count("SELECT count(*) FROM terms WHERE dt < '2026-11-23-01'").await, "5000");
    assert_eq!(count("SELECT count(*) FROM terms WHERE dt LIKE '%-02'").await, "5000");
    assert_eq!(count("SELECT count(*) FROM terms WHERE dt = '2026-11-23-01' OR dt = '2026-11-23-02'").await, "10000");
    assert_eq!(count("SELECT count(*) FROM records WHERE source = 'alb'").await, "18");
    assert_eq!(
        count("SELECT count(*) FROM records WHERE source IN ('alb', 'cloudtrail', 'x') AND dt >= '2026-11-23-02'")
            .await,
        "12"
    );
}

#[tokio::test]
async fn an_injected_column_needs_its_value() {
    let lab = lab().await;
    let reason = lab.fails("SELECT * FROM records WHERE dt = '2026-11-23-00'").await;
    assert!(reason.contains("injected projected partition column source"), "{reason}");
}

#[tokio::test]
async fn the_path_is_a_column_only_where_it_is_mentioned() {
    let lab = lab().await;
    let (rows, _) = lab.run("SELECT * FROM records WHERE source = 'alb' LIMIT 1", &[]).await;
    assert_eq!(joined(&rows[0]).split('|').next_back(), Some("dt"));
    let sql = "SELECT DISTINCT \"$path\", \"$file_size\" > 0 AS big FROM records WHERE source = 'alb' ORDER BY 1";
    assert_eq!(
        lab.rows(sql).await,
        [0, 1, 2].map(|hour| format!("s3://index/records/source=alb/dt=2026-11-23-{hour:02}/a.parquet|true"))
    );
    let sql = "SELECT *, \"$path\" FROM records WHERE source = 'alb' AND \"$path\" = \
               's3://index/records/source=alb/dt=2026-11-23-01/a.parquet'";
    let (rows, by_path) = lab.run(sql, &[]).await;
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[0].iter().flatten().filter(|name| *name == "$path").count(), 1);
    let (_, all) = lab.run("SELECT *, \"$path\" FROM records WHERE source = 'alb'", &[]).await;
    assert!(scanned(&by_path) * 5 < scanned(&all) * 2, "a third of the objects");
}

#[tokio::test]
async fn json_in_the_fields_column_is_reached() {
    let lab = lab().await;
    let sql = "SELECT json_extract_scalar(fields, '$.userIdentity.arn'), json_extract(fields, '$.userIdentity'), \
               json_extract_scalar(fields, '$.none') FROM records WHERE source='alb' AND dt='2026-11-23-00' AND line = 2";
    assert_eq!(lab.rows(sql).await, [r#"a"2|{"arn":"a\"2"}|∅"#]);
}

#[tokio::test]
async fn names_and_case_are_athenas() {
    let lab = lab().await;
    let sql = "SELECT R.LINE, count(*), max(t.Line) AS \"Max Line\", r.\"User_Name\" FROM Scops.RECORDS r \
               JOIN (SELECT line FROM records WHERE source = 'alb') T ON t.line = r.line \
               WHERE source = 'cloudtrail' AND r.line = 1 GROUP BY r.line, r.user_name";
    let (rows, _) = lab.run(sql, &[]).await;
    assert_eq!(joined(&rows[0]), "LINE|_col1|Max Line|User_Name");
    assert_eq!(joined(&rows[1]), "1|9|1|user1");
}

#[tokio::test]
async fn the_bytes_of_a_rare_term_hardly_grow_with_the_file() {
    let lab = lab().await;
    lab.put("index", "terms/dt=2026-11-20-00/a.parquet", terms(0, 40_000));
    let sql = "SELECT ts, object, line FROM terms WHERE dt = '2026-11-20-00' AND term = 'term-012345'";
    let (rows, execution) = lab.run(sql, &[]).await;
    assert_eq!(rows.len(), 2);
    let size = lab.store.head("index", "terms/dt=2026-11-20-00/a.parquet", None).unwrap().size;
    assert!(scanned(&execution) * 10 < size, "{} of {size}", scanned(&execution));
}
