//! What lies over the objects screen: forms of a name, versions, the restore of what is archived.

use super::canvas::Canvas;
use super::text;
use crate::app::objects::{Copies, Restore, Versions};
use crate::app::{Model, geometry};
use crate::domain::restore::{PRICES, Restoring, cost, dollars};
use crate::domain::{ByteSize, Shown};
use crate::theme::Role;

/// Forms of an object's name, of which one is copied.
pub(super) fn copies(model: &Model, copies: &Copies, canvas: &mut Canvas<'_>) {
    let area = geometry::centered(model, 96, copies.rows.len() as u16 + 2);
    canvas.clear(area);
    let count = if copies.objects > 1 { text::plural(copies.objects, "object") } else { "it".to_owned() };
    let title = [("copy ", Role::Title), (count.as_str(), Role::Marked), (" as", Role::Title)];
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
    let rows = versions.rows.as_deref();
    let height = u16::try_from(rows.map_or(0, <[_]>::len)).unwrap_or(u16::MAX).saturating_add(2);
    let most = geometry::popup(model);
    let area = geometry::centered(model, most.width, height.clamp(5, most.height.max(5)));
    canvas.clear(area);
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

/// What a restore would be about, cost and take; nothing is asked for before it is confirmed. The price stands before
/// what a small terminal may have no room for.
pub(super) fn restore(model: &Model, restore: &Restore, canvas: &mut Canvas<'_>) {
    let area = geometry::centered(model, 78, 12);
    canvas.clear(area);
    let hindrance = restore.hindrance(model.profile.is_read_only);
    let keys = if hindrance.is_some() { "esc closes" } else { "y restores · esc closes" };
    let inside = canvas.pane(area, &[("restore", Role::Title)], keys, true);
    let mut y = inside.y;
    for (line, role) in restore_lines(model, restore, hindrance) {
        let cells = usize::from(inside.width.saturating_sub(2)).max(1);
        for line in text::wrap_words(&line, cells, 4) {
            if y < inside.bottom() {
                let style = canvas.style(role);
                canvas.put(inside.x + 1, y, inside.width.saturating_sub(1), &line, style);
                y += 1;
            }
        }
    }
}

fn restore_lines(model: &Model, restore: &Restore, hindrance: Option<&str>) -> Vec<(String, Role)> {
    let archived: Vec<_> = restore.archived().collect();
    let size: ByteSize = archived.iter().map(|object| object.size).sum();
    let is_deep = archived.iter().any(|object| object.is_deep());
    let chosen = text::plural(restore.chosen, "object");
    let mut lines = vec![if restore.is_known {
        (format!("{} of {chosen} to restore · {size}", text::counted(archived.len())), Role::Text)
    } else {
        (format!("{} of {chosen} looked at", text::counted(restore.candidates.len())), Role::Text)
    }];
    if let Some(trouble) = &restore.trouble {
        lines.push((Shown::new(trouble.to_string()).to_string(), Role::Error));
    } else if let Some(hindrance) = hindrance {
        lines.push((hindrance.to_owned(), Role::Warning));
    }
    if !archived.is_empty() {
        let cost = dollars(cost(archived, restore.tier, restore.days));
        let region = Shown::new(&model.profile.region);
        let elsewhere = if region.as_str() == "us-east-1" { String::new() } else { format!("; {region} may differ") };
        lines.push((format!("estimate: {cost}, by {PRICES}{elsewhere}"), Role::Warning));
        let (tier, days) = (restore.tier.name(), text::plural(usize::from(restore.days), "day"));
        lines.push((format!("{tier}: typically {} · copies stay {days}", restore.tier.takes(is_deep)), Role::Text));
    }
    let count = |wanted: fn(&Restoring) -> bool| {
        restore.candidates.iter().filter(|candidate| candidate.restoring.as_ref().is_some_and(wanted)).count()
    };
    let until = restore.candidates.iter().filter_map(|candidate| match candidate.restoring {
        Some(Restoring::Readable(until)) => until,
        _ => None,
    });
    let until = until.min().map_or(String::new(), |until| format!(", the first until {}", text::at(until, "%Y-%m-%d")));
    let plain = restore.candidates.iter().filter(|candidate| candidate.restoring.is_none()).count();
    let others = [
        (count(|state| *state == Restoring::Ongoing), "being restored".to_owned(), Role::Running),
        (count(|state| matches!(state, Restoring::Readable(_))), format!("restored: readable{until}"), Role::Ok),
        (plain, "not archived".to_owned(), Role::Dim),
    ];
    let others = others.into_iter().filter(|(number, ..)| *number > 0);
    lines.extend(others.map(|(number, what, role)| (format!("{} {what}", text::counted(number)), role)));
    if hindrance.is_none() {
        lines.push(("`:restore TIER DAYS` asks for bulk, standard or expedited".to_owned(), Role::Dim));
    }
    lines
}
