//! Records of pgAudit: `SESSION,1,1,READ,SELECT,TABLE,public.orders,"select …",<none>`, in CSV.

use std::borrow::Cow;

use crate::formats::columns::{self, Kind, value};
use crate::value::Value;

const COLUMNS: [&str; 9] = [
    "audit_type",
    "statement_id",
    "substatement_id",
    "class",
    "command",
    "object_type",
    "object_name",
    "statement",
    "parameter",
];

pub(super) fn read(record: &[u8]) -> Value<'_> {
    let mut fields = Vec::with_capacity(COLUMNS.len());
    let mut rest = Some(record);
    for name in COLUMNS {
        let Some(line) = rest else { break };
        let (part, length) = if let Some(quoted) = line.strip_prefix(b"\"") {
            let end = closing(quoted);
            (unquoted(&quoted[..end]), end + 2)
        } else {
            let end = memchr::memchr(b',', line).unwrap_or(line.len());
            (value(&line[..end], if name.ends_with("_id") { Kind::Number } else { Kind::Text }), end)
        };
        if part.scalar().is_some_and(|text| !text.is_empty()) {
            fields.push((Cow::Borrowed(name), part));
        }
        rest = line.get(length..).and_then(|line| line.strip_prefix(b","));
    }
    Value::Object(fields)
}

/// The quote that is not doubled; the end where there is none.
fn closing(quoted: &[u8]) -> usize {
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &quoted[at..]) {
        at += quote;
        if quoted.get(at + 1) != Some(&b'"') {
            return at;
        }
        at += 2;
    }
    quoted.len()
}

fn unquoted(inner: &[u8]) -> Value<'_> {
    let text = columns::text(inner);
    Value::String(if text.contains("\"\"") { Cow::Owned(text.replace("\"\"", "\"")) } else { text })
}
