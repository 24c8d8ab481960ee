//! What is scanned.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use scops_parser::Format;

use super::Wanted;
use crate::domain::{ByteSize, Object, Source};

/// A clock may be ahead of the object's arrival by this, as in the index.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

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

    /// Its stored size, where that is known.
    pub fn size(&self) -> ByteSize {
        match &self.place {
            Place::Object(object) => object.size,
            Place::File(_) | Place::Input => ByteSize::default(),
        }
    }

    /// When it arrived in S3.
    pub fn arrived(&self) -> Option<Timestamp> {
        match &self.place {
            Place::Object(object) => Some(object.arrived),
            Place::File(_) | Place::Input => None,
        }
    }

    /// Whether what is known without its bytes allows a match: its source, and that it came after the range began.
    pub(super) fn may_hold(&self, wanted: &Wanted) -> bool {
        let is_of = self.source.as_deref().is_none_or(|source| wanted.is_of(source));
        // A record of later than that has a wrong clock, and the index takes its object's time instead.
        let is_since = |start: Timestamp| {
            let latest =
                self.arrived().and_then(|arrived| arrived.max(self.told.unwrap_or(arrived)).checked_add(AHEAD).ok());
            latest.is_none_or(|latest| latest >= start)
        };
        is_of && wanted.range.is_none_or(|range| is_since(range.start))
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
