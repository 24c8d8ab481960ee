//! Hits by what they have in one field: a row for each value, and below it those of its hits that are unfolded.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use super::order::{Order, natural};
use super::table::{NOTHING, Table};
use crate::domain::{Hit, HitField};

/// The hits that have one value in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub(super) code: u32,
    /// How many they are.
    pub count: usize,
    /// The times of the first and of the last of them that tells one.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Whether they are shown below it.
    pub is_open: bool,
}

/// A row: a hit by its number, or a group by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Hit(u32),
    Group(u32),
}

/// Hits by groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) all: Vec<Group>,
    pub(super) rows: Vec<Place>,
}

impl Groups {
    /// Groups hits, which stand in their order; those of the groups in `open` are shown. Groups of many come first, or as
    /// the order says where it is by the same field.
    pub(super) fn of(
        field: HitField,
        sorted: &[u32],
        order: Order,
        open: &BTreeSet<u32>,
        table: &Table,
        hits: &[Hit],
    ) -> Self {
        let new = |code| Group { code, count: 0, times: None, is_open: open.contains(&code) };
        let mut all: HashMap<u32, (Group, Vec<u32>)> = HashMap::new();
        for hit in sorted {
            let code = table.code(field, *hit);
            let (group, members) = all.entry(code).or_insert_with(|| (new(code), Vec::new()));
            group.count += 1;
            if let Some(time) = hits[*hit as usize].time {
                let (first, last) = group.times.unwrap_or((time, time));
                group.times = Some((first.min(time), last.max(time)));
            }
            if group.is_open {
                members.push(*hit);
            }
        }
        let mut all: Vec<(Group, Vec<u32>)> = all.into_values().collect();
        let by_value = |a: &Group, b: &Group| natural(table.word(field, a.code), table.word(field, b.code));
        all.sort_unstable_by(|(a, _), (b, _)| {
            let nothing_last = (a.code == NOTHING).cmp(&(b.code == NOTHING));
            let by_order = match order {
                Order { field: by, is_descending: true } if by == field => by_value(b, a),
                Order { field: by, .. } if by == field => by_value(a, b),
                _ => b.count.cmp(&a.count).then_with(|| by_value(a, b)),
            };
            nothing_last.then(by_order).then(a.code.cmp(&b.code))
        });
        let mut groups = Self::default();
        for (group, members) in all {
            groups.rows.push(Place::Group(u32::try_from(groups.all.len()).unwrap_or(u32::MAX)));
            groups.rows.extend(members.into_iter().map(Place::Hit));
            groups.all.push(group);
        }
        groups
    }
}
