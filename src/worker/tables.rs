//! How the index's tables stand in Athena, and what makes them as the configuration wants them.

use std::collections::BTreeSet;

use super::columns::{Column, RECORDS, TERMS};
use super::ddl::{self, SOURCES, TEMPLATE};
use crate::aws::{Aws, AwsError};
use crate::domain::{Index, Source, TableName, TableShape};
use crate::search;

/// What is to be done so that the tables are as the configuration wants them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does: "scops.records is made".
    pub told: String,
    /// Its statement.
    pub sql: String,
}

/// How the tables stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is missing, in order; nothing where all is there.
    pub steps: Vec<Step>,
    /// What stands there under a table's name and is another table, which nothing of this mends.
    pub foreign: Vec<String>,
}

impl Standing {
    /// Whether the index can be searched, of all its sources.
    pub fn is_whole(&self) -> bool {
        self.steps.is_empty() && self.foreign.is_empty()
    }
}

/// Looks how the tables stand. Nothing is changed.
pub async fn standing(aws: &Aws, index: &Index, sources: &[Source]) -> Result<Standing, AwsError> {
    let mut standing = Standing::default();
    for (name, columns) in [("records", RECORDS), ("terms", TERMS)] {
        let name = TableName { database: index.database.clone(), table: name.into() };
        match aws.find_table_shape(&name).await? {
            None => standing
                .steps
                .push(Step { told: format!("{name} is made"), sql: ddl::table(index, &name.table, sources) }),
            Some(shape) => compare(index, sources, &name, columns, &shape, &mut standing),
        }
    }
    // Who may make no database needs no right to it where it is there already.
    if !standing.steps.is_empty() && !aws.has_database(&index.database).await? {
        let told = format!("database {} is made", index.database);
        standing.steps.insert(0, Step { told, sql: ddl::database(index) });
    }
    Ok(standing)
}

/// Takes the steps of a standing, and tells each that was taken.
pub async fn take(aws: &Aws, index: &Index, standing: &Standing, mut tell: impl FnMut(&Step)) -> Result<(), AwsError> {
    for step in &standing.steps {
        search::run_to_end(aws, index, &step.sql).await?;
        tell(step);
    }
    Ok(())
}

/// What a table that is there lacks.
fn compare(
    index: &Index,
    sources: &[Source],
    name: &TableName,
    columns: &[Column],
    shape: &TableShape,
    standing: &mut Standing,
) {
    let template = ddl::template(index, &name.table);
    match shape.properties.get(TEMPLATE) {
        Some(found) if *found == template => {}
        Some(found) => return standing.foreign.push(format!("{name} reads {found}, not {template}")),
        None => return standing.foreign.push(format!("{name} is no table of scops: it has no {TEMPLATE}")),
    }
    let found = |column: &&Column| shape.columns.iter().find(|(name, _)| name == column.name);
    let differing: Vec<String> = columns
        .iter()
        .filter_map(|column| found(&column).filter(|(_, kind)| kind != column.hive_type()))
        .map(|(column, kind)| format!("{column} {kind}"))
        .collect();
    if !differing.is_empty() {
        return standing.foreign.push(format!("{name} has columns of other types: {}", differing.join(", ")));
    }
    let missing: Vec<&Column> = columns.iter().filter(|column| found(column).is_none()).collect();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|column| column.name).collect();
        standing.steps.push(Step {
            told: format!("{name} has the columns {}", names.join(", ")),
            sql: ddl::add_columns(index, &name.table, &missing),
        });
    }
    if name.table == "records" {
        // Other profiles may write to the same index: their sources stay.
        let told = shape.properties.get(SOURCES).map(String::as_str).unwrap_or_default();
        let known: BTreeSet<&str> = told.split(',').map(str::trim).filter(|known| !known.is_empty()).collect();
        let new: Vec<&str> =
            sources.iter().map(|source| source.name.as_str()).filter(|name| !known.contains(name)).collect();
        if !new.is_empty() {
            let all: BTreeSet<&str> = known.iter().copied().chain(new.iter().copied()).collect();
            let all: Vec<&str> = all.into_iter().collect();
            standing.steps.push(Step {
                told: format!("{name} knows the sources {}", new.join(", ")),
                sql: ddl::set_sources(index, &all),
            });
        }
    }
}

#[cfg(test)]
mod tests;
