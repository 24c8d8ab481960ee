//! ```text
//! ┌ sources ─ last 24 h, 1 h a column · trouble first ─────────────────────────────────────────┐
//! │  source      timeline                 objects     size  lag p95  status                    │
//! │▸ cloudtrail  ▁▂▂▃▅▇▇▆▅▃▂▁▁▁▂▃▅▒█▇▅▃▂▁   8,412  1.9 GiB    4m12s  ✗ 37 failed: no eventTime │
//! │  vpcflow     ▃▃▃▃▃▃▃▃▃▃▃▃▃···▃▃▃▃▃▃▃▃  41,230   38 GiB    1m02s  gap 13:00–16:00, silent   │
//! └────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

mod about;
mod profile;

use jiff::SignedDuration;
use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::{chart, say, say_trouble, text};
use crate::app::sources::Row;
use crate::app::{Model, Topic, geometry, profiles, range, sources};
use crate::domain::time::brief;
use crate::domain::{ByteSize, Gap, Reason, Shown, SourceSurvey, State, TimeRange};
use crate::theme::Role;

/// The widths of the columns.
struct Columns {
    name: u16,
    /// Account and region; none where sources are shown as a whole.
    part: u16,
    spark: u16,
    objects: u16,
    size: u16,
    lag: u16,
    /// The most objects of a column of any source, where all share one scale.
    scale: Option<u32>,
}

impl Columns {
    fn of(model: &Model, width: u16) -> Self {
        let configured = profiles::opened(model).into_iter().flat_map(|console| &console.profile.sources);
        let names = configured.map(|source| text::width(Shown::new(&source.name).as_str()));
        let name = names.max().unwrap_or(6).clamp(6, 20) as u16;
        let wanted = geometry::spark_columns(model);
        let bins = range::bins(model.range, wanted) as u16;
        let is_wide = width >= 90;
        let parts = sources::rows(model).into_iter().filter_map(|row| sources::part(row.survey));
        let part = parts.map(|part| text::width(Shown::new(part).as_str())).max().unwrap_or(0).min(28) as u16;
        Self {
            name: if width < 60 { name.min(12) } else { name },
            part: if width < 60 { part.min(16) } else { part },
            // As many whole columns a bin as there is room for.
            // Accounts take the room of the timeline where there is not enough for both.
            spark: if width < 36 || (part > 0 && width < 90) { 0 } else { bins * (wanted as u16 / bins.max(1)).max(1) },
            objects: if width < 60 { 0 } else { 8 },
            size: if width < 70 { 0 } else { 8 },
            lag: if is_wide { 8 } else { 0 },
            scale: model.sources.has_one_scale.then(|| {
                let bins = sources::rows(model).into_iter().filter_map(|row| row.survey).flat_map(|s| &s.bins);
                bins.map(|bin| bin.objects).max().unwrap_or(0)
            }),
        }
    }
}

impl Columns {
    /// The cells before the number of objects.
    fn before_objects(&self) -> u16 {
        let part = if self.part > 0 { self.part + 1 } else { 0 };
        self.name + 1 + part + self.spark
    }
}

pub(super) fn draw(model: &Model, canvas: &mut Canvas<'_>) {
    let panes = geometry::sources_panes(model);
    list(model, canvas, panes.list);
    if panes.timeline.height > 0 {
        about::draw(model, canvas, panes.timeline, panes.facts);
    }
}

fn list(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let step = range::step(model.range.length(), geometry::spark_columns(model));
    let is_last = model.follows_clock;
    let length = range::words(model.range.length());
    let what = if is_last { format!(" · last {length}") } else { format!(" · {length}") };
    let scale = if model.sources.has_one_scale { " · one scale" } else { "" };
    let detail = format!("{what}, {} a column · {}{scale}", range::words(step), model.sources.order.name());
    let filter =
        model.sources.filter.as_ref().map_or(String::new(), |filter| format!(" /{}", Shown::new(filter.text())));
    let title = [("sources", Role::Title), (detail.as_str(), Role::Dim), (filter.as_str(), Role::Accent)];
    let opened = profiles::opened(model);
    let is_loading = opened.iter().any(|console| is_waiting(console));
    let inside = canvas.pane(area, &title, if is_loading { "loading…" } else { "" }, true);
    let rows = sources::rows(model);
    if opened.iter().all(|console| console.profile.sources.is_empty()) {
        let lines = [
            ("this profile names no sources".to_owned(), Role::Text),
            ("config.toml names them, as the README shows; scops demo shows a made-up night".to_owned(), Role::Dim),
        ];
        return say(canvas, inside, &lines);
    }
    if let ([only], Some(trouble)) = (opened.as_slice(), profile::trouble(model))
        && only.id() == model.id()
    {
        return say_trouble(canvas, inside, trouble);
    }
    if rows.is_empty() {
        let count: usize = opened.iter().map(|console| console.profile.sources.len()).sum();
        let hidden = format!("none of {} passes the filter", text::plural(count, "source"));
        return say(canvas, inside, &[(hidden, Role::Text), ("esc drops it".into(), Role::Dim)]);
    }
    let columns = Columns::of(model, inside.width);
    heading(canvas, inside, &columns);
    let list = geometry::list(model);
    let window = model.sources.cursor.window(usize::from(list.height), rows.len());
    for (index, line) in Canvas::lines(list, window) {
        let is_selected = index == model.sources.cursor.at;
        match rows[index].source {
            Some(name) => row(&rows[index], name, canvas, line, &columns, is_selected),
            None => profile::line(rows[index].console, &model.sources, canvas, line, &columns, is_selected),
        }
    }
    total(model, canvas, inside, &rows, &columns);
    // What the row has no room for is told in full below.
    let told = rows.get(model.sources.cursor.at).and_then(|row| match (row.survey, row.source) {
        (Some(survey), _) => Some(status(row.console, survey)),
        (None, None) => profile::told(row.console),
        (None, Some(_)) => None,
    });
    if let Some((text, role)) = told
        && geometry::sources_panes(model).facts.height == 0
        && usize::from(status_room(inside.width, &columns)) < text::width(&text)
    {
        canvas.foot(area, &text, role);
    }
}

fn status_room(width: u16, columns: &Columns) -> u16 {
    let used: u16 = [columns.name, columns.part, columns.spark, columns.objects, columns.size, columns.lag]
        .into_iter()
        .filter(|cells| *cells > 0)
        .map(|cells| cells + 1)
        .sum();
    width.saturating_sub(used + 2)
}

fn heading(canvas: &mut Canvas<'_>, inside: Rect, columns: &Columns) {
    let line = Rect { height: 1.min(inside.height), ..inside };
    if line.height == 0 {
        return;
    }
    canvas
        .row(line)
        .cell(1, "", Role::Heading)
        .cell(columns.name, "source", Role::Heading)
        .cell(columns.part, "account, region", Role::Heading)
        .cell(columns.spark, "timeline", Role::Heading)
        .right(columns.objects, "objects", Role::Heading)
        .right(columns.size, "size", Role::Heading)
        .right(columns.lag, "lag p95", Role::Heading)
        .rest(" status", Role::Heading);
}

/// Whether the sources of a profile are being looked at, or about to be.
fn is_waiting(console: &Model) -> bool {
    console.is_asking(Topic::Survey) || console.sources.asked.is_none()
}

fn row(row: &Row<'_>, name: &str, canvas: &mut Canvas<'_>, line: Rect, columns: &Columns, is_selected: bool) {
    let (model, survey) = (row.console, row.survey);
    let spark = survey.filter(|_| columns.spark > 0).map(|survey| {
        let own = survey.bins.iter().map(|bin| bin.objects).max().unwrap_or(0);
        let alerts = model.alerts.per_bin(name, survey.range, survey.bins.len());
        chart::spark(survey, &alerts, columns.scale.unwrap_or(own), columns.spark, canvas)
    });
    let row = canvas.row(line).selected(is_selected, true).glyphs([]);
    let row = row.cell(columns.name, Shown::new(name).as_str(), Role::Text);
    let part = sources::part(survey).map(Shown::new).unwrap_or_default();
    let row = row.cell(columns.part, part.as_str(), Role::Text);
    let Some(survey) = survey else {
        let word = if is_waiting(model) { "loading…" } else { "not known" };
        return row.cell(columns.spark, "", Role::Dim).rest(word, Role::Dim);
    };
    let row = match spark {
        Some(spark) => row.glyphs(spark),
        None => row,
    };
    let late = model.profile.source(name).map(|source| source.late_after);
    let lag_role = match (survey.lag_p95, late) {
        (Some(lag), Some(limit)) if lag > limit => Role::Late,
        _ => Role::Text,
    };
    let (text, role) = status(model, survey);
    let mark = if survey.complete { "" } else { "+" };
    row.right(columns.objects, &format!("{}{mark}", text::count(survey.objects)), Role::Text)
        .right(columns.size, &survey.bytes.to_string(), Role::Text)
        .right(columns.lag, &survey.lag_p95.map_or("–".to_owned(), brief), lag_role)
        .rest(&format!(" {text}"), role);
}

fn total(model: &Model, canvas: &mut Canvas<'_>, inside: Rect, rows: &[Row<'_>], columns: &Columns) {
    if inside.height < 3 {
        return;
    }
    let line = Rect { y: inside.bottom() - 1, height: 1, ..inside };
    let known: Vec<&SourceSurvey> = rows.iter().filter_map(|row| row.survey).collect();
    let shown = rows.iter().filter(|row| row.source.is_some()).count();
    let objects: u64 = known.iter().map(|survey| survey.objects).sum();
    let bytes: ByteSize = known.iter().map(|survey| survey.bytes).sum();
    let failed: u64 = known.iter().map(|survey| survey.failed).sum();
    let sources = if model.sources.is_grouped {
        text::plural(shown, "row")
    } else if known.len() == shown {
        text::plural(shown, "source")
    } else {
        format!("{} of {shown} sources", known.len())
    };
    let opened = profiles::opened(model);
    let (mut hidden, mut folded) = (0, 0);
    for console in opened.iter().filter(|_| !model.sources.is_grouped) {
        let passing = sources::rows_of(console, &model.sources).len();
        hidden += console.profile.sources.len().saturating_sub(passing);
        folded += if console.sources.is_folded && opened.len() > 1 { passing } else { 0 };
    }
    let hidden = if hidden > 0 { format!(", {hidden} filtered out") } else { String::new() };
    let folded = if folded > 0 { format!(", {folded} folded") } else { String::new() };
    let cells = columns.before_objects();
    let failed = if failed > 0 { format!(" {} failed", text::count(failed)) } else { String::new() };
    canvas
        .row(line)
        .cell(1, "", Role::Dim)
        .cell(cells, &format!("{sources}{hidden}{folded}"), Role::Dim)
        .right(columns.objects, &text::count(objects), Role::Dim)
        .right(columns.size, &bytes.to_string(), Role::Dim)
        .right(columns.lag, "", Role::Dim)
        .rest(&failed, Role::Dim);
}

/// What is to be said of a source, the gravest first.
fn troubles(model: &Model, survey: &SourceSurvey) -> Vec<(String, Role)> {
    let mut parts: Vec<(String, Role)> = Vec::new();
    if survey.failed > 0 {
        let reason = reason(model, &survey.source, State::Failed).map_or(String::new(), |reason| format!(": {reason}"));
        parts.push((format!("✗ {} failed{reason}", text::count(survey.failed)), Role::Failed));
    }
    if let Some(gap) = survey.gaps.last() {
        let more = survey.gaps.len() - 1;
        let more = if more > 0 { format!(" (+{more})") } else { String::new() };
        parts.push((format!("gap {}{more}", gap_words(gap, survey.range)), Role::Late));
    }
    if survey.parked > 0 {
        let reason = reason(model, &survey.source, State::Parked).unwrap_or_else(|| "no parser".to_owned());
        parts.push((format!("◌ {} parked: {reason}", text::count(survey.parked)), Role::Parked));
    }
    if survey.late > 0 {
        parts.push((format!("{} late", text::count(survey.late)), Role::Late));
    }
    if !survey.complete {
        parts.push(("listing cut short".to_owned(), Role::Warning));
    }
    match parts.first() {
        None if survey.objects == 0 => parts.push(("nothing in this range".to_owned(), Role::Dim)),
        None => parts.push(("ok".to_owned(), Role::Ok)),
        Some(_) => {}
    }
    parts
}

/// What is to be said of a source in one line, in the role of the gravest.
fn status(model: &Model, survey: &SourceSurvey) -> (String, Role) {
    let parts = troubles(model, survey);
    let role = parts.first().map_or(Role::Text, |(_, role)| *role);
    (parts.into_iter().map(|(part, _)| part).collect::<Vec<_>>().join(" · "), role)
}

/// `13:00–16:00, arrived but unprocessed`; a gap that still lasts has no end.
fn gap_words(gap: &Gap, range: TimeRange) -> String {
    let format = if range.length() > SignedDuration::from_hours(24) { "%m-%d %H:%M" } else { "%H:%M" };
    let start = text::at(gap.range.start, format);
    if gap.range.end >= range.end {
        return format!("since {start}, {}", gap.kind.name());
    }
    let end = text::at(gap.range.end, format);
    let place = if start == end { start } else { format!("{start}–{end}") };
    format!("{place}, {}", gap.kind.name())
}

/// The commonest reason of a source's failures.
fn reason(model: &Model, source: &str, state: State) -> Option<String> {
    let mut reasons: Vec<(usize, String)> = Vec::new();
    let of_source =
        |failure: &&crate::domain::Failure| failure.state == state && failure.source.as_deref() == Some(source);
    for failure in model.failures.all.iter().filter(of_source) {
        let Some(signature) = failure.reason.as_ref().map(Reason::signature) else { continue };
        match reasons.iter_mut().find(|(_, known)| *known == signature) {
            Some((count, _)) => *count += 1,
            None => reasons.push((1, signature)),
        }
    }
    reasons.into_iter().max_by_key(|(count, _)| *count).map(|(_, reason)| Shown::new(reason).to_string())
}
