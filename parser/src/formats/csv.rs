//! Comma-separated values and their neighbours, with a header line that names the columns.
//!
//! Source: RFC 4180. Cells may be separated by commas, semicolons, tabs, bars, or single spaces; quotes, doubled quotes
//! and line ends within quotes are read as there. What a column means is told by its name, what a cell is by its text.

use std::borrow::Cow;

use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit, part_of};
use crate::frame::Framing;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;
use jiff::Timestamp;

mod cells;
mod ecs;
mod header;

use cells::{Cell, Cells};
use header::Header;

pub(super) struct Csv;

impl Format for Csv {
    fn name(&self) -> &str {
        "csv"
    }

    fn title(&self) -> &str {
        "CSV with a header line"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["source.address", "user.name", "message"]
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        Framing::Quoted
    }

    fn matches(&self, _unit: &Unit<'_>) -> bool {
        // A row without its header is anything.
        false
    }

    fn claims(&self, head: &[u8]) -> bool {
        header::begins(head)
    }

    fn strictness(&self) -> u8 {
        1
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Rows { header: None, near: stream.near })
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let fields = event.fields.as_object().unwrap_or_default();
        let values = fields.iter().filter_map(|(_, value)| value.scalar()).filter(|text| !text.is_empty());
        Cow::Owned(values.take(8).collect::<Vec<_>>().join(" "))
    }
}

struct Rows {
    /// The columns, once the first record has named them.
    header: Option<Header>,
    near: Option<Timestamp>,
}

impl Decode for Rows {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        match &self.header {
            None => match header::delimiter_line(raw) {
                Some(delimiter) => self.header = Some(Header::unnamed(delimiter)),
                None => self.header = Some(Header::read(raw)),
            },
            Some(header) if header.names.is_empty() => self.header = Some(Header::with(raw, header.delimiter)),
            // Files that were joined repeat it.
            Some(header) => return header.is_line(raw),
        }
        true
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let Some(header) = &self.header else { return Err(Fault::syntax(0, "no line has named the columns")) };
        let mut fields: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(header.names.len());
        let mut cells = Cells::new(raw, header.delimiter);
        for name in &header.names {
            let Some(cell) = cells.next() else {
                return Err(Fault::syntax(raw.len(), "the row has fewer cells than the header"));
            };
            fields.push((Cow::Owned(name.clone()), value(cell)));
        }
        // A delimiter at the end is no cell.
        match cells.next() {
            Some(cell) if !cell.text.is_empty() || cells.next().is_some() => {
                return Err(Fault::syntax(cell.at, "the row has more cells than the header"));
            }
            _ => {}
        }
        let fields = Value::Object(fields);
        let told = header.times.iter().find_map(|time| time.of(&fields, self.near));
        let told = told.map(|(time, text)| (time, part_of(raw, &text)));
        let (time, time_text) = told.unzip();
        Ok(Decoded { time, time_text, ..Decoded::new(fields) })
    }
}

/// The columns that tell a record's time.
#[derive(Debug)]
struct TimeColumns {
    /// Its column, or those of its date and its clock.
    names: Vec<String>,
    /// Whether the name says that it is in UTC.
    is_utc: bool,
}

impl TimeColumns {
    fn of(&self, fields: &Value<'_>, near: Option<Timestamp>) -> Option<(EventTime, String)> {
        let parts: Option<Vec<&str>> = self.names.iter().map(|name| fields.get(name)?.scalar()).collect();
        let text = parts?.join(" ");
        let time = EventTime::any(&text, near)?;
        Some((time.within(self.is_utc.then_some("Z")), text))
    }
}

/// A cell's value: a number or a boolean where it is one as JSON spells it, and no quotes say that it is text.
fn value(cell: Cell<'_>) -> Value<'_> {
    match (&*cell.text, cell.is_quoted) {
        ("", false) => Value::Null,
        ("true", false) => Value::Bool(true),
        ("false", false) => Value::Bool(false),
        (text, false) if super::columns::is_number(text.as_bytes()) => Value::Number(cell.text),
        _ => Value::String(cell.text),
    }
}
