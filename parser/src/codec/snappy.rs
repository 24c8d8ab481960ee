//! Snappy's blocks in four wrappings: the framing format of the Snappy project; the streams of snappy-java, which
//! Amazon Data Firehose writes as `Snappy`; the blocks of Hadoop's SnappyCodec, its `HADOOP_SNAPPY`; none at all.

use snap::raw::{Decoder, decompress_len};

use super::blocks::{Parts, Ready, Want};
use super::sniff::{SNAPPY_FRAMED, SNAPPY_JAVA, Wrapping};
use super::{Bad, size};
use crate::fault::FaultKind;

/// Bytes that a block of the framing format inflates to at most.
const FRAMED_BLOCK: usize = 64 << 10;
/// The same of the other wrappings, which know no limit. Writers use 32 KiB and 256 KiB.
const BLOCK: usize = 16 << 20;
/// Left out piecewise.
const SKIP: usize = 64 << 10;

pub(super) struct Snappy {
    wrapping: Wrapping,
    state: State,
    /// Bytes that a block may inflate to.
    block: usize,
}

enum State {
    /// The stream's identifier.
    Begin,
    /// The type and length of a chunk, or the length of a block.
    Size,
    /// A chunk with its checksum.
    Chunk {
        length: usize,
        is_stored: bool,
    },
    Skip(usize),
    Block(usize),
    /// A part of a Hadoop block that inflates to so many bytes: the part's length, and the part.
    PartSize(usize),
    Part {
        length: usize,
        left: usize,
    },
    End,
}

impl Snappy {
    pub(super) fn new(wrapping: Wrapping, window: usize) -> Self {
        let block = if wrapping == Wrapping::Framed { FRAMED_BLOCK } else { BLOCK.min(window) };
        let mut snappy = Snappy { wrapping, state: State::Begin, block };
        snappy.restart();
        snappy
    }

    fn begin(&mut self, part: &[u8]) -> Result<(), Bad> {
        if !part.starts_with(SNAPPY_FRAMED) && !part.starts_with(SNAPPY_JAVA) {
            return Err(Bad::corrupt("the stream's identifier is wrong"));
        }
        self.state = State::Size;
        Ok(())
    }

    fn size(&mut self, part: &[u8]) -> Result<(), Bad> {
        let [kind, low, middle, high] = four(part);
        self.state = match self.wrapping {
            Wrapping::Framed => {
                let length = u32::from_le_bytes([low, middle, high, 0]) as usize;
                match kind {
                    0 | 1 if length < 4 || length > 4 + stored(FRAMED_BLOCK) => {
                        return Err(Bad::corrupt("a chunk is of a wrong length"));
                    }
                    0 | 1 => State::Chunk { length, is_stored: kind == 1 },
                    // Padding, and the index that S2 writes. The format would have all from 0x80 left out, but one bit makes
                    // such a chunk of content, and lost content must not pass for whole.
                    0xfe | 0x99 => skip(length),
                    _ => return Err(Bad::new(FaultKind::Unsupported, "a chunk of a kind that is not known")),
                }
            }
            Wrapping::Java => State::Block(self.check_stored(u32::from_be_bytes(four(part)))?),
            // A stream of nothing is a block of nothing.
            Wrapping::Hadoop => match u32::from_be_bytes(four(part)) {
                0 => State::Size,
                length => State::PartSize(length as usize),
            },
            Wrapping::None => State::End,
        };
        Ok(())
    }

    /// A block's stored length, if a block may have it.
    fn check_stored(&self, length: u32) -> Result<usize, Bad> {
        let length = length as usize;
        if length > stored(self.block) { Err(self.too_long()) } else { Ok(length) }
    }

    fn too_long(&self) -> Bad {
        Bad::new(FaultKind::Limit, format!("blocks are over {}", size(self.block)))
    }

    fn chunk(&self, chunk: &[u8], is_stored: bool, ready: &mut Ready) -> Result<(), Bad> {
        let (sum, block) = chunk.split_at(4);
        if is_stored {
            if block.len() > self.block {
                return Err(Bad::corrupt("a chunk is of a wrong length"));
            }
            ready.copy(block);
        } else {
            self.inflate(block, ready)?;
        }
        if masked_crc32c(ready.bytes()) != u32::from_le_bytes(four(sum)) {
            // What fails its check is not handed out.
            ready.fill(0);
            return Err(Bad::corrupt("a chunk's checksum does not match"));
        }
        Ok(())
    }

    /// Inflates one block; answers its length.
    fn inflate(&self, block: &[u8], ready: &mut Ready) -> Result<usize, Bad> {
        let length = decompress_len(block).map_err(|error| self.bad(&error))?;
        if length > self.block {
            return Err(self.too_long());
        }
        let count = Decoder::new().decompress(block, ready.room(length)).map_err(|error| self.bad(&error))?;
        ready.fill(count);
        Ok(count)
    }

    fn bad(&self, error: &snap::Error) -> Bad {
        use snap::Error::{CopyRead, Empty, Header, HeaderMismatch, Literal};
        match error {
            // Without a wrapping nothing but this tells a cut.
            Literal { .. } | CopyRead { .. } | HeaderMismatch { .. } | Empty | Header
                if self.wrapping == Wrapping::None =>
            {
                Bad::new(FaultKind::Cut, "the block is cut off")
            }
            _ => Bad::corrupt("a block is corrupt"),
        }
    }
}

impl Parts for Snappy {
    fn want(&self) -> Want {
        match self.state {
            State::Begin if self.wrapping == Wrapping::None => Want::Rest(stored(self.block)),
            State::Begin if self.wrapping == Wrapping::Java => Want::Part(SNAPPY_JAVA.len() + 8),
            State::Begin => Want::Part(SNAPPY_FRAMED.len()),
            State::Size | State::PartSize(_) => Want::Part(4),
            State::Chunk { length, .. } | State::Block(length) | State::Part { length, .. } => Want::Part(length),
            State::Skip(left) => Want::Part(left.min(SKIP)),
            State::End => Want::Nothing,
        }
    }

    fn take(&mut self, part: &[u8], ready: &mut Ready) -> Result<(), Bad> {
        match self.state {
            State::Begin if self.wrapping == Wrapping::None => {
                if part.len() > stored(self.block) {
                    return Err(self.too_long());
                }
                self.inflate(part, ready)?;
                self.state = State::End;
            }
            State::Begin => self.begin(part)?,
            State::Size => self.size(part)?,
            State::Chunk { is_stored, .. } => {
                self.chunk(part, is_stored, ready)?;
                self.state = State::Size;
            }
            State::Skip(left) => self.state = skip(left - part.len()),
            State::Block(_) => {
                self.inflate(part, ready)?;
                self.state = State::Size;
            }
            State::PartSize(left) => {
                let length = self.check_stored(u32::from_be_bytes(four(part)))?;
                self.state = State::Part { length, left };
            }
            State::Part { left, .. } => {
                let count = self.inflate(part, ready)?;
                self.state = match left.checked_sub(count) {
                    Some(0) => State::Size,
                    Some(left) => State::PartSize(left),
                    None => return Err(Bad::corrupt("a block is longer than it says")),
                };
            }
            State::End => {}
        }
        Ok(())
    }

    fn ends_before(&self, next: u8) -> bool {
        // No chunk has this type, no block such a length: both are how another stream begins.
        let first = match self.wrapping {
            Wrapping::Framed => SNAPPY_FRAMED[0],
            Wrapping::Java => SNAPPY_JAVA[0],
            Wrapping::Hadoop | Wrapping::None => return false,
        };
        matches!(self.state, State::Size) && next == first
    }

    fn restart(&mut self) {
        self.state = if self.wrapping == Wrapping::Hadoop { State::Size } else { State::Begin };
    }

    fn may_end(&self) -> bool {
        matches!(self.state, State::Size)
    }
}

fn skip(left: usize) -> State {
    if left == 0 { State::Size } else { State::Skip(left) }
}

/// The greatest stored length of a block that inflates to so many bytes, as the Snappy project computes it.
fn stored(inflated: usize) -> usize {
    32 + inflated + inflated / 6
}

/// The first four of `bytes`; zeros where there are fewer.
fn four(bytes: &[u8]) -> [u8; 4] {
    bytes.first_chunk().copied().unwrap_or_default()
}

/// The checksum of the framing format.
fn masked_crc32c(bytes: &[u8]) -> u32 {
    let sum = !bytes.iter().fold(!0, |sum: u32, byte| (sum >> 8) ^ CRC32C[usize::from(sum as u8 ^ byte)]);
    sum.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C, RFC 3720, byte by byte.
static CRC32C: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0x82f6_3b78 } else { sum >> 1 };
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
};
