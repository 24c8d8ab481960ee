//! Compression: told by magic bytes, inflated as a stream, bounded.

use std::borrow::Cow;
use std::fmt;

use crate::fault::FaultKind;

#[cfg(any(feature = "lz4", feature = "snappy"))]
mod blocks;
#[cfg(feature = "bzip2")]
mod bzip2;
mod gzip;
mod head;
mod inflate;
mod level;
#[cfg(feature = "lz4")]
mod lz4;
#[cfg(feature = "snappy")]
mod snappy;
mod sniff;
#[cfg(feature = "xz")]
mod xz;
mod zip;
mod zstd;

pub(crate) use gzip::header_length;
pub(crate) use inflate::{Damage, Inflate, Piece};
pub(crate) use sniff::disagreement;

/// How an object's bytes are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Not at all.
    #[default]
    Plain,
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// bzip2, any number of streams.
    Bzip2,
    /// The .xz format, any number of streams.
    Xz,
    /// The .lzma format, which came before .xz and has no checksum.
    Lzma,
    /// LZ4, any number of frames.
    Lz4,
    /// Snappy: in its framing format, in the streams of snappy-java (Firehose's `Snappy`), in Hadoop's blocks
    /// (Firehose's `HADOOP_SNAPPY`), or as one raw block. The last two have no magic: the key must end in `.snappy`.
    Snappy,
    /// A ZIP archive of one entry, stored or deflated.
    Zip,
}

impl Codec {
    /// The name in reports: `plain`, `gzip`, `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Plain => "plain",
            Codec::Gzip => "gzip",
            Codec::Zstd => "zstd",
            Codec::Bzip2 => "bzip2",
            Codec::Xz => "xz",
            Codec::Lzma => "lzma",
            Codec::Lz4 => "lz4",
            Codec::Snappy => "snappy",
            Codec::Zip => "zip",
        }
    }

    /// A decoder for bytes that begin like `head`, which may hold `window` bytes of what came out.
    #[cfg_attr(
        not(feature = "snappy"),
        expect(unused_variables, reason = "only the wrappings of Snappy are told by more than a magic")
    )]
    fn decoder(self, window: usize, head: &[u8]) -> Result<Box<dyn Decode + Send>, Bad> {
        match self {
            Codec::Gzip => Ok(Box::new(gzip::Gzip::default())),
            Codec::Zip => Ok(Box::new(zip::Zip::default())),
            Codec::Zstd => Ok(Box::new(zstd::Zstd::new(window)?)),
            #[cfg(feature = "bzip2")]
            Codec::Bzip2 => Ok(Box::new(bzip2::Bzip2::default())),
            #[cfg(feature = "xz")]
            Codec::Xz => Ok(Box::new(xz::Xz::new(window))),
            #[cfg(feature = "xz")]
            Codec::Lzma => Ok(Box::new(xz::Xz::lzma(window))),
            #[cfg(feature = "lz4")]
            Codec::Lz4 => Ok(Box::new(blocks::Blocks::new(lz4::Lz4::new(window)))),
            #[cfg(feature = "snappy")]
            Codec::Snappy => {
                let wrapping = sniff::wrapping(head).unwrap_or(sniff::Wrapping::Framed);
                Ok(Box::new(blocks::Blocks::new(snappy::Snappy::new(wrapping, window))))
            }
            _ => Err(Bad::new(FaultKind::Unsupported, format!("{self} is not read by this build"))),
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One codec, fed piecewise.
trait Decode {
    /// Turns some of `input` into some of `output`. No input means that none will come.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Whether the input may end here, in the middle of a member.
    fn may_end(&self) -> bool {
        false
    }

    /// Whether all content of the member has come out, and only its check is missing.
    fn has_all(&self) -> bool {
        self.may_end()
    }
}

/// What one [`Decode::step`] did.
struct Step {
    read: usize,
    written: usize,
    outcome: Outcome,
}

enum Outcome {
    /// More input or more room is wanted.
    More,
    /// A member or frame is complete; the next step begins another.
    End,
    /// The member cannot be read on. No step follows.
    Bad(Bad),
}

/// Why a member cannot be read on.
#[derive(Clone, Debug)]
struct Bad {
    kind: FaultKind,
    reason: Cow<'static, str>,
    /// Whether its content is complete all the same.
    has_all: bool,
}

impl Bad {
    fn new(kind: FaultKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Bad { kind, reason: reason.into(), has_all: false }
    }

    fn corrupt(reason: impl Into<Cow<'static, str>>) -> Self {
        Bad::new(FaultKind::Corrupt, reason)
    }
}

/// A limit as people write it: `64 MiB`.
fn size(bytes: usize) -> String {
    match bytes.trailing_zeros() {
        20..64 => format!("{} MiB", bytes >> 20),
        10..20 => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests;
