//! The objects screen: the objects of one source in a range, with their states.

pub(super) mod copies;
pub(super) mod fetch;
mod marks;
mod preview;
pub(super) mod restore;
mod rows;
pub(super) mod versions;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::request::{Request, Ticket, Trouble};
use super::{
    Brush, Cursor, Filter, Model, Screen, Timeline, Topic, geometry, range, records, replays, sheet, timeline,
};
use crate::command::Command;
use crate::domain::download::Download;
use crate::domain::size::plural;
use crate::domain::{Object, ObjectId, ObjectRow, ObjectRows, State, TimeRange};
pub use copies::{Copies, Form};
pub use preview::is_preview_shown;
pub use restore::Restore;
pub use rows::Order;
pub(super) use rows::rebuild_timeline;
pub use versions::Versions;

/// The objects screen.
#[derive(Debug, Default)]
pub struct Objects {
    /// The source's name.
    pub source: Option<String>,
    /// Source and range that were asked for last.
    pub asked: Option<(String, TimeRange)>,
    /// What has come so far, in the order of arrival.
    pub rows: ObjectRows,
    /// Indices into `rows` of those that pass the filter, in their order on the screen.
    pub shown: Vec<u32>,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// What is marked, by its identity: marks survive a refresh and another order.
    pub marks: BTreeSet<ObjectId>,
    /// How many of `shown` are marked.
    marked_in_sight: usize,
    /// Where a range of marks begins.
    pub mark_from: Option<ObjectId>,
    /// Which rows are shown.
    pub filter: Option<Filter>,
    /// The order of the rows.
    pub order: Order,
    /// How many of `rows` failed, and how many are parked.
    pub failed: usize,
    /// How many of `rows` are parked.
    pub parked: usize,
    /// How many of `rows` lie in an archive.
    pub archived: usize,
    /// The timeline above the rows.
    pub timeline: Option<Timeline>,
    /// What it is compared with.
    pub before: timeline::Before,
    /// A range that is being brushed on it.
    pub brush: Option<Brush>,
    /// Whether the preview is shown; `None` leaves it to the size of the terminal.
    pub wants_preview: Option<bool>,
    /// What is shown of the object under the cursor.
    pub preview: Option<records::Reading>,
    /// The download that runs.
    pub download: Option<Download>,
    /// Why the last listing failed.
    pub trouble: Option<Trouble>,
    /// When the rows were listed, and when what is being listed now was asked for.
    listed: Option<Timestamp>,
    asked_at: Option<Timestamp>,
    due: Option<(Ticket, ObjectId)>,
    /// Rows are those of an older listing; the first new ones replace them.
    stale: bool,
    /// The object that the cursor goes back to when it comes again.
    seek: Option<ObjectId>,
    /// How many of `rows` were put into order so far, and are in `shown` where they pass the filter.
    arranged: usize,
    /// How many of `rows` were counted into the timeline so far.
    counted: usize,
    /// What wakes us to go on with what is left.
    arranging: Option<Ticket>,
    /// The row that the cursor goes back to when it has its new place.
    kept: Option<u32>,
}

impl Objects {
    /// The row under the cursor.
    pub fn selected(&self) -> Option<ObjectRow> {
        self.row_at(self.cursor.at)
    }
}

/// How many objects the listing will have come to, as the sources screen has counted them.
pub fn expected(model: &Model) -> Option<u64> {
    let source = model.objects.source.as_deref()?;
    let survey = model.sources.surveys.iter().find(|survey| survey.source == source && survey.complete)?;
    let is_of_range = survey.range == model.range;
    (is_of_range && survey.objects >= model.objects.rows.len() as u64).then_some(survey.objects)
}

/// When the rows were listed, where that is long enough ago to matter.
pub fn as_of(model: &Model) -> Option<Timestamp> {
    const FRESH: SignedDuration = SignedDuration::from_mins(2);
    let listed = model.objects.listed.filter(|_| !model.objects.rows.is_empty());
    listed.filter(|listed| model.now.duration_since(*listed) >= FRESH)
}

/// The state of a row with each consumer.
pub fn states<'a>(model: &'a Model, row: &ObjectRow) -> impl Iterator<Item = (&'a str, State)> + use<'a> {
    model.profile.consumers.iter().map(|consumer| consumer.name.as_str()).zip(row.states.iter().collect::<Vec<_>>())
}

/// Shows the objects of a source.
pub(super) fn choose(model: &mut Model, source: &str) {
    if model.objects.source.as_deref() != Some(source) {
        let kept = std::mem::take(&mut model.objects);
        model.objects = Objects {
            source: Some(source.to_owned()),
            order: kept.order,
            wants_preview: kept.wants_preview,
            download: kept.download,
            ..Objects::default()
        };
        model.desk.cancel(Topic::Preview);
    }
    enter(model);
}

/// `:objects NAME`.
pub(super) fn open_source(model: &mut Model, name: &str) {
    if model.profile.source(name).is_none() {
        let known = model.profile.sources.iter().map(|source| source.name.as_str());
        let hint = crate::mistake::nearest(name, known).map(|near| format!("did you mean \"{near}\"?"));
        model.warn(format!("no source is named \"{name}\""), "", hint.as_deref());
        return;
    }
    if model.screen != Screen::Objects {
        model.remember();
        model.screen = Screen::Objects;
    }
    choose(model, name);
}

/// The screen is shown: what it has not asked for yet is asked.
pub(super) fn enter(model: &mut Model) {
    if model.objects.source.is_none() {
        model.objects.source = super::sources::selected(model).map(str::to_owned);
    }
    let Some(source) = model.objects.source.clone() else { return };
    let wanted = (source, model.range);
    if model.objects.asked.as_ref() == Some(&wanted) {
        preview::follow(model);
        return;
    }
    let is_same_source = model.objects.asked.as_ref().is_some_and(|(asked, _)| *asked == wanted.0);
    if !is_same_source {
        model.objects.clear_rows();
    }
    ask(model);
}

/// Puts the cursor on an object, now or when it comes. Returns whether it is there.
pub(super) fn seek(model: &mut Model, id: ObjectId) -> bool {
    let Some(at) = model.objects.position(&id) else {
        model.objects.seek = Some(id);
        return false;
    };
    if at != model.objects.cursor.at {
        let height = geometry::rows(model);
        model.objects.cursor.jump(at, height);
        preview::follow(model);
    }
    true
}

/// Whether an object is among the rows that are shown.
pub(super) fn holds(model: &Model, id: &ObjectId) -> bool {
    model.objects.holds(id)
}

/// Filters the rows.
pub(super) fn set_filter(model: &mut Model, filter: Option<Filter>) {
    let consumers = model.profile.consumers.iter().map(|consumer| consumer.name.as_str());
    let filter = filter.map(|filter| filter.over(consumers));
    rows::set_filter(model, filter);
}

/// Puts the rows into an order.
pub(super) fn order(model: &mut Model, order: Order) {
    if model.objects.order != order {
        rows::set_order(model, order);
    }
}

/// Asks for the objects; the old ones stay until the first new ones come.
pub(super) fn ask(model: &mut Model) {
    let Some(source) = model.objects.source.clone() else { return };
    let range = model.range;
    let objects = &mut model.objects;
    objects.seek = objects.selected().filter(|_| objects.cursor.at > 0).map(|row| row.object.id.clone());
    objects.stale = !objects.rows.is_empty();
    let follows = model.follows_clock;
    let is_like = |asked: TimeRange| asked == range || (follows && asked.length() == range.length());
    if objects.asked.as_ref().is_none_or(|(_, asked)| !is_like(*asked)) {
        // Rows of another range would lie about this one.
        objects.clear_rows();
        objects.mark_from = None;
    }
    objects.asked = Some((source.clone(), range));
    objects.asked_at = Some(model.now);
    objects.trouble = None;
    rebuild_timeline(model);
    replays::ask_if_never(model);
    model.desk.ask(Topic::Objects, Request::Objects { source, range });
}

/// Further rows have come.
pub(super) fn answered(model: &mut Model, new: Vec<ObjectRow>) {
    if model.objects.stale {
        model.objects.clear_rows();
        rebuild_timeline(model);
    }
    model.objects.add(new);
    rows::count_some(model);
    rows::go_on(model);
    preview::follow(model);
}

/// The listing has ended.
pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if trouble.is_none() && model.objects.stale {
        // Nothing came: what was there is gone.
        model.objects.clear_rows();
        rebuild_timeline(model);
    }
    if model.objects.is_in_order() {
        model.objects.seek = None;
    }
    if trouble.is_none() {
        model.objects.listed = model.objects.asked_at;
        super::visit::listed(model);
    }
    model.objects.trouble = trouble;
}

fn late_after(model: &Model) -> SignedDuration {
    let source = model.objects.source.as_deref().and_then(|name| model.profile.source(name));
    source.map_or(SignedDuration::from_mins(5), |source| source.late_after)
}

pub(super) fn resized(model: &mut Model) {
    if model.objects.timeline.is_some() {
        rebuild_timeline(model);
        model.objects.brush = None;
    }
    if model.screen == Screen::Objects {
        preview::follow(model);
    }
}

/// The time of the row under the cursor, or of the brush.
pub(super) fn cursor_time(model: &Model) -> Option<Timestamp> {
    if model.screen != Screen::Objects {
        return None;
    }
    let objects = &model.objects;
    if let (Some(brush), Some(timeline)) = (objects.brush, &objects.timeline) {
        return Some(timeline.stretch(brush.at, brush.at).start);
    }
    objects.selected().and_then(|row| row.time)
}

pub(super) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    let len = model.objects.shown.len();
    let moved = model.objects.cursor.run(command, height, len);
    if moved {
        // Who moves has chosen a place.
        (model.objects.seek, model.objects.kept) = (None, None);
        preview::follow(model);
    }
    moved
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::Open => open(model),
        Command::Sort if !argument.is_empty() => match Order::ALL.into_iter().find(|order| order.word() == argument) {
            Some(order) => rows::set_order(model, order),
            None => super::run::unknown_order(model, argument, &Order::ALL.map(Order::word)),
        },
        Command::Sort => {
            let order = model.objects.order.next();
            rows::set_order(model, order);
        }
        Command::Preview => {
            let is_shown = is_preview_shown(model);
            model.objects.wants_preview = Some(!is_shown);
            preview::follow(model);
        }
        Command::Brush => brush(model),
        Command::BrushLeft => move_brush(model, -1),
        Command::BrushRight => move_brush(model, 1),
        Command::BrushApply => apply_brush(model),
        Command::ZoomIn => zoom(model, 0.5),
        Command::ZoomOut => zoom(model, 2.0),
        Command::Axis | Command::Compare | Command::HeatMap => timeline::run(model, command),
        Command::NextTrouble | Command::NextMatch => jump_to_trouble(model, true),
        Command::PreviousTrouble | Command::PreviousMatch => jump_to_trouble(model, false),
        Command::CopyAs => copies::run(model, argument),
        Command::Versions => versions::run(model, argument),
        Command::Restore => restore::run(model, argument),
        Command::Follow => records::follow::open(model, argument),
        Command::Merge => records::merged::open_marked(model),
        Command::Download => fetch::run(model, argument),
        Command::Replay => replay(model, argument),
        Command::Copy | Command::CopyUri => {
            if let Some(row) = model.objects.selected() {
                let text = if command == Command::Copy { row.object.id.key } else { row.object.id.to_string() };
                super::run::copy(model, text);
            }
        }
        _ => marks::run(model, command),
    }
}

fn open(model: &mut Model) {
    let Some(object) = selected_object(model) else { return };
    let read = model.objects.preview.clone().filter(|reading| reading.object == object);
    records::open(model, object, read);
}

fn zoom(model: &mut Model, factor: f64) {
    let middle = model.range.start + model.range.length() / 2;
    let center = cursor_time(model).unwrap_or(middle);
    model.look_at(range::zoom(model.range, factor, center));
}

fn brush(model: &mut Model) {
    let Some(timeline) = &model.objects.timeline else { return };
    let last = timeline.bins.len().saturating_sub(1);
    // Bars are what one brushes over.
    model.chart.is_heat_map = false;
    let here = model.objects.selected().and_then(|row| row.time).and_then(|time| timeline.bin_of(time)).unwrap_or(last);
    model.objects.brush = Some(match model.objects.brush {
        Some(Brush { at, .. }) => Brush { anchor: Some(at), at },
        None => Brush { anchor: None, at: here },
    });
}

fn move_brush(model: &mut Model, by: isize) {
    let Some(timeline) = &model.objects.timeline else { return };
    let last = timeline.bins.len().saturating_sub(1);
    if let Some(brush) = &mut model.objects.brush {
        brush.at = brush.at.saturating_add_signed(by).min(last);
    }
}

fn apply_brush(model: &mut Model) {
    let (Some(brush), Some(timeline)) = (model.objects.brush, &model.objects.timeline) else { return };
    let (first, last) = brush.span();
    let stretch = timeline.stretch(first, last);
    model.look_at(stretch);
    model.objects.brush = None;
}

fn jump_to_trouble(model: &mut Model, is_forward: bool) {
    let objects = &model.objects;
    let state = |at: usize| objects.rows.state(objects.shown[at] as usize);
    let alerted = objects.source.as_deref().map(|source| model.alerts.keys_of(source)).unwrap_or_default();
    let has_alert = |at: usize| {
        !alerted.is_empty() && alerted.contains(objects.rows.get(objects.shown[at] as usize).object.id.key.as_str())
    };
    let is_trouble = |at: &usize| matches!(state(*at), State::Failed | State::Parked) || has_alert(*at);
    let at = objects.cursor.at;
    let found = if is_forward {
        (at + 1..objects.shown.len()).find(is_trouble)
    } else {
        (0..at.min(objects.shown.len())).rev().find(is_trouble)
    };
    match found {
        Some(found) => {
            let height = geometry::rows(model);
            model.objects.cursor.jump(found, height);
            preview::follow(model);
        }
        None => model.note(format!("no {} object that failed", if is_forward { "further" } else { "earlier" })),
    }
}

/// Plans a replay of what is marked, or of the row under the cursor.
fn replay(model: &mut Model, consumer: &str) {
    let marked = model.objects.chosen();
    let consumer = if consumer.is_empty() {
        // The consumer that failed on them, else the first one there is.
        let failed = model.failures.consumer_of(&marked).map(str::to_owned);
        failed.or_else(|| model.profile.consumers.first().map(|consumer| consumer.name.clone()))
    } else {
        Some(consumer.to_owned())
    };
    match consumer {
        Some(consumer) => sheet::plan(model, consumer, marked),
        None => {
            model.warn("nothing to replay to", "the profile names no consumer", Some("add one to the configuration"));
        }
    }
}

/// Takes news of an object's state: from a replay that runs.
pub(super) fn set_state(model: &mut Model, object: &ObjectId, consumer: &str, state: State) {
    let Some(index) = model.profile.consumers.iter().position(|known| known.name == consumer) else { return };
    let is_replayed = model.replays.replayed.holds(object);
    let late_after = late_after(model);
    model.objects.set_state(object, index, state, is_replayed, late_after);
}

pub(super) fn step_back(model: &mut Model) -> bool {
    if model.objects.filter.is_some() {
        set_filter(model, None);
        return true;
    }
    model.objects.mark_from.take().is_some()
}

pub(super) fn interrupt(model: &mut Model) -> bool {
    if fetch::stop(model) {
        return true;
    }
    let stopped = model.desk.cancel(Topic::Objects);
    if stopped {
        model.objects.seek = None;
        model.objects.trouble = Some(Trouble {
            what: "the listing was stopped".into(),
            cause: format!("it has {}", plural(model.objects.rows.len(), "object")),
            hint: Some("R loads again".into()),
        });
    }
    stopped
}

/// The object under the cursor.
pub(super) fn selected_object(model: &Model) -> Option<Object> {
    model.objects.selected().map(|row| row.object)
}

/// A while is over that was asked for.
pub(super) fn wake(model: &mut Model, ticket: Ticket) {
    if model.objects.arranging == Some(ticket) {
        rows::wake(model);
    } else {
        preview::wake(model, ticket);
    }
}
