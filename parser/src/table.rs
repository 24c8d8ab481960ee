//! Tables: objects whose rows are laid out in binary, read as the lines of JSON that the rows stand for.
//!
//! Framing, detection and formats see the transcoded stream only: one JSON object a line, a line a row. So a Parquet
//! object of flow logs and a text file of them meet in the same format. The same bytes always become the same lines.
#![cfg_attr(
    not(all(feature = "avro", feature = "parquet")),
    allow(dead_code, reason = "what the containers share is used by none or one of them")
)]

use std::fmt;
use std::io::Read;

use crate::codec::{Damage, Piece};
use crate::encoding::Text;
use crate::fault::FaultKind;
use crate::limits::{Limits, RATIO_FLOOR};

#[cfg(feature = "avro")]
mod avro;
mod flaw;
mod number;
#[cfg(feature = "parquet")]
mod parquet;
mod text;
mod time;

/// A layout of rows in binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// Apache Parquet. It is read only whole, even to tell its format, because its layout is told at its end.
    Parquet,
    /// An Apache Avro object container file.
    Avro,
}

impl Container {
    /// The name in reports: `parquet`, `avro`.
    pub fn name(self) -> &'static str {
        match self {
            Container::Parquet => "parquet",
            Container::Avro => "avro",
        }
    }

    /// Tells the container of an object by its first bytes; four are enough.
    pub fn sniff(head: &[u8]) -> Option<Container> {
        match head {
            [b'P', b'A', b'R', b'1' | b'E', ..] => Some(Container::Parquet),
            [b'O', b'b', b'j', 1, ..] => Some(Container::Avro),
            _ => None,
        }
    }

    fn rows(self, head: &[u8], limits: &Limits, is_partial: bool) -> Result<Box<dyn Rows + Send>, Damage> {
        match self {
            #[cfg(feature = "parquet")]
            Container::Parquet => Ok(Box::new(parquet::Parquet::new(head, limits, is_partial)?)),
            #[cfg(feature = "avro")]
            Container::Avro => Ok(Box::new(avro::Avro::new(head, limits))),
            #[cfg(not(all(feature = "avro", feature = "parquet")))]
            _ => {
                let _ = (head, limits, is_partial);
                let reason = format!("{self} is not read by this build");
                Err(Damage { kind: FaultKind::Unsupported, reason, is_lossy: true })
            }
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Container::Parquet => "Parquet",
            Container::Avro => "Avro",
        })
    }
}

/// Where a container's bytes come from.
trait Input {
    /// Reads some bytes; 0 is the end.
    fn read(&mut self, output: &mut [u8]) -> Result<usize, Damage>;
}

impl<R: Read> Input for Text<R> {
    fn read(&mut self, output: &mut [u8]) -> Result<usize, Damage> {
        Text::read(self, output).map(|piece| piece.count)
    }
}

/// The rows of one container.
trait Rows {
    /// Appends at least one row as a line of JSON to `lines`; answers false after the last one. What is damaged is
    /// passed over where that is possible, and told in the end.
    fn more(&mut self, input: &mut dyn Input, lines: &mut Vec<u8>) -> Result<bool, Damage>;

    /// Bytes of the lines so far that are values: no names, and a null counts as one.
    fn values(&self) -> u64;
}

/// The inflated stream as the reader sees it: the bytes themselves, or the lines of a table.
pub(crate) struct Table<R> {
    text: Text<R>,
    limits: Limits,
    is_partial: bool,
    container: Option<Container>,
    state: State,
    /// Bytes to hand out before any others, and how many of them already are.
    held: Vec<u8>,
    at: usize,
    /// The member that the first bytes come from. Rows are not told apart by it: a row has its bytes from several.
    member: u64,
    written: u64,
}

enum State {
    Unknown,
    Bytes,
    Rows(Box<dyn Rows + Send>),
    Ended(Option<Damage>),
}

impl<R: Read> Table<R> {
    pub(crate) fn new(text: Text<R>, limits: Limits) -> Self {
        Table {
            text,
            limits,
            is_partial: false,
            container: None,
            state: State::Unknown,
            held: Vec::new(),
            at: 0,
            member: 0,
            written: 0,
        }
    }

    /// The input is only the first part of an object.
    pub(crate) fn set_partial(&mut self, is_partial: bool) {
        self.is_partial = is_partial;
    }

    /// What the table, or the bytes that are none, are read from.
    pub(crate) fn text(&self) -> &Text<R> {
        &self.text
    }

    pub(crate) fn container(&self) -> Option<Container> {
        self.container
    }

    /// Writes some bytes of the stream into `output`, which takes 16 or more; none is the end.
    pub(crate) fn read(&mut self, output: &mut [u8]) -> Result<Piece, Damage> {
        loop {
            if self.at < self.held.len() {
                let count = output.len().min(self.held.len() - self.at);
                output[..count].copy_from_slice(&self.held[self.at..self.at + count]);
                self.at += count;
                return Ok(Piece { count, member: self.member });
            }
            match &mut self.state {
                State::Unknown => self.begin(),
                State::Bytes => return self.text.read(output),
                State::Rows(rows) => {
                    self.held.clear();
                    self.at = 0;
                    let ended = match rows.more(&mut self.text, &mut self.held) {
                        Ok(true) => self.check_limits().err().map(Some),
                        Ok(false) => Some(None),
                        Err(damage) => Some(Some(damage)),
                    };
                    if let Some(damage) = ended {
                        self.state = State::Ended(damage);
                    }
                }
                State::Ended(damage) => return damage.take().map_or_else(|| Ok(Piece::default()), Err),
            }
        }
    }

    /// Looks at the first bytes, four or more.
    fn begin(&mut self) {
        const ENOUGH: usize = 4;
        let mut head = [0; ENOUGH + 16];
        let mut length = 0;
        let mut end = None;
        while length < ENOUGH && end.is_none() {
            match self.text.read(&mut head[length..]) {
                Ok(Piece { count: 0, .. }) => end = Some(None),
                Ok(piece) => {
                    length += piece.count;
                    self.member = piece.member;
                }
                Err(damage) => end = Some(Some(damage)),
            }
        }
        let head = &head[..length];
        self.container = Container::sniff(head);
        self.state = match (self.container, end) {
            (Some(container), _) => match container.rows(head, &self.limits, self.is_partial) {
                Ok(rows) => State::Rows(rows),
                Err(damage) => State::Ended(Some(damage)),
            },
            (None, end) => {
                self.held.extend_from_slice(head);
                end.map_or(State::Bytes, State::Ended)
            }
        };
    }

    /// Bounds the transcoded stream as any inflated one. Names do not count for the ratio: a table stores them
    /// once, however many rows it has.
    fn check_limits(&mut self) -> Result<(), Damage> {
        let State::Rows(rows) = &self.state else { return Ok(()) };
        self.written += self.held.len() as u64;
        let values = rows.values();
        let reason = if self.written > self.limits.inflated {
            format!("the rows of the table are more than {} bytes of JSON", self.limits.inflated)
        } else if values > RATIO_FLOOR && values / self.text.counts().0.max(1) > self.limits.ratio {
            format!("the values of the table are more than {} times what is stored", self.limits.ratio)
        } else {
            return Ok(());
        };
        Err(Damage::new(FaultKind::Limit, reason, true))
    }
}

#[cfg(test)]
mod tests;
