//! The note under the cursor as lines that fit its pane, each safe to show: hashes and URIs are read to their end.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::{Model, geometry};
use crate::domain::Shown;

/// Lines of a note that are shown.
const LIMIT: usize = 2_000;

/// Rows of a list that are shown; an export holds them all.
const ROWS: usize = 200;

/// Columns of the names of facts, at most.
const LABEL: usize = 16;

/// What a line holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteLine {
    /// What somebody wrote.
    Text(Shown),
    /// A heading.
    Heading(Shown),
    /// Something that is known; its name is empty where it goes on.
    Fact(Shown, Shown),
    /// A row of a list.
    Row(Shown),
}

/// Columns of the names of facts in a pane of so many.
pub fn label_columns(width: usize) -> usize {
    LABEL.min(width / 3)
}

/// The lines of the note under the cursor.
pub fn lines(model: &Model) -> Vec<NoteLine> {
    let Some(note) = model.case.selected() else { return Vec::new() };
    // One column is the cursor's.
    let cells = usize::from(geometry::inside(geometry::case_panes(model).1).width).saturating_sub(1).max(1);
    let beside = cells.saturating_sub(label_columns(cells) + 1).max(1);
    let mut lines = Vec::new();
    let fact = |lines: &mut Vec<NoteLine>, name: &str, value: &str| {
        let name = Shown::new(name);
        // A long name stands alone.
        if name.as_str().width() > label_columns(cells) {
            lines.extend(wrap(name.as_str(), cells).map(|name| NoteLine::Fact(name, Shown::default())));
            lines.extend(wrap(value, beside).map(|value| NoteLine::Fact(Shown::default(), value)));
        } else {
            let names = std::iter::once(name).chain(std::iter::repeat(Shown::default()));
            lines.extend(names.zip(wrap(value, beside)).map(|(name, value)| NoteLine::Fact(name, value)));
        }
    };
    for line in note.text.lines() {
        lines.extend(wrap(line, cells).map(NoteLine::Text));
    }
    let Some(pin) = &note.pin else { return lines };
    lines.extend(wrap(&pin.title(), cells).map(NoteLine::Heading));
    for known in pin.facts() {
        fact(&mut lines, known.label, &known.value);
    }
    for list in pin.lists(ROWS) {
        lines.push(NoteLine::Heading(Shown::new(format!("{} ({})", list.title, list.total))));
        let further = list.further();
        for row in list.rows {
            if let [name, value] = row.as_slice() {
                fact(&mut lines, name, value);
            } else {
                let cells_of: Vec<String> = row.into_iter().filter(|cell| !cell.is_empty()).collect();
                lines.extend(wrap(&cells_of.join("  "), cells).map(NoteLine::Row));
            }
        }
        let further = (further > 0).then(|| format!("… {further} more, which an export holds"));
        lines.extend(further.into_iter().chain(list.left_out).map(|told| NoteLine::Text(Shown::new(told))));
    }
    lines.truncate(LIMIT);
    lines
}

/// A text made safe to show, in lines of at most so many cells.
fn wrap(text: &str, cells: usize) -> impl Iterator<Item = Shown> {
    let shown = Shown::new(text);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for grapheme in shown.as_str().graphemes(true) {
        let wide = grapheme.width();
        if used + wide > cells && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push_str(grapheme);
        used += wide;
    }
    lines.push(line);
    // What is shown already is shown as it is.
    lines.into_iter().map(Shown::new)
}
