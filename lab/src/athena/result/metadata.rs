//! The `.metadata` object beside a result: its columns in protobuf.
//!
//! AWS does not document it; the fields are those that open clients of the format read: 1 the query's id, 4 one
//! column each, in which 1 catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullable (3: unknown),
//! 10 case-sensitive.

use bytes::Bytes;

use crate::athena::execution::ResultColumn;

/// The metadata of a result with these columns.
pub(crate) fn metadata(id: &str, columns: &[ResultColumn]) -> Bytes {
    let mut out = Vec::new();
    text(&mut out, 1, id);
    for column in columns {
        let mut inner = Vec::new();
        text(&mut inner, 1, "hive");
        text(&mut inner, 4, &column.name);
        text(&mut inner, 5, &column.name);
        text(&mut inner, 6, &column.kind);
        number(&mut inner, 7, u64::from(column.precision));
        number(&mut inner, 8, u64::from(column.scale));
        number(&mut inner, 9, 3);
        number(&mut inner, 10, u64::from(column.kind == "varchar"));
        bytes(&mut out, 4, &inner);
    }
    out.into()
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

fn text(out: &mut Vec<u8>, field: u64, value: &str) {
    bytes(out, field, value.as_bytes());
}
