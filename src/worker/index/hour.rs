//! The two files of one hour.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, Int64Array, Int64Builder, RecordBatch, StringArray, StringBuilder, TimestampMillisecondArray,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use scops_parser::Value;

use super::spool::Spool;
use crate::worker::columns::{Column, Origin, RECORDS, TERMS, schema};

/// Rows of a page of `terms`: to find a rare term in a file, its footer, its index of pages and one page of the terms are
/// read. Smaller pages make a larger index of them.
const TERM_PAGE: usize = 4_096;
/// Rows of a row group of `terms`: each is told of by every footer.
const TERM_GROUP: usize = 1 << 20;
/// How often a filter of terms is wrong: one file in so many is read for nothing.
const FALSE_POSITIVES: f64 = 0.02;
/// Rows of a page of `records`: what is read of a column for one record.
const RECORD_PAGE: usize = 2_048;
/// Rows of a row group of `records`.
const RECORD_GROUP: usize = 65_536;

/// One record as it goes into both files.
pub(super) struct Row<'r> {
    pub(super) time: Option<Timestamp>,
    pub(super) line: i64,
    pub(super) span: (i64, i64),
    pub(super) message: &'r str,
    pub(super) ecs: &'r Value<'r>,
    pub(super) fields: &'r Value<'r>,
}

/// What all rows of an object share.
pub(super) struct Constant<'c> {
    pub(super) object: &'c str,
    pub(super) version: Option<&'c str>,
    pub(super) source: &'c str,
}

/// The rows of one hour; those not yet flushed lie in builders.
pub(super) struct Hour {
    rows: usize,
    cells: Vec<Cells>,
    records: Option<ArrowWriter<Spool>>,
    terms: Terms,
    term_file: Option<ArrowWriter<Spool>>,
}

/// A column of rows not yet flushed.
enum Cells {
    Text(StringBuilder),
    Whole(Int64Builder),
    Moment(TimestampMillisecondBuilder),
    /// The same in every row; made when flushed.
    Constant,
}

/// Terms not yet flushed. An object says the same few words over and over: each is held once.
#[derive(Default)]
struct Terms {
    words: HashMap<Box<str>, u32>,
    fields: Vec<String>,
    numbers: HashMap<String, u32>,
    /// In the order of the records.
    entries: Vec<Entry>,
}

/// One term of one field of one record.
#[derive(Clone, Copy)]
struct Entry {
    word: u32,
    field: u32,
    time: Option<i64>,
    line: i64,
    start_of_record: i64,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Hour {
    pub(super) fn new() -> Self {
        let cells = RECORDS
            .iter()
            .map(|column| match column.from {
                // An object may touch many hours: builders start small.
                Origin::Time => Cells::Moment(TimestampMillisecondBuilder::with_capacity(0)),
                Origin::Line | Origin::SpanStart | Origin::SpanEnd => Cells::Whole(Int64Builder::with_capacity(0)),
                Origin::Object | Origin::Version | Origin::Source => Cells::Constant,
                _ => Cells::Text(StringBuilder::with_capacity(0, 0)),
            })
            .collect();
        Self { rows: 0, cells, records: None, terms: Terms::default(), term_file: None }
    }

    /// Adds a record; gives the bytes it takes until it is flushed.
    pub(super) fn add(&mut self, row: &Row<'_>) -> usize {
        let mut taken = 0;
        for (column, cells) in RECORDS.iter().zip(&mut self.cells) {
            match (cells, column.from) {
                (Cells::Moment(cells), _) => cells.append_option(row.time.map(Timestamp::as_millisecond)),
                (Cells::Whole(cells), Origin::Line) => cells.append_value(row.line),
                (Cells::Whole(cells), Origin::SpanStart) => cells.append_value(row.span.0),
                (Cells::Whole(cells), _) => cells.append_value(row.span.1),
                (Cells::Text(cells), Origin::Message) => {
                    cells.append_value(row.message);
                    taken += row.message.len();
                }
                (Cells::Text(cells), Origin::Fields) => {
                    let before = cells.values_slice().len();
                    // Into the builder's own buffer; the empty value then ends what was written there.
                    if row.fields.write_json(cells).is_ok() {
                        cells.append_value("");
                    } else {
                        cells.append_null();
                    }
                    taken += cells.values_slice().len() - before;
                }
                (Cells::Text(cells), Origin::Ecs(path)) => {
                    let value = row.ecs.get(path).and_then(Value::scalar);
                    cells.append_option(value);
                    taken += value.map_or(0, str::len);
                }
                (Cells::Text(cells), _) => cells.append_null(),
                (Cells::Constant, _) => {}
            }
            taken += 8;
        }
        self.rows += 1;
        taken
    }

    /// Adds a term of a record; gives the bytes it takes until it is flushed.
    pub(super) fn add_term(&mut self, field: &str, term: &str, row: &Row<'_>) -> usize {
        let field = self.terms.field(field);
        let (word, taken) = self.terms.word(term);
        let time = row.time.map(Timestamp::as_millisecond);
        self.terms.entries.push(Entry { word, field, time, line: row.line, start_of_record: row.span.0 });
        taken + size_of::<Entry>()
    }

    /// Encodes what has been added, as a row group of each file.
    pub(super) fn flush(&mut self, constant: &Constant<'_>) -> Result<(), WriteError> {
        if self.rows > 0 {
            let batch = self.take_records(constant)?;
            let file = open(&mut self.records, batch.schema(), || records_properties(Pages::Many))?;
            file.write(&batch)?;
            file.flush()?;
        }
        if !self.terms.entries.is_empty() {
            let batch = std::mem::take(&mut self.terms).into_batch(constant)?;
            let file = open(&mut self.term_file, batch.schema(), || terms_properties(Pages::Many))?;
            file.write(&batch)?;
            file.flush()?;
        }
        Ok(())
    }

    /// The bytes of the files of records and terms, with what has been added since the last flush.
    pub(super) fn finish(mut self, constant: &Constant<'_>) -> Result<(Spool, Spool), WriteError> {
        let mut batch = self.take_records(constant)?;
        if self.records.is_none() {
            // All rows are here: a column that none of them fills is left out, and read as NULL.
            batch = without_empty(RECORDS, &batch)?;
        }
        let pages = Pages::of_records(batch.num_rows());
        open(&mut self.records, batch.schema(), || records_properties(pages))?.write(&batch)?;
        let batch = std::mem::take(&mut self.terms).into_batch(constant)?;
        let pages = Pages::of_terms(batch.num_rows());
        open(&mut self.term_file, batch.schema(), || terms_properties(pages))?.write(&batch)?;
        Ok((close(self.records)?, close(self.term_file)?))
    }

    fn take_records(&mut self, constant: &Constant<'_>) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        let columns = RECORDS.iter().zip(&mut self.cells).map(|(column, cells)| -> ArrayRef {
            match cells {
                Cells::Text(cells) => Arc::new(cells.finish()),
                Cells::Whole(cells) => Arc::new(cells.finish()),
                Cells::Moment(cells) => Arc::new(cells.finish()),
                Cells::Constant => match column.from {
                    Origin::Object => Arc::new(repeated(Some(constant.object), rows)),
                    Origin::Version => Arc::new(repeated(constant.version, rows)),
                    _ => Arc::new(repeated(Some(constant.source), rows)),
                },
            }
        });
        RecordBatch::try_new(schema(RECORDS), columns.collect())
    }
}

impl Terms {
    /// The number of a field's path.
    fn field(&mut self, field: &str) -> u32 {
        // The fields of records that follow each other are the same few in the same order.
        let last = self.entries.last().map_or(0, |entry| entry.field);
        let near =
            [last, last + 1].into_iter().find(|at| self.fields.get(*at as usize).is_some_and(|name| name == field));
        near.or_else(|| self.numbers.get(field).copied()).unwrap_or_else(|| {
            let number = self.fields.len() as u32;
            self.fields.push(field.to_owned());
            self.numbers.insert(field.to_owned(), number);
            number
        })
    }

    /// The number of a word, and the bytes that it takes where it is new.
    fn word(&mut self, word: &str) -> (u32, usize) {
        if let Some(number) = self.words.get(word) {
            return (*number, 0);
        }
        let number = self.words.len() as u32;
        self.words.insert(word.into(), number);
        (number, word.len() + size_of::<(Box<str>, u32)>())
    }

    /// The entries by term, and within a term in the order of the records: the same for the same records.
    fn into_batch(self, constant: &Constant<'_>) -> Result<RecordBatch, ArrowError> {
        let mut words: Vec<(&str, u32)> = self.words.iter().map(|(word, number)| (&**word, *number)).collect();
        words.sort_unstable();
        let mut counts = vec![0_usize; words.len()];
        for entry in &self.entries {
            counts[entry.word as usize] += 1;
        }
        // Where the entries of each term begin; each that is placed moves it on.
        let mut places = vec![0_usize; words.len()];
        let mut place = 0;
        for (_, number) in &words {
            places[*number as usize] = place;
            place += counts[*number as usize];
        }
        let mut sorted = self.entries.clone();
        for entry in &self.entries {
            let place = &mut places[entry.word as usize];
            sorted[*place] = *entry;
            *place += 1;
        }
        let mut all = StringBuilder::with_capacity(sorted.len(), sorted.len() * 16);
        for (word, number) in &words {
            for _ in 0..counts[*number as usize] {
                all.append_value(word);
            }
        }
        let all = Arc::new(all.finish());
        let columns = TERMS.iter().map(|column| -> ArrayRef {
            match column.from {
                Origin::Term => Arc::<StringArray>::clone(&all),
                Origin::TermField => Arc::new(StringArray::from_iter_values(
                    sorted.iter().map(|entry| &self.fields[entry.field as usize]),
                )),
                Origin::Time => Arc::new(sorted.iter().map(|entry| entry.time).collect::<TimestampMillisecondArray>()),
                Origin::Line => Arc::new(Int64Array::from_iter_values(sorted.iter().map(|entry| entry.line))),
                Origin::SpanStart => {
                    Arc::new(Int64Array::from_iter_values(sorted.iter().map(|entry| entry.start_of_record)))
                }
                Origin::Object => Arc::new(repeated(Some(constant.object), sorted.len())),
                _ => Arc::new(repeated(Some(constant.source), sorted.len())),
            }
        });
        RecordBatch::try_new(schema(TERMS), columns.collect())
    }
}

fn repeated(value: Option<&str>, rows: usize) -> StringArray {
    std::iter::repeat_n(value, rows).collect()
}

/// The file's writer, begun where there is none yet.
fn open(
    file: &mut Option<ArrowWriter<Spool>>,
    schema: SchemaRef,
    properties: impl FnOnce() -> WriterProperties,
) -> Result<&mut ArrowWriter<Spool>, ParquetError> {
    match file {
        Some(writer) => Ok(writer),
        None => Ok(file.insert(writer(Spool::new(), schema, properties())?)),
    }
}

fn close(file: Option<ArrowWriter<Spool>>) -> Result<Spool, WriteError> {
    let mut spool = file.map_or_else(|| Ok(Spool::new()), ArrowWriter::into_inner)?;
    spool.flush()?;
    Ok(spool)
}

/// The rows without the optional columns that none of them fills.
fn without_empty(columns: &[Column], batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let is_filled = |at: &usize| columns[*at].is_required || batch.column(*at).null_count() < batch.num_rows();
    batch.project(&(0..columns.len()).filter(is_filled).collect::<Vec<_>>())
}

/// Writes a file of the index. Arrow's own schema would be a third of a small file's footer, and tells nothing that
/// Parquet's does not.
pub(in crate::worker) fn writer<W: Write + Send>(
    out: W,
    schema: SchemaRef,
    properties: WriterProperties,
) -> Result<ArrowWriter<W>, ParquetError> {
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(out, schema, options)
}

/// How many pages a column of a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::worker) enum Pages {
    /// One: there is nothing to choose by an index of pages, which would be read with every footer.
    One,
    /// Several.
    Many,
}

impl Pages {
    /// Those of so many rows of `records`.
    pub(in crate::worker) fn of_records(rows: usize) -> Self {
        if rows <= RECORD_PAGE { Self::One } else { Self::Many }
    }

    /// Those of so many rows of `terms`.
    pub(in crate::worker) fn of_terms(rows: usize) -> Self {
        if rows <= TERM_PAGE { Self::One } else { Self::Many }
    }
}

/// A column tells its least and greatest value only where rows are sorted by it, or nearly, or all have the same. Of
/// the others that would be read with every footer and prune nothing.
fn properties(pages: Pages, told: &[&str]) -> WriterPropertiesBuilder {
    let (level, has_none) = match pages {
        Pages::One => (EnabledStatistics::Chunk, true),
        Pages::Many => (EnabledStatistics::Page, false),
    };
    let builder = WriterProperties::builder()
        // The library's own version would make bytes depend on more than the object.
        .set_created_by("scops".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(has_none);
    told.iter().fold(builder, |builder, name| builder.set_column_statistics_enabled(ColumnPath::from(*name), level))
}

pub(in crate::worker) fn records_properties(pages: Pages) -> WriterProperties {
    let builder = properties(pages, &["ts"])
        .set_data_page_row_count_limit(RECORD_PAGE)
        .set_write_batch_size(RECORD_PAGE)
        .set_max_row_group_row_count(Some(RECORD_GROUP));
    // Each value is another.
    ["message", "fields"]
        .into_iter()
        .fold(builder, |builder, name| builder.set_column_dictionary_enabled(ColumnPath::from(name), false))
        .build()
}

pub(in crate::worker) fn terms_properties(pages: Pages) -> WriterProperties {
    let term = ColumnPath::from("term");
    let builder = properties(pages, &["term"])
        .set_data_page_row_count_limit(TERM_PAGE)
        .set_write_batch_size(TERM_PAGE)
        .set_max_row_group_row_count(Some(TERM_GROUP))
        .set_column_dictionary_enabled(term.clone(), false)
        .set_sorting_columns(Some(vec![SortingColumn { column_idx: 0, descending: false, nulls_first: false }]));
    match pages {
        // Nearly every file has terms before and after the one that is sought: a filter of a few hundred bytes tells
        // better whether its only page is worth reading.
        Pages::One => builder
            .set_column_bloom_filter_fpp(term.clone(), FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(term, TERM_PAGE as u64)
            .build(),
        // What differs from row to row is read by its page alone: a dictionary would be read with each, and is as long as
        // several.
        Pages::Many => ["ts", "line", "span_start"]
            .into_iter()
            .fold(builder, |builder, name| builder.set_column_dictionary_enabled(ColumnPath::from(name), false))
            .build(),
    }
}
