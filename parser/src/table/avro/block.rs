//! One block of rows.
//!
//! Source: Apache Avro, "Specification", "Object Container Files".

use std::io::Read;

use super::super::flaw::Flaw;
use super::super::text::Text;
use super::bytes::Bytes;
use super::schema::Schema;
use super::value;
use crate::codec::Inflate;
use crate::fault::FaultKind;
use crate::limits::Limits;

/// How blocks are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    /// One of the codecs that whole objects are compressed with, by its name there.
    Whole(&'static str),
}

impl Codec {
    pub(super) fn of(name: &[u8]) -> Result<Self, Flaw> {
        Ok(match name {
            b"" | b"null" => Codec::Null,
            b"deflate" => Codec::Deflate,
            b"snappy" => Codec::Snappy,
            b"zstandard" => Codec::whole("zstd", b"\x28\xb5\x2f\xfd")?,
            b"bzip2" => Codec::whole("bzip2", b"BZh9")?,
            b"xz" => Codec::whole("xz", b"\xfd7zXZ\0")?,
            _ => return Err(Flaw::unsupported("its compression is not known")),
        })
    }

    /// The codec of whole objects that begin with `magic`, if it is read.
    fn whole(name: &'static str, magic: &[u8]) -> Result<Self, Flaw> {
        if crate::codec::Codec::sniff(magic).name() != name {
            return Err(Flaw::unsupported(format!("{name} is not read by this build")));
        }
        Ok(Codec::Whole(name))
    }
}

/// A block whose rows are being read.
pub(super) struct Block {
    /// Bytes that it has in the object, without its marker.
    pub stored: usize,
    bytes: Vec<u8>,
    at: usize,
    /// Rows left.
    left: u64,
    /// What is wrong with it: told once its good rows are read.
    verdict: Option<Flaw>,
}

impl Block {
    /// Inflates the block of `rows` rows that is stored as these bytes, which may be cut.
    pub(super) fn read(
        codec: Codec,
        stored: &[u8],
        is_whole: bool,
        rows: u64,
        limits: &Limits,
        verdict: Option<Flaw>,
    ) -> Self {
        let limit = limits.table;
        let (bytes, flaw) = match codec {
            Codec::Null => (stored.to_vec(), None),
            Codec::Deflate => deflate(stored, limit),
            Codec::Snappy if is_whole => snappy(stored, limit),
            Codec::Snappy => (Vec::new(), None),
            Codec::Whole(name) => whole(stored, name, limits),
        };
        // That a block is cut explains why it does not inflate.
        Block { stored: stored.len(), bytes, at: 0, left: rows, verdict: verdict.or(flaw) }
    }

    /// Writes the next row, if there is one.
    pub(super) fn row(&mut self, schema: &Schema, text: &mut Text) -> Result<bool, Flaw> {
        let mut bytes = Bytes::new(&self.bytes[self.at..]);
        let Some(left) = self.left.checked_sub(1) else {
            return match self.verdict.take() {
                Some(verdict) => Err(verdict),
                None if bytes.is_empty() => Ok(false),
                None => Err(Flaw::from("it has more bytes than rows")),
            };
        };
        self.left = left;
        text.begin();
        match value::row(schema, &mut bytes, text) {
            Ok(()) => {
                text.end();
                self.at += bytes.at();
                Ok(true)
            }
            Err(flaw) => {
                text.cancel();
                Err(self.verdict.take().unwrap_or(flaw))
            }
        }
    }
}

const NO_INFLATE: &str = "it does not inflate";

fn too_large(limit: usize) -> Flaw {
    Flaw::limit(format!("it inflates to more than {limit} bytes"))
}

/// A deflate stream without header or trailer. What inflates before a fault is kept.
fn deflate(stored: &[u8], limit: usize) -> (Vec<u8>, Option<Flaw>) {
    let mut bytes = Vec::new();
    let read = flate2::read::DeflateDecoder::new(stored).take(limit as u64 + 1).read_to_end(&mut bytes);
    let flaw = match read {
        Ok(_) if bytes.len() > limit => Some(too_large(limit)),
        Ok(_) => None,
        Err(_) => Some(Flaw::from(NO_INFLATE)),
    };
    (bytes, flaw)
}

/// One snappy block, and the checksum of what it inflates to.
fn snappy(stored: &[u8], limit: usize) -> (Vec<u8>, Option<Flaw>) {
    let Some((block, wanted)) = stored.split_last_chunk::<4>() else {
        return (Vec::new(), Some(Flaw::from(NO_INFLATE)));
    };
    match snap::raw::decompress_len(block) {
        Ok(length) if length > limit => return (Vec::new(), Some(too_large(limit))),
        Ok(_) => {}
        Err(_) => return (Vec::new(), Some(Flaw::from(NO_INFLATE))),
    }
    let Ok(bytes) = snap::raw::Decoder::new().decompress_vec(block) else {
        return (Vec::new(), Some(Flaw::from(NO_INFLATE)));
    };
    let mut checksum = flate2::Crc::new();
    checksum.update(&bytes);
    let is_good = checksum.sum() == u32::from_be_bytes(*wanted);
    (bytes, (!is_good).then(|| Flaw::from("its checksum does not match")))
}

/// A block that looks like a compressed object of its own.
fn whole(stored: &[u8], name: &str, limits: &Limits) -> (Vec<u8>, Option<Flaw>) {
    let limits = Limits { inflated: limits.table as u64, ..limits.clone() };
    let mut inflate = Inflate::new(stored, None, None, limits);
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    let flaw = loop {
        match inflate.read(&mut chunk) {
            _ if inflate.codecs().first().is_none_or(|codec| codec.name() != name) => {
                break Some(Flaw::from(NO_INFLATE));
            }
            Ok(piece) if piece.count == 0 => break None,
            Ok(piece) => bytes.extend_from_slice(&chunk[..piece.count]),
            Err(damage) if damage.kind == FaultKind::Limit => break Some(Flaw::limit(damage.reason)),
            Err(damage) => break Some(Flaw::from(damage.reason)),
        }
    };
    (bytes, flaw)
}
