//! A table of the catalog as DataFusion reads it.
//!
//! The provider does the listing itself: it prunes partitions and objects by the query's WHERE before anything is
//! read, adds `"$path"` and its kin where the statement mentions them, and counts every byte that is read.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use super::catalog::{Column, Partition, Storage, Table, TableKind, TableName};
use super::objects::{self, Bounds, Object};
use super::partition::constraint::Constraint;
use super::partition::{self, Folder, Listing};
use crate::store::Store;
use decoder::Decoder;

pub(crate) use parquet::STORE_URL;
pub(crate) use raw::cells::Cells;
pub(crate) use raw::json_value;

mod decoder;
mod parquet;
mod raw;

/// What a query has read so far.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    bytes: AtomicU64,
    skipped: AtomicU64,
}

impl Meter {
    fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn skip(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }

    /// Bytes of objects, as they are stored.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Records that no decoder could read.
    pub(crate) fn skipped(&self) -> u64 {
        self.skipped.load(Ordering::Relaxed)
    }
}

/// Columns about the object that a row comes from. They exist only in statements that mention them, so that
/// `SELECT *` stays as Athena has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hidden {
    Path,
    FileSize,
    FileModified,
}

impl Hidden {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Path, Self::FileSize, Self::FileModified].into_iter().find(|hidden| hidden.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "$path",
            Self::FileSize => "$file_size",
            Self::FileModified => "$file_modified_time",
        }
    }

    fn field(self) -> Field {
        let kind = match self {
            Self::Path => DataType::Utf8,
            Self::FileSize => DataType::Int64,
            Self::FileModified => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        };
        Field::new(self.name(), kind, false)
    }

    fn value(self, object: &Object) -> ScalarValue {
        match self {
            Self::Path => ScalarValue::Utf8(Some(object.uri())),
            Self::FileSize => ScalarValue::Int64(i64::try_from(object.size).ok()),
            Self::FileModified => {
                ScalarValue::TimestampMillisecond(Some(object.arrived.as_millisecond()), Some("UTC".into()))
            }
        }
    }
}

/// An object with the values that its rows get in the partition and hidden columns.
#[derive(Debug, Clone)]
struct Entry {
    object: Object,
    values: Vec<ScalarValue>,
}

/// An external table, for one query.
#[derive(Debug)]
pub(crate) struct LogTable {
    name: TableName,
    store: Store,
    table: Table,
    storage: Storage,
    partitions: Vec<Partition>,
    decoder: Decoder,
    /// Columns that the objects hold.
    in_files: SchemaRef,
    /// Partition columns, then hidden ones: the same for all rows of an object.
    per_object: Vec<FieldRef>,
    hidden: Vec<Hidden>,
    schema: SchemaRef,
    meter: Arc<Meter>,
}

impl LogTable {
    /// Prepares a table for one query that mentions these hidden columns. `Err`: it cannot be read, and why.
    pub(crate) fn new(
        name: TableName,
        store: Store,
        table: &Table,
        hidden: &BTreeSet<Hidden>,
        meter: Arc<Meter>,
    ) -> std::result::Result<Self, String> {
        let TableKind::External { storage, partitions } = &table.kind else {
            return Err(format!("{name} is a view"));
        };
        let decoder = Decoder::of(table, storage).map_err(|what| format!("table {name}: {what}"))?;
        let field = |column: &Column| Arc::new(Field::new(&column.name, column.kind.arrow(), true));
        let hidden: Vec<Hidden> = hidden.iter().copied().collect();
        let in_files: Vec<FieldRef> = table.columns.iter().map(field).collect();
        let per_object: Vec<FieldRef> = table
            .partitioned_by
            .iter()
            .map(field)
            .chain(hidden.iter().map(|hidden| Arc::new(hidden.field())))
            .collect();
        let schema = Schema::new(in_files.iter().chain(&per_object).cloned().collect::<Vec<_>>());
        Ok(Self {
            name,
            store,
            table: Table { kind: table.kind.clone(), ..table.clone() },
            storage: storage.clone(),
            partitions: partitions.clone(),
            decoder,
            in_files: Arc::new(Schema::new(in_files)),
            per_object,
            hidden,
            schema: Arc::new(schema),
            meter,
        })
    }

    fn error(&self, what: impl std::fmt::Display) -> DataFusionError {
        DataFusionError::Execution(format!("table {}: {what}", self.name))
    }

    /// The objects that may hold rows for these filters, and nothing else.
    fn entries(&self, state: &dyn Session, filters: &[Expr]) -> Result<Vec<Entry>> {
        let columns = &self.table.partitioned_by;
        let constraints: Vec<Constraint> =
            columns.iter().map(|column| Constraint::of(&column.name, &column.kind.arrow(), filters)).collect();
        let now = jiff::Timestamp::now();
        let listing = partition::listing(&self.table, &self.storage, &self.partitions, &constraints, now)
            .map_err(DataFusionError::Execution)?;
        let mut entries = Vec::new();
        match listing {
            Listing::Folders(folders) => {
                for (folder, values) in self.wanted(state, filters, folders)? {
                    for object in self.list(&folder.location, &Bounds::default())? {
                        entries.push(Entry { object, values: values.clone() });
                    }
                }
            }
            Listing::Matched { location, bounds, pattern } => {
                for object in self.list(&location, &bounds)? {
                    let Some(texts) = pattern.values(&object.uri()) else { continue };
                    let Some(values) = self.partition_values(&texts) else { continue };
                    entries.push(Entry { object, values });
                }
            }
        }
        for entry in &mut entries {
            entry.values.extend(self.hidden.iter().map(|hidden| hidden.value(&entry.object)));
        }
        let rows: Vec<&[ScalarValue]> = entries.iter().map(|entry| entry.values.as_slice()).collect();
        let mut keep = passing(state, filters, &self.per_object, &rows)?.into_iter();
        entries.retain(|_| keep.next().unwrap_or(true));
        Ok(entries)
    }

    /// The folders whose values pass, so that the others are not even listed.
    fn wanted(
        &self,
        state: &dyn Session,
        filters: &[Expr],
        folders: Vec<Folder>,
    ) -> Result<Vec<(Folder, Vec<ScalarValue>)>> {
        let typed: Vec<(Folder, Vec<ScalarValue>)> = folders
            .into_iter()
            .filter_map(|folder| {
                let values = self.partition_values(&folder.values)?;
                Some((folder, values))
            })
            .collect();
        let fields = &self.per_object[..self.table.partitioned_by.len()];
        let rows: Vec<&[ScalarValue]> = typed.iter().map(|(_, values)| values.as_slice()).collect();
        let keep = passing(state, filters, fields, &rows)?;
        Ok(typed.into_iter().zip(keep).filter_map(|(folder, keep)| keep.then_some(folder)).collect())
    }

    /// Values of a folder in the columns' types. A folder whose name is no value of the type holds no rows.
    fn partition_values(&self, texts: &[String]) -> Option<Vec<ScalarValue>> {
        self.table
            .partitioned_by
            .iter()
            .zip(texts)
            .map(|(column, text)| {
                let kind = column.kind.arrow();
                if text == "__HIVE_DEFAULT_PARTITION__" {
                    return ScalarValue::try_from(&kind).ok();
                }
                let value = ScalarValue::Utf8(Some(text.clone())).cast_to(&kind).ok()?;
                (!value.is_null()).then_some(value)
            })
            .collect()
    }

    fn list(&self, location: &str, bounds: &Bounds) -> Result<Vec<Object>> {
        let (bucket, prefix) = objects::split_uri(location)
            .ok_or_else(|| self.error(format!("location {location:?} is not of the form s3://bucket/prefix/")))?;
        objects::list(&self.store, bucket, prefix, bounds).map_err(|error| self.error(error))
    }
}

/// Which rows pass all the filters that speak of these fields only.
fn passing(state: &dyn Session, filters: &[Expr], fields: &[FieldRef], rows: &[&[ScalarValue]]) -> Result<Vec<bool>> {
    let speaks_of_others = |filter: &Expr| {
        filter.column_refs().iter().any(|column| !fields.iter().any(|field| *field.name() == column.name))
    };
    let usable = filters.iter().filter(|filter| !speaks_of_others(filter) && !filter.column_refs().is_empty()).cloned();
    let Some(filter) = conjunction(usable) else { return Ok(vec![true; rows.len()]) };
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let schema = Arc::new(Schema::new(fields.to_vec()));
    let columns: Vec<ArrayRef> = (0..fields.len())
        .map(|index| ScalarValue::iter_to_array(rows.iter().map(|row| row[index].clone())))
        .collect::<Result<_>>()?;
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let schema = DFSchema::try_from(Schema::clone(&schema))?;
    let verdict = state.create_physical_expr(unqualified(filter)?, &schema)?.evaluate(&batch)?;
    let verdict = verdict.into_array(rows.len())?;
    let verdict = verdict.as_boolean();
    Ok(verdict.iter().map(|passes| passes.unwrap_or(false)).collect())
}

fn has_lambda(filter: &Expr) -> bool {
    use datafusion::common::tree_node::TreeNode;
    filter.exists(|expr| Ok(matches!(expr, Expr::HigherOrderFunction(_)))).unwrap_or(true)
}

/// The expression without the table's name before its columns.
fn unqualified(expr: Expr) -> Result<Expr> {
    use datafusion::common::Column;
    use datafusion::common::tree_node::{Transformed, TreeNode};
    let outcome = expr.transform(|expr| {
        Ok(match expr {
            Expr::Column(column) => Transformed::yes(Expr::Column(Column::new_unqualified(column.name))),
            other => Transformed::no(other),
        })
    })?;
    Ok(outcome.data)
}

#[async_trait]
impl TableProvider for LogTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // All are looked at for pruning; which rows pass is decided by the engine above.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // What goes over arrays is not evaluated outside of the plan that it was made for.
        let filters: Vec<Expr> = filters.iter().filter(|filter| !has_lambda(filter)).cloned().collect();
        let filters = filters.as_slice();
        let entries = self.entries(state, filters)?;
        if entries.is_empty() {
            let schema = match projection {
                Some(projection) => Arc::new(self.schema.project(projection)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let groups = in_groups(entries, state.config().target_partitions());
        match &self.decoder {
            Decoder::Parquet => self.scan_parquet(state, projection, filters, groups),
            Decoder::Records(format) => self.scan_raw(projection, format, groups),
        }
    }
}

/// Deals the objects to as many readers as may run at once, in order.
fn in_groups(entries: Vec<Entry>, count: usize) -> Vec<Vec<Entry>> {
    let count = count.clamp(1, entries.len().max(1));
    let mut groups: Vec<Vec<Entry>> = vec![Vec::new(); count];
    for (index, entry) in entries.into_iter().enumerate() {
        groups[index % count].push(entry);
    }
    groups
}
