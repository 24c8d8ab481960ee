//! The rows of many files of one hour as one sorted file, in bounded memory: files are read one after the other, sorted
//! a few dozen MiB at a time, and the sorted runs merged.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, Seek as _};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, BooleanArray, RecordBatch, UInt32Array, new_null_array};
use arrow::compute::{concat_batches, filter_record_batch, interleave_record_batch, take_record_batch};
use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use tempfile::NamedTempFile;

use crate::worker::columns::{Column, RECORDS, TERMS, schema};
use crate::worker::index::{Pages, records_properties, terms_properties, writer};

/// Bytes of rows that are sorted at a time.
const RUN: usize = 64 << 20;
/// Rows that are held of each run while they are merged.
const BATCH: usize = 1_024;
/// Rows that are written at a time.
const OUT: usize = 8_192;

/// One of the two tables of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A row a record, by time.
    Records,
    /// A row a term, by term.
    Terms,
}

impl Table {
    fn columns(self) -> &'static [Column] {
        match self {
            Self::Records => RECORDS,
            Self::Terms => TERMS,
        }
    }

    /// The columns that its rows are sorted by. A file of records is read by time, then by object; one of terms by
    /// term, and within a term in the order of the records.
    fn order(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["ts", "object", "span_start"],
            Self::Terms => &["term", "object", "span_start", "field"],
        }
    }

    /// How a file of so many rows at most is written.
    fn properties(self, rows: usize) -> WriterProperties {
        match self {
            Self::Records => records_properties(Pages::of_records(rows)),
            Self::Terms => terms_properties(Pages::of_terms(rows)),
        }
    }
}

/// Why rows cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// What was read is no Parquet, or cannot be written.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    /// Rows cannot be sorted or cut.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// The disk.
    #[error("a temporary file: {0}")]
    Io(#[from] io::Error),
    /// It is of another table, or of another time of this one.
    #[error("its columns are not those of this version")]
    Columns,
}

/// The URI of the object that a file of the index is of; none where it has no rows.
pub fn object_of(file: &Bytes) -> Result<Option<String>, MergeError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file.clone())?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["object"]);
    let batch = builder.with_projection(mask).with_batch_size(1).build()?.next().transpose()?;
    let object = batch.filter(|batch| batch.num_rows() > 0 && batch.num_columns() == 1);
    Ok(object.and_then(|batch| batch.column(0).as_string_opt::<i32>().map(|objects| objects.value(0).to_owned())))
}

/// The URIs of all objects that a file holds rows of.
pub fn objects_of(file: File) -> Result<HashSet<String>, MergeError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["object"]);
    let mut objects = HashSet::new();
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        let column = batch.columns().first().and_then(|column| column.as_string_opt::<i32>());
        for object in column.ok_or(MergeError::Columns)?.iter().flatten() {
            if !objects.contains(object) {
                objects.insert(object.to_owned());
            }
        }
    }
    Ok(objects)
}

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// A file that is read.
struct Opened {
    batches: Batches,
    /// The columns that it has, by their places.
    present: Vec<usize>,
    /// How many rows it has.
    rows: usize,
}

/// Takes files, and gives one.
pub struct Merger {
    table: Table,
    schema: SchemaRef,
    converter: RowConverter,
    waiting: Vec<RecordBatch>,
    bytes: usize,
    runs: Vec<Batches>,
    /// The columns that one of the files has, by their places.
    present: BTreeSet<usize>,
    /// How many rows the files have.
    rows: usize,
}

impl Merger {
    /// For files of a table.
    pub fn new(table: Table) -> Result<Self, MergeError> {
        let schema = schema(table.columns());
        let fields =
            table.order().iter().map(|name| Ok(SortField::new(schema.field_with_name(name)?.data_type().clone())));
        let converter = RowConverter::new(fields.collect::<Result<_, ArrowError>>()?)?;
        Ok(Self {
            table,
            schema,
            converter,
            waiting: Vec::new(),
            bytes: 0,
            runs: Vec::new(),
            present: BTreeSet::new(),
            rows: 0,
        })
    }

    /// Adds the rows of a file of one object.
    pub fn add(&mut self, file: Bytes) -> Result<(), MergeError> {
        for batch in self.read(file)? {
            let batch = batch?;
            self.bytes += batch.get_array_memory_size();
            self.waiting.push(batch);
            if self.bytes > RUN {
                self.spill()?;
            }
        }
        Ok(())
    }

    /// Adds the rows of a file that is sorted already, but those of these objects.
    pub fn add_sorted(&mut self, file: File, without: HashSet<String>) -> Result<(), MergeError> {
        let batches = self.read(file)?.map(move |batch| {
            let batch = batch?;
            let objects = batch.column_by_name("object").and_then(|column| column.as_string_opt::<i32>());
            let Some(objects) = objects.filter(|_| !without.is_empty()) else { return Ok(batch) };
            let kept: BooleanArray =
                objects.iter().map(|object| object.map(|object| !without.contains(object))).collect();
            filter_record_batch(&batch, &kept)
        });
        self.runs.push(Box::new(batches));
        Ok(())
    }

    /// The rows of a file that is merged.
    fn read(&mut self, file: impl ChunkReader + 'static) -> Result<Batches, MergeError> {
        let Opened { batches, present, rows } = self.open(file)?;
        self.present.extend(present);
        self.rows = self.rows.saturating_add(rows);
        Ok(batches)
    }

    /// The rows of a file, with a column of NULLs for each optional one that it has not.
    fn open(&self, file: impl ChunkReader + 'static) -> Result<Opened, MergeError> {
        let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(BATCH);
        let schema = Arc::clone(&self.schema);
        let mut places = vec![None; schema.fields().len()];
        for (at, field) in reader.schema().fields().iter().enumerate() {
            let (place, known) = schema.column_with_name(field.name()).ok_or(MergeError::Columns)?;
            if known.data_type() != field.data_type() || places[place].replace(at).is_some() {
                return Err(MergeError::Columns);
            }
        }
        let lacks = |(place, field): (&Option<usize>, &FieldRef)| place.is_none() && !field.is_nullable();
        if places.iter().zip(schema.fields()).any(lacks) {
            return Err(MergeError::Columns);
        }
        let present = (0..places.len()).filter(|place| places[*place].is_some()).collect();
        let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(usize::MAX);
        // What the file says beside names and types is not to differ between the inputs.
        let same = move |batch: Result<RecordBatch, ArrowError>| {
            let batch = batch?;
            let column = |(place, field): (&Option<usize>, &FieldRef)| match place {
                Some(at) => Arc::clone(batch.column(*at)),
                None => new_null_array(field.data_type(), batch.num_rows()),
            };
            let columns = places.iter().zip(schema.fields()).map(column).collect();
            RecordBatch::try_new(Arc::clone(&schema), columns)
        };
        Ok(Opened { batches: Box::new(reader.build()?.map(same)), present, rows })
    }

    /// Writes what waits into a temporary file, sorted.
    fn spill(&mut self) -> Result<(), MergeError> {
        let Some(sorted) = self.sorted()? else { return Ok(()) };
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(OUT))
            .build();
        let mut writer = ArrowWriter::try_new(tempfile::tempfile()?, Arc::clone(&self.schema), Some(properties))?;
        writer.write(&sorted)?;
        let mut file = writer.into_inner()?;
        file.rewind()?;
        let run = self.open(file)?;
        self.runs.push(run.batches);
        Ok(())
    }

    /// What waits, sorted; nothing waits afterwards.
    fn sorted(&mut self) -> Result<Option<RecordBatch>, MergeError> {
        self.bytes = 0;
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(None);
        }
        let batch = concat_batches(&self.schema, &waiting)?;
        drop(waiting);
        let rows = self.rows(&batch)?;
        let mut places: Vec<u32> = (0..batch.num_rows() as u32).collect();
        places.sort_unstable_by(|a, b| rows.row(*a as usize).cmp(&rows.row(*b as usize)));
        Ok(Some(take_record_batch(&batch, &UInt32Array::from(places))?))
    }

    fn rows(&self, batch: &RecordBatch) -> Result<Rows, ArrowError> {
        let names = self.table.order().iter();
        let columns: Vec<ArrayRef> = names.filter_map(|name| batch.column_by_name(name).cloned()).collect();
        self.converter.convert_columns(&columns)
    }

    /// The file of all rows, sorted.
    pub fn finish(mut self) -> Result<NamedTempFile, MergeError> {
        if let Some(sorted) = self.sorted()? {
            let slices = (0..sorted.num_rows()).step_by(OUT);
            let slices: Vec<_> = slices.map(|at| sorted.slice(at, OUT.min(sorted.num_rows() - at))).collect();
            self.runs.push(Box::new(slices.into_iter().map(Ok)));
        }
        let mut open = Vec::with_capacity(self.runs.len());
        for batches in std::mem::take(&mut self.runs) {
            open.extend(Run::open(batches, &self)?);
        }
        let present: Vec<usize> = self.present.iter().copied().collect();
        let schema = Arc::new(self.schema.project(&present)?);
        let mut writer = writer(NamedTempFile::new()?, schema, self.table.properties(self.rows))?;
        let mut places: Vec<(usize, usize)> = Vec::with_capacity(OUT);
        while let Some((least, next)) = least(&open) {
            let mut at = open[least].at;
            loop {
                places.push((least, at));
                at += 1;
                let run = &open[least];
                let is_over = at == run.batch.num_rows() || places.len() == OUT;
                let is_beyond = |next: &usize| run.rows.row(at) > open[*next].rows.row(open[*next].at);
                if is_over || next.as_ref().is_some_and(is_beyond) {
                    break;
                }
            }
            open[least].at = at;
            let is_read = at == open[least].batch.num_rows();
            if is_read || places.len() == OUT {
                let batches: Vec<&RecordBatch> = open.iter().map(|run| &run.batch).collect();
                writer.write(&interleave_record_batch(&batches, &places)?.project(&present)?)?;
                places.clear();
            }
            if is_read && !open[least].advance(&self)? {
                open.swap_remove(least);
            }
        }
        Ok(writer.into_inner()?)
    }
}

/// The run whose row comes first, and the one after it.
fn least(open: &[Run]) -> Option<(usize, Option<usize>)> {
    let row = |run: &usize| open[*run].rows.row(open[*run].at);
    let first = (0..open.len()).min_by(|a, b| row(a).cmp(&row(b)))?;
    let others = (0..open.len()).filter(|run| *run != first);
    Some((first, others.min_by(|a, b| row(a).cmp(&row(b)))))
}

/// Sorted rows, as far as they are read.
struct Run {
    batches: Batches,
    batch: RecordBatch,
    rows: Rows,
    at: usize,
}

impl Run {
    fn open(mut batches: Batches, merger: &Merger) -> Result<Option<Self>, MergeError> {
        let Some(batch) = next(&mut batches)? else { return Ok(None) };
        let rows = merger.rows(&batch)?;
        Ok(Some(Self { batches, batch, rows, at: 0 }))
    }

    /// Goes on to the next rows; false at the end.
    fn advance(&mut self, merger: &Merger) -> Result<bool, MergeError> {
        let Some(batch) = next(&mut self.batches)? else { return Ok(false) };
        (self.rows, self.at) = (merger.rows(&batch)?, 0);
        self.batch = batch;
        Ok(true)
    }
}

/// The next rows, where there are any.
fn next(batches: &mut Batches) -> Result<Option<RecordBatch>, ArrowError> {
    batches.find(|batch| batch.as_ref().map_or(true, |batch| batch.num_rows() > 0)).transpose()
}

#[cfg(test)]
mod tests;
