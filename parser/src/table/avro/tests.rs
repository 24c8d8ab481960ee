use std::io::Write;

use super::super::tests::{lines, read, read_with};
use super::*;

const SYNC: [u8; MARKER] = *b"0123456789abcdef";

fn long(number: i64) -> Vec<u8> {
    let mut rest = (number << 1 ^ number >> 63) as u64;
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn string(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    [long(bytes.as_ref().len() as i64), bytes.as_ref().to_vec()].concat()
}

fn header(schema: &str, codec: &str) -> Vec<u8> {
    let schema = [string("avro.schema"), string(schema)].concat();
    let codec = [string("avro.codec"), string(codec)].concat();
    [b"Obj\x01".to_vec(), long(2), schema, codec, long(0), SYNC.to_vec()].concat()
}

fn block(rows: i64, data: &[u8]) -> Vec<u8> {
    [long(rows), string(data), SYNC.to_vec()].concat()
}

/// The one row of this type and these bytes, without the object that it is the only field of.
fn value(schema: &str, data: &[u8]) -> String {
    let object = [header(schema, "null"), block(1, data)].concat();
    let line = lines(&object).join("\n");
    line.strip_prefix("{\"value\":").and_then(|line| line.strip_suffix('}')).map_or(line.clone(), str::to_owned)
}

#[test]
fn values_of_every_type_are_json() {
    for (schema, data, wanted) in [
        (r#""null""#, vec![], "null"),
        (r#""boolean""#, vec![1], "true"),
        (r#""int""#, long(-5), "-5"),
        (r#"{"type":"long"}"#, long(i64::MIN), "-9223372036854775808"),
        (r#""float""#, 0.1f32.to_le_bytes().to_vec(), "0.1"),
        (r#""double""#, f64::NAN.to_le_bytes().to_vec(), "\"NaN\""),
        (r#""string""#, string("a\"é"), r#""a\"é""#),
        (r#""bytes""#, string("text"), "\"text\""),
        (r#""bytes""#, string([0, 1]), "\"AAE=\""),
        (r#"{"type":"fixed","name":"f","size":2}"#, vec![0, 1], "\"AAE=\""),
        (r#"{"type":"enum","name":"e","symbols":["A","B"]}"#, long(1), "\"B\""),
        (r#"["null","string"]"#, [long(1), string("x")].concat(), "\"x\""),
        (r#"["null","string"]"#, long(0), "null"),
        (r#"{"type":"array","items":"int"}"#, [long(2), long(1), long(2), long(0)].concat(), "[1,2]"),
        (
            r#"{"type":"array","items":"int"}"#,
            [long(-1), long(1), long(7), long(1), long(8), long(0)].concat(),
            "[7,8]",
        ),
        (r#"{"type":"array","items":"null"}"#, long(0), "[]"),
        (r#"{"type":"map","values":"int"}"#, [long(1), string("k"), long(2), long(0)].concat(), r#"{"k":2}"#),
        (r#"{"type":"int","logicalType":"date"}"#, long(20_780), "\"2026-11-23\""),
        (r#"{"type":"int","logicalType":"time-millis"}"#, long(8_047_123), "\"02:14:07.123\""),
        (
            r#"{"type":"long","logicalType":"timestamp-millis"}"#,
            long(1_795_400_047_123),
            "\"2026-11-23T02:14:07.123Z\"",
        ),
        (r#"{"type":"long","logicalType":"local-timestamp-micros"}"#, long(1), "\"1970-01-01T00:00:00.000001\""),
        (r#"{"type":"long","logicalType":"who-knows"}"#, long(1), "1"),
        (r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#, string([0xff, 0x38]), "-2.00"),
        (r#"{"type":"string","logicalType":"uuid"}"#, string("u"), "\"u\""),
        (
            r#"{"type":"fixed","name":"u","size":16,"logicalType":"uuid"}"#,
            vec![0xab; 16],
            "\"abababab-abab-abab-abab-abababababab\"",
        ),
        (
            r#"{"type":"fixed","name":"d","size":12,"logicalType":"duration"}"#,
            vec![1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0],
            "\"P1M2DT0.003S\"",
        ),
    ] {
        assert_eq!(value(schema, &data), wanted, "{schema}");
    }
}

/// Rows of a name and maybe a next one, in a namespace.
const CHAIN: &str = r#"{"type":"record","name":"Node","namespace":"org.example","doc":"x","fields":[
    {"name":"n","type":"long","default":0},{"name":"next","type":["null","Node"]},
    {"name":"kind","type":["null",{"type":"enum","name":"Kind","symbols":["A"]}]},
    {"name":"again","type":["null","org.example.Kind"]},
    {"name":"at","type":"long","logicalType":"timestamp-millis"}]}"#;

fn node(n: i64, next: Option<Vec<u8>>) -> Vec<u8> {
    let next = next.map_or_else(|| long(0), |next| [long(1), next].concat());
    [long(n), next, long(1), long(0), long(0), long(0)].concat()
}

#[test]
fn a_type_may_hold_itself_and_be_named_again() {
    let object = [header(CHAIN, "null"), block(2, &[node(1, Some(node(2, None))), node(3, None)].concat())].concat();
    let inner = r#""kind":"A","again":null,"at":"1970-01-01T00:00:00Z""#;
    assert_eq!(
        lines(&object),
        [
            format!(r#"{{"n":1,"next":{{"n":2,"next":null,{inner}}},{inner}}}"#),
            format!(r#"{{"n":3,"next":null,{inner}}}"#)
        ]
    );
}

fn compressed(codec: &str, data: &[u8]) -> Vec<u8> {
    match codec {
        "deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(data).unwrap();
            encoder.finish().unwrap()
        }
        "snappy" => {
            let mut checksum = flate2::Crc::new();
            checksum.update(data);
            let packed = snap::raw::Encoder::new().compress_vec(data).unwrap();
            [packed, checksum.sum().to_be_bytes().to_vec()].concat()
        }
        "zstandard" => zstd::encode_all(data, 3).unwrap(),
        _ => data.to_vec(),
    }
}

const FLOW: &str =
    r#"{"type":"record","name":"Flow","fields":[{"name":"host","type":"string"},{"name":"n","type":"int"}]}"#;

/// Three blocks of two rows.
fn flows(codec: &str) -> (Vec<u8>, Vec<String>) {
    let mut object = header(FLOW, codec);
    let mut rows = Vec::new();
    for number in [0, 2, 4] {
        let row = |number: i64| [string(format!("web-{number}.example.com")), long(number)].concat();
        object.extend(block(2, &compressed(codec, &[row(number), row(number + 1)].concat())));
        rows.extend([number, number + 1].map(|n| format!(r#"{{"host":"web-{n}.example.com","n":{n}}}"#)));
    }
    (object, rows)
}

const CODECS: [&str; 4] = ["null", "deflate", "snappy", "zstandard"];

#[test]
fn every_compression_gives_the_same_rows() {
    for codec in CODECS {
        let (object, rows) = flows(codec);
        assert_eq!(lines(&object), rows, "{codec}");
    }
    let (object, rows) = flows("");
    assert_eq!(lines(&object), rows);
    let fault = read(&flows("lzma").0).1.unwrap();
    assert_eq!((fault.kind, fault.reason.as_str()), (FaultKind::Unsupported, "Avro: its compression is not known"));
}

#[test]
fn a_damaged_block_yields_what_it_can_and_the_next_ones_are_read() {
    for codec in CODECS {
        let (object, rows) = flows(codec);
        let second = memmem::find_iter(&object, &SYNC).nth(1).unwrap() + MARKER;
        let mut damaged = object.clone();
        // The number of its rows, of its bytes, and a byte in its data.
        for (at, change) in [(second, 6), (second + 1, 64), (second + 1, 0x80), (second + 10, 0xff)] {
            damaged.clone_from(&object);
            damaged[at] ^= change;
            let (found, fault) = read(&damaged);
            // Only snappy blocks have a checksum.
            let is_unseen = change == 0xff && codec != "snappy" && fault.is_none();
            assert!(is_unseen || fault.unwrap().reason.starts_with("Avro: block 2: "), "{codec} {at} {change}");
            assert_eq!((&found[..2], &found[found.len() - 2..]), (&rows[..2], &rows[4..]), "{codec} {at} {change}");
        }
        damaged.clone_from(&object);
        let end = memmem::find_iter(&object, &SYNC).nth(2).unwrap();
        damaged[end] ^= 1;
        let (found, fault) = read(&damaged);
        assert_eq!(
            (found, fault.unwrap().reason.as_str()),
            (rows[..4].to_vec(), "Avro: block 2: it does not end with the marker")
        );
    }
}

#[test]
fn two_damaged_blocks_are_counted() {
    let mut object = header(FLOW, "null");
    for data in [&b"\x02"[..], b"\x02", b"\x02"] {
        object.extend(block(1, data));
    }
    let fault = read(&object).1.unwrap();
    assert_eq!(fault.reason, "Avro: block 1: a value is longer than its block; 2 others are damaged");
}

#[test]
fn every_prefix_is_flagged_unless_it_ends_with_a_block() {
    for codec in CODECS {
        let (object, rows) = flows(codec);
        let ends: Vec<usize> = memmem::find_iter(&object, &SYNC).map(|at| at + MARKER).collect();
        for cut in 4..object.len() {
            let (found, fault) = read(&object[..cut]);
            assert!(rows.starts_with(&found), "{codec} {cut}");
            assert_eq!(
                fault.map(|fault| fault.kind),
                (!ends.contains(&cut)).then_some(FaultKind::Cut),
                "{codec} {cut}"
            );
        }
    }
    // What is there of a cut block comes out.
    let (object, rows) = flows("null");
    assert_eq!(read(&object[..object.len() - MARKER - 1]).0, rows[..5]);
}

#[test]
fn no_changed_byte_panics_hangs_or_takes_memory() {
    let limits = Limits { record: 4096, table: 64 << 10, inflated: 256 << 10, ..Limits::default() };
    for codec in CODECS {
        let rows = [node(1, Some(node(2, None))), node(3, None)].concat();
        let object = [header(CHAIN, codec), block(2, &compressed(codec, &rows)).repeat(2)].concat();
        for at in 0..object.len() {
            for change in [1, 0x80, 0xff] {
                let mut changed = object.clone();
                changed[at] ^= change;
                read_with(&changed, limits.clone());
            }
        }
    }
}

#[test]
fn what_no_schema_or_block_may_be_is_a_fault() {
    let deep = format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(300), "}".repeat(300));
    for (schema, reason) in [
        ("", "Avro: the header has no schema"),
        ("{", "Avro: the schema: "),
        ("7", "Avro: the schema has a type that is no name, list or object"),
        (r#""Nobody""#, "Avro: the schema names a type that it does not describe"),
        (r#"{"type":"record","name":"R"}"#, "Avro: the schema has a record without fields"),
        (r#"{"type":"bytes","logicalType":"decimal","scale":2000000000}"#, "Avro: a decimal has an impossible scale"),
        (
            r#"[{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":2}]"#,
            "Avro: the schema describes a type twice",
        ),
        (&deep, "Avro: the schema: JSON is nested too deeply"),
    ] {
        let (_, fault) = read(&header(schema, "null"));
        let reason_found = fault.unwrap().reason;
        assert!(reason_found.starts_with(reason), "{reason_found}");
    }
    let endless = r#"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#;
    for (schema, data, reason) in [
        (endless, vec![], "a row is nested too deeply"),
        (
            r#"{"type":"array","items":"null"}"#,
            [long(1 << 60), long(0)].concat(),
            "a row has more than 8 times 8388608 bytes",
        ),
        (r#""int""#, vec![0, 0], "it has more bytes than rows"),
        (r#""boolean""#, vec![2], "a boolean is neither true nor false"),
        (r#"["null"]"#, long(1), "a branch that its union has not"),
        (r#"{"type":"enum","name":"e","symbols":["A"]}"#, long(-1), "a symbol that its enum has not"),
        (r#""long""#, vec![0xff; 11], "a value is longer than its block"),
        (r#""string""#, long(-1), "a value is longer than its block"),
        (r#"{"type":"fixed","name":"f","size":18446744073709551615}"#, vec![0], "a value is longer than its block"),
    ] {
        let (_, fault) = read(&[header(schema, "null"), block(1, &data)].concat());
        assert_eq!(fault.unwrap().reason, format!("Avro: block 1: {reason}"));
    }
    let wanted = format!("Avro: block 1: it is longer than {} bytes", Limits::default().table);
    let object = [header(FLOW, "null"), long(1), long(1 << 40)].concat();
    assert_eq!(read(&object).1.unwrap().reason, wanted);
}

#[test]
fn a_block_that_inflates_beyond_all_reason_is_refused() {
    for codec in ["deflate", "zstandard", "snappy"] {
        let object = [header(FLOW, codec), block(1, &compressed(codec, &vec![0; 1 << 20]))].concat();
        let (_, fault) = read_with(&object, Limits { table: 100 << 10, ..Limits::default() });
        assert_eq!(fault.unwrap().kind, FaultKind::Limit, "{codec}");
    }
}
