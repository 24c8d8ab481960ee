//! Prepared statements by the API.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Shared, workgroups};
use crate::athena::catalog::PreparedStatement;
use crate::athena::command::missing_prepared;
use crate::athena::error::AthenaError;
use crate::athena::execution::seconds;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Ask {
    statement_name: String,
    work_group: Option<String>,
    query_statement: String,
    description: Option<String>,
}

/// Makes a statement, or changes one that is there.
pub(super) fn put(shared: &Shared, ask: Ask, is_new: bool) -> Result<Value, AthenaError> {
    let name = ask.statement_name.to_lowercase();
    if name.is_empty() || ask.query_statement.trim().is_empty() {
        return Err(AthenaError::invalid("StatementName and QueryStatement are needed"));
    }
    shared.ledger.change(|catalog| {
        let workgroup = workgroups::named(catalog, ask.work_group.as_deref())?;
        let prepared = catalog.prepared.entry(workgroup.clone()).or_default();
        match prepared.contains_key(&name) {
            true if is_new => return Err(AthenaError::invalid(format!("PreparedStatement {name} already exists."))),
            false if !is_new => return Err(AthenaError::NotFound(missing_prepared(&name, &workgroup))),
            _ => {}
        }
        let statement =
            PreparedStatement { query: ask.query_statement, description: ask.description, modified: Timestamp::now() };
        prepared.insert(name, statement);
        Ok(json!({}))
    })
}

pub(super) fn get(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    let catalog = shared.ledger.catalog();
    let workgroup = workgroups::named(&catalog, ask.work_group.as_deref())?;
    let name = ask.statement_name.to_lowercase();
    let found = catalog.prepared.get(&workgroup).and_then(|prepared| prepared.get(&name));
    let found = found.ok_or_else(|| AthenaError::NotFound(missing_prepared(&name, &workgroup)))?;
    Ok(json!({ "PreparedStatement": {
        "StatementName": name,
        "QueryStatement": found.query,
        "WorkGroupName": workgroup,
        "Description": found.description,
        "LastModifiedTime": seconds(found.modified),
    } }))
}

pub(super) fn list(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    let catalog = shared.ledger.catalog();
    let workgroup = workgroups::named(&catalog, ask.work_group.as_deref())?;
    let prepared = catalog.prepared.get(&workgroup).into_iter().flatten();
    let list = prepared
        .map(|(name, found)| json!({ "StatementName": name, "LastModifiedTime": seconds(found.modified) }))
        .collect::<Vec<_>>();
    Ok(json!({ "PreparedStatements": list }))
}

pub(super) fn delete(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    let name = ask.statement_name.to_lowercase();
    shared.ledger.change(|catalog| {
        let workgroup = workgroups::named(catalog, ask.work_group.as_deref())?;
        match catalog.prepared.get_mut(&workgroup).and_then(|prepared| prepared.remove(&name)) {
            Some(_) => Ok(json!({})),
            None => Err(AthenaError::NotFound(missing_prepared(&name, &workgroup))),
        }
    })
}
