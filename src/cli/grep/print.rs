//! What `scops grep` prints.

use std::io::{self, BufWriter, StdoutLock, Write as _};

use super::{Arguments, Format, trouble};
use crate::domain::{ByteSize, Shown};
use crate::search::scan::{Found, Match, Progress};

/// Goes to the line's beginning and clears it: ECMA-48, CR and EL.
const CLEAR: &str = "\r\x1b[K";

pub struct Printer {
    out: BufWriter<StdoutLock<'static>>,
    output: Format,
    is_count: bool,
    is_list: bool,
    /// Whether a line of progress stands on the terminal.
    is_drawn: bool,
}

impl Printer {
    pub fn new(arguments: &Arguments) -> Self {
        Self {
            out: BufWriter::with_capacity(64 << 10, io::stdout().lock()),
            output: arguments.output,
            is_count: arguments.count,
            is_list: arguments.files_with_matches,
            is_drawn: false,
        }
    }

    pub fn print(&mut self, found: &Found) -> io::Result<()> {
        match found {
            Found::Match(found) if self.is_list => self.line(&found.target.to_string()),
            Found::Match(_) if self.is_count => Ok(()),
            Found::Match(found) => self.record(found),
            Found::Flaw(target, cause) => {
                self.clear();
                trouble(&target.to_string(), cause);
                Ok(())
            }
            Found::End(target, count) if self.is_count => self.line(&format!("{target}:{count}")),
            Found::End(..) => Ok(()),
        }
    }

    fn record(&mut self, found: &Match) -> io::Result<()> {
        match self.output {
            Format::Table => {
                let time = found.time.map_or_else(|| "-".to_owned(), |time| format!("{time:.3}"));
                let message = String::from_utf8_lossy(&found.taken);
                self.line(&format!("{}:{} {time} {message}", found.target, found.line))
            }
            Format::Ndjson | Format::Raw => {
                self.clear();
                self.out.write_all(&found.taken)?;
                if found.taken.ends_with(b"\n") { Ok(()) } else { self.out.write_all(b"\n") }
            }
        }
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        self.clear();
        writeln!(self.out, "{}", Shown::new(text))
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes how far the scan is, over what was written of it before.
    pub fn progress(&mut self, progress: Progress) {
        let Progress { objects, of, inflated, matches, flawed, .. } = progress;
        let flawed = if flawed > 0 { format!(", {flawed} cannot be read") } else { String::new() };
        let inflated = ByteSize(inflated);
        let _ = write!(io::stderr(), "{CLEAR}{objects} of {of} objects, {inflated}, {matches} found{flawed}");
        self.is_drawn = true;
    }

    /// Takes the progress away before something else is written there.
    fn clear(&mut self) {
        if self.is_drawn {
            let _ = write!(io::stderr(), "{CLEAR}");
            self.is_drawn = false;
        }
    }

    pub fn end(&mut self) -> io::Result<()> {
        self.clear();
        self.flush()
    }
}
