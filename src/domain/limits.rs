//! What searches may cost.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use super::ByteSize;

/// What a search costs, or has cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// US dollars, at list prices.
    pub dollars: f64,
    /// Bytes that are read: by Athena, and of objects as they lie.
    pub bytes: ByteSize,
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { dollars: self.dollars + other.dollars, bytes: self.bytes + other.bytes }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The most that something may cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limit {
    /// US dollars, where they are limited.
    pub dollars: Option<f64>,
    /// Bytes, where they are limited.
    pub bytes: Option<ByteSize>,
}

impl Limit {
    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        self.dollars.is_none() && self.bytes.is_none()
    }

    /// What of a cost is over it, in words: `cost $0.75, and the limit of a search is $0.50`.
    fn exceeded(&self, cost: Cost, of: &str) -> Option<String> {
        let dollars = self.dollars.filter(|most| cost.dollars > *most);
        let bytes = self.bytes.filter(|most| cost.bytes > *most);
        match (dollars, bytes) {
            (Some(most), _) => {
                let (cost, most) = (told_dollars(cost.dollars), told_dollars(most));
                Some(format!("cost {cost}, and the limit of a {of} is {most}"))
            }
            (None, Some(most)) => Some(format!("read {}, and the limit of a {of} is {most}", cost.bytes)),
            (None, None) => None,
        }
    }
}

/// What the searches of a profile may cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// One search.
    pub search: Limit,
    /// All of a day, in UTC.
    pub day: Limit,
}

impl Limits {
    /// Why a search that costs so much at most is not run after what the day has cost before; nothing where it may.
    pub fn hindrance(&self, cost: Cost, spent: Cost) -> Option<String> {
        let search = self.search.exceeded(cost, "search").map(|over| format!("it may {over}"));
        search.or_else(|| Some(format!("with it the day may {}", self.day.exceeded(spent + cost, "day")?)))
    }
}

/// Dollars in words; two digits that tell something.
pub fn told_dollars(dollars: f64) -> String {
    match dollars {
        ..0.01 => "< $0.01".into(),
        ..1_000_000.0 => format!("${dollars:.2}"),
        _ => format!("${dollars:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(dollars: f64, bytes: ByteSize) -> Cost {
        Cost { dollars, bytes }
    }

    #[test]
    fn what_is_over_a_limit_is_told_with_the_limit() {
        let search = Limit { dollars: Some(0.5), bytes: Some(ByteSize::mib(100)) };
        let limits = Limits { search, day: Limit { dollars: Some(1.0), bytes: None } };
        let nothing = Cost::default();
        assert_eq!(limits.hindrance(cost(0.5, ByteSize::mib(100)), nothing), None);
        let told = |cost, spent| limits.hindrance(cost, spent).unwrap_or_default();
        assert_eq!(
            told(cost(0.75, ByteSize::mib(1)), nothing),
            "it may cost $0.75, and the limit of a search is $0.50"
        );
        assert_eq!(
            told(cost(0.1, ByteSize::mib(101)), nothing),
            "it may read 101 MiB, and the limit of a search is 100 MiB"
        );
        let spent = cost(0.8, ByteSize::mib(1));
        let over = told(cost(0.3, ByteSize::mib(1)), spent);
        assert_eq!(over, "with it the day may cost $1.10, and the limit of a day is $1.00");
        assert_eq!(Limits::default().hindrance(cost(1e9, ByteSize(u64::MAX)), spent), None);
    }
}
