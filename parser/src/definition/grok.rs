//! Grok, as Logstash and Elasticsearch have it: `%{IP:source.ip} %{NUMBER:bytes:int}` among regular expressions.

use super::kind::Kind;
use super::pattern::{Part, Pattern, Renamed, Wrong};

mod library;

/// Patterns within patterns.
const DEPTH: usize = 16;
/// Bytes of all that a pattern is made of.
const SIZE: usize = 256 << 10;

/// Patterns that a definition adds, by name.
pub(super) type Own = [(String, String)];

/// Makes a pattern of grok's notation. An offset of what is wrong is one in `text`.
pub(super) fn pattern(number: usize, text: &str, own: &Own, types: &[(String, Kind)]) -> Result<Pattern, Wrong> {
    let mut made = Made { own, renamed: Vec::new(), parts: Vec::new() };
    let mut regex = String::new();
    let mut rest = text;
    while let Some((before, token, after)) = next(rest) {
        let at = text.len() - rest.len() + before.len();
        made.push(before, before, &mut regex);
        let expanded = made.expand(token, 0).map_err(|reason| (at, reason))?;
        let written = &rest[before.len()..rest.len() - after.len()];
        made.push(written, &expanded, &mut regex);
        if regex.len() > SIZE {
            return Err((at, format!("the pattern is longer than {SIZE} bytes with all that it names")));
        }
        rest = after;
    }
    made.push(rest, rest, &mut regex);
    Ok(Pattern::of(number, regex, made.renamed, types, made.parts))
}

/// The names of all patterns.
pub(super) fn names(own: &Own) -> Vec<&str> {
    own.iter().map(|(name, _)| &**name).chain(library::PATTERNS.iter().map(|(name, _)| *name)).collect()
}

struct Made<'o> {
    own: &'o Own,
    renamed: Vec<Renamed>,
    parts: Vec<Part>,
}

impl Made<'_> {
    fn push(&mut self, written: &str, regex: &str, whole: &mut String) {
        if !regex.is_empty() {
            self.parts.push(Part { written: written.to_owned(), regex: regex.to_owned() });
            whole.push_str(regex);
        }
    }

    /// The regular expression of `NAME`, `NAME:field` or `NAME:field:type`.
    fn expand(&mut self, token: &str, depth: usize) -> Result<String, String> {
        let mut words = token.splitn(3, ':');
        let (pattern, field, kind) = (words.next().unwrap_or_default(), words.next(), words.next());
        let found = self.own.iter().find(|(name, _)| name == pattern).map(|(_, regex)| &**regex);
        let found =
            found.or_else(|| library::PATTERNS.iter().find(|(name, _)| *name == pattern).map(|(_, regex)| *regex));
        let Some(found) = found else {
            let near =
                super::mistake::nearest(pattern, names(self.own)).map(|name| format!("; did you mean %{{{name}}}?"));
            return Err(format!("there is no grok pattern {pattern}{}", near.unwrap_or_default()));
        };
        if depth >= DEPTH {
            return Err(format!("the grok pattern {pattern} stands within itself"));
        }
        let (found, mut regex) = (found.to_owned(), String::new());
        let mut rest = &*found;
        while let Some((before, token, after)) = next(rest) {
            regex.push_str(before);
            regex.push_str(&self.expand(token, depth + 1)?);
            if regex.len() > SIZE {
                return Err(format!("the grok pattern {pattern} is longer than {SIZE} bytes with all that it names"));
            }
            rest = after;
        }
        regex.push_str(rest);
        let Some(field) = field.filter(|field| !field.is_empty()) else { return Ok(format!("(?:{regex})")) };
        let kind = match kind {
            None | Some("string") => None,
            Some("integer" | "long") => Some(Kind::Int),
            Some("double") => Some(Kind::Float),
            Some("boolean") => Some(Kind::Bool),
            Some(name) => Some(Kind::of(name).ok_or_else(|| format!("there is no type {name}"))?),
        };
        let group = format!("grok_{}", self.renamed.len());
        let whole = format!("(?<{group}>{regex})");
        // Logstash writes the path of a field as [a][b].
        let field = field.replace("][", ".").replace(['[', ']'], "");
        self.renamed.push(Renamed { group, field, kind });
        Ok(whole)
    }
}

/// What stands before the next `%{…}`, what stands in it, and what comes after.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("%{")?;
    let (token, after) = rest.split_once('}')?;
    Some((before, token, after))
}

#[cfg(test)]
mod tests;
