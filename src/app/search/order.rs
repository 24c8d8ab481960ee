//! The order of the hits: by one field, up or down; what has nothing there comes last either way.

use std::cmp::Ordering;

use super::table::{NOTHING, Table};
use crate::domain::{Hit, HitField};

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What they are ordered by.
    pub field: HitField,
    /// The greatest first.
    pub is_descending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { field: HitField::Time, is_descending: false }
    }
}

impl Order {
    /// Reads `user.name`, or `-user.name` for the greatest first.
    pub fn read(text: &str) -> Option<Self> {
        let (is_descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        Some(Self { field: HitField::named(name)?, is_descending })
    }

    /// Compares two hits by their numbers. No two are alike: those with equal values stand by time, then by place.
    pub(super) fn compare(self, table: &Table, hits: &[Hit], a: u32, b: u32) -> Ordering {
        let (one, other) = (&hits[a as usize], &hits[b as usize]);
        let by_value = match self.field {
            HitField::Time => self.directed(one.time, other.time, Ord::cmp),
            HitField::Record => self.directed(Some(&*one.message), Some(&*other.message), |a, b| natural(a, b)),
            field => {
                let (x, y) = (table.code(field, a), table.code(field, b));
                if x == y {
                    Ordering::Equal
                } else {
                    let word = |code| (code != NOTHING).then(|| table.word(field, code));
                    self.directed(word(x), word(y), |a, b| natural(a, b))
                }
            }
        };
        let place = |hit: &Hit| (hit.time.is_none(), hit.time);
        by_value
            .then_with(|| place(one).cmp(&place(other)))
            .then_with(|| one.object.cmp(&other.object))
            .then_with(|| (one.span.start, a).cmp(&(other.span.start, b)))
    }

    fn directed<T>(self, a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if self.is_descending => compare(&b, &a),
            (Some(a), Some(b)) => compare(&a, &b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }

    /// Merges hits into those that stand in order.
    pub(super) fn merge(self, sorted: &mut Vec<u32>, mut new: Vec<u32>, table: &Table, hits: &[Hit]) {
        new.sort_unstable_by(|a, b| self.compare(table, hits, *a, *b));
        let is_before = |a: u32, b: u32| self.compare(table, hits, a, b) == Ordering::Less;
        let is_after_all = |first: &u32| sorted.last().is_none_or(|last| is_before(*last, *first));
        if new.first().is_none_or(is_after_all) {
            return sorted.append(&mut new);
        }
        let mut merged = Vec::with_capacity(sorted.len() + new.len());
        let mut rest = sorted.as_slice();
        for hit in new {
            let (before, after) = rest.split_at(rest.partition_point(|known| is_before(*known, hit)));
            merged.extend_from_slice(before);
            merged.push(hit);
            rest = after;
        }
        merged.extend_from_slice(rest);
        *sorted = merged;
    }
}

/// Compares texts as people do: the digits in them by their number, so that `10.0.0.9` comes before `10.0.0.10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some(x), Some(y)) = (a.first(), b.first()) {
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let ((x, rest_of_a), (y, rest_of_b)) = (number(a), number(b));
            match x.len().cmp(&y.len()).then_with(|| x.cmp(y)) {
                Ordering::Equal => (a, b) = (rest_of_a, rest_of_b),
                unequal => return unequal,
            }
        } else if x == y {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return x.cmp(y);
        }
    }
    a.len().cmp(&b.len())
}

/// The digits that a text begins with, without zeros before them, and the rest.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_compared_as_numbers() {
        let mut addresses = ["10.0.0.10", "10.0.0.9", "9.1.1.1", "10.0.0.9a", "", "b", "a007", "a7", "a08"];
        addresses.sort_by(|a, b| natural(a, b).then_with(|| a.cmp(b)));
        assert_eq!(addresses, ["", "9.1.1.1", "10.0.0.9", "10.0.0.9a", "10.0.0.10", "a007", "a7", "a08", "b"]);
    }

    #[test]
    fn an_order_is_read_with_its_direction() {
        let order = |text| Order::read(text).map(|order| (order.field.name(), order.is_descending));
        assert_eq!(order("user.name"), Some(("user.name", false)));
        assert_eq!(order("-time"), Some(("time", true)));
        assert_eq!(order("nothing"), None);
    }
}
