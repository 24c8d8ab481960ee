use std::convert::Infallible;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use bytes::Bytes;

use super::*;

fn read(bytes: &Bytes, start: u64, limit: usize) -> Page {
    let slice = |from: u64, to: u64| Ok::<_, Infallible>(bytes.slice(from as usize..to as usize));
    Pages::Csv.read(bytes.len() as u64, start, limit, slice).unwrap()
}

#[test]
fn what_is_written_is_read_back_by_pages() {
    let values = [Some("a\"b,\nc"), None, Some(""), Some("日本")];
    let column: ArrayRef = Arc::new(StringArray::from(values.to_vec()));
    let batch = RecordBatch::try_from_iter([("x", Arc::clone(&column)), ("y", column)]).unwrap();
    let mut writer = CsvWriter::with_header(["x", "y"]);
    writer.write(&batch).unwrap();
    let bytes = writer.finish();
    assert!(bytes.starts_with(b"\"x\",\"y\"\n\"a\"\"b,\nc\",\"a\"\"b,\nc\"\n,\n\"\",\"\"\n"));
    let mut rows = Vec::new();
    let mut start = Some(0);
    while let Some(at) = start {
        let page = read(&bytes, at, 2);
        assert!(page.rows.len() <= 2);
        rows.extend(page.rows);
        start = page.next;
    }
    let values: Vec<_> = rows[1..].iter().map(|row| row[0].as_deref()).collect();
    assert_eq!(values, values_of(&[Some("a\"b,\nc"), None, Some(""), Some("日本")]));
    assert_eq!(rows[0], [Some("x".to_owned()), Some("y".to_owned())]);
}

fn values_of<'a>(values: &[Option<&'a str>]) -> Vec<Option<&'a str>> {
    values.to_vec()
}

#[test]
fn rows_longer_than_a_read_are_whole() {
    let long = "x".repeat(3 << 20);
    let column: ArrayRef = Arc::new(StringArray::from(vec![long.as_str(), "short"]));
    let mut writer = CsvWriter::with_header(["c"]);
    writer.write(&RecordBatch::try_from_iter([("c", column)]).unwrap()).unwrap();
    let page = read(&writer.finish(), 0, 1000);
    assert_eq!(page.rows.len(), 3);
    assert_eq!(page.rows[1][0].as_ref().map(String::len), Some(3 << 20));
    assert_eq!(page.next, None);
}

#[test]
fn values_print_as_athena_prints_them() {
    let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1_795_395_723_000_000]));
    assert_eq!(texts(&times).unwrap(), [Some("2026-11-23 01:02:03.000".to_owned())]);
    let zoned: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![1_795_395_723_456]).with_timezone("UTC"));
    assert_eq!(texts(&zoned).unwrap(), [Some("2026-11-23 01:02:03.456 UTC".to_owned())]);
    let doubles: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 0.5, 1e10, 1.5e-7, f64::NAN, 100_000.0]));
    let texts: Vec<_> = texts(&doubles).unwrap().into_iter().flatten().collect();
    assert_eq!(texts, ["1.0", "0.5", "1.0E10", "1.5E-7", "NaN", "100000.0"]);
}
