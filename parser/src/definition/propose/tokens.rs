//! A line as a row of tokens: times, addresses, numbers, quoted texts, words, and what stands between them.

use std::net::IpAddr;

use super::times::{self, Time};

/// Tokens of one line; behind them it is not taken apart.
const TOKENS: usize = 256;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Time(Time),
    Ip,
    Number,
    /// A text in double quotes, without them.
    Quoted,
    Word,
    /// Spaces and signs.
    Between,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'l> {
    pub class: Class,
    pub text: &'l str,
}

/// Whether a character belongs to no word.
fn is_between(character: char) -> bool {
    character.is_whitespace() || character.is_control() || "\"'`()[]{}<>=,;|#".contains(character)
}

/// The tokens of a line.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut rest = line;
    let mut is_quoted = false;
    while !rest.is_empty() && tokens.len() < TOKENS {
        let (class, length) = next(rest, tokens.is_empty(), is_quoted);
        if class == Class::Between {
            is_quoted ^= rest[..length].matches('"').count() % 2 == 1;
        }
        tokens.push(Token { class, text: &rest[..length] });
        rest = &rest[length..];
    }
    if !rest.is_empty() {
        // Too long to be taken apart: what is left varies as a whole.
        tokens.push(Token { class: Class::Between, text: rest });
    }
    tokens
}

/// What the next token is, and its length.
fn next(rest: &str, is_first: bool, is_quoted: bool) -> (Class, usize) {
    if let Some((time, length)) = times::leading(rest).filter(|(time, _)| is_first || !time.format.starts_with("epoch"))
    {
        return (Class::Time(time), length);
    }
    if is_quoted
        && let Some(end) = rest.find('"').filter(|end| *end > 0)
        && !rest[..end].contains('\\')
    {
        return (Class::Quoted, end);
    }
    let end = rest.find(is_between).unwrap_or(rest.len());
    if end == 0 {
        // An opening quote ends what stands between, so that the text in it is one token.
        let mut length = 0;
        for character in rest.chars().take_while(|character| is_between(*character)) {
            length += character.len_utf8();
            if character == '"' && !is_quoted {
                break;
            }
            // What follows may be a time.
            if times::leading(&rest[length..]).is_some() {
                break;
            }
        }
        return (Class::Between, length);
    }
    let word = &rest[..end];
    // A colon at its end belongs to what follows: `sshd:`, `user:`.
    let word = word.strip_suffix([':', '.', '?', '!']).filter(|word| !word.is_empty()).unwrap_or(word);
    if let Some((address, port)) = word.rsplit_once(':')
        && !address.contains(':')
        && address.parse::<IpAddr>().is_ok()
        && !port.is_empty()
    {
        return (Class::Ip, address.len());
    }
    if word.parse::<IpAddr>().is_ok() {
        return (Class::Ip, word.len());
    }
    let length = word
        .find([':', '/', '@', '\\'])
        .filter(|at| *at > 0 && !word.starts_with(['/', '\\']) && !word.contains("://"));
    let length =
        length.map_or(word.len(), |at| if word[at..].starts_with([':', '/', '@', '\\']) { at } else { word.len() });
    if word.starts_with([':', '@']) {
        return (Class::Between, 1);
    }
    let word = &word[..length];
    let digits = word.strip_prefix('-').unwrap_or(word);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && !digits.ends_with('.');
    (if is_number { Class::Number } else { Class::Word }, word.len())
}

impl Class {
    /// The pattern that takes any token of this class.
    pub(super) fn pattern(self) -> &'static str {
        match self {
            Class::Time(time) => time.pattern,
            Class::Ip => r"[\da-fA-F.:]+",
            Class::Number => r"-?\d+(?:\.\d+)?",
            Class::Quoted => r#"[^"]*"#,
            Class::Word | Class::Between => r"\S+",
        }
    }

    /// The narrowest class that both are of, if there is one.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, other) if one == other => Some(one),
            (Class::Word | Class::Ip | Class::Number, Class::Word | Class::Ip | Class::Number) => Some(Class::Word),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let name = |token: Token<'_>| match token.class {
            Class::Time(time) => format!("<{}>", time.format),
            Class::Ip => "<ip>".into(),
            Class::Number => "<number>".into(),
            Class::Quoted => "<quoted>".into(),
            Class::Word => format!("<{}>", token.text),
            Class::Between => token.text.to_owned(),
        };
        tokens(line).into_iter().map(name).collect()
    }

    #[test]
    fn a_line_is_taken_apart_where_its_parts_vary() {
        assert_eq!(shown("2026-11-23T02:14:07Z web-1 sshd[812]: ok"), "<iso8601> <web-1> <sshd>[<number>]: <ok>");
        assert_eq!(shown("[23/Nov/2026:02:14:07 +0000] \"GET /a b\" 200"), "[<common_log>] \"<quoted>\" <number>");
        assert_eq!(
            shown("from 203.0.113.7:4242 to 2001:db8::1, n=-1.5"),
            "<from> <ip>:<number> <to> <ip>, <n>=<number>"
        );
        assert_eq!(shown("user: alice@example.com /a/b v1.2"), "<user>: <alice>@<example.com> </a/b> <v1.2>");
        assert_eq!(shown("\"a b\" 7 \"c d\"e"), "\"<quoted>\" <number> \"<quoted>\"<e>");
        assert_eq!(shown(""), "");
        for line in ["::", "é\"x", "\"", "a:", "@", "\u{1}\u{2}", "[[\"\"]]", "://", "a::b:"] {
            assert_eq!(tokens(line).iter().map(|token| token.text).collect::<String>(), line);
        }
    }
}
