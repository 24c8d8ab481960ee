//! Texts with wildcards, compared as Sigma does: without regard to case, unless a rule says `cased`.

use regex::{Regex, RegexBuilder};

/// How large a compiled pattern may become, in bytes.
const REGEX_SIZE: usize = 1 << 20;
/// The longest text of a pattern.
pub(super) const LONGEST: usize = 64 << 10;

/// Where in a value a pattern's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Whole,
    Start,
    End,
    Anywhere,
}

/// A text that values are compared with.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// Text without wildcards inside; ASCII, or compared as it is.
    Text { text: Box<str>, anchor: Anchor, is_cased: bool },
    /// What takes more.
    Regex(Regex),
    /// Anything that is not empty: `*` alone.
    Something,
}

/// A part of a text with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `*`
    Any,
    /// `?`
    One,
}

impl Pattern {
    /// The pattern of a rule's text: `*` is any text, `?` any character, and a backslash takes their meaning.
    pub(super) fn wild(text: &str, anchor: Anchor, is_cased: bool) -> Result<Self, String> {
        let mut parts = parts(text);
        if parts == [Part::Any] && anchor == Anchor::Whole {
            return Ok(Self::Something);
        }
        let (mut is_open_before, mut is_open_after) =
            (matches!(anchor, Anchor::End | Anchor::Anywhere), matches!(anchor, Anchor::Start | Anchor::Anywhere));
        if parts.first() == Some(&Part::Any) {
            parts.remove(0);
            is_open_before = true;
        }
        if parts.last() == Some(&Part::Any) {
            parts.pop();
            is_open_after = true;
        }
        let anchor = match (is_open_before, is_open_after) {
            (false, false) => Anchor::Whole,
            (false, true) => Anchor::Start,
            (true, false) => Anchor::End,
            (true, true) => Anchor::Anywhere,
        };
        match parts.as_slice() {
            [] => Ok(Self::plain("", anchor, is_cased)),
            [Part::Text(text)] if is_cased || text.is_ascii() => Ok(Self::plain(text, anchor, is_cased)),
            parts => glob(parts, anchor, is_cased),
        }
    }

    /// The pattern of a text in which nothing is a wildcard.
    pub(super) fn plain(text: &str, anchor: Anchor, is_cased: bool) -> Self {
        Self::Text { text: text.into(), anchor, is_cased }
    }

    /// The text of a pattern that only that text passes, in whatever case.
    pub(super) fn exact(&self) -> Option<&str> {
        match self {
            Self::Text { text, anchor: Anchor::Whole, .. } => Some(text),
            _ => None,
        }
    }

    pub(super) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Something => !value.is_empty(),
            Self::Regex(regex) => regex.is_match(value),
            Self::Text { text, anchor, is_cased } => {
                let (value, text) = (value.as_bytes(), text.as_bytes());
                let same = |part: &[u8]| if *is_cased { part == text } else { part.eq_ignore_ascii_case(text) };
                match anchor {
                    Anchor::Whole => value.len() == text.len() && same(value),
                    Anchor::Start => value.get(..text.len()).is_some_and(same),
                    Anchor::End => value.len().checked_sub(text.len()).is_some_and(|at| same(&value[at..])),
                    Anchor::Anywhere => contains(value, text, same),
                }
            }
        }
    }
}

fn contains(value: &[u8], text: &[u8], same: impl Fn(&[u8]) -> bool) -> bool {
    let Some(first) = text.first() else { return true };
    let Some(last) = value.len().checked_sub(text.len()) else { return false };
    let begins = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), &value[..=last]);
    begins.into_iter().any(|at| same(&value[at..at + text.len()]))
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let literal = match character {
            '*' => {
                if parts.last() != Some(&Part::Any) {
                    parts.push(Part::Any);
                }
                continue;
            }
            '?' => {
                parts.push(Part::One);
                continue;
            }
            '\\' => characters.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\'),
            character => character,
        };
        match parts.last_mut() {
            Some(Part::Text(text)) => text.push(literal),
            _ => parts.push(Part::Text(literal.into())),
        }
    }
    parts
}

fn glob(parts: &[Part], anchor: Anchor, is_cased: bool) -> Result<Pattern, String> {
    let mut text = String::new();
    if matches!(anchor, Anchor::Whole | Anchor::Start) {
        text.push_str(r"\A");
    }
    for part in parts {
        match part {
            Part::Text(part) => text.push_str(&regex::escape(part)),
            Part::Any => text.push_str(".*"),
            Part::One => text.push('.'),
        }
    }
    if matches!(anchor, Anchor::Whole | Anchor::End) {
        text.push_str(r"\z");
    }
    regex(&text, |builder| builder.case_insensitive(!is_cased).dot_matches_new_line(true)).map(Pattern::Regex)
}

/// Compiles a regular expression within bounds. What it costs to match is linear in the value, whatever it says.
pub(super) fn regex(text: &str, with: impl Fn(&mut RegexBuilder) -> &mut RegexBuilder) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(text);
    with(&mut builder).size_limit(REGEX_SIZE).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it becomes too large".to_owned(),
        error => error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(pattern: &str, anchor: Anchor, value: &str) -> bool {
        Pattern::wild(pattern, anchor, false).expect("a pattern").matches(value)
    }

    #[test]
    fn wildcards_stand_for_text_and_a_backslash_for_themselves() {
        for (pattern, value, is_held) in [
            ("root", "ROOT", true),
            ("root", "rooted", false),
            ("ro*", "rooted", true),
            ("*ted", "rooted", true),
            ("*oo*", "rooted", true),
            ("r?oted", "rooted", true),
            ("r*t?d", "rooted", true),
            ("r*t?d", "rooed", false),
            ("*", "", false),
            ("*", "x", true),
            ("", "", true),
            ("", "x", false),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
            (r"C:\Windows\*", r"c:\windows*", true),
            (r"C:\Windows\\*", r"c:\windows\x", true),
            ("naïve", "NAÏVE", true),
            ("a*b", "a\nb", true),
        ] {
            assert_eq!(holds(pattern, Anchor::Whole, value), is_held, "{pattern} of {value}");
        }
    }

    #[test]
    fn an_anchor_says_where_the_text_stands() {
        assert!(holds("Get", Anchor::Start, "getObject") && !holds("Get", Anchor::Start, "forget"));
        assert!(holds("GET", Anchor::End, "forget") && !holds("Get", Anchor::End, "getObject"));
        assert!(holds("b", Anchor::Anywhere, "aBc") && !holds("abcd", Anchor::Anywhere, "abc"));
        assert!(!Pattern::wild("b", Anchor::Anywhere, true).expect("a pattern").matches("aBc"));
        assert!(holds("é", Anchor::Anywhere, "xÉy"));
    }
}
