//! Proposals for columns between delimiters, and for lines of pairs.

use super::names::{self, Field};
use super::{Draft, bare, quoted, times};
use crate::definition::columns::Columns;
use crate::definition::kind::{Kind, Nulls};
use crate::definition::pairs::Pairs;
use crate::value::Value;

const DELIMITERS: [u8; 5] = [b'\t', b';', b'|', b',', b' '];

/// A proposal for lines of equally many columns.
pub(super) fn columns(lines: &[&str], name: &str) -> Option<String> {
    let (delimiter, rows) = DELIMITERS.iter().find_map(|delimiter| Some((*delimiter, rows(lines, *delimiter)?)))?;
    let has_header = rows.len() > 1 && is_header(&rows[0], &rows[1..]);
    let data = if has_header { &rows[1..] } else { &rows[..] };
    let cells =
        |index: usize| data.iter().map(|row| &*row[index]).filter(|cell| !["", "-"].contains(cell)).collect::<Vec<_>>();
    let mut taken: Vec<String> = Vec::new();
    for (index, title) in rows[0].iter().enumerate() {
        let (known, _) = kind_of(&cells(index));
        let wanted = if has_header {
            title.trim().to_owned()
        } else {
            known.map_or(format!("column_{}", index + 1), str::to_owned)
        };
        taken.push(unique(&wanted, &taken));
    }
    let fields: Vec<Field<'_>> =
        taken.iter().enumerate().map(|(index, path)| Field { path: path.clone(), values: cells(index) }).collect();
    let time = names::time_of(&fields);
    // Without a header, only a time tells the rows from those of other tables.
    if !has_header && (time.is_none() || delimiter == b' ') {
        return None;
    }
    let rules = names::rules(&fields);
    let mut draft = Draft::new(name, &format!("{} rows", data.len()), &names::columns(&rules));
    draft.key("records", "csv");
    draft.key(
        "message",
        &taken
            .iter()
            .filter(|name| is_path(name))
            .take(6)
            .map(|name| format!("{{{name}}}"))
            .collect::<Vec<_>>()
            .join(" "),
    );
    draft.ecs(&rules);
    draft.table("[csv]");
    if delimiter != b',' {
        draft.key("delimiter", &char::from(delimiter).to_string());
    }
    if has_header {
        draft.line("header = true");
    }
    let list: Vec<String> = taken.iter().map(|name| quoted(name)).collect();
    draft.line(&format!("columns = [{}]", list.join(", ")));
    let typed = fields.iter().filter_map(|field| Some((field.path.clone(), kind_of(&field.values).1?)));
    draft.types(&typed.collect::<Vec<_>>());
    if let Some((path, format)) = time {
        draft.time(path, &[format]);
    }
    let rows = if has_header { &lines[1..] } else { lines };
    let sample = |row: &&str| if has_header { format!("{}\n{row}", lines[0]) } else { (*row).to_owned() };
    let samples: Vec<String> = rows.iter().map(sample).take(2).collect();
    draft.samples(samples.iter().map(String::as_str));
    Some(draft.text)
}

/// The cells of all lines, where each has as many, and some.
fn rows<'l>(lines: &[&'l str], delimiter: u8) -> Option<Vec<Vec<std::borrow::Cow<'l, str>>>> {
    let columns =
        Columns { delimiter, quote: b'"', names: Vec::new(), has_header: false, required: 0, types: Vec::new() };
    let rows: Vec<Vec<_>> = lines.iter().map(|line| columns.split(line.as_bytes()).take(512).collect()).collect();
    let count = rows.first()?.len();
    // Commas and spaces are also those of sentences.
    let least = if b", ".contains(&delimiter) { 4 } else { 3 };
    (count >= least && count < 512 && rows.iter().all(|row| row.len() == count)).then_some(rows)
}

/// Whether the first row names the columns: words, each once, and none of them a value.
fn is_header(first: &[std::borrow::Cow<'_, str>], others: &[Vec<std::borrow::Cow<'_, str>>]) -> bool {
    let is_word = |cell: &str| {
        let cell = cell.trim();
        cell.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && cell.len() <= 64
            && times::whole(cell).is_none()
            && is_path(cell)
    };
    let is_once =
        first.iter().enumerate().all(|(index, cell)| first[..index].iter().all(|other| other.trim() != cell.trim()));
    let differs = (0..first.len()).any(|index| others.iter().all(|row| !is_word(&row[index])));
    is_once && differs && first.iter().all(|cell| is_word(cell))
}

fn is_path(name: &str) -> bool {
    !name.is_empty() && !name.contains(['[', ']', '{', '}', '|']) && !name.chars().any(char::is_control)
}

/// A proposal for lines that are all pairs.
pub(super) fn pairs(lines: &[&str], name: &str) -> Option<String> {
    let separators = [(" ", "="), (", ", "="), (",", "="), ("|", "="), (", ", ": "), ("; ", "=")];
    let read = |(between, equals): (&str, &str)| -> Option<Vec<Value<'_>>> {
        let pairs = Pairs::new(between, equals, &[]);
        let read = lines.iter().map(|line| {
            let mut fields = Vec::new();
            pairs.read(line.as_bytes(), &Nulls(Vec::new()), &mut fields);
            let is_key = |key: &str| {
                key.starts_with(|first: char| first.is_ascii_alphabetic() || "_@".contains(first))
                    && key.chars().all(|character| character.is_ascii_alphanumeric() || "_.@-".contains(character))
            };
            // Nearly the whole line is pairs.
            let length: usize =
                fields.iter().map(|(key, value)| key.len() + value.scalar().map_or(0, str::len) + 2).sum();
            let is_whole =
                fields.len() >= 3 && fields.iter().all(|(key, _)| is_key(key)) && length * 10 >= line.len() * 8;
            is_whole.then_some(Value::Object(fields))
        });
        read.collect()
    };
    let ((between, equals), records) = separators.into_iter().find_map(|pair| Some((pair, read(pair)?)))?;
    let mut keys: Vec<String> = Vec::new();
    for (key, _) in records.iter().flat_map(|record| record.as_object().unwrap_or_default()) {
        if !keys.iter().any(|known| known == key) && keys.len() < 128 {
            keys.push(key.to_string());
        }
    }
    let field = |key: &String| Field {
        path: key.clone(),
        values: records.iter().filter_map(|record| record.get(key)?.scalar()).collect(),
    };
    let fields: Vec<Field<'_>> = keys.iter().map(field).collect();
    let in_all: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| {
            field.values.len() == records.len() && field.values.iter().all(|value| !["", "-"].contains(value))
        })
        .collect();
    if in_all.is_empty() {
        return None;
    }
    let rules = names::rules(&fields);
    let mut draft = Draft::new(name, &format!("{} lines of pairs", lines.len()), &names::columns(&rules));
    draft.key("records", "key_value");
    draft.key(
        "message",
        &in_all.iter().take(5).map(|field| format!("{{{}}}", field.path)).collect::<Vec<_>>().join(" "),
    );
    draft.ecs(&rules);
    draft.table("[pairs]");
    draft.key("between", between);
    draft.key("equals", equals);
    draft.table("[matches]");
    for field in in_all.iter().take(4) {
        draft.line(&format!("{} = {{ exists = true }}", bare(&field.path)));
    }
    let typed = fields.iter().filter_map(|field| Some((field.path.clone(), kind_of(&field.values).1?)));
    draft.types(&typed.collect::<Vec<_>>());
    if let Some((path, format)) = names::time_of(&fields) {
        draft.time(path, &[format]);
    }
    draft.samples(lines.iter().copied());
    Some(draft.text)
}

/// A name for a column of such values, and their type.
fn kind_of(values: &[&str]) -> (Option<&'static str>, Option<&'static str>) {
    let all = |is: &dyn Fn(&str) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
    let is_kind = |kind: Kind| move |text: &str| kind.convert(&text.into()).is_some();
    if all(&|value| times::whole(value).is_some()) {
        (Some("time"), None)
    } else if all(&is_kind(Kind::Ip)) {
        (Some("ip"), Some("ip"))
    } else if all(&is_kind(Kind::Int)) {
        (Some("number"), Some("int"))
    } else if all(&is_kind(Kind::Float)) {
        (Some("number"), Some("float"))
    } else if all(&|value| matches!(value, "true" | "false")) {
        (Some("flag"), Some("bool"))
    } else {
        (None, None)
    }
}

/// The name, with a number behind it where it is taken.
pub(super) fn unique(name: &str, taken: &[String]) -> String {
    let is_free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}
