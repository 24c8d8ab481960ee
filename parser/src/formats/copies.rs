//! Copies of a log's own objects for its ECS document, without the fields that are null.

use std::borrow::Cow;

use crate::value::Value;

/// The same value, its names as they are.
pub(super) fn plain<'e>(value: &'e Value<'_>) -> Value<'e> {
    copy(value, |name| Cow::Borrowed(name))
}

/// The same value with the names of its fields in snake case, as Elastic's integrations spell them.
pub(crate) fn snake<'e>(value: &'e Value<'_>) -> Value<'e> {
    copy(value, snake_case)
}

fn copy<'e>(value: &'e Value<'_>, named: fn(&str) -> Cow<'_, str>) -> Value<'e> {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (named(key), copy(value, named))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| copy(item, named)).collect()),
        other => other.borrow(),
    }
}

/// The same value without what is empty (null, a string or an object without anything in it), its fields named anew by
/// `named`.
pub(super) fn full<'e>(value: &'e Value<'_>, named: fn(&str) -> Cow<'_, str>) -> Option<Value<'e>> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(key, value)| Some((named(key), full(value, named)?)));
            let fields: Vec<_> = fields.collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Array(items) => Some(Value::Array(items.iter().filter_map(|item| full(item, named)).collect())),
        other => Some(other.borrow()),
    }
}

/// `remoteIpDetails` as `remote_ip_details`, `sourceIPs` as `source_ips`.
pub(super) fn snake_case(name: &str) -> Cow<'_, str> {
    if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = !character.is_ascii_uppercase();
        snake.push(character.to_ascii_lowercase());
    }
    Cow::Owned(snake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parted_where_a_capital_follows_a_small_letter() {
        for (name, snake) in
            [("remoteIpDetails", "remote_ip_details"), ("sourceIPs", "source_ips"), ("ipAddressV4", "ip_address_v4")]
        {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn what_is_null_is_left_out_at_every_depth() {
        let value = crate::json::parse(br#"{"aB":null,"cD":[{"eF":null,"gH":1}]}"#, 9).unwrap().value;
        assert_eq!(plain(&value).to_json(), r#"{"cD":[{"gH":1}]}"#);
        assert_eq!(snake(&value).to_json(), r#"{"c_d":[{"g_h":1}]}"#);
    }
}
