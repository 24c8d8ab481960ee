//! A mistake in a definition, told so that it can be found and cured.

use std::fmt;
use std::ops::Range;

use super::pattern::{Pattern, Wrong};

/// What is wrong in a definition: place, cause, and the cure where one is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The file, as it was named to [`Definition::parse`](crate::Definition::parse).
    pub place: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, with the text that is.
    pub cause: String,
    /// What to do about it.
    pub cure: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.place, self.line, self.column, self.cause)?;
        match &self.cure {
            Some(cure) => write!(f, "\nhint: {cure}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// The mistakes of one file, as they are found.
#[derive(Default)]
pub(super) struct Notes<'t> {
    pub place: &'t str,
    pub text: &'t str,
    pub mistakes: Vec<Mistake>,
    /// The fields that are read somewhere, and where.
    pub references: Vec<(String, Range<usize>)>,
    /// Whether patterns are compiled at once, to tell what is wrong with them.
    pub is_thorough: bool,
}

impl<'t> Notes<'t> {
    pub(super) fn new(place: &'t str, text: &'t str, is_thorough: bool) -> Self {
        Notes { place, text, is_thorough, ..Notes::default() }
    }

    /// Notes references to fields that do not exist, where it is known which do.
    pub(super) fn check_references(&mut self, known: &[&str]) {
        for (path, span) in std::mem::take(&mut self.references) {
            let path = path.split('[').next().unwrap_or_default();
            let is_known =
                |field: &&str| path == *field || path.strip_prefix(field).is_some_and(|rest| rest.starts_with('.'));
            if !known.iter().any(is_known) {
                self.add(&span, format!("no pattern reads a field \"{path}\"")).cure_by_name(path, known);
            }
        }
    }

    /// The pattern that stands at `span`, unless it is wrong; then that is noted.
    pub(super) fn checked(&mut self, span: &Range<usize>, pattern: Result<Pattern, Wrong>) -> Option<Pattern> {
        let pattern =
            pattern.and_then(|pattern| if self.is_thorough { pattern.check().map(|()| pattern) } else { Ok(pattern) });
        match pattern {
            Ok(pattern) => Some(pattern),
            Err((at, reason)) => {
                self.add_within(span, at, format!("the pattern is wrong: {reason}"));
                None
            }
        }
    }

    /// Notes what is wrong at the start of `span`, a range of bytes of the file.
    pub(super) fn add(&mut self, span: &Range<usize>, cause: impl Into<String>) -> &mut Mistake {
        let (line, column) = position(self.text, span.start);
        let place = self.place.to_owned();
        self.mistakes.push(Mistake { place, line, column, cause: cause.into(), cure: None });
        self.mistakes.last_mut().expect("it was just put there")
    }

    /// Notes what is wrong at `offset` bytes into the string that stands at `span`. Where the string has escapes, its
    /// start must do.
    pub(super) fn add_within(&mut self, span: &Range<usize>, offset: usize, cause: impl Into<String>) -> &mut Mistake {
        let string = self.text.get(span.clone()).unwrap_or_default();
        let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| string.starts_with(quote)).unwrap_or("");
        let mut from = quote.len();
        if quote.len() == 3 {
            // TOML drops a line end that follows the opening quotes at once.
            from += ["\r\n", "\n"].into_iter().find(|end| string[3..].starts_with(end)).map_or(0, str::len);
        }
        let is_exact = quote.starts_with('\'') || !string.contains('\\');
        let at = if is_exact { span.start + from + offset } else { span.start };
        self.add(&(at..at), cause)
    }
}

impl Mistake {
    pub(super) fn cure(&mut self, cure: impl Into<String>) {
        self.cure = Some(cure.into());
    }

    /// Names the nearest of `known`, or all of them where none is near and they are few.
    pub(super) fn cure_by_name(&mut self, word: &str, known: &[&str]) {
        self.cure = match nearest(word, known.iter().copied()) {
            Some(name) => Some(format!("did you mean \"{name}\"?")),
            None if known.len() <= 24 => Some(format!("known are {}", known.join(", "))),
            None => None,
        };
    }
}

/// The name of `known` that `word` was most likely meant to be.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // In short words one slip is much: two letters swapped, one missing, one too many.
    let likeness =
        |name: &str| f64::from(u8::from(strsim::osa_distance(word, name) <= 1)) + strsim::jaro_winkler(word, name);
    let near = known.into_iter().map(|name| (likeness(name), name)).filter(|(likeness, _)| *likeness > 0.75);
    near.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

/// Line and column of a byte, both from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (1 + before.bytes().filter(|byte| *byte == b'\n').count(), 1 + line.chars().count())
}
