//! The journal's bytes: a first line that names the format, then one line an entry.
//!
//! A line is `<length> <crc32> <payload>\n`: the payload's length in bytes and its CRC-32 (IEEE 802.3), each as eight
//! lowercase hexadecimal digits, and the payload as JSON, which holds no raw line feed. So a reader finds the next
//! entry after damage, and so can tell a torn tail (nothing whole follows) from damage in the middle (something
//! does); and a person can read it with `less`.

use std::io::{self, BufRead};

/// The first line.
pub const HEADER: &[u8] = b"scops replay journal 1\n";

/// Bytes before a payload.
const PREFIX: usize = 18;

/// Appends the line of `payload`.
pub fn encode(payload: &[u8], into: &mut Vec<u8>) {
    into.reserve(PREFIX + payload.len() + 1);
    into.extend_from_slice(&prefix(payload));
    into.extend_from_slice(payload);
    into.push(b'\n');
}

fn prefix(payload: &[u8]) -> [u8; PREFIX] {
    let text = format!("{:08x} {:08x} ", payload.len(), crc32fast::hash(payload));
    let mut prefix = [b' '; PREFIX];
    // Above 4 GiB the length would take more than eight digits; such a line is never whole for `decode`.
    prefix.copy_from_slice(&text.as_bytes()[..PREFIX]);
    prefix
}

/// The payload of a line, its line feed included; `None` where the line is not whole.
fn decode(line: &[u8]) -> Option<&[u8]> {
    let payload = line.strip_suffix(b"\n")?.get(PREFIX..)?;
    // Compared as bytes, so that no second spelling of a digit passes.
    (line[..PREFIX] == prefix(payload)).then_some(payload)
}

/// How a journal's bytes end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The offset after the last whole line.
    pub whole: u64,
    /// How many bytes follow it: a write that was cut short.
    pub torn: u64,
}

/// Why a journal's bytes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScanError<E> {
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The first line is another one.
    #[error("the first line is not that of a replay journal")]
    Header,
    /// A line is not whole, and whole ones follow.
    #[error("the entry at byte {offset} is damaged")]
    Damaged {
        /// Where it begins.
        offset: u64,
    },
    /// A whole line was refused by the caller.
    #[error("the entry at byte {offset} cannot be understood: {cause}")]
    Payload {
        /// Where it begins.
        offset: u64,
        /// The caller's reason.
        cause: E,
    },
}

/// Gives each whole payload to `take`, in order.
pub fn scan<E>(mut reader: impl BufRead, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<End, ScanError<E>> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line != HEADER {
        // A first write that was cut short leaves a part of the header and nothing after.
        let is_torn = HEADER.starts_with(&line);
        return if is_torn { Ok(End { whole: 0, torn: line.len() as u64 }) } else { Err(ScanError::Header) };
    }
    let mut whole = HEADER.len() as u64;
    let mut torn = 0;
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)? as u64;
        if length == 0 {
            return Ok(End { whole, torn });
        }
        match decode(&line) {
            Some(_) if torn > 0 => return Err(ScanError::Damaged { offset: whole }),
            Some(payload) => {
                take(payload).map_err(|cause| ScanError::Payload { offset: whole, cause })?;
                whole += length;
            }
            None => torn += length,
        }
    }
}
