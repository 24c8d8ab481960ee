//! Which format an object has: by its content first, by its key second.

use std::io::Read;

use crate::codec::Codec;
use crate::format::{Format, Shape, Unit, formats};
use crate::frame::{Framer, Framing};
use crate::json;
use crate::limits::Limits;
use crate::value::Value;
use crate::window::Window;

/// How an object will be read, and why.
#[derive(Clone, Debug)]
pub struct Detection {
    /// The format; nothing for an object without records.
    pub format: Option<&'static dyn Format>,
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
    pub expected_by_key: Vec<&'static str>,
}

/// How well a format fits the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The format.
    pub format: &'static dyn Format,
    /// Records of the sample that match.
    pub matched: usize,
    /// Records in the sample.
    pub sampled: usize,
}

impl Detection {
    /// Whether a format reads fields out of the records. False where only the plain-text fallback fits: there is no
    /// parser for this object.
    pub fn is_structured(&self) -> bool {
        self.format.is_some_and(|format| format.strictness() > 0)
    }
}

/// Records of the sample, and bytes that are looked at for them.
const SAMPLE: usize = 64;
pub(crate) const HEAD: usize = 64 << 10;

/// The keys of all envelopes, for a sample whose format is not known.
fn all_envelopes() -> &'static [&'static str] {
    static ALL: std::sync::LazyLock<Vec<&'static str>> = std::sync::LazyLock::new(|| {
        let mut keys: Vec<_> = formats().iter().flat_map(|format| envelopes(*format)).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    });
    &ALL
}

/// The keys of the lists that hold a format's records.
pub(crate) fn envelopes(format: &dyn Format) -> &'static [&'static str] {
    match format.shape() {
        Shape::Json { envelopes } => envelopes,
        Shape::Lines => &[],
    }
}

/// Decides how the object that begins with `head` is read. `is_whole`: there is nothing after `head`.
pub(crate) fn detect(
    head: &[u8],
    is_whole: bool,
    key: Option<&str>,
    codec: Codec,
    wanted: Option<&'static dyn Format>,
    limits: &Limits,
) -> Detection {
    let sample = Sample::take(head, is_whole, limits);
    let units = sample.units();
    let mut candidates: Vec<Candidate> = formats()
        .iter()
        .map(|format| {
            let matched = units.iter().filter(|unit| format.matches(unit)).count();
            Candidate { format: *format, matched, sampled: units.len() }
        })
        .filter(|candidate| candidate.matched > 0)
        .collect();
    let knows_key = |format: &dyn Format| key.is_some_and(|key| format.knows_key(key));
    // A format of its own wins with half of the sample, or with any of it where the key speaks for it too.
    let rank = |candidate: &Candidate| {
        let by_key = knows_key(candidate.format);
        let is_enough = candidate.matched * 2 >= candidate.sampled || by_key;
        (is_enough, if is_enough { candidate.format.strictness() } else { 0 }, candidate.matched, by_key)
    };
    candidates.sort_by_key(|candidate| std::cmp::Reverse(rank(candidate)));
    let format = wanted.or(candidates.first().map(|candidate| candidate.format)).or_else(|| {
        // JSON whose first value is cut or broken: its key may still tell, and JSON it is in any case.
        let is_json = |format: &&dyn Format| matches!(format.shape(), Shape::Json { .. });
        let by_key = formats().iter().copied().find(|format| is_json(format) && knows_key(*format));
        matches!(sample, Sample::Json { .. }).then(|| by_key.or(crate::format::format("json"))).flatten()
    });
    let framing = sample.framing(format);
    let expected_by_key = formats().iter().filter(|format| knows_key(**format)).map(|format| format.name()).collect();
    let is_empty = is_whole && head.trim_ascii().is_empty();
    let reason = match (format, candidates.is_empty()) {
        (Some(format), true) if wanted.is_none() => {
            format!("begins like JSON, but no value is complete; {} it is", format.name())
        }
        _ => reason(&candidates, wanted, sample.noun(), is_empty),
    };
    Detection { format, codec, codec_note: None, framing, reason, candidates, is_empty, expected_by_key }
}

fn reason(candidates: &[Candidate], wanted: Option<&'static dyn Format>, noun: &str, is_empty: bool) -> String {
    let tell = |candidate: &Candidate| {
        let Candidate { format, matched, sampled } = candidate;
        format!("{matched} of {sampled} {noun} match {}", format.name())
    };
    match (wanted, candidates) {
        (Some(format), _) => match candidates.iter().find(|candidate| candidate.format == format) {
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
    Json { framing: Framing, values: Vec<Value<'a>> },
}

impl<'a> Sample<'a> {
    fn take(head: &'a [u8], is_whole: bool, limits: &Limits) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let lines = lines(head, is_whole);
        let first = head.iter().find(|byte| !json::is_space(**byte));
        let is_object = |line: &&[u8]| line.trim_ascii_start().starts_with(b"{");
        let objects = lines.iter().filter(|line| is_object(line)).count();
        if matches!(first, Some(b'{' | b'[')) {
            let (framing, values) = values(head, is_whole, limits);
            let is_enveloped = matches!(framing, Framing::Envelope(_));
            let by_line: Vec<_> =
                lines.iter().filter(|line| is_object(line)).filter_map(|line| whole(line, limits)).collect();
            if !is_enveloped && !by_line.is_empty() && by_line.len() * 2 >= lines.len() {
                return Sample::Json { framing: Framing::JsonLines, values: by_line };
            }
            if !values.is_empty() || looks_like_json(head, &lines) {
                return Sample::Json { framing, values };
            }
        } else if objects * 2 > lines.len() {
            let values: Vec<_> = lines.iter().filter_map(|line| whole(line, limits)).collect();
            if values.len() * 2 > lines.len() {
                return Sample::Json { framing: Framing::JsonLines, values };
            }
        }
        Sample::Lines(lines)
    }

    fn units(&self) -> Vec<Unit<'_>> {
        match self {
            Sample::Lines(lines) => lines.iter().map(|line| Unit::Line(line)).collect(),
            Sample::Json { values, .. } => values.iter().map(Unit::Json).collect(),
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Sample::Lines(_) => "lines",
            Sample::Json { .. } => "values",
        }
    }

    /// The layout for `format`: the sample's, unless the format is of another shape.
    fn framing(&self, format: Option<&'static dyn Format>) -> Framing {
        match (self, format.map(Format::shape)) {
            (Sample::Json { framing: Framing::Envelope(key), .. }, Some(Shape::Json { envelopes })) => {
                if envelopes.contains(key) { Framing::Envelope(key) } else { Framing::JsonValues }
            }
            (Sample::Json { framing, .. }, Some(Shape::Json { .. })) => *framing,
            (Sample::Lines(_), Some(Shape::Json { .. })) => Framing::JsonLines,
            _ => Framing::Lines,
        }
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

/// The first JSON values, and whether they stand in an envelope.
fn values<'a>(head: &'a [u8], is_whole: bool, limits: &Limits) -> (Framing, Vec<Value<'a>>) {
    let mut window = Window::new(head, limits.clone());
    let mut framer = Framer::new(Framing::JsonValues, all_envelopes(), limits.clone());
    let mut values = Vec::new();
    for _ in 0..SAMPLE {
        let Some(frame) = framer.next(&mut window, !is_whole) else { break };
        if frame.fault.is_none() {
            let from = window.offset() as usize;
            values.extend(whole(&head[from..from + frame.raw], limits));
        }
        window.consume(frame.consume);
    }
    let framing = framer.envelope().map_or(Framing::JsonValues, Framing::Envelope);
    (framing, values)
}

/// Bytes to look at before deciding: more than usual where the first record is not complete in them.
pub(crate) fn head<R: Read>(window: &mut Window<R>) {
    window.ensure(HEAD);
    let is_json = matches!(window.bytes().trim_ascii_start().first(), Some(b'{' | b'['));
    if is_json && !window.is_ended() {
        let (_, values) = values(window.bytes(), false, &Limits::default());
        if values.is_empty() && memchr::memchr(b'\n', window.bytes()).is_none() {
            window.ensure(HEAD * 32);
        }
    }
}
