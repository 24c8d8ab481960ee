//! How fast searches are: a first guess, until enough of them ran to tell.

use serde::{Deserialize, Serialize};

use super::ByteSize;

/// What a part of a search does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// Athena's statements.
    Statements,
    /// Objects read as they lie.
    Scan,
}

/// What a part of a search truly took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What it did.
    pub by: Work,
    /// Files or objects that there were to read.
    pub files: u64,
    /// Their stored bytes.
    pub bytes: ByteSize,
    /// How long it took.
    pub seconds: f64,
}

/// How fast searches are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// So long Athena takes at least for the statements of a search, in seconds.
    pub start: f64,
    /// So long it takes to open a file, among others, in seconds: small ones cost more by their number than by their
    /// bytes.
    pub opened: f64,
    /// So long Athena takes for a byte of the files in the range, in seconds, whether it reads it or passes it over.
    pub read: f64,
    /// So long an object's request takes, among others at the same time, in seconds.
    pub request: f64,
    /// So long a stored byte of a scan takes, in seconds.
    pub scanned: f64,
    /// How many runs told of Athena, and how many of scans; none where it is a guess.
    pub runs: (usize, usize),
}

/// A guess: Athena's statements took seconds, and one core inflates and looks through 60 MB a second.
impl Default for Pace {
    fn default() -> Self {
        Self { start: 2.5, opened: 0.0025, read: 1.0 / 300e6, request: 0.03 / 16.0, scanned: 1.0 / 60e6, runs: (0, 0) }
    }
}

/// The newest runs that count.
const NEWEST: usize = 15;
/// Fewer runs tell nothing.
const FEWEST: usize = 3;
/// What is learnt lies between the guess over so much and so many times the guess.
const FARTHEST: f64 = 100.0;

impl Pace {
    /// What runs tell, the oldest first. Each tells of what it mostly did, by the guess: of starting, of files or of
    /// bytes; the median of the newest counts, so that a run that stumbled does not.
    pub fn learnt(runs: &[Run]) -> Self {
        let guess = Self::default();
        let mut told: [Vec<f64>; 5] = Default::default();
        for run in runs.iter().rev().filter(|run| run.seconds.is_finite() && run.seconds > 0.0) {
            let (parts, first) = guess.parts(run);
            let whole: f64 = parts.iter().map(|(much, each)| much * each).sum();
            let most = (0..).zip(&parts).find(|(_, (much, each))| much * each * 2.0 >= whole);
            let Some((at, (much, each))) = most.filter(|(_, (much, _))| *much > 0.0) else { continue };
            let values = &mut told[first + at];
            if values.len() < NEWEST {
                let others = whole - much * each;
                let value = (run.seconds - others).max(0.0) / much;
                values.push(value.clamp(each / FARTHEST, each * FARTHEST));
            }
        }
        let counts =
            |of: std::ops::Range<usize>| told[of].iter().map(Vec::len).filter(|count| *count >= FEWEST).sum::<usize>();
        let runs = (counts(0..3), counts(3..5));
        let [start, opened, read, request, scanned] = told.map(median);
        Self {
            start: start.unwrap_or(guess.start),
            opened: opened.unwrap_or(guess.opened),
            read: read.unwrap_or(guess.read),
            request: request.unwrap_or(guess.request),
            scanned: scanned.unwrap_or(guess.scanned),
            runs,
        }
    }

    /// What a run does, how much of each, and how long each takes; and where these stand among all.
    fn parts(&self, run: &Run) -> (Vec<(f64, f64)>, usize) {
        let (files, bytes) = (run.files as f64, run.bytes.bytes() as f64);
        match run.by {
            Work::Statements => (vec![(1.0, self.start), (files, self.opened), (bytes, self.read)], 0),
            Work::Scan => (vec![(files, self.request), (bytes, self.scanned)], 3),
        }
    }

    /// About how long so much takes, in seconds.
    pub fn seconds(&self, by: Work, files: u64, bytes: ByteSize) -> f64 {
        let (parts, _) = self.parts(&Run { by, files, bytes, seconds: 0.0 });
        parts.iter().map(|(much, each)| much * each).sum()
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.len() < FEWEST {
        return None;
    }
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(by: Work, files: u64, mib: u64, seconds: f64) -> Run {
        Run { by, files, bytes: ByteSize::mib(mib), seconds }
    }

    #[test]
    fn each_run_tells_of_what_it_mostly_did() {
        let short = run(Work::Statements, 10, 1, 1.0);
        let many = run(Work::Statements, 100_000, 10, 52.5);
        let large = run(Work::Statements, 10, 100_000, 1_000.0);
        let pace = Pace::learnt(&[[short; 3], [many; 3], [large; 3]].concat());
        assert!((pace.start - 0.97).abs() < 0.01, "{pace:?}");
        assert!((pace.opened - 0.0005).abs() < 0.000_01, "{pace:?}");
        assert!((pace.read * 1e9 - 9.51).abs() < 0.01, "{pace:?}");
        assert_eq!((pace.request, pace.runs), (Pace::default().request, (9, 0)));
        let said = pace.seconds(Work::Statements, 100_000, ByteSize::mib(10));
        assert!((said - 51.0).abs() < 0.5, "{said}");
    }

    #[test]
    fn a_run_that_stumbled_and_few_runs_change_nothing() {
        let usual = run(Work::Scan, 1_000, 1, 4.0);
        let stumbled = run(Work::Scan, 1_000, 1, 4_000.0);
        let pace = Pace::learnt(&[usual, usual, usual, stumbled, usual]);
        assert!((pace.request - 0.003_98).abs() < 0.000_02, "{pace:?}");
        assert_eq!(Pace::learnt(&[stumbled, stumbled]), Pace::default());
        assert_eq!(Pace::learnt(&[run(Work::Scan, 0, 0, 1.0); 9]), Pace::default());
    }

    #[test]
    fn the_newest_count_and_nonsense_does_not() {
        let old = [run(Work::Statements, 0, 0, 9.0); 40];
        let new = [run(Work::Statements, 0, 0, 1.0); 10];
        assert!((Pace::learnt(&[&old[..], &new].concat()).start - 1.0).abs() < 1e-9);
        for seconds in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            assert_eq!(Pace::learnt(&[run(Work::Statements, 0, 0, seconds); 9]), Pace::default());
        }
        let endless = Pace::learnt(&[run(Work::Statements, 0, 0, 1e300); 9]);
        assert!((endless.start - 250.0).abs() < 1e-9);
    }
}
