//! Splits what was typed into words.

use std::ops::Range;

use ipnet::IpNet;

use super::ExpressionError;

/// One character of a word, and whether it stood in quotes or behind a backslash: then it means itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) character: char,
    pub(super) is_literal: bool,
}

/// What a search is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    Word(Word),
}

/// What stands between white space and parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) letters: Vec<Letter>,
    /// Whether it begins with a quote and ends with it.
    pub(super) is_quoted: bool,
}

impl Word {
    /// Its text, whatever its letters mean.
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }

    /// Its text where nothing in it is quoted or escaped.
    pub(super) fn plain(&self) -> Option<String> {
        let is_plain = !self.is_quoted && self.letters.iter().all(|letter| !letter.is_literal);
        is_plain.then(|| self.text())
    }
}

/// The characters that a backslash takes their meaning from. Before any other it is a backslash, as in `CORP\anna`.
const ESCAPABLE: &str = "*?\"\\():~";

/// At the beginning of a word, and of what stands behind a colon, also these.
const LEADING: &str = "-!<>=";

/// Splits a text; each token with its characters' places.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, ExpressionError> {
    let letters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = letters.get(at) {
        match character {
            _ if character.is_whitespace() => at += 1,
            '(' => {
                tokens.push((Token::Open, at..at + 1));
                at += 1;
            }
            ')' => {
                tokens.push((Token::Close, at..at + 1));
                at += 1;
            }
            _ => {
                let (word, end) = word(&letters, at)?;
                tokens.push((Token::Word(word), at..end));
                at = end;
            }
        }
    }
    Ok(tokens)
}

/// The word that begins here, and its end.
fn word(letters: &[char], start: usize) -> Result<(Word, usize), ExpressionError> {
    let mut word = Word { letters: Vec::new(), is_quoted: letters[start] == '"' };
    let mut at = start;
    let mut quotes = 0;
    while let Some(&character) = letters.get(at) {
        // The word does, or what stands behind a colon.
        let begins = word.letters.last().is_none_or(|last| last.character == ':' && !last.is_literal);
        match character {
            _ if character.is_whitespace() || matches!(character, '(' | ')') => break,
            '"' => {
                at = quote(letters, at, &mut word)?;
                quotes += 1;
                word.is_quoted &= quotes == 1;
            }
            '~' if begins => {
                at = regex(letters, at, &mut word)?;
            }
            '\\' if letters
                .get(at + 1)
                .is_some_and(|next| ESCAPABLE.contains(*next) || begins && LEADING.contains(*next)) =>
            {
                word.letters.push(Letter { character: letters[at + 1], is_literal: true });
                word.is_quoted = false;
                at += 2;
            }
            _ => {
                word.letters.push(Letter { character, is_literal: false });
                // Something beside the quotes.
                word.is_quoted = false;
                at += 1;
            }
        }
    }
    Ok((word, at))
}

/// Takes what stands between quotes; gives the place behind.
fn quote(letters: &[char], start: usize, word: &mut Word) -> Result<usize, ExpressionError> {
    let mut at = start + 1;
    while let Some(&character) = letters.get(at) {
        match character {
            '"' => return Ok(at + 1),
            '\\' if matches!(letters.get(at + 1), Some('"' | '\\')) => {
                word.letters.push(Letter { character: letters[at + 1], is_literal: true });
                at += 2;
            }
            _ => {
                word.letters.push(Letter { character, is_literal: true });
                at += 1;
            }
        }
    }
    Err(ExpressionError::new(start..letters.len(), "a quote that is not ended").hint("end it with another \""))
}

/// Takes what stands between tildes, with them; gives the place behind.
fn regex(letters: &[char], start: usize, word: &mut Word) -> Result<usize, ExpressionError> {
    word.letters.push(Letter { character: '~', is_literal: false });
    let mut at = start + 1;
    while let Some(&character) = letters.get(at) {
        match character {
            '~' => {
                word.letters.push(Letter { character: '~', is_literal: false });
                return Ok(at + 1);
            }
            '\\' if letters.get(at + 1) == Some(&'~') => {
                word.letters.push(Letter { character: '~', is_literal: true });
                at += 2;
            }
            _ => {
                word.letters.push(Letter { character, is_literal: true });
                at += 1;
            }
        }
    }
    Err(ExpressionError::new(start..letters.len(), "a regular expression that is not ended")
        .hint("end it with another ~; write \\~ for the character"))
}

/// A text so that it is read as itself: bare where it can be, in quotes otherwise.
pub(super) fn spelled(text: &str) -> String {
    let is_bare = |character: char| character.is_alphanumeric() || "._-/@+=$#%&,;".contains(character);
    if !text.is_empty() && text.chars().all(is_bare) && !text.starts_with(['-', '=']) && !means_more(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text without quotes around all of it, in which everything means itself.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let means_more = means_more(text);
    for (index, character) in text.chars().enumerate() {
        if character.is_whitespace() || index == 0 && means_more {
            escaped.push_str(&quoted(&character.to_string()));
        } else {
            if ESCAPABLE.contains(character) || index == 0 && LEADING.contains(character) {
                escaped.push('\\');
            }
            escaped.push(character);
        }
    }
    escaped
}

/// Whether a bare text may be read as something else than itself.
fn means_more(text: &str) -> bool {
    matches!(text, "AND" | "OR" | "NOT" | "last")
        || text.contains("..")
        || text.starts_with("//")
        || text.parse::<IpNet>().is_ok()
}
