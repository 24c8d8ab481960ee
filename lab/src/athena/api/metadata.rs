//! Operations on the catalog and the workgroup.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Shared;
use crate::athena::catalog::{CATALOG, Column, Database, Table, TableKind, TableName};
use crate::athena::error::AthenaError;
use crate::athena::execution::seconds;

/// Entries of a page.
const PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Ask {
    catalog_name: Option<String>,
    name: Option<String>,
    database_name: Option<String>,
    table_name: Option<String>,
    expression: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Ask {
    fn check_catalog(&self) -> Result<(), AthenaError> {
        match self.catalog_name.as_deref().or(self.name.as_deref()) {
            Some(name) if !name.eq_ignore_ascii_case(CATALOG) => {
                Err(AthenaError::invalid(format!("DataCatalog {name} was not found")))
            }
            _ => Ok(()),
        }
    }

    fn database(&self) -> Result<String, AthenaError> {
        let name = self.database_name.as_ref().ok_or_else(|| AthenaError::invalid("DatabaseName is missing"))?;
        Ok(name.to_lowercase())
    }
}

fn missing(what: &str) -> AthenaError {
    AthenaError::Metadata(format!("EntityNotFoundException: {what} not found."))
}

/// One page of what is ordered by name; the token is the last name of the page before.
fn page<'a, T>(
    ask: &Ask,
    entries: impl Iterator<Item = (&'a String, T)>,
    each: impl Fn(&str, T) -> Value,
) -> (Vec<Value>, Option<&'a String>) {
    let limit = ask.max_results.unwrap_or(PAGE).clamp(1, PAGE);
    let mut rest = entries.skip_while(|(name, _)| ask.next_token.as_ref().is_some_and(|after| *name <= after));
    let mut values = Vec::new();
    let mut last = None;
    for (name, entry) in rest.by_ref().take(limit) {
        values.push(each(name, entry));
        last = Some(name);
    }
    let next = last.filter(|_| rest.next().is_some());
    (values, next)
}

pub(super) fn data_catalogs() -> Value {
    json!({ "DataCatalogsSummary": [{ "CatalogName": CATALOG, "Type": "GLUE", "Status": "CREATE_COMPLETE" }] })
}

pub(super) fn data_catalog(ask: &Ask) -> Result<Value, AthenaError> {
    ask.check_catalog()?;
    Ok(json!({ "DataCatalog": {
        "Name": CATALOG,
        "Type": "GLUE",
        "Description": "The lab's catalog",
        "Parameters": {},
        "Status": "CREATE_COMPLETE",
    } }))
}

pub(super) fn databases(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    ask.check_catalog()?;
    let catalog = shared.ledger.catalog();
    let (list, next) = page(ask, catalog.databases.iter(), database_json);
    let mut body = json!({ "DatabaseList": list });
    if let Some(next) = next {
        body["NextToken"] = json!(next);
    }
    Ok(body)
}

pub(super) fn database(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    ask.check_catalog()?;
    let name = ask.database()?;
    let catalog = shared.ledger.catalog();
    let database = catalog.databases.get(&name).ok_or_else(|| missing(&format!("Database {name}")))?;
    Ok(json!({ "Database": database_json(&name, database) }))
}

fn database_json(name: &str, database: &Database) -> Value {
    let mut body = json!({ "Name": name, "Parameters": database.properties });
    if let Some(comment) = &database.comment {
        body["Description"] = json!(comment);
    }
    body
}

pub(super) fn tables(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    ask.check_catalog()?;
    let name = ask.database()?;
    let catalog = shared.ledger.catalog();
    let database = catalog.databases.get(&name).ok_or_else(|| missing(&format!("Database {name}")))?;
    let wanted = ask
        .expression
        .as_ref()
        .map(|pattern| regex::Regex::new(&format!("(?i)^(?:{})$", pattern.replace('*', ".*").replace("..*", ".*"))))
        .transpose()
        .map_err(|error| AthenaError::invalid(format!("Expression: {error}")))?;
    let entries = database.tables.iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted.is_match(name)));
    let (list, next) = page(ask, entries, table_json);
    let mut body = json!({ "TableMetadataList": list });
    if let Some(next) = next {
        body["NextToken"] = json!(next);
    }
    Ok(body)
}

pub(super) fn table(shared: &Shared, ask: &Ask) -> Result<Value, AthenaError> {
    ask.check_catalog()?;
    let database = ask.database()?;
    let table = ask.table_name.as_ref().ok_or_else(|| AthenaError::invalid("TableName is missing"))?;
    let name = TableName { database, table: table.to_lowercase() };
    let catalog = shared.ledger.catalog();
    let found = catalog.table(&name).ok_or_else(|| missing(&format!("Table {}", name.table)))?;
    Ok(json!({ "TableMetadata": table_json(&name.table, found) }))
}

fn table_json(name: &str, table: &Table) -> Value {
    let mut parameters: Map<String, Value> =
        table.properties.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let kind = match &table.kind {
        TableKind::View { .. } => "VIRTUAL_VIEW",
        TableKind::External { storage, .. } => {
            parameters.insert("EXTERNAL".to_owned(), json!("TRUE"));
            parameters.insert("location".to_owned(), json!(storage.location));
            parameters.insert("inputformat".to_owned(), json!(storage.input_format));
            parameters.insert("outputformat".to_owned(), json!(storage.output_format));
            parameters.insert("serde.serialization.lib".to_owned(), json!(storage.serde));
            for (key, value) in &storage.serde_properties {
                parameters.insert(format!("serde.param.{key}"), json!(value));
            }
            "EXTERNAL_TABLE"
        }
    };
    let mut body = json!({
        "Name": name,
        "CreateTime": seconds(table.created),
        "TableType": kind,
        "Columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "PartitionKeys": table.partitioned_by.iter().map(column).collect::<Vec<_>>(),
        "Parameters": parameters,
    });
    if let Some(comment) = &table.comment {
        body["Parameters"]["comment"] = json!(comment);
    }
    body
}

fn column(column: &Column) -> Value {
    let mut body = json!({ "Name": column.name, "Type": column.kind.to_string() });
    if let Some(comment) = &column.comment {
        body["Comment"] = json!(comment);
    }
    body
}
