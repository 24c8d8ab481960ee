//! What the last word of a search may become: a field, a value that was seen in one, a source, a stretch of time.

use crate::app::Model;
use crate::app::command_line::{Completion, of_last_word};
use crate::domain::expression::{Expression, Is, Test};
use crate::domain::{HitField, INDEXED_ECS};

/// The most values of one field that are offered.
const VALUES: usize = 500;

/// Words that join others.
const JOINING: [(&str, &str); 4] =
    [("OR", "either of both"), ("AND", "both"), ("NOT", "not the next one"), ("last", "the time before now: last 6h")];

/// Stretches of time after `last`.
const LENGTHS: [&str; 6] = ["15m", "1h", "6h", "24h", "7d", "30d"];

/// The completions of a search.
pub fn completions(model: &Model, typed: &str) -> Vec<Completion> {
    of_last_word(typed, &['('], |before, word| {
        if before.split_whitespace().next_back() == Some("last") {
            return LENGTHS.map(|length| (length.to_owned(), format!("the last {length}"))).to_vec();
        }
        match word.split_once(':') {
            Some(("source", names)) => sources(model, names),
            Some((field, _)) => of_field(model, field),
            None => words(model, word),
        }
    })
}

/// Source names, after those that are there already: `alb,vpcflow`.
fn sources(model: &Model, names: &str) -> Vec<(String, String)> {
    let before = names.rsplit_once(',').map_or(String::new(), |(before, _)| format!("{before},"));
    let is_there = |name: &str| before.split(',').any(|other| other == name);
    let sources = model.profile.sources.iter().filter(|source| !is_there(&source.name));
    sources.map(|source| (format!("source:{before}{}", source.name), source.layout.to_string())).collect()
}

/// Values of a field that were seen.
fn of_field(model: &Model, field: &str) -> Vec<(String, String)> {
    let mut values: Vec<(String, &str)> = Vec::new();
    if let Some(known) = HitField::named(field) {
        let words = model.search.shape.table().words(known).iter().skip(1).take(VALUES);
        values.extend(words.map(|word| (word.to_string(), "seen in this answer")));
    }
    values.extend(of_records(model, field).map(|value| (value, "seen in the records")));
    let mut words = Vec::new();
    for (value, doc) in values {
        let word = spelled(Some(field), value);
        if !words.iter().any(|(known, _)| *known == word) {
            words.push((word, doc.to_owned()));
        }
        if words.len() >= VALUES {
            break;
        }
    }
    words.push((format!("{field}:*"), "the field is there".to_owned()));
    words
}

/// The values of a field of the records that were looked at.
fn of_records<'m>(model: &'m Model, field: &str) -> impl Iterator<Item = String> + use<'m> {
    let reading = model.records.reading.as_ref();
    let page = reading.and_then(|reading| reading.page.as_ref());
    let column = page.and_then(|page| page.columns.iter().position(|path| path == field));
    let rows = page.into_iter().flat_map(|page| &page.rows).take(VALUES);
    let shown = rows.filter_map(move |row| row.cells.get(column?));
    let held = reading.and_then(|reading| reading.fields.get(field)).into_iter().flat_map(|column| &column.cells);
    let chosen = held.take(VALUES).flatten().map(|held| &held.text);
    shown.chain(chosen).filter(|value| !value.is_empty()).cloned()
}

/// Names of fields, and what stands between words; values that begin so, once there is something to begin with.
fn words(model: &Model, word: &str) -> Vec<(String, String)> {
    let mut words: Vec<(String, String)> = vec![("source:".into(), "records of these sources alone".into())];
    let fields = INDEXED_ECS.iter().map(|path| ((*path).to_owned(), "an ECS field"));
    let shape = &model.search.shape;
    let found = shape.table().words(HitField::In).iter().skip(1).take(VALUES);
    let found = found.flat_map(|names| names.split('\u{1f}').map(str::to_owned).collect::<Vec<_>>());
    let found = found.map(|name| (name, "a field that held what was searched for"));
    let page = model.records.reading.as_ref().and_then(|reading| reading.page.as_ref());
    let read =
        page.into_iter().flat_map(|page| page.columns.iter().cloned()).map(|name| (name, "a column of the records"));
    for (name, doc) in fields.chain(found).chain(read) {
        let field = format!("{name}:");
        if !words.iter().any(|(known, _)| *known == field) {
            words.push((field, doc.to_owned()));
        }
    }
    words.extend(JOINING.map(|(word, doc)| (word.to_owned(), doc.to_owned())));
    if !word.is_empty() {
        for field in HitField::counted().filter(|field| matches!(field, HitField::Ecs(_))) {
            let values = shape.table().words(field).iter().skip(1).take(VALUES);
            let values = values.filter(|value| value.starts_with(word));
            words.extend(values.map(|value| (spelled(None, value.to_string()), format!("seen in {}", field.name()))));
        }
    }
    words
}

/// A value as it is typed, in its quotes where it needs them.
fn spelled(field: Option<&str>, value: String) -> String {
    Expression::Test(Test { field: field.map(str::to_owned), is: Is::Term(value) }).to_string()
}
