//! Tables as the reader's users see them.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![cfg(all(feature = "avro", feature = "parquet"))]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use scops_parser::{Codec, Container, FaultKind, Framing, Limits, Options, Reader};

/// Writes rows of a time in milliseconds and a text, `size` a row group.
fn write(out: impl Write + Send, rows: &[(i64, String)], size: usize) {
    let schema = "message event { required int64 time (TIMESTAMP(MILLIS,true)); required binary message (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_dictionary_enabled(false).build());
    let mut writer = SerializedFileWriter::new(out, schema, properties).unwrap();
    for rows in rows.chunks(size) {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let times: Vec<i64> = rows.iter().map(|row| row.0).collect();
        column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        for rows in rows.chunks(1000) {
            let texts: Vec<_> = rows.iter().map(|row| ByteArray::from(row.1.as_str())).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
        }
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn object() -> Vec<u8> {
    let mut object = Vec::new();
    let rows = ["first", "second", "third"].map(|text| (1_795_400_047_000, text.to_owned()));
    write(&mut object, &rows, 2);
    object
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn rows_are_records_with_their_place_in_the_transcoded_stream() {
    let bytes = object();
    for (stored, codec) in [(bytes.clone(), Codec::Plain), (gzip(&bytes), Codec::Gzip)] {
        let mut reader = Reader::new(&stored[..], Options::default());
        assert_eq!(reader.detection().framing, Framing::JsonLines);
        let mut found = Vec::new();
        while let Some(record) = reader.next_record() {
            assert_eq!(record.raw.len() as u64, record.span.end - record.span.start);
            let event = record.outcome.unwrap();
            assert_eq!(event.time.unwrap().at.to_string(), "2026-11-23T02:14:07Z");
            found.push((record.line, record.span.start, event.message().into_owned()));
        }
        assert_eq!(found, [(1, 0, "first".into()), (2, 50, "second".into()), (3, 101, "third".to_owned())]);
        let report = reader.report();
        assert_eq!((report.container, report.codec), (Some(Container::Parquet), codec));
        assert_eq!((report.stored, report.bytes, report.covered), (stored.len() as u64, 151, 151));
        assert!(report.is_clean());
    }
}

#[test]
fn d23_bad_tables_are_errors_and_never_a_clean_object() {
    let whole = object();
    let length = whole.len();
    let footer = u32::from_le_bytes(whole[length - 8..length - 4].try_into().unwrap()) as usize;
    let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        bytes
    };
    let bad: [(&str, Vec<u8>); 8] = [
        ("its closing magic is missing", damaged(&|bytes| bytes.truncate(length - 1))),
        ("its footer is longer than the object", damaged(&|bytes| bytes[length - 8..length - 4].fill(0x7f))),
        ("its footer has no bytes", damaged(&|bytes| bytes[length - 8..length - 4].fill(0))),
        ("its footer is noise", damaged(&|bytes| bytes[length - 8 - footer..length - 8].fill(0xff))),
        ("its footer is zeros", damaged(&|bytes| bytes[length - 8 - footer..length - 8].fill(0))),
        ("its first page header is noise", damaged(&|bytes| bytes[4..24].fill(0xff))),
        ("its pages are gone", damaged(&|bytes| drop(bytes.drain(4..length - 8 - footer)))),
        ("it is encrypted", damaged(&|bytes| bytes[length - 4..].copy_from_slice(b"PARE"))),
    ];
    for (what, bytes) in bad {
        let mut reader = Reader::new(&bytes[..], Options::default());
        while reader.next_record().is_some() {}
        assert!(!reader.report().is_clean(), "{what}: {:?}", reader.report());
    }
}

#[test]
fn a_part_of_a_parquet_object_says_that_it_takes_all_of_it() {
    let bytes = object();
    let partial = || Options { partial: true, ..Options::default() };
    let mut reader = Reader::new(&bytes[..bytes.len() - 10], partial());
    let reason = "Parquet: it is read only whole, because its footer stands at its end";
    assert_eq!(reader.detection().reason, reason);
    assert!(!reader.detection().is_empty && !reader.detection().is_structured());
    assert_eq!(reader.next_record().unwrap().outcome.unwrap_err().reason, reason);
    assert!(reader.next_record().is_none());
    let damage = reader.report().damage.clone().unwrap();
    assert_eq!((damage.kind, reader.report().container), (FaultKind::Unsupported, Some(Container::Parquet)));
    // A small object may well be whole in its first part.
    let mut reader = Reader::new(&bytes[..], partial());
    assert_eq!(std::iter::from_fn(|| reader.next_record().map(|_| ())).count(), 3);
    assert!(reader.report().is_clean());
}

#[test]
fn a_part_of_an_avro_object_is_read_as_far_as_it_goes() {
    let text = |text: &str| [&[(text.len() as u8) << 1][..], text.as_bytes()].concat();
    let schema = r#"{"type":"record","name":"E","fields":[{"name":"m","type":"string"}]}"#;
    let marker = [7; 16];
    let head = [b"Obj\x01\x02", &text("avro.schema")[..], &[0x88, 1], schema.as_bytes(), &[0], &marker].concat();
    let object = [&head[..], &[4, 12], &text("a"), &text("bcd"), &marker].concat();
    for (cut, wanted) in [(object.len(), 2), (object.len() - 17, 1), (object.len() - 21, 0), (head.len() - 1, 0)] {
        let mut reader = Reader::new(&object[..cut], Options { partial: true, ..Options::default() });
        let mut count = 0;
        while let Some(record) = reader.next_record() {
            assert!(record.outcome.is_ok(), "{cut}: {:?}", record.outcome);
            count += 1;
        }
        assert_eq!((count, reader.report().container), (wanted, Some(Container::Avro)), "{cut}");
    }
}

/// Names the file that a child of this program reads.
const FILE: &str = "SCOPS_TABLE_FILE";

#[test]
fn a_child_reads_the_file_that_it_is_given() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let limits = Limits { table: 1 << 20, ..Limits::default() };
    let mut reader = Reader::new(File::open(path).unwrap(), Options { limits, ..Options::default() });
    while reader.next_record().is_some() {}
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("records {} peak {}", reader.report().records, peak.trim());
}

#[test]
#[cfg(target_os = "linux")]
fn two_hundred_thousand_rows_take_the_memory_of_a_page() {
    let filler = "x".repeat(250);
    let rows: Vec<_> = (0..200_000).map(|row| (row, format!("{row} {filler}"))).collect();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("two-hundred-thousand.parquet");
    write(BufWriter::new(File::create(&path).unwrap()), &rows, rows.len());
    let size = std::fs::metadata(&path).unwrap().len() >> 20;
    assert!(size > 48, "{size} MiB");
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_reads_the_file_that_it_is_given", "--nocapture"])
        .env(FILE, &path)
        .output()
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    let output = String::from_utf8(child.stdout).unwrap();
    let line =
        output.lines().find_map(|line| line.split_once("records 200000 peak ")).unwrap_or_else(|| panic!("{output}"));
    let peak: u64 = line.1.strip_suffix(" kB").unwrap().trim().parse().unwrap();
    println!("{size} MiB read with {peak} KiB");
    assert!(peak < 24 << 10, "{peak} KiB");
}
