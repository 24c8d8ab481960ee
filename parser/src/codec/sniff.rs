//! Which codec some bytes, or a key, speak of.

use super::Codec;
use crate::encoding::Encoding;

/// Bytes that tell a codec by its magic, and those that are looked at before bytes are said to be of no codec.
pub(super) const MAGIC: usize = 16;
pub(super) const HEAD: usize = 64;

const LZ4: &[u8] = b"\x04\x22\x4d\x18";
pub(super) const SNAPPY_FRAMED: &[u8] = b"\xff\x06\0\0sNaPpY";
pub(super) const SNAPPY_JAVA: &[u8] = b"\x82SNAPPY\0";

/// How blocks of Snappy are wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    Framed,
    Java,
    Hadoop,
    None,
}

impl Codec {
    /// Tells the codec of an object by its first bytes; sixteen are enough, and of fewer than four none is told.
    pub fn sniff(head: &[u8]) -> Codec {
        match head {
            [0x1f, 0x8b, ..] => Codec::Gzip,
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] if skipped(head).starts_with(LZ4) => Codec::Lz4,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Codec::Zstd,
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Codec::Lz4,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Codec::Zip,
            // The digits of pi begin a block, those of its square root the end of the stream.
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
                if agrees(rest, b"\x31\x41\x59\x26\x53\x59") || agrees(rest, b"\x17\x72\x45\x38\x50\x90") =>
            {
                Codec::Bzip2
            }
            [_, _, _, _, ..] if agrees(head, b"\xfd7zXZ\0") => Codec::Xz,
            [_, _, _, _, ..] if agrees(head, SNAPPY_FRAMED) || agrees(head, SNAPPY_JAVA) => Codec::Snappy,
            [0x5d, 0, 0, _, ..] if is_lzma(head) => Codec::Lzma,
            _ => Codec::Plain,
        }
    }

    /// The codec that a key's ending promises: `.gz`, `.zst`, `.bz2`, `.xz`, `.lz4`, `.snappy`, `.zip` and their kin.
    /// Of other endings, and of none, it tells nothing.
    pub fn named_by(key: &str) -> Option<Codec> {
        Some(match ending(key)?.to_ascii_lowercase().as_str() {
            "gz" | "gzip" | "tgz" => Codec::Gzip,
            "zst" | "zstd" => Codec::Zstd,
            "bz2" | "bzip2" | "bz" => Codec::Bzip2,
            "xz" => Codec::Xz,
            "lzma" => Codec::Lzma,
            "lz4" => Codec::Lz4,
            "snappy" | "hsnappy" | "sz" => Codec::Snappy,
            "zip" => Codec::Zip,
            _ => return None,
        })
    }

    /// Whether bytes that follow a member begin another.
    pub(super) fn goes_on(self, rest: &[u8]) -> bool {
        let is_skippable = matches!(rest, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        Codec::sniff(rest) == self || self == Codec::Lz4 && is_skippable || rest.len() < 4 && self.is_cut_magic(rest)
    }

    /// Whether less than four bytes are a magic that was cut off.
    fn is_cut_magic(self, rest: &[u8]) -> bool {
        let magics: &[&[u8]] = match self {
            Codec::Plain => &[],
            Codec::Gzip => &[b"\x1f\x8b"],
            Codec::Zstd => &[b"\x28\xb5\x2f"],
            Codec::Bzip2 => &[b"BZh"],
            Codec::Xz => &[b"\xfd7z"],
            Codec::Lzma => &[b"\x5d\0\0"],
            Codec::Lz4 => &[b"\x04\x22\x4d", b"\x02\x21\x4c"],
            Codec::Snappy => &[b"\xff\x06\0", b"\x82SN"],
            Codec::Zip => &[b"PK\x03"],
        };
        magics.iter().any(|magic| magic.starts_with(rest))
    }
}

/// How an object's key and content disagree, in a sentence. `content` says what it holds where that is of no codec;
/// nothing is known of an object that holds nothing.
pub(crate) fn disagreement(key: &str, found: Codec, content: Option<&str>) -> Option<String> {
    let named = Codec::named_by(key).unwrap_or_default();
    let holds = if found == Codec::Plain { content? } else { found.name() };
    (named != found).then(|| match ending(key) {
        Some(ending) => format!("named .{ending}, but holds {holds}"),
        None => format!("named without an ending, but holds {holds}"),
    })
}

/// What follows the last dot of the key's last part.
fn ending(key: &str) -> Option<&str> {
    let name = key.rsplit('/').next().unwrap_or(key);
    name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| !ending.is_empty())
}

/// How Snappy's blocks are wrapped in bytes whose key promises Snappy; nothing where they are not Snappy's. Half of the
/// wrappings have no magic: bytes must look as such a stream begins, and not like text.
pub(super) fn wrapping(head: &[u8]) -> Option<Wrapping> {
    if head.is_empty() {
        None
    } else if agrees(head, SNAPPY_FRAMED) {
        Some(Wrapping::Framed)
    } else if agrees(head, SNAPPY_JAVA) {
        Some(Wrapping::Java)
    } else if is_hadoop(head) {
        Some(Wrapping::Hadoop)
    } else if is_raw_block(head) && !is_text(head) {
        Some(Wrapping::None)
    } else {
        None
    }
}

/// What follows the frames to skip, which zstd and LZ4 have in common.
fn skipped(mut head: &[u8]) -> &[u8] {
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, rest @ ..] = head {
        let Some(after) = rest.get(u32::from_le_bytes([*a, *b, *c, *d]) as usize..) else { break };
        head = after;
    }
    head
}

/// Whether bytes begin as `magic` does, so far as there are any.
fn agrees(bytes: &[u8], magic: &[u8]) -> bool {
    let count = bytes.len().min(magic.len());
    bytes[..count] == magic[..count]
}

/// The header of an .lzma file, of which no byte is a magic, as xz's own decoder would have it: the usual properties, a
/// dictionary of 2^n or 2^n + 2^(n-1) bytes, a size that is unknown or under 256 GiB, and the first byte of the coder.
fn is_lzma(head: &[u8]) -> bool {
    let dictionary = head.get(1..5).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_le_bytes(*bytes));
    let size = head.get(5..13).and_then(<[u8]>::first_chunk).map(|bytes| u64::from_le_bytes(*bytes));
    let is_usual = |size: u32| size.is_power_of_two() || size.is_multiple_of(3) && (size / 3).is_power_of_two();
    dictionary.is_none_or(is_usual)
        && size.is_none_or(|size| size == u64::MAX || size < 1 << 38)
        && head.get(13).is_none_or(|first| *first == 0)
}

/// Whether bytes begin as a block of Hadoop's: its inflated length, the stored length of its first part, and that part.
fn is_hadoop(head: &[u8]) -> bool {
    const LONGEST: u32 = 64 << 20;
    let (Some((inflated, rest)), true) = (head.split_first_chunk(), head.len() >= 10) else { return false };
    let Some((stored, part)) = rest.split_first_chunk() else { return false };
    let (inflated, stored) = (u32::from_be_bytes(*inflated), u32::from_be_bytes(*stored));
    let is_stored = |part: u32| stored >= 3 && stored <= 32 + part + part / 6;
    (1..=LONGEST).contains(&inflated)
        && raw_length(part).is_some_and(|length| length <= inflated && is_stored(length))
        && is_raw_block(part)
}

/// Whether bytes begin as one raw block of Snappy: its length, and a literal that it has room for.
fn is_raw_block(head: &[u8]) -> bool {
    let size = head.iter().take(5).position(|byte| byte & 0x80 == 0).map(|last| last + 1);
    let (Some(length), Some(size)) = (raw_length(head), size) else { return false };
    let literal = match head.get(size..) {
        Some([tag, ..]) if tag & 3 != 0 => return false,
        Some([tag @ ..0xf0, ..]) => u32::from(tag >> 2) + 1,
        Some([0xf0, low, ..]) => u32::from(*low) + 1,
        Some([0xf4, low, high, ..]) => u32::from(u16::from_le_bytes([*low, *high])) + 1,
        Some([_, _, _, ..]) => 1,
        _ => return false,
    };
    literal <= length
}

/// The inflated length that a raw block begins with.
fn raw_length(head: &[u8]) -> Option<u32> {
    let mut length = 0;
    for (index, byte) in head.iter().take(5).enumerate() {
        length |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return u32::try_from(length).ok().filter(|length| *length > 0);
        }
    }
    None
}

/// Whether bytes are text: UTF-16, or UTF-8 without control bytes, but for a last character that is cut off.
fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b);
    let is_utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !head.iter().any(is_control) || Encoding::sniff(head) != Encoding::Utf8
}
