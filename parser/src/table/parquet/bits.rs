//! Small integers in few bits: levels, indexes into dictionaries, booleans.
//!
//! Source: Apache Parquet, "Encodings" (RLE/bit-packed hybrid, BIT_PACKED). Positions are kept instead of slices, so that
//! a page and its readers live in one struct.

use super::super::flaw::Flaw;
use super::thrift::varint;

const ENDED: &str = "a run of levels or indexes ends too early";

/// Runs of one value, and groups of eight packed values, in turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Hybrid {
    at: usize,
    end: usize,
    width: u32,
    /// Values left of the run.
    left: u64,
    run: Run,
}

#[derive(Clone, Debug)]
enum Run {
    Same(u32),
    Packed { group: [u32; 8], next: usize },
}

impl Default for Run {
    fn default() -> Self {
        Run::Same(0)
    }
}

impl Hybrid {
    /// Reads values of `width` bits, 32 at most, from the bytes between `at` and `end`.
    pub(super) fn new(at: usize, end: usize, width: u32) -> Result<Self, Flaw> {
        if width > 32 {
            return Err(Flaw::from("levels or indexes of more than 32 bits"));
        }
        Ok(Hybrid { at, end, width, left: 0, run: Run::Same(0) })
    }

    #[inline]
    pub(super) fn next(&mut self, bytes: &[u8]) -> Result<u32, Flaw> {
        while self.left == 0 {
            self.begin_run(bytes)?;
        }
        self.left -= 1;
        match &mut self.run {
            Run::Same(value) => Ok(*value),
            Run::Packed { group, next } => {
                if *next == 8 {
                    *group = unpack(bytes, &mut self.at, self.end, self.width)?;
                    *next = 0;
                }
                let value = group[*next];
                *next += 1;
                Ok(value)
            }
        }
    }

    fn begin_run(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        let header = varint(bytes, &mut self.at, self.end).map_err(|_| ENDED)?;
        if header & 1 == 1 {
            self.left = (header >> 1).saturating_mul(8);
            self.run = Run::Packed { group: [0; 8], next: 8 };
        } else {
            let size = self.width.div_ceil(8) as usize;
            let stored = bytes.get(self.at..self.at + size).filter(|_| self.at + size <= self.end).ok_or(ENDED)?;
            let value = stored.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
            self.at += size;
            self.left = header >> 1;
            self.run = Run::Same(value);
        }
        Ok(())
    }
}

/// The next eight values. Some writers cut the last group behind its last value; what is missing counts as zeros.
fn unpack(bytes: &[u8], at: &mut usize, end: usize, width: u32) -> Result<[u32; 8], Flaw> {
    let stop = end.min(*at + width as usize);
    let stored = bytes.get(*at..stop).filter(|stored| !stored.is_empty() || width == 0).ok_or(ENDED)?;
    *at = stop;
    let mut padded = [0; 40];
    padded[..stored.len()].copy_from_slice(stored);
    let mask = ((1u64 << width) - 1) as u32;
    let mut group = [0; 8];
    for (index, value) in group.iter_mut().enumerate() {
        let bit = index * width as usize;
        let mut word = [0; 8];
        word.copy_from_slice(&padded[bit / 8..bit / 8 + 8]);
        *value = (u64::from_le_bytes(word) >> (bit % 8)) as u32 & mask;
    }
    Ok(group)
}

/// The levels of a page.
#[derive(Clone, Debug, Default)]
pub(super) enum Levels {
    /// All of them are zero, and none is stored.
    #[default]
    None,
    Hybrid(Hybrid),
    /// The first values in the highest bits, as the first writers did.
    Packed {
        bit: usize,
        end: usize,
        width: u32,
    },
}

impl Levels {
    #[inline]
    pub(super) fn next(&mut self, bytes: &[u8]) -> Result<u32, Flaw> {
        match self {
            Levels::None => Ok(0),
            Levels::Hybrid(hybrid) => hybrid.next(bytes),
            Levels::Packed { bit, end, width } => {
                let mut value = 0;
                for _ in 0..*width {
                    let byte = bytes.get(*bit / 8).filter(|_| *bit / 8 < *end).ok_or(ENDED)?;
                    value = value << 1 | u32::from(byte >> (7 - *bit % 8) & 1);
                    *bit += 1;
                }
                Ok(value)
            }
        }
    }
}

/// Bits that hold all numbers up to `max`.
pub(super) fn width(max: u32) -> u32 {
    u32::BITS - max.leading_zeros()
}

/// The `width` bits from bit `bit` on, the lowest first; nothing past `end`.
pub(super) fn lowest_first(bytes: &[u8], end: usize, bit: usize, width: u32) -> Option<u64> {
    if width == 0 {
        return Some(0);
    }
    let last = (bit + width as usize - 1) / 8;
    let stored = bytes.get(bit / 8..=last).filter(|_| last < end)?;
    let mut padded = [0; 16];
    padded[..stored.len()].copy_from_slice(stored);
    let word = u128::from_le_bytes(padded) >> (bit % 8);
    Some(word as u64 & (u64::MAX >> (64 - width)))
}
