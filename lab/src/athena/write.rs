//! Rows written as objects of a table: `CREATE TABLE … AS`, `INSERT INTO`, `UNLOAD`.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

use super::catalog::{Column, Storage, TableName};
pub(super) use super::ddl::WriteOptions;
use super::ddl::s3_location;
use super::error::Failure;
use super::functions::cast::encode;
use super::result::texts;
use super::types::HiveType;

/// Rows that one statement may hold on their way, in bytes.
const LIMIT: usize = 1 << 30;
/// Partitions that one statement may write, as on Athena.
const PARTITIONS: usize = 100;

/// What a statement writes to.
#[derive(Debug, Clone)]
pub(super) enum Destination {
    /// A new table. Without rows only the table is made.
    Table { name: TableName, if_not_exists: bool, has_rows: bool, options: WriteOptions },
    /// A table that is there; of these columns, or of all.
    Existing { name: TableName, columns: Vec<String> },
    /// Objects alone.
    Objects { location: String, options: WriteOptions },
}

/// How rows become bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    Parquet(Codec),
    Json { is_gzip: bool },
    Text { delimiter: char, is_gzip: bool },
}

/// An option's one value.
pub(super) fn option<'o>(options: &'o WriteOptions, name: &str) -> Option<&'o str> {
    options.get(name).and_then(|values| values.first()).map(String::as_str)
}

/// Refuses options that the lab would not follow.
pub(super) fn check(options: &WriteOptions, known: &[&str]) -> Result<(), Failure> {
    match options.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(Failure::user(format!(
            "NOT_SUPPORTED: property {name} is not supported here; {} are",
            known.join(", ")
        ))),
        None => Ok(()),
    }
}

impl Format {
    pub(super) fn of(options: &WriteOptions) -> Result<Self, Failure> {
        let format = option(options, "format").unwrap_or("PARQUET").to_uppercase();
        let codec = ["write_compression", "compression", "parquet_compression"];
        let codec = codec.iter().find_map(|name| option(options, name)).map(str::to_uppercase);
        let is_gzip = match codec.as_deref() {
            None | Some("GZIP") => true,
            Some("NONE") => false,
            Some(_) if format == "PARQUET" => false,
            Some(other) => {
                return Err(Failure::user(format!(
                    "NOT_SUPPORTED: compression {other} of {format} is not supported here"
                )));
            }
        };
        Ok(match format.as_str() {
            "PARQUET" => Self::Parquet(match codec.as_deref() {
                None | Some("SNAPPY") => Codec::SNAPPY,
                Some("ZSTD") => Codec::ZSTD(ZstdLevel::default()),
                Some("NONE") => Codec::UNCOMPRESSED,
                Some(other) => {
                    return Err(Failure::user(format!(
                        "NOT_SUPPORTED: compression {other} of PARQUET is not supported here"
                    )));
                }
            }),
            "JSON" => Self::Json { is_gzip },
            "TEXTFILE" => {
                let delimiter = option(options, "field_delimiter").unwrap_or("\u{1}");
                let mut chars = delimiter.chars();
                let (Some(delimiter), None) = (chars.next(), chars.next()) else {
                    return Err(Failure::user(format!("field_delimiter {delimiter:?} is not one character")));
                };
                Self::Text { delimiter, is_gzip }
            }
            other => {
                return Err(Failure::user(format!(
                    "NOT_SUPPORTED: format {other} is not supported here (PARQUET, JSON, TEXTFILE are)"
                )));
            }
        })
    }

    /// How a table that is there is written.
    pub(super) fn of_table(storage: &Storage) -> Result<Self, Failure> {
        match storage.serde.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "parquethiveserde" => Ok(Self::Parquet(Codec::SNAPPY)),
            "jsonserde" => Ok(Self::Json { is_gzip: true }),
            "lazysimpleserde" => {
                let delimiter = storage.serde_properties.get("field.delim").and_then(|text| text.chars().next());
                Ok(Self::Text { delimiter: delimiter.unwrap_or('\u{1}'), is_gzip: true })
            }
            _ => {
                Err(Failure::user(format!("NOT_SUPPORTED: tables of the SerDe {} are not written here", storage.serde)))
            }
        }
    }

    /// The table that reads what this writes.
    pub(super) fn storage(&self, location: String) -> Storage {
        let text =
            ("org.apache.hadoop.mapred.TextInputFormat", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat");
        let (serde, (input, output)) = match self {
            Self::Parquet(_) => (
                "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                (
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                ),
            ),
            Self::Json { .. } => ("org.openx.data.jsonserde.JsonSerDe", text),
            Self::Text { .. } => ("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", text),
        };
        let mut serde_properties = BTreeMap::new();
        if let Self::Text { delimiter, .. } = self {
            serde_properties.insert("field.delim".to_owned(), delimiter.to_string());
        }
        let (serde, input_format, output_format) = (serde.to_owned(), input.to_owned(), output.to_owned());
        Storage { location, serde, serde_properties, input_format, output_format }
    }
}

/// A location that a statement names, with its slash.
pub(super) fn location(text: &str) -> Result<String, Failure> {
    s3_location(text).map_err(Failure::user)
}

/// Rows on their way to objects, by partition.
pub(super) struct Writer {
    format: Format,
    schema: SchemaRef,
    /// The last columns are the partition's.
    partitioned_by: usize,
    parts: HashMap<Vec<String>, Encoder>,
    bytes: usize,
    pub(super) rows: u64,
}

enum Encoder {
    Parquet(Box<ArrowWriter<Vec<u8>>>),
    Lines(Box<GzEncoder<Vec<u8>>>),
    Plain(Vec<u8>),
}

/// One object: the values of its partition, the ending of its name, its bytes.
pub(super) struct Part {
    pub(super) values: Vec<String>,
    pub(super) ending: &'static str,
    pub(super) bytes: Bytes,
}

impl Writer {
    /// Rows of these columns, of which the last `partitioned_by` name the partition.
    pub(super) fn new(format: Format, columns: &[Column], partitioned_by: usize) -> Self {
        let fields = columns.iter().map(|column| Field::new(&column.name, column.kind.arrow(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Self { format, schema, partitioned_by, parts: HashMap::new(), bytes: 0, rows: 0 }
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::user(format!("a row cannot be written: {error}"));
        let columns =
            batch.columns().iter().zip(self.schema.fields()).map(|(column, field)| cast(column, field.data_type()));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(&error))?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| wrong(&error))?;
        self.rows += batch.num_rows() as u64;
        self.bytes += batch.get_array_memory_size();
        if self.bytes > LIMIT {
            return Err(Failure::user(format!(
                "the rows to write are larger than {} MiB, which is the most here: narrow the query",
                LIMIT >> 20
            )));
        }
        let in_files = self.schema.fields().len() - self.partitioned_by;
        let names = batch.columns()[in_files..].iter().map(|column| texts(column));
        let names: Vec<Vec<Option<String>>> = names.collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
        let mut rows: BTreeMap<Vec<String>, Vec<u32>> = BTreeMap::new();
        for row in 0..batch.num_rows() {
            let name =
                |column: &Vec<Option<String>>| column[row].clone().unwrap_or("__HIVE_DEFAULT_PARTITION__".to_owned());
            rows.entry(names.iter().map(name).collect()).or_default().push(row as u32);
        }
        let kept: Vec<usize> = (0..in_files).collect();
        for (values, rows) in rows {
            let part = if self.partitioned_by == 0 {
                batch.clone()
            } else {
                take_record_batch(&batch, &UInt32Array::from(rows)).map_err(|error| wrong(&error))?
            };
            let part = part.project(&kept).map_err(|error| wrong(&error))?;
            if !self.parts.contains_key(&values) {
                if self.parts.len() == PARTITIONS {
                    return Err(Failure::user(format!(
                        "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {PARTITIONS} open writers for partitions/buckets"
                    )));
                }
                let encoder = self.encoder(&part.schema()).map_err(|error| wrong(&error))?;
                self.parts.insert(values.clone(), encoder);
            }
            let Some(encoder) = self.parts.get_mut(&values) else { continue };
            encode_part(encoder, &self.format, &part).map_err(|error| wrong(&error))?;
        }
        Ok(())
    }

    fn encoder(&self, schema: &SchemaRef) -> Result<Encoder, parquet::errors::ParquetError> {
        Ok(match self.format {
            Format::Parquet(codec) => {
                let properties = WriterProperties::builder().set_compression(codec).build();
                Encoder::Parquet(Box::new(ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties))?))
            }
            Format::Json { is_gzip: true } | Format::Text { is_gzip: true, .. } => {
                Encoder::Lines(Box::new(GzEncoder::new(Vec::new(), Compression::default())))
            }
            Format::Json { .. } | Format::Text { .. } => Encoder::Plain(Vec::new()),
        })
    }

    /// The objects.
    pub(super) fn finish(self) -> Result<Vec<Part>, Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::system(format!("the rows cannot be written: {error}"));
        let parts = self.parts.into_iter().map(|(values, encoder)| {
            let (ending, bytes) = match encoder {
                Encoder::Parquet(writer) => ("", writer.into_inner().map_err(|error| wrong(&error))?),
                Encoder::Lines(gz) => (".gz", gz.finish().map_err(|error| wrong(&error))?),
                Encoder::Plain(bytes) => ("", bytes),
            };
            Ok(Part { values, ending, bytes: bytes.into() })
        });
        let mut parts = parts.collect::<Result<Vec<Part>, Failure>>()?;
        parts.sort_by(|a, b| a.values.cmp(&b.values));
        Ok(parts)
    }
}

fn encode_part(encoder: &mut Encoder, format: &Format, batch: &RecordBatch) -> Result<(), Box<dyn std::error::Error>> {
    let lines = match (format, &mut *encoder) {
        (_, Encoder::Parquet(writer)) => return Ok(writer.write(batch)?),
        (Format::Text { delimiter, .. }, _) => text_lines(batch, *delimiter)?,
        _ => json_lines(batch)?,
    };
    match encoder {
        Encoder::Lines(gz) => gz.write_all(lines.as_bytes())?,
        Encoder::Plain(bytes) => bytes.extend_from_slice(lines.as_bytes()),
        Encoder::Parquet(_) => {}
    }
    Ok(())
}

fn text_lines(batch: &RecordBatch, delimiter: char) -> Result<String, Box<dyn std::error::Error>> {
    let columns = batch.columns().iter().map(|column| texts(column)).collect::<Result<Vec<_>, _>>()?;
    let mut out = String::new();
    for row in 0..batch.num_rows() {
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                out.push(delimiter);
            }
            out.push_str(column[row].as_deref().unwrap_or("\\N"));
        }
        out.push('\n');
    }
    Ok(out)
}

fn json_lines(batch: &RecordBatch) -> Result<String, Box<dyn std::error::Error>> {
    let columns = batch.columns().iter().map(|column| encode::values(column, false));
    let mut columns = columns.collect::<datafusion::common::Result<Vec<_>>>()?;
    let mut out = String::new();
    for row in 0..batch.num_rows() {
        let fields = batch.schema_ref().fields().iter().zip(&mut columns);
        let fields = fields.map(|(field, values)| (field.name().clone(), values[row].take()));
        let fields: serde_json::Map<_, _> = fields.filter(|(_, value)| !value.is_null()).collect();
        out.push_str(&serde_json::Value::Object(fields).to_string());
        out.push('\n');
    }
    Ok(out)
}

/// The columns of a query as a table's. `Err`: a type or a name that no table has.
pub(super) fn columns(names: &[String], schema: &SchemaRef) -> Result<Vec<Column>, Failure> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, field) in names.iter().zip(schema.fields()) {
        let name = name.to_lowercase();
        if columns.iter().any(|known| known.name == name) {
            return Err(Failure::user(format!("DUPLICATE_COLUMN_NAME: Column name '{name}' specified more than once")));
        }
        let kind = match field.data_type() {
            DataType::Null => {
                return Err(Failure::user(format!("COLUMN_TYPE_UNKNOWN: Column type is unknown: {name}")));
            }
            DataType::Timestamp(_, Some(_)) => {
                return Err(Failure::user(format!(
                    "NOT_SUPPORTED: Unsupported Hive type: timestamp(3) with time zone (column {name}: CAST it AS timestamp)"
                )));
            }
            kind => HiveType::from_arrow(kind),
        };
        columns.push(Column { name, kind, comment: None });
    }
    Ok(columns)
}
