//! The words of a statement, each with its place. Reads anything: what is no SQL is marks and words.

use std::ops::Range;

use super::is_keyword;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word of the language.
    Keyword,
    /// A name without quotes.
    Word,
    /// A name in double quotes or backticks.
    Quoted,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `:name` or `?`.
    Parameter,
    /// A comment.
    Comment,
    /// Anything else: an operator, a bracket.
    Mark,
    /// A string, a name or a comment without its end.
    Unclosed,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Range<usize>,
}

/// The tokens of a text, without the spaces between them.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = token(&text[at..], first);
        found.push(Token { kind, span: at..at + length });
        at += length;
    }
    found
}

/// The token that a text begins with, and its bytes: at least those of its first character.
fn token(text: &str, first: char) -> (TokenKind, usize) {
    let second = text[first.len_utf8()..].chars().next();
    match (first, second) {
        ('-', Some('-')) => (TokenKind::Comment, text.find('\n').unwrap_or(text.len())),
        ('/', Some('*')) => match text[2..].find("*/") {
            Some(end) => (TokenKind::Comment, end + 4),
            None => (TokenKind::Unclosed, text.len()),
        },
        ('\'', _) => quoted(text, '\'', TokenKind::Text),
        ('"' | '`', _) => quoted(text, first, TokenKind::Quoted),
        ('?', _) => (TokenKind::Parameter, 1),
        (':', Some(next)) if is_first(next) => (TokenKind::Parameter, 1 + word(&text[1..])),
        ('0'..='9', _) => (TokenKind::Number, number(text)),
        _ if is_first(first) => {
            let length = word(text);
            (if is_keyword(&text[..length]) { TokenKind::Keyword } else { TokenKind::Word }, length)
        }
        _ => (TokenKind::Mark, first.len_utf8()),
    }
}

/// A quoted text; a doubled quote is one of its characters.
fn quoted(text: &str, quote: char, kind: TokenKind) -> (TokenKind, usize) {
    let mut rest = text[1..].char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        if character == quote && rest.next_if(|(_, next)| *next == quote).is_none() {
            return (kind, at + 2);
        }
    }
    (TokenKind::Unclosed, text.len())
}

fn is_first(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn word(text: &str) -> usize {
    let ends = |character: char| !(character.is_alphanumeric() || matches!(character, '_' | '$'));
    text.find(ends).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let mut before = ' ';
    let ends = |character: char| {
        let goes_on = character.is_ascii_alphanumeric()
            || character == '.'
            || (matches!(character, '+' | '-') && matches!(before, 'e' | 'E'));
        before = character;
        !goes_on
    };
    text.find(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text).into_iter().map(|token| (token.kind, &text[token.span])).collect()
    }

    #[test]
    fn words_strings_numbers_and_comments_are_told_apart() {
        use TokenKind as K;
        assert_eq!(
            read("SELECT \"$path\", 'it''s' FROM t -- all\nWHERE n>=1.5e-3 AND a=:who OR b = ?"),
            [
                (K::Keyword, "SELECT"),
                (K::Quoted, "\"$path\""),
                (K::Mark, ","),
                (K::Text, "'it''s'"),
                (K::Keyword, "FROM"),
                (K::Word, "t"),
                (K::Comment, "-- all"),
                (K::Keyword, "WHERE"),
                (K::Word, "n"),
                (K::Mark, ">"),
                (K::Mark, "="),
                (K::Number, "1.5e-3"),
                (K::Keyword, "AND"),
                (K::Word, "a"),
                (K::Mark, "="),
                (K::Parameter, ":who"),
                (K::Keyword, "OR"),
                (K::Word, "b"),
                (K::Mark, "="),
                (K::Parameter, "?"),
            ]
        );
    }

    #[test]
    fn what_has_no_end_goes_to_the_end() {
        for text in ["'open", "\"open", "`open", "/* open", "'ends''"] {
            assert_eq!(read(text), [(TokenKind::Unclosed, text)], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_is_read_in_order(text in "[a-z'\"`:?;/*\\-\n é0-9$_.(]{0,60}") {
            let mut end = 0;
            for token in tokens(&text) {
                proptest::prop_assert!(token.span.start >= end && token.span.end > token.span.start);
                proptest::prop_assert!(text[end..token.span.start].trim().is_empty());
                end = token.span.end;
            }
            proptest::prop_assert!(text[end..].trim().is_empty());
        }
    }
}
