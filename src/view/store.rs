//! What lies over the objects screen: forms of a name, versions, the restore of what is archived.

use super::canvas::Canvas;
use super::text;
use crate::app::objects::{Copies, Restore, Versions};
use crate::app::{Model, geometry};
use crate::domain::Shown;
use crate::domain::restore::{PRICES, Restoring, cost, dollars};
use crate::theme::Role;

/// Forms of an object's name, of which one is copied.
pub(super) fn copies(model: &Model, copies: &Copies, canvas: &mut Canvas<'_>) {
    let area = geometry::centered(model, 96, copies.rows.len() as u16 + 2);
    canvas.clear(area);
    let count = if copies.objects > 1 { format!(" {} objects", text::counted(copies.objects)) } else { String::new() };
    let title = [("copy as", Role::Title), (count.as_str(), Role::Marked)];
    let inside = canvas.pane(area, &title, "enter copies · esc closes", true);
    let window = copies.cursor.window(usize::from(inside.height), copies.rows.len());
    for (at, line) in Canvas::lines(inside, window) {
        let (form, text) = &copies.rows[at];
        // Of many, the first line stands for all.
        let first = text.lines().next().unwrap_or_default();
        let more = if copies.objects > 1 { " …" } else { "" };
        let shown = Shown::new(if copies.objects > 1 { first } else { text });
        let row = canvas.row(line).selected(at == copies.cursor.at, true).cell(8, form.word(), Role::Key);
        row.rest(&format!("{shown}{more}"), Role::Text);
    }
}

/// The versions and delete markers of a key, newest first.
pub(super) fn versions(model: &Model, versions: &Versions, canvas: &mut Canvas<'_>) {
    let area = geometry::popup(model);
    canvas.clear(area);
    let rows = versions.rows.as_deref();
    let more = if versions.is_whole { "" } else { "+" };
    let count = rows.map_or(String::new(), |rows| format!(" {}{more}", text::counted(rows.len())));
    let name = format!(" · {}", Shown::new(versions.object.file_name()));
    let title = [("versions", Role::Title), (count.as_str(), Role::Text), (name.as_str(), Role::Dim)];
    let inside = canvas.pane(area, &title, "enter opens · esc closes", true);
    if let Some(trouble) = &versions.trouble {
        return super::say_trouble(canvas, inside, trouble);
    }
    let Some(rows) = rows else {
        return super::say(canvas, inside, &[("…".into(), Role::Dim)]);
    };
    if rows.is_empty() {
        return super::say(canvas, inside, &[("there is no version of this key".into(), Role::Text)]);
    }
    let window = versions.cursor.window(usize::from(inside.height), rows.len());
    for (at, line) in Canvas::lines(inside, window) {
        let version = &rows[at];
        let (what, role) = match (version.is_marker, version.is_latest) {
            (true, _) => ("deleted", Role::Failed),
            (false, true) => ("newest", Role::Accent),
            (false, false) => ("older", Role::Dim),
        };
        let size = if version.is_marker { String::new() } else { version.object.size.to_string() };
        let class = if inside.width >= 76 { 12 } else { 0 };
        canvas
            .row(line)
            .selected(at == versions.cursor.at, true)
            .cell(8, what, role)
            .cell(20, &text::at(version.object.arrived, "%Y-%m-%d %H:%M:%SZ"), Role::Text)
            .right(8, &size, Role::Dim)
            .cell(class, Shown::new(&version.object.storage_class).as_str(), Role::Dim)
            .rest(Shown::new(version.object.id.version.as_deref().unwrap_or("null")).as_str(), Role::Text);
    }
}

/// What a restore would be about, cost and take; nothing is asked for before it is confirmed.
pub(super) fn restore(model: &Model, restore: &Restore, canvas: &mut Canvas<'_>) {
    let area = geometry::centered(model, 78, 12);
    canvas.clear(area);
    let inside = canvas.pane(area, &[("restore", Role::Title)], "", true);
    let count = |wanted: fn(&Restoring) -> bool| {
        restore.candidates.iter().filter(|candidate| candidate.restoring.as_ref().is_some_and(wanted)).count()
    };
    let archived: Vec<_> = restore.archived().collect();
    let size = archived.iter().map(|object| object.size).sum::<crate::domain::ByteSize>();
    let is_deep = archived.iter().any(|object| object.is_deep());
    let looked = restore.candidates.len();
    let mut lines = vec![(
        if restore.is_known {
            text::plural(restore.chosen, "object")
        } else {
            format!("{} of {} looked at", text::counted(looked), text::plural(restore.chosen, "object"))
        },
        Role::Text,
    )];
    let mut told = |number: usize, what: String, role| {
        if number > 0 {
            lines.push((format!("  {} {what}", text::counted(number)), role));
        }
    };
    told(archived.len(), format!("archived · {size}"), Role::Text);
    told(count(|state| *state == Restoring::Ongoing), "being restored".to_owned(), Role::Running);
    let until = restore.candidates.iter().filter_map(|candidate| match candidate.restoring {
        Some(Restoring::Readable(until)) => until,
        _ => None,
    });
    let until = until.min().map_or(String::new(), |until| format!(", the first until {}", text::at(until, "%Y-%m-%d")));
    told(count(|state| matches!(state, Restoring::Readable(_))), format!("restored: readable{until}"), Role::Ok);
    let plain = restore.candidates.iter().filter(|candidate| candidate.restoring.is_none()).count();
    told(plain, "not archived".to_owned(), Role::Dim);
    if let Some(trouble) = &restore.trouble {
        lines.push((Shown::new(trouble.to_string()).to_string(), Role::Error));
    }
    if !archived.is_empty() {
        let (tier, days) = (restore.tier.name(), text::plural(usize::from(restore.days), "day"));
        lines.push((format!("{tier}: typically {} · copies stay {days}", restore.tier.takes(is_deep)), Role::Text));
        let cost = dollars(cost(archived, restore.tier, restore.days));
        lines.push((format!("estimate: {cost}, by {PRICES};"), Role::Warning));
        lines.push((format!("other prices in {} are not known here", Shown::new(&model.profile.region)), Role::Dim));
        lines.push(("`:restore TIER DAYS` asks for bulk, standard or expedited".to_owned(), Role::Dim));
    }
    lines.push(match restore.hindrance(model.profile.is_read_only) {
        Some(why) => (format!("{why}   esc closes"), Role::Dim),
        None => ("y restores   esc closes".to_owned(), Role::Key),
    });
    for ((line, role), row) in lines.iter().zip(inside.rows()) {
        let style = canvas.style(*role);
        canvas.put(row.x + 1, row.y, row.width.saturating_sub(1), line, style);
    }
}
