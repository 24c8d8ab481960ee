//! gzip, RFC 1952: header, deflate, and the trailer's checksum and size.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Bad, Decode, Outcome, Step};

/// A header's name and comment have no bound of their own.
const HEADER_LIMIT: usize = 64 << 10;

pub(super) struct Gzip {
    part: Part,
    /// Bytes of a header or trailer that has not come in whole.
    held: Vec<u8>,
    inflate: Decompress,
    crc: Crc,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Body,
    Trailer,
}

impl Default for Gzip {
    fn default() -> Self {
        Gzip { part: Part::Header, held: Vec::new(), inflate: Decompress::new(false), crc: Crc::new() }
    }
}

impl Decode for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self.part {
            Part::Header => self.header(input),
            Part::Body => self.body(input, output),
            Part::Trailer => self.trailer(input),
        }
    }

    fn has_all(&self) -> bool {
        self.part == Part::Trailer
    }
}

impl Gzip {
    fn header(&mut self, input: &[u8]) -> Step {
        let before = self.held.len();
        let room = HEADER_LIMIT - before;
        self.held.extend_from_slice(&input[..input.len().min(room)]);
        match header_length(&self.held) {
            Ok(Some(length)) => {
                self.held.clear();
                self.inflate.reset(false);
                self.crc.reset();
                self.part = Part::Body;
                Step { read: length - before, written: 0, outcome: Outcome::More }
            }
            Ok(None) if self.held.len() < HEADER_LIMIT => {
                Step { read: input.len(), written: 0, outcome: Outcome::More }
            }
            Ok(None) => bad("the header is too long", false),
            Err(reason) => bad(reason, false),
        }
    }

    fn body(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let result = self.inflate.decompress(input, output, FlushDecompress::None);
        let read = (self.inflate.total_in() - read) as usize;
        let written = (self.inflate.total_out() - written) as usize;
        self.crc.update(&output[..written]);
        match result {
            Ok(Status::StreamEnd) => {
                self.part = Part::Trailer;
                Step { read, written, outcome: Outcome::More }
            }
            Ok(Status::Ok | Status::BufError) => Step { read, written, outcome: Outcome::More },
            Err(_) => Step { read, written, ..bad("the deflate stream is corrupt", false) },
        }
    }

    fn trailer(&mut self, input: &[u8]) -> Step {
        let read = input.len().min(8 - self.held.len());
        self.held.extend_from_slice(&input[..read]);
        let Ok(trailer) = <[u8; 8]>::try_from(self.held.as_slice()) else {
            return Step { read, written: 0, outcome: Outcome::More };
        };
        let [a, b, c, d, sizes @ ..] = trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() {
            return Step { read, ..bad("the checksum does not match", true) };
        }
        if u32::from_le_bytes(sizes) != self.inflate.total_out() as u32 {
            return Step { read, ..bad("the size does not match", true) };
        }
        self.held.clear();
        self.part = Part::Header;
        Step { read, written: 0, outcome: Outcome::End }
    }
}

fn bad(reason: &'static str, has_all: bool) -> Step {
    Step { read: 0, written: 0, outcome: Outcome::Bad(Bad { has_all, ..Bad::corrupt(reason) }) }
}

/// The length of the header that `bytes` begin with, once they hold all of it.
pub(crate) fn header_length(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const CHECK: u8 = 2;
    let Some(fixed) = bytes.get(..10) else { return Ok(None) };
    if fixed[2] != 8 {
        return Err("the method is not deflate");
    }
    let flags = fixed[3];
    if flags & 0xe0 != 0 {
        return Err("reserved flags are set");
    }
    let mut at = 10;
    if flags & EXTRA != 0 {
        let Some(size) = bytes.get(at..at + 2) else { return Ok(None) };
        at += 2 + usize::from(u16::from_le_bytes([size[0], size[1]]));
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let Some(rest) = bytes.get(at..) else { return Ok(None) };
            let Some(length) = memchr::memchr(0, rest) else { return Ok(None) };
            at += length + 1;
        }
    }
    if flags & CHECK != 0 {
        at += 2;
    }
    Ok((bytes.len() >= at).then_some(at))
}
