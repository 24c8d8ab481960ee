//! Records of several objects by event time: those that are marked, and those around one record.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Model, NEAR, Records, STEP, Seek, detail, fields};
use crate::app::request::{Request, Trouble};
use crate::app::{Cursor, Screen, Topic, geometry};
use crate::command::Command;
use crate::domain::{Column, Merge, Object, ObjectId, Part, Placed, Surroundings};

/// How many records are shown before and after one at first.
const AROUND: u64 = 50;
/// How many further ones come at a time, and how many there are on a side at most.
const FURTHER: (u64, u64) = (200, 5_000);
/// How many objects are merged at most: each of them is read at the same time.
pub const MOST: usize = 64;

/// Records of several objects, in the order of their event times. They lie over the object that was open before.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// What they are of.
    pub way: Way,
    /// The objects, as far as they are read.
    pub parts: Vec<Part>,
    /// What tells the objects apart, in few letters.
    pub names: Vec<String>,
    /// The records so far.
    pub rows: Vec<Placed>,
    /// How many of them could not be parsed.
    pub faults: usize,
    /// What is known of single fields, by their objects and paths.
    pub fields: Vec<BTreeMap<String, Column>>,
    /// Whether an answer has come.
    pub is_begun: bool,
    /// Whether nothing more can come before the first record.
    pub is_begin: bool,
    /// Whether nothing more can come after the last record.
    pub is_end: bool,
    /// How far it was looked, in words.
    pub told: String,
    /// Why reading stopped.
    pub trouble: Option<Trouble>,
    /// How many objects were listed to find the newest ones.
    pub(super) listed: u64,
    /// The object whose fields were asked for last.
    pub(super) asked: usize,
    /// Where the cursor was in what lies below.
    below: Cursor,
}

/// What is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Objects that were marked.
    Marked(Vec<ObjectId>),
    /// The newest objects of a source, as they arrive.
    Newest {
        /// The source's name.
        source: String,
    },
    /// The records around one.
    Around {
        /// Its object.
        object: ObjectId,
        /// The record.
        center: Seek,
        /// So many before it.
        before: u64,
        /// So many after it.
        after: u64,
    },
}

impl Merged {
    fn new(way: Way, below: Cursor) -> Self {
        Self {
            way,
            parts: Vec::new(),
            names: Vec::new(),
            rows: Vec::new(),
            faults: 0,
            fields: Vec::new(),
            is_begun: false,
            is_begin: false,
            is_end: false,
            told: String::new(),
            trouble: None,
            listed: 0,
            asked: 0,
            below,
        }
    }

    /// The object of a record.
    pub fn object(&self, at: usize) -> Option<&Object> {
        let placed = self.rows.get(at)?;
        Some(&self.parts.get(placed.part as usize)?.object)
    }

    /// Whether a record is the one that the others are around.
    pub fn is_center(&self, at: usize) -> bool {
        let Way::Around { object, center, .. } = &self.way else { return false };
        let is_it = self.rows.get(at).is_some_and(|placed| placed.part == 0 && center.is(&placed.row));
        is_it && self.parts.first().is_some_and(|part| part.object.id == *object)
    }

    /// The columns of the table, where the objects are of one format; else the messages tell more.
    pub fn columns(&self) -> &[String] {
        let mut read = self.parts.iter().filter(|part| part.records > 0);
        let Some(first) = read.next() else { return &[] };
        if read.all(|part| part.columns == first.columns) { &first.columns } else { &[] }
    }

    fn set_parts(&mut self, parts: Vec<Part>) {
        let is_same = self.parts.len() == parts.len()
            && self.parts.iter().zip(&parts).all(|(old, new)| old.object.id == new.object.id);
        if !is_same {
            self.fields = vec![BTreeMap::new(); parts.len()];
            self.names = names(&parts);
        }
        self.parts = parts;
    }

    /// Takes further objects in behind those that are there.
    pub(super) fn add_parts(&mut self, parts: Vec<Part>, before: usize) {
        self.names = names(&parts);
        self.fields.resize(before, BTreeMap::new());
        self.fields.resize(parts.len(), BTreeMap::new());
        self.parts = parts;
    }

    /// The numbers of the records of each object that are among the rows, from the lowest to the highest.
    pub fn numbers(&self) -> Vec<Range<u64>> {
        let mut numbers = vec![0..0; self.parts.len()];
        for placed in &self.rows {
            if let Some(numbers) = numbers.get_mut(placed.part as usize) {
                let number = placed.row.number;
                let start = if numbers.end == 0 { number } else { numbers.start.min(number) };
                *numbers = start..numbers.end.max(number + 1);
            }
        }
        numbers
    }
}

fn faults(rows: &[Placed]) -> usize {
    rows.iter().filter(|placed| placed.row.fault.is_some()).count()
}

/// What tells objects apart: their keys without what all of them begin and end with.
fn names(parts: &[Part]) -> Vec<String> {
    let keys: Vec<Vec<char>> = parts.iter().map(|part| part.object.id.key.chars().collect()).collect();
    let Some(first) = keys.first().filter(|_| keys.len() > 1) else {
        return parts.iter().map(|part| part.object.id.file_name().to_owned()).collect();
    };
    let shortest = keys.iter().map(Vec::len).min().unwrap_or(0);
    let mut start = (0..shortest).take_while(|at| keys.iter().all(|key| key[*at] == first[*at])).count();
    // A word or number that only ends otherwise is told whole.
    let is_like = |a: char, b: char| (a.is_ascii_digit(), a.is_alphabetic()) == (b.is_ascii_digit(), b.is_alphabetic());
    let goes_on = |at: usize| keys.iter().any(|key| key.get(at).is_some_and(|next| is_like(first[at - 1], *next)));
    while start > 0 && first[start - 1].is_alphanumeric() && goes_on(start) {
        start -= 1;
    }
    let common_end = (0..shortest - start)
        .take_while(|at| keys.iter().all(|key| key[key.len() - 1 - at] == first[first.len() - 1 - at]))
        .count();
    // An ending that all of them have is no name.
    let tail = &first[first.len() - common_end..];
    let end = tail.iter().position(|letter| *letter == '.').map_or(0, |dot| tail.len() - dot);
    let name = |(key, part): (&Vec<char>, &Part)| -> String {
        let name: String = key[start..(key.len() - end).max(start)].iter().collect();
        // Versions of one key have nothing that tells them apart.
        if name.is_empty() { part.object.id.file_name().to_owned() } else { name }
    };
    keys.iter().zip(parts).map(name).collect()
}

/// Shows the records of marked objects by event time; without marks, of those that are named.
pub(in crate::app) fn open_marked(model: &mut Model) {
    let marks: Vec<ObjectId> = model.objects.marks.iter().cloned().collect();
    match marks.len() {
        0 => return model.warn("no object is marked", "", Some("space marks one, V a range, ctrl-a all")),
        1..=MOST => {}
        count => {
            let cause = format!("{count} are marked, and each of them is read at the same time");
            return model.warn(format!("at most {MOST} objects are merged"), cause, Some("u takes the marks away"));
        }
    }
    open(model, Way::Marked(marks), Records { ..model.records.emptied() });
}

/// `:surroundings N`: the records around the one under the cursor.
pub(in crate::app) fn open_around(model: &mut Model, argument: &str) {
    let count = match argument.parse::<u64>() {
        _ if argument.is_empty() => AROUND,
        Ok(count) if (1..=FURTHER.1).contains(&count) => count,
        _ => return model.warn(format!("\"{argument}\" is no number of records"), "", Some("1 to 5000")),
    };
    let around = |object: ObjectId, center| Way::Around { object, center, before: count, after: count };
    if model.screen == Screen::Search {
        let Some(hit) = model.search.selected() else {
            return model.warn("no hit is under the cursor", "", None);
        };
        let way = around(hit.object.clone(), Seek { start: hit.span.start, line: hit.line });
        return open(model, way, model.records.emptied());
    }
    let found = model.records.object().zip(model.records.selected());
    let Some((object, row)) = found else { return model.warn("no record is under the cursor", "", None) };
    let way = around(object.id.clone(), Seek { start: row.span.start, line: row.line });
    let records = std::mem::take(&mut model.records);
    open(model, way, records);
}

pub(super) fn open(model: &mut Model, way: Way, below: Records) {
    if model.screen != Screen::Records {
        model.remember();
        model.screen = Screen::Records;
    }
    model.desk.cancel(Topic::Fields);
    model.desk.cancel(Topic::Head);
    let cursor = below.merged.as_ref().map_or(below.cursor, |merged| merged.below);
    let merged = Some(Box::new(Merged::new(way, cursor)));
    let cursor = Cursor::default();
    model.records = Records { merged, cursor, shown: None, seek: None, goal: None, ..below };
    model.records.narrowed.clear();
    fields::recall(model);
    ask(model);
}

/// Asks for the records from the first one on.
pub(super) fn ask(model: &mut Model) {
    if let Some(Way::Newest { .. }) = model.records.merged.as_ref().map(|merged| &merged.way) {
        return super::follow::poll(model);
    }
    let Some(merged) = &mut model.records.merged else { return };
    merged.trouble = None;
    let request = match merged.way.clone() {
        Way::Newest { .. } => return,
        Way::Marked(objects) => {
            **merged = Merged::new(merged.way.clone(), merged.below);
            model.records.shown = None;
            Request::Merge { objects, have: 0, want: STEP }
        }
        Way::Around { object, center, before, after } => Request::Surroundings { object, center, before, after },
    };
    model.desk.ask(Topic::Records, request);
}

/// Records of marked objects have come.
pub(in crate::app) fn answered(model: &mut Model, merge: Merge) {
    let Some(merged) = &mut model.records.merged else { return };
    let is_first = !merged.is_begun;
    merged.set_parts(merge.parts);
    merged.faults += faults(&merge.rows);
    merged.rows.extend(merge.rows);
    (merged.is_begun, merged.is_begin, merged.is_end) = (true, true, merge.is_end);
    let unread: Vec<(String, String)> = merged
        .parts
        .iter()
        .filter(|part| is_first && part.records == 0)
        .filter_map(|part| Some((part.object.id.to_string(), part.trouble.clone()?)))
        .collect();
    for (object, why) in unread {
        model.warn(format!("{object} is left out"), why, None);
    }
    taken_in(model);
}

/// The records around one have come: the cursor stays on its record, which at first is the one in the middle.
pub(in crate::app) fn surrounded(model: &mut Model, around: Surroundings) {
    let here =
        model.records.object().map(|object| object.id.clone()).zip(model.records.selected().map(|row| row.number));
    let Some(merged) = &mut model.records.merged else { return };
    let is_first = !merged.is_begun;
    merged.fields.clear();
    merged.parts.clear();
    merged.set_parts(around.parts);
    merged.faults = faults(&around.rows);
    merged.rows = around.rows;
    (merged.is_begun, merged.is_begin, merged.is_end) = (true, around.is_begin, around.is_end);
    merged.told = around.told;
    let is_here = |placed: &Placed| {
        let object = merged.parts.get(placed.part as usize).map(|part| &part.object.id);
        here.as_ref().is_some_and(|(id, number)| object == Some(id) && *number == placed.row.number)
    };
    let at = merged.rows.iter().position(is_here).filter(|_| !is_first).unwrap_or(around.center);
    model.desk.cancel(Topic::Fields);
    model.records.shown = None;
    let height = geometry::rows(model);
    model.records.cursor.jump(at, height);
    taken_in(model);
}

fn taken_in(model: &mut Model) {
    if !model.records.narrowed.is_empty() {
        fields::show(model);
    }
    fields::need(model);
    super::jump::sought(model);
    detail::follow(model);
}

/// Asks for further records after the last one.
pub(super) fn more(model: &mut Model) {
    let is_asking = model.is_asking(Topic::Records);
    let Some(merged) = &mut model.records.merged else { return };
    if is_asking || merged.is_end || !merged.is_begun || merged.trouble.is_some() {
        return;
    }
    let request = match &mut merged.way {
        Way::Newest { .. } => return,
        Way::Marked(objects) => {
            let have = merged.rows.len() as u64;
            Request::Merge { objects: objects.clone(), have, want: have + STEP }
        }
        Way::Around { object, center, before, after } => {
            if *after >= FURTHER.1 {
                return;
            }
            *after = (*after + FURTHER.0).min(FURTHER.1);
            Request::Surroundings { object: object.clone(), center: *center, before: *before, after: *after }
        }
    };
    model.desk.ask(Topic::Records, request);
}

/// Asks for further records before the first one.
fn earlier(model: &mut Model) {
    let is_asking = model.is_asking(Topic::Records);
    let Some(merged) = &mut model.records.merged else { return };
    if is_asking || merged.is_begin || !merged.is_begun || merged.trouble.is_some() {
        return;
    }
    if let Way::Around { object, center, before, after } = &mut merged.way
        && *before < FURTHER.1
    {
        *before = (*before + FURTHER.0).min(FURTHER.1);
        let request = Request::Surroundings { object: object.clone(), center: *center, before: *before, after: *after };
        model.desk.ask(Topic::Records, request);
    }
}

/// The cursor has moved: asks for what lies beyond the end that it has come to.
pub(super) fn moved(model: &mut Model, command: Command) {
    let Some(merged) = &model.records.merged else { return };
    let near = if matches!(merged.way, Way::Marked(_)) { NEAR } else { 1 };
    let (at, len) = (model.records.cursor.at, model.records.len());
    match command {
        Command::Down | Command::PageDown | Command::HalfDown | Command::Bottom if at + near >= len => more(model),
        Command::Up | Command::PageUp | Command::HalfUp | Command::Top if at == 0 => earlier(model),
        _ => {}
    }
}

/// Shows the record's object by itself, at the record.
pub(super) fn open_alone(model: &mut Model) {
    if model.records.merged.is_none() {
        return model.note("the object is shown by itself already");
    }
    let found = model.records.object().zip(model.records.selected());
    let Some((id, seek)) =
        found.map(|(object, row)| (object.id.clone(), Seek { start: row.span.start, line: row.line }))
    else {
        return;
    };
    model.remember();
    if !close(model) || model.records.reading.as_ref().is_none_or(|reading| reading.object.id != id) {
        model.records.merged = None;
        super::open_id(model, id);
    }
    model.records.seek = Some(seek);
    super::sought(model);
}

/// Goes back to what lies below. Returns whether anything does.
pub(super) fn close(model: &mut Model) -> bool {
    let has_below = model.records.reading.is_some() || model.records.wanted.is_some();
    let Some(merged) = model.records.merged.take_if(|_| has_below) else { return false };
    model.desk.cancel(Topic::Records);
    model.desk.cancel(Topic::Fields);
    let records = &mut model.records;
    (records.shown, records.goal) = (None, None);
    records.narrowed.clear();
    records.cursor = merged.below;
    fields::need(model);
    detail::follow(model);
    true
}

#[cfg(test)]
mod tests;
