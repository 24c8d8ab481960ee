//! Operations on query executions.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::reuse::{self, Reuse};
use super::workgroups;
use crate::athena::catalog::{CATALOG, Catalog};
use crate::athena::command;
use crate::athena::ddl::{self, Ddl};
use crate::athena::error::AthenaError;
use crate::athena::execution::{Execution, ResultColumn, State, StatementType};
use crate::athena::objects::split_uri;
use crate::athena::result::{Page, Pages};
use crate::athena::runner::{self, Live, Statement};
use crate::athena::sql::{self, Query};
use crate::athena::write::Destination;
use crate::athena::{Inner, Shared};

/// The longest query text, in bytes ("Service quotas").
const QUERY_LIMIT: usize = 262_144;
/// Rows of a page of results, with the header.
const PAGE_ROWS: usize = 1_000;
/// Ids of a page of the history, and of one batch.
const PAGE_IDS: usize = 50;
/// Queries that wait or run.
const LIVE_LIMIT: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Start {
    #[serde(rename = "QueryString")]
    text: String,
    client_request_token: Option<String>,
    #[serde(default)]
    query_execution_context: Context,
    #[serde(default)]
    result_configuration: ResultConfiguration,
    #[serde(default)]
    result_reuse_configuration: Reuse,
    work_group: Option<String>,
    #[serde(default)]
    execution_parameters: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Context {
    database: Option<String>,
    catalog: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ResultConfiguration {
    output_location: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ById {
    query_execution_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ByIds {
    query_execution_ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PageOf {
    query_execution_id: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct List {
    work_group: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub(super) async fn start(inner: &Inner, request: Start) -> Result<Value, AthenaError> {
    let shared = &inner.shared;
    let catalog = shared.ledger.catalog();
    let (workgroup, settings) = workgroups::active(&catalog, request.work_group.as_deref())?;
    if request.text.trim().is_empty() {
        return Err(AthenaError::malformed("QueryString is empty"));
    }
    if request.text.len() > QUERY_LIMIT {
        return Err(AthenaError::invalid(format!(
            "QueryString has {} bytes, the limit is {QUERY_LIMIT}",
            request.text.len()
        )));
    }
    if let Some(catalog) = &request.query_execution_context.catalog
        && !catalog.eq_ignore_ascii_case(CATALOG)
    {
        return Err(AthenaError::invalid(format!("Catalog {catalog} is not found; the lab has {CATALOG}")));
    }
    let database = request.query_execution_context.database.as_deref().unwrap_or("default").to_lowercase();
    let statement = understood(inner, &request.text, (&database, &workgroup), &catalog).await;
    // Held until the query is known, so that of two requests with one token the second finds the first.
    let mut live = shared.live();
    if let Some(token) = &request.client_request_token
        && let Some(earlier) = shared.ledger.by_token(token)?
    {
        let is_same = earlier.query == request.text && earlier.parameters == request.execution_parameters;
        return if is_same {
            Ok(json!({ "QueryExecutionId": earlier.id }))
        } else {
            Err(AthenaError::invalid("Idempotent parameters do not match"))
        };
    }
    let Understood { statement, kind: (statement_type, substatement) } = statement?;
    let extension = match &statement {
        Statement::Catalog(_) => ".txt",
        Statement::Query(_) => ".csv",
        Statement::Write(_) => "",
    };
    let id = uuid::Uuid::new_v4().to_string();
    let asked = request.result_configuration.output_location.as_deref();
    let output = output(shared, settings.location(asked), &id, extension)?;
    if live.len() >= LIVE_LIMIT {
        return Err(AthenaError::TooManyRequests(format!("{LIVE_LIMIT} queries wait or run already; try again later")));
    }
    let mut execution = Execution {
        id: id.clone(),
        token: request.client_request_token,
        query: request.text,
        parameters: request.execution_parameters,
        database,
        workgroup,
        output,
        statement: statement_type,
        substatement: substatement.to_owned(),
        state: State::Queued,
        reason: None,
        blames_user: false,
        submitted: Timestamp::now(),
        started: None,
        completed: None,
        planning: 0,
        scanned: 0,
        skipped: 0,
        rows: 0,
        result_bytes: 0,
        columns: Vec::new(),
        manifest: None,
        reuse: request.result_reuse_configuration.minutes()?,
        is_reused: false,
    };
    if let Some(earlier) = reuse::earlier(shared, &catalog, &execution)? {
        execution.give_again(earlier);
        shared.ledger.save(&execution)?;
        return Ok(json!({ "QueryExecutionId": id }));
    }
    shared.ledger.save(&execution)?;
    let query = Arc::new(Live::new(execution));
    live.insert(id.clone(), Arc::clone(&query));
    drop(live);
    if let Some(runtime) = &inner.runtime {
        runtime.spawn(runner::run(Arc::clone(shared), query, statement));
    }
    Ok(json!({ "QueryExecutionId": id }))
}

/// A statement, and what Athena calls its kind.
struct Understood {
    statement: Statement,
    kind: (StatementType, &'static str),
}

/// Parses on a thread of the engine: its stack is as deep as statements may be.
async fn understood(
    inner: &Inner,
    text: &str,
    (database, workgroup): (&str, &str),
    catalog: &Arc<Catalog>,
) -> Result<Understood, AthenaError> {
    let Some(runtime) = &inner.runtime else { return Err(AthenaError::Internal("the lab is closing".to_owned())) };
    let (text, database, workgroup) = (text.to_owned(), database.to_owned(), workgroup.to_owned());
    let catalog = Arc::clone(catalog);
    runtime
        .spawn_blocking(move || understand(&text, &database, &workgroup, &catalog))
        .await
        .map_err(|error| AthenaError::internal("the query could not be parsed", &error))?
}

fn understand(text: &str, database: &str, workgroup: &str, catalog: &Catalog) -> Result<Understood, AthenaError> {
    let Some(ddl) = ddl::parse(text, database).map_err(|refusal| AthenaError::malformed(refusal.to_string()))? else {
        let query = parsed(text.trim().trim_end_matches(';'))?;
        let kind = (StatementType::Dml, query.kind());
        return Ok(Understood { statement: Statement::Query(Box::new(query)), kind });
    };
    let kind = command::kind(&ddl);
    let write =
        |destination, query: &str| Ok::<_, AthenaError>(Statement::Write(Box::new((destination, parsed(query)?))));
    let statement = match ddl {
        Ddl::CreateAs { name, if_not_exists, options, query, has_rows } => {
            write(Destination::Table { name, if_not_exists, has_rows, options }, &query)?
        }
        Ddl::Insert { name, columns, query } => write(Destination::Existing { name, columns }, &query)?,
        Ddl::Unload { query, location, options } => write(Destination::Objects { location, options }, &query)?,
        Ddl::Execute { name, values } => {
            let prepared = catalog.prepared.get(workgroup).and_then(|prepared| prepared.get(&name));
            let prepared =
                prepared.ok_or_else(|| AthenaError::NotFound(command::missing_prepared(&name, workgroup)))?;
            let values = sql::values(&values).map_err(AthenaError::malformed)?;
            match understand(&prepared.query, database, workgroup, catalog)?.statement {
                Statement::Query(query) => Statement::Query(Box::new(query.using(values))),
                Statement::Write(write) => {
                    let (destination, query) = *write;
                    Statement::Write(Box::new((destination, query.using(values))))
                }
                Statement::Catalog(_) => {
                    return Err(AthenaError::malformed("only queries and what writes their rows are executed"));
                }
            }
        }
        Ddl::Prepare { query, name } => {
            // What cannot be understood is not kept.
            if matches!(understand(&query, database, workgroup, catalog)?.statement, Statement::Catalog(_)) {
                return Err(AthenaError::malformed("only queries and what writes their rows are prepared"));
            }
            Statement::Catalog(Ddl::Prepare { query, name })
        }
        other => Statement::Catalog(other),
    };
    Ok(Understood { statement, kind })
}

fn parsed(text: &str) -> Result<Query, AthenaError> {
    Query::parse(text).map_err(AthenaError::malformed)
}

/// The object of the result; its bucket has to be there.
fn output(shared: &Shared, location: Option<&str>, id: &str, extension: &str) -> Result<String, AthenaError> {
    let location = location.filter(|location| !location.is_empty()).ok_or_else(|| {
        AthenaError::invalid(
            "No output location provided. An output location is required either through the Workgroup result \
             configuration setting or as an API input.",
        )
    })?;
    let (bucket, prefix) = split_uri(location).ok_or_else(|| {
        AthenaError::invalid(format!("OutputLocation {location:?} is not of the form s3://bucket/prefix/"))
    })?;
    shared
        .store
        .bucket(bucket)
        .map_err(|error| AthenaError::invalid(format!("Unable to verify/create output bucket {bucket}: {error}")))?;
    let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
    Ok(format!("s3://{bucket}/{prefix}{slash}{id}{extension}"))
}

fn find(shared: &Shared, id: &str) -> Result<Execution, AthenaError> {
    let live = shared.live().get(id).cloned();
    if let Some(live) = live {
        return Ok(live.execution());
    }
    shared.ledger.execution(id)?.ok_or_else(|| AthenaError::invalid(format!("QueryExecution {id} was not found")))
}

pub(super) fn get(shared: &Shared, request: &ById) -> Result<Value, AthenaError> {
    let execution = find(shared, &request.query_execution_id)?;
    Ok(json!({ "QueryExecution": execution.to_json(Timestamp::now()) }))
}

pub(super) fn batch_get(shared: &Shared, request: ByIds) -> Result<Value, AthenaError> {
    if request.query_execution_ids.is_empty() || request.query_execution_ids.len() > PAGE_IDS {
        return Err(AthenaError::invalid(format!("QueryExecutionIds takes 1 to {PAGE_IDS} ids")));
    }
    let now = Timestamp::now();
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for id in request.query_execution_ids {
        match find(shared, &id) {
            Ok(execution) => found.push(execution.to_json(now)),
            Err(error) => missing.push(json!({
                "QueryExecutionId": id,
                "ErrorCode": "INVALID_QUERY_EXECUTION_ID",
                "ErrorMessage": error.to_string(),
            })),
        }
    }
    Ok(json!({ "QueryExecutions": found, "UnprocessedQueryExecutionIds": missing }))
}

pub(super) fn runtime_statistics(shared: &Shared, request: &ById) -> Result<Value, AthenaError> {
    let execution = find(shared, &request.query_execution_id)?;
    Ok(json!({ "QueryRuntimeStatistics": execution.runtime_statistics(Timestamp::now()) }))
}

/// Stops a query; one that has ended stays as it is, and that is no error.
pub(super) fn stop(shared: &Shared, request: &ById) -> Result<Value, AthenaError> {
    let live = shared.live().get(&request.query_execution_id).cloned();
    match live {
        Some(live) => live.cancel(),
        None => {
            find(shared, &request.query_execution_id)?;
        }
    }
    Ok(json!({}))
}

pub(super) fn list(shared: &Shared, request: &List) -> Result<Value, AthenaError> {
    let workgroup = workgroups::named(&shared.ledger.catalog(), request.work_group.as_deref())?;
    let before = match &request.next_token {
        Some(token) => Some(token.parse().map_err(|_| AthenaError::invalid("NextToken is not valid"))?),
        None => None,
    };
    let limit = limit(request.max_results, PAGE_IDS)?;
    let (ids, next) = shared.ledger.list(&workgroup, before, limit)?;
    let mut body = json!({ "QueryExecutionIds": ids });
    if let Some(next) = next {
        body["NextToken"] = json!(next.to_string());
    }
    Ok(body)
}

fn limit(asked: Option<usize>, most: usize) -> Result<usize, AthenaError> {
    match asked {
        None => Ok(most),
        Some(asked) if (1..=most).contains(&asked) => Ok(asked),
        Some(asked) => Err(AthenaError::invalid(format!("MaxResults {asked} is not between 1 and {most}"))),
    }
}

pub(super) fn results(shared: &Shared, request: &PageOf) -> Result<Value, AthenaError> {
    let execution = find(shared, &request.query_execution_id)?;
    if execution.state != State::Succeeded {
        let state = json!(execution.state);
        return Err(AthenaError::invalid(format!(
            "Query has not yet finished. Current state: {}",
            state.as_str().unwrap_or_default()
        )));
    }
    let limit = limit(request.max_results, PAGE_ROWS)?;
    let start = match &request.next_token {
        Some(token) => place(token, &execution).ok_or_else(|| AthenaError::invalid("NextToken is not valid"))?,
        None => 0,
    };
    let page = read(shared, &execution, start, limit)?;
    let rows: Vec<Value> = page.rows.into_iter().map(row).collect();
    let columns: Vec<Value> = execution.columns.iter().map(column).collect();
    let mut body = json!({
        "UpdateCount": if execution.manifest.is_some() { execution.rows } else { 0 },
        "ResultSet": { "Rows": rows, "ResultSetMetadata": { "ColumnInfo": columns } },
    });
    if let Some(next) = page.next {
        body["NextToken"] = json!(format!("{}:{next}", execution.id));
    }
    Ok(body)
}

/// A page starts at a byte of the result file, so that the last page costs what the first costs.
fn place(token: &str, execution: &Execution) -> Option<u64> {
    let (id, at) = token.split_once(':')?;
    let at: u64 = at.parse().ok()?;
    (id == execution.id && at < execution.result_bytes).then_some(at)
}

fn read(shared: &Shared, execution: &Execution, start: u64, limit: usize) -> Result<Page, AthenaError> {
    let (bucket, key) = split_uri(&execution.output)
        .ok_or_else(|| AthenaError::Internal(format!("output {:?} is no object", execution.output)))?;
    let pages = if execution.statement == StatementType::Dml { Pages::Csv } else { Pages::Lines };
    pages
        .read(execution.result_bytes, start, limit, |from, to| shared.store.get(bucket, key, None, Some(from..to)))
        .map_err(|error| AthenaError::invalid(format!("Could not find results: {error}")))
}

fn row(values: Vec<Option<String>>) -> Value {
    let data: Vec<Value> = values
        .into_iter()
        .map(|value| value.map_or_else(|| json!({}), |value| json!({ "VarCharValue": value })))
        .collect();
    json!({ "Data": data })
}

fn column(column: &ResultColumn) -> Value {
    json!({
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.kind,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.kind == "varchar",
    })
}
