//! The operations: requests read, responses written.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::AthenaError;
use super::{Inner, Shared};

mod metadata;
mod queries;

/// The workgroup that every account has, and the only one here.
const WORKGROUP: &str = "primary";

pub(super) async fn handle(inner: &Inner, operation: &str, body: &[u8]) -> Result<Value, AthenaError> {
    let shared: &Shared = &inner.shared;
    match operation {
        "StartQueryExecution" => queries::start(inner, request(body)?).await,
        "GetQueryExecution" => queries::get(shared, &request(body)?),
        "BatchGetQueryExecution" => queries::batch_get(shared, request(body)?),
        "GetQueryResults" => queries::results(shared, &request(body)?),
        "GetQueryRuntimeStatistics" => queries::runtime_statistics(shared, &request(body)?),
        "StopQueryExecution" => queries::stop(shared, &request(body)?),
        "ListQueryExecutions" => queries::list(shared, &request(body)?),
        "ListDataCatalogs" => Ok(metadata::data_catalogs()),
        "GetDataCatalog" => metadata::data_catalog(&request(body)?),
        "ListDatabases" => metadata::databases(shared, &request(body)?),
        "GetDatabase" => metadata::database(shared, &request(body)?),
        "ListTableMetadata" => metadata::tables(shared, &request(body)?),
        "GetTableMetadata" => metadata::table(shared, &request(body)?),
        "ListWorkGroups" => Ok(metadata::workgroups()),
        "GetWorkGroup" => metadata::workgroup(&request(body)?),
        other => Err(AthenaError::UnknownOperation(format!("the lab's Athena does not offer {other}"))),
    }
}

/// Reads a request. An empty body is an empty object, as some clients send it.
fn request<T: DeserializeOwned>(body: &[u8]) -> Result<T, AthenaError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| AthenaError::invalid(format!("request: {error}")))
}

/// Refuses a workgroup that does not exist.
fn workgroup_named(name: Option<&str>) -> Result<&'static str, AthenaError> {
    match name {
        None | Some("" | WORKGROUP) => Ok(WORKGROUP),
        Some(other) => Err(AthenaError::invalid(format!("WorkGroup {other} is not found."))),
    }
}
