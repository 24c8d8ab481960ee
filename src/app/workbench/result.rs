//! What the lower pane of the workbench tells: the mistakes, then what the definition makes of the record under the
//! cursor.

use super::{Model, Shows, geometry};
use crate::domain::Shown;

/// What stands over the fields of a record.
const FIELDS: &str = "fields";

/// Rows of the lower pane.
pub(super) fn result_rows(model: &Model) -> usize {
    match model.workbench.shows {
        Shows::Coverage => model.workbench.coverage.len(),
        Shows::Record => {
            let (left, right) = result_columns(model);
            left.len().max(right.len())
        }
    }
}

/// A line of the lower pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultLine {
    /// A mistake, and its place.
    Slip(String, String),
    /// What to do about it.
    Hint(String),
    /// Why the record is not read.
    Fault(String),
    /// The name of what follows.
    Heading(&'static str),
    /// A value and its path.
    Value(String, String),
}

/// What the lower pane tells: the mistakes, then the record under the cursor.
fn result_lines(model: &Model) -> Vec<ResultLine> {
    let bench = &model.workbench;
    let width = usize::from(geometry::workbench_panes(model).result.width);
    let mut lines = Vec::new();
    for slip in &bench.slips {
        let mut parts = pieces(&slip.what, width.saturating_sub(13)).into_iter();
        let place = format!("{}:{}", slip.line, slip.column);
        lines.extend(parts.next().map(|part| ResultLine::Slip(place, part)));
        lines.extend(parts.map(|part| ResultLine::Slip(String::new(), part)));
        lines.extend(slip.hint.clone().map(ResultLine::Hint));
    }
    if !bench.slips.is_empty() && bench.reading.is_some() {
        lines.push(ResultLine::Heading("as it was before the mistake"));
    }
    let Some(record) = bench.record() else { return lines };
    if let Some(fault) = &record.fault {
        lines.extend(pieces(fault, width.saturating_sub(4)).into_iter().map(ResultLine::Fault));
        return lines;
    }
    let value = |(path, value): &(String, String)| ResultLine::Value(path.clone(), value.clone());
    let time = record.time.clone().unwrap_or_else(|| "no time is told".to_owned());
    lines.push(ResultLine::Value("time".to_owned(), time));
    lines.push(ResultLine::Heading("ECS"));
    lines.extend(record.ecs.iter().map(value));
    lines.push(ResultLine::Heading(FIELDS));
    lines.extend(record.fields.iter().map(value));
    lines
}

/// A text in pieces that a row can show.
fn pieces(text: &str, length: usize) -> Vec<String> {
    let shown: Vec<char> = Shown::new(text).as_str().chars().collect();
    shown.chunks(length.max(8)).map(|piece| piece.iter().collect()).collect()
}

/// The lower pane's lines in two columns where there is room: the fields stand beside what ECS names them.
pub fn result_columns(model: &Model) -> (Vec<ResultLine>, Vec<ResultLine>) {
    const WIDE: u16 = 100;
    let mut lines = result_lines(model);
    let fields = lines.iter().position(|line| *line == ResultLine::Heading(FIELDS));
    let right = match fields.filter(|_| geometry::workbench_panes(model).result.width >= WIDE) {
        Some(at) => lines.split_off(at),
        None => Vec::new(),
    };
    (lines, right)
}
