//! Queries of Athena.

use aws_sdk_athena::types::{
    QueryExecutionContext, QueryExecutionState, QueryExecutionStatistics, ResultConfiguration, ResultSetMetadata,
    StatementType,
};

use super::{Aws, AwsError, count};
use crate::domain::{ByteSize, Location, QueryPhase, QueryStatus, ResultTable};

/// Rows of one page of results at most (GetQueryResults).
const ROWS: i32 = 1000;

impl Aws {
    /// Where a workgroup writes results, where it says so itself (GetWorkGroup).
    pub async fn workgroup(&self, name: &str) -> Result<Option<String>, AwsError> {
        let request = self.athena().await.get_work_group().work_group(name);
        let subject = || format!("cannot look at workgroup {name}");
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let configuration = output.work_group().and_then(|group| group.configuration());
        let results = configuration.and_then(|configuration| configuration.result_configuration());
        Ok(results.and_then(|results| results.output_location()).map(str::to_owned))
    }

    /// Starts a statement. `parameters` are SQL literals as text, a string with its own quotes, one for each `?`.
    /// Gives the QueryExecutionId.
    pub async fn start_query(
        &self,
        sql: &str,
        parameters: &[String],
        database: Option<&str>,
        workgroup: &str,
        output: Option<&Location>,
    ) -> Result<String, AwsError> {
        let subject = || format!("cannot start the query in workgroup {workgroup}");
        let context = database.map(|database| QueryExecutionContext::builder().database(database).build());
        let output = output.map(|place| ResultConfiguration::builder().output_location(place.to_string()).build());
        let request = self
            .athena()
            .await
            .start_query_execution()
            .query_string(sql)
            .work_group(workgroup)
            .set_execution_parameters((!parameters.is_empty()).then(|| parameters.to_vec()))
            .set_query_execution_context(context)
            .set_result_configuration(output);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.query_execution_id.ok_or_else(|| AwsError::malformed(subject(), "the answer names no query id"))
    }

    /// Where a query stands.
    pub async fn query_status(&self, id: &str) -> Result<QueryStatus, AwsError> {
        let (status, _) = self.query(id).await?;
        Ok(status)
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
        if token.is_none() && repeats_names && self.query(id).await?.1 {
            table.rows.remove(0);
        }
        let next = output.next_token().filter(|next| token != Some(*next)).map(str::to_owned);
        Ok((table, next))
    }

    /// Where a query stands, and whether it is one whose results begin with a row of names.
    async fn query(&self, id: &str) -> Result<(QueryStatus, bool), AwsError> {
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
        Ok((status, has_names))
    }
}
