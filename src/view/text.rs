//! Text fitted into columns. Widths are those of the terminal's cells; what is cut bears a mark.

use std::borrow::Cow;

use jiff::Timestamp;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub(super) use crate::domain::size::{count, counted, plural};

/// The mark of what was cut.
const CUT: &str = "…";

/// How many cells a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most `cells`; where it is longer, its beginning and `…`.
pub(super) fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    // No character takes more cells than bytes.
    if text.len() <= cells || width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut kept = take(text.graphemes(true), cells - 1);
    kept.push_str(CUT);
    Cow::Owned(kept)
}

/// The text in at most `cells`; where it is longer, `…` and its end. File names differ at their ends.
pub(super) fn cut_start(text: &str, cells: usize) -> Cow<'_, str> {
    if text.len() <= cells || width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{CUT}{}", take_end(text, cells - 1)))
}

fn take_end(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let begin = text
        .grapheme_indices(true)
        .rev()
        .take_while(|(_, grapheme)| {
            used += width(grapheme);
            used <= cells
        })
        .last();
    begin.map_or("", |(at, _)| &text[at..])
}

fn take<'a>(graphemes: impl Iterator<Item = &'a str>, cells: usize) -> String {
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in graphemes {
        used += width(grapheme);
        if used > cells {
            break;
        }
        kept.push_str(grapheme);
    }
    kept
}

/// The text in lines of at most `cells`, at most `limit` of them; what is left over is marked.
pub(super) fn wrap(text: &str, cells: usize, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide > cells.max(1) && !line.is_empty() {
            if lines.len() + 1 == limit {
                line = cut(&format!("{line}{grapheme}"), cells.max(1)).into_owned();
                lines.push(line);
                return lines;
            }
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push_str(grapheme);
        used += wide;
    }
    lines.push(line);
    lines
}

/// Prose in lines of at most `cells`, broken between words, at most `limit` of them; what is left over is marked.
pub(super) fn wrap_words(text: &str, cells: usize, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let room = cells.max(1).saturating_sub(width(&line) + usize::from(!line.is_empty()));
        if !line.is_empty() && width(word) > room {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // A word that is longer than a line is broken where it must.
        while width(&line) > cells.max(1) {
            let mut parts = wrap(&line, cells, usize::MAX);
            let rest = parts.split_off(1).concat();
            lines.append(&mut parts);
            line = rest;
        }
    }
    lines.push(line);
    if lines.len() > limit {
        lines.truncate(limit);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}  "), cells.max(1)).into_owned();
            if !last.ends_with(CUT) {
                *last = format!("{}{CUT}", take(last.trim_end().graphemes(true), cells.saturating_sub(1)));
            }
        }
    }
    lines
}

/// Where a text holds another, ignoring ASCII case, from left to right.
pub(super) fn matches(text: &str, find: &str) -> Vec<std::ops::Range<usize>> {
    let (bytes, needle) = (text.as_bytes(), find.as_bytes());
    let mut found = Vec::new();
    let mut at = 0;
    while !needle.is_empty() && at + needle.len() <= bytes.len() {
        let end = at + needle.len();
        // Bytes that are equal begin and end where characters do.
        if text.is_char_boundary(at) && bytes[at..end].eq_ignore_ascii_case(needle) {
            found.push(at..end);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// A moment as `strftime` spells it, in UTC.
pub(super) fn at(moment: Timestamp, format: &str) -> String {
    moment.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_is_marked_and_fits() {
        for text in ["abcdefgh", "日本語テスト", "e\u{301}e\u{301}e\u{301}e\u{301}", "👨‍👩‍👧‍👦ab👨‍👩‍👧‍👦"]
        {
            for cells in 0..12 {
                for fitted in [cut(text, cells), cut_start(text, cells)] {
                    assert!(width(&fitted) <= cells, "{fitted:?} in {cells}");
                    assert!(fitted == text || cells == 0 || fitted.contains(CUT), "{fitted:?}");
                }
            }
        }
        assert_eq!(cut_start("AWSLogs/2026/file.json.gz", 12), "…ile.json.gz");
    }

    #[test]
    fn what_is_looked_for_is_found_where_characters_begin() {
        assert_eq!(matches("aAbéÉaa", "aa"), [0..2, 7..9]);
        assert_eq!(matches("éé", "\u{e9}"), [0..2, 2..4]);
        assert!(matches("abc", "").is_empty());
    }

    #[test]
    fn prose_is_broken_between_words() {
        assert_eq!(wrap_words("an object is indexed once", 10, 9), ["an object", "is indexed", "once"]);
        assert_eq!(wrap_words("an object is indexed once", 10, 2), ["an object", "is indexe…"]);
        assert_eq!(wrap_words("a unbreakable", 5, 9), ["a", "unbre", "akabl", "e"]);
    }

    #[test]
    fn wrapped_lines_hold_the_whole_text_or_a_mark() {
        assert_eq!(wrap("abcdefg", 3, 9), ["abc", "def", "g"]);
        assert_eq!(wrap("abcdefg", 3, 2), ["abc", "de…"]);
        assert_eq!(wrap("", 3, 2), [""]);
    }
}
