//! Compression: told by magic bytes, inflated as a stream, bounded.

use std::fmt;
use std::io::Read;

use crate::fault::{Fault, FaultKind};
use crate::limits::{Limits, RATIO_FLOOR};

mod gzip;
mod zstd;

/// How an object's bytes are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Not at all.
    #[default]
    Plain,
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
}

impl Codec {
    /// The name in reports: `plain`, `gzip`, `zstd`.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Plain => "plain",
            Codec::Gzip => "gzip",
            Codec::Zstd => "zstd",
        }
    }

    /// Tells the codec of an object by its first bytes; four are enough.
    pub fn sniff(head: &[u8]) -> Codec {
        match head {
            [0x1f, 0x8b, ..] => Codec::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Codec::Zstd,
            _ => Codec::Plain,
        }
    }

    fn decoder(self) -> Result<Box<dyn Decode + Send>, String> {
        match self {
            Codec::Gzip => Ok(Box::new(gzip::Gzip::default())),
            Codec::Zstd => zstd::Zstd::new().map(|decoder| Box::new(decoder) as _),
            Codec::Plain => Ok(Box::new(Plain)),
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names containers that begin like `head` and that are not read, so that nobody takes their bytes for text.
pub(crate) fn foreign(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 7] = [
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"\xff\x06\0\0sNaPpY", "snappy"),
        (b"PK\x03\x04", "zip"),
        (b"\x1f\x8b", "gzip inside the compression"),
        (b"\x28\xb5\x2f\xfd", "zstd inside the compression"),
    ];
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

/// One codec, fed piecewise.
trait Decode {
    /// Turns some of `input` into some of `output`.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// Whether the input may end here.
    fn may_end(&self) -> bool;

    /// Whether all content of the member has come out, and only its check is missing.
    fn has_all(&self) -> bool {
        self.may_end()
    }
}

/// What one [`Decode::step`] did.
struct Step {
    read: usize,
    written: usize,
    outcome: Outcome,
}

enum Outcome {
    /// More input or more room is wanted.
    More,
    /// A member or frame is complete.
    End,
    /// The member cannot be read on, for this reason; its content is complete or not.
    Bad { reason: &'static str, has_all: bool },
}

struct Plain;

impl Decode for Plain {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let count = input.len().min(output.len());
        output[..count].copy_from_slice(&input[..count]);
        Step { read: count, written: count, outcome: Outcome::More }
    }

    fn may_end(&self) -> bool {
        true
    }
}

/// Why the inflated stream ended before its time.
#[derive(Debug)]
pub(crate) struct Damage {
    pub kind: FaultKind,
    pub reason: String,
    /// Whether content is missing, so that the last record may be cut.
    pub is_lossy: bool,
}

const CHUNK: usize = 64 << 10;

/// The inflated bytes of `input`.
pub(crate) struct Inflate<R> {
    input: R,
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    is_exhausted: bool,
    codec: Codec,
    decoder: Option<Box<dyn Decode + Send>>,
    /// Stored bytes read, inflated bytes written, members begun.
    stored: u64,
    inflated: u64,
    members: u64,
    is_between: bool,
    limits: Limits,
}

impl<R: Read> Inflate<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Inflate {
            input,
            chunk: vec![0; CHUNK],
            at: 0,
            end: 0,
            is_exhausted: false,
            codec: Codec::Plain,
            decoder: None,
            stored: 0,
            inflated: 0,
            members: 0,
            is_between: true,
            limits,
        }
    }

    pub(crate) fn codec(&self) -> Codec {
        self.codec
    }

    /// Stored bytes taken from the input, and members begun.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.stored, self.members)
    }

    /// Writes some inflated bytes into `output`; 0 is the end.
    pub(crate) fn read(&mut self, output: &mut [u8]) -> Result<usize, Damage> {
        if self.decoder.is_none() {
            self.begin()?;
        }
        loop {
            if self.at == self.end && !self.is_exhausted {
                self.fill()?;
            }
            if self.is_between && !self.next_member()? {
                return Ok(0);
            }
            let decoder = self.decoder.as_mut().expect("begin() put it there");
            let step = decoder.step(&self.chunk[self.at..self.end], output);
            self.at += step.read;
            self.inflated += step.written as u64;
            match step.outcome {
                Outcome::Bad { reason, has_all } if step.written == 0 => {
                    let reason = format!("{}: {reason} in member {}", self.codec, self.members);
                    return Err(Damage { kind: FaultKind::Corrupt, reason, is_lossy: !has_all });
                }
                // What came out before the fault is handed on first; the decoder repeats its verdict.
                Outcome::Bad { .. } | Outcome::More => {}
                Outcome::End => self.is_between = true,
            }
            if step.written > 0 {
                self.check_limits()?;
                return Ok(step.written);
            }
            if step.read == 0 && !self.is_between {
                if self.at < self.end {
                    let reason = format!("{}: no progress in member {}", self.codec, self.members);
                    return Err(damage(FaultKind::Corrupt, reason, true));
                }
                if self.is_exhausted {
                    return self.ended();
                }
            }
        }
    }

    fn begin(&mut self) -> Result<(), Damage> {
        // A pipe may hand out its first bytes one by one; four tell the codec.
        while self.end < 4 && !self.is_exhausted {
            self.fill()?;
        }
        self.codec = Codec::sniff(&self.chunk[..self.end]);
        let decoder = self.codec.decoder().map_err(|reason| damage(FaultKind::Corrupt, reason, true))?;
        self.decoder = Some(decoder);
        Ok(())
    }

    /// Begins the member that follows, if one does.
    fn next_member(&mut self) -> Result<bool, Damage> {
        if self.codec == Codec::Plain {
            self.is_between = false;
            return Ok(true);
        }
        while self.end - self.at < 4 && !self.is_exhausted {
            self.fill()?;
        }
        let rest = &self.chunk[self.at..self.end];
        if rest.is_empty() {
            return Ok(false);
        }
        let is_cut_magic =
            rest.len() < 4 && self.members > 0 && (rest == [0x1f] || [0x28, 0xb5, 0x2f, 0xfd].starts_with(rest));
        if Codec::sniff(rest) != self.codec && !is_cut_magic {
            let reason = format!("{}: bytes after the end of member {}", self.codec, self.members);
            return Err(damage(FaultKind::Trailing, reason, false));
        }
        if self.members == self.limits.members {
            let reason = format!("{}: more than {} members", self.codec, self.limits.members);
            return Err(damage(FaultKind::Limit, reason, true));
        }
        self.members += 1;
        self.is_between = false;
        Ok(true)
    }

    fn ended(&self) -> Result<usize, Damage> {
        let decoder = self.decoder.as_ref().expect("begin() put it there");
        if decoder.may_end() {
            return Ok(0);
        }
        let reason = format!("{}: member {} is truncated", self.codec, self.members);
        Err(damage(FaultKind::Cut, reason, !decoder.has_all()))
    }

    fn check_limits(&self) -> Result<(), Damage> {
        if self.inflated > self.limits.inflated {
            let reason = format!("inflates to more than {} bytes", self.limits.inflated);
            return Err(damage(FaultKind::Limit, reason, true));
        }
        let stored = self.stored - (self.end - self.at) as u64;
        if self.codec != Codec::Plain
            && self.inflated > RATIO_FLOOR
            && self.inflated / stored.max(1) > self.limits.ratio
        {
            let reason = format!("{}: inflates more than {} times", self.codec, self.limits.ratio);
            return Err(damage(FaultKind::Limit, reason, true));
        }
        Ok(())
    }

    fn fill(&mut self) -> Result<(), Damage> {
        if self.at > 0 {
            self.chunk.copy_within(self.at..self.end, 0);
            self.end -= self.at;
            self.at = 0;
        }
        loop {
            match self.input.read(&mut self.chunk[self.end..]) {
                Ok(0) => self.is_exhausted = true,
                Ok(count) => {
                    self.end += count;
                    self.stored += count as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.is_exhausted = true;
                    return Err(damage(FaultKind::Io, format!("reading failed: {error}"), true));
                }
            }
            return Ok(());
        }
    }
}

fn damage(kind: FaultKind, reason: String, is_lossy: bool) -> Damage {
    Damage { kind, reason, is_lossy }
}

impl Damage {
    pub(crate) fn fault(&self, offset: u64) -> Fault {
        Fault::new(self.kind, offset, self.reason.clone())
    }
}

#[cfg(test)]
mod tests;
