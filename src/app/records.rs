//! The records screen: what one object holds, or several by event time, and one record in full.

mod detail;
pub(super) mod fields;
pub(super) mod follow;
mod jump;
pub(super) mod merged;
mod reading;
pub(super) mod report;

use super::request::{Request, Trouble};
use super::{Cursor, Model, Screen, Topic, geometry, search};
use crate::command::Command;
pub use crate::domain::Seek;
use crate::domain::{ByteSize, Held, Hit, Narrowing, Object, ObjectId, Page, Row};
pub use detail::{DetailPane, Mode, rows as detail_rows, told};
pub(super) use detail::{closed as detail_closed, keeps};
pub(super) use detail::{field as field_under_cursor, is_on_branch, value as value_under_cursor};
pub use fields::Counting;
pub use jump::{Goal, TimeStyle, told as time_told};
pub use merged::{Merged, Way};
pub use reading::Reading;
pub use report::Reporting;

/// How many further rows are asked for at a time.
const STEP: u64 = 1_000;
/// How many inflated bytes behind what is loaded a record lies whose way there is not kept.
const FAR: u64 = 8 << 20;
/// How near the end of what is loaded the cursor comes before more is asked for.
const NEAR: usize = 100;

/// The records screen.
#[derive(Debug, Default)]
pub struct Records {
    /// What has been read of the object.
    pub reading: Option<Reading>,
    /// Records of several objects, which lie over it.
    pub merged: Option<Box<Merged>>,
    /// An object that is known by its URI alone, until a HEAD tells the rest.
    pub wanted: Option<ObjectId>,
    /// The record that is looked at.
    pub cursor: Cursor,
    /// The record in full, beside.
    pub detail: DetailPane,
    /// The text that is looked for.
    pub find: Option<String>,
    /// Whether long messages are wrapped.
    pub wraps: bool,
    /// The record that the cursor goes to once it is loaded.
    pub seek: Option<Seek>,
    /// The time, or the end, that the cursor goes to once it is loaded.
    pub goal: Option<Goal>,
    /// Whether the object was read up to that place already.
    has_jumped: bool,
    /// What the records that are shown hold, or do not hold.
    pub narrowed: Vec<Narrowing>,
    /// The records that pass, by their place among those that are loaded; all of them where nothing narrows.
    pub shown: Option<Vec<u32>>,
    /// The columns that were chosen in place of the format's.
    pub columns: Option<Vec<String>>,
    /// How times are told.
    pub times: TimeStyle,
    /// How many steps the rows are moved to the left.
    pub skip: u16,
    /// Why the object could not be found.
    pub trouble: Option<Trouble>,
}

impl Records {
    /// The record under the cursor.
    pub fn selected(&self) -> Option<&Row> {
        self.row(self.cursor.at)
    }

    /// How many records are shown.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or_else(|| self.loaded(), Vec::len)
    }

    /// How many records are loaded.
    pub fn loaded(&self) -> usize {
        match &self.merged {
            Some(merged) => merged.rows.len(),
            None => self.reading.as_ref().map_or(0, |reading| reading.rows().len()),
        }
    }

    /// Whether no record is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record that is shown at a place.
    pub fn row(&self, at: usize) -> Option<&Row> {
        self.loaded_row(self.place(at)?)
    }

    /// Which of the loaded records is shown at a place.
    pub fn place(&self, at: usize) -> Option<usize> {
        match &self.shown {
            Some(shown) => Some(*shown.get(at)? as usize),
            None => Some(at),
        }
    }

    /// A record, by its place among those that are loaded.
    pub fn loaded_row(&self, at: usize) -> Option<&Row> {
        match &self.merged {
            Some(merged) => Some(&merged.rows.get(at)?.row),
            None => self.reading.as_ref()?.rows().get(at),
        }
    }

    /// What a loaded record holds in a field; `None` where it is not known yet.
    pub fn cell(&self, at: usize, path: &str) -> Option<&[Held]> {
        let number = self.loaded_row(at)?.number;
        let fields = match &self.merged {
            Some(merged) => merged.fields.get(merged.rows.get(at)?.part as usize)?,
            None => &self.reading.as_ref()?.fields,
        };
        fields.get(path)?.cell(number)
    }

    /// The object of the record under the cursor.
    pub fn object(&self) -> Option<&Object> {
        match &self.merged {
            Some(merged) => merged.object(self.place(self.cursor.at)?),
            None => Some(&self.reading.as_ref()?.object),
        }
    }

    /// The byte that the records of the object are counted from.
    fn begins(&self) -> u64 {
        self.reading.as_ref().filter(|_| self.merged.is_none()).map_or(0, Reading::begins)
    }

    /// Whether nothing more can come.
    pub fn is_end(&self) -> bool {
        match &self.merged {
            Some(merged) => merged.is_end,
            None => self.reading.as_ref().is_some_and(Reading::is_end),
        }
    }

    /// Why reading stopped.
    pub fn stopped(&self) -> Option<&Trouble> {
        match &self.merged {
            Some(merged) => merged.trouble.as_ref(),
            None => self.reading.as_ref()?.trouble.as_ref(),
        }
    }

    /// Whether anything is open whose records can be told.
    fn is_open(&self) -> bool {
        self.merged.is_some() || self.reading.is_some()
    }

    /// The screen for another object: how things are shown stays.
    fn emptied(&self) -> Self {
        Self { wraps: self.wraps, times: self.times, detail: self.detail.emptied(), ..Self::default() }
    }

    /// Whether a row holds the text that is looked for.
    pub fn is_match(&self, row: &Row) -> bool {
        self.find.as_deref().is_some_and(|find| holds(row, find))
    }
}

/// Opens an object; `read` is what the preview has of it.
pub(super) fn open(model: &mut Model, object: Object, read: Option<Reading>) {
    let is_same = model.records.merged.is_none()
        && model.records.reading.as_ref().is_some_and(|reading| reading.object == object);
    if model.screen != Screen::Records {
        model.remember();
        model.screen = Screen::Records;
    }
    if is_same {
        return;
    }
    let needs_asking = read.as_ref().is_none_or(|reading| reading.page.is_none());
    model.records = Records {
        reading: Some(read.unwrap_or_else(|| Reading::new(object.clone()))),
        seek: model.records.seek,
        ..model.records.emptied()
    };
    fields::recall(model);
    if needs_asking {
        model.desk.ask(Topic::Records, Request::Preview { object });
    }
    fields::need(model);
    detail::follow(model);
}

/// Opens the record of a hit: the object is looked up, then read until the record is there.
pub(super) fn open_hit(model: &mut Model, hit: &Hit) {
    let seek = Seek { start: hit.span.start, line: hit.line };
    let is_open = model.records.reading.as_ref().is_some_and(|reading| reading.object.id == hit.object);
    open_id(model, hit.object.clone());
    model.records.seek = Some(seek);
    if is_open {
        sought(model);
    }
}

/// `:open s3://bucket/key`.
pub(super) fn open_uri(model: &mut Model, uri: &str) {
    match uri.parse::<ObjectId>() {
        Ok(id) => open_id(model, id),
        Err(error) => model.warn(error.to_string(), "", None),
    }
}

/// The object that is open, or is being opened.
pub(super) fn opened(model: &Model) -> Option<ObjectId> {
    let records = &model.records;
    records.object().map(|object| object.id.clone()).or_else(|| records.wanted.clone())
}

pub(super) fn open_id(model: &mut Model, id: ObjectId) {
    if model.screen != Screen::Records {
        model.remember();
        model.screen = Screen::Records;
    }
    merged::close(model);
    if model.records.reading.as_ref().is_some_and(|reading| reading.object.id == id) {
        return;
    }
    model.records = Records { wanted: Some(id.clone()), ..model.records.emptied() };
    fields::recall(model);
    model.desk.cancel(Topic::Records);
    model.desk.ask(Topic::Head, Request::Head { object: id });
}

/// A HEAD has told the object.
pub(super) fn headed(model: &mut Model, object: Object) {
    let records = &mut model.records;
    if records.wanted.as_ref().is_none_or(|wanted| (&wanted.bucket, &wanted.key) != (&object.id.bucket, &object.id.key))
    {
        return;
    }
    records.wanted = None;
    records.reading = Some(Reading::new(object.clone()));
    model.arriving = None;
    model.desk.ask(Topic::Records, Request::Preview { object });
}

/// The object is not there.
pub(super) fn gone(model: &mut Model, trouble: Trouble) {
    if !super::visit::gone(model, &trouble) {
        model.fail(trouble.clone());
        head_failed(model, trouble);
    }
}

pub(super) fn head_failed(model: &mut Model, trouble: Trouble) {
    model.records.trouble = Some(trouble);
}

/// The screen is shown: with no object chosen yet, that is the one under the objects' cursor.
pub(super) fn enter(model: &mut Model) {
    if !model.records.is_open()
        && model.records.wanted.is_none()
        && let Some(object) = super::objects::selected_object(model)
    {
        let read = model.objects.preview.clone().filter(|reading| reading.object == object);
        let needs_asking = read.as_ref().is_none_or(|reading| reading.page.is_none());
        model.records.reading = Some(read.unwrap_or_else(|| Reading::new(object.clone())));
        if needs_asking {
            model.desk.ask(Topic::Records, Request::Preview { object });
        }
        fields::recall(model);
        fields::need(model);
        detail::follow(model);
    }
}

/// Reads the object again from its beginning.
pub(super) fn ask(model: &mut Model) {
    if model.records.merged.is_some() {
        merged::ask(model);
    } else if let Some(reading) = &mut model.records.reading {
        let object = reading.object.clone();
        *reading = Reading::new(object.clone());
        model.records.shown = None;
        model.desk.ask(Topic::Records, Request::Preview { object });
    } else if let Some(id) = model.records.wanted.clone() {
        model.records.trouble = None;
        model.desk.ask(Topic::Head, Request::Head { object: id });
    }
}

/// Records have come.
pub(super) fn answered(model: &mut Model, page: Page) {
    if let Some(reading) = &mut model.records.reading {
        reading.absorb(page);
    }
    if !model.records.narrowed.is_empty() {
        fields::show(model);
    }
    fields::need(model);
    sought(model);
    detail::follow(model);
}

/// The records around a place in the object have come, in place of those that were loaded.
pub(super) fn jumped(model: &mut Model, page: Page) {
    let Some(reading) = &mut model.records.reading else { return };
    reading.replace(page);
    model.records.detail.forget();
    model.records.shown = None;
    model.records.cursor = Cursor::default();
    if !model.records.narrowed.is_empty() {
        fields::show(model);
    }
    fields::need(model);
    sought(model);
    detail::follow(model);
}

/// So many bytes were passed on the way to a place.
pub(super) fn reached(model: &mut Model, reached: ByteSize) {
    if let Some(reading) = &mut model.records.reading {
        reading.reached = Some(reached);
    }
}

/// The reading has paused: at its end, at a page's end, or in trouble.
pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    match (&mut model.records.merged, &mut model.records.reading) {
        (Some(merged), _) => merged.trouble = trouble,
        (None, Some(reading)) => reading.trouble = trouble,
        (None, None) => {}
    }
    sought(model);
}

pub(super) fn detail_answered(model: &mut Model, detail: crate::domain::Detail) {
    detail::answered(model, detail);
}

/// Puts the cursor on the record that is wanted, or asks for more records until it is there.
pub(super) fn sought(model: &mut Model) {
    jump::sought(model);
    if model.records.merged.is_some() {
        return;
    }
    let (Some(seek), Some(reading)) = (model.records.seek, &model.records.reading) else { return };
    let rows = reading.rows();
    let first = rows.first().map_or(0, |row| row.span.start);
    // Only the first line begins at byte 0: with another line, the byte was not told.
    let found = if seek.start == 0 && seek.line > 1 {
        rows.iter().position(|row| row.line == seek.line)
    } else {
        rows.binary_search_by_key(&seek.start, |row| row.span.start)
            .ok()
            .or_else(|| rows.iter().position(|row| seek.start == 0 && row.line == seek.line))
    };
    let is_past = seek.start >= first && rows.last().is_some_and(|row| seek.is_passed(row));
    let has_failed = reading.trouble.is_some();
    let is_end = reading.is_end() && seek.start >= first;
    if let Some(at) = found {
        model.records.seek = None;
        let at = place(model, at);
        let height = geometry::rows(model);
        model.records.cursor.jump(at, height);
        model.records.detail.is_open = true;
        detail::follow(model);
    } else if has_failed {
        model.records.seek = None;
    } else if is_end || is_past {
        model.records.seek = None;
        model.warn(
            format!("no record begins at {}", seek.told()),
            "the object may have changed since it was indexed",
            None,
        );
    } else if !model.is_asking(Topic::Records)
        && let Some(page) = &reading.page
    {
        let is_far = seek.start > page.inflated.bytes().saturating_add(FAR) || seek.start < first;
        if is_far { jump::ask(model, Goal::Place(seek)) } else { more(model) }
    }
}

/// Asks for further records, where there are any and none are on their way.
fn more(model: &mut Model) {
    if model.records.merged.is_some() {
        return merged::more(model);
    }
    let Some(reading) = &model.records.reading else { return };
    if reading.is_end() || reading.page.is_none() || model.is_asking(Topic::Records) {
        return;
    }
    let have = reading.numbers().end;
    let (object, begins) = (reading.object.clone(), reading.begins());
    model.desk.ask(Topic::Records, Request::More { object, begins, have, want: have + STEP });
}

pub(super) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    if model.records.detail.has_focus() {
        return detail::move_cursor(model, command);
    }
    let len = model.records.len();
    let moved = model.records.cursor.run(command, height, len);
    if moved {
        (model.records.seek, model.records.goal) = (None, None);
        let is_down = matches!(command, Command::Down | Command::PageDown | Command::HalfDown | Command::Bottom);
        let has_failed = model.records.stopped().is_some();
        if model.records.merged.is_some() {
            merged::moved(model, command);
        } else if command == Command::Top && jump::is_window(model) {
            ask(model);
        } else if is_down && !has_failed && model.records.cursor.at + NEAR >= len {
            more(model);
        }
        detail::follow(model);
    }
    moved
}

/// Where a loaded record is shown; one that is narrowed away is shown by showing all.
fn place(model: &mut Model, at: usize) -> usize {
    let shown = model.records.shown.as_ref().map(|shown| shown.binary_search(&(at as u32)));
    match shown {
        Some(Ok(place)) => return place,
        Some(Err(_)) => {
            model.records.narrowed.clear();
            model.records.shown = None;
            model.note("every record is shown again: the one that was looked for was not among them");
        }
        None => {}
    }
    at
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::FilterIn | Command::FilterOut => match (detail::field(model), detail::value(model)) {
            (Some(path), Some(value)) => fields::narrow(model, &path, &value, command == Command::FilterOut),
            _ => model.warn("no value is under the cursor", "", Some("tab goes into the record")),
        },
        Command::Statistics => {
            let under_cursor = detail::field(model).filter(|_| argument.is_empty()).unwrap_or_default();
            fields::statistics(model, if argument.is_empty() { &under_cursor } else { argument });
        }
        Command::Columns => fields::choose(model, argument),
        Command::TimeStyle => jump::style(model, argument),
        Command::Jump => jump::to(model, argument),
        Command::Surroundings => merged::open_around(model, argument),
        Command::Follow => follow::open(model, argument),
        Command::Report => report::open(model),
        Command::OpenAlone => merged::open_alone(model),
        Command::ScrollRight | Command::ScrollLeft => {
            const MOST: u16 = 1_000;
            let records = &mut model.records;
            let skip = if records.detail.has_focus() { &mut records.detail.skip } else { &mut records.skip };
            *skip = if command == Command::ScrollRight { (*skip + 1).min(MOST) } else { skip.saturating_sub(1) };
        }
        Command::Open | Command::Detail => {
            model.records.detail.is_open = !model.records.detail.is_open;
            model.records.detail.is_focused = false;
            detail::follow(model);
        }
        Command::Wrap => model.records.wraps = !model.records.wraps,
        Command::NextMatch => next_match(model, true),
        Command::PreviousMatch => next_match(model, false),
        Command::SearchValue => {
            if let Some(value) = detail::value(model) {
                search::look_for(model, &value);
            } else {
                search::edit(model);
            }
        }
        Command::Copy => {
            let value = if model.records.detail.has_focus() { detail::value(model) } else { None };
            let raw = || model.records.selected().map(|row| String::from_utf8_lossy(&row.raw).into_owned());
            if let Some(text) = value.or_else(raw) {
                super::run::copy(model, text);
            }
        }
        Command::CopyUri => {
            if let Some(uri) = opened(model).map(|id| id.to_string()) {
                super::run::copy(model, uri);
            }
        }
        _ => detail::run(model, command),
    }
}

/// Looks for a text in the records that are loaded.
pub(super) fn find(model: &mut Model, text: &str) {
    model.records.find = (!text.is_empty()).then(|| text.to_owned());
    let records = &model.records;
    let found = (records.cursor.at..records.len()).find(|at| records.row(*at).is_some_and(|row| holds(row, text)));
    if let Some(at) = found {
        let height = geometry::rows(model);
        model.records.cursor.jump(at, height);
        detail::follow(model);
    } else {
        next_match(model, true);
    }
}

fn next_match(model: &mut Model, is_forward: bool) {
    let records = &model.records;
    if !records.is_open() {
        return;
    }
    let at = records.cursor.at;
    // Without a text, the records that could not be parsed are what one looks for.
    let wanted = |row: &Row| records.find.as_deref().map_or(row.fault.is_some(), |find| holds(row, find));
    let is_wanted = |index: &usize| records.row(*index).is_some_and(wanted);
    let len = records.len();
    let found = if is_forward {
        (at + 1..len).chain(0..(at + 1).min(len)).find(is_wanted)
    } else {
        (0..at.min(len)).rev().chain((at.min(len)..len).rev()).find(is_wanted)
    };
    let wrapped = found.is_some_and(|found| if is_forward { found <= at } else { found >= at });
    let is_end = records.is_end();
    let what = records.find.clone().map_or("no bad record".to_owned(), |find| format!("\"{find}\" is not found"));
    if let Some(found) = found {
        let height = geometry::rows(model);
        model.records.cursor.jump(found, height);
        detail::follow(model);
        if wrapped {
            model.note(if is_end { "past the end" } else { "past the end of what is loaded" });
        }
    } else {
        let cause = if is_end { "in all records" } else { "in what is loaded; G loads more" };
        model.warn(what, cause, None);
    }
}

/// Whether a record holds a text, ignoring ASCII case.
fn holds(row: &Row, text: &str) -> bool {
    let needle = text.as_bytes();
    let in_bytes = |bytes: &[u8]| {
        !needle.is_empty() && bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
    };
    in_bytes(&row.raw) || in_bytes(row.message.as_bytes())
}

pub(super) fn step_back(model: &mut Model) -> bool {
    let records = &mut model.records;
    if records.detail.has_focus() {
        records.detail.is_focused = false;
        return true;
    }
    if records.find.take().is_some() {
        return true;
    }
    let has_narrowed = records.narrowed.pop().is_some();
    if has_narrowed {
        fields::show(model);
    }
    has_narrowed || merged::close(model)
}

pub(super) fn interrupt(model: &mut Model) -> bool {
    (model.records.seek, model.records.goal) = (None, None);
    let stopped = model.desk.cancel(Topic::Records) | model.desk.cancel(Topic::Fields);
    model.desk.cancel(Topic::Head) || stopped
}

#[cfg(test)]
mod tests;
