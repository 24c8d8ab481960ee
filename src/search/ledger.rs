//! What the searches of a day have cost: a small file in the state folder, that all consoles of a user share.
//!
//! A search is entered with the most that it may cost before it runs, and corrected once it has ended, failed or was
//! stopped. Where nobody can tell what it has read, as of a console that was killed, it stays as it was entered.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::app::request::Trouble;
use crate::domain::{ByteSize, Cost, Limits};

/// The ledger of one user.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: PathBuf,
    limits: Limits,
}

/// A search that is entered with the most that it may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Entered {
    day: Date,
    most: Cost,
}

/// A line of the file; a correction may be negative.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Line {
    day: Date,
    dollars: f64,
    bytes: i64,
}

impl Ledger {
    /// The ledger in a state folder, and what a profile allows.
    pub fn below(state: &Path, limits: Limits) -> Self {
        Self { path: state.join("spent"), limits }
    }

    /// What the profile allows.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What the searches of the day have cost.
    pub fn spent(&self, now: Timestamp) -> io::Result<Cost> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Cost::default()),
            Err(error) => return Err(error),
        };
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        Ok(sum(&text, day_of(now)).unwrap_or_default())
    }

    /// Enters a search, durably, before it runs; refuses one that the limits forbid, unless it `may_exceed` them.
    pub fn enter(&self, most: Cost, may_exceed: bool, now: Timestamp) -> Result<Entered, Trouble> {
        let day = day_of(now);
        match self.add(day, most, !may_exceed) {
            Ok(None) => {}
            Ok(Some(cause)) => return Err(forbidden(cause)),
            Err(error) if may_exceed || self.limits.day.is_none() => {
                tracing::warn!(path = %self.path.display(), %error, "what a search costs cannot be kept");
                if let Some(cause) = self.limits.hindrance(most, Cost::default()).filter(|_| !may_exceed) {
                    return Err(forbidden(cause));
                }
            }
            Err(error) => {
                return Err(Trouble {
                    what: format!("cannot keep what the day costs in {}", self.path.display()),
                    cause: error.to_string(),
                    hint: Some("free the disk, or run it over the limit by name".into()),
                });
            }
        }
        Ok(Entered { day, most })
    }

    /// Corrects what was entered by what it cost in the end.
    pub fn settle(&self, entered: Entered, cost: Cost) {
        let line = Line {
            day: entered.day,
            dollars: cost.dollars - entered.most.dollars,
            bytes: signed(cost.bytes).saturating_sub(signed(entered.most.bytes)),
        };
        let written = self.open().and_then(|mut file| {
            file.lock()?;
            append(&mut file, line)
        });
        if let Err(error) = written {
            tracing::warn!(path = %self.path.display(), %error, "what a search has cost cannot be kept");
        }
    }

    fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = File::options();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.read(true).append(true).create(true).open(&self.path)
    }

    /// Adds to a day, or tells why the limits forbid it.
    fn add(&self, day: Date, most: Cost, is_limited: bool) -> io::Result<Option<String>> {
        let mut file = self.open()?;
        file.lock()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let spent = sum(&text, day);
        if is_limited && let Some(cause) = self.limits.hindrance(most, spent.unwrap_or_default()) {
            return Ok(Some(cause));
        }
        if spent.is_none() {
            // Nothing in it is of this day.
            file.set_len(0)?;
        }
        append(&mut file, Line { day, dollars: most.dollars, bytes: signed(most.bytes) })?;
        Ok(None)
    }
}

fn forbidden(cause: String) -> Trouble {
    Trouble {
        what: "the search is over a limit of the profile".into(),
        cause,
        hint: Some("narrow it, take another means, or run it by name: run-over-limit, or --over-limit".into()),
    }
}

/// What the lines of a day come to; nothing where there is none. A line that was cut short is none.
fn sum(text: &[u8], day: Date) -> Option<Cost> {
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    let of_day = lines.filter(|line| line.day == day);
    let (dollars, bytes) = of_day.map(|line| (line.dollars, line.bytes)).reduce(|all, line| {
        let (dollars, bytes) = line;
        (all.0 + dollars, all.1.saturating_add(bytes))
    })?;
    Some(Cost { dollars: dollars.max(0.0), bytes: ByteSize(u64::try_from(bytes).unwrap_or(0)) })
}

fn append(file: &mut File, line: Line) -> io::Result<()> {
    let length = file.seek(io::SeekFrom::End(0))?;
    let mut text = String::new();
    if length > 0 {
        let mut last = [0];
        file.seek(io::SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            text.push('\n');
        }
    }
    text.push_str(&serde_json::to_string(&line)?);
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn day_of(now: Timestamp) -> Date {
    now.to_zoned_datetime(TimeZone::UTC).date()
}

fn signed(size: ByteSize) -> i64 {
    i64::try_from(size.bytes()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Limit;

    const DAY: &str = "2026-11-23T02:14:07Z";
    const NEXT: &str = "2026-11-24T00:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn cost(dollars: f64, mib: u64) -> Cost {
        Cost { dollars, bytes: ByteSize::mib(mib) }
    }

    fn ledger(most_a_day: f64) -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().expect("a folder");
        let day = Limit { dollars: Some(most_a_day), bytes: None };
        let ledger = Ledger::below(folder.path(), Limits { search: Limit::default(), day });
        (folder, ledger)
    }

    #[test]
    fn a_day_adds_up_and_the_next_begins_anew() {
        let (folder, ledger) = ledger(1.0);
        let spent = |moment| ledger.spent(at(moment)).expect("is read");
        assert_eq!(spent(DAY), Cost::default());
        let first = ledger.enter(cost(0.5, 10), false, at(DAY)).expect("is allowed");
        assert_eq!(spent(DAY), cost(0.5, 10));
        ledger.settle(first, cost(0.25, 4));
        assert_eq!(spent(DAY), cost(0.25, 4));
        let _ = ledger.enter(cost(0.75, 1), false, at(DAY)).expect("is allowed");
        let refused = ledger.enter(cost(0.5, 1), false, at(DAY)).expect_err("is forbidden");
        assert!(refused.cause.contains("cost $1.50, and the limit of a day is $1.00"), "{refused}");
        assert!(refused.hint.is_some_and(|hint| hint.contains("run-over-limit")));
        let _ = ledger.enter(cost(0.5, 1), true, at(DAY)).expect("is wanted by name");
        assert_eq!(spent(DAY), cost(1.5, 6));
        let _ = ledger.enter(cost(1.0, 1), false, at(NEXT)).expect("another day");
        assert_eq!((spent(NEXT), spent(DAY)), (cost(1.0, 1), Cost::default()));
        let text = fs::read_to_string(folder.path().join("spent")).expect("is read");
        assert_eq!(text.lines().count(), 1, "the day before is gone: {text}");
    }

    #[test]
    fn a_line_that_was_cut_short_takes_no_other_with_it() {
        let (folder, ledger) = ledger(1.0);
        let _ = ledger.enter(cost(0.25, 1), false, at(DAY)).expect("is allowed");
        let path = folder.path().join("spent");
        let mut text = fs::read(&path).expect("is read");
        text.extend(b"{\"day\":\"2026-11-");
        fs::write(&path, text).expect("is written");
        let _ = ledger.enter(cost(0.25, 1), false, at(DAY)).expect("is allowed");
        assert_eq!(ledger.spent(at(DAY)).expect("is read"), cost(0.5, 2));
    }

    #[test]
    fn where_it_cannot_be_kept_only_the_limit_of_a_day_refuses() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("a file");
        fs::write(&state, "").expect("is written");
        let none = Ledger::below(&state, Limits::default());
        assert!(none.enter(cost(5.0, 1), false, at(DAY)).is_ok());
        let day = Limit { dollars: Some(9.0), bytes: None };
        let limited = Ledger::below(&state, Limits { day, ..Limits::default() });
        assert!(limited.enter(cost(5.0, 1), false, at(DAY)).is_err());
        assert!(limited.enter(cost(5.0, 1), true, at(DAY)).is_ok());
    }
}
