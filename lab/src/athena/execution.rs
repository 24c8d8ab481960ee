//! A query's life: what was asked, how it stands, what it cost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::{Blame, Failure};

/// Athena's states of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum State {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// Athena's `StatementType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum StatementType {
    /// Changes the catalog.
    Ddl,
    /// Reads data.
    Dml,
    /// Shows the catalog.
    Utility,
}

/// A column of a result, as `ColumnInfo` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ResultColumn {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) precision: u32,
    pub(crate) scale: u32,
}

/// One execution of one statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Execution {
    pub(crate) id: String,
    /// `ClientRequestToken`.
    pub(crate) token: Option<String>,
    pub(crate) query: String,
    /// `ExecutionParameters`: SQL literals.
    pub(crate) parameters: Vec<String>,
    pub(crate) database: String,
    pub(crate) workgroup: String,
    /// The object of the result, `s3://bucket/prefix/<id>.csv`.
    pub(crate) output: String,
    pub(crate) statement: StatementType,
    pub(crate) substatement: String,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) blames_user: bool,
    pub(crate) submitted: Timestamp,
    pub(crate) started: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
    /// Milliseconds of planning, inside the run.
    pub(crate) planning: u64,
    /// Bytes read from objects.
    pub(crate) scanned: u64,
    /// Records that a raw table's decoder had to leave out.
    pub(crate) skipped: u64,
    pub(crate) rows: u64,
    pub(crate) result_bytes: u64,
    pub(crate) columns: Vec<ResultColumn>,
    /// The list of the objects that a statement wrote.
    #[serde(default)]
    pub(crate) manifest: Option<String>,
    /// How many minutes old a result may be that is given again instead.
    #[serde(default)]
    pub(crate) reuse: Option<u32>,
    /// Whether its result is that of an earlier execution.
    #[serde(default)]
    pub(crate) is_reused: bool,
}

impl Execution {
    /// Ends the query at once, with what an earlier one found.
    pub(crate) fn give_again(&mut self, earlier: Execution) {
        self.state = State::Succeeded;
        self.started = Some(self.submitted);
        self.completed = Some(self.submitted);
        self.is_reused = true;
        self.output = earlier.output;
        self.rows = earlier.rows;
        self.result_bytes = earlier.result_bytes;
        self.columns = earlier.columns;
    }

    /// Where its result lies, without the name that is its own.
    pub(crate) fn folder(&self) -> &str {
        self.output.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Ends the query as FAILED.
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.state = State::Failed;
        self.blames_user = failure.blame == Blame::User;
        self.reason = Some(failure.reason);
    }

    /// Milliseconds from submission to the start of the run, or until `now` while it waits.
    fn queued(&self, now: Timestamp) -> i64 {
        let end = self.started.or(self.completed).unwrap_or(now);
        (end.as_millisecond() - self.submitted.as_millisecond()).max(0)
    }

    fn total(&self, now: Timestamp) -> i64 {
        let end = self.completed.unwrap_or(now);
        (end.as_millisecond() - self.submitted.as_millisecond()).max(0)
    }

    /// The `QueryExecution` shape of "API reference: `GetQueryExecution`". Times are epoch seconds.
    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        let queued = self.queued(now);
        let total = self.total(now);
        let mut status = json!({
            "State": self.state,
            "SubmissionDateTime": seconds(self.submitted),
        });
        if let Some(completed) = self.completed {
            status["CompletionDateTime"] = json!(seconds(completed));
        }
        if let Some(reason) = &self.reason {
            status["StateChangeReason"] = json!(reason);
            if self.state == State::Failed {
                let blame = if self.blames_user { Blame::User } else { Blame::System };
                status["AthenaError"] = Failure { reason: reason.clone(), blame }.to_json();
            }
        }
        let mut body = json!({
            "QueryExecutionId": self.id,
            "Query": self.query,
            "StatementType": self.statement,
            "SubstatementType": self.substatement,
            "ResultConfiguration": { "OutputLocation": self.output },
            "ResultReuseConfiguration": { "ResultReuseByAgeConfiguration": { "Enabled": self.reuse.is_some() } },
            "QueryExecutionContext": { "Database": self.database, "Catalog": "awsdatacatalog" },
            "Status": status,
            "Statistics": {
                "EngineExecutionTimeInMillis": total - queued,
                "DataScannedInBytes": self.scanned,
                "TotalExecutionTimeInMillis": total,
                "QueryQueueTimeInMillis": queued,
                "QueryPlanningTimeInMillis": self.planning,
                "ServicePreProcessingTimeInMillis": 0,
                "ServiceProcessingTimeInMillis": 0,
                "ResultReuseInformation": { "ReusedPreviousResult": self.is_reused },
            },
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "Athena engine version 3",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
        });
        if let Some(minutes) = self.reuse {
            body["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"]["MaxAgeInMinutes"] = json!(minutes);
        }
        if let Some(manifest) = &self.manifest {
            body["Statistics"]["DataManifestLocation"] = json!(manifest);
        }
        if !self.parameters.is_empty() {
            body["ExecutionParameters"] = json!(self.parameters);
        }
        body
    }

    /// The `QueryRuntimeStatistics` shape of "API reference: `GetQueryRuntimeStatistics`".
    pub(crate) fn runtime_statistics(&self, now: Timestamp) -> Value {
        let queued = self.queued(now);
        let total = self.total(now);
        json!({
            "Timeline": {
                "QueryQueueTimeInMillis": queued,
                "QueryPlanningTimeInMillis": self.planning,
                "EngineExecutionTimeInMillis": total - queued,
                "ServicePreProcessingTimeInMillis": 0,
                "ServiceProcessingTimeInMillis": 0,
                "TotalExecutionTimeInMillis": total,
            },
            "Rows": {
                "InputBytes": self.scanned,
                "OutputBytes": self.result_bytes,
                "OutputRows": self.rows,
            },
        })
    }
}

/// Epoch seconds with milliseconds, as the awsJson protocol writes times.
pub(crate) fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}
