//! The inflated bytes of an object, level by level where codecs lie in each other.

use std::io::{ErrorKind, Read};

use super::head::Head;
use super::level::{Level, too_much};
use super::{Bad, Codec, sniff};
use crate::fault::{Fault, FaultKind};
use crate::limits::{Limits, NESTING};

/// Why the inflated stream ended before its time.
#[derive(Debug)]
pub(crate) struct Damage {
    pub kind: FaultKind,
    pub reason: String,
    /// Whether content is missing, so that the last record may be cut.
    pub is_lossy: bool,
}

impl Damage {
    pub(crate) fn new(kind: FaultKind, reason: String, is_lossy: bool) -> Self {
        Damage { kind, reason, is_lossy }
    }

    pub(crate) fn fault(&self, offset: u64) -> Fault {
        Fault::new(self.kind, offset, self.reason.clone())
    }
}

/// Bytes that came out together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// How many; none at the end.
    pub count: usize,
    /// The outermost codec's member that they come from, counted from 1; 0 where there is no codec.
    pub member: u64,
}

pub(super) const CHUNK: usize = 64 << 10;

/// An inner codec may hold this part of what the outermost may: the usual settings of each need no more, and three levels
/// of the greatest would make a fifth of a gigabyte.
const INNER_SHARE: usize = 8;

/// The inflated bytes of an object.
pub(crate) struct Inflate<R> {
    input: Input<R>,
    /// Outermost first.
    levels: Vec<Level>,
    /// Those of the levels, and the one that was refused inside them, if one was.
    codecs: Vec<Codec>,
    limits: Limits,
    /// The codec that the object's key promises.
    named: Option<Codec>,
    head: Head,
    is_begun: bool,
}

/// The object's stored bytes.
struct Input<R> {
    reader: R,
    read: u64,
    /// How many there should be.
    size: Option<u64>,
}

impl<R: Read> Inflate<R> {
    /// `key` and `size` are the object's, where they are known.
    pub(crate) fn new(input: R, key: Option<&str>, size: Option<u64>, limits: Limits) -> Self {
        Inflate {
            input: Input { reader: input, read: 0, size },
            levels: Vec::new(),
            codecs: Vec::new(),
            limits,
            named: key.and_then(Codec::named_by),
            head: Head::default(),
            is_begun: false,
        }
    }

    /// The codecs, outermost first; known once bytes were asked for.
    pub(crate) fn codecs(&self) -> &[Codec] {
        &self.codecs
    }

    /// Stored bytes taken from the input, and members of the outermost codec begun.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.input.read, self.levels.first().map_or(0, |level| level.members))
    }

    /// The first inflated bytes, at least [`sniff::HEAD`] where there are so many; before anything was read.
    pub(crate) fn head(&mut self) -> &[u8] {
        if !self.is_begun {
            self.is_begun = true;
            self.begin();
        }
        self.head.bytes()
    }

    /// Writes inflated bytes of one member into `output`; none is the end.
    pub(crate) fn read(&mut self, output: &mut [u8]) -> Result<Piece, Damage> {
        self.head();
        self.head.give(output).unwrap_or_else(|| pull(&mut self.input, &mut self.levels, &self.limits, output))
    }

    /// Looks for codecs in codecs until the bytes are of none.
    fn begin(&mut self) {
        loop {
            let head = self.peek();
            let codec = match Codec::sniff(head.bytes()) {
                Codec::Plain if self.levels.is_empty() => self.by_name(head.bytes()),
                codec => codec,
            };
            if codec == Codec::Plain {
                self.head = head;
                return;
            }
            self.codecs.push(codec);
            let limit = self.limits.nesting.min(NESTING);
            let window = self.limits.window / if self.levels.is_empty() { 1 } else { INNER_SHARE };
            let level = if self.levels.len() >= limit {
                Err(Bad::new(FaultKind::Limit, format!("more than {limit} levels of compression")))
            } else {
                codec.decoder(window, head.bytes())
            };
            let damage = match level {
                Ok(decoder) => {
                    let outer = self.levels.last().map(|level| level.name.as_str());
                    let level = Level::new(codec, outer, decoder, head);
                    self.levels.push(level);
                    continue;
                }
                Err(bad) => Damage::new(bad.kind, bad.reason.into_owned(), true),
            };
            self.head = Head::of_damage(damage);
            return;
        }
    }

    /// The codec of an object whose bytes have no magic.
    fn by_name(&self, head: &[u8]) -> Codec {
        match self.named {
            Some(Codec::Snappy) if sniff::wrapping(head).is_some() => Codec::Snappy,
            _ => Codec::Plain,
        }
    }

    fn peek(&mut self) -> Head {
        Head::read(sniff::HEAD, |output| pull(&mut self.input, &mut self.levels, &self.limits, output))
    }
}

/// Bytes of the last of `levels`, which draws on those before it.
fn pull<R: Read>(
    input: &mut Input<R>,
    levels: &mut [Level],
    limits: &Limits,
    output: &mut [u8],
) -> Result<Piece, Damage> {
    let Some((level, outer)) = levels.split_last_mut() else { return input.read(limits, output) };
    let piece = level.read(limits, &mut |chunk| pull(input, outer, limits, chunk), output)?;
    let read_ahead = outer.first().unwrap_or(level).unread();
    level.check(input.read - read_ahead, limits)?;
    Ok(piece)
}

impl<R: Read> Input<R> {
    fn read(&mut self, limits: &Limits, output: &mut [u8]) -> Result<Piece, Damage> {
        let count = loop {
            match self.reader.read(output) {
                Ok(count) => break count.min(output.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Damage::new(FaultKind::Io, format!("reading failed: {error}"), true)),
            }
        };
        self.read += count as u64;
        if let (0, Some(size)) = (count, self.size.filter(|size| *size > self.read)) {
            let reason = format!("the object ends after {} of its {size} bytes", self.read);
            return Err(Damage::new(FaultKind::Cut, reason, true));
        }
        if self.read > limits.inflated {
            return Err(Damage::new(FaultKind::Limit, too_much(limits), true));
        }
        Ok(Piece { count, member: 0 })
    }
}
