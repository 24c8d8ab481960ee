//! ```text
//! ┌ alerts 9 · by rule ───────────────────────────────────┐┌ Trail stopped or deleted ─────────────────┐
//! │ - ! high      3  Trail stopped or deleted             ││ StopLogging cloudtrail.amazonaws.com …    │
//! │   !  01:31:07  cloudtrail  alice  203.0.113.78  Stop… ││ object  s3://acme-security-logs/AWSLogs/… │
//! │ ●  ! 01:31:50  cloudtrail  alice  203.0.113.78  Dele… ││ event.action  StopLogging                 │
//! │ + · low       3  Probe for files with secrets         ││ title: Trail stopped or deleted           │
//! └───────────────────────────────────────────────────────┘└───────────────────────────────────────────┘
//! ```

use jiff::SignedDuration;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{say, say_trouble, text};
use crate::app::alerts::{self, AlertLine, AlertRow, Group};
use crate::app::{Model, Topic, geometry};
use crate::detect::Level;
use crate::domain::{Alert, Shown};
use crate::theme::Role;

/// How many lines one line of the alert in full may take.
const LINES: usize = 4;

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let (pane, detail) = geometry::alerts_panes(model);
    if pane.width > 0 {
        list(model, canvas, pane);
    }
    if detail.width > 0 {
        in_full(model, canvas, detail);
    }
}

fn list(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let alerts = &model.alerts;
    let count = match (alerts.is_known, alerts.is_whole) {
        (false, _) => String::new(),
        (true, is_whole) => format!(" {}{}", text::counted(alerts.all.len()), if is_whole { "" } else { "+" }),
    };
    let marked = match alerts.marks.len() {
        0 => String::new(),
        count => format!(" · {} marked", text::plural(count, "object")),
    };
    let filter = alerts.filter.as_ref().map_or(String::new(), |filter| format!(" · /{}", Shown::new(filter.text())));
    let order = if alerts.is_flat { " · the gravest first" } else { " · by rule" };
    let title = [
        ("alerts", Role::Title),
        (count.as_str(), if alerts.all.is_empty() { Role::Dim } else { Role::Alert }),
        (marked.as_str(), Role::Marked),
        (filter.as_str(), Role::Accent),
        (order, Role::Dim),
    ];
    let is_loading = model.is_asking(Topic::Alerts);
    let inside = canvas.pane(pane, &title, if is_loading { "looking…" } else { "" }, !alerts.is_focused);
    let rows = alerts.rows();
    if rows.is_empty() {
        return nothing(model, canvas, inside, is_loading);
    }
    let columns = Columns::of(model, inside.width);
    heading(canvas, Rect { height: 1.min(inside.height), ..inside }, &columns);
    let list = geometry::list(model);
    for (at, line) in Canvas::lines(list, alerts.cursor.window(usize::from(list.height), rows.len())) {
        let is_selected = at == alerts.cursor.at;
        match &rows[at] {
            AlertRow::Rule(group) => draw_rule(model, canvas, line, group, is_selected),
            AlertRow::Alert(index) => draw_alert(model, canvas, line, &alerts.all[*index], &columns, is_selected),
        }
    }
    if let Some(trouble) = &alerts.trouble {
        canvas.foot(pane, Shown::new(trouble.to_string()).as_str(), Role::Error);
    } else if !alerts.is_whole {
        canvas.foot(pane, "there are more: narrow the range", Role::Warning);
    }
}

fn nothing(model: &Model, canvas: &mut Canvas<'_>, inside: Rect, is_loading: bool) {
    let alerts = &model.alerts;
    let line = |text: &str, role| (text.to_owned(), role);
    match &alerts.trouble {
        Some(trouble) => say_trouble(canvas, inside, trouble),
        None if !alerts::are_told(model) => say(
            canvas,
            inside,
            &[
                line("no consumer of this profile detects anything", Role::Text),
                line(
                    "alerts = \"s3://bucket/alerts/NAME/\" of one has `scops worker` match its records against rules",
                    Role::Dim,
                ),
            ],
        ),
        None if is_loading => say(canvas, inside, &[line("looking for what the rules found…", Role::Dim)]),
        None if alerts.filter.is_some() => {
            say(canvas, inside, &[line("nothing passes the filter", Role::Text), line("esc drops it", Role::Dim)]);
        }
        None => say(canvas, inside, &[(format!("the rules found nothing in {}", model.range), Role::Ok)]),
    }
}

/// Which columns have room, and how much.
struct Columns {
    time: u16,
    /// What tells the alert: of which rule, where they are one list; else the record.
    what: u16,
    source: u16,
    who: u16,
    from: u16,
    object: u16,
    format: &'static str,
    is_flat: bool,
}

impl Columns {
    fn of(model: &Model, width: u16) -> Self {
        let is_long = model.range.length() > SignedDuration::from_hours(24);
        let (time, format) = if is_long { (14, "%m-%d %H:%M:%S") } else { (8, "%H:%M:%S") };
        let source = if width >= 60 { 10 } else { 0 };
        let who = match width {
            0..=49 => 0,
            50..=79 => 8,
            _ => 10,
        };
        let from = if width >= 40 { 15 } else { 0 };
        let object = if width >= 100 { 24 } else { 0 };
        let parts = [time, source, who, from, object];
        let used: u16 = parts.iter().filter(|cells| **cells > 0).map(|cells| cells + 1).sum();
        Self {
            time,
            what: width.saturating_sub(used + 4).max(8),
            source,
            who,
            from,
            object,
            format,
            is_flat: model.alerts.is_flat,
        }
    }
}

fn heading(canvas: &mut Canvas<'_>, line: Rect, columns: &Columns) {
    if line.height == 0 {
        return;
    }
    canvas
        .row(line)
        .cell(3, "", Role::Heading)
        .cell(columns.time, "time", Role::Heading)
        .cell(columns.what, if columns.is_flat { "rule" } else { "record" }, Role::Heading)
        .cell(columns.source, "source", Role::Heading)
        .cell(columns.who, "who", Role::Heading)
        .cell(columns.from, "from", Role::Heading)
        .cell(columns.object, "object", Role::Heading);
}

/// How a level looks; its glyph tells it without colours.
fn look_of(level: Level) -> (&'static str, Role) {
    match level {
        Level::Critical => ("‼", Role::Error),
        Level::High => ("!", Role::Alert),
        Level::Medium => ("!", Role::Warning),
        Level::Low => ("·", Role::Text),
        Level::Informational => ("·", Role::Dim),
    }
}

fn glyph_of(level: Level, canvas: &Canvas<'_>) -> (&'static str, Role) {
    let (glyph, role) = look_of(level);
    let ascii = if level == Level::Critical { "#" } else { glyph };
    (canvas.either(glyph, if ascii == "·" { "." } else { ascii }), role)
}

fn draw_rule(model: &Model, canvas: &mut Canvas<'_>, line: Rect, group: &Group, is_selected: bool) {
    let alerts = &model.alerts;
    let fold = if alerts.folded.contains(&group.rule) { "+" } else { canvas.either("−", "-") };
    let marked = group.members.iter().filter(|index| alerts.marks.contains(&alerts.all[**index].object)).count();
    let mark = match marked {
        0 => " ",
        _ if marked == group.members.len() => canvas.either("●", "*"),
        _ => canvas.either("◐", "/"),
    };
    let (glyph, role) = glyph_of(group.level, canvas);
    let count = text::counted(group.members.len());
    let further =
        if group.further > 0 { format!(" (+{} that are not kept)", text::count(group.further)) } else { String::new() };
    canvas
        .row(line)
        .selected(is_selected, !alerts.is_focused)
        .glyphs([(mark, Role::Marked), (fold, Role::Dim), (glyph, role)])
        .cell(if line.width < 50 { 4 } else { 13 }, group.level.name(), role)
        .right(4, &count, role)
        .rest(&format!("{}{further}", Shown::new(&group.title)), Role::Text);
}

fn draw_alert(model: &Model, canvas: &mut Canvas<'_>, line: Rect, alert: &Alert, columns: &Columns, is_selected: bool) {
    let is_marked = model.alerts.marks.contains(&alert.object);
    let mark = if is_marked { canvas.either("●", "*") } else { " " };
    let (glyph, role) = glyph_of(alert.level, canvas);
    let (fold, glyph) = if columns.is_flat { (" ", glyph) } else { (" ", " ") };
    let time = alert.time.map_or_else(|| "–".to_owned(), |time| text::at(time, columns.format));
    let what = if columns.is_flat { &alert.title } else { &alert.message };
    let shown = |text: Option<&str>| Shown::new(text.unwrap_or("–")).to_string();
    canvas
        .row(line)
        .selected(is_selected, !model.alerts.is_focused)
        .glyphs([(mark, Role::Marked), (fold, Role::Dim), (glyph, role)])
        .cell(columns.time, &time, Role::Dim)
        .cell(columns.what, Shown::new(what).as_str(), Role::Text)
        .cell(columns.source, Shown::new(&alert.source).as_str(), Role::Accent)
        .cell(columns.who, &shown(alert.who.as_deref()), Role::Text)
        .cell(columns.from, &shown(alert.address.as_deref()), Role::Text)
        .ending(columns.object, Shown::new(alert.object.file_name()).as_str(), Role::Dim);
}

/// The alert under the cursor: the record's fields, and the rule as it is written.
fn in_full(model: &Model, canvas: &mut Canvas<'_>, pane: Rect) {
    let Some(alert) = model.alerts.selected() else {
        canvas.pane(pane, &[], "", false);
        return;
    };
    let (_, role) = look_of(alert.level);
    let time = alert.time.map_or_else(String::new, |time| text::at(time, "%Y-%m-%d %H:%M:%SZ"));
    let title = [(alert.level.name(), role), (" · ", Role::Dim), (time.as_str(), Role::Text)];
    let inside = canvas.pane(pane, &title, "", model.alerts.is_focused);
    let width = usize::from(inside.width);
    let drawn: Vec<_> = alerts::lines(model).into_iter().flat_map(|line| wrapped(line, width)).collect();
    let most = drawn.len().saturating_sub(usize::from(inside.height));
    for ((name, value, role), row) in drawn.iter().skip(model.alerts.scroll.min(most)).zip(inside.rows()) {
        canvas.pieces(row.x, row.y, row.width, &[(name.as_str(), Role::Field), (value.as_str(), *role)]);
    }
}

/// A line in as many rows as it needs: a name, text beside it, and its role. Words of prose stay whole.
fn wrapped(line: AlertLine, width: usize) -> Vec<(String, String, Role)> {
    let prose = |text: &str, role| {
        let lines = text::wrap_words(Shown::new(text).as_str(), width, LINES);
        lines.into_iter().map(|line| (String::new(), line, role)).collect()
    };
    let (name, value, role) = match line {
        AlertLine::Title(text) => return prose(&text, Role::Title),
        AlertLine::Text(text) => return prose(&text, Role::Text),
        AlertLine::Field(name, value) => (format!("{}  ", Shown::new(name)), value, Role::String),
        AlertLine::Rule(text) => (String::new(), text, Role::Dim),
    };
    let room = width.saturating_sub(text::width(&name)).max(8);
    let below = " ".repeat(width.saturating_sub(room));
    let lines = text::wrap(Shown::new(value).as_str(), room, LINES).into_iter();
    lines.enumerate().map(|(at, line)| (if at == 0 { name.clone() } else { below.clone() }, line, role)).collect()
}
