//! Thrift's compact protocol, as far as Parquet uses it.
//!
//! Source: Apache Thrift, "Thrift compact protocol". Lengths are never trusted: nothing is allocated by them, and every
//! element of a list takes a byte at least.

use super::super::flaw::Flaw;

/// Structs within structs that are passed over.
const DEPTH: u32 = 64;

/// Why a read failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// More bytes could have made it right.
    Cut,
    /// No bytes could.
    Wrong(&'static str),
}

impl From<Broken> for Flaw {
    fn from(broken: Broken) -> Self {
        Flaw::from(match broken {
            Broken::Cut => "its description is cut off",
            Broken::Wrong(reason) => reason,
        })
    }
}

pub(super) type Result<T> = std::result::Result<T, Broken>;

/// What kind of value a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    True,
    False,
    Byte,
    Int,
    Double,
    Binary,
    List,
    Map,
    Struct,
    Uuid,
}

impl Kind {
    fn of(nibble: u8) -> Result<Kind> {
        Ok(match nibble {
            1 => Kind::True,
            2 => Kind::False,
            3 => Kind::Byte,
            4..=6 => Kind::Int,
            7 => Kind::Double,
            8 => Kind::Binary,
            9 | 10 => Kind::List,
            11 => Kind::Map,
            12 => Kind::Struct,
            13 => Kind::Uuid,
            _ => return Err(Broken::Wrong("its description has a field of no known kind")),
        })
    }
}

/// Reads values one after another.
#[derive(Clone, Debug)]
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Thrift { bytes, at }
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).ok_or(Broken::Cut)?;
        let taken = usize::try_from(count).ok().and_then(|count| rest.get(..count)).ok_or(Broken::Cut)?;
        self.at += taken.len();
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|taken| taken[0])
    }

    fn varint(&mut self) -> Result<u64> {
        varint(self.bytes, &mut self.at, self.bytes.len())
    }

    /// An integer of 16, 32 or 64 bits.
    pub(super) fn int(&mut self) -> Result<i64> {
        self.varint().map(zigzag)
    }

    /// An integer that counts something.
    pub(super) fn count(&mut self) -> Result<u64> {
        u64::try_from(self.int()?).map_err(|_| Broken::Wrong("its description has a negative count"))
    }

    /// Bytes or text.
    pub(super) fn binary(&mut self) -> Result<&'a [u8]> {
        let length = self.varint()?;
        self.take(length)
    }

    /// The number of elements of a list, and their kind.
    pub(super) fn list(&mut self) -> Result<(u64, Kind)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
        Ok((count, Kind::of(byte & 15)?))
    }

    /// Reads a list of structs.
    pub(super) fn structs(&mut self, mut each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        let (count, kind) = self.list()?;
        for _ in 0..count {
            if kind != Kind::Struct {
                return Err(Broken::Wrong("its description has a list of the wrong kind"));
            }
            each(self)?;
        }
        Ok(())
    }

    /// Reads a struct: `field` is called with each field's number and kind, and answers whether it has read its value.
    /// Other values are passed over.
    pub(super) fn fields(&mut self, mut field: impl FnMut(&mut Self, i64, Kind) -> Result<bool>) -> Result<()> {
        let mut number = 0i64;
        loop {
            let byte = self.byte()?;
            if byte == 0 {
                return Ok(());
            }
            let kind = Kind::of(byte & 15)?;
            number = match byte >> 4 {
                0 => self.int()?,
                step => number.saturating_add(i64::from(step)),
            };
            if !field(self, number, kind)? {
                self.skip(kind, DEPTH)?;
            }
        }
    }

    fn skip(&mut self, kind: Kind, depth: u32) -> Result<()> {
        let depth = depth.checked_sub(1).ok_or(Broken::Wrong("its description is nested too deeply"))?;
        match kind {
            Kind::True | Kind::False => {}
            Kind::Byte => drop(self.byte()?),
            Kind::Int => drop(self.varint()?),
            Kind::Double => drop(self.take(8)?),
            Kind::Uuid => drop(self.take(16)?),
            Kind::Binary => drop(self.binary()?),
            Kind::List => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip_element(kind, depth)?;
                }
            }
            Kind::Map => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    let (key, value) = (Kind::of(kinds >> 4)?, Kind::of(kinds & 15)?);
                    for _ in 0..count {
                        self.skip_element(key, depth)?;
                        self.skip_element(value, depth)?;
                    }
                }
            }
            Kind::Struct => loop {
                let byte = self.byte()?;
                if byte == 0 {
                    break;
                }
                if byte >> 4 == 0 {
                    self.varint()?;
                }
                self.skip(Kind::of(byte & 15)?, depth)?;
            },
        }
        Ok(())
    }

    fn skip_element(&mut self, kind: Kind, depth: u32) -> Result<()> {
        match kind {
            // In a list a boolean takes a byte of its own.
            Kind::True | Kind::False => self.byte().map(drop),
            kind => self.skip(kind, depth),
        }
    }
}

/// Reads an unsigned integer of up to 64 bits, seven a byte, that ends before `end`.
pub(super) fn varint(bytes: &[u8], at: &mut usize, end: usize) -> Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).filter(|_| *at < end).ok_or(Broken::Cut)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Broken::Wrong("a number has more than 64 bits"))
}

/// The signed integer that an unsigned one stands for: 0, -1, 1, -2, …
pub(super) fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
