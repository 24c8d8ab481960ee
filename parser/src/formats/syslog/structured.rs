//! RFC 5424 after its time: host, application, process, message id, structured data, message.

use std::borrow::Cow;

use super::columns::{self, Kind};
use crate::value::Value;

/// Reads the rest of a header and the message, and hands each field on.
pub(super) fn read<'a>(mut rest: &'a [u8], put: &mut dyn FnMut(&'static str, Value<'a>)) {
    for (name, kind) in
        [("hostname", Kind::Text), ("appname", Kind::Text), ("procid", Kind::Number), ("msgid", Kind::Text)]
    {
        let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
        if rest[..end] != *b"-" && end > 0 {
            put(name, columns::value(&rest[..end], kind));
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    let (elements, after) = elements(rest);
    if !elements.is_empty() {
        put("structured_data", Value::Object(elements));
    }
    let message = after.strip_prefix(b" ").unwrap_or(after);
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    put("message", Value::String(columns::text(message)));
}

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// The elements `[id name="value" …]` at the start of `rest`, and what follows them.
fn elements(rest: &[u8]) -> (Fields<'_>, &[u8]) {
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
        parameters.push((name, Value::String(columns::unescape(&value[..length]))));
        at += length + 2;
    }
}
