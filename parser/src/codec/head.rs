//! The first bytes of a stream, which were looked at before they were wanted.

use std::collections::VecDeque;

use super::inflate::{CHUNK, Damage, Piece};

/// The first bytes of a stream, piece by piece, and how the stream ended if it did so among them.
#[derive(Default)]
pub(super) struct Head {
    bytes: Vec<u8>,
    at: usize,
    /// Where each piece ends that is not handed out yet, and its member.
    pieces: VecDeque<(usize, u64)>,
    ended: Option<Result<(), Damage>>,
}

impl Head {
    /// Reads at least `count` bytes, if there are so many.
    pub(super) fn read(count: usize, mut source: impl FnMut(&mut [u8]) -> Result<Piece, Damage>) -> Self {
        let mut head = Head { bytes: vec![0; CHUNK], ..Head::default() };
        let mut end = 0;
        while end < count && head.ended.is_none() {
            match source(&mut head.bytes[end..]) {
                Ok(Piece { count: 0, .. }) => head.ended = Some(Ok(())),
                Ok(Piece { count, member }) => {
                    end += count;
                    head.pieces.push_back((end, member));
                }
                Err(damage) => head.ended = Some(Err(damage)),
            }
        }
        head.bytes.truncate(end);
        head
    }

    /// A stream that has nothing but this wrong with it.
    pub(super) fn of_damage(damage: Damage) -> Self {
        Head { ended: Some(Err(damage)), ..Head::default() }
    }

    /// What is not handed out yet.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Hands out some of the next piece, or the end of the stream; nothing where the stream goes on behind these bytes.
    pub(super) fn give(&mut self, output: &mut [u8]) -> Option<Result<Piece, Damage>> {
        let Some((end, member)) = self.pieces.front().copied() else {
            let ended = self.ended.as_mut()?;
            return Some(std::mem::replace(ended, Ok(())).map(|()| Piece::default()));
        };
        let count = output.len().min(end - self.at);
        output[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        if self.at == end {
            self.pieces.pop_front();
        }
        if self.pieces.is_empty() {
            (self.bytes, self.at) = (Vec::new(), 0);
        }
        Some(Ok(Piece { count, member }))
    }
}
