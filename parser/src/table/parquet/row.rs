//! Columns put together to rows again.
//!
//! Source: Apache Parquet, "Nested Encoding" (S. Melnik et al., "Dremel", 2010). A value's definition level tells how far
//! its path is there, its repetition level which list on that path goes on with it.

use super::super::flaw::Flaw;
use super::super::text::Text;
use super::column::{Cursor, Source};
use super::schema::{Column, Levels, Node, Shape};

/// The columns of a row group, all at the same row.
pub(super) struct Columns<'g> {
    described: &'g [Column],
    cursors: &'g mut [Cursor],
    source: &'g mut Source,
    /// The column that was read last.
    last: usize,
}

impl<'g> Columns<'g> {
    pub(super) fn new(described: &'g [Column], cursors: &'g mut [Cursor], source: &'g mut Source) -> Self {
        Columns { described, cursors, source, last: 0 }
    }

    /// Writes the next row; a row with a fault leaves nothing behind.
    pub(super) fn row(&mut self, fields: &[Node], text: &mut Text) -> Result<(), Flaw> {
        text.begin();
        let written = self.check_start().and_then(|()| self.object(fields, text));
        match written {
            Ok(()) => text.end(),
            Err(_) => text.cancel(),
        }
        written
    }

    /// Checks that nothing is left behind the last row.
    pub(super) fn end(&mut self) -> Result<(), Flaw> {
        for column in 0..self.described.len() {
            if self.levels(column)?.is_some() {
                return Err(Flaw::from("it has more values than rows"));
            }
        }
        Ok(())
    }

    /// Gives the memory of the columns back.
    pub(super) fn close(&mut self) {
        for cursor in &mut *self.cursors {
            cursor.close(self.source);
        }
    }

    /// The name of the column that was read last.
    pub(super) fn name(&self) -> &'g str {
        self.described.get(self.last).map_or("", |column| &column.name)
    }

    fn check_start(&mut self) -> Result<(), Flaw> {
        for column in 0..self.described.len() {
            if self.described[column].repeated > 0 && self.levels(column)?.is_some_and(|levels| levels.0 > 0) {
                return Err(Flaw::from("a row begins within a list"));
            }
        }
        Ok(())
    }

    fn levels(&mut self, column: usize) -> Result<Option<(u32, u32)>, Flaw> {
        self.last = column;
        self.cursors[column].levels(&self.described[column], self.source)
    }

    fn defined(&mut self, column: usize) -> Result<u32, Flaw> {
        self.last = column;
        self.cursors[column].defined(&self.described[column], self.source)
    }

    /// Whether the list at these levels goes on.
    fn goes_on(&mut self, column: usize, levels: Levels) -> Result<bool, Flaw> {
        Ok(self.levels(column)?.is_some_and(|next| next.0 == levels.repeated))
    }

    /// Passes over what all these columns have for something that is not there.
    fn pass(&mut self, (from, to): (usize, usize)) -> Result<(), Flaw> {
        for column in from..to {
            self.last = column;
            self.cursors[column].pass(&self.described[column], self.source)?;
        }
        Ok(())
    }

    fn object(&mut self, fields: &[Node], text: &mut Text) -> Result<(), Flaw> {
        text.push(b"{");
        for (index, field) in fields.iter().enumerate() {
            text.name(&field.name, index == 0);
            self.node(field, text)?;
        }
        text.push(b"}");
        Ok(())
    }

    fn node(&mut self, node: &Node, text: &mut Text) -> Result<(), Flaw> {
        let first = node.columns.0;
        if let Shape::Scalar = node.shape {
            self.last = first;
            return self.cursors[first].write(&self.described[first], self.source, text);
        }
        if node.present > 0 && self.defined(first)? < node.present {
            text.null();
            return self.pass(node.columns);
        }
        match &node.shape {
            Shape::Scalar => Ok(()),
            Shape::Struct(fields) => self.object(fields, text),
            Shape::List { levels, .. } if self.defined(first)? < levels.defined => {
                text.push(b"[]");
                self.pass(node.columns)
            }
            Shape::Map { levels, .. } if self.defined(first)? < levels.defined => {
                text.push(b"{}");
                self.pass(node.columns)
            }
            Shape::List { item, levels } => {
                text.push(b"[");
                self.node(item, text)?;
                while self.goes_on(first, *levels)? {
                    text.check()?;
                    text.push(b",");
                    self.node(item, text)?;
                }
                text.push(b"]");
                Ok(())
            }
            Shape::Map { key, value, levels } => {
                text.push(b"{");
                self.entry(key, value.as_deref(), text)?;
                while self.goes_on(first, *levels)? {
                    text.check()?;
                    text.push(b",");
                    self.entry(key, value.as_deref(), text)?;
                }
                text.push(b"}");
                Ok(())
            }
        }
    }

    fn entry(&mut self, key: &Node, value: Option<&Node>, text: &mut Text) -> Result<(), Flaw> {
        let column = key.columns.0;
        if self.defined(column)? < self.described[column].defined {
            // No JSON object has null for a key.
            text.push(b"\"null\"");
            self.pass(key.columns)?;
        } else {
            self.node(key, text)?;
        }
        text.push(b":");
        if let Some(value) = value {
            return self.node(value, text);
        }
        text.null();
        Ok(())
    }
}
