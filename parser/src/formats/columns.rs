//! Fields by position: splitting a line, and the types of columns.

use std::borrow::Cow;

use crate::value::Value;

pub(super) mod spaced;

pub(super) use crate::encoding::text;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A number; what is none stays text.
    Number,
}

/// A column's value; `-` is what AWS writes for none.
pub(super) fn value(bytes: &[u8], kind: Kind) -> Value<'_> {
    match kind {
        _ if bytes == b"-" => Value::Null,
        Kind::Number if is_number(bytes) => Value::Number(text(bytes)),
        _ => Value::String(text(bytes)),
    }
}

/// Whether bytes are a JSON number without an exponent.
pub(super) fn is_number(bytes: &[u8]) -> bool {
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = digits.split_at(length);
    let is_whole = length == 1 || length > 1 && whole[0] != b'0';
    let is_fraction = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_whole && (rest.is_empty() || rest.strip_prefix(b".").is_some_and(is_fraction))
}

/// Puts the offsets of the spaces in `line` and its length into `ends`, eight bytes looked at together: where every few
/// bytes end a field, that is faster than a search that starts anew at each.
pub(super) fn ends(line: &[u8], ends: &mut Vec<usize>) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOWS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    ends.clear();
    let (chunks, rest) = line.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let differs = u64::from_le_bytes(*chunk) ^ (ONES * u64::from(b' '));
        // A high bit is set only where all bits of its byte are the space's: no carry passes from one byte to the next.
        let mut marks = !(((differs & LOWS) + LOWS) | differs | LOWS);
        while marks != 0 {
            ends.push(index * 8 + (marks.trailing_zeros() / 8) as usize);
            marks &= marks - 1;
        }
    }
    let from = line.len() - rest.len();
    ends.extend(rest.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| from + at));
    ends.push(line.len());
}

/// The quote that closes the part: the first one that no backslash escapes and that a space or the end follows, for
/// load balancers write a client's quotes as they come.
fn closing(rest: &[u8]) -> Option<usize> {
    let mut at = 1;
    let mut last = None;
    while let Some(found) = memchr::memchr(b'"', &rest[at..]) {
        let quote = at + found;
        let slashes = rest[1..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
        let is_end = matches!(rest.get(quote + 1), None | Some(b' '));
        if is_end && slashes % 2 == 0 {
            return Some(quote);
        }
        if is_end {
            last = Some(quote);
        }
        at = quote + 1;
    }
    last
}

/// The offset of the first `end` that no backslash escapes.
pub(super) fn end_of_escaped(text: &[u8], end: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(end, b'\\', text.get(at..)?)?;
        if text[at] == end {
            return Some(at);
        }
        at += 2;
    }
}

/// Text in which a backslash makes the byte after it literal; `\n` and `\r` are line ends.
pub(super) fn unescape(bytes: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', bytes).is_none() {
        return text(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        let literal = match byte {
            b'\\' => match rest.next() {
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(escaped) if matches!(escaped, b'"' | b'\\' | b']' | b'=' | b'|' | b'\'') => *escaped,
                Some(other) => {
                    plain.push(b'\\');
                    *other
                }
                None => b'\\',
            },
            other => *other,
        };
        plain.push(literal);
    }
    Cow::Owned(text(&plain).into_owned())
}
