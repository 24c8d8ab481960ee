//! Commands that change how hits are seen: order, columns, groups, values, the stretch of time.

use super::facets::FacetLine;
use super::order::Order;
use super::shape::{Row, Shape};
use crate::app::request::Past;
use crate::app::{Brush, Effect, Model, Purpose, geometry, run};
use crate::command::Command;
use crate::domain::{Hit, HitField};
use crate::mistake::nearest;

/// What the columns of hits are kept by, before their source: no source is named so.
const HITS: &str = "/hits";

/// Runs a command of the hits. Returns whether it was one.
pub(super) fn run(model: &mut Model, command: Command, argument: &str) -> bool {
    if model.search.hits.is_empty() {
        return false;
    }
    let has_focus = model.search.shape.facets.has_focus;
    match command {
        Command::Sort => sort(model, argument),
        Command::Reverse => change(model, |shape| shape.order.is_descending = !shape.order.is_descending),
        Command::Columns => columns(model, argument),
        Command::Group => group(model, argument),
        Command::Facets => show_facets(model),
        Command::SwitchPane => switch_pane(model),
        Command::Histogram => {
            let shape = &mut model.search.shape;
            (shape.is_histogram_hidden, shape.brush) = (!shape.is_histogram_hidden, None);
        }
        Command::Brush => brush(model),
        Command::BrushLeft => move_brush(model, -1),
        Command::BrushRight => move_brush(model, 1),
        Command::BrushApply => apply_brush(model),
        Command::Open | Command::FilterIn | Command::FilterOut | Command::Fold if has_focus => {
            act_on_value(model, command);
        }
        Command::FilterIn | Command::FilterOut => narrow_by_group(model, command == Command::FilterOut),
        Command::FoldAll => change(model, Shape::fold_all),
        Command::Fold => fold(model),
        Command::Open if group_under_cursor(model).is_some() => fold(model),
        Command::Copy => {
            let facets = &model.search.shape.facets;
            let value = facets.under_cursor().filter(|_| has_focus).and_then(|(_, value)| value.map(str::to_owned));
            match value.or_else(|| group_under_cursor(model).map(|(_, value)| value)) {
                Some(value) => run::copy(model, value),
                None => return false,
            }
        }
        _ => return false,
    }
    true
}

/// Changes what is shown; the cursor stays on its row as far as that is there.
fn change(model: &mut Model, change: impl FnOnce(&mut Shape)) {
    let search = &mut model.search;
    let anchor = search.shape.anchor(search.cursor.at);
    change(&mut search.shape);
    search.shape.rebuild(&search.hits);
    search.shape.follow(anchor, &search.hits, &mut search.cursor);
}

/// Filters the hits; none shows all.
pub(in crate::app) fn set_filter(model: &mut Model, filter: Option<crate::app::Filter>) {
    if model.search.shape.filter != filter {
        change(model, |shape| shape.filter = filter);
    }
}

/// Takes back what was changed last. Returns whether there was anything.
pub(super) fn step_back(model: &mut Model) -> bool {
    let shape = &mut model.search.shape;
    if shape.brush.take().is_some() || std::mem::take(&mut shape.facets.has_focus) {
        return true;
    }
    let mut has_widened = false;
    if shape.is_narrowed() || shape.group.is_some() {
        change(model, |shape| has_widened = shape.widen());
    }
    has_widened
}

/// `:sort user.name`, `:sort -time`; without a field, by the next column.
fn sort(model: &mut Model, argument: &str) {
    let order = if argument.is_empty() {
        let columns = columns_shown(model);
        let here = columns.iter().position(|field| *field == model.search.shape.order.field);
        let next = here.map_or(0, |at| (at + 1) % columns.len().max(1));
        Order { field: columns.get(next).copied().unwrap_or(HitField::Time), is_descending: false }
    } else if let Some(order) = Order::read(argument) {
        order
    } else {
        return unknown(model, argument);
    };
    change(model, |shape| shape.order = order);
}

fn unknown(model: &mut Model, name: &str) {
    let names = || HitField::all().map(HitField::name);
    let hint = nearest(name, names()).map_or_else(
        || format!("one of {}", names().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean \"{near}\"?"),
    );
    model.warn(format!("hits have no column \"{name}\""), "", Some(&hint));
}

/// What the columns of the hits are kept by: their source, where all are of one.
fn kind(model: &Model) -> String {
    match model.search.shape.table().words(HitField::Source) {
        // The first word is that of nothing.
        [_, source] => format!("{HITS}/{source}"),
        _ => HITS.to_owned(),
    }
}

/// The columns that were chosen for such hits, in this session or before it. Those of another version are passed over.
fn chosen(model: &Model) -> Option<Vec<HitField>> {
    let names = model.columns.get(&kind(model))?;
    let fields: Vec<HitField> = names.iter().filter_map(|name| HitField::named(name)).collect();
    (!fields.is_empty()).then_some(fields)
}

/// The columns that are shown: those that were chosen, else those that there is room for.
pub fn columns_shown(model: &Model) -> Vec<HitField> {
    if let Some(chosen) = chosen(model) {
        return chosen;
    }
    let width = geometry::list(model).width;
    let all = [HitField::Time, HitField::Source, HitField::In, HitField::Record, HitField::Object];
    let has_room = |field: &HitField| match field {
        HitField::In => width >= 70,
        HitField::Object => width >= 100,
        _ => true,
    };
    all.into_iter().filter(has_room).collect()
}

/// `:columns time,user.name,record`; without names those that there is room for. They are kept for hits of the same
/// kind.
fn columns(model: &mut Model, argument: &str) {
    if argument.is_empty() && chosen(model).is_none() {
        return run::start_typing(model, Purpose::Command, "columns ");
    }
    let mut chosen = Vec::new();
    for name in argument.split([',', ' ']).filter(|name| !name.is_empty()) {
        match HitField::named(name) {
            Some(field) if !chosen.contains(&field) => chosen.push(field),
            Some(_) => {}
            None => return unknown(model, name),
        }
    }
    let names: Vec<String> = chosen.into_iter().map(|field| field.name().to_owned()).collect();
    let kind = kind(model);
    model.desk.push(Effect::Remember(Past::Columns, format!("{kind} {}", names.join(","))));
    model.columns.insert(kind, names);
}

/// `:group user.name`; without a field by that of the pane's cursor, or by none again.
fn group(model: &mut Model, argument: &str) {
    let facets = &model.search.shape.facets;
    let under_cursor = facets.under_cursor().filter(|_| facets.has_focus).map(|(field, _)| field);
    let field = match HitField::named(argument) {
        Some(HitField::Time | HitField::Record) => {
            let cause = "hardly two hits have the same there";
            return model.warn(format!("hits are not grouped by {argument}"), cause, None);
        }
        Some(field) => Some(field),
        None if !argument.is_empty() => return unknown(model, argument),
        None if under_cursor.is_some() && under_cursor != model.search.shape.group => under_cursor,
        None if model.search.shape.group.is_some() => None,
        None => return run::start_typing(model, Purpose::Command, "group "),
    };
    model.search.shape.facets.has_focus = false;
    change(model, |shape| shape.group_by(field));
}

fn fold(model: &mut Model) {
    let at = model.search.cursor.at;
    change(model, |shape| shape.fold(at));
}

/// The field and the value of the group under the cursor.
fn group_under_cursor(model: &Model) -> Option<(HitField, String)> {
    let shape = &model.search.shape;
    match shape.row(model.search.cursor.at)? {
        Row::Group(word, _) => Some((shape.group?, word.to_owned())),
        Row::Hit(_) => None,
    }
}

/// Shows or hides the pane of values.
fn show_facets(model: &mut Model) {
    let is_shown = !model.search.shape.facets.is_shown;
    model.search.shape.facets.is_shown = is_shown;
    model.search.shape.facets.has_focus = is_shown;
    change(model, |_| {});
}

fn switch_pane(model: &mut Model) {
    if !model.search.shape.facets.is_shown {
        return show_facets(model);
    }
    let facets = &mut model.search.shape.facets;
    facets.has_focus = !facets.has_focus;
}

fn act_on_value(model: &mut Model, command: Command) {
    let shape = &mut model.search.shape;
    let here = shape.facets.under_cursor().and_then(|(field, value)| Some((field, value?.to_owned())));
    match here {
        Some((field, value)) if command != Command::Fold => {
            change(model, |shape| shape.narrow(field, &value, command == Command::FilterOut));
        }
        _ => {
            let Shape { facets, .. } = shape;
            let mut facets = std::mem::take(facets);
            facets.fold(shape.table());
            shape.facets = facets;
        }
    }
}

fn narrow_by_group(model: &mut Model, is_inverse: bool) {
    match group_under_cursor(model).filter(|(_, value)| !value.is_empty()) {
        // Several names of fields have no value in common.
        Some((HitField::In, _)) | None => {
            model.warn("no value is under the cursor", "", Some("the values have one, and so have groups"));
        }
        Some((field, value)) => change(model, |shape| shape.narrow(field, &value, is_inverse)),
    }
}

/// Moves the cursor of the pane that has the keys. Returns whether it is a movement.
pub(in crate::app) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    if model.search.shape.facets.has_focus {
        let rows = geometry::facet_rows(model);
        let facets = &mut model.search.shape.facets;
        return facets.cursor.run(command, rows, facets.lines.len());
    }
    let len = model.search.shape.len();
    let has_moved = model.search.cursor.run(command, height, len);
    model.search.has_moved |= has_moved;
    has_moved
}

/// A click on a line of the pane of values: chooses it, or acts on it where it was chosen.
pub(in crate::app) fn click_value(model: &mut Model, line: usize) {
    let facets = &mut model.search.shape.facets;
    let at = facets.cursor.top + line;
    if at >= facets.lines.len() {
        return;
    }
    let is_chosen = std::mem::replace(&mut facets.has_focus, true) && facets.cursor.at == at;
    facets.cursor.at = at;
    if is_chosen || matches!(facets.lines[at], FacetLine::More(_)) {
        act_on_value(model, Command::Open);
    }
}

fn brush(model: &mut Model) {
    let selected = model.search.selected().and_then(|hit: &Hit| hit.time);
    let shape = &mut model.search.shape;
    let Some(histogram) = &shape.histogram else { return };
    let here = selected.and_then(|time| histogram.bin_of(time)).unwrap_or(histogram.bins.len().saturating_sub(1));
    shape.brush = Some(match shape.brush {
        Some(Brush { at, .. }) => Brush { anchor: Some(at), at },
        None => Brush { anchor: None, at: here },
    });
    (shape.is_histogram_hidden, shape.facets.has_focus) = (false, false);
}

fn move_brush(model: &mut Model, by: isize) {
    let shape = &mut model.search.shape;
    if let (Some(brush), Some(histogram)) = (&mut shape.brush, &shape.histogram) {
        brush.at = brush.at.saturating_add_signed(by).min(histogram.bins.len().saturating_sub(1));
    }
}

/// Shows only the hits of the stretch that is brushed.
fn apply_brush(model: &mut Model) {
    let shape = &mut model.search.shape;
    let (Some(brush), Some(histogram)) = (shape.brush.take(), &shape.histogram) else { return };
    let (first, last) = brush.span();
    let window = histogram.stretch(first, last);
    change(model, |shape| shape.window = Some(window));
}

/// Brings what is seen into its panes.
pub(in crate::app) fn settle(model: &mut Model, height: usize) {
    let range = model.search.phase.query().map(|query| query.range);
    let columns = geometry::chart_columns(model);
    let facet_rows = geometry::facet_rows(model);
    let search = &mut model.search;
    if let (Some(range), false) = (range, search.hits.is_empty()) {
        search.shape.frame(range, columns, &search.hits);
    }
    let len = search.shape.len();
    search.cursor.settle(height, len);
    let facets = &mut search.shape.facets;
    facets.cursor.settle(facet_rows, facets.lines.len());
}

#[cfg(test)]
mod tests;
