//! Parquet: numbers, booleans, dates and timestamps as such, everything else as text; zstd, in groups of rows.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field as Column, Schema, TimeUnit};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::search::results::Field;

/// Rows that are encoded together, and cells' bytes of them.
const BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 4 << 20;
/// Encoded bytes of a group of rows, which are held until it is whole.
const GROUP: usize = 24 << 20;

/// A file that is written.
pub(super) struct Parquet<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
    fields: Vec<Field>,
    cells: Vec<Cells>,
    rows: usize,
    bytes: usize,
}

/// The values of a column that are not encoded yet.
enum Cells {
    Text(StringBuilder),
    Whole(Int64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
    Day(Date32Builder),
    Moment(TimestampMicrosecondBuilder),
    /// A moment whose zone is told.
    Instant(TimestampMicrosecondBuilder),
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn new(fields: &[Field], out: W) -> io::Result<Self> {
        let cells: Vec<Cells> = fields.iter().map(|field| Cells::of(&field.kind)).collect();
        let columns = fields.iter().zip(&cells).map(|(field, cells)| Column::new(&field.name, cells.kind(), true));
        let schema = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_created_by("scops".to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::default()));
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties.build())).map_err(plain)?;
        Ok(Self { writer, schema, fields: fields.to_vec(), cells, rows: 0, bytes: 0 })
    }

    pub(super) fn out(&mut self) -> &mut W {
        self.writer.inner_mut()
    }

    /// Adds a row; `number` counts them from 0.
    pub(super) fn row(&mut self, row: &[Option<String>], number: u64) -> io::Result<()> {
        for (column, cells) in self.cells.iter_mut().enumerate() {
            let cell = row.get(column).and_then(Option::as_deref);
            if cells.push(cell).is_none() {
                let (name, kind) = self.fields.get(column).map_or(("", ""), |field| (&field.name, &field.kind));
                let told = format!(
                    "row {}, column {name}: \"{}\" is no {kind} that Parquet holds; write another format, or cast the column to varchar",
                    number + 1,
                    cell.unwrap_or_default()
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, told));
            }
            self.bytes += cell.map_or(1, str::len);
        }
        self.rows += 1;
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES { self.encode() } else { Ok(()) }
    }

    fn encode(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        (self.rows, self.bytes) = (0, 0);
        let columns = self.cells.iter_mut().map(Cells::take).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(plain)?;
        if self.writer.in_progress_size() >= GROUP { self.writer.flush().map_err(plain) } else { Ok(()) }
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.encode()?;
        self.writer.into_inner().map_err(plain)
    }
}

impl Cells {
    /// Of a column of Athena's.
    fn of(kind: &str) -> Self {
        match kind {
            "tinyint" | "smallint" | "int" | "integer" | "bigint" => Self::Whole(Int64Builder::new()),
            "double" | "float" | "real" => Self::Number(Float64Builder::new()),
            "boolean" => Self::Flag(BooleanBuilder::new()),
            "date" => Self::Day(Date32Builder::new()),
            "timestamp" => Self::Moment(TimestampMicrosecondBuilder::new()),
            "timestamp with time zone" => Self::Instant(TimestampMicrosecondBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn kind(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::Utf8,
            Self::Whole(_) => DataType::Int64,
            Self::Number(_) => DataType::Float64,
            Self::Flag(_) => DataType::Boolean,
            Self::Day(_) => DataType::Date32,
            Self::Moment(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
            Self::Instant(_) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// Adds a value; nothing where it is not of the column's type.
    fn push(&mut self, cell: Option<&str>) -> Option<()> {
        match self {
            Self::Text(cells) => cells.append_option(cell),
            Self::Whole(cells) => cells.append_option(read(cell, |text| text.parse().ok())?),
            Self::Number(cells) => cells.append_option(read(cell, |text| text.parse().ok())?),
            Self::Flag(cells) => cells.append_option(read(cell, |text| text.parse().ok())?),
            Self::Day(cells) => cells.append_option(read(cell, day)?),
            Self::Moment(cells) => {
                cells.append_option(read(cell, |text| text.parse::<DateTime>().ok().and_then(in_utc))?);
            }
            Self::Instant(cells) => cells.append_option(read(cell, instant)?),
        }
        Some(())
    }

    fn take(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Whole(cells) => Arc::new(cells.finish()),
            Self::Number(cells) => Arc::new(cells.finish()),
            Self::Flag(cells) => Arc::new(cells.finish()),
            Self::Day(cells) => Arc::new(cells.finish()),
            Self::Moment(cells) => Arc::new(cells.finish()),
            Self::Instant(cells) => Arc::new(cells.finish().with_timezone("UTC")),
        }
    }
}

/// A value, or NULL; nothing where it cannot be read.
#[expect(clippy::option_option, reason = "what is no value is told from NULL")]
fn read<T>(cell: Option<&str>, value: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match cell {
        None => Some(None),
        Some(text) => value(text).map(Some),
    }
}

fn day(text: &str) -> Option<i32> {
    let since = text.parse::<Date>().ok()?.since((Unit::Day, Date::constant(1970, 1, 1))).ok()?;
    Some(since.get_days())
}

fn in_utc(moment: DateTime) -> Option<i64> {
    Some(moment.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

/// `2026-11-23 01:02:03.456 Asia/Tokyo` or `… +09:00`, as Athena writes it, or RFC 3339.
fn instant(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_microsecond());
    }
    let (moment, zone) = text.rsplit_once(' ')?;
    let timestamp = if zone.starts_with(['+', '-']) {
        format!("{moment}{zone}").parse::<Timestamp>().ok()?
    } else {
        moment.parse::<DateTime>().ok()?.to_zoned_datetime(TimeZone::get(zone).ok()?).ok()?.timestamp()
    };
    Some(timestamp.as_microsecond())
}

/// What the file said, not what the library makes of it: who reads our output may have gone.
fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
