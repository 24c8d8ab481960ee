//! ```text
//! ┌ timeline ─ objects per 30 min · ▒ failed ─────────────────────────────────────────────── max 24 ┐
//! │ ▂▃▃▅▇▇█▇▆▅▃▂▁▁▁▂▃▅▇█▇▅▃▂▁▂▃▃▅▇▇█▒▒▒▒▒▒▃▂▁▁▁▂▃▅▇█▇▅▃▂▁                                            │
//! └ 01:00 ───────── 01:15 ──────── 01:30 ────────▲ 01:45 ───────────────────────────────────────────┘
//! ┌ objects 412 · 37 failed · 5 marked · newest first ───────┐┌ preview ─ first 256 KiB of 1.4 MiB ─┐
//! │▸●✗ 01:31:07  1m12s  …T0131Z_kP2x.json.gz  41 KiB  no eve ││ 01:30:58 ConsoleLogin root           │
//! └──────────────────────────────────────────────────────────┘└─────────────────────────────────────┘
//! ```

use jiff::SignedDuration;
use ratatui::layout::Rect;

use super::canvas::{Canvas, role_of};
use super::{chart, heat, records, say, say_trouble, text};
use crate::app::timeline::{self, Axis};
use crate::app::{Model, Topic, geometry, objects, range};
use crate::domain::time::brief;
use crate::domain::{ObjectRow, Shown, States};
use crate::theme::Role;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let panes = geometry::objects_panes(model);
    if panes.timeline.height > 0 {
        timeline(model, canvas, panes.timeline);
    }
    if panes.list.height > 0 {
        list(model, canvas, panes.list);
    }
    if panes.preview.height > 0 {
        preview(model, canvas, panes.preview);
    }
}

fn timeline(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let objects = &model.objects;
    let Some(timeline) = &objects.timeline else {
        canvas.pane(pane, &[("timeline", Role::Title)], "", false);
        return;
    };
    let step = range::step(model.range.length(), geometry::chart_columns(model));
    let step = range::words(step);
    let step = step.strip_prefix("1 ").unwrap_or(&step);
    let source = objects.source.as_deref().map(Shown::new).unwrap_or_default();
    // A comparison needs the room of the range, whose times stand below the bars.
    let has_room = model.chart.against.is_none() || model.chart.is_heat_map || pane.width >= 100;
    let range = if has_room { format!(" · {}", model.range) } else { String::new() };
    let arrival = if model.chart.axis == Axis::Arrival { " by arrival" } else { "" };
    let what =
        if model.chart.is_heat_map { format!(" · per hour{arrival}") } else { format!(" · per {step}{arrival}") };
    let failed = format!(" · {} failed", canvas.either("▒", "X"));
    let parked = format!(" · {} parked", canvas.either("░", "o"));
    let is_late = timeline.overlays.iter().any(|overlay| overlay.late > 0);
    let late = format!(" · {} late", canvas.either("▓", "L"));
    let is_replayed = timeline.overlays.iter().any(|overlay| overlay.replayed > 0);
    let replayed = format!(" · {} replayed", canvas.either("▚", "R"));
    let brushed = objects.brush.map_or(String::new(), |brush| {
        let (first, last) = brush.span();
        format!(" · brush {}", timeline.stretch(first, last))
    });
    let outside = if timeline.outside > 0 {
        format!(" · {} without a time here", text::count(timeline.outside))
    } else {
        String::new()
    };
    let mut title = vec![(source.as_str(), Role::Title), (range.as_str(), Role::Text), (what.as_str(), Role::Dim)];
    if objects.failed > 0 {
        title.push((&failed, Role::Failed));
    }
    if objects.parked > 0 {
        title.push((&parked, Role::Parked));
    }
    // Alerts have the times of their events.
    let alerts = match (&objects.source, timeline.axis) {
        (Some(source), Axis::Event) => model.alerts.per_bin(source, timeline.range, timeline.bins.len()),
        _ => Vec::new(),
    };
    let found: u32 = alerts.iter().sum();
    let found = if found > 0 { format!(" · ! {}", text::plural(found as usize, "alert")) } else { String::new() };
    title.push((&found, Role::Alert));
    // The rows tell their lag too, so that its glyph is explained where nothing else needs the room.
    let is_roomy = pane.width >= 100 && objects.brush.is_none() && model.chart == timeline::Chart::default();
    if is_replayed && is_roomy {
        title.push((&replayed, Role::Recovered));
    }
    if is_late && is_roomy {
        title.push((&late, Role::Late));
    }
    title.extend([(outside.as_str(), Role::Dim), (brushed.as_str(), Role::Accent)]);
    let before = timeline::before(model);
    let right = match (model.chart.against, before) {
        _ if model.chart.is_heat_map => String::new(),
        (Some(against), Some(before)) => {
            let (now, then) = (text::count(timeline.total()), text::count(before.total()));
            format!("{now} now, {} {then} {}", canvas.either("─", "~"), against.name())
        }
        (Some(against), None) if model.is_asking(Topic::Before) => format!("{}: loading…", against.name()),
        (Some(against), None) => format!("{}: not known", against.name()),
        (None, _) => format!("max {}", text::count(timeline.max())),
    };
    let inside = canvas.pane(pane, &title, &right, objects.brush.is_some());
    let inside = Rect { height: inside.height, ..geometry::timeline_bars(model) };
    let cursor = objects.selected().and_then(|row| row.time).and_then(|time| timeline.bin_of(time));
    if model.chart.is_heat_map {
        return heat::draw(timeline, canvas, inside);
    }
    chart::timeline(timeline, before, objects.brush, cursor, canvas, pane, inside);
    chart::flags(&alerts, timeline, canvas, inside);
}

fn list(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let objects = &model.objects;
    let is_loading = model.is_asking(Topic::Objects);
    let total = objects.rows.len();
    let count = if objects.filter.is_some() {
        format!(" {} of {}", text::counted(objects.shown.len()), text::counted(total))
    } else {
        format!(" {}", text::counted(total))
    };
    let failed =
        if objects.failed > 0 { format!(" · {} failed", text::counted(objects.failed)) } else { String::new() };
    let parked =
        if objects.parked > 0 { format!(" · {} parked", text::counted(objects.parked)) } else { String::new() };
    let marked = if objects.marks.is_empty() {
        String::new()
    } else {
        let out = objects.marks_out_of_sight();
        let out = if out > 0 { format!(" ({out} not shown)") } else { String::new() };
        format!(" · {} marked{out}", text::counted(objects.marks.len()))
    };
    let order = format!(" · {}{}", objects.order.name(), sorted(model, is_loading));
    let filter = objects.filter.as_ref().map_or(String::new(), |filter| format!(" · /{}", Shown::new(filter.text())));
    // Where there is no timeline to tell the source, this title does.
    let has_timeline = geometry::objects_panes(model).timeline.height > 0;
    let heading = if has_timeline { "objects" } else { objects.source.as_deref().unwrap_or("objects") };
    let heading = Shown::new(heading);
    let title = [
        (heading.as_str(), Role::Title),
        (count.as_str(), Role::Text),
        (failed.as_str(), Role::Failed),
        (parked.as_str(), Role::Parked),
        (marked.as_str(), Role::Marked),
        (filter.as_str(), Role::Accent),
        (order.as_str(), Role::Dim),
    ];
    let doing = objects.download.as_ref().map(|download| {
        format!("download {} of {} · {}", text::counted(download.done), text::counted(download.of), download.bytes)
    });
    let doing = doing.unwrap_or_else(|| match objects::as_of(model) {
        _ if is_loading => "loading…".to_owned(),
        Some(listed) => format!("as of {}", text::at(listed, "%H:%M:%SZ")),
        None => String::new(),
    });
    let inside = canvas.pane(pane, &title, &doing, objects.brush.is_none());
    if objects.shown.is_empty() {
        return empty(model, canvas, inside, is_loading);
    }
    let columns = Columns::of(model, inside.width);
    let list = geometry::list(model);
    if list.y > inside.y {
        columns.heading(canvas, inside);
    }
    let window = objects.cursor.window(usize::from(list.height), objects.shown.len());
    for (at, line) in Canvas::lines(list, window) {
        if let Some(row) = objects.row_at(at) {
            draw_row(model, canvas, line, &row, &columns, at == objects.cursor.at);
        }
    }
    if let Some(trouble) = &objects.trouble {
        canvas.foot(pane, &format!("incomplete: {}", Shown::new(trouble.to_string())), Role::Error);
    } else {
        canvas.foot(pane, &known(model), Role::Failed);
    }
}

/// Which rows the order is of, where these are not all.
fn sorted(model: &Model, is_loading: bool) -> String {
    let loaded = text::counted(model.objects.rows.len());
    match objects::expected(model) {
        _ if !model.objects.is_in_order() => format!(": {} so far", text::counted(model.objects.in_order())),
        _ if !is_loading && model.objects.trouble.is_none() => String::new(),
        Some(expected) => format!(": {loaded} of {} loaded", text::count(expected)),
        None => format!(" of {loaded} loaded"),
    }
}

/// What is known of the object under the cursor: each consumer's state where there are several, and why it failed.
fn known(model: &Model) -> String {
    let mut known = Vec::new();
    // The preview tells the consumers by name, where it is shown.
    let has_preview = geometry::objects_panes(model).preview.height > 0;
    if let Some(row) = model.objects.selected().filter(|_| model.profile.consumers.len() > 1 && !has_preview) {
        let states = objects::states(model, &row);
        known.extend(states.map(|(consumer, state)| format!("{}: {}", Shown::new(consumer), state.name())));
    }
    known.extend(model.objects.selected().and_then(|row| row.reason).map(|reason| Shown::new(reason).to_string()));
    known.join(" · ")
}

fn empty(model: &Model, canvas: &mut Canvas<'_>, inside: Rect, is_loading: bool) {
    let objects = &model.objects;
    if objects.source.is_none() {
        return say(
            canvas,
            inside,
            &[("no source is chosen".into(), Role::Text), ("1 shows the sources".into(), Role::Dim)],
        );
    }
    if let Some(trouble) = &objects.trouble {
        return say_trouble(canvas, inside, trouble);
    }
    if is_loading {
        return say(canvas, inside, &[("loading…".into(), Role::Dim)]);
    }
    if !objects.rows.is_empty() {
        let hidden = format!("none of {} passes the filter", text::plural(objects.rows.len(), "object"));
        return say(canvas, inside, &[(hidden, Role::Text), ("esc drops it".into(), Role::Dim)]);
    }
    let range = model.range.to_string();
    say(
        canvas,
        inside,
        &[("no objects".into(), Role::Text), (range, Role::Dim), ("[ looks earlier, - wider".into(), Role::Dim)],
    );
}

/// The widths of the columns.
struct Columns {
    states: u16,
    time: u16,
    format: &'static str,
    word: u16,
    lag: u16,
    name: u16,
    size: u16,
}

impl Columns {
    fn of(model: &Model, width: u16) -> Self {
        let has_date = model.range.length() > SignedDuration::from_hours(24) || !model.range.contains(model.now);
        let (time, format) = if has_date && width >= 50 { (14, "%m-%d %H:%M:%S") } else { (8, "%H:%M:%S") };
        let word = if width >= 76 { 10 } else { 0 };
        let lag = if width >= 44 { 6 } else { 0 };
        let size = if width >= 36 { 8 } else { 0 };
        // The cursor, the mark, a space behind the states, and one at the end.
        let states = model.profile.consumers.len().clamp(1, States::MOST) as u16;
        let used = 4
            + states
            + [time, word, lag, size].into_iter().filter(|cells| *cells > 0).map(|cells| cells + 1).sum::<u16>();
        let left = width.saturating_sub(used);
        // The reason has what a name does not need.
        let name = if model.objects.failed + model.objects.parked + model.objects.archived > 0 && left >= 40 {
            (left * 3 / 5).min(96)
        } else {
            left
        };
        Self { states, time, format, word, lag, name, size }
    }

    fn heading(&self, canvas: &mut Canvas<'_>, inside: Rect) {
        // Before the columns stand the cursor, the mark and the states.
        canvas
            .row(Rect { height: 1, ..inside })
            .cell(self.states + 2, "", Role::Heading)
            .cell(self.word, "state", Role::Heading)
            .cell(self.time, "time", Role::Heading)
            .right(self.lag, "lag", Role::Heading)
            .cell(self.name, "object", Role::Heading)
            .right(self.size, "size", Role::Heading);
    }
}

fn draw_row(model: &Model, canvas: &mut Canvas<'_>, line: Rect, row: &ObjectRow, columns: &Columns, is_selected: bool) {
    let objects = &model.objects;
    let role = role_of(row.state);
    let is_marked = objects.marks.contains(&row.object.id);
    let is_range_start = objects.mark_from.as_ref() == Some(&row.object.id);
    let mark = if is_marked {
        canvas.either("●", "*")
    } else if is_range_start {
        canvas.either("┌", "/")
    } else {
        " "
    };
    // Of several consumers each has its cell.
    let mut glyphs = vec![(mark, if mark == " " { Role::Text } else { Role::Marked })];
    if model.profile.consumers.len() > 1 {
        glyphs.extend(row.states.iter().map(|state| (canvas.glyph(state), role_of(state))));
    } else {
        glyphs.push((canvas.glyph(row.state), role));
    }
    let late = model
        .profile
        .source_of(&row.object.id.bucket, &row.object.id.key)
        .is_some_and(|source| row.lag.is_some_and(|lag| lag > source.late_after));
    let time = row.time.map_or("–".to_owned(), |time| text::at(time, columns.format));
    let lag = row.lag.map_or(String::new(), brief);
    let key = Shown::new(&row.object.id.key);
    let name = if text::width(key.as_str()) <= usize::from(columns.name) {
        key
    } else {
        Shown::new(row.object.id.file_name())
    };
    let (rest, rest_role) = match &row.reason {
        Some(reason) => (Shown::new(reason), role),
        None if row.object.is_archived() || row.object.storage_class.contains(',') => {
            (Shown::new(&row.object.storage_class), Role::Dim)
        }
        None => (Shown::default(), role),
    };
    let text_role = if is_marked { Role::Marked } else { Role::Text };
    canvas
        .row(line)
        .selected(is_selected, objects.brush.is_none())
        .glyphs(glyphs)
        .cell(columns.word, row.state.name(), role)
        .cell(columns.time, &time, text_role)
        .right(columns.lag, &lag, if late { Role::Late } else { Role::Dim })
        .ending(columns.name, name.as_str(), text_role)
        .right(columns.size, &row.object.size.to_string(), Role::Dim)
        .rest(rest.as_str(), rest_role);
}

/// Into the lower edge of the preview: each consumer's glyph as in the rows, with its name.
fn by_consumer(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let Some(row) = model.objects.selected().filter(|_| model.profile.consumers.len() > 1) else { return };
    let told: Vec<String> = objects::states(model, &row)
        .map(|(consumer, state)| format!("{} {} {}", canvas.glyph(state), Shown::new(consumer), state.name()))
        .collect();
    canvas.foot(pane, &told.join("  "), role_of(row.state));
}

fn preview(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let wanted = model.objects.selected().map(|row| row.object.id);
    let reading = model.objects.preview.as_ref().filter(|reading| Some(&reading.object.id) == wanted.as_ref());
    let Some(reading) = reading else {
        let inside = canvas.pane(pane, &[("preview", Role::Title)], "", false);
        by_consumer(model, canvas, pane);
        if objects::is_preview_shown(model) && wanted.is_some() {
            say(canvas, inside, &[("…".into(), Role::Dim)]);
        }
        return;
    };
    let told = records::told(reading);
    let is_loading = model.is_asking(Topic::Preview);
    let title = [("preview", Role::Title), (told.0.as_str(), Role::Dim), (told.1.as_str(), Role::Failed)];
    let inside = canvas.pane(pane, &title, if is_loading { "loading…" } else { "" }, false);
    by_consumer(model, canvas, pane);
    if let Some(trouble) = &reading.trouble {
        return say_trouble(canvas, inside, trouble);
    }
    let Some(read) = &reading.page else {
        return say(canvas, inside, &[("reading…".into(), Role::Dim)]);
    };
    if read.rows.is_empty() {
        return say(canvas, inside, &[(records::nothing(read), Role::Dim)]);
    }
    for (row, line) in read.rows.iter().zip(inside.rows()) {
        records::brief_row(canvas, line, row);
    }
}
