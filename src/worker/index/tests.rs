use arrow::array::{Array as _, AsArray as _};
use arrow::datatypes::{Int64Type, TimestampMillisecondType};
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use scops_parser::{Options, Reader};

use super::*;
use crate::domain::{ByteSize, ObjectId};

const LOG: &str = concat!(
    r#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T01:59:59.5Z","eventName":"ConsoleLogin","#,
    r#""eventSource":"signin.amazonaws.com","sourceIPAddress":"203.0.113.7","awsRegion":"us-east-1","#,
    r#""userIdentity":{"type":"IAMUser","userName":"ops","accessKeyId":"AKIAEXAMPLE"},"big":18446744073709551616},"#,
    r#"{"eventVersion":"1.11","eventTime":"2026-11-23T02:00:00Z","eventName":"AssumeRole","eventSource":"sts.amazonaws.com"},"#,
    r#"{"eventVersion":"1.11","eventTime":"2999-12-31T23:00:00Z","eventName":"Odd","eventSource":"sts.amazonaws.com"}]}"#
);

fn object(etag: &str) -> Object {
    Object {
        id: ObjectId::new("logs", "AWSLogs/1/a b.json"),
        size: ByteSize(LOG.len() as u64),
        etag: etag.into(),
        storage_class: "STANDARD".into(),
        arrived: "2026-11-23T02:05:00Z".parse().expect("a time"),
    }
}

fn write(log: &str, etag: &str) -> Vec<IndexFile> {
    write_within(BUFFER, log, etag)
}

fn write_within(limit: usize, log: &str, etag: &str) -> Vec<IndexFile> {
    let told = "2026-11-23T02:00:00Z".parse().ok();
    let mut writer = IndexWriter::new(object(etag), "cloudtrail", told);
    writer.limit = limit;
    let mut reader = Reader::new(log.as_bytes(), Options::default());
    while let Some(record) = reader.next_record() {
        if let Ok(event) = &record.outcome {
            writer.add(&record, event).expect("few hours");
        }
    }
    writer.finish().expect("it is written")
}

fn bytes(file: &IndexFile) -> Bytes {
    match &file.content {
        Content::Memory(bytes) => bytes.clone(),
        Content::File(path) => std::fs::read(path).expect("it is there").into(),
    }
}

fn rows(file: &IndexFile) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes(file)).expect("parquet");
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().expect("a reader").map(|batch| batch.expect("a batch")).collect();
    arrow::compute::concat_batches(&schema, &batches).expect("one schema")
}

fn text<'b>(batch: &'b RecordBatch, name: &str, row: usize) -> Option<&'b str> {
    let column = batch.column_by_name(name)?.as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

#[test]
fn records_lie_in_the_hour_of_their_event() {
    let files = write(LOG, "e1");
    let paths: Vec<_> = files.iter().map(|file| file.path.rsplit_once('/').expect("a folder").0).collect();
    assert_eq!(
        paths,
        [
            "records/source=cloudtrail/dt=2026-11-23-01",
            "terms/dt=2026-11-23-01",
            "records/source=cloudtrail/dt=2026-11-23-02",
            "terms/dt=2026-11-23-02",
        ]
    );
    let first = rows(&files[0]);
    assert_eq!(first.num_rows(), 1);
    let ts = first.column_by_name("ts").expect("a column").as_primitive::<TimestampMillisecondType>();
    assert_eq!(ts.value(0), 1_795_399_199_500);
    assert_eq!(text(&first, "object", 0), Some("s3://logs/AWSLogs/1/a b.json"));
    assert_eq!(text(&first, "version", 0), None);
    assert_eq!(text(&first, "event_action", 0), Some("ConsoleLogin"));
    assert_eq!(text(&first, "source_ip", 0), Some("203.0.113.7"));
    assert_eq!(text(&first, "access_key_id", 0), Some("AKIAEXAMPLE"));
    assert_eq!(text(&first, "http_status", 0), None);
    assert!(text(&first, "fields", 0).is_some_and(|fields| fields.ends_with(r#""big":18446744073709551616}"#)));
    let start = first.column_by_name("span_start").expect("a column").as_primitive::<Int64Type>().value(0);
    let end = first.column_by_name("span_end").expect("a column").as_primitive::<Int64Type>().value(0);
    assert!(LOG[start as usize..end as usize].starts_with(r#"{"eventVersion":"1.11""#));
    // A time that no table projects is found in the hour that the key tells, and is kept as it is.
    let second = rows(&files[2]);
    assert_eq!(second.num_rows(), 2);
    let ts = second.column_by_name("ts").expect("a column").as_primitive::<TimestampMillisecondType>();
    assert_eq!(ts.value(1), 32_503_676_400_000);
}

#[test]
fn terms_are_sorted_and_lead_to_their_line() {
    let files = write(LOG, "e1");
    let terms = rows(&files[1]);
    let all: Vec<_> = (0..terms.num_rows()).filter_map(|row| text(&terms, "term", row)).collect();
    assert!(all.is_sorted());
    let row = all.iter().position(|term| *term == "AKIAEXAMPLE").expect("the key");
    assert_eq!(text(&terms, "field", row), Some("userIdentity.accessKeyId"));
    assert_eq!(text(&terms, "source", row), Some("cloudtrail"));
    assert_eq!(terms.column_by_name("line").expect("a column").as_primitive::<Int64Type>().value(row), 1);
}

#[test]
fn the_same_object_gives_the_same_files_and_another_etag_others() {
    let written = || write(LOG, "e1").iter().map(|file| (file.path.clone(), bytes(file))).collect::<Vec<_>>();
    assert_eq!(written(), written());
    assert_ne!(write(LOG, "e1")[0].path, write(LOG, "e2")[0].path);
}

#[test]
fn a_small_file_tells_what_a_search_needs_and_no_more() {
    let files = write(LOG, "e1");
    let [records, terms] =
        [0, 1].map(|at| ParquetRecordBatchReaderBuilder::try_new(bytes(&files[at])).expect("parquet"));
    let names: Vec<_> = records.schema().fields().iter().map(|field| field.name().as_str()).collect();
    assert!(names.contains(&"event_action") && !names.contains(&"http_status") && !names.contains(&"version"));
    for file in [&records, &terms] {
        let metadata = file.metadata();
        assert!(metadata.file_metadata().key_value_metadata().is_none(), "Arrow's schema is left out");
        for column in metadata.row_group(0).columns() {
            assert_eq!((column.offset_index_length(), column.column_index_length()), (None, None));
            let is_told = ["ts", "term"].contains(&column.column_path().string().as_str());
            assert!(is_told || column.statistics().is_none(), "{}", column.column_path());
        }
    }
    let term = terms.metadata().row_group(0).column(0);
    assert!(term.bloom_filter_length().is_some_and(|length| length < 200), "{term:?}");
    let footer = |file: &IndexFile| {
        let bytes = bytes(file);
        u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().expect("four bytes"))
    };
    assert!(footer(&files[0]) < 2_500 && footer(&files[1]) < 900, "{} {}", footer(&files[0]), footer(&files[1]));
}

#[test]
fn an_object_without_records_has_no_files() {
    assert!(write("", "e1").is_empty());
}

#[test]
fn rows_beyond_the_buffer_become_further_row_groups() {
    let line = |number: usize| format!("{{\"time\":\"2026-11-23T01:00:00Z\",\"n\":{number},\"word\":\"x\"}}\n");
    let log: String = (0..100).map(line).collect();
    let files = write_within(4 << 10, &log, "e1");
    let (records, terms) = (rows(&files[0]), rows(&files[1]));
    assert_eq!((records.num_rows(), files.len()), (100, 2));
    let found = (0..terms.num_rows()).filter(|row| text(&terms, "term", *row) == Some("57")).count();
    assert_eq!(found, 1);
}

#[test]
fn events_over_too_many_hours_are_a_complaint() {
    let mut writer = IndexWriter::new(object("e"), "cloudtrail", None);
    let start: Timestamp = "2020-01-01T00:00:00Z".parse().expect("a time");
    let line = |hour: i64| format!("{{\"time\":\"{}\"}}\n", start + SignedDuration::from_hours(hour));
    let log: String = (0..=1_000).map(line).collect();
    let mut reader = Reader::new(log.as_bytes(), Options::default());
    let mut complaints = Vec::new();
    while let Some(record) = reader.next_record() {
        if let Ok(event) = &record.outcome {
            complaints.extend(writer.add(&record, event).err());
        }
    }
    assert_eq!(complaints.len(), 1);
    assert!(complaints[0].reason.contains("1000 hours"), "{complaints:?}");
}
