//! The parts that all of Avro is made of.
//!
//! Source: Apache Avro, "Specification", "Binary Encoding".

/// The bytes end before the value does, or no bytes make such a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Short;

/// Reads values one after another.
#[derive(Clone, Debug)]
pub(super) struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Bytes { bytes, at: 0 }
    }

    /// Bytes that are read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn take(&mut self, count: u64) -> Result<&'a [u8], Short> {
        let rest = self.bytes.get(self.at..).ok_or(Short)?;
        let taken = usize::try_from(count).ok().and_then(|count| rest.get(..count)).ok_or(Short)?;
        self.at += taken.len();
        Ok(taken)
    }

    /// As many bytes as the array has.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        self.take(N as u64)?.try_into().map_err(|_| Short)
    }

    /// An integer of up to 64 bits, seven a byte, its sign in the lowest bit.
    pub(super) fn long(&mut self) -> Result<i64, Short> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(Short)?;
            self.at += 1;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok((number >> 1) as i64 ^ -((number & 1) as i64));
            }
        }
        Err(Short)
    }

    /// Bytes or text, with their length in front.
    pub(super) fn string(&mut self) -> Result<&'a [u8], Short> {
        let length = u64::try_from(self.long()?).map_err(|_| Short)?;
        self.take(length)
    }

    /// The number of items in the next part of a list or map; 0 ends it. A negative one is followed by the part's size,
    /// for readers that pass over it.
    pub(super) fn items(&mut self) -> Result<u64, Short> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Ok(count.unsigned_abs())
    }
}
