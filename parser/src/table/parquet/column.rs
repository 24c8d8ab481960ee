//! One column of a row group: its levels and values, in order, a page at a time.

use super::super::flaw::Flaw;
use super::super::text::Text;
use super::bits::{Hybrid, Levels, width};
use super::page::{Compression, Header, Inflater, PageKind};
use super::schema::Column;
use super::store::Store;
use super::thrift::Broken;
use super::values::{BIT_PACKED, Dictionary, RLE, Values, prefixed};
use crate::limits::{Limits, RATIO_FLOOR};

/// Bytes of a header are read on until there are this many; its statistics may hold long values.
const HEADER_LIMIT: u64 = 1 << 20;

/// Times [`Limits::table`] that the open pages and dictionaries of all columns may take.
const PAGES: usize = 8;

/// Where pages come from, and what they may take.
pub(super) struct Source {
    pub store: Store,
    /// Where the pages end and the footer begins.
    pub end: u64,
    pub limits: Limits,
    inflater: Inflater,
    scratch: Vec<u8>,
    /// Memory that columns hold, and bytes that were inflated in all.
    held: usize,
    inflated: u64,
}

impl Source {
    pub(super) fn new(store: Store, end: u64, limits: Limits) -> Self {
        let (inflater, scratch) = (Inflater::default(), Vec::new());
        Source { store, end, limits, inflater, scratch, held: 0, inflated: 0 }
    }

    /// What may still be held.
    fn room(&self) -> usize {
        self.limits.table.saturating_mul(PAGES).saturating_sub(self.held)
    }

    /// The header at `at`.
    fn header(&mut self, at: u64) -> Result<Header, Flaw> {
        let mut size = 128;
        loop {
            let bytes = self.store.bytes(at, size.min(self.end.saturating_sub(at)), &mut self.scratch)?;
            let is_all = (bytes.len() as u64) < size || size == HEADER_LIMIT;
            match Header::read(bytes) {
                Err(Broken::Cut) if !is_all => size = (size * 16).min(HEADER_LIMIT),
                Err(Broken::Cut) => return Err(Flaw::from("the header of a page is cut off")),
                Err(broken) => return Err(broken.into()),
                Ok(header) => return Ok(header),
            }
        }
    }

    /// Puts a page into `page`, inflated.
    fn page(&mut self, at: u64, header: &Header, codec: Compression, page: &mut Vec<u8>) -> Result<(), Flaw> {
        if at + header.stored > self.end {
            return Err(Flaw::from("a page is longer than the object"));
        }
        if header.inflated > self.room() as u64 || header.stored > self.room() as u64 {
            return Err(Flaw::limit("a page takes too much memory"));
        }
        self.inflated += header.inflated;
        if self.inflated > RATIO_FLOOR && self.inflated / self.store.length().max(1) > self.limits.ratio {
            return Err(Flaw::limit(format!("pages inflate more than {} times", self.limits.ratio)));
        }
        let stored = self.store.bytes(at, header.stored, &mut self.scratch)?;
        if let Some(wanted) = header.checksum {
            let mut checksum = flate2::Crc::new();
            checksum.update(stored);
            if checksum.sum() != wanted {
                return Err(Flaw::from("the checksum of a page does not match"));
            }
        }
        // Levels of the second version stand in front, not compressed.
        let levels = match header.kind {
            PageKind::DataV2 => header.repetition_length.saturating_add(header.definition_length),
            _ => 0,
        };
        let levels = usize::try_from(levels).ok().filter(|levels| *levels <= stored.len());
        let levels = levels.filter(|levels| *levels as u64 <= header.inflated);
        let (levels, values) = stored.split_at(levels.ok_or("levels are longer than their page")?);
        page.clear();
        page.shrink_to(header.inflated as usize);
        page.extend_from_slice(levels);
        let codec = if header.is_compressed { codec } else { Compression::None };
        self.inflater.inflate(codec, values, header.inflated as usize - levels.len(), page)
    }
}

/// Where a column is read.
#[derive(Debug)]
pub(super) struct Cursor {
    codec: Compression,
    /// The next page.
    at: u64,
    /// Levels that no page read so far holds, and those left of the page.
    left: u64,
    page_left: u64,
    page: Vec<u8>,
    repetitions: Levels,
    definitions: Levels,
    values: Values,
    dictionary: Dictionary,
    /// The levels of the next value, once they were asked for: repetition, definition.
    next: Option<(u32, u32)>,
    held: usize,
}

impl Cursor {
    /// Reads a column of `count` levels whose pages begin at `at`.
    pub(super) fn new(codec: Compression, at: u64, count: u64) -> Self {
        Cursor {
            codec,
            at,
            left: count,
            page_left: 0,
            page: Vec::new(),
            repetitions: Levels::None,
            definitions: Levels::None,
            values: Values::None,
            dictionary: Dictionary::default(),
            next: None,
            held: 0,
        }
    }

    /// Gives its memory back.
    pub(super) fn close(&mut self, source: &mut Source) {
        source.held -= self.held;
        self.held = 0;
        self.page = Vec::new();
        self.dictionary = Dictionary::default();
    }

    /// The repetition and definition levels of the next value; nothing behind the last one.
    #[inline]
    pub(super) fn levels(&mut self, column: &Column, source: &mut Source) -> Result<Option<(u32, u32)>, Flaw> {
        if self.next.is_none() {
            while self.page_left == 0 {
                if self.left == 0 {
                    return Ok(None);
                }
                self.turn(column, source)?;
            }
            self.page_left -= 1;
            let levels = (self.repetitions.next(&self.page)?, self.definitions.next(&self.page)?);
            if levels.0 > column.repeated || levels.1 > column.defined {
                return Err(Flaw::from("a level is higher than the schema allows"));
            }
            self.next = Some(levels);
        }
        Ok(self.next)
    }

    /// The definition level of the next value, which must be there.
    #[inline]
    pub(super) fn defined(&mut self, column: &Column, source: &mut Source) -> Result<u32, Flaw> {
        let levels = self.levels(column, source)?;
        levels.map(|levels| levels.1).ok_or_else(|| Flaw::from("it has fewer values than rows"))
    }

    /// Writes the next value, or null.
    #[inline]
    pub(super) fn write(&mut self, column: &Column, source: &mut Source, text: &mut Text) -> Result<(), Flaw> {
        let defined = self.defined(column, source)?;
        self.next = None;
        if defined < column.defined {
            text.null();
            return Ok(());
        }
        self.values.write(&self.page, &self.dictionary, column, text)
    }

    /// Passes over a level that has no value.
    pub(super) fn pass(&mut self, column: &Column, source: &mut Source) -> Result<(), Flaw> {
        if self.defined(column, source)? == column.defined {
            return Err(Flaw::from("it has a value where its group has none"));
        }
        self.next = None;
        Ok(())
    }

    /// Turns to the next page; a dictionary is kept for those that follow.
    fn turn(&mut self, column: &Column, source: &mut Source) -> Result<(), Flaw> {
        let header = source.header(self.at)?;
        let at = self.at + header.length as u64;
        self.at = at.saturating_add(header.stored);
        source.held -= self.held;
        self.held = self.dictionary.size();
        source.held += self.held;
        match header.kind {
            PageKind::Other => return Ok(()),
            PageKind::Dictionary => {
                source.page(at, &header, self.codec, &mut self.page)?;
                let room = source.room().saturating_sub(self.page.capacity());
                let limit = source.limits.record;
                let count = usize::try_from(header.count).unwrap_or(usize::MAX);
                self.dictionary = Dictionary::read(&self.page, count, column, limit, room)?;
            }
            PageKind::Data | PageKind::DataV2 => {
                source.page(at, &header, self.codec, &mut self.page)?;
                self.begin(&header, column)?;
            }
        }
        source.held -= self.held;
        self.held = self.page.capacity() + self.dictionary.size();
        source.held += self.held;
        Ok(())
    }

    /// Begins with the data page that was just read.
    fn begin(&mut self, header: &Header, column: &Column) -> Result<(), Flaw> {
        self.left = self.left.checked_sub(header.count).ok_or("its pages have more values than it counts")?;
        self.page_left = header.count;
        let end = self.page.len();
        let mut at = 0;
        if header.kind == PageKind::DataV2 {
            let first = header.repetition_length as usize;
            let second = first + header.definition_length as usize;
            self.repetitions = hybrid(0, first, column.repeated)?;
            self.definitions = hybrid(first, second, column.defined)?;
            at = second;
        } else {
            (self.repetitions, at) = levels(&self.page, at, header.repetition_encoding, column.repeated, header.count)?;
            (self.definitions, at) = levels(&self.page, at, header.definition_encoding, column.defined, header.count)?;
        }
        self.values = if at == end { Values::None } else { Values::new(&self.page, at, header.encoding, column)? };
        Ok(())
    }
}

fn hybrid(at: usize, end: usize, max: u32) -> Result<Levels, Flaw> {
    Ok(if max == 0 { Levels::None } else { Levels::Hybrid(Hybrid::new(at, end, width(max))?) })
}

/// The levels that begin at `at`, and where they end.
fn levels(page: &[u8], at: usize, encoding: i64, max: u32, count: u64) -> Result<(Levels, usize), Flaw> {
    match encoding {
        _ if max == 0 => Ok((Levels::None, at)),
        RLE => {
            let (from, end) = prefixed(page, at, page.len())?;
            Ok((hybrid(from, end, max)?, end))
        }
        BIT_PACKED => {
            let size = count.saturating_mul(u64::from(width(max))).div_ceil(8);
            let end = (at as u64).saturating_add(size);
            let end = usize::try_from(end).ok().filter(|end| *end <= page.len());
            let end = end.ok_or("levels are longer than their page")?;
            Ok((Levels::Packed { bit: at * 8, end, width: width(max) }, end))
        }
        _ => Err(Flaw::unsupported("levels have an encoding that is not read")),
    }
}
