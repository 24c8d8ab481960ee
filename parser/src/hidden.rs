//! Characters that nobody sees, and that part a word from what is looked for.

/// The code points that are drawn as nothing: Default_Ignorable_Code_Point, in ranges (Unicode Character Database,
/// `DerivedCoreProperties.txt`).
pub const IGNORABLE: [(char, char); 17] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

fn is_ignorable(character: char) -> bool {
    !character.is_ascii() && IGNORABLE.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

/// The text without them, where it holds any.
pub(crate) fn bare(text: &str) -> Option<String> {
    (!text.is_ascii() && text.contains(is_ignorable)).then(|| text.replace(is_ignorable, ""))
}

/// Whether the text in these bytes holds any.
pub(crate) fn is_in(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && bytes.utf8_chunks().any(|chunk| chunk.valid().contains(is_ignorable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "definitions")]
    #[test]
    fn they_are_those_that_unicode_names() {
        let named = regex::Regex::new(r"^\p{Default_Ignorable_Code_Point}$").unwrap();
        for character in ('\0'..=char::MAX).filter(|character| !character.is_ascii()) {
            let is_named = named.is_match(character.encode_utf8(&mut [0; 4]));
            assert_eq!(is_ignorable(character), is_named, "U+{:04X}", character as u32);
        }
    }

    #[test]
    fn what_is_left_is_what_one_sees() {
        assert_eq!(bare("203.0.\u{200b}113.7\u{ad}"), Some("203.0.113.7".to_owned()));
        assert_eq!((bare("日本"), bare("a")), (None, None));
        assert!(is_in(b"\xff 203.0.\xe2\x80\x8b113.7") && !is_in("日本".as_bytes()));
    }
}
