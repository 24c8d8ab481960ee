//! JSON over bytes, strict about RFC 8259's grammar and lenient about what the RFC leaves open.
//!
//! Nothing here can abort: depth is bounded, and every error says where it is. Three things set it apart from a
//! general JSON library: numbers keep their text, duplicate keys are kept and counted, and a string with a lone
//! surrogate or with bytes that are not UTF-8 is still a string.

use std::borrow::Cow;

use crate::value::Value;

mod scan;
pub(crate) mod text;
mod wanted;

pub(crate) use scan::{Scan, Skipper};
pub(crate) use wanted::Wanted;

/// Levels of nesting that are read, whatever a caller asks for: the reader recurses once for each.
pub(crate) const DEPTH_LIMIT: usize = 512;

/// What stood wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct JsonError {
    /// Offset of the first byte that is wrong, from the start of the value's bytes.
    pub offset: usize,
    /// What is wrong with it.
    pub reason: &'static str,
    /// Whether more bytes could have made it right.
    pub is_cut: bool,
}

/// A value that was read from the start of some bytes.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub value: Value<'a>,
    /// Bytes read, white space after the value not included.
    pub length: usize,
    /// Keys that occurred again within one object.
    pub duplicate_keys: u32,
}

/// Reads one value from the start of `bytes`; what follows it is left.
pub(crate) fn parse(bytes: &[u8], depth: usize) -> Result<Parsed<'_>, JsonError> {
    read(bytes, depth, None)
}

/// Reads bytes that hold one value and nothing else.
pub(crate) fn parse_whole(bytes: &[u8], depth: usize) -> Result<Parsed<'_>, JsonError> {
    whole(bytes, parse(bytes, depth)?)
}

/// As [`parse_whole`], but of objects only the wanted fields. Of the values that are passed over nothing is checked but
/// that they end.
pub(crate) fn parse_wanted<'a>(bytes: &'a [u8], depth: usize, wanted: &Wanted) -> Result<Parsed<'a>, JsonError> {
    whole(bytes, read(bytes, depth, Some(wanted))?)
}

/// The bytes of the value under `name` in an object; of several the last. Of what is passed over nothing is checked but
/// that it ends.
pub(crate) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut parser = Parser { bytes: object, text: None, at: 0, depth: DEPTH_LIMIT, duplicate_keys: 0 };
    parser.space();
    if object.get(parser.at) != Some(&b'{') {
        return None;
    }
    parser.at += 1;
    let (mut found, mut is_first) = (None, true);
    while let Some(key) = parser.key(is_first).ok()? {
        let from = parser.at;
        parser.pass().ok()?;
        found = if key == name { Some(&object[from..parser.at]) } else { found };
        is_first = false;
    }
    found
}

fn read<'a>(bytes: &'a [u8], depth: usize, wanted: Option<&Wanted>) -> Result<Parsed<'a>, JsonError> {
    // Where most is passed over, the few strings that are read are checked by themselves.
    let text = if wanted.is_none() { std::str::from_utf8(bytes).ok() } else { None };
    let mut parser = Parser { bytes, text, at: 0, depth: depth.min(DEPTH_LIMIT), duplicate_keys: 0 };
    parser.space();
    let value = match (wanted, bytes.get(parser.at)) {
        (Some(wanted), Some(b'{')) if !wanted.is_leaf() => parser.wanted_object(wanted)?,
        _ => parser.value()?,
    };
    Ok(Parsed { value, length: parser.at, duplicate_keys: parser.duplicate_keys })
}

fn whole<'a>(bytes: &[u8], parsed: Parsed<'a>) -> Result<Parsed<'a>, JsonError> {
    match bytes[parsed.length..].iter().position(|byte| !is_space(*byte)) {
        None => Ok(parsed),
        Some(at) => Err(JsonError { offset: parsed.length + at, reason: "text after the JSON value", is_cut: false }),
    }
}

/// The four bytes that RFC 8259 calls white space.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

struct Parser<'a> {
    bytes: &'a [u8],
    /// The bytes as text, where all of them are UTF-8: checked once, not for each string.
    text: Option<&'a str>,
    at: usize,
    /// Levels of nesting still allowed.
    depth: usize,
    duplicate_keys: u32,
}

impl<'a> Parser<'a> {
    fn value(&mut self) -> Result<Value<'a>, JsonError> {
        match self.bytes.get(self.at) {
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.error("expected a JSON value")),
            None => Err(self.cut("the JSON value is cut off")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value<'a>, JsonError>) -> Result<Value<'a>, JsonError> {
        let Some(depth) = self.depth.checked_sub(1) else {
            return Err(self.error("JSON is nested too deeply"));
        };
        self.depth = depth;
        self.at += 1;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value<'a>, JsonError> {
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        while let Some(key) = self.key(fields.is_empty())? {
            if fields.is_empty() {
                fields.reserve(8);
            }
            let value = self.value()?;
            fields.push((key, value));
        }
        self.duplicate_keys += duplicates(&fields);
        Ok(Value::Object(fields))
    }

    /// The wanted fields of the object that begins here.
    fn wanted_object(&mut self, wanted: &Wanted) -> Result<Value<'a>, JsonError> {
        self.at += 1;
        let mut fields = Vec::new();
        let mut is_first = true;
        while let Some(key) = self.key(is_first)? {
            is_first = false;
            let Some(branch) = wanted.branch(&key) else {
                self.pass()?;
                continue;
            };
            let value = match self.bytes.get(self.at) {
                Some(b'{') if !branch.is_leaf() => self.wanted_object(branch)?,
                _ => self.value()?,
            };
            fields.push((key, value));
        }
        self.duplicate_keys += duplicates(&fields);
        Ok(Value::Object(fields))
    }

    /// The next key of an object, past its colon; nothing at its end.
    #[inline]
    fn key(&mut self, is_first: bool) -> Result<Option<Cow<'a, str>>, JsonError> {
        self.space();
        match self.bytes.get(self.at) {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !is_first => {
                self.at += 1;
                self.space();
            }
            Some(_) if !is_first => return Err(self.error("expected ',' or '}' in an object")),
            _ => {}
        }
        match self.bytes.get(self.at) {
            Some(b'"') => {}
            Some(_) => return Err(self.error("expected a key in quotes")),
            None => return Err(self.cut("the JSON object is cut off")),
        }
        let key = self.string()?;
        self.space();
        match self.bytes.get(self.at) {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.error("expected ':' after a key")),
            None => return Err(self.cut("the JSON object is cut off")),
        }
        self.space();
        Ok(Some(key))
    }

    /// Moves past the value that begins here.
    fn pass(&mut self) -> Result<(), JsonError> {
        match self.bytes.get(self.at) {
            Some(b'{' | b'[') => match Skipper::default().feed(&self.bytes[self.at..]) {
                Scan::End(length) => self.at += length,
                Scan::Broken(at) => {
                    let (offset, reason) = (self.at + at, "the brackets of the JSON value do not match");
                    return Err(JsonError { offset, reason, is_cut: false });
                }
                Scan::More => return Err(self.cut("the JSON value is cut off")),
            },
            Some(b'"') => self.at = text::end(self.bytes, self.at + 1)?,
            _ => drop(self.value()?),
        }
        Ok(())
    }

    fn array(&mut self) -> Result<Value<'a>, JsonError> {
        let mut items = Vec::new();
        self.space();
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            match self.bytes.get(self.at) {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                Some(_) => return Err(self.error("expected ',' or ']' in a list")),
                None => return Err(self.cut("the JSON list is cut off")),
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let (text, after) = text::read(self.bytes, self.text, self.at + 1)?;
        self.at = after;
        Ok(text)
    }

    fn number(&mut self) -> Result<Value<'a>, JsonError> {
        let from = self.at;
        if self.bytes[self.at] == b'-' {
            self.at += 1;
        }
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.number_error()),
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        if self
            .bytes
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
        {
            return Err(self.number_error());
        }
        let text = std::str::from_utf8(&self.bytes[from..self.at]).expect("digits are ASCII");
        Ok(Value::Number(Cow::Borrowed(text)))
    }

    fn digits(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        let from = self.at;
        self.digits();
        if self.at == from { Err(self.number_error()) } else { Ok(()) }
    }

    fn number_error(&self) -> JsonError {
        match self.bytes.get(self.at) {
            Some(_) => self.error("not a JSON number"),
            None => self.cut("the JSON number is cut off"),
        }
    }

    fn word(&mut self, word: &'static str, value: Value<'a>) -> Result<Value<'a>, JsonError> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else if word.as_bytes().starts_with(rest) {
            Err(self.cut("the JSON value is cut off"))
        } else {
            Err(self.error("expected a JSON value"))
        }
    }

    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| is_space(*byte)) {
            self.at += 1;
        }
    }

    fn error(&self, reason: &'static str) -> JsonError {
        JsonError { offset: self.at, reason, is_cut: false }
    }

    fn cut(&self, reason: &'static str) -> JsonError {
        JsonError { offset: self.bytes.len(), reason, is_cut: true }
    }
}

/// Objects of more keys than this are checked through a set: comparing all pairs of an attacker's hundred thousand
/// keys would take minutes.
const PAIRWISE: usize = 24;

fn duplicates(fields: &[(Cow<'_, str>, Value<'_>)]) -> u32 {
    if fields.len() <= PAIRWISE {
        let repeated = |(index, (key, _)): (usize, &(Cow<'_, str>, Value<'_>))| {
            fields[..index].iter().any(|(earlier, _)| earlier.len() == key.len() && earlier == key)
        };
        fields.iter().enumerate().filter(|field| repeated(*field)).count() as u32
    } else {
        let distinct: std::collections::HashSet<&str> = fields.iter().map(|(key, _)| &**key).collect();
        (fields.len() - distinct.len()) as u32
    }
}

#[cfg(test)]
mod tests;
