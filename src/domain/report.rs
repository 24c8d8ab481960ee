//! What reading an object through came to, record by record.

use jiff::{SignedDuration, Timestamp};

use super::{ByteSize, Object, Seek};

/// What reading an object through came to, as far as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParseReport {
    /// The object.
    pub object: Object,
    /// Stored bytes that were read.
    pub stored: ByteSize,
    /// What they inflate to.
    pub inflated: ByteSize,
    /// The share of that in good records or between them, in thousandths.
    pub covered: u32,
    /// How it is compressed: `plain`, `gzip`, `zstd in gzip`.
    pub compression: String,
    /// Members, frames or streams of the outermost codec.
    pub members: u64,
    /// How its text is encoded.
    pub encoding: String,
    /// The format's name.
    pub format: Option<String>,
    /// Why this format.
    pub detection: String,
    /// Good records.
    pub records: u64,
    /// Bad records.
    pub faults: u64,
    /// Good records that tell no time.
    pub untimed: u64,
    /// Records in which a key stands twice.
    pub doubled: u64,
    /// The earliest and the latest event time.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Records whose time is before one that stands before them, and by how much at most.
    pub behind: (u64, SignedDuration),
    /// What is wrong with the object as a whole, with its place.
    pub damage: Option<String>,
    /// The reasons of bad records, the most frequent first, with how many there are of each.
    pub reasons: Vec<(String, u64)>,
    /// The bad records and those that are flagged, in their order; the first thousand.
    pub entries: Vec<Entry>,
    /// Whether the object was read to its end.
    pub is_end: bool,
}

/// A record that is bad, or flagged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins.
    pub place: Seek,
    /// Why it could not be read; or what is odd about it.
    pub why: String,
    /// Whether it could not be read.
    pub is_bad: bool,
}

impl ParseReport {
    /// How many entries are kept.
    pub const ENTRIES: usize = 1_000;

    /// How many records are bad or flagged, those beyond the entries among them.
    pub fn flagged(&self) -> u64 {
        self.faults + self.untimed + self.doubled
    }
}
