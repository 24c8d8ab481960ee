//! The footer: the schema, and where each row group lies.
//!
//! Source: Apache Parquet, "File Format", "parquet.thrift".

use super::super::flaw::Flaw;
use super::column::Cursor;
use super::page::Compression;
use super::schema::{self, Column, Node};
use super::store::Store;
use super::thrift::{Broken, Kind, Thrift};
use crate::fault::FaultKind;

/// Bytes behind the footer: its length, and the magic.
const TAIL: u64 = 8;
pub(super) const MAGIC: &[u8; 4] = b"PAR1";
pub(super) const ENCRYPTED: &[u8; 4] = b"PARE";

/// What the end of an object tells. Row groups are read when their turn comes, so that a footer takes little more
/// memory than its bytes.
pub(super) struct Footer {
    pub fields: Vec<Node>,
    pub columns: Vec<Column>,
    /// Rows that it counts in all.
    pub rows: u64,
    /// Where the footer begins.
    pub start: u64,
    bytes: Vec<u8>,
    /// Where the next row group is described, how many come, and how many did.
    at: usize,
    left: u64,
    pub number: u64,
}

/// A row group: how many rows, and its columns.
pub(super) struct RowGroup {
    pub rows: u64,
    pub cursors: Vec<Cursor>,
}

impl Footer {
    /// Reads the footer, which may have `limit` bytes.
    pub(super) fn read(store: &mut Store, limit: usize, is_partial: bool) -> Result<Self, Flaw> {
        let mut scratch = Vec::new();
        let end = store.length().saturating_sub(TAIL);
        let tail = store.bytes(end, TAIL, &mut scratch)?;
        let missing = || {
            if is_partial {
                return Flaw::unsupported("it is read only whole, because its footer stands at its end");
            }
            Flaw::new(FaultKind::Cut, "the footer is missing")
        };
        let Some((length, magic)) = tail.split_first_chunk::<4>() else { return Err(missing()) };
        if magic == ENCRYPTED {
            return Err(Flaw::unsupported("the footer is encrypted"));
        }
        if magic != MAGIC {
            return Err(missing());
        }
        let length = u64::from(u32::from_le_bytes(*length));
        let start = end.checked_sub(length).filter(|start| *start >= MAGIC.len() as u64);
        let start = start.ok_or("the footer is longer than the object")?;
        if length > limit as u64 {
            return Err(Flaw::limit(format!("the footer is longer than {limit} bytes")));
        }
        let bytes = store.bytes(start, length, &mut scratch)?.to_vec();
        Footer::parse(bytes, start)
    }

    fn parse(bytes: Vec<u8>, start: u64) -> Result<Self, Flaw> {
        let mut rows = None;
        let mut schema = None;
        let mut groups = None;
        let mut thrift = Thrift::new(&bytes, 0);
        let of_footer = |broken: Broken| match broken {
            Broken::Cut => Flaw::from("the footer is cut off"),
            Broken::Wrong(reason) => Flaw::from(format!("the footer: {reason}")),
        };
        thrift
            .fields(|thrift, id, kind| {
                match (id, kind) {
                    (2, Kind::List) => {
                        schema = Some(thrift.at);
                        return Ok(false);
                    }
                    (3, Kind::Int) => rows = Some(thrift.count()?),
                    (4, Kind::List) => {
                        let place = (thrift.at, thrift.list()?);
                        thrift.at = place.0;
                        groups = Some(place);
                        return Ok(false);
                    }
                    _ => return Ok(false),
                }
                Ok(true)
            })
            .map_err(of_footer)?;
        let (Some(schema), Some(rows), Some((at, (left, _)))) = (schema, rows, groups) else {
            return Err(Flaw::from("the footer has no schema or no row groups"));
        };
        let (fields, columns) = schema::read(&mut Thrift::new(&bytes, schema))?;
        if columns.is_empty() && left > 0 {
            return Err(Flaw::from("the schema has no columns"));
        }
        let mut thrift = Thrift::new(&bytes, at);
        thrift.list().map_err(of_footer)?;
        let at = thrift.at;
        Ok(Footer { fields, columns, rows, start, at, left, number: 0, bytes })
    }

    /// The next row group.
    pub(super) fn next_group(&mut self) -> Option<Result<RowGroup, Flaw>> {
        self.left = self.left.checked_sub(1)?;
        self.number += 1;
        let mut thrift = Thrift::new(&self.bytes, self.at);
        let mut rows = 0;
        let mut chunks = Vec::new();
        let many = self.columns.len();
        let read = thrift.fields(|thrift, id, kind| {
            match (id, kind) {
                (1, Kind::List) => thrift.structs(|thrift| {
                    if chunks.len() > many {
                        return Err(Broken::Wrong("it has more columns than the schema"));
                    }
                    chunks.push(Chunk::read(thrift)?);
                    Ok(())
                })?,
                (3, Kind::Int) => rows = thrift.count()?,
                _ => return Ok(false),
            }
            Ok(true)
        });
        self.at = thrift.at;
        if let Err(broken) = read {
            // Where the next one is described is not known any more.
            self.left = 0;
            return Some(Err(broken.into()));
        }
        if chunks.len() != many {
            return Some(Err(Flaw::from("it has not the columns of the schema")));
        }
        let cursors = chunks.iter().zip(&self.columns).map(|(chunk, column)| chunk.cursor(column)).collect();
        Some(Result::map(cursors, |cursors| RowGroup { rows, cursors }))
    }
}

/// Where a column of a row group lies.
#[derive(Debug, Default)]
struct Chunk {
    codec: i64,
    values: u64,
    data: u64,
    dictionary: u64,
    is_described: bool,
    is_elsewhere: bool,
    is_encrypted: bool,
}

impl Chunk {
    fn read(thrift: &mut Thrift<'_>) -> Result<Self, Broken> {
        let mut chunk = Chunk::default();
        thrift.fields(|thrift, id, kind| {
            match (id, kind) {
                (1, Kind::Binary) => chunk.is_elsewhere = !thrift.binary()?.is_empty(),
                (3, Kind::Struct) => {
                    chunk.is_described = true;
                    thrift.fields(|thrift, id, kind| {
                        match (id, kind) {
                            (4, Kind::Int) => chunk.codec = thrift.int()?,
                            (5, Kind::Int) => chunk.values = thrift.count()?,
                            (9, Kind::Int) => chunk.data = thrift.count()?,
                            (11, Kind::Int) => chunk.dictionary = thrift.count()?,
                            _ => return Ok(false),
                        }
                        Ok(true)
                    })?;
                }
                (8, Kind::Struct) => {
                    chunk.is_encrypted = true;
                    return Ok(false);
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(chunk)
    }

    fn cursor(&self, column: &Column) -> Result<Cursor, Flaw> {
        if self.is_encrypted {
            return Err(Flaw::unsupported(format!("column {} is encrypted", column.name)));
        }
        if self.is_elsewhere {
            return Err(Flaw::unsupported(format!("column {} lies in another object", column.name)));
        }
        if !self.is_described {
            return Err(Flaw::from(format!("column {} is not described", column.name)));
        }
        // Some writers leave a zero, or an offset behind the data, where there is no dictionary.
        let has_dictionary = self.dictionary > 0 && self.dictionary < self.data;
        let at = if has_dictionary { self.dictionary } else { self.data };
        let codec = Compression::of(self.codec)
            .map_err(|flaw| Flaw::new(flaw.kind, format!("column {}: {}", column.name, flaw.reason)))?;
        Ok(Cursor::new(codec, at, self.values))
    }
}
