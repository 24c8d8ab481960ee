//! Apache Parquet: row groups of columns, put together to rows again.
//!
//! Source: Apache Parquet, the format's specification. No library is behind this: the bytes are an attacker's, so
//! nothing here may panic, and no length is believed before there are bytes for it. An object over
//! [`Limits::table`](crate::Limits::table) lies in a temporary file, which is as large as the object. In memory are the
//! footer, one row group's description, a page and a dictionary of each column (eight times that limit in all), one stored
//! page, and one row.
//!
//! A value becomes JSON so: integers and decimals to the last digit, floats as the shortest text that reads back the
//! same, what is not finite as `"NaN"`, `"Infinity"` and `"-Infinity"`; dates and times in ISO 8601, with a `Z` where they are
//! UTC; bytes without a meaning as text where they are text, else in base 64; JSON as JSON; lists as lists, maps and
//! groups as objects, the keys of maps as text; and null as null.

use super::flaw::{Flaw, Losses};
use super::text::Text;
use super::{Input, Rows};
use crate::codec::Damage;
use crate::fault::FaultKind;
use crate::limits::Limits;
use column::Source;
use footer::{Footer, RowGroup};
use row::Columns;
use store::Store;

mod bits;
mod column;
mod delta;
mod footer;
mod page;
mod row;
mod scalar;
mod schema;
mod store;
mod thrift;
mod values;

/// Bytes of lines that are made at once.
const BATCH: usize = 32 << 10;

/// The rows of a Parquet object.
pub(super) struct Parquet {
    head: Vec<u8>,
    limits: Limits,
    is_partial: bool,
    open: Option<Open>,
    text: Text,
    losses: Losses,
    /// Rows that came out.
    rows: u64,
}

/// An object whose footer is read.
struct Open {
    footer: Footer,
    source: Source,
    group: Option<RowGroup>,
}

impl Parquet {
    /// Reads an object that begins with `head`.
    pub(super) fn new(head: &[u8], limits: &Limits, is_partial: bool) -> Result<Self, Damage> {
        if head.starts_with(&footer::ENCRYPTED[..]) {
            return Err(Flaw::unsupported("it is encrypted").at("Parquet"));
        }
        Ok(Parquet {
            head: head.to_vec(),
            limits: limits.clone(),
            is_partial,
            open: None,
            text: Text::new(limits.record),
            losses: Losses::default(),
            rows: 0,
        })
    }

    fn open(&mut self, input: &mut dyn Input) -> Result<Open, Damage> {
        let mut store = Store::fill(&self.head, input, self.limits.table)?;
        let footer = Footer::read(&mut store, self.limits.table, self.is_partial).map_err(|flaw| flaw.at("Parquet"))?;
        let source = Source::new(store, footer.start, self.limits.clone());
        Ok(Open { footer, source, group: None })
    }
}

impl Rows for Parquet {
    fn more(&mut self, input: &mut dyn Input, lines: &mut Vec<u8>) -> Result<bool, Damage> {
        if self.open.is_none() {
            self.open = Some(self.open(input)?);
        }
        let Some(open) = &mut self.open else { return Ok(false) };
        std::mem::swap(lines, &mut self.text.bytes);
        let mut result = Ok(true);
        while result.as_ref().is_ok_and(|is_more| *is_more) && self.text.bytes.len() < BATCH {
            result = match open.next_row(&mut self.text) {
                Ok(true) => {
                    self.rows += 1;
                    Ok(true)
                }
                Ok(false) if self.rows != open.footer.rows && self.losses.is_empty() => {
                    Err(Flaw::from("it has not as many rows as its footer counts").at("Parquet"))
                }
                Ok(false) => self.losses.end(),
                // Another row group would fare no better.
                Err(damage) if matches!(damage.kind, FaultKind::Io | FaultKind::Limit | FaultKind::Unsupported) => {
                    Err(damage)
                }
                Err(damage) => {
                    self.losses.add(damage);
                    Ok(true)
                }
            };
        }
        std::mem::swap(lines, &mut self.text.bytes);
        result
    }

    fn values(&self) -> u64 {
        self.text.values
    }
}

impl Open {
    /// Writes the next row. After a fault the next call goes on with the next row group.
    fn next_row(&mut self, text: &mut Text) -> Result<bool, Damage> {
        loop {
            if self.group.is_none() {
                match self.footer.next_group() {
                    None => return Ok(false),
                    Some(Err(flaw)) => return Err(flaw.at(place(&self.footer))),
                    Some(Ok(group)) => self.group = Some(group),
                }
            }
            let Some(group) = &mut self.group else { return Ok(false) };
            let mut columns = Columns::new(&self.footer.columns, &mut group.cursors, &mut self.source);
            let written = match group.rows.checked_sub(1) {
                Some(left) => {
                    group.rows = left;
                    columns.row(&self.footer.fields, text).map(|()| true)
                }
                None => columns.end().map(|()| false),
            };
            let flaw = match written {
                Ok(true) => return Ok(true),
                Ok(false) => None,
                Err(flaw) => Some(flaw.at(format!("{}, column {}", place(&self.footer), columns.name()))),
            };
            columns.close();
            self.group = None;
            if let Some(damage) = flaw {
                return Err(damage);
            }
        }
    }
}

fn place(footer: &Footer) -> String {
    format!("Parquet: row group {}", footer.number)
}

#[cfg(test)]
mod tests;
