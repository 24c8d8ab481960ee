//! A record of the sample as an entry of the definition: `[[sample]]` with what is expected of it.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::domain::TriedRecord;

/// The longest record that is kept.
const LIMIT: usize = 4 << 10;
/// Values that are expected of it.
const EXPECTED: usize = 8;

/// The entry; nothing where the record is too long or no text.
pub(super) fn entry(raw: &[u8], record: &TriedRecord, arrived: Timestamp) -> Option<String> {
    let line = std::str::from_utf8(raw).ok()?.trim_end_matches(['\r', '\n']);
    if line.is_empty()
        || line.len() > LIMIT
        || line.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t')
    {
        return None;
    }
    let mut entry = format!("\n\n[[sample]]\nline = {}\n", quoted(line));
    let mut expected = Vec::new();
    if let Some(time) = &record.time {
        // The year of a time without one comes from when the object arrived.
        if arrived != Timestamp::UNIX_EPOCH && !line.contains(time.get(..4).unwrap_or_default()) {
            let _ = writeln!(entry, "arrived = \"{arrived}\"");
        }
        expected.push(format!("time = \"{time}\""));
    }
    let names = ["event.action", "user.name", "host.hostname", "source.ip", "destination.ip", "log.level"];
    let telling = names.iter().filter_map(|name| record.ecs.iter().find(|(path, _)| path == name));
    expected.extend(
        telling.filter(|(_, value)| is_plain(value)).map(|(path, value)| format!("\"{path}\" = {}", quoted(value))),
    );
    let fields = record.fields.iter().filter(|(path, value)| is_plain(value) && is_plain(path) && !path.contains('"'));
    let rest = EXPECTED.saturating_sub(expected.len());
    expected.extend(fields.take(rest).map(|(path, value)| format!("\"fields.{path}\" = {}", quoted(value))));
    let _ = write!(entry, "expect = {{ {} }}", expected.join(", "));
    Some(entry)
}

/// Whether a value reads in the definition as it does on the screen: short text, and no list or object.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 120
        && !["null", "true", "false"].contains(&value)
        && !value.starts_with(['[', '{'])
        && value.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    if text.contains('\n') && !text.contains("'''") && !text.starts_with('\n') && !text.ends_with('\'') {
        return format!("'''{text}'''");
    }
    if !text.contains(['\'', '\n']) {
        return format!("'{text}'");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use scops_parser::Definition;

    #[test]
    fn a_kept_record_is_a_sample_that_its_definition_meets() {
        let definition = "name = \"door\"\nrecords = \"blocks\"\nbegins = '2026-'\n[[line]]\nregex = '''(?<ts>\\S+) (?<note>.*)'''\n[time]\nfield = \"ts\"";
        for note in ["it's \"fine\"", "a\\b", "two\nlines", "'''", "tab\t."] {
            let raw = format!("2026-11-23T02:14:07Z {note}\n");
            let record = TriedRecord {
                lines: 0..1,
                span: 0..raw.len(),
                fault: None,
                time: Some("2026-11-23T02:14:07Z".into()),
                fields: vec![("note".into(), note.into())],
                ecs: vec![],
            };
            let entry = entry(raw.as_bytes(), &record, Timestamp::UNIX_EPOCH).expect("an entry");
            let text = format!("{definition}{entry}\n");
            if let Err(mistakes) = Definition::parse(&text, "door.toml") {
                panic!("{}\n{text}", mistakes[0]);
            }
        }
    }

    #[test]
    fn what_cannot_stand_in_a_definition_is_not_kept() {
        let record = TriedRecord { lines: 0..1, span: 0..1, fault: None, time: None, fields: vec![], ecs: vec![] };
        for raw in [&b"\xff"[..], b"\x1b[2J", b"", &[b'x'; LIMIT + 1]] {
            assert_eq!(entry(raw, &record, Timestamp::UNIX_EPOCH), None);
        }
    }
}
