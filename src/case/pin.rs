//! Making pins: what a screen shows, completed by what the world tells.

use std::fmt::Write as _;
use std::io::Read;

use scops_parser::Reader;
use sha2::{Digest as _, Sha256};

use crate::domain::case::{Field, RecordPin, ReplayPin, ReplaySet, ReplayedObject, Witness};
use crate::domain::{Node, Object, ReplayId};
use crate::replay::journal::Past;

/// Bytes of a record, and of its fields, that are kept.
const KEPT: usize = 64 << 10;

/// Fields of a record that are kept.
const FIELDS: usize = 1_000;

/// The order of a replay's sets: what needs eyes first.
const OUTCOMES: [&str; 7] = ["failed-again", "refused", "unknown", "unconfirmed", "waiting", "sent", "recovered"];

/// An object as it was told, with the hash of its bytes or why there is none.
pub fn witness(object: &Object, sha256: Result<String, String>) -> Witness {
    let (sha256, unread) = match sha256 {
        Ok(sha256) => (Some(sha256), None),
        Err(why) => (None, Some(why)),
    };
    Witness {
        object: object.id.clone(),
        size: object.size,
        etag: object.etag.clone(),
        arrived: object.arrived,
        storage_class: object.storage_class.clone(),
        sha256,
        unread,
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Completes a record by reading its object up to it. Returns whether it was there.
pub fn read_record<R: Read>(
    mut reader: Reader<R>,
    pin: &mut RecordPin,
    node: impl Fn(&scops_parser::Value<'_>) -> Node,
) -> bool {
    while let Some(record) = reader.next_record() {
        if record.span.start != pin.span.start || (pin.span.start == 0 && record.line != pin.line) {
            if record.span.start > pin.span.start {
                return false;
            }
            continue;
        }
        pin.span = record.span.clone();
        pin.line = record.line;
        keep_raw(pin, record.raw);
        match &record.outcome {
            Ok(event) => {
                pin.time = event.time.map(|time| time.at).or(pin.time);
                keep_fields(pin, &node(&event.fields));
            }
            Err(fault) => pin.fault = Some(fault.reason.clone()),
        }
        return true;
    }
    false
}

/// Keeps a record's own bytes, as far as they are text and few, and their hash.
pub fn keep_raw(pin: &mut RecordPin, raw: &[u8]) {
    // Of a record over the parser's limit only the first bytes are there.
    let is_whole = raw.len() as u64 == pin.span.end.saturating_sub(pin.span.start);
    pin.sha256 = is_whole.then(|| sha256(raw));
    pin.raw =
        Some(raw).filter(|raw| is_whole && raw.len() <= KEPT).and_then(|raw| String::from_utf8(raw.to_vec()).ok());
}

/// Keeps a record's fields, as many as are reasonable.
pub fn keep_fields(pin: &mut RecordPin, fields: &Node) {
    let mut all = Vec::new();
    flatten(fields, &mut String::new(), &mut all);
    let total = all.len();
    let mut bytes = 0;
    let fits = |field: &Field| {
        bytes += field.path.len() + field.value.len();
        bytes <= KEPT
    };
    pin.fields = all.into_iter().take(FIELDS).take_while(fits).collect();
    pin.fields_left_out = (total - pin.fields.len()) as u64;
}

/// The scalars of a value, each with its dotted path.
fn flatten(node: &Node, path: &mut String, fields: &mut Vec<Field>) {
    let value = match node {
        Node::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                flatten(value, path, fields);
                path.truncate(length);
            }
            return;
        }
        Node::List(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                let length = path.len();
                // Writing to a text never fails.
                let _ = write!(path, "[{index}]");
                flatten(value, path, fields);
                path.truncate(length);
            }
            return;
        }
        Node::Map(_) => "{}",
        Node::List(_) => "[]",
        Node::Null => "null",
        scalar => scalar.scalar().unwrap_or_default(),
    };
    fields.push(Field { path: path.clone(), value: value.to_owned() });
}

/// A replay as the journal tells it: every object in the set of what became of it.
pub fn replay(id: &ReplayId, past: &Past) -> ReplayPin {
    let mut sets = OUTCOMES.map(|outcome| ReplaySet { outcome: outcome.to_owned(), objects: Vec::new() });
    for (begun, item) in past.each() {
        let object =
            ReplayedObject { object: begun.object, etag: begun.etag, reason: item.state.reason().map(str::to_owned) };
        if let Some(set) = sets.iter_mut().find(|set| set.outcome == item.state.name()) {
            set.objects.push(object);
        }
    }
    ReplayPin {
        id: id.clone(),
        plan: past.began.plan.clone(),
        who: past.began.who.clone(),
        consumer: past.began.consumer.clone(),
        destination: past.began.destination.clone(),
        began: past.at,
        finished: past.finished.is_some(),
        stopped: past.finished.clone().flatten(),
        sets: sets.into_iter().filter(|set| !set.objects.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_paths_and_values_as_the_log_spells_them() {
        let text = |text: &str| Node::Text(text.into());
        let node = Node::Map(vec![
            ("a".into(), Node::Map(vec![("b".into(), Node::Number("18446744073709551616".into()))])),
            ("l".into(), Node::List(vec![text("x"), Node::Map(vec![("y".into(), Node::Null)]), Node::List(vec![])])),
            ("a".into(), Node::Bool(true)),
        ]);
        let mut fields = Vec::new();
        flatten(&node, &mut String::new(), &mut fields);
        let told: Vec<(&str, &str)> = fields.iter().map(|field| (field.path.as_str(), field.value.as_str())).collect();
        let wanted =
            [("a.b", "18446744073709551616"), ("l[0]", "x"), ("l[1].y", "null"), ("l[2]", "[]"), ("a", "true")];
        assert_eq!(told, wanted);
    }

    #[test]
    fn every_outcome_of_a_replay_has_its_set() {
        use crate::domain::PlanItemState as S;
        let states = [S::Waiting, S::Intended, S::Sent, S::NotSent("r".into()), S::Recovered, S::Unconfirmed];
        let mut names: Vec<&str> = states.iter().map(S::name).chain([S::FailedAgain("r".into()).name()]).collect();
        let mut outcomes = OUTCOMES;
        names.sort_unstable();
        outcomes.sort_unstable();
        assert_eq!(names, outcomes);
    }
}
