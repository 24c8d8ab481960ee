//! What CloudTrail's events come wrapped in.
//!
//! Sources: Amazon EventBridge User Guide, "AWS service events delivered via AWS CloudTrail" (`detail`); AWS CloudTrail API
//! Reference, "LookupEvents" (`Events` with each event as text, `CloudTrailEvent`) and "GetQueryResults" (rows of CloudTrail
//! Lake, each a list of one-field objects); AWS CloudTrail User Guide, "Supported SQL schemas for event data stores" (the
//! column `eventJson` is the event as text) and "CloudTrail Lake integrations event schema" (`eventData`, of events outside
//! AWS); the test events of StreamAlert (`data.Records`).

use std::borrow::Cow;

use crate::fault::Fault;
use crate::format::{Decode, Decoded};
use crate::formats::json::{self as records, JsonDecoder};
use crate::json;
use crate::time::EventTime;
use crate::value::Value;

/// Fields that hold an event as text, the whole of it whatever stands beside.
const TEXTS: [&str; 2] = ["CloudTrailEvent", "eventJson"];

/// Where else an event may lie in a record that is none itself.
const PLACES: [&str; 3] = ["detail", "eventData", "data.Records.0"];

/// The event itself: the record, or what it wraps.
pub(super) fn event_of<'f, 'a>(record: &'f Value<'a>) -> &'f Value<'a> {
    let at = |place: &&str| record.get(place).filter(|inner| is_event(inner));
    if let Some(event) = TEXTS.iter().find_map(at) {
        return event;
    }
    if is_event(record) {
        return record;
    }
    PLACES.iter().find_map(at).unwrap_or(record)
}

/// Whether a record is an event or wraps one. Of a list of several, only the list's reader knows what to do.
pub(super) fn holds_event(record: &Value<'_>) -> bool {
    let is_text = |text: &str| text.starts_with('{') && text.contains("\"eventVersion\"");
    match record {
        Value::Array(cells) => count(|name| cells.iter().any(|cell| cell.get(name).is_some())) >= MARKS,
        _ if is_event(record) => true,
        _ if record.get("data.Records.1").is_some() => false,
        _ => {
            is_event(event_of(record))
                || TEXTS.iter().any(|name| record.get(name).and_then(Value::as_str).is_some_and(is_text))
        }
    }
}

/// Marks of an event that must be there. One may be missing: records have come without their time.
const MARKS: usize = 3;

fn is_event(value: &Value<'_>) -> bool {
    // Notifications of buckets and streams have the same marks, but another kind of source: `aws:s3`.
    let is_notice = || value.get("eventSource").and_then(Value::as_str).is_some_and(|name| name.starts_with("aws:"));
    count(|name| value.get(name).is_some()) >= MARKS && !is_notice()
}

/// How many of an event's four marks there are.
fn count(has: impl Fn(&str) -> bool) -> usize {
    let named = || has("eventName") || has("insightDetails");
    usize::from(has("eventVersion"))
        + usize::from(has("eventTime"))
        + usize::from(has("eventSource"))
        + usize::from(named())
}

/// Reads events, and unwraps those that are text or cells of a row.
pub(super) struct Events {
    json: JsonDecoder,
    depth: usize,
}

impl Events {
    pub(super) fn new(json: JsonDecoder, depth: usize) -> Self {
        Events { json, depth }
    }

    /// Puts the event in the place of its text.
    fn open(&self, decoded: &mut Decoded<'_>) {
        let Value::Object(fields) = &mut decoded.fields else { return };
        for (name, value) in fields.iter_mut().filter(|(name, _)| TEXTS.contains(&&**name)) {
            let Value::String(text) = value else { continue };
            let Ok(event) = json::parse_whole(text.as_bytes(), self.depth) else { continue };
            decoded.duplicate_keys += event.duplicate_keys;
            let event = event.value.into_owned();
            if event.as_object().is_some() {
                (*name, *value) = (Cow::Owned(name.to_string()), event);
            }
        }
    }
}

impl Decode for Events {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let mut decoded = self.json.decode(raw)?;
        match decoded.fields {
            Value::Object(ref fields) if !fields.iter().any(|(name, _)| TEXTS.contains(&&**name)) => {
                return Ok(decoded);
            }
            Value::Object(_) => {}
            Value::Array(cells) => decoded.fields = row(cells)?,
            _ => return Err(Fault::syntax(0, "the record is not a JSON object")),
        }
        self.open(&mut decoded);
        let told = records::told(event_of(&decoded.fields), "eventTime", EventTime::iso_text)
            .or_else(|| records::told(&decoded.fields, "EventTime", read_either));
        match told.map(|(time, text)| (time, text.to_owned())) {
            Some((time, text)) => Ok(decoded.at(Some(time), text)),
            None => Ok(decoded),
        }
    }
}

/// LookupEvents tells the time as text, or as seconds since 1970 where the tool asked for JSON of the wire.
fn read_either(text: &str) -> Option<EventTime> {
    EventTime::iso_text(text).or_else(|| EventTime::epoch(text))
}

/// The fields of a row whose cells are objects of one field each.
fn row(cells: Vec<Value<'_>>) -> Result<Value<'_>, Fault> {
    let mut fields = Vec::with_capacity(cells.len());
    for cell in cells {
        match cell {
            Value::Object(mut cell) if cell.len() == 1 => fields.append(&mut cell),
            _ => return Err(Fault::syntax(0, "the record is neither a JSON object nor a row of them")),
        }
    }
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use crate::{Options, Reader};

    fn read(text: &str) -> Vec<String> {
        let mut reader = Reader::new(text.as_bytes(), Options::default());
        let mut read = Vec::new();
        while let Some(record) = reader.next_record() {
            let event = record.outcome.unwrap();
            let time = event.time.map(|time| time.at.to_string()).unwrap_or_default();
            read.push(format!("{} {time} {}", event.format, event.message()));
        }
        read
    }

    const EVENT: &str = r#"{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:07Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","userIdentity":{"type":"IAMUser","userName":"ana"}}"#;

    #[test]
    fn an_event_is_found_in_each_of_its_wrappings() {
        let text = EVENT.replace('"', "\\\"");
        for wrapped in [
            EVENT.to_owned(),
            format!(r#"{{"Records":[{EVENT}]}}"#),
            format!(
                r#"{{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","detail":{EVENT}}}"#
            ),
            format!(
                r#"{{"Events":[{{"EventId":"1","EventName":"CreateUser","EventTime":1795400047.0,"CloudTrailEvent":"{text}"}}],"NextToken":"x"}}"#
            ),
            format!(
                r#"{{"QueryStatus":"FINISHED","QueryResultRows":[[{{"eventJson":"{text}"}},{{"eventVersion":"1.11"}},{{"eventName":"CreateUser"}},{{"eventSource":"iam.amazonaws.com"}}]]}}"#
            ),
            format!(r#"{{"eventID":"1","eventJson":"{text}"}}"#),
            format!(r#"[{{"data":{{"Records":[{EVENT}]}},"log":"cloudtrail:events"}}]"#),
        ] {
            assert_eq!(
                read(&wrapped),
                ["cloudtrail 2026-11-23T02:14:07Z CreateUser iam.amazonaws.com ana"],
                "{wrapped}"
            );
        }
    }

    #[test]
    fn what_is_no_event_inside_stays_as_it_is() {
        assert_eq!(read(r#"{"detail":{"eventName":"x"},"a":1}"#)[0].split(' ').next(), Some("json"));
        let notice = EVENT.replace("iam.amazonaws.com", "aws:s3");
        assert_eq!(read(&notice)[0].split(' ').next(), Some("json"));
        let two = format!(r#"[{{"data":{{"Records":[{EVENT},{EVENT}]}}}}]"#);
        assert_eq!(read(&two)[0].split(' ').next(), Some("json"));
    }
}
