//! What can be wrong with a configuration: place, cause and cure.

use std::path::PathBuf;

use crate::mistake::{Mistake, nearest};

/// A configuration that cannot be used. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No home folder, so no place for files.
    #[error("no home folder is known, so there is no place for configuration and state")]
    NoHome,
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of certificates holds what is none.
    #[error("{} cannot be used as certificates: {cause}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// A file says something that scops does not understand; every mistake that was found.
    #[error("{}", lines(.0))]
    Mistakes(Vec<Mistake>),
    /// No glyphs of this name.
    #[error("SCOPS_CHARS is \"{0}\", which names no characters to draw with")]
    Chars(String),
    /// Several profiles, where one is worked on.
    #[error("{} profiles are named, and this works on one", names.len())]
    Several {
        /// Their names.
        names: Vec<String>,
    },
    /// A flag that is of one profile, where several are named.
    #[error("{flag} is of one profile, and {} are named", names.len())]
    OfOne {
        /// The flag.
        flag: &'static str,
        /// Their names.
        names: Vec<String>,
    },
    /// No profile of this name.
    #[error("no profile \"{name}\" in the configuration")]
    NoProfile {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
}

impl ConfigError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoHome => Some("set HOME, or name the file with --config".into()),
            Self::Read { .. } => Some("check the path and its permissions".into()),
            Self::Certificates { .. } => Some("it is a file in PEM, as --ca-bundle of the AWS CLI takes it".into()),
            Self::Mistakes(mistakes) => mistakes.iter().find_map(|mistake| mistake.hint.clone()),
            Self::Chars(_) => Some("write unicode, braille or ascii".into()),
            Self::Several { names } => Some(format!("choose with --profile one of {}", names.join(", "))),
            Self::OfOne { names, .. } => {
                Some(format!("write it into the profiles, or choose with --profile one of {}", names.join(", ")))
            }
            Self::NoProfile { name, known } => Some(match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("it has {}", known.join(", ")),
            }),
        }
    }
}

fn lines(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n       ")
}
