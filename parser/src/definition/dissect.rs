//! Dissect, as Logstash and Elasticsearch have it: `%{ts} %{+ts} [%{level}] %{?skipped} %{message}`.
//!
//! Source: Elastic, "Dissect processor" and "Dissect strings".

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::kind::{Kind, Nulls};
use super::name::name;
use super::path::{Fields, put};
use crate::value::Value;

/// Keys and what stands between them.
#[derive(Debug)]
pub(super) struct Dissect {
    /// What every text begins with.
    start: String,
    keys: Vec<Key>,
    /// Whether pieces have to be put together after they are all known.
    is_plain: bool,
}

#[derive(Debug)]
struct Key {
    role: Role,
    name: Cow<'static, str>,
    kind: Kind,
    /// Where it goes among the pieces of its name: `%{+ts/2}`.
    order: u32,
    /// What ends it; the last key ends with the text.
    end: Finder<'static>,
    /// Whether what ends it may stand several times: `%{ts->}`.
    is_padded: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Field,
    /// `%{}` and `%{?name}`
    Skip,
    /// `%{+name}`: a further piece of the field.
    Append,
    /// `%{*name}`: the text is the name of a field.
    Name,
    /// `%{&name}`: the text is the value of the field that `%{*name}` names.
    Value,
}

/// A key that was found in a text: where.
type Piece = (usize, usize);

impl Dissect {
    /// Reads a pattern; where it is wrong, answers the offset and the reason.
    pub(super) fn parse(pattern: &str, types: &[(String, Kind)]) -> Result<Self, (usize, &'static str)> {
        let open = pattern.find("%{").ok_or((0, "the pattern has no %{key}"))?;
        let (start, mut rest) = pattern.split_at(open);
        let mut keys: Vec<Key> = Vec::new();
        while let Some(inner) = rest.strip_prefix("%{") {
            let at = pattern.len() - rest.len();
            let (token, after) = inner.split_once('}').ok_or((at, "the key is not closed"))?;
            let end = after.find("%{").unwrap_or(after.len());
            if end == 0 && !after.is_empty() {
                return Err((at, "nothing stands between this key and the next one"));
            }
            keys.push(key(token, &after[..end], types).map_err(|reason| (at, reason))?);
            rest = &after[end..];
        }
        let names = |role: Role| keys.iter().filter(move |key| key.role == role).map(|key| &key.name);
        if names(Role::Value).any(|value| !names(Role::Name).any(|name| name == value)) {
            return Err((0, "a %{&key} has no %{*key} of its name"));
        }
        let is_plain = keys.iter().all(|key| matches!(key.role, Role::Field | Role::Skip));
        Ok(Dissect { start: start.to_owned(), keys, is_plain })
    }

    /// Where the keys lie in the text; on failure, how far it matched and the key whose end is missing.
    fn pieces(&self, text: &[u8]) -> Result<Vec<Piece>, (usize, usize)> {
        if !text.starts_with(self.start.as_bytes()) {
            return Err((0, 0));
        }
        let mut at = self.start.len();
        let mut pieces = Vec::with_capacity(self.keys.len());
        for (index, key) in self.keys.iter().enumerate() {
            let needle = key.end.needle();
            let is_last = index + 1 == self.keys.len();
            let end = match (needle, is_last) {
                ([], _) => text.len(),
                (_, true) if text[at..].ends_with(needle) => text.len() - needle.len(),
                (_, true) => return Err((at, index)),
                _ => at + key.end.find(&text[at..]).ok_or((at, index))?,
            };
            pieces.push((at, end));
            at = end + needle.len();
            while key.is_padded && !is_last && text[at..].starts_with(needle) {
                at += needle.len();
            }
        }
        Ok(pieces)
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.pieces(text).is_ok()
    }

    /// Reads the fields of a text, if all of it matches.
    pub(super) fn read<'a>(&self, text: &'a [u8], nulls: &Nulls, fields: &mut Fields<'a>) -> bool {
        let Ok(pieces) = self.pieces(text) else { return false };
        let part = |(from, to): Piece| String::from_utf8_lossy(&text[from..to]);
        for (index, key) in self.keys.iter().enumerate() {
            match key.role {
                Role::Field if self.is_plain => {
                    put(fields, key.name.clone(), nulls.value(part(pieces[index]), key.kind));
                }
                Role::Field => {
                    let whole = self.whole(index, &pieces, text);
                    put(fields, key.name.clone(), nulls.value(whole, key.kind));
                }
                Role::Append if self.is_first(index) => {
                    let whole = self.whole(index, &pieces, text);
                    put(fields, key.name.clone(), nulls.value(whole, key.kind));
                }
                Role::Name => {
                    let value = self.keys.iter().position(|other| other.role == Role::Value && other.name == key.name);
                    let value = value.map_or(Value::Null, |value| nulls.value(part(pieces[value]), key.kind));
                    put(fields, part(pieces[index]), value);
                }
                Role::Skip | Role::Append | Role::Value => {}
            }
        }
        true
    }

    /// Whether no key before it has its name.
    fn is_first(&self, index: usize) -> bool {
        let key = &self.keys[index];
        !self.keys[..index]
            .iter()
            .any(|other| other.name == key.name && matches!(other.role, Role::Field | Role::Append))
    }

    /// All pieces of a field. Where they follow each other in the text, it is the text with what stands between them.
    fn whole<'a>(&self, index: usize, pieces: &[Piece], text: &'a [u8]) -> Cow<'a, str> {
        let name = &self.keys[index].name;
        let is_piece = |key: &Key| key.name == *name && matches!(key.role, Role::Field | Role::Append);
        let mut parts: Vec<usize> = (index..self.keys.len()).filter(|at| is_piece(&self.keys[*at])).collect();
        parts.sort_by_key(|at| self.keys[*at].order);
        let is_in_row = parts.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if let (true, Some(first), Some(last)) = (is_in_row, parts.first(), parts.last()) {
            return String::from_utf8_lossy(&text[pieces[*first].0..pieces[*last].1]);
        }
        let parts: Vec<_> =
            parts.iter().map(|at| String::from_utf8_lossy(&text[pieces[*at].0..pieces[*at].1])).collect();
        Cow::Owned(parts.join(" "))
    }

    /// How far a text matches that does not match as a whole, and the part that does not go on from there.
    pub(super) fn reach(&self, text: &[u8]) -> (usize, Option<String>) {
        match self.pieces(text) {
            Ok(_) => (text.len(), None),
            Err((0, 0)) if !text.starts_with(self.start.as_bytes()) => (0, Some(self.start.clone())),
            Err((at, index)) => {
                let key = &self.keys[index];
                (at, Some(format!("%{{{}}}{}", key.name, String::from_utf8_lossy(key.end.needle()))))
            }
        }
    }

    /// The fields that it reads, where the text does not name them.
    pub(super) fn fields(&self) -> Option<Vec<&str>> {
        let is_known = self.keys.iter().all(|key| key.role != Role::Name);
        let keys = self.keys.iter().filter(|key| matches!(key.role, Role::Field | Role::Append));
        is_known.then(|| keys.map(|key| &*key.name).collect())
    }
}

fn key(token: &str, end: &str, types: &[(String, Kind)]) -> Result<Key, &'static str> {
    let (token, is_padded) = token.strip_suffix("->").map_or((token, false), |token| (token, true));
    let (role, token) = match token.as_bytes().first() {
        None | Some(b'?') => (Role::Skip, token),
        Some(b'+') => (Role::Append, &token[1..]),
        Some(b'*') => (Role::Name, &token[1..]),
        Some(b'&') => (Role::Value, &token[1..]),
        Some(_) => (Role::Field, token),
    };
    let (token, order) = match token.split_once('/') {
        Some((token, order)) if role == Role::Append => {
            (token, order.parse().map_err(|_| "the order of a piece is a number")?)
        }
        _ => (token, 0),
    };
    if token.is_empty() && role != Role::Skip {
        return Err("the key has no name");
    }
    let kind = types.iter().find(|(name, _)| name == token).map_or(Kind::Text, |(_, kind)| *kind);
    Ok(Key { role, name: name(token), kind, order, end: Finder::new(end).into_owned(), is_padded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        let types = [("pid".to_owned(), Kind::Int)];
        let dissect = Dissect::parse(pattern, &types).expect("it is a pattern");
        let mut fields = Vec::new();
        dissect.read(text.as_bytes(), &Nulls(vec!["-".into()]), &mut fields).then(|| Value::Object(fields).to_json())
    }

    #[test]
    fn the_modifiers_are_as_users_know_them() {
        let line = "Nov 23 02:14:07 web  sshd[12]: Accepted key=alice";
        assert_eq!(
            read("%{ts} %{+ts} %{+ts} %{host->} %{}[%{pid}]: %{?word} %{*k}=%{&k}", line).as_deref(),
            Some(r#"{"ts":"Nov 23 02:14:07","host":"web","pid":12,"key":"alice"}"#)
        );
        assert_eq!(read("%{+n/2} %{+n/1}", "b a").as_deref(), Some(r#"{"n":"a b"}"#));
        assert_eq!(read("%{a},%{b}", "-,").as_deref(), Some(r#"{"a":null,"b":""}"#));
        assert_eq!(read("[%{a}]", "[x]y]").as_deref(), Some(r#"{"a":"x]y"}"#));
        assert_eq!(read("<%{a}>", "x>"), None);
    }

    #[test]
    fn what_is_wrong_and_how_far_a_text_matches_is_told() {
        let wrong = |pattern: &str| Dissect::parse(pattern, &[]).map(|_| ()).expect_err("it is wrong");
        assert_eq!(wrong("plain").1, "the pattern has no %{key}");
        assert_eq!(wrong("%{a}%{b}"), (0, "nothing stands between this key and the next one"));
        assert_eq!(wrong("%{a} %{b"), (5, "the key is not closed"));
        assert_eq!(wrong("%{&a}").1, "a %{&key} has no %{*key} of its name");
        let dissect = Dissect::parse("<%{a}> %{b}: %{c}", &[]).expect("it is a pattern");
        assert_eq!(dissect.reach(b"<1> word rest"), (4, Some("%{b}: ".to_owned())));
        assert_eq!(dissect.reach(b"x"), (0, Some("<".to_owned())));
    }
}
