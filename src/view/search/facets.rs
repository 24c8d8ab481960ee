//! The values of the hits, field by field, each with how many hits have it.

use ratatui::layout::Rect;

use super::super::canvas::Canvas;
use super::super::text;
use super::hits;
use crate::app::search::FacetLine;
use crate::app::{Model, geometry};
use crate::domain::{HitField, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    if pane.height == 0 {
        return;
    }
    let shape = &model.search.shape;
    let facets = &shape.facets;
    let has_focus = facets.has_focus && model.typing.is_none();
    // Where they stand in the place of the hits, they tell what is left of those.
    let left = geometry::hits_panes(model).list.height == 0;
    let (count, conditions) =
        if left { (format!(" of {}", hits::count(model)), hits::conditions(model)) } else { Default::default() };
    let title = [("values", Role::Title), (count.as_str(), Role::Text), (conditions.as_str(), Role::Accent)];
    canvas.pane(pane, &title, "", has_focus);
    let lines = geometry::facet_lines(model);
    let window = facets.cursor.window(usize::from(lines.height), facets.lines.len());
    for (at, line) in Canvas::lines(lines, window) {
        let is_selected = at == facets.cursor.at && has_focus;
        match facets.lines[at] {
            FacetLine::Field(number) => {
                let facet = &facets.fields[number];
                let distinct = format!("{} distinct", text::counted(facet.distinct));
                let cells = line.width.saturating_sub(text::width(&distinct) as u16 + 3);
                canvas
                    .row(line)
                    .selected(is_selected, true)
                    .cell(cells, facet.field.name(), Role::Field)
                    .rest(&distinct, Role::Dim);
            }
            FacetLine::Value(number, value) => {
                let facet = &facets.fields[number];
                let (word, count) = &facet.values[value];
                let is = |inverse: bool| {
                    shape.narrowed.iter().any(|(field, narrowing)| {
                        *field == facet.field && narrowing.value == *word && narrowing.is_inverse == inverse
                    })
                };
                let mark = if is(false) { "=" } else { " " };
                let cells = line.width.saturating_sub(12);
                let told = Shown::new(word);
                let row = canvas.row(line).selected(is_selected, true).cell(1, mark, Role::Accent);
                let row = match facet.field {
                    HitField::Object => row.ending(cells, told.as_str(), Role::String),
                    _ => row.cell(cells, told.as_str(), Role::String),
                };
                row.right(7, &text::count(u64::from(*count)), Role::Number).rest("", Role::Text);
            }
            FacetLine::More(number) => {
                let facet = &facets.fields[number];
                let more = format!("  {} more", text::counted(facet.distinct.saturating_sub(facet.values.len())));
                canvas.row(line).selected(is_selected, true).rest(&more, Role::Dim);
            }
        }
    }
    if facets.lines.len() > usize::from(lines.height) {
        canvas.foot(pane, &format!("{} of {}", facets.cursor.at + 1, facets.lines.len()), Role::Dim);
    }
}
