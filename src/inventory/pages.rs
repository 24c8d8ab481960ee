//! The records of an object, a page at a time, for as many bytes as are looked at.
//!
//! A thread of its own holds the parser, which reads from a channel. The first page is what one ranged GET of at most
//! 256 KiB holds; only when more is asked for does the next range follow, of the same object (If-Match). Dropping the
//! reader ends the thread.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use scops_parser::{Limits, Options, Reader, Record};
use tokio::sync::mpsc;

use super::Middle;
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{ByteSize, Object, ObjectId, Page, Row, Shown};

/// What a preview may cost.
const FIRST: u64 = 256 << 10;
/// The ranges after it.
const NEXT: u64 = 1 << 20;
/// Stored bytes that one page may ask for.
const PAGE: u64 = 8 << 20;
/// Bytes of records that one page may hold.
const HELD: usize = 16 << 20;
/// Rows that the parser is ahead of who takes them.
const AHEAD: usize = 256;
/// The longest record that is shown; a longer one is a bad record.
const RECORD: usize = 4 << 20;
/// Characters of a cell or message.
const CELL: usize = 1_024;

/// Reads one object's records in order.
#[derive(Debug)]
pub struct PageReader {
    aws: Aws,
    object: Object,
    events: mpsc::Receiver<Event>,
    /// Bytes to the parser; `None` once all have been sent.
    chunks: Option<mpsc::Sender<Bytes>>,
    /// Where it begins in the object, where that is not the first byte.
    middle: Option<Middle>,
    fetched: u64,
    position: u64,
    is_begun: bool,
    /// The parser waits for bytes.
    is_hungry: bool,
    /// Bytes of records that one page may hold.
    held: usize,
    state: PageState,
}

/// What is known of the object so far.
#[derive(Debug, Default)]
struct PageState {
    format: Option<String>,
    columns: Vec<String>,
    detection: String,
    faults: u64,
    inflated: u64,
    damage: Option<String>,
    is_end: bool,
}

/// What the parser's thread tells.
#[derive(Debug)]
enum Event {
    Begun { format: Option<String>, columns: Vec<String>, detection: String },
    Row(Row),
    Hungry,
    Ended { inflated: u64, damage: Option<String> },
}

impl PageReader {
    /// For an object, which is read as `options` tell. Nothing is asked before the first page.
    pub fn new(aws: Aws, object: Object, options: Options) -> Self {
        Self::begin(aws, object, options, None)
    }

    /// The same from the middle of the object on. Records are counted from there, and their lines are not known.
    pub fn within(aws: Aws, object: Object, options: Options, middle: Middle) -> Self {
        Self::begin(aws, object, options, Some(middle))
    }

    fn begin(aws: Aws, object: Object, options: Options, middle: Option<Middle>) -> Self {
        let (chunks, received) = mpsc::channel(1);
        let (sender, events) = mpsc::channel(AHEAD);
        let limits = Limits { record: RECORD, ..Limits::default() };
        let options = Options { limits, ..options };
        let begins = middle.as_ref().map_or(0, |middle| middle.begins);
        let shift = middle.as_ref().map(|middle| (middle.head.len() as u64, middle.begins));
        let hungry = Hungry { received, chunk: Bytes::new(), tell: sender.clone(), is_begun: false };
        let started =
            std::thread::Builder::new().name("page".into()).spawn(move || parse(hungry, options, shift, &sender));
        if let Err(error) = started {
            // Without its thread the reader ends at once; the first page says so.
            tracing::error!(%error, "no thread for a page");
        }
        Self {
            aws,
            object,
            events,
            chunks: Some(chunks),
            middle,
            fetched: begins,
            position: 0,
            is_begun: false,
            is_hungry: false,
            held: HELD,
            state: PageState::default(),
        }
    }

    /// The same with pages that hold so many bytes of records at most, or one record.
    #[must_use]
    pub fn holding(self, held: usize) -> Self {
        Self { held, ..self }
    }

    /// The object, as it was when its first byte was read.
    pub fn object(&self) -> &ObjectId {
        &self.object.id
    }

    /// The byte of the object that it begins at.
    pub fn begins(&self) -> u64 {
        self.middle.as_ref().map_or(0, |middle| middle.begins)
    }

    /// How many rows it has given so far.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next rows, `want` at most. The first page costs one GET of at most 256 KiB; each further one reads on until
    /// it has its rows, the object ends, or 8 MiB have been read.
    pub async fn next(&mut self, want: usize) -> Result<Page, Trouble> {
        let mut rows = Vec::new();
        let mut held = 0;
        let mut budget = PAGE;
        if !self.is_begun {
            self.fetch(FIRST).await?;
            self.is_begun = true;
            budget = 0;
        }
        while rows.len() < want && held < self.held && !self.state.is_end {
            // Once the parser has been sent everything, its hunger is only the way to its end.
            if self.is_hungry && self.chunks.is_some() {
                if budget == 0 {
                    break;
                }
                let count = NEXT.min(budget);
                self.fetch(count).await?;
                budget -= count;
            }
            match self.events.recv().await {
                Some(Event::Begun { format, columns, detection }) => {
                    self.state = PageState { format, columns, detection, ..std::mem::take(&mut self.state) };
                }
                Some(Event::Row(row)) => {
                    self.state.inflated = self.state.inflated.max(row.span.end);
                    self.state.faults += u64::from(row.fault.is_some());
                    held += row.raw.len();
                    self.position += 1;
                    rows.push(row);
                }
                Some(Event::Hungry) => self.is_hungry = true,
                Some(Event::Ended { inflated, damage }) => {
                    self.state.inflated = inflated;
                    self.state.damage = damage;
                    self.state.is_end = true;
                }
                None => {
                    return Err(Trouble {
                        what: format!("cannot read {}", self.object.id),
                        cause: "the parser gave up on it, which is a fault of the parser".into(),
                        hint: Some("`scops cat -o raw` shows its bytes".into()),
                    });
                }
            }
        }
        Ok(self.page(rows))
    }

    /// Asks for the next `count` bytes and hands them to the parser, which waits for them. An error leaves the reader as
    /// it was, so that the same can be asked again.
    async fn fetch(&mut self, count: u64) -> Result<(), Trouble> {
        let is_first = self.fetched == self.begins();
        // S3 refuses any range of an object without bytes.
        let range = (!is_first || self.object.size.bytes() > 0).then_some(self.fetched..self.fetched + count);
        let etag = (!is_first).then_some(self.object.etag.as_str());
        let (object, bytes) = match self.aws.get(&self.object.id, range, etag).await {
            Ok(body) => {
                (Some(body.object.clone()), body.collect(ByteSize(count)).await.map_err(|error| self.trouble(error))?.0)
            }
            Err(error) if error.kind == Kind::OutOfRange && is_first => (None, Bytes::new()),
            Err(error) => return Err(self.trouble(error)),
        };
        if is_first {
            // The listing may be older than the object's bytes.
            let id = self.object.id.clone();
            self.object = match object {
                Some(object) => Object { id, ..object },
                None => Object { size: ByteSize(0), ..self.object.clone() },
            };
        }
        self.fetched += bytes.len() as u64;
        let bytes = match &self.middle {
            Some(middle) if is_first => Bytes::from([&middle.head[..], &bytes[..]].concat()),
            _ => bytes,
        };
        let is_all = self.fetched >= self.object.size.bytes() || bytes.is_empty();
        if let Some(chunks) = &self.chunks {
            // There is room: the parser has taken the chunk before. A parser that is gone is found when rows are.
            let _ = chunks.send(bytes).await;
        }
        if is_all {
            self.chunks = None;
        }
        self.is_hungry = false;
        Ok(())
    }

    fn trouble(&self, error: AwsError) -> Trouble {
        if error.kind != Kind::Changed {
            return error.into();
        }
        Trouble {
            what: format!("cannot read on in {}", self.object.id),
            cause: "the object changed since its first bytes were read".into(),
            hint: Some("open it again".into()),
        }
    }

    fn page(&self, rows: Vec<Row>) -> Page {
        let state = &self.state;
        Page {
            object: self.object.clone(),
            begins: self.begins(),
            rows,
            fetched: ByteSize(self.fetched),
            inflated: ByteSize(state.inflated),
            is_end: state.is_end,
            format: state.format.clone(),
            columns: state.columns.clone(),
            detection: state.detection.clone(),
            faults: state.faults,
            damage: state.damage.clone(),
        }
    }
}

/// Runs on the page's thread until the object ends or nobody listens.
fn parse(input: Hungry, options: Options, shift: Option<(u64, u64)>, tell: &mpsc::Sender<Event>) {
    let mut reader = Reader::new(input, options);
    let detection = reader.detection();
    let format = detection.format.as_ref();
    let columns = format.map_or_else(Vec::new, |format| format.columns().into_iter().map(str::to_owned).collect());
    let begun = Event::Begun {
        format: format.map(|format| format.name().to_owned()),
        detection: detection.reason.clone(),
        columns: columns.clone(),
    };
    if tell.blocking_send(begun).is_err() {
        return;
    }
    let mut passed = 0;
    // Places are told in the object, not in what is read of it.
    let moved = |at: u64| shift.map_or(at, |(head, begins)| at.saturating_sub(head).saturating_add(begins));
    while let Some(record) = reader.next_record() {
        if shift.is_some_and(|(head, _)| record.span.start < head) {
            passed += 1;
            continue;
        }
        let mut row = row(&record, &columns);
        if shift.is_some() {
            (row.number, row.line) = (row.number - passed, 0);
            row.span = moved(row.span.start)..moved(row.span.end);
        }
        if tell.blocking_send(Event::Row(row)).is_err() {
            return;
        }
    }
    let report = reader.report();
    let damage = report.damage.as_ref().map(|damage| format!("{} (at byte {})", damage.reason, moved(damage.offset)));
    let _ = tell.blocking_send(Event::Ended { inflated: moved(report.bytes), damage });
}

fn row(record: &Record<'_>, columns: &[String]) -> Row {
    let (time, message, cells, fault) = match &record.outcome {
        Ok(event) => {
            let ecs = event.ecs();
            let cells = columns.iter().map(|path| match ecs.get(path) {
                Some(value) => value.scalar().map_or_else(|| shown(&value.to_json()), shown),
                None => String::new(),
            });
            (event.time.map(|time| time.at), shown(&event.message()), cells.collect(), None)
        }
        Err(fault) => (None, shown(&fault.reason), vec![String::new(); columns.len()], Some(shown(&fault.reason))),
    };
    Row {
        number: record.number,
        line: record.line,
        span: record.span.clone(),
        time,
        raw: Arc::from(record.raw),
        message,
        cells,
        fault,
    }
}

/// Text of a log, cut and made safe to show; its bytes stay with the row.
fn shown(text: &str) -> String {
    let end = text.floor_char_boundary(CELL);
    let cut = if end < text.len() { "…" } else { "" };
    format!("{}{cut}", Shown::new(&text[..end]))
}

/// Bytes that arrive on a channel; says when it has none.
struct Hungry {
    received: mpsc::Receiver<Bytes>,
    chunk: Bytes,
    tell: mpsc::Sender<Event>,
    is_begun: bool,
}

impl Read for Hungry {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            // The first chunk comes unasked.
            if self.is_begun && self.tell.blocking_send(Event::Hungry).is_err() {
                return Err(io::Error::other("nobody reads this object any more"));
            }
            self.is_begun = true;
            match self.received.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
