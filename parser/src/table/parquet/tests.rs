//! Objects written by another library, and ones made by hand that no library writes.

use std::sync::Arc;

use ::parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};

use super::super::tests::{lines, read, read_with};
use crate::fault::FaultKind;
use crate::limits::Limits;
use handmade::Handmade;
use write::{Data, write};

mod handmade;
mod hostile;
mod write;

fn plain() -> WriterProperties {
    WriterProperties::builder().set_dictionary_enabled(false).build()
}

/// The rows of a message of one column, with these values in it.
fn column(field: &str, data: Data<'_>) -> Vec<String> {
    let object = write(&format!("message m {{ {field} }}"), plain(), &[&[data]]);
    lines(&object)
}

#[test]
fn integers_of_every_kind_are_exact() {
    for (field, data, wanted) in [
        ("required int32 v;", Data::Int32(&[i32::MIN, i32::MAX]), ["-2147483648", "2147483647"]),
        ("required int32 v (INTEGER(8,true));", Data::Int32(&[-128, 127]), ["-128", "127"]),
        ("required int32 v (INTEGER(32,false));", Data::Int32(&[-1, 1]), ["4294967295", "1"]),
        ("required int32 v (UINT_32);", Data::Int32(&[-1, 1]), ["4294967295", "1"]),
        ("required int64 v;", Data::Int64(&[i64::MIN, i64::MAX]), ["-9223372036854775808", "9223372036854775807"]),
        ("required int64 v (INTEGER(64,false));", Data::Int64(&[-1, 0]), ["18446744073709551615", "0"]),
        ("required int64 v (UINT_64);", Data::Int64(&[-2, 0]), ["18446744073709551614", "0"]),
        ("required boolean v;", Data::Boolean(&[true, false]), ["true", "false"]),
        ("required double v;", Data::Double(&[0.1, f64::NAN]), ["0.1", "\"NaN\""]),
        ("required float v;", Data::Float(&[0.1, f32::INFINITY]), ["0.1", "\"Infinity\""]),
        ("required fixed_len_byte_array(2) v (FLOAT16);", Data::Fixed(&[&[0, 0x3c], &[0, 0xc0]]), ["1.0", "-2.0"]),
        ("required int32 v (DECIMAL(9,2));", Data::Int32(&[110, -5]), ["1.10", "-0.05"]),
        ("required int64 v (DECIMAL(18,0));", Data::Int64(&[7, -7]), ["7", "-7"]),
        (
            "required fixed_len_byte_array(16) v (DECIMAL(38,3));",
            Data::Fixed(&[&[0x7f; 16], &[0xff; 16]]),
            ["169473963133173273960190490760135540.607", "-0.001"],
        ),
        ("required binary v (DECIMAL(20,1));", Data::Bytes(&[b"\x01\x00", b"\xff"]), ["25.6", "-0.1"]),
    ] {
        let wanted = wanted.map(|value| format!("{{\"v\":{value}}}"));
        assert_eq!(column(field, data), wanted, "{field}");
    }
}

#[test]
fn dates_times_and_identifiers_are_written_as_people_write_them() {
    let at = 1_795_400_047_123;
    for (field, data, wanted) in [
        ("required int32 v (DATE);", Data::Int32(&[20_780]), "2026-11-23"),
        ("required int32 v (TIME(MILLIS,true));", Data::Int32(&[8_047_123]), "02:14:07.123"),
        ("required int64 v (TIME(NANOS,false));", Data::Int64(&[1]), "00:00:00.000000001"),
        ("required int64 v (TIMESTAMP(MILLIS,true));", Data::Int64(&[at]), "2026-11-23T02:14:07.123Z"),
        ("required int64 v (TIMESTAMP(MILLIS,false));", Data::Int64(&[at]), "2026-11-23T02:14:07.123"),
        ("required int64 v (TIMESTAMP(MICROS,true));", Data::Int64(&[at * 1000]), "2026-11-23T02:14:07.123000Z"),
        ("required int64 v (TIMESTAMP(NANOS,true));", Data::Int64(&[1]), "1970-01-01T00:00:00.000000001Z"),
        ("required int64 v (TIMESTAMP_MILLIS);", Data::Int64(&[-1]), "1969-12-31T23:59:59.999Z"),
        ("required int96 v;", Data::Int96(&[[7_000_000, 0, 2_461_368]]), "2026-11-23T00:00:00.007000000"),
        (
            "required fixed_len_byte_array(16) v (UUID);",
            Data::Fixed(&[&[0xab; 16]]),
            "abababab-abab-abab-abab-abababababab",
        ),
        (
            "required fixed_len_byte_array(12) v (INTERVAL);",
            Data::Fixed(&[&[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]]),
            "P1M2DT0.003S",
        ),
    ] {
        assert_eq!(column(field, data), [format!("{{\"v\":\"{wanted}\"}}")], "{field}");
    }
}

#[test]
fn bytes_are_text_where_they_are_text() {
    let values: [&[u8]; 4] = [b"plain \"text\"\n", "\u{65e5}\u{672c}".as_bytes(), b"\x00\x01", b"\xff\xfe"];
    let wanted = |values: [&str; 4]| values.map(|value| format!("{{\"v\":{value}}}"));
    assert_eq!(
        column("required binary v;", Data::Bytes(&values)),
        wanted([r#""plain \"text\"\n""#, "\"日本\"", "\"AAE=\"", "\"//4=\""])
    );
    assert_eq!(
        column("required binary v (UTF8);", Data::Bytes(&values)),
        wanted([r#""plain \"text\"\n""#, "\"日本\"", r#""\u0000\u0001""#, "\"\u{fffd}\u{fffd}\""])
    );
    assert_eq!(column("required binary v (BSON);", Data::Bytes(&values))[0], "{\"v\":\"cGxhaW4gInRleHQiCg==\"}");
    let fixed: [&[u8]; 1] = [b"text"];
    assert_eq!(column("required fixed_len_byte_array(4) v;", Data::Fixed(&fixed)), ["{\"v\":\"dGV4dA==\"}"]);
    let json: [&[u8]; 2] = [b"{\"a\":\n [1.10]}", b"{"];
    assert_eq!(column("required binary v (JSON);", Data::Bytes(&json)), [r#"{"v":{"a":[1.10]}}"#, r#"{"v":"{"}"#]);
}

#[test]
fn structs_lists_and_maps_are_put_together_again() {
    let schema = "message m {
        optional group s { optional int32 a; required group t { optional binary b (UTF8); } }
        optional group l (LIST) { repeated group list { optional int32 element; } }
        optional group m (MAP) { repeated group key_value { required int32 key; optional boolean value; } }
        repeated int64 r;
        optional group n (LIST) { repeated group list { optional group element (LIST) { repeated group list {
            required int32 element; } } } }
    }";
    let object = write(
        schema,
        plain(),
        &[&[
            Data::Int32(&[1]).levels(&[2, 1, 0], &[0, 0, 0]),
            Data::Bytes(&[b"x"]).levels(&[1, 2, 0], &[0, 0, 0]),
            Data::Int32(&[1, 2]).levels(&[3, 2, 3, 1, 0], &[0, 1, 1, 0, 0]),
            Data::Int32(&[7, 8]).levels(&[2, 2, 1, 0], &[0, 1, 0, 0]),
            Data::Boolean(&[true]).levels(&[3, 2, 1, 0], &[0, 1, 0, 0]),
            Data::Int64(&[5, 6]).levels(&[1, 1, 0, 0], &[0, 1, 0, 0]),
            Data::Int32(&[1, 2, 3]).levels(&[4, 4, 3, 4, 2, 0, 1], &[0, 2, 1, 1, 1, 0, 0]),
        ]],
    );
    assert_eq!(
        lines(&object),
        [
            r#"{"s":{"a":1,"t":{"b":null}},"l":[1,null,2],"m":{"7":true,"8":null},"r":[5,6],"n":[[1,2],[],[3],null]}"#,
            r#"{"s":{"a":null,"t":{"b":"x"}},"l":[],"m":{},"r":[],"n":null}"#,
            r#"{"s":null,"l":null,"m":null,"r":[],"n":[]}"#,
        ]
    );
}

#[test]
fn lists_and_maps_of_older_writers_are_those_that_they_were_meant_as() {
    let one = |schema: &str, data: &[Data<'_>]| lines(&write(schema, plain(), &[data])).join("");
    let item = || Data::Int32(&[1]).levels(&[2], &[0]);
    for (field, wanted) in [
        ("repeated int32 element;", "[1]"),
        ("repeated group array { required int32 x; }", r#"[{"x":1}]"#),
        ("repeated group v_tuple { required int32 x; }", r#"[{"x":1}]"#),
        ("repeated group bag { required int32 x; }", "[1]"),
    ] {
        let schema = format!("message m {{ optional group v (LIST) {{ {field} }} }}");
        assert_eq!(one(&schema, &[item()]), format!("{{\"v\":{wanted}}}"));
    }
    let schema =
        "message m { optional group v (LIST) { repeated group pair { required int32 x; required int32 y; } } }";
    assert_eq!(one(schema, &[item(), item()]), r#"{"v":[{"x":1,"y":1}]}"#);
    let schema = "message m { optional group v (MAP_KEY_VALUE) { repeated group map { required int32 k; } } }";
    assert_eq!(one(schema, &[item()]), r#"{"v":{"1":null}}"#);
    let key = Data::Bytes(&[]).levels(&[2], &[0]);
    let schema =
        "message m { optional group v (MAP) { repeated group kv { optional binary k (UTF8); required int32 v; } } }";
    assert_eq!(one(schema, &[key, item()]), r#"{"v":{"null":1}}"#);
}

/// Columns of a few values that come again and again, with nulls between them.
fn varied(properties: WriterProperties) -> (Vec<u8>, Vec<String>) {
    let numbers: Vec<i64> = (0..900).map(|at| at * at % 777 - 300).collect();
    let texts: Vec<Vec<u8>> = (0..600).map(|at| format!("value {}", at % 50).into_bytes()).collect();
    let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
    let defined: Vec<i16> = (0..900).map(|at| i16::from(at % 3 != 0)).collect();
    let flags: Vec<bool> = (0..900).map(|at| at % 7 == 0).collect();
    let schema = "message m { required int64 n; optional binary t (UTF8); required boolean f; }";
    let group = [Data::Int64(&numbers), Data::Bytes(&texts).levels(&defined, &[0; 900]), Data::Boolean(&flags)];
    let object = write(schema, properties, &[&group, &group]);
    let mut texts = texts.iter();
    let rows: Vec<String> = (0..900)
        .map(|at| {
            let text = if at % 3 == 0 {
                "null".to_owned()
            } else {
                format!("\"{}\"", String::from_utf8_lossy(texts.next().unwrap()))
            };
            format!("{{\"n\":{},\"t\":{text},\"f\":{}}}", numbers[at], at % 7 == 0)
        })
        .collect();
    (object, [rows.clone(), rows].concat())
}

#[test]
fn every_compression_page_version_and_encoding_gives_the_same_rows() {
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for compression in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(GzipLevel::default()),
            Compression::ZSTD(ZstdLevel::default()),
            Compression::LZ4,
            Compression::LZ4_RAW,
        ] {
            for is_small in [true, false] {
                let properties = WriterProperties::builder()
                    .set_writer_version(version)
                    .set_compression(compression)
                    .set_data_page_size_limit(if is_small { 100 } else { 1 << 20 })
                    .set_write_batch_size(50)
                    .set_dictionary_page_size_limit(if is_small { 100 } else { 1 << 20 });
                let (object, wanted) = varied(properties.build());
                assert_eq!(lines(&object), wanted, "{version:?} {compression:?}");
            }
        }
    }
    for (name, encodings) in [
        ("n", &[Encoding::DELTA_BINARY_PACKED, Encoding::BYTE_STREAM_SPLIT][..]),
        ("t", &[Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY]),
        ("f", &[Encoding::RLE]),
    ] {
        for encoding in encodings {
            let properties = WriterProperties::builder().set_dictionary_enabled(false).set_data_page_size_limit(500);
            let (object, wanted) = varied(properties.set_column_encoding(name.into(), *encoding).build());
            assert_eq!(lines(&object), wanted, "{encoding}");
        }
    }
}

#[test]
fn long_statistics_in_the_header_of_a_page_are_passed_over() {
    let value = vec![b'x'; 70_000];
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_write_page_header_statistics(true)
        .set_statistics_truncate_length(None);
    let object = write("message m { required binary v (UTF8); }", properties.build(), &[&[Data::Bytes(&[&value])]]);
    assert_eq!(lines(&object)[0].len(), value.len() + 8);
}

#[test]
fn levels_in_the_deprecated_packing_are_read() {
    // Definition levels 1, 0, 1, the first in the highest bit; then two values.
    let page = [&[0b1010_0000][..], &7i32.to_le_bytes(), &8i32.to_le_bytes()].concat();
    let object = Handmade { level_encoding: 4, ..Handmade::optional_int(&page, 3) }.object();
    assert_eq!(lines(&object), ["{\"v\":7}", "{\"v\":null}", "{\"v\":8}"]);
}

#[test]
fn a_large_object_lies_in_a_file_and_reads_the_same() {
    let (object, wanted) = varied(WriterProperties::new());
    let limits = Limits { table: 2000, ..Limits::default() };
    assert!(object.len() > 2 * limits.table);
    assert_eq!(read_with(&object, limits).0, wanted);
}

#[test]
fn rows_in_no_columns_and_objects_without_rows_are_told_apart() {
    let object = write("message m { required int32 v; }", plain(), &[]);
    let (rows, fault) = read(&object);
    assert!(rows.is_empty() && fault.is_none(), "{fault:?}");
}

#[test]
fn the_footer_may_be_missing_cut_or_encrypted_and_each_is_told() {
    let object = write("message m { required int32 v; }", plain(), &[&[Data::Int32(&[1])]]);
    let with_end = |end: &[u8]| [&object[..object.len() - end.len()], end].concat();
    for (object, kind, reason) in [
        (object[..object.len() - 1].to_vec(), FaultKind::Cut, "Parquet: the footer is missing"),
        (b"PAR1".to_vec(), FaultKind::Cut, "Parquet: the footer is missing"),
        (b"PAR1PAR1".to_vec(), FaultKind::Corrupt, "Parquet: the footer is longer than the object"),
        (with_end(b"PARE"), FaultKind::Unsupported, "Parquet: the footer is encrypted"),
        ([b"PARE", &object[4..]].concat(), FaultKind::Unsupported, "Parquet: it is encrypted"),
        (with_end(b"\xff\xff\x00\x00PAR1"), FaultKind::Corrupt, "Parquet: the footer is longer than the object"),
        (with_end(b"\0\0\0\0PAR1"), FaultKind::Corrupt, "Parquet: the footer is cut off"),
    ] {
        let (_, fault) = read(&object);
        let fault = fault.unwrap();
        assert_eq!((fault.kind, fault.reason.as_str()), (kind, reason));
    }
    let (_, fault) = read_with(&object, Limits { table: 8, ..Limits::default() });
    assert_eq!(fault.unwrap().reason, "Parquet: the footer is longer than 8 bytes");
}

#[test]
fn a_damaged_row_group_costs_its_own_rows_only() {
    let schema = "message m { required int32 v; }";
    let groups: [&[Data<'_>]; 3] = [&[Data::Int32(&[1, 2])], &[Data::Int32(&[3, 4])], &[Data::Int32(&[5, 6])]];
    let mut object = write(schema, plain(), &groups);
    let at = object.windows(4).position(|bytes| bytes == [3, 0, 0, 0]).unwrap();
    // The last bytes of the header of its page.
    object[at - 6..at].fill(0xff);
    let (rows, fault) = read(&object);
    assert_eq!(rows, ["{\"v\":1}", "{\"v\":2}", "{\"v\":5}", "{\"v\":6}"]);
    let fault = fault.unwrap();
    assert_eq!(fault.kind, FaultKind::Corrupt);
    assert!(fault.reason.starts_with("Parquet: row group 2, column v: "), "{}", fault.reason);
}

#[test]
fn names_are_written_as_json_writes_them() {
    let field = ::parquet::schema::types::Type::primitive_type_builder("a\"b\n", ::parquet::basic::Type::INT32)
        .with_repetition(::parquet::basic::Repetition::REQUIRED);
    let schema =
        ::parquet::schema::types::Type::group_type_builder("m").with_fields(vec![Arc::new(field.build().unwrap())]);
    let object = write::write_schema(Arc::new(schema.build().unwrap()), plain(), &[&[Data::Int32(&[1])]]);
    assert_eq!(lines(&object), [r#"{"a\"b\n":1}"#]);
}
