//! A line of text that is being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::domain::NoteId;

/// The longest line that is taken, in characters; a pasted megabyte is cut to it.
pub const LINE_LIMIT: usize = 4_096;

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Line(Input);

impl Line {
    /// A line that holds `text`, the cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Input::new(text.into()))
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// How many characters stand before the cursor.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    /// Takes an editing key. Returns whether it was one.
    pub(super) fn press(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let request = match key.code {
            KeyCode::Char('a') if control => InputRequest::GoToStart,
            KeyCode::Char('e') if control => InputRequest::GoToEnd,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char('u') if control => InputRequest::DeleteFromStart,
            KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
            KeyCode::Char('b') if control => InputRequest::GoToPrevChar,
            KeyCode::Char('f') if control => InputRequest::GoToNextChar,
            KeyCode::Char('d') if control => InputRequest::DeleteNextChar,
            KeyCode::Char('h') if control => InputRequest::DeletePrevChar,
            KeyCode::Char('d') if alt => InputRequest::DeleteNextWord,
            KeyCode::Char('b') if alt => InputRequest::GoToPrevWord,
            KeyCode::Char('f') if alt => InputRequest::GoToNextWord,
            KeyCode::Char(character) if !control && !alt => {
                self.insert(&character.to_string());
                return true;
            }
            KeyCode::Backspace if alt || control => InputRequest::DeletePrevWord,
            KeyCode::Backspace => InputRequest::DeletePrevChar,
            KeyCode::Delete => InputRequest::DeleteNextChar,
            KeyCode::Left => InputRequest::GoToPrevChar,
            KeyCode::Right => InputRequest::GoToNextChar,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            _ => return false,
        };
        self.0.handle(request);
        true
    }

    /// Inserts text at the cursor; what goes beyond [`LINE_LIMIT`] is dropped, and so are line ends.
    pub(super) fn insert(&mut self, text: &str) {
        let room = LINE_LIMIT.saturating_sub(self.text().chars().count());
        let (cursor, old) = (self.cursor(), self.text());
        let split = old.char_indices().nth(cursor).map_or(old.len(), |(at, _)| at);
        let new: String = text.chars().filter(|character| !matches!(character, '\n' | '\r')).take(room).collect();
        let value = format!("{}{new}{}", &old[..split], &old[split..]);
        self.0 = Input::new(value).with_cursor(cursor + new.chars().count());
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.cursor()) == (other.text(), other.cursor())
    }
}

/// What a line is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A command, after `:`.
    Command,
    /// A filter of the rows, after `/`.
    Filter,
    /// A profile to enter.
    Profile,
    /// A text to find in the records, after `/`.
    Find,
    /// A value to search for everywhere.
    Search,
    /// The text of a new note of the case, or of this one.
    Note(Option<NoteId>),
    /// A command, by any part of its name or of what it does.
    Palette,
    /// The value of a parameter of a statement.
    Parameter,
    /// The name that a query is kept under.
    QueryName,
    /// A part of the help, after `/`.
    Help,
    /// The name of the file of an export.
    Export,
}

impl Purpose {
    /// Whether its line stands elsewhere than at the foot of the screen.
    pub fn has_own_line(self) -> bool {
        matches!(self, Self::Search | Self::Palette | Self::Profile)
    }
}

/// A line that is being typed, and what for.
#[derive(Debug, Clone, PartialEq)]
pub struct Typing {
    /// What for.
    pub purpose: Purpose,
    /// The line.
    pub line: Line,
    /// Which line of the history is shown, counted from the newest; `None` for what is typed now.
    pub recalled: Option<usize>,
    /// Which completion, or which row of the palette, is chosen.
    pub chosen: usize,
    /// What was typed before a completion was put in its place; the others are gone through by it.
    pub base: Option<String>,
}

impl Typing {
    pub(super) fn new(purpose: Purpose, text: impl Into<String>) -> Self {
        Self { purpose, line: Line::new(text), recalled: None, chosen: 0, base: None }
    }

    /// What completions are looked for.
    pub fn typed(&self) -> &str {
        self.base.as_deref().unwrap_or(self.line.text())
    }

    /// The line was changed by hand: what was recalled or chosen no longer is.
    pub(super) fn edited(&mut self) {
        (self.recalled, self.chosen, self.base) = (None, 0, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_megabyte_is_cut() {
        let mut line = Line::new("ab");
        line.insert(&"é\n".repeat(1 << 20));
        assert_eq!(line.text().chars().count(), LINE_LIMIT);
    }

    #[test]
    fn text_goes_in_at_the_cursor() {
        let mut line = Line::new("añb");
        line.press(KeyEvent::from(KeyCode::Left));
        line.insert("xy");
        assert_eq!((line.text(), line.cursor()), ("añxyb", 4));
    }
}
