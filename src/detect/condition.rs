//! The condition of a rule: how its selections go together.
//!
//! ```text
//! selection and not 1 of filter_*        all of them        (a or b) and not c
//! ```

use super::detection::{Search, any};
use super::field::View;
use super::pattern::{Anchor, Pattern};
use super::value::Flaw;

/// How deep parentheses and `not` are nested.
const DEPTH: usize = 64;

/// A condition, read. Selections are known by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Search(usize),
}

impl Condition {
    pub(super) fn read(text: &str, line: usize, names: &[&str]) -> Result<Self, Flaw> {
        let mut reader = Reader { words: words(text), at: 0, line, names, depth: 0 };
        let condition = reader.either()?;
        match reader.next() {
            None => Ok(condition),
            Some("|") => Err(Flaw::new(line, "the condition counts, which is left to correlation rules")
                .hint("write a rule of single records; what comes often is grouped by rule")),
            Some(word) => Err(reader.flaw(format!("the condition goes on with \"{word}\" where it should end"))),
        }
    }

    pub(super) fn holds(&self, searches: &[Search], view: &View<'_>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|part| part.holds(searches, view)),
            Self::Or(all) => all.iter().any(|part| part.holds(searches, view)),
            Self::Not(part) => !part.holds(searches, view),
            Self::Search(number) => searches.get(*number).is_some_and(|search| search.holds(view)),
        }
    }

    /// A field and the texts of which it must be one for the condition to hold.
    pub(super) fn needs<'s>(&self, searches: &'s [Search]) -> Option<(usize, Vec<&'s str>)> {
        match self {
            Self::Search(number) => searches.get(*number)?.needs(),
            Self::And(all) => {
                // Of two that are as narrow the later one: rules name the service first, then the call.
                all.iter()
                    .rev()
                    .filter_map(|part| part.needs(searches))
                    .min_by_key(|(_, texts): &(_, Vec<_>)| texts.len())
            }
            Self::Or(all) => any(all.iter().map(|part| part.needs(searches))),
            Self::Not(_) => None,
        }
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        let mut rest = part;
        while let Some(at) = rest.find(['(', ')', '|']) {
            if at > 0 {
                words.push(&rest[..at]);
            }
            words.push(&rest[at..=at]);
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            words.push(rest);
        }
    }
    words
}

struct Reader<'t> {
    words: Vec<&'t str>,
    at: usize,
    line: usize,
    names: &'t [&'t str],
    depth: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'t str> {
        let word = self.peek();
        self.at += usize::from(word.is_some());
        word
    }

    /// Takes a word where it is the next one, in whatever case.
    fn takes(&mut self, wanted: &str) -> bool {
        let is_next = self.peek().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(is_next);
        is_next
    }

    fn flaw(&self, what: impl Into<String>) -> Flaw {
        Flaw::new(self.line, what)
    }

    fn either(&mut self) -> Result<Condition, Flaw> {
        let mut parts = vec![self.both()?];
        while self.takes("or") {
            parts.push(self.both()?);
        }
        Ok(one_or(parts, Condition::Or))
    }

    fn both(&mut self) -> Result<Condition, Flaw> {
        let mut parts = vec![self.negated()?];
        while self.takes("and") {
            parts.push(self.negated()?);
        }
        Ok(one_or(parts, Condition::And))
    }

    fn negated(&mut self) -> Result<Condition, Flaw> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.flaw("the condition is nested too deeply"));
        }
        let part = if self.takes("not") { Condition::Not(Box::new(self.negated()?)) } else { self.single()? };
        self.depth -= 1;
        Ok(part)
    }

    fn single(&mut self) -> Result<Condition, Flaw> {
        let Some(word) = self.next() else { return Err(self.flaw("the condition ends where a selection is wanted")) };
        if word == "(" {
            let inside = self.either()?;
            return if self.takes(")") {
                Ok(inside)
            } else {
                Err(self.flaw("a parenthesis of the condition is not closed"))
            };
        }
        if self.peek().is_some_and(|next| next.eq_ignore_ascii_case("of")) {
            return self.of(word);
        }
        match self.names.iter().position(|name| *name == word) {
            Some(number) => Ok(Condition::Search(number)),
            None => Err(self
                .flaw(format!("the condition names \"{word}\", which is no selection of the rule"))
                .nearest(word, self.names.iter().copied())),
        }
    }

    /// `1 of filter_*`, `all of them`
    fn of(&mut self, quantity: &str) -> Result<Condition, Flaw> {
        self.at += 1;
        let is_all = match quantity.to_ascii_lowercase().as_str() {
            "1" | "any" => false,
            "all" => true,
            _ => return Err(self.flaw(format!("\"{quantity} of\" is not known")).hint("write \"1 of\" or \"all of\"")),
        };
        let Some(pattern) = self.next() else { return Err(self.flaw("\"of\" wants them, or a name with *")) };
        let wild = Pattern::wild(pattern, Anchor::Whole, true).map_err(|cause| self.flaw(cause))?;
        let is_meant = |name: &str| if pattern == "them" { !name.starts_with('_') } else { wild.matches(name) };
        let parts: Vec<Condition> =
            (0..self.names.len()).filter(|number| is_meant(self.names[*number])).map(Condition::Search).collect();
        if parts.is_empty() {
            return Err(self
                .flaw(format!("no selection is called \"{pattern}\""))
                .nearest(pattern, self.names.iter().copied()));
        }
        Ok(one_or(parts, if is_all { Condition::And } else { Condition::Or }))
    }
}

fn one_or(mut parts: Vec<Condition>, several: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            several(parts)
        }
        None => several(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["selection", "filter_a", "filter_b", "_helper", "all"];

    fn read(text: &str) -> Result<Condition, String> {
        Condition::read(text, 7, &NAMES)
            .map_err(|flaw| format!("{}: {} {}", flaw.line, flaw.what, flaw.hint.unwrap_or_default()))
    }

    #[test]
    fn not_binds_before_and_before_or() {
        use Condition::{And, Not, Or, Search};
        assert_eq!(
            read("selection and not 1 of filter_* or all").expect("a condition"),
            Or(vec![And(vec![Search(0), Not(Box::new(Or(vec![Search(1), Search(2)])))]), Search(4)])
        );
        assert_eq!(read("NOT(selection)").expect("a condition"), Not(Box::new(Search(0))));
        assert_eq!(
            read("all of them").expect("a condition"),
            And(vec![Search(0), Search(1), Search(2), Search(4)]),
            "what begins with _ is not of them"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_was_meant() {
        assert_eq!(
            read("selektion").expect_err("no such"),
            "7: the condition names \"selektion\", which is no selection of the rule did you mean \"selection\"?"
        );
        for text in
            ["", "(selection", "selection)", "selection and", "2 of them", "1 of", "1 of x*", "selection | count() > 3"]
        {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"(".repeat(100_000)).is_err());
        assert!(read(&"not ".repeat(100_000)).is_err());
    }
}
