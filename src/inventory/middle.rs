//! Reading an object from its middle, where its bytes allow that: lines of UTF-8 that nothing compresses.
//!
//! What is read is the object's first lines, which tell the format and bear headers, and then the lines from some byte on.
//! A time is found by halving, a few KiB at a time, which supposes that records are mostly in the order of their times.
//! Of anything else (gzip, zstd, Parquet, records over several lines) no byte tells where a record begins: that is read
//! from its beginning.

use std::io::Read;

use bytes::{Buf as _, Bytes, BytesMut};
use scops_parser::{Codec, Encoding, Framing, Options, Reader};

use crate::app::records::Goal;
use crate::app::request::Trouble;
use crate::aws::Aws;
use crate::domain::{ByteSize, Object};

/// Objects below this size are read from their beginning.
const SMALL: u64 = 4 << 20;
/// Bytes of the first lines that are kept.
const HEAD: usize = 16 << 10;
/// Bytes that are looked at for a time.
const PROBE: u64 = 64 << 10;
/// How near the place is come to by halving.
const NEAR: u64 = 1 << 20;
/// Bytes that are read before the end, or before a place.
const BEFORE: u64 = 256 << 10;

/// An object from one of its lines on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Middle {
    /// The object's first lines.
    pub head: Bytes,
    /// The byte that the line begins at.
    pub begins: u64,
}

impl Middle {
    /// The object from the line that begins at a byte; none where the object cannot be read so.
    pub async fn at(aws: &Aws, object: &Object, options: &Options, begins: u64) -> Result<Option<Self>, Trouble> {
        Ok(head(aws, object, options).await?.map(|head| Self { head, begins }))
    }

    /// The object from a line before a place on; none where the object cannot be read so, or is small.
    pub async fn before(aws: &Aws, object: &Object, options: &Options, goal: Goal) -> Result<Option<Self>, Trouble> {
        if object.size.bytes() < SMALL {
            return Ok(None);
        }
        let Some(head) = head(aws, object, options).await? else { return Ok(None) };
        let size = object.size.bytes();
        let place = match goal {
            Goal::End => size.saturating_sub(BEFORE),
            Goal::Place(seek) => seek.start.min(size).saturating_sub(BEFORE),
            Goal::Time(time) => {
                let (mut low, mut high) = (head.len() as u64, size);
                while high - low > NEAR {
                    let middle = low + (high - low) / 2;
                    match probe(aws, object, options, &head, middle).await? {
                        Some(at) if at < time => low = middle,
                        Some(_) => high = middle,
                        None => return Ok(None),
                    }
                }
                low.saturating_sub(BEFORE)
            }
        };
        if place <= head.len() as u64 {
            return Ok(None);
        }
        // The byte before tells whether a line begins here.
        let bytes = get(aws, object, place - 1, PROBE).await?;
        let begins = line_after(&bytes).map(|at| place - 1 + at as u64);
        Ok(begins.map(|begins| Self { head, begins }))
    }

    /// The first lines, and what follows from the middle.
    pub fn chain<R: Read>(&self, rest: R) -> impl Read + use<R> {
        self.head.clone().reader().chain(rest)
    }

    /// How many records the first lines hold, which are not those that are wanted.
    pub fn records(&self, options: &Options) -> u64 {
        let mut reader = Reader::new(&self.head[..], Options { size: None, ..options.clone() });
        let mut count = 0;
        while reader.next_record().is_some() {
            count += 1;
        }
        count
    }
}

async fn get(aws: &Aws, object: &Object, start: u64, count: u64) -> Result<Bytes, Trouble> {
    let range = start..(start + count).min(object.size.bytes());
    let body = aws.get(&object.id, Some(range), Some(&object.etag)).await?;
    Ok(body.collect(ByteSize(count)).await?.0)
}

/// Where the first line behind these bytes' first line end begins.
fn line_after(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n').map(|at| at + 1)
}

/// The object's first lines, where all of it is such lines.
async fn head(aws: &Aws, object: &Object, options: &Options) -> Result<Option<Bytes>, Trouble> {
    if object.size.bytes() <= PROBE {
        return Ok(None);
    }
    let mut bytes = get(aws, object, 0, PROBE).await?;
    let mut reader = Reader::new(&bytes[..], Options { partial: true, size: None, ..options.clone() });
    let detection = reader.detection();
    let is_lines = matches!(detection.framing, Framing::Lines | Framing::JsonLines);
    let is_plain = detection.codec == Codec::Plain && detection.format.is_some();
    let has_records = reader.next_record().is_some();
    let report = reader.report();
    let is_text = report.encoding == Encoding::Utf8 && report.container.is_none();
    let end = bytes[..bytes.len().min(HEAD)].iter().rposition(|byte| *byte == b'\n');
    Ok(end.filter(|_| is_lines && is_plain && is_text && has_records).map(|end| bytes.split_to(end + 1)))
}

/// The first time that the records from a byte on tell.
async fn probe(
    aws: &Aws,
    object: &Object,
    options: &Options,
    head: &Bytes,
    at: u64,
) -> Result<Option<jiff::Timestamp>, Trouble> {
    let bytes = get(aws, object, at, PROBE).await?;
    let Some(line) = line_after(&bytes) else { return Ok(None) };
    let mut all = BytesMut::from(&head[..]);
    all.extend_from_slice(&bytes[line..]);
    let mut reader = Reader::new(&all[..], Options { partial: true, size: None, ..options.clone() });
    while let Some(record) = reader.next_record() {
        let time = record.outcome.as_ref().ok().and_then(|event| event.time);
        if record.span.start >= head.len() as u64
            && let Some(time) = time
        {
            return Ok(Some(time.at));
        }
    }
    Ok(None)
}
