//! One key with its modifiers, as keymap files spell it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key press: `g`, `G`, `ctrl-a`, `alt-left`, `f5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Keys with names of their own.
pub(super) const NAMES: [(&str, KeyCode); 17] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("minus", KeyCode::Char('-')),
    ("plus", KeyCode::Char('+')),
];

impl Chord {
    /// The chord of a key event. Shift is part of a letter (`G`), and of nothing else that has a spelling of its own.
    pub fn of(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }

    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::Char(character) => {
                let shifted = modifiers.contains(KeyModifiers::SHIFT) && character.is_ascii_lowercase();
                let character = if shifted { character.to_ascii_uppercase() } else { character };
                modifiers.remove(KeyModifiers::SHIFT);
                // ctrl-A and ctrl-a are one key on every terminal.
                KeyCode::Char(if modifiers.contains(KeyModifiers::CONTROL) {
                    character.to_ascii_lowercase()
                } else {
                    character
                })
            }
            KeyCode::BackTab => {
                modifiers.insert(KeyModifiers::SHIFT);
                KeyCode::Tab
            }
            KeyCode::Null => {
                modifiers.insert(KeyModifiers::CONTROL);
                KeyCode::Char(' ')
            }
            code => code,
        };
        Self { code, modifiers }
    }

    /// The event of this key being pressed.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// The character that this key types, where it does.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(character) if self.modifiers.is_empty() => Some(character),
            _ => None,
        }
    }
}

/// A word that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no key")]
pub struct NotAKey(pub String);

impl FromStr for Chord {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let mut modifiers = KeyModifiers::empty();
        let mut rest = text;
        while let Some((prefix, tail)) = rest.split_once('-') {
            let modifier = match prefix {
                "ctrl" | "C" => KeyModifiers::CONTROL,
                "alt" | "A" => KeyModifiers::ALT,
                "shift" | "S" => KeyModifiers::SHIFT,
                _ => break,
            };
            if tail.is_empty() {
                break;
            }
            modifiers.insert(modifier);
            rest = tail;
        }
        let mut characters = rest.chars();
        let code = if let (Some(character), None) = (characters.next(), characters.next()) {
            KeyCode::Char(character)
        } else {
            let named = NAMES.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code);
            let number = rest.strip_prefix('f').and_then(|number| number.parse::<u8>().ok());
            let function = number.filter(|number| (1..=24).contains(number)).map(KeyCode::F);
            named.or(function).ok_or_else(|| NotAKey(text.to_owned()))?
        };
        Ok(Self::new(code, modifiers))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in
            [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")]
        {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::F(number) => write!(f, "f{number}"),
            KeyCode::Char(character) if character != ' ' => write!(f, "{character}"),
            code => f.write_str(NAMES.iter().find(|(_, other)| *other == code).map_or("?", |(name, _)| name)),
        }
    }
}
