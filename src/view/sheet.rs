//! ```text
//! ┌ replay to indexer ───────────────────────────────────────────────────────────┐
//! │ 37 objects, 1.4 MiB, to http://…/indexer at 10 a second                      │
//! │ ✓ 35 would pass   ✗ 2 would fail again   1 left out                          │
//! │ · each event is sent once more, as it was received                           │
//! │ ── objects ───────────────────────────────────────────────────────────────── │
//! │▸✓ 214 records  original, failed   …T0131Z_kP2x.json.gz              41 KiB   │
//! │                                                                              │
//! │ type 37, then enter, to send: 3_                                 esc cancels  │
//! │  0  1  2  3  4  5  6  7  8  9  <    send 37                                  │
//! └──────────────────────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::sheet::{Button, Sheet, Stage, TYPED_FROM, expires, pad};
use crate::app::{Model, geometry};
use crate::domain::time::brief;
use crate::domain::{MessageOrigin, Plan, PlanItem, Prospect, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, sheet: &Sheet, canvas: &mut Canvas<'_>) {
    let area = geometry::sheet(model);
    canvas.clear(area);
    let title = format!("replay to {}", Shown::new(&sheet.consumer));
    let inside = canvas.pane(area, &[(&title, Role::Title)], "nothing is sent yet", true);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match &sheet.stage {
        Stage::Planning { objects, progress } => {
            let what = format!("planning the replay of {}…", text::plural(*objects, "object"));
            let mut lines = vec![(what, Role::Text)];
            let cells = usize::from(inside.width).max(1);
            lines.extend(progress.told().split(" · ").map(|step| (step.to_owned(), Role::Accent)));
            let how = "each is looked up, and parsed here to see whether it would pass";
            lines.extend(text::wrap_words(how, cells, 2).into_iter().map(|line| (line, Role::Dim)));
            lines.push(("esc cancels".to_owned(), Role::Dim));
            say(canvas, inside, &lines);
        }
        Stage::Failed(trouble) => say_trouble(canvas, inside, trouble),
        Stage::Ready(plan) => ready(model, sheet, plan, canvas, inside),
    }
}

/// Lines of the sheet that are neither what is told of the plan nor an object: a heading, and the two of the confirmation.
const SHEET_MARGIN: u16 = 3;

fn ready(model: &Model, sheet: &Sheet, plan: &Plan, canvas: &mut Canvas<'_>, inside: Rect) {
    let mut lines: Vec<Vec<(String, Role)>> = Vec::new();
    lines.push(vec![
        (text::plural(plan.items.len(), "object"), Role::Title),
        (format!(" · {} · to {}", plan.bytes(), Shown::new(plan.input.place())), Role::Text),
    ]);
    lines.push(verdicts(plan));
    let cells = usize::from(inside.width.saturating_sub(2)).max(1);
    for effect in &plan.effects {
        for (part, line) in text::wrap_words(Shown::new(effect).as_str(), cells, 3).into_iter().enumerate() {
            lines.push(vec![(if part == 0 { "· " } else { "  " }.to_owned(), Role::Dim), (line, Role::Text)]);
        }
    }
    for (uri, cause) in plan.left_out.iter().take(2) {
        let name = uri.rsplit('/').next().unwrap_or(uri);
        lines.push(vec![(format!("left out: {} — {}", Shown::new(name), Shown::new(cause)), Role::Warning)]);
    }
    // The objects keep what they need, or half of the sheet.
    let needed = plan.items.len() + usize::from(SHEET_MARGIN);
    let most = usize::from(inside.height).saturating_sub(needed).max(usize::from(inside.height) / 2).max(2);
    if lines.len() > most {
        lines.truncate(most);
        if let Some((last, _)) = lines.last_mut().and_then(|line| line.last_mut()) {
            *last = text::cut(&format!("{last} …"), cells).into_owned();
        }
    }
    let mut rows = inside.rows();
    for (line, row) in lines.iter().zip(rows.by_ref()) {
        let pieces: Vec<(&str, Role)> = line.iter().map(|(text, role)| (text.as_str(), *role)).collect();
        canvas.pieces(row.x, row.y, row.width, &pieces);
    }
    let top = inside.y + lines.len() as u16;
    let bottom = inside.bottom().saturating_sub(2);
    let list = Rect { y: top, height: bottom.saturating_sub(top), ..inside };
    if sheet.shows_message {
        message(sheet, plan, canvas, list);
    } else {
        items(sheet, plan, canvas, list);
    }
    confirm(model, sheet, plan, canvas, Rect { y: bottom, height: inside.bottom() - bottom, ..inside });
}

fn verdicts(plan: &Plan) -> Vec<(String, Role)> {
    let passing = plan.passing();
    let untried =
        plan.items.iter().filter(|item| matches!(item.prospect, Prospect::Untried | Prospect::Untriable(_))).count();
    let failing = plan.items.len() - passing - untried;
    let mut pieces = vec![(format!("✓ {} would pass", text::counted(passing)), Role::Ok)];
    let failing_role = if failing > 0 { Role::Failed } else { Role::Dim };
    pieces.push((format!("   ✗ {} would fail again", text::counted(failing)), failing_role));
    if untried > 0 {
        pieces.push((format!("   ? {} not tried", text::counted(untried)), Role::Warning));
    }
    if !plan.left_out.is_empty() {
        pieces.push((format!("   {} left out", text::counted(plan.left_out.len())), Role::Warning));
    }
    pieces
}

fn items(sheet: &Sheet, plan: &Plan, canvas: &mut Canvas<'_>, area: Rect) {
    let Some((heading, list)) = split_heading(area) else { return };
    let style = canvas.style(Role::Dim);
    let end = usize::from(list.height).min(plan.items.len());
    let label = format!(
        "objects {} ",
        if plan.items.len() > end { format!("{} of {}", sheet.cursor.at + 1, plan.items.len()) } else { String::new() }
    );
    canvas.put(heading.x, heading.y, heading.width, &label, style);
    let window = sheet.cursor.window(usize::from(list.height), plan.items.len());
    for (at, line) in Canvas::lines(list, window) {
        item(canvas, line, &plan.items[at], at == sheet.cursor.at);
    }
}

fn split_heading(area: Rect) -> Option<(Rect, Rect)> {
    (area.height >= 2).then(|| (Rect { height: 1, ..area }, Rect { y: area.y + 1, height: area.height - 1, ..area }))
}

fn item(canvas: &mut Canvas<'_>, line: Rect, item: &PlanItem, is_selected: bool) {
    let (glyph, verdict, role) = match &item.prospect {
        Prospect::Passes { records } => (canvas.either("✓", "v"), text::plural(*records as usize, "record"), Role::Ok),
        Prospect::FailsAgain(reason) => (canvas.either("✗", "x"), reason.clone(), Role::Failed),
        Prospect::NoParser => (canvas.either("◌", "o"), "no parser".into(), Role::Parked),
        Prospect::Gone => (canvas.either("✗", "x"), "gone".into(), Role::Failed),
        Prospect::Untried => ("?", "not tried".into(), Role::Warning),
        Prospect::Untriable(cause) => ("?", cause.clone(), Role::Warning),
    };
    let origin = match item.origin {
        MessageOrigin::DeadLetter => "original, failed",
        MessageOrigin::Parked => "original, parked",
        MessageOrigin::Stored => "original, stored",
        MessageOrigin::Saved => "original, saved",
        MessageOrigin::Synthesised => "made anew",
    };
    let is_wide = line.width >= 70;
    let verdict_cells = if is_wide { 22 } else { 12 };
    let origin_cells = if is_wide { 16 } else { 0 };
    let size = if line.width >= 50 { 8 } else { 0 };
    let used = 4 + verdict_cells + 1 + origin_cells + u16::from(is_wide) + size + 1;
    canvas
        .row(line)
        .selected(is_selected, true)
        .glyphs([(glyph, role)])
        .cell(verdict_cells, Shown::new(verdict).as_str(), role)
        .cell(origin_cells, origin, Role::Dim)
        .ending(line.width.saturating_sub(used), Shown::new(item.object.id.file_name()).as_str(), Role::Text)
        .right(size, &item.object.size.to_string(), Role::Dim);
}

/// The exact message of the object under the cursor, wrapped.
fn message(sheet: &Sheet, plan: &Plan, canvas: &mut Canvas<'_>, area: Rect) {
    let (Some((heading, list)), Some(item)) = (split_heading(area), plan.items.get(sheet.cursor.at)) else { return };
    let title = format!("message {} of {}, as it is sent", sheet.cursor.at + 1, plan.items.len());
    let style = canvas.style(Role::Accent);
    canvas.put(heading.x, heading.y, heading.width, &title, style);
    let message = item.message.unpack();
    let attributes = message.attributes.iter().map(|(name, (kind, value))| format!("{name} ({kind}) = {value}"));
    let lines = std::iter::once(message.body.clone()).chain(attributes).flat_map(|text| {
        text::wrap(Shown::new(text).as_str(), usize::from(list.width).max(1), usize::from(list.height))
    });
    let style = canvas.style(Role::Text);
    for (line, row) in lines.zip(list.rows()) {
        canvas.put(row.x, row.y, row.width, &line, style);
    }
}

/// The last lines: how to send, and that cancelling is what enter does.
fn confirm(model: &Model, sheet: &Sheet, plan: &Plan, canvas: &mut Canvas<'_>, area: Rect) {
    if area.height == 0 {
        return;
    }
    let count = plan.items.len();
    let left = expires(plan).duration_since(model.now);
    let (ask, typed) = if let (Some(name), false) = (&sheet.name, left.is_negative()) {
        (
            format!("type {}, the profile, then enter: ", Shown::new(&model.profile.name)),
            format!("{}_", Shown::new(name)),
        )
    } else if count == 0 {
        ("nothing is left to send".to_owned(), String::new())
    } else if left.is_negative() {
        ("this plan is too old to be sent: esc, then r makes a new one".to_owned(), String::new())
    } else if count < TYPED_FROM {
        (format!("y sends {}", text::plural(count, "object")), String::new())
    } else {
        (format!("type {count}, then enter, to send: "), format!("{}_", sheet.typed))
    };
    let sends = count < TYPED_FROM || sheet.is_typed();
    let typed_role = if sheet.is_typed() { Role::Ok } else { Role::Input };
    canvas.pieces(area.x, area.y, area.width, &[(&ask, Role::Title), (&typed, typed_role)]);
    let cancel = " esc cancels ";
    let age = format!("plan good for {}  ", brief(left));
    let right = if left.is_negative() { String::new() } else { age };
    let cells = (text::width(&right) + text::width(cancel)) as u16;
    if area.width > cells + (text::width(&ask) + text::width(&typed)) as u16 + 2 {
        canvas.pieces(area.right() - cells, area.y, cells, &[(&right, Role::Dim), (cancel, Role::Selected)]);
    }
    let last = geometry::sheet_pad(model);
    if let Some(note) = &sheet.note {
        let style = canvas.style(Role::Warning);
        canvas.put(last.x, last.y, last.width, note, style);
    }
    for (place, face, button) in pad(model, sheet) {
        let role = if button == Button::Send && sends { Role::Selected } else { Role::Key };
        let style = canvas.style(role);
        canvas.put(place.x, place.y, place.width, &face, style);
    }
}
