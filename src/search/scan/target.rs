//! What is scanned.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use scops_parser::Format;

use crate::domain::{Object, Source};

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Standard input.
    Input,
    /// A file.
    File(PathBuf),
    /// An object in S3.
    Object(Object),
}

/// One thing that is scanned.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it lies.
    pub place: Place,
    /// The source that it is of, where it is of one.
    pub source: Option<String>,
    /// Read as this format, whatever the content looks like.
    pub format: Option<Arc<dyn Format>>,
    /// The time that its key tells.
    pub told: Option<Timestamp>,
}

impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.source == other.source
    }
}

impl Eq for Target {}

impl Target {
    /// Of no source.
    pub fn new(place: Place) -> Self {
        Self { place, source: None, format: None, told: None }
    }

    /// An object of a source.
    pub fn of(source: &Source, object: Object, formats: &scops_parser::Formats) -> Self {
        Self {
            told: source.layout.time_of(&object.id.key).map(|told| told.start),
            source: Some(source.name.clone()),
            format: source.format.as_deref().and_then(|name| formats.get(name)),
            place: Place::Object(object),
        }
    }

    /// How many bytes it has, where that is known before it is read.
    pub fn size(&self) -> Option<u64> {
        match &self.place {
            Place::Object(object) => Some(object.size.bytes()),
            Place::File(_) | Place::Input => None,
        }
    }
}

/// A path or an S3 URI.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Input => f.write_str("(standard input)"),
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Object(object) => write!(f, "{}", object.id),
        }
    }
}
