//! The hits of a search, or their groups.
//!
//! ```text
//! ┌ hits 12 of 30 · 1.1 MiB read · source=alb ────────────────── by user.name, descending ┐
//! │ time           source  user.name v  record                                           │
//! │▸11-22 03:41:00 alb     root         GET /login 200 203.0.113.8                        │
//! └ s3://acme-security-logs/AWSLogs/…/T0341Z.gz line 1 ──────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::super::canvas::Canvas;
use super::super::{say, text};
use super::why;
use crate::app::search::{Group, Phase, Row, Shape, Why, columns_shown};
use crate::app::{Model, geometry};
use crate::domain::{Hit, HitField, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    if pane.height == 0 {
        return;
    }
    let search = &model.search;
    let has_focus = model.typing.is_none() && !search.shape.facets.has_focus && search.shape.brush.is_none();
    let inside = titled(model, canvas, pane, has_focus);
    if search.hits.is_empty() {
        if let Phase::Done(query, _) = &search.phase {
            let sought = Shown::new(query.expression.to_string());
            let mut lines = vec![(format!("no record of {} is {sought}", query.range), Role::Text)];
            // Where there is little room, the reasons are what was asked for.
            lines.retain(|_| inside.height > 3 || search.why == Why::Unasked);
            lines.extend(why(&search.why));
            say(canvas, inside, &lines);
        }
        return;
    }
    if search.shape.is_empty() {
        let lines = [("no hit passes".to_owned(), Role::Text), ("esc takes the last condition back".into(), Role::Dim)];
        return say(canvas, inside, &lines);
    }
    rows(model, canvas, inside, has_focus);
    match (search.selected(), search.shape.row(search.cursor.at)) {
        (Some(hit), _) => {
            let place = format!("{} line {}", Shown::new(hit.object.to_string()), text::count(hit.line));
            canvas.foot(pane, &place, Role::Dim);
        }
        (None, Some(Row::Group(_, group))) => {
            let doing = if group.is_open { "enter folds it" } else { "enter unfolds it" };
            canvas.foot(pane, &format!("{} · {doing}", text::plural(group.count, "hit")), Role::Dim);
        }
        _ => {}
    }
}

/// Draws the pane with what the hits come to in its title.
fn titled(model: &Model, canvas: &mut Canvas<'_>, pane: Rect, has_focus: bool) -> Rect {
    let search = &model.search;
    let shape = &search.shape;
    let count = format!(" {}", count(model));
    let limit = search.phase.query().map_or(0, |query| query.limit as usize);
    let is_cut = search.effort.has_more() || (limit > 0 && search.hits.len() >= limit);
    let cut = if search.effort.was_stopped {
        " · not everything was looked at"
    } else if is_cut {
        " · more were not asked for"
    } else {
        ""
    };
    let cost = cost(&search.phase);
    let conditions = conditions(model);
    let title = [
        ("hits", Role::Title),
        (count.as_str(), Role::Text),
        (cost.as_str(), Role::Dim),
        (cut, Role::Warning),
        (conditions.as_str(), Role::Accent),
    ];
    let by = match shape.order.field {
        HitField::Time => "event time",
        field => field.name(),
    };
    let down = if shape.order.is_descending { ", descending" } else { "" };
    let note = match shape.group {
        Some(field) => format!("{} by {}", text::plural(shape.groups(), "group"), field.name()),
        None => format!("by {by}{down}"),
    };
    canvas.pane(pane, &title, &note, has_focus)
}

/// How many hits are shown: `12 of 30`.
pub(super) fn count(model: &Model) -> String {
    let (search, shape) = (&model.search, &model.search.shape);
    let all = text::counted(search.hits.len());
    let is_narrowed = shape.is_narrowed() && !search.hits.is_empty();
    if is_narrowed { format!("{} of {all}", text::counted(shape.shown())) } else { all }
}

/// What leaves hits out: ` · source=alb · &text`.
pub(super) fn conditions(model: &Model) -> String {
    let shape = &model.search.shape;
    let mut conditions: Vec<String> = shape.narrowed.iter().map(|(_, narrowing)| narrowing.to_string()).collect();
    conditions.extend(shape.window.map(|window| window.to_string()));
    conditions.extend(shape.filter.as_ref().map(|filter| format!("&{}", filter.text())));
    conditions.iter().map(|told| format!(" · {}", Shown::new(told))).collect::<Vec<_>>().concat()
}

/// What the search has read so far.
fn cost(phase: &Phase) -> String {
    let status = match phase {
        Phase::Running { status, .. } | Phase::Done(_, status) | Phase::Cancelled(_, status) => status.as_ref(),
        _ => None,
    };
    status.map_or(String::new(), |status| format!(" · {} read", status.scanned))
}

/// Cells that hits stand in from their group.
const INDENT: u16 = 2;

/// The columns with the cells that each takes.
struct Columns {
    cells: Vec<(HitField, u16)>,
    time_format: &'static str,
}

fn fitted(model: &Model, width: u16) -> Columns {
    const WIDEST: usize = 24;
    let table = model.search.shape.table();
    // One hit of another year has all of them tell theirs.
    let year = text::at(model.now, "%Y");
    let is_old =
        table.times().is_some_and(|(first, last)| [first, last].into_iter().any(|time| text::at(time, "%Y") != year));
    let (time_format, time_cells) = if is_old { ("%Y-%m-%d %H:%M:%S", 19) } else { ("%m-%d %H:%M:%S", 14) };
    let fields = columns_shown(model);
    let order = model.search.shape.order.field;
    let wanted = |field: HitField| match field {
        HitField::Time => time_cells,
        HitField::Record => 0,
        HitField::Object => 28,
        field => {
            // The mark of the order stands beside a name.
            let name = field.name().len() + if field == order { 2 } else { 0 };
            let most = if field == HitField::Source { 14 } else { WIDEST };
            table.widest(field).clamp(name.max(6), most.max(name)) as u16
        }
    };
    let mut cells: Vec<(HitField, u16)> = fields.iter().map(|field| (*field, wanted(*field))).collect();
    // Hits below a group stand in from it.
    let width = width.saturating_sub(if model.search.shape.group.is_some() { INDENT } else { 0 });
    let used: u16 = cells.iter().map(|(_, cells)| cells + 1).sum::<u16>() + 1;
    // What is left is the record's; without it, the last column's.
    let last = cells.len().saturating_sub(1);
    let grows = cells.iter().position(|(field, _)| *field == HitField::Record).unwrap_or(last);
    if let Some((_, cells)) = cells.get_mut(grows) {
        *cells = (*cells + width.saturating_sub(used)).max(8);
    }
    Columns { cells, time_format }
}

fn rows(model: &Model, canvas: &mut Canvas<'_>, inside: Rect, has_focus: bool) {
    let (search, list) = (&model.search, geometry::list(model));
    let columns = fitted(model, inside.width);
    let heading = Rect { height: list.y - inside.y, ..inside };
    if heading.height > 0 {
        let order = search.shape.order;
        let mark = if order.is_descending { canvas.either("▼", "v") } else { canvas.either("▲", "^") };
        let is_marked = model.search.shape.order != crate::app::search::Order::default();
        let mut row = canvas.row(heading).glyphs([]);
        if search.shape.group.is_some() {
            row = row.glyphs([(" ", Role::Text)]);
        }
        for (field, cells) in &columns.cells {
            let name = match field {
                field if *field == order.field && is_marked => format!("{} {mark}", field.name()),
                field => field.name().to_owned(),
            };
            row = row.cell(*cells, &name, Role::Heading);
        }
    }
    let window = search.cursor.window(usize::from(list.height), search.shape.len());
    for (at, line) in Canvas::lines(list, window) {
        let is_selected = at == search.cursor.at;
        match search.shape.row(at) {
            Some(Row::Hit(number)) => {
                if let Some(one) = search.hits.get(number) {
                    hit(one, &columns, search.shape.group.is_some(), canvas, line, (is_selected, has_focus));
                }
            }
            Some(Row::Group(word, one)) => {
                group(model, word, one, columns.time_format, canvas, line, (is_selected, has_focus));
            }
            None => {}
        }
    }
}

fn hit(
    hit: &Hit,
    columns: &Columns,
    is_below: bool,
    canvas: &mut Canvas<'_>,
    line: Rect,
    (is_selected, has_focus): (bool, bool),
) {
    let mut row = canvas.row(line).selected(is_selected, has_focus);
    if is_below {
        row = row.glyphs([(" ", Role::Text)]);
    }
    for (field, cells) in &columns.cells {
        let role = match field {
            HitField::Time | HitField::Object => Role::Dim,
            HitField::Source => Role::Accent,
            HitField::In => Role::Field,
            HitField::Ecs(_) => Role::String,
            HitField::Record => Role::Text,
        };
        let value = match field {
            HitField::Time => hit.time.map_or("–".to_owned(), |time| text::at(time, columns.time_format)),
            HitField::Object => hit.object.file_name().to_owned(),
            field => field.value(hit).unwrap_or_default(),
        };
        let value = Shown::new(value);
        row = match field {
            HitField::Object => row.ending(*cells, value.as_str(), role),
            _ => row.cell(*cells, value.as_str(), role),
        };
    }
}

fn group(
    model: &Model,
    word: &str,
    group: &Group,
    time_format: &str,
    canvas: &mut Canvas<'_>,
    line: Rect,
    (is_selected, has_focus): (bool, bool),
) {
    let field = model.search.shape.group.unwrap_or(HitField::Source);
    let told = Shape::told(field, word);
    let value = if told.is_empty() { "–".to_owned() } else { Shown::new(told).to_string() };
    let times = group.times.map_or(String::new(), |(first, last)| {
        format!("{} – {}", text::at(first, time_format), text::at(last, time_format))
    });
    let mark = if group.is_open { canvas.either("▾", "-") } else { canvas.either("▸", "+") };
    let times_cells = if line.width >= 60 { text::width(&times) as u16 } else { 0 };
    let widest = model.search.shape.table().widest(field).clamp(8, 60) as u16;
    let cells = widest.min(line.width.saturating_sub(times_cells + 13));
    canvas
        .row(line)
        .selected(is_selected, has_focus)
        .cell(1, mark, Role::Accent)
        .cell(cells, &value, Role::String)
        .right(7, &text::counted(group.count), Role::Number)
        .rest(if times_cells > 0 { &times } else { "" }, Role::Dim);
}
