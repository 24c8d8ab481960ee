//! Pairs of a key and a value: `key=value key="a value"`, `key: value, key: value`.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::kind::{Kind, Nulls};
use super::path::{Fields, put};

/// Pairs of one record that are read.
const PAIRS: usize = 1_024;

#[derive(Debug)]
pub(super) struct Pairs {
    /// What stands between two pairs.
    pub between: Finder<'static>,
    /// What stands between a key and its value.
    pub equals: Finder<'static>,
    pub types: Vec<(String, Kind)>,
}

impl Pairs {
    pub(super) fn new(between: &str, equals: &str, types: &[(String, Kind)]) -> Self {
        let finder = |text: &str| Finder::new(text).into_owned();
        Pairs { between: finder(between), equals: finder(equals), types: types.to_vec() }
    }

    /// Reads the pairs of a text. What is no pair is passed over; false where there is none at all.
    pub(super) fn read<'a>(&self, text: &'a [u8], nulls: &Nulls, fields: &mut Fields<'a>) -> bool {
        let mut rest = text;
        let mut count = 0;
        while let Some((key, value, after)) = self.next(rest) {
            rest = after;
            let key = String::from_utf8_lossy(key);
            let kind = self.types.iter().find(|(name, _)| *name == key).map_or(Kind::Text, |(_, kind)| *kind);
            put(fields, key, nulls.value(value, kind));
            count += 1;
            if count == PAIRS {
                break;
            }
        }
        count > 0
    }

    /// The next key and value, and what comes after them.
    fn next<'a>(&self, text: &'a [u8]) -> Option<(&'a [u8], Cow<'a, str>, &'a [u8])> {
        let equals = self.equals.find(text)?;
        // Words before the key belong to no pair.
        let before = &text[..equals];
        let from =
            memchr::memmem::rfind(before, self.between.needle()).map_or(0, |at| at + self.between.needle().len());
        let key = before[from..].trim_ascii();
        let value = &text[equals + self.equals.needle().len()..];
        if let Some(quote @ (b'"' | b'\'')) = value.first()
            && let Some(end) = end_of_quoted(&value[1..], *quote)
        {
            return Some((key, unescape(&value[1..=end]), &value[end + 2..]));
        }
        let end = self.between.find(value).unwrap_or(value.len());
        Some((key, String::from_utf8_lossy(value[..end].trim_ascii()), &value[end..]))
    }
}

/// The offset of the quote that closes a value, no backslash before it.
fn end_of_quoted(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', text.get(at..)?)?;
        if text[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

/// The text without the backslashes that protect quotes and backslashes.
fn unescape(text: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(text);
    if !text.contains('\\') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('"' | '\'' | '\\')) => plain.extend(characters.next()),
            _ => plain.push(character),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn read(between: &str, equals: &str, text: &str) -> String {
        let mut fields = Vec::new();
        let pairs = Pairs::new(between, equals, &[("n".into(), Kind::Int)]);
        let is_read = pairs.read(text.as_bytes(), &Nulls(vec!["-".into()]), &mut fields);
        assert_eq!(is_read, !fields.is_empty());
        Value::Object(fields).to_json()
    }

    #[test]
    fn pairs_are_read_with_their_quotes_and_types() {
        assert_eq!(
            read(" ", "=", r#"n=7 a="b \"c\" d=e"  f=- flag g='h i'"#),
            r#"{"n":7,"a":"b \"c\" d=e","f":null,"g":"h i"}"#
        );
        assert_eq!(
            read(", ", ": ", "open failed, client: 192.0.2.1, server: , n: 3"),
            r#"{"client":"192.0.2.1","server":"","n":3}"#
        );
        assert_eq!(read("|", "=", "a=b c|d="), r#"{"a":"b c","d":""}"#);
        assert_eq!(read(" ", "=", "no pair"), "{}");
        assert_eq!(read(" ", "=", r#"a="open b=c"#), r#"{"a":"\"open","b":"c"}"#);
    }
}
