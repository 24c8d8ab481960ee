//! What an object's records hold in some fields.

use std::io::Read;
use std::ops::Range;

use scops_parser::{Reader, Value};

use crate::domain::field::HeldKind;
use crate::domain::{Column, Held};

/// The most values of one field that a record is asked for.
const MOST: usize = 100;
/// The longest value that is kept, in bytes.
const LONGEST: usize = 1_024;

/// The fields at `paths` of the records of these numbers.
pub(super) fn read<R: Read>(mut reader: Reader<R>, paths: &[String], numbers: &Range<u64>) -> Vec<Column> {
    let mut columns: Vec<Column> =
        paths.iter().map(|path| Column { path: path.clone(), first: numbers.start, cells: Vec::new() }).collect();
    while let Some(record) = reader.next_record() {
        if record.number >= numbers.end {
            break;
        }
        if record.number < numbers.start {
            continue;
        }
        let event = record.outcome.as_ref().ok();
        let mut ecs = None;
        for column in &mut columns {
            let mut cell = Vec::new();
            if let Some(event) = event {
                find(&event.fields, &column.path, &mut cell);
                if cell.is_empty() {
                    find(ecs.get_or_insert_with(|| event.ecs()), &column.path, &mut cell);
                }
            }
            column.cells.push(cell);
        }
    }
    columns
}

/// The values at a dotted path: keys may hold dots themselves, and each item of a list counts.
fn find(value: &Value<'_>, path: &str, cell: &mut Vec<Held>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find(item, path, cell)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match path.strip_prefix(&**key) {
                    Some("") => take(value, cell),
                    Some(rest) => {
                        if let Some(rest) = rest.strip_prefix('.') {
                            find(value, rest, cell);
                        }
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
}

fn take(value: &Value<'_>, cell: &mut Vec<Held>) {
    let (kind, text) = match value {
        Value::Array(items) => return items.iter().for_each(|item| take(item, cell)),
        Value::Object(_) => (HeldKind::Map, value.to_json()),
        Value::Null => (HeldKind::Null, "null".to_owned()),
        Value::Bool(flag) => (HeldKind::Bool, flag.to_string()),
        Value::Number(text) => (HeldKind::Number, text.to_string()),
        Value::String(text) => (HeldKind::Text, text.to_string()),
    };
    if cell.len() < MOST {
        let end = text.floor_char_boundary(LONGEST);
        cell.push(Held { kind, text: text[..end].to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scops_parser::{Formats, Options};

    #[test]
    fn fields_are_found_by_the_logs_names_and_by_those_of_ecs() {
        let log = br#"{"Records":[
            {"eventVersion":"1.08","eventTime":"2026-11-23T01:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","resources":[{"ARN":"a"},{"ARN":"b"}],"additionalEventData":{"x.y":1}},
            {"eventVersion":"1.08","eventTime":"2026-11-23T01:00:01Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.8"}]}"#;
        let options = Options { formats: Formats::default(), ..Options::default() };
        let paths =
            ["eventName", "source.ip", "resources.ARN", "additionalEventData.x.y", "nothing"].map(str::to_owned);
        let columns = read(Reader::new(&log[..], options), &paths, &(0..10));
        let told = columns.iter().map(|column| {
            let cell = |cell: &Vec<Held>| cell.iter().map(|held| held.text.clone()).collect::<Vec<_>>().join("+");
            column.cells.iter().map(cell).collect::<Vec<_>>().join("|")
        });
        assert_eq!(told.collect::<Vec<_>>(), ["GetObject|PutObject", "203.0.113.7|203.0.113.8", "a+b|", "1|", "|"]);
    }
}
