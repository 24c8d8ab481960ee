//! What is seen of an answer: which hits, in which order, by which group, told by which columns.
//!
//! Hits come in any order while a search runs. Each is taken in once; only a change of what is wanted goes through all
//! of them again, and drawing reads what is in sight.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::facets::Facets;
use super::groups::{Group, Groups, Place};
use super::histogram::Histogram;
use super::order::Order;
use super::table::{self, Table};
use crate::app::filter::{Facts, Filter};
use crate::app::{Brush, Cursor};
use crate::domain::{Hit, HitField, Narrowing, TimeRange};

/// What is seen of an answer.
#[derive(Debug, Default)]
pub struct Shape {
    /// Only hits that have, or have not, these values.
    pub narrowed: Vec<(HitField, Narrowing)>,
    /// Only hits that pass it.
    pub filter: Option<Filter>,
    /// Only hits of this stretch of time.
    pub window: Option<TimeRange>,
    /// Their order.
    pub order: Order,
    /// What they are grouped by.
    pub group: Option<HitField>,
    /// The pane of values.
    pub facets: Facets,
    /// Hits by time, once there are some.
    pub histogram: Option<Histogram>,
    /// Whether the histogram is hidden.
    pub is_histogram_hidden: bool,
    /// A range that is being brushed on the histogram.
    pub brush: Option<Brush>,
    table: Table,
    sorted: Vec<u32>,
    groups: Option<Groups>,
    /// The groups that are unfolded, by the codes of their values.
    open: BTreeSet<u32>,
}

/// A row of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'s> {
    /// A hit, by its number.
    Hit(usize),
    /// What a group has in common, and the group.
    Group(&'s str, &'s Group),
}

impl Shape {
    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.groups.as_ref().map_or(self.sorted.len(), |groups| groups.rows.len())
    }

    /// Whether no row is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many hits are shown, or are folded into a group that is.
    pub fn shown(&self) -> usize {
        self.sorted.len()
    }

    /// The values of the hits.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// A row by its place.
    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        match self.place(at)? {
            Place::Hit(hit) => Some(Row::Hit(hit as usize)),
            Place::Group(number) => {
                let group = self.groups.as_ref()?.all.get(number as usize)?;
                Some(Row::Group(self.table.word(self.group?, group.code), group))
            }
        }
    }

    fn place(&self, at: usize) -> Option<Place> {
        match &self.groups {
            Some(groups) => groups.rows.get(at).copied(),
            None => self.sorted.get(at).copied().map(Place::Hit),
        }
    }

    /// The numbers of the hits that are shown, in their order, whatever is folded.
    pub fn hits(&self) -> impl Iterator<Item = usize> {
        self.sorted.iter().map(|number| *number as usize)
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups.as_ref().map_or(0, |groups| groups.all.len())
    }

    /// Whether anything is left out.
    pub fn is_narrowed(&self) -> bool {
        !self.narrowed.is_empty() || self.filter.is_some() || self.window.is_some()
    }

    /// Whether hits have a value in a field, as far as is known.
    pub fn has(&self, field: HitField) -> bool {
        matches!(field, HitField::Time | HitField::Record) || self.table.words(field).len() > 1
    }

    /// The hits are gone: what they were narrowed by goes with them, how they are arranged stays.
    pub(super) fn clear(&mut self) {
        *self = Self {
            order: self.order,
            group: self.group,
            facets: Facets::shown(self.facets.is_shown),
            is_histogram_hidden: self.is_histogram_hidden,
            ..Self::default()
        };
    }

    /// Takes in the hits that have come since the last time.
    pub(super) fn add(&mut self, hits: &[Hit]) {
        let first = self.table.len();
        for hit in &hits[first..] {
            self.table.add(hit);
        }
        let new = self.passing(hits, first);
        if self.facets.is_shown {
            self.facets.add(&new, &self.table);
            self.facets.tell(&self.table);
        }
        self.order.merge(&mut self.sorted, new, &self.table, hits);
        self.regroup(hits);
    }

    /// Goes through all hits again.
    pub(super) fn rebuild(&mut self, hits: &[Hit]) {
        self.histogram = self.histogram.take().map(Histogram::emptied);
        let all = self.passing(hits, 0);
        self.facets.clear();
        if self.facets.is_shown {
            self.facets.add(&all, &self.table);
            self.facets.tell(&self.table);
        }
        self.sorted.clear();
        self.order.merge(&mut self.sorted, all, &self.table, hits);
        self.regroup(hits);
    }

    /// The numbers of the hits from `first` on that are shown; those that only the window leaves out are in the
    /// histogram too.
    fn passing(&mut self, hits: &[Hit], first: usize) -> Vec<u32> {
        let mut passing = Vec::new();
        for (number, hit) in (0..).zip(hits).skip(first) {
            if !self.passes(number, hit) {
                continue;
            }
            if let Some(histogram) = &mut self.histogram {
                histogram.add(hit.time, self.table.code(HitField::Source, number));
            }
            if self.is_in_window(hit.time) {
                passing.push(number);
            }
        }
        passing
    }

    fn is_in_window(&self, time: Option<Timestamp>) -> bool {
        self.window.is_none_or(|window| time.is_some_and(|time| window.contains(time)))
    }

    fn passes(&self, number: u32, hit: &Hit) -> bool {
        let holds = |(field, narrowing): &(HitField, Narrowing)| {
            self.table.holds(*field, number, &narrowing.value) != narrowing.is_inverse
        };
        self.narrowed.iter().all(holds) && self.filter.as_ref().is_none_or(|filter| filter.passes(&facts(hit)))
    }

    fn regroup(&mut self, hits: &[Hit]) {
        let group = |field| Groups::of(field, &self.sorted, self.order, &self.open, &self.table, hits);
        self.groups = self.group.map(group);
    }

    /// Counts by time anew where the range or the room has changed.
    pub(super) fn frame(&mut self, range: TimeRange, columns: usize, hits: &[Hit]) {
        if self.histogram.as_ref().is_some_and(|histogram| histogram.is_of(range, columns)) {
            return;
        }
        let mut histogram = Histogram::new(range, columns);
        for (number, hit) in (0..).zip(hits) {
            if self.passes(number, hit) {
                histogram.add(hit.time, self.table.code(HitField::Source, number));
            }
        }
        self.histogram = Some(histogram);
        self.brush = None;
    }

    /// Groups by a field, all groups folded, or by none.
    pub(super) fn group_by(&mut self, field: Option<HitField>) {
        self.group = field;
        self.open.clear();
    }

    /// Folds or unfolds the group at a place, or the one that the hit there is of.
    pub(super) fn fold(&mut self, at: usize) {
        let Some(field) = self.group else { return };
        let code = match (self.place(at), &self.groups) {
            (Some(Place::Hit(hit)), _) => self.table.code(field, hit),
            (Some(Place::Group(number)), Some(groups)) => groups.all[number as usize].code,
            _ => return,
        };
        if !self.open.remove(&code) {
            self.open.insert(code);
        }
    }

    /// Folds every group, or unfolds them all where none is unfolded.
    pub(super) fn fold_all(&mut self) {
        let all = self.groups.iter().flat_map(|groups| &groups.all).map(|group| group.code);
        self.open = if self.open.is_empty() { all.collect() } else { BTreeSet::new() };
    }

    /// Shows only hits that have a value in a field, or only those that have it not; what was so already is taken back.
    pub(super) fn narrow(&mut self, field: HitField, value: &str, is_inverse: bool) {
        let narrowing = Narrowing { path: field.name().to_owned(), value: value.to_owned(), is_inverse };
        let is_same = |(known, other): &(HitField, Narrowing)| *known == field && other.value == value;
        let before = self.narrowed.iter().position(is_same).map(|at| self.narrowed.remove(at).1);
        if before.is_none_or(|before| before != narrowing) {
            self.narrowed.push((field, narrowing));
        }
    }

    /// Takes back what was narrowed last, or the group. Returns whether there was anything.
    pub(super) fn widen(&mut self) -> bool {
        let is_narrowed = self.narrowed.pop().is_some() || self.window.take().is_some() || self.filter.take().is_some();
        is_narrowed || self.group.take().is_some()
    }

    /// What the cursor stays on.
    pub(super) fn anchor(&self, at: usize) -> Option<Anchor> {
        Some(match self.place(at)? {
            Place::Hit(hit) => Anchor::Hit(hit),
            Place::Group(number) => Anchor::Group(self.groups.as_ref()?.all.get(number as usize)?.code),
        })
    }

    /// Where that is now: itself, else the group it is folded into, else what follows it.
    fn find(&self, anchor: Anchor, hits: &[Hit]) -> Option<usize> {
        let group_of = |place: &Place| match place {
            Place::Group(number) => self.groups.as_ref()?.all.get(*number as usize).map(|group| group.code),
            Place::Hit(_) => None,
        };
        let of_code = |code: u32| {
            let rows = &self.groups.as_ref()?.rows;
            rows.iter().position(|place| group_of(place) == Some(code))
        };
        match (anchor, &self.groups) {
            (Anchor::Group(code), Some(_)) => of_code(code),
            (Anchor::Group(_), None) => None,
            (Anchor::Hit(hit), Some(groups)) => {
                let same = groups.rows.iter().position(|place| *place == Place::Hit(hit));
                same.or_else(|| of_code(self.table.code(self.group?, hit)))
            }
            (Anchor::Hit(hit), None) => {
                Some(self.sorted.partition_point(|known| self.order.compare(&self.table, hits, *known, hit).is_lt()))
            }
        }
    }

    /// Puts a cursor where its row is now, at the same height of the pane.
    pub(super) fn follow(&self, anchor: Option<Anchor>, hits: &[Hit], cursor: &mut Cursor) {
        let above = cursor.at.saturating_sub(cursor.top);
        let at = anchor.and_then(|anchor| self.find(anchor, hits)).unwrap_or(0);
        *cursor = Cursor { at, top: at.saturating_sub(above) };
    }

    /// A value as it is shown.
    pub fn told(field: HitField, word: &str) -> String {
        table::told(field, word)
    }
}

/// What a cursor stays on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Hit(u32),
    Group(u32),
}

/// What a filter may know of a hit.
fn facts(hit: &Hit) -> Facts<'_> {
    Facts { key: &hit.object.key, source: &hit.source, more: &hit.message, ecs: Some(&hit.ecs), ..Facts::default() }
}
