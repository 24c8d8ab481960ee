//! Text from the world, made safe to show.

use std::fmt::{self, Write as _};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Text from a log, a key or a server, in which everything that a terminal might obey or a reader might miss has
/// become a visible glyph: controls as control pictures (`␛`), invisible and direction-changing characters as
/// `⟨U+202E⟩`, more than four combining marks in a row as `⟨…⟩`. It is the one way for such text to the screen;
/// the original bytes stay with whoever made it, for copy and export.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown(String);

/// Combining marks that a script may stack on one letter; Zalgo text stacks hundreds.
const COMBINING_LIMIT: usize = 4;

impl Shown {
    /// Makes `text` safe to show on one row.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Self(text.to_owned());
        }
        let mut shown = String::with_capacity(text.len() + 16);
        let mut combining = 0;
        for character in text.chars() {
            if is_combining(character) {
                combining += 1;
                match combining.cmp(&(COMBINING_LIMIT + 1)) {
                    std::cmp::Ordering::Less => shown.push(character),
                    std::cmp::Ordering::Equal => shown.push_str("⟨…⟩"),
                    std::cmp::Ordering::Greater => {}
                }
                continue;
            }
            combining = 0;
            push_visible(&mut shown, character);
        }
        Self(agreed(shown))
    }

    /// Makes bytes safe to show; what is not UTF-8 becomes `⟨xx⟩` in hexadecimal.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut shown = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            shown.push_str(&Self::new(chunk.valid()).0);
            for byte in chunk.invalid() {
                let _ = write!(shown, "⟨{byte:02x}⟩");
            }
        }
        Self(shown)
    }

    /// The text, safe to show.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether something had to be replaced for `original` to be shown: a copy holds more than meets the eye.
    pub fn differs_from(&self, original: &str) -> bool {
        self.0 != original
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Shown {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

fn push_visible(shown: &mut String, character: char) {
    match character {
        '\t' => shown.push('→'),
        '\n' => shown.push('⏎'),
        '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + character as u32)),
        '\u{7f}' => shown.push('␡'),
        _ if is_invisible(character) => {
            let _ = write!(shown, "⟨U+{:04X}⟩", character as u32);
        }
        _ => shown.push(character),
    }
}

/// The text with clusters taken apart of which terminals do not agree how wide they are: those that are not as wide as
/// their characters one by one (`👍🏽`, which one terminal draws in two cells and another in four).
fn agreed(text: String) -> String {
    let widths = |cluster: &str| cluster.chars().map(|character| character.width().unwrap_or(0)).sum::<usize>();
    if text.graphemes(true).all(|cluster| cluster.width() == widths(cluster)) {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for cluster in text.graphemes(true) {
        if cluster.width() == widths(cluster) {
            shown.push_str(cluster);
            continue;
        }
        let mut characters = cluster.chars();
        shown.extend(characters.next());
        for character in characters {
            let _ = write!(shown, "⟨U+{:04X}⟩", character as u32);
        }
    }
    shown
}

/// Characters that take no ink or turn the direction of what follows (Unicode Cc, Cf, Zl, Zp and blank fillers).
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_combining(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        for (text, shown) in [
            ("\u{1b}[2J\u{1b}[1;1H", "␛[2J␛[1;1H"),
            ("\u{9b}31m", "⟨U+009B⟩31m"),
            ("\u{1b}P$q m\u{1b}\\", "␛P$q m␛\\"),
            ("a\nb\tc\r", "a⏎b→c␍"),
            ("\u{202e}gpj.exe", "⟨U+202E⟩gpj.exe"),
            ("203.0.\u{200b}113.7", "203.0.⟨U+200B⟩113.7"),
            ("a\u{2028}b\u{2066}c", "a⟨U+2028⟩b⟨U+2066⟩c"),
            ("日本 café ⣿", "日本 café ⣿"),
            ("👍\u{1f3fd} 🇯🇵 กำ", "👍⟨U+1F3FD⟩ 🇯🇵 กำ"),
        ] {
            assert_eq!(Shown::new(text).as_str(), shown);
        }
    }

    #[test]
    fn stacked_marks_are_cut_and_said() {
        let text = format!("e{}x", "\u{301}".repeat(5_000));
        assert_eq!(Shown::new(text).as_str(), "e\u{301}\u{301}\u{301}\u{301}⟨…⟩x");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_in_hexadecimal() {
        assert_eq!(Shown::from_bytes(b"ok \xff\xfe end").as_str(), "ok ⟨ff⟩⟨fe⟩ end");
    }

    proptest::proptest! {
        #[test]
        fn nothing_shown_is_a_control(text in ".*") {
            let shown = Shown::new(text);
            proptest::prop_assert!(!shown.as_str().chars().any(|c| c.is_control() || is_invisible(c)));
        }
    }
}
