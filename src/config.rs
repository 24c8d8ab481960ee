//! Configuration: defaults < file < environment < flags. The only place that reads the environment.

pub mod draft;
pub mod environment;
mod error;
mod file;
mod formats;
mod network;
pub mod origin;
pub mod paths;
mod profiles;
mod rules;
mod write;

use std::path::{Path, PathBuf};

pub use environment::Environment;
pub use error::ConfigError;
pub use file::{ConsumerTable, Credentials, File, IndexTable, ProfileTable, SourceTable};
pub use formats::{Kept, formats, own_format, save_format};
pub use network::NetworkTable;
pub use paths::{CASES, Paths, aws_sessions};
pub use profiles::{Others, others, resolve_several};
pub use rules::{read_rules, rules};
pub use write::{Written, write};

use crate::domain::{Limits, Network, Profile};
use crate::theme::Tint;

/// What the flags say over the file; `None` where a flag is absent.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--profile`
    pub profile: Option<String>,
    /// `--region`
    pub region: Option<String>,
    /// `--endpoint-url`
    pub endpoint_url: Option<String>,
    /// `--read-only`
    pub is_read_only: bool,
    /// `--aws-profile`
    pub aws_profile: Option<String>,
    /// `--no-sign-request`, `--path-style` and the like
    pub network: NetworkTable,
}

/// A profile, and how AWS is reached for it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the console shows and works on.
    pub profile: Profile,
    /// The colour of its name on the screen, where it has one of its own.
    pub tint: Option<Tint>,
    /// The profile of AWS's own configuration files.
    pub aws_profile: Option<String>,
    /// How its requests travel.
    pub network: Network,
    /// Whether the endpoint is the environment's, where the SDK finds it by itself, and one of a service before it.
    pub finds_endpoint: bool,
    /// Keys of a lab; AWS's own come from its credential chain.
    pub credentials: Option<Credentials>,
    /// The folder of its journal and log, where that is not the user's own.
    pub state: Option<PathBuf>,
    /// Whether this process runs its first consumer, which then knows a format as soon as it is saved here.
    pub runs_consumer: bool,
    /// The requests of a minute up to which the console looks again by itself; `None` where they cost nothing.
    pub requests_per_minute: Option<u32>,
    /// What its searches may cost.
    pub limits: Limits,
}

/// The configuration file that is read: the one that was named, else the user's.
pub fn file(named: Option<&Path>, paths: &Paths) -> PathBuf {
    named.map_or_else(|| paths.config.join("config.toml"), Path::to_owned)
}

/// Reads the configuration file, or the empty configuration where none exists and none was named.
pub fn load(named: Option<&Path>, paths: &Paths) -> Result<File, ConfigError> {
    let (path, is_named) = (file(named, paths), named.is_some());
    let formats = formats(paths)?;
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let mut file = File { rules: paths.rules.clone(), ..File::parse(&text, &path, formats)? };
            let beside = path.parent().unwrap_or(Path::new(""));
            for folder in file.profiles.values_mut().filter_map(|profile| profile.rules.as_mut()) {
                *folder = beside.join(&*folder);
            }
            Ok(file)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => {
            Ok(File { formats, rules: paths.rules.clone(), ..File::default() })
        }
        Err(source) => Err(ConfigError::Read { path, source }),
    }
}

/// Chooses the one profile that is worked on, and lays environment and flags over it.
pub fn resolve(file: &File, overrides: &Overrides, environment: &Environment) -> Result<Settings, ConfigError> {
    match profiles::chosen(file, overrides, environment)?.as_slice() {
        [] => one(file, None, overrides, environment),
        [name] => one(file, Some(name), overrides, environment),
        several => Err(ConfigError::Several { names: several.to_vec() }),
    }
}

/// Lays environment and flags over the profile of this name; without one, over the empty one.
fn one(
    file: &File,
    wanted: Option<&str>,
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Settings, ConfigError> {
    let mut settings = match wanted {
        Some(name) => match file.profiles.get(name) {
            Some(profile) => profile.settings(name, &file.formats),
            // A name that scops does not know is one of AWS's own profiles: objects can be read by URI with it.
            None if file.profiles.is_empty() => ProfileTable::default().settings(name, &file.formats),
            None => {
                return Err(ConfigError::NoProfile {
                    name: name.to_owned(),
                    known: file.profiles.keys().cloned().collect(),
                });
            }
        },
        None => ProfileTable::default().settings("default", &file.formats),
    };
    if wanted.is_some() && file.profiles.is_empty() {
        settings.aws_profile = wanted.map(str::to_owned);
    }
    if overrides.aws_profile.is_some() {
        settings.aws_profile.clone_from(&overrides.aws_profile);
    }
    let table = wanted.and_then(|name| file.profiles.get(name));
    settings.profile.rules = rules(&file.rules, table.and_then(|table| table.rules.as_deref()), &file.formats);
    let told = table.and_then(|profile| profile.network.clone());
    settings.network = network::network(&overrides.network, &told.unwrap_or_default(), environment)?;
    let profile = &mut settings.profile;
    if let Some(region) = overrides.region.clone() {
        profile.region = region;
    } else if profile.region.is_empty() {
        profile.region = environment.aws_region.clone().unwrap_or_else(|| "us-east-1".into());
    }
    if let Some(endpoint) = overrides.endpoint_url.clone() {
        profile.endpoint = Some(endpoint);
    } else if profile.endpoint.is_none() {
        profile.endpoint.clone_from(&environment.aws_endpoint_url);
        settings.finds_endpoint = true;
    }
    profile.is_read_only |= overrides.is_read_only;
    Ok(settings)
}

#[cfg(test)]
mod tests;
