//! The searchable terms of a record.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use crate::hidden;
use crate::value::Value;

/// Longest scalar that is a term as a whole, in bytes.
const WHOLE: usize = 256;

/// Longest word that is a term.
const WORD: usize = 256;

/// Yields each pair of dotted path and term of the `objects` once.
pub(crate) fn terms<'v>(objects: impl Iterator<Item = &'v Value<'v>>, each: &mut dyn FnMut(&str, &str)) {
    // Random keys: nobody can choose two terms that collide, so that one of them goes missing.
    let keys = RandomState::new();
    let mut seen = HashSet::new();
    let mut yield_once = |path: &str, term: &str| {
        if seen.insert(keys.hash_one((path, term))) {
            each(path, term);
        }
    };
    for fields in objects {
        fields.scalars(&mut |path, value| match value {
            Value::String(text) => {
                string(path, text, &mut yield_once);
                // As it looks, too: whoever searches for an address does not know of what parts it.
                if let Some(seen) = hidden::bare(text) {
                    string(path, &seen, &mut yield_once);
                }
            }
            other => {
                if let Some(text) = other.scalar() {
                    yield_once(path, text);
                }
            }
        });
    }
}

fn string(path: &str, text: &str, each: &mut dyn FnMut(&str, &str)) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    if text.len() <= WHOLE {
        each(path, text);
    }
    if text.len() > WHOLE || !is_plain(text) {
        for word in text.split(|character: char| character.is_whitespace() || "!,;[]{}()<>=|*\"'`".contains(character))
        {
            entity(path, word, each);
        }
    }
}

/// Whether a scalar has nothing to split.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'+' | b'@'))
}

/// Yields a word whole where a colon belongs to it, its parts otherwise.
fn entity(path: &str, word: &str, each: &mut dyn FnMut(&str, &str)) {
    let word = word.trim_matches(|character: char| matches!(character, '.' | ':' | '\\' | '?'));
    if word.is_empty() {
        return;
    }
    if word.len() <= WORD {
        if word.contains(':') && (word.starts_with("arn:") || word.parse::<IpAddr>().is_ok()) {
            each(path, word);
        }
        if word.contains('@') {
            each(path, word);
        }
    }
    for part in word.split([':', '\\']).filter(|part| !part.is_empty()) {
        if part.len() <= WORD {
            each(path, part);
        }
        // The host of a URL, a path's file and a query's values are looked for by themselves.
        if part.contains(['/', '?', '&', '@']) {
            for piece in part.split(['/', '?', '&', '@']).filter(|piece| piece.len() > 1 && piece.len() <= WORD) {
                each(path, piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Vec<String> {
        let value = crate::json::parse(json.as_bytes(), 9).unwrap().value;
        let mut found = Vec::new();
        terms(std::iter::once(&value), &mut |path, term| found.push(format!("{path}={term}")));
        found
    }

    #[test]
    fn scalars_are_terms_as_they_are_once_for_each_path() {
        assert_eq!(
            of(r#"{"a":{"b":"AKIA1"},"n":[7,7,true,null],"a.b":"AKIA1","e":" "}"#),
            ["a.b=AKIA1", "n=7", "n=true"]
        );
    }

    #[test]
    fn free_text_yields_words_and_keeps_addresses_and_names_whole() {
        let found = of(
            r#"{"message":"Failed password for root from 203.0.113.7 port 22, to 2001:db8::7 by ops@example.com: arn:aws:iam::1:user/a"}"#,
        );
        for term in ["203.0.113.7", "2001:db8::7", "ops@example.com", "arn:aws:iam::1:user/a", "root", "22"] {
            assert!(found.contains(&format!("message={term}")), "{term} in {found:?}");
        }
    }

    #[test]
    fn what_nobody_sees_parts_no_term() {
        let found = of("{\"a\":\"203.0.\u{200b}113.7\",\"m\":\"from 203.0.113.\u{ad}7 by ro\\u200dot\"}");
        for term in ["a=203.0.113.7", "a=203.0.\u{200b}113.7", "m=203.0.113.7", "m=root", "m=ro\u{200d}ot"] {
            assert!(found.contains(&term.to_owned()), "{term} in {found:?}");
        }
    }

    #[test]
    fn the_host_of_a_url_is_a_term() {
        assert!(of(r#"{"u":"https://login.evil.example:443/a?x=1"}"#).contains(&"u=login.evil.example".to_owned()));
    }
}
