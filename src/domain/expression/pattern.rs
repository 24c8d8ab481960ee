//! Patterns with `*` and `?`, and regular expressions.

use std::fmt;

use regex::Regex;

use super::lexer;

/// Part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text.
    Text(String),
    /// `?`: one character.
    One,
    /// `*`: any text, also none.
    Any,
}

/// A text with wildcards; it must match from end to end.
#[derive(Debug, Clone)]
pub struct Pattern {
    parts: Vec<Part>,
    regex: Regex,
}

impl Pattern {
    /// Of these parts; the error is of one that is too large.
    pub fn new(parts: Vec<Part>) -> Result<Self, regex::Error> {
        let mut text = String::from("(?s)\\A");
        for part in &parts {
            match part {
                Part::Text(part) => text.push_str(&regex::escape(part)),
                Part::One => text.push('.'),
                Part::Any => text.push_str(".*"),
            }
        }
        text.push_str("\\z");
        Ok(Self { parts, regex: Regex::new(&text)? })
    }

    /// Its parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether a text is as it says, from end to end.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The pattern of SQL's LIKE, with `\` as its escape character.
    pub fn like(&self) -> String {
        let mut like = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => {
                    for character in text.chars() {
                        if matches!(character, '%' | '_' | '\\') {
                            like.push('\\');
                        }
                        like.push(character);
                    }
                }
                Part::One => like.push('_'),
                Part::Any => like.push('%'),
            }
        }
        like
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// As it can be typed.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&lexer::escaped(text)),
            Part::One => f.write_str("?"),
            Part::Any => f.write_str("*"),
        })
    }
}

/// A regular expression; it may match anywhere. Syntax of the crate `regex`, of which Athena's differs in little.
#[derive(Debug, Clone)]
pub struct Expressed(Regex);

impl Expressed {
    /// Reads one.
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        Regex::new(text).map(Self)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found in a text.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Expressed {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// As it can be typed.
impl fmt::Display for Expressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "~{}~", self.as_str().replace('~', "\\~"))
    }
}
