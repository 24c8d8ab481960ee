//! Templates of text: `{user|uid} from {source.ip}`.

use std::borrow::Cow;

use super::document::Located;
use super::mistake::Notes;
use super::path::Path;
use crate::value::Value;

#[derive(Clone, Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    /// The first of them that is there.
    Field(Vec<Path>),
}

impl Template {
    /// Reads a template; where it is wrong, answers the offset and the reason.
    pub(super) fn parse(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let at = text.len() - rest.len() + open;
            let (inner, after) = rest[open + 1..].split_once('}').ok_or((at, "the brace has no partner"))?;
            parts.push(Part::Text(rest[..open].to_owned()));
            let paths: Result<_, _> = inner.split('|').map(|path| Path::parse(path.trim())).collect();
            parts.push(Part::Field(paths.map_err(|reason| (at + 1, reason))?));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Ok(Template { parts })
    }

    /// Reads the template that stands in a definition.
    pub(super) fn located(text: &Located<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        match Template::parse(text.text) {
            Ok(template) => {
                let fields = template.parts.iter().filter_map(|part| match part {
                    Part::Field(paths) => Some(paths),
                    Part::Text(_) => None,
                });
                // A template that nobody wrote may name what is not there.
                if !text.span.is_empty() {
                    notes.references.extend(fields.flatten().map(|path| (path.name().to_owned(), text.span.clone())));
                }
                Some(template)
            }
            Err((at, reason)) => {
                notes.add_within(&text.span, at, format!("{reason} in the template"));
                None
            }
        }
    }

    /// One field, or several put together: `ts`, `{date} {clock}`.
    pub(super) fn field(text: &Located<'_>, notes: &mut Notes<'_>) -> Option<Self> {
        if text.text.contains('{') {
            return Template::located(text, notes);
        }
        Some(Template { parts: vec![Part::Field(super::rule::paths(vec![text.clone()], notes))] })
    }

    /// The text with the fields in it; nothing where none of them is there. Around a field that is missing no space is
    /// left over.
    pub(super) fn fill<'v>(&'v self, fields: &'v Value<'_>) -> Option<Cow<'v, str>> {
        let find =
            |paths: &'v [Path]| paths.iter().find_map(|path| path.scalar(fields).filter(|text| !text.is_empty()));
        if let [Part::Field(paths)] = &self.parts[..] {
            return find(paths).map(Cow::Borrowed);
        }
        let (mut filled, mut is_found, mut was_missing) = (String::new(), false, false);
        for part in &self.parts {
            match part {
                Part::Text(text) => {
                    let is_spaced = filled.is_empty() || filled.ends_with(' ');
                    filled.push_str(if was_missing && is_spaced { text.trim_start() } else { text });
                }
                Part::Field(paths) => match find(paths) {
                    Some(text) => {
                        filled.push_str(text);
                        (is_found, was_missing) = (true, false);
                    }
                    None => was_missing = true,
                },
            }
        }
        filled.truncate(filled.trim_end().len());
        is_found.then_some(Cow::Owned(filled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_leaves_out_what_is_missing() {
        let value = crate::json::parse(br#"{"a":"x","n":{"b":7}}"#, 9).expect("it is JSON").value;
        let fill = |text: &str| Template::parse(text).expect("it is right").fill(&value).map(Cow::into_owned);
        assert_eq!(fill("{a}").as_deref(), Some("x"));
        assert_eq!(fill("{no|n.b}: {a} end").as_deref(), Some("7: x end"));
        assert_eq!(fill("{a} {no} {n.b}").as_deref(), Some("x 7"));
        assert_eq!(fill("{no} {n.b} {gone}").as_deref(), Some("7"));
        assert_eq!(fill("{no} only"), None);
        assert_eq!(Template::parse("a {b").err(), Some((2, "the brace has no partner")));
    }
}
