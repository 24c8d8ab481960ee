//! The statements that were run from here, in the state folder: a line of JSON each, `queries.ndjson`.

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::PastStatement;
use crate::replay::files::private;

/// The end of the file that is read, in bytes.
const READ: u64 = 1 << 20;

/// The statements of one user.
#[derive(Debug, Clone)]
pub struct Past {
    path: PathBuf,
}

impl Past {
    /// The statements in a state folder.
    pub fn below(state: &Path) -> Self {
        Self { path: state.join("queries.ndjson") }
    }

    /// Keeps one.
    pub fn add(&self, statement: &PastStatement) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let line = serde_json::to_string(statement)?;
        let mut file = private().append(true).create(true).open(&self.path)?;
        // One write, so that lines of several consoles do not mix.
        file.write_all(format!("{line}\n").as_bytes())
    }

    /// The newest of a profile, newest first. A line that cannot be read, as a cut one, is left out.
    pub fn read(&self, profile: &str, most: usize) -> io::Result<Vec<PastStatement>> {
        let mut file = match fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(READ)))?;
        let mut bytes = Vec::new();
        file.take(READ).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let statements = text.lines().rev().filter_map(|line| serde_json::from_str::<PastStatement>(line).ok());
        Ok(statements.filter(|statement| statement.profile == profile).take(most).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_there_again_newest_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let past = Past::below(&folder.path().join("state"));
        assert!(past.read("prod", 10).expect("none yet").is_empty());
        let statement = |id: &str, profile: &str| PastStatement {
            at: "2026-11-23T02:14:07Z".parse().expect("a timestamp"),
            profile: profile.into(),
            id: id.into(),
            sql: "SELECT 1\n-- two lines".into(),
            workgroup: "primary".into(),
        };
        for (id, profile) in [("a", "prod"), ("b", "lab"), ("c", "prod")] {
            past.add(&statement(id, profile)).expect("kept");
        }
        fs::OpenOptions::new()
            .append(true)
            .open(&past.path)
            .and_then(|mut file| file.write_all(b"{\"at\":"))
            .expect("cut");
        assert_eq!(past.read("prod", 10).expect("read"), [statement("c", "prod"), statement("a", "prod")]);
        assert_eq!(past.read("prod", 1).expect("read").len(), 1);
    }
}
