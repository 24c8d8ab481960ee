//! The values of one page, one after another.
//!
//! Source: Apache Parquet, "Encodings".

use super::super::flaw::Flaw;
use super::super::text::Text;
use super::bits::{Hybrid, lowest_first};
use super::delta::Delta;
use super::scalar::{self, Physical, Scalar};
use super::schema::Column;

const ENDED: &str = "a page has fewer values than it counts";

/// The numbers of encodings.
pub(super) const PLAIN: i64 = 0;
pub(super) const PLAIN_DICTIONARY: i64 = 2;
pub(super) const RLE: i64 = 3;
pub(super) const BIT_PACKED: i64 = 4;
const DELTA_BINARY_PACKED: i64 = 5;
const DELTA_LENGTH_BYTE_ARRAY: i64 = 6;
const DELTA_BYTE_ARRAY: i64 = 7;
const RLE_DICTIONARY: i64 = 8;
const BYTE_STREAM_SPLIT: i64 = 9;

/// The distinct values of a column, written as they will stand in rows: each is used once at least, so that is no more
/// work than to write them where they are used.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Dictionary {
    /// Reads a dictionary of `count` plain values, whose text may have `room` bytes.
    pub(super) fn read(page: &[u8], count: usize, column: &Column, limit: usize, room: usize) -> Result<Self, Flaw> {
        let mut plain = Values::plain(0, page.len(), column);
        let mut text = Text::new(limit);
        let mut ends = Vec::new();
        for _ in 0..count {
            text.begin();
            plain.write(page, &Dictionary::default(), column, &mut text)?;
            ends.push(text.bytes.len());
            if text.bytes.len() + ends.len() * size_of::<usize>() > room {
                return Err(Flaw::limit("a dictionary takes too much memory"));
            }
        }
        Ok(Dictionary { text: text.bytes, ends })
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    #[inline]
    fn get(&self, index: u32) -> Result<&[u8], Flaw> {
        let index = index as usize;
        let end = *self.ends.get(index).ok_or("an index is beyond the dictionary")?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Ok(&self.text[start..end])
    }
}

/// Where the next value of a page is.
#[derive(Debug, Default)]
pub(super) enum Values {
    #[default]
    None,
    Plain {
        at: usize,
        end: usize,
    },
    Bits {
        bit: usize,
        end: usize,
    },
    Booleans(Hybrid),
    Indexes(Hybrid),
    Deltas(Delta),
    /// Lengths, then all bytes.
    Lengths {
        lengths: Delta,
        at: usize,
        end: usize,
    },
    /// As [`Values::Lengths`], each value without what it begins with like the one before.
    Prefixed {
        prefixes: Delta,
        lengths: Delta,
        at: usize,
        end: usize,
        value: Vec<u8>,
    },
    /// The first bytes of all values, then the second ones, and so on.
    Split {
        at: usize,
        count: usize,
        next: usize,
        value: Vec<u8>,
    },
}

impl Values {
    /// The values that stand in `page` between `at` and its end.
    pub(super) fn new(page: &[u8], at: usize, encoding: i64, column: &Column) -> Result<Self, Flaw> {
        use Physical::{Boolean, ByteArray, Fixed, Int32, Int64, Int96};
        let end = page.len();
        Ok(match (encoding, column.physical) {
            (PLAIN, _) => Values::plain(at, end, column),
            (PLAIN_DICTIONARY | RLE_DICTIONARY, _) => match page.get(at) {
                Some(width) => Values::Indexes(Hybrid::new(at + 1, end, u32::from(*width))?),
                // A page of nothing but nulls.
                None => Values::Plain { at, end },
            },
            (RLE, Boolean) => {
                let (from, to) = prefixed(page, at, end)?;
                Values::Booleans(Hybrid::new(from, to, 1)?)
            }
            (DELTA_BINARY_PACKED, Int32 | Int64) => Values::Deltas(Delta::new(page, at, end)?),
            (DELTA_LENGTH_BYTE_ARRAY, ByteArray) => {
                let lengths = Delta::new(page, at, end)?;
                Values::Lengths { at: lengths.end(page)?, lengths, end }
            }
            (DELTA_BYTE_ARRAY, ByteArray | Fixed) => {
                let prefixes = Delta::new(page, at, end)?;
                let lengths = Delta::new(page, prefixes.end(page)?, end)?;
                Values::Prefixed { at: lengths.end(page)?, prefixes, lengths, end, value: Vec::new() }
            }
            (BYTE_STREAM_SPLIT, physical) if !matches!(physical, Boolean | ByteArray | Int96) => {
                let count = (end - at) / column.length;
                Values::Split { at, count, next: 0, value: vec![0; column.length.min(end - at)] }
            }
            _ => return Err(Flaw::unsupported("a page has an encoding that is not read")),
        })
    }

    fn plain(at: usize, end: usize, column: &Column) -> Self {
        match column.physical {
            Physical::Boolean => Values::Bits { bit: at * 8, end },
            _ => Values::Plain { at, end },
        }
    }

    /// Writes the next value.
    #[inline]
    pub(super) fn write(
        &mut self,
        page: &[u8],
        dictionary: &Dictionary,
        column: &Column,
        text: &mut Text,
    ) -> Result<(), Flaw> {
        let scalar = match self {
            Values::Indexes(indexes) => {
                text.value(dictionary.get(indexes.next(page)?)?);
                return Ok(());
            }
            Values::Plain { at, end } => {
                let length = match column.physical {
                    Physical::ByteArray => {
                        let length = page.get(*at..*at + 4).and_then(|bytes| bytes.try_into().ok()).ok_or(ENDED)?;
                        *at += 4;
                        u32::from_le_bytes(length) as usize
                    }
                    _ => column.length,
                };
                Scalar::of(column.physical, take(page, at, *end, length)?)
            }
            Values::Bits { bit, end } => {
                let value = lowest_first(page, *end, *bit, 1).ok_or(ENDED)?;
                *bit += 1;
                Scalar::Boolean(value == 1)
            }
            Values::Booleans(runs) => Scalar::Boolean(runs.next(page)? == 1),
            Values::Deltas(deltas) => match (deltas.next(page)?, column.physical) {
                // Differences of 32 bits wrap around at 32 bits.
                (value, Physical::Int32) => Scalar::Int32(value as i32),
                (value, _) => Scalar::Int64(value),
            },
            Values::Lengths { lengths, at, end } => {
                let length = length(lengths, page)?;
                Scalar::Bytes(take(page, at, *end, length)?)
            }
            Values::Prefixed { prefixes, lengths, at, end, value } => {
                let (prefix, length) = (length(prefixes, page)?, length(lengths, page)?);
                let suffix = take(page, at, *end, length)?;
                if prefix > value.len() {
                    return Err(Flaw::from("a value begins with more than the one before has"));
                }
                value.truncate(prefix);
                value.extend_from_slice(suffix);
                if column.physical == Physical::Fixed && value.len() != column.length {
                    return Err(Flaw::from("a value has not the length of its column"));
                }
                Scalar::Bytes(value)
            }
            Values::Split { at, count, next, value } => {
                if *next == *count {
                    return Err(Flaw::from(ENDED));
                }
                for (stream, byte) in value.iter_mut().enumerate() {
                    *byte = *page.get(*at + stream * *count + *next).ok_or(ENDED)?;
                }
                *next += 1;
                Scalar::of(column.physical, value)
            }
            Values::None => return Err(Flaw::from(ENDED)),
        };
        scalar::write(text, column.meaning, column.is_key, scalar);
        Ok(())
    }
}

#[inline]
fn take<'p>(page: &'p [u8], at: &mut usize, end: usize, length: usize) -> Result<&'p [u8], Flaw> {
    let stop = at.checked_add(length).filter(|stop| *stop <= end).ok_or(ENDED)?;
    let taken = page.get(*at..stop).ok_or(ENDED)?;
    *at = stop;
    Ok(taken)
}

fn length(lengths: &mut Delta, page: &[u8]) -> Result<usize, Flaw> {
    usize::try_from(lengths.next(page)?).map_err(|_| Flaw::from("a value has a negative length"))
}

/// The bytes that follow a length of four bytes, from where to where.
pub(super) fn prefixed(page: &[u8], at: usize, end: usize) -> Result<(usize, usize), Flaw> {
    let length = page.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).ok_or(ENDED)?;
    let stop = (at + 4).checked_add(u32::from_le_bytes(length) as usize).filter(|stop| *stop <= end);
    Ok((at + 4, stop.ok_or("levels are longer than their page")?))
}
