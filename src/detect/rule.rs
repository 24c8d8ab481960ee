//! One rule: what it tells of itself, and what it asks of a record.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::Level;
use super::condition::Condition;
use super::detection::Search;
use super::field::{Fields, View};
use super::logsource;
use super::value::Flaw;
use super::yaml::{Node, Value};

/// The keys of a rule, for those that are meant.
const KEYS: &[&str] = &["title", "logsource", "detection"];

/// What a rule's maturity may be.
const STATUS: &[&str] = &["stable", "test", "experimental", "deprecated", "unsupported"];

/// Where a rule is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It ships with scops.
    Shipped,
    /// A file of the user's.
    File(String),
}

/// A rule that is understood.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, a UUID; its title where it has none.
    pub id: String,
    /// What it finds, in a few words.
    pub title: String,
    /// What it finds, and why that matters.
    pub description: Option<String>,
    /// How grave that is.
    pub level: Level,
    /// Its maturity, where it tells.
    pub status: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where to read on.
    pub references: Vec<String>,
    /// Its tags: `attack.t1078`.
    pub tags: Vec<String>,
    /// What else may cause it.
    pub false_positives: Vec<String>,
    /// What tells its text from an older one: a hash of it.
    pub version: String,
    /// The rule as it is written.
    pub text: Arc<str>,
    /// Where it is from.
    pub origin: Origin,
    /// Its file, as messages name it.
    pub file: String,
    /// The line of its file that it begins in, from 1.
    pub line: usize,
    /// The formats whose records it is about; `None` for all.
    pub formats: Option<Vec<String>>,
    searches: Vec<Search>,
    condition: Condition,
}

impl Rule {
    /// Reads the document of a rule.
    pub(super) fn read<'k>(
        node: &Node,
        text: &str,
        (file, origin): (&str, Origin),
        fields: &mut Fields,
        known: &(impl Iterator<Item = &'k str> + Clone),
    ) -> Result<Self, Flaw> {
        if !matches!(node.value, Value::Map(_)) {
            return Err(Flaw::new(node.line, format!("a rule is a map of keys, and this is {}", node.kind())));
        }
        for kind in ["correlation", "filter"] {
            if let Some(node) = node.get(kind) {
                return Err(Flaw::new(
                    node.line,
                    format!("a {kind} of rules is not read; rules of single records are"),
                ));
            }
        }
        let title = wanted(node, "title")?;
        let title = title.scalar().ok_or_else(|| Flaw::new(title.line, "the title is no text"))?.to_owned();
        let logsource = wanted(node, "logsource")?;
        let formats = logsource::formats(logsource, known)?;
        let (searches, condition) = detection(wanted(node, "detection")?, fields)?;
        let text_of = |name: &str| node.get(name).and_then(Node::scalar).map(|text| text.trim().to_owned());
        let list_of = |name: &str| node.get(name).map(Node::texts).unwrap_or_default();
        let level = match node.get("level") {
            None => Level::Medium,
            Some(node) => one_of(node, "level", &Level::ALL.map(Level::name))?.parse().unwrap_or(Level::Medium),
        };
        let status = node.get("status").map(|node| one_of(node, "status", STATUS)).transpose()?;
        Ok(Self {
            id: text_of("id").unwrap_or_else(|| title.clone()),
            title,
            description: text_of("description"),
            level,
            status,
            author: text_of("author"),
            references: list_of("references"),
            tags: list_of("tags"),
            false_positives: list_of("falsepositives"),
            version: format!("{:x}", Sha256::digest(text))[..16].to_owned(),
            text: text.into(),
            origin,
            file: file.to_owned(),
            line: node.line,
            formats,
            searches,
            condition,
        })
    }

    /// Whether it is matched at all: what is deprecated or unsupported is not.
    pub fn is_active(&self) -> bool {
        !matches!(self.status.as_deref(), Some("deprecated" | "unsupported"))
    }

    /// What its author says of its records, in one line: `aws cloudtrail`.
    pub fn about(&self) -> String {
        match &self.formats {
            Some(formats) => formats.join(", "),
            None => "all".to_owned(),
        }
    }

    pub(super) fn holds(&self, view: &View<'_>) -> bool {
        self.condition.holds(&self.searches, view)
    }

    /// A field and the texts of which it must be one for the rule to match.
    pub(super) fn needs(&self) -> Option<(usize, Vec<&str>)> {
        self.condition.needs(&self.searches)
    }
}

/// The value of a key that no rule is without.
fn wanted<'n>(node: &'n Node, name: &str) -> Result<&'n Node, Flaw> {
    if let Some(found) = node.get(name) {
        return Ok(found);
    }
    let unknown = node.entries().iter().map(|(key, _)| key).filter(|key| !KEYS.contains(&key.text.as_str()));
    let near = crate::mistake::nearest(name, unknown.map(|key| key.text.as_str()));
    let flaw = Flaw::new(node.line, format!("the rule has no {name}"));
    Err(match node.entries().iter().find(|(key, _)| Some(key.text.as_str()) == near) {
        Some((key, _)) => {
            Flaw { line: key.line, ..flaw }.hint(format!("\"{}\" is \"{name}\", if that is meant", key.text))
        }
        None => flaw,
    })
}

fn one_of(node: &Node, name: &str, words: &[&str]) -> Result<String, Flaw> {
    let word = node.scalar().unwrap_or_default();
    if words.contains(&word) {
        return Ok(word.to_owned());
    }
    let flaw = Flaw::new(node.line, format!("the {name} \"{word}\" is not known")).nearest(word, words.iter().copied());
    Err(if flaw.hint.is_some() { flaw } else { flaw.hint(format!("it is one of {}", words.join(", "))) })
}

fn detection(node: &Node, fields: &mut Fields) -> Result<(Vec<Search>, Condition), Flaw> {
    let mut names = Vec::new();
    let mut searches = Vec::new();
    for (key, value) in node.entries() {
        match key.text.as_str() {
            "condition" => {}
            "timeframe" => {
                return Err(Flaw::new(key.line, "a timeframe counts records, which is left to correlation rules"));
            }
            name => {
                names.push(name);
                searches.push(Search::read(key, value, fields)?);
            }
        }
    }
    let condition = node.get("condition").ok_or_else(|| Flaw::new(node.line, "the detection has no condition"))?;
    let mut parts = Vec::new();
    for item in condition.items() {
        let text = item.scalar().ok_or_else(|| Flaw::new(item.line, format!("the condition is {}", item.kind())))?;
        parts.push(Condition::read(text, item.line, &names)?);
    }
    Ok((searches, Condition::Or(parts)))
}
