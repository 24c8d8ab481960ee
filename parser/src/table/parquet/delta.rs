//! Integers as their differences: the encoding DELTA_BINARY_PACKED.
//!
//! Source: Apache Parquet, "Encodings". A block holds the least difference, then miniblocks of differences above it, each
//! with its own width.

use super::super::flaw::Flaw;
use super::bits::lowest_first;
use super::thrift::{Broken, varint, zigzag};

const ENDED: &str = "a block of differences ends too early";

#[derive(Clone, Debug)]
pub(super) struct Delta {
    at: usize,
    end: usize,
    /// Miniblocks of a block, and values of a miniblock.
    minis: usize,
    per_mini: usize,
    /// Values left, and the next one.
    left: u64,
    next: i64,
    least: i64,
    /// Where the widths of the block stand, and the miniblock that comes next.
    widths: usize,
    mini: usize,
    /// Values left of the miniblock, their width, and where the next one begins.
    mini_left: usize,
    width: u32,
    bit: usize,
}

impl Delta {
    pub(super) fn new(bytes: &[u8], at: usize, end: usize) -> Result<Self, Flaw> {
        let mut at = at;
        let per_block = number(bytes, &mut at, end)?;
        let minis = number(bytes, &mut at, end)?;
        let left = number(bytes, &mut at, end)?;
        let next = zigzag(number(bytes, &mut at, end)?);
        let is_known = (1..=1 << 24).contains(&per_block) && (1..=per_block).contains(&minis);
        if !is_known || per_block % minis != 0 || !(per_block / minis).is_multiple_of(8) {
            return Err(Flaw::from("blocks of differences of an impossible size"));
        }
        let (minis, per_mini) = (minis as usize, (per_block / minis) as usize);
        let (least, widths, mini_left, width, bit) = (0, 0, 0, 0, 0);
        Ok(Delta { at, end, minis, per_mini, left, next, least, widths, mini: minis, mini_left, width, bit })
    }

    #[inline]
    pub(super) fn next(&mut self, bytes: &[u8]) -> Result<i64, Flaw> {
        self.left = self.left.checked_sub(1).ok_or("more values than differences")?;
        let value = self.next;
        if self.left > 0 {
            if self.mini_left == 0 {
                self.begin_mini(bytes)?;
            }
            self.mini_left -= 1;
            let above = lowest_first(bytes, self.end, self.bit, self.width).ok_or(ENDED)?;
            self.bit += self.width as usize;
            self.next = value.wrapping_add(self.least).wrapping_add(above as i64);
        }
        Ok(value)
    }

    fn begin_mini(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        if self.mini == self.minis {
            self.least = zigzag(number(bytes, &mut self.at, self.end)?);
            self.widths = self.at;
            self.at += self.minis;
            self.mini = 0;
        }
        self.width = u32::from(*bytes.get(self.widths + self.mini).ok_or(ENDED)?);
        if self.width > 64 || self.at > self.end {
            return Err(Flaw::from("differences of more than 64 bits"));
        }
        self.bit = self.at * 8;
        self.at += self.per_mini / 8 * self.width as usize;
        self.mini_left = self.per_mini;
        self.mini += 1;
        Ok(())
    }

    /// Where the bytes end that hold the values; nothing must be read yet.
    pub(super) fn end(&self, bytes: &[u8]) -> Result<usize, Flaw> {
        let mut walk = self.clone();
        // The first value stands in the header.
        let mut left = self.left.saturating_sub(1);
        while left > 0 {
            walk.begin_mini(bytes)?;
            left = left.saturating_sub(self.per_mini as u64);
        }
        if walk.at > self.end { Err(Flaw::from(ENDED)) } else { Ok(walk.at) }
    }
}

fn number(bytes: &[u8], at: &mut usize, end: usize) -> Result<u64, Flaw> {
    varint(bytes, at, end).map_err(|broken| match broken {
        Broken::Cut => Flaw::from(ENDED),
        Broken::Wrong(reason) => Flaw::from(reason),
    })
}
