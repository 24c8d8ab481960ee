//! Queries that are kept as files: `queries/NAME.sql` in the folder of the configuration, each with a comment at its
//! head that tells what it is for.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::domain::SavedQuery;
use crate::domain::statement::{TokenKind, tokens};
use crate::replay::files::sync_folder;

/// The longest file that is read, in bytes: Athena takes no longer statement.
const LIMIT: u64 = 262_144;
/// The longest name, in bytes.
const NAME: usize = 64;

/// The folder of kept queries.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

/// Why a query was not kept, or not found.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It would be a file elsewhere, or a hidden one.
    #[error("\"{0}\" is no name of a query: letters, digits, - and _, at most {NAME} of them")]
    Name(String),
    /// There is one already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file is longer than a statement.
    #[error("{} has {size} bytes; a statement has at most {LIMIT}", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: u64,
    },
}

impl Kept {
    /// The queries in a folder of the configuration, which need not be there yet.
    pub fn below(config: &Path) -> Self {
        Self { folder: config.join("queries") }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All of them, by name. What cannot be read is left out, and logged.
    pub fn list(&self) -> Result<Vec<SavedQuery>, KeptError> {
        let failed = |error| KeptError::File { path: self.folder.clone(), error };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut queries = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".sql"));
            let Some(name) = name.filter(|name| is_name(name)) else { continue };
            match self.read(name) {
                Ok(query) => queries.push(query),
                Err(error) => tracing::warn!(%error, "a kept query is left out"),
            }
        }
        queries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(queries)
    }

    /// The query of this name.
    pub fn read(&self, name: &str) -> Result<SavedQuery, KeptError> {
        let path = self.path(name)?;
        let failed = |error| KeptError::File { path: path.clone(), error };
        let size = fs::metadata(&path).map_err(failed)?.len();
        if size > LIMIT {
            return Err(KeptError::TooLong { path, size });
        }
        let sql = fs::read_to_string(&path).map_err(failed)?;
        Ok(SavedQuery { name: name.to_owned(), about: about(&sql), sql })
    }

    /// Keeps a query: whole or not at all. One of the same name is replaced only where that is wanted.
    pub fn save(&self, name: &str, sql: &str, replaces: bool) -> Result<PathBuf, KeptError> {
        let path = self.path(name)?;
        let failed = |error| KeptError::File { path: path.clone(), error };
        if sql.len() as u64 > LIMIT {
            return Err(KeptError::TooLong { path, size: sql.len() as u64 });
        }
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let mut file = tempfile::Builder::new().prefix(".").tempfile_in(&self.folder).map_err(failed)?;
        file.write_all(sql.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        let persisted = if replaces { file.persist(&path) } else { file.persist_noclobber(&path) };
        match persisted {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Err(KeptError::Exists(path)),
            Err(error) => return Err(failed(error.error)),
        }
        sync_folder(&self.folder).map_err(failed)?;
        Ok(path)
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeptError> {
        if is_name(name) { Ok(self.folder.join(format!("{name}.sql"))) } else { Err(KeptError::Name(name.to_owned())) }
    }
}

/// Whether a name is one of a file here, on any system.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=NAME).contains(&name.len()) && name.bytes().all(is_plain)
}

/// What the comments at the head of a text say.
fn about(sql: &str) -> String {
    let comments = tokens(sql).into_iter().take_while(|token| token.kind == TokenKind::Comment);
    let lines = comments.map(|token| {
        let text = &sql[token.span];
        let text = text.strip_prefix("--").or_else(|| text.strip_prefix("/*")?.strip_suffix("*/")).unwrap_or(text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_kept_listed_and_replaced_only_on_purpose() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::below(folder.path());
        assert_eq!(kept.list().expect("none yet"), []);
        let sql = "-- Who logged in\n/* without   MFA */\nSELECT 1 -- one\n";
        kept.save("logins", sql, false).expect("kept");
        assert!(matches!(kept.save("logins", "SELECT 2", false), Err(KeptError::Exists(_))));
        let query = SavedQuery { name: "logins".into(), about: "Who logged in without MFA".into(), sql: sql.into() };
        assert_eq!(kept.list().expect("one"), [query]);
        kept.save("logins", "SELECT 2", true).expect("replaced");
        assert_eq!(kept.read("logins").expect("there").sql, "SELECT 2");
        let files = fs::read_dir(kept.folder()).expect("a folder").count();
        assert_eq!(files, 1, "nothing half written stays");
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Kept::below(folder.path());
        for name in ["", ".", "..", "../x", "a/b", "a\\b", "a.b", "é", "a b", "x\0", &"x".repeat(65)] {
            assert!(matches!(kept.save(name, "SELECT 1", true), Err(KeptError::Name(_))), "{name}");
            assert!(matches!(kept.read(name), Err(KeptError::Name(_))), "{name}");
        }
        assert!(matches!(kept.save("x", &"x".repeat(300_000), true), Err(KeptError::TooLong { .. })));
        assert!(matches!(kept.read("missing"), Err(KeptError::File { .. })));
    }
}
