//! Real logs, where the corpus is at hand: rows counted through SQL are those counted by a plain JSON reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SCOPS_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no corpus in {}", folder.display());
    None
}

#[tokio::test]
async fn real_cloudtrail_is_grouped_as_it_is_in_the_files() {
    let Some(corpus) = corpus() else { return };
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(corpus.join("aws_cloudtrail/ccc")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().take(8) {
        let text = std::fs::read(file).unwrap();
        let events: Vec<Value> = serde_json::from_slice(&text).unwrap();
        for event in &events {
            *expected.entry(event["eventName"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        lab.put("logs", &format!("trail/{}", file.file_name().unwrap().to_str().unwrap()), text);
    }
    lab.run(
        "CREATE EXTERNAL TABLE trail (eventname string, eventtime string, useridentity struct<type:string>) \
         ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde' LOCATION 's3://logs/trail/'",
        &[],
    )
    .await;
    let found = lab.rows("SELECT eventname, count(*) FROM trail GROUP BY 1 ORDER BY 1").await;
    let expected: Vec<String> = expected.into_iter().map(|(name, count)| format!("{name}|{count}")).collect();
    assert_eq!(found, expected);
    let (rows, execution) = lab.run("SELECT min(from_iso8601_timestamp(eventtime)) FROM trail", &[]).await;
    assert!(rows[1][0].as_ref().unwrap().ends_with(" UTC"));
    assert!(scanned(&execution) > 500_000);
}
