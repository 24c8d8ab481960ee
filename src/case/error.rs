//! Why a case cannot be read or written.

use std::io;
use std::path::PathBuf;

use crate::app::request::Trouble;
use crate::domain::CaseName;
use crate::domain::case::{Misfit, NotAName};

/// Why a case cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The name is none.
    #[error(transparent)]
    Name(#[from] NotAName),
    /// There is no such case.
    #[error("there is no case {0}")]
    Missing(CaseName),
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file or folder cannot be written; what was there before is as it was.
    #[error("cannot write {path}: {error}")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process has been writing it for too long.
    #[error("the case {name} is being written by another scops{holder}")]
    Busy {
        /// Which.
        name: CaseName,
        /// ` (process 4711)`, where the lock tells it.
        holder: String,
    },
    /// A line in its middle is not what was written.
    #[error("{path}:{line}: {why}; whole lines follow, so that no write was cut short there")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A line is whole, and this version does not understand it.
    #[error("{path}:{line}: {why}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// What was asked for does not fit the case.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// A file is no bundle, or not the one that was exported.
    #[error("{path} is not a bundle as it was exported: {why}")]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl CaseError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "`scops case list` names those that there are".into(),
            Self::Read { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                "`scops case list` names the cases; a bundle is the NAME.json of an exported folder".into()
            }
            Self::Damaged { .. } => "keep the file aside: the lines before and after it can be read".into(),
            Self::Foreign { .. } => "it was written by another version of scops".into(),
            Self::Busy { .. } => "try again, or end the other one".into(),
            Self::Bundle { .. } => "ask for it again; compare the SHA-256 that its export told".into(),
            _ => return None,
        })
    }
}

impl From<CaseError> for Trouble {
    fn from(error: CaseError) -> Self {
        Self { what: "this cannot be done with the case".into(), cause: error.to_string(), hint: error.hint() }
    }
}
