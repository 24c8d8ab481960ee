//! Hits by time over the range that was asked for, stacked by source.

use jiff::Timestamp;

use super::table::Table;
use crate::app::range;
use crate::domain::{HitField, TimeRange};

/// Sources that have a part of their own in a bar; the others share one.
pub const PARTS: usize = 3;

/// Hits by even bins of a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// The range.
    pub range: TimeRange,
    /// How many columns there was room for.
    columns: usize,
    /// The hits of each bin, oldest first.
    pub bins: Vec<u32>,
    /// The same by the code of their source.
    series: Vec<Series>,
    /// Hits that tell no time of the range.
    pub outside: usize,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Series {
    bins: Vec<u32>,
    total: u32,
}

impl Histogram {
    /// An empty one that fits into so many columns.
    pub(super) fn new(range: TimeRange, columns: usize) -> Self {
        let bins = vec![0; range::bins(range, columns)];
        Self { range, columns, bins, series: Vec::new(), outside: 0 }
    }

    /// The same without its hits.
    pub(super) fn emptied(self) -> Self {
        Self::new(self.range, self.columns)
    }

    /// Whether it is of this range and this width.
    pub(super) fn is_of(&self, range: TimeRange, columns: usize) -> bool {
        self.range == range && self.columns == columns
    }

    pub(super) fn add(&mut self, time: Option<Timestamp>, source: u32) {
        let Some(bin) = time.and_then(|time| self.bin_of(time)) else {
            self.outside += 1;
            return;
        };
        let source = source as usize;
        if self.series.len() <= source {
            self.series.resize(source + 1, Series::default());
        }
        let series = &mut self.series[source];
        series.bins.resize(self.bins.len(), 0);
        series.bins[bin] += 1;
        series.total += 1;
        self.bins[bin] += 1;
    }

    /// The bin that a moment falls in.
    pub fn bin_of(&self, moment: Timestamp) -> Option<usize> {
        self.range.bin_of(moment, self.bins.len())
    }

    /// How many columns one bin takes where there are `width`.
    pub fn cells(&self, width: u16) -> u16 {
        (width / (self.bins.len().max(1) as u16)).max(1)
    }

    /// The stretch of time from bin `first` to bin `last`.
    pub fn stretch(&self, first: usize, last: usize) -> TimeRange {
        let edges: Vec<TimeRange> = self.range.bins(self.bins.len()).collect();
        let end = edges.len() - 1;
        TimeRange { start: edges[first.min(end)].start, end: edges[last.min(end)].end }
    }

    /// The hits from bin `first` to bin `last`.
    pub fn count(&self, first: usize, last: usize) -> u32 {
        self.bins.iter().skip(first).take(last.saturating_sub(first) + 1).sum()
    }

    /// The sources that have a part of their own, those of most hits first, each with its hits.
    pub fn sources<'t>(&self, table: &'t Table) -> Vec<(u32, &'t str, u32)> {
        let there = (0..).zip(&self.series).filter(|(_, series)| series.total > 0);
        let mut all: Vec<(u32, u32)> = there.map(|(code, series)| (code, series.total)).collect();
        all.sort_by_key(|(code, total)| (std::cmp::Reverse(*total), *code));
        all.truncate(PARTS);
        all.into_iter().map(|(code, total)| (code, table.word(HitField::Source, code), total)).collect()
    }

    /// How many sources there are.
    pub fn sources_in_all(&self) -> usize {
        self.series.iter().filter(|series| series.total > 0).count()
    }

    /// The hits of a source in a bin.
    pub fn of(&self, source: u32, bin: usize) -> u32 {
        self.series.get(source as usize).and_then(|series| series.bins.get(bin)).copied().unwrap_or(0)
    }
}
