//! Running a statement of the catalog: what it changes, and the lines that it answers.

use jiff::Timestamp;
use regex::Regex;

use super::catalog::{Catalog, Column, Database, Partition, PreparedStatement, Storage, Table, TableKind, TableName};
use super::ddl::{CreateTable, Ddl, PartitionSpec};
use super::error::{AthenaError, Failure};
use super::ledger::Ledger;
use crate::store::Store;

mod partitions;
mod show;

pub(super) use partitions::folder;

/// What a statement answers: lines under these columns. A statement that only changes something has none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) columns: &'static [&'static str],
    pub(crate) lines: Vec<String>,
}

impl From<AthenaError> for Failure {
    fn from(error: AthenaError) -> Self {
        Self::system(error.to_string())
    }
}

/// Athena's `StatementType` and `SubstatementType` of a statement.
pub(crate) fn kind(statement: &Ddl) -> (super::execution::StatementType, &'static str) {
    use super::execution::StatementType::{Ddl as Changes, Dml as Reads, Utility};
    match statement {
        Ddl::CreateDatabase { .. } => (Changes, "CREATE_DATABASE"),
        Ddl::DropDatabase { .. } => (Changes, "DROP_DATABASE"),
        Ddl::CreateTable(_) => (Changes, "CREATE_TABLE"),
        Ddl::DropTable { .. } => (Changes, "DROP_TABLE"),
        Ddl::CreateView { .. } => (Changes, "CREATE_VIEW"),
        Ddl::DropView { .. } => (Changes, "DROP_VIEW"),
        Ddl::AddPartitions { .. } => (Changes, "ALTER_TABLE_ADD_PARTITION"),
        Ddl::DropPartitions { .. } => (Changes, "ALTER_TABLE_DROP_PARTITION"),
        Ddl::SetProperties { .. } => (Changes, "ALTER_TABLE_SET_PROPERTIES"),
        Ddl::SetLocation { .. } => (Changes, "ALTER_TABLE_SET_LOCATION"),
        Ddl::AddColumns { .. } => (Changes, "ALTER_TABLE_ADD_COLUMNS"),
        Ddl::Repair { .. } => (Changes, "MSCK_REPAIR_TABLE"),
        Ddl::ShowDatabases { .. } => (Utility, "SHOW_DATABASES"),
        Ddl::ShowTables { .. } => (Utility, "SHOW_TABLES"),
        Ddl::ShowViews { .. } => (Utility, "SHOW_VIEWS"),
        Ddl::ShowPartitions { .. } => (Utility, "SHOW_PARTITIONS"),
        Ddl::ShowColumns { .. } => (Utility, "SHOW_COLUMNS"),
        Ddl::ShowCreateTable { .. } => (Utility, "SHOW_CREATE_TABLE"),
        Ddl::ShowProperties { .. } => (Utility, "SHOW_TABLE_PROPERTIES"),
        Ddl::Describe { .. } => (Utility, "DESCRIBE_TABLE"),
        Ddl::CreateAs { .. } => (Changes, "CREATE_TABLE_AS_SELECT"),
        Ddl::Insert { .. } => (Reads, "INSERT"),
        Ddl::Unload { .. } => (Reads, "UNLOAD"),
        Ddl::Prepare { .. } => (Utility, "PREPARE"),
        Ddl::Execute { .. } => (Reads, "EXECUTE"),
        Ddl::Deallocate { .. } => (Utility, "DEALLOCATE"),
    }
}

/// Runs a statement. `CREATE VIEW` needs its columns, which the engine finds: `view_columns`.
pub(crate) fn run(
    statement: Ddl,
    ledger: &Ledger,
    store: &Store,
    (workgroup, database): (&str, &str),
    view_columns: Vec<Column>,
) -> Result<Answer, Failure> {
    let done = Answer::default();
    match statement {
        Ddl::CreateDatabase { name, if_not_exists, comment, location, properties } => {
            ledger.change(|catalog| {
                if catalog.databases.contains_key(&name) {
                    return if if_not_exists { Ok(()) } else { Err(exists("Database", &name)) };
                }
                let database = Database { comment, location, properties, ..Database::default() };
                catalog.databases.insert(name, database);
                Ok::<(), Failure>(())
            })?;
        }
        Ddl::DropDatabase { name, if_exists, cascade } => ledger.change(|catalog| {
            let Some(database) = catalog.databases.get(&name) else {
                return if if_exists { Ok(()) } else { Err(missing_database(&name)) };
            };
            if !database.tables.is_empty() && !cascade {
                return Err(Failure::user(format!(
                    "InvalidOperationException: Database {name} is not empty. One or more tables exist."
                )));
            }
            catalog.databases.remove(&name);
            Ok(())
        })?,
        Ddl::CreateTable(create) => ledger.change(|catalog| create_table(catalog, *create))?,
        Ddl::DropTable { name, if_exists } => drop_table(ledger, &name, if_exists, false)?,
        Ddl::DropView { name, if_exists } => drop_table(ledger, &name, if_exists, true)?,
        Ddl::CreateView { name, or_replace, query } => {
            let view = Table {
                columns: view_columns,
                partitioned_by: Vec::new(),
                comment: None,
                properties: std::collections::BTreeMap::new(),
                created: Timestamp::now(),
                kind: TableKind::View { query, database: database.to_owned() },
            };
            ledger.change(|catalog| {
                let tables = tables(catalog, &name.database)?;
                match tables.get(&name.table).map(|table| &table.kind) {
                    Some(TableKind::External { .. }) => return Err(exists("Table", &name)),
                    Some(TableKind::View { .. }) if !or_replace => return Err(exists("View", &name)),
                    _ => {}
                }
                tables.insert(name.table, view);
                Ok(())
            })?;
        }
        Ddl::AddPartitions { name, if_not_exists, partitions } => {
            ledger.change(|catalog| partitions::add(catalog, &name, if_not_exists, partitions))?;
        }
        Ddl::DropPartitions { name, if_exists, partitions } => {
            ledger.change(|catalog| partitions::drop(catalog, &name, if_exists, &partitions))?;
        }
        Ddl::SetProperties { name, properties } => ledger.change(|catalog| {
            table_mut(catalog, &name)?.properties.extend(properties);
            Ok::<(), Failure>(())
        })?,
        Ddl::SetLocation { name, location } => {
            let location = super::ddl::s3_location(&location).map_err(Failure::user)?;
            ledger.change(|catalog| {
                external_mut(catalog, &name)?.0.location = location;
                Ok::<(), Failure>(())
            })?;
        }
        Ddl::AddColumns { name, columns } => ledger.change(|catalog| {
            let table = table_mut(catalog, &name)?;
            if let Some(twice) =
                columns.iter().find(|column| table.all_columns().any(|known| known.name == column.name))
            {
                return Err(Failure::user(format!("Duplicate column name: {}", twice.name)));
            }
            table.columns.extend(columns);
            Ok(())
        })?,
        Ddl::Prepare { name, query } => ledger.change(|catalog| {
            let prepared = PreparedStatement { query, description: None, modified: Timestamp::now() };
            catalog.prepared.entry(workgroup.to_owned()).or_default().insert(name, prepared);
            Ok::<(), Failure>(())
        })?,
        Ddl::Deallocate { name } => ledger.change(|catalog| {
            match catalog.prepared.get_mut(workgroup).and_then(|prepared| prepared.remove(&name)) {
                Some(_) => Ok(()),
                None => Err(Failure::user(missing_prepared(&name, workgroup))),
            }
        })?,
        Ddl::Repair { name } => return partitions::repair(ledger, store, &name),
        show => return show::answer(&ledger.catalog(), show),
    }
    Ok(done)
}

fn create_table(catalog: &mut Catalog, create: CreateTable) -> Result<(), Failure> {
    let CreateTable { name, if_not_exists, columns, partitioned_by, comment, storage, properties } = create;
    let tables = tables(catalog, &name.database)?;
    if tables.contains_key(&name.table) {
        return if if_not_exists { Ok(()) } else { Err(exists("Table", &name)) };
    }
    let kind = TableKind::External { storage, partitions: Vec::new() };
    let table = Table { columns, partitioned_by, comment, properties, created: Timestamp::now(), kind };
    tables.insert(name.table, table);
    Ok(())
}

fn drop_table(ledger: &Ledger, name: &TableName, if_exists: bool, is_view: bool) -> Result<(), Failure> {
    ledger.change(|catalog| {
        let Some(table) = catalog.table(name) else {
            return if if_exists { Ok(()) } else { Err(missing_table(name)) };
        };
        // DROP TABLE also drops a view, as Athena's does; DROP VIEW never a table.
        if is_view && !matches!(table.kind, TableKind::View { .. }) {
            return Err(Failure::user(format!("{name} is a table, not a view")));
        }
        tables(catalog, &name.database)?.remove(&name.table);
        Ok(())
    })
}

pub(super) fn exists(what: &str, name: &dyn std::fmt::Display) -> Failure {
    Failure::user(format!("AlreadyExistsException: {what} {name} already exists"))
}

fn missing_database(name: &str) -> Failure {
    Failure::user(format!("SCHEMA_NOT_FOUND: Database '{name}' does not exist"))
}

pub(crate) fn missing_prepared(name: &str, workgroup: &str) -> String {
    format!("PreparedStatement {name} was not found in workGroup {workgroup}")
}

fn missing_table(name: &TableName) -> Failure {
    Failure::user(format!("TABLE_NOT_FOUND: Table '{name}' does not exist"))
}

pub(super) fn tables<'a>(
    catalog: &'a mut Catalog,
    database: &str,
) -> Result<&'a mut std::collections::BTreeMap<String, Table>, Failure> {
    match catalog.databases.get_mut(database) {
        Some(found) => Ok(&mut found.tables),
        None => Err(missing_database(database)),
    }
}

fn table<'a>(catalog: &'a Catalog, name: &TableName) -> Result<&'a Table, Failure> {
    catalog.table(name).ok_or_else(|| missing_table(name))
}

fn table_mut<'a>(catalog: &'a mut Catalog, name: &TableName) -> Result<&'a mut Table, Failure> {
    catalog.table_mut(name).ok_or_else(|| missing_table(name))
}

pub(super) fn external_mut<'a>(
    catalog: &'a mut Catalog,
    name: &TableName,
) -> Result<(&'a mut Storage, &'a mut Vec<Partition>), Failure> {
    match &mut table_mut(catalog, name)?.kind {
        TableKind::External { storage, partitions } => Ok((storage, partitions)),
        TableKind::View { .. } => Err(Failure::user(format!("{name} is a view"))),
    }
}

/// Hive's pattern: `*` stands for any text, `|` separates choices; case does not count.
fn matcher(pattern: Option<&str>) -> impl Fn(&str) -> bool {
    let regex = pattern.and_then(|pattern| {
        let choices: Vec<String> =
            pattern.split('|').map(|choice| regex::escape(choice.trim()).replace(r"\*", ".*")).collect();
        Regex::new(&format!("(?i)^(?:{})$", choices.join("|"))).ok()
    });
    move |name| regex.as_ref().is_none_or(|regex| regex.is_match(name))
}
