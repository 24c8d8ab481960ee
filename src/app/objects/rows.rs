//! The rows of the objects screen, kept in order while they stream in.
//!
//! Rows are put into order a slice at a time: what a page, another order or another filter costs at one go does not grow
//! with the rows, so that a key is answered in between. What is left is gone on with when the model is woken.

use std::cmp::Ordering;
use std::time::Duration;

use jiff::SignedDuration;

use super::{Filter, Model, ObjectId, ObjectRow, Objects, State, geometry, late_after, preview};
use crate::app::{Cursor, Timeline, timeline};
use crate::domain::ObjectRows;

/// Rows that are put into order at one go, which takes a few milliseconds.
const SLICE: usize = 1_024;
/// Rows that are counted into the timeline at one go.
const COUNTED: usize = 4_096;

/// The order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first, by the time that keys tell.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The largest first.
    Largest,
    /// What failed first, then the newest.
    Trouble,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Largest, Self::Trouble];

    /// Its name in commands and addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Largest => "largest",
            Self::Trouble => "trouble",
        }
    }

    /// Its words in the title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest first",
            Self::Oldest => "oldest first",
            Self::Largest => "largest first",
            Self::Trouble => "failed first",
        }
    }

    pub(super) fn next(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Largest,
            Self::Largest => Self::Trouble,
            Self::Trouble => Self::Newest,
        }
    }

    /// How two rows are ordered; those that are alike, as they came.
    fn compare(self, rows: &ObjectRows, a: usize, b: usize) -> Ordering {
        let by_key = || rows.compare_keys(a, b).then(a.cmp(&b));
        let newest = || rows.moment(b).cmp(&rows.moment(a)).then_with(by_key);
        let gravity = |index: usize| match rows.state(index) {
            State::Failed => 0,
            State::Parked => 1,
            State::Unknown => 2,
            _ => 3,
        };
        match self {
            Self::Newest => newest(),
            Self::Oldest => rows.moment(a).cmp(&rows.moment(b)).then_with(by_key),
            Self::Largest => rows.size(b).cmp(&rows.size(a)).then_with(newest),
            Self::Trouble => gravity(a).cmp(&gravity(b)).then_with(newest),
        }
    }
}

impl Objects {
    /// Adds rows. The cursor stays on its row.
    pub(super) fn add(&mut self, rows: Vec<ObjectRow>) {
        for row in &rows {
            self.failed += usize::from(row.state == State::Failed);
            self.parked += usize::from(row.state == State::Parked);
            self.archived += usize::from(row.object.is_archived());
        }
        self.rows.extend(rows);
        self.arrange_some();
    }

    /// Puts a slice of the rows that are not in order yet among those that are.
    fn arrange_some(&mut self) {
        let end = (self.arranged + SLICE).min(self.rows.len());
        let (rows, order) = (&self.rows, self.order);
        let mut new: Vec<u32> =
            (self.arranged..end).filter(|index| self.passes(*index)).map(|index| index as u32).collect();
        self.arranged = end;
        let compare = |a: u32, b: u32| order.compare(rows, a as usize, b as usize);
        new.sort_unstable_by(|a, b| compare(*a, *b));
        if !self.marks.is_empty() {
            let is_marked = |index: &&u32| self.marks.contains(&rows.get(**index as usize).object.id);
            self.marked_in_sight += new.iter().filter(is_marked).count();
        }
        let is_wanted = |index: &u32| {
            self.kept == Some(*index) || self.seek.as_ref().is_some_and(|wanted| rows.is_of(*index as usize, wanted))
        };
        let found = new.iter().copied().find(is_wanted);
        let before = merge(&mut self.shown, &new, self.cursor.at, |a, b| compare(a, b) == Ordering::Less);
        if self.cursor.at > 0 {
            self.cursor.at += before;
            self.cursor.top += before;
        }
        if let Some(found) = found
            && let Some(at) = self.shown.iter().position(|index| *index == found)
        {
            self.cursor.at = at;
            if self.kept.take() != Some(found) {
                self.seek = None;
            }
        }
        if self.kept.is_some() && self.is_in_order() {
            self.kept = None;
            self.cursor = Cursor::default();
        }
    }

    /// Whether all rows are in order: each that passes the filter is among those that are shown.
    pub fn is_in_order(&self) -> bool {
        self.arranged == self.rows.len()
    }

    /// Puts all rows into order, however long that takes: for what is done to all of them.
    pub(super) fn arrange_all(&mut self) {
        while !self.is_in_order() {
            self.arrange_some();
        }
    }

    /// How many rows are in order, of those that are loaded.
    pub fn in_order(&self) -> usize {
        self.arranged
    }

    fn passes(&self, index: usize) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.passes_object(&self.rows.get(index)))
    }

    /// Filters and sorts all rows anew; the cursor stays on its object where that passes.
    fn arrange(&mut self) {
        self.kept = self.kept.or_else(|| self.shown.get(self.cursor.at).copied());
        self.shown.clear();
        (self.arranged, self.marked_in_sight, self.cursor.at) = (0, 0, 0);
        self.arrange_some();
    }

    pub(super) fn clear_rows(&mut self) {
        self.rows.clear();
        self.shown.clear();
        self.cursor = Cursor::default();
        (self.failed, self.parked, self.archived, self.marked_in_sight) = (0, 0, 0, 0);
        (self.arranged, self.counted) = (0, 0);
        self.timeline = None;
        self.kept = None;
        self.stale = false;
    }

    /// The row at a place on the screen.
    pub fn row_at(&self, at: usize) -> Option<ObjectRow> {
        self.shown.get(at).map(|index| self.rows.get(*index as usize))
    }

    /// Where an object is on the screen.
    pub(super) fn position(&self, id: &ObjectId) -> Option<usize> {
        let row = self.rows.find(id)?;
        self.shown.iter().position(|index| *index as usize == row)
    }

    /// Whether an object is among the rows that pass the filter.
    pub(super) fn holds(&self, id: &ObjectId) -> bool {
        self.rows.find(id).is_some_and(|row| self.passes(row))
    }

    /// Changes the state of an object with the consumer of this index, where it is there in another.
    pub(super) fn set_state(
        &mut self,
        id: &ObjectId,
        consumer: usize,
        state: State,
        is_replayed: bool,
        late_after: SignedDuration,
    ) {
        let Some(index) = self.rows.find(id) else { return };
        let before = self.rows.figures(index);
        if !self.rows.set_state(index, consumer, state) {
            return;
        }
        let state = self.rows.state(index);
        self.failed -= usize::from(before.state == State::Failed);
        self.parked -= usize::from(before.state == State::Parked);
        self.failed += usize::from(state == State::Failed);
        self.parked += usize::from(state == State::Parked);
        // What is not in the timeline yet will be counted with its new state; one of another range counts nothing.
        let range = self.asked.as_ref().map(|(_, range)| *range);
        let timeline = self.timeline.as_mut().filter(|timeline| Some(timeline.range) == range);
        if let Some(timeline) = timeline.filter(|_| index < self.counted) {
            timeline.change(&before, state, is_replayed, late_after);
        }
    }

    /// How many marked objects are not among the rows that are shown.
    pub fn marks_out_of_sight(&self) -> usize {
        self.marks.len().saturating_sub(self.marked_in_sight)
    }
}

/// Filters the rows; the cursor stays on its object where that passes.
pub(in crate::app) fn set_filter(model: &mut Model, filter: Option<Filter>) {
    if model.objects.filter != filter {
        model.objects.filter = filter;
        model.objects.arrange();
        go_on(model);
    }
}

pub(super) fn set_order(model: &mut Model, order: Order) {
    model.objects.order = order;
    model.objects.arrange();
    go_on(model);
}

/// Begins the timeline anew.
pub(in crate::app) fn rebuild_timeline(model: &mut Model) {
    let timeline = Timeline::new(model.range, geometry::chart_columns(model), model.chart.axis);
    let objects = &mut model.objects;
    let is_current = objects.asked.as_ref().is_some_and(|(_, range)| *range == model.range);
    objects.timeline = Some(timeline);
    objects.counted = if is_current { 0 } else { objects.rows.len() };
    count_some(model);
    go_on(model);
    timeline::follow(model);
}

/// Counts a part of the rows into the timeline that are not in it yet.
pub(super) fn count_some(model: &mut Model) {
    let late_after = late_after(model);
    let objects = &mut model.objects;
    let end = (objects.counted + COUNTED).min(objects.rows.len());
    let replayed = &model.replays.replayed;
    let is_replayed = |index| !replayed.is_empty() && replayed.holds(&objects.rows.get(index).object.id);
    let rows = (objects.counted..end).map(|index| (objects.rows.figures(index), is_replayed(index)));
    if let Some(timeline) = &mut objects.timeline {
        timeline.add(rows, late_after);
    }
    objects.counted = end;
}

/// Asks to be woken where rows are left that are not in order, or not counted.
pub(super) fn go_on(model: &mut Model) {
    let objects = &model.objects;
    let is_done = objects.is_in_order() && objects.counted == objects.rows.len();
    if is_done {
        model.objects.arranging = None;
    } else if objects.arranging.is_none() {
        model.objects.arranging = Some(model.desk.wake(Duration::ZERO));
    }
}

/// A further slice of what is left.
pub(super) fn wake(model: &mut Model) {
    model.objects.arranging = None;
    model.objects.arrange_some();
    count_some(model);
    go_on(model);
    preview::follow(model);
}

/// Merges sorted rows into others. Returns how many of them come before what was at `at`.
fn merge(old: &mut Vec<u32>, new: &[u32], at: usize, is_before: impl Fn(u32, u32) -> bool) -> usize {
    let mut before = 0;
    // Of the old, those that have not moved behind a new one yet.
    let mut end = old.len();
    old.resize(end + new.len(), 0);
    for (place, row) in new.iter().enumerate().rev() {
        let begin = old[..end].partition_point(|other| !is_before(*row, *other));
        old.copy_within(begin..end, begin + place + 1);
        old[begin + place] = *row;
        before += usize::from(begin <= at);
        end = begin;
    }
    before
}

#[cfg(test)]
mod tests;
