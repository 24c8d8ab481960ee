//! The values of the hits by field, each kept once: what counting, grouping, sorting and narrowing read.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{HIT_ECS, Hit, HitField};

/// Stands between the names of the fields that hold what was searched for.
const SEPARATOR: &str = "\u{1f}";

/// What hits have in each of the [counted](HitField::counted) fields, by the hit's number.
#[derive(Debug, Default)]
pub struct Table {
    columns: [Column; HIT_ECS.len() + 3],
    len: usize,
    times: Option<(Timestamp, Timestamp)>,
}

/// The values of one field: a word of its own for each, and each hit's word by its code. The first code is that of
/// hits which have nothing there.
#[derive(Debug)]
struct Column {
    words: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
    codes: Vec<u32>,
    widest: usize,
}

/// The code of hits that have nothing in a field.
pub(super) const NOTHING: u32 = 0;

impl Default for Column {
    fn default() -> Self {
        Self { words: vec!["".into()], known: HashMap::new(), codes: Vec::new(), widest: 0 }
    }
}

impl Column {
    fn add(&mut self, word: &str) {
        let code = if word.is_empty() { NOTHING } else { self.code_of(word) };
        self.codes.push(code);
    }

    fn code_of(&mut self, word: &str) -> u32 {
        if let Some(code) = self.known.get(word) {
            return *code;
        }
        let code = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let word: Arc<str> = word.into();
        self.widest = self.widest.max(word.chars().count());
        self.words.push(Arc::clone(&word));
        self.known.insert(word, code);
        code
    }
}

fn place(field: HitField) -> Option<usize> {
    match field {
        HitField::Source => Some(0),
        HitField::In => Some(1),
        HitField::Object => Some(2),
        HitField::Ecs(number) => Some(3 + usize::from(number)),
        HitField::Time | HitField::Record => None,
    }
}

impl Table {
    /// How many hits it has taken in.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has taken in none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes in the next hit.
    pub(super) fn add(&mut self, hit: &Hit) {
        let [source, found_in, object, ecs @ ..] = &mut self.columns;
        source.add(&hit.source);
        found_in.add(&hit.fields.join(SEPARATOR));
        object.add(&hit.object.to_string());
        let mut values = hit.ecs.iter().peekable();
        for (column, path) in ecs.iter_mut().zip(HIT_ECS) {
            // Values stand in the order of their fields.
            let value = values.next_if(|(known, _)| *known == path);
            column.add(value.map_or("", |(_, value)| value));
        }
        if let Some(time) = hit.time {
            let (first, last) = self.times.unwrap_or((time, time));
            self.times = Some((first.min(time), last.max(time)));
        }
        self.len += 1;
    }

    fn column(&self, field: HitField) -> Option<&Column> {
        self.columns.get(place(field)?)
    }

    /// The code of what a hit has in a field.
    pub(super) fn code(&self, field: HitField, hit: u32) -> u32 {
        self.column(field).and_then(|column| column.codes.get(hit as usize)).copied().unwrap_or(NOTHING)
    }

    /// The word of a code.
    pub(super) fn word(&self, field: HitField, code: u32) -> &str {
        self.column(field).and_then(|column| column.words.get(code as usize)).map_or("", |word| word)
    }

    /// The words of a field, by their codes; the first is that of nothing.
    pub fn words(&self, field: HitField) -> &[Arc<str>] {
        self.column(field).map_or(&[], |column| &column.words)
    }

    /// How many characters the longest value of a field has.
    pub fn widest(&self, field: HitField) -> usize {
        self.column(field).map_or(0, |column| column.widest)
    }

    /// The times of the first and of the last hit that tells one.
    pub fn times(&self) -> Option<(Timestamp, Timestamp)> {
        self.times
    }

    /// Whether a hit has a value in a field.
    pub(super) fn holds(&self, field: HitField, hit: u32, value: &str) -> bool {
        values(field, self.word(field, self.code(field, hit))).any(|held| held == value)
    }
}

/// The values that a word stands for: one, or the names of all fields that hold what was searched for.
pub(super) fn values(field: HitField, word: &str) -> impl Iterator<Item = &str> {
    let separator = if field == HitField::In { SEPARATOR } else { "\0" };
    word.split(separator).filter(|value| !value.is_empty())
}

/// A word as it is shown.
pub fn told(field: HitField, word: &str) -> String {
    if field == HitField::In { word.replace(SEPARATOR, " ") } else { word.to_owned() }
}
