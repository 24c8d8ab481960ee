//! Rows as text: JSON objects, a line each.

use std::fmt::{self, Write};

use super::flaw::Flaw;
use crate::json::text::special;

/// Times [`Limits::record`](crate::Limits::record) that a row may go on before it is given up, and with it the part
/// of the table that it stands in.
const PATIENCE: u64 = 8;

/// Lines that are being written. A row over the limit is cut behind it, so that the reader tells a record that is too
/// long, and the memory stays bounded.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub bytes: Vec<u8>,
    /// Where the row begins, and where it ends at the latest.
    start: usize,
    end: usize,
    limit: usize,
    /// Bytes of the row, those included that found no room.
    length: u64,
    /// Bytes of it that are values: a null counts as one byte, a name as none.
    row_values: u64,
    /// Bytes of all rows before it that are values, and one for each row.
    pub values: u64,
}

impl Text {
    /// Lines that may have `limit` bytes each.
    pub(super) fn new(limit: usize) -> Self {
        Text { limit, ..Text::default() }
    }

    /// Begins a row behind those that are there.
    pub(super) fn begin(&mut self) {
        self.start = self.bytes.len();
        // One byte over the limit tells the reader that the row is over it.
        self.end = self.start.saturating_add(self.limit).saturating_add(1);
        self.length = 0;
        self.row_values = 0;
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.bytes.push(b'\n');
        self.values += self.row_values + 1;
    }

    /// Takes the row back.
    pub(super) fn cancel(&mut self) {
        self.bytes.truncate(self.start);
    }

    /// Refuses a row that goes on and on.
    pub(super) fn check(&self) -> Result<(), Flaw> {
        if self.length > self.limit as u64 * PATIENCE {
            return Err(Flaw::limit(format!("a row has more than {} times {} bytes", PATIENCE, self.limit)));
        }
        Ok(())
    }

    /// Bytes that a row may have.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the row has no room for more.
    fn is_full(&self) -> bool {
        self.bytes.len() >= self.end
    }

    /// Appends bytes that are JSON already.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let room = self.end.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Appends a value that is JSON already.
    #[inline]
    pub(super) fn value(&mut self, bytes: &[u8]) {
        self.row_values += bytes.len() as u64;
        self.push(bytes);
    }

    /// Appends the name of a field, the first one of its object or another one.
    #[inline]
    pub(super) fn name(&mut self, name: &Name, is_first: bool) {
        self.push(&name.0[usize::from(is_first)..]);
    }

    pub(super) fn null(&mut self) {
        self.row_values += 1;
        self.push(b"null");
    }

    /// Appends UTF-8, or what claims to be, as a JSON string. Bytes that are none stay as they are: the reader shows
    /// them as U+FFFD, and an export keeps them.
    pub(super) fn string(&mut self, bytes: &[u8]) {
        self.row_values += bytes.len() as u64 + 2;
        if self.is_full() {
            self.length += bytes.len() as u64 + 2;
            return;
        }
        self.push(b"\"");
        self.escaped(bytes);
        self.push(b"\"");
    }

    fn escaped(&mut self, bytes: &[u8]) {
        let mut from = 0;
        loop {
            let at = special(bytes, from);
            self.push(&bytes[from..at]);
            match bytes.get(at) {
                None => return,
                Some(b'"') => self.push(b"\\\""),
                Some(b'\\') => self.push(b"\\\\"),
                Some(b'\n') => self.push(b"\\n"),
                Some(b'\r') => self.push(b"\\r"),
                Some(b'\t') => self.push(b"\\t"),
                Some(control) => {
                    let hex = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
                    self.push(&[b'\\', b'u', b'0', b'0', hex(control >> 4), hex(control & 15)]);
                }
            }
            from = at + 1;
        }
    }

    /// Appends bytes of no known meaning: as text where they are text, else in base 64.
    pub(super) fn unmarked(&mut self, bytes: &[u8]) {
        let is_plain = |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\n' | b'\r' | b'\t');
        if bytes.iter().all(is_plain) && std::str::from_utf8(bytes).is_ok() {
            self.string(bytes);
        } else {
            self.base64(bytes);
        }
    }

    /// Appends the 16 bytes of a UUID as text.
    pub(super) fn uuid(&mut self, bytes: &[u8]) {
        let Ok(bytes) = <[u8; 16]>::try_from(bytes) else { return self.base64(bytes) };
        let digits = format!("{:032x}", u128::from_be_bytes(bytes));
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        self.value(format!("\"{}\"", parts.join("-")).as_bytes());
    }

    /// Appends bytes as a JSON string in base 64, RFC 4648 section 4.
    pub(super) fn base64(&mut self, bytes: &[u8]) {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.row_values += bytes.len() as u64 + 2;
        self.push(b"\"");
        for chunk in bytes.chunks(3) {
            if self.is_full() {
                self.length += (bytes.len() as u64).div_ceil(3) * 4;
                break;
            }
            let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let mut four = [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize]);
            four[chunk.len() + 1..].fill(b'=');
            self.push(&four);
        }
        self.push(b"\"");
    }
}

/// What is formatted is a value.
impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.value(text.as_bytes());
        Ok(())
    }
}

/// The name of a field, as it stands in every row.
#[derive(Debug)]
pub(super) struct Name(Vec<u8>);

impl Name {
    pub(super) fn new(name: &[u8]) -> Self {
        let mut text = Text { end: usize::MAX, ..Text::default() };
        text.push(b",");
        text.string(name);
        text.push(b":");
        Name(text.bytes)
    }
}
