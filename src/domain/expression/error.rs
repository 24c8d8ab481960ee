//! What cannot be read, told so that it can be mended.

use std::ops::Range;

/// What is wrong with a search, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {}: {what}", span.start + 1)]
pub struct ExpressionError {
    /// The characters that are wrong, counted from 0: what is marked.
    pub span: Range<usize>,
    /// What is wrong, with the text that is.
    pub what: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl ExpressionError {
    pub(super) fn new(span: Range<usize>, what: impl Into<String>) -> Self {
        Self { span, what: what.into(), hint: None }
    }

    #[must_use]
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The text with the place marked: `root »(«admin`.
    pub fn marked(&self, text: &str) -> String {
        let mut marked = String::new();
        for (index, character) in text.chars().enumerate() {
            if index == self.span.start {
                marked.push('»');
            }
            marked.push(character);
            if index + 1 == self.span.end.max(self.span.start + 1) {
                marked.push('«');
            }
        }
        if self.span.start >= text.chars().count() {
            marked.push_str("»«");
        }
        marked
    }
}
