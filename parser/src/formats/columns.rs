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

/// Keys that stand twice; of an attacker's hundred thousand only the first are compared.
pub(super) fn duplicates(fields: &[(Cow<'_, str>, Value<'_>)]) -> u32 {
    let fields = &fields[..fields.len().min(64)];
    let repeated = |(index, (key, _)): (usize, &(Cow<'_, str>, Value<'_>))| {
        fields[..index].iter().any(|(earlier, _)| earlier.len() == key.len() && earlier == key)
    };
    fields.iter().enumerate().filter(|field| repeated(*field)).count() as u32
}

/// A column's value; `-` is what AWS writes for none.
pub(super) fn value(bytes: &[u8], kind: Kind) -> Value<'_> {
    match kind {
        _ if bytes == b"-" => Value::Null,
        Kind::Number if is_number(bytes) => Value::Number(text(bytes)),
        _ => Value::String(text(bytes)),
    }
}

/// The field `name`, in whichever of the spellings that [`is_named`] knows.
pub(super) fn named<'f, 'a>(fields: &'f Value<'a>, name: &str) -> Option<&'f Value<'a>> {
    let is_it = |(key, _): &&(Cow<'a, str>, Value<'a>)| is_named(key, name);
    fields.as_object()?.iter().rev().find(is_it).map(|(_, value)| value)
}

/// Whether `key` spells `name`, which has dashes between its words: tables have underscores there, and AWS writes
/// `cs(User-Agent)` for `cs-user-agent`.
pub(super) fn is_named(key: &str, name: &str) -> bool {
    if key == name {
        return true;
    }
    // Only a closing bracket may be more.
    if key.len() < name.len() || key.len() > name.len() + 1 {
        return false;
    }
    let plain = key.bytes().filter(|byte| *byte != b')').map(|byte| match byte {
        b'_' | b'(' => b'-',
        other => other.to_ascii_lowercase(),
    });
    plain.eq(name.bytes())
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

/// A decimal number times ten to the power of `places`, as `15.000223` seconds are nanoseconds; digits beyond are dropped.
pub(super) fn scaled(text: &str, places: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let mut digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(places);
    digits.try_fold(whole.parse::<u64>().ok()?, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
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

/// Text in which a backslash before one of `special`, or before another, makes it literal; before any other byte it is
/// one itself.
pub(super) fn unescape_only<'a>(bytes: &'a [u8], special: &[u8]) -> Cow<'a, str> {
    if memchr::memchr(b'\\', bytes).is_none() {
        return text(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let escaped = after.first().filter(|next| *byte == b'\\' && (**next == b'\\' || special.contains(next)));
        plain.push(*escaped.unwrap_or(byte));
        rest = &after[usize::from(escaped.is_some())..];
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_in_all_of_its_spellings() {
        for key in ["cs-user-agent", "cs_user_agent", "cs(User-Agent)"] {
            assert!(is_named(key, "cs-user-agent"), "{key}");
        }
        for key in ["cs-user-agents", "cs-user", "user-agent", "cs(User-Agent)x", ""] {
            assert!(!is_named(key, "cs-user-agent"), "{key}");
        }
    }

    #[test]
    fn decimals_are_scaled_exactly_and_never_overflow() {
        assert_eq!(scaled("15.000223", 9), Some(15_000_223_000));
        assert_eq!(scaled("0.0000000019", 9), Some(1));
        assert_eq!(scaled("37.118", 6), Some(37_118_000));
        assert_eq!(scaled("7", 3), Some(7_000));
        for text in ["", ".5", "-1", "1e3", "999999999999999999", "1.x", "9999999999999999999999"] {
            assert_eq!(scaled(text, 9), None, "{text}");
        }
    }
}
