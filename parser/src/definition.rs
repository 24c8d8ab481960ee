//! Formats as data: a definition in TOML says how to recognise a log, read its records, and name their fields in ECS.
//!
//! Every key is described in `docs/formats-as-data.md`.

use std::borrow::Cow;
use std::sync::Arc;

use toml::de::DeTable;

use crate::ecs::Ecs;
use crate::format::{Decode, Format, Formats, Shape, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::value::Value;

mod clock;
mod columns;
mod condition;
mod decode;
mod dissect;
mod document;
mod glob;
mod grok;
mod kind;
mod mistake;
mod name;
mod pairs;
mod path;
mod pattern;
mod plan;
mod propose;
mod reader;
mod rule;
mod sample;
mod shipped;
mod template;

pub use mistake::Mistake;
pub use propose::propose;
pub(crate) use shipped::all as shipped;

use document::Section;
use mistake::Notes;
use plan::{Plan, Records};
use reader::Reader;

/// A format that was read from a text in TOML; cheap to clone.
///
/// ```
/// use std::sync::Arc;
/// use scops_parser::{Definition, Formats, Options, Reader};
///
/// let definition = Definition::parse(r#"
///     name = "door"
///     message = "{person} {way}"
///     [[line]]
///     regex = '(?<ts>\S+) door=(?<door>\d+) (?<way>in|out) (?<person>\w+)'
///     [types]
///     door = "int"
///     [time]
///     field = "ts"
///     [[ecs]]
///     to = "user.name"
///     from = "person"
///     [[sample]]
///     line = "2026-11-23T02:14:07Z door=7 in alice"
///     expect = { "user.name" = "alice", "fields.door" = 7 }
/// "#, "door.toml").unwrap();
///
/// let formats = Formats::built_in().with(Arc::new(definition));
/// let object = b"2026-11-23T03:00:00Z door=1 out bob\n";
/// let mut reader = Reader::new(&object[..], Options { formats, ..Options::default() });
/// assert_eq!(reader.detection().format.as_ref().unwrap().name(), "door");
/// assert_eq!(reader.next_record().unwrap().outcome.unwrap().message(), "bob out");
/// ```
#[derive(Clone, Debug)]
pub struct Definition {
    plan: Arc<Plan>,
}

impl Definition {
    /// Reads a definition and tries it on its samples. `place` is the name of its file, for the mistakes; all that are
    /// found are told.
    pub fn parse(text: &str, place: &str) -> Result<Self, Vec<Mistake>> {
        let mut notes = Notes::new(place, text, true);
        let definition = Definition::read(text, &mut notes);
        if let Some(definition) = definition.as_ref().filter(|_| notes.mistakes.is_empty()) {
            for sample in &definition.plan.samples {
                sample.check(definition, &mut notes);
            }
        }
        match definition {
            Some(definition) if notes.mistakes.is_empty() => Ok(definition),
            _ => {
                notes.mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
                Err(notes.mistakes)
            }
        }
    }

    /// The text of a definition that comes with the parser, to start from.
    pub fn shipped(name: &str) -> Option<&'static str> {
        shipped::TEXTS.iter().find(|text| shipped::Head::read(text).name == name).copied()
    }

    /// The documentation that the format was written after.
    pub fn source(&self) -> Option<&str> {
        self.plan.source.as_deref()
    }

    /// Why no pattern takes a record, in words: which comes farthest, and what it wants where it stops. Nothing where
    /// records are not read by patterns. A long record is looked at up to 16 KiB.
    pub fn misfit(&self, record: &[u8]) -> Option<String> {
        const LOOKED_AT: usize = 16 << 10;
        let text = String::from_utf8_lossy(&record[..record.len().min(LOOKED_AT)]);
        sample::failure(self, &text, "record").map(|(_, cause)| cause)
    }

    fn read(text: &str, notes: &mut Notes<'_>) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            notes.add(&error.span().unwrap_or(0..0), error.message());
        }
        if !errors.is_empty() {
            return None;
        }
        let section = Section::of(table.get_ref(), 0..0, "the definition", plan::KEYS, notes);
        Plan::read(&section, notes).map(|plan| Definition { plan: Arc::new(plan) })
    }
}

impl Formats {
    /// The formats that are compiled in, and those of these texts, each of which has a place: the name of its file. A
    /// definition goes before a format of its name that is compiled in. One with mistakes is left out, and the others
    /// are as good.
    pub fn load<P: AsRef<str>, T: AsRef<str>>(texts: impl IntoIterator<Item = (P, T)>) -> (Self, Vec<Mistake>) {
        let (mut formats, mut mistakes) = (Formats::built_in().clone(), Vec::new());
        let mut places: Vec<(String, P)> = Vec::new();
        for (place, text) in texts {
            match Definition::parse(text.as_ref(), place.as_ref()) {
                Ok(definition) => {
                    let name = definition.name().to_owned();
                    if let Some((_, other)) = places.iter().find(|(other, _)| *other == name) {
                        let mut notes = Notes::new(place.as_ref(), text.as_ref(), false);
                        let at = text.as_ref().find("name").unwrap_or(0);
                        let cause = format!("the name \"{name}\" is that of {} too", other.as_ref());
                        notes.add(&(at..at), cause).cure("give each definition a name of its own");
                        mistakes.extend(notes.mistakes);
                        continue;
                    }
                    formats = formats.with(Arc::new(definition));
                    places.push((name, place));
                }
                Err(found) => mistakes.extend(found),
            }
        }
        (formats, mistakes)
    }
}

impl Format for Definition {
    fn name(&self) -> &str {
        &self.plan.name
    }

    fn title(&self) -> &str {
        &self.plan.title
    }

    fn columns(&self) -> Vec<&str> {
        match &self.plan.columns[..] {
            [] => vec!["message"],
            columns => columns.iter().map(String::as_str).collect(),
        }
    }

    fn shape(&self) -> Shape {
        if matches!(self.plan.records, Records::Json { .. }) { Shape::Json } else { Shape::Text }
    }

    fn envelopes(&self) -> Vec<&str> {
        match &self.plan.records {
            Records::Json { envelope } => envelope.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        match &self.plan.records {
            Records::Blocks(_) => Framing::Blocks,
            Records::Csv => Framing::Quoted,
            Records::Lines | Records::KeyValue | Records::Json { .. } => Framing::Lines,
        }
    }

    fn begins(&self, line: &[u8]) -> bool {
        match &self.plan.records {
            Records::Blocks(begins) => begins.is_match(line),
            _ => true,
        }
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let plan = &self.plan;
        let holds = |fields: &Value<'_>| plan.matches.iter().all(|condition| condition.holds(fields));
        match (unit, self.shape()) {
            (Unit::Json(value), Shape::Json) => holds(value),
            (Unit::Line(line), Shape::Text) if plan.may_be(line) && !plan.is_comment(line) => match &plan.matches[..] {
                [] => plan.lines.iter().any(|reader| reader.is_match(line)),
                _ => decode::fields(plan, line).is_some_and(|fields| holds(&fields)),
            },
            _ => false,
        }
    }

    fn claims(&self, head: &[u8]) -> bool {
        let mut lines = head.split(|byte| *byte == b'\n').take(64);
        let first = lines.find(|line| !self.plan.is_comment(line)).unwrap_or_default().trim_ascii_end();
        self.plan.lines.iter().any(|reader| matches!(reader, Reader::Columns(columns) if columns.is_header(first)))
    }

    fn knows_key(&self, key: &str) -> bool {
        self.plan.keys.iter().any(|glob| glob::is_match(glob, key))
    }

    fn strictness(&self) -> u8 {
        self.plan.strictness
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        decode::decoder(&self.plan, stream)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let mut ecs = Ecs::new(&self.plan.dataset, "event", event.time);
        ecs.set_some("message", self.plan.message.fill(&event.fields));
        for rule in &self.plan.rules {
            rule.apply(&event.fields, event.time, &mut ecs);
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        self.plan.message.fill(&event.fields).unwrap_or_else(|| Cow::Owned(event.fields.to_json()))
    }
}

#[cfg(test)]
mod tests;
