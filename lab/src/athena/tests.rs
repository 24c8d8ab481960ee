//! Whole queries through the API, over a store in a temporary folder.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as ParquetCompression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Athena, AthenaError, CONCURRENT};
use crate::store::{Put, Store};

mod catalog;
mod corpus;
mod dialect;
mod documented;
mod documents;
mod functions;
mod index;
mod protocol;
mod raw;
mod writing;

/// A store with the buckets `logs`, `index` and `results`, and Athena over it.
struct Lab {
    athena: Athena,
    store: Store,
    folder: TempDir,
}

impl Lab {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for bucket in ["logs", "index", "results"] {
            store.create_bucket(bucket).unwrap();
        }
        let athena = Athena::open(store.clone(), folder.path()).unwrap();
        Self { athena, store, folder }
    }

    fn put(&self, bucket: &str, key: &str, body: impl Into<Bytes>) {
        self.store.put(bucket, key, body.into(), Put::default()).unwrap();
    }

    async fn call(&self, operation: &str, body: Value) -> Result<Value, AthenaError> {
        self.athena.handle(operation, body.to_string().as_bytes()).await
    }

    async fn ok(&self, operation: &str, body: Value) -> Value {
        self.call(operation, body).await.unwrap()
    }

    async fn start(&self, sql: &str, parameters: &[&str]) -> String {
        let mut body = json!({
            "QueryString": sql,
            "QueryExecutionContext": { "Database": "scops" },
            "ResultConfiguration": { "OutputLocation": "s3://results/out/" },
        });
        if !parameters.is_empty() {
            body["ExecutionParameters"] = json!(parameters);
        }
        let answer = self.ok("StartQueryExecution", body).await;
        answer["QueryExecutionId"].as_str().unwrap().to_owned()
    }

    /// Waits for the end and gives the `QueryExecution`.
    async fn ended(&self, id: &str) -> Value {
        self.until(id, |state| !matches!(state, "QUEUED" | "RUNNING")).await
    }

    /// Waits for a state and gives the `QueryExecution`.
    async fn until(&self, id: &str, is_wanted: impl Fn(&str) -> bool) -> Value {
        for _ in 0..3_000 {
            let mut answer = self.ok("GetQueryExecution", json!({ "QueryExecutionId": id })).await;
            let execution = answer["QueryExecution"].take();
            if execution["Status"]["State"].as_str().is_some_and(&is_wanted) {
                return execution;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("query {id} does not get there")
    }

    /// Runs a statement that succeeds; gives its rows, header included, and its execution.
    async fn run(&self, sql: &str, parameters: &[&str]) -> (Vec<Vec<Option<String>>>, Value) {
        let id = self.start(sql, parameters).await;
        let execution = self.ended(&id).await;
        assert_eq!(execution["Status"]["State"], "SUCCEEDED", "{sql}: {}", execution["Status"]["StateChangeReason"]);
        let results = self.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
        (rows(&results), execution)
    }

    /// The rows of a SELECT as texts, without the header; NULL is `∅`.
    async fn rows(&self, sql: &str) -> Vec<String> {
        let (rows, _) = self.run(sql, &[]).await;
        rows[1..].iter().map(|row| joined(row)).collect()
    }

    /// Why a statement fails: at once, or when it runs.
    async fn fails(&self, sql: &str) -> String {
        let body = json!({
            "QueryString": sql,
            "QueryExecutionContext": { "Database": "scops" },
            "ResultConfiguration": { "OutputLocation": "s3://results/out/" },
        });
        match self.call("StartQueryExecution", body).await {
            Err(error) => error.to_string(),
            Ok(answer) => {
                let execution = self.ended(answer["QueryExecutionId"].as_str().unwrap()).await;
                assert_eq!(execution["Status"]["State"], "FAILED", "{sql}");
                execution["Status"]["StateChangeReason"].as_str().unwrap().to_owned()
            }
        }
    }
}

fn rows(results: &Value) -> Vec<Vec<Option<String>>> {
    let text = |value: &Value| value.get("VarCharValue").map(|value| value.as_str().unwrap().to_owned());
    let row = |row: &Value| row["Data"].as_array().unwrap().iter().map(text).collect();
    results["ResultSet"]["Rows"].as_array().unwrap().iter().map(row).collect()
}

fn joined(row: &[Option<String>]) -> String {
    let texts: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap_or("∅")).collect();
    texts.join("|")
}

fn scanned(execution: &Value) -> u64 {
    execution["Statistics"]["DataScannedInBytes"].as_u64().unwrap()
}

fn gz(text: &str) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap().into()
}

/// A Parquet file as the worker writes them: zstd, row groups of 20,000 rows, pages of 1,000.
fn parquet(columns: Vec<(&str, ArrayRef)>) -> Bytes {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_compression(ParquetCompression::ZSTD(ZstdLevel::try_new(1).unwrap()))
        .set_max_row_group_row_count(Some(20_000))
        .set_data_page_row_count_limit(1_000)
        .set_write_batch_size(1_000)
        // A dictionary of values that all differ would have to be read whole for one of them.
        .set_dictionary_enabled(false)
        .build();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out.into()
}
