//! The timeline above the objects: bins of the range, the same of a day or a week before, hours by days, and the brush.

use jiff::{SignedDuration, Timestamp};

use super::request::Request;
use super::{Model, Topic, geometry, range};
use crate::command::Command;
use crate::domain::{Bin, Figures, State, TimeRange};

/// How timelines are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chart {
    /// What their columns count by.
    pub axis: Axis,
    /// What they are compared with.
    pub against: Option<Against>,
    /// Hours by days, rather than bars.
    pub is_heat_map: bool,
}

/// What the columns of a timeline count by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Axis {
    /// The time that keys tell.
    #[default]
    Event,
    /// The arrival.
    Arrival,
}

/// The earlier range that a timeline is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The same hours of the day before.
    Day,
    /// The same hours of a week before.
    Week,
}

impl Against {
    /// Its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "a day before",
            Self::Week => "a week before",
        }
    }

    /// The earlier range.
    pub fn of(self, range: TimeRange) -> Option<TimeRange> {
        let days = if self == Self::Day { 1 } else { 7 };
        let back = SignedDuration::from_hours(24 * days);
        Some(TimeRange::new(range.start.checked_sub(back).ok()?, range.end.checked_sub(back).ok()?))
    }
}

/// Objects of a bin that neither failed nor are parked, of which more is told: each in one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Sent once more, as the journal knows.
    pub replayed: u32,
    /// Late, and never replayed.
    pub late: u32,
}

impl Overlay {
    /// What an object in this state adds; what failed or is parked is told as that.
    fn of(row: &Figures, state: State, is_replayed: bool, late_after: SignedDuration) -> Self {
        if matches!(state, State::Failed | State::Parked) {
            return Self::default();
        }
        let is_late = row.lag.is_some_and(|lag| lag > late_after);
        Self { replayed: u32::from(is_replayed), late: u32::from(is_late && !is_replayed) }
    }

    fn add(&mut self, other: Self) {
        self.replayed += other.replayed;
        self.late += other.late;
    }

    fn take(&mut self, other: Self) {
        self.replayed = self.replayed.saturating_sub(other.replayed);
        self.late = self.late.saturating_sub(other.late);
    }
}

/// Counts over even bins of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The range.
    pub range: TimeRange,
    /// Its bins, oldest first.
    pub bins: Vec<Bin>,
    /// What else is told of each bin.
    pub overlays: Vec<Overlay>,
    /// What they count by.
    pub axis: Axis,
    /// The hours of the range's days (UTC), from the first midnight on.
    pub hours: Vec<Bin>,
    /// Objects that have no time in the range.
    pub outside: u64,
}

impl Timeline {
    /// An empty timeline that fits into so many columns.
    pub fn new(range: TimeRange, columns: usize, axis: Axis) -> Self {
        let bins = vec![Bin::default(); range::bins(range, columns)];
        Self { axis, hours: vec![Bin::default(); days(range) * 24], ..Self::of(range, bins) }
    }

    /// Of bins that were counted elsewhere.
    pub fn of(range: TimeRange, bins: Vec<Bin>) -> Self {
        let late = |bin: &Bin| bin.late.min(bin.objects.saturating_sub(bin.failed).saturating_sub(bin.parked));
        let overlays = bins.iter().map(|bin| Overlay { late: late(bin), replayed: 0 }).collect();
        Self { range, bins, overlays, axis: Axis::Event, hours: Vec::new(), outside: 0 }
    }

    /// Counts objects, and which of them were sent once more.
    pub fn add(&mut self, rows: impl IntoIterator<Item = (Figures, bool)>, late_after: SignedDuration) {
        for (row, is_replayed) in rows {
            let Some((bin, hour)) = self.places_of(&row) else {
                self.outside += 1;
                continue;
            };
            self.each((bin, hour), |bin| count(bin, &row, late_after));
            self.overlays[bin].add(Overlay::of(&row, row.state, is_replayed, late_after));
        }
    }

    /// An object that was counted is in another state now.
    pub fn change(&mut self, row: &Figures, state: State, is_replayed: bool, late_after: SignedDuration) {
        if let Some(places) = self.places_of(row) {
            let overlay = &mut self.overlays[places.0];
            overlay.take(Overlay::of(row, row.state, is_replayed, late_after));
            overlay.add(Overlay::of(row, state, is_replayed, late_after));
            self.each(places, |bin| {
                let moved =
                    |count: u32, of: State| count.saturating_sub(u32::from(row.state == of)) + u32::from(state == of);
                (bin.failed, bin.parked) = (moved(bin.failed, State::Failed), moved(bin.parked, State::Parked));
            });
        }
    }

    /// The bin and the hour that an object is counted in; none where it has no time in the range.
    fn places_of(&self, row: &Figures) -> Option<(usize, usize)> {
        let moment = match self.axis {
            Axis::Event => row.time?,
            Axis::Arrival => row.arrived,
        };
        let hour = (moment.as_second() - midnight(self.range.start)) / 3_600;
        Some((self.bin_of(moment)?, usize::try_from(hour).unwrap_or(usize::MAX)))
    }

    fn each(&mut self, (bin, hour): (usize, usize), mut change: impl FnMut(&mut Bin)) {
        [self.bins.get_mut(bin), self.hours.get_mut(hour)].into_iter().flatten().for_each(&mut change);
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

    /// The objects of all bins.
    pub fn total(&self) -> u64 {
        self.bins.iter().map(|bin| u64::from(bin.objects)).sum()
    }

    /// The days of the range (UTC), oldest first: the moment that each begins, and its 24 hours.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = (Timestamp, &[Bin])> + ExactSizeIterator {
        let first = midnight(self.range.start);
        self.hours.chunks(24).enumerate().map(move |(day, hours)| {
            let start = Timestamp::from_second(first + day as i64 * DAY);
            (start.unwrap_or(self.range.end), hours)
        })
    }
}

fn count(bin: &mut Bin, row: &Figures, late_after: SignedDuration) {
    bin.objects += 1;
    bin.bytes += row.size;
    bin.failed += u32::from(row.state == State::Failed);
    bin.parked += u32::from(row.state == State::Parked);
    bin.late += u32::from(row.lag.is_some_and(|lag| lag > late_after));
}

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The second at which the day of a moment begins (UTC).
fn midnight(moment: Timestamp) -> i64 {
    moment.as_second().div_euclid(DAY) * DAY
}

/// How many days (UTC) a range touches.
pub fn days(range: TimeRange) -> usize {
    let last = midnight(range.end - SignedDuration::from_nanos(1));
    usize::try_from((last - midnight(range.start)) / DAY + 1).unwrap_or(1).max(1)
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

/// The timeline of the objects' source a day or a week before, and what it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Before {
    asked: Option<(String, TimeRange, usize, Axis)>,
    timeline: Option<Timeline>,
}

/// What the timeline is compared with, where that is known.
pub fn before(model: &Model) -> Option<&Timeline> {
    let wanted = model.chart.against?.of(model.range)?;
    let timeline = model.objects.before.timeline.as_ref()?;
    (timeline.range == wanted && timeline.axis == model.chart.axis).then_some(timeline)
}

/// Runs a command that changes how timelines are shown.
pub(super) fn run(model: &mut Model, command: Command) {
    let chart = &mut model.chart;
    match command {
        Command::Axis => {
            chart.axis = if chart.axis == Axis::Event { Axis::Arrival } else { Axis::Event };
        }
        Command::Compare => {
            chart.against = match chart.against {
                None => Some(Against::Day),
                Some(Against::Day) => Some(Against::Week),
                Some(Against::Week) => None,
            };
            chart.is_heat_map = false;
        }
        Command::HeatMap => chart.is_heat_map = !chart.is_heat_map,
        _ => return,
    }
    model.objects.brush = None;
    super::objects::rebuild_timeline(model);
}

/// Asks for the earlier timeline, where one is wanted that was not asked for yet.
pub(super) fn follow(model: &mut Model) {
    let wanted = model.chart.against.and_then(|against| against.of(model.range));
    let (Some(range), Some(source)) = (wanted, model.objects.source.clone()) else {
        model.desk.cancel(Topic::Before);
        model.objects.before = Before::default();
        return;
    };
    let (columns, axis) = (geometry::chart_columns(model), model.chart.axis);
    let asked = Some((source.clone(), range, columns, axis));
    if model.objects.before.asked != asked {
        model.objects.before = Before { asked, timeline: None };
        model.desk.ask(Topic::Before, Request::Before { source, range, columns, axis });
    }
}

pub(super) fn answered(model: &mut Model, timeline: Timeline) {
    model.objects.before.timeline = Some(timeline);
}

#[cfg(test)]
mod tests;
