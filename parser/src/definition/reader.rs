//! How the fields of a text are found: by patterns, columns, pairs or JSON.

use std::borrow::Cow;

use super::columns::Columns;
use super::condition::Condition;
use super::dissect::Dissect;
use super::document::{Node, Section};
use super::grok;
use super::kind::{Kind, Nulls};
use super::mistake::Notes;
use super::name::name;
use super::pairs::Pairs;
use super::path::{Fields, Path, put};
use super::pattern::{Pattern, Scratch, TEXT};
use crate::json;
use crate::value::Value;

/// Levels of JSON within a field.
const DEPTH: usize = 64;

/// Finds the fields of a text.
#[derive(Debug)]
pub(super) enum Reader {
    Pattern(Pattern),
    Dissect(Dissect),
    Columns(Columns),
    Pairs(Box<Pairs>),
    Json,
}

/// The keys of readers.
pub(super) const READERS: [&str; 6] = ["regex", "grok", "dissect", "csv", "pairs", "json"];

/// What readers need besides the text.
pub(super) struct Means<'m> {
    pub nulls: &'m Nulls,
    pub scratch: &'m mut Scratch,
    /// The columns that the object's header names.
    pub header: Option<&'m [(Cow<'static, str>, Kind)]>,
}

/// What is the same for all readers of a definition.
pub(super) struct Common {
    pub types: Vec<(String, Kind)>,
    /// Patterns of the definition's own.
    pub grok: Vec<(String, String)>,
    /// Patterns so far.
    pub count: usize,
}

impl Reader {
    /// The readers that a section names: one, or several patterns that are tried in order.
    pub(super) fn parse(section: &Section<'_>, common: &mut Common, notes: &mut Notes<'_>) -> Vec<Self> {
        let given: Vec<_> = READERS.into_iter().filter(|key| section.get(key).is_some()).collect();
        let [key] = given[..] else {
            let cause = match given[..] {
                [] => "nothing says how the fields are found".to_owned(),
                _ => format!("{} at once", given.join(" and ")),
            };
            notes.add(&section.span, cause).cure("give one of regex, grok, dissect, csv, pairs, json");
            return Vec::new();
        };
        Reader::of(key, section, common, notes)
    }

    /// The readers that stand at `key`.
    pub(super) fn of(key: &str, section: &Section<'_>, common: &mut Common, notes: &mut Notes<'_>) -> Vec<Self> {
        let mut readers = Vec::new();
        match key {
            "regex" | "grok" => {
                for text in section.texts(key, notes) {
                    common.count += 1;
                    let pattern = match key {
                        "regex" => Pattern::plain(common.count, text.text, &common.types),
                        _ => grok::pattern(common.count, text.text, &common.grok, &common.types),
                    };
                    readers.extend(notes.checked(&text.span, pattern).map(Reader::Pattern));
                }
            }
            "dissect" => {
                for text in section.texts(key, notes) {
                    match Dissect::parse(text.text, &common.types) {
                        Ok(dissect) => readers.push(Reader::Dissect(dissect)),
                        Err((at, reason)) => drop(notes.add_within(&text.span, at, reason)),
                    }
                }
            }
            "csv" => {
                readers.extend(section.get("csv").and_then(|node| columns(node, common, notes)).map(Reader::Columns));
            }
            "pairs" => readers.extend(pairs(section.get("pairs"), common, notes).map(Box::new).map(Reader::Pairs)),
            _ => {
                if section.flag("json", notes) {
                    readers.push(Reader::Json);
                }
            }
        }
        readers
    }

    /// Whether a text has the form that is read, told at less cost than reading it.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        match self {
            Reader::Pattern(pattern) => pattern.is_match(text),
            Reader::Dissect(dissect) => dissect.is_match(text),
            Reader::Columns(columns) => columns.is_match(text),
            Reader::Pairs(_) | Reader::Json => true,
        }
    }

    /// Reads the fields of a text; false, and no field, where it has not the form that is read.
    pub(super) fn read<'a>(&self, text: &'a [u8], means: &mut Means<'_>, fields: &mut Fields<'a>) -> bool {
        match self {
            Reader::Pattern(pattern) => pattern.read(text, means.nulls, means.scratch, fields),
            Reader::Dissect(dissect) => dissect.read(text, means.nulls, fields),
            Reader::Columns(columns) => columns.read(text, means.header.unwrap_or(&columns.names), means.nulls, fields),
            Reader::Pairs(pairs) => text.len() <= TEXT && pairs.read(text, means.nulls, fields),
            Reader::Json => match json::parse_whole(text, DEPTH).map(|parsed| parsed.value) {
                Ok(Value::Object(found)) => {
                    for (key, value) in found {
                        put(fields, key, value);
                    }
                    true
                }
                _ => false,
            },
        }
    }

    /// The fields that it reads; nothing where the text names them.
    fn fields(&self) -> Option<Vec<&str>> {
        match self {
            Reader::Pattern(pattern) => Some(pattern.fields().collect()),
            Reader::Dissect(dissect) => dissect.fields(),
            Reader::Columns(columns) if columns.has_header => None,
            Reader::Columns(columns) => Some(columns.names.iter().map(|(name, _)| &**name).collect()),
            Reader::Pairs(_) | Reader::Json => None,
        }
    }

    /// How far a text matches that does not match as a whole, and what does not go on from there.
    pub(super) fn reach(&self, text: &[u8]) -> (usize, Option<String>) {
        match self {
            Reader::Pattern(pattern) => {
                let (at, wants) = pattern.reach(text);
                (at, wants.map(str::to_owned))
            }
            Reader::Dissect(dissect) => dissect.reach(text),
            Reader::Columns(columns) => {
                let count = columns.split(text).count();
                (0, Some(format!("{} columns, not {count}", columns.names.len())))
            }
            Reader::Pairs(_) => (0, Some("a key and a value".to_owned())),
            Reader::Json => (0, Some("a JSON object".to_owned())),
        }
    }
}

fn columns(node: Node<'_>, common: &Common, notes: &mut Notes<'_>) -> Option<Columns> {
    let section = Section::open(node, "csv", &["columns", "delimiter", "quote", "header", "optional"], notes)?;
    let byte = |key: &str, default: u8, notes: &mut Notes<'_>| match section.text(key, notes) {
        None => default,
        Some(text) if text.text.len() == 1 => text.text.as_bytes()[0],
        Some(text) => {
            notes.add(&text.span, format!("{key} must be one ASCII character, not \"{}\"", text.text));
            default
        }
    };
    let (delimiter, quote) = (byte("delimiter", b',', notes), byte("quote", b'"', notes));
    let has_header = section.flag("header", notes);
    let optional = section.number("optional", notes).map_or(0, |number| number as usize);
    let kind = |text: &str| common.types.iter().find(|(typed, _)| typed == text).map_or(Kind::Text, |(_, kind)| *kind);
    let texts = section.texts("columns", notes);
    let names: Vec<_> = texts.iter().map(|text| (name(text.text), kind(text.text))).collect();
    if names.is_empty() {
        notes.add(&section.span, "csv lacks \"columns\"").cure("name the columns in their order; \"\" passes one over");
    }
    let required = if has_header { 1 } else { names.len().saturating_sub(optional) };
    Some(Columns { delimiter, quote, names, has_header, required, types: common.types.clone() })
}

fn pairs(node: Option<Node<'_>>, common: &Common, notes: &mut Notes<'_>) -> Option<Pairs> {
    let Some(node) = node else { return Some(Pairs::new(" ", "=", &common.types)) };
    let section = Section::open(node, "pairs", &["between", "equals"], notes)?;
    let text = |key: &str, default: &'static str, notes: &mut Notes<'_>| match section.text(key, notes) {
        Some(text) if text.text.is_empty() => {
            notes.add(&text.span, format!("{key} must not be empty"));
            default.to_owned()
        }
        Some(text) => text.text.to_owned(),
        None => default.to_owned(),
    };
    Some(Pairs::new(&text("between", " ", notes), &text("equals", "=", notes), &common.types))
}

/// The fields that a record of these readers has; nothing where its text names them.
pub(super) fn fields<'r>(lines: &'r [Reader], extracts: &'r [Extract]) -> Option<Vec<&'r str>> {
    let mut all = Vec::new();
    for line in lines {
        all.extend(line.fields()?);
    }
    for extract in extracts {
        match &extract.into {
            Some(into) => all.push(into),
            None => {
                for reader in &extract.readers {
                    all.extend(reader.fields()?);
                }
            }
        }
    }
    (!lines.is_empty()).then_some(all)
}

/// Reads further fields out of one.
#[derive(Debug)]
pub(super) struct Extract {
    from: Path,
    /// The object that the fields go into; the record itself where there is none.
    into: Option<Cow<'static, str>>,
    when: Vec<Condition>,
    readers: Vec<Reader>,
}

impl Extract {
    pub(super) fn parse(node: Node<'_>, common: &mut Common, notes: &mut Notes<'_>) -> Option<Self> {
        let known: Vec<&str> = READERS.into_iter().chain(["from", "into", "when"]).collect();
        let section = Section::open(node, "[[extract]]", &known, notes)?;
        let from = section.needed("from", "[[extract]]", notes);
        let from = super::rule::paths(from.into_iter().collect(), notes).pop()?;
        let into = section.text("into", notes).map(|into| name(into.text));
        let when = section.get("when").map_or_else(Vec::new, |node| Condition::all(node, "when", notes));
        Some(Extract { from, into, when, readers: Reader::parse(&section, common, notes) })
    }

    /// Adds what the field says to the fields of the record. A text that has another form adds nothing.
    pub(super) fn apply(&self, fields: &mut Value<'_>, nulls: &Nulls, scratch: &mut Scratch) {
        if !self.when.iter().all(|condition| condition.holds(fields)) {
            return;
        }
        let mut means = Means { nulls, scratch, header: None };
        let mut found = Vec::new();
        match self.from.first(fields) {
            Some(Value::String(Cow::Borrowed(text))) => {
                self.readers.iter().any(|reader| reader.read(text.as_bytes(), &mut means, &mut found));
            }
            Some(Value::String(Cow::Owned(text))) => {
                let mut read = Vec::new();
                self.readers.iter().any(|reader| reader.read(text.as_bytes(), &mut means, &mut read));
                let own =
                    |(name, value): (Cow<'_, str>, Value<'_>)| (Cow::Owned(name.into_owned()), value.into_owned());
                found.extend(read.into_iter().map(own));
            }
            _ => {}
        }
        let Value::Object(fields) = fields else { return };
        match &self.into {
            Some(into) if !found.is_empty() => put(fields, into.clone(), Value::Object(found)),
            _ => found.into_iter().for_each(|(name, value)| put(fields, name, value)),
        }
    }
}
