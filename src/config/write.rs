//! Writing the configuration file, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What writing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The file is new.
    New,
    /// It took the place of another, whose text lies in this file now.
    Replaced(PathBuf),
    /// There is one already, and nothing was written.
    Exists,
}

/// Writes a configuration file. One that is there already is replaced only where that is meant, and its text is kept
/// beside it.
pub fn write(path: &Path, text: &str, replaces: bool) -> io::Result<Written> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".saving-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let written = if replaces && path.exists() {
        let former = free(path);
        fs::copy(path, &former)?;
        file.persist(path)?;
        Written::Replaced(former)
    } else {
        match file.persist_noclobber(path) {
            Ok(_) => Written::New,
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Ok(Written::Exists),
            Err(error) => return Err(error.error),
        }
    };
    // The name is as durable as the text.
    File::open(folder)?.sync_all()?;
    Ok(written)
}

/// A name for the former text that nothing has: `config.toml.old`, `config.toml.old-2`, …
fn free(path: &Path) -> PathBuf {
    let named = |ending: String| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        path.with_file_name(name)
    };
    let mut number = 1_u32;
    loop {
        let former = named(if number == 1 { ".old".to_owned() } else { format!(".old-{number}") });
        if !former.exists() {
            return former;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_where_that_is_meant_and_no_text_is_lost() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("scops/config.toml");
        let read = |name: &str| fs::read_to_string(path.with_file_name(name)).expect("there");
        assert_eq!(write(&path, "one", false).expect("written"), Written::New);
        assert_eq!(write(&path, "two", false).expect("no trouble"), Written::Exists);
        assert_eq!(read("config.toml"), "one");
        assert!(matches!(write(&path, "two", true).expect("written"), Written::Replaced(_)));
        assert!(matches!(write(&path, "three", true).expect("written"), Written::Replaced(_)));
        assert_eq!([read("config.toml"), read("config.toml.old"), read("config.toml.old-2")], ["three", "one", "two"]);
        assert_eq!(fs::read_dir(home.path().join("scops")).expect("read").count(), 3, "nothing else stays");
    }
}
