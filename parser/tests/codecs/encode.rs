//! Objects of every codec that this build reads.

use std::io::Write;

/// A way to store content.
pub struct Sample {
    pub name: &'static str,
    /// A key that such an object has.
    pub key: &'static str,
    /// The codec's name in reports.
    pub codec: &'static str,
    pub encode: fn(&[u8]) -> Vec<u8>,
    /// Whether it has a checksum over the content.
    pub is_checked: bool,
    /// Whether it tells where it ends.
    pub tells_end: bool,
    /// Whether members that follow each other are told apart.
    pub tells_members: bool,
}

const fn sample(name: &'static str, key: &'static str, codec: &'static str, encode: fn(&[u8]) -> Vec<u8>) -> Sample {
    Sample { name, key, codec, encode, is_checked: true, tells_end: true, tells_members: true }
}

/// All ways to store content.
pub fn samples() -> Vec<Sample> {
    vec![
        sample("gzip", "a.log.gz", "gzip", gzip),
        sample("zstd", "a.log.zst", "zstd", zstd),
        sample("zip, deflated", "a.zip", "zip", |content| zip(content, &Zip { method: 8, ..Zip::default() })),
        sample("zip, stored", "a.zip", "zip", |content| zip(content, &Zip::default())),
        sample("zip, streamed", "a.zip", "zip", |content| {
            zip(content, &Zip { method: 8, descriptor: Some(Descriptor::Signed), ..Zip::default() })
        }),
        sample("zip, streamed, without a signature", "a.zip", "zip", |content| {
            zip(content, &Zip { method: 8, descriptor: Some(Descriptor::Bare), ..Zip::default() })
        }),
        sample("zip64", "a.zip", "zip", |content| zip(content, &Zip { method: 8, is_64: true, ..Zip::default() })),
        sample("zip64, streamed", "a.zip", "zip", |content| {
            let descriptor = Some(Descriptor::Signed);
            zip(content, &Zip { method: 8, is_64: true, descriptor, ..Zip::default() })
        }),
        #[cfg(feature = "bzip2")]
        sample("bzip2", "a.log.bz2", "bzip2", bzip2),
        #[cfg(feature = "xz")]
        sample("xz", "a.log.xz", "xz", |content| xz(content, 6)),
        #[cfg(feature = "xz")]
        Sample { is_checked: false, ..sample("lzma", "a.log.lzma", "lzma", lzma) },
        #[cfg(feature = "lz4")]
        sample("lz4", "a.log.lz4", "lz4", |content| lz4(content, |info| info.content_checksum(true))),
        #[cfg(feature = "lz4")]
        sample("lz4, linked blocks", "a.log.lz4", "lz4", |content| {
            use lz4_flex::frame::{BlockMode, BlockSize};
            lz4(content, |info| {
                let info = info.block_mode(BlockMode::Linked).block_size(BlockSize::Max64KB);
                info.content_checksum(true).block_checksums(true).content_size(Some(content.len() as u64))
            })
        }),
        #[cfg(feature = "lz4")]
        Sample {
            is_checked: false,
            tells_end: false,
            tells_members: false,
            ..sample("lz4, legacy", "a.log.lz4", "lz4", lz4_legacy)
        },
        #[cfg(feature = "snappy")]
        Sample { tells_end: false, ..sample("snappy, framed", "a.log.snappy", "snappy", snappy_framed) },
        #[cfg(feature = "snappy")]
        Sample {
            is_checked: false,
            tells_end: false,
            ..sample("snappy-java", "a-1-2026-11-23-02-14-07.snappy", "snappy", |content| snappy_java(content, 100))
        },
        #[cfg(feature = "snappy")]
        Sample {
            is_checked: false,
            tells_end: false,
            tells_members: false,
            ..sample("snappy, Hadoop", "a.snappy", "snappy", |content| snappy_hadoop(content, 100))
        },
        #[cfg(feature = "snappy")]
        Sample { is_checked: false, tells_members: false, ..sample("snappy, raw", "a.snappy", "snappy", snappy_raw) },
    ]
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(content: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "bzip2")]
pub fn bzip2(content: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "xz")]
pub fn xz(content: &[u8], preset: u32) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), preset);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "xz")]
pub fn lzma(content: &[u8]) -> Vec<u8> {
    use liblzma::stream::{LzmaOptions, Stream};
    let stream = Stream::new_lzma_encoder(&LzmaOptions::new_preset(1).unwrap()).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "lz4")]
pub fn lz4(content: &[u8], set: impl FnOnce(lz4_flex::frame::FrameInfo) -> lz4_flex::frame::FrameInfo) -> Vec<u8> {
    let info = set(lz4_flex::frame::FrameInfo::new());
    let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "lz4")]
pub fn lz4_legacy(content: &[u8]) -> Vec<u8> {
    let mut stored = b"\x02\x21\x4c\x18".to_vec();
    for block in content.chunks(8 << 20) {
        let block = lz4_flex::block::compress(block);
        stored.extend_from_slice(&(block.len() as u32).to_le_bytes());
        stored.extend(block);
    }
    stored
}

#[cfg(feature = "snappy")]
pub fn snappy_framed(content: &[u8]) -> Vec<u8> {
    let mut encoder = snap::write::FrameEncoder::new(Vec::new());
    encoder.write_all(content).unwrap();
    encoder.into_inner().unwrap()
}

#[cfg(feature = "snappy")]
pub fn snappy_raw(content: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(content).unwrap()
}

/// As snappy-java's `SnappyOutputStream` writes it.
#[cfg(feature = "snappy")]
pub fn snappy_java(content: &[u8], block: usize) -> Vec<u8> {
    let mut stored = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    for block in content.chunks(block) {
        let block = snappy_raw(block);
        stored.extend_from_slice(&(block.len() as u32).to_be_bytes());
        stored.extend(block);
    }
    stored
}

/// As Hadoop's `SnappyCodec` writes it, two parts a block.
#[cfg(feature = "snappy")]
pub fn snappy_hadoop(content: &[u8], block: usize) -> Vec<u8> {
    let mut stored = Vec::new();
    for block in content.chunks(block) {
        stored.extend_from_slice(&(block.len() as u32).to_be_bytes());
        for part in block.chunks(block.len().div_ceil(2)) {
            let part = snappy_raw(part);
            stored.extend_from_slice(&(part.len() as u32).to_be_bytes());
            stored.extend(part);
        }
    }
    stored
}

/// How a ZIP archive is written.
#[derive(Clone, Copy)]
pub struct Zip {
    pub name: &'static str,
    pub method: u16,
    pub flags: u16,
    pub descriptor: Option<Descriptor>,
    pub is_64: bool,
}

/// What follows the content where its sizes are not known before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    Signed,
    Bare,
}

impl Default for Zip {
    fn default() -> Self {
        Zip { name: "a.log", method: 0, flags: 0, descriptor: None, is_64: false }
    }
}

pub fn zip(content: &[u8], how: &Zip) -> Vec<u8> {
    zip_entries(&[(content, *how)])
}

pub fn zip_entries(entries: &[(&[u8], Zip)]) -> Vec<u8> {
    let (mut stored, mut directory) = (Vec::new(), Vec::new());
    for (content, how) in entries {
        let offset = stored.len() as u32;
        stored.extend(zip_entry(content, how));
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
        directory.extend_from_slice(&[0; 20]);
        directory.extend_from_slice(&(how.name.len() as u16).to_le_bytes());
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(how.name.as_bytes());
    }
    let (begin, count) = (stored.len() as u32, entries.len() as u16);
    stored.extend_from_slice(&directory);
    if entries.iter().any(|(_, how)| how.is_64) {
        // The record of ZIP64 and its locator.
        stored.extend_from_slice(b"PK\x06\x06\x2c\0\0\0\0\0\0\0");
        stored.extend_from_slice(&[0; 44]);
        stored.extend_from_slice(b"PK\x06\x07");
        stored.extend_from_slice(&[0; 16]);
    }
    stored.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    stored.extend_from_slice(&count.to_le_bytes());
    stored.extend_from_slice(&count.to_le_bytes());
    stored.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    stored.extend_from_slice(&begin.to_le_bytes());
    stored.extend_from_slice(b"\x05\0hello");
    stored
}

fn zip_entry(content: &[u8], how: &Zip) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let body = if how.method == 8 { deflate(content) } else { content.to_vec() };
    let sizes = |is_64: bool, sizes: [usize; 2]| -> Vec<u8> {
        let bytes = |size: usize| {
            if is_64 { (size as u64).to_le_bytes()[..].to_vec() } else { (size as u32).to_le_bytes()[..].to_vec() }
        };
        sizes.map(bytes).concat()
    };
    let flags = how.flags | (u16::from(how.descriptor.is_some()) * 8);
    let mut stored = b"PK\x03\x04\x14\0".to_vec();
    stored.extend_from_slice(&flags.to_le_bytes());
    stored.extend_from_slice(&how.method.to_le_bytes());
    stored.extend_from_slice(&[0; 4]);
    let is_known = how.descriptor.is_none();
    let both = if is_known { [body.len(), content.len()] } else { [0, 0] };
    stored.extend_from_slice(&if is_known { crc.sum() } else { 0 }.to_le_bytes());
    stored.extend(if how.is_64 { vec![0xff; 8] } else { sizes(false, both) });
    stored.extend_from_slice(&(how.name.len() as u16).to_le_bytes());
    // A time stamp's field, and that of ZIP64.
    let mut extra = b"UT\x05\0\x01\0\0\0\0".to_vec();
    if how.is_64 {
        extra.extend_from_slice(b"\x01\0\x10\0");
        extra.extend(sizes(true, [both[1], both[0]]));
    }
    stored.extend_from_slice(&(extra.len() as u16).to_le_bytes());
    stored.extend_from_slice(how.name.as_bytes());
    stored.extend(extra);
    stored.extend_from_slice(&body);
    if let Some(descriptor) = how.descriptor {
        stored.extend_from_slice(if descriptor == Descriptor::Signed { b"PK\x07\x08" } else { b"" });
        stored.extend_from_slice(&crc.sum().to_le_bytes());
        stored.extend(sizes(how.is_64, [body.len(), content.len()]));
    }
    stored
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
