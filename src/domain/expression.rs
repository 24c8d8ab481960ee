//! What is searched for: an expression over the terms of records.
//!
//! ```text
//! 203.0.113.7                                  a whole term, in any field
//! "failed password for"                        text, anywhere in a field
//! *rclone*  Get?ser*                           a pattern; the whole term must match
//! ~^AKIA[A-Z0-9]{16}$~                         a regular expression
//! 10.0.0.0/8                                   any address of a network
//! source.ip:203.0.113.7  eventName:Get*        in one field: ECS or as the log names it
//! http.response.status_code:>=500  bytes:1..9  a number
//! errorCode:*                                  the field is there
//! root -source:alb,vpcflow                     NOT; words beside each other are AND
//! (root OR admin) AND NOT eventName:Get*
//! root last 6h                                 also 2026-11-23 01:00..02:00, with a zone after it
//! ```

mod error;
mod lexer;
mod matching;
mod number;
mod parse;
mod pattern;
mod period;

#[cfg(test)]
mod tests;

use std::fmt;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use error::ExpressionError;
pub use matching::Subject;
pub use number::Bound;
pub use parse::parse;
pub use pattern::{Expressed, Part, Pattern};

use super::TimeRange;

/// What was typed, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    /// What must hold of a record; all records where it is [`Expression::All`].
    pub expression: Expression,
    /// Only records of these sources; of all where empty.
    pub sources: Vec<String>,
    /// Only event times of this range, where one was typed.
    pub range: Option<TimeRange>,
}

/// What must hold of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Nothing must.
    All,
    /// All of these; two at least.
    And(Vec<Expression>),
    /// One of these; two at least.
    Or(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// This.
    Test(Test),
    /// The record is of one of these sources.
    Source(Vec<String>),
}

/// One thing that a record is tested for: that a term of it, in this field or in any, is such.
///
/// The terms of a record are those that the index holds ([`scops_parser::Event::terms`]): scalars of up to 256 bytes
/// whole, and the words of longer and of free text. A field is one of the Elastic Common Schema (`source.ip`) or a
/// dotted path as the log has it (`sourceIPAddress`). Case counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The field, where it is one.
    pub field: Option<String>,
    /// What one of its terms must be.
    pub is: Is,
}

/// What a term must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Is {
    /// This.
    Term(String),
    /// Any text that holds this; of a field as a whole, whatever its length.
    Holding(String),
    /// As this pattern has it.
    Like(Pattern),
    /// As this regular expression finds it.
    Matching(Expressed),
    /// An address of this network.
    Within(IpNet),
    /// A number of this range.
    Number(Bound),
    /// Anything.
    Present,
}

impl Expression {
    /// That a record has this whole term, in any field.
    pub fn term(term: impl Into<String>) -> Self {
        Self::Test(Test { field: None, is: Is::Term(term.into()) })
    }

    /// What was kept as text; the whole text as one term where it cannot be read.
    pub fn read(text: &str) -> Self {
        parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).map_or_else(|_| Self::term(text), |sought| sought.expression)
    }

    /// Its tests, in the order in which they were typed.
    pub fn tests(&self) -> Vec<&Test> {
        let mut tests = Vec::new();
        self.collect(&mut tests);
        tests
    }

    fn collect<'e>(&'e self, tests: &mut Vec<&'e Test>) {
        match self {
            Self::All | Self::Source(_) => {}
            Self::Test(test) => tests.push(test),
            Self::Not(inner) => inner.collect(tests),
            Self::And(inner) | Self::Or(inner) => inner.iter().for_each(|inner| inner.collect(tests)),
        }
    }

    /// Whether it holds of a record of this source of which `test` tells whether each test holds.
    pub fn holds(&self, source: &str, test: &mut impl FnMut(&Test) -> bool) -> bool {
        match self {
            Self::All => true,
            Self::And(all) => all.iter().all(|inner| inner.holds(source, test)),
            Self::Or(any) => any.iter().any(|inner| inner.holds(source, test)),
            Self::Not(inner) => !inner.holds(source, test),
            Self::Test(one) => test(one),
            Self::Source(names) => names.iter().any(|name| name == source),
        }
    }

    /// A text that every record of which this holds has as a term, where there is one: what is looked for first.
    pub fn needle(&self) -> Option<&str> {
        match self {
            Self::Test(Test { is: Is::Term(term), .. }) => Some(term),
            Self::And(all) => all.iter().filter_map(Self::needle).max_by_key(|needle| needle.len()),
            _ => None,
        }
    }
}

impl From<Test> for Expression {
    fn from(test: Test) -> Self {
        Self::Test(test)
    }
}

/// As it can be typed.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, inner: &[Self], word: &str| {
            for (index, each) in inner.iter().enumerate() {
                if index > 0 {
                    f.write_str(word)?;
                }
                match each {
                    Self::Or(_) | Self::And(_) => write!(f, "({each})")?,
                    _ => write!(f, "{each}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All => Ok(()),
            Self::And(all) => joined(f, all, " AND "),
            Self::Or(any) => joined(f, any, " OR "),
            Self::Not(inner) => match **inner {
                Self::And(_) | Self::Or(_) => write!(f, "NOT ({inner})"),
                _ => write!(f, "NOT {inner}"),
            },
            Self::Test(test) => write!(f, "{test}"),
            Self::Source(names) => {
                f.write_str("source:")?;
                for (index, name) in names.iter().enumerate() {
                    let separator = if index > 0 { "," } else { "" };
                    write!(f, "{separator}{}", lexer::spelled(name))?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{}:", lexer::spelled(field))?;
        }
        match &self.is {
            // `arn:aws` would be the beginning of an ARN.
            Is::Term(term) if self.field.as_deref() == Some("arn") => f.write_str(&lexer::quoted(term)),
            Is::Term(term) if self.field.is_some() => f.write_str(&lexer::spelled(term)),
            // Bare and in quotes it would be text.
            Is::Term(term) => f.write_str(&lexer::escaped(term)),
            Is::Holding(text) => f.write_str(&lexer::quoted(text)),
            Is::Like(pattern) => write!(f, "{pattern}"),
            Is::Matching(expressed) => write!(f, "{expressed}"),
            Is::Within(network) => write!(f, "{network}"),
            Is::Number(bound) => write!(f, "{bound}"),
            Is::Present => f.write_str("*"),
        }
    }
}
