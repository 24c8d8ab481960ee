//! The rules that are matched: all of them, what is wrong with others, and which are worth asking of a record.

use std::collections::HashMap;

use scops_parser::{Event, Formats};
use sha2::{Digest as _, Sha256};

use super::field::{Fields, View};
use super::rule::{Origin, Rule};
use super::{shipped, yaml};
use crate::mistake::Mistake;

/// The longest value by which rules are looked up.
const LOOKED_UP: usize = 128;

/// A file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its name, for messages.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Rules that are matched together.
#[derive(Debug, Default)]
pub struct Rules {
    all: Vec<Rule>,
    fields: Fields,
    by_format: HashMap<String, Candidates>,
    /// Those about all formats.
    of_all: Vec<usize>,
    mistakes: Vec<Mistake>,
    version: String,
}

/// Rules, by the text that a field must be.
type ByText = HashMap<Box<str>, Vec<usize>>;

/// The rules about the records of one format.
#[derive(Debug, Default)]
struct Candidates {
    /// What is matched against every record.
    always: Vec<usize>,
    /// By the number of a field, those that can only match where it is this text, in lower case.
    by_value: Vec<(usize, ByText)>,
}

impl Rules {
    /// The rules that ship with scops.
    pub fn shipped() -> Self {
        Self::load(Vec::new(), &[], Formats::built_in())
    }

    /// The shipped rules, and those of `texts`; one of these that has a shipped rule's id takes its place. What is wrong
    /// with one of them is among the [mistakes](Self::mistakes), as is `mistakes`, and the others go on.
    pub fn load(mistakes: Vec<Mistake>, texts: &[Text], formats: &Formats) -> Self {
        let mut rules = Self { mistakes, ..Self::default() };
        for (name, text) in shipped::SHIPPED {
            rules.read(name, text, &Origin::Shipped, formats);
        }
        for text in texts {
            rules.read(&text.name, &text.text, &Origin::File(text.name.clone()), formats);
        }
        rules.ready();
        rules
    }

    /// The rules of these files alone.
    pub fn only(texts: &[Text], formats: &Formats) -> Self {
        let mut rules = Self::default();
        for text in texts {
            rules.read(&text.name, &text.text, &Origin::File(text.name.clone()), formats);
        }
        rules.ready();
        rules
    }

    fn read(&mut self, name: &str, text: &str, origin: &Origin, formats: &Formats) {
        let mistake = |line, what, hint| Mistake { file: name.to_owned(), line, what, hint };
        let documents = match yaml::read(text) {
            Ok(documents) => documents,
            Err(unreadable) => return self.mistakes.push(mistake(unreadable.line, unreadable.what, None)),
        };
        if documents.is_empty() {
            self.mistakes.push(mistake(1, "there is no rule in it".into(), None));
        }
        let begins: Vec<usize> = documents.iter().map(|node| node.line).collect();
        for (index, node) in documents.iter().enumerate() {
            let from = if index == 0 { 1 } else { node.line };
            let own = lines(text, from, begins.get(index + 1).copied());
            match Rule::read(node, &own, (name, origin.clone()), &mut self.fields, &formats.names()) {
                Ok(rule) => {
                    if let Err(what) = self.add(rule) {
                        self.mistakes.push(mistake(node.line, what, Some("give each rule an id of its own".into())));
                    }
                }
                Err(flaw) => self.mistakes.push(mistake(flaw.line, flaw.what, flaw.hint)),
            }
        }
    }

    /// Adds a rule; one of the user's takes the place of a shipped one.
    fn add(&mut self, rule: Rule) -> Result<(), String> {
        match self.all.iter_mut().find(|known| known.id == rule.id) {
            None => self.all.push(rule),
            Some(known) if known.origin == Origin::Shipped && rule.origin != Origin::Shipped => *known = rule,
            Some(known) => return Err(format!("\"{}\" has the id of \"{}\"", rule.title, known.title)),
        }
        Ok(())
    }

    /// Sorts the rules by what they need, and counts them into the version.
    fn ready(&mut self) {
        self.all.sort_by(|a, b| a.id.cmp(&b.id));
        let mut hash = Sha256::new();
        for (number, rule) in self.all.iter().enumerate().filter(|(_, rule)| rule.is_active()) {
            hash.update((rule.text.len() as u64).to_be_bytes());
            hash.update(rule.text.as_bytes());
            match &rule.formats {
                None => self.of_all.push(number),
                Some(formats) => {
                    for format in formats {
                        self.by_format.entry(format.clone()).or_default().add(number, rule);
                    }
                }
            }
        }
        let digest = format!("{:x}", hash.finalize());
        digest[..16].clone_into(&mut self.version);
    }

    /// The rules by their ids.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The rule of this id or title.
    pub fn get(&self, name: &str) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == name).or_else(|| self.all.iter().find(|rule| rule.title == name))
    }

    /// What is wrong with rules that are not among these.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// What tells these rules from others: a hash of all that are matched.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether no rule is about records of this format.
    pub fn is_silent_on(&self, format: &str) -> bool {
        self.of_all.is_empty() && !self.by_format.contains_key(format)
    }

    /// Yields each rule that matches a record, once.
    pub fn matches<'r>(&'r self, event: &Event<'_>, each: &mut dyn FnMut(&'r Rule)) {
        let of_format = self.by_format.get(event.format);
        if of_format.is_none() && self.of_all.is_empty() {
            return;
        }
        let view = View::new(event, &self.fields);
        let mut test = |numbers: &[usize]| {
            for rule in numbers.iter().filter_map(|number| self.all.get(*number)) {
                if rule.holds(&view) {
                    each(rule);
                }
            }
        };
        test(&self.of_all);
        let Some(candidates) = of_format else { return };
        test(&candidates.always);
        for (field, by_value) in &candidates.by_value {
            // A list may hold the same value twice, and a rule several of its values.
            let mut seen: Vec<usize> = Vec::new();
            view.any(*field, &mut |value| {
                let numbers = value.scalar().and_then(|text| looked_up(by_value, text));
                for number in numbers.into_iter().flatten() {
                    if !seen.contains(number) {
                        seen.push(*number);
                    }
                }
                false
            });
            test(&seen);
        }
    }
}

fn looked_up<'m>(by_value: &'m ByText, text: &str) -> Option<&'m Vec<usize>> {
    let mut buffer = [0; LOOKED_UP];
    let lower = buffer.get_mut(..text.len())?;
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    by_value.get(std::str::from_utf8(lower).ok()?)
}

impl Candidates {
    fn add(&mut self, number: usize, rule: &Rule) {
        let needs = rule.needs().filter(|(_, texts)| texts.iter().all(|text| text.len() <= LOOKED_UP));
        let Some((field, texts)) = needs else { return self.always.push(number) };
        let at = self.by_value.iter().position(|(known, _)| *known == field).unwrap_or_else(|| {
            self.by_value.push((field, ByText::new()));
            self.by_value.len() - 1
        });
        for text in texts {
            let numbers = self.by_value[at].1.entry(text.to_ascii_lowercase().into()).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
}

/// The lines of a text from one to before another, both from 1, without what parts documents.
fn lines(text: &str, from: usize, to: Option<usize>) -> String {
    let count = to.map_or(usize::MAX, |to| to.saturating_sub(from));
    let lines: Vec<&str> = text.lines().skip(from - 1).take(count).filter(|line| line.trim_end() != "---").collect();
    lines.join("\n").trim().to_owned() + "\n"
}
