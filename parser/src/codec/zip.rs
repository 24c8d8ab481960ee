//! ZIP archives of one entry, read from the front, as APPNOTE.TXT of PKWARE lays them out: the entry's header and
//! content, a descriptor where its sizes were not known before, and the directory.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Bad, Decode, Outcome, Step};
use crate::fault::FaultKind;

pub(super) struct Zip {
    part: Part,
    /// Bytes of a header that has not come in whole.
    held: Vec<u8>,
    entry: Entry,
    has_entry: bool,
    inflate: Decompress,
    crc: Crc,
    /// Stored and inflated bytes of the entry's content so far.
    stored: u64,
    inflated: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A header of any kind.
    Header,
    Content,
    Check,
    Descriptor,
    /// Bytes of a header that say nothing here. After those of the last, the archive ends.
    Skip {
        left: u64,
        is_last: bool,
    },
}

/// What an entry's header tells.
#[derive(Clone, Copy, Default)]
struct Entry {
    is_deflated: bool,
    /// Whether checksum and sizes follow the content.
    has_descriptor: bool,
    sum: u32,
    stored: u64,
    inflated: u64,
}

/// What one part came to.
enum Flow {
    /// It wants more bytes, or more room.
    Starved,
    /// The next part begins.
    Next,
    End,
}

impl Default for Zip {
    fn default() -> Self {
        Zip {
            part: Part::Header,
            held: Vec::new(),
            entry: Entry::default(),
            has_entry: false,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            stored: 0,
            inflated: 0,
        }
    }
}

impl Decode for Zip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut rest = input;
        let mut written = 0;
        let outcome = loop {
            let flow = match self.part {
                Part::Header => self.header(&mut rest),
                Part::Content => self.content(&mut rest, output, &mut written),
                Part::Check => self.check(),
                Part::Descriptor => self.descriptor(&mut rest),
                Part::Skip { left, is_last } => Ok(self.skip(&mut rest, left, is_last)),
            };
            match flow {
                Ok(Flow::Next) if written == 0 => {}
                Ok(Flow::Next | Flow::Starved) => break Outcome::More,
                Ok(Flow::End) => break Outcome::End,
                Err(bad) => break Outcome::Bad(bad),
            }
        };
        Step { read: input.len() - rest.len(), written, outcome }
    }

    fn has_all(&self) -> bool {
        self.has_entry && self.part != Part::Content
    }
}

impl Zip {
    /// Holds at least `count` bytes, if there are so many.
    fn hold(&mut self, rest: &mut &[u8], count: usize) -> bool {
        let missing = count.saturating_sub(self.held.len()).min(rest.len());
        let (bytes, after) = rest.split_at(missing);
        self.held.extend_from_slice(bytes);
        *rest = after;
        self.held.len() >= count
    }

    /// The number that stands in `count` held bytes.
    fn number(&self, at: usize, count: usize) -> u64 {
        let bytes = self.held.iter().skip(at).take(count);
        bytes.rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn header(&mut self, rest: &mut &[u8]) -> Result<Flow, Bad> {
        if !self.hold(rest, 4) {
            return Ok(Flow::Starved);
        }
        // The length of each kind, and where it tells what follows it.
        let (fixed, more): (usize, &[(usize, usize)]) = match &self.held[..4] {
            b"PK\x03\x04" => return self.entry(rest),
            b"PK\x01\x02" => (46, &[(28, 2), (30, 2), (32, 2)]),
            b"PK\x05\x06" => (22, &[(20, 2)]),
            b"PK\x06\x06" => (12, &[(4, 8)]),
            b"PK\x06\x07" => (20, &[]),
            b"PK\x06\x08" => (8, &[(4, 4)]),
            b"PK\x05\x05" => (6, &[(4, 2)]),
            _ => return Err(Bad { has_all: self.has_entry, ..Bad::corrupt("a header is of no known kind") }),
        };
        if !self.hold(rest, fixed) {
            return Ok(Flow::Starved);
        }
        let left = more.iter().fold(0, |left: u64, (at, count)| left.saturating_add(self.number(*at, *count)));
        self.held.drain(..fixed);
        self.part = Part::Skip { left, is_last: fixed == 22 };
        Ok(Flow::Next)
    }

    fn skip(&mut self, rest: &mut &[u8], left: u64, is_last: bool) -> Flow {
        let held = left.min(self.held.len() as u64);
        self.held.drain(..held as usize);
        let count = (left - held).min(rest.len() as u64);
        *rest = &rest[count as usize..];
        let left = left - held - count;
        if left > 0 {
            self.part = Part::Skip { left, is_last };
            return Flow::Starved;
        }
        self.part = Part::Header;
        if is_last {
            self.has_entry = false;
            return Flow::End;
        }
        Flow::Next
    }

    fn entry(&mut self, rest: &mut &[u8]) -> Result<Flow, Bad> {
        if !self.hold(rest, 30) {
            return Ok(Flow::Starved);
        }
        let (name, extra) = (self.number(26, 2) as usize, self.number(28, 2) as usize);
        if !self.hold(rest, 30 + name + extra) {
            return Ok(Flow::Starved);
        }
        let (flags, method, sum) = (self.number(6, 2), self.number(8, 2), self.number(14, 4) as u32);
        let [inflated, stored] = self.sizes(30 + name);
        let is_folder = self.held[..30 + name].ends_with(b"/");
        let has_descriptor = flags & 8 != 0;
        let refused = match method {
            _ if self.has_entry => Some("more than one entry"),
            // Encrypted, strongly encrypted, with its header masked; AE of WinZip.
            _ if flags & 0x2041 != 0 || method == 99 => Some("the entry is encrypted"),
            0 if has_descriptor && stored == 0 && !is_folder => Some("a stored entry tells no size before its content"),
            0 | 8 => None,
            _ => Some("the entry is neither stored nor deflated"),
        };
        if let Some(reason) = refused {
            return Err(Bad { has_all: self.has_entry, ..Bad::new(FaultKind::Unsupported, reason) });
        }
        self.entry = Entry { is_deflated: method == 8, has_descriptor, sum, stored, inflated };
        self.held.clear();
        self.inflate.reset(false);
        self.crc.reset();
        (self.stored, self.inflated) = (0, 0);
        self.has_entry = !is_folder;
        self.part = Part::Content;
        Ok(Flow::Next)
    }

    /// The inflated and the stored size of the entry. One that is too great for 32 bits stands in the field of ZIP64,
    /// among the extra fields that begin at this offset.
    fn sizes(&self, mut extra: usize) -> [u64; 2] {
        let mut sizes = [self.number(22, 4), self.number(18, 4)];
        while extra + 4 <= self.held.len() {
            let (kind, length) = (self.number(extra, 2), self.number(extra + 2, 2) as usize);
            let mut at = extra + 4;
            extra = at + length;
            for size in &mut sizes {
                if kind == 1 && *size == u64::from(u32::MAX) && at + 8 <= extra {
                    *size = self.number(at, 8);
                    at += 8;
                }
            }
        }
        sizes
    }

    fn content(&mut self, rest: &mut &[u8], output: &mut [u8], written: &mut usize) -> Result<Flow, Bad> {
        let (read, count, status) = if self.entry.is_deflated {
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(rest, output, FlushDecompress::None);
            let read = (self.inflate.total_in() - before_in) as usize;
            (read, (self.inflate.total_out() - before_out) as usize, status)
        } else {
            let left = self.entry.stored - self.stored;
            let count = left.min(rest.len().min(output.len()) as u64) as usize;
            output[..count].copy_from_slice(&rest[..count]);
            (count, count, Ok(if left == count as u64 { Status::StreamEnd } else { Status::Ok }))
        };
        *rest = &rest[read..];
        *written = count;
        self.crc.update(&output[..count]);
        self.stored += read as u64;
        self.inflated += count as u64;
        match status {
            Ok(Status::StreamEnd) => {
                self.part = if self.entry.has_descriptor { Part::Descriptor } else { Part::Check };
                Ok(Flow::Next)
            }
            Ok(_) => Ok(Flow::Starved),
            Err(_) => Err(Bad::corrupt("the deflate stream is corrupt")),
        }
    }

    fn check(&mut self) -> Result<Flow, Bad> {
        let Entry { sum, stored, inflated, .. } = self.entry;
        self.compare(sum, stored, inflated)?;
        self.part = Part::Header;
        Ok(Flow::Next)
    }

    fn compare(&self, sum: u32, stored: u64, inflated: u64) -> Result<(), Bad> {
        if sum != self.crc.sum() {
            return Err(Bad { has_all: true, ..Bad::corrupt("the checksum does not match") });
        }
        if (stored, inflated) != (self.stored, self.inflated) {
            return Err(Bad { has_all: true, ..Bad::corrupt("the size does not match") });
        }
        Ok(())
    }

    /// The descriptor has a signature or not, and sizes of 64 bits or of 32; nothing tells which, so the one that
    /// matches the content is it. A directory always follows, so there are bytes enough to try.
    fn descriptor(&mut self, rest: &mut &[u8]) -> Result<Flow, Bad> {
        if !self.hold(rest, 24) {
            return Ok(Flow::Starved);
        }
        let signature = if self.held.starts_with(b"PK\x07\x08") { 4 } else { 0 };
        let mut result = Ok(());
        for (at, size) in [(signature, 8), (signature, 4), (0, 8), (0, 4)] {
            let (sum, stored) = (self.number(at, 4) as u32, self.number(at + 4, size));
            let found = self.compare(sum, stored, self.number(at + 4 + size, size));
            if found.is_ok() {
                self.held.drain(..at + 4 + 2 * size);
                self.part = Part::Header;
                return Ok(Flow::Next);
            }
            result = result.and(found);
        }
        result.map(|()| Flow::Next)
    }
}
