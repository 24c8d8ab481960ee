//! Types of fields, and texts that stand for nothing.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::value::Value;

/// The type of a field. A text that is not of its type stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Text,
    Int,
    Float,
    Bool,
    Ip,
}

/// The names of types.
pub(super) const KINDS: &[&str] = &["text", "int", "float", "bool", "ip"];

impl Kind {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Kind::Text),
            "int" => Some(Kind::Int),
            "float" => Some(Kind::Float),
            "bool" => Some(Kind::Bool),
            "ip" => Some(Kind::Ip),
            _ => None,
        }
    }

    /// The text as a value of this type; nothing where it is none.
    pub(super) fn convert<'a>(self, text: &Cow<'a, str>) -> Option<Value<'a>> {
        match self {
            Kind::Text => Some(Value::String(text.clone())),
            Kind::Int => whole(text).map(Value::Number),
            Kind::Float => float(text).map(Value::Number),
            Kind::Bool => match &**text {
                "true" | "True" | "TRUE" | "yes" => Some(Value::Bool(true)),
                "false" | "False" | "FALSE" | "no" => Some(Value::Bool(false)),
                _ => None,
            },
            Kind::Ip => address(text).map(Value::String),
        }
    }
}

/// What a text of the log stands for.
#[derive(Clone, Debug)]
pub(super) struct Nulls(pub Vec<String>);

impl Nulls {
    /// The value of a text of this type.
    pub(super) fn value<'a>(&self, text: Cow<'a, str>, kind: Kind) -> Value<'a> {
        if self.0.iter().any(|null| *null == text) {
            return Value::Null;
        }
        kind.convert(&text).unwrap_or(Value::String(text))
    }
}

/// The digits of an integer as JSON spells it: without leading zeros or a plus.
fn whole<'a>(text: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !text.starts_with('+') && (digits.len() == 1 || !digits.starts_with('0')) {
        return Some(text.clone());
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let digits = digits.trim_start_matches('0');
    Some(Cow::Owned(format!("{sign}{}", if digits.is_empty() { "0" } else { digits })))
}

fn float<'a>(text: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    if let Some(whole) = whole(text) {
        return Some(whole);
    }
    let (before, after) = text.split_once('.')?;
    let whole = whole(&Cow::Borrowed(before))?;
    let is_fraction = !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit());
    match is_fraction {
        true if whole == before => Some(text.clone()),
        true => Some(Cow::Owned(format!("{whole}.{after}"))),
        false => None,
    }
}

/// An address, without the brackets that IPv6 has in URLs.
fn address<'a>(text: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>().ok()?;
    Some(if bare.len() == text.len() { text.clone() } else { Cow::Owned(bare.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_what_its_type_says_and_otherwise_stays() {
        let value = |text: &'static str, kind| Nulls(vec!["-".into()]).value(text.into(), kind).to_json();
        assert_eq!(value("0042", Kind::Int), "42");
        assert_eq!(value("-007", Kind::Int), "-7");
        assert_eq!(value("4x", Kind::Int), "\"4x\"");
        assert_eq!(value("00.50", Kind::Float), "0.50");
        assert_eq!(value("1.", Kind::Float), "\"1.\"");
        assert_eq!(value("-", Kind::Int), "null");
        assert_eq!(value("yes", Kind::Bool), "true");
        assert_eq!(value("[2001:db8::1]", Kind::Ip), "\"2001:db8::1\"");
        assert_eq!(value("999.1.1.1", Kind::Ip), "\"999.1.1.1\"");
    }
}
