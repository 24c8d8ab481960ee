//! ```text
//! ┌ …T0131Z_kP2x.json.gz ─ first 256 KiB of 1.4 MiB · cloudtrail · 212 records · 1 bad ──────────────┐
//! │  time          event.action   user.name  source.ip                                               │
//! │▸ 01:30:58.000  ConsoleLogin   root       203.0.113.7                                             │
//! │✗ line 118      no eventTime                                                                      │
//! └──────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod several;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::frame::skip_cells;
use super::{say, say_trouble, text};
use crate::app::records::{Goal, Mode, Reading, Records, TimeStyle, detail_rows, time_told};
use crate::app::tree::{Kind, Line};
use crate::app::{Model, Topic, geometry};
use crate::domain::{ByteSize, Page, Row, Shown};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let panes = geometry::records_panes(model);
    if panes.list.height > 0 {
        list(model, canvas, panes.list);
    }
    if panes.detail.height > 0 {
        detail(model, canvas, panes.detail);
    }
}

/// What a title tells of a reading: how much of it, as what, how many records; and what is bad about it.
pub(super) fn told(reading: &Reading) -> (String, String) {
    let size = reading.object.size;
    let Some(page) = &reading.page else { return (format!(" · {size}"), String::new()) };
    let how_much =
        if page.is_end { format!(" · {size}") } else { format!(" · first {} of {size}", page.fetched.min(size)) };
    let how_much = if page.begins > 0 { format!(" · {size}") } else { how_much };
    let format = page.format.as_deref().map_or("no parser".to_owned(), |format| Shown::new(format).to_string());
    let numbers = reading.numbers();
    let records = if page.begins > 0 {
        format!("{} from byte {}", text::plural(page.rows.len(), "record"), text::count(page.begins))
    } else if numbers.start > 0 {
        format!("records {}–{}", text::count(numbers.start + 1), text::count(numbers.end))
    } else if page.is_end {
        text::plural(page.rows.len(), "record")
    } else {
        format!("{}+ records", text::counted(page.rows.len()))
    };
    let bad = if page.faults > 0 { format!(" · {} bad", text::count(page.faults)) } else { String::new() };
    let damage = page.damage.as_deref().map_or(String::new(), |damage| format!(" · {}", Shown::new(damage)));
    (format!("{how_much} · {format} · {records}"), format!("{bad}{damage}"))
}

/// Why a page has no records.
pub(super) fn nothing(page: &Page) -> String {
    if page.object.size.bytes() == 0 { "an empty object".into() } else { "no records".into() }
}

fn list(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let records = &model.records;
    if let Some(merged) = &records.merged {
        return several::list(model, canvas, pane, merged);
    }
    let has_focus = !records.detail.has_focus();
    let Some(reading) = &records.reading else {
        let inside = canvas.pane(pane, &[("records", Role::Title)], "", has_focus);
        return unopened(model, canvas, inside);
    };
    let fetched = reading.reached.or(reading.page.as_ref().map(|page| page.fetched)).unwrap_or_default();
    let passed = reading.reached.map_or(String::new(), |passed| format!(", {passed} of {}", reading.object.size));
    let seeking = records.seek.map(|seek| format!("looking for {}{passed}…", seek.told()));
    let seeking = going(model, fetched, reading.object.size).or(seeking);
    let (told, bad) = told(reading);
    let name = Shown::new(reading.object.id.file_name()).to_string();
    let narrowed = narrowed(model);
    // What is narrowed or on its way tells itself in place of the rest, which is the same as before.
    let told = if narrowed.is_some() || seeking.is_some() { String::new() } else { told };
    let narrowed = narrowed.unwrap_or_default();
    let taken = [&told, &bad, &narrowed].map(|part| text::width(part)).iter().sum::<usize>();
    let taken = taken + seeking.as_ref().map_or(0, |seeking| text::width(seeking) + 2);
    let room = usize::from(pane.width).saturating_sub(taken + 6).max(12);
    let name = text::cut_start(&name, room);
    let find = records.find.as_ref().map_or(String::new(), |find| format!(" · /{}", Shown::new(find)));
    let title = [
        (&*name, Role::Title),
        (told.as_str(), Role::Dim),
        (bad.as_str(), Role::Failed),
        (narrowed.as_str(), Role::Accent),
        (find.as_str(), Role::Accent),
    ];
    let is_loading = model.is_asking(Topic::Records) || model.is_asking(Topic::Fields);
    let note = seeking.unwrap_or_else(|| if is_loading { "loading…".to_owned() } else { String::new() });
    let inside = canvas.pane(pane, &title, &note, has_focus);
    let Some(read) = &reading.page else {
        return match &reading.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None => say(canvas, inside, &[("reading…".into(), Role::Dim)]),
        };
    };
    if read.rows.is_empty() {
        return match &reading.trouble {
            Some(trouble) => say_trouble(canvas, inside, trouble),
            None => say(
                canvas,
                inside,
                &[(nothing(read), Role::Text), (Shown::new(&read.detection).to_string(), Role::Dim)],
            ),
        };
    }
    body(model, canvas, &read.columns, inside);
    let foot = match &reading.trouble {
        Some(trouble) => (Shown::new(trouble.to_string()).to_string(), Role::Error),
        None => (records.selected().map_or(String::new(), |row| place(row, read)), Role::Dim),
    };
    canvas.foot(pane, &foot.0, foot.1);
}

/// The conditions that narrow the records, and how many pass.
fn narrowed(model: &Model) -> Option<String> {
    let records = &model.records;
    let shown = records.shown.as_ref()?;
    let conditions = records.narrowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ");
    let all = if records.is_end() { "" } else { "+" };
    let counts = format!("{} of {}{all}", text::counted(shown.len()), text::counted(records.loaded()));
    Some(format!(" · {counts} · {}", Shown::new(conditions)))
}

/// Where the cursor is on its way to, and how far that is.
fn going(model: &Model, fetched: ByteSize, size: ByteSize) -> Option<String> {
    let goal = match model.records.goal? {
        Goal::Time(time) => text::at(time, "%H:%M:%SZ"),
        Goal::End => "the end".to_owned(),
        Goal::Place(seek) => seek.told(),
    };
    Some(format!("to {goal}: {fetched} of {size} · ctrl-c stops"))
}

/// The rows of the records that are in sight.
fn body(model: &Model, canvas: &mut Canvas<'_>, own: &[String], inside: Rect) {
    let records = &model.records;
    let list = geometry::list(model);
    let window = records.cursor.window(usize::from(list.height), records.len());
    if records.is_empty() {
        let words = if model.is_asking(Topic::Fields) { "filtering…" } else { "no record that is loaded passes" };
        say(canvas, inside, &[(words.into(), Role::Text), ("esc takes the last condition away".into(), Role::Dim)]);
    } else if records.wraps {
        wrapped(model, canvas, window, inside, list);
    } else {
        table(model, canvas, &Columns::of(model, own), window, inside, list);
    }
}

/// Where a record lies: `record 3 of 212 · line 1 · bytes 1,800–2,680`.
fn place(row: &Row, page: &Page) -> String {
    if page.begins > 0 {
        let (start, stop) = (text::count(row.span.start), text::count(row.span.end));
        return format!(
            "bytes {start}–{stop} · read from byte {} on; g reads from the first",
            text::count(page.begins)
        );
    }
    let count = page.rows.last().map_or(0, |row| row.number + 1);
    let end = if page.is_end { format!(" of {}", text::count(count)) } else { String::new() };
    let (start, stop) = (text::count(row.span.start), text::count(row.span.end));
    format!("record {}{end} · line {} · bytes {start}–{stop}", text::count(row.number + 1), text::count(row.line))
}

fn unopened(model: &Model, canvas: &mut Canvas<'_>, inside: Rect) {
    if let Some(trouble) = &model.records.trouble {
        return say_trouble(canvas, inside, trouble);
    }
    match &model.records.wanted {
        Some(id) => say(canvas, inside, &[(format!("looking for {}", Shown::new(id.to_string())), Role::Dim)]),
        None => say(
            canvas,
            inside,
            &[("no object is open".into(), Role::Text), (":open s3://bucket/key opens one".into(), Role::Dim)],
        ),
    }
}

/// Cells of the time of day, and of how long ago it was.
const TIME: u16 = 12;
/// Cells that one step to the right moves a text by.
const STEP: usize = 16;

/// The columns: those that were chosen, else the format's; and what a record holds in them.
struct Columns<'m> {
    names: &'m [String],
    /// Whether they were chosen, and are not the format's own.
    are_chosen: bool,
    records: &'m Records,
}

impl<'m> Columns<'m> {
    fn of(model: &'m Model, own: &'m [String]) -> Self {
        let chosen = model.records.columns.as_deref();
        Self { names: chosen.unwrap_or(own), are_chosen: chosen.is_some(), records: &model.records }
    }

    /// What the record that is shown at a place holds in a column, safe to show.
    fn cell(&self, at: usize, column: usize) -> String {
        if !self.are_chosen {
            let cell = self.records.row(at).and_then(|row| row.cells.get(column));
            return cell.map_or(String::new(), |cell| Shown::new(cell).to_string());
        }
        match self.names.get(column).zip(self.records.place(at)).map(|(path, at)| self.records.cell(at, path)) {
            Some(Some(cell)) => {
                let texts: Vec<&str> = cell.iter().map(|held| held.text.as_str()).collect();
                Shown::new(texts.join(", ")).to_string()
            }
            // Not known yet.
            _ => "…".to_owned(),
        }
    }
}

/// The widths of the columns: as wide as what is in sight, within bounds; those that are moved away are left out.
fn widths(model: &Model, columns: &Columns<'_>, window: &std::ops::Range<usize>, room: u16) -> Vec<u16> {
    const NARROWEST: usize = 4;
    const WIDEST: usize = 32;
    let mut left = usize::from(room);
    let mut widths = Vec::new();
    let skip = usize::from(model.records.skip).min(columns.names.len().saturating_sub(1));
    for (column, name) in columns.names.iter().enumerate() {
        let widths_of = window.clone().map(|at| text::width(&columns.cell(at, column)));
        let widest = if column < skip { 0 } else { widths_of.max().unwrap_or(0) };
        if widest == 0 && (column < skip || !columns.are_chosen) {
            // Nothing in sight has it: its name alone would waste the room.
            widths.push(0);
            continue;
        }
        let is_last = column + 1 == columns.names.len();
        let cap = if is_last { left } else { WIDEST };
        let width = widest.max(text::width(name).min(16)).clamp(NARROWEST, cap.max(NARROWEST));
        if left < NARROWEST {
            break;
        }
        let width = width.min(left);
        widths.push(width as u16);
        left = left.saturating_sub(width + 1);
    }
    widths
}

fn table(
    model: &Model,
    canvas: &mut Canvas<'_>,
    columns: &Columns<'_>,
    window: std::ops::Range<usize>,
    inside: Rect,
    list: Rect,
) {
    let origins = several::width(model, &window, inside.width);
    let used = TIME + 3 + origins + u16::from(origins > 0);
    let widths = widths(model, columns, &window, inside.width.saturating_sub(used));
    let has_columns = widths.iter().any(|width| *width > 0);
    let heading = Rect { height: 1.min(inside.height), ..inside };
    if heading.height > 0 {
        let mut row = canvas.row(heading).cell(2, "", Role::Heading).cell(TIME, time_heading(model), Role::Heading);
        if origins > 0 {
            row = row.cell(origins, "object", Role::Heading);
        }
        for (name, width) in columns.names.iter().zip(&widths) {
            row = row.cell(*width, Shown::new(name).as_str(), Role::Heading);
        }
        row.rest(if has_columns { "" } else { "message" }, Role::Heading);
    }
    let find = model.records.find.as_deref();
    for (at, line) in Canvas::lines(list, window) {
        let Some(record) = model.records.row(at) else { continue };
        let is_selected = at == model.records.cursor.at;
        let is_match = model.records.is_match(record);
        let mark = mark(canvas, model, at, record);
        let row = canvas.row(line).selected(is_selected, !model.records.detail.has_focus()).glyphs([mark]);
        let mut row = row_time(row, record, model);
        if origins > 0 {
            row = row.cell(origins, &several::name(model, at, origins), Role::Dim);
        }
        if let Some(fault) = &record.fault {
            row.rest(Shown::new(fault).as_str(), Role::Failed);
            continue;
        }
        let texts: Vec<String> = if has_columns {
            (0..widths.len()).map(|column| columns.cell(at, column)).collect()
        } else {
            let skip = usize::from(model.records.skip) * STEP;
            vec![skip_cells(Shown::new(&record.message).as_str(), skip)]
        };
        let is_in_sight = |column: usize| !has_columns || widths.get(column).is_some_and(|width| *width > 0);
        let seen = |find: &str| {
            let mut texts = texts.iter().enumerate().filter(|(column, _)| is_in_sight(*column));
            texts.any(|(_, text)| !text::matches(text, find).is_empty())
        };
        let find = find.filter(|_| is_match);
        // What is found in a part of the record that is not in sight marks the whole row.
        let role = if is_match && !find.is_some_and(seen) { Role::Match } else { Role::Text };
        if !has_columns {
            let left = row.left();
            row.found(left, &texts[0], role, find);
            continue;
        }
        for (text, width) in texts.iter().zip(&widths) {
            row = row.found(*width, text, role, find);
        }
    }
}

/// What is special about a record: bad, the middle of its surroundings, or told late.
fn mark(canvas: &Canvas<'_>, model: &Model, at: usize, record: &Row) -> (&'static str, Role) {
    if record.fault.is_some() {
        return (canvas.either("✗", "x"), Role::Failed);
    }
    several::mark(canvas, model, at)
}

/// The word over the times, which tells their zone.
fn time_heading(model: &Model) -> &'static str {
    match model.records.times {
        TimeStyle::Utc => "time",
        TimeStyle::Local => "time, local",
        TimeStyle::Relative => "when",
    }
}

fn row_time<'c, 'a>(row: super::canvas::Row<'c, 'a>, record: &Row, model: &Model) -> super::canvas::Row<'c, 'a> {
    match record.time {
        Some(time) => row.cell(TIME, &time_told(time, model.records.times, &model.zone, model.now), Role::Dim),
        None if record.line == 0 => row.cell(TIME, &format!("@{}", text::count(record.span.start)), Role::Dim),
        None => row.cell(TIME, &format!("line {}", record.line), Role::Dim),
    }
}

/// Messages in as many lines as they need, up to eight.
fn wrapped(model: &Model, canvas: &mut Canvas<'_>, window: std::ops::Range<usize>, inside: Rect, list: Rect) {
    const LINES: usize = 8;
    let cells = usize::from(inside.width.saturating_sub(TIME + 4)).max(1);
    let lines_of = |row: &Row| {
        let text = row.fault.clone().unwrap_or_else(|| row.message.clone());
        text::wrap(Shown::new(text).as_str(), cells, LINES)
    };
    let at = model.records.cursor.at;
    let top = first_fitting(window.start, at, usize::from(list.height), |index| {
        model.records.row(index).map_or(1, |row| lines_of(row).len())
    });
    let mut y = list.y;
    for index in top..model.records.len() {
        let Some(record) = model.records.row(index).filter(|_| y < list.bottom()) else { break };
        let is_selected = index == at;
        let role = if record.fault.is_some() {
            Role::Failed
        } else if model.records.is_match(record) {
            Role::Match
        } else {
            Role::Text
        };
        let mark = mark(canvas, model, index, record);
        for (part, line) in lines_of(record).iter().enumerate() {
            if y >= list.bottom() {
                break;
            }
            let area = Rect { y, height: 1, ..list };
            let has_focus = !model.records.detail.has_focus();
            let row = canvas.row(area).selected(is_selected, has_focus);
            let row =
                if part == 0 { row_time(row.glyphs([mark]), record, model) } else { row.cell(TIME + 1, "", Role::Dim) };
            let find = model.records.find.as_deref().filter(|find| !text::matches(line, find).is_empty());
            let left = row.left();
            row.found(left, line, if find.is_some() { Role::Text } else { role }, find);
            y += 1;
        }
    }
}

/// The first row to draw so that row `at` is seen in full, where rows take several lines.
fn first_fitting(top: usize, at: usize, height: usize, lines: impl Fn(usize) -> usize) -> usize {
    let mut first = at;
    let mut used = lines(at);
    while first > top {
        used += lines(first - 1);
        if used > height {
            break;
        }
        first -= 1;
    }
    first
}

/// A record in one line, for the preview.
pub(super) fn brief_row(canvas: &mut Canvas<'_>, line: Rect, row: &Row) {
    let mark = if row.fault.is_some() { canvas.either("✗", "x") } else { " " };
    let time = row.time.map_or_else(|| format!("line {}", row.line), |time| text::at(time, "%H:%M:%S"));
    let (text, role) = match &row.fault {
        Some(fault) => (fault, Role::Failed),
        None => (&row.message, Role::Text),
    };
    canvas.row(line).glyphs([(mark, Role::Failed)]).cell(8, &time, Role::Dim).rest(Shown::new(text).as_str(), role);
}

fn detail(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let state = &model.records.detail;
    let words: Vec<(String, Role)> = Mode::ALL
        .iter()
        .map(|mode| (format!(" {}", mode.name()), if *mode == state.mode { Role::Accent } else { Role::Dim }))
        .collect();
    let mut title = vec![("record ·", Role::Title)];
    title.extend(words.iter().map(|(name, role)| (name.as_str(), *role)));
    let is_loading = model.is_asking(Topic::Detail);
    let inside = canvas.pane(pane, &title, if is_loading { "loading…" } else { "" }, state.has_focus());
    let lines = detail_rows(model);
    if lines.is_empty() {
        return;
    }
    let keys = lines.iter().map(|line| line.depth * 2 + text::width(&line.key)).max().unwrap_or(0);
    let keys = keys.min(usize::from(inside.width) / 2) as u16;
    let window = state.cursor.window(usize::from(inside.height), lines.len());
    let parts_of = |line: &Line| value_lines(model, line, inside.width, keys);
    let at = state.cursor.at;
    let top = first_fitting(window.start, at.min(lines.len() - 1), usize::from(inside.height), |index| {
        parts_of(&lines[index]).len()
    });
    let mut y = inside.y;
    for (index, line) in lines.iter().enumerate().skip(top) {
        if y >= inside.bottom() {
            break;
        }
        for (part, value) in parts_of(line).iter().enumerate() {
            if y >= inside.bottom() {
                break;
            }
            let area = Rect { y, height: 1, ..inside };
            let find = model.records.find.as_deref();
            detail_line(canvas, area, line, (value, find), keys, part == 0, index == at && state.has_focus());
            y += 1;
        }
    }
    if lines.len() > usize::from(inside.height) {
        canvas.foot(pane, &format!("{} of {}", at + 1, lines.len()), Role::Dim);
    }
}

/// The value of a line, in as many lines as it is given.
fn value_lines(model: &Model, line: &Line, width: u16, keys: u16) -> Vec<String> {
    const LINES: usize = 40;
    let used = if line.key.is_empty() { 2 } else { keys + 5 };
    let cells = usize::from(width.saturating_sub(used)).max(8);
    // Raw bytes are there to be read whole.
    if model.records.wraps || line.key.is_empty() {
        text::wrap(&line.value, cells, LINES)
    } else {
        vec![skip_cells(&line.value, usize::from(model.records.detail.skip) * STEP)]
    }
}

fn detail_line(
    canvas: &mut Canvas<'_>,
    area: Rect,
    line: &Line,
    (value, find): (&str, Option<&str>),
    keys: u16,
    is_first: bool,
    is_selected: bool,
) {
    let role = match line.kind {
        Kind::Text => Role::String,
        Kind::Number => Role::Number,
        Kind::Branch | Kind::Note => Role::Dim,
        Kind::Fault => Role::Failed,
    };
    let fold = match (line.is_branch, line.is_folded) {
        (true, true) => "+",
        (true, false) => canvas.either("−", "-"),
        (false, _) => " ",
    };
    let row = canvas.row(area).selected(is_selected, true);
    if line.key.is_empty() {
        let left = row.left();
        row.found(left, value, role, find);
        return;
    }
    let (fold, key) =
        if is_first { (fold, format!("{}{}", "  ".repeat(line.depth), line.key)) } else { (" ", String::new()) };
    let row = row.glyphs([(fold, Role::Dim)]).cell(keys, &key, Role::Field);
    let left = row.left();
    row.found(left, value, role, find);
}
