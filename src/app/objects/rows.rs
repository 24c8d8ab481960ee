//! The rows of the objects screen, kept in order while they stream in.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::{Filter, ObjectId, ObjectRow, Objects, State};
use crate::app::Cursor;

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

    fn compare(self, a: &ObjectRow, b: &ObjectRow) -> Ordering {
        let time = |row: &ObjectRow| row.time.unwrap_or(row.object.arrived);
        let newest = || time(b).cmp(&time(a)).then_with(|| a.object.id.key.cmp(&b.object.id.key));
        let gravity = |row: &ObjectRow| match row.state {
            State::Failed => 0,
            State::Parked => 1,
            State::Unknown => 2,
            _ => 3,
        };
        match self {
            Self::Newest => newest(),
            Self::Oldest => time(a).cmp(&time(b)).then_with(|| a.object.id.key.cmp(&b.object.id.key)),
            Self::Largest => b.object.size.cmp(&a.object.size).then_with(newest),
            Self::Trouble => gravity(a).cmp(&gravity(b)).then_with(newest),
        }
    }
}

impl Objects {
    /// Adds rows. Only the new ones are sorted; they are merged into the order, so that a million rows cost what a
    /// million rows cost. The cursor stays on its row.
    pub(super) fn add(&mut self, rows: Vec<ObjectRow>) {
        let under_cursor = self.shown.get(self.cursor.at).copied().filter(|_| self.cursor.at > 0);
        let begin = self.rows.len();
        for row in &rows {
            self.failed += usize::from(row.state == State::Failed);
            self.parked += usize::from(row.state == State::Parked);
            self.archived += usize::from(row.object.is_archived());
        }
        self.rows.extend(rows);
        let (all, order) = (&self.rows, self.order);
        let mut new: Vec<u32> =
            (begin..all.len()).filter(|index| self.passes(&all[*index])).map(|index| index as u32).collect();
        let compare = |a: &u32, b: &u32| order.compare(&all[*a as usize], &all[*b as usize]);
        new.sort_by(compare);
        self.shown = merge(&self.shown, &new, compare);
        if let Some(index) = under_cursor
            && let Some(at) = self.shown.iter().position(|shown| *shown == index)
        {
            self.cursor.top = (self.cursor.top + at).saturating_sub(self.cursor.at);
            self.cursor.at = at;
        }
    }

    fn passes(&self, row: &ObjectRow) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.passes_object(row))
    }

    /// Filters the rows; the cursor stays on its object where that passes.
    pub(in crate::app) fn set_filter(&mut self, filter: Option<Filter>) {
        if self.filter != filter {
            self.filter = filter;
            self.arrange();
        }
    }

    pub(super) fn set_order(&mut self, order: Order) {
        self.order = order;
        self.arrange();
    }

    /// Filters and sorts all rows anew.
    fn arrange(&mut self) {
        let kept = self.shown.get(self.cursor.at).copied();
        let mut shown: Vec<u32> =
            (0..self.rows.len()).filter(|index| self.passes(&self.rows[*index])).map(|index| index as u32).collect();
        shown.sort_by(|a, b| self.order.compare(&self.rows[*a as usize], &self.rows[*b as usize]));
        self.shown = shown;
        let at = kept.and_then(|kept| self.shown.iter().position(|shown| *shown == kept));
        self.cursor = Cursor { at: at.unwrap_or(0), top: at.map_or(0, |_| self.cursor.top) };
    }

    pub(super) fn clear_rows(&mut self) {
        self.rows.clear();
        self.shown.clear();
        self.cursor = Cursor::default();
        (self.failed, self.parked, self.archived) = (0, 0, 0);
        self.timeline = None;
        self.stale = false;
    }

    /// Where an object is on the screen.
    pub(super) fn position(&self, id: &ObjectId) -> Option<usize> {
        self.shown.iter().position(|index| self.rows[*index as usize].object.id == *id)
    }

    /// Changes the state of an object with the consumer of this index. Returns whether it was there, in another state.
    pub(super) fn set_state(&mut self, id: &ObjectId, consumer: usize, state: State) -> bool {
        let is_other = |row: &ObjectRow| row.states.get(consumer) != Some(state);
        let Some(row) = self.rows.iter_mut().find(|row| row.object.id == *id && is_other(row)) else {
            return false;
        };
        row.states.set(consumer, state);
        let state = row.states.gravest().unwrap_or(state);
        self.failed -= usize::from(row.state == State::Failed);
        self.parked -= usize::from(row.state == State::Parked);
        row.state = state;
        if !matches!(state, State::Failed | State::Parked) {
            row.reason = None;
        }
        self.failed += usize::from(state == State::Failed);
        self.parked += usize::from(state == State::Parked);
        true
    }

    /// How many marked objects are not among the rows that are shown.
    pub fn marks_out_of_sight(&self) -> usize {
        if self.marks.is_empty() {
            return 0;
        }
        let shown: HashSet<&ObjectId> = self.shown.iter().map(|index| &self.rows[*index as usize].object.id).collect();
        self.marks.iter().filter(|id| !shown.contains(id)).count()
    }
}

/// Merges two sorted lists of indices.
fn merge(old: &[u32], new: &[u32], mut compare: impl FnMut(&u32, &u32) -> Ordering) -> Vec<u32> {
    let mut merged = Vec::with_capacity(old.len() + new.len());
    let (mut old, mut new) = (old, new);
    while let (Some((a, old_rest)), Some((b, new_rest))) = (old.split_first(), new.split_first()) {
        if compare(b, a) == Ordering::Less {
            merged.push(*b);
            new = new_rest;
        } else {
            merged.push(*a);
            old = old_rest;
        }
    }
    merged.extend_from_slice(old);
    merged.extend_from_slice(new);
    merged
}
