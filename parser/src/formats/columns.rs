//! Fields by position: splitting a line, and the types of columns.

use std::borrow::Cow;

use crate::value::Value;

pub(super) mod spaced;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text.
    Text,
    /// A number; what is none stays text.
    Number,
}

/// Text, or U+FFFD where bytes are not UTF-8.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
    }
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
    let (whole, fraction) = match memchr::memchr(b'.', digits) {
        Some(dot) => (&digits[..dot], Some(&digits[dot + 1..])),
        None => (digits, None),
    };
    let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    all_digits(whole) && (whole.len() == 1 || whole[0] != b'0') && fraction.is_none_or(all_digits)
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
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}
