//! Formats of one's own: `formats/*.toml` in the configuration folder, beside those that the parser knows.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use scops_parser::{Definition, Formats};

use super::{ConfigError, Paths};
use crate::mistake::Mistake;

/// The parser's formats, with the user's definitions before them; a definition of a known name takes its place.
pub fn formats(paths: &Paths) -> Result<Formats, ConfigError> {
    let mut files: Vec<PathBuf> = match fs::read_dir(paths.formats()) {
        Ok(folder) => folder.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut formats = Formats::default();
    let mut mistakes = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).map_err(|source| ConfigError::Read { path: path.clone(), source })?;
        match definition(&text, &path.display().to_string()) {
            Ok(definition) => formats = formats.with(Arc::new(definition)),
            Err(more) => mistakes.extend(more),
        }
    }
    if mistakes.is_empty() { Ok(formats) } else { Err(ConfigError::Mistakes(mistakes)) }
}

/// Reads one definition; its mistakes as those of any file that a user wrote.
pub fn definition(text: &str, file: &str) -> Result<Definition, Vec<Mistake>> {
    Definition::parse(text, file).map_err(|mistakes| mistakes.into_iter().map(Mistake::from).collect())
}

impl From<scops_parser::Mistake> for Mistake {
    fn from(mistake: scops_parser::Mistake) -> Self {
        Self { file: mistake.place, line: mistake.line, what: mistake.cause, hint: mistake.cure }
    }
}
