//! Reads one object through and judges it, as every consumer that shares the parser does.

use std::io::Read;

use jiff::Timestamp;
use scops_parser::{Event, FaultKind, Options, Reader, Record};

use crate::domain::{Object, Profile, Prospect, Source};

/// What reading an object through came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Good records.
    pub records: u64,
    /// Bad records.
    pub faults: u64,
    /// The format's name.
    pub format: Option<String>,
    /// Whether a consumer takes the object.
    pub verdict: Verdict,
}

/// Whether a consumer takes an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It takes it; bad records are left out one by one.
    Good,
    /// There is nothing in it.
    Empty,
    /// No parser knows its format.
    NoParser,
    /// It refuses it as a whole.
    Refused(Complaint),
}

/// What is wrong with an object, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// One sentence.
    pub reason: String,
    /// Where, in the inflated object.
    pub offset: Option<u64>,
    /// The line, from 1.
    pub line: Option<u64>,
}

impl Complaint {
    /// A complaint about the object as a whole.
    pub fn of_whole(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), offset: None, line: None }
    }
}

impl Digest {
    /// What the digest says about a replay.
    pub fn prospect(&self) -> Prospect {
        match &self.verdict {
            Verdict::Good | Verdict::Empty => Prospect::Passes { records: self.records },
            Verdict::NoParser => Prospect::NoParser,
            Verdict::Refused(complaint) => Prospect::FailsAgain(complaint.reason.clone()),
        }
    }
}

/// Takes each good record; its complaint ends the reading.
pub type Sink<'s> = dyn FnMut(&Record<'_>, &Event<'_>) -> Result<(), Complaint> + 's;

/// Reads an object through, as [`options`] tell. `consumer` is whose limits of [`Source::accept`] apply; each good record goes to `sink`,
/// which must not keep what it made of them unless the verdict is [`Verdict::Good`].
pub fn digest(input: impl Read, options: Options, source: &Source, consumer: &str, sink: &mut Sink<'_>) -> Digest {
    let mut digest = Digest { records: 0, faults: 0, format: None, verdict: Verdict::Good };
    if source.format.is_some() && options.format.is_none() {
        digest.verdict = Verdict::NoParser;
        return digest;
    }
    let mut reader = Reader::new(input, options);
    let detection = reader.detection();
    digest.format = detection.format.as_ref().map(|format| format.name().to_owned());
    if source.format.is_none() && detection.format.is_some() && !detection.is_structured() {
        digest.verdict = Verdict::NoParser;
    }
    if digest.verdict == Verdict::Good {
        digest.verdict = take(&mut reader, source, consumer, sink);
    }
    let report = reader.report();
    (digest.records, digest.faults) = (report.records, report.faults);
    digest
}

/// How the parser is to read an object from its first byte to its last: as the format of its source, where that names one, by the formats of the profile.
pub fn options(object: &Object, profile: &Profile) -> Options {
    let source = profile.source_of(&object.id.bucket, &object.id.key);
    let formats = profile.formats.now();
    Options {
        key: Some(object.id.key.clone()),
        format: source.and_then(|source| formats.get(source.format.as_deref()?)),
        formats,
        size: Some(object.size.bytes()),
        arrived: (object.arrived != Timestamp::UNIX_EPOCH).then_some(object.arrived),
        ..Options::default()
    }
}

fn take<R: Read>(reader: &mut Reader<R>, source: &Source, consumer: &str, sink: &mut Sink<'_>) -> Verdict {
    while let Some(record) = reader.next_record() {
        let Ok(event) = &record.outcome else { continue };
        let version = source.accept.as_ref().and_then(|accept| {
            let version = event.fields.get(&accept.field)?.scalar()?;
            (!accept.takes(version)).then_some((accept, version))
        });
        if let Some((accept, version)) = version {
            return Verdict::Refused(Complaint {
                reason: format!(
                    "{} {version} is newer than {}, the newest that {consumer} takes",
                    accept.field, accept.up_to
                ),
                offset: Some(record.span.start),
                line: Some(record.line),
            });
        }
        if let Err(complaint) = sink(&record, event) {
            return Verdict::Refused(complaint);
        }
    }
    let report = reader.report();
    if let Some(damage) = &report.damage {
        let place = match damage.kind {
            // Bytes after the last member are no loss: all that was written has been read.
            FaultKind::Trailing if report.records > 0 => None,
            _ => Some(damage.offset),
        };
        if let Some(offset) = place {
            let reason = damage.reason.clone();
            return Verdict::Refused(Complaint { reason, offset: Some(offset), line: None });
        }
    }
    match report.groups.first() {
        // One bad line is one bad line; nothing but bad lines is an object of another kind.
        Some(group) if report.records == 0 => Verdict::Refused(Complaint {
            reason: format!("no record of it can be read: {}", group.reason),
            offset: Some(group.first_offset),
            line: Some(group.first_line),
        }),
        None if report.records == 0 => Verdict::Empty,
        _ => Verdict::Good,
    }
}

#[cfg(test)]
mod tests;
