//! Values and names in a statement: nothing that was typed or read gets into one but as these.

use std::fmt;

use super::{TokenKind, tokens};

/// The longest value of a parameter, in bytes.
const LIMIT: usize = 64 << 10;

/// A literal of SQL: what an ExecutionParameter is, a string with its own quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal(String);

/// A value that cannot be a literal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotALiteral {
    /// It is longer than a parameter may be.
    #[error("the value has {0} bytes; at most {LIMIT} can be sent")]
    TooLong(usize),
    /// NUL ends a string in too many places.
    #[error("the value holds a NUL")]
    Nul,
    /// It begins with a quote that has no end, or text follows its end.
    #[error("the value begins with a quote that does not end it")]
    Quote,
}

impl Literal {
    /// A string.
    pub fn text(value: &str) -> Result<Self, NotALiteral> {
        if value.len() > LIMIT {
            return Err(NotALiteral::TooLong(value.len()));
        }
        if value.contains('\0') {
            return Err(NotALiteral::Nul);
        }
        Ok(Self(format!("'{}'", value.replace('\'', "''"))))
    }

    /// Reads a value as it is typed: `'text'`, `42`, `-1.5`, `TRUE`, `NULL`, `DATE '2026-11-23'`, `TIMESTAMP '…'` and
    /// `DECIMAL '…'` are what they say; anything else is a string, also `007`, which a number would make a 7 of.
    pub fn read(typed: &str) -> Result<Self, NotALiteral> {
        let typed = typed.trim();
        if typed.len() > LIMIT {
            return Err(NotALiteral::TooLong(typed.len()));
        }
        let words = tokens(typed);
        let kinds: Vec<(TokenKind, &str)> =
            words.iter().map(|token| (token.kind, &typed[token.span.clone()])).collect();
        let is_literal = match kinds.as_slice() {
            [(TokenKind::Text, _)] => true,
            [(TokenKind::Number, number)] | [(TokenKind::Mark, "-"), (TokenKind::Number, number)] => is_number(number),
            [(TokenKind::Keyword, word)] => is_one_of(word, &["true", "false", "null"]),
            [(TokenKind::Keyword | TokenKind::Word, word), (TokenKind::Text, _)] => {
                is_one_of(word, &["date", "time", "timestamp", "decimal"])
            }
            _ => false,
        };
        match is_literal {
            true if typed.contains('\0') => Err(NotALiteral::Nul),
            true => Ok(Self(typed.to_owned())),
            false if typed.starts_with('\'') => Err(NotALiteral::Quote),
            false => Self::text(typed),
        }
    }

    /// What kind of value it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self.0.as_bytes().first() {
            Some(b'\'') => "text",
            Some(b'0'..=b'9' | b'-') => "number",
            _ if is_one_of(&self.0, &["true", "false"]) => "truth value",
            _ if is_one_of(&self.0, &["null"]) => "null",
            _ => "typed value",
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_one_of(word: &str, all: &[&str]) -> bool {
    all.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Digits with at most one point and an exponent; no zero before another digit, as account ids have.
fn is_number(text: &str) -> bool {
    let has_leading_zero = text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    // What 64 bits do not hold is no bigint.
    let fits = text.bytes().any(|byte| !byte.is_ascii_digit()) || text.parse::<i64>().is_ok();
    !has_leading_zero && is_plain && fits && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A name as Trino's SQL takes it: bare where it may be, else in quotes, which are doubled.
pub fn identifier(name: &str) -> String {
    let is_first = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let is_bare = name.bytes().next().is_some_and(is_first)
        && name.bytes().all(|byte| is_first(byte) || byte.is_ascii_digit())
        && !super::is_keyword(name);
    if is_bare { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed_by_how_they_are_written() {
        for (typed, sent, kind) in [
            ("203.0.113.7", "'203.0.113.7'", "text"),
            ("42", "42", "number"),
            ("-1.5", "-1.5", "number"),
            ("012345678901", "'012345678901'", "text"),
            ("99999999999999999999", "'99999999999999999999'", "text"),
            ("'42'", "'42'", "text"),
            ("o'neill", "'o''neill'", "text"),
            ("'; DROP TABLE x; --'", "'; DROP TABLE x; --'", "text"),
            ("x' OR 1=1 --", "'x'' OR 1=1 --'", "text"),
            ("null", "null", "null"),
            ("TRUE", "TRUE", "truth value"),
            ("DATE '2026-11-23'", "DATE '2026-11-23'", "typed value"),
            ("2026-11-23", "'2026-11-23'", "text"),
            ("1 OR 1=1", "'1 OR 1=1'", "text"),
            ("(SELECT 1)", "'(SELECT 1)'", "text"),
            ("", "''", "text"),
            ("0x1f", "'0x1f'", "text"),
            ("1e999", "'1e999'", "text"),
        ] {
            let literal = Literal::read(typed).expect(typed);
            assert_eq!((literal.to_string().as_str(), literal.kind()), (sent, kind), "{typed}");
        }
        assert_eq!(Literal::read("'open"), Err(NotALiteral::Quote));
        assert_eq!(Literal::read("'a' OR 'b'"), Err(NotALiteral::Quote));
        assert_eq!(Literal::read("a\0b"), Err(NotALiteral::Nul));
        assert!(Literal::read(&"x".repeat(LIMIT + 1)).is_err());
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        for (name, written) in
            [("dt", "dt"), ("$path", "\"$path\""), ("select", "\"select\""), ("a\"b", "\"a\"\"b\""), ("Up", "\"Up\"")]
        {
            assert_eq!(identifier(name), written);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_value_is_one_literal_whatever_was_typed(typed in "[a-z0-9' \\-;.\"]{0,20}") {
            if let Ok(literal) = Literal::read(&typed) {
                let sent = literal.to_string();
                let kinds: Vec<TokenKind> = tokens(&sent).into_iter().map(|token| token.kind).collect();
                proptest::prop_assert!(
                    matches!(kinds.as_slice(), [_] | [TokenKind::Mark, TokenKind::Number] | [TokenKind::Keyword | TokenKind::Word, TokenKind::Text]),
                    "{sent} {kinds:?}"
                );
            }
        }
    }
}
