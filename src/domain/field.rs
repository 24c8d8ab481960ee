//! What one field holds in the records that were read, and what that comes to.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::Timestamp;

use super::Row;

/// What records of an object that follow each other hold in one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// The field's dotted path, as the log names it or as ECS does; the items of a list count as values of its field.
    pub path: String,
    /// The number of the first record that is told.
    pub first: u64,
    /// The values, by the record's number behind that.
    pub cells: Vec<Vec<Held>>,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its type.
    pub kind: HeldKind,
    /// Its text, as in the log; long ones are cut.
    pub text: String,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`
    Null,
    /// Fields below it.
    Map,
}

impl HeldKind {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "truth value",
            Self::Null => "null",
            Self::Map => "map",
        }
    }
}

impl Column {
    /// What a record holds; `None` where it is not known yet.
    pub fn cell(&self, number: u64) -> Option<&[Held]> {
        self.cells.get(usize::try_from(number.checked_sub(self.first)?).ok()?).map(Vec::as_slice)
    }

    /// Whether every record of these numbers is told.
    pub fn covers(&self, numbers: &Range<u64>) -> bool {
        self.first <= numbers.start && self.first + self.cells.len() as u64 >= numbers.end
    }
}

/// What the values of a field come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// How many records were counted.
    pub records: usize,
    /// How many of them have the field.
    pub holding: usize,
    /// How many values are of each type.
    pub kinds: BTreeMap<HeldKind, usize>,
    /// The values, the most frequent first.
    pub values: Vec<Counted>,
    /// How many different ones there are, of which `values` may leave out the rarest.
    pub distinct: usize,
    /// The times of the first and the last record that has the field.
    pub times: Option<(Timestamp, Timestamp)>,
}

/// A value, and how often it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The value.
    pub text: String,
    /// In how many records.
    pub count: usize,
    /// The times of the first and the last of them.
    pub times: Option<(Timestamp, Timestamp)>,
}

impl Statistics {
    /// The most values that are listed.
    const LISTED: usize = 1_000;

    /// Counts the values of a field over records, each with what it holds there; one that repeats within a record counts once.
    pub fn of<'r>(records: impl IntoIterator<Item = (&'r [Held], &'r Row)>) -> Self {
        let mut counted: HashMap<&str, Counted> = HashMap::new();
        let mut statistics =
            Self { records: 0, holding: 0, kinds: BTreeMap::new(), values: Vec::new(), distinct: 0, times: None };
        for (cell, row) in records {
            statistics.records += 1;
            if !cell.is_empty() {
                statistics.holding += 1;
                widen(&mut statistics.times, row.time);
            }
            for (at, held) in cell.iter().enumerate() {
                *statistics.kinds.entry(held.kind).or_default() += 1;
                if held.kind == HeldKind::Null || cell[..at].iter().any(|before| before.text == held.text) {
                    continue;
                }
                let new = || Counted { text: held.text.clone(), count: 0, times: None };
                let value = counted.entry(&held.text).or_insert_with(new);
                value.count += 1;
                widen(&mut value.times, row.time);
            }
        }
        statistics.distinct = counted.len();
        statistics.values = counted.into_values().collect();
        statistics.values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        statistics.values.truncate(Self::LISTED);
        statistics
    }
}

fn widen(times: &mut Option<(Timestamp, Timestamp)>, time: Option<Timestamp>) {
    if let Some(time) = time {
        let (first, last) = times.unwrap_or((time, time));
        *times = Some((first.min(time), last.max(time)));
    }
}

/// Records are shown only where a field holds, or does not hold, a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    /// The field's path.
    pub path: String,
    /// The value.
    pub value: String,
    /// Whether records with it are left out.
    pub is_inverse: bool,
}

impl Narrowing {
    /// Whether a record with these values is shown.
    pub fn passes(&self, cell: &[Held]) -> bool {
        cell.iter().any(|held| held.text == self.value) != self.is_inverse
    }
}

impl std::fmt::Display for Narrowing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.is_inverse { "!=" } else { "=" };
        write!(f, "{}{sign}{}", self.path, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, time: &str) -> Row {
        Row {
            number,
            line: number + 1,
            span: 0..1,
            time: time.parse().ok(),
            raw: [].into(),
            message: String::new(),
            cells: Vec::new(),
            fault: None,
        }
    }

    fn text(text: &str) -> Held {
        Held { kind: HeldKind::Text, text: text.into() }
    }

    #[test]
    fn values_are_counted_once_a_record() {
        let null = Held { kind: HeldKind::Null, text: "null".into() };
        let cells = vec![vec![text("a"), text("b"), text("a")], vec![text("b")], vec![], vec![null]];
        let column = Column { path: "x".into(), first: 0, cells };
        let rows = ["2026-11-23T01:00:00Z", "2026-11-23T01:05:00Z", "", "", "2026-11-23T09:00:00Z"];
        let rows: Vec<Row> = rows.iter().zip(0..).map(|(time, number)| row(number, time)).collect();
        let statistics = Statistics::of(rows.iter().filter_map(|row| Some((column.cell(row.number)?, row))));
        assert_eq!((statistics.records, statistics.holding, statistics.distinct), (4, 3, 2));
        let counts: Vec<(&str, usize)> =
            statistics.values.iter().map(|value| (value.text.as_str(), value.count)).collect();
        assert_eq!(counts, [("b", 2), ("a", 1)]);
        assert_eq!(statistics.times, Some((rows[0].time, rows[1].time)).map(|(a, b)| (a.unwrap(), b.unwrap())));
        assert_eq!(statistics.kinds[&HeldKind::Null], 1);
    }

    #[test]
    fn a_narrowing_is_of_whole_values() {
        let is = |value: &str, is_inverse| Narrowing { path: "x".into(), value: value.into(), is_inverse };
        assert!(is("a", false).passes(&[text("b"), text("a")]));
        assert!(!is("a", false).passes(&[text("ab")]));
        assert!(is("a", true).passes(&[]), "what is not there is no value");
        assert!(!is("a", true).passes(&[text("a")]));
    }
}
