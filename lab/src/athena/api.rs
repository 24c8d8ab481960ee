//! The operations: requests read, responses written.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::AthenaError;
use super::{Inner, Shared};

mod metadata;
mod prepared;
mod queries;
mod reuse;
mod workgroups;

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
        "ListWorkGroups" => Ok(workgroups::list(shared)),
        "GetWorkGroup" => workgroups::get(shared, &request(body)?),
        "CreateWorkGroup" => workgroups::create(shared, request(body)?),
        "UpdateWorkGroup" => workgroups::update(shared, request(body)?),
        "DeleteWorkGroup" => workgroups::delete(shared, &request(body)?),
        "CreatePreparedStatement" => prepared::put(shared, request(body)?, true),
        "UpdatePreparedStatement" => prepared::put(shared, request(body)?, false),
        "GetPreparedStatement" => prepared::get(shared, &request(body)?),
        "ListPreparedStatements" => prepared::list(shared, &request(body)?),
        "DeletePreparedStatement" => prepared::delete(shared, &request(body)?),
        other => Err(AthenaError::UnknownOperation(format!("the lab's Athena does not offer {other}"))),
    }
}

/// Reads a request. An empty body is an empty object, as some clients send it.
fn request<T: DeserializeOwned>(body: &[u8]) -> Result<T, AthenaError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| AthenaError::invalid(format!("request: {error}")))
}
