//! One codec of an object: its members, one after another.

use super::head::Head;
use super::inflate::{CHUNK, Damage, Piece};
use super::{Bad, Codec, Decode, Outcome, sniff};
use crate::fault::FaultKind;
use crate::limits::{Limits, RATIO_FLOOR};

/// Where a level's stored bytes come from.
pub(super) type Source<'s> = dyn FnMut(&mut [u8]) -> Result<Piece, Damage> + 's;

/// One codec of an object.
pub(super) struct Level {
    pub(super) codec: Codec,
    /// `gzip`, `zstd in gzip`.
    pub(super) name: String,
    /// Members begun.
    pub(super) members: u64,
    decoder: Box<dyn Decode + Send>,
    /// Stored bytes that were looked at already.
    head: Head,
    /// Stored bytes, those from `at` to `end` not decoded yet, and the outermost codec's member that they come from.
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    source: u64,
    /// Whether no more bytes come, and what is wrong with that.
    is_exhausted: bool,
    damage: Option<Damage>,
    /// What is wrong with the member, until all that came out before has been handed on.
    bad: Option<Bad>,
    inflated: u64,
    is_between: bool,
}

impl Level {
    /// A codec inside another, or the outermost; `head` is how its bytes begin.
    pub(super) fn new(codec: Codec, outer: Option<&str>, decoder: Box<dyn Decode + Send>, head: Head) -> Self {
        Level {
            codec,
            name: outer.map_or_else(|| codec.name().to_owned(), |outer| format!("{codec} in {outer}")),
            members: 0,
            decoder,
            head,
            chunk: vec![0; CHUNK],
            at: 0,
            end: 0,
            source: 0,
            is_exhausted: false,
            damage: None,
            bad: None,
            inflated: 0,
            is_between: true,
        }
    }

    /// Stored bytes that were taken from the source and not decoded yet.
    pub(super) fn unread(&self) -> u64 {
        (self.end - self.at + self.head.bytes().len()) as u64
    }

    /// Writes some inflated bytes of one member into `output`; none is the end.
    pub(super) fn read(
        &mut self,
        limits: &Limits,
        source: &mut Source<'_>,
        output: &mut [u8],
    ) -> Result<Piece, Damage> {
        loop {
            if let Some(bad) = self.bad.take() {
                return Err(self.member_damage(&bad));
            }
            if self.at == self.end {
                self.fill(source);
            }
            if self.is_between && !self.begin_member(limits, source)? {
                return self.end();
            }
            let step = self.decoder.step(&self.chunk[self.at..self.end], output);
            self.at += step.read;
            self.inflated += step.written as u64;
            match step.outcome {
                Outcome::More => {}
                Outcome::End => self.is_between = true,
                Outcome::Bad(bad) => self.bad = Some(bad),
            }
            if step.written > 0 {
                let member = if self.source == 0 { self.members } else { self.source };
                return Ok(Piece { count: step.written, member });
            }
            let is_stuck = step.read == 0 && !self.is_between && self.bad.is_none();
            if is_stuck && self.at < self.end {
                return Err(self.member_damage(&Bad::corrupt("no progress")));
            }
            if is_stuck && self.is_exhausted {
                return self.end();
            }
        }
    }

    /// Begins the member that follows, if one does.
    fn begin_member(&mut self, limits: &Limits, source: &mut Source<'_>) -> Result<bool, Damage> {
        let is_padded = self.members > 0 && self.skip_padding(source);
        // A pipe may hand out a magic byte by byte.
        while self.end - self.at < sniff::MAGIC && !self.is_exhausted {
            self.fill(source);
        }
        let rest = &self.chunk[self.at..self.end];
        if rest.is_empty() {
            return Ok(false);
        }
        let goes_on = self.codec.goes_on(&rest[..rest.len().min(sniff::MAGIC)]);
        if self.members > 0 && (!goes_on || is_padded && self.codec == Codec::Gzip) {
            let reason = format!("{}: bytes after the end of member {}", self.name, self.members);
            return Err(Damage::new(FaultKind::Trailing, reason, false));
        }
        if self.members == limits.members {
            let reason = format!("{}: more than {} members", self.name, limits.members);
            return Err(Damage::new(FaultKind::Limit, reason, true));
        }
        self.members += 1;
        self.is_between = false;
        Ok(true)
    }

    /// Passes zeros after a member; answers whether there were any. Tapes and block devices leave them behind the last
    /// member: GNU gzip says nothing of them, and takes them for junk only where other bytes follow. Between the streams
    /// of xz its format allows them.
    fn skip_padding(&mut self, source: &mut Source<'_>) -> bool {
        let mut is_padded = false;
        while matches!(self.codec, Codec::Gzip | Codec::Xz) {
            let zeros = self.chunk[self.at..self.end].iter().take_while(|byte| **byte == 0).count();
            self.at += zeros;
            is_padded |= zeros > 0;
            if self.at < self.end || self.is_exhausted {
                break;
            }
            self.fill(source);
        }
        is_padded
    }

    /// The end of the stored bytes: good, or damage.
    fn end(&mut self) -> Result<Piece, Damage> {
        let has_all = self.is_between || self.decoder.has_all();
        match self.damage.take() {
            Some(damage) => Err(Damage { is_lossy: damage.is_lossy || !has_all, ..damage }),
            None if self.is_between || self.decoder.may_end() => Ok(Piece::default()),
            None => {
                let reason = format!("{}: member {} is truncated", self.name, self.members);
                Err(Damage::new(FaultKind::Cut, reason, !has_all))
            }
        }
    }

    fn member_damage(&self, bad: &Bad) -> Damage {
        let reason = match bad.kind {
            FaultKind::Unsupported => format!("{}: {}", self.name, bad.reason),
            _ => format!("{}: {} in member {}", self.name, bad.reason, self.members),
        };
        Damage::new(bad.kind, reason, !bad.has_all)
    }

    /// Whether what came out so far is within the limits, `stored` being the bytes of the object that were decoded.
    pub(super) fn check(&self, stored: u64, limits: &Limits) -> Result<(), Damage> {
        if self.inflated > limits.inflated {
            return Err(Damage::new(FaultKind::Limit, too_much(limits), true));
        }
        if self.inflated > RATIO_FLOOR && self.inflated / stored.max(1) > limits.ratio {
            let reason = format!("{}: inflates more than {} times", self.name, limits.ratio);
            return Err(Damage::new(FaultKind::Limit, reason, true));
        }
        Ok(())
    }

    /// Gets more stored bytes, if there are any.
    fn fill(&mut self, source: &mut Source<'_>) {
        if self.is_exhausted {
            return;
        }
        self.chunk.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        let room = &mut self.chunk[self.end..];
        match self.head.give(room).unwrap_or_else(|| source(room)) {
            Ok(Piece { count: 0, .. }) => self.is_exhausted = true,
            Ok(Piece { count, member }) => {
                if self.end == 0 {
                    self.source = member;
                }
                self.end += count;
            }
            Err(damage) => {
                self.is_exhausted = true;
                self.damage = Some(damage);
            }
        }
    }
}

/// What is said of an object that goes over [`Limits::inflated`].
pub(super) fn too_much(limits: &Limits) -> String {
    format!("inflates to more than {} bytes", limits.inflated)
}
