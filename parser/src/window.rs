//! The part of the inflated stream that is held in memory.

use std::collections::VecDeque;
use std::io::Read;

use crate::codec::{Codec, Damage, Inflate};
use crate::encoding::{Encoding, Text};
use crate::limits::Limits;
use crate::table::{Container, Table};

const START: usize = 128 << 10;

/// A sliding window over the inflated stream: its start moves on as records are consumed, its end as bytes come in.
pub(crate) struct Window<R> {
    stream: Table<R>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset of `start` in the inflated stream, and the number of the line it stands in.
    offset: u64,
    line: u64,
    /// Where members begin in the inflated stream, and their numbers; those before the last asked for are forgotten.
    /// There are no more of them than [`Limits::members`].
    members: VecDeque<(u64, u64)>,
    is_ended: bool,
    damage: Option<Damage>,
}

impl<R: Read> Window<R> {
    /// Over bytes of which nothing more is known.
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Window::of_object(input, None, None, limits)
    }

    /// Over the bytes of an object, whose key and size may be known.
    pub(crate) fn of_object(input: R, key: Option<&str>, size: Option<u64>, limits: Limits) -> Self {
        Window {
            stream: Table::new(Text::new(Inflate::new(input, key, size, limits.clone())), limits),
            buffer: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            line: 1,
            members: VecDeque::new(),
            is_ended: false,
            damage: None,
        }
    }

    /// Tells that the input may be only the first part of an object.
    pub(crate) fn partial(mut self, is_partial: bool) -> Self {
        self.stream.set_partial(is_partial);
        self
    }

    /// The bytes held, from the first that is not consumed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Gets more bytes behind those held; false at the end of the stream.
    pub(crate) fn more(&mut self) -> bool {
        if self.is_ended {
            return false;
        }
        if self.buffer.len() - self.end < START / 4 {
            // Moving is cheap where little is held; where much is, the buffer grows, so each byte moves a few times at most.
            if self.start >= (self.buffer.len() / 2).max(1) {
                self.buffer.copy_within(self.start..self.end, 0);
            } else {
                let size = (self.buffer.len() * 2).max(START);
                let mut grown = vec![0; size];
                grown[..self.end - self.start].copy_from_slice(&self.buffer[self.start..self.end]);
                self.buffer = grown;
            }
            self.end -= self.start;
            self.start = 0;
        }
        match self.stream.read(&mut self.buffer[self.end..]) {
            Ok(piece) if piece.count == 0 => self.is_ended = true,
            Ok(piece) => {
                if self.members.back().map_or(0, |(_, member)| *member) != piece.member {
                    self.members.push_back((self.offset + (self.end - self.start) as u64, piece.member));
                }
                self.end += piece.count;
            }
            Err(damage) => {
                self.is_ended = true;
                self.damage = Some(damage);
            }
        }
        !self.is_ended
    }

    /// Gets bytes until `count` are held or the stream ends.
    pub(crate) fn ensure(&mut self, count: usize) {
        while self.end - self.start < count && self.more() {}
    }

    /// Leaves the first `count` held bytes behind.
    pub(crate) fn consume(&mut self, count: usize) {
        let passed = &self.buffer[self.start..self.start + count];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.start += count;
        self.offset += count as u64;
        // After one huge record the window goes back to its usual size.
        if self.start == self.end && self.buffer.len() > START * 16 {
            self.buffer = Vec::new();
            self.start = 0;
            self.end = 0;
        }
    }

    /// Offset of the first held byte in the inflated stream.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Line of the first held byte, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether no more bytes come behind those held.
    pub(crate) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Why the stream ended before its time.
    pub(crate) fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Whether what was held when the stream ended may be a cut record.
    pub(crate) fn is_lossy(&self) -> bool {
        self.damage.as_ref().is_some_and(|damage| damage.is_lossy)
    }

    /// The compressed member that the byte at `offset` comes from, counted from 1; 0 where nothing is compressed.
    /// Offsets are asked for in their order.
    pub(crate) fn member(&mut self, offset: u64) -> u64 {
        while self.members.get(1).is_some_and(|(begin, _)| *begin <= offset) {
            self.members.pop_front();
        }
        self.members.front().map_or(0, |(_, member)| *member)
    }

    /// The outermost codec.
    pub(crate) fn codec(&self) -> Codec {
        self.codecs().first().copied().unwrap_or_default()
    }

    /// All codecs, outermost first.
    pub(crate) fn codecs(&self) -> &[Codec] {
        self.stream.text().codecs()
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.stream.text().encoding()
    }

    pub(crate) fn container(&self) -> Option<Container> {
        self.stream.container()
    }

    pub(crate) fn counts(&self) -> (u64, u64) {
        self.stream.text().counts()
    }
}
