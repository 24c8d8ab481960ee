//! Small objects, inflated at once.

use flate2::{Decompress, FlushDecompress, Status};

use crate::codec::{Codec, header_length};
use crate::encoding::Encoding;
use crate::limits::{Limits, RATIO_FLOOR};
use crate::table::Container;

/// Inflates whole objects into one buffer that is used again: several times as fast as a [`Reader`](crate::Reader) reads
/// them, which keeps a window and looks for records.
#[derive(Debug)]
pub struct Whole {
    inflate: Decompress,
    text: Vec<u8>,
    /// The most that an object may come to.
    limit: usize,
}

impl Whole {
    /// For objects that inflate to `limit` bytes at most.
    pub fn new(limit: usize) -> Self {
        Whole { inflate: Decompress::new(false), text: Vec::new(), limit }
    }

    /// The text of an object, all of it; nothing where it is not plain or gzip, in UTF-8, whole and sound, no table and
    /// no larger than the limit. What it is then, a [`Reader`](crate::Reader) tells.
    pub fn text<'t>(&'t mut self, stored: &'t [u8], limits: &Limits) -> Option<&'t [u8]> {
        let text = match Codec::sniff(stored) {
            Codec::Plain if stored.len() <= self.limit => stored,
            Codec::Gzip => {
                let length = self.inflate(stored, limits)?;
                &self.text[..length]
            }
            _ => return None,
        };
        let is_text = Codec::sniff(text) == Codec::Plain
            && Container::sniff(text).is_none()
            && Encoding::sniff(text) == Encoding::Utf8;
        is_text.then_some(text)
    }

    /// Inflates all members; gives the length.
    fn inflate(&mut self, stored: &[u8], limits: &Limits) -> Option<usize> {
        let (mut rest, mut length, mut members) = (stored, 0, 0);
        while !rest.is_empty() {
            members += 1;
            if members > limits.members || Codec::sniff(rest) != Codec::Gzip {
                return None;
            }
            let body = rest.get(header_length(rest).ok()??..)?;
            let (read, written) = self.member(body, length)?;
            let (sum, after) = body.get(read..)?.split_first_chunk()?;
            let (size, after) = after.split_first_chunk()?;
            let mut crc = flate2::Crc::new();
            crc.update(&self.text[length..length + written]);
            if u32::from_le_bytes(*sum) != crc.sum() || u32::from_le_bytes(*size) != written as u32 {
                return None;
            }
            length += written;
            rest = after;
            let taken = (stored.len() - rest.len()) as u64;
            if length as u64 > RATIO_FLOOR && length as u64 / taken > limits.ratio {
                return None;
            }
        }
        Some(length)
    }

    /// Inflates one member behind the first `from` bytes; gives how much was read and written.
    fn member(&mut self, body: &[u8], from: usize) -> Option<(usize, usize)> {
        self.inflate.reset(false);
        // The member's last bytes tell its size, where it is the only one; of any other the buffer grows.
        let told = body.last_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize);
        self.grow(from.saturating_add(told).max(from + body.len()).saturating_add(1));
        loop {
            let (read, written) = (self.inflate.total_in() as usize, self.inflate.total_out() as usize);
            let room = self.text.get_mut(from + written..).filter(|room| !room.is_empty())?;
            let status = self.inflate.decompress(body.get(read..)?, room, FlushDecompress::Finish).ok()?;
            let (read_now, written_now) = (self.inflate.total_in() as usize, self.inflate.total_out() as usize);
            match status {
                Status::StreamEnd => return Some((read_now, written_now)),
                _ if from + written_now == self.text.len() => self.grow(self.text.len().saturating_mul(2)),
                _ if read_now == read && written_now == written => return None,
                _ => {}
            }
        }
    }

    /// Makes room for so many bytes, or for as many as are allowed.
    fn grow(&mut self, length: usize) {
        let length = length.min(self.limit);
        if length > self.text.len() {
            self.text.resize(length, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_follow_each_other_and_the_buffer_is_used_again() {
        let mut whole = Whole::new(1 << 20);
        let limits = Limits::default();
        let long = "a line of a log\n".repeat(9_000);
        for _ in 0..2 {
            let stored = [gzip(b"first\n"), gzip(long.as_bytes()), gzip(b""), gzip(b"last\n")].concat();
            let wanted = ["first\n", &long, "last\n"].concat();
            assert_eq!(whole.text(&stored, &limits), Some(wanted.as_bytes()));
            assert_eq!(whole.text(b"plain", &limits), Some(&b"plain"[..]));
            assert_eq!(whole.text(b"", &limits), Some(&b""[..]));
        }
    }

    #[test]
    fn what_is_not_whole_sound_and_small_is_left_to_the_reader() {
        let mut whole = Whole::new(1 << 16);
        let limits = Limits::default();
        let mut text = |stored: &[u8]| whole.text(stored, &limits).map(<[u8]>::len);
        let stored = gzip(b"text\n");
        let mut wrong_check = stored.clone();
        let at = wrong_check.len() - 6;
        wrong_check[at] ^= 1;
        assert_eq!(text(&stored), Some(5));
        assert_eq!(text(&wrong_check), None);
        assert_eq!(text(&stored[..stored.len() - 1]), None, "cut");
        assert_eq!(text(&stored[..3]), None, "cut");
        assert_eq!(text(&[&stored[..], b"junk"].concat()), None, "something behind");
        assert_eq!(text(&gzip(&stored)), None, "gzip in gzip");
        assert_eq!(text(&gzip(b"PAR1")), None, "a table");
        assert_eq!(text(&gzip(b"\xff\xfea\0")), None, "UTF-16");
        assert_eq!(text(&gzip(&vec![b'a'; 1 << 16])), Some(1 << 16));
        assert_eq!(text(&gzip(&vec![b'a'; (1 << 16) + 1])), None, "over the limit");
    }
}
