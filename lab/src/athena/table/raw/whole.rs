//! Objects of JSON that are small, whole and sound: read at once, and of each record only the columns that are wanted.
//!
//! Most objects of a log are. All others (large, cut, broken, wrapped in something) are left to the shared parser, which
//! gives what they hold; where both read an object they give the same rows.

use std::borrow::Cow;
use std::fmt;
use std::io::{BufRead, Read};

use flate2::read::MultiGzDecoder;
use scops_parser::Value;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::rows::is_same;

/// Bytes of an object, inflated, that are held at once; half a gigabyte for all queries and readers together.
const LIMIT: u64 = 64 << 20;
/// How deep values may nest, as in the shared parser.
const DEPTH: usize = 100;

/// How records lie in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// CloudTrail's `{"Records":[…]}`.
    Records,
    /// A record a line.
    Lines,
}

/// The object's text, where it is gzip or plain JSON and not too long.
pub(super) fn inflated(stored: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !stored.starts_with(&[0x1f, 0x8b]) {
        return Some(Cow::Borrowed(stored));
    }
    let mut text = Vec::with_capacity(stored.len().saturating_mul(8).min(4 << 20));
    MultiGzDecoder::new(stored).take(LIMIT).read_to_end(&mut text).ok()?;
    ((text.len() as u64) < LIMIT).then_some(Cow::Owned(text))
}

/// Gives each record's values of the fields `names`, in their order. `None`: the object is not of this layout or not
/// sound, and what was given of it does not count.
pub(super) fn read(
    text: &[u8],
    layout: Layout,
    names: &[&str],
    each: &mut dyn FnMut(&[Option<Value<'_>>]),
) -> Option<()> {
    let mut record = Record { names, found: vec![None; names.len()], each };
    match layout {
        Layout::Records => {
            let mut json = serde_json::Deserializer::from_slice(text);
            Envelope(&mut record).deserialize(&mut json).ok()?;
            json.end().ok()
        }
        Layout::Lines => {
            let (mut rest, mut is_first) = (text, true);
            while !rest.is_empty() {
                let from = rest;
                let length = rest.skip_until(b'\n').ok()?;
                let line = &from[..length];
                if line.trim_ascii().is_empty() {
                    continue;
                }
                let mut json = serde_json::Deserializer::from_slice(line);
                record.deserialize(&mut json).ok()?;
                json.end().ok()?;
                // A first record without them may be one that wraps others.
                if is_first && (names.is_empty() || record.found.iter().any(Option::is_none)) {
                    return None;
                }
                is_first = false;
            }
            Some(())
        }
    }
}

/// One record: the wanted fields are kept as they are spelled, all others are passed over.
struct Record<'n, 'a> {
    names: &'n [&'n str],
    found: Vec<Option<&'a RawValue>>,
    each: &'n mut dyn FnMut(&[Option<Value<'_>>]),
}

impl<'de> DeserializeSeed<'de> for &mut Record<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Record<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.found.fill(None);
        while let Some(Key(key)) = map.next_key()? {
            match self.names.iter().position(|name| is_same(&key, name)) {
                // Of a key that occurs twice the first counts, as it does for rows of the shared parser.
                Some(column) if self.found[column].is_none() => self.found[column] = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let values = self.found.iter().map(|raw| raw.map(|raw| value(raw, DEPTH)).transpose());
        let values = values.collect::<Result<Vec<_>, _>>().map_err(A::Error::custom)?;
        (self.each)(&values);
        Ok(())
    }
}

/// The object around the records.
struct Envelope<'r, 'n, 'a>(&'r mut Record<'n, 'a>);

impl<'de> DeserializeSeed<'de> for Envelope<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with Records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some(Key(key)) = map.next_key()? else { return Err(A::Error::custom("no Records")) };
        if key != "Records" {
            return Err(A::Error::custom("something else than Records"));
        }
        map.next_value_seed(List(self.0))?;
        match map.next_key::<Key<'_>>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("more than Records")),
        }
    }
}

struct List<'r, 'n, 'a>(&'r mut Record<'n, 'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(&mut *self.0)?.is_some() {}
        Ok(())
    }
}

/// A key, borrowed where nothing had to be unescaped.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(Text)
    }
}

/// The value that a text of JSON spells; numbers keep their digits. `Err`: it nests too deep.
pub(crate) fn json_value(raw: &RawValue) -> Result<Value<'_>, serde_json::Error> {
    value(raw, DEPTH)
}

fn value(raw: &RawValue, depth: usize) -> Result<Value<'_>, serde_json::Error> {
    let deeper = || depth.checked_sub(1).ok_or_else(|| serde_json::Error::custom("nested too deep"));
    let text = raw.get().trim_ascii();
    Ok(match text.as_bytes().first() {
        Some(b'"') => Value::String(serde_json::from_str::<Key<'_>>(text)?.0),
        Some(b'{') => {
            let Fields(fields) = serde_json::from_str(text)?;
            let depth = deeper()?;
            let fields = fields.into_iter().map(|(key, raw)| Ok((key, value(raw, depth)?)));
            Value::Object(fields.collect::<Result<_, serde_json::Error>>()?)
        }
        Some(b'[') => {
            let depth = deeper()?;
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            Value::Array(items.into_iter().map(|raw| value(raw, depth)).collect::<Result<_, _>>()?)
        }
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'n') | None => Value::Null,
        Some(_) => Value::Number(Cow::Borrowed(text)),
    })
}

/// Fields in their order, duplicates included.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some((Key(key), raw)) = map.next_entry()? {
                    fields.push((key, raw));
                }
                Ok(Fields(fields))
            }
        }
        json.deserialize_map(Map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, layout: Layout, names: &[&str]) -> Option<Vec<Vec<String>>> {
        let mut rows = Vec::new();
        let mut each = |values: &[Option<Value<'_>>]| {
            rows.push(values.iter().map(|value| value.as_ref().map_or("-".to_owned(), Value::to_json)).collect());
        };
        read(text.as_bytes(), layout, names, &mut each)?;
        Some(rows)
    }

    #[test]
    fn records_are_read_by_the_columns_that_are_wanted() {
        let text = r#"{"Records":[{"eventName":"a\n","n":1.50,"x":{"y":[1,{"z":null}]}},{"n":2,"n":3},{}]}"#;
        let found = rows(text, Layout::Records, &["eventname", "n", "x"]).unwrap();
        assert_eq!(found[0], [r#""a\n""#, "1.50", r#"{"y":[1,{"z":null}]}"#]);
        assert_eq!(found[1..], [["-", "2", "-"], ["-", "-", "-"]]);
        assert_eq!(rows("{\"a\":1}\n\n{\"a\":\"b\"}", Layout::Lines, &["a"]).unwrap(), [["1"], ["\"b\""]]);
    }

    #[test]
    fn whatever_is_not_sound_is_left_to_the_parser() {
        let deep = format!("{{\"Records\":[{{\"a\":{}1{}}}]}}", "[".repeat(20_000), "]".repeat(20_000));
        for text in
            ["", "[]", "{}", r#"{"Records":[{"a":1}"#, r#"{"Records":[{"a":1}]} x"#, r#"{"Records":[1]}"#, &deep]
        {
            assert_eq!(rows(text, Layout::Records, &["a"]), None);
        }
        for text in ["{\"b\":1}\n{\"a\":1}", "{\"a\":1}\n{\"a\":", "{\"a\":1}\n7", "text"] {
            assert_eq!(rows(text, Layout::Lines, &["a"]), None, "{text}");
        }
        assert_eq!(rows("{\"a\":1}", Layout::Lines, &[]), None);
    }

    #[test]
    fn gzip_is_inflated_and_damage_is_told() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gz, b"{\"a\":1}\n").unwrap();
        let gz = gz.finish().unwrap();
        assert_eq!(inflated(&gz).unwrap().as_ref(), b"{\"a\":1}\n");
        assert_eq!(inflated(&[gz.clone(), gz.clone()].concat()).unwrap().len(), 16);
        assert!(inflated(&gz[..gz.len() - 3]).is_none());
        assert_eq!(inflated(b"{}").unwrap().as_ref(), b"{}");
    }
}
