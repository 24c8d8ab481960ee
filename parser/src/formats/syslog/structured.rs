//! The words and the structured data of RFC 5424.

use std::borrow::Cow;

use super::columns;
use crate::value::Value;

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// The word at the start of `rest`, which moves behind it; nothing for the nil value `-`.
pub(super) fn word<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let word = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    if word == b"-" { &[] } else { word }
}

/// The elements `[id name="value" …]` at the start of `rest`, and what follows them.
pub(super) fn elements(rest: &[u8]) -> (Fields<'_>, &[u8]) {
    if let Some(after) = rest.strip_prefix(b"-") {
        return (Vec::new(), after);
    }
    let mut elements = Vec::new();
    let mut after = rest;
    while let Some((element, length)) = element(after) {
        elements.push(element);
        after = &after[length..];
    }
    (elements, after)
}

/// One element and its length.
fn element(text: &[u8]) -> Option<((Cow<'_, str>, Value<'_>), usize)> {
    let ends = |byte: &u8| matches!(byte, b' ' | b']');
    let mut at = 1 + text.strip_prefix(b"[")?.iter().position(ends)?;
    let id = columns::text(&text[1..at]);
    if id.is_empty() || id.contains(['"', '=']) {
        return None;
    }
    let mut parameters = Vec::new();
    loop {
        while text.get(at) == Some(&b' ') {
            at += 1;
        }
        if text.get(at) == Some(&b']') {
            return Some(((id, Value::Object(parameters)), at + 1));
        }
        let equals = at + memchr::memchr(b'=', &text[at..])?;
        let name = columns::text(&text[at..equals]);
        at = equals + 1;
        while text.get(at) == Some(&b' ') {
            at += 1;
        }
        let value = text.get(at..)?.strip_prefix(b"\"")?;
        let length = columns::end_of_escaped(value, b'"')?;
        parameters.push((name, Value::String(columns::unescape_only(&value[..length], b"\"]"))));
        at += length + 2;
    }
}
