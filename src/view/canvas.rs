//! What every screen draws with: panes, rows of cells, and text that stays in its place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::text;
use crate::domain::State;
use crate::theme::{Glyphs, Look, Role, Tint};

/// A buffer to draw on, and how things look.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    look: &'a Look,
}

/// A piece of text in a role.
pub(super) type Piece<'a> = (&'a str, Role);

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, look: &'a Look) -> Self {
        Self { buffer, look }
    }

    pub(super) fn is_ascii(&self) -> bool {
        self.look.glyphs == Glyphs::Ascii
    }

    /// The glyphs of a bar's end, from an eighth of a row to all of it.
    pub(super) fn levels(&self) -> [&'static str; 8] {
        match self.look.glyphs {
            Glyphs::Unicode => ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Glyphs::Braille => ["⣀", "⣀", "⣤", "⣤", "⣶", "⣶", "⣿", "⣿"],
            Glyphs::Ascii => [".", ".", ":", "-", "=", "+", "*", "#"],
        }
    }

    pub(super) fn style(&self, role: Role) -> Style {
        self.look.style(role)
    }

    /// Writes text that is safe to show at a place; what does not fit is cut and marked. Returns the cells used.
    pub(super) fn put(&mut self, x: u16, y: u16, cells: u16, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y >= area.bottom() || y < area.y || x >= area.right() {
            return 0;
        }
        let cells = cells.min(area.right() - x);
        let fitted = text::cut(text, usize::from(cells));
        // A text looks as its own role says, whatever lay there before.
        let (end, _) = self.buffer.set_stringn(x, y, &fitted, usize::from(cells), Style::reset().patch(style));
        end.saturating_sub(x)
    }

    /// Writes pieces one after the other. Returns the cells used.
    pub(super) fn pieces(&mut self, x: u16, y: u16, cells: u16, pieces: &[Piece<'_>]) -> u16 {
        let mut used = 0;
        for (text, role) in pieces {
            let style = self.style(*role);
            used += self.put(x + used, y, cells.saturating_sub(used), text, style);
        }
        used
    }

    /// Writes the name of a profile on its colour. Returns the cells used.
    pub(super) fn badge(&mut self, x: u16, y: u16, cells: u16, name: &str, tint: Option<&Tint>) -> u16 {
        let style = self.look.profile(tint);
        self.put(x, y, cells, name, style)
    }

    /// Lays a style over an area.
    pub(super) fn tint(&mut self, area: Rect, role: Role) {
        let style = self.style(role);
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// Underlines an area in a role.
    pub(super) fn underline(&mut self, area: Rect, role: Role) {
        let style = self.style(role).add_modifier(Modifier::UNDERLINED);
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// The row below the last one.
    pub(super) fn bottom(&self) -> u16 {
        self.buffer.area.bottom()
    }

    /// Whether a cell holds the horizontal edge of a pane.
    pub(super) fn is_edge(&self, place: Rect) -> bool {
        self.buffer.cell((place.x, place.y)).is_some_and(|cell| matches!(cell.symbol(), "─" | "-"))
    }

    /// Empties an area, for what lies over the screen.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        let style = self.style(Role::Text);
        for position in area.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// Draws a pane with a title in its upper edge and a note at the right end of it. Returns its inside.
    pub(super) fn pane(&mut self, area: Rect, title: &[Piece<'_>], note: &str, has_focus: bool) -> Rect {
        let inside = crate::app::geometry::inside(area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..inside };
        }
        let border = self.style(if has_focus { Role::BorderFocused } else { Role::Border });
        let [horizontal, vertical, corners @ ..] =
            if self.is_ascii() { ["-", "|", "+", "+", "+", "+"] } else { ["─", "│", "┌", "┐", "└", "┘"] };
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        let edge = horizontal.repeat(usize::from(area.width.saturating_sub(2)));
        for y in [area.y, bottom] {
            self.put(area.x + 1, y, area.width - 2, &edge, border);
        }
        for y in area.y + 1..bottom {
            self.put(area.x, y, 1, vertical, border);
            self.put(right, y, 1, vertical, border);
        }
        for ((x, y), corner) in
            [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)].iter().zip(corners)
        {
            self.put(*x, *y, 1, corner, border);
        }
        if area.width > 6 && !title.is_empty() {
            let room = area.width - 4;
            let mut used = self.put(area.x + 1, area.y, room, " ", border);
            used += self.pieces(area.x + 1 + used, area.y, room - used, title);
            used += self.put(area.x + 1 + used, area.y, 1, " ", border);
            let note_width = text::width(note) as u16 + 2;
            if !note.is_empty() && used + note_width + 2 < area.width {
                let style = self.style(Role::Dim);
                self.put(right - note_width - 1, area.y, note_width, &format!(" {note} "), style);
            }
        }
        inside
    }

    /// Writes a text into the lower edge of a pane.
    pub(super) fn foot(&mut self, pane: Rect, text: &str, role: Role) {
        if pane.height < 2 || pane.width < 8 || text.is_empty() {
            return;
        }
        let style = self.style(role);
        let room = usize::from(pane.width - 6);
        let text = format!(" {} ", text::cut(text, room));
        self.put(pane.x + 2, pane.bottom() - 1, pane.width - 4, &text, style);
    }

    /// Begins a row of cells.
    pub(super) fn row(&mut self, line: Rect) -> Row<'_, 'a> {
        let x = line.x;
        Row { canvas: self, line, x, over: None }
    }

    /// The rows of `area` that `window` fills, each with its index.
    pub(super) fn lines(area: Rect, window: std::ops::Range<usize>) -> impl Iterator<Item = (usize, Rect)> {
        window.zip(area.rows())
    }

    /// One cell that tells a state without colour.
    pub(super) fn glyph(&self, state: State) -> &'static str {
        if !self.is_ascii() {
            return state.glyph();
        }
        match state {
            State::Arrived => ".",
            State::Queued => "~",
            State::Processed => "v",
            State::Failed => "x",
            State::Parked => "o",
            State::Replaying => ">",
            State::Recovered => "+",
            State::Unknown => "?",
            State::Unobserved => "-",
        }
    }

    /// One of two glyphs, by what the terminal has.
    pub(super) fn either(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.is_ascii() { ascii } else { unicode }
    }
}

/// The role of a state.
pub(super) fn role_of(state: State) -> Role {
    match state {
        State::Failed => Role::Failed,
        State::Parked => Role::Parked,
        State::Processed => Role::Ok,
        State::Recovered => Role::Recovered,
        State::Queued | State::Replaying => Role::Running,
        State::Unknown => Role::Warning,
        State::Arrived | State::Unobserved => Role::Dim,
    }
}

/// A row of cells, from left to right, one empty column between them.
pub(super) struct Row<'c, 'a> {
    canvas: &'c mut Canvas<'a>,
    line: Rect,
    x: u16,
    over: Option<Style>,
}

impl Row<'_, '_> {
    /// Shows that the row is under the cursor: over its whole length, over all roles of its cells.
    pub(super) fn selected(mut self, is_selected: bool, has_focus: bool) -> Self {
        if is_selected {
            let role = if has_focus { Role::Selected } else { Role::SelectedDim };
            self.canvas.tint(self.line, role);
            self.over = Some(self.canvas.style(role));
        }
        let marker = if is_selected { self.canvas.either("▸", ">") } else { " " };
        let style = self.over.unwrap_or_else(|| self.canvas.style(Role::Text));
        self.canvas.put(self.x, self.line.y, 1.min(self.left()), marker, style);
        self.x += 1;
        self
    }

    /// One of two glyphs, by what the terminal has.
    pub(super) fn either(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        self.canvas.either(unicode, ascii)
    }

    /// The cells that are left.
    pub(super) fn left(&self) -> u16 {
        self.line.right().saturating_sub(self.x)
    }

    fn style(&self, role: Role) -> Style {
        let own = self.canvas.style(role);
        match self.over {
            // A role keeps its weight under the cursor, and takes the cursor's colours.
            Some(over) => Style { add_modifier: own.add_modifier | over.add_modifier, ..over },
            None => own,
        }
    }

    /// A cell of text at its left edge.
    pub(super) fn cell(mut self, cells: u16, text: &str, role: Role) -> Self {
        let cells = cells.min(self.left());
        let style = self.style(role);
        self.canvas.put(self.x, self.line.y, cells, text, style);
        self.x += cells + u16::from(cells > 0);
        self
    }

    /// A cell with the name of a profile on its colour, which it keeps under the cursor.
    pub(super) fn badge(mut self, tint: Option<&Tint>, cells: u16, name: &str) -> Self {
        let room = (cells + 2).min(self.left());
        self.canvas.badge(self.x, self.line.y, room, &format!(" {name} "), tint);
        self.x += room + u16::from(room > 0);
        self
    }

    /// A cell of text in which what is looked for stands out.
    pub(super) fn found(self, cells: u16, text: &str, role: Role, find: Option<&str>) -> Self {
        let (x, y, cells) = (self.x, self.line.y, cells.min(self.left()));
        let row = self.cell(cells, text, role);
        let style = row.style(Role::Match);
        let fitted = text::cut(text, usize::from(cells));
        for range in find.map(|find| text::matches(&fitted, find)).unwrap_or_default() {
            let before = text::width(&fitted[..range.start]) as u16;
            row.canvas.put(x + before, y, cells.saturating_sub(before), &fitted[range], style);
        }
        row
    }

    /// A cell of text at its right edge: numbers.
    pub(super) fn right(mut self, cells: u16, text: &str, role: Role) -> Self {
        let cells = cells.min(self.left());
        let style = self.style(role);
        let fitted = text::cut(text, usize::from(cells));
        let pad = cells.saturating_sub(text::width(&fitted) as u16);
        self.canvas.put(self.x + pad, self.line.y, cells - pad, &fitted, style);
        self.x += cells + u16::from(cells > 0);
        self
    }

    /// Single cells, each in its own role, without columns between them.
    pub(super) fn glyphs<'g>(mut self, glyphs: impl IntoIterator<Item = (&'g str, Role)>) -> Self {
        for (glyph, role) in glyphs {
            let style = self.style(role);
            let used = self.canvas.put(self.x, self.line.y, self.left(), glyph, style);
            self.x += used;
        }
        self.x += 1;
        self
    }

    /// A cell of text that is cut at its beginning: file names.
    pub(super) fn ending(self, cells: u16, text: &str, role: Role) -> Self {
        let fitted = text::cut_start(text, usize::from(cells.min(self.left()))).into_owned();
        self.cell(cells, &fitted, role)
    }

    /// A text that takes what is left.
    pub(super) fn rest(self, text: &str, role: Role) {
        let left = self.left();
        self.cell(left, text, role);
    }
}
