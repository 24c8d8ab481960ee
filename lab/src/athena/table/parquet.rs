//! Parquet objects: read by ranges from the store, each range counted.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfigBuilder, ParquetFileReaderFactory, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};

use super::{Entry, LogTable, Meter, unqualified};
use crate::athena::objects::Object;
use crate::store::Store;

/// DataFusion wants a URL and an object store for it; the readers below never ask that store.
pub(crate) const STORE_URL: &str = "scops://lab";

impl LogTable {
    pub(super) fn scan_parquet(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        groups: Vec<Vec<Entry>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let readers = Readers { store: self.store.clone(), meter: Arc::clone(&self.meter) };
        let schema =
            TableSchema::builder(Arc::clone(&self.in_files)).with_table_partition_cols(self.per_object.clone()).build();
        let mut source = ParquetSource::new(schema)
            .with_parquet_file_reader_factory(Arc::new(readers))
            .with_enable_page_index(true)
            // Columns that only the SELECT list needs are read for the pages that passed the WHERE.
            .with_pushdown_filters(true);
        if let Some(filter) = conjunction(filters.iter().cloned()) {
            let schema = DFSchema::try_from(self.schema.as_ref().clone())?;
            source = source.with_predicate(state.create_physical_expr(unqualified(filter)?, &schema)?);
        }
        let groups = groups.into_iter().map(|group| group.into_iter().map(file).collect::<FileGroup>());
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::parse(STORE_URL)?, Arc::new(source))
            .with_file_groups(groups.collect())
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The file's path only has to be its own; the object itself rides along, since a path cannot hold every key.
fn file(entry: Entry) -> PartitionedFile {
    let path: String = percent_encoding::utf8_percent_encode(
        &format!("{}/{}", entry.object.bucket, entry.object.key),
        percent_encoding::NON_ALPHANUMERIC,
    )
    .collect();
    PartitionedFile::new(path, entry.object.size).with_partition_values(entry.values).with_extension(entry.object)
}

#[derive(Debug)]
struct Readers {
    store: Store,
    meter: Arc<Meter>,
}

impl ParquetFileReaderFactory for Readers {
    fn create_reader(
        &self,
        _partition: usize,
        file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        _metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let object = file
            .extension::<Object>()
            .cloned()
            .ok_or_else(|| DataFusionError::Internal(format!("parquet file {} without its object", file.path())))?;
        Ok(Box::new(ObjectReader { store: self.store.clone(), meter: Arc::clone(&self.meter), object }))
    }
}

/// One object, read by ranges.
struct ObjectReader {
    store: Store,
    meter: Arc<Meter>,
    object: Object,
}

impl ObjectReader {
    fn read(&self, range: Range<u64>) -> parquet::errors::Result<Bytes> {
        let Object { bucket, key, version, .. } = &self.object;
        let bytes = self
            .store
            .get(bucket, key, version.as_deref(), Some(range))
            .map_err(|error| ParquetError::External(Box::new(error)))?;
        self.meter.add(bytes.len() as u64);
        Ok(bytes)
    }
}

impl AsyncFileReader for ObjectReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        // A read from the local disk is shorter than a trip to another thread; queries have threads of their own.
        std::future::ready(self.read(range)).boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        let policy = options.map_or(PageIndexPolicy::Skip, ArrowReaderOptions::column_index_policy);
        let size = self.object.size;
        let uri = self.object.uri();
        async move {
            ParquetMetaDataReader::new()
                .with_page_index_policy(policy)
                .load_and_finish(self, size)
                .await
                .map(Arc::new)
                .map_err(|error| ParquetError::General(format!("{uri} is not readable Parquet: {error}")))
        }
        .boxed()
    }
}
