//! Apache Avro object container files: a schema, then blocks of rows, each block ended by the file's marker.
//!
//! Source: Apache Avro, "Specification" 1.12. It is read as it comes in, a block of up to
//! [`Limits::table`](crate::Limits::table) bytes at a time. What a damaged block yields before its fault comes out; reading
//! goes on behind the next marker.
//!
//! A value becomes JSON as one of Parquet does. A union is the value of its branch, without the branch's name; a row that
//! is no object of its own is one with the only field `value`.

use memchr::memmem;

use super::flaw::{Flaw, Losses};
use super::text::Text;
use super::{Input, Rows};
use crate::codec::Damage;
use crate::fault::FaultKind;
use crate::limits::Limits;
use block::{Block, Codec};
use bytes::{Bytes, Short};
use schema::Schema;

mod block;
mod bytes;
mod schema;
mod value;

/// Bytes of lines that are made at once, and of input that are taken at once.
const BATCH: usize = 32 << 10;
const CHUNK: usize = 64 << 10;

/// Bytes of a marker.
const MARKER: usize = 16;

/// The rows of an Avro object.
pub(super) struct Avro {
    limits: Limits,
    /// Bytes of the input that are held, and where the next ones to look at begin.
    held: Vec<u8>,
    at: usize,
    /// Whether the input has ended, and how if not well.
    is_ended: bool,
    damage: Option<Damage>,
    header: Option<Header>,
    block: Option<Block>,
    /// The number of the block, from 1.
    number: u64,
    text: Text,
    losses: Losses,
}

struct Header {
    schema: Schema,
    codec: Codec,
    marker: [u8; MARKER],
}

impl Avro {
    /// Reads an object that begins with `head`.
    pub(super) fn new(head: &[u8], limits: &Limits) -> Self {
        Avro {
            limits: limits.clone(),
            held: head.to_vec(),
            at: 0,
            is_ended: false,
            damage: None,
            header: None,
            block: None,
            number: 0,
            text: Text::new(limits.record),
            losses: Losses::default(),
        }
    }

    /// Gets bytes until `count` are held or the input ends.
    fn ensure(&mut self, input: &mut dyn Input, count: usize) {
        while self.held.len() - self.at < count && !self.is_ended {
            self.held.drain(..self.at);
            self.at = 0;
            let length = self.held.len();
            self.held.resize(length + CHUNK, 0);
            let read = input.read(&mut self.held[length..]);
            self.held.truncate(length + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => self.is_ended = true,
                Ok(_) => {}
                Err(damage) => {
                    self.is_ended = true;
                    self.damage = Some(damage);
                }
            }
        }
    }

    /// The fault of an object that ends too early: that of its input, if it has one.
    fn cut(&mut self, what: &str) -> Damage {
        let cut = || Flaw::new(FaultKind::Cut, format!("{what} is cut off")).at("Avro");
        self.damage.take().unwrap_or_else(cut)
    }

    fn read_header(&mut self, input: &mut dyn Input) -> Result<Header, Damage> {
        let mut size = 4 << 10;
        loop {
            self.ensure(input, size);
            match Header::read(&self.held, &self.limits) {
                Ok((header, length)) => {
                    self.at = length;
                    return header.map_err(|flaw| flaw.at("Avro"));
                }
                Err(Short) if self.is_ended => return Err(self.cut("the header")),
                Err(Short) if size > self.limits.record => {
                    let reason = format!("the header is longer than {} bytes", self.limits.record);
                    return Err(Flaw::limit(reason).at("Avro"));
                }
                Err(Short) => size *= 2,
            }
        }
    }

    /// Writes the next row; after a fault the next call goes on behind the next marker.
    fn next_row(&mut self, input: &mut dyn Input) -> Result<bool, Damage> {
        loop {
            let Some(header) = &self.header else {
                let header = self.read_header(input)?;
                self.header = Some(header);
                continue;
            };
            let Some(block) = &mut self.block else {
                match self.next_block(input) {
                    Ok(true) => continue,
                    Ok(false) => return Ok(false),
                    Err(flaw) => return Err(self.lose(input, &flaw)),
                }
            };
            match block.row(&header.schema, &mut self.text) {
                Ok(true) => return Ok(true),
                Ok(false) => {
                    self.at += block.stored + MARKER;
                    self.block = None;
                }
                Err(flaw) => {
                    self.block = None;
                    return Err(self.lose(input, &flaw));
                }
            }
        }
    }

    /// Reads the block that begins here, if one does. What is held begins with its data afterwards.
    fn next_block(&mut self, input: &mut dyn Input) -> Result<bool, Flaw> {
        const LONGEST: usize = 20;
        self.ensure(input, LONGEST);
        let Some(header) = &self.header else { return Ok(false) };
        let mut bytes = Bytes::new(&self.held[self.at..]);
        if bytes.is_empty() && self.damage.is_none() {
            return Ok(false);
        }
        self.number += 1;
        let (Ok(rows), Ok(size)) = (bytes.long(), bytes.long()) else {
            return Err(Flaw::new(FaultKind::Cut, "it is cut off"));
        };
        self.at += bytes.at();
        let (Ok(rows), Ok(size)) = (u64::try_from(rows), usize::try_from(size)) else {
            return Err(Flaw::from("it has a negative length"));
        };
        if size > self.limits.table {
            return Err(Flaw::limit(format!("it is longer than {} bytes", self.limits.table)));
        }
        let (codec, marker) = (header.codec, header.marker);
        self.ensure(input, size + MARKER);
        let held = &self.held[self.at..];
        let is_whole = held.len() >= size;
        let verdict = match held.get(size..size + MARKER) {
            None => Some(Flaw::new(FaultKind::Cut, "it is cut off")),
            Some(end) if end != marker => Some(Flaw::from("it does not end with the marker")),
            Some(_) => None,
        };
        let stored = &held[..held.len().min(size)];
        self.block = Some(Block::read(codec, stored, is_whole, rows, &self.limits, verdict));
        Ok(true)
    }

    /// What is lost with the block, and moves behind the next marker.
    fn lose(&mut self, input: &mut dyn Input, flaw: &Flaw) -> Damage {
        let Some(header) = &self.header else { return flaw.at("Avro") };
        let marker = header.marker;
        let place = format!("Avro: block {}", self.number);
        loop {
            if let Some(found) = memmem::find(&self.held[self.at..], &marker) {
                self.at += found + MARKER;
                return flaw.at(place);
            }
            // The marker may begin in what is held.
            self.at = self.at.max(self.held.len().saturating_sub(MARKER - 1));
            let held = self.held.len() - self.at;
            self.ensure(input, held + 1);
            if self.is_ended && self.held.len() - self.at <= held {
                self.at = self.held.len();
                return match (flaw.kind, self.damage.take()) {
                    (FaultKind::Cut, Some(damage)) => damage,
                    _ => flaw.at(place),
                };
            }
        }
    }
}

impl Header {
    /// Reads the header that `bytes` begin with; answers its length too.
    fn read(bytes: &[u8], limits: &Limits) -> Result<(Result<Header, Flaw>, usize), Short> {
        let mut bytes = Bytes::new(bytes);
        bytes.take(4)?;
        let (mut schema, mut codec) = (&[][..], &[][..]);
        loop {
            let count = bytes.items()?;
            if count == 0 {
                break;
            }
            for _ in 0..count {
                let name = bytes.string()?;
                let value = bytes.string()?;
                match name {
                    b"avro.schema" => schema = value,
                    b"avro.codec" => codec = value,
                    _ => {}
                }
            }
        }
        let mut marker = [0; MARKER];
        marker.copy_from_slice(bytes.take(MARKER as u64)?);
        let read = || Ok(Header { schema: Schema::read(schema, limits.depth)?, codec: Codec::of(codec)?, marker });
        Ok((read(), bytes.at()))
    }
}

impl Rows for Avro {
    fn more(&mut self, input: &mut dyn Input, lines: &mut Vec<u8>) -> Result<bool, Damage> {
        std::mem::swap(lines, &mut self.text.bytes);
        let mut result = Ok(true);
        while result.as_ref().is_ok_and(|is_more| *is_more) && self.text.bytes.len() < BATCH {
            result = match self.next_row(input) {
                Ok(true) => Ok(true),
                Ok(false) => self.losses.end(),
                Err(damage) if self.header.is_none() || damage.kind == FaultKind::Unsupported => Err(damage),
                Err(damage) => {
                    self.losses.add(damage);
                    Ok(true)
                }
            };
        }
        std::mem::swap(lines, &mut self.text.bytes);
        result
    }

    fn values(&self) -> u64 {
        self.text.values
    }
}

#[cfg(test)]
mod tests;
