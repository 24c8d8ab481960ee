//! Strings: found eight bytes at a time, borrowed unless they hold an escape.

use std::borrow::Cow;

use super::JsonError;
use crate::encoding;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The offset of the first `"`, `\` or control byte at or after `from`; the length of `bytes` where there is none.
pub(crate) fn special(bytes: &[u8], mut from: usize) -> usize {
    while let Some(chunk) = bytes.get(from..from + 8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk of eight bytes"));
        let quote = word ^ (ONES * u64::from(b'"'));
        let slash = word ^ (ONES * u64::from(b'\\'));
        // The lowest marked byte is exact; borrows can only mark bytes above it.
        let marks = (quote.wrapping_sub(ONES) & !quote
            | slash.wrapping_sub(ONES) & !slash
            | word.wrapping_sub(ONES * 0x20) & !word)
            & HIGHS;
        if marks != 0 {
            return from + (marks.trailing_zeros() / 8) as usize;
        }
        from += 8;
    }
    bytes[from.min(bytes.len())..]
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
        .map_or(bytes.len(), |at| from + at)
}

/// Reads the string whose opening quote stands before `from`; answers its text and the offset after its closing
/// quote. `text` is the same bytes as `bytes`, where it is known that all of them are UTF-8.
#[inline]
pub(super) fn read<'a>(
    bytes: &'a [u8],
    text: Option<&'a str>,
    from: usize,
) -> Result<(Cow<'a, str>, usize), JsonError> {
    let end = special(bytes, from);
    match (bytes.get(end), text) {
        (Some(b'"'), Some(text)) => Ok((Cow::Borrowed(&text[from..end]), end + 1)),
        (Some(b'"'), None) => Ok((encoding::text(&bytes[from..end]), end + 1)),
        (Some(b'\\'), _) => read_escaped(bytes, from, end),
        (Some(_), _) => Err(control(end)),
        (None, _) => Err(cut(bytes)),
    }
}

/// The offset after the closing quote of the string whose opening quote stands before `from`.
pub(super) fn end(bytes: &[u8], from: usize) -> Result<usize, JsonError> {
    let mut at = from;
    loop {
        at = special(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += 2,
            Some(_) => return Err(control(at)),
            None => return Err(cut(bytes)),
        }
    }
}

fn read_escaped(bytes: &[u8], from: usize, first: usize) -> Result<(Cow<'_, str>, usize), JsonError> {
    let mut text = String::with_capacity(first - from + 32);
    text.push_str(&encoding::text(&bytes[from..first]));
    let mut at = first;
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok((Cow::Owned(text), at + 1)),
            Some(b'\\') => at = escape(bytes, at, &mut text)?,
            Some(0..=0x1f) => return Err(control(at)),
            Some(_) => {
                let end = special(bytes, at);
                text.push_str(&encoding::text(&bytes[at..end]));
                at = end;
            }
            None => return Err(cut(bytes)),
        }
    }
}

/// Appends the character of the escape at `at`; answers the offset after it.
fn escape(bytes: &[u8], at: usize, text: &mut String) -> Result<usize, JsonError> {
    let character = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at, text),
        Some(_) => return Err(JsonError { offset: at + 1, reason: "unknown escape in a string", is_cut: false }),
        None => return Err(cut(bytes)),
    };
    text.push(character);
    Ok(at + 2)
}

fn unicode(bytes: &[u8], at: usize, text: &mut String) -> Result<usize, JsonError> {
    let first = hex(bytes, at + 2)?;
    if let Some(character) = char::from_u32(first) {
        text.push(character);
        return Ok(at + 6);
    }
    if first < 0xdc00 && bytes.get(at + 6..at + 8) == Some(b"\\u") {
        let second = hex(bytes, at + 8)?;
        if (0xdc00..0xe000).contains(&second) {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            text.push(char::from_u32(code).expect("a pair of surrogates is a character"));
            return Ok(at + 12);
        }
    }
    // No text of Rust can hold half a pair, so the escape itself stays, for the eye and for a search.
    text.push_str(std::str::from_utf8(&bytes[at..at + 6]).expect("an escape is ASCII"));
    Ok(at + 6)
}

fn hex(bytes: &[u8], at: usize) -> Result<u32, JsonError> {
    let mut code = 0;
    for offset in at..at + 4 {
        let Some(byte) = bytes.get(offset) else { return Err(cut(bytes)) };
        let Some(digit) = char::from(*byte).to_digit(16) else {
            return Err(JsonError { offset, reason: "expected four hexadecimal digits after \\u", is_cut: false });
        };
        code = code * 16 + digit;
    }
    Ok(code)
}

fn control(offset: usize) -> JsonError {
    JsonError { offset, reason: "control byte in a string", is_cut: false }
}

fn cut(bytes: &[u8]) -> JsonError {
    JsonError { offset: bytes.len(), reason: "the string is cut off", is_cut: true }
}
