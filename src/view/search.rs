//! The search: what it costs and how far it is, above what it has found.

mod ask;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, text};
use crate::app::search::{Phase, Why};
use crate::app::{Cursor, Model, geometry};
use crate::domain::Shown;
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (top, bottom) = geometry::search_panes(model);
    ask::draw(model, canvas, top);
    hits(model, canvas, bottom);
}

/// What could not be read, each in full.
pub(super) fn flaws(model: &Model, cursor: Cursor, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let effort = &model.search.effort;
    let count = format!(" {}", text::count(effort.flawed));
    let inside =
        canvas.pane(area, &[("not read, or not whole", Role::Title), (&count, Role::Text)], "esc closes", true);
    let mut lines = inside.rows();
    for flaw in effort.flaws.iter().skip(cursor.at) {
        let cells = usize::from(inside.width.saturating_sub(4)).max(1);
        let object = Shown::new(&flaw.object);
        let first = (1, text::cut_start(object.as_str(), cells).into_owned(), Role::Accent);
        let causes = text::wrap_words(Shown::new(&flaw.cause).as_str(), cells, 4);
        for (indent, told, role) in std::iter::once(first).chain(causes.into_iter().map(|cause| (3, cause, Role::Text)))
        {
            let Some(line) = lines.next() else { return };
            let style = canvas.style(role);
            canvas.put(line.x + indent, line.y, line.width.saturating_sub(indent), &told, style);
        }
    }
    if effort.flawed > effort.flaws.len() as u64 {
        canvas.foot(area, &format!("the first {}", text::counted(effort.flaws.len())), Role::Dim);
    }
}

/// Why nothing was found, as far as it was asked.
fn why(why: &Why) -> Vec<(String, Role)> {
    match why {
        Why::Unasked => vec![("- looks at a wider range, [ earlier, w tells why".to_owned(), Role::Dim)],
        Why::Asking => vec![("asking why…".to_owned(), Role::Dim)],
        Why::Failed(trouble) => vec![(Shown::new(trouble.to_string()).to_string(), Role::Error)],
        Why::Told(causes) if causes.is_empty() => {
            let more = "nothing that is known speaks against it — scops search --why --probe asks the index for more";
            vec![(more.to_owned(), Role::Dim)]
        }
        Why::Told(causes) => {
            let lines = causes.iter().flat_map(|cause| {
                let cure = cause.cure.as_ref().map(|cure| (Shown::new(cure).to_string(), Role::Accent));
                std::iter::once((Shown::new(&cause.what).to_string(), Role::Warning)).chain(cure)
            });
            lines.collect()
        }
    }
}

fn hits(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let search = &model.search;
    let count = format!(" {}", text::counted(search.hits.len()));
    let limit = search.phase.query().map_or(0, |query| query.limit as usize);
    let is_cut = search.effort.has_more() || (limit > 0 && search.hits.len() >= limit);
    let cut = if search.effort.was_stopped {
        " · not everything was looked at"
    } else if is_cut {
        " · more were not asked for"
    } else {
        ""
    };
    let is_typing = model.typing.is_some();
    let title = [("hits", Role::Title), (count.as_str(), Role::Text), (cut, Role::Warning)];
    let inside = canvas.pane(pane, &title, "by event time", !is_typing);
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
    let list = geometry::list(model);
    let is_wide = inside.width >= 100;
    let source = search.hits.iter().map(|hit| hit.source.len()).max().unwrap_or(6).clamp(6, 14) as u16;
    let widest = search.hits.iter().map(|hit| hit.fields.iter().map(|field| field.len() + 1).sum::<usize>()).max();
    let fields = if inside.width >= 70 { widest.unwrap_or(0).clamp(8, 24) as u16 } else { 0 };
    let file = if is_wide { 28 } else { 0 };
    // One hit of another year has all of them tell theirs.
    let year = text::at(model.now, "%Y");
    let is_old = search.hits.iter().filter_map(|hit| hit.time).any(|time| text::at(time, "%Y") != year);
    let (time_format, time_cells) = if is_old { ("%Y-%m-%d %H:%M:%S", 19) } else { ("%m-%d %H:%M:%S", 14) };
    let message = inside
        .width
        .saturating_sub(2 + time_cells + 1 + source + 1 + fields + u16::from(fields > 0) + file + u16::from(file > 0));
    let heading = Rect { height: list.y - inside.y, ..inside };
    if heading.height > 0 {
        canvas
            .row(heading)
            .cell(1, "", Role::Heading)
            .cell(time_cells, "time", Role::Heading)
            .cell(source, "source", Role::Heading)
            .cell(fields, "in", Role::Heading)
            .cell(message.saturating_sub(1), "record", Role::Heading)
            .rest(if is_wide { "object" } else { "" }, Role::Heading);
    }
    let window = search.cursor.window(usize::from(list.height), search.hits.len());
    for (at, line) in Canvas::lines(list, window) {
        let hit = &search.hits[at];
        let time = hit.time.map_or("–".to_owned(), |time| text::at(time, time_format));
        canvas
            .row(line)
            .selected(at == search.cursor.at, !is_typing)
            .glyphs([])
            .cell(time_cells, &time, Role::Dim)
            .cell(source, Shown::new(&hit.source).as_str(), Role::Accent)
            .cell(fields, Shown::new(hit.fields.join(" ")).as_str(), Role::Field)
            .cell(message.saturating_sub(1), Shown::new(&hit.message).as_str(), Role::Text)
            .ending(file, Shown::new(hit.object.file_name()).as_str(), Role::Dim);
    }
    if let Some(hit) = search.hits.get(search.cursor.at) {
        canvas.foot(pane, &format!("{} line {}", Shown::new(hit.object.to_string()), text::count(hit.line)), Role::Dim);
    }
}
