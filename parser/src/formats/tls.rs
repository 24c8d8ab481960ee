//! TLS in ECS: the names in certificates (`C=US, O=Example, CN=www.example.com`) and the versions of the protocol.
//!
//! Source: RFC 4514, and the looser spelling of TLS libraries, which leave commas within a value as they are.

use std::borrow::Cow;

use crate::ecs::Ecs;
use crate::value::Value;

/// The parts of a distinguished name, as an ECS `x509.issuer` or `x509.subject`; nothing where it has none that ECS
/// knows. A part that stands several times becomes a list.
pub(super) fn name(text: &str) -> Option<Value<'_>> {
    let mut fields: Vec<(Cow<'_, str>, Value<'_>)> = Vec::new();
    for (attribute, value) in parts(text) {
        let Some((_, field)) = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(attribute)) else { continue };
        match fields.iter_mut().find(|(name, _)| name == field) {
            None => fields.push((Cow::Borrowed(field), Value::String(value))),
            Some((_, Value::Array(values))) => values.push(Value::String(value)),
            Some((_, one)) => *one = Value::Array(vec![std::mem::replace(one, Value::Null), Value::String(value)]),
        }
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// Sets `tls.version` and `tls.version_protocol` from `TLS 1.2`, `TLSv1.2`, `TLSv12` or `SSLv3`.
pub(super) fn set_version<'e>(ecs: &mut Ecs<'e>, version: &'e str) {
    for (prefix, protocol) in [("TLS", "tls"), ("SSL", "ssl")] {
        let number = version.strip_prefix(prefix).map(|number| number.trim_start_matches([' ', 'v']));
        if let Some(number) = number.filter(|number| number.starts_with(|first: char| first.is_ascii_digit())) {
            let number = match number.as_bytes() {
                [major, minor] if minor.is_ascii_digit() => {
                    Cow::Owned(format!("{}.{}", char::from(*major), char::from(*minor)))
                }
                _ => Cow::Borrowed(number),
            };
            ecs.set("tls.version", number);
            ecs.set("tls.version_protocol", protocol);
        }
    }
}

const FIELDS: [(&str, &str); 7] = [
    ("C", "country"),
    ("CN", "common_name"),
    ("L", "locality"),
    ("O", "organization"),
    ("OU", "organizational_unit"),
    ("S", "state_or_province"),
    ("ST", "state_or_province"),
];

/// More parts than any name has that was not made to be slow.
const LIMIT: usize = 64;

/// The attributes and values of a name. A comma ends a value only where another attribute follows it.
fn parts(name: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = name;
    let next = move || {
        let (attribute, after) = rest.split_once('=')?;
        let end = after.match_indices([',', '/']).map(|(at, _)| at).find(|at| is_end(after, *at));
        let end = end.unwrap_or(after.len());
        rest = after.get(end + 1..).unwrap_or("");
        Some((attribute.trim_start(), unescape(after[..end].trim())))
    };
    std::iter::from_fn(next).take(LIMIT)
}

/// Whether the comma or slash at `at` stands before another attribute, and no backslash before it.
fn is_end(text: &str, at: usize) -> bool {
    let attribute = text[at + 1..].trim_start().bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_attribute = attribute > 0 && text[at + 1..].trim_start().as_bytes().get(attribute) == Some(&b'=');
    is_attribute && !text[..at].ends_with('\\')
}

fn unescape(text: &str) -> Cow<'_, str> {
    if text.contains('\\') { Cow::Owned(text.replace('\\', "")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_within_a_value_belong_to_it() {
        let read = |name| parts(name).map(|(attribute, value)| format!("{attribute}:{value}")).collect::<Vec<_>>();
        assert_eq!(read("C=US, O=Acme U.S.A., INC., CN=a b"), ["C:US", "O:Acme U.S.A., INC.", "CN:a b"]);
        assert_eq!(read(r"CN=x,O=One\, Two\=Three,C=JP"), ["CN:x", "O:One, Two=Three", "C:JP"]);
        assert_eq!(read("/C=DE/O=a/b"), ["/C:DE", "O:a/b"]);
        assert_eq!(read("no name"), Vec::<String>::new());
    }
}
