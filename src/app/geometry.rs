//! Where things are on the screen: one pure function of the model, which `update` and `view` share.

use ratatui::layout::Rect;

use super::search::Phase;
use super::workbench::Pane;
use super::{Model, Popup, Screen, objects, pipeline, profiles, replays, sources};

/// The parts of the frame that every screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The top line.
    pub header: Rect,
    /// The line of tabs.
    pub tabs: Rect,
    /// The screen.
    pub body: Rect,
    /// The line of messages and of what is typed; empty where there is none.
    pub status: Rect,
    /// The line of key hints.
    pub footer: Rect,
}

/// The frame of the terminal. Where rows are few, the tabs go first, then the hints.
pub fn frame(model: &Model) -> Frame {
    let (width, height) = model.size;
    let has_tabs = u16::from(height >= 8);
    let has_footer = u16::from(height >= 5);
    let has_status = u16::from(height >= 3 && needs_status(model));
    let header = 1.min(height);
    let body = height.saturating_sub(header + has_tabs + has_footer + has_status);
    let at = |y: u16, rows: u16| Rect { x: 0, y: y.min(height), width, height: rows.min(height.saturating_sub(y)) };
    let top = header + has_tabs;
    Frame {
        header: at(0, header),
        tabs: at(header, has_tabs),
        body: at(top, body),
        status: at(top + body, has_status),
        footer: at(top + body + has_status, has_footer),
    }
}

/// Whether a line is typed at the foot of the screen, or a message stands there.
fn needs_status(model: &Model) -> bool {
    let is_typing = model.typing.as_ref().is_some_and(|typing| !typing.purpose.has_own_line());
    is_typing || model.messages.toast(model.now).is_some()
}

/// The inside of a pane with a frame around it.
pub fn inside(pane: Rect) -> Rect {
    Rect {
        x: pane.x.saturating_add(1).min(pane.right()),
        y: pane.y.saturating_add(1).min(pane.bottom()),
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(2),
    }
}

/// Columns of a sparkline on the sources screen.
pub fn spark_columns(model: &Model) -> usize {
    match model.size.0 {
        0..=59 => 12,
        60..=139 => 24,
        140..=199 => 48,
        _ => 72,
    }
}

/// The panes of the sources screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourcesPanes {
    /// The rows.
    pub list: Rect,
    /// The timeline of the source under the cursor; empty where there is no room.
    pub timeline: Rect,
    /// What is known of it; empty where there is no room.
    pub facts: Rect,
}

/// The panes of the sources screen: below the rows, as much of the source under the cursor as there is room for.
pub fn sources_panes(model: &Model) -> SourcesPanes {
    const TIMELINE: u16 = 6;
    const FACTS: u16 = 7;
    let body = frame(model).body;
    let nothing = Rect::default();
    let configured: usize = profiles::opened(model).into_iter().map(|console| console.profile.sources.len()).sum();
    let wanted = u16::try_from(sources::rows(model).len().max(configured)).unwrap_or(u16::MAX).saturating_add(4);
    let (_, rest) = split_top(body, wanted.max(8));
    if body.width >= 100 && rest.height >= FACTS + 2 {
        let (list, rest) = split_top(body, body.height - rest.height.min(16));
        // As wide as its bins take in whole columns.
        let bins = super::range::bins(model.range, spark_columns(model)) as u16;
        let columns = (body.width * 3 / 5).saturating_sub(4) / bins.max(1) * bins;
        let (timeline, facts) = split_left(rest, columns + 4);
        return SourcesPanes { list, timeline, facts };
    }
    if body.width >= 60 && rest.height >= FACTS + TIMELINE {
        let (list, rest) = split_top(body, body.height - FACTS - TIMELINE);
        let (timeline, facts) = split_top(rest, TIMELINE);
        return SourcesPanes { list, timeline, facts };
    }
    SourcesPanes { list: body, timeline: nothing, facts: nothing }
}

/// The panes of the objects screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectsPanes {
    /// The timeline; empty where there is no room.
    pub timeline: Rect,
    /// The rows.
    pub list: Rect,
    /// The preview; empty where it is not shown.
    pub preview: Rect,
}

/// The panes of the objects screen.
pub fn objects_panes(model: &Model) -> ObjectsPanes {
    let body = frame(model).body;
    let timeline_rows = match body.height {
        0..=11 => 0,
        12..=19 => 6,
        20..=35 => 7,
        _ => 9,
    };
    // Hours by days want a row a day, one of hours, and the frame.
    let timeline_rows = if model.chart.is_heat_map && timeline_rows > 0 {
        let days = u16::try_from(super::timeline::days(model.range)).unwrap_or(u16::MAX);
        days.saturating_add(3).min(body.height / 2).max(timeline_rows)
    } else {
        timeline_rows
    };
    let (timeline, rest) = split_top(body, timeline_rows);
    if !objects::is_preview_shown(model) {
        return ObjectsPanes { timeline, list: rest, preview: Rect::default() };
    }
    if body.width >= 100 {
        let right = body.width * 45 / 100;
        let (list, preview) = split_left(rest, body.width - right);
        return ObjectsPanes { timeline, list, preview };
    }
    if rest.height < 8 {
        // Too small for both: the preview alone, as it was asked for.
        return ObjectsPanes { timeline: Rect::default(), list: Rect::default(), preview: body };
    }
    let (list, preview) = split_top(rest, rest.height / 2);
    ObjectsPanes { timeline, list, preview }
}

/// Where the bars of the objects' timeline are; empty where it is not shown.
pub fn timeline_bars(model: &Model) -> Rect {
    let inside = inside(objects_panes(model).timeline);
    Rect { x: inside.x.saturating_add(1), width: inside.width.saturating_sub(2), ..inside }
}

/// The bin of the timeline that is drawn in a column.
pub fn bin_at(model: &Model, column: u16) -> Option<usize> {
    let bars = timeline_bars(model);
    let timeline = model.objects.timeline.as_ref().filter(|_| !model.chart.is_heat_map)?;
    let column = column.checked_sub(bars.x).filter(|column| *column < bars.width)?;
    let bin = usize::from(column / timeline.cells(bars.width));
    (bin < timeline.bins.len()).then_some(bin)
}

/// Columns of the timeline's bars.
pub fn chart_columns(model: &Model) -> usize {
    usize::from(model.size.0.saturating_sub(4)).max(1)
}

/// The panes of the records screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordsPanes {
    /// The records; empty where the record in full takes all the room.
    pub list: Rect,
    /// The record in full; empty where it is not shown.
    pub detail: Rect,
}

/// The panes of the records screen.
pub fn records_panes(model: &Model) -> RecordsPanes {
    let body = frame(model).body;
    if !model.records.detail.is_open {
        return RecordsPanes { list: body, detail: Rect::default() };
    }
    if body.width >= 100 {
        let (list, detail) = split_left(body, body.width * 55 / 100);
        return RecordsPanes { list, detail };
    }
    if body.height < 14 {
        let (list, detail) =
            if model.records.detail.is_focused { (Rect::default(), body) } else { (body, Rect::default()) };
        return RecordsPanes { list, detail };
    }
    let (list, detail) = split_top(body, body.height * 2 / 5);
    RecordsPanes { list, detail }
}

/// The panes of the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkbenchPanes {
    /// The lines of the object; empty where there is no room.
    pub sample: Rect,
    /// The definition; empty where there is no room.
    pub definition: Rect,
    /// What comes of it; empty where there is no room.
    pub result: Rect,
}

/// The panes of the workbench: side by side where there is room, else the one that has the keys over the result.
pub fn workbench_panes(model: &Model) -> WorkbenchPanes {
    let body = frame(model).body;
    let nothing = Rect::default();
    let (is_definition, is_result) = match model.workbench.pane {
        Pane::Sample => (false, false),
        Pane::Definition => (true, false),
        Pane::Result => (false, true),
    };
    let one = |pane: Rect, result: Rect| {
        let (sample, definition) = if is_definition { (nothing, pane) } else { (pane, nothing) };
        WorkbenchPanes { sample, definition, result }
    };
    if body.height < 12 {
        return if is_result {
            WorkbenchPanes { sample: nothing, definition: nothing, result: body }
        } else {
            one(body, nothing)
        };
    }
    if body.width < 100 {
        let (top, result) = split_top(body, if is_result { body.height / 3 } else { body.height * 3 / 5 });
        return one(top, result);
    }
    let (top, result) = split_top(body, body.height * 3 / 5);
    let (sample, definition) = split_left(top, body.width * 45 / 100);
    WorkbenchPanes { sample, definition, result }
}

/// The panes of the case: its notes, and the one under the cursor; side by side where there is room.
pub fn case_panes(model: &Model) -> (Rect, Rect) {
    let body = frame(model).body;
    if model.case.is_empty() {
        return (body, Rect::default());
    }
    if body.width >= 100 {
        return split_left(body, body.width * 45 / 100);
    }
    if body.height < 12 {
        return if model.case.is_focused { (Rect::default(), body) } else { (body, Rect::default()) };
    }
    let wanted = u16::try_from(model.case.len()).unwrap_or(u16::MAX).saturating_add(2);
    split_top(body, wanted.clamp(4, body.height / 2))
}

/// Rows in sight of the note under the cursor.
pub fn note_rows(model: &Model) -> usize {
    usize::from(inside(case_panes(model).1).height)
}

/// The panes of the search screen: the box and what is said of the search, and the hits.
pub fn search_panes(model: &Model) -> (Rect, Rect) {
    let body = frame(model).body;
    if facets_fill(model) && body.height < 12 {
        // Too small for both: the values alone, as they were asked for.
        return (Rect { height: 0, ..body }, body);
    }
    let lines = super::search::ask_lines(model, body.height);
    let rows = match model.search.phase {
        // There are no hits that would want the room.
        Phase::Estimated(..) => lines + 3,
        _ if body.height < 12 => 4,
        _ => (lines + 3).min(body.height / 2),
    };
    split_top(body, rows)
}

/// Whether the values take the place of the hits, as there is no room beside them.
fn facets_fill(model: &Model) -> bool {
    let facets = &model.search.shape.facets;
    frame(model).body.width < 100 && facets.is_shown && facets.has_focus && !model.search.hits.is_empty()
}

/// The panes of a search's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitsPanes {
    /// Hits by time; empty where there is no room.
    pub histogram: Rect,
    /// The hits; empty where their values take all the room.
    pub list: Rect,
    /// The values of their fields; empty where they are not shown.
    pub facets: Rect,
}

/// The panes of a search's answer: hits by time where there is room, and below it the hits, with their values beside
/// them or in their place.
pub fn hits_panes(model: &Model) -> HitsPanes {
    let body = search_panes(model).1;
    let nothing = Rect::default();
    let shape = &model.search.shape;
    if model.search.hits.is_empty() {
        return HitsPanes { histogram: nothing, list: body, facets: nothing };
    }
    let histogram_rows = match body.height {
        _ if shape.is_histogram_hidden => 0,
        0..=13 => 0,
        14..=24 => 5,
        25..=34 => 7,
        _ => 9,
    };
    let (histogram, rest) = split_top(body, histogram_rows);
    if facets_fill(model) {
        return HitsPanes { histogram, list: nothing, facets: rest };
    }
    if body.width < 100 || !shape.facets.is_shown {
        return HitsPanes { histogram, list: rest, facets: nothing };
    }
    let (list, facets) = split_left(rest, rest.width - (rest.width / 3).min(50));
    HitsPanes { histogram, list, facets }
}

/// Where the bars of the hits' histogram are; empty where it is not shown.
pub fn histogram_bars(model: &Model) -> Rect {
    let inside = inside(hits_panes(model).histogram);
    Rect { x: inside.x.saturating_add(1), width: inside.width.saturating_sub(2), ..inside }
}

/// The bin of the histogram that is drawn in a column.
pub fn histogram_bin_at(model: &Model, column: u16) -> Option<usize> {
    let bars = histogram_bars(model);
    let histogram = model.search.shape.histogram.as_ref()?;
    let column = column.checked_sub(bars.x).filter(|column| *column < bars.width)?;
    let bin = usize::from(column / histogram.cells(bars.width));
    (bin < histogram.bins.len()).then_some(bin)
}

/// Where the lines of the hits' values are.
pub fn facet_lines(model: &Model) -> Rect {
    inside(hits_panes(model).facets)
}

/// Lines of the hits' values in sight.
pub fn facet_rows(model: &Model) -> usize {
    usize::from(facet_lines(model).height)
}

/// The panes of the SQL screen: the editor, and what is below it; the one that has the keys where there is no room for
/// both.
pub fn sql_panes(model: &Model) -> (Rect, Rect) {
    let body = frame(model).body;
    if body.height < 12 {
        let nothing = Rect::default();
        let shows_editor = model.sql.is_typing() && !model.sql.tells();
        return if shows_editor { (body, nothing) } else { (nothing, body) };
    }
    let lines = u16::try_from(model.sql.editor.lines().len()).unwrap_or(u16::MAX).saturating_add(2);
    let most = if model.sql.is_typing() { body.height * 3 / 5 } else { body.height * 2 / 5 };
    split_top(body, lines.clamp(5, most.max(5)))
}

/// The panes of the replays screen: the replays, and the objects of one.
pub fn replays_panes(model: &Model) -> (Rect, Rect) {
    let body = frame(model).body;
    if model.replays.rows().is_empty() {
        return (body, Rect::default());
    }
    if body.height < 12 {
        return if model.replays.is_open { (Rect::default(), body) } else { (body, Rect::default()) };
    }
    // Two rows for a replay's line and its bar, as many as there are, up to half the screen.
    let wanted = u16::try_from(model.replays.rows().len()).unwrap_or(u16::MAX).saturating_add(5);
    split_top(body, wanted.min(body.height / 2))
}

/// The sheet, over the screen.
pub fn sheet(model: &Model) -> Rect {
    let (width, height) = model.size;
    let items = match &model.popup {
        // A list of few leaves its room to the effects, which may take two lines each.
        Some(Popup::Sheet(sheet)) if !sheet.shows_message => {
            sheet.plan().map_or(0, |plan| plan.items.len() + plan.effects.len() + plan.left_out.len().min(2))
        }
        _ => usize::MAX,
    };
    // As high as what it says, up to what there is.
    let wanted = u16::try_from(items).unwrap_or(u16::MAX).saturating_add(SHEET_FIXED + 3).min(40);
    let margin = if width >= 100 { 16 } else { 2 };
    centered(model, width.saturating_sub(margin).min(120), wanted.min(height.saturating_sub(2)))
}

/// A box of at most this size in the middle of the body: what is typed or told below it stays in sight.
pub fn centered(model: &Model, width: u16, height: u16) -> Rect {
    let body = frame(model).body;
    let (width, height) = (width.min(body.width), height.min(body.height));
    Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
}

/// The help and the messages, over the screen.
pub fn popup(model: &Model) -> Rect {
    let (width, height) = model.size;
    centered(model, width.saturating_sub(4).min(100), height.saturating_sub(2))
}

/// A value: its box, what it tells in it, and what can be done with it.
pub fn pivot(model: &Model) -> (Rect, Rect, Rect) {
    const ACTIONS: u16 = 4;
    let (width, height) = model.size;
    let (facts, actions) = match &model.popup {
        Some(Popup::Pivot(pivot)) => (pivot.explained.facts.len(), pivot.actions().len()),
        _ => (0, 0),
    };
    let rows = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    // The value itself is the first line of what it tells; an empty one stands between the two lists.
    let (facts, actions) = (rows(facts).saturating_add(2), rows(actions));
    let wanted = facts.saturating_add(actions).saturating_add(2);
    let area = centered(model, width.saturating_sub(4).min(96), wanted.min(height.saturating_sub(2)));
    let inside = inside(area);
    let kept = actions.min(ACTIONS);
    let (told, rest) = split_top(inside, facts.min(inside.height.saturating_sub(kept)));
    (area, told, rest)
}

/// Rows in sight of what can be done with a value.
pub fn pivot_rows(model: &Model) -> usize {
    usize::from(pivot(model).2.height)
}

/// The parse report: its box, what it tells as a whole, and its entries.
pub fn report(model: &Model) -> (Rect, Rect, Rect) {
    const ENTRIES: u16 = 4;
    let area = popup(model);
    let inside = inside(area);
    let facts = match &model.popup {
        Some(Popup::Report(reporting)) => reporting.facts().len(),
        _ => 0,
    };
    // An empty line stands between the two.
    let wanted = u16::try_from(facts).unwrap_or(u16::MAX).saturating_add(1);
    let (told, entries) = split_top(inside, wanted.min(inside.height.saturating_sub(ENTRIES)));
    (area, told, entries)
}

/// Rows in sight of the entries of the parse report.
pub fn report_rows(model: &Model) -> usize {
    usize::from(report(model).2.height)
}

/// Lines over the values of a field: what they come to.
pub const COUNTING_FIXED: u16 = 2;

/// Rows in sight of the values of a field.
pub fn counting_rows(model: &Model) -> usize {
    usize::from(inside(popup(model)).height.saturating_sub(COUNTING_FIXED))
}

/// The palette with so many rows, over the upper half of the screen.
pub fn palette(model: &Model, rows: usize) -> Rect {
    let (width, height) = model.size;
    let wanted = u16::try_from(rows.clamp(1, 15)).unwrap_or(15) + 3;
    let area = centered(model, width.saturating_sub(4).min(96), height.saturating_sub(3).min(wanted));
    Rect { y: 2.min(height.saturating_sub(area.height)), ..area }
}

/// Rows in sight in the help and the messages.
pub fn popup_rows(model: &Model) -> usize {
    usize::from(inside(popup(model)).height)
}

/// Lines of the sheet that are not its list of objects.
pub const SHEET_FIXED: u16 = 11;

/// Rows in sight of the sheet's list of objects.
pub fn sheet_rows(model: &Model) -> usize {
    usize::from(inside(sheet(model)).height.saturating_sub(SHEET_FIXED)).max(1)
}

/// The last line of the sheet, where a mouse confirms, or why the last key sent nothing; empty where there is no room.
pub fn sheet_pad(model: &Model) -> Rect {
    let inside = inside(sheet(model));
    let height = u16::from(inside.height >= 2);
    Rect { x: inside.x + 1, y: inside.bottom() - height, width: inside.width.saturating_sub(2), height }
}

/// The rows of the list that has the cursor, as they are drawn.
pub fn list(model: &Model) -> Rect {
    let below_heading = |pane: Rect| {
        let inside = inside(pane);
        if inside.height < 2 {
            // The one row that there is tells more than its heading.
            return inside;
        }
        Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(1), ..inside }
    };
    match model.screen {
        Screen::Sources => {
            let inside = inside(sources_panes(model).list);
            // The first line is the heading, the last one the total.
            Rect { y: inside.y.saturating_add(1), height: inside.height.saturating_sub(2), ..inside }
        }
        Screen::Objects => {
            let inside = inside(objects_panes(model).list);
            // Where rows are few, each tells more than their heading.
            let heading = u16::from(inside.height >= 6);
            Rect { y: inside.y + heading, height: inside.height - heading, ..inside }
        }
        Screen::Records => below_heading(records_panes(model).list),
        Screen::Search => below_heading(hits_panes(model).list),
        Screen::Failures => below_heading(frame(model).body),
        Screen::Replays => inside(replays_panes(model).0),
        Screen::Alerts => below_heading(alerts_panes(model).0),
        Screen::Pipeline => inside(pipeline_panes(model).0),
        Screen::Workbench => inside(workbench_panes(model).sample),
        Screen::Case => inside(case_panes(model).0),
        Screen::Sql if model.sql.listing.is_some() => inside(sql_panes(model).1),
        Screen::Sql => below_heading(sql_panes(model).1),
    }
}

/// Rows in sight of the list that has the cursor.
pub fn rows(model: &Model) -> usize {
    usize::from(list(model).height)
}

/// The pipeline's lines, and where there is room for it, what is odd about the one that is looked at.
pub fn pipeline_panes(model: &Model) -> (Rect, Option<Rect>) {
    const DETAIL: u16 = 7;
    const ROOM: u16 = 18;
    let body = frame(model).body;
    if body.height < ROOM {
        return (body, None);
    }
    let (lines, detail) = split_top(body, body.height - DETAIL);
    (lines, Some(detail))
}

/// The alerts, and the one under the cursor with its rule: beside them, below them, or in their place.
pub fn alerts_panes(model: &Model) -> (Rect, Rect) {
    let body = frame(model).body;
    if model.alerts.all.is_empty() {
        return (body, Rect::default());
    }
    if body.width >= 100 {
        return split_left(body, body.width * 62 / 100);
    }
    if body.height < 14 {
        return if model.alerts.is_focused { (Rect::default(), body) } else { (body, Rect::default()) };
    }
    split_top(body, body.height / 2)
}

/// Rows in sight of the alert under the cursor.
pub fn alert_rows(model: &Model) -> usize {
    usize::from(inside(alerts_panes(model).1).height)
}

/// Rows in sight of the record in full.
pub fn detail_rows(model: &Model) -> usize {
    usize::from(inside(records_panes(model).detail).height)
}

/// Bytes that a line of the record in hexadecimal has room for: sixteen, or eight.
pub fn hex_bytes(model: &Model) -> usize {
    const SIXTEEN: u16 = 80;
    if inside(records_panes(model).detail).width >= SIXTEEN { 16 } else { 8 }
}

/// Rows in sight of a replay's objects.
pub fn replay_items(model: &Model) -> usize {
    usize::from(inside(replays_panes(model).1).height)
}

/// The word of a tab, with its number.
pub fn tab_label(index: usize, screen: Screen, is_narrow: bool) -> String {
    if is_narrow { format!("{}", index + 1) } else { format!("{} {}", index + 1, screen.name()) }
}

/// Whether only the tab of the screen that is shown has its word.
pub fn tabs_are_narrow(model: &Model) -> bool {
    model.size.0 < 80
}

/// How many cells part two tabs.
pub fn tab_gap(model: &Model) -> u16 {
    if model.size.0 < 88 { 1 } else { 2 }
}

/// The tab at a column of the line of tabs.
pub fn tab_at(model: &Model, column: u16) -> Option<Screen> {
    let mut x = 1;
    for (index, screen) in Screen::ALL.into_iter().enumerate() {
        let label = tab_label(index, screen, tabs_are_narrow(model) && screen != model.screen);
        let width = u16::try_from(label.len()).unwrap_or(u16::MAX);
        if (x..x + width).contains(&column) {
            return Some(screen);
        }
        x += width + tab_gap(model);
    }
    None
}

/// Brings every cursor that is in sight back into its rows and its window.
pub(super) fn settle(model: &mut Model) {
    let height = rows(model);
    match model.screen {
        Screen::Sources => {
            let len = sources::rows(model).len();
            model.sources.cursor.settle(height, len);
        }
        Screen::Objects => {
            let len = model.objects.shown.len();
            model.objects.cursor.settle(height, len);
        }
        Screen::Records => {
            let len = model.records.len();
            model.records.cursor.settle(height, len);
            if model.records.detail.is_open {
                let (height, len) = (detail_rows(model), super::records::detail_rows(model).len());
                model.records.detail.cursor.settle(height, len);
            }
        }
        Screen::Search => super::search::settle(model, height),
        Screen::Failures => model.failures.settle(height),
        Screen::Replays => {
            let rows = model.replays.rows();
            let items = rows.get(model.replays.cursor.at).map_or(0, |row: &replays::ReplayRow<'_>| row.items().len());
            let len = rows.len();
            let item_height = replay_items(model);
            model.replays.cursor.settle(height, len);
            model.replays.item.settle(item_height, items);
        }
        Screen::Alerts => {
            let len = model.alerts.rows().len();
            model.alerts.cursor.settle(height, len);
        }
        Screen::Pipeline => {
            let len = pipeline::lines(model).0.len();
            model.pipeline.cursor.settle(height, len);
        }
        Screen::Workbench => super::workbench::settle(model),
        Screen::Case => super::case::settle(model, height),
        Screen::Sql => super::sql::settle(model),
    }
    let (sheet_height, popup_height) = (sheet_rows(model), popup_rows(model));
    let (pivot_height, counting_height) = (pivot_rows(model), counting_rows(model));
    let report_height = report_rows(model);
    let help = if matches!(model.popup, Some(Popup::Help(_))) { super::help_rows(model).len() } else { 0 };
    let messages = model.messages.all().len();
    let jobs = super::jobs::count(model);
    let flaws = model.search.effort.flaws.len();
    match &mut model.popup {
        Some(Popup::Sheet(sheet)) => {
            let items = sheet.plan().map_or(0, |plan| plan.items.len());
            sheet.cursor.settle(sheet_height, items);
        }
        Some(Popup::Help(cursor)) => cursor.settle(popup_height, help),
        Some(Popup::Messages(cursor)) => cursor.settle(1, messages),
        Some(Popup::Flaws(cursor)) => cursor.settle(1, flaws),
        Some(Popup::Jobs(cursor)) => cursor.settle(popup_height, jobs),
        Some(Popup::Versions(versions)) => {
            let len = versions.rows.as_ref().map_or(0, Vec::len);
            versions.cursor.settle(popup_height, len);
        }
        Some(Popup::Pivot(pivot)) => {
            let len = pivot.actions().len();
            pivot.cursor.settle(pivot_height, len);
        }
        Some(Popup::Statistics(counting)) => {
            let len = counting.statistics.as_ref().map_or(0, |statistics| statistics.values.len());
            counting.cursor.settle(counting_height, len);
        }
        Some(Popup::Report(reporting)) => {
            let len = reporting.len();
            reporting.cursor.settle(report_height, len);
        }
        Some(Popup::Copies(_) | Popup::Restore(_) | Popup::LeaveRunning) | None => {}
    }
}

fn split_top(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    (Rect { height: rows, ..area }, Rect { y: area.y + rows, height: area.height - rows, ..area })
}

fn split_left(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    (Rect { width: columns, ..area }, Rect { x: area.x + columns, width: area.width - columns, ..area })
}
