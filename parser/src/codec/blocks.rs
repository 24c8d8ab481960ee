//! Codecs of blocks: one part is collected whole, turned, and handed out.

use super::{Bad, Decode, Outcome, Step};

/// What a codec of blocks wants next.
pub(super) enum Want {
    /// So many bytes.
    Part(usize),
    /// All that is left of the input, but no more than this.
    #[cfg_attr(not(feature = "snappy"), expect(dead_code, reason = "only a block of Snappy has no length"))]
    Rest(usize),
    /// Nothing: the member is complete.
    Nothing,
}

/// The grammar of a codec of blocks.
pub(super) trait Parts {
    /// What comes next.
    fn want(&self) -> Want;

    /// Reads the part that was wanted. A longer rest than was wanted comes with one byte too many.
    fn take(&mut self, part: &[u8], ready: &mut Ready) -> Result<(), Bad>;

    /// Whether the next byte, which is not read yet, begins another member.
    fn ends_before(&self, _next: u8) -> bool {
        false
    }

    /// Makes ready for another member.
    fn restart(&mut self);

    /// Whether the input may end before the next part.
    fn may_end(&self) -> bool {
        false
    }

    /// Whether all content of the member has been read.
    fn has_all(&self) -> bool {
        self.may_end()
    }
}

/// Inflated bytes that wait to be handed out.
#[derive(Default)]
pub(super) struct Ready {
    /// Kept at its greatest length: clearing megabytes for each tiny block would cost an attacker nothing.
    bytes: Vec<u8>,
    at: usize,
    end: usize,
}

impl Ready {
    /// Room for so many bytes; what it holds is of no meaning.
    pub(super) fn room(&mut self, count: usize) -> &mut [u8] {
        if self.bytes.len() < count {
            self.bytes = vec![0; count];
        }
        &mut self.bytes[..count]
    }

    /// Hands out the first `count` bytes of the room.
    pub(super) fn fill(&mut self, count: usize) {
        (self.at, self.end) = (0, count);
    }

    /// Hands out a copy.
    pub(super) fn copy(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.fill(bytes.len());
    }

    /// What waits.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.at..self.end]
    }

    fn give(&mut self, output: &mut [u8]) -> usize {
        let count = output.len().min(self.end - self.at);
        output[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        count
    }
}

/// Decodes a codec of blocks.
pub(super) struct Blocks<P> {
    parts: P,
    /// The bytes of a part that has not come in whole.
    held: Vec<u8>,
    ready: Ready,
}

impl<P> Blocks<P> {
    pub(super) fn new(parts: P) -> Self {
        Blocks { parts, held: Vec::new(), ready: Ready::default() }
    }
}

impl<P: Parts> Decode for Blocks<P> {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut rest = input;
        loop {
            let written = self.ready.give(output);
            let read = input.len() - rest.len();
            if written > 0 {
                return Step { read, written, outcome: Outcome::More };
            }
            let is_next = self.held.is_empty() && rest.first().is_some_and(|next| self.parts.ends_before(*next));
            let length = match self.parts.want() {
                Want::Part(length) if !is_next => length,
                // No input means that none will come: the rest is whole.
                Want::Rest(_) if input.is_empty() => self.held.len(),
                Want::Rest(limit) => limit + 1,
                Want::Nothing | Want::Part(_) => {
                    self.parts.restart();
                    return Step { read, written: 0, outcome: Outcome::End };
                }
            };
            let taken = rest.len().min(length - self.held.len());
            let (part, after) = rest.split_at(taken);
            rest = after;
            let is_whole = self.held.is_empty() && taken == length;
            if !is_whole {
                self.held.extend_from_slice(part);
                if self.held.len() < length {
                    return Step { read: input.len(), written: 0, outcome: Outcome::More };
                }
            }
            let result = self.parts.take(if is_whole { part } else { &self.held }, &mut self.ready);
            self.held.clear();
            if let Err(bad) = result {
                return Step { read: input.len() - rest.len(), written: 0, outcome: Outcome::Bad(bad) };
            }
        }
    }

    fn may_end(&self) -> bool {
        self.held.is_empty() && self.parts.may_end()
    }

    fn has_all(&self) -> bool {
        self.parts.has_all()
    }
}
