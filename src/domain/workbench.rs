//! The workbench: the beginning of an object that no format reads well, and what a definition makes of it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Object, Profile, Source};

/// The beginning of an object, and a definition to start from.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// The object.
    pub object: Object,
    /// The name of its source, where the configuration has one.
    pub source: Option<String>,
    /// Whole lines of its beginning, inflated.
    pub sample: Arc<[u8]>,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// The text of the definition.
    pub definition: String,
    /// Where that comes from.
    pub origin: Origin,
}

/// Where a definition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The user's own file.
    Own(PathBuf),
    /// One that comes with scops; what is saved takes its place.
    Shipped,
    /// Proposed from the bytes.
    Proposed,
    /// Nothing could be proposed, for this reason: a frame to fill in.
    Blank(String),
}

/// What a definition makes of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// What is wrong with it, in the order of its lines.
    pub slips: Vec<Slip>,
    /// How it reads the sample, where nothing is wrong with it.
    pub reading: Option<TrialReading>,
}

/// A mistake in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How a definition reads the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialReading {
    /// The format's name.
    pub name: String,
    /// The records of the sample, in their order.
    pub records: Vec<TriedRecord>,
    /// The format that the content alone would be recognised as, the definition among all others.
    pub recognised: Option<String>,
}

impl TrialReading {
    /// How many records could not be read.
    pub fn faults(&self) -> usize {
        self.records.iter().filter(|record| record.fault.is_some()).count()
    }

    /// The record that a line of the sample, counted from 0, is part of, by its number.
    pub fn record_of(&self, line: usize) -> Option<usize> {
        let after = self.records.partition_point(|record| record.lines.start <= line);
        // Of several records that begin on one line it is the first.
        let last = after.checked_sub(1)?;
        let start = self.records[last].lines.start;
        let first = self.records.partition_point(|record| record.lines.start < start);
        self.records[last].lines.contains(&line).then_some(first)
    }
}

/// One record of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct TriedRecord {
    /// Its lines of the sample, from 0.
    pub lines: Range<usize>,
    /// Its bytes in the sample.
    pub span: Range<usize>,
    /// Why it could not be read.
    pub fault: Option<String>,
    /// When it happened, in ISO 8601.
    pub time: Option<String>,
    /// Its fields by their dotted paths.
    pub fields: Vec<(String, String)>,
    /// The same as the Elastic Common Schema names it.
    pub ecs: Vec<(String, String)>,
}

/// What a definition makes of one more object of the source.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// The object.
    pub object: Object,
    /// Good records.
    pub records: u64,
    /// Bad records.
    pub faults: u64,
    /// The line of the first bad one, from 1, and why it is bad.
    pub first_fault: Option<(u64, String)>,
    /// Whether only its beginning was read.
    pub is_partial: bool,
    /// Why it could not be read at all.
    pub trouble: Option<String>,
}

/// A definition that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The format's name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Where its former text went, if there was one.
    pub former: Option<PathBuf>,
    /// Whether it takes the place of a format that comes with scops.
    pub hides_shipped: bool,
}

/// The line that the configuration needs for objects of `source` to be read as `name`; nothing where their content
/// tells it, as `recognised` says.
pub fn needed_line(profile: &Profile, source: Option<&Source>, name: &str, recognised: Option<&str>) -> Option<String> {
    let source = source?;
    let is_known = match source.format.as_deref() {
        Some(format) => format == name,
        None => recognised == Some(name),
    };
    (!is_known).then(|| {
        let instead = source.format.as_ref().map_or(String::new(), |format| format!(" (it says \"{format}\")"));
        format!(
            "config.toml needs format = \"{name}\" in the [[profiles.{}.sources]] of {}{instead}",
            profile.name, source.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::profile;

    fn record(lines: Range<usize>) -> TriedRecord {
        TriedRecord { lines, span: 0..0, fault: None, time: None, fields: vec![], ecs: vec![] }
    }

    #[test]
    fn a_line_belongs_to_the_record_it_is_part_of() {
        let records = vec![record(1..4), record(4..5), record(6..7), record(6..7)];
        let reading = TrialReading { name: "x".into(), records, recognised: None };
        let found: Vec<_> = (0..8).map(|line| reading.record_of(line)).collect();
        assert_eq!(found, [None, Some(0), Some(0), Some(0), Some(1), None, Some(2), None]);
    }

    #[test]
    fn the_configuration_needs_a_line_only_where_the_content_does_not_tell() {
        let profile = profile();
        let falcon = profile.source("falcon");
        let needed = |recognised| needed_line(&profile, falcon, "falcon", recognised);
        assert_eq!(needed(Some("falcon")), None);
        let line = needed(Some("json")).expect("needed");
        assert_eq!(line, "config.toml needs format = \"falcon\" in the [[profiles.prod.sources]] of falcon");
        let trail = needed_line(&profile, profile.source("cloudtrail"), "mine", Some("mine")).expect("needed");
        assert!(trail.ends_with("(it says \"cloudtrail\")"), "{trail}");
        assert_eq!(needed_line(&profile, None, "mine", None), None);
    }
}
