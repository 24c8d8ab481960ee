//! Bytes, their spellings and their hashes. Hashes give bytes, as Trino's do.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Int64Array, StringArray};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;
use md5::Md5;
use sha2::{Digest, Sha256, Sha512};

use super::scalar::{Arg, Function, Gives, invalid, map_text, typed};

pub(super) const ALL: &[Function] = &[
    Function { name: "to_utf8", args: &[Arg::Text], optional: 0, gives: Gives::Bytes, body: to_utf8 },
    Function { name: "from_utf8", args: &[Arg::Bytes], optional: 0, gives: Gives::Text, body: from_utf8 },
    Function { name: "to_base64", args: &[Arg::Bytes], optional: 0, gives: Gives::Text, body: to_base64 },
    Function { name: "from_base64", args: &[Arg::Text], optional: 0, gives: Gives::Bytes, body: from_base64 },
    Function { name: "to_hex", args: &[Arg::Bytes], optional: 0, gives: Gives::Text, body: to_hex },
    Function { name: "from_hex", args: &[Arg::Text], optional: 0, gives: Gives::Bytes, body: from_hex },
    Function { name: "crc32", args: &[Arg::Bytes], optional: 0, gives: Gives::Int, body: crc32 },
    Function { name: "md5", args: &[Arg::Bytes], optional: 0, gives: Gives::Bytes, body: md5 },
    Function { name: "sha256", args: &[Arg::Bytes], optional: 0, gives: Gives::Bytes, body: sha256 },
    Function { name: "sha512", args: &[Arg::Bytes], optional: 0, gives: Gives::Bytes, body: sha512 },
];

fn text(args: &[ArrayRef], body: impl Fn(&[u8]) -> String) -> Result<ArrayRef> {
    let values = typed::<BinaryArray>(args, 0)?.iter().map(|value| value.map(&body));
    Ok(Arc::new(values.collect::<StringArray>()))
}

fn hash<D: Digest>(args: &[ArrayRef]) -> Result<ArrayRef> {
    let values = typed::<BinaryArray>(args, 0)?.iter().map(|value| value.map(|value| D::digest(value).to_vec()));
    Ok(Arc::new(values.collect::<BinaryArray>()))
}

fn to_utf8(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, BinaryArray>(args, |text| Ok(Some(text.as_bytes().to_vec())))
}

fn from_utf8(args: &[ArrayRef]) -> Result<ArrayRef> {
    text(args, |bytes| String::from_utf8_lossy(bytes).into_owned())
}

fn to_base64(args: &[ArrayRef]) -> Result<ArrayRef> {
    text(args, |bytes| STANDARD.encode(bytes))
}

fn from_base64(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, BinaryArray>(args, |text| {
        let bytes =
            STANDARD.decode(text.trim()).map_err(|error| invalid(format!("{text:?} is not base64: {error}")))?;
        Ok(Some(bytes))
    })
}

fn to_hex(args: &[ArrayRef]) -> Result<ArrayRef> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let hex = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]].map(char::from);
    text(args, |bytes| bytes.iter().flat_map(hex).collect())
}

fn from_hex(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, BinaryArray>(args, |text| {
        let wrong = || invalid(format!("{text:?} is not hexadecimal"));
        if !text.len().is_multiple_of(2) || !text.is_ascii() {
            return Err(wrong());
        }
        let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16));
        Ok(Some(bytes.collect::<std::result::Result<Vec<u8>, _>>().map_err(|_| wrong())?))
    })
}

fn crc32(args: &[ArrayRef]) -> Result<ArrayRef> {
    let sums = typed::<BinaryArray>(args, 0)?.iter().map(|bytes| bytes.map(|bytes| i64::from(crc32fast::hash(bytes))));
    Ok(Arc::new(sums.collect::<Int64Array>()))
}

fn md5(args: &[ArrayRef]) -> Result<ArrayRef> {
    hash::<Md5>(args)
}

fn sha256(args: &[ArrayRef]) -> Result<ArrayRef> {
    hash::<Sha256>(args)
}

fn sha512(args: &[ArrayRef]) -> Result<ArrayRef> {
    hash::<Sha512>(args)
}
