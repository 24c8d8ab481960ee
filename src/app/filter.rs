//! The filter of rows: words that must, or must not, be there.

use crate::domain::ObjectRow;

/// A filter: every word must hold. `text` is somewhere in the row; `!text` is not; `state:failed` is its state, and
/// `!state:failed` or `-state:failed` is not. Case is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    is_inverse: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Contains(String),
    State(String),
}

impl Filter {
    /// Reads a filter; nothing for a blank one.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<Word> = text.split_whitespace().filter_map(Word::parse).collect();
        (!words.is_empty()).then(|| Self { text: text.trim().to_owned(), words })
    }

    /// The filter as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text passes that has no state.
    pub fn passes_text(&self, text: &str) -> bool {
        self.passes(&text.to_lowercase(), "")
    }

    /// Whether an object passes, by its key, its reason and its state.
    pub fn passes_object(&self, row: &ObjectRow) -> bool {
        let mut text = row.object.id.key.to_lowercase();
        if let Some(reason) = &row.reason {
            text.push('\n');
            text.push_str(&reason.to_lowercase());
        }
        self.passes(&text, row.state.name())
    }

    /// `text` is in lower case.
    fn passes(&self, text: &str, state: &str) -> bool {
        self.words.iter().all(|word| {
            let holds = match &word.test {
                Test::Contains(part) => text.contains(part),
                Test::State(name) => state.starts_with(name.as_str()),
            };
            holds != word.is_inverse
        })
    }
}

impl Word {
    fn parse(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let bare = word.strip_prefix('!').or_else(|| word.strip_prefix('-').filter(|rest| rest.contains(':')));
        let (is_inverse, word) = bare.map_or((false, word.as_str()), |bare| (true, bare));
        let test = match word.strip_prefix("state:") {
            Some(state) => Test::State(state.to_owned()),
            None => Test::Contains(word.to_owned()),
        };
        (!word.is_empty()).then_some(Self { is_inverse, test })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_hold() {
        let passes = |filter: &str, text: &str| Filter::parse(filter).expect("a filter").passes_text(text);
        assert!(passes("t01 GZ", "T0131Z.json.gz"));
        assert!(!passes("t01 !gz", "T0131Z.json.gz"));
        assert!(passes("-x", "a-x"), "a leading dash alone is text");
        assert_eq!(Filter::parse("  ! "), None);
    }
}
