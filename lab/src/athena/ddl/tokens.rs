//! Hive's tokens: words, quoted names and strings, numbers and signs, with their place in the text.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word, as written.
    Word(String),
    /// A name in backticks or double quotes, without them.
    Name(String),
    /// A string in single quotes (or Hive's double quotes, told apart by the parser), unescaped.
    Text(String),
    Number(String),
    Sign(char),
    /// A quote or comment without its end; the text after it cannot be read.
    Broken(&'static str),
}

#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) span: Range<usize>,
}

/// Splits a statement into tokens; comments (`-- …`, `/* … */`) vanish.
///
/// What cannot be read becomes the last token, `Broken`: a view's query follows other rules of quoting than
/// Hive's, and is not looked at here.
pub(super) fn tokens(text: &str) -> Vec<Placed> {
    let mut out = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let token = match c {
            _ if c.is_whitespace() => continue,
            '-' if text[start..].starts_with("--") => {
                while rest.next_if(|(_, c)| *c != '\n').is_some() {}
                continue;
            }
            '/' if text[start..].starts_with("/*") => {
                let Some(end) = text[start..].find("*/") else {
                    let token = Token::Broken("comment without its end");
                    out.push(Placed { token, span: start..text.len() });
                    return out;
                };
                while rest.next_if(|(at, _)| *at < start + end + 2).is_some() {}
                continue;
            }
            '\'' | '"' | '`' => {
                let Some(value) = quoted(c, &mut rest) else {
                    let token = Token::Broken("quote without its end");
                    out.push(Placed { token, span: start..text.len() });
                    return out;
                };
                if c == '\'' { Token::Text(value) } else { Token::Name(value) }
            }
            '0'..='9' => {
                let mut end = start + 1;
                while rest.next_if(|(_, c)| c.is_ascii_digit() || *c == '.').is_some() {
                    end += 1;
                }
                Token::Number(text[start..end].to_owned())
            }
            _ if c.is_alphanumeric() || c == '_' || c == '$' => {
                let mut end = start + c.len_utf8();
                while let Some((_, c)) = rest.next_if(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    end += c.len_utf8();
                }
                Token::Word(text[start..end].to_owned())
            }
            sign => Token::Sign(sign),
        };
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        out.push(Placed { token, span: start..end });
    }
    out
}

/// Reads to the closing quote: a doubled quote is one quote, and in strings a backslash escapes as in Hive.
fn quoted(quote: char, rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<String> {
    let mut value = String::new();
    while let Some((_, c)) = rest.next() {
        if c == quote {
            if rest.next_if(|(_, next)| *next == quote).is_none() {
                return Some(value);
            }
            value.push(quote);
        } else if c == '\\' && quote != '`' {
            match rest.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, 'r')) => value.push('\r'),
                Some((_, escaped @ ('\\' | '\'' | '"'))) => value.push(escaped),
                // A regular expression in `input.regex` is full of these: both characters stay.
                Some((_, other)) => value.extend(['\\', other]),
                None => break,
            }
        } else {
            value.push(c);
        }
    }
    None
}
