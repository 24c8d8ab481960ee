//! Names in snake case: how Elastic's integrations spell the fields of JSON logs that ECS has no name for.

use std::borrow::Cow;

use crate::value::Value;

/// The same value with the names of its fields in snake case; fields that are null are left out.
pub(super) fn snake<'e>(value: &'e Value<'_>) -> Value<'e> {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (snake_case(key), snake(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(snake).collect()),
        other => other.borrow(),
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
    #[test]
    fn words_are_parted_where_a_capital_follows_a_small_letter() {
        for (name, snake) in
            [("remoteIpDetails", "remote_ip_details"), ("sourceIPs", "source_ips"), ("ipAddressV4", "ip_address_v4")]
        {
            assert_eq!(super::snake_case(name), snake);
        }
    }
}
