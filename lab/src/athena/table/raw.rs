//! Raw logs: objects read record by record with the shared parser, decoded to the columns that the query needs.

use std::io::{self, Read};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};
use bytes::{Buf, Bytes};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::stream::RecordBatchReceiverStream;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use datafusion::physical_plan::{ExecutionPlan, SendableRecordBatchStream};
use scops_parser::{Options, Reader};
use tokio::sync::mpsc::Sender;

use super::decoder::RecordFormat;
use super::{Entry, LogTable, Meter};
use crate::athena::objects::Object;
use crate::store::Store;
use rows::{Rows, RowsOf};

pub(super) mod cells;
mod rows;
mod whole;

pub(crate) use whole::json_value;

/// Rows that are handed on at once.
const BATCH_ROWS: usize = 4_096;
/// Bytes of records after which a batch is handed on early.
const BATCH_BYTES: usize = 8 << 20;
/// Bytes read from an object at once.
const CHUNK: u64 = 4 << 20;

impl LogTable {
    pub(super) fn scan_raw(
        &self,
        projection: Option<&Vec<usize>>,
        format: &RecordFormat,
        groups: Vec<Vec<Entry>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = RowsOf::new(&self.table, &self.storage, format).map_err(|what| self.error(what))?;
        let wanted: Vec<usize> = match projection {
            Some(projection) => projection.clone(),
            None => (0..self.schema.fields().len()).collect(),
        };
        let scan = Arc::new(Scan {
            store: self.store.clone(),
            meter: Arc::clone(&self.meter),
            rows,
            in_files: Arc::clone(&self.in_files),
            schema: Arc::new(self.schema.project(&wanted)?),
            wanted,
        });
        let partitions = groups.into_iter().map(|entries| {
            let stream: Arc<dyn PartitionStream> = Arc::new(Group { scan: Arc::clone(&scan), entries });
            stream
        });
        let schema = Arc::clone(&scan.schema);
        Ok(Arc::new(StreamingTableExec::try_new(schema, partitions.collect(), None, [], false, None)?))
    }
}

/// What all groups of a scan share.
#[derive(Debug)]
struct Scan {
    store: Store,
    meter: Arc<Meter>,
    rows: RowsOf,
    in_files: SchemaRef,
    /// The columns that the query needs, and which of the table's they are.
    schema: SchemaRef,
    wanted: Vec<usize>,
}

/// Objects that one reader reads one after the other.
#[derive(Debug)]
struct Group {
    scan: Arc<Scan>,
    entries: Vec<Entry>,
}

impl PartitionStream for Group {
    fn schema(&self) -> &SchemaRef {
        &self.scan.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut builder = RecordBatchReceiverStream::builder(Arc::clone(&self.scan.schema), 2);
        let sender = builder.tx();
        let scan = Arc::clone(&self.scan);
        let entries = self.entries.clone();
        builder.spawn_blocking(move || {
            for entry in &entries {
                if !scan.read(entry, &sender)? {
                    break;
                }
            }
            Ok(())
        });
        builder.build()
    }
}

impl Scan {
    /// Reads one object. `false`: nobody wants more, because the query ended or was cancelled.
    fn read(&self, entry: &Entry, sender: &Sender<Result<RecordBatch>>) -> Result<bool> {
        let Entry { object, values } = entry;
        let failed = |what: &dyn std::fmt::Display| DataFusionError::Execution(format!("{}: {what}", object.uri()));
        let options = Options {
            key: Some(object.key.clone()),
            format: self.rows.parser(),
            arrived: Some(object.arrived),
            ..Options::default()
        };
        let columns = self.wanted.iter().copied().filter(|column| *column < self.in_files.fields().len());
        let columns: Vec<usize> = columns.collect();
        let mut input = ObjectStream::new(self.store.clone(), object.clone(), Arc::clone(&self.meter));
        if let Some(rows) = self.at_once(&mut input, &columns).map_err(|error| failed(&error))? {
            return self.send(rows, values, sender).map_err(|error| failed(&error));
        }
        let mut reader = Reader::new(input, options);
        let mut rows: Rows<'_> = self.rows.start(&self.in_files, &columns);
        let mut bytes = 0;
        while let Some(record) = reader.next_record() {
            bytes += record.raw.len();
            if !rows.push(&record) {
                self.meter.skip();
            }
            if rows.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
                bytes = 0;
                let batch = self.batch(&mut rows, values).map_err(|error| failed(&error))?;
                if sender.blocking_send(Ok(batch)).is_err() {
                    return Ok(false);
                }
            } else if sender.is_closed() {
                return Ok(false);
            }
        }
        self.send(rows, values, sender).map_err(|error| failed(&error))
    }

    /// The rows of an object that [`whole`] can read. What it cannot read is left to be read from `input`.
    fn at_once(&self, input: &mut ObjectStream, columns: &[usize]) -> Result<Option<Rows<'_>>> {
        let Some((layout, names)) = self.rows.whole(columns).filter(|_| input.object.size <= CHUNK) else {
            return Ok(None);
        };
        input.fill()?;
        let Some(text) = whole::inflated(&input.chunk) else { return Ok(None) };
        let mut rows = self.rows.start(&self.in_files, columns);
        Ok(whole::read(&text, layout, &names, &mut |values| rows.push_values(values)).map(|()| rows))
    }

    /// Hands on the last rows of an object. `false`: nobody wants more.
    fn send(&self, mut rows: Rows<'_>, values: &[ScalarValue], sender: &Sender<Result<RecordBatch>>) -> Result<bool> {
        if rows.len() == 0 {
            return Ok(!sender.is_closed());
        }
        let batch = self.batch(&mut rows, values)?;
        Ok(sender.blocking_send(Ok(batch)).is_ok())
    }

    /// The rows so far with the columns in the order that the query wants them.
    fn batch(&self, rows: &mut Rows<'_>, values: &[ScalarValue]) -> Result<RecordBatch> {
        let count = rows.len();
        let mut decoded = rows.finish()?.into_iter();
        let in_files = self.in_files.fields().len();
        let columns = self
            .wanted
            .iter()
            .map(|column| match column.checked_sub(in_files) {
                Some(constant) => values[constant].to_array_of_size(count),
                None => decoded
                    .next()
                    .ok_or_else(|| DataFusionError::Internal("fewer columns decoded than wanted".to_owned())),
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

/// An object's bytes from the store, a few MiB at a time, counted as they come.
struct ObjectStream {
    store: Store,
    object: Object,
    meter: Arc<Meter>,
    at: u64,
    chunk: Bytes,
}

impl ObjectStream {
    fn new(store: Store, object: Object, meter: Arc<Meter>) -> Self {
        Self { store, object, meter, at: 0, chunk: Bytes::new() }
    }
}

impl ObjectStream {
    /// Reads on where nothing is at hand.
    fn fill(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() && self.at < self.object.size {
            let Object { bucket, key, version, size, .. } = &self.object;
            let end = (*size).min(self.at + CHUNK);
            self.chunk =
                self.store.get(bucket, key, version.as_deref(), Some(self.at..end)).map_err(io::Error::other)?;
            self.meter.add(self.chunk.len() as u64);
            self.at = end;
        }
        Ok(())
    }
}

impl Read for ObjectStream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let count = self.chunk.len().min(out.len());
        out[..count].copy_from_slice(&self.chunk[..count]);
        self.chunk.advance(count);
        Ok(count)
    }
}

/// The schema of some columns, for the builders.
fn fields_of(schema: &Schema, columns: &[usize]) -> Vec<arrow::datatypes::FieldRef> {
    columns.iter().map(|column| Arc::clone(&schema.fields()[*column])).collect()
}
