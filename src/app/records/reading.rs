//! What has been read of one object so far.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::app::request::Trouble;
use crate::domain::{ByteSize, Column, Object, Page, Row};

/// What has been read of one object so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The object.
    pub object: Object,
    /// Its records so far; none until the first answer.
    pub page: Option<Page>,
    /// What is known of single fields, by their paths.
    pub fields: BTreeMap<String, Column>,
    /// Stored bytes that were passed on the way to a place.
    pub reached: Option<ByteSize>,
    /// Why reading stopped.
    pub trouble: Option<Trouble>,
}

impl Reading {
    /// Nothing read yet.
    pub fn new(object: Object) -> Self {
        Self { object, page: None, fields: BTreeMap::new(), reached: None, trouble: None }
    }

    /// The records so far.
    pub fn rows(&self) -> &[Row] {
        self.page.as_ref().map_or(&[], |page| &page.rows)
    }

    /// Whether nothing more can come.
    pub fn is_end(&self) -> bool {
        self.page.as_ref().is_some_and(|page| page.is_end)
    }

    /// The byte that records are counted from.
    pub fn begins(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| page.begins)
    }

    /// The numbers of the records that are loaded.
    pub fn numbers(&self) -> Range<u64> {
        let rows = self.rows();
        rows.first().map_or(0, |row| row.number)..rows.last().map_or(0, |row| row.number + 1)
    }

    /// Takes the records around a place in the object instead of those that are loaded.
    pub fn replace(&mut self, page: Page) {
        (self.trouble, self.reached) = (None, None);
        if page.begins != self.begins() {
            // Records of other numbers than before.
            self.fields.clear();
        }
        self.page = Some(page);
    }

    /// Adds the records of a further page; those that are there already are not taken twice.
    pub fn absorb(&mut self, mut page: Page) {
        self.trouble = None;
        if let Some(old) = &mut self.page {
            let have = old.rows.last().map_or(0, |row| row.number + 1);
            page.rows.retain(|row| row.number >= have);
            let mut rows = std::mem::take(&mut old.rows);
            rows.append(&mut page.rows);
            page.rows = rows;
        }
        self.page = Some(page);
    }
}
