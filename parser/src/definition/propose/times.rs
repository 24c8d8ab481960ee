//! Times as logs write them: how each looks, and the format that reads it.

use std::sync::LazyLock;

use regex::Regex;

use crate::definition::clock::TimeFormat;

/// Formats of time and the patterns that recognise them; the most telling first.
const TIMES: &[(&str, &str)] = &[
    ("iso8601", r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"),
    ("common_log", r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"),
    ("%d/%b/%Y:%H:%M:%S%.f", r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%a %b %e %H:%M:%S%.f %Y", r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \d{4}"),
    ("%a, %d %b %Y %H:%M:%S %z", r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"),
    ("syslog", r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%d.%m.%Y %H:%M:%S%.f", r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%d.%m.%Y %H:%M", r"\d\d\.\d\d\.\d{4} \d\d:\d\d"),
    ("%m/%d/%Y %I:%M:%S %p", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M"),
    ("%m/%d/%Y-%H:%M:%S%.f", r"\d\d/\d\d/\d{4}-\d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%d/%m/%Y %H:%M:%S%.f", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%m/%d/%Y %H:%M:%S%.f", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%y/%m/%d %H:%M:%S", r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d"),
    ("%d %b %Y %H:%M:%S%.f", r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})?"),
    ("%Y%m%d %H%M%S%.f", r"\d{8} \d{6}(?:\.\d{1,9})?"),
    ("%Y%m%d %H:%M:%S", r"\d{8} \d\d:\d\d:\d\d"),
    ("%Y-%m-%d %H:%M", r"\d{4}-\d\d-\d\d \d\d:\d\d"),
    ("epoch_s", r"1\d{9}\.\d{1,9}"),
    ("epoch_s", r"1\d{9}"),
    ("epoch_ms", r"1\d{12}"),
    ("epoch_us", r"1\d{15}"),
    ("epoch_ns", r"1\d{18}"),
];

/// A kind of time: its format, and the pattern that a definition recognises it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    pub format: &'static str,
    pub pattern: &'static str,
}

/// A kind of time, the pattern compiled, and what reads it.
type Known = (Time, Option<(Regex, TimeFormat)>);

/// The time at the start of `text`, and its length. A bare count is one only where nothing goes on behind it.
pub(super) fn leading(text: &str) -> Option<(Time, usize)> {
    static PATTERNS: LazyLock<Vec<Known>> = LazyLock::new(|| {
        let compile = |(format, pattern): &(&'static str, &'static str)| {
            let regex = Regex::new(&format!("^(?:{pattern})")).ok().zip(TimeFormat::parse(format).ok());
            (Time { format, pattern }, regex)
        };
        TIMES.iter().map(compile).collect()
    });
    // A time is no longer than this, and mostly a digit or a name begins it.
    let text = text.get(..text.len().min(48)).unwrap_or_else(|| {
        let end = (0..=48).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        &text[..end]
    });
    if !text.starts_with(|first: char| first.is_ascii_digit() || first.is_ascii_uppercase()) {
        return None;
    }
    PATTERNS.iter().find_map(|(time, compiled)| {
        let (regex, format) = compiled.as_ref()?;
        let found = regex.find(text)?;
        let goes_on = text[found.end()..].starts_with(|next: char| next.is_ascii_alphanumeric());
        let near = jiff::Timestamp::UNIX_EPOCH;
        (!goes_on && format.read(found.as_str(), None, Some(near)).is_some()).then_some((*time, found.end()))
    })
}

/// The time that a whole text is.
pub(super) fn whole(text: &str) -> Option<Time> {
    leading(text).filter(|(_, length)| *length == text.len()).map(|(time, _)| time)
}

/// Whether times of this format tell their zone.
pub(super) fn has_zone(format: &str) -> bool {
    format.starts_with("epoch") || format == "common_log" || format.contains("%z") || format == "iso8601"
}
