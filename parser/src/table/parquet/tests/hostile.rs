//! What an attacker may put into a Parquet object.

use std::time::{Duration, Instant};

use super::*;

/// Levels of a page: their length, then one run of `count` times `value`.
fn run(count: u64, value: u8) -> Vec<u8> {
    let mut run = handmade::Thrift::default();
    run.varint(count << 1);
    run.bytes.push(value);
    [&(run.bytes.len() as u32).to_le_bytes()[..], &run.bytes].concat()
}

fn small() -> Limits {
    Limits { record: 4096, table: 1 << 20, inflated: 256 << 10, ..Limits::default() }
}

#[test]
fn every_prefix_is_flagged() {
    let object = varied(WriterProperties::new()).0;
    for cut in 4..object.len() {
        let (_, fault) = read_with(&object[..cut], small());
        assert!(fault.is_some(), "a cut at {cut} of {} passed for whole", object.len());
    }
}

#[test]
fn no_changed_byte_panics_hangs_or_takes_memory() {
    let started = Instant::now();
    let schema = "message m { optional group l (LIST) { repeated group list { optional binary element (UTF8); } }
        required int64 n (TIMESTAMP(MILLIS,true)); optional group m (MAP) { repeated group kv { required int32 key;
        optional double value; } } }";
    for (version, compression, encoding) in [
        (WriterVersion::PARQUET_1_0, Compression::UNCOMPRESSED, None),
        (WriterVersion::PARQUET_2_0, Compression::SNAPPY, Some(Encoding::DELTA_BINARY_PACKED)),
    ] {
        let mut properties = WriterProperties::builder().set_writer_version(version).set_compression(compression);
        if let Some(encoding) = encoding {
            properties = properties.set_column_dictionary_enabled("n".into(), false);
            properties = properties.set_column_encoding("n".into(), encoding);
        }
        let group = [
            Data::Bytes(&[b"a", b"bc", b"a"]).levels(&[3, 3, 2, 3, 0], &[0, 1, 1, 0, 0]),
            Data::Int64(&[1, 20, 300]),
            Data::Int32(&[1, 2]).levels(&[2, 2, 1, 0], &[0, 1, 0, 0]),
            Data::Double(&[1.0]).levels(&[3, 2, 1, 0], &[0, 1, 0, 0]),
        ];
        let object = write(schema, properties.build(), &[&group, &group]);
        for at in 0..object.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = object.clone();
                changed[at] ^= change;
                read_with(&changed, small());
            }
        }
    }
    assert!(started.elapsed() < Duration::from_mins(2), "{:?}", started.elapsed());
}

#[test]
fn counts_and_sizes_that_no_bytes_stand_behind_are_not_believed() {
    let page = [run(1, 1), 7i32.to_le_bytes().to_vec()].concat();
    let good = Handmade::optional_int(&page, 1);
    assert_eq!(lines(&good.object()), ["{\"v\":7}"]);
    let huge = i64::from(i32::MAX);
    for (object, reason) in [
        (Handmade { row_groups: 1 << 31, ..good.clone() }, "Parquet: the footer is cut off"),
        (Handmade { children: huge, ..good.clone() }, "Parquet: the schema ends too early"),
        (Handmade { rows: i64::MAX, ..good.clone() }, "Parquet: row group 1, column v: it has fewer values than rows"),
        (Handmade { rows: 0, ..good.clone() }, "Parquet: row group 1, column v: it has more values than rows"),
        (Handmade { values: huge, rows: 2, ..good.clone() }, "Parquet: row group 1, column v: "),
        (
            Handmade { count: huge, ..good.clone() },
            "Parquet: row group 1, column v: its pages have more values than it counts",
        ),
        (Handmade { stored: huge, ..good.clone() }, "Parquet: row group 1, column v: a page is longer than the object"),
        (
            Handmade { inflated: 1 << 40, ..good.clone() },
            "Parquet: row group 1, column v: a page takes too much memory",
        ),
        (
            Handmade { inflated: 1, ..good.clone() },
            "Parquet: row group 1, column v: a page does not inflate to what its header says",
        ),
        (
            Handmade { stored: -1, ..good.clone() },
            "Parquet: row group 1, column v: its description has a negative count",
        ),
        (
            Handmade { encoding: 99, ..good.clone() },
            "Parquet: row group 1, column v: a page has an encoding that is not read",
        ),
        (Handmade { codec: 4, ..good.clone() }, "Parquet: row group 1: column v: Brotli compression is not read"),
        (Handmade { physical: 9, ..good.clone() }, "Parquet: the schema has a type that is not known"),
    ] {
        let (_, fault) = read(&object.object());
        let found = fault.map(|fault| fault.reason).unwrap_or_default();
        assert!(found.starts_with(reason), "{found} instead of {reason}");
    }
}

#[test]
fn a_list_of_two_thousand_million_nulls_is_one_fault() {
    let count = i64::from(i32::MAX);
    // One row: the first value begins it, the others go on with its list.
    let starts = [&[2, 0][..], &run(count as u64 - 1, 1)[4..]].concat();
    let starts = [&(starts.len() as u32).to_le_bytes()[..], &starts].concat();
    let values = [1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0];
    let page = [&starts[..], &run(count as u64, 1), &values].concat();
    let object = Handmade { rows: 1, repetition: 2, encoding: 8, ..Handmade::optional_int(&page, count) };
    let (rows, fault) = read_with(&object.object(), small());
    assert!(rows.is_empty());
    // Its dictionary is missing; with one, the row is too long.
    assert_eq!(fault.unwrap().reason, "Parquet: row group 1, column v: an index is beyond the dictionary");
    let page = [&starts[..], &run(count as u64, 1)].concat();
    let object = Handmade { rows: 1, repetition: 2, encoding: 3, physical: 0, ..Handmade::optional_int(&page, count) };
    let booleans = run(count as u64, 1);
    let page = [object.page, &booleans].concat();
    let object = Handmade { page: &page, inflated: page.len() as i64, stored: page.len() as i64, ..object };
    let (_, fault) = read_with(&object.object(), small());
    let fault = fault.unwrap();
    assert_eq!(
        (fault.kind, fault.reason.as_str()),
        (FaultKind::Limit, "Parquet: row group 1, column v: a row has more than 8 times 4096 bytes")
    );
}

#[test]
fn rows_out_of_nothing_end_at_the_limits() {
    let count = i64::from(i32::MAX);
    let page = [run(count as u64, 1), run(count as u64, 1)].concat();
    let object = Handmade { encoding: 3, physical: 0, ..Handmade::optional_int(&page, count) }.object();
    let (_, fault) = read_with(&object, small());
    assert_eq!(fault.unwrap().reason, "the rows of the table are more than 262144 bytes of JSON");
    // Five thousand values, each of which is the one before and four bytes more.
    let count = 5_000;
    let page = [&run(count, 1)[..], &steps(count, 0, 4), &steps(count, 4, 0), &vec![b'x'; 4 * count as usize]].concat();
    let object = Handmade { encoding: 7, physical: 6, ..Handmade::optional_int(&page, count as i64) }.object();
    let (_, fault) = read_with(&object, Limits { record: 64 << 10, ..Limits::default() });
    assert_eq!(fault.unwrap().reason, "the values of the table are more than 250 times what is stored");
}

/// The integers from `first` on, `step` apart, as differences.
fn steps(count: u64, first: u64, step: u64) -> Vec<u8> {
    let mut deltas = handmade::Thrift::default();
    deltas.varint(128).varint(4).varint(count).varint(first << 1);
    for _ in 0..(count - 1).div_ceil(128) {
        deltas.varint(step << 1).varint(0).varint(0).varint(0).varint(0);
    }
    deltas.bytes
}

#[test]
fn a_row_over_the_limit_is_one_bad_record_and_the_next_one_is_read() {
    let long = vec![b'x'; 5000];
    let object = write("message m { required binary v (UTF8); }", plain(), &[&[Data::Bytes(&[b"a", &long, b"b"])]]);
    let options = crate::Options { limits: small(), ..crate::Options::default() };
    let mut reader = crate::Reader::new(&object[..], options);
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        found.push(record.outcome.map(|event| event.fields.to_json()).map_err(|fault| fault.kind));
    }
    assert_eq!(found, [Ok("{\"v\":\"a\"}".to_owned()), Err(FaultKind::TooLong), Ok("{\"v\":\"b\"}".to_owned())]);
}

#[test]
fn pages_that_inflate_beyond_all_reason_are_refused() {
    let page = vec![0; 900 << 10];
    let packed = zstd::encode_all(&page[..], 19).unwrap();
    let object =
        Handmade { codec: 6, inflated: 900 << 10, stored: packed.len() as i64, ..Handmade::optional_int(&packed, 1) };
    assert!(read_with(&object.object(), small()).1.unwrap().kind == FaultKind::Corrupt);
    let object = Handmade { inflated: 9 << 20, ..object };
    let fault = read_with(&object.object(), small()).1.unwrap();
    assert_eq!(fault.reason, "Parquet: row group 1, column v: a page takes too much memory");
}

#[test]
fn nulls_out_of_nothing_end_too() {
    let count = i64::from(i32::MAX);
    let object = Handmade::optional_int(&run(count as u64, 0), count).object();
    let (_, fault) = read_with(&object, small());
    assert_eq!(fault.unwrap().kind, FaultKind::Limit);
}

#[test]
fn a_schema_may_not_be_bottomless() {
    let mut footer = handmade::Thrift::default();
    footer.begin().int(1, 1).structs(2, 10_000);
    for _ in 0..9_999 {
        footer.begin().int(3, 1).text(4, "g").int(5, 1).end();
    }
    footer.begin().int(1, 1).text(4, "v").end().int(3, 0).structs(4, 0).end();
    let length = (footer.bytes.len() as u32).to_le_bytes();
    let object = [b"PAR1", &footer.bytes[..], &length, b"PAR1"].concat();
    assert_eq!(read(&object).1.unwrap().reason, "Parquet: the schema is nested too deeply");
}
