//! The timeline above the objects: bins of the range, and the brush over them.

use jiff::Timestamp;

use super::range;
use crate::domain::{Bin, ObjectRow, State, TimeRange};

/// Counts over even bins of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The range.
    pub range: TimeRange,
    /// Its bins, oldest first.
    pub bins: Vec<Bin>,
    /// Objects whose keys tell no time of the range.
    pub outside: u64,
}

impl Timeline {
    /// An empty timeline that fits into so many columns.
    pub fn new(range: TimeRange, columns: usize) -> Self {
        Self { range, bins: vec![Bin::default(); range::bins(range, columns)], outside: 0 }
    }

    /// Counts objects.
    pub fn add<'a>(&mut self, rows: impl IntoIterator<Item = &'a ObjectRow>, late_after: jiff::SignedDuration) {
        for row in rows {
            let Some(index) = row.time.and_then(|time| self.bin_of(time)) else {
                self.outside += 1;
                continue;
            };
            let bin = &mut self.bins[index];
            bin.objects += 1;
            bin.bytes += row.object.size;
            bin.failed += u32::from(row.state == State::Failed);
            bin.parked += u32::from(row.state == State::Parked);
            bin.late += u32::from(row.lag.is_some_and(|lag| lag > late_after));
        }
    }

    /// The bin that a moment falls in.
    pub fn bin_of(&self, moment: Timestamp) -> Option<usize> {
        self.range.bin_of(moment, self.bins.len())
    }

    /// How many columns one bin takes where there are `width`.
    pub fn cells(&self, width: u16) -> u16 {
        (width / (self.bins.len().max(1) as u16)).max(1)
    }

    /// The stretch of time that bin `first` to bin `last` cover.
    pub fn stretch(&self, first: usize, last: usize) -> TimeRange {
        let edges: Vec<TimeRange> = self.range.bins(self.bins.len()).collect();
        let end = edges.len() - 1;
        TimeRange { start: edges[first.min(end)].start, end: edges[last.min(end)].end }
    }

    /// The most objects in a bin.
    pub fn max(&self) -> u32 {
        self.bins.iter().map(|bin| bin.objects).max().unwrap_or(0)
    }
}

/// A range that is being brushed on a timeline, in bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brush {
    /// Where it began; `None` until `v` is pressed a second time.
    pub anchor: Option<usize>,
    /// Where it is.
    pub at: usize,
}

impl Brush {
    /// The first and the last bin that are brushed.
    pub fn span(self) -> (usize, usize) {
        let anchor = self.anchor.unwrap_or(self.at);
        (anchor.min(self.at), anchor.max(self.at))
    }
}
