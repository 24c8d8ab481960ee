//! Which format an object has: by its content first, by its key second.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use crate::codec::Codec;
use crate::format::{Format, Formats, Shape, Unit};
use crate::frame::{Framer, Framing};
use crate::json;
use crate::limits::Limits;
use crate::value::Value;
use crate::window::Window;

/// How an object will be read, and why.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The format; nothing for an object without records.
    pub format: Option<Arc<dyn Format>>,
    /// The compression: the outermost codec.
    pub codec: Codec,
    /// How the key's ending and the compression disagree: `named .gz, but holds plain text`.
    pub codec_note: Option<String>,
    /// The layout of records.
    pub framing: Framing,
    /// Why, in words: `62 of 64 lines match alb; next best json 3`.
    pub reason: String,
    /// All formats that matched something, the best first.
    pub candidates: Vec<Candidate>,
    /// Whether the object holds nothing at all, or nothing but white space. That is no failure of any parser.
    pub is_empty: bool,
    /// The formats whose writers use such a key; where the winner is not among them, key and content disagree.
    pub expected_by_key: Vec<String>,
}

/// How well a format fits the sample.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The format.
    pub format: Arc<dyn Format>,
    /// Records of the sample that match.
    pub matched: usize,
    /// Records in the sample.
    pub sampled: usize,
}

impl Detection {
    /// Whether a format reads fields out of the records. False where only the plain-text fallback fits: there is no
    /// parser for this object.
    pub fn is_structured(&self) -> bool {
        self.format.as_ref().is_some_and(|format| format.strictness() > 0)
    }
}

/// Records of the sample, and bytes that are looked at for them.
const SAMPLE: usize = 64;
pub(crate) const HEAD: usize = 64 << 10;

/// Decides how the object that begins with `head` is read. `is_whole`: there is nothing after `head`.
pub(crate) fn detect(
    head: &[u8],
    is_whole: bool,
    key: Option<&str>,
    codec: Codec,
    (formats, wanted): (&Formats, Option<&Arc<dyn Format>>),
    limits: &Limits,
) -> Detection {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let sample = Sample::take(head, is_whole, formats, limits);
    let mut candidates: Vec<Candidate> =
        formats.iter().map(|format| sample.fit(format, head)).filter(|candidate| candidate.matched > 0).collect();
    let knows_key = |format: &dyn Format| key.is_some_and(|key| format.knows_key(key));
    // A format of its own wins with half of the sample, or with any of it where the key speaks for it too.
    let rank = |candidate: &Candidate| {
        let by_key = knows_key(&*candidate.format);
        let is_enough = candidate.matched * 2 >= candidate.sampled || by_key;
        (is_enough, if is_enough { candidate.format.strictness() } else { 0 }, candidate.matched, by_key)
    };
    candidates.sort_by_key(|candidate| std::cmp::Reverse(rank(candidate)));
    let best = candidates.first().map(|candidate| Arc::clone(&candidate.format));
    let format = wanted.cloned().or(best).or_else(|| {
        // JSON whose first value is cut or broken: its key may still tell, and JSON it is in any case.
        let is_known = |format: &&Arc<dyn Format>| format.shape() == Shape::Json && knows_key(&***format);
        let by_key = || formats.iter().find(is_known).cloned().or_else(|| formats.get("json"));
        matches!(sample, Sample::Json { .. }).then(by_key).flatten()
    });
    let framing = sample.framing(format.as_deref(), head);
    let known = formats.iter().filter(|format| knows_key(&***format));
    let expected_by_key = known.map(|format| format.name().to_owned()).collect();
    let is_empty = is_whole && head.trim_ascii().is_empty();
    let reason = match (&format, candidates.is_empty()) {
        (Some(format), true) if wanted.is_none() => {
            format!("begins like JSON, but no value is complete; {} it is", format.name())
        }
        _ => reason(&candidates, wanted, sample.noun(), is_empty),
    };
    Detection { format, codec, codec_note: None, framing, reason, candidates, is_empty, expected_by_key }
}

fn reason(candidates: &[Candidate], wanted: Option<&Arc<dyn Format>>, noun: &str, is_empty: bool) -> String {
    let tell = |candidate: &Candidate| {
        let Candidate { format, matched, sampled } = candidate;
        format!("{matched} of {sampled} {noun} match {}", format.name())
    };
    match (wanted, candidates) {
        (Some(format), _) => match candidates.iter().find(|candidate| candidate.format.name() == format.name()) {
            Some(candidate) => format!("{} as configured; {}", format.name(), tell(candidate)),
            None => format!("{} as configured; none of the sample matches it", format.name()),
        },
        (None, []) if is_empty => "empty object".to_owned(),
        (None, []) => "no format matches".to_owned(),
        // That JSON is also JSON, and a line also text, goes without saying.
        (None, [best, others @ ..]) => match others.iter().find(|other| other.format.strictness() > 1) {
            Some(next) => format!("{}; next best {} {}", tell(best), next.format.name(), next.matched),
            None => tell(best),
        },
    }
}

/// The first records of an object, as lines or as JSON values.
enum Sample<'a> {
    Lines(Vec<&'a [u8]>),
    Json {
        /// How the values themselves are laid out.
        framing: Framing,
        values: Vec<Value<'a>>,
        /// The list that some of them hold records in: its key and the elements.
        enveloped: Option<(Cow<'static, str>, Vec<Value<'a>>)>,
    },
}

impl<'a> Sample<'a> {
    fn take(head: &'a [u8], is_whole: bool, formats: &Formats, limits: &Limits) -> Self {
        let lines = lines(head, is_whole);
        let first = head.iter().find(|byte| !json::is_space(**byte));
        let is_object = |line: &&[u8]| line.trim_ascii_start().starts_with(b"{");
        let objects = lines.iter().filter(|line| is_object(line)).count();
        if matches!(first, Some(b'{' | b'[')) && !is_bracketed_text(head) {
            let (key, elements) = values(head, is_whole, formats.envelopes(), limits);
            let enveloped = key.map(|key| (key, elements));
            let by_line: Vec<_> =
                lines.iter().filter(|line| is_object(line)).filter_map(|line| whole(line, limits)).collect();
            if !by_line.is_empty() && by_line.len() * 2 >= lines.len() {
                return Sample::Json { framing: Framing::JsonLines, values: by_line, enveloped };
            }
            let (_, values) = values(head, is_whole, &[], limits);
            if enveloped.is_some() || !values.is_empty() || looks_like_json(head, &lines) {
                return Sample::Json { framing: Framing::JsonValues, values, enveloped };
            }
        } else if objects * 2 > lines.len() {
            let values: Vec<_> = lines.iter().filter_map(|line| whole(line, limits)).collect();
            if values.len() * 2 > lines.len() {
                return Sample::Json { framing: Framing::JsonLines, values, enveloped: None };
            }
        }
        Sample::Lines(lines)
    }

    /// How much of the sample is of `format`.
    fn fit(&self, format: &Arc<dyn Format>, head: &[u8]) -> Candidate {
        let (matched, sampled) = match self {
            Sample::Lines(lines) => {
                let is_block = format.framing(head) == Framing::Blocks;
                // Lines that go on with a block are as good as the one that begins it.
                let mut is_good = false;
                let matches = |line: &&&[u8]| {
                    if !is_block || format.begins(line) {
                        is_good = format.matches(&Unit::Line(line));
                    }
                    is_good
                };
                (lines.iter().filter(matches).count(), lines.len())
            }
            Sample::Json { values, .. } => {
                let values = self.elements(&**format).unwrap_or(values);
                (values.iter().filter(|value| format.matches(&Unit::Json(value))).count(), values.len())
            }
        };
        let matched = if format.claims(head) { sampled.max(1) } else { matched };
        Candidate { format: Arc::clone(format), matched, sampled: sampled.max(matched) }
    }

    /// The elements of the list that holds the records of `format`, if there is one.
    fn elements(&self, format: &dyn Format) -> Option<&Vec<Value<'a>>> {
        match self {
            Sample::Json { enveloped: Some((key, elements)), .. } => {
                format.envelopes().contains(&&**key).then_some(elements)
            }
            _ => None,
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Sample::Lines(_) => "lines",
            Sample::Json { .. } => "values",
        }
    }

    /// The layout for `format`: the sample's, unless the format is of another shape.
    fn framing(&self, format: Option<&dyn Format>, head: &[u8]) -> Framing {
        match (self, format) {
            (Sample::Json { framing, enveloped, .. }, Some(format)) if format.shape() == Shape::Json => match enveloped
            {
                Some((key, _)) if format.envelopes().contains(&&**key) => Framing::Envelope(key.clone()),
                _ => framing.clone(),
            },
            (Sample::Lines(_), Some(format)) if format.shape() == Shape::Json => Framing::JsonLines,
            (_, Some(format)) => format.framing(head),
            (_, None) => Framing::Lines,
        }
    }
}

/// Whether a head begins with text in brackets, as `[2026-11-23 02:14:07,123] INFO` does, and with no JSON list.
fn is_bracketed_text(head: &[u8]) -> bool {
    let Some(rest) = head.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start) else { return false };
    // A list of objects, lists or texts is one, whatever is wrong with them.
    if matches!(rest.first(), None | Some(b'{' | b'[' | b'"' | b']')) {
        return false;
    }
    match json::parse(rest, 1) {
        Ok(first) => !matches!(rest[first.length..].trim_ascii_start().first(), None | Some(b',' | b']')),
        Err(error) => !error.is_cut,
    }
}

/// Whether a head without one good value is still JSON: it begins as an object or list of objects does, and most of its
/// lines as lines of pretty-printed JSON do.
fn looks_like_json(head: &[u8], lines: &[&[u8]]) -> bool {
    let mut bytes = head.iter().filter(|byte| !json::is_space(**byte));
    let begins = matches!((bytes.next(), bytes.next()), (Some(b'{'), Some(b'"')) | (Some(b'['), Some(b'{')));
    let is_json_line = |line: &&&[u8]| matches!(line.first(), Some(b'{' | b'[' | b'}' | b']' | b'"' | b' ' | b'\t'));
    begins && lines.iter().filter(is_json_line).count() * 2 > lines.len()
}

fn whole<'a>(line: &'a [u8], limits: &Limits) -> Option<Value<'a>> {
    json::parse_whole(line, limits.depth).ok().map(|parsed| parsed.value)
}

/// The first lines that are not blank; the last one only if it is known to be whole.
fn lines(head: &[u8], is_whole: bool) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').take(SAMPLE * 4).collect();
    let was_cut = lines.len() < SAMPLE * 4 && !is_whole;
    if was_cut && lines.len() > 1 {
        lines.pop();
    }
    for line in &mut lines {
        *line = line.strip_suffix(b"\r").unwrap_or(line);
    }
    lines.retain(|line| !line.iter().all(|byte| json::is_space(*byte)));
    // An indented line goes on with the record before it, and says nothing of its own.
    let begins = |line: &&[u8]| !matches!(line.first(), Some(b' ' | b'\t'));
    if lines.iter().any(&begins) {
        lines.retain(begins);
    }
    lines.truncate(SAMPLE);
    lines
}

/// The first JSON values, or the first elements of the list under one of `envelopes` and its key.
fn values<'a>(
    head: &'a [u8],
    is_whole: bool,
    envelopes: &[Cow<'static, str>],
    limits: &Limits,
) -> (Option<Cow<'static, str>>, Vec<Value<'a>>) {
    let mut window = Window::new(head, limits.clone());
    let mut framer = Framer::of(Framing::JsonValues, envelopes.to_vec(), limits.clone());
    let mut values = Vec::new();
    for _ in 0..SAMPLE {
        let Some(frame) = framer.next(&mut window, !is_whole) else { break };
        if frame.fault.is_none() {
            let from = window.offset() as usize;
            values.extend(whole(&head[from..from + frame.raw], limits));
        }
        window.consume(frame.consume);
    }
    (framer.envelope().cloned(), values)
}

/// Bytes to look at before deciding: more than usual where the first record is not complete in them.
pub(crate) fn head<R: Read>(window: &mut Window<R>, formats: &Formats) {
    window.ensure(HEAD);
    let is_json = matches!(window.bytes().trim_ascii_start().first(), Some(b'{' | b'['));
    if is_json && !window.is_ended() {
        let (_, values) = values(window.bytes(), false, formats.envelopes(), &Limits::default());
        if values.is_empty() && memchr::memchr(b'\n', window.bytes()).is_none() {
            window.ensure(HEAD * 32);
        }
    }
}
