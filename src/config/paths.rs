//! Where files live: `$XDG_CONFIG_HOME/scops`, `$XDG_STATE_HOME/scops`, `$XDG_CACHE_HOME/scops`.

use std::path::{Path, PathBuf};

use super::ConfigError;

/// The folder of formats in that of the configuration.
const FORMATS: &str = "formats";

/// The folder of rules in that of the configuration.
const RULES: &str = "rules";

/// The folder of cases in that of the state.
pub const CASES: &str = "cases";

/// Where the AWS CLI keeps the sessions of roles; none where nobody has a home.
pub fn aws_sessions() -> Option<PathBuf> {
    Some(directories::BaseDirs::new()?.home_dir().join(".aws/cli/cache"))
}

/// The folders of scops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`, `keymap.toml`, `theme.toml`, `themes/`.
    pub config: PathBuf,
    /// The user's own definitions of formats.
    pub formats: PathBuf,
    /// The user's own rules of detection.
    pub rules: PathBuf,
    /// Journal, history, log.
    pub state: PathBuf,
    /// Cases, a folder each.
    pub cases: PathBuf,
    /// Listings and other things that can be fetched again.
    pub cache: PathBuf,
}

impl Paths {
    /// The folders that the platform names (the XDG Base Directory Specification on Linux).
    pub fn of_user() -> Result<Self, ConfigError> {
        let folders = directories::ProjectDirs::from("", "", "scops").ok_or(ConfigError::NoHome)?;
        let state = folders.state_dir().unwrap_or_else(|| folders.data_local_dir()).to_owned();
        Ok(Self {
            cases: state.join(CASES),
            config: folders.config_dir().to_owned(),
            formats: folders.config_dir().join(FORMATS),
            rules: folders.config_dir().join(RULES),
            state,
            cache: folders.cache_dir().to_owned(),
        })
    }

    /// The same with the formats and rules that lie beside a configuration file of another place, where there are any.
    #[must_use]
    pub fn beside(self, file: Option<&Path>) -> Self {
        let folder = file.and_then(Path::parent);
        let beside = |name: &str| folder.map(|folder| folder.join(name)).filter(|folder| folder.is_dir());
        Self { formats: beside(FORMATS).unwrap_or(self.formats), rules: beside(RULES).unwrap_or(self.rules), ..self }
    }

    /// The folders of a lab: everything below its own.
    pub fn below(folder: &Path) -> Self {
        Self {
            config: folder.to_owned(),
            formats: folder.join(FORMATS),
            rules: folder.join(RULES),
            state: folder.join("state"),
            cases: folder.join("state").join(CASES),
            cache: folder.join("cache"),
        }
    }
}
