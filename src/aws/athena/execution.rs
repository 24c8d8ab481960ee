//! What Athena knows of the statements that were run.

use aws_sdk_athena::types::{
    EncryptionConfiguration, EncryptionOption, QueryExecution, QueryExecutionState, QueryExecutionStatistics,
    ResultReuseInformation, StatementType,
};

use crate::aws::{Aws, AwsError, count, timestamp};
use crate::domain::{ByteSize, Execution, ObjectId, Place, QueryPhase, QueryStatus};

/// Ids of one question, and of one page, at most (BatchGetQueryExecution, ListQueryExecutions).
const PAGE: i32 = 50;

impl Aws {
    /// What is known of a statement.
    pub async fn execution(&self, id: &str) -> Result<Execution, AwsError> {
        let execution = self.told(id).await?;
        read(id, &execution).map_err(|cause| AwsError::malformed(format!("cannot look at query {id}"), cause))
    }

    /// The file that a succeeded query's rows lie in as CSV; none where they lie nowhere, or not to be read as they lie.
    pub async fn query_file(&self, id: &str) -> Result<Option<ObjectId>, AwsError> {
        let execution = self.told(id).await?;
        let is_ddl = execution.statement_type() == Some(&StatementType::Ddl);
        Ok(if is_ddl { None } else { file_of(&execution) })
    }

    async fn told(&self, id: &str) -> Result<QueryExecution, AwsError> {
        let subject = || format!("cannot look at query {id}");
        let request = self.athena().await.get_query_execution().query_execution_id(id);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.query_execution.ok_or_else(|| AwsError::malformed(subject(), "the answer tells no state"))
    }

    /// What is known of these statements, in any order; those that Athena has forgotten are left out.
    pub async fn executions(&self, ids: &[String]) -> Result<Vec<Execution>, AwsError> {
        let subject = || "cannot look at earlier queries".to_owned();
        let mut all = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE as usize) {
            let request = self.athena().await.batch_get_query_execution().set_query_execution_ids(Some(ids.to_vec()));
            let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
            for execution in output.query_executions() {
                let id = execution.query_execution_id().unwrap_or_default();
                all.push(read(id, execution).map_err(|cause| AwsError::malformed(subject(), cause))?);
            }
        }
        Ok(all)
    }

    /// The ids of the newest statements of a workgroup, at most so many. Athena keeps them for 45 days.
    pub async fn execution_ids(&self, workgroup: &str, most: usize) -> Result<Vec<String>, AwsError> {
        let subject = || format!("cannot list the queries of workgroup {workgroup}");
        let (mut ids, mut token): (Vec<String>, Option<String>) = (Vec::new(), None);
        loop {
            let request = self.athena().await.list_query_executions().work_group(workgroup).max_results(PAGE);
            let request = request.set_next_token(token.clone());
            let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
            ids.extend_from_slice(output.query_execution_ids());
            let next = output.next_token().filter(|next| token.as_deref() != Some(*next)).map(str::to_owned);
            if next.is_none() || ids.len() >= most {
                ids.truncate(most);
                return Ok(ids);
            }
            token = next;
        }
    }
}

fn read(id: &str, execution: &QueryExecution) -> Result<Execution, String> {
    let status = execution.status();
    let state = status.and_then(|status| status.state()).ok_or("the answer tells no state")?;
    let phase = match state {
        QueryExecutionState::Queued => QueryPhase::Queued,
        QueryExecutionState::Running => QueryPhase::Running,
        QueryExecutionState::Succeeded => QueryPhase::Succeeded,
        QueryExecutionState::Failed => QueryPhase::Failed,
        QueryExecutionState::Cancelled => QueryPhase::Cancelled,
        other => return Err(format!("unknown state {other}")),
    };
    let error = status.and_then(|status| status.athena_error());
    let told = status.and_then(|status| status.state_change_reason());
    let reason = told.or_else(|| error?.error_message()).map(str::to_owned);
    let statistics = execution.statistics();
    let number = |value: fn(&QueryExecutionStatistics) -> Option<i64>| count(statistics.and_then(value).unwrap_or(0));
    let reused = statistics.and_then(QueryExecutionStatistics::result_reuse_information);
    let context = execution.query_execution_context();
    Ok(Execution {
        status: QueryStatus {
            id: id.to_owned(),
            phase,
            reason,
            scanned: ByteSize(number(QueryExecutionStatistics::data_scanned_in_bytes)),
            queued_ms: number(QueryExecutionStatistics::query_queue_time_in_millis),
            total_ms: number(QueryExecutionStatistics::total_execution_time_in_millis),
        },
        engine_ms: number(QueryExecutionStatistics::engine_execution_time_in_millis),
        sql: execution.query().unwrap_or_default().to_owned(),
        values: execution.execution_parameters().to_vec(),
        place: Place {
            workgroup: execution.work_group().unwrap_or_default().to_owned(),
            database: context.and_then(|context| context.database()).map(str::to_owned),
            // Where Athena wrote is a file; where it was told to write is not known.
            output: None,
        },
        submitted: status.and_then(|status| timestamp(status.submission_date_time()?)),
        is_retryable: error.map(aws_sdk_athena::types::AthenaError::retryable),
        is_reused: reused.is_some_and(ResultReuseInformation::reused_previous_result),
        has_names: execution.statement_type() != Some(&StatementType::Ddl),
    })
}

fn file_of(execution: &QueryExecution) -> Option<ObjectId> {
    let configuration = execution.result_configuration()?;
    let encryption = configuration.encryption_configuration().map(EncryptionConfiguration::encryption_option);
    let location = configuration.output_location().filter(|location| location.rsplit('.').next() == Some("csv"))?;
    // What the client's own key encrypts is no CSV until that key is asked for.
    if encryption == Some(&EncryptionOption::CseKms) { None } else { location.parse().ok() }
}
