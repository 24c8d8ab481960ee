//! Records of several objects, in the order of their event times.

use super::size::count;
use super::{ByteSize, Object, Row};

/// One of several objects whose records are read together.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The object.
    pub object: Object,
    /// The format's name.
    pub format: Option<String>,
    /// Dotted ECS paths of the format's default table columns.
    pub columns: Vec<String>,
    /// How many records have been read of it.
    pub records: u64,
    /// Those of them that could not be parsed.
    pub faults: u64,
    /// Those that stand so far behind their time in the object that later ones were told before them.
    pub late: u64,
    /// Stored bytes that were read.
    pub fetched: ByteSize,
    /// Whether it was read to its end.
    pub is_end: bool,
    /// Why it is not read, or not any further.
    pub trouble: Option<String>,
}

impl Part {
    /// An object of which nothing was read.
    pub fn new(object: Object) -> Self {
        Self {
            object,
            format: None,
            columns: Vec::new(),
            records: 0,
            faults: 0,
            late: 0,
            fetched: ByteSize(0),
            is_end: false,
            trouble: None,
        }
    }

    /// One that cannot be read.
    pub fn unread(object: Object, trouble: String) -> Self {
        Self { is_end: true, trouble: Some(trouble), ..Self::new(object) }
    }
}

/// A record of one of several objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The place of its object among them.
    pub part: u32,
    /// Whether records of a later time were told before it.
    pub is_late: bool,
    /// The record.
    pub row: Row,
}

/// Further records of several objects, by event time.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// Every object, as far as it is read now.
    pub parts: Vec<Part>,
    /// The records.
    pub rows: Vec<Placed>,
    /// Whether nothing more can come.
    pub is_end: bool,
}

/// The records of objects that have arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecords {
    /// The objects.
    pub parts: Vec<Part>,
    /// Their records by event time.
    pub rows: Vec<Placed>,
    /// How many more objects there are that were not read, all older.
    pub older: u64,
    /// How many objects were listed to find them.
    pub listed: u64,
}

/// The records before and after one, those of the objects around it among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// The objects: the record's own first, then those around it, as far as records of them are told.
    pub parts: Vec<Part>,
    /// The records by event time, the one in the middle among them.
    pub rows: Vec<Placed>,
    /// The place of the one in the middle.
    pub center: usize,
    /// Whether nothing lies before the first of them.
    pub is_begin: bool,
    /// Whether nothing lies after the last of them.
    pub is_end: bool,
    /// How far it was looked, in words: "objects read around it: 3 before, 2 after".
    pub told: String,
}

/// A record that is wanted: by its first byte, and its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seek {
    /// Its first byte in the inflated object; 0 where only the line is known.
    pub start: u64,
    /// Its line, from 1; 0 where it is not known.
    pub line: u64,
}

impl Seek {
    /// Whether it is this record. Only the first line begins at byte 0: with another line, the byte was not told.
    pub fn is(self, row: &Row) -> bool {
        let by_line = self.start == 0 && self.line > 1;
        if by_line { row.line == self.line } else { row.span.start == self.start }
    }

    /// The record in words: `line 118`, or `byte 40,221` where the line is not known.
    pub fn told(self) -> String {
        match self.line {
            0 => format!("byte {}", count(self.start)),
            line => format!("line {}", count(line)),
        }
    }

    /// Whether this record, and so all that follow it, lie behind it.
    pub fn is_passed(self, row: &Row) -> bool {
        row.span.start > self.start && (row.line >= self.line || row.line == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_its_byte_or_by_its_line_alone() {
        let by_byte = Seek { start: 90, line: 3 };
        assert!(by_byte.is(&row(2, 3, 90)) && !by_byte.is(&row(1, 3, 80)));
        let by_line = Seek { start: 0, line: 3 };
        assert!(by_line.is(&row(2, 3, 90)) && !by_line.is(&row(0, 1, 0)));
        assert!(Seek { start: 0, line: 1 }.is(&row(0, 1, 0)));
    }

    fn row(number: u64, line: u64, start: u64) -> Row {
        Row {
            number,
            line,
            span: start..start + 9,
            time: None,
            raw: [].into(),
            message: String::new(),
            cells: Vec::new(),
            fault: None,
        }
    }
}
