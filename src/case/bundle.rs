//! The bundle of a case: one JSON file that another scops opens again, and tells where it was changed.
//!
//! `docs/case.md` describes it. Its content stands alone on the file's second line, and the hash is that of exactly
//! those bytes, so that `sed -n 2p BUNDLE | tr -d '\n' | sha256sum` tells it without scops. Whoever lays the file out
//! anew changes no hash for scops, which hashes the content as it writes it itself.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::CaseError;
use crate::domain::{Case, CaseName, Note};

/// The schema that is written and read.
pub const SCHEMA: &str = "scops.case/1";

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The case's name.
    pub name: CaseName,
    /// When it was opened.
    pub opened: Timestamp,
    /// By whom.
    pub opened_by: String,
    /// When the bundle was made.
    pub exported: Timestamp,
    /// By whom.
    pub exported_by: String,
    /// By what: `scops 0.1.0`.
    pub program: String,
    /// The notes, in order.
    pub notes: Vec<Note>,
}

/// A bundle whose hash is that of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it holds.
    pub content: Content,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    text: String,
}

impl Bundle {
    /// The bundle of a case as it is now.
    pub fn of(case: &Case, who: &str, now: Timestamp) -> serde_json::Result<Self> {
        Self::seal(Content {
            name: case.name.clone(),
            opened: case.opened,
            opened_by: case.who.clone(),
            exported: now,
            exported_by: who.to_owned(),
            program: format!("scops {}", env!("CARGO_PKG_VERSION")),
            notes: case.notes().cloned().collect(),
        })
    }

    fn seal(content: Content) -> serde_json::Result<Self> {
        let text = serde_json::to_string(&content)?;
        Ok(Self { sha256: format!("{:x}", Sha256::digest(&text)), content, text })
    }

    /// The file.
    pub fn to_text(&self) -> String {
        format!("{{\"schema\":\"{SCHEMA}\",\"sha256\":\"{}\",\"case\":\n{}\n}}\n", self.sha256, self.text)
    }

    /// Reads a bundle, and compares its hash with its content. `path` is for the error.
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self, CaseError> {
        let refused = |why: String| CaseError::Bundle { path: path.to_owned(), why };
        let file: File = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(refused(format!("its schema is {:?}, and this scops reads {SCHEMA:?}", file.schema)));
        }
        let content: Content = serde_json::from_value(file.case.clone()).map_err(|error| refused(error.to_string()))?;
        let known = serde_json::to_value(&content).map_err(|error| refused(error.to_string()))?;
        if known != file.case {
            return Err(refused("it holds what this version of scops does not know".into()));
        }
        let bundle = Self::seal(content).map_err(|error| refused(error.to_string()))?;
        if bundle.sha256 != file.sha256 {
            let (told, found) = (file.sha256, bundle.sha256);
            return Err(refused(format!("it tells the SHA-256 {told}, and its content has {found}: it was changed")));
        }
        Ok(bundle)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    sha256: String,
    case: Value,
}
