//! The catalog: databases, tables, partitions and views. It is data; `ledger` keeps it on disk.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::types::HiveType;

/// The one data catalog, named as AWS names Glue's.
pub(crate) const CATALOG: &str = "AwsDataCatalog";

/// All databases by their lower-case name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Catalog {
    pub(crate) databases: BTreeMap<String, Database>,
    /// Statements that were prepared, by workgroup and name.
    #[serde(default)]
    pub(crate) prepared: BTreeMap<String, BTreeMap<String, PreparedStatement>>,
    /// Workgroups beside `primary`, and what was changed of that.
    #[serde(default)]
    pub(crate) workgroups: BTreeMap<String, WorkGroup>,
}

/// A statement that is executed by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PreparedStatement {
    pub(crate) query: String,
    pub(crate) description: Option<String>,
    pub(crate) modified: Timestamp,
}

/// Where the queries of a workgroup write their results.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkGroup {
    pub(crate) description: String,
    pub(crate) output_location: Option<String>,
    /// Whether the workgroup's location goes before a query's own.
    pub(crate) is_enforced: bool,
    pub(crate) is_disabled: bool,
    /// `BytesScannedCutoffPerQuery`: a query that reads more is cancelled.
    #[serde(default)]
    pub(crate) cutoff: Option<u64>,
}

/// A database and its tables by their lower-case name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Database {
    pub(crate) comment: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) tables: BTreeMap<String, Table>,
}

/// An external table or a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) partitioned_by: Vec<Column>,
    pub(crate) comment: Option<String>,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) created: Timestamp,
    pub(crate) kind: TableKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TableKind {
    /// Objects under a location, decoded by a SerDe.
    External { storage: Storage, partitions: Vec<Partition> },
    /// A query, and the database that its unqualified names mean.
    View { query: String, database: String },
}

/// A registered partition: its values, in the order of `partitioned_by`, and where its objects lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Partition {
    pub(crate) values: Vec<String>,
    /// `s3://bucket/prefix/`, always with the last slash.
    pub(crate) location: String,
}

/// How a table's objects are found and decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Storage {
    /// `s3://bucket/prefix/`, always with the last slash.
    pub(crate) location: String,
    pub(crate) serde: String,
    pub(crate) serde_properties: BTreeMap<String, String>,
    pub(crate) input_format: String,
    pub(crate) output_format: String,
}

/// A column; its name is lower-case, as the Glue catalog has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: HiveType,
    pub(crate) comment: Option<String>,
}

/// A table's name with its database, both lower-case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TableName {
    pub(crate) database: String,
    pub(crate) table: String,
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.database, self.table)
    }
}

impl Catalog {
    /// A catalog with the database that every Athena account starts with.
    pub(crate) fn with_default() -> Self {
        let mut catalog = Self::default();
        catalog.databases.insert("default".to_owned(), Database::default());
        catalog
    }

    pub(crate) fn table(&self, name: &TableName) -> Option<&Table> {
        self.databases.get(&name.database)?.tables.get(&name.table)
    }

    pub(crate) fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.databases.get_mut(&name.database)?.tables.get_mut(&name.table)
    }
}

impl Table {
    /// The columns that a query sees: those of the objects, then those of the partitions.
    pub(crate) fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(&self.partitioned_by)
    }

    /// Whether partitions are computed from the properties and not looked up.
    pub(crate) fn is_projected(&self) -> bool {
        self.properties.get("projection.enabled").is_some_and(|on| on.eq_ignore_ascii_case("true"))
    }
}
