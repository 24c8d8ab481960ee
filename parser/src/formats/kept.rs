//! What of a JSON record is worth keeping under a format's own name.

use std::borrow::Cow;

use crate::value::Value;

/// The same value without what is empty (null, a string or an object without anything in it), its fields named anew by
/// `name`.
pub(super) fn kept<'e>(value: &'e Value<'_>, name: fn(&str) -> Cow<'_, str>) -> Option<Value<'e>> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(key, value)| Some((name(key), kept(value, name)?)));
            let fields: Vec<_> = fields.collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Value::Array(items) => Some(Value::Array(items.iter().filter_map(|item| kept(item, name)).collect())),
        other => Some(other.borrow()),
    }
}
