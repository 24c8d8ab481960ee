//! Formats of one's own: `formats/*.toml` in the configuration folder, beside those that the parser knows.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use scops_parser::{Definition, Format as _, Formats};

use super::{ConfigError, Paths};
use crate::mistake::Mistake;

/// The parser's formats, with the user's definitions before them; a definition of a known name takes its place.
pub fn formats(paths: &Paths) -> Result<Formats, ConfigError> {
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(source) => Err(ConfigError::Read { path, source }),
    };
    let texts = files(&paths.formats).into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let (formats, mistakes) = Formats::load(texts);
    if mistakes.is_empty() {
        Ok(formats)
    } else {
        Err(ConfigError::Mistakes(mistakes.into_iter().map(Mistake::from).collect()))
    }
}

/// The definitions of a folder, by their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(folder) => folder.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

/// The user's own definition of a name, with its file; whatever that is called.
pub fn own_format(folder: &Path, name: &str) -> Option<(PathBuf, String)> {
    files(folder).into_iter().find_map(|path| {
        let text = fs::read_to_string(&path).ok()?;
        let definition = Definition::parse(&text, "").ok()?;
        (definition.name() == name).then_some((path, text))
    })
}

/// What saving a definition did, or why it did nothing.
#[derive(Debug)]
pub enum Kept {
    /// It lies in this file, and its former text, where there was one, in that.
    In(PathBuf, Option<PathBuf>),
    /// This file has the name already.
    Exists(PathBuf),
}

/// Writes a definition into the folder, whole or not at all. Where the user has one of that name, nothing is written
/// unless it `replaces` it; then the former text stays beside it.
pub fn save_format(folder: &Path, name: &str, text: &str, replaces: bool) -> io::Result<Kept> {
    fs::create_dir_all(folder)?;
    let path = own_format(folder, name).map_or_else(|| folder.join(format!("{name}.toml")), |(path, _)| path);
    let mut file = tempfile::Builder::new().prefix(".saving-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let former = if replaces && path.exists() {
        let former = path.with_extension("toml.old");
        fs::copy(&path, &former)?;
        file.persist(&path)?;
        Some(former)
    } else {
        match file.persist_noclobber(&path) {
            Ok(_) => None,
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(Kept::Exists(path)),
            Err(error) => return Err(error.error),
        }
    };
    // The name is as durable as the text.
    File::open(folder)?.sync_all()?;
    Ok(Kept::In(path, former))
}

impl From<scops_parser::Mistake> for Mistake {
    fn from(mistake: scops_parser::Mistake) -> Self {
        Self { file: mistake.place, line: mistake.line, what: mistake.cause, hint: mistake.cure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOOR: &str = "name = \"door\"\n[[line]]\nregex = 'door (?<door>\\d+)'\n[[sample]]\nline = 'door 7'\n";

    #[test]
    fn a_definition_is_replaced_only_where_that_is_meant_and_its_former_text_stays() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("formats");
        assert!(matches!(save_format(&folder, "door", DOOR, false), Ok(Kept::In(_, None))));
        let new = DOOR.replace("(?<door>", "(?<number>");
        let kept = save_format(&folder, "door", &new, false).expect("no trouble");
        assert!(matches!(kept, Kept::Exists(path) if path == folder.join("door.toml")));
        assert_eq!(own_format(&folder, "door").map(|(_, text)| text).as_deref(), Some(DOOR));
        let Ok(Kept::In(path, Some(former))) = save_format(&folder, "door", &new, true) else { panic!("not replaced") };
        assert_eq!(
            (fs::read_to_string(path).expect("read"), fs::read_to_string(former).expect("read")),
            (new, DOOR.into())
        );
        assert_eq!(fs::read_dir(&folder).expect("read").count(), 2, "nothing else stays");
    }

    #[test]
    fn a_name_is_found_whatever_its_file_is_called() {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join("gate.toml"), DOOR).expect("written");
        fs::write(home.path().join("broken.toml"), "name =").expect("written");
        assert!(
            matches!(save_format(home.path(), "door", DOOR, false), Ok(Kept::Exists(path)) if path.ends_with("gate.toml"))
        );
    }
}
