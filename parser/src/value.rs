//! The value of a field: like JSON's, but borrowed from the record, with exact numbers and every duplicate key.

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// One field's value, borrowed from the bytes of its record where nothing had to be unescaped.
///
/// Numbers keep the text of the log, so an integer of forty digits or `1.10` comes out as it went in. Objects keep
/// the order of their keys and all keys, also those that occur twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is spelled; always a JSON number.
    Number(Cow<'a, str>),
    /// Text. Bytes that are not UTF-8 became U+FFFD; a lone surrogate stays as its escape, `\ud800`.
    String(Cow<'a, str>),
    /// A list.
    Array(Vec<Value<'a>>),
    /// Fields in the order of the log, duplicates included.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The value at a dotted path: `userIdentity.arn`, `Records.0.eventName`. A key that itself holds dots is found
    /// by its whole name first. Of duplicate keys the last one answers, as in nearly every JSON library.
    pub fn get(&self, path: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(fields) => {
                if let Some((_, value)) = fields.iter().rev().find(|(key, _)| key == path) {
                    return Some(value);
                }
                let mut dots = path.bytes().enumerate().filter(|(_, byte)| *byte == b'.');
                dots.find_map(|(at, _)| {
                    let (key, rest) = (&path[..at], &path[at + 1..]);
                    let (_, value) = fields.iter().rev().find(|(name, _)| name == key)?;
                    value.get(rest)
                })
            }
            Value::Array(items) => match path.split_once('.') {
                Some((index, rest)) => items.get(index.parse::<usize>().ok()?)?.get(rest),
                None => items.get(path.parse::<usize>().ok()?),
            },
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A number that is an integer between 0 and 2⁶⁴−1.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number that is an integer of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number, rounded to the nearest float.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The fields of an object.
    pub fn as_object(&self) -> Option<&[(Cow<'a, str>, Value<'a>)]> {
        match self {
            Value::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a scalar: a string without its quotes, a number, `true` or `false`; nothing for null, lists and
    /// objects.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Value::String(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// Yields each value in this one that is no list and no object, with its dotted path. A list's items share its path,
    /// as in Elasticsearch: nobody searches for `resources.3.ARN`.
    pub fn scalars(&self, each: &mut dyn FnMut(&str, &Value<'a>)) {
        self.scalars_at(&mut String::new(), each);
    }

    fn scalars_at(&self, path: &mut String, each: &mut dyn FnMut(&str, &Value<'a>)) {
        match self {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let length = path.len();
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                    value.scalars_at(path, each);
                    path.truncate(length);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| item.scalars_at(path, each)),
            scalar => each(path, scalar),
        }
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A copy that borrows from nothing.
    pub fn into_owned(self) -> Value<'static> {
        fn own(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        match self {
            Value::Null => Value::Null,
            Value::Bool(yes) => Value::Bool(yes),
            Value::Number(text) => Value::Number(own(text)),
            Value::String(text) => Value::String(own(text)),
            Value::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Value::Object(fields) => {
                Value::Object(fields.into_iter().map(|(key, value)| (own(key), value.into_owned())).collect())
            }
        }
    }

    /// A view of the same value that borrows its text from this one.
    pub fn borrow(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(yes) => Value::Bool(*yes),
            Value::Number(text) => Value::Number(Cow::Borrowed(text)),
            Value::String(text) => Value::String(Cow::Borrowed(text)),
            Value::Array(items) => Value::Array(items.iter().map(Value::borrow).collect()),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (Cow::Borrowed(&**key), value.borrow())).collect())
            }
        }
    }

    /// Adds the fields of `other` that this object lacks, at every level.
    pub(crate) fn complete(&mut self, other: Value<'a>) {
        let (Value::Object(fields), Value::Object(others)) = (self, other) else { return };
        for (key, value) in others {
            match fields.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => known.complete(value),
                None => fields.push((key, value)),
            }
        }
    }

    /// The value as compact JSON, every digit as it was read.
    pub fn to_json(&self) -> String {
        self.to_string()
    }

    /// Writes the value as compact JSON into `out`, every digit as it was read.
    pub fn write_json(&self, out: &mut impl Write) -> fmt::Result {
        match self {
            Value::Null => out.write_str("null"),
            Value::Bool(true) => out.write_str("true"),
            Value::Bool(false) => out.write_str("false"),
            Value::Number(text) => out.write_str(text),
            Value::String(text) => write_string(out, text),
            Value::Array(items) => {
                out.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.write_char(',')?;
                    }
                    item.write_json(out)?;
                }
                out.write_char(']')
            }
            Value::Object(fields) => {
                out.write_char('{')?;
                for (index, (key, value)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.write_char(',')?;
                    }
                    write_string(out, key)?;
                    out.write_char(':')?;
                    value.write_json(out)?;
                }
                out.write_char('}')
            }
        }
    }
}

/// Writes `text` as a JSON string. Control characters are escaped, so no terminal ever acts on the output.
pub(crate) fn write_string(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    let mut from = 0;
    for (at, character) in text.char_indices() {
        let escape: Option<&str> = match character {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => None,
            _ => continue,
        };
        out.write_str(&text[from..at])?;
        match escape {
            Some(escape) => out.write_str(escape)?,
            None => write!(out, "\\u{:04x}", u32::from(character))?,
        }
        from = at + character.len_utf8();
    }
    out.write_str(&text[from..])?;
    out.write_char('"')
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_json(f)
    }
}

/// Integers of up to 128 bits pass exactly; what does not fit becomes the nearest float. [`Value::to_json`] has no
/// such limit.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(yes) => serializer.serialize_bool(*yes),
            Value::Number(text) => serialize_number(text, serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

fn serialize_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(number) = text.parse::<u64>() {
        serializer.serialize_u64(number)
    } else if text == "-0" {
        serializer.serialize_f64(-0.0)
    } else if let Ok(number) = text.parse::<i64>() {
        serializer.serialize_i64(number)
    } else if let Ok(number) = text.parse::<i128>() {
        serializer.serialize_i128(number)
    } else {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => serializer.serialize_f64(number),
            // No float is that large; its text is the honest remainder.
            _ => serializer.serialize_str(text),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::String(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::String(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(yes: bool) -> Self {
        Value::Bool(yes)
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Value::Number(Cow::Owned(number.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn read(text: &str) -> Value<'_> {
        json::parse(text.as_bytes(), 64).expect("sample is JSON").value
    }

    #[test]
    fn integers_of_any_length_come_out_as_they_went_in() {
        for digits in 1..=40 {
            let text: String = "9876543210".chars().cycle().take(digits).collect();
            assert_eq!(read(&text).to_json(), text);
        }
        assert_eq!(serde_json::to_string(&read("18446744073709551616")).unwrap(), "18446744073709551616");
        assert_eq!(serde_json::to_string(&read("-9223372036854775808")).unwrap(), "-9223372036854775808");
    }

    #[test]
    fn a_path_reaches_into_objects_and_lists_and_prefers_the_whole_key() {
        let value = read(r#"{"a":{"b":[10,{"c":"x"}]},"a.b":1,"d":1,"d":2}"#);
        assert_eq!(value.get("a.b"), Some(&Value::Number("1".into())));
        assert_eq!(value.get("d").and_then(Value::as_u64), Some(2));
        let nested = read(r#"{"a":{"b":[10,{"c":"x"}]}}"#);
        assert_eq!(nested.get("a.b.1.c").and_then(Value::as_str), Some("x"));
        assert_eq!(nested.get("a.b.7"), None);
    }

    #[test]
    fn duplicate_keys_and_control_characters_are_written_back() {
        let text = r#"{"k":1,"k":"\u001b[2J\u009b"}"#;
        assert_eq!(read(text).to_json(), text);
    }
}
