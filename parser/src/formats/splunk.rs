//! Results of a Splunk search, exported as JSON: the event's own text is a string in them.
//!
//! Source: Splunk Enterprise REST API Reference, "search/jobs/export": `{"preview":…,"result":{"_raw":"…","host":…}}`.

use super::json::TimeOf;
use crate::format::Decoded;
use crate::json;
use crate::value::Value;

/// Where the event's text stands.
const RAW: &str = "result._raw";

/// The event's text, where `fields` are a result and it is a JSON object.
pub(super) fn text<'f>(fields: &'f Value<'_>) -> Option<&'f str> {
    fields.get(RAW)?.as_str().filter(|text| text.trim_start().starts_with('{'))
}

/// The event that `fields` carry, once it has been [opened](open), or `fields` themselves.
pub(super) fn event<'f, 'a>(fields: &'f Value<'a>) -> &'f Value<'a> {
    fields.get(RAW).filter(|event| event.as_object().is_some()).unwrap_or(fields)
}

/// The record with the event in the place of its text, and the event's time.
pub(super) fn open(mut decoded: Decoded<'_>, depth: usize, time: TimeOf) -> Decoded<'_> {
    let Some(text) = text(&decoded.fields) else { return decoded };
    let Ok(parsed) = json::parse_whole(text.as_bytes(), depth) else { return decoded };
    let duplicate_keys = decoded.duplicate_keys + parsed.duplicate_keys;
    let event = parsed.value.into_owned();
    let told = time(&event).map(|(time, text)| (time, text.to_owned()));
    let (time, time_text) = told.unzip();
    if let Some(raw) = slot(&mut decoded.fields) {
        *raw = event;
    }
    Decoded { time, time_text: time_text.map(Into::into), duplicate_keys, ..decoded }
}

fn slot<'f, 'a>(fields: &'f mut Value<'a>) -> Option<&'f mut Value<'a>> {
    RAW.split('.').try_fold(fields, |value, name| match value {
        Value::Object(fields) => fields.iter_mut().rev().find(|(key, _)| key == name).map(|(_, value)| value),
        _ => None,
    })
}
