//! Writes an object's part of the search index: Parquet files whose names and bytes depend on the object alone, so
//! that processing it twice writes the same files twice.
//!
//! `records/source=<source>/dt=<YYYY-MM-DD-HH>/<hash>.parquet` and `terms/dt=<YYYY-MM-DD-HH>/<hash>.parquet`, one of
//! each for every hour (UTC, event time) that the object's records fall in.

mod hour;
mod spool;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use scops_parser::{Event, Record};
use sha2::{Digest as _, Sha256};

use self::hour::Hour;
pub(super) use self::hour::{Pages, records_properties, terms_properties, writer};
pub use self::spool::Content;
use super::ddl::FIRST_YEAR;
use super::digest::Complaint;
use crate::domain::Object;

/// Hours that one object's events may spread over. Each costs two files and the memory of their writers.
const HOURS: usize = 1_000;
/// Bytes of rows that are held, over all hours, before they are encoded.
const BUFFER: usize = 16 << 20;
/// A clock that is ahead puts events after their object's arrival; further ahead it is no time to be searched by.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Bytes of a record's message that the index keeps; all of it is in its fields.
const MESSAGE: usize = 1_024;

/// A file of the index.
#[derive(Debug)]
pub struct IndexFile {
    /// Its key below the index's location.
    pub path: String,
    /// Its bytes.
    pub content: Content,
}

/// Collects the records of one object.
pub struct IndexWriter {
    object: Object,
    uri: String,
    source: String,
    /// The hour of records that tell no time, or none that can be searched by.
    fallback: Timestamp,
    hours: BTreeMap<Timestamp, Hour>,
    buffered: usize,
    /// Bytes of rows held before they are encoded.
    limit: usize,
}

impl IndexWriter {
    /// For an object of a source. `told` is the time that its key tells.
    pub fn new(object: Object, source: &str, told: Option<Timestamp>) -> Self {
        let fallback = told.filter(|time| is_searchable(*time, object.arrived)).unwrap_or(object.arrived);
        let uri = object.id.to_string();
        Self { object, uri, source: source.to_owned(), fallback, hours: BTreeMap::new(), buffered: 0, limit: BUFFER }
    }

    /// Adds a record. The complaint is of an object whose events spread over too many hours.
    pub fn add(&mut self, record: &Record<'_>, event: &Event<'_>) -> Result<(), Complaint> {
        let time = event.time.map(|time| time.at);
        let moment = time.filter(|time| is_searchable(*time, self.object.arrived)).unwrap_or(self.fallback);
        let hour = hour_of(moment);
        if !self.hours.contains_key(&hour) {
            if self.hours.len() == HOURS {
                return Err(Complaint {
                    reason: format!("its events spread over more than {HOURS} hours"),
                    offset: Some(record.span.start),
                    line: Some(record.line),
                });
            }
            self.hours.insert(hour, Hour::new());
        }
        let Some(open) = self.hours.get_mut(&hour) else { return Ok(()) };
        let ecs = event.ecs();
        let message = event.message();
        let row = hour::Row {
            time,
            line: signed(record.line),
            span: (signed(record.span.start), signed(record.span.end)),
            message: &message[..message.floor_char_boundary(MESSAGE)],
            ecs: &ecs,
            fields: &event.fields,
        };
        self.buffered += open.add(&row);
        event.terms(&mut |field, term| self.buffered += open.add_term(field, term, &row));
        if self.buffered > self.limit {
            self.flush().map_err(Complaint::of_whole)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), String> {
        let constant =
            hour::Constant { object: &self.uri, version: self.object.id.version.as_deref(), source: &self.source };
        for open in self.hours.values_mut() {
            open.flush(&constant).map_err(|error| format!("its index cannot be written: {error}"))?;
        }
        self.buffered = 0;
        Ok(())
    }

    /// The files, in the order of their hours; none where nothing was added.
    pub fn finish(self) -> Result<Vec<IndexFile>, Complaint> {
        let hash = hash(&self.object);
        let constant =
            hour::Constant { object: &self.uri, version: self.object.id.version.as_deref(), source: &self.source };
        let mut files = Vec::with_capacity(self.hours.len() * 2);
        for (start, open) in self.hours {
            let dt = start.strftime("%Y-%m-%d-%H").to_string();
            let (records, terms) = open
                .finish(&constant)
                .map_err(|error| Complaint::of_whole(format!("its index cannot be written: {error}")))?;
            let path = format!("records/source={}/dt={dt}/{hash}.parquet", self.source);
            files.push(IndexFile { path, content: records.into_content() });
            files.push(IndexFile { path: format!("terms/dt={dt}/{hash}.parquet"), content: terms.into_content() });
        }
        Ok(files)
    }
}

/// The name that an object's files bear: half of a SHA-256 over bucket, key and eTag, in hexadecimal.
fn hash(object: &Object) -> String {
    let mut hasher = Sha256::new();
    for part in [&object.id.bucket, &object.id.key, &object.etag] {
        hasher.update(part.as_bytes());
        // No part holds it, so that no two triples read the same.
        hasher.update([0]);
    }
    hasher.finalize()[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a time lies in the hours that the tables project.
fn is_searchable(time: Timestamp, arrived: Timestamp) -> bool {
    let first = civil::date(FIRST_YEAR, 1, 1).to_zoned_datetime(TimeZone::UTC).map(|zoned| zoned.timestamp());
    first.is_ok_and(|first| first <= time) && time <= arrived.saturating_add(AHEAD).unwrap_or(arrived)
}

fn hour_of(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(3600)).unwrap_or(moment)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
