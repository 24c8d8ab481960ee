//! What is wrong with a record or an object.

use std::fmt;

/// Why a record, or the rest of an object, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The class of fault.
    pub kind: FaultKind,
    /// Where, in the inflated stream.
    pub offset: u64,
    /// What, in words that name no data of the record, so that equal faults have equal reasons.
    pub reason: String,
}

/// Classes of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The record is not what its format says.
    Syntax,
    /// The record is longer than [`Limits::record`](crate::Limits::record).
    TooLong,
    /// The object ends in the middle of a record or of a compressed member.
    Cut,
    /// The compressed bytes are damaged.
    Corrupt,
    /// There are bytes after the end of the compressed data.
    Trailing,
    /// The object went over one of the [`Limits`](crate::Limits).
    Limit,
    /// The bytes are of a kind that this version does not read.
    Unsupported,
    /// The source of the bytes failed.
    Io,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, offset: u64, reason: impl Into<String>) -> Self {
        Fault { kind, offset, reason: reason.into() }
    }

    /// A record that does not have its format's shape, at an offset from the record's first byte.
    pub fn syntax(offset: usize, reason: impl Into<String>) -> Self {
        Fault::new(FaultKind::Syntax, offset as u64, reason)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}
