//! Rules as a definition writes them.

use super::steps::{Step, UNITS, Unit};
use super::{Action, Give, Rule, Source, Target};
use crate::definition::clock::{self, TimeFormat};
use crate::definition::condition::Condition;
use crate::definition::document::{Located, Node, Section, constant, entries, kind};
use crate::definition::kind::{KINDS, Kind};
use crate::definition::mistake::Notes;
use crate::definition::path::Path;
use crate::definition::pattern::Pattern;
use crate::definition::template::Template;
use crate::value::Value;

pub(in crate::definition) const KEYS: &[&str] = &[
    "to",
    "from",
    "value",
    "template",
    "set",
    "as",
    "list",
    "when",
    "strip_prefix",
    "strip_suffix",
    "split",
    "take",
    "capture",
    "lowercase",
    "map",
    "default",
    "unit",
    "time",
    "type",
];

/// Names of `as`.
pub(in crate::definition) const HELPERS: &[&str] = &["address", "url", "snake", "priority", "span_end", "span_start"];

impl Rule {
    pub(in crate::definition) fn parse(node: Node<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        let section = Section::open(node, "a rule of ecs", KEYS, notes)?;
        let when = section.get("when").map_or_else(Vec::new, |node| Condition::all(node, "when", notes));
        let action = match section.get("set") {
            Some(node) => set(&section, node, notes),
            None => Action::Give(give(&section, notes)?),
        };
        Some(Rule { when, action })
    }
}

fn set(section: &Section<'_>, node: Node<'_>, notes: &mut Notes<'_>) -> Action {
    for key in KEYS.iter().filter(|key| !["set", "when"].contains(key)) {
        if let Some(other) = section.get(key) {
            notes.add(&other.span(), format!("a rule has either \"set\" or \"{key}\""));
        }
    }
    let mut constants = Vec::new();
    for (key, node) in entries(node, "set", notes) {
        if let Some(value) = constant(node) {
            constants.push((key.text.to_owned(), value));
            continue;
        }
        let mistake = notes.add(&node.span(), format!("\"{}\" cannot be set to {}", key.text, kind(node)));
        if node.get_ref().is_table() {
            mistake.cure(format!("a dotted path stands in quotes: \"{}.…\" = …", key.text));
        }
    }
    Action::Set(constants)
}

fn give(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Give> {
    let source = source(section, notes)?;
    let steps = steps(section, notes);
    let default = section.get("default").and_then(|node| {
        let value = constant(node);
        if value.is_none() {
            notes.add(&node.span(), format!("the default cannot be {}", kind(node)));
        }
        value
    });
    let is_list = section.flag("list", notes);
    let helper = section.text("as", notes);
    let to = |notes: &mut Notes<'_>| section.needed("to", "the rule", notes).map(|to| to.text.to_owned());
    let target = match helper {
        None if is_list => Target::List(to(notes)?),
        None => Target::At(to(notes)?),
        Some(Located { text: "address", .. }) => {
            let to = to(notes)?;
            Target::Address { address: format!("{to}.address"), ip: format!("{to}.ip") }
        }
        Some(Located { text: "snake", .. }) => Target::Snake(to(notes)?),
        Some(Located { text: name @ ("url" | "priority" | "span_end" | "span_start"), .. }) => {
            if let Some(node) = section.get("to") {
                notes.add(&node.span(), format!("as = \"{name}\" has its own places, and no \"to\""));
            }
            match name {
                "url" => Target::Url,
                "priority" => Target::Priority,
                _ => Target::Span { is_end: name == "span_end" },
            }
        }
        Some(Located { text, span }) => {
            notes.add(&span, format!("unknown helper \"{text}\"")).cure_by_name(text, HELPERS);
            return None;
        }
    };
    if matches!(target, Target::Span { .. }) && !steps.iter().any(|step| matches!(step, Step::Duration(_))) {
        let cause = "a span needs the unit that it is told in";
        notes.add(&section.span, cause).cure("add unit = \"s\", \"ms\" or \"clock\"");
    }
    Some(Give { source, steps, default, target })
}

fn source(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Source> {
    let sources = ["from", "value", "template"].into_iter().filter(|key| section.get(key).is_some());
    match sources.collect::<Vec<_>>()[..] {
        ["from"] => Some(Source::Paths(paths(section.texts("from", notes), notes))),
        ["value"] => {
            let node = section.get("value")?;
            let value = constant(node);
            if value.is_none() {
                let cause = format!("a value is text, a number, true, false or a list, not {}", kind(node));
                notes.add(&node.span(), cause);
            }
            value.map(Source::Constant)
        }
        ["template"] => {
            let template = section.text("template", notes)?;
            Template::located(&template, notes).map(Source::Template)
        }
        [] => {
            let cure = "add from = \"field\", value = …, template = \"…\" or set = { … }";
            notes.add(&section.span, "the rule does not say what its value is").cure(cure);
            None
        }
        [first, ..] => {
            notes.add(&section.span, format!("the rule has more than \"{first}\" for its value"));
            None
        }
    }
}

/// The paths of these texts.
pub(in crate::definition) fn paths(texts: Vec<Located<'_>>, notes: &mut Notes<'_>) -> Vec<Path> {
    let mut paths = Vec::with_capacity(texts.len());
    for Located { text, span } in texts {
        match Path::parse(text) {
            Ok(path) => {
                paths.push(path);
                notes.references.push((text.to_owned(), span));
            }
            Err(reason) => drop(notes.add(&span, format!("{reason}: \"{text}\""))),
        }
    }
    paths
}

fn steps(section: &Section<'_>, notes: &mut Notes<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    steps.extend(section.text("strip_prefix", notes).map(|text| Step::StripPrefix(text.text.to_owned())));
    steps.extend(section.text("strip_suffix", notes).map(|text| Step::StripSuffix(text.text.to_owned())));
    let take = section.number("take", notes).map(|number| number as i64);
    match section.text("split", notes) {
        Some(by) if by.text.is_empty() => drop(notes.add(&by.span, "a text is split at something")),
        Some(by) => steps.push(Step::Split(by.text.to_owned(), take)),
        None if take.is_some() => notes.add(&section.span, "take is of split").cure("add split = \".\""),
        None => {}
    }
    if let Some(Located { text, span }) = section.text("capture", notes) {
        let pattern = notes.checked(&span, Pattern::plain(0, text, &[]));
        if !text.contains('(') {
            notes.add(&span, "the pattern of capture has no group").cure("put the part that is wanted in brackets");
        }
        steps.extend(pattern.map(Step::Capture));
    }
    if section.flag("lowercase", notes) {
        steps.push(Step::Lowercase);
    }
    if section.get("map").is_some() {
        let mut table = Vec::new();
        for (key, node) in section.entries("map", notes) {
            match constant(node) {
                Some(value) => table.push((Value::from(key.text.to_owned()), value)),
                None => drop(notes.add(&node.span(), format!("\"{}\" cannot stand for {}", key.text, kind(node)))),
            }
        }
        steps.push(Step::Map(table));
    }
    if let Some(Located { text, span }) = section.text("unit", notes) {
        match Unit::of(text) {
            Some(unit) => steps.push(Step::Duration(unit)),
            None => notes.add(&span, format!("unknown unit \"{text}\"")).cure_by_name(text, UNITS),
        }
    }
    let formats = time_formats(section.texts("time", notes), notes);
    if !formats.is_empty() {
        steps.push(Step::Time(formats));
    }
    if let Some(Located { text, span }) = section.text("type", notes) {
        match Kind::of(text) {
            Some(kind) => steps.push(Step::Type(kind)),
            None => notes.add(&span, format!("unknown type \"{text}\"")).cure_by_name(text, KINDS),
        }
    }
    steps
}

/// The formats of time of these names.
pub(in crate::definition) fn time_formats(names: Vec<Located<'_>>, notes: &mut Notes<'_>) -> Vec<TimeFormat> {
    let mut formats = Vec::new();
    for Located { text, span } in names {
        match TimeFormat::parse(text) {
            Ok(format) => formats.push(format),
            Err(reason) => {
                let mistake = notes.add(&span, reason);
                if !text.contains('%') {
                    mistake.cure_by_name(text, clock::FORMATS);
                }
            }
        }
    }
    formats
}
