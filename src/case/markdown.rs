//! A case as Markdown (CommonMark with GitHub's tables).
//!
//! Text from logs is hostile: it stands in code spans, whose fences are longer than any in it, or with everything that
//! Markdown might obey as a character reference. No link, image, heading or HTML can come of it.

use std::fmt::Write as _;

use super::Bundle;
use crate::domain::Shown;
use crate::domain::case::{List, Note, Pin};

/// The case of a bundle as Markdown.
pub fn render(bundle: &Bundle) -> String {
    let content = &bundle.content;
    let mut out = format!("# Case {}\n\n", span(content.name.as_str()));
    let facts = [
        ("opened", format!("{:.0} by {}", content.opened, span(&content.opened_by))),
        ("exported", format!("{:.0} by {}", content.exported, span(&content.exported_by))),
        ("bundle SHA-256", span(&bundle.sha256)),
    ];
    for (label, value) in facts {
        let _ = writeln!(out, "- {label}: {value}");
    }
    for (index, note) in content.notes.iter().enumerate() {
        self::note(index + 1, note, &mut out);
    }
    out
}

fn note(number: usize, note: &Note, out: &mut String) {
    let _ = write!(out, "\n## {number}. {}\n\n{:.0} · {}", note.kind(), note.at, span(&note.who));
    if let Some(profile) = &note.profile {
        let _ = write!(out, " · profile {}", span(profile));
    }
    out.push('\n');
    for line in note.text.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "\n{}", prose(line));
    }
    let Some(pin) = &note.pin else { return };
    let _ = writeln!(out, "\n**{}**\n", span(&pin.title()));
    for fact in pin.facts() {
        let _ = writeln!(out, "- {}: {}", fact.label, span(&fact.value));
    }
    if let Pin::Record(record) = pin
        && let Some(raw) = &record.raw
    {
        let _ = writeln!(out, "\n{}", block(raw));
    }
    for list in pin.lists(usize::MAX) {
        table(&list, out);
    }
}

fn table(list: &List, out: &mut String) {
    let _ = writeln!(out, "\n{} ({})\n", prose(&list.title), list.rows.len());
    let _ = writeln!(out, "| {} |", list.head.join(" | "));
    let _ = writeln!(out, "|{}", " --- |".repeat(list.head.len()));
    for row in &list.rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    if let Some(told) = &list.left_out {
        let _ = writeln!(out, "\n{told}");
    }
}

/// Text from the world in a code span.
fn span(text: &str) -> String {
    let shown = Shown::new(text).to_string();
    if shown.trim().is_empty() {
        return "–".to_owned();
    }
    let fence = "`".repeat(longest_run(&shown) + 1);
    // A space at each end is taken off again by who reads it, and parts the fence from a backtick.
    let pad = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// Text from the world in the cell of a table, where a code span may hold no bar.
pub(crate) fn cell(text: &str) -> String {
    let shown = Shown::new(text).to_string();
    match shown.trim() {
        "" => "–".to_owned(),
        _ if shown.contains(['|', '`', '\\']) => references(&shown),
        _ => span(text),
    }
}

/// What somebody wrote, as a paragraph of plain text.
fn prose(text: &str) -> String {
    references(Shown::new(text.trim()).as_str())
}

/// Text with every character that Markdown might obey as a reference, which stands for itself alone.
fn references(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len() + 16);
    let mut is_beginning = true;
    let mut letters = 0;
    let mut characters = shown.chars().peekable();
    while let Some(character) = characters.next() {
        let is_obeyed = matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#' | '!' | '$' | '@'
        );
        // `http://` and `mailto:` become links.
        let leads = character == ':' && characters.peek().is_some_and(|next| *next != ' ');
        // What begins a list, a rule or a heading does so only at the beginning, after a number at most.
        let begins = is_beginning && matches!(character, '-' | '+' | '=' | '.' | ')');
        is_beginning &= character.is_ascii_digit();
        // `www.` alone becomes a link.
        let links = character == '.' && letters >= 3;
        letters = if character.eq_ignore_ascii_case(&'w') { letters + 1 } else { 0 };
        if is_obeyed || leads || begins || links {
            let _ = write!(out, "&#{};", character as u32);
        } else {
            out.push(character);
        }
    }
    out
}

/// Lines from the world as a block of code.
fn block(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| Shown::new(line).to_string()).collect();
    let fence = "`".repeat(lines.iter().map(|line| longest_run(line)).max().unwrap_or(0).max(2) + 1);
    format!("{fence}\n{}\n{fence}", lines.join("\n"))
}

/// The most backticks in a row.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}
