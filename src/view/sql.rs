//! ```text
//! ┌ sql ─ primary · scops ────────────────────────────────────────────────────────────────────┐
//! │  1 SELECT object, line FROM records                                                       │
//! │  2 WHERE dt = :hour                                                                       │
//! └───────────────────────────────────────────────────────────────────────────── 2:17 ────────┘
//! ┌ rows 1,000 · more are read as they are scrolled to ─ SUCCEEDED · queued 0.1 s · … ────────┐
//! │ object                                    line                                            │
//! └───────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod lists;
mod rows;

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::{frame, text};
use crate::app::sql::{self, Sql};
use crate::app::{Cursor, Model, Screen, geometry};
use crate::domain::Shown;
use crate::domain::statement::{FUNCTIONS, Token, TokenKind, tokens};
use crate::theme::Role;

/// Cells of the numbers before the lines.
const NUMBERS: u16 = 4;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (editor, lower) = geometry::sql_panes(model);
    if editor.height > 0 {
        draw_editor(model, canvas, editor);
    }
    if lower.height > 0 {
        match &model.sql.listing {
            Some(listing) => lists::draw(model, listing, canvas, lower),
            None => rows::draw(model, canvas, lower),
        }
    }
    if editor.height > 0 {
        completions(model, canvas);
    }
}

/// Where the terminal's cursor stands while the editor has the keys.
pub(super) fn cursor(model: &Model) -> Option<Position> {
    let sql = &model.sql;
    if model.screen != Screen::Sql || model.popup.is_some() || !sql.is_typing() {
        return None;
    }
    let inside = text_area(geometry::sql_panes(model).0);
    let (row, _) = sql.editor.cursor();
    let y = row.checked_sub(sql.view.top).filter(|y| *y < usize::from(inside.height))?;
    let x = sql.editor.cursor_cells() - skipped(sql, inside);
    (inside.width > 0).then(|| Position { x: inside.x + x as u16, y: inside.y + y as u16 })
}

fn text_area(pane: Rect) -> Rect {
    let inside = geometry::inside(pane);
    let numbers = if inside.width > 24 { NUMBERS } else { 0 };
    Rect { x: inside.x + numbers, width: inside.width.saturating_sub(numbers), ..inside }
}

/// Cells at the start of each line that are out of sight, so that the cursor is in it.
fn skipped(sql: &Sql, area: Rect) -> usize {
    sql.editor.cursor_cells().saturating_sub(usize::from(area.width).saturating_sub(2))
}

fn draw_editor(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let sql = &model.sql;
    let place = sql::place(model);
    let about = format!(" · {} · {}", Shown::new(place.workgroup), Shown::new(sql::database(model)));
    let reuses = if sql.reuses { " · earlier results" } else { "" };
    let title = [("sql", Role::Title), (about.as_str(), Role::Dim), (reuses, Role::Marked)];
    let inside = canvas.pane(pane, &title, "", sql.is_typing());
    let area = text_area(pane);
    let lines = sql.editor.lines();
    if lines.iter().all(|line| line.trim().is_empty()) && lines.len() == 1 {
        let style = canvas.style(Role::Dim);
        let hint = "SELECT … :name asks for a value, tab completes, f5 runs, alt-m makes a table of a source";
        canvas.put(area.x + 1, area.y, area.width.saturating_sub(1), hint, style);
    }
    let skip = skipped(sql, area);
    let number_style = canvas.style(Role::Dim);
    let whole = sql.editor.text();
    let words = tokens(&whole);
    let mut begins: usize = lines.iter().take(sql.view.top).map(|line| line.len() + 1).sum();
    let window = sql.view.window(usize::from(inside.height), lines.len());
    for (at, row) in Canvas::lines(area, window) {
        if area.x > inside.x {
            canvas.put(inside.x, row.y, NUMBERS - 1, &format!("{:>3}", at + 1), number_style);
        }
        draw_line(canvas, row, &whole, &words, begins..begins + lines[at].len(), skip);
        begins += lines[at].len() + 1;
    }
    let (row, column) = sql.editor.cursor();
    canvas.foot(pane, &format!("{}:{}", row + 1, column + 1), Role::Dim);
}

/// A line, word by word.
fn draw_line(
    canvas: &mut Canvas<'_>,
    row: Rect,
    whole: &str,
    words: &[Token],
    line: std::ops::Range<usize>,
    skip: usize,
) {
    let text_style = canvas.style(Role::Text);
    let shown = Shown::new(&whole[line.clone()]);
    canvas.put(row.x, row.y, row.width, &frame::skip_cells(shown.as_str(), skip), text_style);
    let first = words.partition_point(|word| word.span.end <= line.start);
    for word in words[first..].iter().take_while(|word| word.span.start < line.end) {
        let span = word.span.start.max(line.start)..word.span.end.min(line.end);
        let role = role(whole, word);
        let before = text::width(Shown::new(&whole[line.start..span.start]).as_str());
        if role == Role::Text || before < skip {
            continue;
        }
        let x = (before - skip) as u16;
        if x >= row.width {
            break;
        }
        let style = canvas.style(role);
        canvas.put(row.x + x, row.y, row.width - x, Shown::new(&whole[span]).as_str(), style);
    }
}

fn role(whole: &str, word: &Token) -> Role {
    match word.kind {
        TokenKind::Keyword => Role::Accent,
        TokenKind::Word => {
            let is_call = whole[word.span.end..].starts_with('(');
            let name = whole[word.span.clone()].to_ascii_lowercase();
            if is_call && FUNCTIONS.binary_search(&name.as_str()).is_ok() { Role::Running } else { Role::Text }
        }
        TokenKind::Quoted => Role::Field,
        TokenKind::Text => Role::String,
        TokenKind::Number => Role::Number,
        TokenKind::Parameter => Role::Marked,
        TokenKind::Comment => Role::Dim,
        TokenKind::Unclosed => Role::Error,
        TokenKind::Mark => Role::Text,
    }
}

/// The completions, below the word that they are of.
fn completions(model: &Model, canvas: &mut Canvas<'_>) {
    const SHOWN: usize = 8;
    let Some(completing) = &model.sql.completing else { return };
    let body = geometry::frame(model).body;
    let Some(place) = cursor(model) else { return };
    let below = body.bottom().saturating_sub(place.y + 1);
    let rows = completing.found.len().min(SHOWN);
    let wanted = rows as u16 + 2;
    let (y, height) = if below >= wanted.min(5) {
        (place.y + 1, wanted.min(below))
    } else {
        let above = place.y.saturating_sub(body.y);
        (place.y - wanted.min(above), wanted.min(above))
    };
    let names = completing.found.iter().map(|(word, _)| text::width(word)).max().unwrap_or(0).min(40);
    let kinds = completing.found.iter().map(|(_, what)| text::width(what)).max().unwrap_or(0).min(40);
    let width = ((names + kinds + 5) as u16).min(body.width);
    let area = Rect { x: place.x.min(body.right().saturating_sub(width)), y, width, height };
    canvas.clear(area);
    let inside = canvas.pane(area, &[], "", true);
    let window = Cursor { at: completing.chosen, top: 0 }.window(usize::from(inside.height), completing.found.len());
    for (at, row) in Canvas::lines(inside, window) {
        let (word, what) = &completing.found[at];
        canvas
            .row(row)
            .selected(at == completing.chosen, true)
            .cell(names as u16, Shown::new(word).as_str(), Role::Accent)
            .rest(Shown::new(what).as_str(), Role::Dim);
    }
}
