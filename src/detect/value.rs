//! What a rule says of one field: its name, its modifiers, and the values that it may have.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ipnet::IpNet;
use regex::Regex;
use scops_parser::Value;

use super::field::{Fields, View};
use super::pattern::{self, Anchor, LONGEST, Pattern};
use super::yaml::{self, Key, Node};
use crate::mistake::nearest;

/// The modifiers that are known, for those that are meant.
const MODIFIERS: &[&str] = &[
    "all",
    "base64",
    "base64offset",
    "cased",
    "cidr",
    "contains",
    "endswith",
    "exists",
    "fieldref",
    "gt",
    "gte",
    "i",
    "lt",
    "lte",
    "m",
    "neq",
    "re",
    "s",
    "startswith",
    "utf16",
    "utf16be",
    "utf16le",
    "wide",
    "windash",
];

/// What is wrong in a rule: the line, the cause, and the cure where one is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flaw {
    pub line: usize,
    pub what: String,
    pub hint: Option<String>,
}

impl Flaw {
    pub(super) fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn nearest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let hint = nearest(word, known).map(|name| format!("did you mean \"{name}\"?"));
        Self { hint, ..self }
    }
}

/// What one field of a record must be.
#[derive(Debug, Clone)]
pub(super) struct FieldTest {
    /// Its number; none for the record as a whole.
    pub field: Option<usize>,
    pub tests: Vec<Test>,
    /// Whether all tests must hold, not one.
    is_all: bool,
    /// Whether what the tests say must not hold.
    is_inverse: bool,
}

/// What a value must be.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Text(Pattern),
    Number(f64),
    Regex(Regex),
    Network(IpNet),
    Compare(Comparison, f64),
    /// It has no value, or is not there.
    Null,
    Exists(bool),
    /// As another field's value.
    Field(usize, Anchor, bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// The modifiers of a key, read.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own")]
struct Modifiers {
    anchor: Option<Anchor>,
    is_all: bool,
    is_cased: bool,
    is_inverse: bool,
    is_regex: bool,
    regex_flags: [bool; 3],
    is_network: bool,
    is_exists: bool,
    is_field: bool,
    has_dashes: bool,
    comparison: Option<Comparison>,
    encodings: Vec<Encoding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf16(bool),
    /// UTF-16 with a byte order mark.
    Marked,
    Base64,
    Base64Offset,
}

impl Modifiers {
    fn read(key: &Key, words: &[&str]) -> Result<Self, Flaw> {
        let mut read = Self::default();
        for word in words {
            match *word {
                "contains" => read.anchor = Some(Anchor::Anywhere),
                "startswith" => read.anchor = Some(Anchor::Start),
                "endswith" => read.anchor = Some(Anchor::End),
                "all" => read.is_all = true,
                "cased" => read.is_cased = true,
                "neq" => read.is_inverse = true,
                "re" => read.is_regex = true,
                "i" if read.is_regex => read.regex_flags[0] = true,
                "m" if read.is_regex => read.regex_flags[1] = true,
                "s" if read.is_regex => read.regex_flags[2] = true,
                "cidr" => read.is_network = true,
                "exists" => read.is_exists = true,
                "fieldref" => read.is_field = true,
                "windash" => read.has_dashes = true,
                "gt" => read.comparison = Some(Comparison::Above),
                "gte" => read.comparison = Some(Comparison::AtLeast),
                "lt" => read.comparison = Some(Comparison::Below),
                "lte" => read.comparison = Some(Comparison::AtMost),
                "wide" | "utf16le" => read.encodings.push(Encoding::Utf16(false)),
                "utf16be" => read.encodings.push(Encoding::Utf16(true)),
                "utf16" => read.encodings.push(Encoding::Marked),
                "base64" => read.encodings.push(Encoding::Base64),
                "base64offset" => read.encodings.push(Encoding::Base64Offset),
                "expand" => {
                    return Err(Flaw::new(
                        key.line,
                        "the modifier \"expand\" needs placeholders, which are not read here",
                    )
                    .hint("write the values themselves"));
                }
                "i" | "m" | "s" => {
                    return Err(Flaw::new(
                        key.line,
                        format!("the modifier \"{word}\" has a meaning behind \"re\" only"),
                    ));
                }
                unknown => {
                    return Err(Flaw::new(key.line, format!("unknown modifier \"{unknown}\" of \"{}\"", key.text))
                        .nearest(unknown, MODIFIERS.iter().copied()));
                }
            }
        }
        let kinds = [read.is_regex, read.is_network, read.is_exists, read.comparison.is_some()];
        let is_text = read.anchor.is_some() || read.is_field || read.has_dashes || !read.encodings.is_empty();
        let count = kinds.iter().filter(|is_set| **is_set).count() + usize::from(is_text);
        if count > 1 {
            return Err(Flaw::new(key.line, format!("the modifiers of \"{}\" exclude each other", key.text)));
        }
        Ok(read)
    }
}

impl FieldTest {
    /// What `key: node` says. A key without a name is of the record as a whole.
    pub(super) fn read(key: &Key, node: &Node, fields: &mut Fields) -> Result<Self, Flaw> {
        let mut words = key.text.split('|');
        let name = words.next().unwrap_or_default();
        let words: Vec<&str> = words.collect();
        let modifiers = Modifiers::read(key, &words)?;
        let field = (!name.is_empty()).then(|| fields.number(name));
        let mut tests = Vec::new();
        for item in node.items() {
            modifiers.tests(key, item, fields, &mut tests)?;
        }
        if tests.is_empty() {
            return Err(Flaw::new(key.line, format!("\"{}\" names no value", key.text)));
        }
        if field.is_none() && !tests.iter().all(|test| matches!(test, Test::Text(_) | Test::Regex(_) | Test::Number(_)))
        {
            return Err(Flaw::new(key.line, "what is looked for in the whole record is text"));
        }
        Ok(Self { field, tests, is_all: modifiers.is_all, is_inverse: modifiers.is_inverse })
    }

    pub(super) fn holds(&self, view: &View<'_>) -> bool {
        let mut holds = |test: &Test| test.holds(self.field, view);
        let has_passed = match self.tests.as_slice() {
            // The common case asks for the field once.
            tests if !self.is_all && self.field.is_some() && tests.iter().all(Test::is_of_value) => {
                view.any(self.field.unwrap_or_default(), &mut |value| tests.iter().any(|test| test.takes(value)))
            }
            tests if self.is_all => tests.iter().all(&mut holds),
            tests => tests.iter().any(&mut holds),
        };
        has_passed != self.is_inverse
    }

    /// The texts of which the field must be one, where that is all that is said of it.
    pub(super) fn exact(&self) -> Option<Vec<&str>> {
        if self.is_inverse || self.is_all && self.tests.len() > 1 {
            return None;
        }
        self.tests.iter().map(|test| if let Test::Text(pattern) = test { pattern.exact() } else { None }).collect()
    }
}

impl Modifiers {
    /// Adds what an item of a key's values says; several tests where it is written in several ways.
    fn tests(&self, key: &Key, item: &Node, fields: &mut Fields, tests: &mut Vec<Test>) -> Result<(), Flaw> {
        let flaw = |what: String| Flaw::new(item.line, what);
        let (text, is_plain) = match &item.value {
            yaml::Value::Null => {
                tests.push(Test::Null);
                return Ok(());
            }
            yaml::Value::Scalar(text, is_plain) => (text.as_str(), *is_plain),
            _ => return Err(flaw(format!("\"{}\" is {}, where a value is wanted", key.text, item.kind()))),
        };
        if text.len() > LONGEST {
            return Err(flaw(format!("a value of \"{}\" is longer than {LONGEST} bytes", key.text)));
        }
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite());
        if self.is_exists {
            let is_there = match text {
                "true" | "yes" => true,
                "false" | "no" => false,
                _ => return Err(flaw(format!("\"exists\" is true or false, not \"{text}\""))),
            };
            tests.push(Test::Exists(is_there));
        } else if let Some(comparison) = self.comparison {
            let number = number().ok_or_else(|| flaw(format!("\"{text}\" is no number")))?;
            tests.push(Test::Compare(comparison, number));
        } else if self.is_network {
            let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            tests.push(Test::Network(network.map_err(|_| {
                flaw(format!("\"{text}\" is no network")).hint("write 203.0.113.0/24 or 2001:db8::/32")
            })?));
        } else if self.is_regex {
            let [ignores_case, is_multi, takes_newlines] = self.regex_flags;
            let regex = pattern::regex(text, |builder| {
                builder.case_insensitive(ignores_case).multi_line(is_multi).dot_matches_new_line(takes_newlines)
            });
            tests.push(Test::Regex(
                regex.map_err(|cause| flaw(format!("the expression \"{text}\" cannot be read: {cause}")))?,
            ));
        } else if self.is_field {
            tests.push(Test::Field(fields.number(text), self.anchor.unwrap_or(Anchor::Whole), self.is_cased));
        } else if let Some(number) = number().filter(|_| is_plain && self.anchor.is_none() && self.encodings.is_empty())
        {
            tests.push(Test::Number(number));
        } else {
            self.texts(text, item.line, tests)?;
        }
        Ok(())
    }

    fn texts(&self, text: &str, line: usize, tests: &mut Vec<Test>) -> Result<(), Flaw> {
        let anchor = self.anchor.unwrap_or(Anchor::Whole);
        if !self.encodings.is_empty() {
            for text in encoded(text, &self.encodings) {
                // Base64 is told from another by case.
                tests.push(Test::Text(Pattern::plain(&text, anchor, true)));
            }
            return Ok(());
        }
        let dashes: &[char] = if self.has_dashes { &['-', '/', '–', '—', '―'] } else { &['-'] };
        for dash in dashes {
            let text = if self.has_dashes { with_dash(text, *dash) } else { text.to_owned() };
            let pattern = Pattern::wild(&text, anchor, self.is_cased);
            tests.push(Test::Text(
                pattern.map_err(|cause| Flaw::new(line, format!("\"{text}\" cannot be read: {cause}")))?,
            ));
        }
        Ok(())
    }
}

/// The text with `dash` for each dash that begins a word, as Windows takes options.
fn with_dash(text: &str, dash: char) -> String {
    let mut before = ' ';
    text.chars()
        .map(|character| {
            let begins = !before.is_alphanumeric() && matches!(character, '-' | '/');
            before = character;
            if begins { dash } else { character }
        })
        .collect()
}

/// The ways in which a text is spelled once it has gone through encodings.
fn encoded(text: &str, encodings: &[Encoding]) -> Vec<String> {
    let mut bytes = text.as_bytes().to_vec();
    for encoding in encodings {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let units = text.encode_utf16();
        bytes = match encoding {
            Encoding::Utf16(true) => units.flat_map(u16::to_be_bytes).collect(),
            Encoding::Utf16(false) => units.flat_map(u16::to_le_bytes).collect(),
            Encoding::Marked => [0xff, 0xfe].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect(),
            Encoding::Base64 => return vec![STANDARD_NO_PAD.encode(&bytes)],
            Encoding::Base64Offset => return (0..3).map(|offset| at_offset(&bytes, offset)).collect(),
        };
    }
    vec![String::from_utf8_lossy(&bytes).into_owned()]
}

/// The characters of Base64 that a text has for certain where it begins `offset` bytes behind a group of three.
fn at_offset(bytes: &[u8], offset: usize) -> String {
    let padded: Vec<u8> = std::iter::repeat_n(0, offset).chain(bytes.iter().copied()).collect();
    let text = STANDARD_NO_PAD.encode(&padded);
    // Of the characters at both ends some bits are of what stands before and behind.
    let from = [0, 2, 3][offset % 3].min(text.len());
    let to = text.len() - usize::from(!padded.len().is_multiple_of(3)).min(text.len() - from);
    text[from..to].to_owned()
}

impl Test {
    /// Whether it is of single values, and of nothing that is missing.
    fn is_of_value(&self) -> bool {
        !matches!(self, Self::Null | Self::Exists(_) | Self::Field(..))
    }

    fn holds(&self, field: Option<usize>, view: &View<'_>) -> bool {
        let Some(field) = field else { return view.any_value(&mut |value| self.takes(value)) };
        match self {
            Self::Null => !view.any(field, &mut |value| !value.is_null()),
            Self::Exists(is_there) => view.has(field) == *is_there,
            Self::Field(other, anchor, is_cased) => view.any(field, &mut |value| {
                let Some(text) = value.scalar() else { return false };
                view.any(*other, &mut |other| {
                    other.scalar().is_some_and(|other| Pattern::plain(other, *anchor, *is_cased).matches(text))
                })
            }),
            _ => view.any(field, &mut |value| self.takes(value)),
        }
    }

    /// Whether a value is as the test says.
    fn takes(&self, value: &Value<'_>) -> bool {
        let Some(text) = value.scalar() else { return false };
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite());
        match self {
            Self::Text(pattern) => pattern.matches(text),
            Self::Number(wanted) => number() == Some(*wanted),
            Self::Regex(regex) => regex.is_match(text),
            Self::Network(network) => {
                text.parse::<IpAddr>().is_ok_and(|address| network.contains(&address.to_canonical()))
            }
            Self::Compare(comparison, limit) => number().is_some_and(|number| match comparison {
                Comparison::Above => number > *limit,
                Comparison::AtLeast => number >= *limit,
                Comparison::Below => number < *limit,
                Comparison::AtMost => number <= *limit,
            }),
            Self::Null | Self::Exists(_) | Self::Field(..) => false,
        }
    }
}
