//! Queries of Athena.

use std::collections::BTreeMap;

use aws_sdk_athena::types::{
    Column, EncryptionConfiguration, EncryptionOption, QueryExecution, QueryExecutionContext, QueryExecutionState,
    QueryExecutionStatistics, ResultConfiguration, ResultSetMetadata, StatementType,
};

use super::{Aws, AwsError, Noted, Statement, count};
use crate::domain::{ByteSize, Location, ObjectId, QueryPhase, QueryStatus, ResultTable, TableName, TableShape};

/// Rows of one page of results at most (GetQueryResults).
const ROWS: i32 = 1000;

/// The data catalog that Glue's tables are in.
const CATALOG: &str = "AwsDataCatalog";

impl Aws {
    /// Starts a statement, and gives the QueryExecutionId. Where statements are kept, it and its id are on disk before
    /// this returns; what is given beside the id is forgotten at its end.
    pub async fn start_query(
        &self,
        sql: &str,
        database: &str,
        workgroup: &str,
        output: Option<&Location>,
    ) -> Result<(String, Option<Noted>), AwsError> {
        let statement = Statement::new(sql, database, workgroup, output);
        let mut noted = self.note(&statement).await;
        match self.start_noted(&statement).await {
            Ok(id) => {
                if let Some(noted) = &mut noted
                    && let Err(error) = noted.learn(&id)
                {
                    tracing::warn!(%id, %error, "the id of a statement that runs cannot be kept");
                }
                Ok((id, noted))
            }
            Err(error) => {
                // Without an answer it may have been started all the same.
                if let Some(noted) = noted.filter(|_| !error.kind.is_passing()) {
                    noted.forget();
                }
                Err(error)
            }
        }
    }

    /// Keeps a statement before it is started. A full disk is no reason not to search.
    async fn note(&self, statement: &Statement) -> Option<Noted> {
        let (statements, statement) = (self.statements.clone()?, statement.clone());
        let noted = tokio::task::spawn_blocking(move || statements.note(statement)).await.ok()?;
        noted.inspect_err(|error| tracing::warn!(%error, "which statements run cannot be kept")).ok()
    }

    /// The statements that are kept and that nobody waits for any more.
    pub fn orphans(&self, now: jiff::Timestamp) -> std::io::Result<Vec<Noted>> {
        self.statements.as_ref().map_or(Ok(Vec::new()), |statements| statements.orphans(now))
    }

    /// Starts a statement under its token, or tells the id of one that was started under it before.
    pub async fn start_noted(&self, statement: &Statement) -> Result<String, AwsError> {
        let subject = || format!("cannot start the query in workgroup {}", statement.workgroup);
        let context = QueryExecutionContext::builder().database(&statement.database).build();
        let output = statement.output.as_ref();
        let output = output.map(|place| ResultConfiguration::builder().output_location(place.to_string()).build());
        let request = self
            .athena()
            .await
            .start_query_execution()
            .client_request_token(&statement.token)
            .query_string(&statement.sql)
            .work_group(&statement.workgroup)
            .query_execution_context(context)
            .set_result_configuration(output);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.query_execution_id.ok_or_else(|| AwsError::malformed(subject(), "the answer names no query id"))
    }

    /// Where a query stands.
    pub async fn query_status(&self, id: &str) -> Result<QueryStatus, AwsError> {
        Ok(self.query(id).await?.status)
    }

    /// The file that a succeeded query's rows lie in as CSV; none where they lie nowhere, or not to be read as they lie.
    pub async fn query_file(&self, id: &str) -> Result<Option<ObjectId>, AwsError> {
        Ok(self.query(id).await?.file)
    }

    /// Stops a query; one that has ended already is no error.
    pub async fn stop_query(&self, id: &str) -> Result<(), AwsError> {
        let request = self.athena().await.stop_query_execution().query_execution_id(id);
        request.send().await.map(drop).map_err(|error| AwsError::from_sdk(format!("cannot stop query {id}"), &error))
    }

    /// A page of a succeeded query's rows, at most 1,000, and the token of the next.
    pub async fn query_results(
        &self,
        id: &str,
        token: Option<&str>,
    ) -> Result<(ResultTable, Option<String>), AwsError> {
        let subject = || format!("cannot read the results of query {id}");
        let request = self
            .athena()
            .await
            .get_query_results()
            .query_execution_id(id)
            .max_results(ROWS)
            .set_next_token(token.map(str::to_owned));
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let Some(set) = output.result_set() else {
            return Err(AwsError::malformed(subject(), "the answer has no result set"));
        };
        let columns = set.result_set_metadata().map(ResultSetMetadata::column_info).unwrap_or_default();
        let mut table = ResultTable {
            columns: columns.iter().map(|column| column.name().to_owned()).collect(),
            types: columns.iter().map(|column| column.r#type().to_owned()).collect(),
            rows: Vec::with_capacity(set.rows().len()),
        };
        for row in set.rows() {
            table.rows.push(row.data().iter().map(|datum| datum.var_char_value().map(str::to_owned)).collect());
        }
        // The first row of a SELECT's first page repeats the columns' names; DDL's has none. A row that merely looks
        // like it is told from it by the statement's kind.
        let repeats_names = table.rows.first().is_some_and(|row| {
            row.len() == table.columns.len()
                && row.iter().zip(&table.columns).all(|(cell, name)| cell.as_ref() == Some(name))
        });
        if token.is_none() && repeats_names && self.query(id).await?.has_names {
            table.rows.remove(0);
        }
        let next = output.next_token().filter(|next| token != Some(*next)).map(str::to_owned);
        Ok((table, next))
    }

    /// What the catalog tells of a table; no statement runs for it.
    pub async fn table(&self, name: &TableName) -> Result<TableShape, AwsError> {
        let subject = || format!("cannot look at table {name}");
        let request = self
            .athena()
            .await
            .get_table_metadata()
            .catalog_name(CATALOG)
            .database_name(&name.database)
            .table_name(&name.table);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let Some(table) = output.table_metadata() else {
            return Err(AwsError::malformed(subject(), "the answer holds no table"));
        };
        let columns = |columns: &[Column]| {
            let told = columns.iter().map(|column| (column.name().to_lowercase(), column.r#type().unwrap_or_default()));
            told.map(|(name, kind)| (name, kind.to_lowercase())).collect()
        };
        Ok(TableShape {
            columns: columns(table.columns()),
            partitions: columns(table.partition_keys()),
            properties: table.parameters().cloned().unwrap_or_default().into_iter().collect::<BTreeMap<_, _>>(),
        })
    }

    async fn query(&self, id: &str) -> Result<Execution, AwsError> {
        let subject = || format!("cannot look at query {id}");
        let request = self.athena().await.get_query_execution().query_execution_id(id);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let execution = output.query_execution();
        let status = execution.and_then(|execution| execution.status());
        let Some((execution, state)) = execution.zip(status.and_then(|status| status.state())) else {
            return Err(AwsError::malformed(subject(), "the answer tells no state"));
        };
        let phase = match state {
            QueryExecutionState::Queued => QueryPhase::Queued,
            QueryExecutionState::Running => QueryPhase::Running,
            QueryExecutionState::Succeeded => QueryPhase::Succeeded,
            QueryExecutionState::Failed => QueryPhase::Failed,
            QueryExecutionState::Cancelled => QueryPhase::Cancelled,
            other => return Err(AwsError::malformed(subject(), format!("unknown state {other}"))),
        };
        let reason = status.and_then(|status| {
            let told = status.state_change_reason().or_else(|| status.athena_error()?.error_message());
            told.map(str::to_owned)
        });
        let statistics = execution.statistics();
        let number = |value: Option<i64>| count(value.unwrap_or(0));
        let status = QueryStatus {
            id: id.to_owned(),
            phase,
            reason,
            scanned: ByteSize(number(statistics.and_then(QueryExecutionStatistics::data_scanned_in_bytes))),
            queued_ms: number(statistics.and_then(QueryExecutionStatistics::query_queue_time_in_millis)),
            total_ms: number(statistics.and_then(QueryExecutionStatistics::total_execution_time_in_millis)),
        };
        let has_names = execution.statement_type() != Some(&StatementType::Ddl);
        Ok(Execution { status, has_names, file: has_names.then(|| file_of(execution)).flatten() })
    }
}

/// What Athena tells of a query.
struct Execution {
    status: QueryStatus,
    /// Whether its results begin with a row of names.
    has_names: bool,
    /// The CSV file of its rows.
    file: Option<ObjectId>,
}

fn file_of(execution: &QueryExecution) -> Option<ObjectId> {
    let configuration = execution.result_configuration()?;
    let encryption = configuration.encryption_configuration().map(EncryptionConfiguration::encryption_option);
    let location = configuration.output_location().filter(|location| location.rsplit('.').next() == Some("csv"))?;
    // What the client's own key encrypts is no CSV until that key is asked for.
    if encryption == Some(&EncryptionOption::CseKms) { None } else { location.parse().ok() }
}
