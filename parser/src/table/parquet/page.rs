//! Pages: their headers, and their bytes inflated.
//!
//! Source: Apache Parquet, "parquet.thrift", "Data Pages", "Compression".

use std::io::Read;

use super::super::flaw::Flaw;
use super::thrift::{Kind, Result, Thrift};

/// How pages are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Snappy,
    Gzip,
    /// LZ4 blocks as Hadoop frames them.
    HadoopLz4,
    Zstd,
    Lz4,
}

impl Compression {
    pub(super) fn of(number: i64) -> std::result::Result<Self, Flaw> {
        Ok(match number {
            0 => Compression::None,
            1 => Compression::Snappy,
            2 => Compression::Gzip,
            5 => Compression::HadoopLz4,
            6 => Compression::Zstd,
            7 => Compression::Lz4,
            3 => return Err(Flaw::unsupported("LZO compression is not read")),
            4 => return Err(Flaw::unsupported("Brotli compression is not read")),
            _ => return Err(Flaw::from("a compression that is not known")),
        })
    }
}

/// What stands before a page.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Bytes of the header itself, of the stored page, and of the page when it is inflated.
    pub length: usize,
    pub stored: u64,
    pub inflated: u64,
    pub checksum: Option<u32>,
    pub kind: PageKind,
    /// Levels, or values of a dictionary.
    pub count: u64,
    pub encoding: i64,
    /// Of a page of version 1: how its levels are encoded.
    pub repetition_encoding: i64,
    pub definition_encoding: i64,
    /// Of a page of version 2: bytes of its levels, which are never compressed.
    pub repetition_length: u64,
    pub definition_length: u64,
    pub is_compressed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Dictionary,
    DataV2,
    /// An index, or what a later version may bring: passed over.
    #[default]
    Other,
}

impl Header {
    /// Reads the header that `bytes` begin with.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut header = Header { is_compressed: true, ..Header::default() };
        let mut thrift = Thrift::new(bytes, 0);
        thrift.fields(|thrift, id, kind| {
            match (id, kind) {
                (1, Kind::Int) => {
                    header.kind = match thrift.int()? {
                        0 => PageKind::Data,
                        2 => PageKind::Dictionary,
                        3 => PageKind::DataV2,
                        _ => PageKind::Other,
                    }
                }
                (2, Kind::Int) => header.inflated = thrift.count()?,
                (3, Kind::Int) => header.stored = thrift.count()?,
                (4, Kind::Int) => header.checksum = Some(thrift.int()? as u32),
                (5 | 7 | 8, Kind::Struct) => {
                    thrift.fields(|thrift, field, kind| header.part(thrift, id, field, kind))?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        header.length = thrift.at;
        Ok(header)
    }

    fn part(&mut self, thrift: &mut Thrift<'_>, id: i64, field: i64, kind: Kind) -> Result<bool> {
        match (id, field, kind) {
            (_, 1, Kind::Int) => self.count = thrift.count()?,
            (5 | 7, 2, Kind::Int) | (8, 4, Kind::Int) => self.encoding = thrift.int()?,
            (5, 3, Kind::Int) => self.definition_encoding = thrift.int()?,
            (5, 4, Kind::Int) => self.repetition_encoding = thrift.int()?,
            (8, 5, Kind::Int) => self.definition_length = thrift.count()?,
            (8, 6, Kind::Int) => self.repetition_length = thrift.count()?,
            (8, 7, Kind::True) => self.is_compressed = true,
            (8, 7, Kind::False) => self.is_compressed = false,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Inflates pages.
#[derive(Default)]
pub(super) struct Inflater {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Inflater {
    /// Appends what `stored` inflates to, which must be `size` bytes.
    pub(super) fn inflate(
        &mut self,
        compression: Compression,
        stored: &[u8],
        size: usize,
        page: &mut Vec<u8>,
    ) -> std::result::Result<(), Flaw> {
        let from = page.len();
        // Some writers store an empty page as no bytes at all.
        if size == 0 {
            return Ok(());
        }
        let is_good = match compression {
            Compression::None => {
                page.extend_from_slice(stored);
                true
            }
            Compression::Gzip => {
                let mut inflated = flate2::bufread::MultiGzDecoder::new(stored).take(size as u64 + 1);
                inflated.read_to_end(page).is_ok()
            }
            Compression::Zstd => self.zstd(stored, size, page),
            Compression::Snappy => {
                page.resize(from + size, 0);
                snap::raw::decompress_len(stored).is_ok_and(|length| length == size)
                    && snap::raw::Decoder::new().decompress(stored, &mut page[from..]).is_ok()
            }
            Compression::Lz4 => {
                page.resize(from + size, 0);
                lz4_flex::block::decompress_into(stored, &mut page[from..]).is_ok_and(|length| length == size)
            }
            Compression::HadoopLz4 => {
                page.resize(from + size, 0);
                hadoop_lz4(stored, &mut page[from..]).is_some()
                    || lz4_flex::block::decompress_into(stored, &mut page[from..]).is_ok_and(|length| length == size)
            }
        };
        if is_good && page.len() - from == size {
            Ok(())
        } else {
            Err(Flaw::from("a page does not inflate to what its header says"))
        }
    }

    fn zstd(&mut self, stored: &[u8], size: usize, page: &mut Vec<u8>) -> bool {
        if self.zstd.is_none() {
            self.zstd = zstd::bulk::Decompressor::new().ok();
        }
        let from = page.len();
        page.resize(from + size, 0);
        let Some(zstd) = &mut self.zstd else { return false };
        zstd.decompress_to_buffer(stored, &mut page[from..]).is_ok_and(|length| length == size)
    }
}

/// Blocks with two lengths before each, big-endian: inflated and stored.
fn hadoop_lz4(mut stored: &[u8], mut page: &mut [u8]) -> Option<()> {
    while !page.is_empty() {
        let (lengths, rest) = stored.split_first_chunk::<8>()?;
        let [a, b, c, d, sizes @ ..] = *lengths;
        let (inflated, size) = (u32::from_be_bytes([a, b, c, d]) as usize, u32::from_be_bytes(sizes) as usize);
        let (block, after) = rest.split_at_checked(size)?;
        let (room, behind) = page.split_at_mut_checked(inflated)?;
        if inflated == 0 || lz4_flex::block::decompress_into(block, room).ok()? != inflated {
            return None;
        }
        (stored, page) = (after, behind);
    }
    stored.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn no_compressed_bytes_are_believed() {
        let page: Vec<u8> = (0..900u32).flat_map(|number| (number * number % 97).to_le_bytes()).collect();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&page).unwrap();
        let lz4 = lz4_flex::block::compress(&page);
        let lengths = [(page.len() as u32).to_be_bytes(), (lz4.len() as u32).to_be_bytes()].concat();
        for (compression, stored) in [
            (Compression::Gzip, gzip.finish().unwrap()),
            (Compression::Zstd, zstd::encode_all(&page[..], 3).unwrap()),
            (Compression::Snappy, snap::raw::Encoder::new().compress_vec(&page).unwrap()),
            (Compression::HadoopLz4, [lengths, lz4.clone()].concat()),
            (Compression::HadoopLz4, lz4.clone()),
            (Compression::Lz4, lz4),
        ] {
            let mut inflater = Inflater::default();
            let mut page_of = |stored: &[u8], size: usize| {
                let mut page = Vec::new();
                inflater.inflate(compression, stored, size, &mut page).is_ok().then_some(page)
            };
            assert_eq!(page_of(&stored, page.len()).as_ref(), Some(&page), "{compression:?}");
            assert_eq!(page_of(&stored, page.len() - 1), None, "{compression:?}");
            assert_eq!(page_of(&stored, page.len() + 1), None, "{compression:?}");
            for at in 0..stored.len() {
                assert_eq!(page_of(&stored[..at], page.len()), None, "{compression:?} cut at {at}");
                for change in [1, 0x80, 0xff] {
                    let mut changed = stored.clone();
                    changed[at] ^= change;
                    page_of(&changed, page.len());
                }
            }
        }
    }
}
