//! Formats of one's own: `formats/*.toml` in the configuration folder, beside those that the parser knows.

use std::fs;
use std::path::PathBuf;

use scops_parser::Formats;

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
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(source) => Err(ConfigError::Read { path, source }),
    };
    let texts = files.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let (formats, mistakes) = Formats::load(texts);
    if mistakes.is_empty() {
        Ok(formats)
    } else {
        Err(ConfigError::Mistakes(mistakes.into_iter().map(Mistake::from).collect()))
    }
}

impl From<scops_parser::Mistake> for Mistake {
    fn from(mistake: scops_parser::Mistake) -> Self {
        Self { file: mistake.place, line: mistake.line, what: mistake.cause, hint: mistake.cure }
    }
}
