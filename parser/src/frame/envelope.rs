//! Looks for the list of records inside a JSON object, without reading the object whole.

use std::borrow::Cow;

use crate::json::{Scan, Skipper, is_space};

/// What the first bytes of an object tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The list under the key of this number; its first element, or its end, comes at the offset, inside of that many
    /// objects.
    List { key: usize, at: usize, levels: u64 },
    /// The object has no such list.
    None,
    /// The bytes end before it is known.
    Unknown,
}

/// Looks for one of `keys` with a list as its value in the object that `bytes` begin with: at its first level, or as
/// deep as the dots of a key lead (`detail.findings`).
pub(super) fn find(bytes: &[u8], keys: &[Cow<'static, str>]) -> Found {
    walk(bytes, 0, "", 1, keys).unwrap_or(Found::Unknown)
}

/// As [`find`], in the object at `at`, whose keys follow `prefix`; nothing where the bytes end too early.
fn walk(bytes: &[u8], at: usize, prefix: &str, levels: u64, keys: &[Cow<'static, str>]) -> Option<Found> {
    let mut at = at + 1;
    loop {
        at = space(bytes, at);
        if *bytes.get(at)? != b'"' {
            return Some(Found::None);
        }
        let key_end = string_end(bytes, at)?;
        let key = &bytes[at + 1..key_end - 1];
        at = space(bytes, key_end);
        if *bytes.get(at)? != b':' {
            return Some(Found::None);
        }
        at = space(bytes, at + 1);
        let first = *bytes.get(at)?;
        let rest = |name: &Cow<'static, str>| name.strip_prefix(prefix)?.as_bytes().strip_prefix(key).map(<[u8]>::len);
        if first == b'['
            && let Some(key) = keys.iter().position(|name| rest(name) == Some(0))
        {
            return Some(Found::List { key, at: at + 1, levels });
        }
        let leads_on = |name: &&Cow<'static, str>| {
            rest(name).is_some_and(|rest| rest > 1 && name.as_bytes()[name.len() - rest] == b'.')
        };
        if first == b'{'
            && let Some(name) = keys.iter().find(leads_on)
        {
            let inner = walk(bytes, at, &name[..=prefix.len() + key.len()], levels + 1, keys)?;
            if inner != Found::None {
                return Some(inner);
            }
        }
        at = match first {
            b'{' | b'[' => match Skipper::default().feed(&bytes[at..]) {
                Scan::End(length) => at + length,
                Scan::Broken(_) => return Some(Found::None),
                Scan::More => return None,
            },
            b'"' => string_end(bytes, at)?,
            _ => at + bytes[at..].iter().position(|byte| matches!(byte, b',' | b'}'))?,
        };
        at = space(bytes, at);
        if *bytes.get(at)? != b',' {
            return Some(Found::None);
        }
        at += 1;
    }
}

fn space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    at
}

/// The offset after the closing quote of the string that opens at `at`.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        end += memchr::memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            return Some(end + 1);
        }
        end += 2;
    }
}
