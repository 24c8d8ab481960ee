//! Parsed records of an object, a page at a time.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::{ByteSize, Object};

/// The records that have been read of an object so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The object, as it was when the first byte was read.
    pub object: Object,
    /// The byte of the object from which records are counted; their lines are not known where it is not the first.
    pub begins: u64,
    /// The records of this page, in their order in the object.
    pub rows: Vec<Row>,
    /// Compressed bytes read so far, of `object.size`.
    pub fetched: ByteSize,
    /// Inflated bytes read so far.
    pub inflated: ByteSize,
    /// Whether the end of the object has been reached.
    pub is_end: bool,
    /// The format's name.
    pub format: Option<String>,
    /// Dotted ECS paths of the format's default table columns.
    pub columns: Vec<String>,
    /// Why this format: "62 of 64 lines match alb; next best clb 3".
    pub detection: String,
    /// Records that could not be parsed, so far.
    pub faults: u64,
    /// Damage of the stream itself (truncated, corrupt), with its place.
    pub damage: Option<String>,
}

/// One record as the screens keep it: its bytes, and what a table shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// From 0, in the object.
    pub number: u64,
    /// 1-based, in the inflated object; 0 where it is not known.
    pub line: u64,
    /// Bytes in the inflated object.
    pub span: Range<u64>,
    /// The event time, where the record tells one.
    pub time: Option<Timestamp>,
    /// The record's own bytes.
    pub raw: Arc<[u8]>,
    /// One line that tells the record; the fault's reason where it could not be parsed.
    pub message: String,
    /// The values of the page's columns.
    pub cells: Vec<String>,
    /// Why it could not be parsed.
    pub fault: Option<String>,
}
