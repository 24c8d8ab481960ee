//! Running a query: the tables it names, DataFusion over them, the rows it gives.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::{CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, TableProvider};
use datafusion::common::DataFusionError;
use datafusion::datasource::view::ViewTable;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::object_store::memory::InMemory;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionConfig;
use datafusion::sql::parser::Statement;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::catalog::{Catalog, TableKind, TableName};
use super::error::Failure;
use super::functions;
use super::sql::{self, Names, Prepared, Query};
use super::stop;
use super::table::{Hidden, LogTable, Meter, STORE_URL};
use crate::store::Store;

pub(crate) mod failure;
mod mismatch;

/// Bytes that sorts and joins may put on disk.
const SPILL: u64 = 4 << 30;
/// Views inside views inside views.
const VIEW_DEPTH: usize = 16;

/// What all queries share: memory, and where they may spill.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    runtime: Arc<RuntimeEnv>,
    readers: usize,
}

/// One query's view of the world.
pub(crate) struct Session<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) store: &'a Store,
    pub(crate) catalog: &'a Catalog,
    pub(crate) database: &'a str,
    pub(crate) meter: Arc<Meter>,
    pub(crate) cancel: &'a CancellationToken,
}

/// A query's rows, as they come.
pub(crate) struct Rows {
    pub(crate) names: Names,
    pub(crate) schema: SchemaRef,
    pub(crate) stream: SendableRecordBatchStream,
}

impl Engine {
    /// An engine that spills under `folder`, reads with `readers` at once, and lets all queries together hold `memory`
    /// bytes.
    pub(crate) fn new(folder: &Path, readers: usize, memory: usize) -> Result<Self, DataFusionError> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
            .with_temp_file_path(folder.join("spill"))
            .with_max_temp_directory_size(SPILL)
            .build_arc()?;
        let url = url::Url::parse(STORE_URL).map_err(|error| DataFusionError::External(Box::new(error)))?;
        runtime.register_object_store(&url, Arc::new(InMemory::new()));
        Ok(Self { runtime, readers })
    }

    fn state(&self, database: &str) -> SessionState {
        let mut config = SessionConfig::new()
            .with_target_partitions(self.readers)
            .with_default_catalog_and_schema("awsdatacatalog", database)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false)
            // A file that is cut in two has its footer read, and counted, twice.
            .with_repartition_file_scans(false);
        let options = config.options_mut();
        // Trino: NULLs come last whatever the direction.
        "nulls_last".clone_into(&mut options.sql_parser.default_null_ordering);
        options.sql_parser.map_string_types_to_utf8view = false;
        // Trino: `1.5` is a decimal, `1.5e0` a double.
        options.sql_parser.parse_float_as_decimal = true;
        // `now()` has a zone.
        options.execution.time_zone = Some("UTC".to_owned());
        // Errors tell the place of a column.
        options.sql_parser.collect_spans = true;
        // It leaves the variables of lambdas pointing at columns that have moved.
        options.optimizer.enable_leaf_expression_pushdown = false;
        options.execution.parquet.pushdown_filters = true;
        options.execution.parquet.reorder_filters = true;
        let mut state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&self.runtime))
            .with_default_features()
            .with_scalar_functions(functions::scalars().into_iter().map(Arc::new).collect())
            .build();
        // From here on it is "now" for all of the query.
        state.mark_start_execution();
        state
    }
}

impl Session<'_> {
    /// Plans the query and starts it. Nothing is read before the stream is polled, but for listings.
    pub(crate) async fn start(&self, query: Query, parameters: &[String]) -> Result<Rows, Failure> {
        let prepared = query.prepare(parameters).map_err(failure::refused)?;
        let state = self.engine.state(self.database);
        let logical = self.planned(&state, &prepared, self.database, 0).await;
        let logical = logical.map_err(|error| failure::of(&error, Some(&prepared.statement)))?;
        mismatch::check(&logical).map_err(|error| failure::of(&error, None))?;
        let plan = state.create_physical_plan(&logical).await.and_then(|plan| stop::stoppable(plan, self.cancel));
        let plan = plan.map_err(|error| failure::of(&error, Some(&prepared.statement)))?;
        // Of the plan, a field of JSON may have lost that it is one.
        let schema = Arc::clone(logical.schema().inner());
        let stream = execute_stream(plan, state.task_ctx()).map_err(|error| failure::of(&error, None))?;
        Ok(Rows { names: prepared.names, schema, stream })
    }

    /// The logical plan of a statement whose unqualified names are of `database`.
    fn planned<'b>(
        &'b self,
        state: &'b SessionState,
        prepared: &'b Prepared,
        database: &'b str,
        depth: usize,
    ) -> BoxFuture<'b, Result<datafusion::logical_expr::LogicalPlan, DataFusionError>> {
        Box::pin(async move {
            if depth > VIEW_DEPTH {
                return Err(DataFusionError::Plan(format!("views are nested deeper than {VIEW_DEPTH}")));
            }
            let catalog = MemoryCatalogProvider::new();
            for parts in sql::relations(&prepared.statement) {
                let (schema, table) = match parts.as_slice() {
                    [table] => (database, table.as_str()),
                    [schema, table] => (schema.as_str(), table.as_str()),
                    _ => continue,
                };
                let name = TableName { database: schema.to_owned(), table: table.to_owned() };
                let Some(provider) = self.provider(state, &name, &prepared.hidden, depth).await? else { continue };
                if catalog.schema(schema).is_none() {
                    catalog.register_schema(schema, Arc::new(MemorySchemaProvider::new()))?;
                }
                if let Some(schema) = catalog.schema(schema)
                    && !schema.table_exist(table)
                {
                    schema.register_table(table.to_owned(), provider)?;
                }
            }
            // Each view has its own default database, hence its own names.
            let state = SessionStateBuilder::new_from_existing(state.clone());
            let catalogs = datafusion::catalog::MemoryCatalogProviderList::new();
            datafusion::catalog::CatalogProviderList::register_catalog(
                &catalogs,
                "awsdatacatalog".to_owned(),
                Arc::new(catalog),
            );
            let mut state = state.with_catalog_list(Arc::new(catalogs)).build();
            database.clone_into(&mut state.config_mut().options_mut().catalog.default_schema);
            state.statement_to_plan(Statement::Statement(Box::new(prepared.statement.clone()))).await
        })
    }

    async fn provider(
        &self,
        state: &SessionState,
        name: &TableName,
        hidden: &BTreeSet<Hidden>,
        depth: usize,
    ) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let Some(table) = self.catalog.table(name) else { return Ok(None) };
        if let TableKind::View { query, database } = &table.kind {
            let broken = |what: String| DataFusionError::Plan(format!("view {name}: {what}"));
            let view = Query::parse(query).and_then(|query| query.prepare(&[])).map_err(broken)?;
            let plan = self.planned(state, &view, database, depth + 1).await?;
            let plan = renamed(plan, &view.names)?;
            return Ok(Some(Arc::new(ViewTable::new(plan, Some(query.clone())))));
        }
        let provider = LogTable::new(name.clone(), self.store.clone(), table, hidden, Arc::clone(&self.meter))
            .map_err(DataFusionError::Plan)?;
        Ok(Some(Arc::new(provider)))
    }

    /// The columns of a query, for `CREATE VIEW`.
    pub(crate) async fn columns(&self, query: Query) -> Result<Vec<(String, arrow::datatypes::DataType)>, Failure> {
        let prepared = query.prepare(&[]).map_err(failure::refused)?;
        let state = self.engine.state(self.database);
        let plan = self.planned(&state, &prepared, self.database, 0).await;
        let plan = plan.map_err(|error| failure::of(&error, Some(&prepared.statement)))?;
        let fields = plan.schema().fields();
        let count = fields.len();
        Ok(fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let name = prepared.names.get(index, count).unwrap_or(field.name());
                (name.to_lowercase(), field.data_type().clone())
            })
            .collect())
    }
}

/// The plan with the view's column names, in lower case as the catalog has them.
fn renamed(
    plan: datafusion::logical_expr::LogicalPlan,
    names: &Names,
) -> Result<datafusion::logical_expr::LogicalPlan, DataFusionError> {
    let columns = plan.schema().columns();
    let count = columns.len();
    let projection = columns.into_iter().enumerate().map(|(index, column)| {
        let name = names.get(index, count).unwrap_or(&column.name).to_lowercase();
        datafusion::logical_expr::Expr::Column(column).alias(name)
    });
    datafusion::logical_expr::LogicalPlanBuilder::from(plan).project(projection)?.build()
}
