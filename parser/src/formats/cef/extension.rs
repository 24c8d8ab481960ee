//! The extension: `key=value` pairs between spaces, where values hold spaces too.

use std::borrow::Cow;

use super::columns;
use crate::value::Value;

/// Reads the pairs of `rest`. A value ends before the word that the next unescaped `=` follows.
pub(super) fn read<'a>(rest: &'a [u8], fields: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let Some((mut from, _)) = next_key(rest, 0) else { return };
    while let Some((key_start, equals)) = next_key(rest, from) {
        let value_start = equals + 1;
        let (value_end, next) = match next_key(rest, value_start) {
            Some((next, _)) => (next, next),
            None => (rest.len(), rest.len()),
        };
        let key = columns::text(&rest[key_start..equals]);
        let value = rest[value_start..value_end].trim_ascii_end();
        fields.push((key, Value::String(columns::unescape(value))));
        from = next;
        if from >= rest.len() {
            return;
        }
    }
}

/// The first key at or after `from`: where it begins, and its equals sign.
fn next_key(rest: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut search = from;
    loop {
        let equals = search + memchr::memchr(b'=', rest.get(search..)?)?;
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.,[]".contains(byte);
        let length = rest[from..equals].iter().rev().take_while(|byte| is_key(byte)).count();
        let start = equals - length;
        let is_separated = start == 0 || start == from || rest[start - 1] == b' ';
        let is_free = start != from || from == 0 || rest.get(from.wrapping_sub(1)) == Some(&b' ');
        if length > 0 && is_separated && is_free && (rest[start].is_ascii_alphanumeric() || rest[start] == b'_') {
            return Some((start, equals));
        }
        search = equals + 1;
    }
}
