//! The values of each field of the hits that are shown, the most frequent first.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::table::{NOTHING, Table, values};
use crate::app::Cursor;
use crate::domain::HitField;

/// Values of a field that are told at first, and once it is unfolded.
const TOLD: (usize, usize) = (5, 200);

/// The pane of values beside the hits.
#[derive(Debug, Default)]
pub struct Facets {
    /// Whether it is shown.
    pub is_shown: bool,
    /// Whether it has the keys.
    pub has_focus: bool,
    /// The line that is looked at.
    pub cursor: Cursor,
    /// The fields that have values.
    pub fields: Vec<Facet>,
    /// What is told of them, line by line.
    pub lines: Vec<FacetLine>,
    unfolded: BTreeSet<HitField>,
    /// Hits by field and by the code of what they have there.
    counts: Vec<Vec<u32>>,
}

/// The values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The field.
    pub field: HitField,
    /// How many hits have a value there.
    pub holding: usize,
    /// How many different values there are.
    pub distinct: usize,
    /// The most frequent ones, with their hits.
    pub values: Vec<(String, u32)>,
}

/// A line of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetLine {
    /// The name of a field, by its place.
    Field(usize),
    /// A value of it.
    Value(usize, usize),
    /// That it has more.
    More(usize),
}

impl Facets {
    /// An empty pane that is shown or not.
    pub(super) fn shown(is_shown: bool) -> Self {
        Self { is_shown, ..Self::default() }
    }

    /// Forgets what was counted.
    pub(super) fn clear(&mut self) {
        self.counts.clear();
        self.fields.clear();
        self.lines.clear();
    }

    /// Counts hits, by their numbers.
    pub(super) fn add(&mut self, hits: &[u32], table: &Table) {
        self.counts.resize_with(HitField::counted().count(), Vec::new);
        for (counts, field) in self.counts.iter_mut().zip(HitField::counted()) {
            counts.resize(table.words(field).len(), 0);
            for hit in hits {
                counts[table.code(field, *hit) as usize] += 1;
            }
        }
    }

    /// Tells what was counted, with the cursor on its line as far as that is there.
    pub(super) fn tell(&mut self, table: &Table) {
        let here = self.under_cursor().map(|(field, value)| (field, value.map(str::to_owned)));
        let fields = self.counts.iter().zip(HitField::counted());
        self.fields = fields
            .map(|(counts, field)| facet(field, counts, table, self.unfolded.contains(&field)))
            .filter(|facet| facet.distinct > 0)
            .collect();
        self.lines.clear();
        for (at, facet) in self.fields.iter().enumerate() {
            self.lines.push(FacetLine::Field(at));
            self.lines.extend((0..facet.values.len()).map(|value| FacetLine::Value(at, value)));
            if facet.distinct > facet.values.len() {
                self.lines.push(FacetLine::More(at));
            }
        }
        let is_here =
            |line: &FacetLine| here.as_ref().is_some_and(|(field, value)| self.is(*line, *field, value.as_deref()));
        if let Some(at) = self.lines.iter().position(is_here) {
            self.cursor.at = at;
        }
        self.cursor.at = self.cursor.at.min(self.lines.len().saturating_sub(1));
    }

    fn is(&self, line: FacetLine, field: HitField, value: Option<&str>) -> bool {
        match line {
            FacetLine::Field(at) => value.is_none() && self.fields[at].field == field,
            FacetLine::Value(at, number) => {
                let facet = &self.fields[at];
                facet.field == field && facet.values.get(number).map(|(text, _)| text.as_str()) == value
            }
            FacetLine::More(_) => false,
        }
    }

    /// The field under the cursor, and the value where one is.
    pub fn under_cursor(&self) -> Option<(HitField, Option<&str>)> {
        match *self.lines.get(self.cursor.at)? {
            FacetLine::Field(at) | FacetLine::More(at) => Some((self.fields.get(at)?.field, None)),
            FacetLine::Value(at, number) => {
                let facet = self.fields.get(at)?;
                Some((facet.field, facet.values.get(number).map(|(text, _)| text.as_str())))
            }
        }
    }

    /// Tells more of the values of the field under the cursor, or fewer again.
    pub(super) fn fold(&mut self, table: &Table) {
        let Some((field, _)) = self.under_cursor() else { return };
        if !self.unfolded.remove(&field) {
            self.unfolded.insert(field);
        }
        self.tell(table);
    }
}

fn facet(field: HitField, counts: &[u32], table: &Table, is_unfolded: bool) -> Facet {
    let there = || (0..).zip(counts).filter(|(code, count)| *code != NOTHING && **count > 0);
    let holding = there().map(|(_, count)| *count as usize).sum();
    let mut all: Vec<(u32, &str)> = if field == HitField::In {
        // One hit may have several names there; of their combinations there are few.
        let mut by_name: HashMap<&str, u32> = HashMap::new();
        for (code, count) in there() {
            values(field, table.word(field, code)).for_each(|name| *by_name.entry(name).or_default() += count);
        }
        by_name.into_iter().map(|(name, count)| (count, name)).collect()
    } else {
        there().map(|(code, count)| (*count, table.word(field, code))).collect()
    };
    let distinct = all.len();
    let most = if is_unfolded { TOLD.1 } else { TOLD.0 };
    let by = |(count, word): &(u32, &str)| (Reverse(*count), (*word).to_owned());
    // Of a hundred thousand values a few are told: only those are put in order.
    if distinct > most {
        all.select_nth_unstable_by(most, |a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        all.truncate(most);
    }
    all.sort_by_key(by);
    let values = all.into_iter().map(|(count, word)| (word.to_owned(), count)).collect();
    Facet { field, holding, distinct, values }
}
