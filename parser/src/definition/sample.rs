//! Samples that a definition carries: they must match, and say what is expected of them.

use std::sync::Arc;

use super::Definition;
use super::condition::same;
use super::document::{Located, Node, Section, constant, entries, kind};
use super::mistake::Notes;
use super::plan::Records;
use crate::format::{Format, Formats, Unit};
use crate::reader::{Options, Reader};
use crate::record::Event;
use crate::value::Value;

/// A record of the log, and what is expected of it.
#[derive(Debug)]
pub(super) struct Sample {
    text: String,
    span: std::ops::Range<usize>,
    /// When the object arrived, for times without a year.
    arrived: Option<jiff::Timestamp>,
    expected: Vec<Expected>,
}

#[derive(Debug)]
struct Expected {
    path: String,
    /// Nothing: the path must not be there.
    value: Option<Value<'static>>,
    span: std::ops::Range<usize>,
}

impl Sample {
    pub(super) fn parse(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        let section = Section::open(node, "[[sample]]", &["line", "expect", "arrived"], notes)?;
        let Located { text, span } = section.needed("line", "[[sample]]", notes)?;
        let arrived = section.text("arrived", notes);
        let arrived = arrived.and_then(|arrived| {
            let time = arrived.text.parse().ok();
            if time.is_none() {
                notes.add(&arrived.span, format!("\"{}\" is no time in ISO 8601", arrived.text));
            }
            time
        });
        let mut expected = Vec::new();
        for (key, node) in section.get("expect").map_or_else(Vec::new, |node| entries(node, "expect", notes)) {
            let value = constant(node);
            if value.is_none() && !node.get_ref().as_table().is_some_and(toml::map::Map::is_empty) {
                let mistake = notes.add(&node.span(), format!("{} cannot be {}", key.text, kind(node)));
                mistake.cure("a dotted path stands in quotes; {} means that nothing is there");
                continue;
            }
            expected.push(Expected { path: key.text.to_owned(), value, span: node.span() });
        }
        Some(Sample { text: text.trim_end_matches(['\r', '\n']).to_owned(), span, arrived, expected })
    }

    /// The record.
    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Notes where the definition does not read the sample as it should.
    pub(super) fn check(&self, definition: &Definition, notes: &mut Notes<'_>) {
        let format: Arc<dyn Format> = Arc::new(definition.clone());
        // Envelopes are known by the formats that there are.
        let formats = Formats::built_in().with(Arc::clone(&format));
        let options = Options { format: Some(format), formats, arrived: self.arrived, ..Options::default() };
        let mut reader = Reader::new(self.text.as_bytes(), options);
        let mut count = 0;
        while let Some(record) = reader.next_record() {
            count += 1;
            match &record.outcome {
                Ok(event) if count == 1 => self.compare(event, definition, notes),
                Ok(_) => {}
                Err(fault) => {
                    let (at, cause) = failure(definition, &self.text, "sample")
                        .unwrap_or((0, format!("the sample is not read: {fault}")));
                    notes.add_within(&self.span, at, cause);
                    return;
                }
            }
        }
        if count != 1 {
            let cause = if count == 0 {
                "the sample is no record".to_owned()
            } else {
                format!("the sample is {count} records")
            };
            notes.add(&self.span, cause);
        }
    }

    fn compare(&self, event: &Event<'_>, definition: &Definition, notes: &mut Notes<'_>) {
        let is_mine = match definition.plan.records {
            Records::Json { .. } => definition.matches(&Unit::Json(&event.fields)),
            // A header stands before it.
            Records::Csv => true,
            _ => definition.matches(&Unit::Line(self.text.as_bytes())),
        };
        if !is_mine {
            let cure = "see [matches] and contains";
            notes.add(&self.span, "the sample is read, but would not be recognised as this format").cure(cure);
        }
        let ecs = event.ecs();
        for Expected { path, value, span } in &self.expected {
            let time = event.time.map(|time| Value::from(time.at.to_string()));
            let found = match path.strip_prefix("fields.") {
                Some(path) => event.fields.get(path),
                None if path == "time" => time.as_ref(),
                None => ecs.get(path),
            };
            let is_same = match (found, value) {
                (found, None) => found.is_none_or(Value::is_null),
                (None, Some(_)) => false,
                (Some(found), Some(value)) => equal(found, value),
            };
            if !is_same {
                let found = found.map_or("nothing".to_owned(), Value::to_json);
                let wanted = value.as_ref().map_or("nothing".to_owned(), Value::to_json);
                notes.add(span, format!("{path} is {found}, not {wanted}"));
            }
        }
    }
}

/// Which pattern comes farthest in a text, and where it ends. `noun` is what the text is to be called.
pub(super) fn failure(definition: &Definition, text: &str, noun: &str) -> Option<(usize, String)> {
    let plan = &definition.plan;
    let reached = plan.lines.iter().enumerate().map(|(index, line)| (index, line.reach(text.as_bytes())));
    let (index, (at, wants)) = reached.max_by_key(|(index, (at, _))| (*at, std::cmp::Reverse(*index)))?;
    let which = match plan.lines.len() {
        1 => "the pattern".to_owned(),
        count => format!("pattern {} of {count}, which comes farthest,", index + 1),
    };
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let rest: String = text[at..].chars().take(40).collect();
    let cause = match wants {
        Some(wants) if at == text.len() => format!("the {noun} ends where {which} still wants {wants}"),
        Some(wants) => format!("the {noun} does not match: {which} wants {wants} here, at \"{rest}\""),
        None => format!("the {noun} goes on where {which} ends, with \"{rest}\" (.* takes what is left)"),
    };
    Some((at, cause))
}

/// Whether a value is as expected: a number and its text are the same, and of lists all items in their order.
fn equal(found: &Value<'_>, wanted: &Value<'_>) -> bool {
    match (found, wanted) {
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| equal(found, wanted))
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => false,
        (found, wanted) => same(found, wanted),
    }
}
