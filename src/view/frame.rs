//! The lines around every screen: header, tabs, messages, what is typed, key hints.

use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::{palette, text};
use crate::app::{self, Completion, Cursor, Filter, Level, Model, Purpose, Screen, Typing, alerts, geometry};
use crate::domain::{Seek, Shown, expression};
use crate::theme::Role;

/// ` scops  prod  1234-5678-9012 ap-northeast-1  READ-ONLY      ✗ 37 failed  ◌ 12 parked  ! 2 alerts  02:14:07Z `
pub(super) fn header(model: &Model, canvas: &mut Canvas<'_>) {
    let line = geometry::frame(model).header;
    if line.height == 0 {
        return;
    }
    canvas.tint(line, Role::Header);
    let console = app::profiles::looked_at(model);
    let (failed, parked) = (console.failures.failed(), console.failures.parked());
    let is_wide = line.width >= 70;
    let words = |count: usize, word: &str| {
        let count = if console.failures.is_known { text::counted(count) } else { "–".to_owned() };
        if is_wide { format!(" {count} {word}") } else { format!(" {count}") }
    };
    let cross = canvas.either("✗", "x");
    let ring = canvas.either("◌", "o");
    let failed_role = if failed > 0 { Role::Failed } else { Role::Dim };
    let parked_role = if parked > 0 { Role::Parked } else { Role::Dim };
    // A replay runs on while another profile is looked at.
    let running = app::profiles::replaying(model).map_or(String::new(), |running| {
        let whose = if running.id() == console.id() { "" } else { running.profile.name.as_str() };
        let space = if whose.is_empty() { "" } else { " " };
        format!("{} {}{space}replaying  ", canvas.either("↻", ">"), Shown::new(whose))
    });
    let failed = format!("{cross}{}", words(failed, "failed"));
    let parked = format!("  {ring}{}", words(parked, "parked"));
    // That nothing can be sent is told before anything else that wants the room.
    let is_tight = line.width < 60 && console.profile.is_read_only;
    let clock = format!("  {} ", text::at(model.now, if is_tight { "%H:%MZ" } else { "%H:%M:%SZ" }));
    let found = model.alerts.all.len();
    let alerts = match (alerts::are_told(model), model.alerts.is_known) {
        (false, _) => String::new(),
        (true, false) => "  ! –".to_owned(),
        (true, true) if is_wide => {
            format!("  ! {} {}", text::counted(found), if found == 1 { "alert" } else { "alerts" })
        }
        (true, true) => format!("  ! {}", text::counted(found)),
    };
    let alerts_role = if found > 0 { Role::Alert } else { Role::Dim };
    let right = [
        (running.as_str(), Role::Running),
        (failed.as_str(), failed_role),
        (parked.as_str(), parked_role),
        (alerts.as_str(), alerts_role),
        (clock.as_str(), Role::Text),
    ];
    let right_width = right.iter().map(|(piece, _)| text::width(piece) as u16).sum::<u16>();
    let left_room = line.width.saturating_sub(right_width + 1);

    let profile = &console.profile;
    let name = Shown::new(&profile.name);
    let name_room = if is_tight { usize::from(left_room.saturating_sub(14)) } else { text::width(name.as_str()) };
    let name = format!(" {} ", text::cut(name.as_str(), name_room));
    let account = profile.account.as_deref().map_or(String::new(), |account| format!(" {}", spaced(account)));
    let region = format!(" {}", Shown::new(&profile.region));
    let read_only = if profile.is_read_only { " READ-ONLY " } else { "" };
    let mut left: Vec<(&str, Role)> = Vec::new();
    if line.width >= 90 {
        left.push((&account, Role::Text));
    }
    let case = super::case::header(console);
    // The region gives way to what is told beside it.
    let is_crowded = !case.is_empty() || (!alerts.is_empty() && profile.is_read_only);
    if is_wide && (!is_crowded || line.width >= 100) {
        left.push((&region, Role::Dim));
    }
    if profile.is_read_only {
        left.extend([(" ", Role::Text), (read_only, Role::ReadOnly)]);
    }
    left.push((&case, Role::Accent));
    let program = if is_tight { "" } else { " scops " };
    let used = canvas.pieces(line.x, line.y, left_room, &[(program, Role::Title)]);
    let used = used + canvas.badge(line.x + used, line.y, left_room.saturating_sub(used), &name, console.tint.as_ref());
    canvas.pieces(line.x + used, line.y, left_room.saturating_sub(used), &left);
    canvas.pieces(line.right().saturating_sub(right_width), line.y, right_width, &right);
}

/// `1234-5678-9012`
pub(super) fn spaced(account: &str) -> String {
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}-{}-{}", &account[..4], &account[4..8], &account[8..])
    } else {
        Shown::new(account).to_string()
    }
}

/// ` 1 sources  2 objects  …`
pub(super) fn tabs(model: &Model, canvas: &mut Canvas<'_>) {
    let line = geometry::frame(model).tabs;
    let is_narrow = geometry::tabs_are_narrow(model);
    let mut x = line.x + 1;
    if line.height == 0 {
        return;
    }
    for (index, screen) in Screen::ALL.into_iter().enumerate() {
        let is_active = screen == model.screen;
        let label = geometry::tab_label(index, screen, is_narrow && !is_active);
        let style = canvas.style(if is_active { Role::TabActive } else { Role::Tab });
        let used = canvas.put(x, line.y, line.right().saturating_sub(x), &label, style);
        x += used + geometry::tab_gap(model);
    }
    // Where one is, at the end of the line.
    let room = line.right().saturating_sub(x + 1);
    let trail = trail(model, usize::from(room));
    let cells = text::width(&trail) as u16;
    if cells > 0 {
        let style = canvas.style(Role::Dim);
        canvas.put(line.right() - cells - 1, line.y, cells, &trail, style);
    }
}

/// Where one is, in at most `room` cells: `cloudtrail › 2026-11-23 01:00–02:00Z`, `cloudtrail › …0131Z.gz › line 12`.
/// Where room is short a file name is cut at its beginning, then the names farther up are left out.
fn trail(model: &Model, room: usize) -> String {
    const LEAST_OF_A_FILE: usize = 12;
    let address = model.address();
    let mut names: Vec<String> = address.source.filter(|_| model.screen != Screen::Sources).into_iter().collect();
    let mut file = None;
    match model.screen {
        Screen::Sources | Screen::Objects | Screen::Search | Screen::Alerts => names.push(model.range.to_string()),
        Screen::Records => {
            file = address.object.map(|object| Shown::new(object.file_name()).to_string());
            names.extend(file.clone());
            names.extend(address.record.map(Seek::told));
        }
        Screen::Workbench => names.push("workbench".to_owned()),
        Screen::Case => names.push("case".to_owned()),
        Screen::Sql => names.push("sql".to_owned()),
        Screen::Failures | Screen::Replays | Screen::Pipeline => {}
    }
    let mut names: Vec<String> = names.iter().map(|name| Shown::new(name).to_string()).collect();
    while !names.is_empty() {
        let trail = names.join(" › ");
        let over = text::width(&trail).saturating_sub(room);
        if over == 0 {
            return trail;
        }
        match names.iter_mut().find(|name| file.as_ref() == Some(*name)) {
            Some(name) if text::width(name) >= over + LEAST_OF_A_FILE => {
                *name = text::cut_start(name, text::width(name) - over).into_owned();
            }
            // The range stands over the timeline as well.
            _ if model.screen == Screen::Objects => drop(names.pop()),
            _ => drop(names.remove(0)),
        }
    }
    String::new()
}

/// The line of messages.
pub(super) fn status(model: &Model, canvas: &mut Canvas<'_>) {
    let line = geometry::frame(model).status;
    if line.height == 0 || model.typing.as_ref().is_some_and(|typing| !typing.purpose.has_own_line()) {
        return;
    }
    let Some(told) = model.messages.toast(model.now) else { return };
    let (mark, role) = match told.level {
        Level::Note => (" ", Role::Accent),
        Level::Warning => ("! ", Role::Warning),
        Level::Error => (canvas.either("✗ ", "x "), Role::Error),
    };
    let cause =
        if told.trouble.cause.is_empty() { String::new() } else { format!(": {}", Shown::new(&told.trouble.cause)) };
    let hint = told.trouble.hint.as_ref().map_or(String::new(), |hint| format!(" — {}", Shown::new(hint)));
    let what = Shown::new(&told.trouble.what).to_string();
    canvas.pieces(
        line.x + 1,
        line.y,
        line.width.saturating_sub(2),
        &[(mark, role), (&what, role), (&cause, Role::Text), (&hint, Role::Dim)],
    );
}

/// The line that is typed, with its completions above. Returns where the terminal's cursor stands.
pub(super) fn typing(model: &Model, canvas: &mut Canvas<'_>) -> Option<Position> {
    let typing = model.typing.as_ref()?;
    let parameter;
    let (line, prompt) = match typing.purpose {
        Purpose::Command => (geometry::frame(model).status, ":"),
        Purpose::Filter | Purpose::Find | Purpose::Help => (geometry::frame(model).status, "/"),
        Purpose::Palette => (palette::palette(model, typing, canvas), ""),
        Purpose::Profile => (palette::profiles(model, typing, canvas), ""),
        Purpose::Note(_) => (geometry::frame(model).status, "note "),
        Purpose::Export => (geometry::frame(model).status, "export to "),
        Purpose::Parameter => {
            let name = app::sql::parameter(model).unwrap_or_default();
            parameter = format!("{} = ", Shown::new(name));
            (geometry::frame(model).status, parameter.as_str())
        }
        Purpose::QueryName => (geometry::frame(model).status, "keep as "),
        Purpose::Search => {
            let inside = geometry::inside(geometry::search_panes(model).0);
            (Rect { height: 1.min(inside.height), ..inside }, "search ")
        }
    };
    if line.height == 0 || line.width < 4 {
        return None;
    }
    canvas.clear(line);
    let style = canvas.style(Role::Key);
    let used = canvas.put(line.x + 1, line.y, line.width - 1, prompt, style);
    let room = usize::from(line.width.saturating_sub(used + 3)).max(1);
    // The part of the line around the cursor.
    let shown = Shown::new(typing.line.text());
    let before: String = typing.line.text().chars().take(typing.line.cursor()).collect();
    let cursor = text::width(Shown::new(&before).as_str());
    let skip = cursor.saturating_sub(room.saturating_sub(1));
    let visible: String = skip_cells(shown.as_str(), skip);
    let style = canvas.style(Role::Input);
    let x = line.x + 1 + used;
    canvas.put(x, line.y, room as u16 + 1, &visible, style);
    match typing.purpose {
        Purpose::Command => completions(&app::completions(model, typing.typed()), typing, line, canvas),
        Purpose::Search => {
            searching(model, typing, (x, skip, room), line, canvas);
        }
        Purpose::Parameter => {
            let used = used + 1 + text::width(&visible) as u16 + 2;
            let (told, role) = match app::sql::sent_as(typing.line.text()) {
                Ok(told) => (told, Role::Dim),
                Err(told) => (told, Role::Warning),
            };
            let told = Shown::new(told);
            canvas.pieces(line.x + used, line.y, line.width.saturating_sub(used + 1), &[(told.as_str(), role)]);
        }
        Purpose::Filter => {
            // Rows are looked at while one filters: the box opens where it was asked for.
            if typing.base.is_some() || typing.line.text().ends_with(':') {
                completions(&app::filter::completions(model, typing.typed()), typing, line, canvas);
            }
            if let Err(error) = Filter::parse(typing.line.text(), model.screen) {
                let used = used + 1 + text::width(&visible) as u16 + 2;
                let hint = error.hint.as_ref().map_or(String::new(), |hint| format!(" — {}", Shown::new(hint)));
                let error = Shown::new(error.to_string());
                let told = [(error.as_str(), Role::Warning), (hint.as_str(), Role::Dim)];
                canvas.pieces(line.x + used, line.y, line.width.saturating_sub(used + 1), &told);
            }
        }
        _ => {}
    }
    Some(Position { x: (x + (cursor - skip) as u16).min(line.right().saturating_sub(1)), y: line.y })
}

/// Tells what is wrong with a search while it is typed, at its place and below it; else what its last word may become.
fn searching(
    model: &Model,
    typing: &Typing,
    (x, skip, room): (u16, usize, usize),
    line: Rect,
    canvas: &mut Canvas<'_>,
) {
    let text = typing.line.text();
    if typing.base.is_some() || text.ends_with(':') {
        return completions(&app::search::completions(model, typing.typed()), typing, line, canvas);
    }
    let Err(error) = expression::parse(text, model.now, &TimeZone::UTC) else { return };
    if text.trim().is_empty() {
        return;
    }
    let cells = |count: usize| {
        let part: String = text.chars().take(count).collect();
        text::width(Shown::new(&part).as_str())
    };
    let (start, end) = (cells(error.span.start), cells(error.span.end).max(cells(error.span.start) + 1));
    let (from, to) = (start.max(skip) - skip, end.max(skip).saturating_sub(skip).min(room + 1));
    if from < to {
        canvas.underline(Rect { x: x + from as u16, width: (to - from) as u16, ..line }, Role::Error);
    }
    let inside = geometry::inside(geometry::search_panes(model).0);
    let below = |row: u16| Rect { y: line.y + row, height: u16::from(row < inside.height), ..line };
    let has_room = below(2).height > 0;
    let hint = error.hint.as_ref().map_or(String::new(), |hint| format!(" — {}", Shown::new(hint)));
    let told = Shown::new(error.to_string());
    let (first, second) = if has_room { ("", hint.as_str()) } else { (hint.as_str(), "") };
    for (row, pieces) in [
        (1, [(told.as_str(), Role::Warning), (first, Role::Dim)]),
        (2, [(second.strip_prefix(" — ").unwrap_or(second), Role::Dim), ("", Role::Dim)]),
    ] {
        let line = below(row);
        if line.height > 0 {
            canvas.clear(line);
            canvas.pieces(line.x + 1, line.y, line.width.saturating_sub(2), &pieces);
        }
    }
}

pub(super) fn skip_cells(text: &str, cells: usize) -> String {
    let mut skipped = 0;
    text.chars()
        .skip_while(|character| {
            let is_before = skipped < cells;
            skipped += text::width(character.encode_utf8(&mut [0; 4]));
            is_before
        })
        .collect()
}

/// The likeliest completions, in a box above the line, or below it where the line is in the upper half.
fn completions(completions: &[Completion], typing: &Typing, line: Rect, canvas: &mut Canvas<'_>) {
    const SHOWN: usize = 8;
    let bottom = canvas.bottom();
    let is_below = line.y < bottom / 2;
    let room = if is_below { bottom.saturating_sub(line.y + 4) } else { line.y.saturating_sub(2) };
    let rows = completions.len().min(SHOWN).min(usize::from(room));
    if rows == 0 {
        return;
    }
    let names = completions.iter().take(rows).map(|completion| text::width(&completion.line)).max().unwrap_or(0);
    let docs = completions.iter().take(rows).map(|completion| text::width(&completion.doc)).max().unwrap_or(0);
    let width = ((names + docs + 5) as u16).min(line.width);
    let height = rows as u16 + 2;
    let y = if is_below { line.y + 1 } else { line.y.saturating_sub(height) };
    let area = Rect { x: line.x, y, width, height };
    canvas.clear(area);
    let inside = canvas.pane(area, &[], "", true);
    let window = Cursor { at: typing.chosen, top: 0 }.window(rows, completions.len());
    for (index, row) in Canvas::lines(inside, window) {
        let completion = &completions[index];
        canvas
            .row(row)
            .selected(index == typing.chosen, true)
            .cell(names as u16, Shown::new(&completion.line).as_str(), Role::Accent)
            .rest(&format!(" {}", Shown::new(&completion.doc)), Role::Dim);
    }
}

/// The keys that matter here.
pub(super) fn footer(model: &Model, canvas: &mut Canvas<'_>) {
    let line = geometry::frame(model).footer;
    if line.height == 0 {
        return;
    }
    let meter = app::meter(app::profiles::looked_at(model));
    let meter_width = text::width(&meter) as u16;
    if meter_width > 0 {
        let style = canvas.style(Role::Dim);
        canvas.put(line.right().saturating_sub(meter_width + 1), line.y, meter_width, &meter, style);
    }
    for hint in app::hints(model) {
        let pieces = [(hint.key.as_str(), Role::Key), (" ", Role::Hint), (hint.label, Role::Hint)];
        canvas.pieces(hint.x, line.y, hint.cells, &pieces);
    }
}
