//! A mistake in a file that a user wrote, told so that it can be found and cured.

use std::fmt;
use std::ops::Range;

/// What is wrong in a configuration file: place, cause, and the cure where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file as it was named to us.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, with the text that is.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Mistake {
    /// A mistake at the start of `span`, a range of bytes in `text`.
    pub fn at(file: &str, text: &str, span: &Range<usize>, what: impl Into<String>) -> Self {
        let upto = text.as_bytes().get(..span.start).unwrap_or(text.as_bytes());
        let line = 1 + memchr::memchr_iter(b'\n', upto).count();
        Self { file: file.to_owned(), line, what: what.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the name of `known` that is nearest to `word`, where one is near enough to be meant.
    #[must_use]
    pub fn nearest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.hint = nearest(word, known).map(|name| format!("did you mean \"{name}\"?"));
        self
    }
}

/// The name of `known` that `word` was most likely meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // In short words one slip is much: two letters swapped, one missing, one too many.
    let likeness =
        |name: &str| f64::from(u8::from(strsim::osa_distance(word, name) <= 1)) + strsim::jaro_winkler(word, name);
    known
        .into_iter()
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for Mistake {}
