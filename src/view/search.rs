//! The search: what it costs and how far it is, above what it has found.

mod ask;

mod facets;
mod histogram;
mod hits;

use super::canvas::Canvas;
use super::text;
use crate::app::search::Why;
use crate::app::{Cursor, Model, geometry};
use crate::domain::Shown;
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    ask::draw(model, canvas, geometry::search_panes(model).0);
    let panes = geometry::hits_panes(model);
    histogram::draw(model, canvas, panes.histogram);
    hits::draw(model, canvas, panes.list);
    facets::draw(model, canvas, panes.facets);
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
