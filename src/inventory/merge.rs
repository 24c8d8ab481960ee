//! The records of several objects in the order of their event times, a page at a time.
//!
//! Each object is read by a [`PageReader`] and kept a stretch ahead of what is told: at least 500 records or what 256 KiB
//! hold, so that an object whose records are mostly in order is told in order. A record that stands further behind its
//! time than that is told late, and marked so. What is held is bounded, however large the objects are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;

use super::PageReader;
use crate::app::request::Trouble;
use crate::aws::Aws;
use crate::domain::{Merge, Object, Part, Placed, Profile, Row};
use crate::worker::digest;
use scops_parser::Options;

/// The most objects that are merged.
pub const MOST: usize = 64;

/// Records that are read ahead in each object at least, and up to.
const AHEAD: (usize, usize) = (500, 1_000);
/// Bytes of records that are read ahead in each object at most.
const HELD: usize = 256 << 10;

/// Reads several objects in the order of their records' times.
#[derive(Debug)]
pub struct MergeReader {
    streams: Vec<Stream>,
    position: u64,
    last: Option<Timestamp>,
}

/// What orders records: their time, their object, their number in it.
pub(super) type Place = (Timestamp, u32, u64);

#[derive(Debug)]
struct Stream {
    part: Part,
    /// None once it is at its end.
    reader: Option<PageReader>,
    ahead: BinaryHeap<Reverse<Ahead>>,
    held: usize,
    clock: Clock,
}

#[derive(Debug)]
struct Ahead {
    place: Place,
    row: Row,
}

impl PartialEq for Ahead {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Ahead {}

impl PartialOrd for Ahead {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ahead {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.place.cmp(&other.place)
    }
}

/// The times of an object's records for their order: one that tells none stays behind the one before it, those before
/// the first that does have its time, and an object without any has that of its arrival.
#[derive(Debug)]
pub(super) struct Clock {
    last: Option<Timestamp>,
    arrived: Timestamp,
}

impl Clock {
    pub(super) fn new(object: &Object) -> Self {
        Self { last: None, arrived: object.arrived }
    }

    /// The times of further records.
    pub(super) fn times(&mut self, rows: &[Row]) -> Vec<Timestamp> {
        let first = rows.iter().find_map(|row| row.time);
        let mut last = self.last.or(first).unwrap_or(self.arrived);
        let times = rows.iter().map(|row| {
            last = row.time.unwrap_or(last);
            last
        });
        let times = times.collect();
        self.last = Some(last).filter(|_| self.last.is_some() || first.is_some());
        times
    }
}

impl MergeReader {
    /// For objects; those with a trouble are told and not read. Nothing is asked before the first page.
    pub fn new(aws: &Aws, profile: &Profile, objects: Vec<(Object, Option<String>)>) -> Self {
        let stream = |(object, trouble): (Object, Option<String>)| {
            let (part, reader) = match trouble {
                None => (Part::new(object.clone()), Some(reader(aws, profile, object).holding(HELD))),
                Some(trouble) => (Part::unread(object, trouble), None),
            };
            let clock = Clock::new(&part.object);
            Stream { part, reader, ahead: BinaryHeap::new(), held: 0, clock }
        };
        Self { streams: objects.into_iter().map(stream).collect(), position: 0, last: None }
    }

    /// How many records it has given so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next records by event time, `want` at most. An object that cannot be read on is told with its trouble, and
    /// the others go on; an error is one that concerns them all.
    pub async fn next(&mut self, want: usize) -> Merge {
        let mut rows = Vec::new();
        while rows.len() < want {
            self.read_ahead().await;
            let least = (0..self.streams.len()).filter_map(|at| Some((self.streams[at].least()?, at))).min();
            let Some((_, at)) = least else { break };
            let Some(Ahead { place: (time, part, _), row }) = self.streams[at].take() else { break };
            let is_late = self.last.is_some_and(|last| time < last);
            self.streams[at].part.late += u64::from(is_late);
            self.last = self.last.max(Some(time));
            rows.push(Placed { part, is_late, row });
        }
        self.position += rows.len() as u64;
        let is_end = self.streams.iter().all(|stream| stream.reader.is_none() && stream.ahead.is_empty());
        Merge { parts: self.streams.iter().map(|stream| stream.part.clone()).collect(), rows, is_end }
    }

    /// Has every object a stretch ahead.
    async fn read_ahead(&mut self) {
        const AT_ONCE: usize = 8;
        while self.streams.iter().any(Stream::needs_more) {
            let mut wanting = self.streams.iter_mut().zip(0..).filter(|(stream, _)| stream.needs_more());
            let mut reading: FuturesUnordered<_> =
                wanting.by_ref().take(AT_ONCE).map(|(stream, part)| stream.read(part)).collect();
            while reading.next().await.is_some() {
                if let Some((stream, part)) = wanting.next() {
                    reading.push(stream.read(part));
                }
            }
        }
    }
}

impl Stream {
    fn needs_more(&self) -> bool {
        self.reader.is_some() && self.ahead.len() < AHEAD.0 && (self.held < HELD / 2 || self.ahead.is_empty())
    }

    fn least(&self) -> Option<Place> {
        self.ahead.peek().map(|Reverse(ahead)| ahead.place)
    }

    fn take(&mut self) -> Option<Ahead> {
        let Reverse(ahead) = self.ahead.pop()?;
        self.held = self.held.saturating_sub(ahead.row.raw.len());
        Some(ahead)
    }

    async fn read(&mut self, number: u32) {
        let Some(reader) = &mut self.reader else { return };
        match reader.next(AHEAD.1 - self.ahead.len().min(AHEAD.1 - 1)).await {
            Ok(page) => {
                let part = &mut self.part;
                part.records += page.rows.len() as u64;
                (part.object, part.format, part.columns) = (page.object, page.format, page.columns);
                (part.faults, part.fetched, part.is_end) = (page.faults, page.fetched, page.is_end);
                part.trouble = page.damage;
                let times = self.clock.times(&page.rows);
                for (row, time) in page.rows.into_iter().zip(times) {
                    self.held += row.raw.len();
                    self.ahead.push(Reverse(Ahead { place: (time, number, row.number), row }));
                }
                if page.is_end {
                    self.reader = None;
                }
            }
            Err(Trouble { cause, .. }) => {
                self.part.trouble = Some(cause);
                self.reader = None;
            }
        }
    }
}

/// A reader for an object, whose size a listing may have told too early.
pub(super) fn reader(aws: &Aws, profile: &Profile, object: Object) -> PageReader {
    let options = Options { size: None, ..digest::options(&object, profile) };
    PageReader::new(aws.clone(), object, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ByteSize, ObjectId};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    fn row(number: u64, time: Option<&str>) -> Row {
        Row {
            number,
            line: number + 1,
            span: number * 10..number * 10 + 9,
            time: time.map(at),
            raw: [].into(),
            message: String::new(),
            cells: Vec::new(),
            fault: None,
        }
    }

    #[test]
    fn a_record_without_a_time_stays_behind_the_one_before_it() {
        let arrived = at("2026-11-23T02:00:00Z");
        let id = ObjectId::new("logs", "k");
        let object = Object { id, size: ByteSize(1), etag: "e".into(), storage_class: "STANDARD".into(), arrived };
        let (first, second) = (at("2026-11-23T01:00:00Z"), at("2026-11-23T01:00:05Z"));
        let mut clock = Clock::new(&object);
        let rows = [row(0, None), row(1, Some("2026-11-23T01:00:00Z")), row(2, None)];
        assert_eq!(clock.times(&rows), [first; 3]);
        assert_eq!(clock.times(&[row(3, None), row(4, Some("2026-11-23T01:00:05Z"))]), [first, second]);
        assert_eq!(Clock::new(&object).times(&[row(0, None)]), [arrived]);
    }
}
