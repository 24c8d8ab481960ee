//! LZ4: frames as `lz4_Frame_format.md` of the LZ4 project describes them, with skippable and legacy ones.

use std::hash::Hasher;

use lz4_flex::block::{decompress_into, decompress_into_with_dict};
use twox_hash::XxHash32;

use super::blocks::{Parts, Ready, Want};
use super::{Bad, size};
use crate::fault::FaultKind;

const MAGIC: u32 = 0x184d_2204;
const LEGACY: u32 = 0x184c_2102;
/// Bytes that a legacy block inflates to, all but the last.
const LEGACY_BLOCK: usize = 8 << 20;
/// Bytes back that a block may copy from.
const REACH: usize = 64 << 10;
/// Left out piecewise.
const SKIP: u32 = 64 << 10;

pub(super) struct Lz4 {
    state: State,
    frame: Frame,
    /// The greatest block that is allowed, in bytes.
    window: usize,
    /// What came out last, for blocks that copy from those before them.
    history: Vec<u8>,
    content: XxHash32,
    length: u64,
}

enum State {
    Magic,
    /// The flags, which tell the length of the rest of the header.
    Flags,
    Header([u8; 2]),
    Size,
    Block {
        size: usize,
        is_stored: bool,
    },
    Checksum,
    Legacy,
    LegacyBlock(usize),
    SkipSize,
    Skip(u32),
    End,
}

/// What a frame's header tells.
#[derive(Clone, Copy, Default)]
struct Frame {
    is_linked: bool,
    has_block_checksum: bool,
    has_checksum: bool,
    length: Option<u64>,
    /// Bytes that a block inflates to at most.
    block: usize,
}

impl Lz4 {
    pub(super) fn new(window: usize) -> Self {
        Lz4 {
            state: State::Magic,
            frame: Frame::default(),
            window,
            history: Vec::new(),
            content: XxHash32::with_seed(0),
            length: 0,
        }
    }

    fn magic(&mut self, magic: u32) -> Result<(), Bad> {
        self.restart();
        self.state = match magic {
            MAGIC => State::Flags,
            LEGACY => {
                self.check_block(LEGACY_BLOCK)?;
                State::Legacy
            }
            0x184d_2a50..=0x184d_2a5f => State::SkipSize,
            _ => return Err(Bad::corrupt("the magic number is wrong")),
        };
        Ok(())
    }

    fn header(&mut self, fixed: [u8; 2], rest: &[u8]) -> Result<(), Bad> {
        let [flags, descriptor] = fixed;
        let (fields, sum) = rest.split_at(rest.len() - 1);
        let mut hash = XxHash32::with_seed(0);
        hash.write(&fixed);
        hash.write(fields);
        if (hash.finish() >> 8) as u8 != sum[0] {
            return Err(Bad::corrupt("the header's checksum does not match"));
        }
        if flags & 0xc2 != 0x40 || descriptor & 0x8f != 0 || descriptor < 0x40 {
            return Err(Bad::new(FaultKind::Unsupported, "a version of frames that is not known"));
        }
        if flags & 0x01 != 0 {
            return Err(Bad::new(FaultKind::Unsupported, "a frame that needs a dictionary"));
        }
        self.frame = Frame {
            is_linked: flags & 0x20 == 0,
            has_block_checksum: flags & 0x10 != 0,
            has_checksum: flags & 0x04 != 0,
            length: fields.first_chunk().map(|length| u64::from_le_bytes(*length)),
            // 4 is 64 KiB, and each step four times more, up to 7 for 4 MiB.
            block: 1 << (8 + 2 * (descriptor >> 4)),
        };
        self.check_block(self.frame.block)
    }

    fn check_block(&self, block: usize) -> Result<(), Bad> {
        if block > self.window {
            return Err(Bad::new(FaultKind::Limit, format!("blocks are over {}", size(self.window))));
        }
        Ok(())
    }

    fn size(&mut self, value: u32) -> Result<(), Bad> {
        let (size, is_stored) = ((value & 0x7fff_ffff) as usize, value >> 31 == 1);
        if size > self.frame.block {
            return Err(Bad::corrupt("a block is longer than its frame allows"));
        }
        self.state = match size {
            0 if self.frame.length.is_some_and(|length| length != self.length) => {
                return Err(Bad { has_all: true, ..Bad::corrupt("the size does not match") });
            }
            0 if self.frame.has_checksum => State::Checksum,
            0 => State::End,
            _ => State::Block { size, is_stored },
        };
        Ok(())
    }

    fn block(&mut self, part: &[u8], size: usize, is_stored: bool, ready: &mut Ready) -> Result<(), Bad> {
        let (block, sum) = part.split_at(size);
        if self.frame.has_block_checksum && XxHash32::oneshot(0, block) != word(sum) {
            return Err(Bad::corrupt("a block's checksum does not match"));
        }
        if is_stored {
            ready.copy(block);
        } else {
            let dictionary = &self.history[self.history.len().saturating_sub(REACH)..];
            let count = decompress_into_with_dict(block, ready.room(self.frame.block), dictionary)
                .map_err(|_| Bad::corrupt("a block is corrupt"))?;
            ready.fill(count);
        }
        self.length += ready.bytes().len() as u64;
        if self.frame.has_checksum {
            self.content.write(ready.bytes());
        }
        if self.frame.is_linked {
            self.remember(ready.bytes());
        }
        self.state = State::Size;
        Ok(())
    }

    fn remember(&mut self, bytes: &[u8]) {
        if bytes.len() >= REACH {
            self.history.clear();
        } else if self.history.len() > 4 * REACH {
            // Seldom, for moving it costs as much as sixteen thousand of the smallest blocks.
            self.history.drain(..self.history.len() - REACH);
        }
        self.history.extend_from_slice(&bytes[bytes.len().saturating_sub(REACH)..]);
    }

    fn legacy(&mut self, value: u32) -> Result<(), Bad> {
        // Such a frame has no end of its own: another begins, or the object ends.
        if matches!(value, MAGIC | LEGACY | 0x184d_2a50..=0x184d_2a5f) {
            return self.magic(value);
        }
        let size = value as usize;
        if size > LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16 {
            return Err(Bad::corrupt("a block is longer than its frame allows"));
        }
        self.state = State::LegacyBlock(size);
        Ok(())
    }
}

impl Parts for Lz4 {
    fn want(&self) -> Want {
        match self.state {
            State::Magic | State::Size | State::Checksum | State::Legacy | State::SkipSize => Want::Part(4),
            State::Flags => Want::Part(2),
            State::Header([flags, _]) => Want::Part(1 + usize::from(flags & 8) + usize::from(flags & 1) * 4),
            State::Block { size, .. } => Want::Part(size + usize::from(self.frame.has_block_checksum) * 4),
            State::LegacyBlock(size) => Want::Part(size),
            State::Skip(left) => Want::Part(left.min(SKIP) as usize),
            State::End => Want::Nothing,
        }
    }

    fn take(&mut self, part: &[u8], ready: &mut Ready) -> Result<(), Bad> {
        match self.state {
            State::Magic => self.magic(word(part))?,
            State::Flags => self.state = State::Header([part[0], part[1]]),
            State::Header(fixed) => {
                self.header(fixed, part)?;
                self.state = State::Size;
            }
            State::Size => self.size(word(part))?,
            State::Block { size, is_stored } => self.block(part, size, is_stored, ready)?,
            State::Checksum => {
                if self.content.finish() as u32 != word(part) {
                    return Err(Bad { has_all: true, ..Bad::corrupt("the checksum does not match") });
                }
                self.state = State::End;
            }
            State::Legacy => self.legacy(word(part))?,
            State::LegacyBlock(_) => {
                let count =
                    decompress_into(part, ready.room(LEGACY_BLOCK)).map_err(|_| Bad::corrupt("a block is corrupt"))?;
                ready.fill(count);
                self.state = State::Legacy;
            }
            State::SkipSize => self.state = skip(word(part)),
            State::Skip(left) => self.state = skip(left - part.len() as u32),
            State::End => {}
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.state = State::Magic;
        self.history.clear();
        self.content = XxHash32::with_seed(0);
        self.length = 0;
    }

    fn may_end(&self) -> bool {
        matches!(self.state, State::Legacy)
    }

    fn has_all(&self) -> bool {
        matches!(self.state, State::Checksum | State::SkipSize | State::Skip(_) | State::End)
    }
}

fn skip(left: u32) -> State {
    if left == 0 { State::End } else { State::Skip(left) }
}

/// The 32 bits that the first four of `bytes` are; 0 where there are fewer.
fn word(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}
