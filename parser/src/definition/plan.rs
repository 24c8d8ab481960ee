//! A definition that was read: all that it says, ready to be used.

use memchr::memmem::Finder;

use super::clock::{self, Clock};
use super::condition::Condition;
use super::document::{Located, Section};
use super::kind::{KINDS, Kind, Nulls};
use super::mistake::Notes;
use super::pattern::Pattern;
use super::reader::{self, Common, Extract, READERS, Reader};
use super::rule::{Rule, time_formats};
use super::sample::Sample;
use super::template::Template;

/// All that a definition says.
#[derive(Debug)]
pub(super) struct Plan {
    pub name: String,
    pub title: String,
    pub source: Option<String>,
    pub dataset: String,
    pub columns: Vec<String>,
    pub message: Template,
    pub strictness: u8,
    pub keys: Vec<String>,
    /// Of these a text holds at least one.
    pub contains: Vec<Finder<'static>>,
    pub records: Records,
    /// What lines begin with that are no records.
    pub comments: Vec<String>,
    /// Tried in order.
    pub lines: Vec<Reader>,
    pub extracts: Vec<Extract>,
    pub nulls: Nulls,
    pub matches: Vec<Condition>,
    pub clock: Option<Clock>,
    pub rules: Vec<Rule>,
    pub samples: Vec<Sample>,
}

/// How records lie in an object.
#[derive(Debug)]
pub(super) enum Records {
    Lines,
    /// Each begins with a line that this matches.
    Blocks(Pattern),
    Csv,
    KeyValue,
    Json {
        envelope: Option<String>,
    },
}

/// The keys of a definition.
pub(super) const KEYS: &[&str] = &[
    "name",
    "title",
    "source",
    "dataset",
    "columns",
    "message",
    "strictness",
    "keys",
    "contains",
    "records",
    "begins",
    "envelope",
    "comments",
    "nulls",
    "line",
    "csv",
    "pairs",
    "grok",
    "types",
    "extract",
    "time",
    "matches",
    "ecs",
    "sample",
];

const RECORDS: &[&str] = &["lines", "blocks", "csv", "json", "key_value"];

/// The strictness of a definition that tells none: above the formats that are compiled in, for who writes one means it.
pub(super) const STRICTNESS: u8 = 6;

impl Plan {
    /// Reads a definition; what is wrong with it is noted.
    pub(super) fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        let name = name(section, notes);
        let text = |key: &str, notes: &mut Notes<'_>| section.text(key, notes).map(|text| text.text.to_owned());
        let texts = |key: &str, notes: &mut Notes<'_>| -> Vec<String> {
            section.texts(key, notes).into_iter().map(|text| text.text.to_owned()).collect()
        };
        let mut common = Common { types: types(section, notes), grok: own_patterns(section, notes), count: 0 };
        let records = records(section, notes)?;
        let lines = lines(section, &records, &mut common, notes);
        let matches = section.get("matches").map_or_else(Vec::new, |node| Condition::all(node, "[matches]", notes));
        must_tell_records(section, &records, &lines, &matches, notes);
        let nulls =
            if section.get("nulls").is_some() { texts("nulls", notes) } else { vec!["-".into(), String::new()] };
        let message = section.text("message", notes).unwrap_or(Located { text: "{message}", span: 0..0 });
        let strictness = section.number("strictness", notes).unwrap_or(f64::from(STRICTNESS));
        if !(2.0..=20.0).contains(&strictness) {
            notes.add(&section.span, "strictness is a number from 2 to 20");
        }
        let title = text("title", notes).unwrap_or_else(|| name.clone());
        let dataset = text("dataset", notes).unwrap_or_else(|| name.clone());
        let plan = Plan {
            source: text("source", notes),
            columns: texts("columns", notes),
            message: Template::located(&message, notes)?,
            strictness: strictness as u8,
            keys: texts("keys", notes),
            comments: texts("comments", notes),
            contains: texts("contains", notes).iter().map(|text| Finder::new(text).into_owned()).collect(),
            extracts: section
                .list("extract", notes)
                .into_iter()
                .filter_map(|node| Extract::parse(node, &mut common, notes))
                .collect(),
            clock: clock(section, notes),
            rules: section.list("ecs", notes).into_iter().filter_map(|node| Rule::parse(node, notes)).collect(),
            samples: section.list("sample", notes).into_iter().filter_map(|node| Sample::parse(node, notes)).collect(),
            nulls: Nulls(nulls),
            name,
            title,
            dataset,
            records,
            lines,
            matches,
        };
        if plan.samples.is_empty() {
            notes.add(&(0..0), "the definition has no sample").cure("add [[sample]] line = '…' with a line of the log");
        }
        if notes.is_thorough
            && notes.mistakes.is_empty()
            && let Some(known) = reader::fields(&plan.lines, &plan.extracts)
        {
            notes.check_references(&known);
        }
        Some(plan)
    }

    /// Whether a line is no record.
    pub(super) fn is_comment(&self, line: &[u8]) -> bool {
        self.comments.iter().any(|start| line.starts_with(start.as_bytes()))
    }

    /// Whether a text may be of this format, told by a quick look.
    pub(super) fn may_be(&self, text: &[u8]) -> bool {
        self.contains.is_empty() || self.contains.iter().any(|finder| finder.find(text).is_some())
    }
}

fn name(section: &Section<'_>, notes: &mut Notes<'_>) -> String {
    let Some(Located { text, span }) = section.needed("name", "the definition", notes) else { return String::new() };
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if text.is_empty() || text.len() > 64 || !text.bytes().all(is_fine) {
        let cause = format!("a name has small letters, digits, '-', '_' and '.', not \"{text}\"");
        notes.add(&span, cause);
    }
    text.to_owned()
}

fn types(section: &Section<'_>, notes: &mut Notes<'_>) -> Vec<(String, Kind)> {
    let mut types = Vec::new();
    for (key, node) in section.entries("types", notes) {
        match super::document::text(node).map(|text| (Kind::of(text.text), text.text)) {
            Some((Some(kind), _)) => types.push((key.text.to_owned(), kind)),
            Some((None, text)) => notes.add(&node.span(), format!("unknown type \"{text}\"")).cure_by_name(text, KINDS),
            None => drop(notes.add(&node.span(), "a type is one of text, int, float, bool, ip")),
        }
    }
    types
}

fn own_patterns(section: &Section<'_>, notes: &mut Notes<'_>) -> Vec<(String, String)> {
    let mut patterns = Vec::new();
    for (key, node) in section.entries("grok", notes) {
        match super::document::text(node) {
            Some(text) => patterns.push((key.text.to_owned(), text.text.to_owned())),
            None => drop(notes.add(&node.span(), format!("the pattern {} must be text", key.text))),
        }
    }
    patterns
}

fn records(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Records> {
    let records = section.text("records", notes).unwrap_or(Located { text: "lines", span: 0..0 });
    for (key, of) in [("begins", "blocks"), ("envelope", "json"), ("csv", "csv"), ("pairs", "key_value")] {
        if let Some(node) = section.get(key).filter(|_| records.text != of) {
            notes.add(&node.span(), format!("\"{key}\" is of records = \"{of}\", and these are \"{}\"", records.text));
        }
    }
    match records.text {
        "lines" => Some(Records::Lines),
        "key_value" => Some(Records::KeyValue),
        "csv" => Some(Records::Csv),
        "json" => Some(Records::Json { envelope: section.text("envelope", notes).map(|text| text.text.to_owned()) }),
        "blocks" => {
            let begins = section.needed("begins", "records = \"blocks\"", notes)?;
            // What a record begins with need not be a whole line.
            notes.checked(&begins.span, Pattern::beginning(begins.text)).map(Records::Blocks)
        }
        other => {
            notes.add(&records.span, format!("unknown records \"{other}\"")).cure_by_name(other, RECORDS);
            None
        }
    }
}

fn lines(section: &Section<'_>, records: &Records, common: &mut Common, notes: &mut Notes<'_>) -> Vec<Reader> {
    match records {
        Records::Json { .. } => return Vec::new(),
        Records::Csv if section.get("csv").is_none() => {
            notes.add(&section.span, "records = \"csv\" needs a table [csv]").cure("[csv] columns = [\"time\", …]");
            return Vec::new();
        }
        Records::Csv => return Reader::of("csv", section, common, notes),
        Records::KeyValue => return Reader::of("pairs", section, common, notes),
        Records::Lines | Records::Blocks(_) => {}
    }
    let mut readers = Vec::new();
    for node in section.list("line", notes) {
        if let Some(line) = Section::open(node, "[[line]]", &READERS, notes) {
            readers.extend(Reader::parse(&line, common, notes));
        }
    }
    readers
}

/// A definition must be able to tell its records from others.
fn must_tell_records(
    section: &Section<'_>,
    records: &Records,
    lines: &[Reader],
    matches: &[Condition],
    notes: &mut Notes<'_>,
) {
    let is_certain = |reader: &Reader| match reader {
        Reader::Pattern(_) | Reader::Dissect(_) => true,
        Reader::Columns(columns) => columns.has_header || columns.names.len() > 2,
        Reader::Pairs(_) | Reader::Json => false,
    };
    if let (Records::Json { .. }, Some(line)) = (records, section.get("line")) {
        notes
            .add(&line.span(), "[[line]] is of texts, and these records are JSON")
            .cure("write [[extract]] from = \"field\"");
    } else if !matches!(records, Records::Json { .. }) && lines.is_empty() && notes.mistakes.is_empty() {
        notes
            .add(&section.span, "nothing says how the fields of a line are found")
            .cure("add [[line]] regex = '…', grok = '…' or dissect = '…'");
    } else if matches.is_empty() && !lines.iter().any(is_certain) && notes.mistakes.is_empty() {
        let cause = "nothing tells these records from those of other formats";
        notes
            .add(&section.span, cause)
            .cure("add [matches] with fields that only they have: field = { exists = true }");
    }
}

fn clock(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Clock> {
    let section = Section::open(section.get("time")?, "[time]", &["field", "format", "zone"], notes)?;
    let mut fields = Vec::new();
    for text in section.texts("field", notes) {
        fields.extend(Template::field(&text, notes));
    }
    if section.get("field").is_none() {
        notes.add(&section.span, "[time] lacks \"field\"");
    }
    let formats = time_formats(section.texts("format", notes), notes);
    let formats = if section.get("format").is_none() { vec![clock::TimeFormat::Iso] } else { formats };
    let zone = section.text("zone", notes);
    let found = zone.as_ref().and_then(|zone| clock::zone(zone.text));
    if let Some(Located { text, span }) = zone.filter(|_| found.is_none()) {
        let mistake = notes.add(&span, format!("unknown zone \"{text}\""));
        mistake.cure("write an IANA name (\"Europe/Vienna\") or an offset (\"+09:00\")");
    }
    Some(Clock { fields, formats, zone: found })
}
