//! Regular expressions: the syntax of the `regex` crate, over bytes, always from the record's first byte to its last.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{CaptureLocations, Regex, RegexBuilder};
use regex_syntax::ast::Ast;

use super::kind::{Kind, Nulls};
use super::name::name;
use super::path::{Fields, put};

/// Bytes of a compiled pattern.
const SIZE: usize = 4 << 20;

/// Bytes of a text that patterns are tried on. Time grows with the length of the text times the size of the pattern, so
/// both are bounded.
pub(super) const TEXT: usize = 256 << 10;

/// A pattern, compiled when it is first needed.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Its number in the definition, by which scratch space is found.
    number: usize,
    regex: String,
    /// Whether the text may go on behind it.
    is_beginning: bool,
    /// The fields that groups of other names stand for, as grok has them.
    renamed: Vec<Renamed>,
    types: Vec<(String, Kind)>,
    /// Stretches of it as its author wrote them, to tell how far a text matches.
    parts: Vec<Part>,
    compiled: OnceLock<Option<Compiled>>,
}

/// A group and the field that it captures.
#[derive(Debug)]
pub(super) struct Renamed {
    pub group: String,
    pub field: String,
    pub kind: Option<Kind>,
}

/// A stretch of a pattern: as it was written, and as a regular expression.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub written: String,
    pub regex: String,
}

#[derive(Debug)]
struct Compiled {
    regex: Regex,
    /// Numbers of groups, the fields that they capture, and their types.
    captures: Vec<(usize, Cow<'static, str>, Kind)>,
    /// Whether each field has one group.
    is_distinct: bool,
}

/// What patterns write their matches into, so that a record costs no allocation.
pub(super) type Scratch = Vec<Option<CaptureLocations>>;

/// Why a pattern cannot be compiled: where in it, and what is wrong.
pub(super) type Wrong = (usize, String);

impl Pattern {
    /// A pattern of plain syntax.
    pub(super) fn plain(number: usize, regex: &str, types: &[(String, Kind)]) -> Result<Self, Wrong> {
        let ast = regex_syntax::ast::parse::Parser::new().parse(regex);
        let ast = ast.map_err(|error| (error.span().start.offset, error.kind().to_string()))?;
        let spans: Vec<Range<usize>> = match &ast {
            Ast::Concat(concat) => {
                concat.asts.iter().map(|ast| ast.span().start.offset..ast.span().end.offset).collect()
            }
            _ => std::iter::once(0..regex.len()).collect(),
        };
        let parts = spans
            .into_iter()
            .map(|span| Part { written: regex[span.clone()].to_owned(), regex: regex[span].to_owned() });
        let parts = join_literals(parts);
        Ok(Pattern::of(number, regex.to_owned(), Vec::new(), types, parts))
    }

    /// A pattern that was made of another notation.
    pub(super) fn of(
        number: usize,
        regex: String,
        renamed: Vec<Renamed>,
        types: &[(String, Kind)],
        parts: Vec<Part>,
    ) -> Self {
        let types = types.to_vec();
        Pattern { number, regex, is_beginning: false, renamed, types, parts, compiled: OnceLock::new() }
    }

    /// A pattern of what a text begins with.
    pub(super) fn beginning(regex: &str) -> Result<Self, Wrong> {
        Ok(Pattern { is_beginning: true, ..Pattern::plain(0, regex, &[])? })
    }

    /// Compiles the pattern now, to tell what is wrong with it.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let compiled = self.compile();
        let result = compiled.as_ref().map(|_| ()).map_err(|(at, reason)| (self.written(*at), reason.clone()));
        // A pattern that was made before is as good.
        let _ = self.compiled.set(compiled.ok());
        result
    }

    /// Where in the pattern as it was written an offset of the regular expression lies.
    fn written(&self, offset: usize) -> usize {
        if self.parts.iter().all(|part| part.written == part.regex) {
            return offset;
        }
        let (mut regex, mut written) = (0, 0);
        for part in &self.parts {
            if offset < regex + part.regex.len() {
                return written + if part.written == part.regex { offset - regex } else { 0 };
            }
            (regex, written) = (regex + part.regex.len(), written + part.written.len());
        }
        written
    }

    fn compile(&self) -> Result<Compiled, Wrong> {
        let regex = build(&self.regex, self.is_beginning)?;
        let group = |(index, group): (usize, Option<&str>)| {
            let group = group?;
            let renamed = self.renamed.iter().find(|renamed| renamed.group == group);
            let field = renamed.map_or(group, |renamed| &renamed.field);
            let by_type = self.types.iter().find(|(name, _)| name == field).map(|(_, kind)| *kind);
            Some((index, name(field), by_type.or(renamed.and_then(|renamed| renamed.kind)).unwrap_or_default()))
        };
        let captures: Vec<_> = regex.capture_names().enumerate().filter_map(group).collect();
        let is_distinct =
            (1..captures.len()).all(|at| captures[..at].iter().all(|(_, name, _)| *name != captures[at].1));
        Ok(Compiled { regex, captures, is_distinct })
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref()
    }

    /// Whether the whole text matches.
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        text.len() <= TEXT && self.compiled().is_some_and(|compiled| compiled.regex.is_match(text))
    }

    /// Where the first group of it lies in a text that matches as a whole.
    pub(super) fn group(&self, text: &[u8]) -> Option<(usize, usize)> {
        let compiled = self.compiled().filter(|_| text.len() <= TEXT)?;
        let group = compiled.regex.captures(text)?.get(1)?;
        Some((group.start(), group.end()))
    }

    /// Reads the fields of a text, if all of it matches.
    pub(super) fn read<'a>(
        &self,
        text: &'a [u8],
        nulls: &Nulls,
        scratch: &mut Scratch,
        fields: &mut Fields<'a>,
    ) -> bool {
        let Some(Compiled { regex, captures, is_distinct }) = self.compiled() else { return false };
        if scratch.len() <= self.number {
            scratch.resize_with(self.number + 1, || None);
        }
        let locations = scratch[self.number].get_or_insert_with(|| regex.capture_locations());
        if text.len() > TEXT || regex.captures_read(locations, text).is_none() {
            return false;
        }
        let is_fresh = *is_distinct && fields.is_empty();
        for (group, name, kind) in captures {
            let Some((from, to)) = locations.get(*group) else { continue };
            let value = nulls.value(String::from_utf8_lossy(&text[from..to]), *kind);
            if is_fresh {
                fields.push((name.clone(), value));
            } else {
                put(fields, name.clone(), value);
            }
        }
        true
    }

    /// The fields that it captures.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.compiled().into_iter().flat_map(|compiled| compiled.captures.iter().map(|(_, name, _)| &**name))
    }

    /// How far a text matches that does not match as a whole: the bytes, and the part that does not go on from there;
    /// nothing where all parts match and the text goes on.
    pub(super) fn reach(&self, text: &[u8]) -> (usize, Option<&str>) {
        let mut prefix = String::new();
        let (mut end, mut wants) = (0, self.parts.first());
        for (index, part) in self.parts.iter().enumerate() {
            prefix.push_str(&part.regex);
            // A prefix that is cut within a group is no pattern; the next one may be.
            let Ok(regex) = builder(&format!(r"\A(?:{prefix})")).build() else { continue };
            match regex.find(text) {
                Some(found) => (end, wants) = (found.end(), self.parts.get(index + 1)),
                None => break,
            }
        }
        (end, wants.map(|part| &*part.written))
    }
}

fn build(pattern: &str, is_beginning: bool) -> Result<Regex, Wrong> {
    let parsed =
        regex_syntax::ParserBuilder::new().utf8(false).unicode(false).dot_matches_new_line(true).build().parse(pattern);
    if let Err(error) = parsed {
        return Err(match error {
            regex_syntax::Error::Parse(error) => (error.span().start.offset, error.kind().to_string()),
            regex_syntax::Error::Translate(error) => (error.span().start.offset, error.kind().to_string()),
            other => (0, other.to_string()),
        });
    }
    // A comment of verbose mode needs a line end before the bracket that follows.
    let end = if is_beginning { "" } else { r"\z" };
    let wrapped = [format!(r"\A(?:{pattern}){end}"), format!("\\A(?:{pattern}\n){end}")];
    let built = wrapped.iter().map(|wrapped| builder(wrapped).build()).find_map(Result::ok);
    built.ok_or_else(|| (0, format!("it is larger than {SIZE} bytes when it is compiled")))
}

fn builder(pattern: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(pattern);
    builder.unicode(false).dot_matches_new_line(true).size_limit(SIZE).dfa_size_limit(SIZE);
    builder
}

/// Single characters in a row are one part.
fn join_literals(parts: impl Iterator<Item = Part>) -> Vec<Part> {
    let is_literal = |part: &Part| {
        let text = part.written.strip_prefix('\\').unwrap_or(&part.written);
        text.chars().count() == 1
            && !text.starts_with(|character: char| "^$.".contains(character))
            && !(part.written.starts_with('\\') && text.starts_with(|character: char| character.is_alphanumeric()))
    };
    let mut joined: Vec<Part> = Vec::new();
    let mut was_literal = false;
    for part in parts {
        let is_literal = is_literal(&part);
        match joined.last_mut().filter(|_| was_literal && is_literal) {
            Some(last) => {
                last.written.push_str(&part.written);
                last.regex.push_str(&part.regex);
            }
            None => joined.push(part),
        }
        was_literal = is_literal;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(regex: &str) -> Pattern {
        Pattern::plain(0, regex, &[("n".into(), Kind::Int)]).expect("it is a pattern")
    }

    fn read(regex: &str, text: &[u8]) -> Option<String> {
        let mut fields = Vec::new();
        let is_match = pattern(regex).read(text, &Nulls(vec!["-".into()]), &mut Vec::new(), &mut fields);
        is_match.then(|| crate::Value::Object(fields).to_json())
    }

    #[test]
    fn a_pattern_takes_the_whole_text_and_reads_typed_fields() {
        assert_eq!(read(r"(?<w>\w+) (?<n>\d+|-)", b"a 07").as_deref(), Some(r#"{"w":"a","n":7}"#));
        assert_eq!(read(r"(?<w>\w+) (?<n>\d+|-)", b"a -").as_deref(), Some(r#"{"w":"a","n":null}"#));
        assert_eq!(read(r"(?<w>\w+) (?<n>\d+|-)", b"a 7 b"), None);
        assert_eq!(read(r"(?<w>\w+)(?: (?<n>\d+))?", b"a").as_deref(), Some(r#"{"w":"a"}"#));
        assert_eq!(read("(?x) (?<w> .+ ) # all", b"a\nb").as_deref(), Some(r#"{"w":"a\nb"}"#));
        assert_eq!(read(r"(?<w>\S+) .*", b"M\xfcller x").as_deref(), Some("{\"w\":\"M\u{fffd}ller\"}"));
    }

    #[test]
    fn it_is_told_how_far_a_text_matches() {
        let pattern = pattern(r"<(?<n>\d+)>: (?<word>[a-z]+) end");
        assert_eq!(pattern.reach(b"<12>: abc END"), (9, Some(" end")));
        assert_eq!(pattern.reach(b"<x>: abc end"), (1, Some(r"(?<n>\d+)")));
        assert_eq!(pattern.reach(b"<1>: abc end of"), (12, None));
        assert_eq!(pattern.reach(b""), (0, Some("<")));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong =
            |regex: &str| Pattern::plain(0, regex, &[]).and_then(|pattern| pattern.check()).expect_err("it is wrong");
        assert_eq!(wrong("ab(c").0, 2);
        assert_eq!(wrong("ab(?=c)").1, "look-around, including look-ahead and look-behind, is not supported");
        assert!(wrong("((a{999}){999}){99}").1.contains("larger than"));
    }
}
