//! The lines that were typed, kept in the state folder for the next session.
//!
//! One line each, as it was typed, behind `:` for a command and `/` for a search. Lines are appended at once, so that
//! several consoles share one history and none is lost with a crash.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::request::Past;

/// The newest lines of each kind that are read.
const KEPT: usize = 200;
/// The file is made shorter at a start that finds it longer.
const LONGEST: u64 = 256 * 1024;

/// The history of one user.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
}

/// What was typed before, oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The commands.
    pub commands: Vec<String>,
    /// The searches.
    pub searches: Vec<String>,
    /// The columns: a source, and its paths behind a space.
    pub columns: Vec<String>,
}

impl Read {
    /// The columns that were chosen last for each source.
    pub fn chosen(&self) -> BTreeMap<String, Vec<String>> {
        let split = |line: &String| {
            let (source, paths) = line.rsplit_once(' ')?;
            Some((source.to_owned(), paths.split(',').filter(|path| !path.is_empty()).map(str::to_owned).collect()))
        };
        self.columns.iter().filter_map(split).collect()
    }
}

impl History {
    /// The history in a state folder.
    pub fn below(state: &Path) -> Self {
        Self { path: state.join("history") }
    }

    /// What was typed before, oldest first.
    pub fn read(&self) -> io::Result<Read> {
        let text = match fs::read(&self.path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::default()),
            Err(error) => return Err(error),
        };
        let of = |past: Past| {
            let mut lines: Vec<String> =
                text.lines().filter_map(|line| line.strip_prefix(mark(past))).map(str::to_owned).collect();
            lines.dedup();
            lines.split_off(lines.len().saturating_sub(KEPT))
        };
        let read = Read { commands: of(Past::Command), searches: of(Past::Search), columns: of(Past::Columns) };
        if text.len() as u64 > LONGEST {
            self.shorten(&read)?;
        }
        Ok(read)
    }

    /// Keeps a line.
    pub fn add(&self, past: Past, line: &str) -> io::Result<()> {
        if line.contains(['\n', '\r']) {
            return Ok(());
        }
        let mut file = open(OpenOptions::new().append(true).create(true), &self.path)?;
        // One write, so that lines of several consoles do not mix.
        file.write_all(format!("{}{line}\n", mark(past)).as_bytes())
    }

    fn shorten(&self, read: &Read) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut file = open(OpenOptions::new().write(true).create(true).truncate(true), &new)?;
        for (past, lines) in
            [(Past::Command, &read.commands), (Past::Search, &read.searches), (Past::Columns, &read.columns)]
        {
            for line in lines {
                writeln!(file, "{}{line}", mark(past))?;
            }
        }
        fs::rename(new, &self.path)
    }
}

/// Opens a file that only its owner may read: what one looked for tells about an incident.
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600).open(path)
}

fn mark(past: Past) -> char {
    match past {
        Past::Command => ':',
        Past::Search => '/',
        Past::Columns => '|',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_there_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let history = History::below(folder.path());
        assert_eq!(history.read().expect("none yet"), Read::default());
        for (past, line) in [(Past::Command, "range 6h"), (Past::Search, "203.0.113.7"), (Past::Command, "range 6h")] {
            history.add(past, line).expect("written");
        }
        history.add(Past::Command, "two\nlines").expect("left out");
        for line in ["alb client.ip", "alb event.action,source.ip", "a source x"] {
            history.add(Past::Columns, line).expect("written");
        }
        let read = history.read().expect("read");
        assert_eq!((&*read.commands, &*read.searches), (&["range 6h".to_owned()][..], &["203.0.113.7".to_owned()][..]));
        assert_eq!(read.chosen()["alb"], ["event.action", "source.ip"]);
        assert_eq!(read.chosen()["a source"], ["x"]);
    }

    #[test]
    fn a_long_history_is_made_shorter() {
        let folder = tempfile::tempdir().expect("a folder");
        let history = History::below(folder.path());
        let lines: Vec<String> = (0..40_000).map(|number| format!(":range {number}h\n")).collect();
        fs::write(folder.path().join("history"), lines.concat()).expect("written");
        let Read { commands, .. } = history.read().expect("read");
        assert_eq!((commands.len(), commands.last().map(String::as_str)), (KEPT, Some("range 39999h")));
        assert!(fs::metadata(folder.path().join("history")).expect("there").len() < 10_000);
        assert_eq!(history.read().expect("read").commands, commands);
    }
}
