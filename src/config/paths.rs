//! Where files live: `$XDG_CONFIG_HOME/scops`, `$XDG_STATE_HOME/scops`, `$XDG_CACHE_HOME/scops`.

use std::path::PathBuf;

use super::ConfigError;

/// The three folders of scops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`, `keymap.toml`, `theme.toml`, `themes/`, `formats/`.
    pub config: PathBuf,
    /// Journal, history, log.
    pub state: PathBuf,
    /// Listings and other things that can be fetched again.
    pub cache: PathBuf,
}

impl Paths {
    /// The folders that the platform names (the XDG Base Directory Specification on Linux).
    pub fn of_user() -> Result<Self, ConfigError> {
        let folders = directories::ProjectDirs::from("", "", "scops").ok_or(ConfigError::NoHome)?;
        Ok(Self {
            config: folders.config_dir().to_owned(),
            state: folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned(),
            cache: folders.cache_dir().to_owned(),
        })
    }

    /// Where the user's own definitions of formats lie.
    pub fn formats(&self) -> PathBuf {
        self.config.join("formats")
    }

    /// The folders of a lab: everything below its own.
    pub fn below(folder: &std::path::Path) -> Self {
        Self { config: folder.to_owned(), state: folder.join("state"), cache: folder.join("cache") }
    }
}
