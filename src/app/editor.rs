//! A text of several lines that is being edited.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui_textarea::{CursorMove, TextArea};

use crate::domain::Shown;

/// The longest text that is taken, in bytes; what goes beyond it is not taken.
pub const TEXT_LIMIT: usize = 256 << 10;
/// Changes that can be undone.
const UNDONE: usize = 2_000;

/// A text of several lines with a cursor. What it holds is the user's own, and shown like text from the world.
#[derive(Debug, Clone)]
pub struct Editor {
    area: TextArea<'static>,
    length: usize,
    /// The text while it was replaced as a whole, which the buffer remembers as two changes: deleted, and inserted.
    replaced: Option<[String; 3]>,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// Edits `text`, with the cursor at its start.
    pub fn new(text: &str) -> Self {
        let mut area: TextArea<'static> = text.lines().map(str::to_owned).collect();
        area.set_max_histories(UNDONE);
        area.set_tab_length(2);
        Self { area, length: text.len(), replaced: None }
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        text.push('\n');
        text
    }

    /// Its lines; at least one.
    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// The line and the characters before the cursor, both from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0, cursor.1)
    }

    /// Bytes of the text before the cursor.
    pub fn offset(&self) -> usize {
        let (row, column) = self.cursor();
        let above: usize = self.lines().iter().take(row).map(|line| line.len() + 1).sum();
        let before = self.lines().get(row).map_or(0, |line| line.chars().take(column).map(char::len_utf8).sum());
        above + before
    }

    /// Puts `text` in the place of so many characters before the cursor. Returns whether there was room for it.
    pub(super) fn replace_before(&mut self, characters: usize, text: &str) -> bool {
        for _ in 0..characters {
            self.area.delete_char();
        }
        self.measure();
        self.insert(text)
    }

    /// Cells before the cursor on its line, as it is shown.
    pub fn cursor_cells(&self) -> usize {
        let (row, column) = self.cursor();
        let before: String = self.lines().get(row).map_or(String::new(), |line| line.chars().take(column).collect());
        unicode_width::UnicodeWidthStr::width(Shown::new(before).as_str())
    }

    /// Puts the cursor on a place, as near to it as there is text.
    pub(super) fn jump(&mut self, row: usize, column: usize) {
        let place = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(place(row), place(column)));
    }

    /// Takes an editing key; `page` is how many lines are in sight. Returns whether it changed the text.
    pub(super) fn press(&mut self, key: KeyEvent, page: usize) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let area = &mut self.area;
        let changed = match key.code {
            KeyCode::Char('a') if control => moved(area, CursorMove::Head),
            KeyCode::Char('e') if control => moved(area, CursorMove::End),
            KeyCode::Char('k') if control => area.delete_line_by_end(),
            KeyCode::Char('u') if control => area.delete_line_by_head(),
            KeyCode::Char('w') if control => area.delete_word(),
            KeyCode::Char('b') if alt => moved(area, CursorMove::WordBack),
            KeyCode::Char('f') if alt => moved(area, CursorMove::WordForward),
            KeyCode::Char('d') if alt => area.delete_next_word(),
            KeyCode::Char(character) if !control && !alt => return self.insert(&character.to_string()),
            KeyCode::Enter => return self.insert("\n"),
            KeyCode::Backspace if alt || control => area.delete_word(),
            KeyCode::Backspace => area.delete_char(),
            KeyCode::Delete => area.delete_next_char(),
            KeyCode::Left if control || alt => moved(area, CursorMove::WordBack),
            KeyCode::Right if control || alt => moved(area, CursorMove::WordForward),
            KeyCode::Left => moved(area, CursorMove::Back),
            KeyCode::Right => moved(area, CursorMove::Forward),
            KeyCode::Home if control => moved(area, CursorMove::Top),
            KeyCode::End if control => moved(area, CursorMove::Bottom),
            KeyCode::Home => moved(area, CursorMove::Head),
            KeyCode::End => moved(area, CursorMove::End),
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => {
                let (row, column) = self.cursor();
                let by = if matches!(key.code, KeyCode::Up | KeyCode::Down) { 1 } else { page.max(1) };
                let is_up = matches!(key.code, KeyCode::Up | KeyCode::PageUp);
                let row = if is_up { row.saturating_sub(by) } else { row.saturating_add(by) };
                self.jump(row.min(self.lines().len() - 1), column);
                return false;
            }
            _ => false,
        };
        if changed {
            self.measure();
        }
        changed
    }

    /// Inserts text at the cursor. Returns whether there was room for it.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        // Other line ends than ours would stay in the lines.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if self.length + text.len() > TEXT_LIMIT {
            return false;
        }
        let is_inserted = self.area.insert_str(&text);
        self.measure();
        is_inserted
    }

    /// Adds lines at the end of the text, as one change.
    pub(super) fn append(&mut self, text: &str) -> bool {
        let (row, column) = self.cursor();
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
        let is_inserted = self.insert(text);
        self.jump(row, column);
        is_inserted
    }

    /// Puts `text` in the place of all; the cursor stays near. Returns whether there was room for it.
    pub(super) fn replace(&mut self, text: &str) -> bool {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.strip_suffix('\n').unwrap_or(&text);
        if text.len() > TEXT_LIMIT {
            return false;
        }
        if self.lines().join("\n") == text {
            return true;
        }
        let (row, column) = self.cursor();
        let before = self.text();
        self.area.select_all();
        self.area.delete_char();
        self.area.cancel_selection();
        let between = self.text();
        self.area.insert_str(text);
        self.measure();
        self.replaced = Some([before, between, self.text()]);
        self.jump(row.min(self.lines().len() - 1), column);
        true
    }

    /// Takes the last change back. Returns whether there was one.
    pub(super) fn undo(&mut self) -> bool {
        let before = self.text();
        let is_undone = self.area.undo();
        if self.is_between(&before, 2) {
            self.area.undo();
        }
        self.measure();
        is_undone
    }

    /// Makes the change again that was taken back last. Returns whether there was one.
    pub(super) fn redo(&mut self) -> bool {
        let before = self.text();
        let is_redone = self.area.redo();
        if self.is_between(&before, 0) {
            self.area.redo();
        }
        self.measure();
        is_redone
    }

    /// Whether the text, which was `before`, is in the middle of having been replaced, seen from this end of it.
    fn is_between(&self, before: &str, from: usize) -> bool {
        self.replaced.as_ref().is_some_and(|replaced| replaced[from] == before && replaced[1] == self.text())
    }

    fn measure(&mut self) {
        self.length = self.area.lines().iter().map(|line| line.len() + 1).sum();
    }
}

/// Moves the cursor, which changes nothing.
fn moved(area: &mut TextArea<'static>, to: CursorMove) -> bool {
    area.move_cursor(to);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(editor: &mut Editor, code: KeyCode) -> bool {
        editor.press(KeyEvent::from(code), 10)
    }

    #[test]
    fn lines_are_typed_split_joined_and_undone() {
        let mut editor = Editor::new("ab\ncd\n");
        assert!(!press(&mut editor, KeyCode::Down) && !press(&mut editor, KeyCode::End));
        assert!(press(&mut editor, KeyCode::Char('é')) && press(&mut editor, KeyCode::Enter));
        assert_eq!((editor.text().as_str(), editor.cursor()), ("ab\ncdé\n\n", (2, 0)));
        assert!(press(&mut editor, KeyCode::Backspace) && press(&mut editor, KeyCode::Backspace));
        assert_eq!((editor.text().as_str(), editor.cursor()), ("ab\ncd\n", (1, 2)));
        while editor.undo() {}
        assert_eq!(editor.text(), "ab\ncd\n");
        assert!(editor.redo());
        assert_eq!(editor.text(), "ab\ncdé\n");
    }

    #[test]
    fn pages_and_words_are_walked_within_the_text() {
        let mut editor = Editor::new(&"one two\n".repeat(30));
        press(&mut editor, KeyCode::PageDown);
        assert_eq!(editor.cursor(), (10, 0));
        editor.press(KeyEvent::new(KeyCode::Right, KeyModifiers::CONTROL), 10);
        assert_eq!(editor.cursor(), (10, 4));
        for _ in 0..9 {
            press(&mut editor, KeyCode::PageDown);
        }
        assert_eq!(editor.cursor().0, 29);
        press(&mut editor, KeyCode::PageUp);
        assert_eq!(editor.cursor(), (19, 4));
    }

    #[test]
    fn a_paste_keeps_its_lines_and_has_a_limit() {
        let mut editor = Editor::new("");
        assert!(editor.insert("a\r\nb\rc"));
        assert_eq!(editor.lines(), ["a", "b", "c"]);
        assert!(!editor.insert(&"x".repeat(TEXT_LIMIT)));
        assert_eq!(editor.text(), "a\nb\nc\n");
        assert!(editor.replace("x\r\ny\n") && editor.lines() == ["x", "y"]);
        assert!(!editor.replace(&"x".repeat(TEXT_LIMIT + 1)) && editor.lines() == ["x", "y"]);
        assert!(editor.undo() && editor.lines() == ["a", "b", "c"] && editor.redo());
        assert_eq!(editor.lines(), ["x", "y"]);
        assert!(editor.replace("") && editor.lines() == [""]);
        while editor.undo() {}
        editor.insert("a\nb\nc");
        assert!(editor.append("\nd") && editor.undo());
        assert_eq!(editor.text(), "a\nb\nc\n");
    }
}
