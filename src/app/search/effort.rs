//! What a search is done by, what it was to cost, and what it has come to.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{ByteSize, Cost, Flaw, Means, Priced, ScanProgress, SearchEnd};

/// Flaws that are kept; the others are counted.
const FLAWS: usize = 1_000;

/// The effort of the search that runs, or that ran last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effort {
    /// What it is done by.
    pub means: Option<Means>,
    /// What it was to cost at most, and how many seconds it was to take; nothing for the rest of one.
    pub estimate: Option<(Cost, f64)>,
    /// The stored bytes that it reads as they lie.
    pub to_scan: ByteSize,
    /// How far the scan is.
    pub scan: Option<ScanProgress>,
    /// Since when it scans, as far as the clock tells.
    pub since: Option<Timestamp>,
    /// The first objects that could not be read, or not all of them.
    pub flaws: Vec<Flaw>,
    /// How many there are.
    pub flawed: u64,
    /// How it has ended.
    pub end: Option<SearchEnd>,
    /// Whether it was stopped while it scanned.
    pub was_stopped: bool,
}

impl Effort {
    /// The effort of a search that begins.
    pub(super) fn of(priced: &Priced, means: Means) -> Self {
        let plan = &priced.plan;
        Self {
            means: Some(means),
            estimate: plan.most(means).zip(plan.cost(means).map(|(_, seconds)| seconds)),
            to_scan: plan.scanned(means).unwrap_or_default().bytes,
            ..Self::default()
        }
    }

    /// The same for the rest of it; what could not be read stays known.
    pub(super) fn resumed(&self) -> Self {
        Self { estimate: None, scan: None, since: None, end: None, was_stopped: false, ..self.clone() }
    }

    pub(super) fn flaw(&mut self, flaw: Flaw) {
        self.flawed += 1;
        if self.flaws.len() < FLAWS {
            self.flaws.push(flaw);
        }
    }

    /// Whether more records may match than were asked for, or looked at.
    pub fn has_more(&self) -> bool {
        self.was_stopped || self.end.is_some_and(|end| end.is_cut)
    }

    /// Whether a scan stands somewhere, and can go on from there.
    pub fn can_go_on(&self) -> bool {
        self.was_stopped || self.end.is_some_and(|end| end.can_go_on)
    }

    /// Stored bytes a second, and how long the rest takes at that rate; nothing before there is a second to tell by.
    pub fn pace(&self, now: Timestamp) -> Option<(ByteSize, SignedDuration)> {
        let scan = self.scan?;
        let seconds = now.duration_since(self.since?).as_secs_f64();
        if seconds < 1.0 || scan.stored == 0 {
            return None;
        }
        let rate = scan.stored as f64 / seconds;
        let left = self.to_scan.bytes().saturating_sub(scan.stored) as f64 / rate;
        Some((ByteSize(rate as u64), SignedDuration::try_from_secs_f64(left.ceil()).ok()?))
    }
}
