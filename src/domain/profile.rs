//! What the configuration tells of one place to work in.

use jiff::{SignedDuration, Timestamp};

use super::{Catalogue, Consumer, Location, RuleBook, Source, Tables};

/// One account, region and set of sources, as the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The profile's name.
    pub name: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// The region.
    pub region: String,
    /// The endpoint, where it is not AWS's own.
    pub endpoint: Option<String>,
    /// Nothing may be sent.
    pub is_read_only: bool,
    /// How much may be sent, and how it is confirmed.
    pub replay: ReplayRules,
    /// The sources, in the order of the configuration.
    pub sources: Vec<Source>,
    /// The consumers.
    pub consumers: Vec<Consumer>,
    /// Where copies of the audit log go; `None` where it stays on this machine alone.
    pub audit: Option<Location>,
    /// The search index, where there is one.
    pub index: Option<Index>,
    /// What others keep of the same records in Athena.
    pub tables: Tables,
    /// The formats that objects may be read as: the parser's and the user's own.
    pub formats: Catalogue,
    /// The rules that records are matched against.
    pub rules: RuleBook,
}

impl Profile {
    /// The source that an object belongs to.
    pub fn source_of(&self, bucket: &str, key: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.owns(bucket, key))
    }

    /// The source of this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The consumer of this name.
    pub fn consumer(&self, name: &str) -> Option<&Consumer> {
        self.consumers.iter().find(|consumer| consumer.name == name)
    }
}

/// What a profile says of replays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRules {
    /// Messages a second where nothing else is asked for.
    pub rate: u32,
    /// Objects of one replay at most, where there is a limit.
    pub max_objects: Option<usize>,
    /// Whether the profile's name is typed as well before anything is sent.
    pub confirms_name: bool,
}

impl Default for ReplayRules {
    /// Ten messages a second, any number of objects, one confirmation.
    fn default() -> Self {
        Self { rate: 10, max_objects: None, confirms_name: false }
    }
}

/// The search index that the worker writes and Athena reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Where `records/` and `terms/` lie.
    pub location: Location,
    /// The database with the tables `records` and `terms`.
    pub database: String,
    /// The workgroup that queries run in.
    pub workgroup: String,
    /// Where Athena writes results; `None` where the workgroup says it.
    pub output: Option<Location>,
    /// Days that its files are kept; `None` where they are kept for ever.
    pub retention_days: Option<u32>,
}

impl Index {
    /// The moment before which it keeps nothing any more.
    pub fn kept_from(&self, now: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.retention_days?);
        now.checked_sub(SignedDuration::from_hours(24 * days)).ok()
    }
}
