//! How fast searches are from here, learnt from those that ran: a small file in the state folder, that all consoles of a
//! user share.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::Pace;
use crate::domain::pace::Run;
use crate::replay::files::private;

/// The end of the file that is read, in bytes.
const READ: u64 = 64 << 10;
/// A file that is longer is cut to its end.
const LONGEST: u64 = 256 << 10;

/// The runs of one user against one profile.
#[derive(Debug, Clone)]
pub struct Runs {
    path: PathBuf,
    profile: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    profile: String,
    #[serde(flatten)]
    run: Run,
}

impl Runs {
    /// The runs of a profile in a state folder.
    pub fn below(state: &Path, profile: &str) -> Self {
        Self { path: state.join("pace.ndjson"), profile: profile.to_owned() }
    }

    /// What they tell. A file that cannot be read tells nothing, and is told in the log.
    pub fn pace(&self) -> Pace {
        let text = self.tail().unwrap_or_else(|error| {
            tracing::warn!(path = %self.path.display(), %error, "how fast searches were is not known");
            String::new()
        });
        // A line that cannot be read, as a cut one, is left out.
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let runs: Vec<Run> = lines.filter(|line| line.profile == self.profile).map(|line| line.run).collect();
        Pace::learnt(&runs)
    }

    /// Keeps what runs took.
    pub fn add(&self, runs: &[Run]) {
        if let Err(error) = self.append(runs) {
            tracing::warn!(path = %self.path.display(), %error, "how fast a search was cannot be kept");
        }
    }

    fn append(&self, runs: &[Run]) -> io::Result<()> {
        let mut text = String::new();
        for run in runs {
            text.push_str(&serde_json::to_string(&Line { profile: self.profile.clone(), run: *run })?);
            text.push('\n');
        }
        if text.is_empty() {
            return Ok(());
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() > LONGEST) {
            let kept = self.tail()?;
            let new = self.path.with_extension("new");
            private().write(true).create(true).truncate(true).open(&new)?.write_all(kept.as_bytes())?;
            fs::rename(new, &self.path)?;
        }
        // One write, so that lines of several consoles do not mix.
        private().append(true).create(true).open(&self.path)?.write_all(text.as_bytes())
    }

    /// The whole lines at the end of the file.
    fn tail(&self) -> io::Result<String> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(error),
        };
        let skipped = file.metadata()?.len().saturating_sub(READ);
        file.seek(SeekFrom::Start(skipped))?;
        let mut bytes = Vec::new();
        file.take(READ).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // What stands before the first end of a line began before what was read.
        Ok(if skipped > 0 { text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned()) } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ByteSize;
    use crate::domain::pace::Work;

    #[test]
    fn runs_are_kept_by_profile_and_lines_that_cannot_be_read_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join("state");
        let (prod, other) = (Runs::below(&state, "prod"), Runs::below(&state, "other"));
        assert_eq!(prod.pace(), Pace::default());
        let slow = Run { by: Work::Statements, files: 0, bytes: ByteSize::default(), seconds: 20.0 };
        prod.add(&[slow; 5]);
        fs::OpenOptions::new()
            .append(true)
            .open(&prod.path)
            .and_then(|mut file| file.write_all(b"{\"profile\":\"prod\",\"by\"\nnot\n"))
            .expect("is written");
        assert!((prod.pace().start - 20.0).abs() < 1e-9);
        assert_eq!(other.pace(), Pace::default());
    }

    #[test]
    fn the_file_stays_short() {
        let folder = tempfile::tempdir().expect("a folder");
        let runs = Runs::below(folder.path(), "prod");
        let run = Run { by: Work::Scan, files: 10_000, bytes: ByteSize::mib(1), seconds: 40.0 };
        for _ in 0..60 {
            runs.add(&[run; 100]);
        }
        assert!(fs::metadata(&runs.path).expect("is there").len() < LONGEST + READ);
        assert!(runs.pace().request > Pace::default().request);
    }
}
