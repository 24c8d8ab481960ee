//! What reading an object came to.

use jiff::Timestamp;

use crate::codec::Codec;
use crate::encoding::Encoding;
use crate::fault::Fault;
use crate::table::Container;

/// The sum of an object so far; final once [`Reader::next_record`](crate::Reader::next_record) has answered `None`.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Good records.
    pub records: u64,
    /// Bad records, the final one for a damaged object included.
    pub faults: u64,
    /// Records that a [sieve](crate::Sieve) held back.
    pub passed_over: u64,
    /// Inflated bytes read.
    pub bytes: u64,
    /// Of those, bytes that are in good records or between them: separators, headers, brackets.
    pub covered: u64,
    /// Stored bytes taken from the input, and the members or frames they held.
    pub stored: u64,
    /// Members of the gzip object, frames or streams of another; of the outermost codec.
    pub members: u64,
    /// How they were compressed: the outermost codec.
    pub codec: Codec,
    /// The table whose rows the records are; then all bytes but the stored ones are those of the transcoded stream, a
    /// line of JSON a row.
    pub container: Option<Container>,
    /// All codecs, outermost first; none for a plain object.
    pub codecs: Vec<Codec>,
    /// How the text is encoded.
    pub encoding: Encoding,
    /// The earliest event time.
    pub first_time: Option<Timestamp>,
    /// The latest event time.
    pub last_time: Option<Timestamp>,
    /// Good records that tell no time.
    pub untimed: u64,
    /// What is wrong with the object as a whole: truncated, corrupt, over a limit.
    pub damage: Option<Fault>,
    /// Bad records by reason, the most frequent first, at most 64 groups.
    pub groups: Vec<FaultGroup>,
    /// Keys that stood twice in one JSON object.
    pub duplicate_keys: u64,
}

/// Bad records with the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultGroup {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// Where the first one is wrong, in the inflated stream.
    pub first_offset: u64,
    /// The line of the first one.
    pub first_line: u64,
}

/// Reasons told apart; the rest is counted as "other reasons".
const GROUPS: usize = 63;

impl Report {
    /// Whether every byte was read into a good record.
    pub fn is_clean(&self) -> bool {
        self.faults == 0 && self.damage.is_none()
    }

    /// The covered share of the inflated bytes in percent; 100 for an empty object.
    pub fn coverage(&self) -> f64 {
        if self.bytes == 0 { 100.0 } else { self.covered as f64 * 100.0 / self.bytes as f64 }
    }

    /// The codecs in words: `plain`, `gzip`, `zstd in gzip`.
    pub fn compression(&self) -> String {
        let names: Vec<_> = self.codecs.iter().rev().map(|codec| codec.name()).collect();
        if names.is_empty() { Codec::Plain.name().to_owned() } else { names.join(" in ") }
    }

    pub(crate) fn add_time(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else {
            self.untimed += 1;
            return;
        };
        self.first_time = Some(self.first_time.map_or(time, |first| first.min(time)));
        self.last_time = Some(self.last_time.map_or(time, |last| last.max(time)));
    }

    pub(crate) fn add_fault(&mut self, fault: &Fault, line: u64) {
        self.faults += 1;
        if let Some(at) = self.groups.iter().position(|group| group.reason == fault.reason) {
            self.groups[at].count += 1;
            self.sift(at);
            return;
        }
        let is_full = self.groups.len() >= GROUPS;
        let reason = if is_full { "other reasons" } else { fault.reason.as_str() };
        match self.groups.iter().position(|group| group.reason == reason) {
            Some(at) => {
                self.groups[at].count += 1;
                self.sift(at);
            }
            None => self.groups.push(FaultGroup {
                reason: reason.to_owned(),
                count: 1,
                first_offset: fault.offset,
                first_line: line,
            }),
        }
    }

    /// Moves the group that has just grown before those it has overtaken.
    fn sift(&mut self, mut at: usize) {
        while at > 0 && self.groups[at - 1].count < self.groups[at].count {
            self.groups.swap(at - 1, at);
            at -= 1;
        }
    }
}
